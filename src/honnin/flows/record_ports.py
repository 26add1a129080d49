"""What sealed records need of a database: values that go in and out, and the ports (honnin.adapters.database).

Everything that changes goes through `RecordWriter.write`: units of ledger events and changes to tables, in one
transaction together with the ledger's growth. A unit is there wholly or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from honnin.flows.ledger_check_ports import CheckRows, NoteHold, SetLedgerCheck
from honnin.flows.number_ports import GrantReader, KeepNumberUntil, PutGrant, SpendGrant
from honnin.flows.recheck_ports import (
    AddRecheck,
    FinishCause,
    HeldCertificate,
    JobRows,
    NoteCause,
    RestoreCauses,
    SetCertificate,
)
from honnin.records.ledger.audit_house import StoredCause, StoredCheck
from honnin.records.ledger.audit_numbers import StoredNumber
from honnin.records.ledger.stored import StoredCheckpoint, StoredLeaf, StoredRecord
from honnin.records.ledger.tree import Frontier, Node
from honnin.records.wrapping import WrappedKey

__all__ = [
    "AddNumber",
    "AddPart",
    "AddRecord",
    "AddRequest",
    "AuditRows",
    "Change",
    "CheckpointRow",
    "CompleteRecord",
    "DecideRequest",
    "EndContract",
    "Grow",
    "Growth",
    "Hold",
    "KeyAt",
    "LeafRow",
    "LedgerEntry",
    "LedgerHead",
    "LedgerReader",
    "NumberRow",
    "RecordIndex",
    "RecordMeta",
    "RecordQuery",
    "RecordReader",
    "RecordState",
    "RecordStore",
    "RecordSummary",
    "RecordWriter",
    "ReplaceKey",
    "RequestRow",
    "RequestState",
    "SetTimestamp",
    "ShredNumber",
    "ShredRecord",
    "StoredPart",
    "Unit",
    "Written",
]


class RecordState(StrEnum):
    """Where a record is in its life."""

    SEALED = "sealed"
    DELETED = "deleted"  # shredded: the row of plain facts stays, its content cannot be had back


class RequestState(StrEnum):
    """What became of a request for deletion."""

    OPEN = "open"
    REFUSED = "refused"
    DONE = "done"
    TAKEN_UP = "taken_up"  # the retention job proposed it, and a person asks for it now by a request of his own


# --- rows ---


@dataclass(frozen=True, slots=True)
class RecordMeta:
    """The plain facts of a record that is to be sealed. Nothing here may tell who the person is.

    `tokens`: (kind, token) of the blind index. `certificates`: those that the record rests on. `retention_years` counts
    from the end of the contract.
    """

    record_id: str
    tenant: str
    sealed_at_utc: datetime
    law: str
    methods: tuple[str, ...]
    document: str
    simulated: bool
    staff: str
    retention_years: int
    contract_ended_on: date | None = None
    retention_until: date | None = None
    tokens: tuple[tuple[str, bytes], ...] = ()
    certificates: tuple[HeldCertificate, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """One line of a list of records. `parts`: 1 and the number of amendments."""

    record_id: str
    tenant: str
    sealed_at_utc: datetime
    law: str
    methods: tuple[str, ...]
    document: str
    simulated: bool
    staff: str
    state: RecordState
    parts: int
    retention_years: int
    contract_ended_on: date | None
    retention_until: date | None
    holds: int
    hold_reason: str
    deleted_at_utc: datetime | None


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """What a search asks; all given parts must match. `tokens`: (kind, token), each must be the record's."""

    record_id: str = ""
    tokens: tuple[tuple[str, bytes], ...] = ()
    law: str = ""
    staff: str = ""  # a pseudonym
    unsatisfied: bool = False  # a law was asked, and no method of it was satisfied
    state: RecordState | None = None
    sealed_from_utc: datetime | None = None
    sealed_before_utc: datetime | None = None
    retention_over_on: date | None = None  # retention_until before that day, no hold, not deleted
    after: str = ""  # a record id: only older ones (the next page)


