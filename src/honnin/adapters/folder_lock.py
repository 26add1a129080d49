"""A lock on a data folder that one process holds, and that the system lets go when the process dies."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from honnin.core.errors import StoreError

__all__ = ["FolderLock"]

_MAX_NAME = 64


class FolderLock:
    """`file` is made with mode 0600 and stays; what counts is the lock on it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Whether this process holds it now. Never waits. Raises StoreError `jobs.folder`."""
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreError("jobs.folder", "the data folder cannot be written", type(error).__name__) from None
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def name(self, new: str) -> str:
        """The lasting name of the folder, which stands in the file: `new` when it has none yet. Only for its holder."""
        if self._descriptor is None:
            raise StoreError("jobs.folder", "the data folder is not held by this process")
        try:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            known = os.read(self._descriptor, _MAX_NAME).decode("ascii", "replace")
            if known.isalnum():
                return known
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, new.encode("ascii"))
        except OSError as error:
            raise StoreError("jobs.folder", "the data folder cannot be written", type(error).__name__) from None
        return new

    def release(self) -> None:
        """Let it go; also when it is not held."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)  # closing is what unlocks
            self._descriptor = None


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
