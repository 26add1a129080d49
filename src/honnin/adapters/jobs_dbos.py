"""The queue of jobs on DBOS Transact, embedded: in a SQLite file of its own, or in a schema of the house's PostgreSQL.

Why a library, and this one: docs/design/0025-jobs.md. What it must not do is settled here: no thread or socket to
anybody but the database (no Conductor, no OTLP, whatever the environment says), JSON and not pickle in the tables, and
no error texts in them: a body's error is a code.

A run is one workflow under the job's key; one that failed puts the next attempt in with a delay, so that nothing waits
in a thread. A process that was killed takes up its own runs when it starts again (the executor's name is that of the
data folder); each job has a queue of its own, so that one that waits for a service holds up no other.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from honnin.core.errors import HonninError, StoreError
from honnin.flows.jobs import ATTEMPTS, STOPPING, Body, Due, JobName, JobRun, JobState, backoff_s, run_body

if TYPE_CHECKING:
    from dbos import DBOSClient

__all__ = ["JobsClient", "JobsWorker", "jobs_url"]

FILE = "jobs.sqlite3"
SCHEMA = "honnin_jobs"
NAME = "honnin"
VERSION = "1"  # of the workflows here: runs of another version are not taken up
POLLING_S = 2.0
TICK_CRON = "0 7 * * * *"  # seven minutes past every hour
KEPT_DAYS = 400
WAIT_S = 600.0
CLOSE_S = 5.0
_SQLITE = "sqlite:///"
_AGAIN = "~"  # between a key and the number of a further attempt
_NEVER_AGAIN = frozenset({"jobs.not_configured"})
_JOB, _TICK = "honnin.job", "honnin.tick"
_STATES = {"ENQUEUED": JobState.WAITING, "DELAYED": JobState.WAITING, "PENDING": JobState.RUNNING,
           "SUCCESS": JobState.DONE}  # fmt: skip

_log = logging.getLogger(__name__)


def jobs_url(database: str, folder: Path) -> str:
    """Where the queue is: beside the records' file, or in their PostgreSQL."""
    if database.startswith("sqlite"):
        return f"{_SQLITE}{folder / FILE}"
    return database


