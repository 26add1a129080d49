"""Place, key entry and progress (ui.md §3.4–3.6), and the events that move them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from honnin.core.errors import CallerError, HonninError
from honnin.facts import DocumentKind
from honnin.flows.keys import TypedKey, TypedKeyError
from honnin.flows.statement import visit_statement
from honnin.flows.visit import STEPS, Card, CardState, Stage, Visit
from honnin.flows.visit_answers import typed_key
from honnin.flows.ways import NUMBER_A, Way, make_key, parse_pins
from honnin.server.catalogue import Language, text
from honnin.server.frame import FieldError, first, go, language_of, render, said, services_of
from honnin.server.key_page import key_page, said_with_tries
from honnin.server.progress import Streams, events
from honnin.server.security import form_of
from honnin.server.staff import staff_of

router = APIRouter(prefix="/visits/{visit_id}")

_PAGES = {
    Stage.PLACE: "card",
    Stage.KEY: "key",
    Stage.READING: "reading",
    Stage.RESULT: "result",
    Stage.DECLARE: "declare",
    Stage.SAVING: "saving",
    Stage.SAVED: "done",
}


def url_of(visit: Visit) -> str:
    """The page of the step where the visit stands."""
    return f"/visits/{visit.id}/{_PAGES[visit.stage]}"


@router.get("")
def resume(request: Request, visit_id: str) -> Response:
    """To the step where it stands."""
    return go(url_of(services_of(request).visits.get(visit_id)))


@router.get("/card")
def card(request: Request, visit_id: str) -> Response:
    """Place the document."""
    services = services_of(request)
    visit = services.visits.get(visit_id)
    if visit.stage not in {Stage.PLACE, Stage.KEY}:
        return go(url_of(visit))
    if visit.stage is Stage.KEY:  # the Back key: place it again
        services.visits.again(visit_id)
        visit = services.visits.get(visit_id)
    language = language_of(request)
    found = services.visits.card()
    return render(
        request, "card.html", visit=visit, step=1, status_text=card_text(found, language),
        problem=said(visit.problem, language) if visit.problem else None,
    )


@router.post("/card")
def take_card(request: Request, visit_id: str) -> Response:
    """Look whether it lies there."""
    visits = services_of(request).visits
    visits.take_card(visit_id)
    return go(url_of(visits.get(visit_id)))


@router.get("/key")
def key(request: Request, visit_id: str, way: str = "") -> Response:
    """What this card needs. Printed numbers that were typed before stay until it was read; a PIN never comes back."""
    visits = services_of(request).visits
    visit = visits.get(visit_id)
    if visit.stage is not Stage.KEY:
        return go(url_of(visit))
    if way:
        visits.choose_way(visit_id, _way(way))
        return go(url_of(visit))
    visits.take_card(visit_id)  # another card may lie there now
    visit = visits.get(visit_id)
    if visit.stage is not Stage.KEY:
        return go(url_of(visit))
    language = language_of(request)
    page = key_page(visit, language)
    errors: tuple[FieldError, ...] = ()
    problem = None
    if isinstance(visit.problem, TypedKeyError):
        words = said(visit.problem, language)
        errors = (FieldError(visit.problem.field, f"{words.text} {words.next}".strip()),)
    elif visit.problem is not None:
        problem = said_with_tries(visit.problem, language)
    typed = {each.name: getattr(visit.typed, each.name).reveal() for each in fields(TypedKey)}
    at = {name: first(errors, name) for name in (*typed, *page.pins)}
    common: dict[str, Any] = {"visit": visit, "step": 2, "errors": errors, "problem": problem, "typed": typed, "at": at,
              "card_mark": card_mark(visit)}  # fmt: skip
    if visit.way is Way.PASSPORT:
        others = any(typed[name] for name in ("number", "birth", "expiry", "can"))
        others = others or any(each.field != "lines" for each in errors)
        return render(request, "key.html", **common, others=others)
    return render(request, "key_card.html", **common, page=page)


@router.post("/key")
def read(request: Request, visit_id: str, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """Start the read, or back to the key page with what is wrong."""
    visits = services_of(request).visits
    visit = visits.get(visit_id)
    if visit.stage is not Stage.KEY:
        return go(url_of(visit))
    staff_of(request)  # before anything of a person is read
    if form.get("way", visit.way) != visit.way or key_page(visit, "ja").state not in {"ask", "free"}:
        return go(url_of(visit))  # the card has told something else meanwhile; nothing is sent
    typed = typed_key(form)
    try:
        pins = parse_pins(visit.way, form)
        number = pins.pop(NUMBER_A, None)
        made = make_key(
            visit.way, typed, last_try=visit.last_try, statement=_statement(request, visit),
            purpose=visit.case.number_purpose, number=number,
        )
        visits.begin_reading(visit_id, made, typed, pins)
    except TypedKeyError as error:
        # Twelve digits are somebody's My Number: not kept, not shown again.
        visits.refuse_key(visit_id, TypedKey() if error.code == "key.twelve_digits" else typed, error)
    return go(url_of(visits.get(visit_id)))


@router.post("/last-try")
def last_try(request: Request, visit_id: str) -> Response:
    """The holder is sure and says yes to the last try."""
    visits = services_of(request).visits
    visits.agree_last_try(visit_id)
    return go(url_of(visits.get(visit_id)))


def _statement(request: Request, visit: Visit) -> bytes:
    """What the card is asked to sign: of this visit and this moment."""
    if visit.way is not Way.SIGNATURE:
        return b""
    services = services_of(request)
    return visit_statement(visit.id, at=services.clock(), random=services.random)


def _way(name: str) -> Way:
    try:
        return Way(name)
    except ValueError:
        raise CallerError("visit.way", "there is no such way") from None


@router.get("/reading")
def reading(request: Request, visit_id: str) -> Response:
    """Progress. Without JavaScript the page has a button to refresh."""
    visit = services_of(request).visits.get(visit_id)
    if visit.stage is not Stage.READING:
        return go(url_of(visit))
    return render(
        request, "reading.html", visit=visit, step=3, steps=steps_of(visit, language_of(request)),
        status_text=step_text(visit, language_of(request)),
    )


@router.post("/cancel")
def cancel(request: Request, visit_id: str) -> Response:
    """Stop the read."""
    visits = services_of(request).visits
    visits.cancel(visit_id)
    return go(url_of(visits.get(visit_id)))


@router.post("/again")
def again(request: Request, visit_id: str) -> Response:
    """Place it again."""
    visits = services_of(request).visits
    visits.again(visit_id)
    return go(url_of(visits.get(visit_id)))


@router.post("/keep")
def keep(request: Request, visit_id: str) -> Response:
    """Extend the visit's time."""
    return go(url_of(services_of(request).visits.keep(visit_id)))


