"""Private keys of the simulator and signing with them. All keys are PUBLIC TEST KEYS and protect nothing.

Why it exists: issuing must be quick and give the same octets each time, so that a test can name a file by its hash. RSA
keys are shipped (`key_store`), EC and DH keys come from a seed, ECDSA nonces from RFC 6979 §3.2 and PSS salts from the
message. Signatures are made with plain numbers, because the library lacks several curves and raw RSA.

Sheet passport.md §9.2 (Active Authentication), §10.3 (signature algorithms), §10.3 end (explicit EC parameters).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from honnin.crypto import (
    DH_GROUPS_BY_ID,
    HASH_LENGTHS,
    Curve,
    DhGroup,
    Point,
    curve_by_name,
    dh_public,
    digest,
    encode_point,
    multiply,
    public_key,
)
from honnin_virtual import der
from honnin_virtual.key_store import EXPONENT, primes

__all__ = [
    "HASH_OIDS", "DhPrivate", "EcPrivate", "RsaPrivate", "Signer", "dh_key", "dh_spki", "ec_key", "ec_parameters",
    "ec_spki", "plain_ecdsa", "rsa_key", "sign_iso9796_2", "spki",
]  # fmt: skip

_SEED = b"HONNIN SIMULATOR - NOT A REAL STATE - PUBLIC TEST KEY - "

HASH_OIDS = {
    "sha1": "1.3.14.3.2.26",
    "sha224": "2.16.840.1.101.3.4.2.4",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_RSA_WITH = {"sha1": 5, "sha224": 14, "sha256": 11, "sha384": 12, "sha512": 13}  # 1.2.840.113549.1.1.x
_ECDSA_WITH = {
    "sha1": "1.2.840.10045.4.1",
    "sha224": "1.2.840.10045.4.3.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
_NAMED_CURVES = {
    "secp192r1": "1.2.840.10045.3.1.1",
    "secp224r1": "1.3.132.0.33",
    "secp256r1": "1.2.840.10045.3.1.7",
    "secp384r1": "1.3.132.0.34",
    "secp521r1": "1.3.132.0.35",
    "brainpoolP192r1": "1.3.36.3.3.2.8.1.1.3",
    "brainpoolP224r1": "1.3.36.3.3.2.8.1.1.5",
    "brainpoolP256r1": "1.3.36.3.3.2.8.1.1.7",
    "brainpoolP320r1": "1.3.36.3.3.2.8.1.1.9",
    "brainpoolP384r1": "1.3.36.3.3.2.8.1.1.11",
    "brainpoolP512r1": "1.3.36.3.3.2.8.1.1.13",
}
_TRAILERS = {
    "sha1": b"\xbc",
    "sha224": b"\x38\xcc",
    "sha256": b"\x34\xcc",
    "sha384": b"\x36\xcc",
    "sha512": b"\x35\xcc",
}


@dataclass(frozen=True, slots=True)
class EcPrivate:
    """A private key on a standardized curve and its public point."""

    curve: Curve
    d: int
    point: Point


@dataclass(frozen=True, slots=True)
class RsaPrivate:
    """n = p·q with the private exponent."""

    n: int
    e: int
    d: int
    p: int
    q: int

    @property
    def length(self) -> int:
        """Octets of the modulus."""
        return (self.n.bit_length() + 7) // 8

    def power(self, value: int) -> int:
        """value^d mod n by the Chinese remainder theorem."""
        mp = pow(value % self.p, self.d % (self.p - 1), self.p)
        mq = pow(value % self.q, self.d % (self.q - 1), self.q)
        return mq + self.q * ((mp - mq) * pow(self.q, -1, self.p) % self.p)


@dataclass(frozen=True, slots=True)
class DhPrivate:
    """A private key in a Diffie-Hellman group."""

    group: DhGroup
    x: int
    y: int


@lru_cache(maxsize=64)
def ec_key(label: str, curve_name: str) -> EcPrivate:
    """The simulator's EC key with this label; the same label and curve always give the same key."""
    curve = curve_by_name(curve_name)
    d = _number(f"{label}/{curve.name}", curve.order_length + 8) % (curve.n - 1) + 1
    return EcPrivate(curve, d, public_key(curve, d))


@lru_cache(maxsize=16)
def dh_key(label: str, parameter_id: int) -> DhPrivate:
    """The simulator's DH key with this label in group 0, 1 or 2 of the sheet §8.2."""
    group = DH_GROUPS_BY_ID[parameter_id]
    x = _number(f"{label}/dh{parameter_id}", 72) % ((group.q or group.p) - 1) + 1
    return DhPrivate(group, x, dh_public(group, group.g, x))


