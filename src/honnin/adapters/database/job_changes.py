"""Changes that the jobs and the people who look after them make: requests for deletion, re-checks, time-stamps
(flows.deletion_ports, flows.recheck_ports, flows.ledger_ports).
"""

from __future__ import annotations

import json

import sqlalchemy as sa

from honnin.adapters.database.cause_rows import restore_causes
from honnin.adapters.database.changing import Changing, Handlers
from honnin.adapters.database.columns import instant
from honnin.adapters.database.inserting import insert
from honnin.adapters.database.schema import (
    CHECKPOINTS,
    DELETION_REQUESTS,
    RECHECK_CAUSES,
    RECORD_CERTIFICATES,
    RECORD_RECHECKS,
    RECORDS,
)
from honnin.adapters.database.transaction import conflict
from honnin.flows.deletion_ports import AddRequest, DecideRequest, RequestState
from honnin.flows.ledger_ports import SetTimestamp
from honnin.flows.recheck_ports import AddRecheck, FinishCause, NoteCause, RestoreCauses, SetCertificate
from honnin.flows.record_ports import RecordState


def _add_request(to: Changing, change: AddRequest) -> None:
    sealed = (RECORDS.c.record_id == change.record_id, RECORDS.c.state == RecordState.SEALED)
    to.update(RECORDS, {"state": str(RecordState.SEALED)}, *sealed, why="state")  # nobody deletes it meanwhile
    table = DELETION_REQUESTS
    is_open = sa.select(table.c.request_id).where(
        table.c.tenant == to.tenant, table.c.record_id == change.record_id, table.c.state == RequestState.OPEN,
        table.c.request_id != change.request_id,
    )  # fmt: skip
    if to.connection.execute(is_open).first() is not None:
        raise conflict("request")
    to.add(DELETION_REQUESTS, {
        "request_id": change.request_id, "record_id": change.record_id,
        "requested_at_utc": instant(change.requested_at_utc), "requested_by": change.requested_by,
        "reason": change.reason, "state": str(RequestState.OPEN), "decided_at_utc": None, "decided_by": None,
    })  # fmt: skip


def _decide_request(to: Changing, change: DecideRequest) -> None:
    to.update(
        DELETION_REQUESTS,
        {"state": str(change.state), "decided_at_utc": instant(change.decided_at_utc), "decided_by": change.decided_by},
        DELETION_REQUESTS.c.request_id == change.request_id,
        DELETION_REQUESTS.c.state == RequestState.OPEN,
        why="request",
    )


def _set_timestamp(to: Changing, change: SetTimestamp) -> None:
    where = (CHECKPOINTS.c.size == change.size, CHECKPOINTS.c.timestamp.is_(None))
    to.update(CHECKPOINTS, {"timestamp": change.timestamp}, *where, why="checkpoint")


def _set_certificate(to: Changing, change: SetCertificate) -> None:
    table = RECORD_CERTIFICATES
    where = (
        table.c.record_id == change.record_id, table.c.issuer == change.issuer, table.c.serial == change.serial,
        table.c.state == change.before,
    )  # fmt: skip
    to.update(table, {"state": change.now}, *where, why="certificate")


def _add_recheck(to: Changing, change: AddRecheck) -> None:
    sealed = (RECORDS.c.record_id == change.record_id, RECORDS.c.state == RecordState.SEALED)
    to.update(RECORDS, {"state": str(RecordState.SEALED)}, *sealed, why="state")  # nobody deletes it meanwhile
    to.add(RECORD_RECHECKS, {
        "record_id": change.record_id, "cause": change.cause, "at_utc": instant(change.at_utc),
        "outcome": str(change.outcome), "detail": json.dumps(change.detail, ensure_ascii=False, sort_keys=True),
    })  # fmt: skip


def _note_cause(to: Changing, change: NoteCause) -> None:
    to.add(RECHECK_CAUSES, {
        "cause": change.cause, "noticed_at_utc": instant(change.noticed_at_utc), "finished_at_utc": None,
    })  # fmt: skip


def _finish_cause(to: Changing, change: FinishCause) -> None:
    where = (RECHECK_CAUSES.c.cause == change.cause, RECHECK_CAUSES.c.finished_at_utc.is_(None))
    to.update(RECHECK_CAUSES, {"finished_at_utc": instant(change.finished_at_utc)}, *where, why="cause")


def _restore_causes(to: Changing, _: RestoreCauses) -> None:
    insert(to.connection, to.rows)
    restore_causes(to.connection, to.tenant)


JOB_CHANGES: Handlers = {
    AddRequest: _add_request,
    DecideRequest: _decide_request,
    SetTimestamp: _set_timestamp,
    SetCertificate: _set_certificate,
    AddRecheck: _add_recheck,
    NoteCause: _note_cause,
    FinishCause: _finish_cause,
    RestoreCauses: _restore_causes,
}
