"""Answers of staff and declarations of the customer, as a page sends them: which are known, which are missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from honnin.core.secret import Secret
from honnin.flows.entry_asks import day_of, unwritten
from honnin.flows.keys import TypedKey
from honnin.flows.looks import EXPIRY, NO_PHOTO, PHOTO
from honnin.flows.transactions import Declaration
from honnin.flows.visit import Visit
from honnin.records.visit_record import Completion, Face, Print, completion, issuer_confirmed

ADDRESS_ANSWERS = frozenset({"as_card", "other"})
MAX_ANSWER = 200
_DATE_OF_ISSUE, _VALID_UNTIL = "address_issued", "address_until"
# 規則20条1項19号: name and number or other identification of the paper.
_TEXTS = ("address_kind", "address_number", _DATE_OF_ISSUE)
_YES_NO = frozenset({"yes", "no"})


def known_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers of the result page that this program knows, and only those."""
    given = {name: value for name, value in answers.items() if name in {"face", "print"}}
    if answers.get("lookup") in {"valid", "lapsed"}:
        given["lookup"] = answers["lookup"]  # what staff saw on the agency's page; optional
    if answers.get("address") in ADDRESS_ANSWERS:
        given["address"] = answers["address"]
        if answers["address"] == "other":
            given.update({name: answers.get(name, "").strip()[:MAX_ANSWER] for name in (*_TEXTS, _VALID_UNTIL)})
    if answers.get("photo") in _YES_NO:
        given["photo"] = answers["photo"]  # whether one is printed, where the chip was not asked
    if answers.get("expiry_seen", "").strip():
        given["expiry_seen"] = answers["expiry_seen"].strip()[:MAX_ANSWER]
    return given


def unanswered(visit: Visit, given: Mapping[str, str]) -> tuple[str, ...]:
    """Questions of the result page that need an answer and have none."""
    missing = [] if given.get("face") in set(Face) or NO_PHOTO in visit.needs else ["face"]
    missing += [] if given.get("print") in set(Print) else ["print"]
    if visit.case.asks_address and given.get("address") not in ADDRESS_ANSWERS:
        missing.append("address")
    if given.get("address") == "other":
        missing += [name for name in _TEXTS if not given.get(name)]
        missing += [
            name for name in (_DATE_OF_ISSUE, _VALID_UNTIL) if given.get(name) and day_of(given[name]) is None
        ]
    if PHOTO in visit.needs and given.get("photo") not in _YES_NO:
        missing.append("photo")
    if EXPIRY in visit.needs and day_of(given.get("expiry_seen", "")) is None:
        missing.append("expiry_seen")
    return tuple(missing)


def completable(visit: Visit, given: Mapping[str, str]) -> bool:
    """Whether it can go on to be a finished record. Where the document has no photo in its chip, the law alone decides
    when staff found no difference and nothing speaks against the data; without a law it stays unfinished.
    """
    report = visit.report
    if report is None:
        return False
    if completion(report, given) is Completion.CHECKED:
        return True
    face = NO_PHOTO in visit.needs or (given.get("photo") == "yes" and given.get("face") == Face.YES)
    return (
        bool(visit.case.transaction.law)
        and face
        and given.get("print") == Print.YES
        and given.get("lookup") != "lapsed"
        and not report.failed
        and issuer_confirmed(report)
    )


def stays_unfinished(visit: Visit, given: Mapping[str, str]) -> bool:
    """Whether nothing that the customer could still declare makes a record of it: no law, or staff did not say yes."""
    face = given.get("face") == Face.YES or NO_PHOTO in visit.needs
    return not (visit.case.transaction.law and face and given.get("print") == Print.YES)


def undeclared(visit: Visit) -> tuple[str, ...]:
    """Declarations that the transaction asks for and that are missing."""
    missing: list[str] = []
    for each in visit.case.declarations:
        value = visit.declarations.get(each, "").strip()
        yes_or_no = each in {Declaration.FOREIGN_PEP, Declaration.ALIAS}
        if not value or (yes_or_no and value not in _YES_NO):
            missing.append(each)
    # 規則20条1項27号・29号: the name and why it is used; that he is one, and why.
    more = ((Declaration.ALIAS, ("alias_name", "alias_reason")), (Declaration.FOREIGN_PEP, ("pep_reason",)))
    for each, texts in more:
        if visit.declarations.get(each) == "yes":
            missing += [name for name in texts if not visit.declarations.get(name, "").strip()]
    return (*missing, *unwritten(visit.asked, visit.declarations))


def typed_key(form: Mapping[str, str]) -> TypedKey:
    """The fields of the key page in their boxes."""
    return TypedKey(**{each.name: Secret(form.get(each.name, "")) for each in fields(TypedKey)})