@lru_cache(maxsize=32)
def rsa_key(label: str) -> RsaPrivate:
    """A shipped RSA key, such as "aa-2048". Raises CallerError `cards.key.unknown`."""
    p, q = primes(label)
    return RsaPrivate(p * q, EXPONENT, pow(EXPONENT, -1, (p - 1) * (q - 1)), p, q)


def _number(label: str, length: int) -> int:
    return int.from_bytes(hashlib.shake_256(_SEED + label.encode()).digest(length), "big")


# --- public keys as SubjectPublicKeyInfo


def ec_parameters(curve: Curve, form: str) -> bytes:
    """"explicit": ECParameters written out (Doc 9303 asks for it); "named": the curve's OID."""
    if form == "named":
        return der.oid(_NAMED_CURVES[curve.name])
    length = curve.field_length
    return der.seq(
        der.integer(1),
        der.seq(der.oid("1.2.840.10045.1.1"), der.integer(curve.p)),
        der.seq(der.octets(curve.a.to_bytes(length, "big")), der.octets(curve.b.to_bytes(length, "big"))),
        der.octets(encode_point(curve, curve.generator)),
        der.integer(curve.n),
        der.integer(curve.h),
    )


def ec_spki(curve: Curve, point: Point, form: str = "explicit") -> bytes:
    """SubjectPublicKeyInfo of an EC key."""
    algorithm = der.seq(der.oid("1.2.840.10045.2.1"), ec_parameters(curve, form))
    return der.seq(algorithm, der.bits(encode_point(curve, point)))


def rsa_spki(key: RsaPrivate) -> bytes:
    """SubjectPublicKeyInfo of an RSA key."""
    algorithm = der.seq(der.oid("1.2.840.113549.1.1.1"), der.NULL)
    return der.seq(algorithm, der.bits(der.seq(der.integer(key.n), der.integer(key.e))))


def dh_spki(key: DhPrivate, form: str = "pkcs3") -> bytes:
    """SubjectPublicKeyInfo of a DH key: "pkcs3" (p, g) as Doc 9303 says, or "x942" (p, g, q), seen in the field."""
    group = key.group
    if form == "pkcs3":
        algorithm = der.seq(der.oid("1.2.840.113549.1.3.1"), der.seq(der.integer(group.p), der.integer(group.g)))
    else:
        parameters = der.seq(der.integer(group.p), der.integer(group.g), der.integer(group.q or 0))
        algorithm = der.seq(der.oid("1.2.840.10046.2.1"), parameters)
    return der.seq(algorithm, der.bits(der.integer(key.y)))


def spki(key: EcPrivate | RsaPrivate, form: str = "explicit") -> bytes:
    """SubjectPublicKeyInfo of a signing key."""
    return rsa_spki(key) if isinstance(key, RsaPrivate) else ec_spki(key.curve, key.point, form)


# --- signatures


@dataclass(frozen=True, slots=True)
class Signer:
    """A key with the way it signs: scheme "pkcs1", "rsa" (rsaEncryption as algorithm), "pss" or "ecdsa"."""

    key: EcPrivate | RsaPrivate
    scheme: str
    hash_name: str
    null_parameters: bool = False  # ecdsa-with-SHA with NULL parameters, as the Japanese CSCA certificates have it
    salt_length: int | None = None  # PSS; None = length of the hash

    @property
    def algorithm(self) -> bytes:
        """The AlgorithmIdentifier of its signatures (sheet §10.3)."""
        if self.scheme == "ecdsa":
            name = der.oid(_ECDSA_WITH[self.hash_name])
            return der.seq(name, der.NULL) if self.null_parameters else der.seq(name)
        if self.scheme == "rsa":
            return der.seq(der.oid("1.2.840.113549.1.1.1"), der.NULL)
        if self.scheme == "pkcs1":
            return der.seq(der.oid(f"1.2.840.113549.1.1.{_RSA_WITH[self.hash_name]}"), der.NULL)
        hashed = der.seq(der.oid(HASH_OIDS[self.hash_name]), der.NULL)
        parameters = der.seq(
            der.context(0, hashed),
            der.context(1, der.seq(der.oid("1.2.840.113549.1.1.8"), hashed)),
            der.context(2, der.integer(self._salt)),
        )
        return der.seq(der.oid("1.2.840.113549.1.1.10"), parameters)

    @property
    def _salt(self) -> int:
        return HASH_LENGTHS[self.hash_name] if self.salt_length is None else self.salt_length

    def sign(self, message: bytes) -> bytes:
        """The signature octets as certificates and CMS carry them; the same message gives the same octets."""
        if isinstance(self.key, EcPrivate):
            r, s = sign_ecdsa(self.key, self.hash_name, message)
            return der.seq(der.integer(r), der.integer(s))
        if self.scheme == "pss":
            return _sign_pss(self.key, self.hash_name, self._salt, message)
        return _sign_pkcs1(self.key, self.hash_name, message)


