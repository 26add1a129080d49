"""Rows as an audit sees them: what is stored, whether it can be understood or not (honnin.records.ledger.audit)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from honnin.records.ledger.rows import CertificateFacts, RowFacts
from honnin.records.ledger.tree import Frontier


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
class StoredCheckpoint:
    """A signed checkpoint with the columns beside it. `at`: text as it stands there; `timestamp`: a token (DER)."""

    size: int
    at: str
    note: str
    timestamp: bytes | None = None


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One content of a record (0: as sealed, then each amendment): SHA-256 of its ciphertext, None when it is gone."""

    part: int
    ciphertext_sha256: bytes | None
    has_key: bool


@dataclass(frozen=True, slots=True)
class StoredRow:
    """The plain columns of a record, each as the text that it is stored as ("" for none); see rows.RowFacts."""

    facts: RowFacts
    parts: int
    contract_ended_on: str
    retention_until: str
    holds: int
    hold_reason: str
    deleted_at: str
    completion: str


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A request for deletion, as text."""

    request_id: str
    record_id: str
    requested_at: str
    requested_by: str
    reason: str
    state: str
    decided_at: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class StoredNote:
    """Why a hold was placed or released, as text. `act`: "placed" or "released"."""

    note_id: str
    at: str
    act: str
    staff: str
    reason: str


@dataclass(frozen=True, slots=True)
class StoredRecheck:
    """What became of a record that was verified again, as text; `detail` as JSON."""

    cause: str
    at: str
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record's row and its parts in order. `damaged`: the row cannot be understood, or parts stand without one.

    `row` None: its columns are not looked at. `tokens`: (kind, token) of the search index; `certificates`:
    rows.CertificateFacts; `states`: KIND:STATE of each.
    """

    record_id: str
    deleted: bool
    parts: tuple[StoredPart, ...]
    damaged: bool = False
    row: StoredRow | None = None
    tokens: tuple[tuple[str, bytes], ...] = ()
    certificates: tuple[CertificateFacts, ...] = ()
    requests: tuple[StoredRequest, ...] = ()
    notes: tuple[StoredNote, ...] = ()
    states: tuple[str, ...] = ()
    rechecks: tuple[StoredRecheck, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedPart:
    """What the decrypted content of a part gives: its commitment and its salt, 32 octets each."""

    commitment: bytes
    salt: bytes


# (level >= 1, index) -> hash, or None when there is none. For each level the indices asked for ascend.
StoredNodes = Callable[[int, int], bytes | None]


@dataclass(frozen=True, slots=True)
class LedgerStore:
    """What the audit reads of one tenant's ledger, all of it from one state of the data. `head` None: it cannot be
    understood. `leaves` ascending; `nodes` all places that are stored (may be empty: then added nodes are not looked
    for); `checkpoints` the smallest first; `head_note`: the checkpoint in the head, "" for none; `kept_elsewhere`:
    notes that somebody outside brings, the smallest first.
    """

    tenant: str
    origin: str
    head: Frontier | None
    leaves: Iterable[StoredLeaf]
    node: StoredNodes
    nodes: Iterable[tuple[int, int]]
    checkpoints: Iterable[StoredCheckpoint]
    has_record: Callable[[str], bool]
    kept_elsewhere: Iterable[str] = ()
    head_note: str | None = None  # None: not looked at


@dataclass(frozen=True, slots=True)
class RecordStoreView:
    """What the audit reads of the records: all of them, the octets of each one's events in order. Optionally `open`:
    what the decrypted content of a part gives (raises the errors of honnin.records.vault);
    `witness`: of a text (NoteSigner.witness).
    """

    records: Iterable[StoredRecord]
    events_of: Callable[[str], Iterable[bytes]]
    open: Callable[[str, int], OpenedPart] | None = None
    witness: Callable[[str], str] | None = None
