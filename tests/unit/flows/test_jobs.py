"""What is due when, and what a body's end becomes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from honnin.core.errors import LinkError, StoreError
from honnin.flows.jobs import ATTEMPTS, Due, JobName, JobState, Ledger, backoff_s, due_jobs, next_day, run_body, stop_if
from honnin.flows.messages_jobs import JOB_WORDS, RESULT_WORDS, STATE_WORDS
from honnin.flows.recheck_records import RecheckCounts
from honnin.flows.retention_run import RetentionOutcome

ALL = frozenset(JobName)
NONE = Ledger(0, 0, 0)


def keys(at, ledger=NONE, configured=ALL):
    return [each.key for each in due_jobs(at, ledger, configured)]


def test_a_day_of_a_job_is_a_day_in_japan():
    before, after = datetime(2026, 11, 25, 14, 59, tzinfo=UTC), datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    assert keys(before)[0] == "retention-2026-11-25"
    assert keys(after)[0] == "retention-2026-11-26"
    assert keys(after) == keys(after)  # the key is the identity


def test_a_job_that_is_not_configured_is_not_due():
    assert keys(datetime(2026, 11, 25, tzinfo=UTC), configured=ALL - {JobName.TIMESTAMP}) == [
        "retention-2026-11-25", "numbers-2026-11-25", "recheck-2026-11-25", "audit-2026-11-23",
    ]  # fmt: skip


def test_the_audit_runs_once_a_week_in_japan():
    sunday, monday = datetime(2026, 11, 29, 14, 59, tzinfo=UTC), datetime(2026, 11, 29, 15, 0, tzinfo=UTC)
    only = frozenset({JobName.AUDIT})
    assert keys(sunday, configured=only) == ["audit-2026-11-23"]
    assert keys(monday, configured=only) == ["audit-2026-11-30"]
    assert next_day(JobName.AUDIT, date(2026, 11, 25)) == date(2026, 11, 30)
    assert next_day(JobName.RETENTION, date(2026, 11, 25)) == date(2026, 11, 26)


@pytest.mark.parametrize(("unstamped", "every", "due"), [(9, 10, 0), (10, 10, 1), (11, 10, 1), (11, 0, 0), (0, 10, 0)])
def test_a_stamp_is_due_when_enough_entries_wait_for_one(unstamped, every, due):
    found = list(due_jobs(datetime(2026, 11, 25, tzinfo=UTC), Ledger(500, unstamped, every), ALL))
    assert found.count(Due(JobName.TIMESTAMP, "timestamp-after-500", "entries")) == due


def test_later_attempts_wait_longer_and_less_than_an_hour():
    waits = [backoff_s(attempt) for attempt in range(1, ATTEMPTS)]
    assert waits == sorted(waits)
    assert sum(waits) < 3600


def test_of_an_error_only_its_code_is_kept():
    def planted():
        raise LinkError("timestamp.unreachable", "MIHON TAROU", "1974-08-12")

    def broken():
        raise ValueError("MIHON TAROU")

    assert run_body(planted) == {"code": "timestamp.unreachable", "result": {}}
    assert run_body(broken) == {"code": "jobs.unexpected", "result": {"kind": "ValueError"}}
    assert run_body(lambda: {"proposed": 1}) == {"code": "", "result": {"proposed": 1}}


def test_stopping_is_an_error_with_a_code_of_its_own():
    stop_if(False)
    with pytest.raises(StoreError) as caught:
        stop_if(True)
    assert caught.value.code == "jobs.stopping"


def test_everything_that_a_list_shows_has_words_in_both_languages():
    assert set(JOB_WORDS) == {each.value for each in JobName}
    assert set(STATE_WORDS) == set(JobState)
    shown = {*RecheckCounts().as_dict(), *RetentionOutcome(0, 0, 0, more=False, damaged=1).as_dict(), "deleted", "entries", "kind",
             "findings", "stopped"}
    assert shown == set(RESULT_WORDS)
    assert all(ja and en for ja, en in (*JOB_WORDS.values(), *STATE_WORDS.values(), *RESULT_WORDS.values()))
