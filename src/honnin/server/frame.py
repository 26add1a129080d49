"""How every page is made: language and display from cookies, the frame's values, templates, error pages."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from honnin import __version__
from honnin.core.errors import CallerError, HonninError, StoreError
from honnin.core.visible import visible
from honnin.flows.keys import TypedKeyError
from honnin.flows.messages import message_for
from honnin.flows.ports import DemoCard
from honnin.server import words
from honnin.server.catalogue import LANGUAGES, Language, text
from honnin.server.security import API, RefusedError, csrf_token
from honnin.server.services import Services
from honnin.server.staff import staff_or_none, staff_page_url
from honnin.server.view import View

HERE = Path(__file__).parent
LANGUAGE_COOKIE = "honnin_lang"
DISPLAY_COOKIE = "honnin_display"  # "125-0-1-1": size, contrast, automatic moves, shortcuts
SIZES = ("100", "125", "150")
TRAY_DOCUMENTS = ("mynumber", "licence", "residence", "passport")
TRAY_SECRETS = (
    "mrz", "can", "reference_b", "text_pin", "signature_password", "licence_pin", "pin1", "pin2", "card_number",
)  # fmt: skip
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Display:
    """How this person wants the pages."""

    size: str = "100"
    contrast: bool = False
    auto: bool = True
    keys: bool = True

    def cookie(self) -> str:
        """As it is kept in the cookie."""
        return f"{self.size}-{int(self.contrast)}-{int(self.auto)}-{int(self.keys)}"


@dataclass(frozen=True, slots=True)
class FieldError:
    """A sentence at a field, and in the summary as a link to it."""

    field: str
    text: str


def services_of(request: Request) -> Services:
    """The services of this server."""
    services: Services = request.app.state.services
    return services


def language_of(request: Request) -> Language:
    """`?lang=`, else the cookie, else Japanese."""
    for value in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        for language in LANGUAGES:
            if value == language:
                return language
    return "ja"


def display_of(request: Request) -> Display:
    """The cookie, as far as it is understood."""
    parts = request.cookies.get(DISPLAY_COOKIE, "").split("-")
    if len(parts) != 4 or parts[0] not in SIZES:
        return Display()
    return Display(parts[0], parts[1] == "1", parts[2] != "0", parts[3] != "0")


def remember(response: Response, name: str, value: str) -> None:
    """A cookie for how pages look; never anything about a customer."""
    response.set_cookie(name, value, max_age=_YEAR, path="/", httponly=True, samesite="strict")


def _finalize(value: object) -> object:
    """Whatever a template writes: a text of a card must not turn the order in which a page is read."""
    return visible(value) if type(value) is str else value


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _unbroken(value: str) -> Markup:
    """The text with its dates in one piece: a line must not end within 2026-11-23 (ui.md §4)."""
    return Markup(_ISO_DAY.sub(r'<span class="hn-nowrap">\g<0></span>', str(escape(value))))  # noqa: S704  # escaped


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_finalize,
    )
    environment.filters["unbroken"] = _unbroken
    environment.globals.update(version=__version__, words=words, printed_on=printed_on)
    return environment


def render(request: Request, template: str, *, status: int = 200, **values: object) -> Response:
    """A page (or fragment) with the frame's values. `errors`, if any, go first into title and summary."""
    language = language_of(request)
    services = services_of(request)
    context: dict[str, object] = {
        "lang": language,
        "t": functools.partial(text, language),
        "csrf": csrf_token(request.app.state.csrf_key, request.state.session),
        "display": display_of(request),
        "demo": services.demo,
        "tray": tray_context(services) if services.tray is not None else None,
        "here": request.url.path,
        "readable": request.method in {"GET", "HEAD"},
        "staff": staff_or_none(request),
        "staff_url": staff_page_url(request.url.path if request.method in {"GET", "HEAD"} else "/"),
        "stopped": _stopped(services),
        "errors": (),
        "visit": None,
        "problem": None,
        "expires_s": None,
        "life_s": services.visits.life_s,
        "notice": "",
    }
    context.update(values)
    view = context.get("view")
    if isinstance(view, View) and not services.demo:
        context["notice"] = view.notice
    visit = context["visit"]
    if visit is not None:
        now = services.clock()
        context["expires_s"] = max(0, int((visit.expires_at_utc - now).total_seconds()))  # type: ignore[attr-defined]
    response = HTMLResponse(_environment().get_template(template).render(context), status)
    if request.query_params.get("lang") in LANGUAGES:
        remember(response, LANGUAGE_COOKIE, language)
    return response


def _stopped(services: Services) -> bool:
    """Whether the ledger does not agree, so that nothing new is kept. A page about an error must not fail by asking."""
    if services.desk is None:
        return False
    try:
        return services.desk.watch.stopped()
    except StoreError:
        return False


