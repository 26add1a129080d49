"""The law as dated data: loading, checking and caching the files of law/data (design §6; law.md §8).

A law, a date, a method or a document is a change of data. What a file may say is checked here, so that the engine can
trust it: unknown codes, missing ids, wrong dates and overlapping revisions are refused with the name of the place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Generic, TypeVar, cast

from honnin.core.errors import DataError
from honnin.law.case import ACTORS, CUSTOMER_KINDS

STATUSES = ("enabled", "legacy_off", "disabled_until_confirmed")
CHANNELS_OF_METHODS = (
    "in_person", "in_person_plus_mail", "in_person_plus_sending", "remote", "remote_plus_mail", "mail", "any"
)  # fmt: skip
CHECKS = (
    "house", "document_valid", "certificate_current", "address", "chip_items", "document_flag", "kind_needs_actor",
    "no_flag", "customer_kind", "transaction", "standing", "two_documents", "another_sent", "two_copies",
    "mail_unless_in_person", "own_address", "never",
)  # fmt: skip
T = TypeVar("T")
UNKNOWN = "unknown"  # of a letter: the text was not seen


@dataclass(frozen=True, slots=True)
class Words:
    """Japanese and English."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document or record. `identity`: a 本人確認書類; `record`: nothing that can be presented.

    `shows_address`: may prove the current address beside another one (6条2項). `max_age_months`: from its issue;
    `expiry_instead`: one with an expiry lives until then instead. `issued_from`: law → first day of issue that counts.
    `customers`: it counts only for these. `same_card`: other kinds that may be the very same card.
    """

    code: str
    words: Words
    chip: tuple[str, ...] = ()
    photo: bool | None = None
    one_per_person: bool = False
    identity: bool = True
    record: bool = False
    corporate: bool = False
    category: bool = False
    address_never: bool = False
    shows_address: bool = True
    max_age_months: int | None = None
    expiry_instead: bool = False
    valid_from: date | None = None
    issued_from: Mapping[str, date] = field(default_factory=dict)
    customers: tuple[str, ...] = ()
    same_card: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    group: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """Something done or received, and the sentence that asks for it. `of_chip`: it speaks of one document's chip."""

    code: str
    words: Words
    ask: Words
    implies: tuple[str, ...] = ()
    chip_only: bool = False
    of_chip: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition beside the evidence. `check` names the engine's rule, the rest are its arguments."""

    code: str
    check: str
    words: Words
    ask: Words | None = None
    since: date | None = None  # of a notice: only from that day
    with_evidence: str | None = None  # only when that evidence is used
    flag: str | None = None
    evidence: str | None = None
    representative: bool = False
    kinds: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    except_customers: tuple[str, ...] = ()  # with kinds: not asked of these customers with these documents
    instead: str | None = None  # the notice that stands for it then
    items: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    agent_second: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value from the beginning, and what replaces it from a day on (sorted)."""

    first: T
    later: tuple[tuple[date, T], ...] = ()

    def on(self, day: date) -> T:
        """The value of that day."""
        value = self.first
        for start, each in self.later:
            if start <= day:
                value = each
        return value


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to fulfil a method. `required`: all groups; of one group, one code is enough."""

    channel: str
    documents: Dated[tuple[str, ...]]
    required: tuple[tuple[str, ...], ...]
    policy: tuple[str, ...]
    conditions: tuple[str, ...]
    record_fields: tuple[str, ...]
    additional: str  # "document" | "record" | "none": what a high-risk transaction needs on top


@dataclass(frozen=True, slots=True)
class Method:
    """A statutory method. `duty`: it comes on top of a method and never verifies by itself. `rare`: not proposed to
    people who have not begun it.
    """

    id: str
    title: Words
    provision: str
    letters: Mapping[str, str]
    valid_from: date | None
    valid_to: date | None
    actors: tuple[str, ...]
    customers: str  # "natural" | "corporation" | "any"
    status: Dated[str]
    points: tuple[str, ...]
    points_needed: Dated[tuple[str, ...]]  # whatever the status
    branches: tuple[Branch, ...]
    record_fields_if: Mapping[str, tuple[str, ...]]
    attachments: tuple[str, ...]
    attachments_if: Mapping[str, tuple[str, ...]]
    staff_delivery: bool
    record_unconfirmed: bool
    duty: bool
    rare: bool
    certainty: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of the text. `article_point`: its article numbers are printed only when that point is confirmed."""

    id: str
    start: date | None
    end: date | None
    text_seen: str
    article_point: str | None
    egov: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class HighRisk:
    """法4条2項 and its like: which flags open the duty, which method fulfils it, which documents count for it.

    `assets_over_yen`: property above it makes assets and income an item of the record.
    """

    flags: tuple[str, ...]
    method: str
    natural: tuple[str, ...]
    corporate: tuple[str, ...]
    assets_over_yen: int | None = None


@dataclass(frozen=True, slots=True)
class RecordUnseen:
    """What is recorded while the text of the record's items was not read: all that was done (a superset, law.md L2).

    From `start` until the house has confirmed `point`. Evidence code → fields, and attachments.
    """

    start: date
    point: str
    fields: Mapping[str, tuple[str, ...]]
    attachments: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long the record lives."""

    years: int | None
    code: str
    words: Words


