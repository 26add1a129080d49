"""FileKeys: the keys of a house as files, one file a key, made at first start and never written over.

A folder with mode 0700 holds `PURPOSE-NNNN.key` (mode 0600); the highest number of a purpose is its current key, lower
ones are older and still open what they wrapped. Of a wrapping purpose a new number is added by rotation; `index` and
`ledger` have one key each. A key file is JSON: format, version, purpose, id, made_at_utc, and either `key` (32 octets,
base64) or, under a passphrase, `scrypt` (salt, n, r, p) with `sealed` (nonce and AES-256-GCM, base64).
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from honnin.adapters.key_folder import make_folder, make_once, read_private, remove
from honnin.core.clock import Clock, Random, system_clock, system_random
from honnin.core.errors import CallerError, StoreError
from honnin.core.secret import Secret
from honnin.records.wrapping import (
    KEY_LENGTH,
    RETIRE_AFTER,
    WRAPPING,
    KeyStatus,
    Purpose,
    WrappedKey,
    key_id,
    key_missing,
    unwrap_with,
    wrap_with,
)

FORMAT = "honnin-key"
VERSION = 1
MAX_FILE = 4096
MAX_KEYS = 9999  # of one purpose

_NAME = re.compile(r"(records|index|numbers|ledger)-([0-9]{4})\.key")
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 1 << 15, 8, 1  # RFC 7914 §2; 32 MiB, some 100 ms at start
_SCRYPT_MAX_N = 1 << 17  # 128 MiB: a file cannot ask for more
_SALT = 16
_NONCE = 12
_SEALED_DOMAIN = b"honnin key file\x00"


@dataclass(frozen=True, slots=True)
class _Key:
    purpose: Purpose
    serial: int
    id: str
    made_at_utc: str
    key: Secret[bytes]
    passphrase: bool


class FileKeys:
    """A records.wrapping.KeyProvider over a folder of key files. Make one with `make`, `open` or `open_or_make`."""

    def __init__(
        self,
        folder: Path,
        keys: Mapping[Purpose, tuple[_Key, ...]],
        passphrase: Secret[str] | None,
        *,
        clock: Clock,
        random: Random,
    ) -> None:
        self._folder = folder
        self._keys = dict(keys)  # by purpose, oldest first
        self._passphrase = passphrase
        self._clock = clock
        self._random = random

    @classmethod
    def make(
        cls,
        folder: Path,
        *,
        passphrase: Secret[str] | None = None,
        clock: Clock = system_clock,
        random: Random = system_random,
    ) -> FileKeys:
        """Make the first key of each purpose that has none yet, then open. Existing keys are left as they are.

        Only for a house that has no record yet: a key that was lost must not be covered by a new one.
        Raises what `open` raises, and StoreError `vault.key_write` when the folder cannot be written.
        """
        make_folder(folder)
        present = _names(folder)
        for purpose in Purpose:
            if purpose not in present:
                _make_key(folder, purpose, 1, passphrase, clock=clock, random=random)
        return cls.open(folder, passphrase=passphrase, clock=clock, random=random)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        passphrase: Secret[str] | None = None,
        clock: Clock = system_clock,
        random: Random = system_random,
    ) -> FileKeys:
        """Open the keys in `folder`; nothing is made. Raises StoreError: `vault.key_missing` (a purpose has no key),
        `vault.key_file` (damaged), `vault.key_permissions` (others may read it), `vault.passphrase` (missing or wrong).
        """
        names = _names(folder)
        for purpose in Purpose:
            if purpose not in names:
                raise key_missing(purpose)
        derived: dict[bytes, Secret[bytes]] = {}
        keys = {
            purpose: tuple(_read_key(folder, purpose, serial, passphrase, derived) for serial in serials)
            for purpose, serials in names.items()
        }
        return cls(folder, keys, passphrase, clock=clock, random=random)

    @classmethod
    def open_or_make(
        cls,
        folder: Path,
        *,
        has_records: bool,
        passphrase: Secret[str] | None = None,
        clock: Clock = system_clock,
        random: Random = system_random,
    ) -> FileKeys:
        """At start: `open` when the store has records, else `make`."""
        way = cls.open if has_records else cls.make
        return way(folder, passphrase=passphrase, clock=clock, random=random)

    def wrapper(self, purpose: Purpose) -> FileKeyWrapper:
        """The wrapping keys of `records` or `numbers`. Raises CallerError `vault.purpose`."""
        if purpose not in WRAPPING:
            raise _purpose(purpose)
        return FileKeyWrapper(self, purpose)

    def secret(self, purpose: Purpose) -> Secret[bytes]:
        """The 32 octets of `index` or `ledger`. Raises CallerError `vault.purpose`."""
        if purpose in WRAPPING:
            raise _purpose(purpose)
        return self._keys[purpose][-1].key

    def status(self) -> tuple[KeyStatus, ...]:
        """All keys, by purpose, oldest first; no secret."""
        return tuple(
            KeyStatus(key.id, purpose, key.made_at_utc, key is keys[-1], "passphrase" if key.passphrase else "file")
            for purpose, keys in sorted(self._keys.items())
            for key in keys
        )

    def new_key(self, purpose: Purpose) -> str:
        """Make a new current key of a wrapping purpose; its id. Older keys stay and open what they wrapped.

        Raises CallerError `vault.purpose`, StoreError `vault.key_write`.
        """
        if purpose not in WRAPPING:
            raise _purpose(purpose)
        serial = self._fresh(purpose)[-1].serial + 1
        if serial > MAX_KEYS:
            raise CallerError("vault.argument", "there are too many keys of this purpose", "serial")
        _make_key(self._folder, purpose, serial, self._passphrase, clock=self._clock, random=self._random)
        return self._fresh(purpose)[-1].id

    def retire(self, old_id: str) -> None:
        """Destroy an older key: what is still wrapped with it can never be opened again, so the caller has made sure.

        Not before the current key is ten minutes old: another process may be storing what it wrapped just before.
        Raises CallerError `vault.key_current` for a current key, `vault.key_recent`; StoreError `vault.key_missing`,
        `vault.key_write`.
        """
        key = next((each for purpose in Purpose for each in self._fresh(purpose) if each.id == old_id), None)
        if key is None:
            raise key_missing(old_id)
        current = self._keys[key.purpose][-1]
        if key is current:
            raise CallerError("vault.key_current", "the current key cannot be retired", old_id)
        if self._clock() < datetime.fromisoformat(current.made_at_utc) + RETIRE_AFTER:
            raise CallerError("vault.key_recent", "the key was replaced only just now", old_id)
        remove(_path(self._folder, key.purpose, key.serial))
        self._fresh(key.purpose)

    def all_keys(self) -> tuple[tuple[Purpose, Secret[bytes]], ...]:
        """Every key with its purpose, by purpose, oldest first: for the recovery sheet only."""
        return tuple((purpose, key.key) for purpose, keys in sorted(self._keys.items()) for key in keys)

    def find(self, wanted: str, purpose: Purpose) -> Secret[bytes]:
        """The key of an id, looked for again in the folder if another process may have made it."""
        for again in (False, True):
            for each in self._fresh(purpose) if again else self._keys[purpose]:
                if each.id == wanted:
                    return each.key
        raise key_missing(wanted)

    def current(self, purpose: Purpose) -> Secret[bytes]:
        """The current key of a purpose, as the folder has it now: another process may have rotated or retired.

        Raises StoreError `vault.key_missing` when the folder has none any more: nothing is wrapped with a key that
        only this process still knows.
        """
        return self._fresh(purpose)[-1].key

    def wrap(self, data_key: Secret[bytes], *, purpose: Purpose, context: bytes) -> WrappedKey:
        """Wrap with the current key of `purpose`."""
        return wrap_with(self.current(purpose), data_key, purpose=purpose, context=context, random=self._random)

    def _fresh(self, purpose: Purpose) -> tuple[_Key, ...]:
        known = {each.serial: each for each in self._keys[purpose]}
        serials = _names(self._folder).get(purpose, ())
        if serials != tuple(known):
            derived: dict[bytes, Secret[bytes]] = {}
            self._keys[purpose] = tuple(
                known[serial]
                if serial in known
                else _read_key(self._folder, purpose, serial, self._passphrase, derived)
                for serial in serials
            )
        if not serials:
            raise key_missing(purpose)
        return self._keys[purpose]


class FileKeyWrapper:
    """The records.wrapping.KeyWrapper of one purpose."""

    def __init__(self, keys: FileKeys, purpose: Purpose) -> None:
        self._all = keys
        self._purpose = purpose

    @property
    def current_key_id(self) -> str:
        """Id of the key that new data keys are wrapped with."""
        return key_id(self._purpose, self._all.current(self._purpose))

    def wrap(self, data_key: Secret[bytes], *, context: bytes) -> WrappedKey:
        """Wrap 32 octets with the current key. Raises CallerError `vault.argument`."""
        return self._all.wrap(data_key, purpose=self._purpose, context=context)

    def unwrap(self, wrapped: WrappedKey, *, context: bytes) -> Secret[bytes]:
        """The 32 octets. Raises StoreError `vault.key_missing`, DataError `vault.key_damaged`."""
        return unwrap_with(self._all.find(wrapped.key_id, self._purpose), wrapped, context=context)


def put_key(
    folder: Path,
    purpose: Purpose,
    key: Secret[bytes],
    *,
    passphrase: Secret[str] | None = None,
    clock: Clock = system_clock,
    random: Random = system_random,
) -> str:
    """Put a key that people typed back (records.recovery_sheet) into `folder`; its id. A key that is there is left.

    Keys of a sheet are put in the order of the sheet, oldest first. Raises StoreError `vault.key_write`.
    """
    make_folder(folder)
    own_id = key_id(purpose, key)
    serials = _names(folder).get(purpose, ())
    derived: dict[bytes, Secret[bytes]] = {}
    for serial in serials:
        if _read_key(folder, purpose, serial, passphrase, derived).id == own_id:
            return own_id
    if serials and purpose not in WRAPPING:
        raise StoreError("vault.key_exists", "there is another key of this purpose already", purpose)
    _write_key(folder, purpose, (serials[-1] if serials else 0) + 1, key, passphrase, clock=clock, random=random)
    return own_id


def _names(folder: Path) -> dict[Purpose, tuple[int, ...]]:
    """Which numbers there are for each purpose, lowest first. Raises StoreError; a missing folder has none."""
    try:
        entries = [entry.name for entry in os.scandir(folder)]
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StoreError("vault.key_file", "the keys cannot be read", type(error).__name__) from None
    found: dict[Purpose, list[int]] = {}
    for match in map(_NAME.fullmatch, entries):
        if match is not None:
            found.setdefault(Purpose(match[1]), []).append(int(match[2]))
    return {purpose: tuple(sorted(serials)) for purpose, serials in found.items()}


def _path(folder: Path, purpose: Purpose, serial: int) -> Path:
    return folder / f"{purpose}-{serial:04d}.key"


def _make_key(
    folder: Path, purpose: Purpose, serial: int, passphrase: Secret[str] | None, *, clock: Clock, random: Random
) -> None:
    key = random(KEY_LENGTH)
    if len(key) != KEY_LENGTH:
        raise CallerError("vault.argument", "the source of randomness gave too little", "random")
    _write_key(folder, purpose, serial, Secret(key), passphrase, clock=clock, random=random)


def _write_key(
    folder: Path,
    purpose: Purpose,
    serial: int,
    key: Secret[bytes],
    passphrase: Secret[str] | None,
    *,
    clock: Clock,
    random: Random,
) -> None:
    own_id = key_id(purpose, key)
    value: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "purpose": purpose.value,
        "id": own_id,
        "made_at_utc": clock().astimezone(UTC).isoformat(timespec="seconds"),
    }
    if passphrase is None:
        value["key"] = base64.b64encode(key.reveal()).decode()
    else:
        salt, nonce = random(_SALT), random(_NONCE)
        under = _stretch(passphrase, salt, _SCRYPT_N, _SCRYPT_R, _SCRYPT_P)
        sealed = nonce + AESGCM(under.reveal()).encrypt(nonce, key.reveal(), _SEALED_DOMAIN + own_id.encode())
        value["scrypt"] = {"salt": base64.b64encode(salt).decode(), "n": _SCRYPT_N, "r": _SCRYPT_R, "p": _SCRYPT_P}
        value["sealed"] = base64.b64encode(sealed).decode()
    make_once(_path(folder, purpose, serial), json.dumps(value, indent=1).encode() + b"\n")


def _read_key(
    folder: Path, purpose: Purpose, serial: int, passphrase: Secret[str] | None, derived: dict[bytes, Secret[bytes]]
) -> _Key:
    octets = read_private(_path(folder, purpose, serial), MAX_FILE)
    try:
        value = json.loads(octets)
        own_id, made_at = str(value["id"]), datetime.fromisoformat(value["made_at_utc"]).astimezone(UTC).isoformat()
        fits = value["format"] == FORMAT and value["version"] == VERSION and value["purpose"] == purpose.value
        sealed = "sealed" in value
        plain = b"" if sealed else base64.b64decode(value["key"], validate=True)
        if sealed:
            parts = value["scrypt"]
            salt, box = (base64.b64decode(each, validate=True) for each in (parts["salt"], value["sealed"]))
            n, r, p = int(parts["n"]), int(parts["r"]), int(parts["p"])
            fits = fits and 1 < n <= _SCRYPT_MAX_N and n & (n - 1) == 0 and r == _SCRYPT_R and p == _SCRYPT_P
            fits = fits and len(box) == _NONCE + KEY_LENGTH + 16 and len(salt) == _SALT
    except Exception as error:  # noqa: BLE001  # fail closed: JSON and base64 raise half a dozen kinds
        raise _damaged(purpose, serial, type(error).__name__) from None
    if not fits:
        raise _damaged(purpose, serial, "form")
    if sealed:
        if passphrase is None:
            raise StoreError("vault.passphrase", "the keys need a passphrase", "missing")
        cached = salt + n.to_bytes(4, "big")
        if cached not in derived:
            derived[cached] = _stretch(passphrase, salt, n, r, p)
        try:
            plain = AESGCM(derived[cached].reveal()).decrypt(
                box[:_NONCE], box[_NONCE:], _SEALED_DOMAIN + own_id.encode("utf-8", "replace")
            )
        except InvalidTag:
            raise StoreError("vault.passphrase", "the passphrase of the keys is wrong, or a key is damaged") from None
    key = Secret(plain)
    if len(plain) != KEY_LENGTH or key_id(purpose, key) != own_id:
        raise _damaged(purpose, serial, "id")
    return _Key(purpose, serial, own_id, made_at, key, sealed)


def _stretch(passphrase: Secret[str], salt: bytes, n: int, r: int, p: int) -> Secret[bytes]:
    octets = passphrase.reveal().encode("utf-8", "surrogatepass")
    return Secret(Scrypt(salt=salt, length=KEY_LENGTH, n=n, r=r, p=p).derive(octets))


def _damaged(purpose: Purpose, serial: int, why: str) -> StoreError:
    return StoreError("vault.key_file", "a key file is damaged", f"{purpose}-{serial:04d}: {why}")


def _purpose(purpose: Purpose) -> CallerError:
    return CallerError("vault.purpose", "keys of this purpose are not used that way", purpose)