def tray_context(services: Services) -> dict[str, object]:
    """What the tray shows."""
    tray = services.tray
    if tray is None:
        return {}
    cards = [each for each in tray.cards() if each.document in TRAY_DOCUMENTS]
    inserted = tray.inserted()
    on_reader = next((each for each in cards if each.name == inserted), None)
    groups = [
        (document, [each for each in cards if each.document == document and each.name != inserted])
        for document in TRAY_DOCUMENTS
    ]
    return {
        "on_reader": on_reader,
        "groups": [(document, members) for document, members in groups if members],
        "open": on_reader.document if on_reader is not None else TRAY_DOCUMENTS[0],
        "faults": {each.name: tuple(tray.faults(each.name)) for each in cards},
    }


def printed_on(card: DemoCard, *, number: bool = False) -> list[tuple[str, str]]:
    """What is printed on it and what its holder knows, as far as a page asks for it. The back of the card, with the
    individual number, only where a 番号法 case asks for it to be typed (`number`).
    """
    shown = [(name, card.secrets[name]) for name in TRAY_SECRETS if card.secrets.get(name)]
    back = card.secrets.get("reference_a", "")
    return [*shown, ("back", back)] if number and back else shown


def go(url: str) -> Response:
    """POST–redirect–GET."""
    return RedirectResponse(url, 303)


def local_path(value: str, default: str = "/") -> str:
    """A path of this server and nothing else."""
    if value.startswith("/") and not value.startswith(("//", "/\\")) and value.isprintable() and len(value) < 200:
        return value
    return default


@dataclass(frozen=True, slots=True)
class Said:
    """An error in words: what happened, what to do next, its code."""

    code: str
    text: str
    next: str


def said(error: HonninError, language: Language) -> Said:
    """The sentences of an error in that language."""
    message = message_for(error)
    if language == "en":
        return Said(error.code, message.en, message.next_en)
    return Said(error.code, message.ja, message.next_ja)


# What was asked does not fit to how things stand now.
_CONFLICTS = frozenset({
    "visit.stage", "visit.saving", "visit.incomplete", "visit.number_missing",
    "store.conflict", "store.exists", "records.requested", "records.not_held",
    "records.request", "records.kept_on", "records.not_deleted", "ledger.busy",
})  # fmt: skip


def status_of(error: HonninError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, RefusedError):
        return error.status
    if error.code in {"visit.not_found", "store.not_found", "request.not_found"}:
        return 404
    if error.code == "visit.too_many":
        return 429
    if error.code in _CONFLICTS or error.code.startswith("retention."):
        return 409
    if error.code == "store.deleted":
        return 410
    if isinstance(error, CallerError):
        return 400
    return 503 if isinstance(error, StoreError) else 500


_NOT_FOUND = {"visit.not_found": "error.gone.h1", "store.not_found": "error.record.h1"}
_GOES_ON = frozenset({"visit.stage", "visit.saving"})  # the visit is there, only elsewhere
_TITLES = {403: "error.403.h1", 404: "error.404.h1", 409: "error.409.h1"}


def error_page(request: Request, error: HonninError) -> Response:
    """A designed page, or problem+json for the API. No stack trace, no personal data."""
    status = status_of(error)
    if request.url.path.startswith(API):
        return problem_json(error, status)
    if error.code == "staff.unnamed":
        return go(staff_page_url(_where(request)))
    title = _NOT_FOUND.get(error.code) or _TITLES.get(status, "error.h1")
    onward = f"/visits/{request.path_params['visit_id']}" if error.code in _GOES_ON and _visit_is_known(request) else ""
    return render(
        request, "error.html", status=status, title=title, problem=said(error, language_of(request)), onward=onward
    )


def _visit_is_known(request: Request) -> bool:
    return any(each.id == request.path_params.get("visit_id") for each in services_of(request).visits.open_visits())


def _where(request: Request) -> str:
    """The page that somebody was on: this one, or the one whose form was sent."""
    if request.method in {"GET", "HEAD"}:
        return local_path(request.url.path)
    if request.url.path == "/visits":
        return "/visits/new"  # on towards the card, not back to the button that was pressed
    came = urlsplit(request.headers.get("referer", ""))
    return local_path(came.path) if came.netloc == request.headers.get("host", "") else "/"


def problem_json(error: HonninError, status: int, more: Mapping[str, object] = MappingProxyType({})) -> Response:
    """RFC 9457 with the stable code and `more`. Of a case of law also what is wrong where, and what is allowed; of a
    number or PIN its field.
    """
    message = message_for(error)
    more = dict(more)
    if error.code.startswith("law.case."):
        more["detail"] = error.message
    if isinstance(error, TypedKeyError):
        more["field"] = error.field
    return JSONResponse(
        {
            "type": "about:blank",
            "title": message.en,
            "status": status,
            "code": error.code,
            "title_ja": message.ja,
            "next_ja": message.next_ja,
            "next_en": message.next_en,
            **more,
        },
        status,
        media_type="application/problem+json",
    )


def first(errors: Sequence[FieldError], field: str) -> str:
    """The sentence at a field, or empty."""
    return next((each.text for each in errors if each.field == field), "")
