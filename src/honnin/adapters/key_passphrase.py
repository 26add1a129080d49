"""Set, change or remove the passphrase of all key files of a house, so that at every instant one passphrase opens all.

First every file gets a second envelope, under the new passphrase: until the last one has it, the old passphrase opens
all of them. Then all are read back with the new one. Then every file loses its old envelope: from here on the new
passphrase opens all. Each file is replaced whole. A change that was cut off is finished by asking for it again. The
keys themselves stay what they are: records, ledger and recovery sheet know nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from honnin.adapters.key_file_form import (
    Derived,
    Envelope,
    KeyFile,
    key_file,
    make_envelope,
    names_in,
    path_of,
    read_key,
)
from honnin.adapters.key_folder import keys_locked, remove_unfinished, replace_whole
from honnin.core.clock import Random, system_random
from honnin.core.errors import CallerError, StoreError
from honnin.core.secret import Secret
from honnin.records.wrapping import Purpose, key_missing

MIN_PASSPHRASE = 12  # characters; a file that was stolen can be tried without end
MAX_PASSPHRASE = 1024


def change_passphrase(
    folder: Path, current: Secret[str] | None, new: Secret[str] | None, *, random: Random = system_random
) -> tuple[str, ...]:
    """Put every key in `folder` under `new` (None: no passphrase); their ids. `current` is what opens them now.

    Raises CallerError `vault.passphrase_short` (under 12 characters, or over 1,024); StoreError `vault.passphrase` when
    neither `current` nor `new` opens all keys, `vault.key_missing`, `vault.key_file`, `vault.key_permissions`,
    `vault.key_write`, `vault.key_busy`. Whatever it raises, all keys open as before or with `new`.
    """
    if new is not None and not MIN_PASSPHRASE <= len(new.reveal()) <= MAX_PASSPHRASE:
        raise CallerError("vault.passphrase_short", "the new passphrase is too short or too long")
    with keys_locked(folder):
        remove_unfinished(folder)
        keys, under_new = _opened(folder, current, new)
        if not under_new:
            for key in keys:
                _write(folder, key, key.opened, make_envelope(key.key, key.purpose, new, random))
            keys = _same(keys, _read_all(folder, new, strictly=True))
        for key in keys:
            if key.spare:
                _write(folder, key, key.opened)
        _same(keys, _read_all(folder, new, strictly=True))
    return tuple(key.id for key in keys)


def _opened(folder: Path, current: Secret[str] | None, new: Secret[str] | None) -> tuple[Sequence[KeyFile], bool]:
    """All keys, and whether they are under the new passphrase already: an earlier change was cut off near its end."""
    try:
        return _read_all(folder, current), False
    except StoreError as error:
        if error.code != "vault.passphrase" or new is None:
            raise
        try:
            return _read_all(folder, new, strictly=True), True
        except StoreError:
            raise error from None


def _read_all(folder: Path, passphrase: Secret[str] | None, *, strictly: bool = False) -> Sequence[KeyFile]:
    names = names_in(folder)
    for purpose in Purpose:
        if purpose not in names:
            raise key_missing(purpose)
    derived: Derived = {}
    return [
        read_key(folder, purpose, serial, passphrase, derived, strictly=strictly)
        for purpose, serials in sorted(names.items())
        for serial in serials
    ]


def _same(before: Sequence[KeyFile], now: Sequence[KeyFile]) -> Sequence[KeyFile]:
    """What was read back, which must be the same keys before an envelope is given up."""
    if [(each.id, each.serial, each.key) for each in before] != [(each.id, each.serial, each.key) for each in now]:
        raise StoreError("vault.key_file", "the keys are not what was written", "passphrase")
    return now


def _write(folder: Path, key: KeyFile, *envelopes: Envelope) -> None:
    octets = key_file(key.purpose, key.id, key.made_at_utc, envelopes)
    replace_whole(path_of(folder, key.purpose, key.serial), octets)
