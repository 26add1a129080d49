"""Whether a record of an earlier version is finished: read from its content once, entered in its row and the ledger.

Newer records have it from the day they were sealed on (record_meta.completion_of); lists open nothing. Until it is
entered, and for a record that cannot be opened, the row says nothing, and lists count it as unfinished.
"""

from __future__ import annotations

from collections.abc import Callable

from honnin.core.clock import Clock
from honnin.core.errors import HonninError, StoreError
from honnin.flows.jobs import stop_if
from honnin.flows.record_meta import completion_of
from honnin.flows.record_ports import RecordQuery, RecordState, RecordSummary, SetCompletion
from honnin.flows.sealed_visits import SealedVisits
from honnin.flows.sealing import Sealer
from honnin.records.ledger.event import Event, Kind
from honnin.records.ledger.rows import COMPLETION
from honnin.records.visit_record import Completion

__all__ = ["ENTRY_JOB", "enter_completions"]

ENTRY_JOB = "completion-job"  # the actor in the ledger
PAGE = 100  # records of one transaction


def enter_completions(
    visits: SealedVisits, sealer: Sealer, *, tenant: str, clock: Clock, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Enter it for all records whose row does not say it; for how many. Raises StoreError, also `jobs.stopping`; what
    was done stays.
    """
    done, after = 0, ""
    while rows := visits.rows(RecordQuery(no_completion=True, state=RecordState.SEALED, after=after), limit=PAGE):
        stop_if(stopping())
        found = {row.record_id: state for row in rows if (state := _read(visits, row)) is not None}
        done += _enter(sealer, found, tenant=tenant, clock=clock)
        after = min(row.record_id for row in rows)
    return done


def _read(visits: SealedVisits, row: RecordSummary) -> Completion | None:
    try:
        return completion_of(visits.get(row.record_id))
    except HonninError:
        return None  # the audit names it


def _enter(sealer: Sealer, found: dict[str, Completion], *, tenant: str, clock: Clock) -> int:
    """All together; when somebody finished or deleted one of them meanwhile, each by itself."""
    if not found:
        return 0
    events = [
        Event(Kind.COMPLETION_ENTERED, tenant, record_id, clock(), ENTRY_JOB, None, {COMPLETION: str(state)})
        for record_id, state in found.items()
    ]
    changes = [SetCompletion(record_id, state) for record_id, state in found.items()]
    try:
        sealer.append_events(events, changes)
    except StoreError as error:
        if error.code != "store.conflict":
            raise
        if len(found) == 1:
            return 0
        return sum(_enter(sealer, {each: state}, tenant=tenant, clock=clock) for each, state in found.items())
    return len(found)
