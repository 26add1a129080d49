"""Secure messaging from the chip's side (sheet passport.md §7; Doc 9303-11 §9.8).

The chip counts up before it checks a command and before it protects a response. It refuses what Doc 9303 does not
write: data objects in another order, an even instruction with DO85, a missing MAC. A refusal ends the session.
"""

from __future__ import annotations

from dataclasses import replace

from honnin.apdu import Command, Response
from honnin.core.errors import HonninError
from honnin.core.tlv import encode, encode_length, parse_all
from honnin.crypto import (
    KDF_ENC,
    KDF_MAC,
    Cipher,
    decrypt_cbc,
    derive,
    encrypt_cbc,
    encrypt_ecb,
    equal,
    mac8_padded,
    pad,
    unpad,
)

__all__ = ["ChipChannel", "SmRefused"]

_MISSING = 0x6987
_INCORRECT = 0x6988
_RESPONSE_TAIL = 4 + 10  # DO99 and DO8E


class SmRefused(HonninError):  # noqa: N818 - says what happened
    """A protected command was not acceptable; `sw` is answered unprotected and the keys are gone."""

    def __init__(self, sw: int) -> None:
        super().__init__("virtual.sm.refused", f"secure messaging refused: {sw:04X}")
        self.sw = sw


class ChipChannel:
    """Session keys and send sequence counter of one session."""

    def __init__(self, cipher: Cipher, ks_enc: bytes, ks_mac: bytes, ssc: bytes | None = None) -> None:
        self._cipher = cipher
        self._enc = ks_enc
        self._mac = ks_mac
        self._ssc = int.from_bytes(ssc, "big") if ssc else 0

    @classmethod
    def from_secret(cls, cipher: Cipher, secret: bytes, ssc: bytes | None = None) -> ChipChannel:
        """Keys by the key derivation of §5 from a shared secret or key seed."""
        return cls(cipher, derive(cipher, secret, KDF_ENC), derive(cipher, secret, KDF_MAC), ssc)

    def unwrap(self, command: Command) -> Command:
        """Check and decrypt. Returns the command as if it had been plain. Raises SmRefused."""
        self._ssc += 1
        block = self._cipher.block_length
        try:
            objects = parse_all(command.data, count=4)
        except HonninError as error:
            raise SmRefused(_MISSING) from error
        tags = tuple(item.tag for item in objects)
        encrypted = 0x85 if command.ins & 1 else 0x87
        if tags not in {(0x8E,), (0x97, 0x8E), (encrypted, 0x8E), (encrypted, 0x97, 0x8E)}:
            raise SmRefused(_MISSING)
        header = bytes([command.cla, command.ins, command.p1, command.p2])
        covered = b"".join(item.raw for item in objects[:-1])
        macs = [mac8_padded(self._cipher, self._mac, self._counter() + pad(header, block) + covered)]
        if not covered:  # whether the padded header alone is padded once more is not said: both are taken
            macs.append(mac8_padded(self._cipher, self._mac, self._counter() + header))
        if not any([equal(mac, objects[-1].value) for mac in macs]):  # noqa: C419 - all are compared
            raise SmRefused(_INCORRECT)
        data, le = b"", None
        for item in objects[:-1]:
            if item.tag == 0x97:
                le = self._expected_length(item.value)
            else:
                data = self._decrypt(item.value, indicator=item.tag == 0x87)
        return replace(command, cla=command.cla & ~0x0C, data=data, le=le, extended=command.needs_extended)

    def _expected_length(self, value: bytes) -> int:
        if len(value) not in {1, 2}:
            raise SmRefused(_INCORRECT)
        return int.from_bytes(value, "big") or 1 << 8 * len(value)

    def _decrypt(self, value: bytes, *, indicator: bool) -> bytes:
        if indicator:
            if value[:1] != b"\x01":
                raise SmRefused(_INCORRECT)
            value = value[1:]
        if not value:
            raise SmRefused(_INCORRECT)
        try:
            return unpad(decrypt_cbc(self._cipher, self._enc, self._iv(), value))
        except HonninError as error:
            raise SmRefused(_INCORRECT) from error

    def wrap(self, response: Response, *, odd: bool) -> Response:
        """Protect a response: [87|85] 99 8E, the status word also outside."""
        self._ssc += 1
        block = self._cipher.block_length
        body = b""
        if response.data:
            cryptogram = encrypt_cbc(self._cipher, self._enc, self._iv(), pad(response.data, block))
            body = encode(0x85, cryptogram) if odd else encode(0x87, b"\x01" + cryptogram)
        body += encode(0x99, response.sw.to_bytes(2, "big"))
        mac = mac8_padded(self._cipher, self._mac, self._counter() + body)
        return Response(body + encode(0x8E, mac), response.sw)

    def capacity(self, total: int, *, odd: bool) -> int:
        """How many plain octets fit into a protected response of `total` data octets (§2.2: 231 and 223 in 256)."""
        block = self._cipher.block_length
        indicator = 0 if odd else 1
        blocks = (total - _RESPONSE_TAIL - 2 - indicator) // block
        while blocks > 0:
            value = indicator + blocks * block
            if 1 + len(encode_length(value)) + value + _RESPONSE_TAIL <= total:
                return blocks * block - 1
            blocks -= 1
        return 0

    def _counter(self) -> bytes:
        return self._ssc.to_bytes(self._cipher.block_length, "big")

    def _iv(self) -> bytes:
        if self._cipher is Cipher.TDES:
            return bytes(8)
        return encrypt_ecb(self._cipher, self._enc, self._counter())
