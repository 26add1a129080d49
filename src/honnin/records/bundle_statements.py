"""What an evidence bundle proves to whom: three lists for the reader of the verdict (design §7).

Derived, never claimed: a finding of the Report counts for others only as it comes out with the verifier's own anchors,
only when it passed, and as widely as the check itself says. Everything staff did rests on the staff's word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from honnin.facts import Audience, Environment, Outcome, Report
from honnin.facts.words import OUTCOMES
from honnin.law.acts import Acts
from honnin.records.bundle_verify import BundleVerdict
from honnin.records.bundle_words import (
    ACTS,
    ANSWERS,
    BY_HOUSE_KEY,
    DROPPED,
    EXISTED_BEFORE,
    TIME_IS_THE_HOUSES,
    TITLES,
    UNMADE,
)
from honnin.records.bundle_words_later import ATTACHED, LATER, OF_OTHER, Words

__all__ = ["Statement", "bundle_title", "statements"]

_SEALING = frozenset({"bundle.event", "bundle.inclusion", "bundle.commitment"})
# Each later act and each act of staff has a line of its own.
_TOLD_ELSEWHERE = frozenset({"bundle.timestamp", "bundle.acts", "bundle.later"})
Title = Callable[[str], Words]


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of a list: which finding or act it comes from, and its words."""

    source: str
    ja: str
    en: str


def bundle_title(finding_id: str) -> Words | None:
    """(Japanese, English) of a finding about the bundle; None for other ids."""
    return TITLES.get(finding_id.removeprefix("bundle.")) if finding_id.startswith("bundle.") else None


def statements(
    verdict: BundleVerdict, report: Report | None, title: Title
) -> Mapping[Audience, tuple[Statement, ...]]:
    """The three lists, always all three. `report`: made with the verifier's own anchors, None when that is not
    possible. `title`: names of the checks' findings.
    """
    lists: dict[Audience, list[Statement]] = {audience: [] for audience in Audience}
    sealed_as_is = all(_passed(verdict, name) for name in ("event", "inclusion", "commitment"))
    timed = _passed(verdict, "timestamp") and sealed_as_is
    for finding in verdict.findings:
        if finding.outcome is Outcome.PASSED and finding.id not in _TOLD_ELSEWHERE:
            audience = finding.to_whom or Audience.THIS_TERMINAL
            if finding.id in _SEALING and not (sealed_as_is and (verdict.key_known or timed)):
                audience = Audience.THIS_TERMINAL  # anybody can sign a ledger with a key of his own
            if finding.id == "bundle.decision" and not _passed(verdict, "rules"):
                audience = Audience.THIS_TERMINAL  # it follows from rules that the house says were the law's
            name = TITLES[finding.id.removeprefix("bundle.")]
            lists[audience].append(_line(finding.id, name, (finding.reason_ja, finding.reason_en)))
    _about_time(verdict, lists, timed=timed)
    if report is not None:
        simulated = report.environment in {Environment.SIMULATOR, Environment.TEST} or _simulated_reading(verdict)
        for finding in report.findings:
            if finding.outcome is Outcome.PASSED:
                audience = finding.to_whom or Audience.THIS_TERMINAL
                if simulated:
                    audience = Audience.THIS_TERMINAL
                lists[audience].append(_line(finding.id, title(finding.id), (finding.reason_ja, finding.reason_en)))
    for unmade in () if verdict.comparison is None or verdict.comparison.differs else verdict.comparison.unmade:
        why, (then_ja, then_en) = UNMADE[unmade.why], OUTCOMES[unmade.outcome]
        reason = (f"{then_ja}（{why[0]}：{unmade.missing}）", f"{then_en} ({why[1]}: {unmade.missing})")
        lists[Audience.THIS_TERMINAL].append(_line(f"unmade.{unmade.id}", title(unmade.id), reason))
    if verdict.reading is not None and verdict.reading.dropped:
        kept = ", ".join(verdict.reading.dropped)
        lists[Audience.THIS_TERMINAL].append(_line("reading.dropped", DROPPED, (kept, kept)))
    lists[Audience.THIS_TERMINAL] += [*_acts(verdict.acts), *_of_other(verdict.other_acts), *_later(verdict)]
    return {audience: tuple(lines) for audience, lines in lists.items()}


def _simulated_reading(verdict: BundleVerdict) -> bool:
    return verdict.reading is not None and verdict.reading.simulated


def _passed(verdict: BundleVerdict, name: str) -> bool:
    finding = verdict.finding(f"bundle.{name}")
    return finding is not None and finding.outcome is Outcome.PASSED


def _about_time(verdict: BundleVerdict, lists: dict[Audience, list[Statement]], *, timed: bool) -> None:
    finding = verdict.finding("bundle.timestamp")
    if finding is not None and timed:
        time = finding.detail["time"]
        lists[Audience.ANYONE].append(_line("bundle.timestamp", EXISTED_BEFORE, (time, time)))
    else:
        lists[Audience.THIS_TERMINAL].append(Statement("bundle.timestamp", *TIME_IS_THE_HOUSES))
    if not verdict.key_known:
        lists[Audience.THIS_TERMINAL].append(Statement("bundle.checkpoint", *BY_HOUSE_KEY))


def _acts(acts: Acts | None) -> list[Statement]:
    if acts is None:
        return []
    lines = []
    for each in fields(acts):
        value = getattr(acts, each.name)
        if value is not None and value != () and value is not False:
            answer = ANSWERS.get(str(getattr(value, "answer", "")))
            ja, en = ACTS[each.name]
            lines.append(
                Statement(f"acts.{each.name}", ja, en)
                if answer is None
                else Statement(f"acts.{each.name}", f"{ja}：{answer[0]}", f"{en}: {answer[1]}")
            )
    return lines


def _of_other(acts: Acts | None) -> list[Statement]:
    ja, en = OF_OTHER
    return [Statement(f"other.{each.source}", f"{ja}：{each.ja}", f"{en}: {each.en}") for each in _acts(acts)]


def _later(verdict: BundleVerdict) -> list[Statement]:
    """Each act after the sealing with its day, and everything that was attached: all of it on the house's word."""
    lines = []
    for act in verdict.later:
        ja, en = LATER.get(act.code, LATER[""])
        day = act.day
        when = f"{day.year}年{day.month}月{day.day}日の記載"
        lines.append(Statement(f"later.{act.content}", f"{when}：{ja}", f"As entered on {day.isoformat()}: {en}"))
    for number, sealed in enumerate(verdict.bundle.contents):
        names = [name for name in sealed.content.parts if name.startswith("attachment/")]
        lines += [_line(f"attached.{number}", ATTACHED, (name, name)) for name in names]
    return lines


def _line(source: str, name: Words, reason: Words) -> Statement:
    return Statement(source, f"{name[0]}：{reason[0]}", f"{name[1]}: {reason[1]}")