@dataclass(frozen=True, slots=True)
class StoredPart:
    """The ciphertext of a part and its wrapped key; no key: it was shredded or is lost."""

    part: int
    ciphertext: bytes
    key: WrappedKey | None


@dataclass(frozen=True, slots=True)
class KeyAt:
    """Where a wrapped key stands: of a record's part, or of a number (`part` None, `record_id` its number id)."""

    tenant: str
    record_id: str
    part: int | None
    key: WrappedKey


@dataclass(frozen=True, slots=True)
class NumberRow:
    """An individual number as it is stored."""

    tenant: str
    number_id: str
    record_id: str
    purpose: str
    stored_at_utc: datetime
    retention_until: date | None
    ciphertext: bytes
    key: WrappedKey | None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request for deletion."""

    tenant: str
    request_id: str
    record_id: str
    requested_at_utc: datetime
    requested_by: str
    reason: str
    state: RequestState
    decided_at_utc: datetime | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class RecordIndex:
    """What a record is found by: (kind, token) of the blind index, and its certificates."""

    tokens: tuple[tuple[str, bytes], ...] = ()
    certificates: tuple[HeldCertificate, ...] = ()


# --- ledger ---


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """An event on its way into the ledger: its canonical octets, and what the plain columns repeat of it."""

    octets: bytes
    kind: str
    record_id: str
    at_utc: datetime


@dataclass(frozen=True, slots=True)
class LeafRow:
    """An event in the ledger, at place `index`."""

    index: int
    octets: bytes
    leaf_hash: bytes
    record_id: str
    kind: str
    at_utc: datetime


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """The end of a tenant's ledger: its tree, and the newest signed checkpoint ("" while it is empty)."""

    frontier: Frontier = field(default_factory=Frontier)
    checkpoint: str = ""


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A signed checkpoint and its time-stamp token (DER), if one was asked for. `at_utc`: of its last event (in rows of
    the first version: when it was signed).
    """

    size: int
    at_utc: datetime
    note: str
    timestamp: bytes | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """What appending does to a ledger: the new head, the leaves' hashes, all new nodes."""

    head: LedgerHead
    leaf_hashes: tuple[bytes, ...]
    nodes: tuple[Node, ...]


# (tenant, head, octets of the new leaves) -> what becomes of it. Called inside the transaction.
Grow = Callable[[str, LedgerHead, Sequence[bytes]], Growth]


# --- changes ---


@dataclass(frozen=True, slots=True)
class AddRecord:
    """A new record with its part 0. Refused (`store.exists`) when there is one of that id."""

    meta: RecordMeta
    ciphertext: bytes
    key: WrappedKey


@dataclass(frozen=True, slots=True)
class AddPart:
    """An amendment. Refused (`store.conflict`) unless the record is not deleted and has just `part` parts."""

    record_id: str
    part: int
    ciphertext: bytes
    key: WrappedKey
    tokens: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class CompleteRecord:
    """What the law said when it was asked again: the satisfied methods and how long the record is kept. Refused
    (`store.conflict`) for a deleted record.
    """

    record_id: str
    methods: tuple[str, ...]
    retention_years: int


