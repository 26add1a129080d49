"""Making the evidence bundle of a sealed record (records.bundle; docs/formats/evidence-bundle.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from honnin.core.clock import Clock
from honnin.core.errors import StoreError
from honnin.facts import Reading
from honnin.flows.bundle import bundle_of_record, time_stamped
from honnin.flows.documents import HouseTrust
from honnin.flows.ports import TimeStamper
from honnin.flows.record_ports import LeafRow, RecordState, RecordStore, SetTimestamp
from honnin.flows.sealing import PART, Sealer, open_part
from honnin.records.bundle import make_bundle
from honnin.records.ledger.event import COMMITTED, Event, Kind, decode_event
from honnin.records.ledger.note import NoteKey
from honnin.records.wrapping import KeyWrapper


def export_record(
    store: RecordStore, sealer: Sealer, wrapper: KeyWrapper, key: NoteKey, *, tenant: str, record_id: str, staff: str,
    clock: Clock, software: Mapping[str, str], trust_of: Callable[[Reading], HouseTrust],
    stamper: TimeStamper | None = None,
) -> bytes:  # fmt: skip
    """The octets of the bundle. That it was handed out stands in the ledger first. `staff`: a pseudonym.

    `trust_of`: what the house trusts for a reading; what its Report rests on goes into the bundle. `stamper`: the
    checkpoint gets a time-stamp, and keeps it. Raises StoreError `store.not_found`, `store.deleted`, `vault.…`,
    DataError `vault.…`, `bundle.…`, TrustError, those of the stamper.
    """
    row = store.record(tenant, record_id)
    if row.state is not RecordState.SEALED:
        raise StoreError("store.deleted", "the record was deleted")
    now = clock()
    sealer.append_events([Event(Kind.EXPORTED, tenant, record_id, now, staff, None, {})])
    head = store.head(tenant)
    contents = [
        (open_part(store, wrapper, tenant=tenant, record_id=record_id, part=part), leaf.octets, leaf.index)
        for part, leaf in sorted(_committed(store.events_of(tenant, record_id)).items())
    ]
    bundle = bundle_of_record(
        record_id=record_id, tenant=tenant, contents=contents, checkpoint=head.checkpoint, key=key,
        node=lambda level, at: store.node(tenant, level, at), trust_of=trust_of, made_at=now, software=software,
        timestamp=_timestamp(store, tenant, head.frontier.size),
    )  # fmt: skip
    if stamper is not None and bundle.timestamp is None:
        bundle = time_stamped(bundle, stamper)
        if bundle.timestamp is not None:
            sealer.change(tenant, [SetTimestamp(bundle.size, bundle.timestamp)])
    return make_bundle(bundle)


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
