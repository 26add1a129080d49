"""Rows as they are, for an audit: one state of the data, nothing left out because it cannot be understood."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from honnin.adapters.database.engine import Database
from honnin.adapters.database.growing import epoch_of, head_of
from honnin.adapters.database.leaf_places import places_of
from honnin.adapters.database.reading import summary_or_none
from honnin.adapters.database.schema import (
    CHECKPOINTS,
    DELETION_REQUESTS,
    LEDGER_CHECKS,
    LEDGER_HEADS,
    LEDGER_LEAVES,
    LEDGER_NODES,
    NUMBER_GRANTS,
    NUMBER_KEYS,
    NUMBERS,
    RECHECK_CAUSES,
    RECORD_CERTIFICATES,
    RECORD_HOLD_NOTES,
    RECORD_KEYS,
    RECORD_PARTS,
    RECORD_RECHECKS,
    RECORD_TOKENS,
    RECORDS,
)
from honnin.core.errors import StoreError
from honnin.flows.record_ports import RecordState
from honnin.records.ledger.audit_house import StoredCause, StoredCheck
from honnin.records.ledger.audit_numbers import StoredGrant, StoredNumber
from honnin.records.ledger.event import Kind
from honnin.records.ledger.rows import CertificateFacts, RowFacts
from honnin.records.ledger.stored import (
    StoredCheckpoint,
    StoredLeaf,
    StoredNote,
    StoredPart,
    StoredRecheck,
    StoredRecord,
    StoredRequest,
    StoredRow,
)
from honnin.records.ledger.tree import Frontier

_CHUNK = 2000


def _of_tenant(table: sa.Table, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(*(columns or tuple(table.c))).where(table.c.tenant == sa.bindparam("of_tenant"))


def _of_record(table: sa.Table, *columns: sa.Column[Any]) -> sa.Select[Any]:
    """Made once: an audit asks this for every record."""
    return _of_tenant(table, *columns).where(table.c.record_id == sa.bindparam("of_record"))


_ROWS = {
    table: _of_record(table)
    for table in (
        RECORDS, RECORD_PARTS, RECORD_TOKENS, RECORD_CERTIFICATES, RECORD_HOLD_NOTES, RECORD_RECHECKS,
        DELETION_REQUESTS,
    )
}
_IDS = _of_record(RECORDS, RECORDS.c.record_id)
_KEYS = _of_record(RECORD_KEYS, RECORD_KEYS.c.part)
_PLACES = _of_record(LEDGER_LEAVES, LEDGER_LEAVES.c.seq)
_EVENTS = (
    _of_tenant(LEDGER_LEAVES, LEDGER_LEAVES.c.seq, LEDGER_LEAVES.c.leaf)
    .where(LEDGER_LEAVES.c.seq.in_(
        places_of(sa.bindparam("of_tenant", type_=sa.Text), sa.bindparam("of_record", type_=sa.Text))
    ))
    .order_by(LEDGER_LEAVES.c.seq)
)  # fmt: skip


def _of_number(table: sa.Table, *columns: sa.Column[Any]) -> sa.Select[Any]:
    """As _of_record, of an individual number."""
    return _of_tenant(table, *columns).where(table.c.number_id == sa.bindparam("of_number"))


_NUMBER = _of_number(NUMBERS)
_NUMBER_KEY = _of_number(NUMBER_KEYS, NUMBER_KEYS.c.key_id)
_NUMBER_GRANT = _of_number(NUMBER_GRANTS)
_NODE = sa.select(LEDGER_NODES.c.hash).where(
    LEDGER_NODES.c.tenant == sa.bindparam("of_tenant"),
    LEDGER_NODES.c.level == sa.bindparam("at_level"),
    LEDGER_NODES.c.idx == sa.bindparam("at_index"),
)


_HEAD = _of_tenant(LEDGER_HEADS)
_HEAD_NOTE = _of_tenant(LEDGER_HEADS, LEDGER_HEADS.c.checkpoint)
_LEAVES = _of_tenant(LEDGER_LEAVES).order_by(LEDGER_LEAVES.c.seq)
_NODES = _of_tenant(LEDGER_NODES, LEDGER_NODES.c.level, LEDGER_NODES.c.idx)
_CHECKPOINTS = _of_tenant(CHECKPOINTS).order_by(CHECKPOINTS.c.size)
_STAMPS = _of_tenant(CHECKPOINTS, CHECKPOINTS.c.size, CHECKPOINTS.c.timestamp).where(
    CHECKPOINTS.c.timestamp.is_not(None)
)
_CHECK = _of_tenant(LEDGER_CHECKS)
_CAUSES = _of_tenant(RECHECK_CAUSES)
_RECORD_IDS = sa.union(*(_of_tenant(table, table.c.record_id) for table in (*_ROWS, RECORD_KEYS))).order_by("record_id")
_NUMBER_IDS = sa.union(
    *(_of_tenant(table, table.c.number_id) for table in (NUMBERS, NUMBER_KEYS, NUMBER_GRANTS)),
    _of_tenant(LEDGER_LEAVES, LEDGER_LEAVES.c.record_id).where(LEDGER_LEAVES.c.kind == Kind.NUMBER_STORED.value),
).order_by("number_id")
_GRANTED_AT = _of_tenant(LEDGER_LEAVES, sa.func.max(LEDGER_LEAVES.c.at_utc)).where(
    LEDGER_LEAVES.c.kind == Kind.NUMBER_GRANTED.value
)


@contextmanager
def auditing(database: Database, tenant: str) -> Iterator[DatabaseAuditRows]:
    """All of a tenant as it is at one moment; sealing goes on meanwhile. Raises StoreError `store.read`."""
    with database.reading() as connection:
        yield DatabaseAuditRows(connection, tenant)


class DatabaseAuditRows:
    """A flows.audit_ports.AuditRows."""

    def __init__(self, connection: sa.Connection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant
        self._mine = {"of_tenant": tenant}

    def head(self) -> Frontier | None:
        """The end of the ledger; None when it cannot be understood."""
        row = self._connection.execute(_HEAD, self._mine).mappings().first()
        if row is None:
            return Frontier()
        try:
            return head_of(row).frontier
        except StoreError:
            return None

    def leaves(self) -> Iterator[StoredLeaf]:
        """All entries, ascending."""
        for row in self._all(_LEAVES):
            yield StoredLeaf(
                row["seq"], bytes(row["leaf"]), bytes(row["leaf_hash"]), row["record_id"], row["kind"],
                _at(row["at_utc"]),
            )  # fmt: skip

    def node(self, level: int, index: int) -> bytes | None:
        """An inner node, or None."""
        found = self._connection.execute(
            _NODE, {"of_tenant": self._tenant, "at_level": level, "at_index": index}
        ).scalar()
        return None if found is None else bytes(found)

    def nodes(self) -> Iterator[tuple[int, int]]:
        """The places of all stored inner nodes."""
        for row in self._all(_NODES):
            yield row["level"], row["idx"]

    def checkpoints(self) -> Iterator[StoredCheckpoint]:
        """All checkpoints, the smallest first."""
        for row in self._all(_CHECKPOINTS):
            token = row["timestamp"]
            yield StoredCheckpoint(row["size"], row["at_utc"], row["note"], None if token is None else bytes(token))

    def head_note(self) -> str:
        """The checkpoint in the head of the ledger, "" for none."""
        return self._connection.execute(_HEAD_NOTE, self._mine).scalar() or ""

    def has_record(self, record_id: str) -> bool:
        """Whether there is a row, understood or not."""
        return self._connection.execute(_IDS, self._at(record_id)).first() is not None

    def records(self) -> Iterator[StoredRecord]:
        """All records, and whatever has parts or keys without being one."""
        for found in self._all(_RECORD_IDS):
            yield self.record(found["record_id"])

    def record(self, record_id: str) -> StoredRecord:
        """One record, or what is there of it."""
        row = next(iter(self._rows_of(RECORDS, record_id)), None)
        summary = None if row is None else summary_or_none(row)
        parts = tuple(self._parts(record_id))
        deleted = summary is not None and summary.state is RecordState.DELETED
        damaged = summary is None or (not deleted and summary.parts != len(parts))
        tokens = self._rows_of(RECORD_TOKENS, record_id)
        return StoredRecord(
            record_id,
            deleted,
            parts,
            damaged or not self._in_their_epoch(record_id, {each["epoch"] for each in tokens}),
            row=None if row is None else _row(row),
            tokens=tuple((each["kind"], bytes(each["token"])) for each in tokens),
            certificates=tuple(map(_certificate, self._rows_of(RECORD_CERTIFICATES, record_id))),
            states=tuple(
                f"{each['kind']}:{each['state']}" for each in self._rows_of(RECORD_CERTIFICATES, record_id)
            ),
            rechecks=tuple(
                StoredRecheck(each["cause"], _at(each["at_utc"]), each["outcome"], each["detail"])
                for each in self._rows_of(RECORD_RECHECKS, record_id)
            ),
            notes=tuple(
                StoredNote(each["note_id"], _at(each["at_utc"]), each["act"], each["staff"], each["reason"])
                for each in self._rows_of(RECORD_HOLD_NOTES, record_id)
            ),
            requests=tuple(_request(each) for each in self._rows_of(DELETION_REQUESTS, record_id)),
        )

    def events_of(self, record_id: str) -> Iterator[bytes]:
        """The octets of a record's events, in order."""
        for row in self._all(_EVENTS, self._at(record_id)):
            yield bytes(row["leaf"])

    def stamps(self) -> Iterator[tuple[int, str]]:
        """The sizes of all checkpoints with a time-stamp, and the SHA-256 of the token in hex."""
        for row in self._all(_STAMPS):
            yield row["size"], hashlib.sha256(bytes(row["timestamp"])).hexdigest()

    def check(self) -> StoredCheck | None:
        """The outcome of the last audit."""
        row = self._connection.execute(_CHECK, self._mine).mappings().first()
        if row is None:
            return None
        return StoredCheck(
            _at(row["checked_at_utc"]), row["entries"], row["findings"], row["accepted"],
            _at(row["stopped_at_utc"] or ""),
        )  # fmt: skip

    def causes(self) -> Iterator[StoredCause]:
        """All reasons to re-check all records."""
        for row in self._all(_CAUSES):
            yield StoredCause(row["cause"], _at(row["noticed_at_utc"]), _at(row["finished_at_utc"] or ""))

    def numbers(self) -> Iterator[StoredNumber]:
        """All individual numbers that are there, that have a key or a grant, or that the ledger says were stored."""
        for found in self._all(_NUMBER_IDS):
            yield self._stored_number(found["number_id"])

    def granted_at(self) -> str:
        """When somebody was last allowed to see a number, as format_at writes it; "" for never."""
        return _at(self._connection.execute(_GRANTED_AT, self._mine).scalar() or "")

    def _stored_number(self, number_id: str) -> StoredNumber:
        of = {"of_tenant": self._tenant, "of_number": number_id}
        has_key = self._connection.execute(_NUMBER_KEY, of).first() is not None
        row = self._connection.execute(_NUMBER, of).mappings().first()
        grant = _grant(self._connection.execute(_NUMBER_GRANT, of).mappings().first())
        if row is None:
            return StoredNumber(number_id, None, has_key, grant=grant)
        return StoredNumber(
            number_id,
            hashlib.sha256(bytes(row["ciphertext"])).digest(),
            has_key,
            str(row["record_id"]),
            str(row["purpose"]),
            str(row["stored_at_utc"]).replace("+00:00", "Z"),
            str(row["retention_until"] or ""),
            grant,
        )

    def _parts(self, record_id: str) -> Iterator[StoredPart]:
        digests: dict[int, bytes] = {}
        for row in self._rows_of(RECORD_PARTS, record_id):
            digests[row["part"]] = hashlib.sha256(bytes(row["ciphertext"])).digest()
        with_key = set(self._connection.execute(_KEYS, self._at(record_id)).scalars())
        for part in sorted({*digests, *with_key}):
            yield StoredPart(part, digests.get(part), part in with_key)

    def _rows_of(self, table: sa.Table, record_id: str) -> list[sa.RowMapping]:
        return list(self._connection.execute(_ROWS[table], self._at(record_id)).mappings())

    def _at(self, record_id: str) -> dict[str, str]:
        return {"of_tenant": self._tenant, "of_record": record_id}

    def _in_their_epoch(self, record_id: str, epochs: set[int]) -> bool:
        """Whether the tokens stand where a search looks: in the epoch of one of the record's events, or in the first
        one, which has those that were there before there were epochs.
        """
        if epochs <= {0}:
            return True
        known = {0}
        for place in self._connection.execute(_PLACES, self._at(record_id)).scalars():
            known |= {epoch_of(place), max(0, epoch_of(place) - 1)}  # its transaction may have begun there
        return epochs <= known

    def _all(self, query: sa.Executable, values: dict[str, str] | None = None) -> Iterator[sa.RowMapping]:
        result = self._connection.execute(query, values or self._mine, execution_options={"yield_per": _CHUNK})
        try:
            yield from result.mappings()
        finally:
            result.close()


