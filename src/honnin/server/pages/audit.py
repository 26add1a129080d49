"""Can everything still be proved? State of the ledger, checkpoints, who saw which record (ui.md §3.14).

Never anything of a customer: entries of the ledger hold nothing of the person, and neither does this page. The audit
runs on a thread of its own; the page asks how far it is.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from honnin.core.errors import HonninError
from honnin.flows.ledger_watch import LedgerState, LedgerWatch
from honnin.flows.messages_ledger import audit_words
from honnin.flows.record_desk import Line
from honnin.records.ledger.audit_numbers import RECORD
from honnin.server.catalogue import Language, text
from honnin.server.frame import go, language_of, render, said, services_of
from honnin.server.pages.record_acts import desk_of
from honnin.server.record_view import Names, history_rows
from honnin.server.staff import staff_of, staff_or_none
from honnin.server.words import moment

router = APIRouter(prefix="/audit")

SHOWN_FINDINGS = 50
RecordNumber = Annotated[str, Query(pattern="^[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z ]{0,40}$")]


@router.get("")
def page(
    request: Request, before: Annotated[int | None, Query(ge=0, le=1 << 62)] = None, record: RecordNumber = ""
) -> Response:
    """State, findings, checkpoints, access log."""
    services, language = services_of(request), language_of(request)
    desk = desk_of(request)
    watch = desk.watch
    state, problem = LedgerState(), None
    try:
        state = watch.state()
    except HonninError as error:
        problem = said(error, language)
    if problem is None and watch.problem:
        problem = said(HonninError(watch.problem, ""), language)
    names = Names(services, staff_or_none(request))
    at = 0 if language == "ja" else 1
    number = "".join(record.split()).upper()
    log = desk.access(before=before, record_id=number)
    accepted = [
        (audit_words(each.finding)[at], names.of(each.by, language), each.at[:10], each.reason)
        for each in state.accepted
    ]
    return render(
        request, "audit.html", state=state, kind=_kind(state, watch), problem=problem, number=number,
        checked_at=moment(state.checked_at, language) if state.checked_at is not None else "",
        stopped_at=moment(state.stopped_at, language) if state.stopped_at is not None else "",
        running=watch.running is not None, progress=_progress(watch, language),
        findings=[audit_words(each)[at] for each in state.findings[:SHOWN_FINDINGS]],
        more=max(0, len(state.findings) - SHOWN_FINDINGS), accepted=accepted,
        checkpoints=[(each.size, moment(each.at_utc, language), each.timestamp is not None)
                     for each in desk.checkpoints()],
        log=[(row, _record_of(line)) for row, line in zip(history_rows(log.lines, names, language), log.lines,
                                                          strict=True)],
        before=log.before, first=before is None,
    )  # fmt: skip



def _record_of(line: Line) -> str:
    """The record that an entry is about; that of an individual number names the record it was received with."""
    return line.detail.get(RECORD, line.record_id)


@router.post("/check")
def check(request: Request) -> Response:
    """Start an audit, unless one is on its way."""
    staff_of(request)
    desk_of(request).watch.begin()
    return go("/audit")


@router.get("/progress")
def progress(request: Request) -> Response:
    """How far it is, for the page that waits."""
    watch = desk_of(request).watch
    return JSONResponse({"running": watch.running is not None, "say": _progress(watch, language_of(request))})


def _kind(state: LedgerState, watch: LedgerWatch) -> str:
    """agrees, accepted (only what somebody accepted), broken, unknown."""
    if (state.checked_at is None and not state.findings) or watch.problem:
        return "unknown"
    if state.agrees:
        return "agrees"
    known = {each.finding for each in state.accepted}
    return "accepted" if all(each in known for each in state.findings) else "broken"


def _progress(watch: LedgerWatch, language: Language) -> str:
    running = watch.running
    if running is None:
        return ""
    return text(language, "audit.running.count", done=running.done, of=running.of) if running.of else text(
        language, "audit.running"
    )
