"""Kept records over the JSON API, for other systems of the house: the twins of the pages (ui.md §3.12–3.14).

Who does it is named in the header `Honnin-Staff` (the name, percent-encoded UTF-8) or by the cookie of the browser;
every look at a record is entered in the ledger by that name. Searches are POST: no name of a customer in an address.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.clock import JAPAN
from honnin.core.errors import CallerError
from honnin.flows.amending import Amended
from honnin.flows.ports import VisitQuery
from honnin.flows.record_desk import RecordDesk
from honnin.flows.record_meta import completion_of
from honnin.flows.retention_jobs import propose_deletions
from honnin.records.retention import DeletionCertificate, certificate_to_json
from honnin.server.frame import services_of
from honnin.server.kept_law import kakunin_of
from honnin.server.pages.record_acts import desk_of
from honnin.server.staff import api_staff_of

router = APIRouter(prefix="/records", tags=["records"])
ledger_router = APIRouter(prefix="/ledger", tags=["ledger"])

MAX_TEXT = 500


def named(
    request: Request,
    honnin_staff: Annotated[
        str | None, Header(description="Who does it: a name or number of staff, percent-encoded UTF-8")
    ] = None,
) -> str:
    """The name of who does it."""
    del honnin_staff  # read by api_staff_of, as bytes of a header are; here for the description
    return api_staff_of(request)


Staff = Annotated[str, Depends(named)]
RecordId = Annotated[str, Path(pattern="^[0-9A-HJKMNP-TV-Z]{26}$", description="Record number")]


class _In(BaseModel):
    """What is sent: nothing that is not named."""

    model_config = ConfigDict(extra="forbid")


class Search(_In):
    """All given parts must match; names are compared whole."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "見本　花子", "birth_date": "1990-01-02"}]}
    )

    name: str = Field("", max_length=200)
    birth_date: date | None = None
    record_id: str = Field("", max_length=30)
    staff: str = Field("", max_length=60)
    from_day: date | None = Field(None, description="First day, Japanese time")
    to_day: date | None = Field(None, description="Last day, Japanese time")


class Amend(_In):
    """Either `text`, or `item` with `value` and `reason`. `parts`: as many as were seen; another number is 409."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "電話番号を確かめた"}]})

    text: str = Field("", max_length=MAX_TEXT)
    item: str = Field("", max_length=40)
    value: str = Field("", max_length=MAX_TEXT)
    reason: str = Field("", max_length=MAX_TEXT)
    parts: int | None = Field(None, ge=1, le=1000)


class Reason(_In):
    """Why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "裁判所から照会があった"}]})

    reason: str = Field(max_length=MAX_TEXT)


class ContractEnd(_In):
    """The day on which the contract ended."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"on": "2026-11-25"}]})

    on: date


class Approval(_In):
    """The number of the record once more, against slips."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"record_id": "01KB0000000000000000000000"}]}
    )

    record_id: str = Field(max_length=40)


class Line(BaseModel):
    """One record of a list."""

    id: str
    saved_at: datetime
    document: str
    simulated: bool
    name: str
    law: str
    methods: list[str]
    retention_until: date | None
    holds: int


class ItemOut(BaseModel):
    """One item of the 確認記録. `amendment`: 0 as on the day, else the number of the amendment that gave this value."""

    id: str
    value: str
    by: str
    at: datetime | None
    amendment: int


class WordsOut(BaseModel):
    """Words that were appended, or the reason of an amendment."""

    amendment: int
    at: datetime
    by: str
    text: str


class EventOut(BaseModel):
    """An entry of the ledger. `actor`: a pseudonym."""

    index: int
    kind: str
    at: datetime
    actor: str


class RecordOut(BaseModel):
    """One record. Of a deleted one only the plain facts and the history are left."""

    id: str
    saved_at: datetime
    state: str
    completion: str
    document: str
    simulated: bool
    law: str
    methods: list[str]
    parts: int
    retention_years: int
    contract_ended_on: date | None
    retention_until: date | None
    holds: int
    deletion_requested: bool
    items: list[ItemOut]
    amendments: list[WordsOut]
    history: list[EventOut]


class Amendment(BaseModel):
    """The number of the amendment, from 1."""

    amendment: int


