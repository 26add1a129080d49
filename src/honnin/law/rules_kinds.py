"""Documents, evidence, conditions and triggers: entries of law/data into checked values.

All raise DataError "law.rules".
"""

from __future__ import annotations

from collections.abc import Mapping

from honnin.law.case import ACTORS, CUSTOMER_KINDS
from honnin.law.entries import bad, day_of, known, mapping, string, strings, words_of, yen_of
from honnin.law.model import CHECKS, Condition, DocumentKind, EvidenceKind, Law, Trigger, Words


def document_of(code: str, entry: Mapping[str, object], points: Mapping[str, Words]) -> DocumentKind:
    """A kind of document."""
    photo = entry.get("photo")
    months = entry.get("max_age_months")
    if not (photo is None or isinstance(photo, bool)) or not (months is None or isinstance(months, int)):
        raise bad(code, "has a photo or an age that is none")
    identity = entry.get("identity") is not False and entry.get("record") is not True
    corporate = entry.get("corporate") is True
    first_days = {law: day_of(day, code) for law, day in mapping(entry.get("issued_from") or {}, code).items()}
    return DocumentKind(
        code=code,
        words=words_of(entry, code),
        chip=known(strings(entry, "chip", code), ("name", "address", "birth", "photo"), code),
        photo=photo,
        one_per_person=entry.get("one_per_person") is True,
        identity=identity,
        record=entry.get("record") is True,
        corporate=corporate,
        category=entry.get("category") is True,
        address_never=entry.get("address_never") is True,
        shows_address=(identity and not corporate) or entry.get("shows_address") is True,
        max_age_months=months,
        expiry_instead=entry.get("expiry_instead") is True,
        valid_from=day_of(entry.get("valid_from"), code),
        issued_from={law: day for law, day in first_days.items() if day is not None},
        customers=known(strings(entry, "customers", code), CUSTOMER_KINDS, code),
        same_card=strings(entry, "same_card", code),
        gives=strings(entry, "gives", code),
        points=known(strings(entry, "points", code), points, code),
        group={key: str(value) for key, value in mapping(entry.get("group") or {}, code).items()},
    )


def evidence_of(code: str, entry: Mapping[str, object]) -> EvidenceKind:
    """A kind of evidence; whether `implies` are known is for the caller, who has them all."""
    ask = Words(string(entry, "ask_ja", code), string(entry, "ask_en", code))
    chip_only = entry.get("chip_only") is True
    of_chip = chip_only or entry.get("of_chip") is True
    return EvidenceKind(code, words_of(entry, code), ask, strings(entry, "implies", code), chip_only, of_chip)


def condition_of(
    code: str,
    entry: Mapping[str, object],
    documents: Mapping[str, DocumentKind],
    evidence: Mapping[str, EvidenceKind],
    flags: Mapping[str, Words],
) -> Condition:
    """A condition, whose codes are among the given ones."""
    check = known([string(entry, "check", code)], CHECKS, code)[0]
    ask: Words | None = None
    if entry.get("ask_ja") is not None:
        ask = Words(string(entry, "ask_ja", code), string(entry, "ask_en", code))
    elif check not in {"house", "standing"}:
        raise bad(code, "does not say what to ask")
    used = entry.get("with"), entry.get("evidence")
    for each in used:
        if each is not None:
            known([str(each)], evidence, code)
    flag = entry.get("flag")
    if check == "document_flag" and flag not in {"one_per_person", "photo"}:
        raise bad(code, "names no flag of a document")
    kinds = strings(entry, "kinds", code)
    known(kinds, CUSTOMER_KINDS if check == "customer_kind" else documents, code)
    return Condition(
        code=code,
        check=check,
        words=words_of(entry, code),
        ask=ask,
        since=day_of(entry.get("from"), code),
        with_evidence=None if used[0] is None else str(used[0]),
        evidence=None if used[1] is None else str(used[1]),
        flag=None if flag is None else str(flag),
        representative=entry.get("representative") is True,
        kinds=kinds,
        actors=known(strings(entry, "actors", code), ACTORS, code),
        flags=known(strings(entry, "flags", code), flags, code),
        instead=None if entry.get("instead") is None else string(entry, "instead", code),
        except_customers=known(strings(entry, "except_customers", code), CUSTOMER_KINDS, code),
        items=strings(entry, "items", code),
        transactions=strings(entry, "transactions", code),
        any_of=known(
            strings(entry, "any_of", code), ("is_signature_verifier", "is_signature_confirmer"), code
        ),
        first=known(strings(entry, "first", code), documents, code),
        second=known(strings(entry, "second", code), documents, code),
        agent_second=known(strings(entry, "agent_second", code), documents, code),
    )  # fmt: skip


def trigger_of(entry: Mapping[str, object], laws: Mapping[str, Law]) -> Trigger:
    """A row of 1.2, whose law is among the given ones."""
    code = string(entry, "code", "a trigger")
    cash = entry.get("cash")
    if not (cash is None or isinstance(cash, bool)):
        raise bad(code, "has a cash that is none")
    return Trigger(
        code=code,
        law=known([string(entry, "law", code)], laws, code)[0],
        businesses=_spread(strings(entry, "businesses", code), code),
        transactions=strings(entry, "transactions", code),
        over_yen=yen_of(entry.get("over_yen"), code),
        cash=cash,
        words=words_of(entry, code),
        excluded=entry.get("excluded") is True,
    )


def _spread(numbers: tuple[str, ...], what: str) -> tuple[str, ...]:
    """"1-38" is every number from 1 to 38 with the numbers in between (30の2, 31の2 … belong to their first part)."""
    result: list[str] = []
    for each in numbers:
        low, dash, high = each.partition("-")
        if dash and not (low.isdecimal() and high.isdecimal() and int(low) <= int(high) <= 99):
            raise bad(what, f"has no such range of businesses: {each}")
        result += [str(number) for number in range(int(low), int(high) + 1)] if dash else [each]
    return tuple(result)
