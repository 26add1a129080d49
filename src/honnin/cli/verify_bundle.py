"""`honnin verify` of an evidence bundle: what was found, and what it proves to whom."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from honnin.checks.titles import title
from honnin.cli.anchors import trust_for
from honnin.cli.report import print_json
from honnin.cli.show import default_language, print_report
from honnin.core.visible import one_line
from honnin.facts import Audience, Outcome, Report
from honnin.facts.codec import report_to_dict
from honnin.facts.words import outcome_words
from honnin.flows.bundle import Verified, verify
from honnin.flows.bundle_against import load_beside
from honnin.flows.documents import HouseTrust
from honnin.flows.verify import load_ledger_key, load_lists, parse_instant
from honnin.records.bundle import Bundle
from honnin.records.bundle_decisions import About, DecisionCheck
from honnin.records.bundle_statements import bundle_title
from honnin.records.bundle_verify import READING, BundleVerdict
from honnin.records.bundle_words import FINDING_WORDS, HEADINGS, SIMULATED
from honnin.records.content import RecordContent
from honnin.trust.kinds import TIMESTAMP

if TYPE_CHECKING:
    from rich.console import Console

LIST_NAMES = {
    Audience.ANYONE: "anyone",
    Audience.ISSUER_DATA_ONLY: "issuer_data_only",
    Audience.THIS_TERMINAL: "terminal_or_staff",
}
_ICONS = {Outcome.PASSED: "✔", Outcome.FAILED: "✘", Outcome.IMPOSSIBLE: "⊘", Outcome.NOT_DONE: "○"}
_NOTHING = ("ありません", "nothing")
_HEADING = ("証拠の束", "Evidence bundle")
_DECISIONS = ("判定（封印の時と、その後の追記ごと）", "Decisions (as sealed, and with each amendment)")
_ABOUT = {About.HOLDER: ("", ""), About.OTHER: ("　もう一方の方", "  the other person")}
_VERIFIED = {True: ("確認済み", "verified"), False: ("未完了", "not verified")}


def verify_and_print(
    bundle: Bundle,
    *,
    at_text: str | None,
    anchors: Sequence[Path],
    ledger_key: str | None,
    lists: Sequence[Path] = (),
    data: Path | None,
    lang: str | None,
    as_json: bool,
    against: Sequence[Path] = (),
) -> bool:
    """Verify and print; returns whether anything failed. Raises CallerError, TrustError."""
    key = None if ledger_key is None else load_ledger_key(ledger_key)
    at = None if at_text is None else parse_instant(at_text)
    simulated, document = _of_reading(bundle.contents[0].content)
    trust = trust_for(tuple(anchors), simulated=simulated, document=document, data=data)
    verified = verify(
        bundle, trust, title=title, key=key, timestamp_anchors=_timestamp_anchors(trust, named=bool(anchors)),
        lists=load_lists(lists), against=load_beside(against), at=at,
    )  # fmt: skip
    if as_json:
        print_json(_as_dict(verified))
    else:
        _print(verified, lang or default_language())
    return verified.failed


def _of_reading(content: RecordContent) -> tuple[bool, str]:
    """(virtual, document) of the reading inside; a broken one is told by the verification."""
    from honnin.core.errors import HonninError  # noqa: PLC0415
    from honnin.facts.codec import reading_from_zip  # noqa: PLC0415

    try:
        reading = reading_from_zip(content.parts.get(READING, b""))
    except HonninError:
        return False, "passport"
    return reading.simulated, reading.document.value


def _timestamp_anchors(trust: HouseTrust, *, named: bool) -> Sequence[Any]:
    """What was named may vouch for time-stamps as well; of the house's, only those that are there for it."""
    return tuple(trust.anchors if named else trust.anchors.of_kind(TIMESTAMP))


def _as_dict(verified: Verified) -> Mapping[str, Any]:
    verdict = verified.verdict
    own = Report("bundle", None, verdict.findings, (), "")
    report: Mapping[str, Any] = {} if verified.report is None else report_to_dict(verified.report)
    sealed = verdict.events[0] if verdict.events else None
    return {
        "kind": "bundle",
        "format_version": verdict.bundle.version,
        "record_id": verdict.bundle.record_id,
        "tenant": verdict.bundle.tenant,
        "sealed_at": None if sealed is None else sealed.at.isoformat(),
        "amendments": len(verdict.bundle.contents) - 1,
        "software": dict(verdict.bundle.software),
        "ledger_key": verdict.bundle.key,
        "ledger_key_known": verdict.key_known,
        "simulated": _simulated(verified),
        "document": report.get("document"),
        "environment": report.get("environment"),
        "rules": report.get("rules"),
        "findings": [*report_to_dict(own)["findings"], *report.get("findings", [])],
        "attributes": report.get("attributes", {}),
        "remade": _remade(verdict),
        "decision": verdict.decision,
        "decisions": [_decision(each) for each in verdict.decisions],
        "complete_as_of": _complete(verdict),
        "proves": {
            LIST_NAMES[audience]: [{"source": each.source, "ja": each.ja, "en": each.en} for each in lines]
            for audience, lines in verified.lists.items()
        },
    }