@dataclass(frozen=True, slots=True)
class Law:
    """One law with its methods."""

    id: str
    words: Words
    rule: str
    revisions: tuple[Revision, ...]
    points_needed: Dated[tuple[str, ...]]
    record_common: tuple[str, ...]
    record_without: Mapping[str, tuple[str, ...]]
    record_if: Mapping[str, tuple[str, ...]]
    attachments_if: Mapping[str, tuple[str, ...]]
    record_unseen: RecordUnseen | None
    over_2m_except_business: tuple[str, ...]
    retention: RetentionRule
    high_risk: HighRisk | None
    notices_if: Mapping[str, tuple[str, Words]]
    methods: tuple[Method, ...]

    def revision(self, day: date) -> Revision:
        """The text in force on that day. There always is one: the loader checks that they touch."""
        return next(each for each in self.revisions if _within(day, each.start, each.end))

    def method(self, method_id: str) -> Method:
        """The method with that id. KeyError is never raised for ids of this law's data."""
        return next(each for each in self.methods if each.id == method_id)


@dataclass(frozen=True, slots=True)
class Trigger:
    """One row of 1.2: transactions of businesses that must be verified, above an amount if there is one."""

    code: str
    law: str
    businesses: tuple[str, ...]  # empty: every business
    transactions: tuple[str, ...]  # empty: every transaction
    over_yen: int | None
    cash: bool | None  # True: only when paid in cash
    words: Words
    excluded: bool = False  # named by the law as not to be verified (簡素な顧客管理)


@dataclass(frozen=True, slots=True)
class Rules:
    """All of it. `version` is derived from the content: same content, same version, on every machine."""

    version: str
    laws: Mapping[str, Law]
    documents: Mapping[str, DocumentKind]
    evidence: Mapping[str, EvidenceKind]
    conditions: Mapping[str, Condition]
    points: Mapping[str, Words]
    points_since: Mapping[str, date]  # lawyer points that matter only from a day on
    risk_flags: Mapping[str, Words]
    triggers: tuple[Trigger, ...] = ()


# --- loading --------------------------------------------------------------------------------


@cache
def load_rules() -> Rules:
    """The packaged rules. Parsed and checked once in a process; DataError "law.rules" when a file is damaged."""
    folder = resources.files("honnin.law").joinpath("data")
    try:
        texts = {each.name: each.read_text("utf-8") for each in folder.iterdir() if each.name.endswith(".yaml")}
    except (OSError, UnicodeError) as error:
        raise DataError("law.rules", "the rules of law cannot be read", str(error)) from error
    return rules_from(texts)


