"""Verifying a sealed record again: its Report and Decision are made anew, and what came out otherwise is named.

The Report is made as of the reading, with what the house trusts today: would the answer of that day have been the
same, had one known what is known now? The Decision is made for the case of that day, by the rules of today, from the
evidence that is still there. What cannot be confirmed again only because a file was dropped (本籍 …) counts as it was
confirmed on the day. The result holds names of findings, items and methods; never a value of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from honnin.core.errors import DataError, HonninError
from honnin.facts import Attribute, Finding, Outcome, Reading, Report
from honnin.facts.codec import reading_from_zip, report_from_dict
from honnin.flows.recheck_ports import RecheckOutcome
from honnin.law.acts import acts_from_dict
from honnin.law.case import parse_case
from honnin.law.engine import decide
from honnin.law.evidence import ONLY_FROM_FACTS, evidence_from_report
from honnin.law.rules import Rules
from honnin.records.content import RecordContent
from honnin.records.kept_report import kept_report
from honnin.records.visit_record import Difference, compare_reports, explained_by_dropping, is_simulated

__all__ = ["CheckAgain", "Remade", "remake"]

MAX_NAMED = 480  # characters of names in one detail of an event
_RANK = {Outcome.FAILED: 0, Outcome.IMPOSSIBLE: 1, Outcome.NOT_DONE: 1, Outcome.PASSED: 2}
_FILES = "files"  # access method of a Reading that no card was seen for

# Reading -> the Report as of its reading, with what the house trusts now.
CheckAgain = Callable[[Reading], Report]


@dataclass(frozen=True, slots=True)
class Remade:
    """`changed`: findings and items that came out otherwise; `lost`, `gained`: methods of the law; `code`: why it could
    not be done (then UNREADABLE).
    """

    outcome: RecheckOutcome
    changed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    code: str = ""

    def detail(self) -> dict[str, str]:
        """For the ledger's event and the list: small texts, nothing personal."""
        named = {"changed": self.changed, "lost": self.lost, "gained": self.gained}
        found = {name: _shortened(each) for name, each in named.items() if each}
        return found | ({"code": self.code[:64]} if self.code else {})


def remake(content: RecordContent, check: CheckAgain, rules: Rules) -> Remade:
    """What a sealed content comes to today. What is in it may be of an older program: then UNREADABLE, never an error
    of its own. Raises what `check` raises for trust material that cannot be read (TrustError, StoreError).
    """
    parts = content.parts
    try:
        reading = reading_from_zip(parts["reading.zip"])
        stored = report_from_dict(_json(parts["report.json"]))
    except KeyError:
        return Remade(RecheckOutcome.UNREADABLE, code="content.malformed")
    except DataError as error:
        return Remade(RecheckOutcome.UNREADABLE, code=error.code)
    try:
        again = check(reading)
    except DataError as error:
        return Remade(RecheckOutcome.UNREADABLE, code=error.code)
    changes, merged = _compared(reading, stored, again)
    try:
        lost, gained = _methods(parts, reading, merged, rules)
    except HonninError as error:
        return Remade(RecheckOutcome.UNREADABLE, tuple(each.what for each in changes), code=error.code)
    return Remade(_outcome(changes, lost, gained), tuple(each.what for each in changes), lost, gained)


def _outcome(changes: Iterable[Difference], lost: tuple[str, ...], gained: tuple[str, ...]) -> RecheckOutcome:
    verdicts = [_better(each) for each in changes]
    if lost or not all(verdicts):
        return RecheckOutcome.WORSE
    return RecheckOutcome.BETTER if verdicts or gained else RecheckOutcome.SAME


def _compared(reading: Reading, stored: Report, again: Report) -> tuple[tuple[Difference, ...], Report]:
    """(what really changed, the Report of today with what dropping explains put back)."""
    forms = [kept_report(again), again]  # earlier releases sealed the Report with sex in it
    by_form = [tuple(filter(_counts, compare_reports(stored, form))) for form in forms]
    changes = min(by_form, key=len)
    form = forms[by_form.index(changes)]
    explained = {each.what for each in changes if reading.dropped and explained_by_dropping(each)}
    left = tuple(each for each in changes if each.what not in explained)
    return left, _merged(stored, form, explained)


