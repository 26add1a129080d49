"""Making the evidence bundle of a sealed record (records.bundle; docs/formats/evidence-bundle.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from honnin.core.clock import Clock
from honnin.core.errors import StoreError
from honnin.flows.record_ports import LeafRow, RecordState, RecordStore
from honnin.flows.sealing import PART, Sealer, open_part
from honnin.records.bundle import Bundle, SealedContent, make_bundle
from honnin.records.ledger.event import COMMITTED, Event, Kind, decode_event
from honnin.records.ledger.note import NoteKey
from honnin.records.ledger.tree import inclusion_proof
from honnin.records.wrapping import KeyWrapper


def export_record(
    store: RecordStore, sealer: Sealer, wrapper: KeyWrapper, key: NoteKey, *, tenant: str, record_id: str, staff: str,
    clock: Clock, software: Mapping[str, str], trust: Mapping[str, bytes] | None = None,
) -> bytes:  # fmt: skip
    """The octets of the bundle. That it was handed out stands in the ledger first. `staff`: a pseudonym.

    Raises StoreError `store.not_found`, `store.deleted`, `vault.…`, DataError `vault.…`, `bundle.…`.
    """
    row = store.record(tenant, record_id)
    if row.state is not RecordState.SEALED:
        raise StoreError("store.deleted", "the record was deleted")
    now = clock()
    sealer.append_events([Event(Kind.EXPORTED, tenant, record_id, now, staff, None, {})])
    head = store.head(tenant)
    leaves = _committed(store.events_of(tenant, record_id))
    contents = tuple(
        SealedContent(
            content=open_part(store, wrapper, tenant=tenant, record_id=record_id, part=part),
            event=leaf.octets,
            index=leaf.index,
            proof=inclusion_proof(leaf.index, head.frontier.size, lambda level, at: store.node(tenant, level, at)),
        )
        for part, leaf in sorted(leaves.items())
    )
    return make_bundle(
        Bundle(
            record_id=record_id, tenant=tenant, made_at_utc=now, contents=contents, size=head.frontier.size,
            checkpoint=head.checkpoint, key=key.vkey, timestamp=_timestamp(store, tenant, head.frontier.size),
            trust=dict(trust or {}), software=dict(software),
        )
    )  # fmt: skip


def _committed(events: Iterable[LeafRow]) -> dict[int, LeafRow]:
    """By the number of the part."""
    found: dict[int, LeafRow] = {}
    for leaf in events:
        event = decode_event(leaf.octets)
        if event.kind in COMMITTED:
            found[int(event.detail[PART])] = leaf
    return found


def _timestamp(store: RecordStore, tenant: str, size: int) -> bytes | None:
    return next((each.timestamp for each in reversed(store.checkpoints(tenant)) if each.size == size), None)
