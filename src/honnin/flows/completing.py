"""Finishing a record that was sealed unfinished: an act is added, the law decides again, the record is made again.

What comes out is appended as a part of the record with an event of the ledger; what was sealed before stays as it was.
All acts count as of the day of the new decision, by the house and the rules of that day: a method that the law has
closed since cannot be finished any more (law.md L12), and a document that has expired since does not count.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from honnin.core.clock import JAPAN, Clock, japan_day
from honnin.core.errors import CallerError, DataError, HonninError, StoreError
from honnin.core.secret import Secret
from honnin.flows.attachments import Brought, attachments_for, count_brought
from honnin.flows.entry_asks import Asked, asks_of
from honnin.flows.glyphs import Glyphs, glyphs_of_person
from honnin.flows.house import HouseSettings
from honnin.flows.kakunin_service import FinishedVisit, Linked, MadeRecord, make_record
from honnin.flows.record_meta import KIROKU, search_tokens
from honnin.flows.record_ports import CompleteRecord, RecordQuery, RecordSummary
from honnin.flows.remaining import DECISION, OTHER_DECISION, Left, left_of
from honnin.flows.sealed_visits import SealedVisits
from honnin.flows.sealing import Sealer
from honnin.flows.written import entry_with
from honnin.law.acts import Acts, acts_from_dict
from honnin.law.case import Case, parse_case
from honnin.law.decision import Decision, decision_from_dict
from honnin.law.rules import Rules, load_rules
from honnin.records.content import RecordContent
from honnin.records.kakunin import Item, Kakunin, MissingItem, State, kakunin_from_json, kakunin_to_json, missing_items
from honnin.records.kakunin_entry import Entry, PersonEntry, Staff, entry_from_json
from honnin.records.kakunin_fields import base_of
from honnin.records.later import (
    Attached,
    Later,
    MailDelivered,
    MailReturned,
    OtherVerified,
    Wrote,
    apply,
    code_of,
    words_of,
)
from honnin.records.sealed_rules import RULES, RULES_DATA
from honnin.records.visit_record import Completion, SavedVisit

__all__ = ["Completing", "Standing"]

MAX_PARTS = 64  # an evidence bundle holds so many contents
SCAN = 200
# Of a record, once: what was read and found. The rest is made again with every act.
_ONCE = frozenset({"reading.zip", "report.json"})
# Of a record, together: whoever reads the newest one finds these beside it.
_READ_TOGETHER = frozenset({
    DECISION, OTHER_DECISION, RULES, "case.json", "acts.json", "entry.json", "other/case.json", "other/acts.json",
})  # fmt: skip
MAX_ATTACHED = 40 << 20  # octets of all attachments of one record: an evidence bundle holds 80 MiB


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a record stands now. `left`: what is left to do; `parts`: as many as it has, for whoever adds to it;
    `glyphs`: which characters of its holder's name and address are pictures.
    """

    record: Kakunin
    decision: Decision
    other: Decision | None
    case: Case
    left: tuple[Left, ...]
    missing: tuple[MissingItem, ...]
    parts: int
    mailed: bool  # a letter is under way, or arrived
    glyphs: Glyphs = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """Nothing is left to do."""
        return self.record.state is State.FINISHED

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Items of the record that a person can still write."""
        asked = asks_of(self.record, self.missing, case=self.case, glyphs=self.glyphs)
        return tuple(each for each in asked if each.required or each.owner)


@dataclass(frozen=True, slots=True)
class Completing:
    """Finishing records of one house. `index`: the key of the blind index, so that new names find the record too."""

    visits: SealedVisits
    sealer: Sealer
    index: Secret[bytes]
    settings: HouseSettings
    clock: Clock
    tenant: str

    @property
    def rules(self) -> Rules:
        """The rules of today, read once."""
        return load_rules()

    def standing(self, record_id: str) -> Standing:
        """Where it stands. Raises CallerError `later.no_law`; StoreError `store.not_found`, `store.deleted`,
        `store.damaged`, `vault.…`.
        """
        saved = self.visits.get(record_id)
        return self._standing(saved, self.visits.summary(record_id).parts)

    def unfinished(self, *, after: str = "", limit: int = SCAN) -> tuple[Standing, ...]:
        """The latest `limit` records (older than the record `after`) that are not known to be finished, opened: those
        of them that a law was asked for. One that cannot be opened is left out: an audit names it.
        """
        query = RecordQuery(unfinished=True, after=after)
        found: list[Standing] = []
        for row in self.visits.rows(query, limit=min(limit, SCAN)):
            standing = self._try(row) if row.law else None
            if standing is not None and not standing.finished:
                found.append(standing)
        return tuple(found)

    def add(
        self, record_id: str, act: Later, *, by: Staff, expected: int | None = None, brought: Sequence[Brought] = ()
    ) -> Standing:
        """Add an act and let the law decide again; durable and in the ledger when this returns.

        `by`: who says so; `expected`: as many parts as were seen. Raises CallerError `later.…`, `kakunin.linked`;
        StoreError `store.conflict` (somebody else was quicker), `store.deleted`, `store.not_found`, `seal.…`; DataError
        `kakunin.…`, `attachment.…`.
        """
        saved, row = self.visits.get(record_id), self.visits.summary(record_id)
        if expected is not None and expected != row.parts:
            raise StoreError("store.conflict", "somebody else has added to the record", "parts")
        if row.parts >= MAX_PARTS:
            raise CallerError("later.many", "too much was added to this record")
        before = self._standing(saved, row.parts)
        if before.finished and not isinstance(act, MailReturned | MailDelivered | Attached):  # a letter may come back
            raise CallerError("later.finished", "the record is finished")
        _check_brought(before.case, saved, brought)
        now = self.clock()
        if before.finished and isinstance(act, Attached):
            return self._attach(saved, before, act, by=by, now=now, brought=tuple(brought), expected=row.parts)
        made = self._made(saved, before, act, by=by, now=now, brought=tuple(brought))
        content = RecordContent({
            "amendment.json": _note(act, by, now),
            **_added(made.parts, saved),
        })
        methods = tuple(each.id for each in made.record.methods) if made.verified else ()
        completion = Completion.CHECKED if made.record.state is State.FINISHED else Completion.UNFINISHED
        change = CompleteRecord(record_id, methods, made.decision.retention.years or 0, completion)
        self.sealer.amend(
            content, tenant=self.tenant, record_id=record_id, at=now, staff=self.visits.actor(by.name),
            tokens=search_tokens(made.record, index_key=self.index),
            detail={"act": code_of(act), "state": str(made.record.state)}, expected=row.parts, changes=(change,),
        )  # fmt: skip
        return self.standing(record_id)

    # -- inside -------------------------------------------------------------------------------------------------

    def _attach(
        self, saved: SavedVisit, before: Standing, act: Attached, *, by: Staff, now: datetime,
        brought: tuple[Brought, ...], expected: int,
    ) -> Standing:  # fmt: skip
        """To a finished record: the scans are added, and the law is not asked again. What it said of that day stays; a
        further copy can neither finish a record nor open one.
        """
        old = before.record
        since = japan_day(saved.reading.read_at_utc)
        apply(Acts(), Acts(), act, at=now, by=by.name, since=since)  # the day must be one that can be
        files, references = attachments_for(
            (), saved.reading, saved.report, None, brought, start=count_brought(old.attachments) + 1
        )
        later = Item("product.later", words_of(act), now.astimezone(JAPAN), by.shown)
        record = replace(old, items=(*old.items, later), attachments=(*old.attachments, *references))
        # With the newest record stand its Decision, case and acts, so that all of them are read together.
        parts = {} if saved.judged is None else dict(saved.judged.parts)
        kept = {name: each for name, each in parts.items() if name in _READ_TOGETHER}
        content = RecordContent({
            **kept, **files, KIROKU: kakunin_to_json(record), "amendment.json": _note(act, by, now),
        })  # fmt: skip
        self.sealer.amend(
            content, tenant=self.tenant, record_id=old.record_id, at=now, staff=self.visits.actor(by.name),
            detail={"act": code_of(act), "state": str(record.state)}, expected=expected,
        )
        return self.standing(old.record_id)

    def _try(self, row: RecordSummary) -> Standing | None:
        try:
            return self._standing(self.visits.get(row.record_id), row.parts)
        except HonninError:
            return None

    def _standing(self, saved: SavedVisit, parts: int) -> Standing:
        if saved.judged is None:
            raise CallerError("later.no_law", "no law was asked for this record")
        try:
            record = kakunin_from_json(saved.judged.parts[KIROKU])
            decision = decision_from_dict(json.loads(saved.judged.parts[DECISION]))
            second = saved.judged.parts.get(OTHER_DECISION)
            other = None if second is None else decision_from_dict(json.loads(second))
            case = parse_case(json.loads(saved.judged.parts["case.json"]), self.rules)
        except (KeyError, ValueError, DataError):
            raise StoreError("store.damaged", "the record is damaged", "decision") from None
        missing = missing_items(record, decision, other)
        mail = _acts(saved.judged.parts, "acts.json").mail
        return Standing(
            record, decision, other, case, left_of(record, decision, other), missing, parts,
            mailed=any(each.returned_at is None for each in mail),
            glyphs=glyphs_of_person(saved.reading, saved.report),
        )  # fmt: skip

    def _made(
        self, saved: SavedVisit, before: Standing, act: Later, *, by: Staff, now: datetime, brought: tuple[Brought, ...]
    ) -> MadeRecord:  # fmt: skip
        parts: Mapping[str, bytes] = {} if saved.judged is None else saved.judged.parts
        old = before.record
        acts, other_acts = apply(
            _acts(parts, "acts.json"), _acts(parts, "other/acts.json"), act, at=now, by=by.name,
            since=japan_day(saved.reading.read_at_utc),
        )  # fmt: skip
        entry = entry_from_json(parts["entry.json"]) if "entry.json" in parts else _entry_of(old)
        if isinstance(act, Wrote):
            entry = entry_with(entry, act.items, on_agent=before.case.actor == "agents_own")
        linked = act.record_id if isinstance(act, OtherVerified) else old.first("product.other_party")
        made = make_record(
            FinishedVisit(
                reading=saved.reading, report=saved.report, acts=acts, case=before.case, entry=entry,
                verifier=_named(old.first("F01") or old.first("K1"), by),
                recorder=_named(old.first("F02") or old.first("K2"), by),
                brought=brought,
                revocation_checked_at=next((each.at for each in old.of("product.revocation_checked_at")), None),
                other_acts=other_acts,
                linked=self._linked(linked, old) if linked else None,
                earlier=old.attachments,
            ),
            record_id=old.record_id, tenant=(old.tenant_id, old.tenant_name), house=self.settings.as_house(self.rules),
            rules=self.rules, clock=lambda: now,
        )  # fmt: skip
        later = Item("product.later", words_of(act), now.astimezone(JAPAN), by.shown)
        record = replace(
            made.record, made_at=old.made_at, operator_id=old.operator_id,
            items=(*made.record.items, *old.of("product.later"), later),
        )  # fmt: skip
        return replace(made, record=record, parts={**made.parts, KIROKU: kakunin_to_json(record)})

    def _linked(self, record_id: str, old: Kakunin) -> Linked:
        """Raises CallerError `kakunin.linked` when there is no such record or it is this one."""
        if record_id == old.record_id:
            raise CallerError("kakunin.linked", "a record does not verify two people")
        try:
            standing = self.standing(record_id)
        except HonninError as error:
            raise CallerError("kakunin.linked", "that record does not verify the other person", error.code) from None
        return Linked(standing.record, standing.decision)


def _check_brought(case: Case, saved: SavedVisit, brought: Sequence[Brought]) -> None:
    """番号法: a copy of a number document has the number on it, and no record takes one (番号法20条)."""
    if brought and case.law == "bangou":
        raise CallerError("attachment.number_law", "nothing is attached to a record of 番号法")
    parts = {} if saved.judged is None else saved.judged.parts
    there = sum(len(octets) for name, octets in parts.items() if name.startswith("attachment/"))
    if there + sum(len(each.octets) for each in brought) > MAX_ATTACHED:
        raise CallerError("attachment.total", "the record has as many attachments as it takes")


def _added(made: Mapping[str, bytes], saved: SavedVisit) -> dict[str, bytes]:
    """What a further part has of a record made again: not what stands in the parts before it."""
    before: Mapping[str, bytes] = {} if saved.judged is None else saved.judged.parts
    same_rules = RULES_DATA in made and made[RULES_DATA] == before.get(RULES_DATA)
    once = _ONCE | {RULES_DATA} if same_rules else _ONCE
    return {name: octets for name, octets in made.items() if name not in once}


def _acts(parts: Mapping[str, bytes], name: str) -> Acts:
    octets = parts.get(name)
    if octets is None:
        return Acts()
    try:
        return acts_from_dict(json.loads(octets))
    except (ValueError, DataError):
        raise StoreError("store.damaged", "the record is damaged", name) from None


def _named(shown: str, by: Staff) -> Staff:
    """Who verified and who recorded stay as they were: nobody becomes them by finishing the record."""
    return Staff(shown, shown) if shown.strip() else by


def _note(act: Later, by: Staff, now: datetime) -> bytes:
    """The act in words, in the form of an amendment, so that whoever reads the record's history sees it there."""
    at = now.astimezone(JAPAN).isoformat()
    body = {"format": "honnin-note", "version": 1, "at": at, "by": by.shown, "text": words_of(act), "act": code_of(act)}
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def _entry_of(record: Kakunin) -> Entry:
    """Of a record that was sealed before entries were kept: what staff wrote, from its items."""
    written = [(each.id, each.value) for each in record.items if each.provenance == "staff" and each.value]
    plain = Entry(
        transaction=record.first("F16"), search_key=record.first("F28"), relation=record.first("F22.relation"),
        grounds=record.first("F22.grounds"), alias=record.first("F27").partition("（")[0],
        alias_reason=record.first("F27").partition("（")[2].removesuffix("）"), holder=PersonEntry(),
    )  # fmt: skip
    people = [(name, value) for name, value in written if base_of(name) in {"F21", "F22", "K3b", "K4b"}]
    return entry_with(plain, people, on_agent=record.holder == "agents_own")
