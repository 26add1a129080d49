"""The audit of a tenant's ledger and records as they are stored (records.ledger.audit over a RecordStore)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from honnin.core.errors import StoreError
from honnin.flows.record_ports import RecordQuery, RecordState, RecordStore, RecordSummary
from honnin.flows.sealing import ledger_origin, open_part
from honnin.records.content import digest, salt_of
from honnin.records.ledger.audit import (
    AuditCode,
    AuditFinding,
    LedgerStore,
    RecordStoreView,
    StoredLeaf,
    StoredPart,
    StoredRecord,
    audit,
)
from honnin.records.ledger.event import commitment
from honnin.records.ledger.note import NoteKey
from honnin.records.wrapping import KeyWrapper

_PAGE = 500


def audit_records(
    store: RecordStore, tenant: str, key: NoteKey, *, wrapper: KeyWrapper | None = None
) -> tuple[AuditFinding, ...]:
    """Everything that does not say any more what was sealed and signed; empty when all does.

    With `wrapper` every content is opened as well and compared with its commitment. Raises StoreError `store.read`.
    """
    damaged: dict[str, None] = {}

    def has_record(record_id: str) -> bool:
        try:
            store.record(tenant, record_id)
        except StoreError as error:
            if error.code == "store.damaged":
                damaged[record_id] = None
                return True
            if error.code == "store.not_found":
                return False
            raise
        return True

    def node(level: int, index: int) -> bytes | None:
        try:
            return store.node(tenant, level, index)
        except StoreError as error:
            if error.code in {"store.not_found", "store.damaged"}:
                return None
            raise

    def commitment_of(record_id: str, part: int) -> bytes:
        if wrapper is None:
            raise StoreError("vault.key_missing", "no keys were given", record_id)
        content = open_part(store, wrapper, tenant=tenant, record_id=record_id, part=part)
        return commitment(salt_of(content), digest(content))

    ledger = LedgerStore(
        tenant=tenant,
        origin=ledger_origin(key.name, tenant),
        head=store.head(tenant).frontier,
        leaves=(
            StoredLeaf(each.index, each.octets, each.leaf_hash, each.record_id, each.kind)
            for each in store.leaves(tenant)
        ),
        node=node,
        nodes=((level, index) for level, index, _ in store.nodes(tenant)),
        checkpoints=(each.note for each in store.checkpoints(tenant)),
        has_record=has_record,
    )
    view = RecordStoreView(
        records=_records(store, tenant),
        events_of=lambda record_id: (each.octets for each in store.events_of(tenant, record_id)),
        commitment_of=commitment_of if wrapper is not None else None,
    )
    found = audit(ledger, view, key)
    told = tuple(AuditFinding(AuditCode.RECORD_MISSING, record_id=each, detail="row damaged") for each in damaged)
    return (*found, *told)


def _records(store: RecordStore, tenant: str) -> Iterator[StoredRecord]:
    after = ""
    while True:
        page = store.records(tenant, RecordQuery(after=after), limit=_PAGE)
        for row in page:
            deleted = row.state is RecordState.DELETED
            yield StoredRecord(row.record_id, deleted, tuple(_parts(store, tenant, row)))
        if len(page) < _PAGE:
            return
        after = page[-1].record_id


def _parts(store: RecordStore, tenant: str, row: RecordSummary) -> Iterator[StoredPart]:
    for number in range(row.parts):
        try:
            stored = store.part(tenant, row.record_id, number)
        except StoreError as error:
            if error.code in {"store.not_found", "store.deleted", "store.damaged"}:
                yield StoredPart(number, None, has_key=False)
                continue
            raise
        yield StoredPart(number, hashlib.sha256(stored.ciphertext).digest(), has_key=stored.key is not None)
