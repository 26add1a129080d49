"""The trust store as a folder: DER files and one index with their provenance.

    trust/index.json                 what counts; a file that is not in it does not
    trust/anchors/SHA256.cer
    trust/crls/SHA256.crl
    trust/crls/SHA256.crlx           the index of a very large list (honnin.trust.crl_index), by the digest of its head

Written so that a kill or a power cut at any instant leaves the state before or the state after: first the DER files,
then the index under another name, each synced, then one rename. Read so that nothing goes missing unseen: an index
without its files, files without an index, or a file whose content is not that of its name is an error, never fewer
anchors.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from honnin.adapters.crl_index_file import IndexDraft, make_index, open_index_file
from honnin.adapters.file_lock import locked
from honnin.adapters.private_file import sync_folder
from honnin.core.errors import DataError, TrustError
from honnin.flows.trust_import import Basis, CrlDraft, TrustEntry
from honnin.trust.anchors import ENVIRONMENTS, Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import Crl, RevocationList, parse_crl
from honnin.trust.crl_index import CrlIndex
from honnin.trust.crl_index_build import Source

_FORMAT = 1
_WAIT_S = 600.0  # an index of a very large list takes minutes
_MAX_INDEX = 64 << 20
_MAX_CERTIFICATE = 64 << 10
_MAX_CRL = 64 << 20
_BASES: tuple[Basis, ...] = ("pin", "operator", "link", "list")

_Stamp = tuple[int, int, int] | None


class TrustFolder:
    """Implements `honnin.flows.ports.TrustStore` and `honnin.flows.trust_import.LargeCrlKeeper`.

    `data` is the data folder; the store is its sub-folder `trust`, made on the first import. What was read is kept
    until the index changes, so asking for the anchors again costs one look at the file. Safe for several processes.
    """

    def __init__(self, data: Path) -> None:
        self._folder = data / "trust"
        self._stamp: _Stamp = None
        self._loaded = False
        self._entries: tuple[TrustEntry, ...] = ()
        self._crls: tuple[tuple[RevocationList, datetime], ...] = ()
        self._anchors = AnchorSet.empty()

    def anchors(self) -> AnchorSet:
        """All anchors. Raises TrustError `trust.store.damaged`, `trust.store.unreadable`."""
        self._refresh()
        return self._anchors

    def entries(self) -> Sequence[TrustEntry]:
        """All anchors with their provenance. Raises TrustError as `anchors`."""
        self._refresh()
        return self._entries

    def crls(self) -> Sequence[RevocationList]:
        """All revocation lists. Raises TrustError as `anchors`."""
        self._refresh()
        return tuple(crl for crl, _ in self._crls)

    def add(self, entries: Sequence[TrustEntry]) -> None:
        """Keep these too; one that is there already stays as it is. Raises TrustError `trust.store.unwritable` …"""
        with self._changing():
            there = {each.anchor.certificate.fingerprint for each in self._entries}
            fresh = [each for each in entries if each.anchor.certificate.fingerprint not in there]
            for entry in fresh:
                certificate = entry.anchor.certificate
                self._write(self._certificate_path(certificate.fingerprint), certificate.raw, last=entry is fresh[-1])
            self._write_index([*self._entries, *fresh], list(self._crls))

    def add_crl(self, crl: Crl, imported_at: datetime, replaced: Sequence[RevocationList]) -> None:
        """Keep this list instead of `replaced`. Raises TrustError, also `trust.store.unwritable`."""
        with self._changing():
            self._write(self._crl_path(crl), crl.raw)
            gone = self._exchange(crl, imported_at, replaced)
        self._remove(gone)

    def draft_index(self, source: Source, /) -> IndexDraft:
        """Make the index of a very large list, not kept yet. Raises as `build_index` does, and TrustError."""
        return make_index(source, self._folder)

    def add_crl_index(self, draft: CrlDraft, imported_at: datetime, replaced: Sequence[RevocationList]) -> None:
        """Keep this index instead of `replaced`. Raises TrustError, also `trust.store.unwritable`."""
        if not isinstance(draft, IndexDraft):
            raise TrustError("trust.store.unwritable", "this index was made elsewhere")
        with self._changing():
            path = self._crl_path(draft.crl)
            draft.keep(path)
            self._durable(path.parent)
            gone = self._exchange(draft.crl, imported_at, replaced)
        self._remove(gone)

    def _exchange(self, crl: RevocationList, at: datetime, replaced: Sequence[RevocationList]) -> set[Path]:
        """Write the index of the folder with `crl` instead of `replaced`; the files that no longer count."""
        own = self._crl_path(crl)
        gone = {self._crl_path(each) for each in replaced} | {own}
        kept = [each for each in self._crls if self._crl_path(each[0]) not in gone]
        self._write_index(list(self._entries), [*kept, (crl, at)])
        return gone - {own}

    def _remove(self, paths: set[Path]) -> None:
        for path in paths:
            with contextlib.suppress(OSError):
                path.unlink()

    def _certificate_path(self, fingerprint: str) -> Path:
        return self._folder / "anchors" / f"{fingerprint}.cer"

    def _crl_path(self, crl: RevocationList) -> Path:
        return self._folder / "crls" / f"{_crl_name(crl)}.{_crl_form(crl)}"

    # --- reading ---

    def _refresh(self) -> None:
        """Read what changed; once more when another process changed it in between."""
        try:
            self._read_once()
        except TrustError:
            self._read_once()

    def _read_once(self) -> None:
        index = self._folder / "index.json"
        try:
            status = index.stat()
            stamp: _Stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        except FileNotFoundError:
            stamp = None
        except OSError as error:
            raise TrustError("trust.store.unreadable", "the trust store cannot be read", str(error)) from error
        if self._loaded and stamp == self._stamp:
            return
        self._loaded = False
        if stamp is None:
            self._check_untouched()
            entries: tuple[TrustEntry, ...] = ()
            crls: tuple[tuple[RevocationList, datetime], ...] = ()
        else:
            content = self._load_index(index)
            entries = tuple(self._load_entry(each) for each in _list_of(content, "anchors"))
            crls = tuple(self._load_crl(each) for each in _list_of(content, "crls"))
        self._entries, self._crls = entries, crls
        self._anchors = AnchorSet(each.anchor for each in entries)
        self._stamp, self._loaded = stamp, True

    def _check_untouched(self) -> None:
        """No index: fine for a store that was never used, but not where anchors lie."""
        for name in ("anchors", "crls"):
            folder = self._folder / name
            try:
                used = folder.is_dir() and any(folder.iterdir())
            except OSError as error:
                raise TrustError("trust.store.unreadable", "the trust store cannot be read", str(error)) from error
            if used:
                raise _damaged("index.json is missing")

    def _load_index(self, index: Path) -> Mapping[str, object]:
        try:
            content = json.loads(_read(index, _MAX_INDEX))
        except (ValueError, RecursionError) as error:
            raise _damaged("index.json is not JSON") from error
        if not isinstance(content, dict) or content.get("format") != _FORMAT:
            raise _damaged("index.json has another format")
        return content

    def _load_entry(self, item: Mapping[str, object]) -> TrustEntry:
        fingerprint = _text(item, "sha256")
        environment = next((each for each in ENVIRONMENTS if each == item.get("environment")), None)
        basis = next((each for each in _BASES if each == item.get("basis")), None)
        if environment is None or basis is None:
            raise _damaged("index.json has an entry without environment or basis")
        data = self._content(self._certificate_path(_name(fingerprint)), fingerprint, _MAX_CERTIFICATE)
        try:
            certificate = parse_certificate(data)
        except DataError as error:
            raise _damaged(f"{fingerprint} cannot be parsed") from error
        date = item.get("list_date")
        signer = item.get("list_signer")
        return TrustEntry(
            Anchor(certificate, environment, _text(item, "origin"), _text(item, "kind")),
            _time(_text(item, "imported_at")),
            basis,
            _time(date) if isinstance(date, str) else None,
            signer if isinstance(signer, str) else None,
        )

    def _load_crl(self, item: Mapping[str, object]) -> tuple[RevocationList, datetime]:
        fingerprint = _name(_text(item, "sha256"))
        form = item.get("form", "crl")
        path = self._folder / "crls" / f"{fingerprint}.{form}"
        imported_at = _time(_text(item, "imported_at"))
        try:
            if form == "crlx":
                return open_index_file(path, fingerprint), imported_at
            if form == "crl":
                return parse_crl(self._content(path, fingerprint, _MAX_CRL)), imported_at
        except DataError as error:
            raise _damaged(f"{fingerprint} cannot be parsed") from error
        raise _damaged("index.json has a revocation list of another form")

    def _content(self, path: Path, fingerprint: str, limit: int) -> bytes:
        data = _read(path, limit)
        if _sha256(data) != fingerprint:
            raise _damaged(f"{path.name} was changed")
        return data

    # --- writing ---

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """One writer at a time, on what is there now."""
        with contextlib.ExitStack() as stack:
            try:
                for name in ("anchors", "crls"):
                    (self._folder / name).mkdir(parents=True, exist_ok=True)
                stack.enter_context(locked(self._folder / "lock", wait_s=_WAIT_S))
            except OSError as error:
                raise _unwritable(error) from error
            self._refresh()
            if self._stamp is None:
                self._write_index([], [])  # from here on, files without an index are damage
            yield
            self._loaded = False

    def _write_index(self, entries: Sequence[TrustEntry], crls: Sequence[tuple[RevocationList, datetime]]) -> None:
        content = {
            "format": _FORMAT,
            "anchors": [_entry_item(each) for each in entries],
            "crls": [_crl_item(crl, at) for crl, at in crls],
        }
        text = json.dumps(content, ensure_ascii=False, indent=1)
        self._write(self._folder / "index.json", text.encode())

    def _write(self, path: Path, data: bytes, *, last: bool = True) -> None:
        """Whole or not at all; the name itself is durable after the last one in that folder."""
        temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with temporary.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
            if last:
                sync_folder(path.parent)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise _unwritable(error) from error


    def _durable(self, folder: Path) -> None:
        try:
            sync_folder(folder)
        except OSError as error:
            raise _unwritable(error) from error


def _crl_form(crl: RevocationList) -> str:
    return "crlx" if isinstance(crl, CrlIndex) else "crl"


def _crl_name(crl: RevocationList) -> str:
    if isinstance(crl, CrlIndex):
        return crl.fingerprint
    if isinstance(crl, Crl):
        return _sha256(crl.raw)
    raise TrustError("trust.store.unwritable", "a revocation list of an unknown form cannot be kept")


def _crl_item(crl: RevocationList, at: datetime) -> dict[str, str]:
    item = {"sha256": _crl_name(crl), "imported_at": at.isoformat()}
    return item | {"form": "crlx"} if isinstance(crl, CrlIndex) else item


def _entry_item(entry: TrustEntry) -> dict[str, str | None]:
    certificate = entry.anchor.certificate
    return {
        "sha256": certificate.fingerprint,
        "environment": entry.anchor.environment,
        "origin": entry.anchor.origin,
        "kind": entry.anchor.kind,
        "basis": entry.basis,
        "imported_at": entry.imported_at.isoformat(),
        "list_date": None if entry.list_date is None else entry.list_date.isoformat(),
        "list_signer": entry.list_signer,
        "subject": certificate.subject.text,  # for people who look into the file; not read back
    }


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError as error:
        raise _damaged(f"{path.name} is missing") from error
    except OSError as error:
        raise TrustError("trust.store.unreadable", "the trust store cannot be read", str(error)) from error
    if len(data) > limit:
        raise _damaged(f"{path.name} is too large")
    return data


def _list_of(content: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    items = content.get(key)
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise _damaged(f"index.json has no list of {key}")
    return items


def _text(item: Mapping[str, object], key: str) -> str:
    value = item.get(key)
    if not isinstance(value, str):
        raise _damaged(f"index.json has an entry without {key}")
    return value


def _name(fingerprint: str) -> str:
    """A fingerprint that may be part of a file name."""
    if len(fingerprint) != 64 or any(each not in "0123456789abcdef" for each in fingerprint):
        raise _damaged("index.json has an entry that is no fingerprint")
    return fingerprint


def _time(text: str) -> datetime:
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise _damaged("index.json has an entry without a time") from error
    if value.tzinfo is None:
        raise _damaged("index.json has a time without a zone")
    return value


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _damaged(detail: str) -> TrustError:
    return TrustError("trust.store.damaged", "the trust store is damaged", detail)


def _unwritable(error: OSError) -> TrustError:
    return TrustError("trust.store.unwritable", "the trust store cannot be written", str(error))
