"""A Report as a page shows it: items with provenance chips, findings in two lists, nothing that is not needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from honnin.checks.titles import title
from honnin.core.errors import HonninError
from honnin.facts import Attribute, Environment, Finding, Outcome, Provenance, Reading, Report
from honnin.facts.glyphs import Piece, glyph_number, pieces_of
from honnin.facts.words import ATTRIBUTES, ENVIRONMENT_NOTICES, EXPIRED, OUTCOMES, PROVENANCES, SIGNATURE_NOT_CHECKED
from honnin.flows.glyphs import Glyphs, glyphs_in
from honnin.records.visit_record import Completion, completion, is_simulated, issuer_confirmed
from honnin.server.catalogue import TEXTS, Language, text
from honnin.server.notes import notes_of
from honnin.server.words import iso_date

# What a page shows of each document, in this order; nothing else that the chip holds (ui.md §3: no sex, no domicile,
# no conditions of a licence). Pairs: attribute, key of its label.
ITEMS: dict[str, tuple[tuple[str, str], ...]] = {
    "passport": tuple(
        (name, f"item.{name}")
        for name in (
            "name", "full_name", "birth_date", "nationality", "document_number", "expiry_date", "issuing_state",
            "issue_date", "issuing_authority",
        )
    ),
    "mynumber": (
        ("full_name", "item.name"), ("birth_date", "item.birth_date"), ("address", "item.address"),
        ("expiry_date", "item.expiry_date"), ("certificate_full_name", "item.certificate.name"),
        ("certificate_birth_date", "item.certificate.birth"), ("certificate_address", "item.certificate.address"),
    ),
    "mynumber_licence": (
        ("document_number", "item.number"), ("expiry_date", "item.expiry_date"), ("categories", "item.categories"),
        ("licence_colour", "item.colour"),
    ),
    "licence": (
        ("full_name", "item.name"), ("current_full_name", "item.name.changed"), ("full_name_kana", "item.kana"),
        ("alias_name", "item.alias"), ("birth_date", "item.birth_date"), ("address", "item.address"),
        ("current_address", "item.address.changed"), ("expiry_date", "item.expiry_date"),
        ("document_number", "item.number"), ("issue_date", "item.issue_date"),
        ("issuing_authority", "item.issuing_authority"),
    ),
    "residence": (
        ("name_image", "item.name"), ("front_image", "item.front_image"), ("birth_date", "item.birth_date"),
        ("address_image", "item.address"), ("address", "item.address"), ("nationality", "item.nationality"),
        ("document_number", "item.number"), ("expiry_date", "item.expiry_date"), ("residence_status", "item.status"),
        ("period_of_stay", "item.period"), ("stay_expiry_date", "item.stay_until"),
        ("work_restriction", "item.work"), ("card_type", "item.card_type"),
    ),
}  # fmt: skip
PICTURES = {"name_image": "name", "address_image": "address", "front_image": "front"}
PICTURE_OF = {"full_name": "name_image", "address": "address_image"}  # signed pictures above the text: they count
WITH_GLYPHS = {"licence", "mynumber_licence"}  # characters of their texts may be pictures
DATES = {"birth_date", "expiry_date", "issue_date", "stay_expiry_date", "certificate_birth_date"}
_CATEGORY = "category_"
_KANJI = re.compile("[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_JAPANESE = re.compile("[\u3005-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_YES = {"face": "yes", "print": "yes"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip label. `hue`: green, gray, yellow, red, orange, blue; `icon`: name of the drawing."""

    word: str
    hue: str
    icon: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the contents. `picture`: name of the attribute where the value is a picture; `value` is its alt.

    `picture_chip`: of a picture that stands above the text `value`; None where the picture is all there is. `pieces`:
    the text where characters of it are pictures or not on the card; else (). `glyph_chip`: of those pictures, where it
    is another than that of the text: what signs a text need not sign them.
    """

    label: str
    value: str
    chip: Chip
    lang: str = ""  # where the value is in another language than the page
    picture: str = ""
    picture_chip: Chip | None = None
    pieces: tuple[Piece, ...] = ()
    glyph_chip: Chip | None = None

    @property
    def lacks(self) -> bool:
        """Whether a character of it is not on the card."""
        return any(each.missing for each in self.pieces)


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
    can_complete: bool  # if staff answer yes to everything
    has_photo: bool
    photo_chip: Chip | None
    document: str  # kind, as in DocumentKind
    notes: tuple[str, ...]  # what is always said of it


def make_view(reading: Reading, report: Report, language: Language, *, also_residence: bool = False) -> View:
    """The Report for a page in that language. `also_residence`: it lies on a 特定在留カード."""
    virtual = is_simulated(reading, report)
    confirmed, unconfirmed = _lists(report, language, virtual=virtual)
    photo = next((each for each in report.attributes if each.name == "portrait"), None)
    return View(
        items=_items(report, glyphs_in(reading, report), language, virtual=virtual),
        confirmed=confirmed,
        unconfirmed=unconfirmed,
        all=tuple(_line(each, language, virtual=virtual) for each in report.findings),
        simulated=virtual,
        notice=_notice(report, language) if virtual else "",
        failed=bool(report.failed),
        issuer_confirmed=issuer_confirmed(report),
        can_complete=completion(report, _YES) is Completion.CHECKED,
        has_photo=photo is not None,
        photo_chip=provenance_chip(photo, language, virtual=virtual) if photo is not None else None,
        document=report.document,
        notes=notes_of(reading, report, language, also_residence=also_residence),
    )


def is_picture(report: Report, name: str) -> bool:
    """Whether the Report has that picture and it may be shown beside or in the text: never the photo."""
    there = any(each.name == name and each.media_type is not None for each in report.attributes)
    return there and (name in PICTURES or glyph_number(name) > 0)


def _notice(report: Report, language: Language) -> str:
    environment = Environment.TEST if report.environment is Environment.TEST else Environment.SIMULATOR
    return ENVIRONMENT_NOTICES[environment][0 if language == "ja" else 1]


# Findings that a person reads as one: shown as one line when every one of them that is there passed.
# `(name, members)`; the title is that of `group.NAME.DOCUMENT`, where there is one, else of `group.NAME`.
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "issuer",
        (
            "passport.sod.structure", "passport.sod.signature", "passport.sod.hashes", "passport.dsc.chain",
            "passport.dsc.validity", "passport.country", "passport.portrait",
            "mynumber.face.issuer", "mynumber.face.signature", "mynumber.text.issuer", "mynumber.text.signature",
            "mynumber.same_data", "mynumber.sign.chain", "mynumber.sign.policy", "mynumber.sign.usage",
            "mynumber.sign.validity", "mynumber.sign.attributes",
            "mynumber_licence.signature", "mynumber_licence.signer", "mynumber_licence.form",
            "mynumber_licence.contents", "mynumber_licence.portrait",
            "licence.signature", "licence.signer", "licence.form", "licence.dates", "licence.version",
            "licence.portrait",
            "residence.signature", "residence.certificate.chain", "residence.certificate.validity",
            "residence.portrait",
        ),
    ),
    ("chip", ("passport.aa", "passport.ca", "passport.pace_cam", "mynumber.face.chip", "mynumber.text.chip")),
    ("unrevoked", ("passport.dsc.revocation",)),
    (
        "in_date",
        (
            "passport.expiry", "mynumber.expiry", "licence.expiry", "mynumber_licence.expiry", "residence.expiry",
            "residence.stay",
        ),
    ),
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
            confirmed.append(Line(f"group.{group}", _group_title(group, report, language), chip, "", "", ()))
    return tuple(confirmed), tuple(unconfirmed)


def _group_title(group: str, report: Report, language: Language) -> str:
    own = f"group.{group}.{report.document}"
    return text(language, own if own in TEXTS else f"group.{group}")


def _stand_together(name: str, findings: list[Finding]) -> bool:
    """All passed. Of the proofs of the chip one is enough when the chip has no other; a failed one is never hidden."""
    outcomes = [each.outcome for each in findings]
    if name == "chip":
        return Outcome.PASSED in outcomes and Outcome.FAILED not in outcomes and Outcome.NOT_DONE not in outcomes
    return all(each is Outcome.PASSED for each in outcomes)


def _items(report: Report, glyphs: Glyphs, language: Language, *, virtual: bool) -> tuple[Item, ...]:
    by_name = {each.name: each for each in report.attributes}
    items: list[Item] = []
    for listed, label in ITEMS.get(report.document, ()):
        drawn_only = report.document == "mynumber" and listed not in by_name and PICTURE_OF.get(listed) in by_name
        name = PICTURE_OF[listed] if drawn_only else listed  # 照合番号A opens the picture and not the text
        value, attribute = _value(name, by_name, language)
        if attribute is None or not value:
            continue
        chip = provenance_chip(attribute, language, virtual=virtual)
        if name in PICTURES:
            alt = text(language, f"item.image.{PICTURES[name]}")
            items.append(Item(text(language, label), alt, chip, picture=name))
            continue
        shown = label
        if f"current_{name}" in by_name:
            shown = {"full_name": "item.name.issued", "address": "item.address.issued"}.get(name, label)
        lang = "ja" if language == "en" and _JAPANESE.search(value) else ""
        if report.document == "passport" and name == "full_name":
            lang = "und"  # in the script of its country, which the chip does not name
        pieces = pieces_of(value, glyphs.get(name, ())) if report.document in WITH_GLYPHS else ()
        drawn_as = [by_name[each.picture] for each in pieces if each.picture]
        item = Item(
            text(language, shown), value, chip, lang=lang, pieces=pieces,
            glyph_chip=_glyph_chip(chip, drawn_as, language, virtual=virtual),
        )  # fmt: skip
        drawn = by_name.get(PICTURE_OF.get(name, "")) if report.document == "mynumber" else None
        if drawn is not None:
            picture_chip = provenance_chip(drawn, language, virtual=virtual)
            item = replace(item, picture=drawn.name, picture_chip=picture_chip)
        items.append(item)
    return tuple(items)


def _glyph_chip(of_text: Chip, drawn: Iterable[Attribute], language: Language, *, virtual: bool) -> Chip | None:
    """The chip of the pictures in a text: that of the weakest of them; None where it says what the text's says."""
    chips = [provenance_chip(each, language, virtual=virtual) for each in sorted(drawn, key=lambda each: each.verified)]
    if not chips or chips[0].icon == of_text.icon:
        return None
    return replace(chips[0], word=text(language, "glyph.chip", word=chips[0].word))


