"""What the jobs read of a database: what is due, what is to be re-checked, what came of it (flows.recheck_ports)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import get_args

import sqlalchemy as sa

from honnin.adapters.database.columns import damaged, day, day_of, instant, instant_of, understood
from honnin.adapters.database.engine import Database
from honnin.adapters.database.schema import (
    CHECKPOINTS,
    DELETION_REQUESTS,
    LEDGER_LEAVES,
    RECHECK_CAUSES,
    RECORD_CERTIFICATES,
    RECORD_RECHECKS,
    RECORDS,
)
from honnin.core.errors import StoreError
from honnin.flows.deletion_ports import RequestState
from honnin.flows.recheck_ports import CauseRow, HeldCertificate, RecheckOutcome, RecheckRow, StampedCheckpoint
from honnin.flows.record_ports import RecordState
from honnin.flows.retention_jobs import RETENTION_JOB, RetentionRow
from honnin.records.ledger.event import Kind
from honnin.records.recheck import Before

MAX_ROWS = 1000
_CHUNK = 2000
_STATES: dict[str, Before] = {each: each for each in get_args(Before)}


class JobReading:
    """JobRows over one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def retention_rows(self, tenant: str, /, *, over_on: date, after: str, limit: int) -> Sequence[RetentionRow]:
        """Sealed records whose last day has passed, held ones too, in the order of their ids."""
        asked = sa.exists().where(
            DELETION_REQUESTS.c.tenant == RECORDS.c.tenant, DELETION_REQUESTS.c.record_id == RECORDS.c.record_id,
            DELETION_REQUESTS.c.state == RequestState.OPEN, DELETION_REQUESTS.c.requested_by != RETENTION_JOB,
        )  # fmt: skip
        query = (
            sa.select(RECORDS.c.record_id, RECORDS.c.law, RECORDS.c.retention_until, RECORDS.c.holds, asked)
            .where(
                RECORDS.c.tenant == tenant, RECORDS.c.state == RecordState.SEALED, RECORDS.c.record_id > after,
                RECORDS.c.retention_until < day(over_on),
            )
            .order_by(RECORDS.c.record_id)
            .limit(max(0, min(limit, MAX_ROWS)))
        )  # fmt: skip
        with self._database.reading() as connection:
            return [
                RetentionRow(record_id, law, _day_or_none(until), holds, requested=bool(requested))
                for record_id, law, until, holds, requested in connection.execute(query)
            ]

    def certificates_of(self, tenant: str, issuer: bytes, /) -> Iterator[tuple[str, HeldCertificate]]:
        """(record id, certificate) of that issuer key, without holding all of them."""
        table = RECORD_CERTIFICATES
        query = (
            sa.select(table)
            .where(table.c.tenant == tenant, table.c.issuer == issuer)
            .order_by(table.c.record_id, table.c.serial)
        )
        with self._database.reading() as connection:
            result = connection.execution_options(yield_per=_CHUNK).execute(query)
            try:
                yield from understood(result.mappings(), lambda row: (row["record_id"], held_certificate(row)))
            finally:
                result.close()

    def unchecked(self, tenant: str, cause: str, /, *, before: datetime, after: str, limit: int) -> Sequence[str]:
        """Ids of sealed records from before that instant that were not re-checked for the cause."""
        done = sa.exists().where(
            RECORD_RECHECKS.c.tenant == RECORDS.c.tenant, RECORD_RECHECKS.c.record_id == RECORDS.c.record_id,
            RECORD_RECHECKS.c.cause == cause,
        )  # fmt: skip
        query = (
            sa.select(RECORDS.c.record_id)
            .where(
                RECORDS.c.tenant == tenant, RECORDS.c.state == RecordState.SEALED, RECORDS.c.record_id > after,
                RECORDS.c.sealed_at_utc < instant(before), ~done,
            )
            .order_by(RECORDS.c.record_id)
            .limit(max(0, min(limit, MAX_ROWS)))
        )  # fmt: skip
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def rechecks(
        self, tenant: str, /, *, outcomes: Sequence[RecheckOutcome] = (), record_id: str = "", limit: int = 100
    ) -> Sequence[RecheckRow]:
        """Re-checks with one of these outcomes (none given: all), the latest first."""
        table = RECORD_RECHECKS
        settled = sa.exists().where(
            LEDGER_LEAVES.c.tenant == table.c.tenant, LEDGER_LEAVES.c.record_id == table.c.record_id,
            LEDGER_LEAVES.c.kind == str(Kind.AMENDED), LEDGER_LEAVES.c.at_utc > table.c.at_utc,
        )  # fmt: skip
        terms = [table.c.tenant == tenant]
        terms += [table.c.outcome.in_([str(each) for each in outcomes])] if outcomes else []
        terms += [table.c.record_id == record_id] if record_id else []
        query = (
            sa.select(table, settled.label("settled"))
            .where(*terms)
            .order_by(table.c.at_utc.desc(), table.c.record_id, table.c.cause)
            .limit(max(0, min(limit, MAX_ROWS)))
        )
        with self._database.reading() as connection:
            return list(understood(connection.execute(query).mappings(), _recheck))

    def causes(self, tenant: str, /) -> Sequence[CauseRow]:
        """All reasons noticed so far, the latest first."""
        table = RECHECK_CAUSES
        query = (
            sa.select(table.c.cause, table.c.noticed_at_utc, table.c.finished_at_utc)
            .where(table.c.tenant == tenant)
            .order_by(table.c.noticed_at_utc.desc(), table.c.cause)
        )
        with self._database.reading() as connection:
            return [
                CauseRow(cause, instant_of(noticed), None if finished is None else instant_of(finished))
                for cause, noticed, finished in connection.execute(query)
            ]

    def stamped(self, tenant: str, /, *, limit: int = 100) -> Sequence[StampedCheckpoint]:
        """Checkpoints with a time-stamp, the latest first."""
        table = CHECKPOINTS
        query = (
            sa.select(table.c.size, table.c.note, table.c.timestamp)
            .where(table.c.tenant == tenant, table.c.timestamp.is_not(None))
            .order_by(table.c.size.desc())
            .limit(max(0, min(limit, MAX_ROWS)))
        )
        with self._database.reading() as connection:
            return [StampedCheckpoint(size, note, bytes(token)) for size, note, token in connection.execute(query)]


def _recheck(row: sa.RowMapping) -> RecheckRow:
    try:
        detail = json.loads(row["detail"])
        return RecheckRow(
            row["record_id"], row["cause"], instant_of(row["at_utc"]), RecheckOutcome(row["outcome"]),
            {str(name): str(value) for name, value in detail.items()}, bool(row["settled"]),
        )  # fmt: skip
    except (ValueError, AttributeError, RecursionError):
        raise damaged("recheck") from None


def held_certificate(row: sa.RowMapping) -> HeldCertificate:
    """The certificate in a row of record_certificates. Raises StoreError `store.damaged`."""
    if row["state"] not in _STATES:
        raise damaged("certificate")
    until, point = row["not_after_utc"], row["point"]
    return HeldCertificate(
        bytes(row["issuer"]), bytes(row["serial"]), row["kind"], _STATES[row["state"]],
        None if until is None else instant_of(until), None if point is None else bytes(point),
    )  # fmt: skip


def _day_or_none(text: str) -> date | None:
    """One day that cannot be understood stops no other; without a day nothing is proposed, and an audit tells."""
    try:
        return day_of(text)
    except StoreError:
        return None
