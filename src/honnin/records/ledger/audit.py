"""The audit: does what is stored still say what was signed? It names every row that does not (design §7).

Two walks, both streaming: over the ledger (each entry against its hash, each node against its children, the roots
against the head and every signed checkpoint) and over the records (each content against its sealed event and the other
way round, deletions against their events). Memory does not grow with the number of rows; at most MAX_FINDINGS are told.

What only somebody outside can see is that the whole ledger was replaced by another one, signed with the stolen key: a
checkpoint or a time-stamp kept elsewhere shows that. Give such checkpoints to the audit together with the stored ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import merge

from honnin.core.errors import DataError, HonninError
from honnin.records.ledger.checkpoint import Checkpoint, open_checkpoint
from honnin.records.ledger.event import CIPHERTEXT_SHA256, COMMITTED, Event, Kind, decode_event, format_at
from honnin.records.ledger.note import NoteKey
from honnin.records.ledger.tree import HASH_LENGTH, MAX_SIZE, Frontier, leaf_hash, node_hash, root

MAX_FINDINGS = 1000
MAX_GAP = 100_000  # missing entries in a row that are still bridged by their nodes
MAX_EVENTS = 100_000  # of one record


class AuditCode(StrEnum):
    """What is wrong. The values are stable."""

    ENTRY_ALTERED = "entry_altered"  # does not fit its hash
    ENTRY_UNREADABLE = "entry_unreadable"  # is no event, or of another tenant
    ENTRY_COLUMNS = "entry_columns"  # the columns beside it say something else
    ENTRY_MISSING = "entry_missing"
    ENTRY_MISPLACED = "entry_misplaced"  # a place that was already taken
    ENTRY_ADDED = "entry_added"  # beyond the end that the ledger says it has
    NODE_ALTERED = "node_altered"  # does not fit the two below it: an entry under it, or it, was changed
    NODE_MISSING = "node_missing"
    NODE_ADDED = "node_added"
    HEAD_ALTERED = "head_altered"
    CHECKPOINT_UNREADABLE = "checkpoint_unreadable"  # not a checkpoint of this ledger signed with its key
    CHECKPOINT_BEYOND = "checkpoint_beyond"  # signed when the ledger had more entries than now
    CHECKPOINT_MISMATCH = "checkpoint_mismatch"  # an entry before it was changed after it was signed
    RECORD_MISSING = "record_missing"  # sealed, but there is no such record
    RECORD_DAMAGED = "record_damaged"  # its row cannot be understood
    RECORD_UNSEALED = "record_unsealed"  # a record, or part of one, that was never sealed
    SEALED_TWICE = "sealed_twice"
    PART_MISSING = "part_missing"
    CONTENT_ALTERED = "content_altered"  # another ciphertext than the one that was sealed
    CONTENT_UNREADABLE = "content_unreadable"  # its key is there, but it cannot be opened
    COMMITMENT_MISMATCH = "commitment_mismatch"  # opens, but is not what was sealed
    KEY_MISSING = "key_missing"
    NOT_DELETED = "not_deleted"  # a deletion was entered, but content or key is still there
    DELETED_WITHOUT_EVENT = "deleted_without_event"
    CHANGED_AFTER_DELETION = "changed_after_deletion"
    # Individual numbers (records.ledger.audit_numbers); `record_id` of the finding is the number's id.
    NUMBER_MISSING = "number_missing"  # stored and not deleted, but there is no such row
    NUMBER_ALTERED = "number_altered"  # row or ciphertext is not what was stored; the detail names the column
    NUMBER_UNSEALED = "number_unsealed"  # a number that was never entered as stored
    NUMBER_KEY_MISSING = "number_key_missing"
    NUMBER_KEY_UNREADABLE = "number_key_unreadable"  # its key does not open: damaged, or that of another number
    NUMBER_NOT_DELETED = "number_not_deleted"  # a deletion was entered, but row or key is still there
    TRUNCATED = "truncated"  # there is more, not told


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One thing that is wrong: in the entries `sequence` to `last` (the same for one entry), or of a record.

    `record_id` is "" where it is not known. `detail` is for experts and holds no personal data.
    """

    code: AuditCode
    sequence: int | None = None
    last: int | None = None
    record_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    """An entry as it is stored, with what the columns beside it say (`at` as format_at writes it)."""

    sequence: int
    octets: bytes
    leaf_hash: bytes
    record_id: str
    kind: str
    at: str


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One content of a record (0: as sealed, then each amendment): SHA-256 of its ciphertext, None when it is gone."""

    part: int
    ciphertext_sha256: bytes | None
    has_key: bool


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record's row and its parts in order. `damaged`: the row cannot be understood, or parts stand without one."""

    record_id: str
    deleted: bool
    parts: tuple[StoredPart, ...]
    damaged: bool = False