def rules_from(texts: Mapping[str, str]) -> Rules:
    """Rules of several files (name → YAML text). A further law is a further file; nothing else changes."""
    from honnin.law.yaml_core import load_yaml  # noqa: PLC0415  # PyYAML only when rules are read

    digest = hashlib.sha256()
    merged: dict[str, list[tuple[str, Mapping[str, object]]]] = {}
    for name in sorted(texts):
        octets = texts[name].encode()
        digest.update(len(name.encode()).to_bytes(4, "big") + name.encode() + len(octets).to_bytes(4, "big") + octets)
        loaded = _entry(load_yaml(texts[name]), name)
        for section, content in loaded.items():
            merged.setdefault(section, []).append((name, {section: content}))
    for section in merged:
        if section not in _SECTIONS:
            raise _bad(section, "is no section of a file of rules")

    def union(section: str) -> dict[str, Mapping[str, object]]:
        result: dict[str, Mapping[str, object]] = {}
        for name, holder in merged.get(section, []):
            for code, content in _entry(holder[section], f"{name} {section}").items():
                if code in result:
                    raise _bad(f"{name} {section} {code}", "stands twice")
                result[code] = _entry(content, f"{name} {section} {code}")
        return result

    points = {code: _words(entry, code) for code, entry in union("points").items()}
    since = {code: _day(entry.get("from"), code) for code, entry in union("points").items()}
    points_since = {code: day for code, day in since.items() if day is not None}
    flags = {code: _words(entry, code) for code, entry in union("risk_flags").items()}
    documents = {code: _document(code, entry, points) for code, entry in union("documents").items()}
    for each in documents.values():
        _known(each.same_card, documents, each.code)
    evidence = {code: _evidence(code, entry) for code, entry in union("evidence").items()}
    for kind in evidence.values():
        _known(kind.implies, evidence, kind.code)
    conditions = {
        code: _condition(code, entry, documents, evidence, flags) for code, entry in union("conditions").items()
    }  # fmt: skip
    _known([each.instead for each in conditions.values() if each.instead is not None], conditions, "conditions")
    methods_by_file: dict[str, list[object]] = {}
    for name, holder in merged.get("methods", []):
        methods_by_file[name] = _listed(holder["methods"], f"{name} methods")
    rules = Rules("", {}, documents, evidence, conditions, points, points_since, flags)
    laws: dict[str, Law] = {}
    for name, holder in merged.get("law", []):
        law = _law(_entry(holder["law"], f"{name} law"), methods_by_file.pop(name, []), rules, name)
        if law.id in laws:
            raise _bad(name, f"is a second file for the law {law.id}")
        laws[law.id] = law
    if methods_by_file:
        raise _bad(", ".join(methods_by_file), "has methods but no law")
    seen: set[str] = set()
    for law in laws.values():
        for method in law.methods:
            if method.id in seen:
                raise _bad(method.id, "stands twice")
            seen.add(method.id)
    triggers = tuple(
        _trigger(_entry(each, f"{name} triggers"), laws)
        for name, holder in merged.get("triggers", [])
        for each in _listed(holder["triggers"], f"{name} triggers")
    )
    return Rules(digest.hexdigest()[:16], laws, documents, evidence, conditions, points, points_since, flags, triggers)


_SECTIONS = frozenset({
    "documents", "evidence", "conditions", "points", "risk_flags", "law", "methods", "triggers"
})  # fmt: skip


def _law(entry: Mapping[str, object], methods: list[object], rules: Rules, name: str) -> Law:
    what = _string(entry, "id", name)
    revisions = tuple(_revision(_entry(each, what)) for each in _listed(entry.get("revisions"), f"{what} revisions"))
    _touching(revisions, what)
    high = entry.get("high_risk")
    risk: HighRisk | None = None
    if high is not None:
        item = _entry(high, f"{what} high_risk")
        risk = HighRisk(
            flags=_known(_strings(item, "flags", what), rules.risk_flags, what),
            method=_string(item, "method", what),
            natural=_known(_strings(item, "natural", what), rules.documents, what),
            corporate=_known(_strings(item, "corporate", what), rules.documents, what),
            assets_over_yen=_yen(item.get("assets_over_yen"), what),
        )
    retention = _entry(entry.get("retention"), f"{what} retention")
    years = retention.get("years")
    if years is not None and (isinstance(years, bool) or not isinstance(years, int) or not 0 < years <= 100):
        raise _bad(f"{what} retention", "has no plausible number of years")
    notices = {
        key: (_string(item, "code", what), _words(item, what))
        for key, value in _entry(entry.get("notices_if") or {}, what).items()
        for item in [_entry(value, f"{what} notices_if {key}")]
    }
    made = tuple(_method(_entry(each, what), {each.id for each in revisions}, rules, what) for each in methods)
    law = Law(
        id=what,
        words=_words(entry, what),
        rule=_string(entry, "rule", what),
        revisions=revisions,
        points_needed=Dated((), _dated_lists(entry.get("points_from"), rules.points, what)),
        record_common=_strings(entry, "record_common", what),
        record_without=_lists(entry.get("record_without"), what),
        record_if=_lists(entry.get("record_if"), what),
        attachments_if=_lists(entry.get("attachments_if"), what),
        record_unseen=_record_unseen(entry.get("record_unseen"), rules, what),
        over_2m_except_business=_strings(entry, "over_2m_except_business", what),
        retention=RetentionRule(years, _string(retention, "code", what), _words(retention, what)),
        high_risk=risk,
        notices_if=notices,
        methods=made,
    )
    if risk is not None and risk.method not in {each.id for each in made}:
        raise _bad(what, f"names a method that it does not have: {risk.method}")
    if not made:
        raise _bad(what, "has no methods")
    return law


