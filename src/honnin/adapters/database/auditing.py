"""Rows as they are, for an audit: one state of the data, nothing left out because it cannot be understood."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from honnin.adapters.database.engine import Database
from honnin.adapters.database.reading import summary_or_none
from honnin.adapters.database.schema import (
    CHECKPOINTS,
    LEDGER_HEADS,
    LEDGER_LEAVES,
    LEDGER_NODES,
    NUMBER_KEYS,
    NUMBERS,
    RECORD_KEYS,
    RECORD_PARTS,
    RECORDS,
)
from honnin.adapters.database.writing import head_of
from honnin.core.errors import StoreError
from honnin.flows.record_ports import RecordState
from honnin.records.ledger.audit import StoredLeaf, StoredPart, StoredRecord
from honnin.records.ledger.audit_numbers import StoredNumber
from honnin.records.ledger.event import Kind
from honnin.records.ledger.tree import Frontier

_CHUNK = 2000


@contextmanager
def auditing(database: Database, tenant: str) -> Iterator[DatabaseAuditRows]:
    """All of a tenant as it is at one moment; sealing goes on meanwhile. Raises StoreError `store.read`."""
    with database.reading() as connection:
        yield DatabaseAuditRows(connection, tenant)


class DatabaseAuditRows:
    """A flows.record_ports.AuditRows."""

    def __init__(self, connection: sa.Connection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant
        self._node = sa.select(LEDGER_NODES.c.hash).where(
            LEDGER_NODES.c.tenant == tenant,
            LEDGER_NODES.c.level == sa.bindparam("at_level"),
            LEDGER_NODES.c.idx == sa.bindparam("at_index"),
        )

    def head(self) -> Frontier | None:
        """The end of the ledger; None when it cannot be understood."""
        query = sa.select(LEDGER_HEADS).where(LEDGER_HEADS.c.tenant == self._tenant)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return Frontier()
        try:
            return head_of(row).frontier
        except StoreError:
            return None

    def leaves(self) -> Iterator[StoredLeaf]:
        """All entries, ascending."""
        table = LEDGER_LEAVES
        for row in self._all(sa.select(table).where(table.c.tenant == self._tenant).order_by(table.c.seq)):
            at = str(row["at_utc"]).replace("+00:00", "Z")
            yield StoredLeaf(
                row["seq"], bytes(row["leaf"]), bytes(row["leaf_hash"]), row["record_id"], row["kind"], at
            )  # fmt: skip

    def node(self, level: int, index: int) -> bytes | None:
        """An inner node, or None."""
        found = self._connection.execute(self._node, {"at_level": level, "at_index": index}).scalar()
        return None if found is None else bytes(found)

    def nodes(self) -> Iterator[tuple[int, int]]:
        """The places of all stored inner nodes."""
        table = LEDGER_NODES
        for row in self._all(sa.select(table.c.level, table.c.idx).where(table.c.tenant == self._tenant)):
            yield row["level"], row["idx"]

    def checkpoints(self) -> Iterator[str]:
        """All checkpoints as notes, the smallest first, and that of the head."""
        table = CHECKPOINTS
        query = sa.select(table.c.note).where(table.c.tenant == self._tenant).order_by(table.c.size)
        for row in self._all(query):
            yield row["note"]
        head = sa.select(LEDGER_HEADS.c.checkpoint).where(LEDGER_HEADS.c.tenant == self._tenant)
        note = self._connection.execute(head).scalar()
        if note:
            yield note

    def has_record(self, record_id: str) -> bool:
        """Whether there is a row, understood or not."""
        query = sa.select(RECORDS.c.record_id).where(
            RECORDS.c.tenant == self._tenant, RECORDS.c.record_id == record_id
        )
        return self._connection.execute(query).first() is not None

    def records(self) -> Iterator[StoredRecord]:
        """All records, and whatever has parts or keys without being one."""
        ids = [
            sa.select(table.c.record_id).where(table.c.tenant == self._tenant)
            for table in (RECORDS, RECORD_PARTS, RECORD_KEYS)
        ]
        for found in self._all(sa.union(*ids).order_by("record_id")):
            record_id = found["record_id"]
            query = sa.select(RECORDS).where(RECORDS.c.tenant == self._tenant, RECORDS.c.record_id == record_id)
            row = self._connection.execute(query).mappings().first()
            summary = None if row is None else summary_or_none(row)
            parts = tuple(self._parts(record_id))
            deleted = summary is not None and summary.state is RecordState.DELETED
            damaged = summary is None or (not deleted and summary.parts != len(parts))
            yield StoredRecord(record_id, deleted, parts, damaged)

    def events_of(self, record_id: str) -> Iterator[bytes]:
        """The octets of a record's events, in order."""
        table = LEDGER_LEAVES
        query = sa.select(table.c.leaf).where(table.c.tenant == self._tenant, table.c.record_id == record_id)
        for row in self._all(query.order_by(table.c.seq)):
            yield bytes(row["leaf"])

    def numbers(self) -> Iterator[StoredNumber]:
        """All individual numbers that are there, that have a key, or that the ledger says were stored."""
        ids = [
            sa.select(table.c.number_id).where(table.c.tenant == self._tenant) for table in (NUMBERS, NUMBER_KEYS)
        ]
        ids.append(
            sa.select(LEDGER_LEAVES.c.record_id).where(
                LEDGER_LEAVES.c.tenant == self._tenant, LEDGER_LEAVES.c.kind == Kind.NUMBER_STORED.value
            )
        )
        for found in self._all(sa.union(*ids).order_by("number_id")):
            yield self._stored_number(found["number_id"])

    def _stored_number(self, number_id: str) -> StoredNumber:
        key = sa.select(NUMBER_KEYS.c.key_id).where(
            NUMBER_KEYS.c.tenant == self._tenant, NUMBER_KEYS.c.number_id == number_id
        )
        has_key = self._connection.execute(key).first() is not None
        query = sa.select(NUMBERS).where(NUMBERS.c.tenant == self._tenant, NUMBERS.c.number_id == number_id)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return StoredNumber(number_id, None, has_key)
        return StoredNumber(
            number_id,
            hashlib.sha256(bytes(row["ciphertext"])).digest(),
            has_key,
            str(row["record_id"]),
            str(row["purpose"]),
            str(row["stored_at_utc"]).replace("+00:00", "Z"),
            str(row["retention_until"] or ""),
        )

    def _parts(self, record_id: str) -> Iterator[StoredPart]:
        digests: dict[int, bytes] = {}
        table = RECORD_PARTS
        query = sa.select(table.c.part, table.c.ciphertext).where(
            table.c.tenant == self._tenant, table.c.record_id == record_id
        )
        for part, ciphertext in self._connection.execute(query):
            digests[part] = hashlib.sha256(bytes(ciphertext)).digest()
        keys = sa.select(RECORD_KEYS.c.part).where(
            RECORD_KEYS.c.tenant == self._tenant, RECORD_KEYS.c.record_id == record_id
        )
        with_key = set(self._connection.execute(keys).scalars())
        for part in sorted({*digests, *with_key}):
            yield StoredPart(part, digests.get(part), part in with_key)

    def _all(self, query: sa.Executable) -> Iterator[sa.RowMapping]:
        result = self._connection.execute(query, execution_options={"yield_per": _CHUNK})
        try:
            yield from result.mappings()
        finally:
            result.close()