# (level >= 1, index) -> hash, or None when there is none. For each level the indices asked for ascend.
StoredNodes = Callable[[int, int], bytes | None]


@dataclass(frozen=True, slots=True)
class LedgerStore:
    """What the audit reads of one tenant's ledger, all of it from one state of the data. `head` None: it cannot be
    understood. `leaves` ascending; `nodes` all places that are stored (may be empty: then added nodes are not looked
    for); `checkpoints` as notes, the smallest first; `kept_elsewhere`: likewise, those that somebody outside brings.
    """

    tenant: str
    origin: str
    head: Frontier | None
    leaves: Iterable[StoredLeaf]
    node: StoredNodes
    nodes: Iterable[tuple[int, int]]
    checkpoints: Iterable[str]
    has_record: Callable[[str], bool]
    kept_elsewhere: Iterable[str] = ()


@dataclass(frozen=True, slots=True)
class RecordStoreView:
    """What the audit reads of the records: all of them, the octets of each one's events in order, and optionally the
    commitment that the decrypted content of a part gives (raises the errors of honnin.records.vault).
    """

    records: Iterable[StoredRecord]
    events_of: Callable[[str], Iterable[bytes]]
    commitment_of: Callable[[str, int], bytes] | None = None


def audit(ledger: LedgerStore, records: RecordStoreView, key: NoteKey) -> tuple[AuditFinding, ...]:
    """Everything that is wrong; empty when all is as it was sealed and signed."""
    findings = _Findings()
    try:
        _LedgerWalk(ledger, key, findings).run()
        for record in records.records:
            _audit_record(record, records, findings)
    except _EnoughError:
        findings.all.append(AuditFinding(AuditCode.TRUNCATED))
    return tuple(findings.all)


class _EnoughError(Exception):
    pass


class _Findings:
    def __init__(self) -> None:
        self.all: list[AuditFinding] = []

    def add(
        self, code: AuditCode, sequence: int | None = None, *, last: int | None = None, record_id: str = "",
        detail: str = "",
    ) -> None:  # fmt: skip
        if len(self.all) >= MAX_FINDINGS:
            raise _EnoughError
        self.all.append(AuditFinding(code, sequence, sequence if last is None else last, record_id, detail))