def _record_unseen(value: object, rules: Rules, what: str) -> RecordUnseen | None:
    if value is None:
        return None
    entry = _entry(value, f"{what} record_unseen")
    start = _day(entry.get("from"), what)
    if start is None:
        raise _bad(f"{what} record_unseen", "has no day")
    fields, attachments = _lists(entry.get("fields"), what), _lists(entry.get("attachments"), what)
    _known([*fields, *attachments], rules.evidence, what)
    return RecordUnseen(start, _known([_string(entry, "point", what)], rules.points, what)[0], fields, attachments)


_METHOD_KEYS = frozenset({
    "id", "title", "provision", "channel", "letters", "valid_from", "valid_to", "actors", "customers", "status",
    "status_from", "points", "points_from", "documents", "documents_from", "required", "policy", "conditions",
    "branches", "record_fields", "record_fields_if", "attachments", "attachments_if", "staff_delivery",
    "record_unconfirmed", "additional", "duty", "rare", "certainty",
})  # fmt: skip


def _method(entry: Mapping[str, object], revisions: set[str], rules: Rules, law: str) -> Method:
    what = _string(entry, "id", f"{law} methods")
    for key in entry:
        if key not in _METHOD_KEYS:
            raise _bad(what, f"has an entry that is not known: {key}")
    letters = {key: str(value) for key, value in _entry(entry.get("letters") or {}, what).items()}
    _known(letters, revisions, what)
    customers = _string(entry, "customers", what)
    if customers not in {"natural", "corporation", "any"}:
        raise _bad(what, f"has no such customers: {customers}")
    status = Dated(
        _known([_string(entry, "status", what)], STATUSES, what)[0],
        tuple((day, _known([str(value)], STATUSES, what)[0]) for day, value in _by_day(entry.get("status_from"), what)),
    )
    start, end = _day(entry.get("valid_from"), what), _day(entry.get("valid_to"), what)
    if start is not None and end is not None and end < start:
        raise _bad(what, "ends before it starts")
    inner = entry.get("branches")
    branches = tuple(
        _branch({**entry, **_entry(each, f"{what} branches")}, rules, what)
        for each in (_listed(inner, f"{what} branches") if inner is not None else [{}])
    )
    if not branches:
        raise _bad(what, "has no branch")
    record_if = _lists(entry.get("record_fields_if"), what)
    attachments_if = _lists(entry.get("attachments_if"), what)
    _known([*record_if, *attachments_if], rules.evidence, what)
    return Method(
        id=what,
        title=_words(_entry(entry.get("title"), f"{what} title"), what),
        provision=_string(entry, "provision", what),
        letters=letters,
        valid_from=start,
        valid_to=end,
        actors=_known(_strings(entry, "actors", what), ACTORS, what),
        customers=customers,
        status=status,
        points=_known(_strings(entry, "points", what), rules.points, what),
        points_needed=Dated((), _dated_lists(entry.get("points_from"), rules.points, what)),
        branches=branches,
        record_fields_if=record_if,
        attachments=_strings(entry, "attachments", what),
        attachments_if=attachments_if,
        staff_delivery=entry.get("staff_delivery") is True,
        record_unconfirmed=entry.get("record_unconfirmed") is True,
        duty=entry.get("duty") is True,
        rare=entry.get("rare") is True,
        certainty=_string(entry, "certainty", what),
    )


