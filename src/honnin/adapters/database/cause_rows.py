"""The reasons to re-check all records, made again from their entries in the ledger."""

from __future__ import annotations

import sqlalchemy as sa

from honnin.adapters.database.columns import instant
from honnin.adapters.database.leaf_places import places_of
from honnin.adapters.database.schema import LEDGER_LEAVES, RECHECK_CAUSES
from honnin.records.ledger.audit_house import causes_entered
from honnin.records.ledger.event import OF_CAUSES, parse_at


def restore_causes(connection: sa.Connection, tenant: str) -> None:
    """In a writing transaction that has locked the tenant's ledger: nobody enters another reason meanwhile."""
    leaves, causes = LEDGER_LEAVES.c, RECHECK_CAUSES
    events = sa.select(leaves.leaf).where(leaves.tenant == tenant, leaves.seq.in_(places_of(tenant, OF_CAUSES)))
    entered, _ = causes_entered(bytes(each) for each in connection.execute(events.order_by(leaves.seq)).scalars())
    connection.execute(causes.delete().where(causes.c.tenant == tenant))
    if not entered:
        return
    connection.execute(causes.insert(), [
        {
            "tenant": tenant, "cause": each.cause, "noticed_at_utc": instant(parse_at(each.noticed_at)),
            "finished_at_utc": instant(parse_at(each.finished_at)) if each.finished_at else None,
        }
        for each in entered.values()
    ])  # fmt: skip