def _counts(difference: Difference) -> bool:
    """Only answers count: not the version of the checks, nor another word for the same outcome."""
    if difference.what == "rules":
        return False
    before, now = difference.before, difference.now
    if before is None or now is None:
        return not (before is None and now is not None and _outcome_in(now) in {Outcome.NOT_DONE, Outcome.IMPOSSIBLE})
    return _outcome_in(before) is None or _outcome_in(before) is not _outcome_in(now)


def _outcome_in(text: str) -> Outcome | None:
    """The outcome in `outcome:reason` of a finding; None for an item."""
    head, _, tail = text.partition(":")
    return Outcome(head) if head in set(Outcome) and ":" not in tail else None


def _better(difference: Difference) -> bool:
    before, now = difference.before, difference.now
    was = None if before is None else _outcome_in(before)
    is_now = None if now is None else _outcome_in(now)
    if was is not None or is_now is not None:
        return _rank(is_now) > _rank(was)
    if difference.what == "environment":
        return not before
    if before is None or now is None:
        return before is None
    old, new = before.split(":", 2), now.split(":", 2)
    return len(old) == len(new) == 3 and old[2] == new[2] and new[1] == "True"


def _rank(outcome: Outcome | None) -> int:
    """A finding that is not there says as much as one that was not done."""
    return _RANK[outcome or Outcome.NOT_DONE]


def _merged(stored: Report, again: Report, explained: set[str]) -> Report:
    """Today's Report, except what dropping explains."""
    findings: dict[str, Finding] = {each.id: each for each in again.findings}
    findings |= {each.id: each for each in stored.findings if each.id in explained}
    items: dict[str, Attribute] = {each.name: each for each in again.attributes}
    items |= {each.name: each for each in stored.attributes if each.name in explained}
    environment = stored.environment if "environment" in explained else again.environment
    return replace(
        again, findings=tuple(findings.values()), attributes=tuple(items.values()), environment=environment
    )


def _methods(
    parts: Mapping[str, bytes], reading: Reading, report: Report, rules: Rules
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(methods that were satisfied and are not now, those that are only now); nothing when no law was asked."""
    if "case.json" not in parts or "decision.json" not in parts:
        return (), ()
    case = parse_case(_json(parts["case.json"]), rules)
    before = {str(each["id"]) for each in _rows(_json(parts["decision.json"]))}
    if "acts.json" in parts:
        acts = acts_from_dict(_json(parts["acts.json"]))
        facts = evidence_from_report(
            report, acts, case.on, law=case.law, from_card=reading.access.method != _FILES,
            simulated=is_simulated(reading, report),
        )  # fmt: skip
        stated = case.evidence - ONLY_FROM_FACTS
        case = replace(case, documents=facts.documents, evidence=facts.codes | stated)
    now = {each.id for each in decide(case, rules).satisfied}
    return tuple(sorted(before - now)), tuple(sorted(now - before))


def _rows(decision: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = decision.get("satisfied", [])
    if not isinstance(rows, list) or not all(isinstance(each, dict) and "id" in each for each in rows):
        raise DataError("content.malformed", "the record is damaged", "decision")
    return rows


def _json(octets: bytes) -> dict[str, Any]:
    try:
        value = json.loads(octets)
    except (ValueError, RecursionError):
        raise DataError("content.malformed", "the record is damaged", "json") from None
    if not isinstance(value, dict):
        raise DataError("content.malformed", "the record is damaged", "json")
    return value


def _shortened(names: tuple[str, ...]) -> str:
    text = ", ".join(names)
    return text if len(text) <= MAX_NAMED else f"{text[:MAX_NAMED].rpartition(', ')[0]}, …"
