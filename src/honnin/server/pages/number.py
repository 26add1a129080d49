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
from honnin.flows.number_papers import NUMBER_PAPERS, TypedNumber, may_be_typed
from honnin.flows.number_purposes import purpose_words
from honnin.flows.visit import Stage
from honnin.server.frame import FieldError, first, go, language_of, render, said, services_of
from honnin.server.pages.visit import url_of
from honnin.server.record_view import Names, history_rows
from honnin.server.security import form_of
from honnin.server.staff import staff_of

router = APIRouter()

SHOWN_S = 30
FRAGMENT = "X-Honnin-Fragment"
MAX_TOKEN = 100
_ID = 64
# Where on the form an error stands.
PAPER_FIELDS = {"number.paper": "paper", "number.same": "same", "number.typed": "digits"}

Form = Annotated[Mapping[str, str], Depends(form_of)]


@router.post("/visits/{visit_id}/number")
def show_of_visit(request: Request, visit_id: str) -> Response:
    """The number of an open visit. Each look is in the ledger before it is shown."""
    services = services_of(request)
    received = services.visits.number(visit_id)
    digits = _desk(request).see(received, visit_id=visit_id, staff=staff_of(request))
    return _shown(request, digits, back=f"/visits/{visit_id}", visit=services.visits.get(visit_id))


@router.get("/visits/{visit_id}/number/paper")
def paper_page(request: Request, visit_id: str) -> Response:
    """The form for a number that stands on a paper. It never has digits in it."""
    return _paper(request, visit_id, {}, None)


@router.post("/visits/{visit_id}/number/paper")
def paper(request: Request, visit_id: str, form: Form) -> Response:
    """Take the number, or forget it. What was typed is never given back, also not when it is wrong."""
    visits, staff = services_of(request).visits, staff_of(request)
    if form.get("act") == "forget":
        visits.forget_number(visit_id)
        return go(f"/visits/{visit_id}/result")
    typed = TypedNumber(Secret(form.get("digits", "")), form.get("paper", ""), form.get("same") == "1")
    try:
        visits.write_number(visit_id, typed, staff=staff)
    except CallerError as error:
        if error.code not in PAPER_FIELDS:
            raise
        return _paper(request, visit_id, form, error)
    return go(f"/visits/{visit_id}/result")


def _paper(request: Request, visit_id: str, form: Mapping[str, str], error: CallerError | None) -> Response:
    services, language = services_of(request), language_of(request)
    staff_of(request)
    visit = services.visits.get(visit_id)
    if visit.stage is not Stage.RESULT or not may_be_typed(visit):
        return go(url_of(visit))
    errors: tuple[FieldError, ...] = ()
    if error is not None:
        words = said(error, language)
        errors = (FieldError(PAPER_FIELDS[error.code], f"{words.text} {words.next}"),)
    purpose = visit.case.number_purpose
    return render(
        request, "number_paper.html", status=422 if errors else 200, visit=visit, step=3, errors=errors,
        at={each: first(errors, each) for each in PAPER_FIELDS.values()},
        papers=[(code, words[0 if language == "ja" else 1]) for code, words in NUMBER_PAPERS.items()],
        chosen=form.get("paper", ""), same=form.get("same") == "1",
        purpose="" if purpose is None else purpose_words(purpose, japanese=language == "ja"),
    )


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
