"""Jobs that are killed in the middle go on where they were; nothing happens twice (design §11, §12)."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys

import pytest

from honnin.adapters.database import DatabaseRecordStore, sqlite_url
from honnin.adapters.jobs_dbos import JobsClient
from honnin.flows.deletion_ports import RequestState
from honnin.flows.jobs import JobState
from tests.store.job_kit import OVER, digests, events, seal_some
from tests.store.records_kit import NAME, TENANT, audit, make_sealer

RECORDS = 12


def start(records, queue, job, key, *, executor="folder", pause_ms=150):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.job_process", records, queue, executor, job, key, str(pause_ms)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def until(child, word, times):
    """Reads what the child says until a line has begun with the word so often."""
    for line in child.stdout:
        times -= line.startswith(word)
        if times == 0:
            return
    raise AssertionError(f"the child ended before it said {word}")


def rest(child):
    out, _ = child.communicate(timeout=90)
    return out


@pytest.fixture
def sealed(tmp_path):
    url = sqlite_url(tmp_path / "records.sqlite3")
    store = DatabaseRecordStore(url)
    sealer = make_sealer(store)
    seal_some(sealer, RECORDS, retention_until=OVER, contract_ended_on=OVER.replace(year=2026))
    sealer.close()
    yield url, store
    store.close()


@pytest.mark.parametrize(("job", "kind"), [("recheck", "rechecked"), ("retention", "deletion_requested")])
def test_a_job_that_was_killed_in_the_middle_goes_on_and_does_nothing_twice(sealed, tmp_path, job, kind):
    url, store = sealed
    queue = f"sqlite:///{tmp_path / 'jobs.sqlite3'}"
    before = digests(store, RECORDS)
    first = start(url, queue, job, f"{job}-1")
    try:
        until(first, kind, 4)
        os.kill(first.pid, signal.SIGKILL)
    finally:
        first.kill()
        first.communicate()
    done = events(store, kind)
    assert 4 <= sum(done.values()) < RECORDS
    assert f"ended {JobState.DONE}" in rest(start(url, queue, job, f"{job}-1", pause_ms=0))
    assert set(events(store, kind).values()) == {1}
    assert len(events(store, kind)) == RECORDS
    if job == "retention":
        assert len(store.requests(TENANT, state=RequestState.OPEN, limit=1000)) == RECORDS
    else:
        assert len(store.rechecks(TENANT, limit=1000)) == 2 * RECORDS  # new anchors and new rules, seen at once
        assert all(each.finished_at_utc is not None for each in store.causes(TENANT))
    assert digests(store, RECORDS) == before
    assert len(audit(store)) == RECORDS
    client = JobsClient(queue)
    assert [each.state for each in client.runs() if each.key == f"{job}-1"] == [JobState.DONE]
    client.close()


def test_nothing_personal_stands_in_the_tables_of_the_queue(sealed, tmp_path):
    url, _ = sealed
    path = tmp_path / "jobs.sqlite3"
    for job in ("recheck", "retention"):
        rest(start(url, f"sqlite:///{path}", job, f"{job}-1", pause_ms=0))
    with sqlite3.connect(path) as raw:
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        said = "\n".join(repr(row) for name in tables for row in raw.execute(f'SELECT * FROM "{name}"'))
    raw.close()
    assert "recheck-1" in said
    assert "retention-1" in said
    for planted in (NAME, "MIHON", "TAROU", "1974-08-12", "L898902C3", "01ARZ3NDEKTSV4RR", "pickle"):
        assert planted not in said, planted


def test_of_two_servers_on_one_postgresql_one_runs_the_job(new_postgres):
    url = new_postgres()
    store = DatabaseRecordStore(url)
    sealer = make_sealer(store)
    seal_some(sealer, 3, retention_until=OVER, contract_ended_on=OVER.replace(year=2026))
    sealer.close()
    servers = [start(url, url, "retention", "retention-1", executor=name, pause_ms=0) for name in ("one", "two")]
    said = [rest(each) for each in servers]
    assert all(f"ended {JobState.DONE}" in each for each in said)
    assert sorted(each.count("deletion_requested") for each in said) == [0, 3]
    assert set(events(store, "deletion_requested").values()) == {1}
    client = JobsClient(url)
    assert [(each.key, each.result["proposed"]) for each in client.runs()] == [("retention-1", 3)]
    client.close()
    store.close()
