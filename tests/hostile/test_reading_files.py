"""Reading files and folders that lie: what a stranger hands in for `honnin verify` (design §9, §11)."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner

from honnin.checks.passport import check_passport
from honnin.cli.main import main
from honnin.cli.record_room import open_record_room
from honnin.core.errors import CallerError, DataError
from honnin.facts import Proof
from honnin.facts.codec import reading_from_zip, reading_to_zip
from honnin.flows.verify import load_reading
from honnin.records.visit_record import make_saved_visit
from tests.unit.checks.passports import CA, HEALTHY, NOW, check, read, trust


def edited(change: Callable[[dict], None]) -> bytes:
    """A reading file whose manifest was changed."""
    source = zipfile.ZipFile(io.BytesIO(reading_to_zip(read(HEALTHY))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            data = source.read(name)
            if name == "manifest.json":
                manifest = json.loads(data)
                change(manifest)
                data = json.dumps(manifest).encode()
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_of_another_method_is_refused_before_it_is_unpacked(method) -> None:
    """366 octets of bzip2 took 300 MiB: the library unpacks these without a bound."""
    out = io.BytesIO()
    entry = zipfile.ZipInfo("manifest.json")
    entry.compress_type = method
    with zipfile.ZipFile(out, "w") as archive, archive.open(entry, "w") as stream:
        for _ in range(64):
            stream.write(bytes(1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataError, match=r"reading\.malformed"):
        reading_from_zip(out.getvalue())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 << 10  # KiB


@pytest.mark.parametrize("place", ["source", "method", "fact", "expected", "refusal"])
def test_half_a_character_is_no_text(place) -> None:
    def change(manifest: dict) -> None:
        half = "\ud800"
        manifest["source"] = half if place == "source" else ""
        if place == "method":
            manifest["access"]["method"] = half
        if place == "fact":
            manifest["access"]["facts"]["oid"] = half
        if place == "expected":
            manifest["expected"]["mrz_information"] = half
        if place == "refusal":
            manifest["refusals"] = [{"what": "pace", "sw": None, "why": half}]

    with pytest.raises(DataError, match=r"reading\.malformed"):
        reading_from_zip(edited(change))


def test_the_longest_answer_of_a_chip_can_be_kept_and_read_again(tmp_path: Path) -> None:
    """Else one such passport makes a record that opens nowhere and breaks the list of all."""
    whole = read(CA)
    longest = Proof("passport.ca", dict(whole.proofs[0].octets) | {"response": bytes(65538)}, whole.proofs[0].facts)
    reading = replace(whole, proofs=(longest,))
    assert reading_from_zip(reading_to_zip(reading)).proofs == reading.proofs
    room = open_record_room(tmp_path)
    try:
        room.visits.save(
            make_saved_visit(
                visit_id="1", saved_at_utc=NOW, reading=reading, report=check(reading), staff="見本職員", answers={}
            )
        )
        assert len(room.visits.list()) == 1
    finally:
        room.close()


def test_what_could_not_be_read_again_is_not_written() -> None:
    reading = replace(read(CA), proofs=(Proof("passport.ca", {"response": bytes(65539)}),))
    with pytest.raises(DataError, match=r"reading\.too_large"):
        reading_to_zip(reading)


EDGES = [
    datetime.max.replace(tzinfo=UTC),
    datetime.min.replace(tzinfo=UTC),
    datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
    datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
]


@pytest.mark.parametrize("at", EDGES, ids=str)
def test_the_ends_of_the_calendar_are_instants_like_others(at) -> None:
    anchors, crls = trust()
    report = check_passport(read(HEALTHY), anchors, crls, at)
    assert report.failed
    assert check_passport(replace(read(HEALTHY), read_at_utc=at), anchors, crls, NOW).findings


@pytest.mark.parametrize("name", ["a" * 300, "a" * 300 + "/b", "\udcff" * 200])
def test_a_path_that_cannot_be_is_not_found(name) -> None:
    with pytest.raises(CallerError, match=r"verify\.not_found"):
        load_reading(Path(name), at=NOW)


def test_a_folder_with_devices_pipes_links_and_giants_ends(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "EF.SOD.bin")
    (tmp_path / "EF.DG1.bin").symlink_to("/dev/zero")
    (tmp_path / "EF.DG2.bin").symlink_to("EF.DG2.bin")
    with pytest.raises(CallerError, match=r"verify\.empty"):
        load_reading(tmp_path, at=NOW)
    with (tmp_path / "EF.DG3.bin").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(DataError, match=r"verify\.too_large"):
        load_reading(tmp_path, at=NOW)


@pytest.mark.parametrize("more", [["--json"], []])
def test_a_stdout_with_a_small_alphabet_gets_an_answer(tmp_path: Path, more) -> None:
    """A redirected console on Windows, a C locale: an answer with "?" or \\u escapes, no trace."""
    file = tmp_path / "reading.zip"
    file.write_bytes(reading_to_zip(read(HEALTHY)))
    command = [sys.executable, "-c", "from honnin.cli.main import main; main()", "verify", str(file), *more]
    done = subprocess.run(
        [*command, "--data", str(tmp_path / "data")],
        capture_output=True,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0
    if more:
        assert json.loads(done.stdout)["document"] == "passport"


def test_a_file_that_denies_that_it_is_simulated_finds_no_anchor(tmp_path: Path) -> None:
    def change(manifest: dict) -> None:
        manifest["simulated"] = False

    file = tmp_path / "reading.zip"
    file.write_bytes(edited(change))
    done = CliRunner().invoke(main, ["verify", str(file), "--data", str(tmp_path / "data"), "--json"])
    answer = json.loads(done.stdout)
    chain = next(each for each in answer["findings"] if each["id"] == "passport.dsc.chain")
    assert (chain["outcome"], chain["reason"]) == ("impossible", "no_anchor")
    assert answer["environment"] is None
    assert not any(each["verified"] for each in answer["attributes"].values())
