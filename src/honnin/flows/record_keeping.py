"""What happens to a sealed record later: contract ended, held, deleted by two people (law.md §3.4, §7 14–15).

Every act is an event of the ledger and a change of the tables in one transaction. Nothing that was sealed is written
over; only deletion destroys, and it leaves a certificate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from honnin.core.clock import Clock, Random, japan_day
from honnin.core.errors import CallerError, StoreError
from honnin.core.ids import new_id
from honnin.flows.deletion_ports import AddRequest, DecideRequest, RequestRow, RequestState
from honnin.flows.ledger_check_ports import HoldAct, HoldNote, NoteHold
from honnin.flows.ledger_ports import LeafRow
from honnin.flows.number_keeping import deletions_of_record
from honnin.flows.record_ports import EndContract, Hold, RecordState, RecordSummary, ShredRecord
from honnin.flows.retention_jobs import RETENTION_JOB
from honnin.flows.sealing import Sealer
from honnin.flows.store_ports import Change, RecordStore
from honnin.records import retention
from honnin.records.ledger.event import Event, Kind, decode_event
from honnin.records.ledger.rows import CERTIFICATE_SHA256, NOTE, ON, REASON, REQUEST, TAKEN_UP, UNTIL
from honnin.records.retention import DeletionCertificate, Obligation

MAX_REASON = 500
MAX_REQUESTS = 1000
PROPOSAL = "保存期間が満了しました / the time of keeping is over"
_HOUSE = "house"  # kind of the duty of a record that no law asked for


@dataclass(frozen=True, slots=True)
class RecordKeeping:
    """The acts of one house. Staff are given as pseudonyms (flows.sealed_visits.SealedVisits.actor)."""

    store: RecordStore
    sealer: Sealer
    clock: Clock
    random: Random
    tenant: str

    def record(self, record_id: str) -> RecordSummary:
        """The plain facts. Raises StoreError `store.not_found`."""
        return self.store.record(self.tenant, record_id)

    def history(self, record_id: str) -> Sequence[LeafRow]:
        """All events of that record, the oldest first."""
        return self.store.events_of(self.tenant, record_id)

    def end_contract(self, record_id: str, ended_on: date, *, staff: str) -> date | None:
        """The contract ended on that day: the clock of retention starts. The last day on which the record is kept.

        Raises CallerError `records.day` for a day to come, StoreError `store.deleted`.
        """
        now = self.clock()
        if ended_on > japan_day(now):
            raise CallerError("records.day", "the contract cannot have ended on a day to come")
        row = self._alive(record_id)
        until = _duties(row, ended_on).until
        detail = {ON: ended_on.isoformat(), UNTIL: "" if until is None else until.isoformat()}
        self._append(Kind.CONTRACT_ENDED, record_id, staff, detail, [EndContract(record_id, ended_on, until)])
        return until

    def hold(self, record_id: str, reason: str, *, staff: str) -> None:
        """A legal hold: no deletion until it is released. Raises CallerError `records.reason`, StoreError."""
        words = _reason(reason, "records.reason")
        self._alive(record_id)
        note = self._note(record_id, HoldAct.PLACED, staff, words)
        detail = {NOTE: note.note_id, REASON: self.sealer.witness(words)}
        self._append(Kind.HELD, record_id, staff, detail, [Hold(record_id, 1, words), note], at=note.at_utc)

    def release(self, record_id: str, reason: str, *, staff: str) -> None:
        """One hold less. Raises CallerError `records.not_held`, `records.reason`, StoreError."""
        words = _reason(reason, "records.reason")
        if self._alive(record_id).holds < 1:
            raise CallerError("records.not_held", "this record is not on hold")
        note = self._note(record_id, HoldAct.RELEASED, staff, words)
        detail = {NOTE: note.note_id, REASON: self.sealer.witness(words)}
        self._append(Kind.RELEASED, record_id, staff, detail, [Hold(record_id, -1, ""), note], at=note.at_utc)

    def hold_notes(self, record_id: str) -> Sequence[HoldNote]:
        """Why it was held and released, the oldest first."""
        return self.store.hold_notes(self.tenant, record_id)

    def request_deletion(self, record_id: str, reason: str, *, staff: str) -> str:
        """The first of two people asks for deletion; the number of the request. What the retention job had proposed
        for the record is taken up by it.

        Raises CallerError `retention.…`, `records.reason`, `records.requested`, StoreError `store.deleted`.
        """
        words = _reason(reason, "records.reason")
        if self.request_of(record_id) is not None:
            raise CallerError("records.requested", "its deletion has been asked for already")
        now = self._deletable(record_id, words, staff)
        request_id = new_id(now, self.random)
        proposals = [each.request_id for each in self._open(record_id) if each.requested_by == RETENTION_JOB]
        taken: list[Change] = [DecideRequest(each, RequestState.TAKEN_UP, now, staff) for each in proposals]
        added = AddRequest(request_id, record_id, now, staff, words)
        detail = {REQUEST: request_id, REASON: self.sealer.witness(words)}
        detail |= {TAKEN_UP: " ".join(proposals)} if proposals else {}
        self._append(Kind.DELETION_REQUESTED, record_id, staff, detail, [*taken, added], at=now)
        return request_id

    def propose_deletion(self, record_id: str, kept_until: date) -> str | None:
        """The retention job proposes the deletion of a record whose time is over; two people decide. The number of the
        request; None when it was proposed before for that day, whatever became of it.

        Raises CallerError `retention.…`, StoreError `store.deleted`.
        """
        request_id = _proposal_id(self.tenant, record_id, kept_until)
        if self._known(request_id):
            return None
        now = self._deletable(record_id, PROPOSAL, RETENTION_JOB)
        added = AddRequest(request_id, record_id, now, RETENTION_JOB, PROPOSAL)
        detail = {
            REQUEST: request_id, REASON: self.sealer.witness(PROPOSAL), "kept_until": kept_until.isoformat(),
        }  # fmt: skip
        try:
            self._append(Kind.DELETION_REQUESTED, record_id, RETENTION_JOB, detail, [added], at=now)
        except StoreError as error:
            if error.code in {"store.exists", "store.conflict"}:  # also when somebody asks for it just now
                return None
            raise
        return request_id

    def refuse_deletion(self, request_id: str, *, staff: str, reason: str = "") -> None:
        """A second person refuses, or the first takes it back. Why stands beside the ledger and goes with the record; a
        proposal of the retention job is refused with a reason only, for the record is kept longer than its law asks.

        Raises CallerError `records.request`, `records.reason`, StoreError.
        """
        request = self._request(request_id)
        detail, changes = {REQUEST: request_id}, list[Change]()
        now = self.clock()
        if reason.strip() or request.requested_by == RETENTION_JOB:
            words = _reason(reason, "records.reason")
            note = self._note(request.record_id, HoldAct.KEPT, staff, words, at=now)
            detail |= {NOTE: note.note_id, REASON: self.sealer.witness(words)}
            changes.append(note)
        decided = DecideRequest(request_id, RequestState.REFUSED, now, staff)
        self._append(Kind.DELETION_REFUSED, request.record_id, staff, detail, [*changes, decided], at=now)

    def keep_on(self, record_id: str, reason: str, *, staff: str) -> None:
        """Somebody decides, by name and reason, that a record whose time is over is not deleted: what the retention job
        proposed for its last day, or would propose, is refused and not proposed again.

        Raises CallerError `records.kept_on` (decided before), `records.requested` (a person asked for it), those of
        propose_deletion and refuse_deletion.
        """
        _reason(reason, "records.reason")
        if self.request_of(record_id) is not None:
            raise CallerError("records.requested", "its deletion has been asked for already")
        proposal = self.proposal_of(record_id)
        until = _retention(self._alive(record_id)).until
        if proposal is None and until is not None:
            self.propose_deletion(record_id, until)
            proposal = self.proposal_of(record_id)
        if proposal is None:
            raise CallerError("records.kept_on", "its deletion is not proposed, or was refused before")
        self.refuse_deletion(proposal.request_id, staff=staff, reason=reason)

    def refusal_of(self, record_id: str, kept_until: date) -> RequestRow | None:
        """The refused proposal to delete that record after that last day; None while nobody has refused it."""
        found = self._known(_proposal_id(self.tenant, record_id, kept_until))
        return found if found is not None and found.state is RequestState.REFUSED else None

    def approve_deletion(self, request_id: str, *, staff: str) -> DeletionCertificate:
        """A second person approves: keys, content and search tokens are destroyed. Returns the certificate.

        Raises CallerError `records.request`, `retention.same_person`, `retention.proposed` (nobody has asked for it by
        name yet), `retention.held` … ; StoreError, also `ledger.record_differs` when the record's rows are not what its
        ledger says, and `store.conflict` when a hold or another end of the contract came in between.
        """
        request = self._request(request_id)
        if request.requested_by == RETENTION_JOB:
            raise CallerError("retention.proposed", "a person has to ask for the deletion first, another one approves")
        self.sealer.must_agree(self.tenant, request.record_id)  # what decides is what the ledger says, not only a row
        row = self._alive(request.record_id)
        now = self.clock()
        kept = _retention(row)
        asked = retention.Deletion(request.record_id, request.reason, request.requested_at_utc, request.requested_by)
        approved = retention.approve(
            asked, retention=kept, holds=_holds(row, now), by=staff, at=now, on=japan_day(now)
        )
        stored = self.store.part(self.tenant, request.record_id)
        certificate = retention.make_certificate(
            approved, tenant_id=self.tenant, law=row.law, retention=kept, deleted_at=now,
            key_id=stored.key.key_id if stored.key is not None else "", commitment=self._commitment(row.record_id),
        )
        changes: list[Change] = [
            ShredRecord(row.record_id, now, (row.retention_years, row.contract_ended_on)),
            DecideRequest(request_id, RequestState.DONE, now, staff),
        ]
        detail = {
            REQUEST: request_id, "requested_by": request.requested_by, "key_id": certificate.key_id,
            CERTIFICATE_SHA256: _digest(certificate),
        }  # fmt: skip
        event = Event(Kind.DELETED, self.tenant, row.record_id, now, staff, None, detail)
        # An individual number never outlives the record that says for what it was received.
        of_numbers, shred = deletions_of_record(self.store, self.tenant, row.record_id, staff=staff, at=now)
        self.sealer.append_events([event, *of_numbers], [*changes, *shred])
        return certificate

    def certificate(self, record_id: str) -> DeletionCertificate:
        """The certificate of a record that was deleted, made again from what is left; the ledger holds its digest.

        Raises CallerError `records.not_deleted`, StoreError `store.not_found`, `store.damaged` when what is left is not
        what was certified.
        """
        row = self.record(record_id)
        event = next((each for each in map(_decoded, self.history(record_id)) if each.kind is Kind.DELETED), None)
        if row.state is not RecordState.DELETED or event is None:
            raise CallerError("records.not_deleted", "this record was not deleted")
        request = self.store.request(self.tenant, event.detail.get("request", ""))
        kept = _retention(row)
        asked = retention.Deletion(
            record_id, request.reason, request.requested_at_utc, request.requested_by, event.at, event.actor
        )
        certificate = retention.make_certificate(
            asked, tenant_id=self.tenant, law=row.law, retention=kept, deleted_at=event.at,
            key_id=event.detail.get("key_id", ""), commitment=self._commitment(record_id),
        )  # fmt: skip
        if _digest(certificate) != event.detail.get(CERTIFICATE_SHA256, _digest(certificate)):
            raise StoreError("store.damaged", "what is left of the record is not what was certified", "certificate")
        return certificate

    def request_of(self, record_id: str) -> RequestRow | None:
        """The open request to delete that record that a person made, if there is one."""
        return next((each for each in self._open(record_id) if each.requested_by != RETENTION_JOB), None)

    def proposal_of(self, record_id: str) -> RequestRow | None:
        """What the retention job proposed for that record and nobody has taken up or refused."""
        return next((each for each in self._open(record_id) if each.requested_by == RETENTION_JOB), None)

    def requests(self) -> Sequence[RequestRow]:
        """Open requests for deletion by persons; what the retention job proposed is not asked for yet."""
        return self.store.requests(
            self.tenant, state=RequestState.OPEN, limit=MAX_REQUESTS, not_by=RETENTION_JOB
        )

    # -- inside -------------------------------------------------------------------------------------------------

    def _open(self, record_id: str) -> Sequence[RequestRow]:
        return self.store.requests(self.tenant, state=RequestState.OPEN, record_id=record_id)

    def _deletable(self, record_id: str, reason: str, by: str) -> datetime:
        """The time now, if the record may be deleted now."""
        row = self._alive(record_id)
        now = self.clock()
        retention.request_deletion(
            record_id, retention=_retention(row), holds=_holds(row, now), reason=reason, by=by, at=now,
            on=japan_day(now),
        )
        return now

    def _alive(self, record_id: str) -> RecordSummary:
        row = self.store.record(self.tenant, record_id)
        if row.state is not RecordState.SEALED:
            raise StoreError("store.deleted", "the record was deleted")
        return row

    def _known(self, request_id: str) -> RequestRow | None:
        try:
            return self.store.request(self.tenant, request_id)
        except StoreError as error:
            if error.code != "store.not_found":
                raise
            return None

    def _request(self, request_id: str) -> RequestRow:
        found = self._known(request_id)
        if found is None or found.state is not RequestState.OPEN:
            raise CallerError("records.request", "there is no open request for deletion of that number")
        return found

    def _note(
        self, record_id: str, act: HoldAct, staff: str, reason: str, *, at: datetime | None = None
    ) -> NoteHold:
        now = at or self.clock()
        return NoteHold(record_id, new_id(now, self.random), now, act, staff, reason)

    def _commitment(self, record_id: str) -> bytes:
        for leaf in self.history(record_id):
            event = decode_event(leaf.octets)
            if event.kind is Kind.SEALED and event.commitment is not None:
                return event.commitment
        raise StoreError("store.damaged", "the record is not in the ledger")

    def _append(
        self, kind: Kind, record_id: str, staff: str, detail: dict[str, str], changes: Sequence[Change], *,
        at: datetime | None = None,
    ) -> None:  # fmt: skip
        """`at`: the instant that stands in the rows too."""
        event = Event(kind, self.tenant, record_id, at or self.clock(), staff, None, detail)
        self.sealer.append_events([event], changes)


def _decoded(leaf: LeafRow) -> Event:
    return decode_event(leaf.octets)


def _digest(certificate: DeletionCertificate) -> str:
    return hashlib.sha256(retention.certificate_to_json(certificate)).hexdigest()


def _retention(row: RecordSummary) -> retention.Retention:
    return _duties(row, row.contract_ended_on)


def _duties(row: RecordSummary, ended_on: date | None) -> retention.Retention:
    """The duties of a record: its law's; without a law the house's own, which begins with the record."""
    if not row.law:
        return retention.retention_of([Obligation(_HOUSE, japan_day(row.sealed_at_utc), row.retention_years)])
    return retention.retention_of([Obligation(row.law, ended_on, row.retention_years)])


def _holds(row: RecordSummary, now: datetime) -> list[retention.Hold]:
    return [retention.Hold(row.hold_reason, now, "house")] * row.holds


def _reason(text: str, code: str) -> str:
    """In one line, without what nobody sees: it is printed in certificates, where a line of its own would look like
    one of ours.
    """
    words = " ".join(text.split())
    if not words or len(words) > MAX_REASON or not words.isprintable():
        raise CallerError(code, f"a text of 1 to {MAX_REASON} characters is needed")
    return words


def _proposal_id(tenant: str, record_id: str, kept_until: date) -> str:
    """The same for the same record and last day, so that it is proposed once."""
    digest = hashlib.sha256(f"{tenant}\n{record_id}\n{kept_until.isoformat()}".encode()).hexdigest()
    return f"proposal-{digest[:24]}"