def sign_ecdsa(key: EcPrivate, hash_name: str, message: bytes) -> tuple[int, int]:
    """ECDSA with the nonce of RFC 6979 §3.2."""
    n = key.curve.n
    bits, length = n.bit_length(), key.curve.order_length
    hashed = digest(hash_name, message)
    z = int.from_bytes(hashed, "big") >> max(0, 8 * len(hashed) - bits)
    for k in _nonces(hash_name, n, key.d.to_bytes(length, "big") + (z % n).to_bytes(length, "big")):
        r = multiply(key.curve, k, key.curve.generator).x % n
        s = pow(k, -1, n) * (z + r * key.d) % n
        if r and s:
            return r, s
    raise AssertionError  # the generator of nonces has no end


def _nonces(hash_name: str, n: int, seed: bytes) -> Iterator[int]:
    """RFC 6979 §3.2 steps b to h."""
    bits, length = n.bit_length(), (n.bit_length() + 7) // 8
    v, key = b"\x01" * HASH_LENGTHS[hash_name], bytes(HASH_LENGTHS[hash_name])

    def mac(data: bytes) -> bytes:
        return hmac.digest(key, data, hash_name)

    for separator in (b"\x00", b"\x01"):
        key = mac(v + separator + seed)
        v = mac(v)
    while True:
        t = b""
        while len(t) < length:
            v = mac(v)
            t += v
        k = int.from_bytes(t[:length], "big") >> (8 * length - bits)
        if 1 <= k < n:
            yield k
        key = mac(v + b"\x00")
        v = mac(v)


def plain_ecdsa(key: EcPrivate, hash_name: str, message: bytes) -> bytes:
    """The octets r ‖ s, each as long as the order of the group: the form of Active Authentication (sheet §9.2)."""
    r, s = sign_ecdsa(key, hash_name, message)
    return r.to_bytes(key.curve.order_length, "big") + s.to_bytes(key.curve.order_length, "big")


def _sign_pkcs1(key: RsaPrivate, hash_name: str, message: bytes) -> bytes:
    """RFC 8017 §8.2.1."""
    info = der.seq(der.seq(der.oid(HASH_OIDS[hash_name]), der.NULL), der.octets(digest(hash_name, message)))
    block = b"\x00\x01" + b"\xff" * (key.length - 3 - len(info)) + b"\x00" + info
    return key.power(int.from_bytes(block, "big")).to_bytes(key.length, "big")


def _sign_pss(key: RsaPrivate, hash_name: str, salt_length: int, message: bytes) -> bytes:
    """RFC 8017 §9.1.1, the salt taken from the message so that the signature is always the same."""
    hashed = digest(hash_name, message)
    salt = hashlib.shake_256(_SEED + hashed).digest(salt_length)
    h = digest(hash_name, bytes(8) + hashed + salt)
    bits = key.n.bit_length() - 1
    length = (bits + 7) // 8
    block = b"\x01".rjust(length - len(h) - 1 - salt_length, b"\x00") + salt
    mask = b"".join(digest(hash_name, h + i.to_bytes(4, "big")) for i in range(len(block) // len(h) + 1))
    masked = bytearray(a ^ b for a, b in zip(block, mask, strict=False))
    masked[0] &= 0xFF >> (8 * length - bits)
    return key.power(int.from_bytes(bytes(masked) + h + b"\xbc", "big")).to_bytes(key.length, "big")


def sign_iso9796_2(
    key: RsaPrivate, hash_name: str, challenge: bytes, random: Callable[[int], bytes], *, smaller: bool = False
) -> bytes:
    """Active Authentication with RSA (sheet §9.2): F = 6A ‖ M1 ‖ H(M1 ‖ RND.IFD) ‖ trailer, S = F^d mod n.

    A modulus whose length is not a multiple of eight gets one octet 00 in front. `smaller`: S = min(S, n - S), the
    alternative of the 2026 amendment.
    """
    trailer = _TRAILERS[hash_name]
    front = b"\x6a" if key.n.bit_length() % 8 == 0 else b"\x00\x6a"
    m1 = random(key.length - len(front) - HASH_LENGTHS[hash_name] - len(trailer))
    block = front + m1 + digest(hash_name, m1 + challenge) + trailer
    s = key.power(int.from_bytes(block, "big"))
    return (min(s, key.n - s) if smaller else s).to_bytes(key.length, "big")
