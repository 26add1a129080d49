"""The vault: each content under a data key of its own, AES-256-GCM, bound to its place (design §7).

Sealed form: `HNSV`, version (1 octet, 1), nonce (12), ciphertext, tag (16). The tag also covers the head, the tenant
and the record's id, so that a sealed content moved to another record or tenant does not open. NIST SP 800-38D: a data
key is used once, so its random nonce cannot repeat. Who destroys the wrapped data key destroys the content.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from honnin.core.clock import Random
from honnin.core.errors import CallerError, DataError
from honnin.core.secret import Secret

DATA_KEY_LENGTH = 32
MAX_SEALED = (64 << 20) + 33
OVERHEAD = 33  # head 5, nonce 12, tag 16

_HEAD = b"HNSV\x01"
_NONCE = 12
_TAG = 16
_DOMAIN = b"honnin sealed content\x00"
_LENGTH = struct.Struct(">H")
_MAX_ID = 200


@dataclass(frozen=True, slots=True)
class SealedContent:
    """What sealing gives: `ciphertext` (packed content + 33 octets) to store, `data_key` (32 octets) to wrap."""

    ciphertext: bytes
    data_key: Secret[bytes]


def seal_content(packed: bytes, *, tenant: str, record_id: str, random: Random) -> SealedContent:
    """Seal `packed` (records.content.pack) under a fresh data key. Raises CallerError `vault.argument`."""
    context = record_context(tenant, record_id)
    if len(packed) + OVERHEAD > MAX_SEALED:
        raise CallerError("vault.argument", "the content is larger than the vault takes", "size")
    key, nonce = random(DATA_KEY_LENGTH), random(_NONCE)
    if len(key) != DATA_KEY_LENGTH or len(nonce) != _NONCE:
        raise CallerError("vault.argument", "the source of randomness gave too little", "random")
    octets = AESGCM(key).encrypt(nonce, packed, _DOMAIN + _HEAD + context)
    return SealedContent(_HEAD + nonce + octets, Secret(key))


def open_content(ciphertext: bytes, data_key: Secret[bytes], *, tenant: str, record_id: str) -> bytes:
    """The packed content again. Raises DataError `vault.damaged` when a single bit of it, its place or its key is other
    than when it was sealed.
    """
    context = record_context(tenant, record_id)
    if not OVERHEAD <= len(ciphertext) <= MAX_SEALED or ciphertext[: len(_HEAD)] != _HEAD:
        raise _damaged("form")
    key = data_key.reveal()
    if len(key) != DATA_KEY_LENGTH:
        raise _damaged("key")
    nonce = ciphertext[len(_HEAD) : len(_HEAD) + _NONCE]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext[len(_HEAD) + _NONCE :], _DOMAIN + _HEAD + context)
    except InvalidTag:
        raise _damaged("tag") from None


def record_context(tenant: str, record_id: str) -> bytes:
    """Tenant and record id as octets that cannot be mistaken for another pair: each as length (2 octets) and UTF-8.

    It is also the `context` under which the record's data key is wrapped. Each 1 to 200 octets, else CallerError
    `vault.argument`.
    """
    out = b""
    for text in (tenant, record_id):
        octets = text.encode("utf-8", "surrogatepass")
        if not 0 < len(octets) <= _MAX_ID:
            raise CallerError("vault.argument", "tenant and record id have 1 to 200 octets", "id")
        out += _LENGTH.pack(len(octets)) + octets
    return out


def _damaged(why: str) -> DataError:
    return DataError("vault.damaged", "the sealed content was changed, cut or belongs to another record", why)
