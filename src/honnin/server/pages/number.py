"""An individual number on a page: shown for half a minute after the ledger says so, kept numbers of a record, deletion.

The digits are in the answer to a POST only, never in a page that is fetched, an address or a status. The number page
without scripts goes back by itself; with scripts the digits are put into a box of the page and taken out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.errors import CallerError, StoreError
from honnin.core.secret import Secret
from honnin.core.typed_day import typed_day
from honnin.flows.number_desk import NumberDesk
from honnin.flows.number_purposes import purpose_words
from honnin.server.frame import go, language_of, render, services_of
from honnin.server.record_view import Names, history_rows
from honnin.server.security import form_of
from honnin.server.staff import staff_of

router = APIRouter()

SHOWN_S = 30
FRAGMENT = "X-Honnin-Fragment"
MAX_TOKEN = 100
_ID = 64

Form = Annotated[Mapping[str, str], Depends(form_of)]


@router.post("/visits/{visit_id}/number")
def show_of_visit(request: Request, visit_id: str) -> Response:
    """The number of an open visit. Each look is in the ledger before it is shown."""
    services = services_of(request)
    received = services.visits.number(visit_id)
    digits = _desk(request).see(received, visit_id=visit_id, staff=staff_of(request))
    return _shown(request, digits, back=f"/visits/{visit_id}", visit=services.visits.get(visit_id))


@router.get("/records/{record_id}/number")
def page(request: Request, record_id: str, done: str = "") -> Response:
    """What is kept of a record's number, without the digits."""
    return _page(request, record_id, done=done if done in {"deleted", "until"} else "")


@router.post("/records/{record_id}/number/permit")
def permit(request: Request, record_id: str, form: Form) -> Response:
    """Let somebody of the house see the number once. The answer has the permit, and not the number."""
    token = _desk(request).permit(record_id, _number(form), entitled=form.get("name", ""), staff=staff_of(request))
    return _page(request, record_id, permit=token.reveal())


def _page(request: Request, record_id: str, *, done: str = "", permit: str = "") -> Response:
    desk = _desk(request)
    services = services_of(request)
    language = language_of(request)
    staff = staff_of(request)
    services.store.get(record_id)  # there is such a record
    numbers = desk.of_record(record_id)
    return render(
        request, "number.html", record_id=record_id, done=done, permit=permit, members=services.house.staff,
        entries=[(each, purpose_words(each.purpose, japanese=language == "ja")) for each in numbers],
        history=history_rows(desk.history(numbers), Names(services, staff), language),
    )


@router.post("/records/{record_id}/number/show")
def show_of_record(request: Request, record_id: str, form: Form) -> Response:
    """The number of a record, once, to whoever was given a permit."""
    token = Secret("".join(form.get("token", "").split())[:MAX_TOKEN])
    digits = _desk(request).show(record_id, _number(form), token, staff=staff_of(request))
    return _shown(request, digits, back=f"/records/{record_id}/number")


@router.post("/records/{record_id}/number/until")
def until(request: Request, record_id: str, form: Form) -> Response:
    """The last day on which the number is needed."""
    day = typed_day(form.get("day", ""))
    if day is None:
        raise CallerError("number.day", "this is no day")
    _desk(request).keep_until(record_id, _number(form), day, staff=staff_of(request))
    return go(f"/records/{record_id}/number?done=until")


@router.post("/records/{record_id}/number/delete")
def delete(request: Request, record_id: str, form: Form) -> Response:
    """Delete the number at once. The record of the check stays."""
    if form.get("sure") != "1":
        raise CallerError("number.confirm", "it was not confirmed")
    _desk(request).delete(record_id, _number(form), staff=staff_of(request))
    return go(f"/records/{record_id}/number?done=deleted")


def _shown(request: Request, digits: Secret[str], *, back: str, **more: Any) -> Response:
    fragment = request.headers.get(FRAGMENT) == "number"
    plain = digits.reveal()
    grouped = f"{plain[:4]} {plain[4:8]} {plain[8:]}"
    template = "number_fragment.html" if fragment else "number_shown.html"
    response = render(request, template, digits=grouped, back=back, **({} if fragment else more))
    if not fragment:
        response.headers["refresh"] = f"{SHOWN_S}; url={back}"
    return response


def _number(form: Mapping[str, str]) -> str:
    return form.get("number", "")[:_ID]


def _desk(request: Request) -> NumberDesk:
    desk = services_of(request).numbers
    if desk is None:
        raise StoreError("number.vault", "the store of individual numbers cannot be used")
    return desk
