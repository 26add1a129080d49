"""Jobs that run by themselves: what they are, when each is due, and the port to the queue that carries them (§7, §12).

A job has a name and a key. The key is its identity: a job that was put in under a key is never put in under it again,
so a day's job runs once, whoever asks for it and however many servers there are. What it has to do it finds in the
store; nothing travels through the queue but name, key, and why. Each body may be run again at any time: it goes on
where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from honnin.core.clock import japan_day
from honnin.core.errors import HonninError, StoreError

__all__ = [
    "ATTEMPTS", "STOPPING", "Body", "Due", "JobName", "JobQueue", "JobRun", "JobState", "Ledger", "backoff_s",
    "due_jobs", "first_day", "next_day", "run_body", "stop_if",
]  # fmt: skip

ATTEMPTS = 5
STOPPING = "jobs.stopping"  # code of a body that stopped because its process does: it goes on later
_FIRST_WAIT_S, _FACTOR = 60.0, 3.0  # 1, 3, 9 and 27 minutes


class JobName(StrEnum):
    """The jobs of a house. The values are stored; none is ever renamed."""

    RETENTION = "retention"  # due deletions are proposed
    NUMBERS = "numbers"  # individual numbers whose last day has passed are destroyed (番号法20条)
    RECHECK = "recheck"  # what is kept is verified again when something new is known
    AUDIT = "audit"  # the ledger is checked; when it does not agree, nothing new is stored (flows.ledger_watch)
    TIMESTAMP = "timestamp"  # the newest checkpoint of the ledger gets a time-stamp


WEEKLY = frozenset({JobName.AUDIT})


class JobState(StrEnum):
    """Where a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


# What a job does; its result is small, JSON-able, and holds nothing personal.
Body = Callable[[], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Due:
    """A job that is to be put in. `why`: a word for people (`daily`, `new-list`, `by-hand` …)."""

    job: JobName
    key: str
    why: str


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run. `code`: the error of a failed one; `result`: what its body said."""

    job: str
    key: str
    why: str
    state: JobState
    queued_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    code: str = ""
    result: Mapping[str, object] = field(default_factory=dict)


class JobQueue(Protocol):
    """A durable queue. Raises StoreError `jobs.…`."""

    def put(self, due: Due, /) -> bool:
        """Put a job in; durable when this returns. False when there is, or was, one under that key."""
        ...

    def runs(self, *, limit: int = 100) -> Sequence[JobRun]:
        """All that are known, the latest first."""
        ...


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the time-stamps depend on. `every`: stamp after so many entries; 0: no service is configured."""

    size: int
    unstamped: int
    every: int


def due_jobs(now: datetime, ledger: Ledger, configured: frozenset[JobName]) -> Iterator[Due]:
    """What is due at the instant `now` (aware): each configured job once a day in Japan, the audit, which opens every
    record, once a week, and a time-stamp whenever enough entries wait for one. All of it may be put in again and again.
    """
    for job in JobName:
        if job in configured:
            weekly = job in WEEKLY
            yield Due(job, f"{job}-{first_day(job, japan_day(now)).isoformat()}", "weekly" if weekly else "daily")
    if JobName.TIMESTAMP in configured and 0 < ledger.every <= ledger.unstamped:
        yield Due(JobName.TIMESTAMP, f"{JobName.TIMESTAMP}-after-{ledger.size}", "entries")


def first_day(job: JobName, day: date) -> date:
    """The first day of the time for which the job runs once: that day, or the Monday of its week."""
    return day - timedelta(days=day.weekday()) if job in WEEKLY else day


def next_day(job: JobName, day: date) -> date:
    """The first day of the time after that."""
    return first_day(job, day) + timedelta(days=7 if job in WEEKLY else 1)


def backoff_s(attempt: int) -> float:
    """Seconds to wait after that attempt (1 …) failed."""
    return _FIRST_WAIT_S * _FACTOR ** (attempt - 1)


def stop_if(stopping: bool) -> None:  # an answer, not an option
    """Between two units of work. Raises StoreError `jobs.stopping`."""
    if stopping:
        raise StoreError(STOPPING, "the process stops; the job goes on when it starts again")


def run_body(body: Body) -> dict[str, object]:
    """What became of a body: its result, or the code of its error. Never raises: the text of an error may hold what
    must not stand in a queue.
    """
    try:
        return {"code": "", "result": dict(body())}
    except HonninError as error:
        return {"code": error.code, "result": {}}
    except Exception as error:  # noqa: BLE001  # a job that fails must not end the queue
        return {"code": "jobs.unexpected", "result": {"kind": type(error).__name__}}
