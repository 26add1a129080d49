"""The daily look at what no longer has to be kept: deletions are proposed, never done (design §7, 犯収法6条2項).

The records of a tenant are looked through in pages. Whatever is under a legal hold, asked for already, not over or
without an end of its contract is not proposed; held records whose time is over are counted, so that a hold that was
forgotten is seen. A proposal is for two people to decide (flows.record_keeping.propose_deletion). An individual number
whose last day has passed has to go without anybody's decision (番号法20条): flows.retention_run does both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from honnin.core.clock import japan_day
from honnin.core.errors import CallerError, StoreError

RETENTION_JOB = "job.retention"  # who proposes: not a person, so its proposals still need two of them
MAX_PROPOSALS = 10_000  # in one run; the rest comes the next day
PAGE = 500
_MAX_PAGES = 100_000


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """What the job has to know of a record. `retention_until`: the last day on which it must be there, None while its
    contract lives; `holds`: legal holds that were not released.
    """

    record_id: str
    law: str
    retention_until: date | None
    holds: int
    requested: bool = False  # a person's request for its deletion is open
    deleted: bool = False


class RetentionRows(Protocol):
    """Where the rows come from. Raises StoreError."""

    def retention_rows(self, tenant: str, /, *, over_on: date, after: str, limit: int) -> Sequence[RetentionRow]:
        """At most `limit` rows in the order of their ids, of ids behind `after`. It may leave out those that must be
        kept on `over_on`, and no others.
        """
        ...


@dataclass(frozen=True, slots=True)
class Proposal:
    """A record that may be deleted from `deletable_from` on."""

    record_id: str
    law: str
    kept_until: date
    deletable_from: date


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """`held`: records whose time is over and that a hold keeps. `more`: there are more than one run proposes."""

    tenant: str
    on: date
    proposals: tuple[Proposal, ...]
    held: tuple[str, ...]
    more: bool


def japanese_day(at: datetime) -> date:
    """The day in Japan at the instant `at`. Raises CallerError `retention.time` for a time without a zone."""
    if at.tzinfo is None:
        raise CallerError("retention.time", "a time without a zone is not an instant")
    return japan_day(at)


def proposals_among(rows: Iterable[RetentionRow], on: date) -> tuple[list[Proposal], list[str]]:
    """(what may be deleted on the day `on`, the ids that a hold keeps though their time is over)."""
    proposals: list[Proposal] = []
    held: list[str] = []
    for row in rows:
        if row.deleted or row.retention_until is None or row.retention_until >= on:
            continue
        if row.holds != 0:  # also when the count makes no sense
            held.append(row.record_id)
        elif not row.requested:
            following = row.retention_until + timedelta(days=1)
            proposals.append(Proposal(row.record_id, row.law, row.retention_until, following))
    return proposals, held


def propose_deletions(source: RetentionRows, tenant: str, *, at: datetime) -> RetentionReport:
    """What of a tenant may be deleted on the day in Japan at the instant `at` (aware).

    Raises CallerError `retention.time`, StoreError, also `retention.order` when the rows do not come in their order.
    """
    on = japanese_day(at)
    proposals: list[Proposal] = []
    held: list[str] = []
    after = ""
    for _ in range(_MAX_PAGES):
        rows = source.retention_rows(tenant, over_on=on, after=after, limit=PAGE)
        for row in rows:
            if row.record_id <= after:
                raise StoreError("retention.order", "the records did not come in the order of their ids")
            after = row.record_id
        due, kept = proposals_among(rows, on)
        proposals += due
        held += kept
        if len(proposals) > MAX_PROPOSALS or len(rows) < PAGE:
            break
    more = len(proposals) > MAX_PROPOSALS
    return RetentionReport(tenant, on, tuple(proposals[:MAX_PROPOSALS]), tuple(held), more)
