"""A small house with sealed records, all in dictionaries that a test can tamper with."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from honnin.core.errors import DataError
from honnin.core.secret import Secret
from honnin.records.ledger import tree
from honnin.records.ledger.audit import (
    LedgerStore,
    RecordStoreView,
    StoredCheckpoint,
    StoredLeaf,
    StoredPart,
    StoredRecord,
    audit,
)
from honnin.records.ledger.checkpoint import Checkpoint, sign_checkpoint
from honnin.records.ledger.event import CIPHERTEXT_SHA256, Event, Kind, commitment, encode_event, format_at
from honnin.records.ledger.note import NoteSigner
from honnin.records.ledger.stored import OpenedPart

SIGNER = NoteSigner("honnin.example", Secret(bytes(range(32))))
START = datetime(2026, 11, 25, tzinfo=UTC)


def stored(note):
    """As in a store, with the size that the note says."""
    lines = note.split("\n")
    return StoredCheckpoint(int(lines[1]) if len(lines) > 1 and lines[1].isdigit() else 0, "2026-11-25T00:00:00.000000+00:00", note)


class House:
    tenant = "shop-1"
    origin = "honnin.example/shop-1"

    def __init__(self, records=4):
        self.frontier = tree.Frontier()
        self.leaves = {}
        self.nodes = {}
        self.checkpoints = []
        self.rows = {}
        self.contents = {}
        for number in range(records):
            self.seal(f"rec-{number}")

    def event(self, kind, record_id, *, sign=True, **more):
        at = START + timedelta(seconds=self.frontier.size)
        self.enter(Event(kind, self.tenant, record_id, at, "staff-1", **more), sign=sign)

    def enter(self, event, *, sign=True):
        octets = encode_event(event)
        hashed = tree.leaf_hash(octets)
        size = self.frontier.size
        self.leaves[size] = StoredLeaf(size, octets, hashed, event.record_id, event.kind.value, format_at(event.at))
        self.frontier, new = tree.append(self.frontier, hashed)
        self.nodes |= {(level, index): octets for level, index, octets in new if level}
        if sign:
            self.sign()

    def sign(self):
        point = Checkpoint(self.origin, self.frontier.size, tree.root(self.frontier))
        self.checkpoints.append(sign_checkpoint(point, SIGNER))

    def seal(self, record_id, kind=Kind.SEALED, *, sign=True):
        row = self.rows.get(record_id, StoredRecord(record_id, False, ()))
        part = len(row.parts)
        ciphertext = hashlib.sha256(f"{record_id}/{part}".encode()).digest()
        promise = commitment(hashlib.sha256(ciphertext).digest(), ciphertext)
        self.contents[record_id, part] = promise
        self.rows[record_id] = replace(row, parts=(*row.parts, StoredPart(part, ciphertext, True)))
        self.event(kind, record_id, commitment=promise, detail={CIPHERTEXT_SHA256: ciphertext.hex()}, sign=sign)

    def delete(self, record_id):
        self.rows[record_id] = StoredRecord(record_id, True, ())
        self.event(Kind.DELETED, record_id)

    def audit(self, **more):
        def opened(record_id, part):
            found = self.contents[record_id, part]
            if found is None:
                raise DataError("vault.damaged", "x")
            return OpenedPart(found, bytes(32))

        return audit(
            LedgerStore(**({
                "tenant": self.tenant,
                "origin": self.origin,
                "head": self.frontier,
                "leaves": iter([self.leaves[at] for at in sorted(self.leaves)]),
                "node": lambda level, index: self.nodes.get((level, index)),
                "nodes": iter(sorted(self.nodes)),
                "checkpoints": map(stored, self.checkpoints),
                "has_record": lambda record_id: record_id in self.rows,
            } | more)),
            RecordStoreView(
                iter(self.rows.values()),
                lambda record_id: [each.octets for _, each in sorted(self.leaves.items()) if each.record_id == record_id],
                opened,
            ),
            SIGNER.key,
        )  # fmt: skip

    def rebuild(self, events):
        """Everything that does not need the signing key, made again: what a thief of the database can do."""
        checkpoints = self.checkpoints
        self.frontier, self.leaves, self.nodes = tree.Frontier(), {}, {}
        for event in events:
            self.enter(event, sign=False)
        self.checkpoints = checkpoints
