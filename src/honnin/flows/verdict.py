"""What the law says of a visit at the counter: staff's answers as acts, a case, its Decision (design §2).

Nothing is added to what happened: an act is there only with the time at which somebody did it.
"""

from __future__ import annotations

from datetime import datetime

from honnin.flows.transactions import Declaration
from honnin.flows.visit import Visit
from honnin.flows.visit_answers import date_of
from honnin.law import acts as law_acts
from honnin.law.acts import Acts, AddressAnswer, AddressAnswered, Answer, Answered, Done, Handover, Supplement

_ANSWERS = {"yes": Answer.YES, "no": Answer.NO, "unsure": Answer.UNSURE}
_LOOKUP = {"valid": Answer.YES, "lapsed": Answer.NO}
_TAKEN_DOWN = "staff"  # how a declaration came: staff wrote it down


def acts_of(visit: Visit, staff: str, now: datetime) -> Acts:
    """What was done in this visit until now. `staff`: who is there now, and did what has no other name yet."""
    answered = visit.answered_at_utc or now
    reading = visit.reading
    saw, compared = visit.shown_to or staff, visit.answered_by or staff
    return Acts(
        presented=Done(reading.read_at_utc, saw) if reading is not None else None,
        chip_displayed=Done(visit.shown_at_utc, saw) if visit.shown_at_utc is not None else None,
        face_match=_answered(visit.answers.get("face"), answered, compared),
        print_match=_answered(visit.answers.get("print"), answered, compared),
        address=_address(visit, answered, compared),
        number_lookup=_lookup(visit.answers.get("lookup"), answered, compared),
        supplement=_supplement(visit, answered, compared),
        declarations=_declarations(visit, now, staff),
    )


def _answered(value: str | None, at: datetime, staff: str) -> Answered | None:
    return Answered(_ANSWERS[value], at, staff) if value in _ANSWERS else None


def _lookup(value: str | None, at: datetime, staff: str) -> Answered | None:
    return Answered(_LOOKUP[value], at, staff) if value in _LOOKUP else None


def _address(visit: Visit, at: datetime, staff: str) -> AddressAnswered | None:
    answer = visit.answers.get("address")
    if answer == "as_card":
        return AddressAnswered(AddressAnswer.CURRENT, at, staff)
    if answer == "other":
        return AddressAnswered(AddressAnswer.MOVED, at, staff)
    return None


def _supplement(visit: Visit, at: datetime, staff: str) -> Supplement | None:
    if visit.answers.get("address") != "other":
        return None
    return Supplement(
        kind=visit.answers.get("address_kind", ""),
        how=Handover.PRESENTED,
        issued_on=date_of(visit.answers.get("address_issued", "")),
        valid_until=None,
        shows_current_address=True,  # staff chose "confirmed by another document"
        identification=visit.answers.get("address_kind", ""),
        at=at,
        by=staff,
    )


def _declarations(visit: Visit, at: datetime, staff: str) -> tuple[law_acts.Declaration, ...]:
    made: list[law_acts.Declaration] = []
    for each in visit.case.transaction.declarations:
        value = visit.declarations.get(each, "").strip()
        if each is Declaration.ALIAS:
            value = visit.declarations.get("alias_name", "").strip() if value == "yes" else ""
        if value:
            item = "pep" if each is Declaration.FOREIGN_PEP else str(each)
            made.append(law_acts.Declaration(item, value, _TAKEN_DOWN, at, staff))
    return tuple(made)