@dataclass(frozen=True, slots=True)
class EndContract:
    """The end of the contract, and the day until which the record is kept. Both None: not ended after all."""

    record_id: str
    contract_ended_on: date | None
    retention_until: date | None


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold more (+1) or one less (-1). Refused (`store.conflict`) below 0 and for a deleted record."""

    record_id: str
    change: int
    reason: str


@dataclass(frozen=True, slots=True)
class ShredRecord:
    """Keys, ciphertexts, search tokens and certificates of the record are destroyed. Refused (`store.conflict`) when
    it is on hold or deleted already.
    """

    record_id: str
    at_utc: datetime


@dataclass(frozen=True, slots=True)
class AddNumber:
    """An individual number (番号法). Refused (`store.exists`) when there is one of that id."""

    number_id: str
    record_id: str
    purpose: str
    stored_at_utc: datetime
    ciphertext: bytes
    key: WrappedKey
    retention_until: date | None = None


@dataclass(frozen=True, slots=True)
class ShredNumber:
    """The number and its key are destroyed. Refused (`store.conflict`) when it is not there."""

    number_id: str


@dataclass(frozen=True, slots=True)
class AddRequest:
    """A request for deletion. Refused (`store.exists`) when there is one of that id."""

    request_id: str
    record_id: str
    requested_at_utc: datetime
    requested_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class DecideRequest:
    """The second person's decision. Refused (`store.conflict`) when the request is not open any more."""

    request_id: str
    state: RequestState
    decided_at_utc: datetime
    decided_by: str


@dataclass(frozen=True, slots=True)
class ReplaceKey:
    """Rotation: the same data key under another key. Refused (`store.conflict`) when `old` is not there any more.
    `part` None: of a number.
    """

    record_id: str
    part: int | None
    old: WrappedKey
    new: WrappedKey


@dataclass(frozen=True, slots=True)
class SetTimestamp:
    """The time-stamp token (DER) of a checkpoint. Refused (`store.conflict`) when there is one or no checkpoint."""

    size: int
    timestamp: bytes


