"""A Report on a terminal: the contents with their provenance, what was confirmed, what was not (ui.md §3.7, §4)."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from honnin.checks.titles import title
from honnin.core.visible import one_line
from honnin.facts import Environment, Finding, Outcome, Provenance, Reading, Report
from honnin.facts.words import (
    ATTRIBUTES,
    ENVIRONMENT_NOTICES,
    PROVENANCES,
    SIGNATURE_NOT_CHECKED,
    SIMULATED,
    Words,
    outcome_words,
)

if TYPE_CHECKING:
    from pathlib import Path

    from rich.text import Text

_ICONS = {Outcome.PASSED: "✔", Outcome.FAILED: "✘", Outcome.IMPOSSIBLE: "⊘", Outcome.NOT_DONE: "○"}
_STYLES = {Outcome.PASSED: "green", Outcome.FAILED: "bold red", Outcome.IMPOSSIBLE: "yellow", Outcome.NOT_DONE: "dim"}
_ORDER = (Outcome.FAILED, Outcome.IMPOSSIBLE, Outcome.NOT_DONE)
_CONTENTS: Words = ("カードの内容", "Contents")
_CONFIRMED: Words = ("確認できたこと", "What was confirmed")
_NOT_CONFIRMED: Words = ("確認できていないこと", "What was not confirmed")
_IMAGE: Words = ("（画像）", "(image)")


def default_language() -> str:
    """The code "en" when the locale is English, else "ja"."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "en" if value.lower().startswith("en") else "ja"
    return "ja"


def print_reading(reading: Reading, report: Report, *, language: str, kept: Path | None) -> None:
    """A Reading with its Report; `kept`: the file it was written to."""
    print(f"{one_line(reading.source)}   {reading.exchanges} exchanges   {reading.duration_ms} ms")  # noqa: T201
    print_report(report, language=language, simulated=reading.simulated)
    if kept is not None:
        print(f"\n{'保存しました：' if language == 'ja' else 'Saved: '}{kept}")  # noqa: T201


def print_report(report: Report, *, language: str, simulated: bool) -> None:
    """Print to stdout in one language. A simulated result is marked in every line and never green."""
    from rich.console import Console  # noqa: PLC0415  # only when people read it
    from rich.text import Text  # noqa: PLC0415

    which = 0 if language == "ja" else 1
    simulated = simulated or report.environment is Environment.SIMULATOR
    console = Console(highlight=False, soft_wrap=True, file=sys.stdout)
    environment = Environment.SIMULATOR if simulated else report.environment
    notice = ENVIRONMENT_NOTICES.get(environment) if environment is not None else None
    if notice is not None:
        console.print(Text(f"━━ {notice[which]} ━━", style="reverse"))
    if report.attributes:
        console.print(Text(f"\n{_CONTENTS[which]}", style="bold"))
    for attribute in report.attributes:
        name = one_line(ATTRIBUTES.get(attribute.name, (attribute.name, attribute.name))[which])
        value = _IMAGE[which] if attribute.media_type else one_line(attribute.value)
        line = Text(f"  {name}: ")
        line.append(value, style="bold")
        line.append(f"   ◇ {PROVENANCES[attribute.provenance][which]}", style="blue" if attribute.verified else "dim")
        if not attribute.verified and attribute.provenance is not Provenance.UNSIGNED_CHIP:
            line.append(f" {SIGNATURE_NOT_CHECKED[which]}", style="dim")
        console.print(line)
    passed = [each for each in report.findings if each.outcome is Outcome.PASSED]
    others = [each for outcome in _ORDER for each in report.findings if each.outcome is outcome]
    for heading, group in ((_CONFIRMED, passed), (_NOT_CONFIRMED, others)):
        count = f"（{len(group)}）" if which == 0 else f" ({len(group)})"
        console.print(Text(f"\n{heading[which]}{count}", style="bold"))
        for finding in group:
            console.print(_line(finding, which, simulated=simulated))


def _line(finding: Finding, which: int, *, simulated: bool) -> Text:
    from rich.text import Text  # noqa: PLC0415

    word = outcome_words(finding)[which]
    if simulated:
        word = f"{SIMULATED[which]}{'：' if which == 0 else ': '}{word}"
    style = "dim" if simulated and finding.outcome is Outcome.PASSED else _STYLES[finding.outcome]
    line = Text("  ")
    line.append(f"{_ICONS[finding.outcome]} {word}", style=style)
    line.append(f"  {title(finding.id)[which]}", style="bold")
    line.append(f"  {one_line(finding.reason_ja if which == 0 else finding.reason_en)}")
    line.append(f"  [{one_line(finding.id)}]", style="dim")
    return line
