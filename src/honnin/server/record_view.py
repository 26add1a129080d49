"""A kept record as a page shows it: items of the day with what came later, the law of that day, proofs, history.

Nothing of the day is ever replaced here: a later value stands below the earlier one, with who and when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from honnin.core.errors import HonninError
from honnin.core.typed_day import typed_day
from honnin.facts import Audience
from honnin.flows.amending import Amended, amendable
from honnin.flows.ledger_check_ports import HoldAct
from honnin.flows.record_desk import Line, RecordDesk
from honnin.flows.record_ports import RecordSummary
from honnin.law.decision import Decision
from honnin.records.kakunin import Item, Kakunin
from honnin.records.kakunin_fields import FIELDS, HUSHED_NOTICES, base_of, label
from honnin.records.ledger.event import Kind
from honnin.server.catalogue import Language, text
from honnin.server.services import Services
from honnin.server.words import iso_date, moment

_DETAILS = ("on", "until", "found", "accepted")  # of an entry, as far as people read them


SEARCHED_AS = ("page", "csv", "api")


@dataclass(frozen=True, slots=True)
class LaterValue:
    """A value that was appended: number of the amendment, who, when, why."""

    part: int
    value: str
    by: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the record. `value` is that of the day; `attached`: it stands in an attached picture."""

    id: str
    title: str
    clause: str
    value: str
    by: str
    at: str
    attached: bool
    later: tuple[LaterValue, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Words that were appended."""

    part: int
    text: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class LawOfDay:
    """What the law said when the record was made. `staff`: what the customer must not read (犯収法8条4項): closed, and
    never by itself open.
    """

    lines: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    staff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One entry of the ledger in words."""

    index: int
    kind: str
    at: str
    who: str
    more: str


@dataclass(frozen=True, slots=True)
class HoldRow:
    """Why it was held or released."""

    act: HoldAct
    at: str
    who: str
    reason: str


class Names:
    """Names for pseudonyms, as far as this house can tell: its list, and whoever is named in what is shown."""

    def __init__(self, services: Services, *more: str) -> None:
        self._known: dict[str, str] = {}
        desk = services.desk
        if desk is not None:
            for name in (*(each.name for each in services.house.staff), *more):
                if name.strip():
                    self._known[desk.visits.actor(name)] = name

    def of(self, actor: str, language: Language) -> str:
        """The name; the pseudonym itself where nobody knows it."""
        if not actor:
            return text(language, "history.nobody")
        return self._known.get(actor, actor)


def item_rows(record: Kakunin, amended: Sequence[Amended], language: Language) -> tuple[ItemRow, ...]:
    """All items, and those that only came later, in the order of the record."""
    later: dict[str, list[LaterValue]] = {}
    for each in amended:
        for item in each.items:
            value = LaterValue(each.part, item.value, each.by, moment(each.at, language), each.text)
            later.setdefault(item.id, []).append(value)
    kind = record.customer_kind
    rows = [_row(item, tuple(later.pop(item.id, ())), language, kind) for item in record.items if item.filled]
    rows += [_row(Item(item_id, ""), tuple(values), language, kind) for item_id, values in later.items()]
    return tuple(rows)


def _row(item: Item, later: tuple[LaterValue, ...], language: Language, kind: str) -> ItemRow:
    spec = FIELDS.get(base_of(item.id))
    return ItemRow(
        id=item.id,
        title=label(item.id, kind)[0 if language == "ja" else 1],
        clause=spec.clause if spec is not None else "",
        value=item.value,
        by=item.by,
        at="" if item.at is None else item.at.date().isoformat() if item.day_only else moment(item.at, language),
        attached=bool(item.attachment),
        later=later,
    )


def words_of(amended: Sequence[Amended], names: Names, language: Language) -> tuple[Words, ...]:
    """Words that were appended, the oldest first."""
    return tuple(
        Words(each.part, each.text, names.of(each.by, language) if each.by.startswith("staff-") else each.by,
              moment(each.at, language))
        for each in amended if not each.items
    )  # fmt: skip


def choices(record: Kakunin | None, language: Language) -> tuple[tuple[str, str], ...]:
    """(id, title) of the items that may get a later value."""
    if record is None:
        return ()
    return tuple((each, label(each)[0 if language == "ja" else 1]) for each in amendable(record.law))


def law_of_day(
    record: Kakunin | None, decision: Decision | None, lines: tuple[str, ...], language: Language
) -> LawOfDay:
    """Methods with the letters of that day, the versions that the answer rests on, and what was open."""
    if record is None or decision is None:
        return LawOfDay(lines, (), ())
    at = 0 if language == "ja" else 1
    facts = [
        (text(language, "record.law.on"), record.on.isoformat()),
        (text(language, "record.law.revision"), record.law_revision),
        (text(language, "record.law.rules"), record.rules_version),
        (text(language, "record.law.software"), record.software_version),
    ]
    accepted = text(language, "record.law.accepted")
    facts += [(accepted, f"{each.document}：{each.reason}") for each in record.accepted_unverifiable]
    notices, staff = (
        tuple((each.ja, each.en)[at] for each in record.notices if (each.code in HUSHED_NOTICES) is hushed)
        for hushed in (False, True)
    )
    return LawOfDay(lines, tuple(facts), notices, staff)


def history_rows(lines: Sequence[Line], names: Names, language: Language) -> tuple[HistoryRow, ...]:
    """What happened, the oldest first."""
    return tuple(
        HistoryRow(
            each.index, text(language, f"history.{each.kind}"), moment(each.at, language),
            names.of(each.actor, language), _more(each, language),
        )
        for each in lines
    )  # fmt: skip


def _more(line: Line, language: Language) -> str:
    if line.kind is Kind.AMENDED:
        return text(language, "history.part", n=line.detail.get("part", ""))
    found = [
        text(language, f"history.detail.{name}", value=line.detail[name]) for name in _DETAILS if line.detail.get(name)
    ]
    how = line.detail.get("as", "")
    if how in SEARCHED_AS:
        found.append(text(language, f"history.as.{how}"))
    return "　".join(found)


def hold_rows(desk: RecordDesk, record_id: str, names: Names, language: Language) -> tuple[HoldRow, ...]:
    """Why it was held and released, the oldest first."""
    return tuple(
        HoldRow(each.act, moment(each.at_utc, language), names.of(each.staff, language), each.reason)
        for each in desk.keeping.hold_notes(record_id)
    )


def proof_lists(desk: RecordDesk, record_id: str, language: Language) -> dict[str, tuple[str, ...]] | None:
    """What can be proved to whom, by name of the audience; None when that cannot be told now."""
    try:
        found: Mapping[Audience, tuple[object, ...]] = desk.proof(record_id)
    except HonninError:
        return None
    return {
        str(audience): tuple(str(getattr(each, "ja" if language == "ja" else "en")) for each in lines)
        for audience, lines in found.items()
    }


def kept_until(row: RecordSummary, language: Language) -> str:
    """Until when it is kept, in words."""
    return until_words(row.retention_until, row.retention_years, bool(row.law), language)


def until_words(until: object, years: int, has_law: bool, language: Language) -> str:
    """The last day; or that the contract has not ended."""
    if until is not None:
        return iso_date(str(until), language)
    if not has_law:
        return text(language, "until.none")
    return text(language, "until.open", n=years) if years else text(language, "until.purpose")


def day_of_fields(year: str, month: str, day: str) -> str:
    """Three fields 年 月 日 as an ISO day; empty when they are none. Full-width digits count, and eras (令和8)."""
    found = typed_day("-".join(each.strip() for each in (year, month, day)))
    return "" if found is None else found.isoformat()
