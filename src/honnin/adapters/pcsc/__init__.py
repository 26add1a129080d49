"""Card readers over PC/SC: Windows, macOS and Linux (pcsc-lite). See docs/design/0005-pcsc.md."""

from honnin.adapters.pcsc.binding import Binding, choose_binding
from honnin.adapters.pcsc.readers import PcscReaders

__all__ = ["Binding", "PcscReaders", "choose_binding"]
