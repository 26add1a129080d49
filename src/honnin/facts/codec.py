"""Reading ⇄ zip and Report ⇄ JSON: the forms in which the nouns are kept and sent (design §2, §9).

A reading file holds personal data and the session's ephemeral key; it is for records, not for mail. Its layout:
`manifest.json` (format, version, everything but the files) and `files/NAME.bin` for each file of the chip. The same
Reading always gives the same octets. What is read may come from anybody: sizes, counts and names are bounded, nothing
is ever unpacked to disk, and any oddity is DataError `reading.malformed`.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from honnin.core.errors import DataError
from honnin.facts.reading import Access, DocumentKind, Proof, Reading, Refusal
from honnin.facts.report import (
    Attribute,
    Audience,
    Environment,
    Finding,
    Outcome,
    Provenance,
    Proves,
    Report,
)

FORMAT = "honnin-reading"
VERSION = 1
MAX_ARCHIVE = 8 << 20
MAX_FILES = 40  # 16 data groups and the five others of a passport; other documents have fewer
MAX_FILE = 1 << 20
MAX_MANIFEST = 1 << 20
MAX_OCTETS = (1 << 16) + 2  # of one value inside a proof: the longest response APDU
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_END = struct.Struct("<4s4H2LH")  # end of central directory: signature, disks, counts, size, offset, comment length

T = TypeVar("T")


def reading_to_zip(reading: Reading) -> bytes:
    """The octets of a reading file, without the files that may live in memory only (Reading.kept).

    Raises DataError `reading.name` or `reading.too_large` if it does not fit one.
    """
    reading = reading.kept()
    if len(reading.files) > MAX_FILES or any(len(data) > MAX_FILE for data in reading.files.values()):
        raise DataError("reading.too_large", "the reading does not fit a reading file")
    if any(len(value) > MAX_OCTETS for proof in reading.proofs for value in proof.octets.values()):
        raise DataError("reading.too_large", "the reading does not fit a reading file")
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "document": reading.document.value,
        "read_at_utc": reading.read_at_utc.astimezone(UTC).isoformat(),
        "source": reading.source,
        "simulated": reading.simulated,
        "access": {"method": reading.access.method, "key": reading.access.key, "facts": dict(reading.access.facts)},
        "files": {name: len(data) for name, data in sorted(reading.files.items())},
        "proofs": [
            {
                "kind": proof.kind,
                "octets": {name: base64.b64encode(value).decode() for name, value in proof.octets.items()},
                "facts": dict(proof.facts),
            }
            for proof in reading.proofs
        ],
        "refusals": [{"what": each.what, "sw": each.sw, "why": each.why} for each in reading.refusals],
        "expected": dict(reading.expected),
        "exchanges": reading.exchanges,
        "duration_ms": reading.duration_ms,
    }
    if reading.dropped:
        manifest["dropped"] = list(reading.dropped)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode())
        for name, data in sorted(reading.files.items()):
            if _NAME.fullmatch(name) is None:
                raise DataError("reading.name", "a file of the reading has a name that is not allowed")
            _put(archive, f"files/{name}.bin", data)
    octets = out.getvalue()
    if len(octets) > MAX_ARCHIVE:
        raise DataError("reading.too_large", "the reading does not fit a reading file")
    return octets


def reading_from_zip(octets: bytes) -> Reading:
    """The Reading in a reading file. Raises DataError: `reading.malformed`, `reading.too_large`, `reading.version`."""
    if len(octets) > MAX_ARCHIVE:
        raise DataError("reading.too_large", "the reading file is larger than the limit")
    return _guarded(_read_zip, octets)


def is_zip(octets: bytes) -> bool:
    """Whether these are the first octets of a zip file."""
    return octets.startswith(b"PK\x03\x04")


def report_to_dict(report: Report) -> dict[str, Any]:
    """A Report as JSON values (design §9): document, environment, rules, findings in order, attributes by name."""
    return {
        "document": report.document,
        "environment": report.environment.value if report.environment else None,
        "rules": report.rules,
        "findings": [
            {
                "id": each.id,
                "outcome": each.outcome.value,
                "reason": each.reason,
                "reason_ja": each.reason_ja,
                "reason_en": each.reason_en,
                "proves": each.proves.value if each.proves else None,
                "to_whom": each.to_whom.value if each.to_whom else None,
                "clause": each.clause,
                "detail": dict(each.detail),
            }
            for each in report.findings
        ],
        "attributes": {
            each.name: {
                "value": each.value,
                "provenance": each.provenance.value,
                "verified": each.verified,
                "source": each.source,
            }
            | ({"media_type": each.media_type} if each.media_type else {})
            for each in report.attributes
        },
    }


def report_from_dict(value: Mapping[str, Any]) -> Report:
    """The Report of which `report_to_dict` made these values. Raises DataError `report.malformed`."""
    try:
        return _report(value)
    except DataError:
        raise
    except Exception as error:  # noqa: BLE001  # fail closed: these readers raise a dozen kinds
        raise DataError("report.malformed", "this is not a report", type(error).__name__) from None


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, data)


def _guarded(parse: Callable[[bytes], T], octets: bytes) -> T:
    """Nothing but DataError leaves: the zip and JSON readers raise a dozen different exceptions."""
    try:
        return parse(octets)
    except DataError:
        raise
    except Exception as error:  # noqa: BLE001  # fail closed: these readers raise a dozen kinds
        raise DataError("reading.malformed", "this is not a reading file", type(error).__name__) from None


def _malformed(why: str) -> DataError:
    return DataError("reading.malformed", "this is not a reading file", why)


def _check_directory(octets: bytes) -> None:
    """Bound the directory before the library builds an object for each entry: no comment, no zip64, few entries."""
    if len(octets) < _END.size:
        raise _malformed("short")
    signature, disk, start_disk, here, total, size, offset, comment = _END.unpack(octets[-_END.size :])
    if signature != b"PK\x05\x06" or comment or disk or start_disk or here != total:
        raise _malformed("directory")
    if total > MAX_FILES + 1 or size > (MAX_FILES + 1) * 512 or offset + size + _END.size != len(octets):
        raise DataError("reading.too_large", "the reading file has too many entries")
    if octets[-_END.size - 20 : -_END.size - 16] == b"PK\x06\x07":
        raise _malformed("zip64")


def _read_zip(octets: bytes) -> Reading:
    _check_directory(octets)
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        names = [entry.filename for entry in archive.infolist()]
        # Of bzip2 and LZMA the library unpacks a whole block of input at once, however little was asked for.
        if any(entry.compress_type not in _METHODS or entry.flag_bits & _ENCRYPTED for entry in archive.infolist()):
            raise _malformed("method")
        if len(set(names)) != len(names) or "manifest.json" not in names:
            raise _malformed("names")
        manifest = json.loads(_take(archive, "manifest.json", MAX_MANIFEST).decode("utf-8"))
        if manifest["format"] != FORMAT:
            raise _malformed("format")
        if manifest["version"] != VERSION:
            raise DataError("reading.version", "the reading file is of a version that this program does not know")
        lengths: dict[str, int] = dict(manifest["files"])
        if len(lengths) > MAX_FILES or any(_NAME.fullmatch(name) is None for name in lengths):
            raise _malformed("files")
        if set(names) != {"manifest.json", *(f"files/{name}.bin" for name in lengths)}:
            raise _malformed("names")
        files = {name: _take(archive, f"files/{name}.bin", MAX_FILE) for name in lengths}
        if any(len(files[name]) != length for name, length in lengths.items()):
            raise _malformed("length")
    return _reading(manifest, files)


def _take(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """One entry, never more than its limit whatever it says about itself; the library checks its CRC at the end."""
    with archive.open(name) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise DataError("reading.too_large", "a file in the reading is larger than the limit")
    return data


def _reading(manifest: Mapping[str, Any], files: dict[str, bytes]) -> Reading:
    access = manifest["access"]
    read_at = datetime.fromisoformat(_str(manifest["read_at_utc"]))
    if read_at.tzinfo is None:
        raise _malformed("time")
    return Reading(
        document=DocumentKind(manifest["document"]),
        read_at_utc=read_at.astimezone(UTC),
        access=Access(_str(access["method"]), _str(access["key"]), _texts(access["facts"])),
        files=files,
        proofs=tuple(
            Proof(_str(each["kind"]), {_str(k): _octets(v) for k, v in each["octets"].items()}, _texts(each["facts"]))
            for each in _list(manifest["proofs"])
        ),
        refusals=tuple(
            Refusal(_str(each["what"]), None if each["sw"] is None else _int(each["sw"]), _str(each["why"]))
            for each in _list(manifest["refusals"])
        ),
        source=_str(manifest["source"]),
        simulated=_bool(manifest["simulated"]),
        expected=_texts(manifest["expected"]),
        exchanges=_int(manifest["exchanges"]),
        duration_ms=_int(manifest["duration_ms"]),
        dropped=tuple(_str(each) for each in _list(manifest.get("dropped", []))),
    )


def _finding(value: Mapping[str, Any]) -> Finding:
    outcome = Outcome(value["outcome"])
    proves = None if value["proves"] is None else Proves(value["proves"])
    to_whom = None if value["to_whom"] is None else Audience(value["to_whom"])
    if outcome is not Outcome.PASSED:
        # Up to the rules passport-2 and mynumber-2 a finding that did not pass named what it would have proved.
        proves = to_whom = None
    return Finding(
        id=_str(value["id"]),
        outcome=outcome,
        proves=proves,
        to_whom=to_whom,
        reason=_str(value["reason"]),
        reason_ja=_str(value["reason_ja"]),
        reason_en=_str(value["reason_en"]),
        clause=_str(value["clause"]),
        detail=_texts(value["detail"]),
    )


def _report(value: Mapping[str, Any]) -> Report:
    environment = value["environment"]
    return Report(
        document=_str(value["document"]),
        environment=None if environment is None else Environment(environment),
        rules=_str(value["rules"]),
        findings=tuple(_finding(each) for each in _list(value["findings"])),
        attributes=tuple(
            Attribute(
                name=_str(name),
                value=_str(each["value"]),
                provenance=Provenance(each["provenance"]),
                verified=_bool(each["verified"]),
                source=_str(each["source"]),
                media_type=None if each.get("media_type") is None else _str(each["media_type"]),
            )
            for name, each in value["attributes"].items()
        ),
    )


def _str(value: object) -> str:
    """Text that can be written again: JSON can smuggle in half a character (a lone surrogate)."""
    if not isinstance(value, str) or not (value.isascii() or value.encode("utf-8", "ignore").decode() == value):
        raise _malformed("text")
    return value


def _int(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 53:
        raise _malformed("number")
    return value


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise _malformed("truth value")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list) or len(value) > 256:
        raise _malformed("list")
    return value


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > 256:
        raise _malformed("object")
    return {_str(key): _str(each) for key, each in value.items()}


def _octets(value: object) -> bytes:
    try:
        octets = base64.b64decode(_str(value), validate=True)
    except binascii.Error:
        raise _malformed("base64") from None
    if len(octets) > MAX_OCTETS:
        raise _malformed("octets")
    return octets
