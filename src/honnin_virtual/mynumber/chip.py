"""The card: commands in, answers out (sheet mynumber-card.md §1.3, §1.4, §3, §4.4, §7.4, §8, §12).

State: current application and file, the references verified in it, the counters of the references (which outlive a
reset), the number of exchanges since the reset. What the sheet does not know is decided here, and said beside it.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping
from typing import ClassVar

from honnin.apdu import Command, Response
from honnin.core.clock import system_random
from honnin.core.errors import DataError
from honnin_virtual.card import CardGone, Sleep
from honnin_virtual.faults import Faults
from honnin_virtual.mynumber.files import Application, Key, Records, Reference, Transparent
from honnin_virtual.mynumber.signing import MODES, compute, sign_record

__all__ = ["CONTACTLESS_ATR", "CONTACT_ATR", "MANAGER_AID", "MyNumberChip"]

CONTACT_ATR = bytes.fromhex("3BE000FF8131FE4514")
CONTACTLESS_ATR = bytes.fromhex("3B8880010000 41E0B381A1003B".replace(" ", ""))
MANAGER_AID = bytes.fromhex("A0000001510000")

_OK = Response(b"", 0x9000)
_FREE_COMMANDS = frozenset({0xA4, 0xB0})  # SELECT, READ BINARY


class MyNumberChip:
    """One card on a reader. `objects` are the data objects of the card manager (§8.3), which is no application here."""

    def __init__(
        self, name: str, applications: tuple[Application, ...], objects: Mapping[int, bytes], *,
        atr: bytes = CONTACT_ATR, faults: Faults | None = None, random: Callable[[int], bytes] = system_random,
        sleep: Sleep = time.sleep,
    ) -> None:  # fmt: skip
        self.name = name
        self.document = "mynumber"
        self.atr = atr
        self._applications = {each.aid: each for each in applications}
        self._objects = dict(objects)
        self._faults = faults or Faults()
        self._random = random
        self._sleep = sleep
        self.reset()

    def reset(self) -> None:
        """Power off and on: card manager level, nothing verified. Counters of tries stay."""
        self._application: Application | None = None
        self._current: int | None = None
        self._verified: set[int] = set()
        self._exchanges = 0
        self._gone = False

    @property
    def files(self) -> Mapping[str, bytes]:
        """Contents of the transparent files, "JPKI/000A" → octets, whatever protects them."""
        return {
            f"{application.name}/{identifier:04X}": file.data
            for application in self._applications.values()
            for identifier, file in application.files.items()
            if isinstance(file, Transparent)
        }

    def tries_left(self) -> Mapping[str, int]:
        """Counter of every reference, "JPKI/0018" → tries left."""
        return {
            f"{application.name}/{identifier:04X}": reference.left
            for application in self._applications.values()
            for identifier, reference in application.references().items()
        }

    def process(self, apdu: bytes, /) -> bytes:
        """One exchange. A card lifted at this exchange has done what it was told: only the answer is lost."""
        if self._gone:
            raise CardGone
        self._exchanges += 1
        faults = self._faults
        if faults.delay_s > 0:
            self._sleep(faults.delay_s)
        answer = self._answer(apdu).encode()
        if faults.removed_at == self._exchanges:
            self._gone = True
            raise CardGone
        if faults.garbage_at == self._exchanges:
            return self._random(1 + len(answer) // 2) + self._random(1)
        if faults.error_at == self._exchanges:
            return b"\x6f\x00"
        return answer

    def _answer(self, apdu: bytes) -> Response:
        try:
            command = Command.decode(apdu)
        except DataError:
            return _sw(0x6700)
        if command.extended and self._faults.short_only:
            return _sw(0x6700)
        if command.cla in (0x08, 0x0C):
            return _sw(0x6882 if command.ins == 0xA4 else 0x69FC)
        application = self._application
        if application is not None and application.others_sw is not None and command.ins not in _FREE_COMMANDS:
            return _sw(application.others_sw)
        handler = self._commands.get((command.cla, command.ins))
        if handler is None:
            return _sw(0x6D00 if command.cla in (0x00, 0x80) else 0x6E00)
        if command.ins == 0x20 and len(apdu) != 4 and not command.data:
            return _sw(0x6700)  # the question for the tries is four octets, no more (§3.3)
        return handler(self, command)

    # -- selection ---------------------------------------------------------------------------------------------------

    def _select(self, command: Command) -> Response:
        if command.p1 == 0x04:
            return self._select_application(command)
        if command.p1 == 0x02:
            if command.p2 != 0x0C:
                return _sw(0x6A86)  # forms other than "no FCI" were never seen (§13 item 7)
            if len(command.data) != 2:
                return _sw(0x6700)
            identifier = int.from_bytes(command.data, "big")
            if self._application is None or identifier not in self._application.files:
                return _sw(0x6A82)
            self._current = identifier
            return _OK
        if command.p1 == 0x00:
            if command.data:
                return _sw(0x6A82)
            return _sw(0x6A86) if self._application is None else _OK  # and nothing changes (§1.4)
        return _sw(0x6A86)

    def _select_application(self, command: Command) -> Response:
        if command.p2 not in (0x00, 0x0C):
            return _sw(0x6A86)
        aid = command.data
        refused = next((each for each in self._applications.values() if aid in each.closed), None)
        if refused is not None and refused.others_sw is not None:
            return _sw(refused.others_sw)
        if aid != MANAGER_AID and aid not in self._applications:
            return _sw(0x6A82)
        self._application = self._applications.get(aid)
        self._current = None
        self._verified.clear()
        if command.p2 == 0x0C:
            return _OK
        return Response(bytes([0x6F, len(aid) + 2, 0x84, len(aid)]) + aid, 0x9000)

    # -- reading -----------------------------------------------------------------------------------------------------

    def _read_binary(self, command: Command) -> Response:
        if command.le is None or command.data:
            return _sw(0x6700)
        if self._application is None:
            return _sw(0x6986)
        identifier, offset = self._current, command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            if command.p1 & 0x60:
                return _sw(0x6A86)
            identifier, offset = command.p1 & 0x1F or self._current, command.p2
        if identifier is None:
            return _sw(0x6986)
        file = self._application.files.get(identifier)
        if file is None:
            return _sw(0x6A82)
        self._current = identifier
        if not isinstance(file, Transparent):
            return _sw(0x6981)
        if file.opened_by is not None and not file.opened_by & self._verified:
            return _sw(0x6982)
        if offset >= len(file.data):
            return _sw(0x6B00)
        return Response(file.data[offset : offset + command.le], 0x9000)

    def _read_record(self, command: Command) -> Response:
        if command.le is None or command.data:
            return _sw(0x6700)
        if command.p2 & 0x07 not in (0x04, 0x05):
            return _sw(0x6A86)
        identifier = command.p2 >> 3 or self._current
        if self._application is None or identifier is None:
            return _sw(0x6986)
        file = self._application.files.get(identifier)
        if file is None:
            return _sw(0x6A82)
        self._current = identifier
        if not isinstance(file, Records):
            return _sw(0x6981)
        if not 1 <= command.p1 <= len(file.records):
            return _sw(0x6A83)
        wanted = file.records[command.p1 - 1 :] if command.p2 & 1 else file.records[command.p1 - 1 : command.p1]
        return Response(b"".join(wanted)[: command.le], 0x9000)

    def _get_data(self, command: Command) -> Response:
        if command.le is None or command.data:
            return _sw(0x6700)
        tag = command.p1 << 8 | command.p2
        if tag == 0x5F51:
            value: bytes | None = CONTACT_ATR[1:]
        else:
            value = self._objects.get(tag) if self._application is None else None
        if value is None:
            return _sw(0x6A88)
        if len(value) > command.le:
            return _sw(0x6700)
        return Response(value, 0x9000)

    def _get_challenge(self, command: Command) -> Response:
        if command.p1 or command.p2:
            return _sw(0x6A86)
        if command.le is None or command.data:
            return _sw(0x6700)
        if command.extended:
            return _sw(0x6985)
        return Response(self._random(command.le), 0x9000)

    # -- references --------------------------------------------------------------------------------------------------

    def _reference(self, p2: int) -> tuple[int, Reference] | Response:
        """The reference that P2 names: 80 the current file, 80|SFI another, without making it current."""
        if not p2 & 0x80 or p2 & 0x60:
            return _sw(0x6A86)
        if self._application is None:
            return _sw(0x6986)
        identifier = p2 & 0x1F or self._current
        if identifier is None:
            return _sw(0x6986)
        file = self._application.files.get(identifier)
        if file is None:
            return _sw(0x6A82)
        return (identifier, file) if isinstance(file, Reference) else _sw(0x6981)

    def _verify(self, command: Command) -> Response:
        found = _sw(0x6A86) if command.p1 else self._reference(command.p2)
        if isinstance(found, Response):
            return found
        identifier, reference = found
        if not command.data:
            return _sw(0x63C0 | reference.left)
        if command.le is not None:
            return _sw(0x6700)
        if reference.only_length is not None and len(command.data) != reference.only_length:
            return _sw(0x6700)
        if not reference.left:
            return _sw(0x6983 if self._faults.blocked_6983 else 0x6984)
        reference.left -= 1  # before comparing, so that a card torn from the reader has spent the try
        self._verified.discard(identifier)
        if reference.value is not None and hmac.compare_digest(reference.value, command.data):
            reference.left = reference.maximum
            self._verified.add(identifier)
            return _OK
        return _sw(0x6300 if self._faults.mismatch_6300 else 0x63C0 | reference.left)

    def _change(self, command: Command) -> Response:
        if command.ins == 0x24 and command.p1 != 0x01:
            return _sw(0x6A86)
        found = self._reference(command.p2)
        if isinstance(found, Response):
            return found
        identifier, reference = found
        if reference.change_ins != command.ins:
            return _sw(0x6985)
        if identifier not in self._verified:
            return _sw(0x6982)
        if len(command.data) not in reference.lengths:
            return _sw(0x6700)
        reference.value = command.data
        return _OK

    # -- keys --------------------------------------------------------------------------------------------------------

    def _sign(self, command: Command) -> Response:
        application = self._application
        if application is None:
            return _sw(0x6985)
        if command.p1 not in MODES:
            return _sw(0x6A86)
        if command.p2 == 0x00:
            identifier = application.default_key
        elif command.p2 == 0x80:
            identifier = self._current
        else:
            identifier = command.p2 & 0x1F
        if identifier is None or command.p2 & 0x60 or (command.p2 and not command.p2 & 0x80):
            return _sw(0x6A86 if command.p2 != 0x80 else 0x6985)
        key = application.files.get(identifier)
        if not isinstance(key, Key) or key.internal_authentication:
            return _sw(0x6985)
        if key.needs is not None and key.needs not in self._verified:
            return _sw(0x6982)
        if command.le is None or command.le < 256:
            return _sw(0x6700)
        signature = compute(key.private, command.p1, command.data)
        return _sw(0x6985) if signature is None else Response(signature, 0x9000)

    def _internal_authenticate(self, command: Command) -> Response:
        """The only key that answers is 0019 of the Common AP, whose public half is nowhere published (§7.4)."""
        if self._application is None:
            return _sw(0x6985)
        key = self._application.files.get(command.p2 & 0x1F or self._current or 0)
        if not isinstance(key, Key) or not key.internal_authentication:
            return _sw(self._application.internal_authentication_sw)
        if command.p1 or command.p2 & 0x60 or not command.p2 & 0x80:
            return _sw(0x6A86)
        if not 1 <= len(command.data) <= 255 or command.le is None:
            return _sw(0x6700)
        return Response(sign_record(key.private, command.data), 0x9000)

    def _set_session_key(self, command: Command) -> Response:
        """Secure messaging is optional (§5.7) and not offered: with the PIN, the function is not there."""
        del command
        if self._application is None:
            return _sw(0x6D00)
        if self._application.session_key_sw == 0x6A81 and 0x11 not in self._verified:
            return _sw(0x6982)
        return _sw(self._application.session_key_sw)

    def _set_public_key(self, command: Command) -> Response:
        """Terminals with a certificate of their own (§4.6): never ours."""
        del command
        return _sw(0x6A86)

    _commands: ClassVar[Mapping[tuple[int, int], Callable[[MyNumberChip, Command], Response]]] = {
        (0x00, 0xA4): _select,
        (0x00, 0xB0): _read_binary,
        (0x00, 0xB2): _read_record,
        (0x00, 0x20): _verify,
        (0x00, 0x24): _change,
        (0x80, 0x32): _change,
        (0x00, 0x84): _get_challenge,
        (0x00, 0x88): _internal_authenticate,
        (0x00, 0xCA): _get_data,
        (0x80, 0x2A): _sign,
        (0x80, 0xA2): _set_public_key,
        (0x80, 0xAE): _set_session_key,
    }


def _sw(status: int) -> Response:
    return Response(b"", status)
