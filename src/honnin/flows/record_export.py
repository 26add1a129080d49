"""Making the evidence bundle of a sealed record (records.bundle; docs/formats/evidence-bundle.md), and telling from
one that does not leave the house what of the record can be proved to whom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from honnin.core.clock import Clock
from honnin.core.errors import StoreError
from honnin.facts import Audience, Reading, Report
from honnin.flows.bundle import bundle_of_record, remake_decision, time_stamped
from honnin.flows.documents import HouseTrust, check_reading
from honnin.flows.ledger_ports import LeafRow
from honnin.flows.ports import TimeStamper
from honnin.flows.record_ports import RecordState
from honnin.flows.sealing import PART, Sealer, open_part
from honnin.flows.store_ports import RecordStore
from honnin.flows.timestamp_run import keep_stamp
from honnin.records.bundle import Bundle, make_bundle
from honnin.records.bundle_complete import statement_detail
from honnin.records.bundle_statements import Statement, Title, statements
from honnin.records.bundle_verify import verify_bundle
from honnin.records.deletion_proof import DeletionProof, ProvedEntry, make_proof
from honnin.records.ledger.checkpoint import open_checkpoint
from honnin.records.ledger.event import COMMITTED, Event, Kind, decode_event, encode_event
from honnin.records.ledger.note import NoteKey
from honnin.records.ledger.tree import inclusion_proof
from honnin.records.retention import DeletionCertificate
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
    as_of = store.head(tenant).frontier.size
    leaves = _committed(store.events_of(tenant, record_id), before=as_of)
    said = statement_detail(as_of, sorted(each.index for each in leaves.values()))
    event = Event(Kind.EXPORTED, tenant, record_id, now, staff, None, said)
    entered = sealer.append_events([event])
    bundle = _bundle(
        store, wrapper, key, tenant=tenant, record_id=record_id, at=now, software=software, trust_of=trust_of,
        leaves=leaves, stated=(encode_event(event), entered.leaf_index, entered.checkpoint),
    )  # fmt: skip
    if stamper is not None and bundle.timestamp is None:
        bundle = time_stamped(bundle, stamper)
        if bundle.timestamp is not None:
            keep_stamp(sealer, tenant, bundle.size, bundle.timestamp, actor=staff, at=clock())
    return make_bundle(bundle)


def proof_of_record(
    store: RecordStore, wrapper: KeyWrapper, key: NoteKey, *, tenant: str, record_id: str, at: datetime,
    trust_of: Callable[[Reading], HouseTrust], title: Title,
) -> Mapping[Audience, tuple[Statement, ...]]:  # fmt: skip
    """What its bundle proves to whom, as a stranger with the same anchors and the ledger's key would find. Nothing
    leaves the house, and nothing is entered. Raises as `export_record`.
    """
    leaves = _committed(store.events_of(tenant, record_id), before=store.head(tenant).frontier.size)
    bundle = _bundle(
        store, wrapper, key, tenant=tenant, record_id=record_id, at=at, software={}, trust_of=None, leaves=leaves
    )

    def report(reading: Reading, bundle: Bundle) -> Report:
        del bundle  # it has no anchors of its own here
        return check_reading(reading, trust_of(reading), reading.read_at_utc)

    verdict = verify_bundle(bundle, key=key, remake_report=report, remake_decision=remake_decision)
    own = None if verdict.reading is None else report(verdict.reading, bundle)
    return statements(verdict, own, title)


def proof_of_deletion(store: RecordStore, key: NoteKey, certificate: DeletionCertificate) -> bytes:
    """The file with which anybody can check a deletion without us (records.deletion_proof).

    Raises StoreError `store.not_found`, `store.damaged`; DataError `ledger.…`.
    """
    tenant = certificate.tenant_id
    head = store.head(tenant)
    size = open_checkpoint(head.checkpoint, key).size

    def entry(kind: Kind) -> ProvedEntry:
        leaf = next((each for each in store.events_of(tenant, certificate.record_id) if each.kind == kind), None)
        if leaf is None:
            raise StoreError("store.damaged", "the record is not in the ledger", str(kind))
        path = inclusion_proof(leaf.index, size, lambda level, at: store.node(tenant, level, at))
        return ProvedEntry(leaf.octets, leaf.index, path)

    proof = DeletionProof(certificate, entry(Kind.SEALED), entry(Kind.DELETED), size, head.checkpoint, key.vkey)
    return make_proof(proof)


def _bundle(
    store: RecordStore, wrapper: KeyWrapper, key: NoteKey, *, tenant: str, record_id: str, at: datetime,
    software: Mapping[str, str], trust_of: Callable[[Reading], HouseTrust] | None, leaves: Mapping[int, LeafRow],
    stated: tuple[bytes, int, str] | None = None,
) -> Bundle:  # fmt: skip
    contents = [
        (open_part(store, wrapper, tenant=tenant, record_id=record_id, part=part), leaf.octets, leaf.index)
        for part, leaf in sorted(leaves.items())
    ]
    newest = store.head(tenant).checkpoint if stated is None else stated[2]
    after, size = max(each.index for each in leaves.values()), open_checkpoint(newest, key).size
    checkpoint, timestamp = _stamped(store, tenant, after=after, until=size) or (newest, None)
    return bundle_of_record(
        record_id=record_id, tenant=tenant, contents=contents, checkpoint=checkpoint, key=key,
        node=lambda level, at: store.node(tenant, level, at), trust_of=trust_of, made_at=at, software=software,
        timestamp=timestamp, stated=stated,
    )  # fmt: skip


def _committed(events: Iterable[LeafRow], *, before: int) -> dict[int, LeafRow]:
    """By the number of the part; those among the first `before` entries, so that nothing comes between."""
    found: dict[int, LeafRow] = {}
    for leaf in events:
        if leaf.index >= before:
            continue
        event = decode_event(leaf.octets)
        if event.kind in COMMITTED:
            found[int(event.detail[PART])] = leaf
    if not found:
        raise StoreError("store.damaged", "the record is not in the ledger", "sealed")
    return found


def _stamped(store: RecordStore, tenant: str, *, after: int, until: int) -> tuple[str, bytes] | None:
    """The newest time-stamped checkpoint of a ledger that has entry `after` and at most `until` entries."""
    for each in store.stamped(tenant, limit=8):
        if after < each.size <= until and each.timestamp is not None:
            return each.note, each.timestamp
    return None
