"""What re-checks and the daily jobs need of a database: rows, changes, and the port (honnin.adapters.database)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from honnin.flows.retention_jobs import RetentionRow
from honnin.records.ledger.event import format_at
from honnin.records.ledger.rows import CertificateFacts
from honnin.records.recheck import Before

__all__ = [
    "AddRecheck", "CauseRow", "FinishCause", "HeldCertificate", "JobRows", "NoteCause", "RecheckOutcome", "RecheckRow",
    "RestoreCauses", "SetCertificate", "StampedCheckpoint",
]  # fmt: skip


class RecheckOutcome(StrEnum):
    """What a re-check of a record came to, compared with what was sealed (certificates: with what was known last)."""

    SAME = "same"
    BETTER = "better"  # something that could not be confirmed then can be now
    WORSE = "worse"  # something that was confirmed then cannot be now: people have to look
    UNREADABLE = "unreadable"  # the record could not be opened or checked


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate that a record rests on, kept beside it so that lists can be asked without opening the record.

    `issuer`: its AuthorityKeyIdentifier; `serial`: big endian, no leading zeros; `kind`: `sign`, `auth` (the holder's,
    JPKI) or `dsc` (the document signer of a passport); `state`: what was found last; `point`: the directory name (DER)
    of its distribution point, None when its issuer has one list for all.
    """

    issuer: bytes
    serial: bytes
    kind: str = "sign"
    state: Before = "undetermined"
    not_after: datetime | None = None
    point: bytes | None = None

    @property
    def facts(self) -> CertificateFacts:
        """What never changes of it, as the ledger promises it."""
        until = "" if self.not_after is None else format_at(self.not_after)
        return (self.issuer, self.serial, self.kind.encode(), until.encode(), self.point or b"")


# --- changes (flows.store_ports.Change) ---


@dataclass(frozen=True, slots=True)
class SetCertificate:
    """What a list said of a certificate. Refused (`store.conflict`) unless its state is still `before`."""

    record_id: str
    issuer: bytes
    serial: bytes
    before: Before
    now: Before


@dataclass(frozen=True, slots=True)
class AddRecheck:
    """A record was re-checked for that cause. Refused: `store.exists` when it was before, `store.conflict` when the
    record is deleted. `detail`: what changed, nothing personal.
    """

    record_id: str
    cause: str
    at_utc: datetime
    outcome: RecheckOutcome
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NoteCause:
    """A reason to re-check all records sealed before `noticed_at_utc`. Refused (`store.exists`) when it is known."""

    cause: str
    noticed_at_utc: datetime


@dataclass(frozen=True, slots=True)
class FinishCause:
    """All records were re-checked for it. Refused (`store.conflict`) when that was said before."""

    cause: str
    finished_at_utc: datetime


@dataclass(frozen=True, slots=True)
class RestoreCauses:
    """The reasons are made again from their entries in the ledger, as it is in this transaction
    (records.ledger.audit_house): what was put in, taken away or changed beside it is undone.
    """


# --- rows ---


@dataclass(frozen=True, slots=True)
class RecheckRow:
    """One re-check of one record. `settled`: the record was amended since, so somebody has dealt with it."""

    record_id: str
    cause: str
    at_utc: datetime
    outcome: RecheckOutcome
    detail: dict[str, str]
    settled: bool


@dataclass(frozen=True, slots=True)
class CauseRow:
    """A reason to re-check all records, e.g. `rules:…`, `anchors:…`."""

    cause: str
    noticed_at_utc: datetime
    finished_at_utc: datetime | None


@dataclass(frozen=True, slots=True)
class StampedCheckpoint:
    """A signed checkpoint (note) of a ledger of that size, and the RFC 3161 token (DER) over its SHA-256."""

    size: int
    note: str
    timestamp: bytes


class JobRows(Protocol):
    """Reading for jobs. Raises StoreError `store.read`, `store.damaged`."""

    def retention_rows(self, tenant: str, /, *, over_on: date, after: str, limit: int) -> Sequence[RetentionRow]:
        """See flows.retention_jobs.RetentionRows."""
        ...

    def certificates_of(self, tenant: str, issuer: bytes, /) -> Iterator[tuple[str, HeldCertificate]]:
        """(record id, certificate) of that issuer key, of records that are there."""
        ...

    def unchecked(self, tenant: str, cause: str, /, *, before: datetime, after: str, limit: int) -> Sequence[str]:
        """Ids, ascending and behind `after`, of sealed records from before that instant that were not re-checked for
        the cause.
        """
        ...

    def rechecks(
        self, tenant: str, /, *, outcomes: Sequence[RecheckOutcome] = (), record_id: str = "", limit: int = 100
    ) -> Sequence[RecheckRow]:
        """Re-checks with one of these outcomes (none given: all), the latest first."""
        ...

    def causes(self, tenant: str, /) -> Sequence[CauseRow]:
        """All reasons noticed so far, the latest first."""
        ...

    def stamped(self, tenant: str, /, *, limit: int = 100) -> Sequence[StampedCheckpoint]:
        """Checkpoints with a time-stamp, the latest first."""
        ...
