"""The card: commands in, answers out (residence-card.md §1.3–§1.6, §3, §5.3, §11).

State: current directory and file, the challenge (for the very next command only), the session key, whether the number
was verified. Where the sheet leaves a status word open, §11 decides, and what §11 leaves open is said beside the line.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from honnin.apdu import Command, Response
from honnin.core.clock import system_random
from honnin.core.errors import DataError
from honnin.core.tlv import TlvError, encode, parse_all
from honnin.crypto import Cipher, equal
from honnin_virtual.card import Sleep
from honnin_virtual.exchange import Exchanges, read_command
from honnin_virtual.faults import Faults
from honnin_virtual.residence.session import NUMBER_LENGTH, Suite

__all__ = ["ATR", "DF1", "DF2", "DF3", "MF", "RESIDENCE_AP", "Access", "ElementaryFile", "ResidenceChip"]

ATR = bytes.fromhex("3B8880010000000091 81C100D8".replace(" ", ""))  # real protocol octets are unknown (§1.2)
MF = bytes.fromhex("3F00")
RESIDENCE_AP = bytes.fromhex("D392F0004F01") + bytes(10)  # 在留AP of specified cards (§1.6)
DF1 = bytes.fromhex("D392F0004F02") + bytes(10)
DF2 = bytes.fromhex("D392F0004F03") + bytes(10)
DF3 = bytes.fromhex("D392F0004F04") + bytes(10)

_PLAIN, _SECURE = 0x00, 0x08
_SELECT, _CHALLENGE, _MUTUAL, _VERIFY, _READ = 0xA4, 0x84, 0x82, 0x20, 0xB0
_LONG_ANSWER = 64
_TRUSTS_LC = (_SELECT, _MUTUAL, _VERIFY)  # §1.3: octets behind Lc are ignored


class Access(Enum):
    """What a file asks for: nothing, the verified number, or the number and secure messaging (§2)."""

    FREE = 0
    NUMBER = 1
    SECURED = 2


@dataclass(frozen=True, slots=True)
class ElementaryFile:
    """One file at its full size. `name` as in the sheet ("DF1/EF01"); `sfi` is another number than the name's."""

    name: str
    sfi: int
    data: bytes
    access: Access


