"""The growth of a tenant's ledger in the transaction of what it is about.

The ledger's head is locked before anything is read of it: by BEGIN IMMEDIATE on SQLite, by the row's lock on
PostgreSQL. So any number of processes append to one ledger without a gap. Heads are locked in the order of the tenants'
names, so that two processes never wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from honnin.adapters.database.columns import instant
from honnin.adapters.database.inserting import Rows
from honnin.adapters.database.schema import CHECKPOINTS, LEDGER_HEADS, LEDGER_LEAVES, LEDGER_NODES
from honnin.core.errors import DataError, StoreError
from honnin.flows.ledger_ports import Grow, LedgerEntry, LedgerHead
from honnin.flows.store_ports import Unit
from honnin.records.ledger.event import format_at
from honnin.records.ledger.tree import HASH_LENGTH, Frontier

EPOCH_ENTRIES = 4_096  # of a tenant's ledger: the search tokens of that many stand together (schema.RECORD_TOKENS)


def lock(connection: sa.Connection, tenants: Sequence[str]) -> dict[str, LedgerHead]:
    """The heads of these ledgers, made where there are none; nobody else appends until the transaction ends."""
    heads = {}
    for tenant in tenants:
        query = sa.select(LEDGER_HEADS).where(LEDGER_HEADS.c.tenant == tenant).with_for_update()
        row = connection.execute(query).mappings().first()
        if row is None:
            connection.execute(_FIRST_HEAD, {"tenant": tenant, "peaks": b""})
            row = connection.execute(query).mappings().one()
        heads[tenant] = head_of(row)
    return heads


_FIRST_HEAD = sa.text(
    "INSERT INTO ledger_heads (tenant, size, peaks, checkpoint) VALUES (:tenant, 0, :peaks, '') "
    "ON CONFLICT (tenant) DO NOTHING"
)


def head_of(row: sa.RowMapping) -> LedgerHead:
    """The head in a row of ledger_heads. Raises StoreError `store.damaged`."""
    octets = bytes(row["peaks"])
    peaks = tuple(octets[start : start + HASH_LENGTH] for start in range(0, len(octets), HASH_LENGTH))
    try:
        return LedgerHead(Frontier(row["size"], peaks), row["checkpoint"])
    except DataError as error:
        raise StoreError("store.damaged", "the head of the ledger is damaged", error.code) from None


def epoch_of(place: int) -> int:
    """Where the search tokens of what is written at that place of the ledger stand (schema.RECORD_TOKENS)."""
    return place // EPOCH_ENTRIES


def append(  # noqa: PLR0917
    connection: sa.Connection, rows: Rows, tenant: str, before: LedgerHead, units: Sequence[Unit], grow: Grow
) -> LedgerHead:
    """Lets the tenant's ledger grow by the units' events."""
    entries: list[LedgerEntry] = [event for unit in units if unit.tenant == tenant for event in unit.events]
    growth = grow(tenant, before, [entry.octets for entry in entries])
    size = before.frontier.size
    if growth.head.frontier.size != size + len(entries) or len(growth.leaf_hashes) != len(entries):
        raise StoreError("store.write", "it was not stored", "growth of the ledger")
    rows[LEDGER_LEAVES] += [
        {
            "tenant": tenant, "seq": size + number, "leaf": entry.octets, "leaf_hash": leaf_hash,
            "record_id": entry.record_id, "kind": entry.kind, "at_utc": instant(entry.at_utc),
        }
        for number, (entry, leaf_hash) in enumerate(zip(entries, growth.leaf_hashes, strict=True))
    ]  # fmt: skip
    rows[LEDGER_NODES] += [
        {"tenant": tenant, "level": level, "idx": index, "hash": octets}
        for level, index, octets in growth.nodes
        if level > 0  # level 0 are the leaves' own hashes
    ]
    rows[CHECKPOINTS].append({
        "tenant": tenant, "size": growth.head.frontier.size, "at_utc": format_at(entries[-1].at_utc),
        "note": growth.head.checkpoint, "timestamp": None,
    })  # fmt: skip
    values = {
        "size": growth.head.frontier.size,
        "peaks": b"".join(growth.head.frontier.peaks),
        "checkpoint": growth.head.checkpoint,
    }
    connection.execute(LEDGER_HEADS.update().where(LEDGER_HEADS.c.tenant == tenant).values(values))
    return growth.head
