"""The audit's walk over the records: each row against what its events say (honnin.records.ledger.audit)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from honnin.core.errors import DataError, HonninError
from honnin.records.ledger.event import CIPHERTEXT_SHA256, COMMITTED, Event, Kind, decode_event, format_at
from honnin.records.ledger.findings import AuditCode, Findings
from honnin.records.ledger.rows import (
    CAUSE,
    CERTIFICATE,
    COMPLETION,
    CONTRACT_ENDED_ON,
    INDEX_SHA256,
    NOTE,
    NOW,
    ON,
    OUTCOME,
    REASON,
    REQUEST,
    RETENTION_UNTIL,
    ROW_SHA256,
    RULES,
    STATES,
    TAKEN_UP,
    UNTIL,
    index_digest,
    row_digest,
)
from honnin.records.ledger.stored import (
    OpenedPart,
    RecordStoreView,
    StoredPart,
    StoredRecord,
    StoredRequest,
)

MAX_EVENTS = 100_000  # of one record
_OF_COMPLETION = COMMITTED | {Kind.COMPLETION_ENTERED}
_NOTED = {Kind.HELD: "placed", Kind.RELEASED: "released", Kind.DELETION_REFUSED: "kept"}  # HoldAct of the note
_DECIDED = {Kind.DELETION_REFUSED: "refused", Kind.DELETION_REQUESTED: "taken_up", Kind.DELETED: "done"}


def decoded(octets: bytes) -> Event | None:
    """The event, or None when it cannot be read."""
    try:
        return decode_event(octets)
    except DataError:
        return None


@dataclass(slots=True)
class _History:
    """What the events of a record make of its row."""

    sealed: list[Event] = field(default_factory=list)
    deleted: Event | None = None
    ended_on: str = ""
    until: str = ""
    completion: str = ""
    holds: int = 0
    hold: Event | None = None  # the last one, None after a release
    rechecks: list[Event] = field(default_factory=list)
    hold_acts: list[Event] = field(default_factory=list)  # holds, releases, and refusals of a deletion with a reason
    requests: dict[str, Event] = field(default_factory=dict)
    decisions: dict[str, Event] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """One event more, in order."""
        detail = event.detail
        self.completion = detail.get(COMPLETION, self.completion) if event.kind in _OF_COMPLETION else self.completion
        if event.kind in COMMITTED:
            self.sealed.append(event)
            if event.kind is Kind.SEALED:
                self.ended_on, self.until = detail.get(CONTRACT_ENDED_ON, ""), detail.get(RETENTION_UNTIL, "")
        elif event.kind is Kind.CONTRACT_ENDED:
            self.ended_on, self.until = detail.get(ON, ""), detail.get(UNTIL, "")
        elif event.kind is Kind.HELD:
            self.holds, self.hold = self.holds + 1, event
            self.hold_acts.append(event)
        elif event.kind is Kind.RELEASED:
            self.holds, self.hold = self.holds - 1, None
            self.hold_acts.append(event)
        elif event.kind is Kind.RECHECKED:
            self.rechecks.append(event)
        elif event.kind is Kind.DELETION_REQUESTED:
            self.requests |= {detail[REQUEST]: event} if REQUEST in detail else {}
            self.decisions |= dict.fromkeys(detail.get(TAKEN_UP, "").split(), event)
        elif event.kind is Kind.DELETION_REFUSED or event.kind is Kind.DELETED:
            self.decisions |= {detail[REQUEST]: event} if REQUEST in detail else {}
            self.hold_acts += [event] if NOTE in detail else []
            self.deleted = event if event.kind is Kind.DELETED else self.deleted


def audit_record(record: StoredRecord, store: RecordStoreView, findings: Findings) -> None:
    """One record: its contents, its row, its search index, the requests to delete it."""
    record_id = record.record_id
    if record.damaged:
        findings.add(AuditCode.RECORD_DAMAGED, record_id=record_id)
    history = _History()
    for event in _events(record_id, store, findings):
        if event.kind in COMMITTED:
            if history.deleted is not None:
                findings.add(AuditCode.CHANGED_AFTER_DELETION, record_id=record_id)
            if (event.kind is Kind.SEALED) == bool(history.sealed):
                code = AuditCode.SEALED_TWICE if history.sealed else AuditCode.RECORD_UNSEALED
                findings.add(code, record_id=record_id)
        history.take(event)
    if not history.sealed:
        findings.add(AuditCode.RECORD_UNSEALED, record_id=record_id)
    _audit_row(record, history, store, findings)
    _audit_requests(record, history, store, findings)
    if history.deleted is not None or record.deleted:
        if history.deleted is None:
            findings.add(AuditCode.DELETED_WITHOUT_EVENT, record_id=record_id)
        left = any(each.has_key or each.ciphertext_sha256 is not None for each in record.parts)
        if not record.deleted or left or record.tokens or record.certificates:
            findings.add(AuditCode.NOT_DELETED, record_id=record_id)
        return
    parts = {each.part: each for each in record.parts}
    opened: OpenedPart | None = None
    for number, event in enumerate(history.sealed):
        part = parts.pop(number, None)
        if part is None or part.ciphertext_sha256 is None:
            findings.add(AuditCode.PART_MISSING, record_id=record_id, detail=f"part {number}")
            opened = None
        else:
            opened = _audit_part(record_id, part, event, store, findings)
    for number in sorted(parts):
        findings.add(AuditCode.RECORD_UNSEALED, record_id=record_id, detail=f"part {number}")
    if history.sealed and opened is not None:
        _audit_index(record, history.sealed[-1], opened, findings)


def _events(record_id: str, store: RecordStoreView, findings: Findings) -> Iterator[Event]:
    for number, octets in enumerate(store.events_of(record_id)):
        if number >= MAX_EVENTS:
            findings.add(AuditCode.TRUNCATED, record_id=record_id)
            return
        event = decoded(octets)
        if event is not None and event.record_id == record_id:  # else told by the walk over the ledger
            yield event


def _audit_row(record: StoredRecord, history: _History, store: RecordStoreView, findings: Findings) -> None:
    """Each column is the one that was sealed, or what a later event made of it. Older events promise less."""
    row = record.row
    if row is None or not history.sealed:
        return
    sealed = history.sealed[0]
    promised = sealed.detail.get(ROW_SHA256)
    newest = next((each.detail[ROW_SHA256] for each in reversed(history.sealed) if ROW_SHA256 in each.detail), None)
    wrong = [] if newest is None or newest == row_digest(row.facts) else ["facts"]
    if (row.facts.sealed_at, row.facts.staff) != (format_at(sealed.at), sealed.actor):
        wrong.append("sealed")
    if promised is not None and (row.contract_ended_on, row.retention_until) != (history.ended_on, history.until):
        wrong.append("retention")
    if row.parts != len(history.sealed):
        wrong.append("parts")
    if row.completion != history.completion:
        wrong.append("completion")
    if row.holds != history.holds:
        wrong.append("holds")
    if (row.hold_reason != "" and history.hold is None) or _reason_differs(row.hold_reason, history.hold, store):
        wrong.append("hold_reason")
    if not record.deleted and not _notes_agree(record, history, store):
        wrong.append("hold_notes")
    if not record.deleted and not _states_agree(record, history):
        wrong.append("certificate_states")
    if not record.deleted and not _rechecks_agree(record, history):
        wrong.append("rechecks")
    gone = history.deleted
    # Records that promise nothing were deleted in an earlier version, in which row and event had instants of their own.
    if promised is not None and gone is not None and row.deleted_at != format_at(gone.at):
        wrong.append("deleted_at")
    if not record.deleted and row.deleted_at:
        wrong.append("deleted_at")
    if wrong:
        findings.add(AuditCode.ROW_ALTERED, record_id=record.record_id, detail=", ".join(dict.fromkeys(wrong)))


def _notes_agree(record: StoredRecord, history: _History, store: RecordStoreView) -> bool:
    """Each hold, release and refusal has its note; earlier versions wrote none, or did not promise it."""
    there = {each.note_id: each for each in record.notes}
    promised = [event for event in history.hold_acts if NOTE in event.detail]
    for event in promised:
        note = there.pop(event.detail[NOTE], None)
        if note is None or (note.at, note.act, note.staff) != (format_at(event.at), _NOTED[event.kind], event.actor):
            return False
        if _reason_differs(note.reason, event, store):
            return False
    return len(there) <= len(history.hold_acts) - len(promised)


def _states_agree(record: StoredRecord, history: _History) -> bool:
    """What is known of each certificate is what was sealed, or what the last list said (flows.recheck_records)."""
    promised = history.sealed[0].detail.get(STATES)
    if promised is None:
        return True
    states = dict(each.split(":", 1) for each in promised.split())
    if len(states) != len(promised.split()):
        return True  # two of one kind: an event does not say which
    for event in history.rechecks:
        kind, now = event.detail.get(CERTIFICATE), event.detail.get(NOW, "")
        if kind in states:
            states[kind] = "undetermined" if now == "no_longer_listed" else now
    return sorted(f"{kind}:{state}" for kind, state in states.items()) == sorted(record.states)


def _rechecks_agree(record: StoredRecord, history: _History) -> bool:
    """Each line for people is that of an event, and each event that names its causes has its lines."""
    expected = sorted(
        (cause, format_at(event.at), event.detail.get(OUTCOME, ""), _for_people(event.detail))
        for event in history.rechecks
        for cause in event.detail.get(CAUSE, "").split()
    )
    return expected == sorted((each.cause, each.at, each.outcome, each.detail) for each in record.rechecks)


def _for_people(detail: Mapping[str, str]) -> str:
    own = {name: value for name, value in detail.items() if name not in {CAUSE, OUTCOME, RULES}}
    return json.dumps(own, ensure_ascii=False, sort_keys=True)


def _reason_differs(reason: str, event: Event | None, store: RecordStoreView) -> bool:
    promised = None if event is None else event.detail.get(REASON)
    return promised is not None and store.witness is not None and store.witness(reason) != promised


def _audit_requests(record: StoredRecord, history: _History, store: RecordStoreView, findings: Findings) -> None:
    if record.row is None:
        return  # not looked at, or told as damaged
    there = {each.request_id: each for each in record.requests}
    for request_id, event in history.requests.items():
        request = there.pop(request_id, None)
        if request is None or not _as_entered(request, event, history.decisions.get(request_id), store):
            findings.add(AuditCode.REQUEST_ALTERED, record_id=record.record_id, detail=request_id)
    for request_id in sorted(there):
        findings.add(AuditCode.REQUEST_ALTERED, record_id=record.record_id, detail=f"{request_id[:64]}: not entered")


def _as_entered(request: StoredRequest, asked: Event, decided: Event | None, store: RecordStoreView) -> bool:
    # A request and its event are of the same instant since events promise the reason too; before, nearly so.
    same_instant = REASON not in asked.detail or request.requested_at == format_at(asked.at)
    if not same_instant or request.requested_by != asked.actor or _reason_differs(request.reason, asked, store):
        return False
    if decided is None:
        return (request.state, request.decided_at, request.decided_by) == ("open", "", "")
    state = _DECIDED.get(decided.kind, "done")
    same_instant = REASON not in asked.detail or request.decided_at == format_at(decided.at)
    return same_instant and (request.state, request.decided_by) == (state, decided.actor)


def _audit_part(
    record_id: str, part: StoredPart, event: Event, store: RecordStoreView, findings: Findings
) -> OpenedPart | None:
    """What it gives when it is opened; None when it is not, or is not what was sealed."""
    detail = f"part {part.part}"
    if part.ciphertext_sha256 is None or part.ciphertext_sha256.hex() != event.detail[CIPHERTEXT_SHA256]:
        findings.add(AuditCode.CONTENT_ALTERED, record_id=record_id, detail=detail)
    if not part.has_key:
        findings.add(AuditCode.KEY_MISSING, record_id=record_id, detail=detail)
        return None
    if store.open is None:
        return None
    try:
        found = store.open(record_id, part.part)
    except HonninError as error:
        findings.add(AuditCode.CONTENT_UNREADABLE, record_id=record_id, detail=f"{detail}: {error.code}")
        return None
    if found.commitment != event.commitment:
        findings.add(AuditCode.COMMITMENT_MISMATCH, record_id=record_id, detail=detail)
        return None
    return found


def _audit_index(record: StoredRecord, event: Event, opened: OpenedPart, findings: Findings) -> None:
    """Search tokens and certificates are those of the newest content's promise, which needs its salt."""
    promised = event.detail.get(INDEX_SHA256)
    if promised is not None and promised != index_digest(opened.salt, record.tokens, record.certificates):
        findings.add(AuditCode.INDEX_ALTERED, record_id=record.record_id)
