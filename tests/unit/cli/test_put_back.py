"""A database that was put back to an older state: seen at the next start, and nothing is stored until somebody says so."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from honnin.adapters.database.backup import back_up, restore
from honnin.adapters.mark_file import NAME
from honnin.cli.record_room import DATABASE, KEYS, house_database, record_room
from honnin.core.errors import HonninError
from honnin.records.ledger.findings import AuditCode
from tests.store.test_sealed_visits import visit
from tests.unit.cli.test_records import run


def save(folder, *numbers):
    with record_room(folder) as room:
        for number in numbers:
            room.visits.save(visit(number))


def refused(folder, number):
    with record_room(folder) as room, pytest.raises(HonninError) as error:
        room.visits.save(visit(number))
    return error.value.code


@pytest.fixture
def put_back(tmp_path):
    """A house whose database is that of two records ago; nobody has said so."""
    save(tmp_path, 1)
    back_up(house_database(tmp_path), tmp_path / "old")
    save(tmp_path, 2, 3)
    for each in tmp_path.glob(f"{DATABASE}*"):
        each.unlink()
    restore(tmp_path / "old", house_database(tmp_path))
    return tmp_path


def test_an_older_database_is_seen_at_the_next_start(put_back):
    with record_room(put_back) as room:
        state = room.watch.state()
        assert [each.code for each in state.findings] == [AuditCode.CHECKPOINT_BEYOND]
        assert state.stopped_at is not None
    assert refused(put_back, 4) == "ledger.stopped"


def test_every_audit_tells_it_too(put_back):
    found = run(put_back, "audit", code=1)
    assert "checkpoint_beyond" in {each["code"] for each in found["findings"]}
    assert found["stopped"]


def test_looks_at_a_stopped_ledger_take_no_proof_away(put_back):
    for _ in range(5):
        with record_room(put_back) as room:
            room.visits.note_view(visit(1).id, staff="A")
    found = run(put_back, "audit", code=1)
    assert {"checkpoint_beyond", "checkpoint_mismatch"} & {each["code"] for each in found["findings"]}


def test_somebody_says_by_name_and_reason_that_it_was_restored(put_back):
    with record_room(put_back):
        pass
    run(put_back, "resume", "--reason", "disk was lost", "--by", "A", code=1)
    assert not run(put_back, "resume", "--reason", "disk was lost", "--by", "A", "--accept")["stopped"]
    save(put_back, 4, 5, 6)
    assert run(put_back, "audit")["agrees"]


def test_a_database_that_is_gone_is_no_first_start(tmp_path):
    save(tmp_path, 1)
    for each in tmp_path.glob(f"{DATABASE}*"):
        each.unlink()
    assert refused(tmp_path, 2) == "ledger.stopped"


def test_another_ledger_of_the_same_length_is_found_by_the_audit(tmp_path):
    other = tmp_path / "other"
    save(tmp_path, 1)
    shutil.copytree(tmp_path / KEYS, other / KEYS, ignore=shutil.ignore_patterns(NAME))
    save(other, 2)
    with sqlite3.connect(other / DATABASE) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for each in tmp_path.glob(f"{DATABASE}*"):
        each.unlink()
    shutil.copy(other / DATABASE, tmp_path / DATABASE)
    assert "checkpoint_mismatch" in {each["code"] for each in run(tmp_path, "audit", code=1)["findings"]}


@pytest.mark.parametrize("octets", [b"", b"x", b"\xff" * 40_000])
def test_a_damaged_mark_opens_nothing_and_stops_no_counter(tmp_path, octets):
    save(tmp_path, 1)
    (tmp_path / KEYS / NAME).write_bytes(octets)
    save(tmp_path, 2)
    assert run(tmp_path, "audit")["agrees"]


def test_the_mark_is_the_owners(tmp_path):
    save(tmp_path, 1)
    assert (tmp_path / KEYS / NAME).stat().st_mode & 0o777 == 0o600
    with record_room(tmp_path) as room:
        assert (tmp_path / KEYS / NAME).read_text() == room.store.head(room.tenant).checkpoint
