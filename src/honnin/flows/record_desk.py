"""What a person does with kept records, by name: the acts of records.html and their twins in the API and on a terminal.

Every method takes the name of who does it; in rows and ledger stands the pseudonym that belongs to it. What is seen is
entered before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from honnin.core.clock import Clock
from honnin.core.errors import CallerError, DataError
from honnin.facts import Audience
from honnin.flows.amending import Amending
from honnin.flows.deletion_ports import RequestRow
from honnin.flows.ledger_ports import CheckpointRow, LeafRow
from honnin.flows.ledger_watch import LedgerWatch
from honnin.flows.recheck_ports import RecheckOutcome, RecheckRow
from honnin.flows.record_keeping import RecordKeeping
from honnin.flows.record_meta import kakunin_of_visit
from honnin.flows.record_ports import RecordQuery, RecordSummary
from honnin.flows.sealed_visits import SealedVisits
from honnin.flows.sealing import Sealer
from honnin.flows.store_ports import RecordStore
from honnin.records.bundle_statements import Statement
from honnin.records.ledger.event import Event, Kind, decode_event
from honnin.records.retention import DeletionCertificate

ACCESS = frozenset({
    Kind.VIEWED, Kind.SEARCHED, Kind.EXPORTED, Kind.NUMBER_GRANTED, Kind.NUMBER_VIEWED, Kind.NUMBER_DELIVERED,
})  # fmt: skip
ACCESS_PAGE = 100
_ACCESS_SCAN = 2000  # entries that are looked through for one page
CHECKPOINTS = 50
MAX_RECHECKS = 200
UNFINISHED_PAGE = 100

# (record id, pseudonym of who takes it) -> the octets of the evidence bundle; entered in the ledger first
Export = Callable[[str, str], bytes]
# (record id) -> what can be proved to whom
Prove = Callable[[str], Mapping[Audience, tuple[Statement, ...]]]


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the ledger as a person reads it. `actor`: a pseudonym."""

    index: int
    kind: Kind
    at: datetime
    record_id: str
    actor: str
    detail: dict[str, str]