@router.get("/events")
async def stream(request: Request, visit_id: str) -> Response:
    """Server-sent events of this visit."""
    streams: Streams = request.app.state.streams
    language = language_of(request)
    services = services_of(request)
    services.visits.get(visit_id)

    def describe(visit: Visit, found: Card | None) -> dict[str, object]:
        return state_of(visit, found, language)

    streams.enter()
    return StreamingResponse(events(services.visits, visit_id, streams, describe), media_type="text/event-stream")


def state_of(visit: Visit, found: Card | None, language: Language) -> dict[str, object]:
    """What an event says: the page, a sentence, the steps."""
    state: dict[str, object] = {"page": url_of(visit)}
    if visit.stage is Stage.PLACE and found is not None:
        state["say"] = card_text(found, language)
    elif visit.stage is Stage.KEY and found is not None and found.state is CardState.FOUND:
        state["say"] = found_text(visit, language)
        state["card"] = card_mark(visit)
    elif visit.stage is Stage.READING:
        state["say"] = step_text(visit, language)
        state["steps"] = steps_of(visit, language)
    return state


def card_text(found: Card, language: Language) -> str:
    """The sentence about what lies on the readers."""
    if found.problem and found.state is not CardState.UNUSABLE:
        words = said(HonninError(found.problem, ""), language)
        return f"{words.text} {words.next}".strip()
    return text(language, f"place.{found.state}")


def card_mark(visit: Visit) -> str:
    """Changes when the key page must look otherwise: another document, way or number of tries. Nothing personal."""
    tries = sorted(visit.look.tries.items()) if visit.look is not None else []
    return f"{visit.document}/{visit.way}/" + ",".join(f"{name}={left}" for name, left in tries)


def found_text(visit: Visit, language: Language) -> str:
    """Which document lies there."""
    if visit.document is None:
        return text(language, "place.found")
    return text(language, "place.found.document", document=text(language, f"document.{visit.document}"))


def step_text(visit: Visit, language: Language) -> str:
    """The sentence of the step that is being done."""
    step = visit.step
    if not step.name:
        return text(language, "reading.connect")
    if step.name == "read" and step.of:
        return text(language, "reading.read.count", n=min(step.done, step.of), of=step.of)
    return text(language, f"reading.{step.name}")


_NO_CHIP_KEY = frozenset({DocumentKind.RESIDENCE, DocumentKind.LICENCE})
_LICENCE_ON_MYNUMBER = frozenset({Way.MYNUMBER_LICENCE, Way.MYNUMBER_LICENCE_NO_PIN})


def steps_of(visit: Visit, language: Language) -> list[dict[str, str]]:
    """All steps with their state: completed, editing (now), ahead."""
    now = STEPS.index(visit.step.name) if visit.step.name in STEPS else 0
    lines: list[dict[str, str]] = []
    for number, name in enumerate(STEPS):
        state = "completed" if number < now else "editing" if number == now else "ahead"
        words = text(language, f"reading.{name}.done") if state == "completed" else text(language, f"reading.{name}")
        if state == "editing":
            words = step_text(visit, language)
        if name == "chip" and (visit.document in _NO_CHIP_KEY or visit.way in _LICENCE_ON_MYNUMBER):
            words = text(language, "reading.chip.none")  # these chips have no key of their own
        lines.append(
            {"name": name, "state": state, "text": words, "state_text": text(language, f"reading.state.{state}")}
        )
    return lines
