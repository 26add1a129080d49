"""A law with its revisions, methods and branches: entries of law/data into checked values.

All raise DataError "law.rules".
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from honnin.law.case import ACTORS
from honnin.law.entries import (
    bad,
    by_day,
    dated_lists,
    day_of,
    known,
    listed,
    lists,
    mapping,
    string,
    strings,
    words_of,
    yen_of,
)
from honnin.law.model import (
    CHANNELS_OF_METHODS,
    STATUSES,
    Branch,
    Dated,
    Elsewhere,
    HighRisk,
    Law,
    Method,
    RecordUnseen,
    RetentionRule,
    Revision,
    Rules,
)


def law_of(entry: Mapping[str, object], methods: list[object], rules: Rules, name: str) -> Law:
    """A law with its methods. `rules`: everything that they may name; `name`: of the file."""
    what = string(entry, "id", name)
    revisions = tuple(_revision(mapping(each, what)) for each in listed(entry.get("revisions"), f"{what} revisions"))
    _touching(revisions, what)
    high = entry.get("high_risk")
    risk: HighRisk | None = None
    if high is not None:
        item = mapping(high, f"{what} high_risk")
        risk = HighRisk(
            flags=known(strings(item, "flags", what), rules.risk_flags, what),
            method=string(item, "method", what),
            natural=known(strings(item, "natural", what), rules.documents, what),
            corporate=known(strings(item, "corporate", what), rules.documents, what),
            assets_over_yen=yen_of(item.get("assets_over_yen"), what),
        )
    retention = mapping(entry.get("retention"), f"{what} retention")
    years = retention.get("years")
    if years is not None and (isinstance(years, bool) or not isinstance(years, int) or not 0 < years <= 100):
        raise bad(f"{what} retention", "has no plausible number of years")
    notices = {
        key: (string(item, "code", what), words_of(item, what))
        for key, value in mapping(entry.get("notices_if") or {}, what).items()
        for item in [mapping(value, f"{what} notices_if {key}")]
    }
    made = tuple(_method(mapping(each, what), {each.id for each in revisions}, rules, what) for each in methods)
    law = Law(
        id=what,
        words=words_of(entry, what),
        rule=string(entry, "rule", what),
        revisions=revisions,
        points_needed=Dated((), dated_lists(entry.get("points_from"), rules.points, what)),
        record_common=strings(entry, "record_common", what),
        record_without=lists(entry.get("record_without"), what),
        record_if=lists(entry.get("record_if"), what),
        attachments_if=lists(entry.get("attachments_if"), what),
        record_unseen=_record_unseen(entry.get("record_unseen"), rules, what),
        over_2m_except_business=strings(entry, "over_2m_except_business", what),
        retention=RetentionRule(years, string(retention, "code", what), words_of(retention, what)),
        high_risk=risk,
        notices_if=notices,
        elsewhere=tuple(_elsewhere(mapping(each, what), what) for each in listed(entry.get("elsewhere", []), what)),
        methods=made,
    )
    if risk is not None and risk.method not in {each.id for each in made}:
        raise bad(what, f"names a method that it does not have: {risk.method}")
    if not made:
        raise bad(what, "has no methods")
    return law


def _elsewhere(entry: Mapping[str, object], what: str) -> Elsewhere:
    provisions = mapping(entry.get("provisions"), f"{what} elsewhere")
    transactions, actors = strings(entry, "transactions", what), known(strings(entry, "actors", what), ACTORS, what)
    if not provisions or not (transactions or actors):
        raise bad(f"{what} elsewhere", "says neither what stands elsewhere nor when")
    named = {key: string(provisions, key, what) for key in provisions}
    return Elsewhere(transactions, actors, named, entry.get("same_as") is True)


def _record_unseen(value: object, rules: Rules, what: str) -> RecordUnseen | None:
    if value is None:
        return None
    entry = mapping(value, f"{what} record_unseen")
    start = day_of(entry.get("from"), what)
    if start is None:
        raise bad(f"{what} record_unseen", "has no day")
    fields, attachments = lists(entry.get("fields"), what), lists(entry.get("attachments"), what)
    known([*fields, *attachments], rules.evidence, what)
    return RecordUnseen(start, known([string(entry, "point", what)], rules.points, what)[0], fields, attachments)


_METHOD_KEYS = frozenset({
    "id", "title", "provision", "channel", "letters", "valid_from", "valid_to", "actors", "customers", "status",
    "status_from", "points", "points_from", "documents", "documents_from", "required", "policy", "conditions",
    "branches", "record_fields", "record_fields_if", "attachments", "attachments_if", "staff_delivery",
    "record_unconfirmed", "additional", "duty", "rare", "certainty",
})  # fmt: skip


def _method(entry: Mapping[str, object], revisions: set[str], rules: Rules, law: str) -> Method:
    what = string(entry, "id", f"{law} methods")
    for key in entry:
        if key not in _METHOD_KEYS:
            raise bad(what, f"has an entry that is not known: {key}")
    letters = {key: str(value) for key, value in mapping(entry.get("letters") or {}, what).items()}
    known(letters, revisions, what)
    customers = string(entry, "customers", what)
    if customers not in {"natural", "corporation", "any"}:
        raise bad(what, f"has no such customers: {customers}")
    status = Dated(
        known([string(entry, "status", what)], STATUSES, what)[0],
        tuple((day, known([str(value)], STATUSES, what)[0]) for day, value in by_day(entry.get("status_from"), what)),
    )
    start, end = day_of(entry.get("valid_from"), what), day_of(entry.get("valid_to"), what)
    if start is not None and end is not None and end < start:
        raise bad(what, "ends before it starts")
    inner = entry.get("branches")
    branches = tuple(
        _branch({**entry, **mapping(each, f"{what} branches")}, rules, what)
        for each in (listed(inner, f"{what} branches") if inner is not None else [{}])
    )
    if not branches:
        raise bad(what, "has no branch")
    record_if = lists(entry.get("record_fields_if"), what)
    attachments_if = lists(entry.get("attachments_if"), what)
    known([*record_if, *attachments_if], rules.evidence, what)
    return Method(
        id=what,
        title=words_of(mapping(entry.get("title"), f"{what} title"), what),
        provision=string(entry, "provision", what),
        letters=letters,
        valid_from=start,
        valid_to=end,
        actors=known(strings(entry, "actors", what), ACTORS, what),
        customers=customers,
        status=status,
        points=known(strings(entry, "points", what), rules.points, what),
        points_needed=Dated((), dated_lists(entry.get("points_from"), rules.points, what)),
        branches=branches,
        record_fields_if=record_if,
        attachments=strings(entry, "attachments", what),
        attachments_if=attachments_if,
        staff_delivery=entry.get("staff_delivery") is True,
        record_unconfirmed=entry.get("record_unconfirmed") is True,
        duty=entry.get("duty") is True,
        rare=entry.get("rare") is True,
        certainty=string(entry, "certainty", what),
    )


def _branch(entry: Mapping[str, object], rules: Rules, what: str) -> Branch:
    channel = known([string(entry, "channel", what)], CHANNELS_OF_METHODS, what)[0]
    additional = entry.get("additional", "document")
    if additional not in {"document", "record", "none"}:
        raise bad(what, f"has no such additional document: {additional}")
    required: list[tuple[str, ...]] = []
    for each in listed(entry.get("required"), f"{what} required"):
        if isinstance(each, str):
            required.append(known([each], rules.evidence, what))
        else:
            required.append(known(strings(mapping(each, what), "any_of", what), rules.evidence, what))
    if not required or not all(required):
        raise bad(what, "requires nothing")
    return Branch(
        channel=channel,
        documents=Dated(
            known(strings(entry, "documents", what), rules.documents, what),
            dated_lists(entry.get("documents_from"), rules.documents, what),
        ),
        required=tuple(required),
        policy=known(strings(entry, "policy", what), rules.evidence, what),
        conditions=known(strings(entry, "conditions", what), rules.conditions, what),
        record_fields=strings(entry, "record_fields", what),
        additional=str(additional),
    )


def _revision(entry: Mapping[str, object]) -> Revision:
    what = string(entry, "id", "a revision")
    return Revision(
        id=what,
        start=day_of(entry.get("from"), what),
        end=day_of(entry.get("to"), what),
        text_seen=known([string(entry, "text_seen", what)], ("full", "partial", "none"), what)[0],
        article_point=None if entry.get("article_point") is None else string(entry, "article_point", what),
        egov=tuple((day, str(value)) for day, value in by_day(entry.get("egov"), what)),
    )


def _touching(revisions: tuple[Revision, ...], what: str) -> None:
    """Revisions must cover all time without gap or overlap, in order."""
    if not revisions or revisions[0].start is not None or revisions[-1].end is not None:
        raise bad(what, "has revisions that do not cover all time")
    for before, after in pairwise(revisions):
        if before.end is None or after.start is None or after.start.toordinal() != before.end.toordinal() + 1:
            raise bad(what, f"has a gap or an overlap before {after.id}")
