"""What this law asks the customer, then save (ui.md §3.8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.errors import HonninError
from honnin.flows.entry_asks import MAX_WRITTEN
from honnin.flows.visit import Stage, Visit
from honnin.flows.visit_answers import MAX_ANSWER, undeclared
from honnin.records.kakunin_fields import ORGANISATIONS
from honnin.records.kakunin_owners import count_owners
from honnin.server.catalogue import Language, text
from honnin.server.entry_view import entry_groups, wrong_entry
from honnin.server.frame import FieldError, first, go, language_of, render, said, services_of
from honnin.server.pages.result import after_refusal
from honnin.server.pages.visit import url_of
from honnin.server.security import form_of
from honnin.server.staff import staff_of

router = APIRouter(prefix="/visits/{visit_id}/declare")

OWNER_MORE = "owner"  # the button for a row more
_YES_NO = frozenset({"foreign_pep", "alias"})
_FIELDS = ("purpose", "occupation", "foreign_pep", "alias", "alias_name", "alias_reason", "pep_reason")


@router.get("")
def questions(request: Request, visit_id: str) -> Response:
    """The questions of this transaction and what the record needs, and no others; nothing is preselected."""
    visit = services_of(request).visits.get(visit_id)
    if visit.stage is not Stage.DECLARE:
        return go(url_of(visit))
    language = language_of(request)
    errors: tuple[FieldError, ...] = ()
    problem = None
    if visit.problem is not None and visit.problem.code == "visit.declarations":
        errors = tuple(_error(each, visit, language) for each in undeclared(visit))
    elif visit.problem is not None:
        problem = said(visit.problem, language)
    return render(
        request, "declare.html", visit=visit, step=4, errors=errors, problem=problem, declared=dict(visit.declarations),
        asked=[str(each) for each in visit.case.declarations], organisation=visit.case.kind in ORGANISATIONS,
        at={each: first(errors, _field(each)) for each in _FIELDS},
        groups=entry_groups(visit.asked), written_errors={each.id: first(errors, each.id) for each in visit.asked},
    )


@router.post("")
def save(request: Request, visit_id: str, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """Keep the visit, or back to what is missing; or a row more, with everything typed still there."""
    services = services_of(request)
    given = {each: form[each].strip()[:MAX_ANSWER] for each in _FIELDS if form.get(each, "").strip()}
    for each in services.visits.get(visit_id).asked:
        if form.get(each.id, "").strip():
            given[each.id] = form[each.id].strip()[:MAX_WRITTEN]
    if form.get("as") == OWNER_MORE:
        services.visits.more_owners(visit_id, given)
        rows = count_owners(each.id for each in services.visits.get(visit_id).asked)
        return go(f"/visits/{visit_id}/declare#owner-{rows}")
    try:
        services.visits.declare(visit_id, given, staff=staff_of(request), unfinished=form.get("as") == "unfinished")
    except HonninError as error:
        return after_refusal(services.visits.get(visit_id), error)
    return go(url_of(services.visits.get(visit_id)))


@router.post("/back")
def back(request: Request, visit_id: str) -> Response:
    """Back to staff's questions."""
    visits = services_of(request).visits
    visits.back_to_result(visit_id)
    return go(url_of(visits.get(visit_id)))


def _field(name: str) -> str:
    return f"{name}-yes" if name in _YES_NO else name


def _error(name: str, visit: Visit, language: Language) -> FieldError:
    asked = next((each for each in visit.asked if each.id == name), None)
    if asked is None:
        words = text(language, f"declare.{name}")
        return FieldError(_field(name), f"{words}：{text(language, 'declare.missing')}")
    return FieldError(name, wrong_entry(asked, visit.declarations.get(name, ""), language))
