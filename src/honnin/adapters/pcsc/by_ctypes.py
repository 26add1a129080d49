"""Binding to libpcsclite.so.1 by ctypes: Linux, no compiler, no package (docs/design/0005-pcsc.md).

Types are those of pcsc-lite on Linux: DWORD is unsigned long, LONG and the handles are long (wintypes.h).
ctypes lets other threads run while a call blocks.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes import POINTER, byref, c_char, c_char_p, c_long, c_ubyte, c_ulong, c_void_p, create_string_buffer

from honnin.adapters.pcsc import constants as c
from honnin.adapters.pcsc.binding import PcscStatusError, ReaderState

_LIBRARY = "libpcsclite.so.1"
_MAX_NAMES = 128 * c.MAX_READERS  # pcsc-lite: a name has at most 128 octets
_MAX_CONTROL = 4096


class _ReaderState(ctypes.Structure):
    _fields_ = (
        ("reader", c_char_p),
        ("user_data", c_void_p),
        ("current", c_ulong),
        ("event", c_ulong),
        ("atr_length", c_ulong),
        ("atr", c_ubyte * c.MAX_ATR),
    )


class _IoRequest(ctypes.Structure):
    _fields_ = (("protocol", c_ulong), ("length", c_ulong))


_SIGNATURES: dict[str, tuple[object, ...]] = {
    "SCardEstablishContext": (c_ulong, c_void_p, c_void_p, POINTER(c_long)),
    "SCardReleaseContext": (c_long,),
    "SCardCancel": (c_long,),
    "SCardListReaders": (c_long, c_char_p, POINTER(c_char), POINTER(c_ulong)),
    "SCardGetStatusChange": (c_long, c_ulong, POINTER(_ReaderState), c_ulong),
    "SCardConnect": (c_long, c_char_p, c_ulong, c_ulong, POINTER(c_long), POINTER(c_ulong)),
    "SCardBeginTransaction": (c_long,),
    "SCardTransmit": (
        c_long, POINTER(_IoRequest), c_char_p, c_ulong, POINTER(_IoRequest), POINTER(c_char), POINTER(c_ulong),
    ),
    "SCardControl": (c_long, c_ulong, c_char_p, c_ulong, POINTER(c_char), c_ulong, POINTER(c_ulong)),
    "SCardDisconnect": (c_long, c_ulong),
}  # fmt: skip


class CtypesBinding:
    """See binding.Binding."""

    name = "ctypes"

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._raw_names: dict[str, bytes] = {}  # names that are not UTF-8 would not find their way back
        for function, arguments in _SIGNATURES.items():
            getattr(library, function).argtypes = arguments
            getattr(library, function).restype = c_long

    def _call(self, function: str, *arguments: object) -> None:
        status = getattr(self._library, function)(*arguments) & 0xFFFFFFFF
        if status != c.SUCCESS:
            raise PcscStatusError(function, status)

    def _raw(self, name: str) -> bytes:
        return self._raw_names.get(name) or name.encode(errors="replace").replace(b"\0", b"?")

    def establish(self) -> int:
        """A new context."""
        context = c_long()
        self._call("SCardEstablishContext", c.SCOPE_SYSTEM, None, None, byref(context))
        return context.value

    def release(self, context: int) -> None:
        """Give a context back."""
        self._call("SCardReleaseContext", context)

    def cancel(self, context: int) -> None:
        """End a waiting `status_change`."""
        self._call("SCardCancel", context)

    def list_readers(self, context: int) -> tuple[str, ...]:
        """Names of the readers."""
        buffer = create_string_buffer(_MAX_NAMES)
        length = c_ulong(_MAX_NAMES)
        try:
            self._call("SCardListReaders", context, None, buffer, byref(length))
        except PcscStatusError as error:
            if error.code == c.E_NO_READERS_AVAILABLE:
                return ()
            raise
        raw = [name for name in buffer.raw[: min(length.value, _MAX_NAMES)].split(b"\0") if name][: c.MAX_READERS]
        names = {name.decode(errors="replace"): name for name in raw}
        self._raw_names = names
        return tuple(names)

    def status_change(self, context: int, timeout_ms: int, states: Sequence[ReaderState]) -> tuple[ReaderState, ...]:
        """Wait for a change."""
        array = (_ReaderState * len(states))()
        for each, state in zip(array, states, strict=True):
            each.reader = self._raw(state.name)
            each.current = state.state & ~c.STATE_CHANGED
        self._call("SCardGetStatusChange", context, timeout_ms, array, len(states))
        return tuple(
            ReaderState(state.name, each.event, bytes(each.atr[: min(each.atr_length, c.MAX_ATR)]))
            for each, state in zip(array, states, strict=True)
        )

    def connect(self, context: int, reader: str, share: int) -> tuple[int, int]:
        """Card handle and active protocol."""
        handle, protocol = c_long(), c_ulong()
        self._call(
            "SCardConnect", context, self._raw(reader), share, c.PROTOCOL_T0 | c.PROTOCOL_T1,
            byref(handle), byref(protocol),
        )  # fmt: skip
        return handle.value, protocol.value

    def begin(self, handle: int) -> None:
        """Begin a transaction."""
        self._call("SCardBeginTransaction", handle)

    def transmit(self, handle: int, protocol: int, command: bytes) -> bytes:
        """One exchange."""
        request = _IoRequest(protocol, ctypes.sizeof(_IoRequest))
        buffer = create_string_buffer(c.MAX_RECEIVE)
        length = c_ulong(c.MAX_RECEIVE)
        self._call("SCardTransmit", handle, byref(request), command, len(command), None, buffer, byref(length))
        return ctypes.string_at(buffer, min(length.value, c.MAX_RECEIVE))

    def control(self, handle: int, function: int, data: bytes) -> bytes:
        """Send a command to the driver (SCARD_CTL_CODE of reader.h)."""
        return self.control_code(handle, 0x42000000 + function, data)

    def control_code(self, handle: int, code: int, data: bytes) -> bytes:
        """Send a command to the driver."""
        buffer = create_string_buffer(_MAX_CONTROL)
        length = c_ulong(0)
        self._call("SCardControl", handle, code, data, len(data), buffer, _MAX_CONTROL, byref(length))
        return buffer.raw[: min(length.value, _MAX_CONTROL)]

    def disconnect(self, handle: int, disposition: int) -> None:
        """End the connection."""
        self._call("SCardDisconnect", handle, disposition)


def load() -> CtypesBinding:
    """Raises OSError when there is no pcsc-lite, AttributeError when it lacks a function."""
    return CtypesBinding(ctypes.CDLL(_LIBRARY))
