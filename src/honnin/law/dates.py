"""What a date decides: validity of a document, letter and article of a method (law.md §2.1, §7.1)."""

from __future__ import annotations

import calendar
from datetime import date

from honnin.law.case import Case, DocumentFact
from honnin.law.model import UNKNOWN, Elsewhere, Law, Method, Rules


def months_before(day: date, months: int) -> date:
    """The same day so many calendar months earlier, or the last day of a shorter month (民法143条)."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    if year < date.min.year:
        return date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def valid_on(fact: DocumentFact, case: Case, rules: Rules) -> bool | None:
    """Whether it is valid on the day of the case: stated, or by its dates; False when anything speaks against it, None:
    unknown. What is older than its kind may be is valid only by a stated expiry, where the kind can have one.
    """
    kind, day = rules.documents[fact.kind], case.on
    if fact.valid is False or fact.signature_failed or (kind.valid_from is not None and day < kind.valid_from):
        return False
    known = fact.valid
    if fact.expires_on is not None:
        if fact.expires_on < day:
            return False
        known = True
    if fact.issued_on is not None:
        first = kind.issued_from.get(case.law)
        if fact.issued_on > day or (first is not None and fact.issued_on < first):
            return False
        if kind.max_age_months is not None and not (kind.expiry_instead and fact.expires_on is not None):
            if fact.issued_on < months_before(day, kind.max_age_months):
                return False
            known = True
    return known


def address_current(fact: DocumentFact, rules: Rules) -> bool | None:
    """Whether it shows the current address. A passport never does (design §6)."""
    return False if rules.documents[fact.kind].address_never else fact.address_current


def letter(method: Method, law: Law, day: date) -> str | None:
    """The letter of that day, or None: the method has none, or the text was not seen."""
    found = method.letters.get(law.revision(day).id)
    return None if found is None or found == UNKNOWN else found


def numbers_known(law: Law, case: Case) -> bool:
    """Whether article numbers of the rule may be printed: its text of that day was read in full, or is confirmed."""
    revision = law.revision(case.on)
    confirmed = revision.article_point is not None and revision.article_point in case.house.confirmed
    return revision.text_seen == "full" or confirmed


def article(method: Method, law: Law, case: Case) -> str:
    """The article of that day. Its numbers are left out while the text was not read in full and not confirmed (L2)."""
    if not numbers_known(law, case):
        return f"{law.rule}（条項の番号は未確認）"
    name, sign = method.provision, letter(method, law, case.on) or ""
    other = next((each for each in law.elsewhere if name in each.provisions and _is_elsewhere(each, case)), None)
    if other is not None and other.same_as:  # 規則4条1項（3条1項1号イと同じ方法）
        return f"{law.rule}{_bare(other.provisions[name])}（{_bare(name)}{sign}と同じ方法）"
    if other is not None:
        name = other.provisions[name]
    return f"{law.rule}{_bare(name)}{sign}" if name.startswith("規則") else name


def _bare(provision: str) -> str:
    return provision.removeprefix("規則")


def _is_elsewhere(other: Elsewhere, case: Case) -> bool:
    return case.transaction in other.transactions or case.actor in other.actors


def egov_revision(law: Law, day: date) -> str | None:
    """The e-Gov id of the text of that day, where it is known."""
    known: str | None = None
    for start, name in law.revision(day).egov:
        if start <= day:
            known = name
    return known