def _decision(check: DecisionCheck) -> Mapping[str, Any]:
    """One Decision of the bundle, checked."""
    return {
        "content": check.content, "about": check.about.value, "on": check.on, "law": check.law,
        "revision": check.revision, "rules_version": check.rules_version, "rules_from": check.rules_from.value,
        "rules_published": check.published, "verified": check.verified, "methods": list(check.methods),
        "outcome": check.outcome.value, "reason": check.reason, "where": list(check.where), "linked": check.linked,
    }  # fmt: skip


def _complete(verdict: BundleVerdict) -> Mapping[str, int] | None:
    """What the house stated of the record's contents with this bundle; None in format 1 or when it does not stand."""
    said = verdict.statement
    return None if said is None else {"entries": said.as_of, "contents": said.contents}


def _remade(verdict: BundleVerdict) -> Mapping[str, Any] | None:
    """Which findings of the stored Report came out the same, and which cannot be made again; None without a Report."""
    found = verdict.comparison
    if found is None:
        return None
    unmade = [
        {"id": each.id, "outcome": each.outcome.value, "reason": each.reason, "why": each.why.value,
         "missing": each.missing}
        for each in found.unmade
    ]  # fmt: skip
    return {"same": list(found.made), "not_remade": unmade, "differs": list(found.differs)}


def _simulated(verified: Verified) -> bool:
    from honnin.records.visit_record import is_simulated  # noqa: PLC0415

    reading, report = verified.verdict.reading, verified.report
    return reading is not None and report is not None and is_simulated(reading, report)


def _print(verified: Verified, language: str) -> None:
    from rich.console import Console  # noqa: PLC0415  # only when people read it
    from rich.text import Text  # noqa: PLC0415

    which = 0 if language == "ja" else 1
    console = Console(highlight=False, soft_wrap=True, file=sys.stdout)
    if _simulated(verified):
        console.print(Text(f"━━ {SIMULATED[which]} ━━", style="reverse"))
    bundle = verified.verdict.bundle
    console.print(Text(f"\n{_HEADING[which]}  {one_line(bundle.tenant)} / {one_line(bundle.record_id)}", style="bold"))
    for finding in verified.verdict.findings:
        name = (bundle_title(finding.id) or (finding.id, finding.id))[which]
        reason = one_line(finding.reason_ja if which == 0 else finding.reason_en)
        style = "bold red" if finding.outcome is Outcome.FAILED else ""
        console.print(
            Text(f"  {_ICONS[finding.outcome]} {outcome_words(finding)[which]}  {name}  {reason}", style=style),
            Text(f"[{finding.id}]", style="dim"),
        )
    _print_decisions(console, verified.verdict.decisions, which)
    if verified.report is not None:
        print_report(verified.report, language=language, simulated=_simulated(verified))
    for audience, lines in verified.lists.items():
        console.print(Text(f"\n{HEADINGS[audience][which]}", style="bold"))
        for line in lines:
            console.print(Text(f"  ・{one_line(line.ja)}" if which == 0 else f"  - {one_line(line.en)}"))
        if not lines:
            console.print(Text(f"  {_NOTHING[which]}", style="dim"))


def _print_decisions(console: Console, decisions: Sequence[DecisionCheck], which: int) -> None:
    from rich.text import Text  # noqa: PLC0415

    if decisions:
        console.print(Text(f"\n{_DECISIONS[which]}", style="bold"))
    for each in decisions:
        words = FINDING_WORDS["decision"][each.reason][1][which]
        methods = f"  {', '.join(each.methods)}" if each.methods else ""
        where = f"  ({', '.join(each.where)})" if each.where else ""
        rules = f"  {each.law} {each.revision} / {each.rules_version}" if each.law else ""
        style = "bold red" if each.outcome is Outcome.FAILED else ""
        console.print(
            Text(
                f"  {_ICONS[each.outcome]} [{each.content}] {each.on}{_ABOUT[each.about][which]}  "
                f"{_VERIFIED[each.verified][which]}{methods}  {words}{where}", style=style,
            ),
            Text(rules, style="dim"),
        )  # fmt: skip