def _branch(entry: Mapping[str, object], rules: Rules, what: str) -> Branch:
    channel = _known([_string(entry, "channel", what)], CHANNELS_OF_METHODS, what)[0]
    additional = entry.get("additional", "document")
    if additional not in {"document", "record", "none"}:
        raise _bad(what, f"has no such additional document: {additional}")
    required: list[tuple[str, ...]] = []
    for each in _listed(entry.get("required"), f"{what} required"):
        if isinstance(each, str):
            required.append(_known([each], rules.evidence, what))
        else:
            required.append(_known(_strings(_entry(each, what), "any_of", what), rules.evidence, what))
    if not required or not all(required):
        raise _bad(what, "requires nothing")
    return Branch(
        channel=channel,
        documents=Dated(
            _known(_strings(entry, "documents", what), rules.documents, what),
            _dated_lists(entry.get("documents_from"), rules.documents, what),
        ),
        required=tuple(required),
        policy=_known(_strings(entry, "policy", what), rules.evidence, what),
        conditions=_known(_strings(entry, "conditions", what), rules.conditions, what),
        record_fields=_strings(entry, "record_fields", what),
        additional=str(additional),
    )


def _revision(entry: Mapping[str, object]) -> Revision:
    what = _string(entry, "id", "a revision")
    return Revision(
        id=what,
        start=_day(entry.get("from"), what),
        end=_day(entry.get("to"), what),
        text_seen=_known([_string(entry, "text_seen", what)], ("full", "partial", "none"), what)[0],
        article_point=None if entry.get("article_point") is None else _string(entry, "article_point", what),
        egov=tuple((day, str(value)) for day, value in _by_day(entry.get("egov"), what)),
    )


def _touching(revisions: tuple[Revision, ...], what: str) -> None:
    """Revisions must cover all time without gap or overlap, in order."""
    if not revisions or revisions[0].start is not None or revisions[-1].end is not None:
        raise _bad(what, "has revisions that do not cover all time")
    for before, after in pairwise(revisions):
        if before.end is None or after.start is None or after.start.toordinal() != before.end.toordinal() + 1:
            raise _bad(what, f"has a gap or an overlap before {after.id}")


def _document(code: str, entry: Mapping[str, object], points: Mapping[str, Words]) -> DocumentKind:
    photo = entry.get("photo")
    months = entry.get("max_age_months")
    if not (photo is None or isinstance(photo, bool)) or not (months is None or isinstance(months, int)):
        raise _bad(code, "has a photo or an age that is none")
    identity = entry.get("identity") is not False and entry.get("record") is not True
    corporate = entry.get("corporate") is True
    first_days = {law: _day(day, code) for law, day in _entry(entry.get("issued_from") or {}, code).items()}
    return DocumentKind(
        code=code,
        words=_words(entry, code),
        chip=_known(_strings(entry, "chip", code), ("name", "address", "birth", "photo"), code),
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
        valid_from=_day(entry.get("valid_from"), code),
        issued_from={law: day for law, day in first_days.items() if day is not None},
        customers=_known(_strings(entry, "customers", code), CUSTOMER_KINDS, code),
        same_card=_strings(entry, "same_card", code),
        points=_known(_strings(entry, "points", code), points, code),
        group={key: str(value) for key, value in _entry(entry.get("group") or {}, code).items()},
    )


def _evidence(code: str, entry: Mapping[str, object]) -> EvidenceKind:
    ask = Words(_string(entry, "ask_ja", code), _string(entry, "ask_en", code))
    chip_only = entry.get("chip_only") is True
    of_chip = chip_only or entry.get("of_chip") is True
    return EvidenceKind(code, _words(entry, code), ask, _strings(entry, "implies", code), chip_only, of_chip)


def _condition(
    code: str,
    entry: Mapping[str, object],
    documents: Mapping[str, DocumentKind],
    evidence: Mapping[str, EvidenceKind],
    flags: Mapping[str, Words],
) -> Condition:
    check = _known([_string(entry, "check", code)], CHECKS, code)[0]
    ask: Words | None = None
    if entry.get("ask_ja") is not None:
        ask = Words(_string(entry, "ask_ja", code), _string(entry, "ask_en", code))
    elif check not in {"house", "standing"}:
        raise _bad(code, "does not say what to ask")
    used = entry.get("with"), entry.get("evidence")
    for each in used:
        if each is not None:
            _known([str(each)], evidence, code)
    flag = entry.get("flag")
    if check == "document_flag" and flag not in {"one_per_person", "photo"}:
        raise _bad(code, "names no flag of a document")
    kinds = _strings(entry, "kinds", code)
    _known(kinds, CUSTOMER_KINDS if check == "customer_kind" else documents, code)
    return Condition(
        code=code,
        check=check,
        words=_words(entry, code),
        ask=ask,
        since=_day(entry.get("from"), code),
        with_evidence=None if used[0] is None else str(used[0]),
        evidence=None if used[1] is None else str(used[1]),
        flag=None if flag is None else str(flag),
        representative=entry.get("representative") is True,
        kinds=kinds,
        actors=_known(_strings(entry, "actors", code), ACTORS, code),
        flags=_known(_strings(entry, "flags", code), flags, code),
        instead=None if entry.get("instead") is None else _string(entry, "instead", code),
        except_customers=_known(_strings(entry, "except_customers", code), CUSTOMER_KINDS, code),
        items=_strings(entry, "items", code),
        transactions=_strings(entry, "transactions", code),
        any_of=_known(
            _strings(entry, "any_of", code), ("is_signature_verifier", "is_signature_confirmer"), code
        ),
        first=_known(_strings(entry, "first", code), documents, code),
        second=_known(_strings(entry, "second", code), documents, code),
        agent_second=_known(_strings(entry, "agent_second", code), documents, code),
    )  # fmt: skip


