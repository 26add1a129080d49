"""The store of kept visits: whole or not at all, the same when it comes back."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from honnin.adapters import migrations
from honnin.adapters.database.engine import open_engine, sqlite_url
from honnin.adapters.database.migrate import SCHEMA, run_migrations
from honnin.adapters.sqlite import SqliteVisitStore
from honnin.core.errors import StoreError
from honnin.facts import Proof, Refusal
from honnin.flows.ports import VisitQuery
from honnin.records.visit_record import Completion, make_saved_visit
from tests.unit.server.fakes import NOW, make_reading, make_report


def visit(number: int = 1, **changes):
    saved = make_saved_visit(
        visit_id=f"01ARZ3NDEKTSV4RRFFQ69G{number:04d}", saved_at_utc=NOW + timedelta(minutes=number),
        reading=make_reading(
            proofs=(Proof("passport.aa", {"challenge": bytes(8), "response": b"\x00\xff" * 64}, {"a": "b"}),),
            refusals=(Refusal("EF.DG15", 0x6A82, "absent"),),
        ),
        report=make_report(), staff="職員A", answers={"face": "yes", "print": "yes"},
    )  # fmt: skip
    return replace(saved, **changes)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "honnin.sqlite3"


@pytest.fixture
def store(path):
    store = SqliteVisitStore(path)
    yield store
    store.close()


def test_a_visit_comes_back_the_same_also_after_a_restart(path, store):
    store.save(visit())
    assert store.get(visit().id) == visit()
    store.close()
    again = SqliteVisitStore(path)
    assert again.get(visit().id) == visit()
    again.close()


def test_the_list_has_the_latest_first_and_its_limit(store):
    for number in (2, 1, 3):
        store.save(visit(number))
    assert [each.id[-1] for each in store.list()] == ["3", "2", "1"]
    assert [each.id[-1] for each in store.list(limit=1)] == ["3"]


def test_a_number_is_kept_once_and_never_overwritten(store):
    store.save(visit())
    with pytest.raises(StoreError) as caught:
        store.save(visit(staff="somebody else"))
    assert caught.value.code == "store.exists"
    assert store.get(visit().id).staff == "職員A"


def test_an_unknown_number_is_not_found(store):
    with pytest.raises(StoreError) as caught:
        store.get("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert caught.value.code == "store.not_found"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (VisitQuery(), 0),
        (VisitQuery(name="ｍｉｈｏｎ tarou"), 3),
        (VisitQuery(name="MIHON<<TAROU"), 3),
        (VisitQuery(name="MIHON"), 0),
        (VisitQuery(name="%"), 0),
        (VisitQuery(birth_date="1974-08-12"), 3),
        (VisitQuery(birth_date="1974-08-13"), 0),
        (VisitQuery(visit_id="01ARZ3NDEKTSV4RRFFQ69G0002"), 1),
        (VisitQuery(saved_from_utc=NOW + timedelta(minutes=2)), 2),
        (VisitQuery(saved_before_utc=NOW + timedelta(minutes=2)), 1),
        (VisitQuery(name="MIHON TAROU", visit_id="01ARZ3NDEKTSV4RRFFQ69G0009"), 0),
    ],
)
def test_a_search_finds_what_matches_every_given_term(store, query, found):
    for number in (1, 2, 3):
        store.save(visit(number))
    lines = store.find(query)
    assert len(lines) == found
    for line in lines:
        assert line.name == "MIHON TAROU"
        assert line.simulated
        assert line.completion is Completion.CHECKED


def test_tenants_do_not_see_each_other(path, store):
    store.save(visit())
    other = SqliteVisitStore(path, tenant="other")
    assert other.list() == []
    assert other.find(VisitQuery(name="MIHON TAROU")) == []
    with pytest.raises(StoreError):
        other.get(visit().id)
    other.save(visit())
    other.close()


def test_the_file_is_for_its_owner_only(path, store):
    store.save(visit())
    for each in path.parent.iterdir():
        assert stat.S_IMODE(each.stat().st_mode) & 0o077 == 0, each.name


def test_durability_is_not_traded_for_speed(store):
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_damaged_row_is_an_error_with_a_code_never_half_a_visit(path, store):
    store.save(visit())
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE visits SET reading = substr(reading, 1, 100)")
    with pytest.raises(StoreError) as caught:
        store.get(visit().id)
    assert caught.value.code == "store.damaged"


def test_errors_carry_no_personal_data(path, store):
    store.save(visit())
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TABLE visits")
    with pytest.raises(StoreError) as caught:
        store.save(visit(2))
    assert "MIHON" not in str(caught.value) + caught.value.detail


def test_a_file_that_is_no_database_is_refused(path):
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError) as caught:
        SqliteVisitStore(path)
    assert caught.value.code == "store.open"


def test_a_file_of_a_newer_version_is_refused_and_not_touched(path, store):
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError) as caught:
        SqliteVisitStore(path)
    assert caught.value.code == "store.newer"


def test_the_schema_number_is_the_newest_migration():
    from pathlib import Path

    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA]


def _tables(path):
    with sqlite3.connect(path) as raw:
        found = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    return {name: " ".join(sql.replace("\t", " ").split()).replace(" ,", ",") for name, sql in found}


def test_tables_made_at_once_are_those_that_the_migrations_make(path, store, tmp_path):
    other = tmp_path / "migrated.sqlite3"
    engine = open_engine(sqlite_url(other))
    with engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        run_migrations(connection)
    engine.dispose()
    assert _tables(path) == _tables(other)
    again = SqliteVisitStore(other)
    again.save(visit())
    assert again.get(visit().id) == visit()
    again.close()


def test_a_file_with_tables_of_another_program_is_not_taken_over(path):
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE visits (x TEXT)")
    with pytest.raises(StoreError) as caught:
        SqliteVisitStore(path)
    assert caught.value.code == "store.open"
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'visits_by%'").fetchone() == (0,)


@pytest.mark.parametrize("name", ["honnin.sqlite3", "fresh.sqlite3"])
def test_neither_a_first_nor_a_second_start_imports_alembic(path, store, name):
    path = path.with_name(name)
    code = (
        "import sys; from pathlib import Path; from honnin.adapters.sqlite import SqliteVisitStore; "
        f"SqliteVisitStore(Path({str(path)!r})).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_writers_in_several_threads_all_succeed(store):
    errors = []

    def write(start):
        try:
            for number in range(start, start + 10):
                store.save(visit(number))
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(start,)) for start in (100, 200, 300)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert errors == []
    assert len(store.list()) == 30


def test_a_kill_at_any_instant_leaves_whole_visits_and_every_acknowledged_one(path):
    writer = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from honnin.adapters.sqlite import SqliteVisitStore
        from tests.store.test_sqlite_visits import visit
        store = SqliteVisitStore(Path(sys.argv[1]))
        for number in range(1, 9999):
            store.save(visit(number))
            print(number, flush=True)
        """
    )
    acknowledged = 0
    for _ in range(3):
        path.unlink(missing_ok=True)
        for each in path.parent.glob("*-wal"):
            each.unlink()
        child = subprocess.Popen([sys.executable, "-c", writer, str(path)], stdout=subprocess.PIPE, text=True)
        for line in child.stdout:
            acknowledged = int(line)
            if acknowledged >= 7:
                break
        os.kill(child.pid, signal.SIGKILL)
        acknowledged = max([acknowledged, *(int(line) for line in child.stdout)])
        child.wait()
        child.stdout.close()
        store = SqliteVisitStore(path)
        kept = store.list(limit=1000)
        assert len(kept) >= acknowledged
        for each in kept:
            assert each == visit(int(each.id[-4:]))
        store.close()
