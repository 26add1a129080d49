"""Changes to individual numbers and the one-time grants to see them (flows.number_ports)."""

from __future__ import annotations

import sqlalchemy as sa

from honnin.adapters.database.changing import Changing, Handlers
from honnin.adapters.database.columns import day, instant
from honnin.adapters.database.inserting import insert
from honnin.adapters.database.schema import NUMBER_GRANTS, NUMBER_KEYS, NUMBERS
from honnin.adapters.database.transaction import conflict
from honnin.flows.number_ports import AddNumber, KeepNumberUntil, PutGrant, ShredNumber, SpendGrant


def _add_number(to: Changing, change: AddNumber) -> None:
    to.add(NUMBERS, {
        "number_id": change.number_id, "record_id": change.record_id, "purpose": change.purpose,
        "stored_at_utc": instant(change.stored_at_utc), "retention_until": day(change.retention_until),
        "ciphertext": change.ciphertext,
    })  # fmt: skip
    key = change.key
    to.add(NUMBER_KEYS, {"number_id": change.number_id, "key_id": key.key_id, "wrapped": key.octets})


def _shred_number(to: Changing, change: ShredNumber) -> None:
    for table in (NUMBER_KEYS, NUMBER_GRANTS):
        to.delete(table, table.c.number_id == change.number_id)
    if to.delete(NUMBERS, NUMBERS.c.number_id == change.number_id) != 1:
        raise conflict("number")


def _put_grant(to: Changing, change: PutGrant) -> None:
    grant, table = change.grant, NUMBER_GRANTS
    insert(to.connection, to.rows)
    there = sa.select(NUMBERS.c.number_id).where(NUMBERS.c.tenant == to.tenant, NUMBERS.c.number_id == grant.number_id)
    if grant.tenant != to.tenant or to.connection.execute(there).first() is None:
        raise conflict("number")
    to.delete(table, sa.or_(table.c.number_id == grant.number_id, table.c.expires_at_utc <= instant(change.now_utc)))
    to.add(table, {
        "number_id": grant.number_id, "entitled": grant.entitled, "token_digest": grant.token_digest,
        "expires_at_utc": instant(grant.expires_at_utc), "used_at_utc": None,
    })  # fmt: skip


def _spend_grant(to: Changing, change: SpendGrant) -> None:
    used = instant(change.used_at_utc)
    to.update(
        NUMBER_GRANTS,
        {"used_at_utc": used},
        NUMBER_GRANTS.c.number_id == change.number_id,
        NUMBER_GRANTS.c.token_digest == change.token_digest,
        NUMBER_GRANTS.c.used_at_utc.is_(None),
        NUMBER_GRANTS.c.expires_at_utc > used,
        why="grant",
    )


def _keep_number_until(to: Changing, change: KeepNumberUntil) -> None:
    values = {"retention_until": day(change.retention_until)}
    to.update(NUMBERS, values, NUMBERS.c.number_id == change.number_id, why="number")


NUMBER_CHANGES: Handlers = {
    AddNumber: _add_number,
    ShredNumber: _shred_number,
    PutGrant: _put_grant,
    SpendGrant: _spend_grant,
    KeepNumberUntil: _keep_number_until,
}
