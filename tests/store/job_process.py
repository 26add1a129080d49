"""A process that runs jobs until it is killed: `python -m tests.store.job_process RECORDS QUEUE EXECUTOR JOB KEY PAUSE_MS`.

The keeping of records is slowed down, so that a kill meets it in the middle. Each event that was appended is printed.
"""

from __future__ import annotations

import sys
import time

from honnin.adapters.database import DatabaseRecordStore
from honnin.adapters.jobs_dbos import JobsWorker
from honnin.core.clock import system_random
from honnin.flows import recheck_records
from honnin.flows.documents import HouseTrust
from honnin.flows.jobs import Due, JobName
from honnin.flows.recheck_records import Recheck
from honnin.flows.record_keeping import RecordKeeping
from honnin.flows.retention_run import propose_due
from honnin.flows.sealing import Sealer
from honnin.law.rules import load_rules
from tests.store.job_kit import LATER, unchanged
from tests.store.records_kit import SIGNER, TENANT, Keys


class Slow(Sealer):
    """Says what it did, and takes its time."""

    pause_s = 0.0

    def append_events(self, events, changes=()):
        receipt = super().append_events(events, changes)
        sys.stdout.write("".join(f"{each.kind} {each.record_id}\n" for each in events))
        sys.stdout.flush()
        time.sleep(self.pause_s)
        return receipt


def bodies(store, sealer):
    recheck_records.GROUP = 3

    def recheck():
        return Recheck(
            store, sealer, Keys(), HouseTrust, unchanged, load_rules(), lambda: LATER, TENANT,
        ).run().as_dict()  # fmt: skip

    def retention():
        return propose_due(store, RecordKeeping(store, sealer, lambda: LATER, system_random, TENANT)).as_dict()

    return {JobName.RECHECK: recheck, JobName.RETENTION: retention}


def run(*arguments: str) -> None:
    records, queue, executor, job, key, pause_ms = arguments
    store = DatabaseRecordStore(records)
    sealer = Slow(store, Keys(), SIGNER, clock=lambda: LATER, random=system_random)
    sealer.pause_s = int(pause_ms) / 1000
    due = [Due(JobName(job), key, "test")]
    worker = JobsWorker(queue, bodies(store, sealer), lambda: due, executor=executor, polling_s=0.1)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    ended = worker.queue.wait_for(key, timeout_s=60, pause_s=0.1)
    sys.stdout.write(f"ended {ended.state} {ended.code}\n")
    sys.stdout.flush()
    worker.close()
    sealer.close()
    store.close()


if __name__ == "__main__":
    run(*sys.argv[1:])
