"""Records, keys and an auditor for tests of the store. Everybody in them is made up."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from honnin.core.clock import system_random
from honnin.core.secret import Secret
from honnin.flows.recheck_ports import HeldCertificate
from honnin.flows.record_ports import RecordMeta, RecordQuery
from honnin.flows.sealing import Sealer, ledger_origin, open_part
from honnin.records.content import RecordContent, digest, salt_of
from honnin.records.ledger.checkpoint import open_checkpoint
from honnin.records.ledger.event import CIPHERTEXT_SHA256, Kind, commitment, decode_event
from honnin.records.ledger.note import NoteSigner
from honnin.records.ledger.tree import Frontier, extend, leaf_hash, root
from honnin.records.visit_record import Completion
from honnin.records.wrapping import Purpose, key_id, key_missing, unwrap_with, wrap_with

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
TENANT = "house"
NAME = "本人見本 MIHON TAROU"


class Keys:
    """Key-encryption keys in memory, the newest last; the same for the same seed in every process."""

    def __init__(self, seed: str = "a", *older: str) -> None:
        self._keys = {}
        for each in (*older, seed):
            key = Secret(hashlib.sha256(f"test key {each}".encode()).digest())
            self.current_key_id = key_id(Purpose.RECORDS, key)
            self._keys[self.current_key_id] = key

    def wrap(self, data_key, *, context):
        key = self._keys[self.current_key_id]
        return wrap_with(key, data_key, purpose=Purpose.RECORDS, context=context, random=system_random)

    def unwrap(self, wrapped, *, context):
        if wrapped.key_id not in self._keys:
            raise key_missing(wrapped.key_id)
        return unwrap_with(self._keys[wrapped.key_id], wrapped, context=context)


SIGNER = NoteSigner("ledger.example", Secret(bytes(range(32))))


def make_sealer(store, **limits) -> Sealer:
    return Sealer(store, Keys(), SIGNER, clock=lambda: NOW, random=system_random, **limits)


def content(number: int = 1, size: int = 100) -> RecordContent:
    """Content of which the number tells every octet."""
    octets = hashlib.shake_128(str(number).encode()).digest(size)
    return RecordContent({"kiroku.json": f"{NAME} {number}".encode(), "reading.zip": octets})


def meta(number: int = 1, *, tenant: str = TENANT, **changes) -> RecordMeta:
    values = {
        "record_id": record_id(number), "tenant": tenant, "sealed_at_utc": NOW + timedelta(seconds=number),
        "law": "hanshuho", "methods": ("HO_6_1_1_HE", "HO_6_1_1_WO"), "document": "mynumber", "simulated": True,
        "staff": "staff-1", "retention_years": 7, "completion": Completion.CHECKED,
        "tokens": (("name", b"N" * 32), ("name_birth", hashlib.sha256(str(number).encode()).digest())),
        "certificates": (HeldCertificate(b"I" * 20, number.to_bytes(4, "big")),),
    }  # fmt: skip
    return RecordMeta(**{**values, **changes})


def record_id(number: int) -> str:
    return f"01ARZ3NDEKTSV4RR{number:010d}"


def all_records(store, tenant: str = TENANT) -> list:
    found, after = [], ""
    while page := store.records(tenant, RecordQuery(after=after), limit=1000):
        found += page
        after = min(each.record_id for each in page)
    return found


def audit(store, tenant: str = TENANT) -> set[str]:
    """Everything there is about a tenant, made again from its parts. Returns the ids of records that open."""
    head = store.head(tenant)
    leaves = list(store.leaves(tenant))
    assert [leaf.index for leaf in leaves] == list(range(head.frontier.size)), "a gap"
    for leaf in leaves:
        event = decode_event(leaf.octets)
        assert (event.tenant, event.record_id, str(event.kind), event.at) == (
            tenant, leaf.record_id, leaf.kind, leaf.at_utc,
        )  # fmt: skip
        assert leaf_hash(leaf.octets) == leaf.leaf_hash
    frontier, nodes = extend(Frontier(), [leaf.leaf_hash for leaf in leaves])
    assert frontier == head.frontier
    assert sorted(node for node in nodes if node[0]) == list(store.nodes(tenant))
    if head.frontier.size:
        newest = open_checkpoint(head.checkpoint, SIGNER.key, origin=ledger_origin(SIGNER.key.name, tenant))
        assert (newest.size, newest.root) == (frontier.size, root(frontier))
    sizes = []
    for row in store.checkpoints(tenant):
        checkpoint = open_checkpoint(row.note, SIGNER.key)
        assert checkpoint.size == row.size
        early, _ = extend(Frontier(), [leaf.leaf_hash for leaf in leaves[: row.size]])
        assert root(early) == checkpoint.root
        sizes.append(row.size)
    assert sizes == sorted(set(sizes))
    assert sizes[-1:] == ([frontier.size] if frontier.size else [])
    return _open_all(store, tenant, leaves)


def _open_all(store, tenant, leaves) -> set[str]:
    deleted = {leaf.record_id for leaf in leaves if leaf.kind == Kind.DELETED}
    opened = set()
    of_sealed = [decode_event(leaf.octets) for leaf in leaves if leaf.kind in {Kind.SEALED, Kind.AMENDED}]
    assert len({(event.record_id, event.detail["part"]) for event in of_sealed}) == len(of_sealed)
    for event in of_sealed:
        if event.record_id in deleted:
            continue
        part = int(event.detail["part"])
        stored = store.part(tenant, event.record_id, part)
        assert hashlib.sha256(stored.ciphertext).hexdigest() == event.detail[CIPHERTEXT_SHA256]
        found = open_part(store, Keys(), tenant=tenant, record_id=event.record_id, part=part)
        assert commitment(salt_of(found), digest(found)) == event.commitment
        opened.add(event.record_id)
    rows = {row.record_id for row in all_records(store, tenant)}
    assert rows == opened | deleted, "a record without its event, or an event without its record"
    return opened
