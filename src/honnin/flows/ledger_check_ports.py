"""What the state of a ledger and the notes of legal holds need of a database (honnin.adapters.database.check_rows).

When an audit finds that a ledger does not agree, that is written down, and from then on the database takes nothing new
into that house's records until somebody has said, by name and reason, that it may (flows.ledger_watch).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SetLedgerCheck:
    """The outcome of the last audit. `findings`, `accepted`: JSON lists (flows.ledger_watch); `stopped_at_utc`: since
    when nothing new is taken, None when it is.
    """

    checked_at_utc: datetime
    entries: int
    findings: str
    accepted: str
    stopped_at_utc: datetime | None


class HoldAct(StrEnum):
    """What was done about keeping a record: a legal hold, or that its deletion was refused."""

    PLACED = "placed"
    RELEASED = "released"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class NoteHold:
    """Why a hold was placed or released, or a deletion refused: words that the ledger cannot take, since nothing leaves
    it. They go with the record when it is deleted. Refused (`store.exists`) when there is one of that id.
    """

    record_id: str
    note_id: str
    at_utc: datetime
    act: HoldAct
    staff: str
    reason: str


@dataclass(frozen=True, slots=True)
class HoldNote:
    """One line of the history of holds. `staff`: a pseudonym."""

    at_utc: datetime
    act: HoldAct
    staff: str
    reason: str


@dataclass(frozen=True, slots=True)
class LedgerCheckRow:
    """See SetLedgerCheck."""

    checked_at_utc: datetime
    entries: int
    findings: str
    accepted: str
    stopped_at_utc: datetime | None


class CheckRows(Protocol):
    """Reading of both. Raises StoreError `store.read`, `store.damaged`."""

    def ledger_check(self, tenant: str, /) -> LedgerCheckRow | None:
        """The outcome of the last audit; None when there was none."""
        ...

    def check_with_entry(self, tenant: str, /) -> tuple[LedgerCheckRow | None, bytes | None]:
        """The outcome of the last audit, and the octets of the newest entry about one (event.OF_CHECKS), both of one
        moment; None for what is not there.
        """
        ...

    def hold_notes(self, tenant: str, record_id: str, /) -> Sequence[HoldNote]:
        """Why holds were placed and released, the oldest first."""
        ...
