"""The passport chip as a state machine (sheet passport.md §1, §2, §16).

State: the current folder (master file or application) and file; whether access was granted; the secure channel; a run
of PACE or Chip Authentication in between; a challenge of BAC. What a command may do follows from the state:

    state                    free files   protected files          INTERNAL AUTHENTICATE, CA
    no access                9000         6982 (SELECT and READ)   6982
    access none (old chips)  9000         9000                     9000
    secure channel           9000         9000, DG3/DG4 6982       9000
    plain command in it      the channel is gone; the command is then answered as without access
    bad protected command    6987/6988 unprotected; the channel is gone
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from honnin.apdu import Command, Response
from honnin.core.errors import HonninError
from honnin.core.tlv import encode, parse_all, parse_single
from honnin_virtual import der
from honnin_virtual.passport.chip_keys import (
    Refused,
    active_authentication,
    agree,
    basic_access,
    ca_public_from_general_authenticate,
    choose_ca,
)
from honnin_virtual.passport.pace import PaceRefused, PaceRun, password_key
from honnin_virtual.passport.profile import (
    APPLICATION_SFI,
    FREE_FILES,
    MF_SFI,
    CaKey,
    ChipProfile,
)
from honnin_virtual.passport.secure_messaging import ChipChannel, SmRefused
from honnin_virtual.passport.security_infos import PaceSpec, pace_oid

__all__ = ["AID", "PassportChip"]

AID = bytes.fromhex("A0000002471001")

_OK = 0x9000
_END_OF_FILE = 0x6282
_WRONG_LENGTH = 0x6700
_CHAIN = 0x6883
_NOT_ALLOWED = 0x6982
_CONDITIONS = 0x6985
_WRONG_DATA = 0x6A80
_NO_FILE = 0x6A82
_WRONG_P1P2 = 0x6A86
_NO_REFERENCE = 0x6A88
_WRONG_OFFSET = 0x6B00
_NO_INS = 0x6D00
_NO_CLA = 0x6E00
_EAC_ONLY = frozenset({0x0103, 0x0104})  # fingers and iris need Terminal Authentication
_PASSWORDS = {0x01: "mrz", 0x02: "can"}


class PassportChip:
    """One chip. `answer` takes and gives octets; it never raises for what a terminal sends."""

    def __init__(
        self,
        profile: ChipProfile,
        random: Callable[[int], bytes],
        *,
        pace_refused: int | None = None,
        endless: tuple[bool, int] | None = None,
    ) -> None:
        """`pace_refused`: PACE ends with this status word. `endless`: a file (in the application?, id) without end."""
        self._profile = profile
        self._random = random
        self._pace_refused = pace_refused
        self._endless = endless
        self.reset()

    def reset(self) -> None:
        """Power off and on: the master file is current, nothing is granted."""
        self._in_application = False
        self._file: int | None = None
        self._channel: ChipChannel | None = None
        self._next_channel: ChipChannel | None = None
        self._pace: PaceRun | None = None
        self._ca: CaKey | None = None
        self._rnd_ic = b""
        self._pending = Response(b"", _OK)

    @property
    def secured(self) -> bool:
        """Whether secure messaging is on."""
        return self._channel is not None

    def answer(self, apdu: bytes) -> bytes:
        """One exchange."""
        limits = self._profile.limits
        try:
            command = Command.decode(apdu)
        except HonninError:
            return self._abort(_WRONG_LENGTH)
        if command.ins == 0xC0 and limits.get_response:
            return self._get_response(command.le or 256)
        self._pending = Response(b"", _OK)
        key_command = command.ins in {0x22, 0x86}  # extended length is allowed for them without asking (§2.2)
        if command.needs_extended and not (limits.extended or key_command):
            return self._abort(_WRONG_LENGTH)
        if command.needs_extended and len(apdu) > limits.max_command:
            return self._abort(_WRONG_LENGTH)
        room = limits.max_response if command.needs_extended or limits.get_response else 256
        response = self._secured(command, room) if command.cla & 0x0C else self._plain(command, room)
        return self._send(command, response)

    # --- transport

    def _send(self, command: Command, response: Response) -> bytes:
        if not self._profile.limits.get_response or not response.data:
            return response.encode()
        if command.data:  # case 4: the answer is fetched
            self._pending = response
            return Response(b"", 0x6100 | min(len(response.data), 256) & 0xFF).encode()
        if command.le is not None and command.le > len(response.data):
            return Response(b"", 0x6C00 | len(response.data) & 0xFF).encode()
        return response.encode()

    def _get_response(self, length: int) -> bytes:
        if not self._pending.data:
            return Response(b"", _CONDITIONS).encode()
        part, rest = self._pending.data[:length], self._pending.data[length:]
        self._pending = replace(self._pending, data=rest)
        sw = 0x6100 | min(len(rest), 256) & 0xFF if rest else self._pending.sw
        return Response(part, sw).encode()

    def _abort(self, sw: int) -> bytes:
        self._drop_channel()
        return Response(b"", sw).encode()

    def _drop_channel(self) -> None:
        self._channel = self._next_channel = self._pace = self._ca = None

    def _plain(self, command: Command, room: int) -> Response:
        if self._channel is not None:
            self._drop_channel()
        room = min(room, self._asked(command))
        response = self._fitting(self._handle(command, room), room)
        self._channel, self._next_channel = self._next_channel or self._channel, None
        return response

    def _secured(self, command: Command, room: int) -> Response:
        if self._channel is None:
            return Response(b"", _NOT_ALLOWED)
        if command.cla & 0x0C != 0x0C:
            self._drop_channel()
            return Response(b"", _NO_CLA)
        if command.le is None:  # a protected answer is never empty
            self._drop_channel()
            return Response(b"", _WRONG_LENGTH)
        odd = bool(command.ins & 1)
        try:
            inner = self._channel.unwrap(command)
        except SmRefused as refused:
            self._drop_channel()
            return Response(b"", refused.sw)
        room = min(self._channel.capacity(min(room, self._asked(command)), odd=odd), inner.le or 0)
        response = self._fitting(self._handle(inner, room), room)
        protected = self._channel.wrap(response, odd=odd)
        # Chip Authentication: its last answer still goes out under the old keys (§7).
        self._channel, self._next_channel = self._next_channel or self._channel, None
        return protected

    def _asked(self, command: Command) -> int:
        """The length of answer that fits the command's Le; GET RESPONSE can fetch more than a short Le says."""
        if self._profile.limits.get_response and command.le == 256:
            return self._profile.limits.max_response
        return command.le or 0

    def _fitting(self, response: Response, room: int) -> Response:
        """The answer, or 6700 when there is no room for it; then nothing has happened."""
        if len(response.data) <= room:
            return response
        self._next_channel = self._pace = self._ca = None
        return Response(b"", _WRONG_LENGTH)

    # --- commands

    def _handle(self, command: Command, room: int) -> Response:
        if command.cla not in ({0x00, 0x10} if command.ins == 0x86 else {0x00}):
            return Response(b"", _NO_CLA)
        if command.ins != 0x86:
            self._pace = None
        if command.ins not in {0x86, 0x22}:
            self._ca = None
        handlers = {
            0xA4: self._select,
            0xB0: self._read,
            0xB1: self._read_odd,
            0x84: self._get_challenge,
            0x82: self._external_authenticate,
            0x88: self._internal_authenticate,
            0x22: self._manage_security,
            0x86: self._general_authenticate,
        }
        handler = handlers.get(command.ins)
        if handler is None:
            return Response(b"", _NO_INS)
        try:
            return handler(command, room)
        except (Refused, PaceRefused) as refused:
            self._pace = self._ca = None
            return Response(b"", refused.sw)

    @property
    def _granted(self) -> bool:
        return self._channel is not None or self._profile.open

    def _select(self, command: Command, _: int) -> Response:
        how = command.p1, command.p2
        if how == (0x04, 0x0C):
            if command.data != AID:
                return Response(b"", _NO_FILE)
            self._in_application, self._file, self._rnd_ic = True, None, b""
            return Response(b"", _OK)
        if how == (0x00, 0x0C) and command.data in {b"", b"\x3f\x00"}:
            self._in_application, self._file, self._rnd_ic = False, None, b""
            return Response(b"", _OK)
        if how == (0x02, 0x0C):
            if len(command.data) != 2:
                return Response(b"", _WRONG_LENGTH)
            file = int.from_bytes(command.data, "big")
            sw = self._may_use(file)
            if sw == _OK:
                self._file = file
            return Response(b"", sw)
        return Response(b"", _WRONG_P1P2)

    def _may_use(self, file: int) -> int:
        """9000, 6982 (protected; a missing file is not told apart before access) or 6A82."""
        files = self._profile.application if self._in_application else self._profile.mf
        free = self._profile.open or (not self._in_application and file in FREE_FILES)
        if not free and self._channel is None:
            known = self._in_application or file in files
            return _NOT_ALLOWED if known else _NO_FILE
        if self._in_application and file in _EAC_ONLY and file in files:
            return _NOT_ALLOWED
        return _OK if file in files else _NO_FILE

    def _by_sfi(self, sfi: int) -> int | None:
        return (APPLICATION_SFI if self._in_application else MF_SFI).get(sfi)

    def _read(self, command: Command, room: int) -> Response:
        if command.p1 & 0x80:
            if command.p1 & 0x60:
                return Response(b"", _WRONG_P1P2)
            file, offset = self._by_sfi(command.p1 & 0x1F), command.p2
        else:
            file, offset = self._file, command.p1 << 8 | command.p2
        if command.data or command.le is None:
            return Response(b"", _WRONG_LENGTH)
        return self._read_file(file, offset, command.le, room, current=not command.p1 & 0x80)

    def _read_odd(self, command: Command, room: int) -> Response:
        if command.le is None:
            return Response(b"", _WRONG_LENGTH)
        try:
            item = parse_single(command.data)
        except HonninError:
            return Response(b"", _WRONG_DATA)
        if item.tag != 0x54 or not 1 <= len(item.value) <= 4:
            return Response(b"", _WRONG_DATA)
        which = command.p1 << 8 | command.p2
        file = self._file if which == 0 else self._by_sfi(which) if which < 0x20 else which
        # Le counts the tag and length of the data object too.
        asked = command.le if command.le in {256, 65_536} else _room_in_53(command.le)
        room = _room_in_53(min(room, command.le))
        answer = self._read_file(file, int.from_bytes(item.value, "big"), asked, room, current=which == 0)
        return replace(answer, data=encode(0x53, answer.data)) if answer.data else answer

    def _read_file(self, file: int | None, offset: int, le: int, room: int, *, current: bool) -> Response:
        if file is None:
            no_current = _NOT_ALLOWED if current and not self._granted and self._in_application else 0x6986
            return Response(b"", no_current if current else _NO_FILE)
        sw = self._may_use(file)
        if sw != _OK:
            return Response(b"", sw)
        self._file = file
        content = (self._profile.application if self._in_application else self._profile.mf)[file]
        endless = self._endless == (self._in_application, file)
        if offset >= len(content) and not endless:
            return Response(b"", _WRONG_OFFSET)
        count = min(room, le, self._profile.limits.read_at_most or le)
        data = content[offset : offset + count]
        if endless:
            return Response(data.ljust(count, b"\x00"), _OK)
        # Le = 00 asks for "what there is"; any other length that passes the end of the file is warned of.
        ended = le not in {256, 65_536} and offset + le > len(content)
        return Response(data, _END_OF_FILE if ended else _OK)

    # --- Basic Access Control

    def _get_challenge(self, command: Command, _: int) -> Response:
        if not self._profile.bac:
            return Response(b"", _NO_REFERENCE if self._profile.pace else _NO_INS)
        if not self._in_application or self._channel is not None:
            return Response(b"", _CONDITIONS)
        if command.le != 8 or command.p1 or command.p2:
            return Response(b"", _WRONG_LENGTH)
        self._rnd_ic = self._random(8)
        return Response(self._rnd_ic, _OK)

    def _external_authenticate(self, command: Command, _: int) -> Response:
        if not self._profile.bac:
            return Response(b"", _NO_REFERENCE if self._profile.pace else _NO_INS)
        rnd_ic, self._rnd_ic = self._rnd_ic, b""
        if not rnd_ic or self._channel is not None:
            return Response(b"", _CONDITIONS)
        if command.le is None:
            return Response(b"", _WRONG_LENGTH)
        answer, self._next_channel = basic_access(self._profile.mrz_information, rnd_ic, command.data, self._random)
        return Response(answer, _OK)

    # --- Active Authentication

    def _internal_authenticate(self, command: Command, room: int) -> Response:
        if not self._granted or not self._in_application:
            return Response(b"", _NOT_ALLOWED)
        if self._profile.aa is None:
            return Response(b"", _NO_INS)
        if len(command.data) != 8 or command.le is None:
            return Response(b"", _WRONG_LENGTH)
        if command.p1 or command.p2:
            return Response(b"", _WRONG_P1P2)
        signature = active_authentication(self._profile.aa, command.data, self._random)
        return Response(signature, _OK) if len(signature) <= room else Response(b"", _WRONG_LENGTH)

    # --- PACE and Chip Authentication

    def _manage_security(self, command: Command, _: int) -> Response:
        how = command.p1, command.p2
        if how == (0xC1, 0xA4):
            self._ca = None
            return self._set_pace(command.data)
        if how not in {(0x41, 0xA4), (0x41, 0xA6)}:
            return Response(b"", _WRONG_P1P2)
        if not self._granted or not self._in_application:
            return Response(b"", _NOT_ALLOWED)
        if not self._profile.ca:
            return Response(b"", _NO_REFERENCE)
        key, public = choose_ca(self._profile.ca, command.data, key_agreement=command.p2 == 0xA6)
        if command.p2 == 0xA6:
            self._next_channel = agree(key, public)
        else:
            self._ca = key
        return Response(b"", _OK)

    def _set_pace(self, data: bytes) -> Response:
        if not self._profile.pace:
            return Response(b"", _NO_INS)
        if self._in_application or self._channel is not None:
            return Response(b"", _CONDITIONS)
        try:
            objects = parse_all(data, count=4)
        except HonninError:
            return Response(b"", _WRONG_DATA)
        values = MappingProxyType({item.tag: item.value for item in objects})
        if tuple(item.tag for item in objects) not in {(0x80, 0x83), (0x80, 0x83, 0x84)} or len(values[0x83]) != 1:
            return Response(b"", _WRONG_DATA)
        offers = [spec for spec in self._profile.pace if der.oid_value(pace_oid(spec)) == values[0x80]]
        if not offers or self._pace_refused == _WRONG_DATA:
            return Response(b"", _WRONG_DATA)
        if 0x84 in values:
            offers = [spec for spec in offers if spec.parameter_id == int.from_bytes(values[0x84], "big")]
        password = _PASSWORDS.get(values[0x83][0])
        secret = {"mrz": self._profile.mrz_information, "can": self._profile.can}.get(password or "", "")
        # More than one set of domain parameters and none named: the chip cannot know which (§8.3).
        if len(offers) != 1 or not secret or self._pace_refused == _NO_REFERENCE:
            return Response(b"", _NO_REFERENCE)
        self._pace = self._start(offers[0], secret, is_mrz=password == "mrz")  # noqa: S105 - its kind
        return Response(b"", _OK)

    def _start(self, spec: PaceSpec, secret: str, *, is_mrz: bool) -> PaceRun:
        key = password_key(spec.cipher, secret, is_mrz=is_mrz)
        return PaceRun(spec, key, self._random, self._profile.cam_keys.get(spec.parameter_id))

    def _general_authenticate(self, command: Command, _: int) -> Response:
        if command.p1 or command.p2:
            return Response(b"", _WRONG_P1P2)
        if self._pace is not None:
            return self._pace_step(self._pace, command)
        if self._ca is None:
            return Response(b"", _CONDITIONS)
        if command.cla & 0x10:
            return Response(b"", _CHAIN)
        key, self._ca = self._ca, None
        self._next_channel = agree(key, ca_public_from_general_authenticate(command.data))
        return Response(b"\x7c\x00", _OK)

    def _pace_step(self, run: PaceRun, command: Command) -> Response:
        last = run.step == 4
        if bool(command.cla & 0x10) == last:
            raise PaceRefused(_CHAIN)
        if command.le is None:
            raise PaceRefused(_WRONG_LENGTH)
        if self._pace_refused in {_NOT_ALLOWED, _CONDITIONS} or (last and self._pace_refused is not None):
            raise PaceRefused(self._pace_refused or _CONDITIONS)
        answer = run.general_authenticate(command.data)
        if last:
            self._next_channel, self._pace = run.channel, None
        return Response(answer, _OK)


def _room_in_53(room: int) -> int:
    """How many octets of a file fit into a data object 53 of `room` octets."""
    for header in (2, 3, 4):
        if (count := room - header) < (0x80, 0x100, 0x10000)[header - 2]:
            return max(count, 0)
    return room - 5