def _row(row: sa.RowMapping) -> StoredRow:
    return StoredRow(
        RowFacts(
            sealed_at=_at(row["sealed_at_utc"]), law=row["law"], methods=row["methods"], document=row["document"],
            simulated=str(row["simulated"]), staff=row["staff"], retention_years=str(row["retention_years"]),
        ),
        parts=row["parts"],
        contract_ended_on=row["contract_ended_on"] or "",
        retention_until=row["retention_until"] or "",
        holds=row["holds"],
        hold_reason=row["hold_reason"],
        deleted_at=_at(row["deleted_at_utc"] or ""),
        completion=row["completion"],
    )  # fmt: skip


def _request(row: sa.RowMapping) -> StoredRequest:
    return StoredRequest(
        row["request_id"], row["record_id"], _at(row["requested_at_utc"]), row["requested_by"], row["reason"],
        row["state"], _at(row["decided_at_utc"] or ""), row["decided_by"] or "",
    )  # fmt: skip


def _grant(row: sa.RowMapping | None) -> StoredGrant | None:
    if row is None:
        return None
    return StoredGrant(
        row["entitled"], bytes(row["token_digest"]), _at(row["expires_at_utc"]), _at(row["used_at_utc"] or "")
    )


def _certificate(row: sa.RowMapping) -> CertificateFacts:
    """As HeldCertificate.facts has them, of a row that may be damaged."""
    until, point = _at(row["not_after_utc"] or ""), row["point"] or b""
    return (bytes(row["issuer"]), bytes(row["serial"]), row["kind"].encode(), until.encode(), bytes(point))


def _at(text: str) -> str:
    """An instant as format_at writes it, when it is stored as writing.instant wrote it; else as it stands."""
    return text[: -len("+00:00")] + "Z" if text.endswith("+00:00") else text
