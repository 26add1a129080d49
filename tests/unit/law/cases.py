"""Cases for the tests of the law: a base that is stated in full, and what differs."""

from __future__ import annotations

from honnin.law.case import parse_case
from honnin.law.engine import decide
from honnin.law.rules import load_rules

TODAY = "2026-11-23"
PHOTO_CHIP = ("MYNA", "LICENCE", "RESIDENCE")


def case(law="hanshu", on=TODAY, **more):
    """A case of a resident who acts for himself at the counter; `doc` is short for one valid, current document."""
    mapping = {"law": law, "on": on, "channel": "in_person", "actor": "subject", "customer_kind": "resident"}
    doc = more.pop("doc", None)
    if doc is not None:
        mapping["documents"] = [document(each) for each in ([doc] if isinstance(doc, str) else doc)]
    house = more.pop("house", None)
    if house is not None:
        mapping["tenant"] = house
    mapping.update({key: value for key, value in more.items() if value is not ...})
    for key in [key for key, value in more.items() if value is ...]:
        mapping.pop(key, None)
    return mapping


def document(kind, **more):
    return {"kind": kind, "valid": True, "address_current": True, **more} if isinstance(kind, str) else kind


def ask(law="hanshu", on=TODAY, **more):
    rules = load_rules()
    return decide(parse_case(case(law, on, **more), rules), rules)


def ids(items):
    return {each.id for each in items}


def satisfied(**more):
    return ids(ask(**more).satisfied)


def state(decision, method):
    """Either "satisfied", ("near", missing) or ("closed", code)."""
    for each in decision.satisfied:
        if each.id == method:
            return "satisfied"
    for each in decision.near:
        if each.id == method:
            return "near", each.missing
    return next(("closed", each.code) for each in decision.closed if each.id == method)
