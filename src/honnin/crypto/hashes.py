"""The five hash functions that the documents use. Nothing older or newer is ever computed by name."""

from __future__ import annotations

import hashlib

from honnin.crypto.errors import CryptoError

__all__ = ["HASH_LENGTHS", "digest"]

HASH_LENGTHS = {"sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
"""Digest lengths in octets, by the name used all over this package."""


def digest(hash_name: str, data: bytes) -> bytes:
    """Hash ``data``; raises ``crypto.hash.unknown`` for any name but sha1, sha224, sha256, sha384 and sha512.

    SHA-1 is here because old documents are signed with it. Whether it still counts is a matter of policy elsewhere.
    """
    if hash_name not in HASH_LENGTHS:
        raise CryptoError("crypto.hash.unknown", "this hash function is not supported")
    return hashlib.new(hash_name, data, usedforsecurity=False).digest()
