"""A Report as a page shows it: items with provenance chips, findings in two lists, nothing that is not needed."""

from __future__ import annotations

from dataclasses import dataclass

from honnin.checks.titles import title
from honnin.core.errors import HonninError
from honnin.facts import Attribute, Environment, Finding, Outcome, Provenance, Reading, Report
from honnin.facts.words import ENVIRONMENT_NOTICES, EXPIRED, OUTCOMES, PROVENANCES, SIGNATURE_NOT_CHECKED
from honnin.records.visit_record import is_simulated, issuer_confirmed
from honnin.server.catalogue import Language, text
from honnin.server.words import iso_date

# What a passport page shows, in this order; nothing else that the chip holds (ui.md §3: no sex, no domicile …).
ITEMS = (
    "name", "full_name", "birth_date", "nationality", "document_number", "expiry_date", "issuing_state",
    "issue_date", "issuing_authority",
)
DATES = {"birth_date", "expiry_date", "issue_date"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip label. `hue`: green, gray, yellow, red, orange, blue; `icon`: name of the drawing."""

    word: str
    hue: str
    icon: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the contents."""

    label: str
    value: str
    chip: Chip
    native: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One finding."""

    id: str
    title: str
    chip: Chip
    reason: str
    clause: str
    detail: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the result and the record page show of a Report. `all`: each finding for itself, for experts."""

    items: tuple[Item, ...]
    confirmed: tuple[Line, ...]
    unconfirmed: tuple[Line, ...]
    all: tuple[Line, ...]
    simulated: bool
    notice: str  # why it is no record of an identity check; empty when it may be one
    failed: bool
    issuer_confirmed: bool
    has_photo: bool
    photo_chip: Chip | None


def make_view(reading: Reading, report: Report, language: Language) -> View:
    """The Report for a page in that language."""
    virtual = is_simulated(reading, report)
    confirmed, unconfirmed = _lists(report, language, virtual=virtual)
    photo = next((each for each in report.attributes if each.name == "portrait"), None)
    return View(
        items=_items(report, language, virtual=virtual),
        confirmed=confirmed,
        unconfirmed=unconfirmed,
        all=tuple(_line(each, language, virtual=virtual) for each in report.findings),
        simulated=virtual,
        notice=_notice(report, language) if virtual else "",
        failed=bool(report.failed),
        issuer_confirmed=issuer_confirmed(report),
        has_photo=photo is not None,
        photo_chip=provenance_chip(photo, language, virtual=virtual) if photo is not None else None,
    )


def _notice(report: Report, language: Language) -> str:
    environment = Environment.TEST if report.environment is Environment.TEST else Environment.SIMULATOR
    return ENVIRONMENT_NOTICES[environment][0 if language == "ja" else 1]


# Findings that a person reads as one: shown as one line when every one of them that is there passed.
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "issuer",
        (
            "passport.sod.structure", "passport.sod.signature", "passport.sod.hashes", "passport.dsc.chain",
            "passport.dsc.validity", "passport.country", "passport.portrait",
        ),
    ),
    ("chip", ("passport.aa", "passport.ca", "passport.pace_cam")),
    ("unrevoked", ("passport.dsc.revocation",)),
    ("in_date", ("passport.expiry",)),
    ("printed", ("passport.mrz.check_digits", "passport.mrz.matches_key")),
)


