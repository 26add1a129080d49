"""The key derivation of Doc 9303-11 §9.7 (sheet passport.md §5): H(secret ‖ counter), cut to the key length."""

from __future__ import annotations

import hashlib

from honnin.crypto.cipher import Cipher

__all__ = ["KDF_ENC", "KDF_MAC", "KDF_PASSWORD", "adjust_parity", "derive"]

KDF_ENC = 1
KDF_MAC = 2
KDF_PASSWORD = 3


def derive(cipher: Cipher, secret: bytes, counter: int) -> bytes:
    """Derive a key of ``cipher.key_length`` octets; SHA-1 for triple DES and AES-128, SHA-256 for AES-192 and AES-256.

    ``secret`` is the key seed, the password's hash or the shared secret, at its full length. Triple DES keys come out
    with odd parity, as the worked examples print them; DES ignores those bits.
    """
    data = secret + counter.to_bytes(4, "big")
    if cipher in (Cipher.AES192, Cipher.AES256):
        return hashlib.sha256(data).digest()[: cipher.key_length]
    key = hashlib.sha1(data, usedforsecurity=False).digest()[: cipher.key_length]
    return adjust_parity(key) if cipher is Cipher.TDES else key


def adjust_parity(key: bytes) -> bytes:
    """Set the lowest bit of each octet so that every octet has an odd number of ones (Doc 9303-11 §9.7.1)."""
    return bytes(octet & 0xFE | (octet >> 1).bit_count() & 1 ^ 1 for octet in key)
