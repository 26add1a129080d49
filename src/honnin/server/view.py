"""A Report as a page shows it: items with provenance chips, findings in two lists, nothing that is not needed."""

from __future__ import annotations

from dataclasses import dataclass

from honnin.facts import Attribute, Environment, Finding, Outcome, Provenance, Reading, Report
from honnin.records.visit_record import issuer_confirmed
from honnin.server.catalogue import Language, text
from honnin.server.words import iso_date

# What a passport page shows, in this order; nothing else that the chip holds (ui.md §3: no sex, no domicile …).
ITEMS = (
    "name", "name_native", "birth_date", "nationality", "document_number", "expiry_date", "issuing_state",
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
    """Everything that the result and the record page show of a Report."""

    items: tuple[Item, ...]
    confirmed: tuple[Line, ...]
    unconfirmed: tuple[Line, ...]
    simulated: bool
    failed: bool
    issuer_confirmed: bool
    has_photo: bool
    photo_chip: Chip | None


def simulated(reading: Reading, report: Report) -> bool:
    """Whether the edge or the anchor says that this is not a real document."""
    return reading.simulated or report.environment is Environment.SIMULATOR


def make_view(reading: Reading, report: Report, language: Language) -> View:
    """The Report for a page in that language."""
    virtual = simulated(reading, report)
    lines = [_line(each, language, virtual=virtual) for each in report.findings]
    passed = [each.outcome is Outcome.PASSED for each in report.findings]
    photo = next((each for each in report.attributes if each.name == "portrait"), None)
    return View(
        items=_items(report, language, virtual=virtual),
        confirmed=tuple(line for line, good in zip(lines, passed, strict=True) if good),
        unconfirmed=tuple(line for line, good in zip(lines, passed, strict=True) if not good),
        simulated=virtual,
        failed=bool(report.failed),
        issuer_confirmed=issuer_confirmed(report),
        has_photo=photo is not None,
        photo_chip=provenance_chip(photo, language, virtual=virtual) if photo is not None else None,
    )


def _items(report: Report, language: Language, *, virtual: bool) -> tuple[Item, ...]:
    by_name = {each.name: each for each in report.attributes}
    items: list[Item] = []
    for name in ITEMS:
        value, attribute = _value(name, by_name, language)
        if attribute is not None and value:
            chip = provenance_chip(attribute, language, virtual=virtual)
            items.append(Item(text(language, f"item.{name}"), value, chip, native=name == "name_native"))
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
    if signed and not attribute.verified:
        return Chip(text(language, "provenance.unchecked"), "gray", "diamond-empty")
    word = text(language, f"provenance.{attribute.provenance}")
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
    key = f"outcome.{outcome}"
    if outcome is Outcome.FAILED and reason == "expired":
        key, icon = "outcome.expired", "calendar"
    if virtual and hue == "green":
        hue = "gray"
    prefix = text(language, "simulator.prefix") if virtual else ""
    return Chip(prefix + text(language, key), hue, icon)


def _line(finding: Finding, language: Language, *, virtual: bool) -> Line:
    return Line(
        id=finding.id,
        title=finding_title(finding.id, language),
        chip=outcome_chip(finding.outcome, finding.reason, language, virtual=virtual),
        reason=finding.reason_ja if language == "ja" else finding.reason_en,
        clause=finding.clause,
        detail=tuple(finding.detail.items()),
    )


TITLES: dict[str, tuple[str, str]] = {
    "passport.sod.structure": ("署名の入れ物の形", "Form of the signed file"),
    "passport.sod.signature": ("発行者の署名", "Issuer's signature"),
    "passport.sod.hashes": ("読んだ内容が署名と合うか", "Contents match the signature"),
    "passport.dsc.chain": ("署名した鍵が発行国のものか", "Signing key belongs to the issuing state"),
    "passport.dsc.validity": ("署名した鍵の有効期間", "Validity of the signing key"),
    "passport.dsc.revocation": ("署名した鍵が取り消されていないか", "Signing key not revoked"),
    "passport.aa": ("チップが本物であること（AA）", "The chip is genuine (AA)"),
    "passport.ca": ("チップが本物であること（CA）", "The chip is genuine (CA)"),
    "passport.pace_cam": ("チップが本物であること（PACE-CAM）", "The chip is genuine (PACE-CAM)"),
}


def finding_title(finding_id: str, language: Language) -> str:
    """The title of a finding; one that has none yet is shown by its id rather than left out."""
    entry = TITLES.get(finding_id)
    return entry[0 if language == "ja" else 1] if entry else finding_id
