"""Backup and restore: everything, as it was at one moment, into an empty place only; and nothing of the shredded."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
import threading

import pytest
from click.testing import CliRunner

from honnin.adapters.database import DatabaseRecordStore, sqlite_path, sqlite_url
from honnin.adapters.database.backup import back_up, restore
from honnin.cli.main import main
from honnin.core.errors import HonninError
from honnin.flows.record_ports import EndContract, RecordQuery, ShredRecord
from honnin.flows.sealing import open_part
from honnin.records.ledger.event import Event, Kind
from honnin.records.vault import record_context
from tests.store.records_kit import NAME, NOW, TENANT, Keys, audit, content, make_sealer, meta, record_id


def fill(sealer, count=5):
    for number in range(count):
        sealer.seal(content(number, 5000), meta(number))
    sealer.amend(content(99), tenant=TENANT, record_id=record_id(0), at=NOW, staff="s")
    sealer.seal(content(7), meta(7, tenant="other"))


def code(call, *args) -> str:
    with pytest.raises(HonninError) as caught:
        call(*args)
    return caught.value.code


def test_a_backup_restores_to_either_database_and_passes_the_audit(url, store, sealer, new_postgres, tmp_path):
    fill(sealer)
    file = tmp_path / "backup"
    contents = back_up(url, file)
    assert (contents.records, contents.ledger_entries, contents.octets) == (6, 7, file.stat().st_size)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for target in (sqlite_url(tmp_path / "restored.sqlite3"), new_postgres()):
        assert restore(file, target) == contents
        restored = DatabaseRecordStore(target)
        assert audit(restored) == audit(store)
        assert audit(restored, "other") == audit(store, "other")
        assert restored.head(TENANT) == store.head(TENANT)
        assert restored.records(TENANT, RecordQuery()) == store.records(TENANT, RecordQuery())
        again = make_sealer(restored)
        assert again.seal(content(50), meta(50)).leaf_index == 6  # and it goes on
        again.close()
        restored.close()
    assert {each.name for each in tmp_path.iterdir() if each.name.startswith(".")} == set()


def test_a_backup_made_while_others_write_is_one_state(url, store, sealer, tmp_path):
    stop = threading.Event()

    def work():
        number = 100
        while not stop.is_set():
            sealer.seal(content(number, 3000), meta(number))
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for number in range(3):
            back_up(url, tmp_path / f"backup{number}")
    finally:
        stop.set()
        thread.join()
    for number in range(3):
        target = sqlite_url(tmp_path / f"restored{number}.sqlite3")
        restore(tmp_path / f"backup{number}", target)
        restored = DatabaseRecordStore(target)
        assert len(audit(restored)) == restored.head(TENANT).frontier.size
        restored.close()


def test_nothing_is_written_over(url, store, sealer, tmp_path):
    fill(sealer)
    file = tmp_path / "backup"
    back_up(url, file)
    before = file.read_bytes()
    assert code(back_up, url, file) == "backup.exists"
    assert code(restore, file, url) == "restore.not_empty"
    assert file.read_bytes() == before
    assert len(audit(store)) == 5
    occupied = tmp_path / "occupied.sqlite3"
    occupied.write_bytes(b"something else")
    assert code(restore, file, sqlite_url(occupied)) == "restore.not_empty"
    assert occupied.read_bytes() == b"something else"


@pytest.mark.parametrize("octets", [b"", b"no backup", b"SQLite format 3\x00" + bytes(4000)])
def test_what_is_no_backup_is_refused_and_leaves_nothing(tmp_path, octets):
    file = tmp_path / "file"
    file.write_bytes(octets)
    target = tmp_path / "target.sqlite3"
    assert code(restore, file, sqlite_url(target)) in {"restore.no_backup", "restore.damaged"}
    assert code(restore, tmp_path / "missing", sqlite_url(target)) == "restore.no_backup"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_database_of_another_program_and_a_newer_version_are_refused(tmp_path, url, sealer):
    other = tmp_path / "other"
    with sqlite3.connect(other) as raw:
        raw.execute("CREATE TABLE x (y)")
    raw.close()
    target = sqlite_url(tmp_path / "target.sqlite3")
    assert code(restore, other, target) == "restore.no_backup"
    fill(sealer)
    file = tmp_path / "backup"
    back_up(url, file)
    with sqlite3.connect(file) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    assert code(restore, file, target) == "store.newer"


def test_a_backup_cut_short_is_refused(url, sealer, tmp_path):
    fill(sealer, 20)
    file = tmp_path / "backup"
    back_up(url, file)
    file.write_bytes(file.read_bytes()[: -file.stat().st_size // 3])
    assert code(restore, file, sqlite_url(tmp_path / "target.sqlite3")) == "restore.damaged"


def test_after_shredding_neither_data_nor_a_later_backup_hold_anything_of_the_person(url, store, sealer, tmp_path):
    fill(sealer)
    victim = record_id(1)
    parts = [store.part(TENANT, victim, 0)]
    sealer.amend(content(98), tenant=TENANT, record_id=victim, at=NOW, staff="s", tokens=(("name", b"X" * 32),))
    parts.append(store.part(TENANT, victim, 1))
    needles = [NAME.encode(), b"X" * 32, hashlib.sha256(b"1").digest()]
    for number, part in enumerate(parts):
        where = victim if number == 0 else f"{victim}/{number}"
        data_key = Keys().unwrap(part.key, context=record_context(TENANT, where))
        needles += [data_key.reveal(), part.key.octets, part.ciphertext[:64], part.ciphertext[-64:]]
    before = tmp_path / "before"
    back_up(url, before)
    found_before = [needle in before.read_bytes() for needle in needles]
    # The search would find what is there: tokens, wrapped keys and ciphertexts, but never plaintext nor a data key.
    assert found_before == [False, True, True, False, True, True, True, False, True, True, True]

    sealer.append_events([Event(Kind.DELETED, TENANT, victim, NOW)], [ShredRecord(victim, NOW)])
    after = tmp_path / "after"
    back_up(url, after)
    files = [after]
    path = sqlite_path(url)
    if path is not None:
        files += [each for each in path.parent.iterdir() if each.name.startswith(path.name)]
        assert len(files) > 1
    for file in files:
        octets = file.read_bytes()
        assert [needle in octets for needle in needles] == [False] * len(needles), file.name
    target = sqlite_url(tmp_path / "restored.sqlite3")
    restore(after, target)
    restored = DatabaseRecordStore(target)
    assert audit(restored) == {record_id(number) for number in (0, 2, 3, 4)}
    restored.close()


def test_the_commands_back_up_and_restore_the_data_folder(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    runner = CliRunner()
    nothing = runner.invoke(main, ["backup", str(tmp_path / "b"), "--data", str(folder)])
    assert (nothing.exit_code, "backup.nothing" in nothing.output) == (1, True)
    store = DatabaseRecordStore(sqlite_url(folder / "honnin.sqlite3"))
    sealer = make_sealer(store)
    sealer.seal(content(1), meta(1))
    sealer.append_events([Event(Kind.CONTRACT_ENDED, TENANT, record_id(1), NOW)], [EndContract(record_id(1), None, None)])
    sealer.close()
    store.close()
    done = runner.invoke(main, ["backup", str(tmp_path / "b"), "--data", str(folder), "--json"])
    assert done.exit_code == 0
    assert {**json.loads(done.stdout), "octets": 0} == {"records": 1, "ledger_entries": 2, "octets": 0}
    refused = runner.invoke(main, ["restore", str(tmp_path / "b"), "--data", str(folder)])
    assert (refused.exit_code, "restore.not_empty" in refused.output) == (2, True)
    plain = runner.invoke(main, ["restore", str(tmp_path / "b"), "--data", str(tmp_path / "new" / "folder")])
    assert plain.exit_code == 0
    assert "復旧シート" not in plain.output
    assert "honnin records audit" in plain.output
    restored = DatabaseRecordStore(sqlite_url(tmp_path / "new" / "folder" / "honnin.sqlite3"))
    assert audit(restored) == {record_id(1)}
    assert open_part(restored, Keys(), tenant=TENANT, record_id=record_id(1)).parts["kiroku.json"]
    restored.close()


def test_the_commands_take_a_server_from_the_environment(new_postgres, tmp_path, monkeypatch):
    url = new_postgres()
    store = DatabaseRecordStore(url)
    sealer = make_sealer(store)
    sealer.seal(content(1), meta(1))
    sealer.close()
    store.close()
    monkeypatch.setenv("HONNIN_DATABASE", url)
    assert CliRunner().invoke(main, ["backup", str(tmp_path / "b")]).exit_code == 0
    monkeypatch.setenv("HONNIN_DATABASE", new_postgres())
    assert CliRunner().invoke(main, ["restore", str(tmp_path / "b")]).exit_code == 0
    assert CliRunner().invoke(main, ["restore", str(tmp_path / "b")]).exit_code == 2
