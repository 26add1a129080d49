from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.core.errors import DataError
from honnin.facts import (
    Access,
    Attribute,
    Audience,
    DocumentKind,
    Environment,
    Finding,
    Outcome,
    Proof,
    Provenance,
    Proves,
    Reading,
    Refusal,
    Report,
)
from honnin.facts.codec import MAX_ARCHIVE, reading_from_zip, reading_to_zip, report_from_dict, report_to_dict

READING = Reading(
    document=DocumentKind.PASSPORT,
    read_at_utc=datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC),
    access=Access("pace", "mrz", {"oid": "0.4.0.127.0.7.2.2.4.2.2"}),
    files={"EF.SOD": b"\x77\x00", "EF.DG1": bytes(100)},
    proofs=(Proof("passport.aa", {"challenge": bytes(8), "response": b"\xff" * 128}, {"a": "b"}),),
    refusals=(Refusal("EF.DG15", 0x6A82, "card.file_missing"), Refusal("pace", None)),
    source="virtual:見本",
    simulated=True,
    expected={"mrz_information": "L898902C3674081223404159"},
    exchanges=12,
    duration_ms=3456,
)
REPORT = Report(
    document="passport",
    environment=Environment.SIMULATOR,
    findings=(
        Finding("a.b", Outcome.PASSED, Proves.ISSUER_DATA, Audience.ANYONE, "ok", "よし", "Fine", "§1", {"x": "1"}),
        Finding("a.c", Outcome.NOT_DONE, None, None, "none", "なし", "None", "§2"),
    ),
    attributes=(
        Attribute("family_name", "見本", Provenance.SIGNED_TEXT, verified=True, source="EF.DG1"),
        Attribute("portrait", "EF.DG2", Provenance.SIGNED_IMAGE, verified=False, source="EF.DG2", media_type="image/jp2"),
    ),
    rules="1",
)


def repacked(change: dict[str, object] | None = None, extra: dict[str, bytes] | None = None, *, drop: str = "") -> bytes:
    """READING's file with keys of its manifest changed, entries added or one left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(reading_to_zip(READING))) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "manifest.json":
                data = json.dumps(json.loads(data) | (change or {})).encode()
            if entry.filename != drop:
                new.writestr(entry.filename, data)
        for name, data in (extra or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def test_a_reading_comes_back_as_it_was_and_always_in_the_same_octets() -> None:
    octets = reading_to_zip(READING)
    assert reading_from_zip(octets) == READING
    assert reading_to_zip(reading_from_zip(octets)) == octets


def test_a_time_of_another_zone_comes_back_in_utc() -> None:
    read_at = datetime(2026, 11, 25, 9, tzinfo=timezone(timedelta(hours=9)))
    reading = Reading(DocumentKind.PASSPORT, read_at, Access("files"), {})
    assert reading_from_zip(reading_to_zip(reading)).read_at_utc.isoformat() == "2026-11-25T00:00:00+00:00"


def test_a_report_comes_back_as_it_was_through_json() -> None:
    assert report_from_dict(json.loads(json.dumps(report_to_dict(REPORT)))) == REPORT


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"format": "other"}, "reading.malformed"),
        ({"version": 2}, "reading.version"),
        ({"document": "spaceship"}, "reading.malformed"),
        ({"read_at_utc": "2026-11-25T00:00:00"}, "reading.malformed"),
        ({"read_at_utc": 5}, "reading.malformed"),
        ({"access": {}}, "reading.malformed"),
        ({"access": None}, "reading.malformed"),
        ({"proofs": [{"kind": "passport.aa", "octets": {"challenge": "%%"}, "facts": {}}]}, "reading.malformed"),
        ({"proofs": [{}] * 300}, "reading.malformed"),
        ({"refusals": [{"what": "x", "sw": -1, "why": ""}]}, "reading.malformed"),
        ({"simulated": "no"}, "reading.malformed"),
        ({"exchanges": True}, "reading.malformed"),
        ({"expected": {"mrz_information": 5}}, "reading.malformed"),
        ({"files": {"EF.SOD": 2}}, "reading.malformed"),
        ({"files": {"EF.SOD": 3, "EF.DG1": 100}}, "reading.malformed"),
        ({"files": {"../EF.SOD": 2, "EF.DG1": 100}}, "reading.malformed"),
        ({"files": []}, "reading.malformed"),
    ],
)
def test_a_manifest_that_lies_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(DataError) as caught:
        reading_from_zip(repacked(change))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
        repacked(drop="manifest.json"),
        repacked(drop="files/EF.SOD.bin"),
        repacked(extra={"../../etc/passwd": b"x"}),
        repacked(extra={"files/EF.DG2.bin": b"x"}),
        repacked() + b"trailing",
        b"leading" + repacked(),
        repacked()[:-30],
    ],
)
def test_an_archive_with_other_entries_or_none_is_refused(octets: bytes) -> None:
    with pytest.raises(DataError) as caught:
        reading_from_zip(octets)
    assert caught.value.code.startswith("reading.")


def test_bombs_are_refused_by_size_and_by_count() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", bytes(200 << 20))
    assert len(out.getvalue()) < MAX_ARCHIVE
    with pytest.raises(DataError) as caught:
        reading_from_zip(out.getvalue())
    assert caught.value.code == "reading.too_large"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(5000):
            archive.writestr(f"{number}", b"")
    with pytest.raises(DataError) as caught:
        reading_from_zip(out.getvalue())
    assert caught.value.code == "reading.too_large"
    with pytest.raises(DataError):
        reading_from_zip(bytes(MAX_ARCHIVE + 1))


def test_deeply_nested_json_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("manifest.json", b"[" * 500_000)
    with pytest.raises(DataError):
        reading_from_zip(out.getvalue())


def test_what_does_not_fit_a_reading_file_is_not_written() -> None:
    for files in ({"../x": b""}, {"a": bytes((1 << 20) + 1)}, {f"F{i}": b"" for i in range(60)}):
        with pytest.raises(DataError):
            reading_to_zip(Reading(DocumentKind.PASSPORT, READING.read_at_utc, Access("files"), files))


@given(st.integers(0, len(reading_to_zip(READING)) - 1), st.integers(1, 255))
def test_a_flipped_octet_gives_a_reading_or_a_data_error(position: int, flip: int) -> None:
    octets = bytearray(reading_to_zip(READING))
    octets[position] ^= flip
    try:
        reading_from_zip(bytes(octets))
    except DataError as error:
        assert error.code.startswith("reading.")


@pytest.mark.parametrize(
    "change",
    [{"findings": None}, {"findings": [{}]}, {"attributes": []}, {"environment": "moon"}, {"rules": 1}, {"document": None}],
)
def test_a_report_that_lies_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(DataError) as caught:
        report_from_dict(report_to_dict(REPORT) | change)
    assert caught.value.code in {"report.malformed", "reading.malformed"}
