"""What the card's RSA keys compute: the six modes of 80 2A and the padding of the card data signatures (§4.4, §7.3).

Inputs are octets from the terminal; a length the mode does not take is None, which the chip answers with 6985.
"""

from __future__ import annotations

from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed

__all__ = ["MODES", "SHA256_PREFIX", "compute", "sign_digests", "sign_octets", "sign_record"]

SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
_SHA256_OID = bytes.fromhex("300d06096086480165030402010500")
_MAX_VERBATIM = 245

MODES = range(6)
"""P1 of 80 2A: verbatim, bare digest of a message, digest, message, digest PSS, message PSS (§4.4)."""


def sign_octets(key: RSAPrivateKey, octets: bytes) -> bytes:
    """PKCS#1 v1.5 type 1 padding around 1..245 octets as they are: 256 octets."""
    return key.sign(octets, PKCS1v15(), NoDigestInfo())


def sign_record(key: RSAPrivateKey, signed: bytes) -> bytes:
    """RSASSA-PKCS1-v1_5 with SHA-256 over the octets: every record of the card but one (§7.3)."""
    return key.sign(signed, PKCS1v15(), hashes.SHA256())


def sign_digests(key: RSAPrivateKey, digests: tuple[bytes, ...]) -> bytes:
    """The form of the card face: DigestInfo of SHA-256 whose octet string is the digests, not hashed again (§7.3)."""
    payload = b"".join(digests)
    info = _SHA256_OID + b"\x04" + bytes([len(payload)]) + payload
    return sign_octets(key, b"\x30" + bytes([len(info)]) + info)


def compute(key: RSAPrivateKey, mode: int, data: bytes) -> bytes | None:
    """One of MODES over the terminal's data; None for a length that the mode does not take."""
    if mode == 0:
        return sign_octets(key, data) if 1 <= len(data) <= _MAX_VERBATIM else None
    if mode in (2, 4):
        if len(data) != 32:
            return None
        digest = data
    else:
        if not 1 <= len(data) <= 255:
            return None
        digest = sha256(data).digest()
    if mode in (4, 5):
        return key.sign(digest, PSS(MGF1(hashes.SHA256()), 32), Prehashed(hashes.SHA256()))
    return sign_octets(key, digest if mode == 1 else SHA256_PREFIX + digest)