@dataclass(frozen=True, slots=True)
class AccessPage:
    """A page of the access log, the latest first. `before`: where the next page begins, None when there is none."""

    lines: tuple[Line, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class UnfinishedPage:
    """Unfinished records, the latest first. `after`: a record id where the next page begins, "" when there is none."""

    rows: tuple[RecordSummary, ...]
    after: str


@dataclass(frozen=True, slots=True)
class RecordDesk:
    """The desk of one house. `keeping` and `amending` may also be used with pseudonyms by commands."""

    store: RecordStore
    sealer: Sealer
    keeping: RecordKeeping
    amending: Amending
    watch: LedgerWatch
    visits: SealedVisits
    bundle: Export
    prove: Prove
    clock: Clock
    tenant: str

    # -- one record ---------------------------------------------------------------------------------------------

    def summary(self, record_id: str) -> RecordSummary:
        """The plain facts, also of a deleted record. Raises StoreError `store.not_found`."""
        return self.store.record(self.tenant, record_id)

    def history(self, record_id: str) -> tuple[Line, ...]:
        """All that happened to a record, the oldest first; entries that cannot be understood are for the audit."""
        return lines_of(self.keeping.history(record_id))

    def amend_words(self, record_id: str, text: str, *, staff: str, parts: int | None = None) -> int:
        """See Amending.add_words."""
        return self.amending.add_words(record_id, text, by=staff, actor=self.visits.actor(staff), parts=parts)

    def amend_value(
        self, record_id: str, item: str, value: str, reason: str, *, staff: str, parts: int | None = None
    ) -> int:
        """See Amending.add_values. Raises CallerError `records.item` for a record without a law."""
        record = kakunin_of_visit(self.visits.get(record_id))
        if record is None:
            raise CallerError("records.item", "this record has no items of a law")
        actor = self.visits.actor(staff)
        return self.amending.add_values(record, {item: value}, reason, by=staff, actor=actor, parts=parts)

    def end_contract(self, record_id: str, ended_on: date, *, staff: str) -> date | None:
        """See RecordKeeping.end_contract."""
        return self.keeping.end_contract(record_id, ended_on, staff=self.visits.actor(staff))

    def hold(self, record_id: str, reason: str, *, staff: str) -> None:
        """See RecordKeeping.hold."""
        self.keeping.hold(record_id, reason, staff=self.visits.actor(staff))

    def release(self, record_id: str, reason: str, *, staff: str) -> None:
        """See RecordKeeping.release."""
        self.keeping.release(record_id, reason, staff=self.visits.actor(staff))

    def request_deletion(self, record_id: str, reason: str, *, staff: str) -> str:
        """See RecordKeeping.request_deletion."""
        return self.keeping.request_deletion(record_id, reason, staff=self.visits.actor(staff))

    def approve_deletion(self, record_id: str, typed: str, *, staff: str) -> DeletionCertificate:
        """The second person approves, having typed the number of the record. It cannot be undone.

        Raises CallerError `records.number_typed`, those of RecordKeeping.approve_deletion; StoreError.
        """
        request = self._open_request(record_id)
        if "".join(typed.split()).upper() != record_id:
            raise CallerError("records.number_typed", "the number that was typed is not that of the record")
        return self.keeping.approve_deletion(request.request_id, staff=self.visits.actor(staff))

    def refuse_deletion(self, record_id: str, *, staff: str, reason: str = "") -> None:
        """Somebody refuses, also who asked. Raises CallerError `records.request`, StoreError."""
        request = self._open_request(record_id)
        self.keeping.refuse_deletion(request.request_id, staff=self.visits.actor(staff), reason=reason)

    def keep_on(self, record_id: str, reason: str, *, staff: str) -> None:
        """See RecordKeeping.keep_on."""
        self.keeping.keep_on(record_id, reason, staff=self.visits.actor(staff))

    def export(self, record_id: str, *, staff: str) -> bytes:
        """The evidence bundle (flows.record_export); that it was taken stands in the ledger first."""
        return self.bundle(record_id, self.visits.actor(staff))

    def proof(self, record_id: str) -> Mapping[Audience, tuple[Statement, ...]]:
        """What of the record can be proved to whom (flows.record_export.proof_of_record)."""
        return self.prove(record_id)

    # -- lists --------------------------------------------------------------------------------------------------

    def note_search(self, *, staff: str, found: int, how: str) -> None:
        """Enter that somebody saw a list with names. `how`: "page", "csv", "api". Never what was searched for."""
        detail = {"found": str(found), "as": how}
        event = Event(Kind.SEARCHED, self.tenant, "", self.clock(), self.visits.actor(staff), None, detail)
        self.sealer.append_events([event])

    def unfinished(self, *, after: str = "") -> UnfinishedPage:
        """The next 100 kept records that are older than the record `after` and not known to be finished. Nothing is
        opened for it.
        """
        query = RecordQuery(unfinished=True, after=after)
        rows = tuple(self.store.records(self.tenant, query, limit=UNFINISHED_PAGE + 1))
        shown = rows[:UNFINISHED_PAGE]
        return UnfinishedPage(shown, shown[-1].record_id if len(rows) > UNFINISHED_PAGE else "")

    def to_look_at(self) -> tuple[RecheckRow, ...]:
        """Re-checks that found less than was confirmed on the day, or could not be made, and that no amendment has
        dealt with; the latest first, at most 200.
        """
        outcomes = (RecheckOutcome.WORSE, RecheckOutcome.UNREADABLE)
        rows = self.store.rechecks(self.tenant, outcomes=outcomes, limit=MAX_RECHECKS)
        return tuple(each for each in rows if not each.settled)

    # -- the ledger ---------------------------------------------------------------------------------------------

    def access(self, *, before: int | None = None, record_id: str = "") -> AccessPage:
        """Who saw, searched or took what: a page of the log, older than entry `before`; of one record, all of it."""
        if record_id:
            lines = [each for each in self.history(record_id) if each.kind in ACCESS]
            return AccessPage(tuple(lines[::-1][:_ACCESS_SCAN]), None)
        end = self.store.head(self.tenant).frontier.size if before is None else before
        start = max(0, end - _ACCESS_SCAN)
        lines = [each for each in lines_of(list(self.store.leaves(self.tenant, start, end))) if each.kind in ACCESS]
        shown = tuple(lines[::-1][:ACCESS_PAGE])
        following = shown[-1].index if len(lines) > ACCESS_PAGE else start
        return AccessPage(shown, following if following > 0 else None)

    def checkpoints(self) -> tuple[CheckpointRow, ...]:
        """The newest signed checkpoints, the latest first."""
        return tuple(self.store.checkpoints(self.tenant, newest=CHECKPOINTS)[::-1])

    # -- inside -------------------------------------------------------------------------------------------------

    def _open_request(self, record_id: str) -> RequestRow:
        request = self.keeping.request_of(record_id)
        if request is None:
            raise CallerError("records.request", "there is no open request for deletion of that record")
        return request


def lines_of(leaves: Sequence[LeafRow]) -> tuple[Line, ...]:
    """Entries as people read them; those that cannot be understood are left out, they are for the audit."""
    found: list[Line] = []
    for leaf in leaves:
        try:
            event = decode_event(leaf.octets)
        except DataError:
            continue
        found.append(Line(leaf.index, event.kind, event.at, event.record_id, event.actor, dict(event.detail)))
    return tuple(found)
