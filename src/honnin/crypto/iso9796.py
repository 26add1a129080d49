"""Message recovery for Active Authentication: ISO/IEC 9796-2, digital signature scheme 1, partial recovery.

Why it exists: the library has no raw RSA. Only public values are involved, so ``pow`` does the work.
Doc 9303-11 §6.1 and appendix F (sheet passport.md §9.2). The message representative, at k/8 octets, is

    6A ‖ M1 ‖ H(M1 ‖ RND.IFD) ‖ trailer        trailer = BC (SHA-1) or hash id ‖ CC

The key and the signature come from a chip that may lie: every malformed case is a *reason*, never an exception, and the
sizes are bounded before any arithmetic. Headers other than 6A (total recovery, padded messages) are refused: Doc 9303
fills the whole capacity with M1.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from honnin.crypto.hashes import HASH_LENGTHS, digest

__all__ = ["Recovered", "verify_iso9796_2"]

_MIN_BITS = 512
_MAX_BITS = 8192
_MAX_EXPONENT = 1 << 33
_HASH_IDS = {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}


@dataclass(frozen=True, slots=True)
class Recovered:
    """Outcome of a message recovery.

    ``hash_name`` is what the trailer said, ``None`` when it was not reached. ``reason`` is ``None`` exactly when valid,
    else ``modulus``, ``exponent``, ``length``, ``range``, ``trailer``, ``hash``, ``header``, ``short`` or ``digest``.
    """

    valid: bool
    hash_name: str | None
    reason: str | None


def verify_iso9796_2(n: int, e: int, signature: bytes, challenge: bytes) -> Recovered:
    """Verify ``signature`` (as many octets as the modulus ``n``) over the 8-octet ``challenge``; never raises.

    If the representative does not end in the nibble C, the alternative n - F is used (signers may send min(S, n - S)).
    With a modulus whose bit length is not a multiple of 8 the representative is left-padded to octets; the header 6A
    may then stand in the first octet or, after an octet 00, in the second.
    """
    if not _MIN_BITS <= n.bit_length() <= _MAX_BITS or n < 0 or n % 2 == 0:
        return _invalid("modulus")
    if not 3 <= e <= _MAX_EXPONENT or e % 2 == 0:
        return _invalid("exponent")
    length = (n.bit_length() + 7) // 8
    if len(signature) != length:
        return _invalid("length")
    s = int.from_bytes(signature, "big")
    if not 1 < s < n - 1:
        return _invalid("range")
    f = pow(s, e, n)
    if f % 16 != 0xC:
        f = n - f
    return _check(f.to_bytes(length, "big"), odd=bool(n.bit_length() % 8), challenge=challenge)


def _check(f: bytes, *, odd: bool, challenge: bytes) -> Recovered:
    """Take the representative apart, from the right."""
    if f[-1] == 0xBC:
        hash_name, trailer_length = "sha1", 1
    elif f[-1] == 0xCC:
        name = _HASH_IDS.get(f[-2])
        if name is None:
            return _invalid("hash")
        hash_name, trailer_length = name, 2
    else:
        return _invalid("trailer")
    if odd and f[0] == 0:
        f = f[1:]
    if f[0] != 0x6A:
        return Recovered(valid=False, hash_name=hash_name, reason="header")
    end = len(f) - trailer_length
    start = end - HASH_LENGTHS[hash_name]
    if start <= 1:
        return Recovered(valid=False, hash_name=hash_name, reason="short")
    if not hmac.compare_digest(digest(hash_name, f[1:start] + challenge), f[start:end]):
        return Recovered(valid=False, hash_name=hash_name, reason="digest")
    return Recovered(valid=True, hash_name=hash_name, reason=None)


def _invalid(reason: str) -> Recovered:
    return Recovered(valid=False, hash_name=None, reason=reason)
