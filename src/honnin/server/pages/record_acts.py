"""What is done with one record: append, contract ended, hold, delete by two, evidence (ui.md §3.13).

Each act has a page of its own with one form. What is missing is told on that page, with everything typed still there;
what is done leads back to the record (POST, redirect, GET).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.clock import japan_day
from honnin.core.errors import CallerError, DataError, HonninError, StoreError
from honnin.flows.record_desk import RecordDesk
from honnin.flows.record_keeping import MAX_REASON
from honnin.flows.record_ports import RecordState
from honnin.records.retention import certificate_text, certificate_to_json
from honnin.server.catalogue import text
from honnin.server.frame import FieldError, first, go, language_of, render, said, services_of, status_of
from honnin.server.kept_law import kakunin_of
from honnin.server.looks import enter_look, enter_look_unless_recent
from honnin.server.record_view import Names, choices, day_of_fields, hold_rows, item_rows, kept_until
from honnin.server.security import RefusedError, form_of
from honnin.server.staff import staff_of
from honnin.server.words import iso_date, moment

router = APIRouter(prefix="/records/{record_id}")

MAX_TYPED = 2000
# Where on the form an error stands; what is not here stands above the form with its code.
_AT = {
    "records.text": "text", "records.reason": "reason", "records.value": "value", "records.birth": "value",
    "records.item": "item", "records.number": "text", "kakunin.individual_number": "value", "records.day": "year",
    "records.number_typed": "number",
}  # fmt: skip

Form = Annotated[Mapping[str, str], Depends(form_of)]


def desk_of(request: Request) -> RecordDesk:
    """The desk. Raises RefusedError 404 where records can only be found and shown."""
    desk = services_of(request).desk
    if desk is None:
        raise RefusedError(404, "request.not_found", "nothing can be done with records here")
    return desk


@router.get("/append")
def append_page(request: Request, record_id: str) -> Response:
    """The form to append words or a later value."""
    return _append(request, record_id, {}, None)


@router.post("/append")
def append(request: Request, record_id: str, form: Form) -> Response:
    """Append. Somebody else's amendment in between is told, and what was typed stays."""
    staff, desk = staff_of(request), desk_of(request)
    try:
        parts = int(form.get("parts", "")[:6])
    except ValueError:
        raise RefusedError(422, "request.invalid", "a value is not allowed") from None
    try:
        item = form.get("item", "")
        if item:
            desk.amend_value(
                record_id, item, form.get("value", ""), form.get("reason", ""), staff=staff, parts=parts
            )
        else:
            desk.amend_words(record_id, form.get("text", ""), staff=staff, parts=parts)
    except (CallerError, DataError, StoreError) as error:
        return _append(request, record_id, form, error)
    return go(f"/records/{record_id}?done=append#history-h2")


def _append(request: Request, record_id: str, form: Mapping[str, str], error: HonninError | None) -> Response:
    staff, services, language = staff_of(request), services_of(request), language_of(request)
    saved = services.store.get(record_id)
    desk = desk_of(request)
    if error is None:
        enter_look(request, record_id, staff=staff)
    else:
        enter_look_unless_recent(request, record_id, staff=staff)
    record = kakunin_of(saved)
    amended = desk.amending.entries(record_id)
    rows = item_rows(record, amended, language) if record is not None else ()
    chosen = form.get("item", "")
    return _page(
        request, "record_append.html", record_id, form, error, choices=choices(record, language), rows=rows,
        parts_seen=desk.summary(record_id).parts, only={"text"} if not chosen else {"value", "reason", "item"},
    )


@router.get("/contract")
def contract_page(request: Request, record_id: str) -> Response:
    """The form for the day on which the contract ended."""
    return _contract(request, record_id, {}, None)


@router.post("/contract")
def contract(request: Request, record_id: str, form: Form) -> Response:
    """The clock of keeping starts."""
    staff, desk = staff_of(request), desk_of(request)
    try:
        desk.end_contract(record_id, _day(form), staff=staff)
    except (CallerError, DataError, StoreError) as error:
        return _contract(request, record_id, form, error)
    return go(f"/records/{record_id}?done=contract")


def _day(form: Mapping[str, str]) -> date:
    day = day_of_fields(form.get("year", ""), form.get("month", ""), form.get("day", ""))
    if not day:
        raise CallerError("records.day", "a day is needed")
    return date.fromisoformat(day)


def _contract(request: Request, record_id: str, form: Mapping[str, str], error: HonninError | None) -> Response:
    staff_of(request)
    row = desk_of(request).summary(record_id)
    return _page(request, "record_contract.html", record_id, form, error, row=row)


@router.get("/hold")
def hold_page(request: Request, record_id: str) -> Response:
    """Why it was held so far, and the form."""
    return _hold(request, record_id, {}, None)


@router.post("/hold")
def hold(request: Request, record_id: str, form: Form) -> Response:
    """Hold it, or release one hold."""
    staff, desk = staff_of(request), desk_of(request)
    release = form.get("act") == "release"
    try:
        if release:
            desk.release(record_id, form.get("reason", ""), staff=staff)
        else:
            desk.hold(record_id, form.get("reason", ""), staff=staff)
    except (CallerError, DataError, StoreError) as error:
        return _hold(request, record_id, form, error)
    return go(f"/records/{record_id}?done={'release' if release else 'hold'}")