class Kept(BaseModel):
    """Until when the record is kept; null while a clock has not started."""

    retention_until: date | None


class Holds(BaseModel):
    """How many holds there are now."""

    holds: int


class RequestOut(BaseModel):
    """The number of the request for deletion."""

    request: str


class Due(BaseModel):
    """What may be deleted on that day, and what a hold keeps though its time is over."""

    on: date
    record_ids: list[str]
    held: list[str]
    more: bool


class LedgerOut(BaseModel):
    """State of the ledger as it was last checked; `agrees` is null before that. `stopped`: nothing new is kept."""

    agrees: bool | None
    checked_at: datetime | None
    entries: int
    findings: int
    stopped: bool
    running: bool


@router.post("/search")
def search(request: Request, staff: Staff, wanted: Search) -> list[Line]:
    """Find records. The list names customers, so that it was seen is entered."""
    services = services_of(request)
    desk = desk_of(request)
    found = services.store.find(
        VisitQuery(
            visit_id=wanted.record_id.upper().replace(" ", ""), name=wanted.name, staff=wanted.staff,
            birth_date=wanted.birth_date.isoformat() if wanted.birth_date else "",
            saved_from_utc=_midnight(wanted.from_day), saved_before_utc=_midnight(wanted.to_day, days=1),
        )
    )  # fmt: skip
    desk.note_search(staff=staff, found=len(found), how="api")
    return [
        Line(
            id=each.id, saved_at=each.saved_at_utc, document=each.document, simulated=each.simulated, name=each.name,
            law=each.judged.law if each.judged else "", methods=list(each.judged.methods) if each.judged else [],
            retention_until=each.retention_until, holds=each.holds,
        )
        for each in found
    ]  # fmt: skip


@router.get("/due")
def due(request: Request, staff: Staff) -> Due:
    """Numbers of records whose time of keeping is over."""
    del staff
    desk = desk_of(request)
    report = propose_deletions(desk.store, desk.tenant, at=services_of(request).clock())
    ids = [each.record_id for each in report.proposals]
    return Due(on=report.on, record_ids=ids, held=list(report.held), more=report.more)


@router.get("/{record_id}")
def record(request: Request, staff: Staff, record_id: RecordId) -> RecordOut:
    """One record: what was recorded on the day, and what came later."""
    desk = desk_of(request)
    row = desk.summary(record_id)
    items: list[ItemOut] = []
    amended: tuple[Amended, ...] = ()
    completion = ""
    if row.deleted_at_utc is None:
        services = services_of(request)
        saved = services.store.get(record_id)
        services.store.note_view(record_id, staff=staff)
        amended = desk.amending.entries(record_id)
        made = kakunin_of(saved)
        completion = str(completion_of(saved))
        items = [ItemOut(id=each.id, value=each.value, by=each.by, at=each.at, amendment=0)
                 for each in (made.items if made is not None else ()) if each.filled]  # fmt: skip
        items += [ItemOut(id=item.id, value=item.value, by=item.by, at=item.at, amendment=each.part)
                  for each in amended for item in each.items]  # fmt: skip
    return RecordOut(
        id=row.record_id, saved_at=row.sealed_at_utc, state=str(row.state), completion=completion,
        document=row.document, simulated=row.simulated, law=row.law, methods=list(row.methods), parts=row.parts,
        retention_years=row.retention_years, contract_ended_on=row.contract_ended_on,
        retention_until=row.retention_until, holds=row.holds,
        deletion_requested=desk.keeping.request_of(record_id) is not None, items=items,
        amendments=[WordsOut(amendment=each.part, at=each.at, by=each.by, text=each.text) for each in amended],
        history=[EventOut(index=each.index, kind=str(each.kind), at=each.at, actor=each.actor)
                 for each in desk.history(record_id)],
    )  # fmt: skip


@router.post("/{record_id}/amendments", status_code=201)
def amend(request: Request, staff: Staff, record_id: RecordId, sent: Amend) -> Amendment:
    """Append words or a later value; what was recorded stays."""
    desk = desk_of(request)
    if bool(sent.item) == bool(sent.text):
        raise CallerError("records.text", "either a text or an item with its value is needed")
    if sent.item:
        number = desk.amend_value(record_id, sent.item, sent.value, sent.reason, staff=staff, parts=sent.parts)
    else:
        number = desk.amend_words(record_id, sent.text, staff=staff, parts=sent.parts)
    return Amendment(amendment=number)


