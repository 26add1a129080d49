"""Verify what was read before: a reading file, or a folder with the raw files of a passport (design §9).

The folder holds any of EF.COM, EF.SOD, EF.DG1 … EF.DG16, EF.CardAccess and EF.CardSecurity, each as `NAME.bin`. Only
these names are looked at, nothing is followed by name from inside a file, and every size is bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from honnin.core.errors import CallerError, DataError, HonninError
from honnin.facts import Access, DocumentKind, Reading
from honnin.facts.codec import MAX_ARCHIVE, is_zip, reading_from_zip
from honnin.records.bundle import MAX_BUNDLE, MAX_HEAD, Bundle, is_bundle, open_bundle
from honnin.records.deletion_proof import FORMAT, MAX_PROOF_FILE, DeletionProof, open_proof
from honnin.records.ledger.note import MAX_VKEY, NoteKey, parse_vkey
from honnin.trust.crl import MAX_CRL, Crl, parse_crl

PASSPORT_FILES = (
    "EF.COM",
    "EF.SOD",
    *(f"EF.DG{number}" for number in range(1, 17)),
    "EF.CardAccess",
    "EF.CardSecurity",
)
MAX_FILE = 1 << 20


def load_reading(path: Path, *, at: datetime) -> Reading:
    """The Reading at `path`: a folder of raw files (then read "at" that instant) or a reading file (zip).

    Raises CallerError `verify.not_found` (nothing there, or not readable), `verify.empty` (no file of a known name),
    `verify.unknown_file` (a file that is no reading), DataError `verify.too_large` and those of reading_from_zip.
    """
    try:
        folder = path.is_dir()
    except OSError as error:  # a name too long, a folder above it that may not be looked into
        raise CallerError("verify.not_found", "there is no such file or folder", str(error)) from None
    if folder:
        return reading_from_folder(path, at=at)
    octets = _read(path, MAX_ARCHIVE)
    if octets is None:
        raise CallerError("verify.not_found", "there is no such file or folder")
    if not is_zip(octets):
        raise CallerError("verify.unknown_file", "the file is not a reading")
    return reading_from_zip(octets)


def load_bundle(path: Path) -> Bundle | None:
    """The evidence bundle at `path`; None when the file is something else, or is not there.

    Raises CallerError `verify.not_found`, DataError `verify.too_large` and those of open_bundle.
    """
    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            if not is_bundle(stream.read(MAX_HEAD)):
                return None
    except OSError as error:
        raise CallerError("verify.not_found", "the file cannot be read", str(error)) from None
    octets = _read(path, MAX_BUNDLE)
    return None if octets is None else open_bundle(octets)


def load_deletion_proof(path: Path) -> DeletionProof | None:
    """The proof of a deletion at `path`; None when the file is something else, or is not there.

    Raises CallerError `verify.not_found`, DataError `verify.too_large`, `deletion.…`.
    """
    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            head = stream.read(MAX_PROOF_FILE)
    except OSError as error:
        raise CallerError("verify.not_found", "the file cannot be read", str(error)) from None
    if not head.startswith(b"{") or f'"format": "{FORMAT}"'.encode() not in head:
        return None
    octets = _read(path, MAX_PROOF_FILE)
    return None if octets is None else open_proof(octets)


def load_ledger_key(text: str) -> NoteKey:
    """The public key of a ledger: its text form, or the name of a file that holds it.

    Raises CallerError `verify.ledger_key`.
    """
    try:
        if "+" not in text or Path(text).is_file():
            octets = _read(Path(text), MAX_VKEY)
            text = "" if octets is None else octets.decode()
        return parse_vkey(text.strip())
    except (HonninError, ValueError, OSError):
        raise CallerError("verify.ledger_key", "this is not the public key of a ledger") from None


def load_lists(paths: Sequence[Path]) -> tuple[Crl, ...]:
    """Revocation lists (DER) of a verifier. Raises CallerError `verify.list` (detail: the file)."""
    found = []
    for path in paths:
        try:
            octets = _read(path, MAX_CRL)
            found.append(parse_crl(b"" if octets is None else octets))
        except HonninError:
            raise CallerError("verify.list", "this is not a revocation list", path.name) from None
    return tuple(found)


def reading_from_folder(path: Path, *, at: datetime) -> Reading:
    """A passport's Reading from raw files; errors as load_reading. It has no access and no proofs."""
    found = {name: _read(path / f"{name}.bin", MAX_FILE) for name in PASSPORT_FILES}
    files = {name: octets for name, octets in found.items() if octets is not None}
    if not files:
        raise CallerError("verify.empty", "the folder has no file of a passport")
    return Reading(
        document=DocumentKind.PASSPORT,
        read_at_utc=at,
        access=Access("files"),
        files=files,
        source="files",
    )


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant; without a zone it is UTC, without a time midnight. Raises CallerError `verify.time`."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CallerError("verify.time", "the time is not an ISO 8601 instant") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _read(path: Path, limit: int) -> bytes | None:
    """At most `limit` octets of a plain file; None when there is none."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            octets = stream.read(limit + 1)
    except OSError as error:
        raise CallerError("verify.not_found", "a file cannot be read", str(error)) from None
    if len(octets) > limit:
        raise DataError("verify.too_large", "a file is larger than the limit")
    return octets
