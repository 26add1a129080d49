"""Plugs the jobs together: their bodies over the room of records, and the queue that runs them.

One process a data folder runs jobs: whoever holds its lock, which is `honnin serve`, or `honnin jobs run` while no
server runs. Everybody else puts jobs in and looks.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from honnin.core.clock import system_clock, system_random
from honnin.core.errors import HonninError, StoreError
from honnin.core.ids import new_id
from honnin.flows.jobs import ATTEMPTS, Body, Due, JobName, JobRun, Ledger, due_jobs

if TYPE_CHECKING:
    from honnin.adapters.jobs_dbos import JobsClient, JobsWorker
    from honnin.cli.record_room import RecordRoom
    from honnin.flows.house import HouseSettings, TimestampService
    from honnin.flows.ports import TimeStamper

TIMESTAMP_VARIABLE = "HONNIN_TIMESTAMP_URL"  # instead of house.yaml's address
LOCK = "jobs.lock"
_LOOK_S = 0.2
_JOIN_S = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobHouse:
    """`house`: the data folder whose trust and settings count; `folder`: where the records are (there, or its demo)."""

    house: Path
    folder: Path
    demo: bool

    @property
    def url(self) -> str:
        """Where the queue is."""
        from honnin.adapters.jobs_dbos import jobs_url  # noqa: PLC0415
        from honnin.cli.record_room import house_database  # noqa: PLC0415

        return jobs_url(house_database(self.folder), self.folder)

    def settings(self) -> HouseSettings:
        """house.yaml. Raises CallerError `house.…`."""
        from honnin.adapters.house_file import load_house  # noqa: PLC0415

        return load_house(self.house)

    def timestamps(self) -> TimestampService | None:
        """The time-stamping service of the house: of the environment, else of house.yaml."""
        from honnin.flows.house import TimestampService  # noqa: PLC0415

        known = self.settings().timestamps
        url = os.environ.get(TIMESTAMP_VARIABLE, "")
        if not url:
            return known
        return TimestampService(url) if known is None else TimestampService(url, known.every, known.policy)

    def stamper(self) -> TimeStamper | None:
        """The service's adapter; None when none is configured. Raises CallerError `timestamp.url`, TrustError."""
        service = self.timestamps()
        if service is None:
            return None
        from honnin.adapters.timestamp_http import HttpTimeStamper  # noqa: PLC0415
        from honnin.adapters.trust_folder import TrustFolder  # noqa: PLC0415
        from honnin.trust.kinds import TIMESTAMP  # noqa: PLC0415

        anchors = tuple(TrustFolder(self.house).anchors().of_kind(TIMESTAMP))
        return HttpTimeStamper(service.url, anchors, system_random, policy=service.policy or None)

    def configured(self) -> frozenset[JobName]:
        """The jobs that this house has."""
        return frozenset(JobName) - (frozenset() if self.timestamps() else {JobName.TIMESTAMP})


def job_bodies(at: JobHouse, room: RecordRoom, stopping: Callable[[], bool]) -> Mapping[JobName, Body]:
    """What each job does, over an open room; `stopping` is asked between two units of work."""
    from honnin.cli.house_trust import CounterTrust  # noqa: PLC0415
    from honnin.flows.completion_entry import enter_completions  # noqa: PLC0415
    from honnin.flows.documents import check_reading  # noqa: PLC0415
    from honnin.flows.number_keeping import NumberKeeping  # noqa: PLC0415
    from honnin.flows.recheck_records import Recheck  # noqa: PLC0415
    from honnin.flows.record_keeping import RecordKeeping  # noqa: PLC0415
    from honnin.flows.retention_run import delete_numbers, propose_due  # noqa: PLC0415
    from honnin.flows.timestamp_run import stamp_newest  # noqa: PLC0415
    from honnin.law.rules import load_rules  # noqa: PLC0415
    from honnin.records.wrapping import Purpose  # noqa: PLC0415

    store, sealer, tenant = room.store, room.sealer, room.tenant
    trust = CounterTrust(at.house, demo=at.demo)

    def retention() -> Mapping[str, object]:
        keeping = RecordKeeping(store, sealer, system_clock, system_random, tenant)
        return propose_due(store, keeping, stopping=stopping).as_dict()

    def numbers() -> Mapping[str, object]:
        keeping = NumberKeeping(
            store, sealer, room.keys.wrapper(Purpose.NUMBERS), clock=system_clock, random=system_random, tenant=tenant
        )
        return {"deleted": delete_numbers(keeping, system_clock)}

    def recheck() -> Mapping[str, object]:
        run = Recheck(
            store, sealer, room.keys.wrapper(Purpose.RECORDS), trust.whole,
            lambda reading: check_reading(reading, trust.of(reading), reading.read_at_utc),
            load_rules(), system_clock, tenant, stopping,
        )  # fmt: skip
        outcome = run.run().as_dict()
        entered = enter_completions(room.visits, sealer, tenant=tenant, clock=system_clock, stopping=stopping)
        return {**outcome, "completions": entered}

    def timestamp() -> Mapping[str, object]:
        stamper = at.stamper()
        if stamper is None:
            return {"entries": 0}
        return {"entries": stamp_newest(store, sealer, stamper, tenant=tenant)}

    def audit() -> Mapping[str, object]:
        state = room.watch.check()
        return {"findings": len(state.findings), "stopped": int(state.stopped_at is not None)}

    return {
        JobName.RETENTION: retention, JobName.NUMBERS: numbers, JobName.RECHECK: recheck, JobName.AUDIT: audit,
        JobName.TIMESTAMP: timestamp,
    }  # fmt: skip