class _LedgerWalk:
    """From the first entry to the last. Where a stored hash is wrong it is told once and then taken as it stands, so
    that one altered row does not accuse all that follow.
    """

    def __init__(self, store: LedgerStore, key: NoteKey, findings: _Findings) -> None:
        self._store = store
        self._findings = findings
        self._size = 0
        self._peaks: list[bytes] = []
        opened = (self._opened(notes, key) for notes in (store.checkpoints, store.kept_elsewhere))
        self._checkpoints = merge(*opened, key=lambda point: point.size)
        self._next: Checkpoint | None = None
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

    def _check_entry(self, leaf: StoredLeaf) -> None:
        add = self._findings.add
        event = _decoded(leaf.octets)
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

    def _opened(self, notes: Iterable[str], key: NoteKey) -> Iterator[Checkpoint]:
        for number, note in enumerate(notes):
            try:
                yield open_checkpoint(note, key, origin=self._store.origin)
            except HonninError as error:
                self._findings.add(AuditCode.CHECKPOINT_UNREADABLE, detail=f"{number}: {error.code}")

    def _compare_checkpoints(self) -> None:
        """All checkpoints of the size reached, and any that stand too late in the stream to be compared."""
        while self._next is not None and self._next.size <= self._size:
            point = self._next
            fits = point.size == self._size and b"" not in self._peaks and point.root == self._root()
            if fits:
                self._proved = max(self._proved, point.size)
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
            self._findings.add(
                AuditCode.CHECKPOINT_BEYOND, self._size, last=self._next.size - 1, detail=f"size {self._next.size}"
            )
            self._next = next(self._checkpoints, None)

    def _root(self) -> bytes:
        return root(Frontier(self._size, tuple(self._peaks)))


def _audit_record(record: StoredRecord, store: RecordStoreView, findings: _Findings) -> None:
    record_id = record.record_id
    if record.damaged:
        findings.add(AuditCode.RECORD_DAMAGED, record_id=record_id)
    sealed: list[Event] = []
    deleted = False
    for number, octets in enumerate(store.events_of(record_id)):
        event = _decoded(octets)
        if number >= MAX_EVENTS:
            findings.add(AuditCode.TRUNCATED, record_id=record_id)
            break
        if event is None or event.record_id != record_id:
            continue  # told by the walk over the ledger
        if event.kind in COMMITTED:
            if deleted:
                findings.add(AuditCode.CHANGED_AFTER_DELETION, record_id=record_id)
            if (event.kind is Kind.SEALED) == bool(sealed):
                code = AuditCode.SEALED_TWICE if sealed else AuditCode.RECORD_UNSEALED
                findings.add(code, record_id=record_id)
            sealed.append(event)
        deleted = deleted or event.kind is Kind.DELETED
    if not sealed:
        findings.add(AuditCode.RECORD_UNSEALED, record_id=record_id)
    if deleted or record.deleted:
        if not deleted:
            findings.add(AuditCode.DELETED_WITHOUT_EVENT, record_id=record_id)
        if not record.deleted or any(each.has_key or each.ciphertext_sha256 is not None for each in record.parts):
            findings.add(AuditCode.NOT_DELETED, record_id=record_id)
        return
    parts = {each.part: each for each in record.parts}
    for number, event in enumerate(sealed):
        part = parts.pop(number, None)
        if part is None or part.ciphertext_sha256 is None:
            findings.add(AuditCode.PART_MISSING, record_id=record_id, detail=f"part {number}")
        else:
            _audit_part(record_id, part, event, store, findings)
    for number in sorted(parts):
        findings.add(AuditCode.RECORD_UNSEALED, record_id=record_id, detail=f"part {number}")


def _audit_part(record_id: str, part: StoredPart, event: Event, store: RecordStoreView, findings: _Findings) -> None:
    detail = f"part {part.part}"
    if part.ciphertext_sha256 is None or part.ciphertext_sha256.hex() != event.detail[CIPHERTEXT_SHA256]:
        findings.add(AuditCode.CONTENT_ALTERED, record_id=record_id, detail=detail)
    if not part.has_key:
        findings.add(AuditCode.KEY_MISSING, record_id=record_id, detail=detail)
    elif store.commitment_of is not None:
        try:
            found = store.commitment_of(record_id, part.part)
        except HonninError as error:
            findings.add(AuditCode.CONTENT_UNREADABLE, record_id=record_id, detail=f"{detail}: {error.code}")
        else:
            if found != event.commitment:
                findings.add(AuditCode.COMMITMENT_MISMATCH, record_id=record_id, detail=detail)


def _decoded(octets: bytes) -> Event | None:
    try:
        return decode_event(octets)
    except DataError:
        return None
