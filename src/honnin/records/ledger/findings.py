"""What an audit tells: codes that are stable, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_FINDINGS = 1000


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
    ROW_ALTERED = "row_altered"  # the plain facts beside a record are not those that were sealed or entered since
    INDEX_ALTERED = "index_altered"  # its search tokens or certificates are not those that were sealed
    REQUEST_ALTERED = "request_altered"  # a request for deletion is not as it was entered
    CHECKPOINT_MISSING = "checkpoint_missing"  # the newest one is only in the head
    CHECKPOINT_COLUMNS = "checkpoint_columns"  # the columns beside a checkpoint say something else
    TIMESTAMP_WRONG = "timestamp_wrong"  # the time-stamp of a checkpoint is not one over it, or not there any more
    # Individual numbers (records.ledger.audit_numbers); `record_id` of the finding is the number's id.
    NUMBER_MISSING = "number_missing"  # stored and not deleted, but there is no such row
    NUMBER_ALTERED = "number_altered"  # row or ciphertext is not what was stored; the detail names the column
    NUMBER_UNSEALED = "number_unsealed"  # a number that was never entered as stored
    NUMBER_KEY_MISSING = "number_key_missing"
    NUMBER_KEY_UNREADABLE = "number_key_unreadable"  # its key does not open: damaged, or that of another number
    NUMBER_NOT_DELETED = "number_not_deleted"  # a deletion was entered, but row or key is still there
    NUMBER_GRANT_ALTERED = "number_grant_altered"  # that somebody may see a number is not as it was entered
    # The house's own rows (records.ledger.audit_house).
    CHECK_ALTERED = "check_altered"  # the outcome of the last audit, or the stop, is not as it was entered
    CAUSE_ALTERED = "cause_altered"  # the list of reasons to re-check all records is not as it was entered
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


class EnoughError(Exception):
    """MAX_FINDINGS are told; never leaves the audit."""


class Findings:
    """What is told, at most MAX_FINDINGS."""

    def __init__(self) -> None:
        self.all: list[AuditFinding] = []

    def add(
        self, code: AuditCode, sequence: int | None = None, *, last: int | None = None, record_id: str = "",
        detail: str = "",
    ) -> None:  # fmt: skip
        """One more. Raises EnoughError."""
        if len(self.all) >= MAX_FINDINGS:
            raise EnoughError
        self.all.append(AuditFinding(code, sequence, sequence if last is None else last, record_id, detail))