@router.post("/{record_id}/contract-end")
def contract_end(request: Request, staff: Staff, record_id: RecordId, sent: ContractEnd) -> Kept:
    """The contract ended: the clock of keeping starts."""
    return Kept(retention_until=desk_of(request).end_contract(record_id, sent.on, staff=staff))


@router.post("/{record_id}/hold")
def hold(request: Request, staff: Staff, record_id: RecordId, sent: Reason) -> Holds:
    """A legal hold more."""
    desk = desk_of(request)
    desk.hold(record_id, sent.reason, staff=staff)
    return Holds(holds=desk.summary(record_id).holds)


@router.post("/{record_id}/release")
def release(request: Request, staff: Staff, record_id: RecordId, sent: Reason) -> Holds:
    """A legal hold less."""
    desk = desk_of(request)
    desk.release(record_id, sent.reason, staff=staff)
    return Holds(holds=desk.summary(record_id).holds)


@router.post("/{record_id}/deletion", status_code=201)
def request_deletion(request: Request, staff: Staff, record_id: RecordId, sent: Reason) -> RequestOut:
    """The first of two people asks for deletion."""
    return RequestOut(request=desk_of(request).request_deletion(record_id, sent.reason, staff=staff))


@router.post("/{record_id}/deletion/approve")
def approve_deletion(request: Request, staff: Staff, record_id: RecordId, sent: Approval) -> dict[str, Any]:
    """The second person approves. It cannot be undone. Answers the certificate."""
    return _certificate(desk_of(request).approve_deletion(record_id, sent.record_id, staff=staff))


@router.post("/{record_id}/deletion/keep", status_code=204)
def keep_on(request: Request, staff: Staff, record_id: RecordId, sent: Reason) -> Response:
    """A record whose time is over is not deleted: what the retention job proposed is refused, with the reason."""
    desk_of(request).keep_on(record_id, sent.reason, staff=staff)
    return Response(status_code=204)


@router.post("/{record_id}/deletion/refuse", status_code=204)
def refuse_deletion(request: Request, staff: Staff, record_id: RecordId) -> Response:
    """The request is refused or withdrawn."""
    desk_of(request).refuse_deletion(record_id, staff=staff)
    return Response(status_code=204)


@router.get("/{record_id}/certificate")
def certificate(request: Request, staff: Staff, record_id: RecordId) -> dict[str, Any]:
    """The certificate of deletion."""
    del staff
    return _certificate(desk_of(request).keeping.certificate(record_id))


@router.post(
    "/{record_id}/evidence",
    response_class=Response,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
)
def evidence(request: Request, staff: Staff, record_id: RecordId) -> Response:
    """The evidence bundle (docs/formats/evidence-bundle.md). That it was taken is entered first."""
    octets = desk_of(request).export(record_id, staff=staff)
    headers = {"Content-Disposition": f'attachment; filename="{record_id}-evidence.zip"'}
    return Response(octets, media_type="application/zip", headers=headers)


@ledger_router.get("")
def ledger(request: Request) -> LedgerOut:
    """Whether the ledger agreed when it was last checked."""
    return _ledger(desk_of(request))


@ledger_router.post("/check", status_code=202)
def check_ledger(request: Request, staff: Staff) -> LedgerOut:
    """Start checking it, unless that is on its way; ask again for the outcome."""
    del staff
    desk = desk_of(request)
    desk.watch.begin()
    return _ledger(desk)


def _ledger(desk: RecordDesk) -> LedgerOut:
    state = desk.watch.state()
    return LedgerOut(
        agrees=state.agrees if state.checked_at is not None else None, checked_at=state.checked_at,
        entries=state.entries, findings=len(state.findings),
        stopped=state.stopped_at is not None, running=desk.watch.running is not None,
    )  # fmt: skip


def _certificate(made: DeletionCertificate) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(certificate_to_json(made))
    return value


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    try:
        return (datetime.combine(day, time(), JAPAN) + timedelta(days=days)).astimezone(UTC)
    except OverflowError:
        raise CallerError("records.day", "this day is too far away") from None
