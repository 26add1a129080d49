"""What all of a house's records need of one database: units of changes, and the whole store (honnin.adapters.database).

Everything that changes goes through `RecordWriter.write`: units of ledger events and changes to tables, in one
transaction together with the ledger's growth. A unit is there wholly or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from honnin.flows.audit_ports import AuditRows
from honnin.flows.deletion_ports import AddRequest, DecideRequest, RequestReader
from honnin.flows.ledger_check_ports import CheckRows, NoteHold, SetLedgerCheck
from honnin.flows.ledger_ports import Grow, LedgerEntry, LedgerHead, LedgerReader, SetTimestamp
from honnin.flows.number_ports import (
    AddNumber,
    KeepNumberUntil,
    NumberReader,
    PutGrant,
    ShredNumber,
    SpendGrant,
)
from honnin.flows.recheck_ports import AddRecheck, FinishCause, JobRows, NoteCause, RestoreCauses, SetCertificate
from honnin.flows.record_ports import (
    AddPart,
    AddRecord,
    CompleteRecord,
    EndContract,
    Hold,
    RecordReader,
    ReplaceKey,
    SetCompletion,
    ShredRecord,
)

Change = (
    AddRecord | AddPart | EndContract | Hold | ShredRecord | AddNumber | ShredNumber | AddRequest | DecideRequest
    | ReplaceKey | SetTimestamp | SetCertificate | AddRecheck | NoteCause | FinishCause | SetLedgerCheck | NoteHold
    | CompleteRecord | SetCompletion | PutGrant | SpendGrant | KeepNumberUntil | RestoreCauses
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


class RecordWriter(Protocol):
    """The only way to change anything."""

    def write(self, units: Sequence[Unit], grow: Grow) -> Sequence[Written]:
        """All units in one transaction; durable when this returns. On an error nothing of them is there.

        Raises StoreError: `store.exists`, `store.conflict`, `store.write`, `store.locked` (somebody else had the
        database for too long); `store.unknown` when the end of the transaction could not be seen (connection lost):
        then all of it may be there, or nothing.
        """
        ...

    def forget(self) -> None:
        """After shredding: what was deleted leaves the database's log and dead rows too, as far as the database
        allows. Raises nothing: it is tried, somebody may be reading just now, and the next time does it.
        """
        ...


class RecordStore(RecordWriter, RecordReader, RequestReader, NumberReader, LedgerReader, JobRows, CheckRows, Protocol):
    """Everything, as the adapter gives it."""

    def auditing(self, tenant: str) -> AbstractContextManager[AuditRows]:
        """All rows of a tenant at one moment. Raises StoreError `store.read`."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...
