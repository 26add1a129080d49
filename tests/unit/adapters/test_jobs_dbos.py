"""The queue: once under a key, again after a failure, nothing to anybody but its own file."""

from __future__ import annotations

import os
import pickle
import socket
import sqlite3
import stat
import threading

import pytest

from honnin.adapters import jobs_dbos
from honnin.adapters.folder_lock import FolderLock
from honnin.adapters.jobs_dbos import JobsClient, JobsWorker, jobs_url
from honnin.core.errors import LinkError, StoreError
from honnin.flows.jobs import Due, JobName, JobState, stop_if

RECHECK = Due(JobName.RECHECK, "recheck-1", "new-list")


@pytest.fixture
def url(tmp_path):
    return jobs_url("sqlite:///records", tmp_path)


@pytest.fixture
def begin(url):
    """Starts a worker; the library has one a process."""
    started = []

    def make(bodies, due=(), **more):
        worker = JobsWorker(url, bodies, lambda: due, executor="test", polling_s=0.05, **more)
        started.append(worker)
        return worker

    yield make
    for each in started:
        each.close()


def test_a_job_runs_once_under_its_key_and_again_only_after_failures(begin, url, tmp_path):
    tries = iter([LinkError("timestamp.unreachable", "MIHON TAROU", "planted"), ValueError("MIHON TAROU"), None])
    ran = []

    def body():
        error = next(tries)
        if error is not None:
            raise error
        ran.append(threading.current_thread())
        return {"lists": 2}

    worker = begin({JobName.RECHECK: body}, [RECHECK], backoff=lambda attempt: 0.1 * attempt)
    assert worker.queue.wait_for("recheck-1", pause_s=0.05).code == "timestamp.unreachable"
    assert worker.queue.wait_for("recheck-1~2", pause_s=0.05).code == "jobs.unexpected"
    last = worker.queue.wait_for("recheck-1~3", pause_s=0.05)
    assert (last.state, last.job, last.why, dict(last.result)) == (JobState.DONE, "recheck", "new-list", {"lists": 2})
    assert last.queued_at <= last.started_at <= last.ended_at
    assert len(ran) == 1
    assert ran[0] is not threading.main_thread()
    assert worker.queue.put(RECHECK) is False
    worker.put_due()
    assert [each.key for each in worker.queue.runs()] == ["recheck-1~3", "recheck-1~2", "recheck-1"]
    file = tmp_path / "jobs.sqlite3"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"MIHON" not in file.read_bytes()
    assert pickle.dumps("recheck")[:2] not in file.read_bytes()


def test_a_job_that_fails_to_the_last_attempt_is_failed(begin):
    def body():
        raise LinkError("timestamp.unreachable", "no answer")

    worker = begin({JobName.TIMESTAMP: body}, attempts=1)
    worker.queue.put(Due(JobName.TIMESTAMP, "t", "daily"))
    run = worker.queue.wait_for("t", pause_s=0.05)
    assert (run.state, run.code) == (JobState.FAILED, "timestamp.unreachable")
    assert len(worker.queue.runs()) == 1


def test_a_job_that_this_house_does_not_have_is_said_so_and_not_tried_again(begin):
    worker = begin({}, [RECHECK])
    assert worker.queue.wait_for("recheck-1", pause_s=0.05).code == "jobs.not_configured"
    assert len(worker.queue.runs()) == 1


def test_one_job_that_waits_holds_up_no_other(begin):
    going, release = threading.Event(), threading.Event()

    def slow():
        going.set()
        release.wait(20)
        return {}

    worker = begin({JobName.RECHECK: slow, JobName.RETENTION: lambda: {"proposed": 1}}, [RECHECK])
    assert going.wait(20)
    worker.queue.put(Due(JobName.RETENTION, "r", "daily"))
    assert worker.queue.wait_for("r", pause_s=0.05).state is JobState.DONE
    assert worker.queue.run_of("recheck-1").state is JobState.RUNNING
    release.set()


def test_closing_lets_a_job_stop_at_a_good_place_and_the_next_start_takes_it_up(begin, url):
    going, stopping = threading.Event(), threading.Event()

    def body():
        going.set()
        stopping.wait(20)
        stop_if(True)
        return {}

    worker = begin({JobName.RECHECK: body}, [RECHECK])
    assert going.wait(20)
    stopping.set()
    worker.close()
    again = begin({JobName.RECHECK: lambda: {"lists": 1}})
    assert again.queue.wait_for("recheck-1~2", pause_s=0.05).state is JobState.DONE


def test_nothing_is_asked_of_a_network_whatever_the_environment_says(begin, monkeypatch):
    monkeypatch.setenv("DBOS__CLOUD", "true")
    monkeypatch.setenv("DBOS_CONDUCTOR_KEY", "planted")
    opened = []
    real = socket.socket.connect

    def connect(self, address):
        opened.append(address)
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "bind", connect)
    worker = begin({JobName.RECHECK: dict}, [RECHECK])
    worker.queue.wait_for("recheck-1", pause_s=0.05)
    assert opened == []
    assert not [name for name in os.environ if name.startswith("DBOS_")]


def test_without_a_server_there_is_no_queue_to_look_at(url):
    with pytest.raises(StoreError) as caught:
        JobsClient(url)
    assert caught.value.code == "jobs.none"


def test_a_queue_that_cannot_be_opened_is_an_error_without_its_text(url, tmp_path):
    (tmp_path / "jobs.sqlite3").write_bytes(b"not a database, MIHON TAROU" * 100)
    for make in (lambda: JobsClient(url), lambda: JobsWorker(url, {}, list, executor="x")):
        with pytest.raises(StoreError) as caught:
            make()
        assert caught.value.code == "jobs.unreachable"
        assert "MIHON" not in str(caught.value) + caught.value.detail


def test_what_is_due_and_cannot_be_found_out_stops_nothing(begin, url):
    def due():
        raise StoreError("store.read", "the data cannot be read")

    worker = begin({JobName.RECHECK: dict})
    worker._tick = due
    worker.put_due()
    worker.queue.put(RECHECK)
    assert worker.queue.wait_for("recheck-1", pause_s=0.05).state is JobState.DONE


def test_old_runs_are_forgotten(begin, url, tmp_path):
    worker = begin({JobName.RECHECK: dict}, [RECHECK])
    worker.queue.wait_for("recheck-1", pause_s=0.05)
    worker._hourly()
    assert len(worker.queue.runs()) == 1
    with sqlite3.connect(tmp_path / "jobs.sqlite3") as raw:
        raw.execute("UPDATE workflow_status SET created_at = created_at - ?", (jobs_dbos.KEPT_DAYS * 86_400_000 + 1,))
    raw.close()
    worker._hourly()
    assert worker.queue.runs() == []


def test_a_folder_has_one_holder_and_keeps_its_name(tmp_path):
    first, second = FolderLock(tmp_path / "jobs.lock"), FolderLock(tmp_path / "jobs.lock")
    assert first.take()
    assert first.take()
    assert not second.take()
    assert first.name("01ABC") == first.name("01XYZ") == "01ABC"
    first.release()
    assert second.take()
    assert second.name("01XYZ") == "01ABC"
    second.release()
    with pytest.raises(StoreError) as caught:
        second.name("01XYZ")
    assert caught.value.code == "jobs.folder"
    with pytest.raises(StoreError):
        FolderLock(tmp_path / "none" / "jobs.lock").take()