class ResidenceChip:
    """One card on a reader. `directories`: MF and the DFs by AID; a stub answers only what a specified card shows free.

    `strict`: VERIFY works with the MF current only, READ BINARY in plain needs the extended form (§11.5, §11.6).
    """

    def __init__(
        self, name: str, number: str, cipher: Cipher, directories: Mapping[bytes, tuple[ElementaryFile, ...]], *,
        faults: Faults | None = None, strict: bool = False, stub: bool = False, atr: bytes = ATR,
        random: Callable[[int], bytes] = system_random, sleep: Sleep = time.sleep,
    ) -> None:  # fmt: skip
        self.name = name
        self.document = "residence"
        self.atr = atr
        self._directories = {aid: {file.sfi: file for file in files} for aid, files in directories.items()}
        self._suite = Suite(cipher, number)
        self._faults = faults or Faults()
        self._strict = strict
        self._stub = stub
        self._random = random
        self._exchanges = Exchanges(self._faults, random, sleep)
        self.reset()

    def reset(self) -> None:
        """Off the reader and on again: MF current, nothing verified, no session key."""
        self._exchanges.reset()
        self._directory = MF
        self._current: ElementaryFile | None = None
        self._challenge: bytes | None = None
        self._session_key: bytes | None = None
        self._verified = False

    @property
    def files(self) -> Mapping[str, bytes]:
        """Contents by the sheet's names, "DF1/EF01" → octets, whatever protects them."""
        return {file.name: file.data for files in self._directories.values() for file in files.values()}

    def process(self, apdu: bytes, /) -> bytes:
        """One exchange."""
        return self._exchanges.run(apdu, self._answer)

    def _answer(self, apdu: bytes) -> bytes:
        challenge, self._challenge = self._challenge, None  # MUTUAL AUTHENTICATE must follow at once (§3.3)
        try:
            command = Command.decode(_cut_to_lc(apdu))
        except DataError:
            return _sw(0x6700).encode()
        return self._dispatch(command, challenge).encode()

    def _dispatch(self, command: Command, challenge: bytes | None) -> Response:
        if command.cla not in {_PLAIN, _SECURE}:
            return _sw(0x6E00)
        if command.ins not in {*self._commands, _MUTUAL}:
            return _sw(0x6D00)
        if command.cla == _SECURE and command.ins in {_SELECT, _CHALLENGE, _MUTUAL}:
            return _sw(0x6882)
        if command.extended and self._faults.short_only:
            return _sw(0x6700)
        if self._stub and command.ins not in {_SELECT, _READ}:
            return _sw(0x6985)
        if command.ins == _MUTUAL:
            return self._mutual_authenticate(command, challenge)
        return self._commands[command.ins](self, command)

    # -- selection ---------------------------------------------------------------------------------------------------

    def _select(self, command: Command) -> Response:
        """The two forms of §1.4. The authentication outlives it; there is no response data."""
        if (command.p1, command.p2) not in {(0x00, 0x00), (0x04, 0x0C)}:
            return _sw(0x6A86)
        if command.le is not None or len(command.data) != (16 if command.p1 else 2):
            return _sw(0x6700)
        if self._stub and command.data in {DF1, DF2, DF3}:
            return _sw(0x6985)
        if command.data not in self._directories:
            return _sw(0x6A82)
        self._directory = command.data
        self._current = None
        return _sw(0x9000)

    # -- authentication ----------------------------------------------------------------------------------------------

    def _get_challenge(self, command: Command) -> Response:
        if command.p1 or command.p2:
            return _sw(0x6A86)
        if command.data or command.le != 8:
            return _sw(0x6700)
        self._challenge = self._random(8)
        return Response(self._challenge, 0x9000)

    def _mutual_authenticate(self, command: Command, challenge: bytes | None) -> Response:
        if command.p1 or command.p2:
            return _sw(0x6A86)
        if len(command.data) != 0x28 or (command.le or 0x28) < 0x28:
            return _sw(0x6700)
        if challenge is None:
            return _sw(0x6985)
        self._verified = False
        answer = self._suite.answer(command.data, challenge, self._random(16))
        if answer is None:
            self._session_key = None
            return _sw(0x6300)
        data, self._session_key = answer
        if self._faults.wrong_mutual:
            data = data[:-1] + bytes([data[-1] ^ 0x01])
        return Response(data, 0x9000)

    def _verify(self, command: Command) -> Response:
        """The number under secure messaging; every try replaces the result of the last, without a counter (§3.3)."""
        if command.cla != _SECURE:
            return _sw(0x6985)
        if command.p1:
            return _sw(0x6A86)
        if command.p2 != 0x86 or (self._strict and self._directory != MF):
            return _sw(0x6A82)
        if len(command.data) != 0x13 or command.le is not None:
            return _sw(0x6700)
        if self._session_key is None:
            return _sw(0x6985)
        value = _only_object(command.data, 0x86)
        if isinstance(value, int):
            return _sw(value)
        plain = self._suite.decrypt(self._session_key, value[1:]) if value[:1] == b"\x01" else None
        if plain is None:
            return _sw(0x6988)
        self._verified = len(plain) == NUMBER_LENGTH and equal(plain, self._suite.number)
        return _sw(0x9000 if self._verified else 0x6300)

    # -- reading -----------------------------------------------------------------------------------------------------

    def _read_binary(self, command: Command) -> Response:
        secured = command.cla == _SECURE
        le = self._expected_length(command)
        if isinstance(le, Response):
            return le
        file, offset = self._addressed(command)
        if isinstance(file, Response):
            return file
        if file.access is not Access.FREE and not self._verified:
            return _sw(0x6982)
        if file.access is Access.SECURED and not secured:
            return _sw(0x6982)
        if offset >= len(file.data):
            return _sw(0x6B00)
        self._current = file
        data, status = read_command(file.data[offset:], le, self._faults, plain=not secured)
        if not secured or self._session_key is None:
            return Response(data, status)
        cryptogram = self._suite.encrypt(self._session_key, data)
        if self._faults.altered_on_the_way and len(data) > _LONG_ANSWER:
            cryptogram = cryptogram[:_LONG_ANSWER] + bytes([cryptogram[_LONG_ANSWER] ^ 0x01]) + cryptogram[65:]
        return Response(encode(0x86, b"\x01" + cryptogram), status)

    def _expected_length(self, command: Command) -> int | Response:
        """Plain: the Le field, short or extended. Secured: the object 96 02 LL LL, 0000 = all (§3.4)."""
        if command.cla == _PLAIN:
            if command.data or command.le is None or (self._strict and not command.extended):
                return _sw(0x6700)
            return command.le
        if command.le is None or (self._strict and not command.extended):
            return _sw(0x6700)
        if self._session_key is None:
            return _sw(0x6985)
        value = _only_object(command.data, 0x96)
        if isinstance(value, int):
            return _sw(value)
        if len(value) != 2:
            return _sw(0x6988)
        return int.from_bytes(value, "big") or 0x10000

    def _addressed(self, command: Command) -> tuple[ElementaryFile | Response, int]:
        """The file that P1-P2 name, and the offset in it (§3.5)."""
        if command.p1 & 0x80:
            if command.p1 & 0x60:
                return _sw(0x6A86), 0
            file = self._directories.get(self._directory, {}).get(command.p1 & 0x1F)
            return (file or _sw(0x6A82)), command.p2
        return (self._current or _sw(0x6986)), command.p1 << 8 | command.p2

    _commands: ClassVar[Mapping[int, Callable[[ResidenceChip, Command], Response]]] = {
        _SELECT: _select,
        _CHALLENGE: _get_challenge,
        _VERIFY: _verify,
        _READ: _read_binary,
    }


def _cut_to_lc(apdu: bytes) -> bytes:
    """Octets behind the data (and an Le of one octet) are not looked at, for the commands of which §1.3 says so."""
    if len(apdu) < 6 or apdu[1] not in _TRUSTS_LC or not apdu[4]:
        return apdu
    end = 5 + apdu[4]
    return apdu[:end] if len(apdu) > end + 1 else apdu


def _only_object(data: bytes, tag: int) -> bytes | int:
    """The value of the one secure messaging object, or the status word that says what is wrong (§5.3)."""
    try:
        objects = parse_all(data, count=2)
    except TlvError:
        return 0x6988
    if not objects:
        return 0x6987
    if len(objects) > 1 or objects[0].tag != tag:
        return 0x6988
    return objects[0].value


def _sw(status: int) -> Response:
    return Response(b"", status)