Change = (
    AddRecord | AddPart | EndContract | Hold | ShredRecord | AddNumber | ShredNumber | AddRequest | DecideRequest
    | ReplaceKey | SetTimestamp | SetCertificate | AddRecheck | NoteCause | FinishCause | SetLedgerCheck | NoteHold
    | RestoreCauses | CompleteRecord | PutGrant | SpendGrant | KeepNumberUntil
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """Events and changes of one tenant that happen together or not at all."""

    tenant: str
    events: tuple[LedgerEntry, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """Where a unit's events stand in the ledger: the first one's index, and the head after the transaction."""

    first_index: int
    head: LedgerHead


# --- ports ---


class RecordWriter(Protocol):
    """The only way to change anything."""

    def write(self, units: Sequence[Unit], grow: Grow) -> Sequence[Written]:
        """All units in one transaction; durable when this returns. On an error nothing of them is there.

        Raises StoreError: `store.exists`, `store.conflict`, `store.write`; `store.unknown` when the end of the
        transaction could not be seen (connection lost): then all of it may be there, or nothing.
        """
        ...

    def forget(self) -> None:
        """After shredding: what was deleted leaves the database's log and dead rows too, as far as the database
        allows. Raises nothing: it is tried, somebody may be reading just now, and the next time does it.
        """
        ...


class RecordReader(Protocol):
    """Records. Raises StoreError `store.read`, and `store.damaged` for what cannot be understood."""

    def record(self, tenant: str, record_id: str) -> RecordSummary:
        """The plain facts. Raises StoreError `store.not_found`."""
        ...

    def records(self, tenant: str, query: RecordQuery, *, limit: int = 100) -> Sequence[RecordSummary]:
        """What matches, the latest first. Rows that cannot be understood are left out: one damaged record does not
        break a list (`honnin records audit` names it).
        """
        ...

    def part(self, tenant: str, record_id: str, part: int = 0) -> StoredPart:
        """One part with its key. Raises StoreError `store.not_found`, `store.deleted`."""
        ...

    def requests(
        self, tenant: str, *, state: RequestState | None = None, record_id: str = "", not_by: str = "",
        limit: int = 100,
    ) -> Sequence[RequestRow]:  # fmt: skip
        """Requests for deletion (of one record, if given; but those of `not_by`), the latest first."""
        ...

    def request(self, tenant: str, request_id: str) -> RequestRow:
        """That request for deletion, whatever became of it. Raises StoreError `store.not_found`."""
        ...

    def number(self, tenant: str, number_id: str) -> NumberRow:
        """Raises StoreError `store.not_found`."""
        ...

    def numbers(
        self, tenant: str, *, over_on: date | None = None, record_id: str = "", after: str = "", limit: int = 1000
    ) -> Sequence[NumberRow]:
        """Numbers without their ciphertext and key, in the order of their ids. `over_on`: those whose retention ended
        before that day; `record_id`: those of that record; `after`: those of ids behind it. Rows that cannot be
        understood are left out.
        """
        ...

    def keys_not_under(self, key_id: str, *, numbers: bool = False, limit: int = 1000) -> Sequence[KeyAt]:
        """Wrapped keys of all tenants that are wrapped with another key: what rotation has to do yet."""
        ...

    def index(self, tenant: str, record_id: str) -> RecordIndex:
        """What a record is found by now: search tokens and certificates."""
        ...


class LedgerReader(Protocol):
    """Ledgers, one a tenant. Raises StoreError `store.read`."""

    def tenants(self) -> Sequence[str]:
        """Those that have a ledger."""
        ...

    def head(self, tenant: str) -> LedgerHead:
        """The end of the ledger; size 0 when there is none."""
        ...

    def leaves(self, tenant: str, start: int = 0, stop: int | None = None) -> Iterator[LeafRow]:
        """Leaves from `start` to before `stop`, in order, without holding all of them."""
        ...

    def events_of(self, tenant: str, record_id: str) -> Sequence[LeafRow]:
        """All events of a record, in order."""
        ...

    def node(self, tenant: str, level: int, index: int) -> bytes:
        """The hash at a place of the tree; level 0 are the leaves. Raises StoreError `store.not_found`."""
        ...

    def nodes(self, tenant: str) -> Iterator[Node]:
        """All stored nodes of level 1 and above, for audits."""
        ...

    def checkpoints(self, tenant: str, *, newest: int | None = None) -> Sequence[CheckpointRow]:
        """All checkpoints, or only so many of the newest; the smallest first."""
        ...


class AuditRows(Protocol):
    """A tenant's rows at one moment as they are, also those that cannot be understood (records.ledger.audit)."""

    def head(self) -> Frontier | None:
        """The end of the ledger; None when it cannot be understood."""
        ...

    def leaves(self) -> Iterator[StoredLeaf]:
        """All entries, ascending."""
        ...

    def node(self, level: int, index: int) -> bytes | None:
        """An inner node, or None."""
        ...

    def nodes(self) -> Iterator[tuple[int, int]]:
        """The places of all stored inner nodes."""
        ...

    def checkpoints(self) -> Iterator[StoredCheckpoint]:
        """All checkpoints, the smallest first."""
        ...

    def head_note(self) -> str:
        """The checkpoint in the head of the ledger, "" for none."""
        ...

    def has_record(self, record_id: str) -> bool:
        """Whether there is a row, understood or not."""
        ...

    def records(self) -> Iterator[StoredRecord]:
        """All records, and whatever has parts or keys without being one."""
        ...

    def events_of(self, record_id: str) -> Iterator[bytes]:
        """The octets of a record's events, in order."""
        ...

    def numbers(self) -> Iterator[StoredNumber]:
        """All individual numbers that are there, that have a key or a grant, or that the ledger says were stored."""
        ...

    def granted_at(self) -> str:
        """When somebody was last allowed to see a number, as format_at writes it; "" for never."""
        ...

    def stamps(self) -> Iterator[tuple[int, str]]:
        """The sizes of all checkpoints with a time-stamp, and the SHA-256 of the token in hex."""
        ...

    def check(self) -> StoredCheck | None:
        """The outcome of the last audit."""
        ...

    def causes(self) -> Iterator[StoredCause]:
        """All reasons to re-check all records."""
        ...


class RecordStore(RecordWriter, RecordReader, LedgerReader, JobRows, CheckRows, GrantReader, Protocol):
    """Everything, as the adapter gives it."""

    def auditing(self, tenant: str) -> AbstractContextManager[AuditRows]:
        """All rows of a tenant at one moment. Raises StoreError `store.read`."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


