"""What sealed records need of a database: rows, changes, and reading them (honnin.adapters.database)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from honnin.flows.recheck_ports import HeldCertificate
from honnin.records.visit_record import Completion
from honnin.records.wrapping import WrappedKey


class RecordState(StrEnum):
    """Where a record is in its life."""

    SEALED = "sealed"
    DELETED = "deleted"  # shredded: the row of plain facts stays, its content cannot be had back


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
    completion: Completion | None = None


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """One line of a list of records. `parts`: 1 and the number of amendments; `completion`: None when the row does not
    say (records of earlier versions).
    """

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
    completion: Completion | None = None


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """What a search asks; all given parts must match. `tokens`: (kind, token), each must be the record's."""

    record_id: str = ""
    tokens: tuple[tuple[str, bytes], ...] = ()
    law: str = ""
    staff: str = ""  # a pseudonym
    unsatisfied: bool = False  # a law was asked, and no method of it was satisfied
    unfinished: bool = False  # kept, and not known to be finished
    no_completion: bool = False  # the row does not say whether it is finished
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
class RecordIndex:
    """What a record is found by: (kind, token) of the blind index, and its certificates."""

    tokens: tuple[tuple[str, bytes], ...] = ()
    certificates: tuple[HeldCertificate, ...] = ()


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
    """What the law said when it was asked again: the satisfied methods, how long the record is kept, and whether it is
    finished. Refused (`store.conflict`) for a deleted record.
    """

    record_id: str
    methods: tuple[str, ...]
    retention_years: int
    completion: Completion


@dataclass(frozen=True, slots=True)
class SetCompletion:
    """Whether a record of an earlier version is finished. Refused (`store.conflict`) when its row says so already, and
    for a deleted record.
    """

    record_id: str
    completion: Completion


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
    it is on hold or deleted already, or kept for another time than `kept_by`: the retention years and the end of the
    contract by which its deletion was decided (None: not looked at).
    """

    record_id: str
    at_utc: datetime
    kept_by: tuple[int, date | None] | None = None


@dataclass(frozen=True, slots=True)
class ReplaceKey:
    """Rotation: the same data key under another key. Refused (`store.conflict`) when `old` is not there any more.
    `part` None: of a number.
    """

    record_id: str
    part: int | None
    old: WrappedKey
    new: WrappedKey


# --- reading ---


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

    def keys_not_under(self, key_id: str, *, numbers: bool = False, limit: int = 1000) -> Sequence[KeyAt]:
        """Wrapped keys of all tenants that are wrapped with another key: what rotation has to do yet."""
        ...

    def index(self, tenant: str, record_id: str) -> RecordIndex:
        """What a record is found by now: search tokens and certificates."""
        ...