def _hold(request: Request, record_id: str, form: Mapping[str, str], error: HonninError | None) -> Response:
    desk, language = desk_of(request), language_of(request)
    names = Names(services_of(request), staff_of(request))
    return _page(
        request, "record_hold.html", record_id, form, error, row=desk.summary(record_id),
        notes=hold_rows(desk, record_id, names, language),
    )  # fmt: skip


@router.get("/delete")
def delete_page(request: Request, record_id: str) -> Response:
    """Ask for deletion; or, for a second person, approve or refuse."""
    return _delete(request, record_id, {}, None)


@router.post("/delete")
def delete(request: Request, record_id: str, form: Form) -> Response:
    """The first person's request, or the second person's decision."""
    staff, desk = staff_of(request), desk_of(request)
    act = form.get("act", "")
    try:
        if act == "approve":
            desk.approve_deletion(record_id, form.get("number", ""), staff=staff)
        elif act == "refuse":
            desk.refuse_deletion(record_id, staff=staff, reason=form.get("reason", ""))
        elif act == "keep":
            desk.keep_on(record_id, form.get("reason", ""), staff=staff)
        else:
            act = "request"
            desk.request_deletion(record_id, form.get("reason", ""), staff=staff)
    except (CallerError, DataError, StoreError) as error:
        return _delete(request, record_id, form, error)
    return go(f"/records/{record_id}?done={act}")


def _delete(request: Request, record_id: str, form: Mapping[str, str], error: HonninError | None) -> Response:
    services, language, staff = services_of(request), language_of(request), staff_of(request)
    desk = desk_of(request)
    row = desk.summary(record_id)
    if row.state is RecordState.DELETED:
        return go(f"/records/{record_id}")
    asked = desk.keeping.request_of(record_id)
    names = Names(services, staff)
    over = row.retention_until is not None and row.retention_until < japan_day(services.clock()) and not row.holds
    refused = None if row.retention_until is None else desk.keeping.refusal_of(record_id, row.retention_until)
    ended, made = row.contract_ended_on, japan_day(row.sealed_at_utc)
    return _page(
        request, "record_delete.html", record_id, form, error, row=row, until=kept_until(row, language), asked=asked,
        ended="" if ended is None else iso_date(ended.isoformat(), language),
        made=iso_date(made.isoformat(), language) if ended is not None and ended < made else "",
        asked_at=moment(asked.requested_at_utc, language) if asked is not None else "",
        asked_by=names.of(asked.requested_by, language) if asked is not None else "",
        own=asked is not None and asked.requested_by == desk.visits.actor(staff),
        over=over and asked is None and refused is None,
        refused="" if refused is None or refused.decided_at_utc is None
        else f"{moment(refused.decided_at_utc, language)}　{names.of(refused.decided_by or '', language)}",
    )


@router.post("/export")
def export(request: Request, record_id: str) -> Response:
    """The evidence bundle. That it was taken stands in the ledger."""
    octets = desk_of(request).export(record_id, staff=staff_of(request))
    return _download(octets, f"{record_id}-evidence.zip", "application/zip")


@router.get("/certificate")
def certificate(request: Request, record_id: str, form: str = "") -> Response:
    """The certificate of deletion, as text or (`?form=json`) as JSON."""
    staff_of(request)
    desk, language = desk_of(request), language_of(request)
    made = desk.keeping.certificate(record_id)
    if form == "json":
        return _download(certificate_to_json(made), f"{record_id}-deletion.json", "application/json")
    words = certificate_text(made)[0 if language == "ja" else 1]
    return _download(words.encode("utf-8"), f"{record_id}-deletion.txt", "text/plain; charset=utf-8")


def _download(octets: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(octets, media_type=media_type, headers=headers)


def _page(
    request: Request, template: str, record_id: str, form: Mapping[str, str], error: HonninError | None,
    **values: object,
) -> Response:  # fmt: skip
    """A form with what was typed; an error stands at its field, or above the form when it has none."""
    language = language_of(request)
    errors: tuple[FieldError, ...] = ()
    problem = None
    if error is not None:
        words = said(error, language)
        field = _AT.get(error.code)
        only = values.get("only")
        if error.code == "records.number" and form.get("item"):
            field = "value"
        if field is not None and (only is None or not isinstance(only, set) or field in only):
            errors = (FieldError(field, f"{words.text} {words.next}"),)
        else:
            problem = words
    values.pop("only", None)
    typed = {name: value[:MAX_TYPED] for name, value in form.items() if name != "csrf"}
    return render(
        request, template, status=_status(error), record_id=record_id, typed=typed, errors=errors, problem=problem,
        at={each: first(errors, each) for each in ("text", "item", "value", "reason", "year", "number")},
        max_reason=MAX_REASON, title_words=text(language, "record.h1"), **values,
    )


def _status(error: HonninError | None) -> int:
    """As everywhere; what was typed wrongly into a form is 422."""
    if error is None:
        return 200
    status = status_of(error)
    return 422 if status == 400 or isinstance(error, DataError) else status
