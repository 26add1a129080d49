"""Which findings of a stored Report come out again from what was kept, and why the others cannot.

Two things may be missing years later, and each explains some findings and no others: files that may not be kept (本籍
and the signature over it, what reveals 個人番号), and a revocation list too long to be kept with every record. What one
of these explains may come out as `impossible` or `not_done`; anything else that differs is a difference.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from honnin.facts import Attribute, Finding, Outcome, Report

__all__ = ["Comparison", "Unmade", "Why", "compare"]


class Why(StrEnum):
    """Why a finding does not come out again. The values are stable."""

    NOT_KEPT = "not_kept"  # it rests on a file that may not be kept
    LIST_NOT_HERE = "list_not_here"  # it rests on a revocation list of which only the identity was kept


@dataclass(frozen=True, slots=True)
class Unmade:
    """A finding that rests on the house's word: its id, what it was on the day, why, and what is missing."""

    id: str
    outcome: Outcome
    reason: str
    why: Why
    missing: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`made`: ids that came out the same in every part; `differs`: paths of what nothing explains, at most 20."""

    made: tuple[str, ...]
    unmade: tuple[Unmade, ...]
    differs: tuple[str, ...]


# Dropped file -> findings that rest on it (facts.Reading.dropped; honnin.checks).
_LICENCE = frozenset({"licence.signature", "licence.signer", "licence.expiry"})
_RESTS_ON: Mapping[str, frozenset[str]] = {
    "HOJO.EF0001": frozenset({"mynumber.number"}),
    "HOJO.EF0003": frozenset({"mynumber.number", "mynumber.text.signature"}),
    "KENMEN.EF0005": frozenset({"mynumber.number"}),
    "DF1.EF02": _LICENCE,
    "DF1.EF07": _LICENCE,
}
# Dropped file -> items whose signature it held: sources (facts.Attribute.source), () for all.
_SIGNED: Mapping[str, tuple[str, ...]] = {"HOJO.EF0003": ("HOJO.EF0002",), "DF1.EF02": (), "DF1.EF07": ()}
_LISTS = (".revocation", ".currently_valid")
_LOWERED = frozenset({Outcome.IMPOSSIBLE, Outcome.NOT_DONE})
_MOST = 20


def compare(
    stored: Report, again: Report, *, dropped: Collection[str] = (), absent_lists: Collection[str] = ()
) -> Comparison:
    """`stored` beside `again`, which was made from what was kept. `dropped`: files; `absent_lists`: in words."""
    now = {each.id: each for each in again.findings}
    made: list[str] = []
    unmade: list[Unmade] = []
    differs: list[str] = [f"findings.{name}" for name in now if stored.finding(name) is None]
    for finding in stored.findings:
        found = now.get(finding.id)
        if found == finding:
            made.append(finding.id)
        elif (why := _explained(finding, found, dropped, absent_lists)) is not None:
            unmade.append(why)
        else:
            differs.append(f"findings.{finding.id}")
    cleared = any(each.why is Why.LIST_NOT_HERE and each.outcome is Outcome.FAILED for each in unmade)
    differs += _items(stored, again, dropped, cleared=cleared)
    unsigned = any(each.id in _LICENCE for each in unmade)
    if stored.environment is not again.environment and not (unsigned and again.environment is None):
        differs.append("environment")
    differs += [name for name in ("document", "rules") if getattr(stored, name) != getattr(again, name)]
    if [each.id for each in stored.findings if each.id in now] != [each.id for each in again.findings]:
        differs.append("findings")
    return Comparison(tuple(made), tuple(unmade), tuple(differs[:_MOST]))


def _explained(
    finding: Finding, now: Finding | None, dropped: Collection[str], absent_lists: Collection[str]
) -> Unmade | None:
    if now is not None and now.outcome not in _LOWERED:
        return None
    files = [name for name in dropped if finding.id in _RESTS_ON.get(name, ())]
    if files:
        return Unmade(finding.id, finding.outcome, finding.reason, Why.NOT_KEPT, ", ".join(sorted(files)))
    if absent_lists and finding.id.endswith(_LISTS):
        missing = "; ".join(absent_lists)[:500]
        return Unmade(finding.id, finding.outcome, finding.reason, Why.LIST_NOT_HERE, missing)
    return None


def _items(stored: Report, again: Report, dropped: Collection[str], *, cleared: bool) -> list[str]:
    """Items that differ. `cleared`: a revocation that was found is not seen any more."""
    before, now = ({each.name: each for each in report.attributes} for report in (stored, again))
    return [
        f"attributes.{name}"
        for name in [*before, *(each for each in now if each not in before)]
        if not _same_item(before.get(name), now.get(name), dropped, cleared=cleared)
    ]


def _same_item(
    before: Attribute | None, now: Attribute | None, dropped: Collection[str], *, cleared: bool
) -> bool:
    if before is None or now is None:
        return before is now
    same = (before.value, before.provenance, before.source, before.media_type) == (
        now.value, now.provenance, now.source, now.media_type,
    )  # fmt: skip
    if not same or before.verified == now.verified:
        return same
    if now.verified:
        return cleared
    sources = [_SIGNED[name] for name in dropped if name in _SIGNED]
    return any(not each or before.source in each for each in sources)
