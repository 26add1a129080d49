"""What this law asks the customer, then save (ui.md §3.8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.errors import HonninError
from honnin.flows.visit import Stage
from honnin.flows.visit_answers import MAX_ANSWER, undeclared
from honnin.server.catalogue import text
from honnin.server.frame import FieldError, first, go, language_of, render, said, services_of
from honnin.server.pages.result import after_refusal
from honnin.server.pages.visit import url_of
from honnin.server.security import form_of
from honnin.server.staff import staff_of

router = APIRouter(prefix="/visits/{visit_id}/declare")

_YES_NO = frozenset({"foreign_pep", "alias"})
_FIELDS = ("purpose", "occupation", "foreign_pep", "alias", "alias_name")


@router.get("")
def questions(request: Request, visit_id: str) -> Response:
    """The questions of this transaction, and no others; nothing is preselected."""
    visit = services_of(request).visits.get(visit_id)
    if visit.stage is not Stage.DECLARE:
        return go(url_of(visit))
    language = language_of(request)
    errors: tuple[FieldError, ...] = ()
    problem = None
    if visit.problem is not None and visit.problem.code == "visit.declarations":
        missing = text(language, "declare.missing")
        errors = tuple(
            FieldError(_field(each), f"{text(language, _label(each))}：{missing}") for each in undeclared(visit)
        )
    elif visit.problem is not None:
        problem = said(visit.problem, language)
    return render(
        request, "declare.html", visit=visit, step=4, errors=errors, problem=problem, declared=dict(visit.declarations),
        asked=[str(each) for each in visit.case.transaction.declarations],
        at={each: first(errors, _field(each)) for each in _FIELDS},
    )


@router.post("")
def save(request: Request, visit_id: str, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """Keep the visit, or back to what is missing."""
    services = services_of(request)
    given = {each: form[each].strip()[:MAX_ANSWER] for each in _FIELDS if form.get(each, "").strip()}
    try:
        services.visits.declare(visit_id, given, staff=staff_of(request))
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


def _label(name: str) -> str:
    return "declare.alias.name" if name == "alias_name" else f"declare.{name}"
