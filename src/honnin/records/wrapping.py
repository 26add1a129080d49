"""Data keys under key-encryption keys: what a key provider is, and the wrapping that the pure ones share.

A key has one purpose and its id says so; keys of different purposes never open each other's work. Wrapped form of the
providers whose keys are in memory: version (1 octet, 1), nonce (12), AES-256-GCM of the 32 octets with tag (16); the
tag also covers key id and context. NIST SP 800-38D §8.3 allows 2^32 wraps under one key with random nonces.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from honnin.core.clock import Random
from honnin.core.errors import CallerError, DataError, StoreError
from honnin.core.secret import Secret

KEY_LENGTH = 32

_VERSION = b"\x01"
_NONCE = 12
_WRAPPED = 1 + _NONCE + KEY_LENGTH + 16
_DOMAIN = b"honnin wrapped key\x00"
_ID_DOMAIN = b"honnin key id v1\x00"
_KEY_ID = re.compile(r"(?:records|index|numbers|ledger)-[0-9a-f]{16}")


class Purpose(StrEnum):
    """What a key is for. Each purpose has its own keys; none is derived from another."""

    RECORDS = "records"  # wraps the data keys of records
    INDEX = "index"  # HMAC key of the blind index
    NUMBERS = "numbers"  # 番号法: wraps the data keys of the number vault, and nothing else
    LEDGER = "ledger"  # seed of the Ed25519 key that signs checkpoints


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A wrapped data key: `key_id` of the key-encryption key (`records-0123456789abcdef`), `octets` (≤ 512)."""

    key_id: str
    octets: bytes


class KeyWrapper(Protocol):
    """The key-encryption keys of one purpose. `context` is bound: records.vault.record_context."""

    @property
    def current_key_id(self) -> str:
        """Id of the key that new data keys are wrapped with."""
        ...

    def wrap(self, data_key: Secret[bytes], *, context: bytes) -> WrappedKey:
        """Wrap 32 octets with the current key. Raises StoreError when the key is away."""
        ...

    def unwrap(self, wrapped: WrappedKey, *, context: bytes) -> Secret[bytes]:
        """The 32 octets. Raises StoreError `vault.key_missing` (no such key here), DataError `vault.key_damaged`."""
        ...


class KeyProvider(Protocol):
    """Where a house has its keys: a wrapper for `records` and `numbers`, a secret of 32 octets for the others."""

    def wrapper(self, purpose: Purpose) -> KeyWrapper:
        """The wrapping keys of `records` or `numbers`. Raises CallerError `vault.purpose` for another purpose."""
        ...

    def secret(self, purpose: Purpose) -> Secret[bytes]:
        """The 32 octets of `index` or `ledger`. Raises CallerError `vault.purpose` for another purpose."""
        ...


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """One key as people may see it: id, purpose, when it was made (ISO 8601, UTC), current or older, how it is guarded:
    `file`, `passphrase` or `token`.
    """

    key_id: str
    purpose: Purpose
    made_at_utc: str
    current: bool
    guard: str


class HouseKeys(KeyProvider, Protocol):
    """A provider whose wrapping keys the house can exchange."""

    def status(self) -> tuple[KeyStatus, ...]:
        """All keys, by purpose, oldest first; no secret."""
        ...

    def new_key(self, purpose: Purpose) -> str:
        """Make a new current key of a wrapping purpose; its id. Raises CallerError `vault.purpose`, StoreError."""
        ...

    def retire(self, old_id: str) -> None:
        """Destroy an older key that nothing uses any more. Raises CallerError `vault.key_current`, `vault.key_recent`,
        StoreError `vault.key_missing`.
        """
        ...


# A key that was replaced stays that long: another process may be storing what it wrapped just before.
RETIRE_AFTER = timedelta(minutes=10)
WRAPPING = frozenset({Purpose.RECORDS, Purpose.NUMBERS})


def rewrap(wrapper: KeyWrapper, wrapped: WrappedKey, *, context: bytes) -> WrappedKey:
    """The same data key under the current key; `wrapped` itself when it already is. The content is not touched."""
    if wrapped.key_id == wrapper.current_key_id:
        return wrapped
    return wrapper.wrap(wrapper.unwrap(wrapped, context=context), context=context)


def key_id(purpose: Purpose, key: Secret[bytes]) -> str:
    """The id of a key: purpose, `-`, first 8 octets of SHA-256 over domain, purpose and key in hex.

    It is made of the key, so that a key that was damaged or is for another purpose does not fit its id.
    """
    digest = hashlib.sha256(_ID_DOMAIN + purpose.encode() + b"\x00" + key.reveal()).digest()
    return f"{purpose}-{digest[:8].hex()}"


def is_key_id(text: str) -> bool:
    """Whether `text` has the form of a key id."""
    return _KEY_ID.fullmatch(text) is not None


def wrap_with(
    key: Secret[bytes], data_key: Secret[bytes], *, purpose: Purpose, context: bytes, random: Random
) -> WrappedKey:
    """Wrap a data key of 32 octets under `key` (32 octets). Raises CallerError `vault.argument`."""
    if len(data_key.reveal()) != KEY_LENGTH:
        raise CallerError("vault.argument", "a data key has 32 octets", "key")
    own_id, nonce = key_id(purpose, key), random(_NONCE)
    sealed = AESGCM(key.reveal()).encrypt(nonce, data_key.reveal(), _bound(own_id, context))
    return WrappedKey(own_id, _VERSION + nonce + sealed)


def unwrap_with(key: Secret[bytes], wrapped: WrappedKey, *, context: bytes) -> Secret[bytes]:
    """The data key again. Raises DataError `vault.key_damaged` if a bit of it, its key or its context is another."""
    if len(wrapped.octets) != _WRAPPED or wrapped.octets[:1] != _VERSION:
        raise key_damaged("form")
    nonce, sealed = wrapped.octets[1 : 1 + _NONCE], wrapped.octets[1 + _NONCE :]
    try:
        return Secret(AESGCM(key.reveal()).decrypt(nonce, sealed, _bound(wrapped.key_id, context)))
    except InvalidTag:
        raise key_damaged("tag") from None


def key_damaged(why: str) -> DataError:
    """What a provider raises for a wrapped key that does not open."""
    return DataError("vault.key_damaged", "the wrapped key was changed or belongs to another record", why)


def key_missing(what: str) -> StoreError:
    """What a provider raises for a key that it does not have. `what`: the key id."""
    return StoreError("vault.key_missing", "the key that this needs is not here", what)


def _bound(own_id: str, context: bytes) -> bytes:
    name = own_id.encode("ascii", "replace")
    return _DOMAIN + _VERSION + bytes([len(name) & 0xFF]) + name + context
