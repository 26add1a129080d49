"""What an audit needs of a database: rows as they are (records.ledger.audit; honnin.adapters.database.auditing)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from honnin.records.ledger.audit_house import StoredCause, StoredCheck
from honnin.records.ledger.audit_numbers import StoredNumber
from honnin.records.ledger.stored import StoredCheckpoint, StoredLeaf, StoredRecord
from honnin.records.ledger.tree import Frontier


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

    def record(self, record_id: str) -> StoredRecord:
        """One record, or what is there of it."""
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

    def check(self) -> StoredCheck | None:
        """The outcome of the last audit."""
        ...

    def causes(self) -> Iterator[StoredCause]:
        """All reasons to re-check all records."""
        ...

    def stamps(self) -> Iterator[tuple[int, str]]:
        """The sizes of all checkpoints with a time-stamp, and the SHA-256 of the token in hex."""
        ...
