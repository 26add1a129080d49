"""The card: commands in, answers out (drivers-licence.md §2–§4, §14, §17, §19).

State: current directory and file, two bits of security status, counters of the PINs (which outlive a reset). Where the
sheet leaves something open, §19 decides, and what §19 leaves open is said beside the line.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from honnin.apdu import Command, Response
from honnin.core.clock import system_random
from honnin.core.errors import DataError
from honnin.crypto import equal
from honnin_virtual.card import Sleep
from honnin_virtual.exchange import Exchanges, read_command
from honnin_virtual.faults import Faults

__all__ = ["AIDS", "ATR", "LicenceChip", "Pin"]

ATR = bytes.fromhex("3B888001000000009181C100D8")
AIDS = {
    "DF1": bytes.fromhex("A0000002310100000000000000000000"),
    "DF2": bytes.fromhex("A0000002310200000000000000000000"),
    "DF3": bytes.fromhex("A0000002480300000000000000000000"),
}
_MAX_TRIES = 3
_LEAST_AID = 6  # octets of a partial AID
_PIN_LENGTH = 4
_PIN1, _BOTH = frozenset({1}), frozenset({1, 2})
# Directory → EF id → what opens the file (None: nothing needed); §4.2.
_FILES: dict[str, dict[int, frozenset[int] | None]] = {
    "MF": {0x2F01: None, 0x000A: None},
    "DF1": {1: _PIN1, 2: _BOTH, 3: _PIN1, 4: _PIN1, 5: _PIN1, 6: _BOTH, 7: _PIN1},
    "DF2": {1: _BOTH},
    "DF3": {1: _PIN1},
}
_NAMES = {0x2F01: "EF01", 0x000A: "EF02"}


@dataclass(slots=True)
class Pin:
    """暗証番号: four octets, and how often it may still be wrong."""

    value: bytes
    left: int


class LicenceChip:
    """One card on a reader. `files` as `licence_files` makes them; `pins` are IEF01 and IEF02 of the MF."""

    def __init__(
        self, name: str, files: Mapping[str, bytes], pins: Mapping[int, Pin], *, faults: Faults | None = None,
        atr: bytes = ATR, random: Callable[[int], bytes] = system_random, sleep: Sleep = time.sleep,
    ) -> None:  # fmt: skip
        self.name = name
        self.document = "licence"
        self.atr = atr
        self.files = files
        self._pins = dict(pins)
        self._faults = faults or Faults()
        self._exchanges = Exchanges(self._faults, random, sleep)
        self.reset()

    def reset(self) -> None:
        """Off the reader and on again: MF current, nothing verified. Counters of tries stay."""
        self._exchanges.reset()
        self._directory = "MF"
        self._current: int | None = None
        self._verified: set[int] = set()

    def tries_left(self) -> Mapping[str, int]:
        """Tries left of "pin1" and "pin2"."""
        return {f"pin{number}": pin.left for number, pin in self._pins.items()}

    def process(self, apdu: bytes, /) -> bytes:
        """One exchange."""
        return self._exchanges.run(apdu, self._answer)

    def _answer(self, apdu: bytes) -> bytes:
        try:
            command = Command.decode(apdu)
        except DataError:
            return _sw(0x6700).encode()
        return self._dispatch(command, len(apdu)).encode()

    def _dispatch(self, command: Command, length: int) -> Response:
        if command.cla in {0x01, 0x02, 0x03}:
            return _sw(0x6881)
        if command.cla in {0x04, 0x08, 0x0C}:
            return _sw(0x6882)
        if command.cla != 0x00:
            return _sw(0x6E00)
        handler = self._commands.get(command.ins)
        if handler is None:
            return _sw(0x6D00)
        if command.extended and self._faults.short_only:
            return _sw(0x6700)
        if command.ins == 0x20 and not command.data and length != 4:
            return _sw(0x6700)  # the question for the tries is four octets (§18.4)
        return handler(self, command)

    # -- selection ---------------------------------------------------------------------------------------------------

    def _select(self, command: Command) -> Response:
        if command.p1 == 0x00 and command.p2 == 0x00:
            if command.data not in {b"", b"\x3f\x00"}:
                return _sw(0x6A82)
            return self._enter("MF")
        if command.p1 == 0x04 and command.p2 in {0x00, 0x0C}:
            aid = command.data
            found = [name for name, whole in AIDS.items() if whole.startswith(aid)]
            return self._enter(found[0]) if len(aid) >= _LEAST_AID and len(found) == 1 else _sw(0x6A82)
        if command.p1 == 0x02 and command.p2 == 0x0C:  # an FCI form exists, its content is unknown (§3)
            if len(command.data) != 2:
                return _sw(0x6700)
            identifier = int.from_bytes(command.data, "big")
            if identifier not in _FILES[self._directory] and not self._is_pin(identifier):
                return _sw(0x6A82)
            self._current = identifier
            return _sw(0x9000)
        return _sw(0x6A86)

    def _enter(self, directory: str) -> Response:
        self._directory = directory
        self._current = None
        blocked = self._faults.directory_blocked and directory == "DF1"
        return _sw(0x6283 if blocked else 0x9000)  # a warning: the directory is selected all the same (§3)

    def _is_pin(self, identifier: int) -> bool:
        return self._directory == "MF" and identifier in self._pins

    # -- reading -----------------------------------------------------------------------------------------------------

    def _read_binary(self, command: Command) -> Response:
        if command.data or command.le is None:
            return _sw(0x6700)
        identifier, offset = self._current, command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            if command.p1 & 0x60:
                return _sw(0x6A86)
            identifier, offset = command.p1 & 0x1F or self._current, command.p2
        if identifier is None:
            return _sw(0x6986)
        if self._is_pin(identifier):
            return _sw(0x6981)
        files = _FILES[self._directory]
        if identifier not in files:
            return _sw(0x6A82)
        opened_by = files[identifier]
        if opened_by is not None and not opened_by <= self._verified:
            return _sw(0x6982)
        self._current = identifier
        name = _NAMES.get(identifier, f"EF{identifier:02d}")
        content = self.files[f"{self._directory}/{name}"]
        if offset >= len(content):
            return _sw(0x6B00)
        data, status = read_command(content[offset:], command.le, self._faults, plain=True)
        return Response(data, status)

    # -- PINs --------------------------------------------------------------------------------------------------------

    def _verify(self, command: Command) -> Response:
        if command.p1 or not command.p2 & 0x80 or command.p2 & 0x60:
            return _sw(0x6A86)
        identifier = command.p2 & 0x1F or self._current
        if identifier is None:
            return _sw(0x6986)
        if not self._is_pin(identifier):
            return _sw(0x6981 if identifier in _FILES[self._directory] else 0x6A82)
        pin = self._pins[identifier]
        if not command.data:
            if not pin.left and self._faults.blocked_query_6984:
                return _sw(0x6984)
            return _sw(0x63C0 | pin.left)
        if len(command.data) != _PIN_LENGTH or command.le is not None:
            return _sw(0x6700)
        if not pin.left:
            return _sw(0x6983 if self._faults.blocked_6983 else 0x6984)
        pin.left -= 1  # before comparing, so that a card torn from the reader has spent the try
        self._verified.discard(identifier)
        if equal(pin.value, command.data):
            pin.left = _MAX_TRIES
            self._verified.add(identifier)
            return _sw(0x9000)
        return _sw(0x6300 if self._faults.mismatch_6300 else 0x63C0 | pin.left)

    _commands: ClassVar[Mapping[int, Callable[[LicenceChip, Command], Response]]] = {
        0xA4: _select,
        0xB0: _read_binary,
        0x20: _verify,
    }


def _sw(status: int) -> Response:
    return Response(b"", status)
