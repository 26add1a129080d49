"""A check at this counter over the JSON API, step by step: the twins of the pages of a visit (ui.md §3.3–3.9).

The reader hangs on this machine, so a PIN that is sent here stays on this machine: it is handed to the card and
forgotten, as when it is typed on the page. An open visit lives in memory for some minutes; its id becomes the number
of its record. Who does it is named as in /records.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.errors import CallerError, HonninError
from honnin.flows.entry_asks import MAX_WRITTEN
from honnin.flows.statement import visit_statement
from honnin.flows.transactions import Transaction
from honnin.flows.visit import Case, Stage, Visit
from honnin.flows.visit_answers import typed_key, unanswered, undeclared
from honnin.flows.ways import NUMBER_A, Way, make_key, parse_pins
from honnin.server.frame import services_of
from honnin.server.key_page import key_page
from honnin.server.law_view import WHO
from honnin.server.pages.api import findings_out
from honnin.server.pages.counter_models import (
    Answers,
    CaseIn,
    Declarations,
    Key,
    ResultOut,
    TransactionOut,
    VisitState,
    attributes_out,
    glyphs_out,
    transaction_out,
    verdict_out,
    visit_state,
)
from honnin.server.pages.records_api import Staff
from honnin.server.security import RefusedError
from honnin.server.services import Services
from honnin.server.view import is_picture

router = APIRouter(prefix="/counter", tags=["counter"])

OpenId = Annotated[str, Path(pattern="^[0-9A-HJKMNP-TV-Z]{26}$", description="Id of the open visit")]
MAX_WAIT_S = 25
_REFUSED = {"blocked": "visit.blocked", "unknown": "visit.tries_unknown", "last_try": "visit.last_try"}


@router.get("/transactions")
def transactions(request: Request) -> list[TransactionOut]:
    """The transactions of this house, with what the customer is asked and for what a number may be received."""
    return [transaction_out(each) for each in services_of(request).house.transactions]


@router.get("/visits")
def open_visits(request: Request, staff: Staff) -> list[VisitState]:
    """The visits that are open now, oldest first."""
    del staff
    return [visit_state(each) for each in services_of(request).visits.open_visits()]


@router.post("/visits", status_code=201)
def start(request: Request, staff: Staff, sent: CaseIn) -> VisitState:
    """Begin a visit for this case. Then the document is laid on the reader."""
    del staff  # nobody's document is read by nobody
    services = services_of(request)
    actor, kind = WHO[sent.who]
    case = Case(
        _transaction(services, sent.transaction), actor, frozenset(sent.flags), kind=kind or sent.kind,
        amount_yen=sent.amount_yen, cash=sent.cash, purpose=sent.purpose,
        representative=sent.representative if kind == "corporation" else None,
    )  # fmt: skip
    return visit_state(services.visits.start(case))


@router.get("/visits/{visit_id}")
def state(
    request: Request,
    staff: Staff,
    visit_id: OpenId,
    version: Annotated[int | None, Query(ge=0, description="Wait until the version is another one")] = None,
    wait_s: Annotated[float, Query(ge=0, le=MAX_WAIT_S, description="At most so long")] = 0,
) -> VisitState:
    """Where the visit stands. With `version` and `wait_s` it answers as soon as something has changed."""
    del staff
    visits = services_of(request).visits
    if version is None or not wait_s:
        return visit_state(visits.get(visit_id))
    return visit_state(visits.wait(visit_id, version, timeout_s=wait_s))


@router.post("/visits/{visit_id}/card")
def card(request: Request, staff: Staff, visit_id: OpenId) -> VisitState:
    """Look at the readers; one card that is recognised moves the visit on to its key. Spends no try.

    `card` says what lies there: `waiting`, `found`, `several`, `unusable`, `no_reader`.
    """
    del staff
    visits = services_of(request).visits
    seen = visits.take_card(visit_id)
    return visit_state(visits.get(visit_id), card=seen)


@router.post("/visits/{visit_id}/read", status_code=202)
def read(request: Request, staff: Staff, visit_id: OpenId, sent: Key) -> VisitState:
    """Read the document with what is printed on it or what its holder knows; then ask for the state until the stage is
    `result`, or `key` again with a `problem`. Nothing is sent to the card when something is missing, when no try is
    left, or when one is left and `last_try` is not true.
    """
    del staff
    services = services_of(request)
    visits = services.visits
    if sent.way is not None:
        visits.choose_way(visit_id, sent.way)
    visits.take_card(visit_id)  # another card may lie there now
    visit = visits.get(visit_id)
    if visit.stage is not Stage.KEY or (sent.way is not None and visit.way is not sent.way):
        raise CallerError("visit.stage", "there is no document to read with that")
    page = key_page(visit, "ja").state
    if page == "last_try" and sent.last_try:
        visits.agree_last_try(visit_id)
        visit = visits.get(visit_id)
    elif page in _REFUSED:
        raise RefusedError(409, _REFUSED[page], "nothing is sent to the card")
    given = {**sent.printed, **sent.secrets}
    typed = typed_key(given)
    pins = parse_pins(visit.way, given)
    number = pins.pop(NUMBER_A, None)
    statement = b""
    if visit.way is Way.SIGNATURE:
        statement = visit_statement(visit.id, at=services.clock(), random=services.random)
    made = make_key(
        visit.way, typed, last_try=visit.last_try, statement=statement, purpose=visit.case.number_purpose,
        number=number,
    )  # fmt: skip
    visits.begin_reading(visit_id, made, typed, pins)
    return visit_state(visits.get(visit_id))


@router.post("/visits/{visit_id}/cancel")
def cancel(request: Request, staff: Staff, visit_id: OpenId) -> VisitState:
    """Stop the reading: back to the key."""
    del staff
    visits = services_of(request).visits
    visits.cancel(visit_id)
    return visit_state(visits.get(visit_id))


@router.post("/visits/{visit_id}/again")
def again(request: Request, staff: Staff, visit_id: OpenId) -> VisitState:
    """Back to laying down a document; what was read is forgotten."""
    del staff
    visits = services_of(request).visits
    visits.again(visit_id)
    return visit_state(visits.get(visit_id))


@router.get("/visits/{visit_id}/result")
def result(request: Request, staff: Staff, visit_id: OpenId) -> ResultOut:
    """What was read and checked, what the law says of it, and which questions a person has to answer.

    Your screen must show it to the member of staff who is named: that it was shown is part of the record.
    """
    services = services_of(request)
    visit = services.visits.get(visit_id)
    try:
        needs = services.law.looks(visit, staff)
    except HonninError:  # the verdict says what is wrong
        needs = frozenset()
    visit = services.visits.shown(visit_id, staff=staff, needs=needs)
    if visit.reading is None or visit.report is None:
        raise CallerError("visit.stage", "nothing was read yet")
    report = visit.report
    return ResultOut(
        document=report.document, environment=report.environment, findings=findings_out(report),
        attributes=attributes_out(report), glyphs=glyphs_out(visit.reading, report),
        verdict=verdict_out(visit, services), questions=list(unanswered(visit, {})),
    )  # fmt: skip


@router.get(
    "/visits/{visit_id}/pictures/{name}",
    response_class=Response,
    responses={200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}},
)
def picture(request: Request, staff: Staff, visit_id: OpenId, name: str) -> Response:
    """The photo (`portrait`), or the name, the address, the front or a single character (外字, as `glyphs` of the
    result names them) where the chip has them as pictures; as PNG.
    """
    del staff
    services = services_of(request)
    visit = services.visits.get(visit_id)
    if visit.reading is None or visit.report is None or not (name == "portrait" or is_picture(visit.report, name)):
        raise CallerError("visit.not_found", "there is no such picture now")
    if name == "portrait":
        return Response(services.portrait(visit.reading, visit.report), media_type="image/png")
    return Response(services.picture(visit.reading, visit.report, name), media_type="image/png")


@router.post("/visits/{visit_id}/answers")
def answers(request: Request, staff: Staff, visit_id: OpenId, sent: Answers) -> VisitState:
    """What staff saw. The visit is kept (`record_id`), or stands at `declare` when the customer is asked for more."""
    visits = services_of(request).visits
    visits.save(visit_id, sent.answers, staff=staff, unfinished=sent.unfinished)
    return visit_state(visits.get(visit_id))


@router.post("/visits/{visit_id}/declarations")
def declarations(request: Request, staff: Staff, visit_id: OpenId, sent: Declarations) -> VisitState:
    """What the customer declared and staff wrote down. Then the visit is kept (`record_id`)."""
    visits = services_of(request).visits
    given = {name: value.strip()[:MAX_WRITTEN] for name, value in sent.declarations.items() if value.strip()}
    visits.declare(visit_id, given, staff=staff, unfinished=sent.unfinished)
    return visit_state(visits.get(visit_id))


@router.delete("/visits/{visit_id}", status_code=204)
def discard(request: Request, staff: Staff, visit_id: OpenId) -> Response:
    """Forget the visit. What was kept stays kept."""
    del staff
    services_of(request).visits.discard(visit_id)
    return Response(status_code=204)


def missing_of(request: Request, error: HonninError) -> Mapping[str, object]:
    """What a problem says more: the answers or declarations that are missing, by the path's visit."""
    visit_id = request.path_params.get("visit_id", "")
    if error.code not in {"visit.answers", "visit.declarations"} or not visit_id:
        return {}
    visit: Visit = services_of(request).visits.get(visit_id)
    missing = unanswered(visit, visit.answers) if error.code == "visit.answers" else undeclared(visit)
    return {"missing": list(missing)}


def _transaction(services: Services, name: str) -> Transaction:
    found = next((each for each in services.house.transactions if each.id == name), None)
    if found is None:
        raise CallerError("visit.transaction", "this house has no such transaction")
    return found