def _value(name: str, by_name: dict[str, Attribute], language: Language) -> tuple[str, Attribute | None]:
    if name == "name":
        parts = [by_name[each] for each in ("family_name", "given_names") if each in by_name]
        if parts:
            return "\u3000".join(each.value for each in parts if each.value), parts[0]
    if name == "categories":
        held = [each for each in by_name.values() if each.name.startswith(_CATEGORY)]
        words = (ATTRIBUTES[each.name][0 if language == "ja" else 1] for each in held)
        joined = ("・" if language == "ja" else ", ").join(re.sub("^.*[：:] ?", "", each) for each in words)
        return (joined, held[0]) if held else ("", None)
    attribute = by_name.get(name)
    if attribute is None:
        return "", None
    if name not in DATES:
        return attribute.value, attribute
    era_first = name == "birth_date" and _printed_in_eras(by_name)
    return iso_date(attribute.value, language, era_first=era_first), attribute


def _printed_in_eras(by_name: dict[str, Attribute]) -> bool:
    """Whether the card prints the birth date in an era: My Number Cards and licences of people with a Japanese name.
    Foreign residents have the Western year there, and residence cards and passports always.
    """
    if not {"nationality", "issuing_state"}.isdisjoint(by_name):
        return False
    name = by_name.get("full_name")
    return name is not None and _KANJI.search(name.value) is not None


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
        title=_no_source(finding, language) or finding_title(finding.id, language),
        chip=outcome_chip(finding.outcome, finding.reason, language, virtual=virtual),
        reason=finding.reason_ja if language == "ja" else finding.reason_en,
        clause=finding.clause,
        detail=tuple(finding.detail.items()),
    )


def _no_source(finding: Finding, language: Language) -> str:
    """Nobody was asked whether a certificate is revoked: that is said in the title itself."""
    asked = finding.reason != "no_answer" or not finding.id.endswith(".revocation")
    return "" if asked else text(language, "line.no_source")


def finding_title(finding_id: str, language: Language) -> str:
    """The title of a finding; one that has none is shown by its id rather than left out."""
    try:
        words = title(finding_id)
    except (HonninError, LookupError):
        return finding_id
    return words[0 if language == "ja" else 1]
