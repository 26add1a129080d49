"""Files with personal data: whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

UNFINISHED = ".honnin-"  # the beginning of the names of files that do not have their own name yet


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; the content of its files is made so by each of them. Raises OSError."""
    if sys.platform == "win32":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_private(path: Path, octets: bytes) -> None:
    """Write `octets` to `path` with mode 0600; an old file is replaced only by the whole new one, and the
    new one is durable. Raises OSError.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        sync_folder(path.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