def _trigger(entry: Mapping[str, object], laws: Mapping[str, Law]) -> Trigger:
    code = _string(entry, "code", "a trigger")
    cash = entry.get("cash")
    if not (cash is None or isinstance(cash, bool)):
        raise _bad(code, "has a cash that is none")
    return Trigger(
        code=code,
        law=_known([_string(entry, "law", code)], laws, code)[0],
        businesses=_spread(_strings(entry, "businesses", code), code),
        transactions=_strings(entry, "transactions", code),
        over_yen=_yen(entry.get("over_yen"), code),
        cash=cash,
        words=_words(entry, code),
        excluded=entry.get("excluded") is True,
    )


def _spread(numbers: tuple[str, ...], what: str) -> tuple[str, ...]:
    """"1-38" is every number from 1 to 38 with the numbers in between (30の2, 31の2 … belong to their first part)."""
    result: list[str] = []
    for each in numbers:
        low, dash, high = each.partition("-")
        if dash and not (low.isdecimal() and high.isdecimal() and int(low) <= int(high) <= 99):
            raise _bad(what, f"has no such range of businesses: {each}")
        result += [str(number) for number in range(int(low), int(high) + 1)] if dash else [each]
    return tuple(result)


# --- small readers --------------------------------------------------------------------------------


def _bad(what: str, said: str) -> DataError:
    return DataError("law.rules", f"the rules of law are damaged: {what} {said}", what)


def _entry(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise _bad(what, "is not a mapping")
    return cast("Mapping[str, object]", value)


def _listed(value: object, what: str) -> list[object]:
    if not isinstance(value, list):
        raise _bad(what, "is not a list")
    return value


def _string(entry: Mapping[str, object], key: str, what: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise _bad(what, f"has no {key}")
    return value


def _yen(value: object, what: str) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise _bad(what, "has an amount that is none")
    return value


def _strings(entry: Mapping[str, object], key: str, what: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise _bad(what, f"has {key} that is not a list of codes")
    return tuple(value)


def _words(entry: Mapping[str, object], what: str) -> Words:
    return Words(_string(entry, "ja", what), _string(entry, "en", what))


def _known(codes: Iterable[str], known: Iterable[str], what: str) -> tuple[str, ...]:
    all_known = known if isinstance(known, (Mapping, set, frozenset)) else set(known)
    found = tuple(codes)
    for code in found:
        if code not in all_known:
            raise _bad(what, f"names a code that is not known: {code}")
    return found


def _lists(value: object, what: str) -> Mapping[str, tuple[str, ...]]:
    if value is None:
        return {}
    entry = _entry(value, what)
    return {key: _strings(entry, key, what) for key in entry}


def _by_day(value: object, what: str) -> tuple[tuple[date, object], ...]:
    if value is None:
        return ()
    pairs = [(_day(key, what), each) for key, each in _entry(value, what).items()]
    return tuple(sorted(((day, each) for day, each in pairs if day is not None), key=lambda pair: pair[0]))


def _dated_lists(value: object, known: Iterable[str], what: str) -> tuple[tuple[date, tuple[str, ...]], ...]:
    return tuple(
        (day, _known(_strings({"list": each}, "list", what), known, what)) for day, each in _by_day(value, what)
    )


def _day(value: object, what: str) -> date | None:
    if value is None:
        return None
    try:
        if isinstance(value, str) and len(value) == len("2027-04-01"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _bad(what, f"has a date that is none: {value}")


def _within(day: date, start: date | None, end: date | None) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)
