"""The case: what a house states about one customer before it asks the law (design §6, fixed format).

What a case does not state is unknown (`None`), and unknown never satisfies; unstated `risk_flags` and `tenant` mean
none. A case is parsed once, here, into a value that cannot be wrong: unknown keys and codes are refused, because a
slip of the pen in `risk_flags` must not open a method.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from honnin.core.errors import DataError

if TYPE_CHECKING:
    from honnin.law.model import Rules

CHANNELS = ("in_person", "remote", "mail")
ACTORS = ("subject", "agent_for_customer", "agents_own")
CUSTOMER_KINDS = ("resident", "outside_juki", "emigrant", "short_stay", "corporation", "public_body", "unincorporated")

_NUMBER_DIGITS = 12  # of an individual number (番号法)
_MAX_ITEMS = 100
_MAX_DOCUMENTS = 20  # of one person on one day; the choice of pairs grows with their square
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
_MAX_YEN = 10**15
_WORD = re.compile(r"[A-Za-z0-9_.]{1,64}")
_BUSINESS = re.compile(r"[0-9]{1,2}(の[0-9]{1,2})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_POINT = re.compile(r"L[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """One document of the case. `kind` is a code of law/data/documents.yaml, the rest is unknown when not stated.

    `photo` matters only to kinds that may or may not have one. `signature_failed`: the issuer's signature of its chip
    was checked and is wrong; such a document never counts. `chip_read` false: what is stated of a chip is not of its.
    """

    kind: str
    valid: bool | None = None
    address_current: bool | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    photo: bool | None = None
    chip_read: bool | None = None
    signature_failed: bool | None = None


@dataclass(frozen=True, slots=True)
class House:
    """The house that asks (`tenant` of the case). `confirmed`: lawyer points (L1 …) that it cleared.

    `accept_unverifiable`: document kinds whose issuer signature it accepts not to verify, with its reason (may be "").
    """

    is_signature_verifier: bool | None = None
    is_signature_confirmer: bool | None = None
    legacy_methods: bool = False
    confirmed: frozenset[str] = frozenset()
    accept_unverifiable: frozenset[str] = frozenset()
    accept_reasons: tuple[tuple[str, str], ...] = ()  # (kind, reason)


@dataclass(frozen=True, slots=True)
class Case:
    """One customer on one day. `on`: the day on which the verification is completed."""

    law: str
    on: date
    business_type: str | None = None
    transaction: str | None = None
    amount_yen: int | None = None
    aggregated_amount_yen: int | None = None  # of transactions that are evidently one, split
    cash: bool | None = None
    channel: str | None = None
    actor: str | None = None
    customer_kind: str | None = None
    risk_flags: frozenset[str] = frozenset()
    house: House = field(default_factory=House)
    documents: tuple[DocumentFact, ...] = ()
    evidence: frozenset[str] = frozenset()
    alias_used: bool | None = None
    registered_representative: bool | None = None  # the acting person is a registered representative of the company
    linked_laws: frozenset[str] = frozenset()  # other laws the same record serves: the longest retention counts
    # What the house says of conditions that have no other input: code → kept or not. Unstated: a notice.
    assured: Mapping[str, bool] = field(default_factory=dict)


_KEYS = frozenset({
    "law", "on", "business_type", "transaction", "amount_yen", "aggregated_amount_yen", "cash", "channel", "actor",
    "customer_kind", "risk_flags", "tenant", "documents", "evidence", "alias_used", "registered_representative",
    "linked_laws", "assured",
})  # fmt: skip
_DOCUMENT_KEYS = frozenset({
    "kind", "valid", "address_current", "issued_on", "expires_on", "photo", "chip_read", "signature_failed"
})  # fmt: skip
_TENANT_KEYS = frozenset({
    "is_signature_verifier", "is_signature_confirmer", "legacy_methods", "confirmed", "accept_unverifiable"
})  # fmt: skip


def parse_case(mapping: object, rules: Rules | None = None, *, on: date | None = None) -> Case:
    """A case from what YAML or JSON gave. `on` replaces the day that is written. Errors: DataError "law.case.…"."""
    if rules is None:
        from honnin.law.rules import load_rules  # noqa: PLC0415

        rules = load_rules()
    top = _mapping(mapping, "case", _KEYS)
    law = _code(top.get("law"), "law", rules.laws)
    day = on if on is not None else _day(top.get("on"), "on")
    if day is None:
        raise DataError("law.case.on", "the case does not say the day on which the verification is completed", "on")
    documents = _list(top.get("documents"), "documents", _MAX_DOCUMENTS)
    return Case(
        law=law,
        on=day,
        business_type=_business(top.get("business_type")),
        transaction=_word(top.get("transaction"), "transaction"),
        amount_yen=_yen(top.get("amount_yen"), "amount_yen"),
        aggregated_amount_yen=_yen(top.get("aggregated_amount_yen"), "aggregated_amount_yen"),
        cash=_flag(top.get("cash"), "cash"),
        channel=_optional(top.get("channel"), "channel", CHANNELS),
        actor=_optional(top.get("actor"), "actor", ACTORS),
        customer_kind=_optional(top.get("customer_kind"), "customer_kind", CUSTOMER_KINDS),
        risk_flags=_codes(top.get("risk_flags"), "risk_flags", rules.risk_flags),
        house=house_of(top.get("tenant"), rules),
        documents=tuple(_document(each, rules) for each in documents),
        evidence=_codes(top.get("evidence"), "evidence", rules.evidence),
        alias_used=_flag(top.get("alias_used"), "alias_used"),
        registered_representative=_flag(top.get("registered_representative"), "registered_representative"),
        linked_laws=_codes(top.get("linked_laws"), "linked_laws", rules.laws),
        assured=_assured(top.get("assured"), rules),
    )


def case_to_dict(case: Case) -> dict[str, object]:
    """The case in the format of design §6, ready for YAML or JSON; what is unknown is left out."""
    house = case.house
    reasons = dict(case.house.accept_reasons)
    accepted: list[object] = [
        {"kind": each, "reason": reasons[each]} if reasons.get(each) else each
        for each in sorted(house.accept_unverifiable)
    ]
    tenant: dict[str, object] = {
        "is_signature_verifier": house.is_signature_verifier,
        "is_signature_confirmer": house.is_signature_confirmer,
        "legacy_methods": house.legacy_methods,
        "confirmed": sorted(house.confirmed),
        "accept_unverifiable": accepted,
    }
    result: dict[str, object] = {
        "law": case.law,
        "on": case.on.isoformat(),
        "business_type": case.business_type,
        "transaction": case.transaction,
        "amount_yen": case.amount_yen,
        "aggregated_amount_yen": case.aggregated_amount_yen,
        "cash": case.cash,
        "channel": case.channel,
        "actor": case.actor,
        "customer_kind": case.customer_kind,
        "risk_flags": sorted(case.risk_flags),
        "tenant": _stated(tenant),
        "documents": [_document_to_dict(each) for each in case.documents],
        "evidence": sorted(case.evidence),
        "alias_used": case.alias_used,
        "registered_representative": case.registered_representative,
    }
    if case.linked_laws:
        result["linked_laws"] = sorted(case.linked_laws)
    if case.assured:
        result["assured"] = dict(sorted(case.assured.items()))
    return _stated(result)


def _document_to_dict(fact: DocumentFact) -> dict[str, object]:
    return _stated({
        "kind": fact.kind,
        "valid": fact.valid,
        "address_current": fact.address_current,
        "issued_on": None if fact.issued_on is None else fact.issued_on.isoformat(),
        "expires_on": None if fact.expires_on is None else fact.expires_on.isoformat(),
        "photo": fact.photo,
        "chip_read": fact.chip_read,
        "signature_failed": fact.signature_failed,
    })


def _stated(mapping: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in mapping.items() if value is not None}


# --- parsing --------------------------------------------------------------------------------


def _mapping(value: object, what: str, keys: Collection[str]) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise DataError("law.case.format", f"{what} is not a mapping of names to values", what)
    for key in value:
        if key not in keys:
            said = f"{what} has a name that is not known: {_shown(key)}{_allowed(keys)}"
            raise DataError("law.case.key", said, _shown(key))
    return value


def _list(value: object, what: str, most: int = _MAX_ITEMS) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        raise DataError("law.case.format", f"{what} is not a list", what)
    if len(value) > most:
        raise DataError("law.case.too_long", f"{what} has more than {most} entries", what)
    return list(value)


def _code(value: object, what: str, known: Collection[str]) -> str:
    if not isinstance(value, str) or value not in known:
        said = "is not stated" if value is None else f"is not known: {_shown(value)}"
        raise DataError(f"law.case.{what}", f"{what} {said}{_allowed(known)}", what)
    return value


def _optional(value: object, what: str, known: Collection[str]) -> str | None:
    return None if value is None else _code(value, what, known)


def _codes(value: object, what: str, known: Collection[str]) -> frozenset[str]:
    return frozenset(_code(each, what, known) for each in _list(value, what))


def _flag(value: object, what: str) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise DataError(f"law.case.{what}", f"{what} is neither true nor false: {_shown(value)}", what)
    return value


def _word(value: object, what: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        said = f"{what} is not a code of letters, digits, _ and . (at most 64): {_shown(value)}"
        raise DataError(f"law.case.{what}", said, what)
    return value


def _business(value: object) -> str | None:
    if value is None:
        return None
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _BUSINESS.fullmatch(text):
        said = f"business_type is not a number of 法2条2項 such as 42 or 31の2: {_shown(value)}"
        raise DataError("law.case.business_type", said, "business_type")
    return text


def _yen(value: object, what: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_YEN:
        raise DataError(f"law.case.{what}", f"{what} is not a whole number of yen: {_shown(value)}", what)
    return value


def _day(value: object, what: str) -> date | None:
    """A day written as 2026-11-23, or a `datetime.date`; from 1900 to 2200."""
    if value is None:
        return None
    day = value if type(value) is date else None
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
    if day is not None and _FIRST_DAY <= day <= _LAST_DAY:
        return day
    raise DataError(f"law.case.{what}", f"{what} is not a day like 2026-11-23: {_shown(value)}", what)


def parse_day(text: str) -> date:
    """A day of the command line or of a form. DataError "law.case.on"."""
    day = _day(text, "on")
    if day is None:
        raise DataError("law.case.on", "no day was given", "on")
    return day


def _document(value: object, rules: Rules) -> DocumentFact:
    item = _mapping(value, "a document", _DOCUMENT_KEYS)
    kind = item.get("kind")
    if not isinstance(kind, str) or kind not in rules.documents:
        said = "is not stated" if kind is None else f"is not known: {_shown(kind)}"
        raise DataError("law.case.document", f"the kind of a document {said}{_allowed(rules.documents)}", "documents")
    return DocumentFact(
        kind=kind,
        valid=_flag(item.get("valid"), "valid"),
        address_current=_flag(item.get("address_current"), "address_current"),
        issued_on=_day(item.get("issued_on"), "issued_on"),
        expires_on=_day(item.get("expires_on"), "expires_on"),
        photo=_flag(item.get("photo"), "photo"),
        chip_read=_flag(item.get("chip_read"), "chip_read"),
        signature_failed=_flag(item.get("signature_failed"), "signature_failed"),
    )


def house_of(value: object, rules: Rules) -> House:
    """The `tenant` of a case (design §6). Raises DataError `law.case.…`."""
    if value is None:
        return House()
    item = _mapping(value, "tenant", _TENANT_KEYS)
    points = _list(item.get("confirmed"), "confirmed")
    for point in points:
        if not isinstance(point, str) or not _POINT.fullmatch(point) or point not in rules.points:
            wrong = f"no such lawyer point: {_shown(point)}{_allowed(rules.points)}"
            raise DataError("law.case.confirmed", wrong, "confirmed")
    kinds: list[str] = []
    reasons: list[tuple[str, str]] = []
    for each in _list(item.get("accept_unverifiable"), "accept_unverifiable"):
        kind, reason = each, ""
        if isinstance(each, Mapping):
            entry = _mapping(each, "accept_unverifiable", ("kind", "reason"))
            kind, said = entry.get("kind"), entry.get("reason")
            if said is not None and (not isinstance(said, str) or len(said) > 500):
                raise DataError("law.case.accept_unverifiable", "the reason is not a text of at most 500 characters")
            reason = said or ""
        kinds.append(_code(kind, "accept_unverifiable", rules.documents))
        reasons.append((kinds[-1], reason))
    return House(
        is_signature_verifier=_flag(item.get("is_signature_verifier"), "is_signature_verifier"),
        is_signature_confirmer=_flag(item.get("is_signature_confirmer"), "is_signature_confirmer"),
        legacy_methods=_flag(item.get("legacy_methods"), "legacy_methods") is True,
        confirmed=frozenset(str(each) for each in points),
        accept_unverifiable=frozenset(kinds),
        accept_reasons=tuple(sorted(reasons)),
    )


def _assured(value: object, rules: Rules) -> Mapping[str, bool]:
    if value is None:
        return {}
    # Only what the case has no other input for: nobody assures away a date, a flag or a missing document.
    known = [code for code, condition in rules.conditions.items() if condition.check == "house"]
    item = _mapping(value, "assured", known)
    return {key: flag for key, each in item.items() if (flag := _flag(each, "assured")) is not None}


def _allowed(known: Iterable[str]) -> str:
    return f"; allowed: {', '.join(sorted(known))}"


def _shown(value: object) -> str:
    """What was written, short and without control characters. Twelve digits or more may be somebody's 個人番号, which a
    case has no place for: they are not repeated, not even in part.
    """
    text = str(value) if isinstance(value, (str, int, float, bool)) else type(value).__name__
    if sum(each.isdigit() for each in text) >= _NUMBER_DIGITS:
        return "(digits)"
    return "".join(each if each.isprintable() else "\ufffd" for each in text[:40])
