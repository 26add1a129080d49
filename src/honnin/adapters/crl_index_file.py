"""Index files of very large revocation lists: making them, and reading them a block at a time.

Read by position and never mapped into memory: of a mapped file every page that was looked at counts as memory in use,
and the index of ten million entries has hundreds of megabytes. A file becomes visible under its name only when it is
whole, synced and accepted by the caller.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from honnin.core.errors import CallerError, DataError, TrustError
from honnin.trust.crl_index import CrlIndex, open_index
from honnin.trust.crl_index_build import Source, build_index

LARGE = 5 << 20  # from here on a list is indexed and not kept in memory

_PEM_BEGIN = b"-----BEGIN X509 CRL-----"
_PEM_END = b"-----END"
_PEM_LINE = 1 << 16


class IndexFile:
    """An open index file: `read_at` for honnin.trust.crl_index. Safe for several threads; closed when forgotten."""

    def __init__(self, path: Path) -> None:
        """Raises TrustError `trust.store.unreadable`."""
        try:
            self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise _unreadable(error) from error
        self._closing = weakref.finalize(self, os.close, self._descriptor)
        self.length = os.fstat(self._descriptor).st_size
        self._lock = threading.Lock()

    def read_at(self, offset: int, length: int) -> bytes:
        """Fewer octets only where the file ends. Raises TrustError `trust.store.unreadable`."""
        if not self._closing.alive:
            raise TrustError("trust.store.unreadable", "the index of a revocation list was closed")
        try:
            if hasattr(os, "pread"):
                return os.pread(self._descriptor, length, offset)
            with self._lock:
                os.lseek(self._descriptor, offset, os.SEEK_SET)
                return os.read(self._descriptor, length)
        except OSError as error:
            raise _unreadable(error) from error

    def close(self) -> None:
        """Nothing can be read from then on."""
        self._closing()


def open_index_file(path: Path, fingerprint: str | None = None) -> CrlIndex:
    """The list behind an index file. Raises CrlError `trust.crl.index_damaged`, TrustError `trust.store.unreadable`."""
    file = IndexFile(path)
    try:
        return open_index(file.read_at, file.length, fingerprint)
    except BaseException:
        file.close()
        raise


class IndexDraft:
    """An index that was made and not yet accepted. `crl`: to be judged; then either `keep` or `discard`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = IndexFile(path)
        try:
            self.crl = open_index(self._file.read_at, self._file.length)
        except BaseException:
            self._file.close()
            raise

    def keep(self, path: Path) -> None:
        """Give the file its name. Raises TrustError `trust.store.unwritable`."""
        self._file.close()  # an open file cannot be renamed everywhere
        try:
            self._path.replace(path)
        except OSError as error:
            raise _unwritable(error) from error

    def discard(self) -> None:
        """Remove the file, unless it was kept."""
        self._file.close()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


def make_index(source: Source, folder: Path) -> IndexDraft:
    """Read a DER list from `source` and write its index into `folder`, under a name of its own, synced.

    Needs room for about twice the index meanwhile. Raises what `build_index` does, TrustError `trust.store.unwritable`.
    """
    temporary: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder, buffering=0) as scratch:
            handle, name = tempfile.mkstemp(dir=folder, prefix=".crl-", suffix=".new")
            temporary = Path(name)
            with os.fdopen(handle, "wb", buffering=1 << 20) as target:
                build_index(source, _Scratch(scratch), target.write)
                target.flush()
                os.fsync(target.fileno())
        return IndexDraft(temporary)
    except BaseException as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(error) from error
        raise


@contextlib.contextmanager
def open_list(path: Path) -> Iterator[tuple[Source, int]]:
    """(reads the DER octets of a list kept as DER or PEM, octets of the file).

    Raises CallerError `trust.file.unreadable`; the source raises it too, and DataError `trust.crl.pem`.
    """
    try:
        with path.open("rb") as file:
            length = os.fstat(file.fileno()).st_size
            beginning = file.read(_PEM_LINE)
            file.seek(0)
            yield (_pem(file) if _PEM_BEGIN in beginning else _reading(file.read)), length
    except OSError as error:
        raise CallerError("trust.file.unreadable", "the file cannot be read", str(error)) from error


def _reading(read: Callable[[int], bytes]) -> Source:
    def source(length: int) -> bytes:
        try:
            return read(length)
        except OSError as error:
            raise CallerError("trust.file.unreadable", "the file cannot be read", str(error)) from error

    return source


def _pem(file: BinaryIO) -> Source:
    """The first block of a PEM file, decoded on the way."""
    decoded = _pem_parts(file)
    waiting = bytearray()

    def source(length: int) -> bytes:
        while len(waiting) < length:
            part = next(decoded, None)
            if part is None:
                break
            waiting.extend(part)
        taken = bytes(waiting[:length])
        del waiting[:length]
        return taken

    return _reading(source)


def _pem_parts(file: BinaryIO) -> Iterator[bytes]:
    lines = iter(lambda: file.readline(_PEM_LINE), b"")
    if not any(line.strip() == _PEM_BEGIN for line in lines):
        raise DataError("trust.crl.pem", "a PEM file is broken")
    digits = bytearray()
    for line in lines:
        ends = line.startswith(_PEM_END)
        if not ends:
            digits += line.strip()
        whole = len(digits) if ends else len(digits) - len(digits) % 4
        if ends or whole >= 1 << 16:
            try:
                yield base64.b64decode(digits[:whole], validate=True)
            except binascii.Error as error:
                raise DataError("trust.crl.pem", "a PEM file is broken") from error
            del digits[:whole]
        if ends:
            return
    raise DataError("trust.crl.pem", "a PEM file is broken")


class _Scratch:
    """The scratch file of `build_index`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._end = 0

    def append(self, octets: bytes, /) -> int:
        start = self._end
        self._file.seek(start)
        view = memoryview(octets)
        while view:
            view = view[self._file.write(view) or 0 :]
        self._end += len(octets)
        return start

    def read_at(self, offset: int, length: int, /) -> bytes:
        self._file.seek(offset)
        parts = [self._file.read(length)]
        while parts[-1] and (missing := length - sum(map(len, parts))):
            parts.append(self._file.read(missing))
        return b"".join(parts)


def _unreadable(error: Exception) -> TrustError:
    return TrustError("trust.store.unreadable", "the index of a revocation list cannot be read", str(error))


def _unwritable(error: OSError) -> TrustError:
    return TrustError("trust.store.unwritable", "the trust store cannot be written", str(error))