class JobsClient:
    """A flows.jobs.JobQueue that puts in and looks, and runs nothing. Close it."""

    def __init__(self, url: str, *, attempts: int = ATTEMPTS) -> None:
        """Raises StoreError `jobs.none` when no server has made the queue yet, `jobs.unreachable`."""
        if url.startswith(_SQLITE):
            _must_be_made(Path(url.removeprefix(_SQLITE)))
        dbos = _library()
        self._attempts = attempts
        with _reaching():
            self._client: DBOSClient = dbos.DBOSClient(
                system_database_url=url, dbos_system_schema=SCHEMA, serializer=dbos.DBOSPortableJSONSerializer(),
                application_name=NAME, retry_connection_errors=False, system_database_pool_size=2,
            )  # fmt: skip
            self._client.list_workflows(limit=1)

    def put(self, due: Due, /) -> bool:
        """See flows.jobs.JobQueue."""
        return self.put_attempt(due, 1, self._attempts)

    def put_attempt(self, due: Due, attempt: int, attempts: int, *, delay_s: float = 0.0) -> bool:
        """One attempt of so many, after a delay."""
        options: Any = {
            "workflow_name": _JOB, "queue_name": _queue(due.job), "workflow_id": due.key, "app_version": VERSION,
        }  # fmt: skip
        if delay_s:
            options["delay_seconds"] = delay_s
        with _reaching():
            if self._client.list_workflows(workflow_ids=[due.key], load_input=False, load_output=False):
                return False
            self._client.enqueue(options, str(due.job), due.why, attempt, attempts)
        return True

    def runs(self, *, limit: int = 100) -> Sequence[JobRun]:
        """See flows.jobs.JobQueue."""
        with _reaching():
            return [_run(each) for each in self._client.list_workflows(name=_JOB, sort_desc=True, limit=limit)]

    def run_of(self, key: str) -> JobRun | None:
        """The run under that key."""
        with _reaching():
            return next((_run(each) for each in self._client.list_workflows(workflow_ids=[key])), None)

    def forget(self, name: str, *, age_s: float) -> None:
        """Delete what ended and is older (a thousand at most)."""
        end = datetime.fromtimestamp(time.time() - age_s, UTC).isoformat()
        with _reaching():
            old = self._client.list_workflows(
                name=name, end_time=end, status=["SUCCESS", "ERROR", "CANCELLED"], limit=1000, load_input=False,
                load_output=False,
            )  # fmt: skip
            if old:
                self._client.delete_workflows([each.workflow_id for each in old])

    def wait_for(self, key: str, *, timeout_s: float = WAIT_S, pause_s: float = 0.2) -> JobRun:
        """The run under that key when it has ended. Raises StoreError `jobs.waiting` when it has not in time."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            found = self.run_of(key)
            if found is not None and found.state in {JobState.DONE, JobState.FAILED}:
                return found
            time.sleep(pause_s)
        raise StoreError("jobs.waiting", "the job has not ended yet", key)

    def close(self) -> None:
        """Close its connections."""
        self._client.destroy()


class JobsWorker:
    """The workers of a queue, and its hourly look at what is due. One a process, and one a data folder. Close it."""

    def __init__(
        self, url: str, bodies: Mapping[JobName, Body], tick: Callable[[], Iterable[Due]], *, executor: str,
        attempts: int = ATTEMPTS, backoff: Callable[[int], float] = backoff_s, polling_s: float = POLLING_S,
    ) -> None:  # fmt: skip
        """`tick`: what is due now; asked at the start and every hour. `executor`: a stable name of this data folder.

        Raises StoreError `jobs.unreachable`, `jobs.folder`.
        """
        if url.startswith(_SQLITE):
            _make_private(Path(url.removeprefix(_SQLITE)))
        dbos = _library()
        self._dbos = dbos.DBOS
        self._backoff = backoff
        self._running = 0
        self._idle = threading.Condition()
        self._bodies = dict(bodies)
        self._tick = tick
        config: Any = {
            "name": NAME, "system_database_url": url, "dbos_system_schema": SCHEMA, "executor_id": executor,
            "application_version": VERSION, "serializer": dbos.DBOSPortableJSONSerializer(), "log_level": "ERROR",
            "enable_otlp": False, "use_listen_notify": False, "sys_db_pool_size": 4,
            "notification_listener_polling_interval_sec": 1.0, "max_executor_threads": 16,  # closing waits for it
        }  # fmt: skip
        try:
            with _reaching():
                self._dbos(config=config)
                ticking = self._define()
                self._dbos.launch()
                for job in JobName:
                    self._dbos.register_queue(
                        _queue(job), worker_concurrency=1, polling_interval_sec=polling_s, on_conflict="always_update"
                    )
                self._dbos.apply_schedules(
                    [{"schedule_name": "hourly", "workflow_fn": ticking, "schedule": TICK_CRON, "context": None}]
                )
            self.queue = JobsClient(url, attempts=attempts)
        except BaseException:
            self._dbos.destroy(destroy_registry=True)
            raise
        self.put_due()

    def put_due(self) -> None:
        """Put in what is due; what cannot be found out now is asked again in an hour."""
        try:
            for due in self._tick():
                self.queue.put(due)
        except Exception as error:  # noqa: BLE001  # a queue that goes on is worth more than an hour
            _log.error("what is due could not be found out: %s", getattr(error, "code", type(error).__name__))

    def close(self) -> None:
        """Stop. What runs gets a few seconds to come to a good place; the rest is taken up at the next start."""
        with self._idle:
            self._idle.wait_for(lambda: not self._running, CLOSE_S)
        self.queue.close()
        self._dbos.destroy(destroy_registry=True)

    # -- inside -------------------------------------------------------------------------------------------------

    def _define(self) -> Callable[[datetime, Any], None]:
        # Functions of their own: the library writes on what it decorates, which methods do not allow.
        @self._dbos.step(name="honnin.attempt")  # type: ignore[untyped-decorator]
        def attempt_once(job: str) -> dict[str, object]:
            return self._attempt(job)

        @self._dbos.step(name="honnin.due")  # type: ignore[untyped-decorator]
        def hourly() -> None:
            self._hourly()

        @self._dbos.step(name="honnin.again")  # type: ignore[untyped-decorator]
        def again(due: list[str], attempt: int, attempts: int, delay_s: float) -> bool:
            job, key, why = due
            following = Due(JobName(job), f"{key.partition(_AGAIN)[0]}{_AGAIN}{attempt}", why)
            with contextlib.suppress(StoreError):  # the next day asks again
                return self.queue.put_attempt(following, attempt, attempts, delay_s=delay_s)
            return False

        def run(job: str, why: str, attempt: int, attempts: int) -> dict[str, object]:
            with self._idle:
                self._running += 1
            try:
                outcome: dict[str, object] = attempt_once(job)
                due = [job, str(self._dbos.workflow_id), why]
                if outcome["code"] == STOPPING:  # that was no failure
                    again(due, attempt + 1, attempts + 1, 1.0)
                elif outcome["code"] in _NEVER_AGAIN:
                    pass
                elif outcome["code"] and attempt < attempts:
                    again(due, attempt + 1, attempts, self._backoff(attempt))
                return outcome
            finally:
                with self._idle:
                    self._running -= 1
                    self._idle.notify_all()

        def tick(at: datetime, context: Any) -> None:
            del at, context
            hourly()

        self._dbos.workflow(name=_JOB, max_recovery_attempts=1000)(run)
        self._dbos.workflow(name=_TICK)(tick)
        return tick

    def _attempt(self, job: str) -> dict[str, object]:
        body = self._bodies.get(JobName(job)) if job in set(JobName) else None
        if body is None:
            return {"code": "jobs.not_configured", "result": {}}
        outcome = run_body(body)
        if outcome["code"]:
            _log.error("the job %s failed: %s", job, outcome["code"])
        return outcome

    def _hourly(self) -> None:
        """Never raises: the text of an error would stand in the queue's tables."""
        self.put_due()
        with contextlib.suppress(StoreError):  # the next hour does it
            self.queue.forget(_TICK, age_s=86_400)
            self.queue.forget(_JOB, age_s=KEPT_DAYS * 86_400)


