"""Private RSA-2048 keys of the virtual My Number Cards and their issuers. PUBLIC TEST KEYS: they protect nothing.

Why it exists: making an RSA key takes longer than issuing a card may. `test_keys.txt` holds one key a line (name, p, q
in hexadecimal; e is 65537). Nothing signed with them may ever be trusted outside the environment "simulator".
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from cryptography.hazmat.primitives.asymmetric import rsa

__all__ = ["EXPONENT", "modulus", "shipped_key"]

EXPONENT = 65537


@cache
def _lines() -> dict[str, str]:
    text = (files(__package__) / "test_keys.txt").read_text("ascii")
    return dict(line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def shipped_key(name: str) -> rsa.RSAPrivateKey:
    """The key of that name. Raises KeyError for a name that is not in the file (a mistake in this package)."""
    p, q = (int(part, 16) for part in _lines()[name].split(" "))
    d = pow(EXPONENT, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(EXPONENT, p * q)
    )
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def modulus(key: rsa.RSAPrivateKey) -> bytes:
    """The 256 octets of its modulus."""
    return key.public_key().public_numbers().n.to_bytes(256, "big")
