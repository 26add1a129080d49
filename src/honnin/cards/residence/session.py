"""Mutual authentication with the card number, and the secure messaging of these cards (residence-card.md §3, §6.3).

Not the secure messaging of passports (honnin.apdu.secure_messaging): it only encrypts. There is no MAC, no counter and
no status word inside, the IV is always zero, the class byte is 08. Whoever sits between reader and card can change
answers without being seen; what the signature does not cover is therefore worth no more than print.
"""

from __future__ import annotations

from honnin.apdu import Command, Response
from honnin.cards.residence.keys import CardNumber
from honnin.core.clock import Random
from honnin.core.errors import CallerError, CardError, HonninError
from honnin.core.tlv import TlvError, encode, parse_single
from honnin.crypto import Cipher, cmac, decrypt_cbc, digest, encrypt_cbc, equal, pad, retail_mac, unpad

__all__ = ["GET_CHALLENGE", "Handshake", "Session"]

GET_CHALLENGE = Command(0x00, 0x84, 0x00, 0x00, le=8, note="access")
CHALLENGE_LENGTH = 8
_CRYPTOGRAM = 32
_MAC = 8
_VERIFY_P2 = 0x86
_WRONG_NUMBER = frozenset({0x6300, *range(0x63C0, 0x63D0)})
_MAX_ANSWER = 20 * 1024


def mac8(cipher: Cipher, key: bytes, data: bytes) -> bytes:
    """Retail MAC with padding method 2 although the data are aligned (§3.2); AES: the first half of a CMAC (§6.3)."""
    if cipher is Cipher.TDES:
        return retail_mac(key, pad(data, cipher.block_length))
    return cmac(key, data)[:_MAC]


class Handshake:
    """One MUTUAL AUTHENTICATE. Takes 8 + 16 octets from `random`."""

    __slots__ = ("_cipher", "_k_ifd", "_key", "_rnd_icc", "_rnd_ifd", "command")

    def __init__(self, cipher: Cipher, number: CardNumber, challenge: Response, random: Random) -> None:
        """`challenge` is the answer to GET CHALLENGE. Raises CardError `card.access.refused`, CallerError."""
        if not challenge.ok or len(challenge.data) != CHALLENGE_LENGTH:
            raise CardError("card.access.refused", "the chip gave no challenge", sw=challenge.sw)
        self._cipher = cipher
        self._key = number.key()
        self._rnd_icc = challenge.data
        self._rnd_ifd, self._k_ifd = random(8), random(16)
        if (len(self._rnd_ifd), len(self._k_ifd)) != (8, 16):
            raise CallerError("crypto.random", "the random source does not work")
        sent = encrypt_cbc(cipher, self._key, bytes(cipher.block_length), self._rnd_ifd + self._rnd_icc + self._k_ifd)
        self.command = Command(0x00, 0x82, 0x00, 0x00, sent + mac8(cipher, self._key, sent), le=256, note="access")

    def finish(self, answer: Response) -> Session:
        """The session, if the chip knows the number too. Raises CardError: `card.residence.wrong_number` (the number is
        wrong; nothing is counted), `card.access.refused`, `card.residence.proof` (the chip does not prove itself).
        """
        if not answer.ok:
            if answer.sw in _WRONG_NUMBER:
                raise CardError("card.residence.wrong_number", "the chip does not accept the card number", sw=answer.sw)
            raise CardError("card.access.refused", "the chip refused access", sw=answer.sw)
        sent, mac = answer.data[:_CRYPTOGRAM], answer.data[_CRYPTOGRAM:]
        whole = len(answer.data) == _CRYPTOGRAM + _MAC
        if not whole or not equal(mac, mac8(self._cipher, self._key, sent)):
            raise CardError("card.residence.proof", "the chip did not prove that it knows the number")
        opened = decrypt_cbc(self._cipher, self._key, bytes(self._cipher.block_length), sent)
        if not equal(opened[:16], self._rnd_icc + self._rnd_ifd):
            raise CardError("card.residence.proof", "the chip answered to another challenge")
        seed = bytes(ours ^ theirs for ours, theirs in zip(self._k_ifd, opened[16:], strict=True))
        return Session(self._cipher, digest("sha1", seed + (1).to_bytes(4, "big"))[:16])


class Session:
    """The one session key. `close` drops it."""

    __slots__ = ("_key", "cipher")

    def __init__(self, cipher: Cipher, key: bytes) -> None:
        self.cipher = cipher
        self._key: bytes | None = key

    def __repr__(self) -> str:
        return f"Session({self.cipher.value}, {'open' if self._key else 'closed'})"

    def close(self) -> None:
        """Forget the key."""
        self._key = None

    def verify(self, number: CardNumber) -> Command:
        """VERIFY in secure messaging: the number, encrypted (§3.3)."""
        data = encode(0x86, b"\x01" + self._encrypt(number.octets))
        return Command(0x08, 0x20, 0x00, _VERIFY_P2, data, note="access")

    @staticmethod
    def protect_read(command: Command) -> Command:
        """READ BINARY in secure messaging: its length in DO 96, everything back (§3.4)."""
        le = 0 if command.le is None else command.le & 0xFFFF
        return Command(
            0x08, command.ins, command.p1, command.p2, encode(0x96, le.to_bytes(2, "big")),
            le=65536 if command.extended else 256, accept=command.accept, extended=command.extended, note=command.note,
        )  # fmt: skip

    def open(self, answer: Response) -> Response:
        """The plain answer: exactly one DO 86, every answer for itself (§3.4). An answer without data stays.

        Raises CardError `card.sm.malformed`, `card.sm.padding`, `card.sm.closed`.
        """
        if not answer.data:
            return answer
        if len(answer.data) > _MAX_ANSWER:
            raise CardError("card.sm.malformed", "an answer is too long", sw=answer.sw)
        try:
            item = parse_single(answer.data)
        except TlvError as error:
            raise CardError("card.sm.malformed", "an answer is malformed", sw=answer.sw) from error
        block = self.cipher.block_length
        length = len(item.value) - 1
        if item.tag != 0x86 or item.value[:1] != b"\x01" or length < block or length % block:
            raise CardError("card.sm.malformed", "an answer is malformed", sw=answer.sw)
        padded = decrypt_cbc(self.cipher, self._open_key(), bytes(block), item.value[1:])
        try:
            plain = unpad(padded)
        except HonninError as error:
            raise CardError("card.sm.padding", "an answer has wrong padding", sw=answer.sw) from error
        if len(padded) - len(plain) > block:
            raise CardError("card.sm.padding", "an answer has wrong padding", sw=answer.sw)
        return Response(plain, answer.sw)

    def _encrypt(self, data: bytes) -> bytes:
        block = self.cipher.block_length
        return encrypt_cbc(self.cipher, self._open_key(), bytes(block), pad(data, block))

    def _open_key(self) -> bytes:
        if self._key is None:
            raise CardError("card.sm.closed", "secure messaging has ended")
        return self._key
