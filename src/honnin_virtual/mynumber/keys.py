"""RSA-2048 keys of the virtual My Number Cards and their issuers, as the library wants them. PUBLIC TEST KEYS."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa

from honnin_virtual.key_store import EXPONENT, primes

__all__ = ["EXPONENT", "modulus", "shipped_key"]


@cache
def shipped_key(name: str) -> rsa.RSAPrivateKey:
    """The key of that name (honnin_virtual.key_store). Raises CallerError `cards.key.unknown`."""
    p, q = primes(name)
    d = pow(EXPONENT, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(EXPONENT, p * q)
    )
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def modulus(key: rsa.RSAPrivateKey) -> bytes:
    """The 256 octets of its modulus."""
    return key.public_key().public_numbers().n.to_bytes(256, "big")
