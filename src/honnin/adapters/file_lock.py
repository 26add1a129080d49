"""One writer at a time, among processes and threads: a lock on a file, which the system releases by itself."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

WAIT_S = 60.0
_STEP_S = 0.02


@contextmanager
def locked(path: Path, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """Hold the lock on `path` (made with mode 0600 if it is not there), also against other threads of this process.

    It ends with the block, and with the process. Raises OSError; TimeoutError when another holds it for too long.
    """
    path.touch(mode=0o600)
    with path.open("r+b") as file:
        end = time.monotonic() + wait_s
        while not _try(file.fileno()):
            if time.monotonic() >= end:
                raise TimeoutError("another process is writing here")
            time.sleep(_STEP_S)
        yield


def _try(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
