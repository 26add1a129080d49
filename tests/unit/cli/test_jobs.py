"""`honnin jobs` and `honnin sim tsa` on a terminal, and a time-stamp from end to end."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from honnin.adapters.jobs_dbos import JobsClient
from honnin.cli import sim
from honnin.cli.job_room import JobHouse, ServerJobs
from honnin.cli.main import main
from honnin.cli.record_room import DATABASE, record_room
from honnin_virtual.timestamp import TimestampAuthority
from tests.store.test_sealed_visits import visit

RUN = CliRunner()


@pytest.fixture
def house(tmp_path, monkeypatch):
    for name in ("HONNIN_DATABASE", "HONNIN_TIMESTAMP_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HONNIN_DATA", str(tmp_path))
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    with record_room(tmp_path) as room:
        room.visits.save(visit())
    return tmp_path


def call(*words, code=0):
    done = RUN.invoke(main, [str(each) for each in words])
    assert done.exit_code == code, done.output
    return done


def said(*words, code=0):
    return json.loads(call(*words, "--json", code=code).stdout)


@contextmanager
def running_tsa():
    with sim.tsa_server(0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_without_a_server_the_list_is_empty_and_says_what_waits(house):
    found = said("jobs", "list")
    assert found["jobs"] == []
    assert [each["job"] for each in found["next"]] == ["retention", "numbers", "recheck", "audit"]
    assert all(each["waits_for_server"] for each in found["next"])
    shown = call("jobs", "list").stdout
    assert "サーバーが動いたとき" in shown or "as soon as a server runs" in shown


def test_a_job_runs_by_hand_without_a_server_and_stands_in_the_list(house):
    done = said("jobs", "run", "recheck")
    assert (done["job"], done["state"], done["why"], done["code"]) == ("recheck", "done", "by-hand", "")
    assert sum(value for name, value in done["result"].items() if name.startswith("records_")) == 1
    assert [each["key"] for each in said("jobs", "list")["jobs"]] == [done["key"]]
    call("jobs", "list")


def test_a_server_runs_the_day_s_jobs_and_those_that_are_asked_of_it(house):
    with record_room(house) as room:
        jobs = ServerJobs(JobHouse(house, house, demo=False), room)
        jobs.start()
        try:
            until = (each for each in range(400) if len(said("jobs", "list")["jobs"]) == 4 or time.sleep(0.1))
            next(until)
            done = said("jobs", "run", "retention")  # this process has no workers of its own
            assert (done["state"], done["result"]["proposed"]) == ("done", 0)
        finally:
            jobs.close()
    found = said("jobs", "list")
    assert sorted(each["job"] for each in found["jobs"] if each["why"] == "daily") == ["numbers", "recheck", "retention"]
    assert [each["job"] for each in found["jobs"] if each["why"] == "weekly"] == ["audit"]
    assert all(each["at"] for each in found["next"])


def test_the_audit_that_finds_something_stops_new_records(house):
    assert said("jobs", "run", "audit")["result"] == {"findings": 0, "stopped": 0}
    raw = sqlite3.connect(house / DATABASE)
    raw.execute("UPDATE records SET staff = 'somebody else'")
    raw.commit()
    raw.close()
    result = said("jobs", "run", "audit")["result"]
    assert result["findings"] >= 1
    assert result["stopped"] == 1
    with record_room(house) as room:
        assert room.watch.stopped()


def test_a_time_stamp_from_end_to_end(house, tmp_path, monkeypatch):
    anchor = tmp_path / "tsa.cer"
    with running_tsa() as url:
        assert said("jobs", "run", "timestamp", code=2)["error"]["code"] == "jobs.not_configured"
        monkeypatch.setenv("HONNIN_TIMESTAMP_URL", url)
        failed = said("jobs", "run", "timestamp", code=1)  # its authority is not trusted yet
        assert (failed["state"], failed["code"]) == ("failed", "timestamp.untrusted")
        anchor.write_bytes(sim_root())
        call("trust", "import", anchor, "--timestamp")
        entries = said("jobs", "run", "timestamp")["result"]["entries"]
    assert entries >= 1  # the record, and what jobs of the day entered if they were quicker
    (stamp,) = said("records", "audit")["timestamps"]
    assert (stamp["entries"], stamp["outcome"], stamp["environment"]) == (entries, "ok", "simulator")
    assert "SIMULATOR" in call("records", "audit").stdout or "模擬" in call("records", "audit").stdout
    bundle = tmp_path / "record.honnin"
    call("records", "export", visit().id, bundle, "--by", "見本")
    verified = json.loads(RUN.invoke(main, ["verify", str(bundle), "--json"]).stdout)
    findings = {each["id"]: each for each in verified["findings"]}
    assert findings["bundle.timestamp"]["reason"] == "not_real"
    assert findings["bundle.inclusion"]["outcome"] == "passed"


def sim_root():
    return TimestampAuthority().root


def test_a_service_that_is_not_there_fails_the_job_and_nothing_else(house, monkeypatch):
    monkeypatch.setenv("HONNIN_TIMESTAMP_URL", "http://127.0.0.1:9/")
    shown = call("jobs", "run", "timestamp", code=1)
    assert "timestamp.unreachable" in shown.output
    assert said("records", "audit")["agrees"] is True


def test_records_whose_answer_changed_are_listed_until_somebody_dealt_with_them(house):
    call("jobs", "run", "recheck")
    everything = said("records", "rechecks", "--all")
    assert everything["unfinished"] == []
    assert {each["outcome"] for each in everything["rechecks"]} <= {"same", "better", "worse"}
    listed = said("records", "rechecks")["rechecks"]
    assert [each["record_id"] for each in listed] == [visit().id] * len(listed)
    call("records", "rechecks", visit().id)
    if listed:
        call("records", "amend", visit().id, "確認した", "--by", "見本")
        assert said("records", "rechecks")["rechecks"] == []


def test_new_trust_material_puts_a_re_check_in_when_there_is_a_queue(house, tmp_path):
    anchor = tmp_path / "tsa.cer"
    anchor.write_bytes(sim_root())
    call("trust", "import", anchor, "--timestamp", "--dry-run")
    call("jobs", "run", "retention")  # makes the queue
    call("trust", "import", anchor, "--timestamp")
    client = JobsClient(f"sqlite:///{house / 'jobs.sqlite3'}")
    assert next((each.job, each.why, each.state) for each in client.runs()) == ("recheck", "new-anchor", "waiting")
    client.close()


def test_the_simulated_authority_answers_requests_only():
    with running_tsa() as url:
        for body, kind in ((b"x", "application/timestamp-query"), (b"", "application/timestamp-query"), (b"x", "a/b")):
            request = urllib.request.Request(url, body, {"Content-Type": kind})
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(request, timeout=5)
            assert caught.value.code == 400
            caught.value.close()


def test_a_queue_of_another_kind_of_house_is_not_made_by_looking(tmp_path, monkeypatch):
    monkeypatch.setenv("HONNIN_DATA", str(tmp_path / "empty"))
    said("jobs", "list")
    assert said("jobs", "run", "recheck", code=2)["error"]["code"] == "records.none"
    assert not (tmp_path / "empty").exists()
