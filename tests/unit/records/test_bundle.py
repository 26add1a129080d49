"""The file: one form, bounded, and damage is told."""

import io
import json
import struct
import zipfile
from dataclasses import replace

import pytest

from honnin.core.errors import DataError
from honnin.records.bundle import MAX_ENTRIES, is_bundle, make_bundle, open_bundle
from honnin.records.content import RecordContent
from tests.unit.records.bundles import SALT, SMALL, make, visit


@pytest.fixture(scope="module")
def small():
    """With a later act, the parts that it has, and the house's statement; what is in them does not matter here."""
    later = {"acts.json": b"{}", "case.json": b"{}", "decision.json": b"{}", "rules.json": b"{}", "rules.gz": b"\x1f\x8b",
             "amendment.json": b"{}", "other/acts.json": b"{}", "attachment/ATT_COPIES/1.jpg": b"\xff\xd8"}  # fmt: skip
    beside = {"ab" * 32: b"\x1f\x8b"}
    return make_bundle(replace(make(SMALL, amendments=[SMALL | later]), rules=beside))


@pytest.fixture(scope="module")
def whole():
    return make_bundle(make())


def test_what_is_made_is_opened_and_made_the_same(small, whole):
    for octets in (small, whole):
        assert make_bundle(open_bundle(octets)) == octets
        assert is_bundle(octets)
    assert open_bundle(whole) == make()
    assert dict(open_bundle(small).contents[1].content.parts)["attachment/ATT_COPIES/1.jpg"] == b"\xff\xd8"
    assert open_bundle(small).version == 2


def test_any_unzip_program_reads_it(whole):
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names[0] == "manifest.json"
        assert {"record/0/reading.zip", "ledger/0/event.json", "ledger/0/proof.json", "ledger/checkpoint.txt",
                "ledger/key.txt", "ledger/timestamp.der", "trust/index.json"} <= set(names)  # fmt: skip
        assert archive.read("record/0/reading.zip") == visit()["reading.zip"]
        manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["format"], manifest["version"]) == ("honnin-evidence", 2)
    assert set(manifest["parts"]) == set(names) - {"manifest.json"}


def flips(octets, bits):
    for place in range(len(octets)):
        for bit in bits(place):
            yield octets[:place] + bytes([octets[place] ^ 1 << bit]) + octets[place + 1 :]


def test_a_changed_bit_in_any_octet_is_found(small):
    for octets in flips(small, lambda place: (place % 8,)):
        with pytest.raises(DataError, match=r"bundle\."):
            open_bundle(octets)


@pytest.mark.slow
def test_every_changed_bit_is_found(small):
    for octets in flips(small, lambda _: range(8)):
        with pytest.raises(DataError, match=r"bundle\."):
            open_bundle(octets)


def test_cut_and_lengthened_files_are_found(small):
    for octets in (small[:-1], small[1:], small + b"\0", b"x" + small, small * 2, b"", b"PK\x03\x04", small[: len(small) // 2]):
        with pytest.raises(DataError, match=r"bundle\."):
            open_bundle(octets)


def entries_of(octets):
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def zipped(entries, method=zipfile.ZIP_STORED, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, octets in entries:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o600 << 16
            entry.compress_type = method
            archive.writestr(entry, octets)
        archive.comment = comment
    return out.getvalue()


def test_the_writer_of_these_tests_writes_the_same_form(small):
    assert zipped(entries_of(small)) == small


def refused(octets, code=r"bundle\.malformed"):
    with pytest.raises(DataError, match=code):
        open_bundle(octets)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_other_zip_files_are_refused(small):
    entries = entries_of(small)
    refused(zipped(entries, zipfile.ZIP_DEFLATED))
    refused(zipped(entries, comment=b"x"))
    refused(zipped(entries[::-1]))
    refused(zipped([*entries, entries[-1]]))
    refused(zipped([*entries, ("zz", b"")]))
    refused(zipped([*entries, ("../x", b"")]))
    refused(zipped(entries[:-1]))
    refused(zipped(entries[1:]))
    refused(zipped([(f"f{number}", b"") for number in range(MAX_ENTRIES + 1)]))
    refused(zipped([("manifest.json", b"{}")]))
    refused(zipped([("manifest.json", b"[" * 100000)]))


def with_manifest(octets, change):
    (name, manifest), *rest = entries_of(octets)
    value = json.loads(manifest)
    change(value)
    return zipped([(name, json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"), *rest])


@pytest.mark.parametrize(
    ("key", "value"),
    [("format", "x"), ("made_at_utc", "yesterday"), ("record_id", 1), ("ledger_size", 1), ("ledger_size", "x"),
     ("contents", 0), ("contents", 1), ("contents", 3), ("contents", 10**9), ("parts", {}), ("parts", []),
     ("software", []), ("software", {"X": "y"}), ("software", {"x": ""}), ("tenant", "x" * 300), ("extra", 1)],
)  # fmt: skip
def test_a_manifest_that_does_not_fit_is_refused(small, key, value):
    refused(with_manifest(small, lambda manifest: manifest.__setitem__(key, value)))


def test_a_later_version_is_told(small):
    refused(with_manifest(small, lambda manifest: manifest.__setitem__("version", 3)), r"bundle\.version")


def test_a_changed_part_is_named(small):
    entries = entries_of(small)
    at = [name for name, _ in entries].index("record/0/kiroku.json")
    entries[at] = (entries[at][0], b'{"note":"something else"}')
    with pytest.raises(DataError) as caught:
        open_bundle(zipped(entries))
    assert (caught.value.code, caught.value.detail) == ("bundle.damaged", "record/0/kiroku.json")


def test_a_bomb_is_refused_before_it_is_read(small):
    """A directory that claims gigabytes: sizes are compared with the file first."""
    place = small.index(b"PK\x01\x02") + 24
    bomb = small[:place] + struct.pack("<L", 0xF0000000) + small[place + 4 :]
    refused(bomb)


@pytest.mark.parametrize(
    "change",
    [{"contents": ()}, {"trust": {"../x": b""}}, {"trust": {f"f{n}": b"" for n in range(300)}}, {"size": 1},
     {"software": {"Bad": "1"}}],
)  # fmt: skip
def test_a_bundle_that_cannot_be_is_not_made(change):
    with pytest.raises(DataError, match=r"bundle\."):
        make_bundle(replace(make(SMALL), **change))


def test_content_names_stay_inside():
    with pytest.raises(DataError):
        RecordContent({"../x": b"", "salt": SALT})


def test_what_is_no_bundle_is_not_taken_for_one(small):
    assert not is_bundle(visit()["reading.zip"])
    for octets in (b"", b"PK\x03\x04", small[:29], small[1:]):
        assert not is_bundle(octets)
