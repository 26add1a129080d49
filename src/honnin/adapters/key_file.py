"""FileKeys: the keys of a house as files, one file a key, made at first start.

A folder with mode 0700 holds `PURPOSE-NNNN.key` (mode 0600); the highest number of a purpose is its current key, lower
ones are older and still open what they wrapped. Of a wrapping purpose a new number is added by rotation; `index` and
`ledger` have one key each. What stands in a file: honnin.adapters.key_file_form. A key is never written over by another
one; only its envelope is, when the passphrase changes (honnin.adapters.key_passphrase).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from honnin.adapters.key_file_form import KeyFile, key_file, make_envelope, names_in, path_of, read_key
from honnin.adapters.key_folder import keys_locked, make_folder, make_once, remove
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

MAX_KEYS = 9999  # of one purpose


class FileKeys:
    """A records.wrapping.KeyProvider over a folder of key files. Make one with `make`, `open` or `open_or_make`."""

    def __init__(
        self,
        folder: Path,
        keys: Mapping[Purpose, tuple[KeyFile, ...]],
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
        present = names_in(folder)
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
        names = names_in(folder)
        for purpose in Purpose:
            if purpose not in names:
                raise key_missing(purpose)
        derived: dict[bytes, Secret[bytes]] = {}
        keys = {
            purpose: tuple(read_key(folder, purpose, serial, passphrase, derived) for serial in serials)
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

        Raises CallerError `vault.purpose`; StoreError `vault.key_write`, `vault.key_busy`, and `vault.passphrase` when
        the passphrase of the folder was changed since it was opened.
        """
        if purpose not in WRAPPING:
            raise _purpose(purpose)
        with keys_locked(self._folder):
            last = self._fresh(purpose)[-1].serial
            if last >= MAX_KEYS:
                raise CallerError("vault.argument", "there are too many keys of this purpose", "serial")
            read_key(self._folder, purpose, last, self._passphrase, {})  # all keys under one passphrase
            _make_key(self._folder, purpose, last + 1, self._passphrase, clock=self._clock, random=self._random)
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
        remove(path_of(self._folder, key.purpose, key.serial))
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

    def _fresh(self, purpose: Purpose) -> tuple[KeyFile, ...]:
        known = {each.serial: each for each in self._keys[purpose]}
        serials = names_in(self._folder).get(purpose, ())
        if serials != tuple(known):
            derived: dict[bytes, Secret[bytes]] = {}
            self._keys[purpose] = tuple(
                known[serial]
                if serial in known
                else read_key(self._folder, purpose, serial, self._passphrase, derived)
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

    Keys of a sheet are put in the order of the sheet, oldest first. Raises StoreError `vault.key_write`,
    `vault.key_busy`, `vault.key_exists`, and what reading the keys that are there raises.
    """
    make_folder(folder)
    own_id = key_id(purpose, key)
    derived: dict[bytes, Secret[bytes]] = {}
    with keys_locked(folder):
        serials = names_in(folder).get(purpose, ())
        for serial in serials:
            if read_key(folder, purpose, serial, passphrase, derived).id == own_id:
                return own_id
        if serials and purpose not in WRAPPING:
            raise StoreError("vault.key_exists", "there is another key of this purpose already", purpose)
        _write_key(folder, purpose, (serials[-1] if serials else 0) + 1, key, passphrase, clock=clock, random=random)
    return own_id


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
    made_at = clock().astimezone(UTC).isoformat(timespec="seconds")
    envelope = make_envelope(key, purpose, passphrase, random)
    make_once(path_of(folder, purpose, serial), key_file(purpose, own_id, made_at, [envelope]))


def _purpose(purpose: Purpose) -> CallerError:
    return CallerError("vault.purpose", "keys of this purpose are not used that way", purpose)
