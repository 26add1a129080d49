"""Files of keys on the disk: made once and whole, private, read back only while they are private.

What the key providers share. Nothing here writes over a file that exists, but for `replace_whole`.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from honnin.adapters.file_lock import locked
from honnin.adapters.private_file import UNFINISHED, sync_folder, write_private
from honnin.core.errors import StoreError
from honnin.records.wrapping import key_missing

LOCK = "lock"


def make_folder(folder: Path) -> None:
    """Make the folder (mode 0700) if it is not there. Raises StoreError `vault.key_write`."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _write_failed(error) from None


@contextmanager
def keys_locked(folder: Path) -> Iterator[None]:
    """One writer of keys at a time. Raises StoreError `vault.key_busy`, `vault.key_write`."""
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(folder / LOCK))
        except TimeoutError:
            raise StoreError("vault.key_busy", "another process is writing keys") from None
        except OSError as error:
            raise _write_failed(error) from None
        yield


def make_once(path: Path, octets: bytes) -> None:
    """Write `octets` whole (mode 0600) and give them the name only if it is free: of two first starts one wins, and
    both read what it wrote. Raises StoreError `vault.key_write`.
    """
    _made(path, octets)


def make_new(path: Path, octets: bytes) -> None:
    """Write `octets` whole (mode 0600) into a new file. Raises StoreError `vault.key_write`, also if there is one."""
    if not _made(path, octets):
        raise StoreError("vault.key_write", "there is a file of that name already", "exists")


def read_private(path: Path, limit: int) -> bytes:
    """The octets of a file that its owner alone may read: no link, no device, no other user's.

    Raises StoreError: `vault.key_missing`, `vault.key_permissions`, `vault.key_file` (also for more than `limit`).
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise StoreError("vault.key_file", "a key is not a plain file", path.name)
            if os.name != "nt" and (facts.st_mode & 0o077 or facts.st_uid not in {os.geteuid(), 0}):
                raise StoreError("vault.key_permissions", "a key may be read by others", path.name)
            octets = file.read(limit + 1)
    except FileNotFoundError:
        raise key_missing(path.name) from None
    except PermissionError:
        raise StoreError("vault.key_permissions", "a key may not be read by this user", path.name) from None
    except OSError as error:
        raise StoreError("vault.key_file", "a key cannot be read", type(error).__name__) from None
    if len(octets) > limit:
        raise StoreError("vault.key_file", "a key file is larger than any key", path.name)
    return octets


def replace_whole(path: Path, octets: bytes) -> None:
    """`octets` (mode 0600) in place of the file that is there: at every instant the whole old one or the whole new one.

    Durable when this returns. Raises StoreError `vault.key_write`.
    """
    try:
        write_private(path, octets)
    except OSError as error:
        raise _write_failed(error) from None


def remove_unfinished(folder: Path) -> None:
    """Take away what writers left that were killed: it may hold keys. Only under `keys_locked`. Raises StoreError
    `vault.key_write`.
    """
    try:
        for each in folder.glob(f"{UNFINISHED}*"):
            each.unlink(missing_ok=True)
        sync_folder(folder)
    except OSError as error:
        raise _write_failed(error) from None


def remove(path: Path) -> None:
    """Take the file away for good; nothing to do when it is gone. Raises StoreError `vault.key_write`."""
    try:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise _write_failed(error) from None


def _made(path: Path, octets: bytes) -> bool:
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(octets)
                file.flush()
                os.fsync(file.fileno())
            made = _linked(Path(temporary), path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise _write_failed(error) from None
    return made


def _linked(source: Path, target: Path) -> bool:
    """Give the whole file its name, never over another file; False when there is one."""
    try:
        target.hardlink_to(source)
    except FileExistsError:
        return False
    return True


def _write_failed(error: OSError) -> StoreError:
    return StoreError("vault.key_write", "a key cannot be written", type(error).__name__)
