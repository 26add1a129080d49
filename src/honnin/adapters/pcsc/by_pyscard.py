"""Binding by pyscard's low-level module `smartcard.scard`: Windows, macOS, and Linux where it could be built."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from honnin.adapters.pcsc import constants as c
from honnin.adapters.pcsc.binding import PcscStatusError, ReaderState


class PyscardBinding:
    """See binding.Binding. `scard` is the module; its functions return the status first."""

    name = "pyscard"

    def __init__(self, scard: Any) -> None:
        self._scard = scard

    def _call(self, function: str, *arguments: object) -> list[Any]:
        try:
            answer = getattr(self._scard, function)(*arguments)
        except (TypeError, ValueError, OverflowError, MemoryError, self._scard.error) as error:
            raise PcscStatusError(function, c.E_INVALID_PARAMETER) from error
        status, *rest = answer if isinstance(answer, list | tuple) else [answer]
        if status & 0xFFFFFFFF != c.SUCCESS:
            raise PcscStatusError(function, status)
        return rest

    def establish(self) -> int:
        """A new context."""
        return int(self._call("SCardEstablishContext", c.SCOPE_USER)[0])

    def release(self, context: int) -> None:
        """Give a context back."""
        self._call("SCardReleaseContext", context)

    def cancel(self, context: int) -> None:
        """End a waiting `status_change`."""
        self._call("SCardCancel", context)

    def list_readers(self, context: int) -> tuple[str, ...]:
        """Names of the readers."""
        try:
            names = self._call("SCardListReaders", context, [])[0]
        except PcscStatusError as error:
            if error.code == c.E_NO_READERS_AVAILABLE:
                return ()
            raise
        return tuple(str(name) for name in names[: c.MAX_READERS])

    def status_change(self, context: int, timeout_ms: int, states: Sequence[ReaderState]) -> tuple[ReaderState, ...]:
        """Wait for a change."""
        asked = [(state.name, state.state & ~c.STATE_CHANGED) for state in states]
        answer = self._call("SCardGetStatusChange", context, timeout_ms, asked)[0]
        return tuple(
            ReaderState(state.name, int(event) & 0xFFFFFFFF, _octets(atr))
            for state, (_, event, atr) in zip(states, answer, strict=True)
        )

    def connect(self, context: int, reader: str, share: int) -> tuple[int, int]:
        """Card handle and active protocol."""
        handle, protocol = self._call("SCardConnect", context, reader, share, c.PROTOCOL_T0 | c.PROTOCOL_T1)
        return int(handle), int(protocol)

    def begin(self, handle: int) -> None:
        """Begin a transaction."""
        self._call("SCardBeginTransaction", handle)

    def transmit(self, handle: int, protocol: int, command: bytes) -> bytes:
        """One exchange."""
        pci = self._scard.SCARD_PCI_T0 if protocol == c.PROTOCOL_T0 else self._scard.SCARD_PCI_T1
        return _octets(self._call("SCardTransmit", handle, pci, list(command))[0])

    def control(self, handle: int, function: int, data: bytes) -> bytes:
        """Send a command to the driver; the library knows the system's control codes."""
        return self.control_code(handle, int(self._scard.SCARD_CTL_CODE(function)), data)

    def control_code(self, handle: int, code: int, data: bytes) -> bytes:
        """Send a command to the driver."""
        return _octets(self._call("SCardControl", handle, code, list(data))[0])

    def disconnect(self, handle: int, disposition: int) -> None:
        """End the connection."""
        self._call("SCardDisconnect", handle, disposition)


def _octets(values: Sequence[int]) -> bytes:
    return bytes(value & 0xFF for value in values)


def load() -> PyscardBinding:
    """Raises ImportError when pyscard is not there (or its native part finds no PC/SC)."""
    return PyscardBinding(importlib.import_module("smartcard.scard"))
