"""Signature verification with bare keys: RSA PKCS#1 v1.5 and PSS, ECDSA on every curve of :mod:`honnin.crypto.curves`.

Why it exists: certificates and security objects of identity documents use explicit curve parameters, curves that
OpenSSL lacks and any PSS salt length (sheet passport.md §10.3). Keys are plain numbers here; whoever parses ASN.1
builds them. The loaded library objects are kept in a bounded cache, since one issuer signs many documents.

The answer is only "this signature fits this key"; whether the key or the hash may be trusted is decided elsewhere. A
key that cannot be used (even modulus, point off the curve) makes every signature wrong: the functions return ``False``.
Only an unknown hash name raises (``crypto.hash.unknown``). With ``prehashed`` the message is its digest already: very
large ones are hashed while they are read.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature

from honnin.crypto.curves import Curve, Point, is_on_curve, multiply_add_pure, openssl_curve
from honnin.crypto.errors import CryptoError
from honnin.crypto.hashes import digest

__all__ = ["EcKey", "RsaKey", "digest", "verify_ecdsa", "verify_ecdsa_der", "verify_rsa_payload", "verify_rsa_pkcs1v15",
           "verify_rsa_pss"]  # fmt: skip

_MIN_RSA_BITS = 512
_MAX_RSA_BITS = 8192
_MAX_RSA_EXPONENT = 1 << 33
_CACHED_KEYS = 512


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA public key."""

    n: int
    e: int


@dataclass(frozen=True, slots=True)
class EcKey:
    """A public point on a standardized curve."""

    curve: Curve
    point: Point


def verify_rsa_pkcs1v15(
    key: RsaKey, hash_name: str, message: bytes, signature: bytes, *, prehashed: bool = False
) -> bool:
    """RSASSA-PKCS1-v1_5 of RFC 8017 §8.2. Keys from 512 to 8192 bits, odd exponent from 3 to 2^33."""
    algorithm = _hash(hash_name)
    public = _load_rsa(key)
    if public is None:
        return False
    try:
        public.verify(signature, message, padding.PKCS1v15(), Prehashed(algorithm) if prehashed else algorithm)
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_rsa_payload(key: RsaKey, payload: bytes, signature: bytes) -> bool:
    """RSA with type 1 padding of RFC 8017 §9.2 over `payload` as it stands: `00 01 FF … FF 00 payload`, compared whole.

    For signatures that no library checks, such as a DigestInfo with three digests (mynumber-card.md §7.3). Nothing is
    searched for inside the padding. Key limits as for `verify_rsa_pkcs1v15`.
    """
    length = (key.n.bit_length() + 7) // 8
    if _load_rsa(key) is None or len(signature) != length or len(payload) > length - 11:
        return False
    value = int.from_bytes(signature, "big")
    if value >= key.n:
        return False
    expected = b"\x00\x01" + b"\xff" * (length - 3 - len(payload)) + b"\x00" + payload
    return hmac.compare_digest(pow(value, key.e, key.n).to_bytes(length, "big"), expected)


def verify_rsa_pss(  # noqa: PLR0917 - the order of RSASSA-PSS-params
    key: RsaKey, hash_name: str, mgf_hash_name: str, salt_length: int, message: bytes, signature: bytes,
    *, prehashed: bool = False,
) -> bool:  # fmt: skip
    """RSASSA-PSS of RFC 8017 §8.1 with MGF1, trailer BC and exactly ``salt_length`` octets of salt, 0 included.

    The two hashes may differ. A salt that does not fit the key is a wrong signature.
    """
    algorithm = _hash(hash_name)
    scheme_hash = _hash(mgf_hash_name)
    public = _load_rsa(key)
    if public is None or not 0 <= salt_length <= _MAX_RSA_BITS // 8:
        return False
    scheme = padding.PSS(padding.MGF1(scheme_hash), salt_length)
    try:
        public.verify(signature, message, scheme, Prehashed(algorithm) if prehashed else algorithm)
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_ecdsa(key: EcKey, hash_name: str, message: bytes, r: int, s: int, *, prehashed: bool = False) -> bool:
    """ECDSA with the two integers of the signature; a digest longer than the order is cut on the right."""
    algorithm = _hash(hash_name)
    curve = key.curve
    if not (1 <= r < curve.n and 1 <= s < curve.n):
        return False
    if openssl_curve(curve) is None:
        return _verify_ecdsa_pure(key, message if prehashed else digest(hash_name, message), r, s)
    scheme = Prehashed(algorithm) if prehashed else algorithm
    return _verify_ecdsa_openssl(key, scheme, message, encode_dss_signature(r, s))


def verify_ecdsa_der(key: EcKey, hash_name: str, message: bytes, der: bytes, *, prehashed: bool = False) -> bool:
    """ECDSA with the DER form ``SEQUENCE { INTEGER r, INTEGER s }``; anything but strict DER is a wrong signature."""
    try:
        r, s = decode_dss_signature(der)
    except ValueError:
        _hash(hash_name)
        return False
    return verify_ecdsa(key, hash_name, message, r, s, prehashed=prehashed)


def _verify_ecdsa_openssl(
    key: EcKey, algorithm: hashes.HashAlgorithm | Prehashed, message: bytes, der: bytes
) -> bool:
    public = _load_ec(key)
    if public is None:
        return False
    try:
        public.verify(der, message, ec.ECDSA(algorithm))
    except (InvalidSignature, ValueError):
        return False
    return True


def _verify_ecdsa_pure(key: EcKey, hashed: bytes, r: int, s: int) -> bool:
    """FIPS 186-5 §6.4.2; r and s are in range."""
    curve = key.curve
    if not is_on_curve(curve, key.point):
        return False
    surplus = 8 * len(hashed) - curve.n.bit_length()
    z = int.from_bytes(hashed, "big") >> max(0, surplus)
    w = pow(s, -1, curve.n)
    try:
        point = multiply_add_pure(curve, z * w, curve.generator, r * w, key.point)
    except CryptoError:  # the point at infinity
        return False
    return point.x % curve.n == r


def _hash(name: str) -> hashes.HashAlgorithm:
    algorithm = _ALGORITHMS.get(name)
    if algorithm is None:
        raise CryptoError("crypto.hash.unknown", "this hash function is not supported")
    return algorithm


_ALGORITHMS: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - old documents are signed with it; policy decides elsewhere
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@lru_cache(maxsize=_CACHED_KEYS)
def _load_rsa(key: RsaKey) -> rsa.RSAPublicKey | None:
    bounded = _MIN_RSA_BITS <= key.n.bit_length() <= _MAX_RSA_BITS and key.n > 0 and 3 <= key.e <= _MAX_RSA_EXPONENT
    if not bounded:
        return None
    try:
        return rsa.RSAPublicNumbers(key.e, key.n).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None


@lru_cache(maxsize=_CACHED_KEYS)
def _load_ec(key: EcKey) -> ec.EllipticCurvePublicKey | None:
    engine = openssl_curve(key.curve)
    if engine is None or not is_on_curve(key.curve, key.point):
        return None
    try:
        return ec.EllipticCurvePublicNumbers(key.point.x, key.point.y, engine).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
