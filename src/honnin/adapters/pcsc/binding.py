"""What the two PC/SC bindings have in common: a small interface and the one exception they raise.

PC/SC hands out two kinds of numbers: a *context* (a line to the service, cheap, one a thread) and a *card handle*.
Everything blocks; a context is used by one thread at a time, only `cancel` is called from another.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from honnin.adapters.pcsc import constants as c
from honnin.core.errors import CallerError, LinkError


class PcscStatusError(Exception):
    """A PC/SC call did not succeed. Never leaves this package: see status.py. `code` is unsigned, 32 bits."""

    def __init__(self, call: str, code: int) -> None:
        super().__init__(f"{call}: {code & 0xFFFFFFFF:08X}")
        self.call = call
        self.code = code & 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class ReaderState:
    """State of one reader: what the caller believes goes in, what is the case comes out."""

    name: str
    state: int = c.STATE_UNAWARE
    atr: bytes = b""

    @property
    def present(self) -> bool:
        """Whether a card lies there."""
        return bool(self.state & c.STATE_PRESENT)

    @property
    def gone(self) -> bool:
        """Whether the service does not know this reader (any more)."""
        return bool(self.state & (c.STATE_UNKNOWN | c.STATE_UNAVAILABLE))


class Binding(Protocol):
    """PC/SC. Every method raises PcscStatusError, and nothing else, when the service says no."""

    name: str

    def establish(self) -> int:
        """A new context."""
        ...

    def release(self, context: int) -> None:
        """Give a context back."""
        ...

    def cancel(self, context: int) -> None:
        """End a `status_change` that waits in another thread."""
        ...

    def list_readers(self, context: int) -> tuple[str, ...]:
        """Names of the readers, at most 64; empty when there is none."""
        ...

    def status_change(self, context: int, timeout_ms: int, states: Sequence[ReaderState]) -> tuple[ReaderState, ...]:
        """Wait until a state differs from the given one; E_TIMEOUT when none did. UNAWARE answers at once."""
        ...

    def connect(self, context: int, reader: str, share: int) -> tuple[int, int]:
        """Card handle and active protocol (T=0 or T=1)."""
        ...

    def begin(self, handle: int) -> None:
        """Begin a transaction: nobody else talks to the card. Waits for the others."""
        ...

    def transmit(self, handle: int, protocol: int, command: bytes) -> bytes:
        """One exchange: up to 65,544 octets there, up to 65,538 back."""
        ...

    def control(self, handle: int, function: int, data: bytes) -> bytes:
        """Send a command to the reader's driver; `function` is the number before SCARD_CTL_CODE."""
        ...

    def control_code(self, handle: int, code: int, data: bytes) -> bytes:
        """Send a command to the reader's driver by its finished control code."""
        ...

    def disconnect(self, handle: int, disposition: int) -> None:
        """End the connection and leave, reset or unpower the card."""
        ...


def choose_binding(forced: str | None = None) -> Binding:
    """The binding to use: pyscard where it is installed, else the one by ctypes on Linux (docs/design/0005-pcsc.md).

    `forced` or the environment variable HONNIN_PCSC ("pyscard", "ctypes") leaves no choice. Raises CallerError
    `reader.binding_unknown`, LinkError `reader.no_library` when there is no PC/SC on this machine.
    """
    wanted = forced or os.environ.get("HONNIN_PCSC") or ""
    modules = {"pyscard": "honnin.adapters.pcsc.by_pyscard", "ctypes": "honnin.adapters.pcsc.by_ctypes"}
    if wanted and wanted not in modules:
        raise CallerError("reader.binding_unknown", "HONNIN_PCSC must be pyscard or ctypes", wanted)
    names = [wanted] if wanted else ["pyscard", *(["ctypes"] if sys.platform.startswith("linux") else [])]
    why = ""
    for name in names:
        try:
            binding: Binding = importlib.import_module(modules[name]).load()
        except (ImportError, OSError, AttributeError) as error:  # no such module, library or function in it
            why += f"{name}: {error}; "
        else:
            return binding
    raise LinkError("reader.no_library", "there is no PC/SC library on this machine", why)
