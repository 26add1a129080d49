"""What the law says of a visit at the counter: staff's answers as acts, a case, its Decision (design §2).

Nothing is added to what happened: an act is there only with the time at which somebody did it.
"""

from __future__ import annotations

from datetime import datetime

from honnin.core.clock import japan_day
from honnin.flows.entry_asks import PAPER_ADDRESS, PAPER_ISSUED, PAPER_KIND, PAPER_NUMBER, day_of
from honnin.flows.transactions import Declaration
from honnin.flows.visit import Visit
from honnin.law import acts as law_acts
from honnin.law.acts import (
    Acts,
    AddressAnswer,
    AddressAnswered,
    Answer,
    Answered,
    Done,
    Handover,
    OtherDocument,
    SeenDate,
    Supplement,
)
from honnin.law.dates import months_before
from honnin.records.kakunin_words import LOOKED_UP

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
        photo_printed={"yes": True, "no": False}.get(visit.answers.get("photo", "")),
        expiry_seen=_expiry(visit, answered, compared),
        supplement=_supplement(visit, answered, compared),
        declarations=_declarations(visit, now, staff),
    )


def other_acts_of(visit: Visit, staff: str, now: datetime) -> Acts:
    """What was done about the other person: a document of theirs that was presented."""
    said = visit.declarations
    kind = said.get(PAPER_KIND, "").strip()
    if not kind:
        return Acts()
    issued = day_of(said.get(PAPER_ISSUED, ""))
    number = said.get(PAPER_NUMBER, "").strip()
    today = japan_day(now)
    if kind in LOOKED_UP:  # the day of its receipt is that of the record (規則20条1項11号・12号)
        valid = None if issued is None else issued == today
    else:
        valid = None if issued is None else months_before(today, 6) <= issued <= today  # 規則7条
    paper = OtherDocument(
        kind=kind,
        how=Handover.PRESENTED,
        valid=valid,
        address_current={"yes": True, "no": False}.get(said.get(PAPER_ADDRESS, "")),
        number=number if issued is None else f"{number}　発行日 {issued.isoformat()}",
        additional=False,
        at=now,
        by=staff,
    )
    return Acts(others=(paper,))


def _expiry(visit: Visit, at: datetime, staff: str) -> SeenDate | None:
    seen = day_of(visit.answers.get("expiry_seen", ""))
    return None if seen is None else SeenDate(seen, at, staff)


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
        issued_on=day_of(visit.answers.get("address_issued", "")),
        valid_until=day_of(visit.answers.get("address_until", "")),
        shows_current_address=True,  # staff chose "confirmed by another document"
        identification=visit.answers.get("address_number", ""),
        at=at,
        by=staff,
    )


def _declarations(visit: Visit, at: datetime, staff: str) -> tuple[law_acts.Declaration, ...]:
    said = visit.declarations
    made = [
        law_acts.Declaration("pep" if each is Declaration.FOREIGN_PEP else str(each), value, _TAKEN_DOWN, at, staff)
        for each in visit.case.declarations
        if (value := said.get(each, "").strip())
    ]
    for item, field in (("beneficial_owner", "F25.name"), ("assets", "F26")):
        if said.get(field, "").strip():  # 規則20条1項15号: the day belongs to it
            made.append(law_acts.Declaration(item, said[field].strip(), _TAKEN_DOWN, at, staff))
    return tuple(made)
