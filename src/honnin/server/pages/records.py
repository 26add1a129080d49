"""Find a record, show one record (ui.md §3.12, §3.13).

A search is a POST, so that no name stands in an address; its terms wait in memory under a random number.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.clock import JAPAN, Clock
from honnin.core.errors import CallerError, HonninError, StoreError
from honnin.core.typed_day import typed_day
from honnin.flows.messages_jobs import CAUSE_WORDS, RECHECK_WORDS
from honnin.flows.ports import VisitQuery
from honnin.flows.record_desk import RecordDesk
from honnin.flows.record_meta import completion_of
from honnin.flows.retention_jobs import propose_deletions
from honnin.flows.staff import said_name
from honnin.records.kakunin import Amendment
from honnin.records.kept_report import kept_report
from honnin.records.retention import certificate_text
from honnin.records.visit_record import compare_reports, explained_by_dropping
from honnin.server.catalogue import text
from honnin.server.frame import FieldError, first, go, language_of, render, said, services_of
from honnin.server.kept_law import decision_of, kakunin_of, law_lines, left_lines
from honnin.server.looks import enter_look, enter_look_unless_recent
from honnin.server.pages.attach import attachment_rows, may_attach
from honnin.server.pages.record_acts import desk_of
from honnin.server.record_list import lines_to_csv, record_line
from honnin.server.record_view import (
    Names,
    history_rows,
    hold_rows,
    item_rows,
    kept_until,
    law_of_day,
    proof_lists,
    words_of,
)
from honnin.server.security import RefusedError, form_of
from honnin.server.staff import staff_of
from honnin.server.view import finding_title, is_picture, make_view
from honnin.server.words import moment

router = APIRouter(prefix="/records")

FIELDS = ("name", "birth", "number", "from", "to", "staff")
MAX_FOUND = 100
MAX_CSV = 1000
MAX_DUE = 500
NUMBER = "^[0-9A-HJKMNP-TV-Z]{0,26}$"
DONE = frozenset({"append", "contract", "hold", "release", "request", "approve", "refuse", "keep", "attach"})
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
    services, staff = services_of(request), staff_of(request)
    if terms is not None:
        query, errors = _query(terms, request)
        if not errors:
            found = [record_line(each, language) for each in services.store.find(query, limit=MAX_FOUND)]
            if found and services.desk is not None:
                services.desk.note_search(staff=staff, found=len(found), how="page")
    shown = terms or dict.fromkeys(FIELDS, "")
    return render(
        request, "records.html", terms=shown, found=found, errors=errors, search=s,
        at={each: first(errors, each) for each in FIELDS}, members=services.house.staff,
        count=text(language, "records.found", n=len(found)) if found else "", most=MAX_FOUND,
    )


@router.post("/csv")
def csv(request: Request, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """What was found, as a table for spreadsheets. That it was taken stands in the ledger."""
    services, staff, language = services_of(request), staff_of(request), language_of(request)
    terms = _searches(request).get(form.get("s", ""))
    if terms is None:
        return go("/records")
    query, errors = _query(terms, request)
    found = () if errors else services.store.find(query, limit=MAX_CSV)
    if services.desk is not None:
        services.desk.note_search(staff=staff, found=len(found), how="csv")
    octets = lines_to_csv((record_line(each, language) for each in found), language)
    headers = {"Content-Disposition": 'attachment; filename="honnin-records.csv"'}
    return Response(octets, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/due")
def due(request: Request) -> Response:
    """Whose time of keeping is over, and what is asked for: numbers, no names."""
    staff_of(request)
    return render(request, "records_due.html", due=due_lists(request))


@router.get("/refresh")
def refresh(request: Request) -> Response:
    """Records whose answer changed when they were verified again, and that nobody has dealt with: numbers, no names."""
    staff_of(request)
    language = language_of(request)
    rows = [
        (each.record_id, moment(each.at_utc, language), *(words[0 if language == "ja" else 1] for words in (
            CAUSE_WORDS.get(each.cause.partition(":")[0], (each.cause, each.cause)), RECHECK_WORDS[each.outcome],
        )))
        for each in desk_of(request).to_look_at()
    ]  # fmt: skip
    return render(request, "records_refresh.html", rows=rows)


@router.get("/unfinished")
def unfinished(request: Request, after: Annotated[str, Query(pattern=NUMBER)] = "") -> Response:
    """Kept records whose verification is not finished: numbers, no names."""
    staff_of(request)
    language = language_of(request)
    page = desk_of(request).unfinished(after=after)
    rows = [(each.record_id, moment(each.sealed_at_utc, language), each.document, each.law, each.simulated)
            for each in page.rows]  # fmt: skip
    return render(request, "records_unfinished.html", rows=rows, after=page.after, first=not after)


@router.post("")
def search(request: Request, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """Keep the terms and show the page."""
    key = services_of(request).random(16).hex()
    _searches(request).keep(key, {each: form.get(each, "").strip()[:MAX_TERM] for each in FIELDS})
    return go(f"/records?s={key}")


@router.get("/{record_id}")
def record(request: Request, record_id: str, done: str = "") -> Response:
    """What was known that day, what came later, and whether it comes out the same today."""
    services, staff, language = services_of(request), staff_of(request), language_of(request)
    desk = services.desk
    try:
        saved = services.store.get(record_id)
    except StoreError as error:
        if error.code != "store.deleted" or desk is None:
            raise
        return _deleted(request, desk, record_id, done)
    enter_look(request, record_id, staff=staff)
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
    decision, kakunin = decision_of(saved), kakunin_of(saved)
    values: dict[str, Any] = {"desk": None}
    if desk is not None:
        amended = desk.amending.entries(record_id)
        names = Names(services, staff, saved.staff, *(each.by for each in amended))
        row = desk.summary(record_id)
        values = {
            "desk": desk, "row": row, "until": kept_until(row, language),
            "items": item_rows(kakunin, amended, language) if kakunin is not None else (),
            "appended": words_of(amended, names, language),
            "law": law_of_day(kakunin, decision, law_lines(decision, language), language),
            "history": history_rows(desk.history(record_id), names, language),
            "holds": hold_rows(desk, record_id, names, language),
            "proof": proof_lists(desk, record_id, language), "asked": desk.keeping.request_of(record_id),
        }
    left = left_lines(saved.judged.parts, language) if saved.judged is not None else ()
    return render(
        request, "record.html", saved=saved, law_lines=law_lines(decision, language),
        has_pdf=saved.judged is not None, view=make_view(saved.reading, saved.report, language),
        differences=differences, limited=limited, state=str(completion_of(saved)), left=left,
        done=done if done in DONE else "", may_attach=services.completing is not None and may_attach(kakunin),
        attachments=attachment_rows(kakunin, dict(saved.judged.parts) if saved.judged else {}, language),
        files=sorted((name, len(octets)) for name, octets in saved.reading.files.items()), **values,
    )


def _deleted(request: Request, desk: RecordDesk, record_id: str, done: str) -> Response:
    """What is left of a record: that there was one, what became of it, and the certificate."""
    language = language_of(request)
    row = desk.summary(record_id)
    names = Names(services_of(request), staff_of(request))
    try:
        certificate = certificate_text(desk.keeping.certificate(record_id))[0 if language == "ja" else 1]
    except HonninError:
        certificate = ""  # what is left is not what was certified; the page says so
    return render(
        request, "record_deleted.html", row=row, done=done if done in DONE else "", certificate=certificate,
        sealed_at=moment(row.sealed_at_utc, language),
        deleted_at=moment(row.deleted_at_utc, language) if row.deleted_at_utc is not None else "",
        history=history_rows(desk.history(record_id), names, language),
    )


@router.get("/{record_id}/photo")
def photo(request: Request, record_id: str) -> Response:
    """The photo of a record as PNG."""
    staff, services = staff_of(request), services_of(request)
    saved = services.store.get(record_id)
    enter_look_unless_recent(request, record_id, staff=staff)
    return Response(services.portrait(saved.reading, saved.report), media_type="image/png")


@router.get("/{record_id}/picture/{name}")
def picture(request: Request, record_id: str, name: str) -> Response:
    """The name, the address, the front or a single character of a record as PNG, where the chip has pictures of it."""
    staff, services = staff_of(request), services_of(request)
    saved = services.store.get(record_id)
    if not is_picture(saved.report, name):
        raise RefusedError(404, "request.not_found", "no such picture")
    enter_look_unless_recent(request, record_id, staff=staff)
    return Response(services.picture(saved.reading, saved.report, name), media_type="image/png")


def _query(terms: Mapping[str, str], request: Request) -> tuple[VisitQuery, tuple[FieldError, ...]]:
    language = language_of(request)
    errors: list[FieldError] = []
    days: dict[str, datetime | None] = {"birth": None, "from": None, "to": None}
    for name in tuple(days):
        if terms[name]:
            try:
                begin = datetime.combine(typed_day(terms[name]) or date.max, time(), JAPAN)
                days[name], days[name + "+1"] = begin.astimezone(UTC), (begin + timedelta(days=1)).astimezone(UTC)
            except (ValueError, OverflowError):
                errors.append(FieldError(name, text(language, "records.bad_date")))
    if not any(terms.values()):
        errors.append(FieldError("name", text(language, "records.empty")))
    birth = days["birth"]
    return VisitQuery(
        visit_id=terms["number"].upper().replace(" ", ""),
        name=terms["name"],
        birth_date=f"{birth.astimezone(JAPAN):%Y-%m-%d}" if birth else "",
        saved_from_utc=days["from"],
        saved_before_utc=days.get("to+1"),
        staff=_staff(terms, request, errors),
    ), tuple(errors)


def _staff(terms: Mapping[str, str], request: Request, errors: list[FieldError]) -> str:
    """Also somebody who is not on the list any more."""
    if not terms["staff"]:
        return ""
    try:
        return said_name(terms["staff"])
    except CallerError as error:
        errors.append(FieldError("staff", said(error, language_of(request)).text))
        return ""


@router.get("/{record_id}/pdf")
def pdf(request: Request, record_id: str) -> Response:
    """The 確認記録 as PDF. That somebody saw it stands in the ledger."""
    services, staff = services_of(request), staff_of(request)
    saved = services.store.get(record_id)
    record = kakunin_of(saved)
    if record is None or saved.judged is None or services.pdf is None:
        raise RefusedError(404, "request.not_found", "there is no record of verification")
    octets = services.pdf(record, _amendments(services.desk, record_id), saved.judged.parts)
    enter_look(request, record_id, staff=staff)
    headers = {"Content-Disposition": f'inline; filename="{record.record_id}.pdf"'}
    return Response(octets, media_type="application/pdf", headers=headers)


def _amendments(desk: RecordDesk | None, record_id: str) -> tuple[Amendment, ...]:
    """Later values, which the paper shows below those of the day."""
    if desk is None:
        return ()
    return tuple(each.amendment for each in desk.amending.entries(record_id) if each.amendment is not None)


def due_lists(request: Request) -> dict[str, Any]:
    """What may be deleted today, what a hold keeps, what is asked for: one answer for page, command and jobs."""
    services, language = services_of(request), language_of(request)
    desk = desk_of(request)
    report = propose_deletions(desk.store, desk.tenant, at=services.clock())
    asked = [(each.record_id, moment(each.requested_at_utc, language)) for each in desk.keeping.requests()]
    open_ones, refused = [], []
    for each in report.proposals[:MAX_DUE]:
        decided = desk.keeping.refusal_of(each.record_id, each.kept_until)
        if decided is None:
            open_ones.append(each)
        else:
            refused.append((each.record_id, moment(decided.decided_at_utc or services.clock(), language)))
    return {
        "on": report.on.isoformat(), "proposals": open_ones, "refused": refused, "held": report.held[:MAX_DUE],
        "more": report.more or len(report.proposals) > MAX_DUE, "asked": asked,
    }
