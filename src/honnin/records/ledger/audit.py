"""The audit: does what is stored still say what was signed? It names every row that does not (design §7).

Two walks, both streaming: over the ledger (each entry against its hash, each node against its children, the roots
against the head and every signed checkpoint) and over the records (each content against its sealed event and the other
way round, deletions against their events). Memory does not grow with the number of rows; at most MAX_FINDINGS are told.

What only somebody outside can see is that the whole ledger was replaced by another one, signed with the stolen key: a
checkpoint or a time-stamp kept elsewhere shows that. Give such checkpoints to the audit together with the stored ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from heapq import merge

from honnin.core.errors import HonninError
from honnin.records.ledger.checkpoint import Checkpoint, open_checkpoint
from honnin.records.ledger.event import COMMITTED, format_at
from honnin.records.ledger.findings import MAX_FINDINGS, AuditCode, AuditFinding, EnoughError, Findings
from honnin.records.ledger.note import NoteKey
from honnin.records.ledger.record_walk import MAX_EVENTS, audit_record, decoded
from honnin.records.ledger.stored import (
    LedgerStore,
    RecordStoreView,
    StoredCheckpoint,
    StoredLeaf,
    StoredNodes,
    StoredPart,
    StoredRecord,
)
from honnin.records.ledger.tree import HASH_LENGTH, MAX_SIZE, Frontier, leaf_hash, node_hash, root
from honnin.trust.timestamp import verify_token

__all__ = [
    "MAX_EVENTS", "MAX_FINDINGS", "MAX_GAP", "AuditCode", "AuditFinding", "LedgerStore", "RecordStoreView",
    "StoredCheckpoint", "StoredLeaf", "StoredNodes", "StoredPart", "StoredRecord", "audit",
]  # fmt: skip

_SIGNED_AT = "+00:00"  # how the first version wrote when it signed; since then it is the time of the last entry, with Z
MAX_GAP = 100_000  # missing entries in a row that are still bridged by their nodes


def audit(ledger: LedgerStore, records: RecordStoreView, key: NoteKey) -> tuple[AuditFinding, ...]:
    """Everything that is wrong; empty when all is as it was sealed and signed."""
    findings = Findings()
    try:
        _LedgerWalk(ledger, key, findings).run()
        for record in records.records:
            audit_record(record, records, findings)
    except EnoughError:
        findings.all.append(AuditFinding(AuditCode.TRUNCATED))
    return tuple(findings.all)


class _LedgerWalk:
    """From the first entry to the last. Where a stored hash is wrong it is told once and then taken as it stands, so
    that one altered row does not accuse all that follow.
    """

    def __init__(self, store: LedgerStore, key: NoteKey, findings: Findings) -> None:
        self._store = store
        self._findings = findings
        self._size = 0
        self._peaks: list[bytes] = []
        self._last_at = ""  # of the entry before
        self._newest = 0  # size of the greatest stored checkpoint
        streams = (self._stored(store.checkpoints, key), self._opened(store.kept_elsewhere, key), self._of_head(key))
        self._checkpoints = merge(*streams, key=lambda each: each[0].size)
        self._next: tuple[Checkpoint, StoredCheckpoint | None] | None = None
        self._proved = 0  # size of the last checkpoint that fitted
        self._misfits = 0

    def run(self) -> None:
        store, add = self._store, self._findings.add
        if store.head is None:
            add(AuditCode.HEAD_ALTERED, detail="unreadable")
        end = MAX_SIZE if store.head is None else store.head.size
        self._next = next(self._checkpoints, None)
        self._compare_checkpoints()
        for leaf in store.leaves:
            if leaf.sequence < self._size:
                add(AuditCode.ENTRY_MISPLACED, leaf.sequence, record_id=leaf.record_id)
                continue
            if leaf.sequence >= end:
                add(AuditCode.ENTRY_ADDED, leaf.sequence, record_id=leaf.record_id)
                self._check_entry(leaf)
                continue
            if leaf.sequence > self._size and not self._bridge(leaf.sequence):
                return
            self._check_entry(leaf)
            self._last_at = leaf.at
            self._grow(leaf.leaf_hash if len(leaf.leaf_hash) == HASH_LENGTH else leaf_hash(leaf.octets))
        if store.head is None:
            end = self._size
        elif self._size < end and not self._bridge(end):
            return
        elif tuple(self._peaks) != store.head.peaks:
            add(AuditCode.HEAD_ALTERED)
        for level, index in store.nodes:
            if level < 1 or index < 0 or (index + 1) << min(level, 64) > end:
                add(AuditCode.NODE_ADDED, detail=f"{level}/{index}")
        self._finish_checkpoints()
        if store.head_note and store.head is not None and self._newest != store.head.size:
            add(AuditCode.CHECKPOINT_MISSING, detail=f"size {store.head.size}")

    def _check_entry(self, leaf: StoredLeaf) -> None:
        add = self._findings.add
        event = decoded(leaf.octets)
        record_id = leaf.record_id if event is None else event.record_id
        if leaf_hash(leaf.octets) != leaf.leaf_hash:
            add(AuditCode.ENTRY_ALTERED, leaf.sequence, record_id=record_id)
        if event is None or event.tenant != self._store.tenant:
            add(AuditCode.ENTRY_UNREADABLE, leaf.sequence, record_id=record_id)
            return
        if (event.record_id, event.kind.value, format_at(event.at)) != (leaf.record_id, leaf.kind, leaf.at):
            add(AuditCode.ENTRY_COLUMNS, leaf.sequence, record_id=record_id)
        if event.kind in COMMITTED and not self._store.has_record(event.record_id):
            add(AuditCode.RECORD_MISSING, leaf.sequence, record_id=record_id)

    def _bridge(self, sequence: int) -> bool:
        """Over missing entries, by the nodes above them; False when there are too many to go on."""
        self._findings.add(AuditCode.ENTRY_MISSING, self._size, last=sequence - 1)
        if sequence - self._size > MAX_GAP:
            self._findings.add(AuditCode.TRUNCATED)
            return False
        while self._size < sequence:
            self._grow(None)
        return True

    def _grow(self, leaf: bytes | None) -> None:
        """One entry more. `leaf` None: its hash is lost; a stored node above it stands in for what is unknown."""
        level, index, current = 0, self._size, leaf
        while index & 1:
            left = self._peaks.pop()
            level, index = level + 1, index >> 1
            stored = self._store.node(level, index)
            if stored is not None and len(stored) != HASH_LENGTH:
                stored = None
            known = b"" not in {left, current or b""}
            computed = node_hash(left, current) if known and current is not None else None
            first, last = index << level, ((index + 1) << level) - 1
            if stored is None:
                self._findings.add(AuditCode.NODE_MISSING, first, last=last, detail=f"{level}/{index}")
                current = computed
            else:
                if computed is not None and stored != computed:
                    self._findings.add(AuditCode.NODE_ALTERED, first, last=last, detail=f"{level}/{index}")
                current = stored
        self._peaks.append(current or b"")
        self._size += 1
        self._compare_checkpoints()

    def _opened(self, notes: Iterable[str], key: NoteKey) -> Iterator[tuple[Checkpoint, None]]:
        for number, note in enumerate(notes):
            point = self._open(note, key, f"{number}")
            if point is not None:
                yield point, None

    def _stored(
        self, rows: Iterable[StoredCheckpoint], key: NoteKey
    ) -> Iterator[tuple[Checkpoint, StoredCheckpoint]]:
        """Those of the store; the columns beside the note are looked at as well."""
        for row in rows:
            point = self._open(row.note, key, f"size {row.size}")
            if point is None:
                continue
            if point.size != row.size:
                self._findings.add(AuditCode.CHECKPOINT_COLUMNS, detail=f"size {row.size}")
            self._newest = max(self._newest, point.size)
            if row.timestamp is not None:
                made = verify_token(row.timestamp, hashlib.sha256(row.note.encode()).digest(), ())
                if made.outcome != "no_anchor":  # whom to trust is not asked here: is it one over this checkpoint?
                    self._findings.add(AuditCode.TIMESTAMP_WRONG, detail=f"size {row.size}: {made.outcome}")
            yield point, row

    def _of_head(self, key: NoteKey) -> Iterator[tuple[Checkpoint, None]]:
        """The head's checkpoint is the newest of all."""
        note, head = self._store.head_note, self._store.head
        point = self._open(note, key, "head") if note else None
        if note == "" and head is not None and head.size:
            self._findings.add(AuditCode.HEAD_ALTERED, detail="checkpoint")
        if point is not None:
            if head is not None and point.size != head.size:
                self._findings.add(AuditCode.HEAD_ALTERED, detail="checkpoint")
            yield point, None

    def _open(self, note: str, key: NoteKey, which: str) -> Checkpoint | None:
        try:
            return open_checkpoint(note, key, origin=self._store.origin)
        except HonninError as error:
            self._findings.add(AuditCode.CHECKPOINT_UNREADABLE, detail=f"{which}: {error.code}")
            return None

    def _compare_checkpoints(self) -> None:
        """All checkpoints of the size reached, and any that stand too late in the stream to be compared."""
        while self._next is not None and self._next[0].size <= self._size:
            point, row = self._next
            fits = point.size == self._size and b"" not in self._peaks and point.root == self._root()
            if fits:
                self._proved = max(self._proved, point.size)
                if row is not None and not row.at.endswith(_SIGNED_AT) and row.at != self._last_at:
                    self._findings.add(AuditCode.CHECKPOINT_COLUMNS, detail=f"size {row.size}")
            else:
                self._misfits += 1
                if self._misfits == 1:  # all later ones misfit for the same reason
                    self._findings.add(
                        AuditCode.CHECKPOINT_MISMATCH,
                        self._proved,
                        last=max(self._proved, point.size - 1),
                        detail=f"size {point.size}",
                    )
            self._next = next(self._checkpoints, None)

    def _finish_checkpoints(self) -> None:
        while self._next is not None:
            size = self._next[0].size
            self._findings.add(AuditCode.CHECKPOINT_BEYOND, self._size, last=size - 1, detail=f"size {size}")
            self._next = next(self._checkpoints, None)

    def _root(self) -> bytes:
        return root(Frontier(self._size, tuple(self._peaks)))