def _run(status: Any) -> JobRun:
    arguments = list((status.input or {}).get("args", ()))
    output = status.output if isinstance(status.output, dict) else {}
    code = str(output.get("code", "")) if status.status == "SUCCESS" else ""
    state = _STATES.get(status.status, JobState.FAILED)
    if state is JobState.FAILED:
        code = "jobs.stopped"
    result = output.get("result", {})
    return JobRun(
        job=str(arguments[0]) if arguments else "", key=str(status.workflow_id),
        why=str(arguments[1]) if len(arguments) > 1 else "", state=JobState.FAILED if code else state,
        queued_at=_instant(status.created_at) or datetime.fromtimestamp(0, UTC),
        started_at=_instant(status.dequeued_at), ended_at=_instant(status.completed_at), code=code,
        result=result if isinstance(result, dict) else {},
    )  # fmt: skip


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def _queue(job: JobName) -> str:
    return f"honnin-{job}"


def _library() -> Any:
    """DBOS, without what its environment variables would switch on: nothing is asked of a network."""
    for name in [each for each in os.environ if each.startswith("DBOS_")]:
        del os.environ[name]
    import dbos  # noqa: PLC0415  # half a second that only those who run jobs spend

    return dbos


def _must_be_made(path: Path) -> None:
    """Its tables appear all at once, a moment after the file. Raises StoreError `jobs.none`, `jobs.unreachable`."""
    found = None
    if path.exists():
        with _reaching(), contextlib.closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as raw:
            found = raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'workflow_status'").fetchone()
    if found is None:
        raise StoreError("jobs.none", "no server has run in this data folder yet")


def _make_private(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError("jobs.folder", "the data folder cannot be written", type(error).__name__) from None


@contextlib.contextmanager
def _reaching() -> Iterator[None]:
    """Whatever the library raises, as a StoreError without its text."""
    try:
        yield
    except HonninError:
        raise
    except Exception as error:  # noqa: BLE001  # its classes are its own affair
        raise StoreError("jobs.unreachable", "the queue of jobs cannot be reached", type(error).__name__) from None
