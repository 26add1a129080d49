"""Every Decision in a bundle, made again: the first one, those of later acts, those about the other person.

For each content in turn: does what the law was asked follow from the Report and the acts that were known then; does
the Decision follow from it by the rules of that day; does the 確認記録 say what the Decision says; are the acts the
earlier ones and one more; is it still the same question. The acts of later days never serve an earlier Decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from honnin.core.clock import japan_day
from honnin.core.errors import HonninError
from honnin.facts import Finding, Outcome, Reading, Report
from honnin.law.acts import Acts, acts_from_dict
from honnin.law.evidence import ONLY_FROM_FACTS, evidence_from_report
from honnin.law.judging import ORGANISATIONS
from honnin.law.rule_data import RuleData, engine_version
from honnin.records.bundle import Bundle
from honnin.records.bundle_findings import differences, json_object, worst
from honnin.records.bundle_record import Recorded, day_fits, record_of, record_reason
from honnin.records.bundle_rules import Found, RuleFinder, RulesFrom
from honnin.records.bundle_words import FINDING_WORDS
from honnin.records.later_steps import explained
from honnin.records.ledger.event import Event

__all__ = ["About", "DecisionCheck", "Judgement", "LaterAct", "RemakeDecision", "check_decisions"]

DECISION, CASE, ACTS, AMENDMENT = "decision.json", "case.json", "acts.json", "amendment.json"
FROM_FILES = "files"  # access method of a Reading that no card was seen for
_NOBODYS = Report("", None, (), (), "")  # of the other person no chip was read here
# What may be another in a later question: its day, what came of the acts, and the house of that day.
_MOVING = frozenset({"on", "documents", "evidence", "tenant", "alias_used", "risk_flags"})
_ADDED_FLAGS = frozenset({"foreign_pep"})  # follow from declarations
_WORDING = frozenset({
    "why", "why_en", "title", "title_en", "starts", "starts_en", "ask_next", "ask_next_en", "notices", "notices_en"
})  # fmt: skip

# The JSON values of design §6 made from a case, by these rules (None: by the program's own). Raises HonninError.
RemakeDecision = Callable[[Mapping[str, Any], RuleData | None], Mapping[str, Any]]


class About(StrEnum):
    """Whose identity a Decision is about. The values are stable."""

    HOLDER = "holder"  # whose document was read
    OTHER = "other"  # the other person (law.parties)


_PREFIX = {About.HOLDER: "", About.OTHER: "other/"}


@dataclass(frozen=True, slots=True)
class DecisionCheck:
    """One Decision and whether it came out again. `content`: 0 as sealed, then each amendment. `reason`: of
    `bundle.decision`; `where`: paths that differ. `linked`: number of the other person's own record, when the Decision
    is that record's. What could not be read is "".
    """

    content: int
    about: About
    reason: str
    on: str = ""
    law: str = ""
    revision: str = ""
    rules_version: str = ""
    rules_from: RulesFrom = RulesFrom.NOWHERE
    published: bool = False
    verified: bool = False
    methods: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    linked: str = ""

    @property
    def outcome(self) -> Outcome:
        """Of the reason."""
        return FINDING_WORDS["decision"][self.reason][0]


@dataclass(frozen=True, slots=True)
class LaterAct:
    """An amendment. `code`: of the act (records.later), "" for words or values that were added. `attached`: names of
    the parts that came with it.
    """

    content: int
    day: date
    code: str
    attached: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """`findings`: `bundle.acts`, `.evidence`, `.decision`, `.rules`, `.record`, and `.later` where something came.

    `acts`: of the first content; `other_acts`: the newest about the other person. `decision`: the first one, as stored.
    """

    findings: tuple[Finding, ...]
    decisions: tuple[DecisionCheck, ...]
    later: tuple[LaterAct, ...]
    acts: Acts | None
    other_acts: Acts | None
    decision: Mapping[str, Any] | None


def check_decisions(
    bundle: Bundle, events: tuple[Event, ...], reading: Reading | None, report: Report | None,
    remake: RemakeDecision | None,
) -> Judgement:  # fmt: skip
    """Check them all. `events`: of the contents, as far as they could be read. Never raises."""
    check = _Decisions(bundle, events, reading, report, remake, RuleFinder(bundle))
    for number in range(len(bundle.contents)):
        check.content(number)
    decided = [(f"{each.content}.{each.about}", each.reason) for each in check.decisions]
    where = [f"{each.content}.{each.about}: {', '.join(each.where)}" for each in check.decisions if each.where]
    then = next((each.rules_version for each in check.decisions if each.reason == "other_rules"), "")
    more = {name: value[:500] for name, value in (("where", "; ".join(where)), ("then", then)) if value}
    findings = [
        worst("acts", check.reasons["acts"]),
        worst("evidence", check.reasons["evidence"], **check.codes),
        worst("decision", decided, **more),
        check.finder.told(),
        worst("record", check.reasons["record"]),
    ]
    if len(bundle.contents) > 1:
        steps = check.reasons["later"]
        acts = [each for each in steps if each[1] != "words"]  # what is only words needs no check
        findings.append(worst("later", acts or steps))
    first = check.seen.get(0)
    return Judgement(
        tuple(findings), tuple(check.decisions), tuple(check.later),
        None if first is None else first.acts.get(About.HOLDER),
        check.newest.acts.get(About.OTHER), check.first_decision,
    )  # fmt: skip


@dataclass(slots=True)
class _Asked:
    """What one content says: what the law was asked, and the acts."""

    number: int = -1
    acts: dict[About, Acts] = field(default_factory=dict)
    cases: dict[About, Mapping[str, Any]] = field(default_factory=dict)
    decisions: dict[About, Mapping[str, Any]] = field(default_factory=dict)
    record: Recorded = field(default_factory=Recorded)


@dataclass(slots=True)
class _Decisions:
    bundle: Bundle
    events: tuple[Event, ...]
    reading: Reading | None
    report: Report | None
    remake: RemakeDecision | None
    finder: RuleFinder
    decisions: list[DecisionCheck] = field(default_factory=list)
    later: list[LaterAct] = field(default_factory=list)
    seen: dict[int, _Asked] = field(default_factory=dict)
    newest: _Asked = field(default_factory=_Asked)
    first_decision: Mapping[str, Any] | None = None
    codes: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, list[tuple[str, str]]] = field(
        default_factory=lambda: {"acts": [], "evidence": [], "record": [], "later": []}
    )

    def content(self, number: int) -> None:
        """One content: all that it says of acts, case, Decision and record."""
        parts = self.bundle.contents[number].content.parts
        asked = _Asked(number, record=record_of(parts))
        for about in About:
            prefix = _PREFIX[about]
            there = [name for name in (ACTS, CASE, DECISION) if prefix + name in parts]
            if there or (number == 0 and about is About.HOLDER):
                self._acts(asked, parts, about)
                self._decision(asked, parts, about)
                self._evidence(asked, parts, about)
        event = self.events[number] if number < len(self.events) else None
        found = record_reason(self.bundle, number, asked.record, _pairs(asked), event)
        self.reasons["record"] += [(str(number), reason) for reason in found]
        if number:
            self._later(asked, parts)
        if asked.cases or not number:
            self.seen[number] = self.newest = asked

    # -- of one content ---------------------------------------------------------------------------------------------

    def _acts(self, asked: _Asked, parts: Mapping[str, bytes], about: About) -> None:
        octets = parts.get(_PREFIX[about] + ACTS)
        where = f"{asked.number}.{about}"
        if octets is None:
            return self.reasons["acts"].append((where, "none"))
        try:
            asked.acts[about] = acts_from_dict(json_object(octets))
        except HonninError:
            return self.reasons["acts"].append((where, "unreadable"))
        return self.reasons["acts"].append((where, "ok"))

    def _decision(self, asked: _Asked, parts: Mapping[str, bytes], about: About) -> None:
        prefix, number = _PREFIX[about], asked.number
        if prefix + DECISION not in parts or prefix + CASE not in parts:
            if prefix + DECISION in parts or prefix + CASE in parts:
                self.decisions.append(DecisionCheck(number, about, "none"))
            return
        try:
            stored, case = json_object(parts[prefix + DECISION]), json_object(parts[prefix + CASE])
        except HonninError:
            self.decisions.append(DecisionCheck(number, about, "unreadable"))
            return
        asked.cases[about], asked.decisions[about] = case, stored
        if number == 0 and about is About.HOLDER:
            self.first_decision = stored
        version = str(stored.get("rules_version"))[:64]
        linked = asked.record.linked if about is About.OTHER else ""
        found = Found(RulesFrom.NOWHERE) if linked else self.finder.find(number, version)
        reason, where = ("linked", ()) if linked else self._remade(stored, case, found)
        self.decisions.append(DecisionCheck(
            number, about, reason, str(stored.get("on"))[:10], str(stored.get("law"))[:64],
            str(stored.get("revision"))[:64], version, found.source, found.published, stored.get("verified") is True,
            _methods(stored), where, linked,
        ))  # fmt: skip

    def _remade(
        self, stored: Mapping[str, Any], case: Mapping[str, Any], found: Found
    ) -> tuple[str, tuple[str, ...]]:
        if self.remake is None:
            return "not_remade", ()
        try:
            again = self.remake(case, found.data)
        except HonninError:
            return "cannot_remake", ()
        changes = differences(stored, again)
        if not changes:
            return "ok", ()
        if found.source is RulesFrom.NOWHERE and stored.get("rules_version") != again.get("rules_version"):
            return "other_rules", ()
        other_engine = found.used is None or found.used.engine != engine_version()
        if other_engine and not differences(_substance(stored), _substance(again)):
            return "worded", ()
        if found.used is not None and other_engine:
            return "other_engine", tuple(changes)
        return "differs", tuple(changes)

    def _evidence(self, asked: _Asked, parts: Mapping[str, bytes], about: About) -> None:
        judged = any(_PREFIX[about] + name in parts for name in (CASE, DECISION))
        if (about is About.OTHER and asked.record.linked) or not (judged or asked.number == 0):
            return
        reason, codes = self._follows(asked, parts, about)
        where = f"{asked.number}.{about}"
        self.reasons["evidence"].append((where, reason))
        if codes:
            told = codes if where == "0.holder" else f"{where}: {codes}"
            self.codes["codes"] = "; ".join(each for each in (self.codes.get("codes"), told) if each)[:500]

    def _follows(self, asked: _Asked, parts: Mapping[str, bytes], about: About) -> tuple[str, str]:
        """Each evidence code and document of the case follows from Report and acts, or is the house's own statement."""
        octets = parts.get(_PREFIX[about] + CASE)
        acts, report = asked.acts.get(about), self.report if about is About.HOLDER else _NOBODYS
        if octets is None or self.reading is None or report is None or acts is None:
            return "none", ""
        try:
            case = json_object(octets)
            claimed = {str(each) for each in case.get("evidence", [])}
            documents = {(str(each["kind"]), each.get("valid") is True) for each in case.get("documents", [])}
            on, law = date.fromisoformat(case["on"]), str(case["law"])
            organisation = about is About.HOLDER and case.get("customer_kind") in ORGANISATIONS
        except (HonninError, AttributeError, KeyError, TypeError, ValueError) as error:
            return "unreadable", type(error).__name__
        from_card = about is About.OTHER or self.reading.access.method != FROM_FILES
        facts = evidence_from_report(
            report, acts, on, law=law, from_card=from_card, simulated=self.reading.simulated, organisation=organisation
        )
        there = {(each.kind, valid) for each in facts.documents for valid in {False, each.valid is True}}
        stated = claimed - facts.codes - ONLY_FROM_FACTS  # what the house alone says
        beyond = sorted({*(claimed - facts.codes - stated), *(kind for kind, _ in documents - there)})
        if beyond:
            version = str(asked.decisions.get(about, {}).get("rules_version"))
            other = self._other_engine(asked.number, version)
            return "other_engine" if other else "unsupported", ", ".join(beyond)
        return ("stated", ", ".join(sorted(stated))) if stated else ("ok", "")

    def _other_engine(self, number: int, version: str) -> bool:
        """Whether the record says that another program judged it."""
        used = self.finder.used(number, version)
        return used is not None and used.engine not in {"", engine_version()}

    # -- beside the content before ----------------------------------------------------------------------------------

    def _later(self, asked: _Asked, parts: Mapping[str, bytes]) -> None:
        number = asked.number
        event = self.events[number] if number < len(self.events) else None
        code = _code(parts)
        attached = tuple(name for name in parts if name.startswith("attachment/"))
        if event is not None:
            self.later.append(LaterAct(number, japan_day(event.at), code, attached))
        self.reasons["later"].append((str(number), self._step(asked, event, code)))

    def _step(self, asked: _Asked, event: Event | None, code: str) -> str:
        before = self.newest
        if event is None:
            return "unreadable"
        if event.detail.get("act", "") != code:
            return "other_act"
        if not asked.cases and not asked.acts and not asked.decisions:
            return "other_act" if code else "words"
        acts, acts_before = asked.acts, before.acts
        pairs = [(each.get(About.HOLDER, Acts()), each.get(About.OTHER, Acts())) for each in (acts_before, acts)]
        if not explained(code, pairs[0], pairs[1], linked=bool(asked.record.linked)):
            return "rewritten"
        if any(not _same_question(before.cases.get(about), asked.cases.get(about)) for about in About):
            return "other_question"
        if code == "attached" and (asked.cases, asked.decisions) == (before.cases, before.decisions):
            return "ok"  # a copy for a finished record: the law was not asked again
        on = {str(case.get("on")) for case in asked.cases.values()}
        earlier = {str(case.get("on")) for case in before.cases.values()}
        if not all(day_fits(day, event) for day in on) or any(day < last for day in on for last in earlier):
            return "other_day"
        return "ok"


