"""The case: which transaction, who is here, and the ways that the law leaves open today (ui.md §3.3)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from honnin.cards.mynumber import NumberLawPurpose
from honnin.flows.number_purposes import purpose_words
from honnin.flows.transactions import Transaction, transaction_of
from honnin.flows.visit import Case, Stage
from honnin.server.catalogue import text
from honnin.server.frame import FieldError, go, language_of, render, services_of
from honnin.server.law_view import FLAGS, KINDS, WHO, asks_amount, make_ways, who_of
from honnin.server.pages.visit import url_of
from honnin.server.security import form_of
from honnin.server.staff import staff_of

router = APIRouter()
MAX_AMOUNT = 20  # characters
LOOK = "look"  # only show the page again, for another answer


@router.get("/visits/new")
def new(request: Request, transaction: str = "") -> Response:
    """Choose the case of the next visit."""
    chosen = transaction_of(services_of(request).house.transactions, transaction or _last(request))
    return _page(request, Case(chosen, purpose=_only(chosen)), action="/visits", base="/visits/new")


@router.get("/visits/{visit_id}/case")
def change(request: Request, visit_id: str, transaction: str = "") -> Response:
    """Choose another case for a visit that has begun."""
    services = services_of(request)
    visit = services.visits.get(visit_id)
    if visit.stage is Stage.SAVED:
        return go(url_of(visit))
    case = visit.case
    if transaction:
        chosen = transaction_of(services.house.transactions, transaction)
        case = replace(case, transaction=chosen, amount_yen=None, cash=None, purpose=_only(chosen))
    return _page(request, case, action=f"/visits/{visit.id}/case", base=f"/visits/{visit.id}/case", visit=visit)


@router.post("/visits/{visit_id}/case")
def choose(request: Request, visit_id: str, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """Take the case and go back to where the visit stands."""
    services = services_of(request)
    case = case_of(request, form)
    if form.get("as") == LOOK or not case.in_order:
        base = f"/visits/{visit_id}/case"
        visit = services.visits.get(visit_id)
        return _page(request, case, action=base, base=base, visit=visit, missing=form.get("as") != LOOK)
    services.visits.choose_case(visit_id, case)
    return go(url_of(services.visits.get(visit_id)))


@router.post("/visits")
def start(request: Request, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """A new visit for the chosen case; the next one offers the same transaction."""
    services = services_of(request)
    if not (form.get("transaction") or _last(request)):  # nobody has chosen one since the start: no law by accident
        return go("/visits/new")
    case = case_of(request, form)
    if form.get("as") == LOOK:
        return _page(request, case, action="/visits", base="/visits/new")
    request.app.state.last_transaction = case.transaction.id  # still chosen after somebody has said who they are
    staff_of(request)  # nobody's document is read by nobody
    if not case.in_order:  # the purpose of a number is asked for each time, unless the house has one only
        if "actor" not in form:  # of the button of the first page: there was nothing to choose with yet
            return go("/visits/new")
        return _page(request, case, action="/visits", base="/visits/new", missing=True)
    visit = services.visits.start(case)
    return go(f"/visits/{visit.id}/card")


def case_of(request: Request, form: Mapping[str, str]) -> Case:
    """The case in a form; without a transaction that of the last visit. Unknown values count as not given."""
    chosen = transaction_of(services_of(request).house.transactions, form.get("transaction") or _last(request))
    actor, kind = WHO.get(form.get("actor", ""), WHO["subject"])
    stated = form.get("kind", KINDS[0])
    flags = frozenset(each for each in FLAGS if form.get(f"flag_{each}") == "1")
    representative = {"yes": True, "no": False}.get(form.get("representative", ""))
    return Case(
        chosen, actor, flags,
        kind=kind or (stated if stated in KINDS else KINDS[0]),
        amount_yen=_yen(form.get("amount", "")),
        cash={"yes": True, "no": False}.get(form.get("cash", "")),
        representative=representative if kind == "corporation" else None,
        purpose=_purpose(chosen, form.get("purpose", "")),
    )  # fmt: skip


def _purpose(chosen: Transaction, value: str) -> NumberLawPurpose | None:
    """The purpose of a number, where the transaction has that one; the only one there is needs no choice."""
    return next((each for each in chosen.purposes if each.value == value), _only(chosen))


def _only(chosen: Transaction) -> NumberLawPurpose | None:
    return chosen.purposes[0] if len(chosen.purposes) == 1 else None


def _yen(typed: str) -> int | None:
    """A whole number of yen, as people type it; None for anything else, which is as not stated."""
    digits = "".join(each for each in unicodedata.normalize("NFKC", typed[:MAX_AMOUNT]) if each not in ",、 円¥\u3000")
    return int(digits) if digits.isascii() and digits.isdigit() else None


def _last(request: Request) -> str:
    return str(getattr(request.app.state, "last_transaction", ""))


def _page(
    request: Request, case: Case, *, action: str, base: str, visit: object = None, missing: bool = False
) -> Response:
    services = services_of(request)
    language = language_of(request)
    errors = (FieldError("purpose", text(language, "case.purpose.missing")),) if missing else ()
    purposes = [(each.value, purpose_words(each, japanese=language == "ja")) for each in case.transaction.purposes]
    return render(
        request, "case.html", visit=visit, transactions=services.house.transactions, chosen=case, action=action,
        base=base, ways=make_ways(case, services, language), actors=tuple(WHO), flags=FLAGS, kinds=KINDS,
        who=who_of(case), asks_amount=asks_amount(case, services), purposes=purposes, errors=errors,
    )