def due_now(at: JobHouse, room: RecordRoom) -> list[Due]:
    """What is due now. Raises CallerError `house.…`, StoreError."""
    from honnin.flows.timestamp_run import entries_since_stamp  # noqa: PLC0415

    service = at.timestamps()
    ledger = Ledger(0, 0, 0)
    if service is not None:
        size = room.store.head(room.tenant).frontier.size
        ledger = Ledger(size, entries_since_stamp(room.store, room.tenant), service.every)
    return list(due_jobs(system_clock(), ledger, at.configured()))


class ServerJobs:
    """The jobs beside `honnin serve`, started in a thread: the pages are ready first."""

    def __init__(self, at: JobHouse, room: RecordRoom) -> None:
        self._at = at
        self._room = room
        self._held = contextlib.ExitStack()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._start, name="honnin-jobs", daemon=True)
        self._ready: Callable[[], bool] = lambda: True

    def start(self, ready: Callable[[], bool] = lambda: True) -> None:
        """Begin as soon as `ready` says so; what goes wrong is logged, and `honnin jobs list` shows what ran."""
        self._ready = ready
        self._thread.start()

    def close(self) -> None:
        """Stop. What runs is taken up at the next start."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(_JOIN_S)
        if not self._thread.is_alive():
            self._held.close()

    def _start(self) -> None:
        while not self._ready():
            if self._stopping.wait(_LOOK_S):
                return
        try:
            worker = self._held.enter_context(_worker(self._at, self._room, self._stopping, tick=True))
        except HonninError as error:
            _log.error("jobs do not run: %s", error.code)
            return
        if worker is None:
            _log.warning("jobs do not run here: another process of this data folder runs them")


@contextlib.contextmanager
def _worker(at: JobHouse, room: RecordRoom, stopping: threading.Event, *, tick: bool) -> Iterator[JobsWorker | None]:
    """The workers of this data folder; None when another process has them."""
    from honnin.adapters.folder_lock import FolderLock  # noqa: PLC0415
    from honnin.adapters.jobs_dbos import JobsWorker  # noqa: PLC0415

    lock = FolderLock(at.folder / LOCK)
    if not lock.take():
        yield None
        return
    try:
        executor = lock.name(new_id(system_clock(), system_random))

        def due() -> list[Due]:
            return due_now(at, room) if tick else []

        attempts = ATTEMPTS if tick else 1  # who asks by hand sees at once what went wrong
        worker = JobsWorker(at.url, job_bodies(at, room, stopping.is_set), due, executor=executor, attempts=attempts)
        try:
            yield worker
        finally:
            worker.close()
    finally:
        lock.release()


def run_now(at: JobHouse, room: RecordRoom, job: JobName) -> JobRun:
    """Run a job and wait for its end: by the server of this data folder, or here when none runs.

    Raises StoreError `jobs.…`.
    """
    due = Due(job, f"{job}-by-hand-{new_id(system_clock(), system_random)}", "by-hand")
    with _worker(at, room, threading.Event(), tick=False) as worker:
        if worker is not None:
            return _put_and_wait(worker.queue, due)
    with contextlib.closing(client_of(at)) as queue:
        return _put_and_wait(queue, due)


def client_of(at: JobHouse) -> JobsClient:
    """For looking and putting in. One attempt each: who asks by hand sees what went wrong.

    Raises StoreError `jobs.none`, `jobs.unreachable`.
    """
    from honnin.adapters.jobs_dbos import JobsClient  # noqa: PLC0415

    return JobsClient(at.url, attempts=1)


def _put_and_wait(queue: JobsClient, due: Due) -> JobRun:
    queue.put(due)
    return queue.wait_for(due.key)


def recheck_soon(house: Path, why: str) -> bool:
    """After new trust material: put a re-check in, when this house has a queue. Without one the first start of a server
    does it anyhow.
    """
    at = JobHouse(house, house, demo=False)
    due = Due(JobName.RECHECK, f"{JobName.RECHECK}-{why}-{new_id(system_clock(), system_random)}", why)
    try:
        from honnin.adapters.jobs_dbos import JobsClient  # noqa: PLC0415

        with contextlib.closing(JobsClient(at.url)) as queue:
            return queue.put(due)
    except StoreError:
        return False