def _pairs(asked: _Asked) -> tuple[tuple[Mapping[str, Any], Mapping[str, Any]], ...]:
    """Case and Decision about the holder, then about the other person, where both are there."""
    return tuple((asked.cases[about], asked.decisions[about]) for about in About if about in asked.decisions)


def _substance(value: object) -> object:
    """A Decision without its sentences."""
    if isinstance(value, Mapping):
        return {name: _substance(each) for name, each in value.items() if name not in _WORDING}
    return [_substance(each) for each in value] if isinstance(value, list) else value


def _same_question(before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> bool:
    if before is None or now is None:
        return before is now
    fixed = [{name: each for name, each in case.items() if name not in _MOVING} for case in (before, now)]
    try:
        flags = [{str(each) for each in case.get("risk_flags", [])} for case in (before, now)]
    except TypeError:
        return False
    return fixed[0] == fixed[1] and flags[0] <= flags[1] and flags[1] - flags[0] <= _ADDED_FLAGS


def _methods(stored: Mapping[str, Any]) -> tuple[str, ...]:
    rows = stored.get("satisfied")
    if not isinstance(rows, list):
        return ()
    return tuple(str(each.get("id"))[:64] for each in rows[:100] if isinstance(each, Mapping))


def _code(parts: Mapping[str, bytes]) -> str:
    """The code of the act in an amendment; "" where it is none of these, or cannot be read."""
    try:
        return str(json_object(parts[AMENDMENT]).get("act", ""))[:64]
    except (KeyError, HonninError):
        return ""
