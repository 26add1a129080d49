"""Result with the staff's confirmation, and the end of a visit (ui.md §3.7, §3.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.errors import CallerError, HonninError
from honnin.flows.number_papers import may_be_typed, paper_words
from honnin.flows.number_purposes import purpose_words
from honnin.flows.record_meta import completion_of
from honnin.flows.transactions import NUMBER_LAW
from honnin.flows.visit import Stage, Visit
from honnin.flows.visit_answers import unanswered
from honnin.flows.ways import Way
from honnin.server.catalogue import text
from honnin.server.frame import FieldError, first, go, language_of, render, said, services_of
from honnin.server.kept_law import decision_of, kakunin_of, law_lines, left_lines
from honnin.server.law_view import make_verdict
from honnin.server.pages.visit import url_of
from honnin.server.security import form_of
from honnin.server.services import Services
from honnin.server.staff import staff_of, staff_or_none
from honnin.server.view import is_picture, make_view

router = APIRouter(prefix="/visits/{visit_id}")

QUESTIONS = ("face", "print", "address", "address_kind", "address_number", "address_issued", "photo", "expiry_seen")
OPTIONAL = ("lookup", "address_until")
ASKED = (*QUESTIONS, "address_until")
REFUSALS = frozenset({"visit.incomplete", "visit.number_missing"})  # it can be kept as unfinished
FIELDS = {
    "address": "address-as_card",
    **{each: each for each in ("address_kind", "address_number", "address_issued", "address_until", "expiry_seen")},
}
LABELS = {
    "face": "result.face", "print": "result.print", "address": "result.address", "photo": "result.photo_printed",
    "address_kind": "result.address.kind", "address_number": "result.address.number",
    "address_issued": "result.address.issued", "address_until": "result.address.until",
    "expiry_seen": "result.expiry_seen",
}  # fmt: skip


@router.get("/result")
def result(request: Request, visit_id: str) -> Response:
    """Photo, contents, findings, questions on one page."""
    services = services_of(request)
    visit = services.visits.get(visit_id)
    if visit.stage is not Stage.RESULT or visit.reading is None or visit.report is None:
        return go(url_of(visit))
    staff = staff_of(request)
    visit = services.visits.shown(visit_id, staff=staff, needs=_looks(visit, services, staff))
    if visit.reading is None or visit.report is None:
        return go(url_of(visit))
    language = language_of(request)
    also_residence = visit.look is not None and visit.look.card.residence
    view = make_view(visit.reading, visit.report, language, also_residence=also_residence)
    errors: tuple[FieldError, ...] = ()
    problem = None
    if visit.problem is not None and visit.problem.code == "visit.answers":
        missing = text(language, "result.question.missing")
        errors = tuple(
            FieldError(FIELDS.get(each, f"{each}-yes"), f"{text(language, LABELS[each])}：{missing}")
            for each in unanswered(visit, visit.answers)
        )
    elif visit.problem is not None:
        problem = said(visit.problem, language)
    return render(
        request, "result.html", visit=visit, step=3, view=view, errors=errors, problem=problem,
        answers=dict(visit.answers), at={each: first(errors, FIELDS.get(each, f"{each}-yes")) for each in ASKED},
        verdict=make_verdict(visit, services, language),
        printed_photo=not view.has_photo and visit.way in {Way.TEXT_PIN, Way.SIGNATURE, Way.LICENCE_PIN1},
        refused=bool(visit.problem is not None and visit.problem.code in REFUSALS),
        number_typed=may_be_typed(visit),
        number_paper="" if visit.number_paper is None
        else paper_words(visit.number_paper, japanese=language == "ja"),
        number_purpose="" if visit.case.purpose is None
        else purpose_words(visit.case.purpose, japanese=language == "ja"),
    )


def _looks(visit: Visit, services: Services, staff: str) -> frozenset[str]:
    try:
        return services.law.looks(visit, staff)
    except HonninError:  # the verdict on the page says what is wrong
        return frozenset()


@router.post("/result")
def save(request: Request, visit_id: str, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """Keep it. What cannot be completed is kept only when asked for as unfinished."""
    services = services_of(request)
    answers = {each: form[each] for each in (*QUESTIONS, *OPTIONAL) if each in form}
    if not staff_or_none(request):
        services.visits.note_answers(visit_id, answers)  # nothing that was chosen is lost
    try:
        services.visits.save(visit_id, answers, staff=staff_of(request), unfinished=form.get("as") == "unfinished")
    except HonninError as error:
        return after_refusal(services.visits.get(visit_id), error)
    return go(url_of(services.visits.get(visit_id)))


def after_refusal(visit: Visit, error: HonninError) -> Response:
    """The page that says why it was not kept; an error that no page of the visit tells is raised again."""
    if error.code != "visit.saving" and (visit.problem is None or visit.problem.code != error.code):
        raise error
    return go(url_of(visit))


@router.get("/saving")
def saving(request: Request, visit_id: str) -> Response:
    """It is being kept, in this window or another one. Without JavaScript the page has a button to refresh."""
    visit = services_of(request).visits.get(visit_id)
    if visit.stage is not Stage.SAVING:
        return go(url_of(visit))
    return render(request, "saving.html", visit_id=visit.id, step=4)


@router.get("/photo")
def photo(request: Request, visit_id: str) -> Response:
    """The photo as PNG, while the visit is at its result."""
    services = services_of(request)
    visit: Visit = services.visits.get(visit_id)
    if visit.stage is not Stage.RESULT or visit.reading is None or visit.report is None:
        raise CallerError("visit.not_found", "there is no photo now")
    return Response(services.portrait(visit.reading, visit.report), media_type="image/png")


@router.get("/picture/{name}")
def picture(request: Request, visit_id: str, name: str) -> Response:
    """The name, the address, the front or a single character as PNG, where the chip has them as pictures; while the
    visit is here.
    """
    services = services_of(request)
    visit: Visit = services.visits.get(visit_id)
    shown = visit.stage in {Stage.RESULT, Stage.DECLARE}
    if not shown or visit.reading is None or visit.report is None or not is_picture(visit.report, name):
        raise CallerError("visit.not_found", "there is no such picture now")
    return Response(services.picture(visit.reading, visit.report, name), media_type="image/png")


@router.get("/done")
def done(request: Request, visit_id: str) -> Response:
    """Hand back the card, next customer. No name, no photo."""
    services = services_of(request)
    visit = services.visits.get(visit_id)
    if visit.stage is not Stage.SAVED:
        return go(url_of(visit))
    saved = services.store.get(visit.record_id)
    decision = decision_of(saved)
    state = completion_of(saved)
    record = kakunin_of(saved)
    numbers: list[str] | None = None
    if saved.judged is not None and saved.judged.law == NUMBER_LAW:
        kept = services.numbers.of_record(saved.id) if services.numbers is not None else ()
        numbers = [purpose_words(each.purpose, japanese=language_of(request) == "ja") for each in kept]
    return render(
        request, "done.html", step=5, numbers=numbers, record_id=saved.id, simulated=saved.simulated,
        document=saved.document,
        visit_id=visit.id, state=str(state), law_lines=law_lines(decision, language_of(request)),
        years=saved.judged.retention_years if saved.judged is not None else 0, has_pdf=saved.judged is not None,
        left=() if record is None or saved.judged is None else left_lines(saved.judged.parts, language_of(request)),
    )


@router.post("/next")
def next_customer(request: Request, visit_id: str) -> Response:
    """The visit is over; nothing of it can be shown again but the record. In the demo the card goes back to the tray,
    as a customer takes theirs: or the next visit would begin with it.
    """
    services = services_of(request)
    services.visits.discard(visit_id)
    if services.tray is not None:
        services.tray.remove()
        services.visits.card_moved()
    return go("/")
