"""What is left of a record, and finishing it: mail, papers, items, the other person's record (ui.md §3.9, §3.13)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.clock import japan_day
from honnin.core.errors import CallerError, DataError, HonninError
from honnin.flows.completing import Completing, Standing
from honnin.flows.entry_asks import MAX_WRITTEN, Asked, day_of, next_owner, unwritten
from honnin.flows.staff import member_of
from honnin.law.acts import Handover, Mailing, MailKind
from honnin.law.rules import Rules
from honnin.records.kakunin_entry import Staff
from honnin.records.kakunin_owners import MAX_OWNERS, count_owners
from honnin.records.later import (
    ExpirySeen,
    HandedOver,
    Later,
    MailDelivered,
    MailReturned,
    MailSent,
    OtherVerified,
    PaperCame,
    SupplementCame,
    Wrote,
)
from honnin.server.catalogue import text
from honnin.server.entry_view import entry_groups, wrong_entry
from honnin.server.frame import FieldError, first, go, language_of, render, said, services_of
from honnin.server.kept_law import left_words
from honnin.server.looks import enter_look, enter_look_unless_recent
from honnin.server.pages.declare import OWNER_MORE
from honnin.server.security import RefusedError, form_of
from honnin.server.staff import staff_of

router = APIRouter(prefix="/records/{record_id}/finish")

ACTS = (
    "mail_sent", "mail_delivered", "mail_returned", "handed_over", "paper", "supplement", "expiry_seen", "wrote",
    "other",
)  # fmt: skip
MAX_TEXT = 200
# Of each act: its fields, and which of them must be there.
FIELDS: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "mail_sent": (("on", False), ("mail_kind", True), ("mail_to", True), ("number", False)),
    "mail_delivered": (("on", False), ("number", False)),
    "mail_returned": (("on", False), ("number", False)),
    "handed_over": (("on", False),),
    "paper": (
        ("paper_kind", True), ("how", True), ("on", False), ("number", True), ("issued", False), ("valid", True),
        ("current", True), ("whose", False),
    ),
    "supplement": (
        ("supplement_kind", True), ("how", True), ("on", False), ("number", True), ("issued", False), ("until", False),
    ),
    "expiry_seen": (("expiry", True),),
    "wrote": (),
    "other": (("record", True),),
}  # fmt: skip
DAYS = frozenset({"on", "issued", "until", "expiry"})


@router.get("")
def page(request: Request, record_id: str) -> Response:
    """What is left, and a form for one act. The look is entered in the ledger first."""
    standing = completing_of(request).standing(record_id)
    enter_look(request, record_id, staff=staff_of(request))
    return _page(request, standing, {}, ())


@router.post("")
def add(request: Request, record_id: str, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """Add one act; what was typed stays on the page when it cannot be added."""
    completing = completing_of(request)
    staff = staff_of(request)
    standing = completing.standing(record_id)
    enter_look_unless_recent(request, record_id, staff=staff)  # what is wrong is told on the page that shows it
    given = {name: value.strip()[:MAX_WRITTEN] for name, value in form.items() if value.strip()}
    if form.get("as") == OWNER_MORE:
        return _page(request, standing, {**given, "owners": str(_rows(given) + 1)}, ())
    errors = _wrong(request, given, standing)
    if errors:
        return _page(request, standing, given, errors)
    try:
        act = _act(given, standing, japan_day(services_of(request).clock()))
        completing.add(record_id, act, by=person_of(request, staff), expected=_number(form.get("parts", "")))
    except (CallerError, DataError) as error:
        return _page(request, standing, given, (), problem=error)
    except HonninError as error:
        if error.code != "store.conflict":
            raise
        return _page(request, completing.standing(record_id), given, (), problem=error)
    return go(f"/records/{record_id}/finish")


def completing_of(request: Request) -> Completing:
    """What finishes records. Raises RefusedError 404 where there is nothing of the kind."""
    completing = services_of(request).completing
    if completing is None:
        raise RefusedError(404, "request.not_found", "records cannot be finished here")
    return completing


def person_of(request: Request, name: str) -> Staff:
    """Who is here, as a record names them."""
    member = member_of(services_of(request).house.staff, name)
    return Staff(id=member.id or member.name, name=member.name)


def _rows(given: Mapping[str, str]) -> int:
    """Rows for 実質的支配者 that were added on the page."""
    return min(_number(given.get("owners", "")) or 0, MAX_OWNERS)


def _asked(standing: Standing, given: Mapping[str, str]) -> tuple[Asked, ...]:
    """What can be written, with as many rows as were added."""
    asked = standing.asked
    known = count_owners(each.id for each in standing.record.items)
    for _ in range(_rows(given)):
        asked = next_owner(asked, known=known)
    return asked


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else None


def _page(
    request: Request, standing: Standing, given: Mapping[str, str], errors: tuple[FieldError, ...],
    *, problem: HonninError | None = None,
) -> Response:  # fmt: skip
    language = language_of(request)
    rules = services_of(request).law.rules
    acts = [each for each in ACTS if _offered(each, standing)]
    asked = _asked(standing, given)
    return render(
        request, "finish.html", status=422 if errors or problem is not None else 200, record=standing.record,
        finished=standing.finished, left=left_words(standing.left, language), groups=entry_groups(asked), acts=acts,
        asked=bool(asked), owners=_rows(given), may_attach=standing.record.law != "bangou",
        given=given, errors=errors, problem=None if problem is None else said(problem, language),
        parts_seen=standing.parts, papers=_papers(standing, rules), fields=FIELDS,
        at={name: first(errors, name) for name in (*_names(), *(each.id for each in asked), "act-mail_sent")},
        other=standing.other is not None,
    )  # fmt: skip


def _names() -> set[str]:
    return {name for fields in FIELDS.values() for name, _ in fields}


def _offered(act: str, standing: Standing) -> bool:
    """Acts that can matter now: a letter arrives only when one was sent, and it may come back to a finished record."""
    if act in {"mail_delivered", "mail_returned"}:
        return standing.mailed
    if standing.finished:
        return False
    if act == "wrote":
        return bool(standing.asked)
    if act == "other":
        return standing.other is not None and not standing.other.verified
    if act == "expiry_seen":
        return any("document_valid_on_day" in each.missing for each in standing.decision.near)
    return True


def _papers(standing: Standing, rules: Rules) -> list[tuple[str, str, str]]:
    """Documents without a chip: of people, and of companies where one is the customer."""
    company = standing.case.customer_kind == "corporation"
    return [
        (code, kind.words.ja, kind.words.en)
        for code, kind in rules.documents.items()
        if not kind.chip and (company or not kind.corporate) and ((kind.identity and not kind.record) or kind.gives)
    ]


def _wrong(request: Request, given: Mapping[str, str], standing: Standing) -> tuple[FieldError, ...]:
    language = language_of(request)
    act = given.get("act", "")
    if act not in ACTS or not _offered(act, standing):
        return (FieldError("act-mail_sent", text(language, "finish.choose")),)
    errors = [
        FieldError(name, f"{text(language, f'finish.{name}')}：{text(language, 'entry.missing')}")
        for name, required in FIELDS[act]
        if required and name not in given
    ]
    errors += [
        FieldError(name, f"{text(language, f'finish.{name}')}：{text(language, 'entry.date.wrong')}")
        for name, _ in FIELDS[act]
        if name in DAYS and name in given and day_of(_plain(given[name])) is None
    ]
    if act == "wrote":
        asked = _asked(standing, given)
        written = {each.id: given.get(each.id, "") for each in asked}
        wrong = set(unwritten(asked, written))
        errors += [
            FieldError(each.id, wrong_entry(each, written[each.id], language))
            for each in asked
            if each.id in wrong
            and (written[each.id] or each.owner > 1 or each.form == "percent" or not any(written.values()))
        ]
    return tuple(errors)


def _act(given: Mapping[str, str], standing: Standing, today: date) -> Later:
    """The act of a form that has what it needs. Raises CallerError `later.form` for a value that nobody can choose."""
    on = _day(given, "on") or today
    number = given.get("number", "")[:MAX_TEXT]
    act = given["act"]
    try:
        if act == "mail_sent":
            return MailSent(on, MailKind(given["mail_kind"]), Mailing(given["mail_to"]), number)
        if act == "paper":
            issued = _day(given, "issued")
            return PaperCame(
                on, given["paper_kind"], Handover(given["how"]),
                number if issued is None else f"{number}　発行日 {issued.isoformat()}",
                valid=_flag(given["valid"]), address_current=_flag(given["current"]),
                other=given.get("whose") == "other" and standing.other is not None,
                additional=given.get("whose") == "additional",
            )  # fmt: skip
        if act == "supplement":
            return SupplementCame(
                on, given["supplement_kind"][:MAX_TEXT], Handover(given["how"]), number, _day(given, "issued"),
                _day(given, "until"),
            )  # fmt: skip
    except ValueError:
        raise CallerError("later.form", "a value is none of those that can be chosen") from None
    if act == "wrote":
        wanted = {each.id for each in _asked(standing, given)}
        return Wrote(today, tuple((name, value) for name, value in given.items() if name in wanted))
    if act == "expiry_seen":
        return ExpirySeen(today, _day(given, "expiry") or today)
    if act == "other":
        return OtherVerified(today, given["record"].upper().replace(" ", "")[:64])
    plain: dict[str, Later] = {
        "mail_delivered": MailDelivered(on, number), "mail_returned": MailReturned(on, number),
        "handed_over": HandedOver(on),
    }  # fmt: skip
    return plain[act]


def _day(given: Mapping[str, str], name: str) -> date | None:
    return day_of(_plain(given.get(name, "")))


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed)


def _flag(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)
