"""Find a record, show one record (ui.md §3.12, §3.13).

A search is a POST, so that no name stands in an address; its terms wait in memory under a random number.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.clock import Clock
from honnin.core.errors import HonninError
from honnin.flows.ports import VisitQuery
from honnin.records.kept_report import kept_report
from honnin.records.visit_record import compare_reports, completion, explained_by_dropping
from honnin.server.catalogue import text
from honnin.server.frame import FieldError, first, go, language_of, render, services_of
from honnin.server.kept_law import decision_of, kakunin_of, law_lines
from honnin.server.security import RefusedError, form_of
from honnin.server.view import PICTURES, finding_title, make_view

router = APIRouter(prefix="/records")

FIELDS = ("name", "birth", "number", "from", "to")
MAX_SEARCHES = 64
SEARCH_LIFE = timedelta(minutes=15)
MAX_TERM = 200


class Searches:
    """The terms of the last searches, by random number: names of customers, so they go after a quarter of an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[datetime, dict[str, str]]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, key: str, terms: dict[str, str]) -> None:
        """Keep them; the oldest go."""
        with self._lock:
            self._kept[key] = (self._clock(), terms)
            while len(self._kept) > MAX_SEARCHES:
                self._kept.popitem(last=False)

    def get(self, key: str) -> dict[str, str] | None:
        """The terms, or None when they are forgotten."""
        self.prune()
        with self._lock:
            found = self._kept.get(key)
            return None if found is None else found[1]

    def prune(self) -> None:
        """Forget those whose time is over. Called now and then, so that they go even when nobody looks."""
        with self._lock:
            end = self._clock() - SEARCH_LIFE
            for key in [key for key, (at, _) in self._kept.items() if at <= end]:
                del self._kept[key]


def _searches(request: Request) -> Searches:
    searches: Searches = request.app.state.searches
    return searches


@router.get("")
def search_page(request: Request, s: str = "") -> Response:
    """The form, and below it what was found."""
    language = language_of(request)
    terms = _searches(request).get(s) if s else None
    errors: tuple[FieldError, ...] = ()
    found = None
    if terms is not None:
        query, errors = _query(terms, request)
        if not errors:
            found = services_of(request).store.find(query, limit=100)
    shown = terms or dict.fromkeys(FIELDS, "")
    return render(
        request, "records.html", terms=shown, found=found, errors=errors,
        at={each: first(errors, each) for each in FIELDS},
        count=text(language, "records.found", n=len(found)) if found else "",
    )


@router.post("")
def search(request: Request, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """Keep the terms and show the page."""
    key = services_of(request).random(16).hex()
    _searches(request).keep(key, {each: form.get(each, "").strip()[:MAX_TERM] for each in FIELDS})
    return go(f"/records?s={key}")


@router.get("/{record_id}")
def record(request: Request, record_id: str) -> Response:
    """What was known that day, and whether it comes out the same today."""
    services = services_of(request)
    saved = services.store.get(record_id)
    services.store.note_view(record_id, staff=services.staff)
    language = language_of(request)
    differences = None
    limited = False
    try:
        found = compare_reports(saved.report, kept_report(services.check(saved.reading)))
        if saved.reading.dropped:  # files that may not be kept: what rested on them cannot be made again
            limited = any(explained_by_dropping(each) for each in found)
            found = tuple(each for each in found if not explained_by_dropping(each))
        differences = [(finding_title(each.what, language), each.before, each.now) for each in found]
    except HonninError:
        differences = None
    return render(
        request, "record.html", saved=saved, law_lines=law_lines(decision_of(saved), language),
        has_pdf=saved.judged is not None, view=make_view(saved.reading, saved.report, language),
        differences=differences, limited=limited, state=str(completion(saved.report, saved.answers)),
        files=sorted((name, len(octets)) for name, octets in saved.reading.files.items()),
    )


@router.get("/{record_id}/photo")
def photo(request: Request, record_id: str) -> Response:
    """The photo of a record as PNG."""
    services = services_of(request)
    saved = services.store.get(record_id)
    return Response(services.portrait(saved.reading, saved.report), media_type="image/png")


@router.get("/{record_id}/picture/{name}")
def picture(request: Request, record_id: str, name: str) -> Response:
    """The name, the address or the front of a record as PNG, where the chip has them as pictures."""
    if name not in PICTURES:
        raise RefusedError(404, "request.not_found", "no such picture")
    services = services_of(request)
    saved = services.store.get(record_id)
    return Response(services.picture(saved.reading, saved.report, name), media_type="image/png")


def _query(terms: Mapping[str, str], request: Request) -> tuple[VisitQuery, tuple[FieldError, ...]]:
    language = language_of(request)
    errors: list[FieldError] = []
    days: dict[str, datetime | None] = {"birth": None, "from": None, "to": None}
    for name in tuple(days):
        if terms[name]:
            try:
                day = date.fromisoformat(terms[name].replace("/", "-"))
                days[name] = datetime.combine(day, time()).astimezone()
                days[name + "+1"] = (datetime.combine(day, time()) + timedelta(days=1)).astimezone()
            except (ValueError, OverflowError):
                errors.append(FieldError(name, text(language, "records.bad_date")))
    if not any(terms.values()):
        errors.append(FieldError("name", text(language, "records.empty")))
    birth = days["birth"]
    return VisitQuery(
        visit_id=terms["number"].upper().replace(" ", ""),
        name=terms["name"],
        birth_date=f"{birth:%Y-%m-%d}" if birth else "",
        saved_from_utc=days["from"],
        saved_before_utc=days.get("to+1"),
    ), tuple(errors)


@router.get("/{record_id}/pdf")
def pdf(request: Request, record_id: str) -> Response:
    """The 確認記録 as PDF. That somebody saw it stands in the ledger."""
    services = services_of(request)
    saved = services.store.get(record_id)
    record = kakunin_of(saved)
    if record is None or saved.judged is None or services.pdf is None:
        raise RefusedError(404, "request.not_found", "there is no record of verification")
    octets = services.pdf(record, (), saved.judged.parts)
    services.store.note_view(record_id, staff=services.staff)
    headers = {"Content-Disposition": f'inline; filename="{record.record_id}.pdf"'}
    return Response(octets, media_type="application/pdf", headers=headers)
