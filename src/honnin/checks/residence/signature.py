"""The check code (チェックコード): is what it covers what the issuer signed? (residence-card.md §8.1, §8.2)

First generation: RSA-2048 over front and photo. The document leaves open whether the padded block has a DigestInfo
(form A) or ends in the bare hash (form B); both are rebuilt here, whole, and compared whole. Looking for the end of the
padding and taking what follows would let anybody forge a code for a key with exponent 3.

Second generation: ECDSA on P-384 with SHA-256 over entries, face and name, in this order.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from honnin.crypto import EcKey, RsaKey, digest, verify_ecdsa, verify_ecdsa_der
from honnin.trust.algorithms import PublicKey

__all__ = [
    "ENTRIES", "SPECIAL_ENTRIES", "CodeResult", "check_code", "first_target", "is_laid_out", "second_target",
]  # fmt: skip

FRONT_LENGTH, FACE_LENGTH, NAME_LENGTH = 7000, 3000, 2500
ENTRIES_LENGTH = 53
# Tag -> octets of DF1/EF02, in the order of the file: 53 octets; of type 06 the first six, 34 octets [inferred, §6.2].
ENTRIES: Mapping[int, int] = MappingProxyType({
    0xC5: 8, 0xC6: 8, 0xC7: 1, 0xC8: 3, 0xC9: 10, 0xCE: 4, 0xCA: 2, 0xCB: 8, 0xCC: 1, 0xCD: 8,
})  # fmt: skip
SPECIAL_ENTRIES: Mapping[int, int] = MappingProxyType(dict(tuple(ENTRIES.items())[:6]))
_BLOCK = 256
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
_RAW = 96
_MAX_EXPONENT = 1 << 33


@dataclass(frozen=True, slots=True)
class CodeResult:
    """`form`: "A", "B" (first generation), "raw", "der" (second); "" when none matched. `reason` then says why:
    `mismatch`, `key` (of another kind), `length`.
    """

    form: str
    reason: str = "ok"

    @property
    def ok(self) -> bool:
        """Whether it matched."""
        return bool(self.form)


def first_target(front: bytes, face: bytes) -> bytes | None:
    """What the first generation signs: both values at full length, with their 00. None if one is not that long."""
    return front + face if (len(front), len(face)) == (FRONT_LENGTH, FACE_LENGTH) else None


def is_laid_out(entries: Mapping[int, bytes], expected: Mapping[int, int]) -> bool:
    """Whether the entries have exactly these tags and lengths in this order.

    Only the values are signed. Without this a chip could call the date of birth the date of expiry, or move a digit
    from one entry into the next, under the same signature.
    """
    return [(tag, len(value)) for tag, value in entries.items()] == list(expected.items())


def second_target(entries: Mapping[int, bytes], face: bytes, name: bytes) -> bytes | None:
    """What the second generation signs: the values of DF1/EF02 in the order of the file, then face, then name.

    53 octets of entries, fewer (type 06) filled with 00, and 3,000 and 2,500 octets. None if something is too long.
    That shorter values are filled up is [single]; on cards they have full length.
    """
    joined = b"".join(entries.values())
    if len(joined) > ENTRIES_LENGTH or len(face) > FACE_LENGTH or len(name) > NAME_LENGTH:
        return None
    return joined.ljust(ENTRIES_LENGTH, b"\0") + face.ljust(FACE_LENGTH, b"\0") + name.ljust(NAME_LENGTH, b"\0")


def check_code(key: PublicKey, code: bytes, target: bytes) -> CodeResult:
    """Whether the key made this code over `target`: RSA for the first generation, P-384 for the second. Never raises
    for any octets.
    """
    if isinstance(key, RsaKey):
        return _check_rsa(key, code, target)
    if isinstance(key, EcKey) and key.curve.name == "secp384r1":
        return _check_ecdsa(key, code, target)
    return CodeResult("", "key")


def _check_rsa(key: RsaKey, code: bytes, target: bytes) -> CodeResult:
    if key.n.bit_length() != 8 * _BLOCK or not 3 <= key.e <= _MAX_EXPONENT or not key.e & 1:
        return CodeResult("", "key")
    number = int.from_bytes(code, "big")
    if len(code) != _BLOCK or number >= key.n:
        return CodeResult("", "length")
    block = pow(number, key.e, key.n).to_bytes(_BLOCK, "big")
    hashed = digest("sha256", target)
    for form, tail in (("A", _SHA256_INFO + hashed), ("B", hashed)):
        whole = b"\x00\x01" + b"\xff" * (_BLOCK - 3 - len(tail)) + b"\x00" + tail
        if hmac.compare_digest(block, whole):
            return CodeResult(form)
    return CodeResult("", "mismatch")


def _check_ecdsa(key: EcKey, code: bytes, target: bytes) -> CodeResult:
    """96 octets r‖s [inferred]; the document says "ASN.1", so DER with 00 behind is tried too."""
    if len(code) == _RAW:
        half = _RAW // 2
        if verify_ecdsa(key, "sha256", target, int.from_bytes(code[:half], "big"), int.from_bytes(code[half:], "big")):
            return CodeResult("raw")
    if code[:1] == b"\x30" and len(code) > 2 and code[1] < 0x80:
        end = 2 + code[1]
        if not code[end:].strip(b"\0") and verify_ecdsa_der(key, "sha256", target, code[:end]):
            return CodeResult("der")
    return CodeResult("", "mismatch")
