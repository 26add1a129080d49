"""The state of a ledger, and the notes of legal holds: rows and changes (flows.ledger_check_ports).

The stop is looked up inside the transaction that would store something new, so that no process of the house goes on
because it has not heard of it. It stands in a row and in the ledger, and either is enough: nobody lifts it by the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from honnin.adapters.database.changing import Changing, Handlers
from honnin.adapters.database.columns import damaged, instant, instant_of
from honnin.adapters.database.engine import Database
from honnin.adapters.database.leaf_places import newest_place_of
from honnin.adapters.database.schema import LEDGER_CHECKS, LEDGER_LEAVES, RECORD_HOLD_NOTES
from honnin.core.errors import StoreError
from honnin.flows.ledger_check_ports import HoldAct, HoldNote, LedgerCheckRow, NoteHold, SetLedgerCheck
from honnin.flows.ledger_ports import SetTimestamp
from honnin.flows.number_ports import PutGrant, SpendGrant
from honnin.flows.record_ports import Hold, ReplaceKey
from honnin.flows.store_ports import Unit
from honnin.records.ledger.audit_house import stopped_by
from honnin.records.ledger.event import OF_CHECKS

MAX_NOTES = 1000
# What is still done while a ledger does not agree: looks, and what protects; nothing that adds to the records or
# destroys any of them.
_WHILE_STOPPED = (Hold, NoteHold, ReplaceKey, SetTimestamp, SetLedgerCheck, PutGrant, SpendGrant)

_TENANT = sa.bindparam("of_tenant", type_=sa.Text)
_NEWEST_CHECK = sa.select(LEDGER_LEAVES.c.leaf).where(  # asked at each seal
    LEDGER_LEAVES.c.tenant == _TENANT, LEDGER_LEAVES.c.seq == newest_place_of(_TENANT, OF_CHECKS)
)


class CheckReading:
    """CheckRows over one database."""

    _database: Database

    def ledger_check(self, tenant: str, /) -> LedgerCheckRow | None:
        """The outcome of the last audit. Raises StoreError `store.damaged`."""
        return self.check_with_entry(tenant)[0]

    def check_with_entry(self, tenant: str, /) -> tuple[LedgerCheckRow | None, bytes | None]:
        """That outcome, and the octets of the newest entry about one. Raises StoreError `store.damaged`."""
        query = sa.select(LEDGER_CHECKS).where(LEDGER_CHECKS.c.tenant == tenant)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
            entry = connection.execute(_NEWEST_CHECK, {"of_tenant": tenant}).scalar()
        octets = None if entry is None else bytes(entry)
        if row is None:
            return None, octets
        stopped = row["stopped_at_utc"]
        found = LedgerCheckRow(
            instant_of(row["checked_at_utc"]), row["entries"], row["findings"], row["accepted"],
            None if stopped is None else instant_of(stopped),
        )  # fmt: skip
        return found, octets

    def hold_notes(self, tenant: str, record_id: str, /) -> Sequence[HoldNote]:
        """Why holds were placed and released, the oldest first; at most 1000. Raises StoreError `store.damaged`."""
        table = RECORD_HOLD_NOTES
        query = (
            sa.select(table)
            .where(table.c.tenant == tenant, table.c.record_id == record_id)
            .order_by(table.c.at_utc, table.c.note_id)
            .limit(MAX_NOTES)
        )
        with self._database.reading() as connection:
            return [_hold_note(row) for row in connection.execute(query).mappings()]


def check_not_stopped(connection: sa.Connection, units: Iterable[Unit]) -> None:
    """Raises StoreError `ledger.stopped` when a unit would add to, change or destroy records of a stopped ledger."""
    tenants = sorted({
        unit.tenant for unit in units if any(not isinstance(each, _WHILE_STOPPED) for each in unit.changes)
    })  # fmt: skip
    if not tenants:
        return
    table = LEDGER_CHECKS
    query = sa.select(table.c.tenant).where(table.c.tenant.in_(tenants), table.c.stopped_at_utc.is_not(None)).limit(1)
    entered = (connection.execute(_NEWEST_CHECK, {"of_tenant": tenant}).scalar() for tenant in tenants)
    by_ledger = any(octets is not None and stopped_by(bytes(octets)) for octets in entered)
    if by_ledger or connection.execute(query).first() is not None:
        raise StoreError("ledger.stopped", "the ledger does not agree; nothing new is stored")


def _set_ledger_check(to: Changing, change: SetLedgerCheck) -> None:
    to.delete(LEDGER_CHECKS)
    stopped = change.stopped_at_utc
    to.add(LEDGER_CHECKS, {
        "checked_at_utc": instant(change.checked_at_utc), "entries": change.entries, "findings": change.findings,
        "accepted": change.accepted, "stopped_at_utc": None if stopped is None else instant(stopped),
    })  # fmt: skip


def _note_hold(to: Changing, change: NoteHold) -> None:
    to.add(RECORD_HOLD_NOTES, {
        "record_id": change.record_id, "note_id": change.note_id, "at_utc": instant(change.at_utc),
        "act": str(change.act), "staff": change.staff, "reason": change.reason,
    })  # fmt: skip


CHECK_CHANGES: Handlers = {SetLedgerCheck: _set_ledger_check, NoteHold: _note_hold}


def _hold_note(row: sa.RowMapping) -> HoldNote:
    try:
        return HoldNote(instant_of(row["at_utc"]), HoldAct(row["act"]), row["staff"], row["reason"])
    except ValueError:
        raise damaged("hold note") from None
