"""Answers of staff and declarations of the customer, as a page sends them: which are known, which are missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date

from honnin.core.secret import Secret
from honnin.flows.keys import TypedKey
from honnin.flows.transactions import Declaration
from honnin.flows.visit import Visit
from honnin.records.visit_record import Face, Print

ADDRESS_ANSWERS = frozenset({"as_card", "other"})
MAX_ANSWER = 200
_DATE_OF_ISSUE = "address_issued"
_TEXTS = ("address_kind", _DATE_OF_ISSUE)


def known_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers of the result page that this program knows, and only those."""
    given = {name: value for name, value in answers.items() if name in {"face", "print"}}
    if answers.get("lookup") in {"valid", "lapsed"}:
        given["lookup"] = answers["lookup"]  # what staff saw on the agency's page; optional
    if answers.get("address") in ADDRESS_ANSWERS:
        given["address"] = answers["address"]
        if answers["address"] == "other":
            given.update({name: answers.get(name, "").strip()[:MAX_ANSWER] for name in _TEXTS})
    return given


def unanswered(visit: Visit, given: Mapping[str, str]) -> tuple[str, ...]:
    """Questions of the result page that need an answer and have none."""
    missing = [] if given.get("face") in set(Face) else ["face"]
    missing += [] if given.get("print") in set(Print) else ["print"]
    if visit.case.asks_address and given.get("address") not in ADDRESS_ANSWERS:
        missing.append("address")
    if given.get("address") == "other":
        missing += [name for name in _TEXTS if not given.get(name)]
        if given.get(_DATE_OF_ISSUE) and date_of(given[_DATE_OF_ISSUE]) is None:
            missing.append(_DATE_OF_ISSUE)
    return tuple(missing)


def undeclared(visit: Visit) -> tuple[str, ...]:
    """Declarations that the transaction asks for and that are missing."""
    missing: list[str] = []
    for each in visit.case.transaction.declarations:
        value = visit.declarations.get(each, "").strip()
        yes_or_no = each in {Declaration.FOREIGN_PEP, Declaration.ALIAS}
        if not value or (yes_or_no and value not in {"yes", "no"}):
            missing.append(each)
    if visit.declarations.get(Declaration.ALIAS) == "yes" and not visit.declarations.get("alias_name", "").strip():
        missing.append("alias_name")
    return tuple(missing)


def date_of(typed: str) -> date | None:
    """A date typed as 20261101 or 2026-11-01; None when it is none."""
    digits = typed.replace("-", "").replace("/", "").strip()
    try:
        if len(digits) != 8 or not digits.isascii():
            return None
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def typed_key(form: Mapping[str, str]) -> TypedKey:
    """The fields of the key page in their boxes."""
    return TypedKey(**{each.name: Secret(form.get(each.name, "")) for each in fields(TypedKey)})