def _lists(report: Report, language: Language, *, virtual: bool) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Confirmed and not confirmed, in the order of the Report."""
    group_of: dict[str, str] = {}
    for name, members in _GROUPS:
        present = [each for each in report.findings if each.id in members]
        if present and _stand_together(name, present):
            group_of.update({each.id: name for each in present})
    confirmed: list[Line] = []
    unconfirmed: list[Line] = []
    told: set[str] = set()
    for finding in report.findings:
        group = group_of.get(finding.id)
        if group is None:
            line = _line(finding, language, virtual=virtual)
            (confirmed if finding.outcome is Outcome.PASSED else unconfirmed).append(line)
        elif group not in told:
            told.add(group)
            chip = outcome_chip(Outcome.PASSED, "", language, virtual=virtual)
            confirmed.append(Line(f"group.{group}", text(language, f"group.{group}"), chip, "", "", ()))
    return tuple(confirmed), tuple(unconfirmed)


def _stand_together(name: str, findings: list[Finding]) -> bool:
    """All passed. Of the proofs of the chip one is enough when the chip has no other; a failed one is never hidden."""
    outcomes = [each.outcome for each in findings]
    if name == "chip":
        return Outcome.PASSED in outcomes and Outcome.FAILED not in outcomes and Outcome.NOT_DONE not in outcomes
    return all(each is Outcome.PASSED for each in outcomes)


def _items(report: Report, language: Language, *, virtual: bool) -> tuple[Item, ...]:
    by_name = {each.name: each for each in report.attributes}
    items: list[Item] = []
    for name in ITEMS:
        value, attribute = _value(name, by_name, language)
        if attribute is not None and value:
            chip = provenance_chip(attribute, language, virtual=virtual)
            items.append(Item(text(language, f"item.{name}"), value, chip, native=name == "full_name"))
    return tuple(items)


def _value(name: str, by_name: dict[str, Attribute], language: Language) -> tuple[str, Attribute | None]:
    if name == "name":
        parts = [by_name[each] for each in ("family_name", "given_names") if each in by_name]
        if parts:
            return "\u3000".join(each.value for each in parts if each.value), parts[0]
    attribute = by_name.get(name)
    if attribute is None:
        return "", None
    return iso_date(attribute.value, language) if name in DATES else attribute.value, attribute


def provenance_chip(attribute: Attribute, language: Language, *, virtual: bool) -> Chip:
    """Blue only for a signed item whose signature passed; a diamond, never a tick (ui.md §4)."""
    signed = attribute.provenance in {Provenance.SIGNED_TEXT, Provenance.SIGNED_IMAGE}
    at = 0 if language == "ja" else 1
    if signed and not attribute.verified:
        return Chip(SIGNATURE_NOT_CHECKED[at], "gray", "diamond-empty")
    word = PROVENANCES[attribute.provenance][at]
    if not signed:
        return Chip(word, "gray", "diamond-empty")
    return Chip(word, "gray" if virtual else "blue", "diamond")


_CHIPS = {
    Outcome.PASSED: ("green", "tick"),
    Outcome.NOT_DONE: ("gray", "dashed"),
    Outcome.IMPOSSIBLE: ("yellow", "bar"),
    Outcome.FAILED: ("red", "cross"),
}


def outcome_chip(outcome: Outcome, reason: str, language: Language, *, virtual: bool) -> Chip:
    """Word, hue and icon of an outcome; simulated: prefix, and gray for green."""
    hue, icon = _CHIPS[outcome]
    words = OUTCOMES[outcome]
    if outcome is Outcome.FAILED and reason == "expired":
        words, icon = EXPIRED, "calendar"
    if virtual and hue == "green":
        hue = "gray"
    prefix = text(language, "simulator.prefix") if virtual else ""
    return Chip(prefix + words[0 if language == "ja" else 1], hue, icon)


def _line(finding: Finding, language: Language, *, virtual: bool) -> Line:
    return Line(
        id=finding.id,
        title=finding_title(finding.id, language),
        chip=outcome_chip(finding.outcome, finding.reason, language, virtual=virtual),
        reason=finding.reason_ja if language == "ja" else finding.reason_en,
        clause=finding.clause,
        detail=tuple(finding.detail.items()),
    )


def finding_title(finding_id: str, language: Language) -> str:
    """The title of a finding; one that has none is shown by its id rather than left out."""
    try:
        words = title(finding_id)
    except (HonninError, LookupError):
        return finding_id
    return words[0 if language == "ja" else 1]
