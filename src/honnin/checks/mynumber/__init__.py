"""Judges the Reading of a My Number Card (mynumber-card.md §7.5; jpki-validation.md §5): bytes, trust and time only.

`check_mynumber` is the whole of it. Findings, as far as that part was read, in this order:
mynumber.form; mynumber.face.issuer, .signature, .chip; mynumber.text.issuer, .signature, .chip; mynumber.number (with a
purpose of the 番号法); mynumber.same_data; mynumber.expiry; mynumber.pin; mynumber.currently_valid;
mynumber.auth.chain, .policy, .usage, .validity, .signature, .revocation; the same under mynumber.sign, and
mynumber.sign.attributes.

The individual number is in no Report. `individual_number` gives it to whoever may have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from honnin.checks.mynumber.card_data import CardData, check_card_data
from honnin.checks.mynumber.certificates import Certified, check_auth, check_sign
from honnin.checks.mynumber.findings import FAILED, IMPOSSIBLE, PASSED, finding
from honnin.checks.mynumber.records import SEXES, parse_day, parse_face, parse_number
from honnin.checks.mynumber.revocation import (
    Revocation,
    current_finding,
    house_list,
    with_evidence,
    without_answer,
)
from honnin.checks.words.mynumber import title
from honnin.core.errors import CallerError, DataError
from honnin.core.secret import Secret
from honnin.facts import Attribute, DocumentKind, Environment, Finding, Provenance, Reading, Report
from honnin.trust.anchors import AnchorSet
from honnin.trust.cvc import CvAnchors, built_in_anchors
from honnin.trust.jpki import AuthAnchors, SignAnchors, jpki_anchors

__all__ = [
    "RULES", "MyNumberTrust", "Revocation", "check_mynumber", "house_list", "image_of", "individual_number",
    "title", "with_evidence", "without_answer",
]  # fmt: skip

RULES = "mynumber-3"  # changes whenever the same Reading could come out differently
_CARD = "JPKIAPICCTOKEN2"
_FORMS = {"JPKIAPICCTOKEN": "old_card", "JPKIAPGPSETOKEN": "phone", "JPKIAPIOSTOKEN": "phone"}
_LEAST_FIRST = (Environment.SIMULATOR, Environment.TEST, Environment.PRODUCTION)


@dataclass(frozen=True, slots=True)
class MyNumberTrust:
    """What is trusted for these cards: keys of card data, authorities for signing, authorities for authentication."""

    card_data: CvAnchors = field(default_factory=built_in_anchors)
    sign: SignAnchors = field(default_factory=SignAnchors)
    auth: AuthAnchors = field(default_factory=AuthAnchors)

    @classmethod
    def of(cls, anchors: AnchorSet, card_data: CvAnchors | None = None) -> MyNumberTrust:
        """From the house's anchors; the JPKI stores take what belongs into them. `card_data` None: those built in."""
        sign, auth = jpki_anchors(anchors)
        return cls(built_in_anchors() if card_data is None else card_data, sign, auth)


def check_mynumber(
    reading: Reading,
    trust: MyNumberTrust,
    at: datetime,
    *,
    sign_revocation: Revocation = None,
    auth_revocation: Revocation = None,
) -> Report:
    """The Report of a My Number Card's Reading at the instant `at` (aware).

    `sign_revocation`, `auth_revocation`: what somebody who may ask was told, or the octets of it; None for what
    travels in the Reading (`with_evidence`), if anything does.

    Makes no use of a clock, network or file. Never raises for anything that a card can have sent. Raises CallerError
    `checks.document` (another document) and `checks.time` (`at` without a zone).
    """
    if reading.document is not DocumentKind.MYNUMBER:
        raise CallerError("checks.document", "this reading is not that of a My Number Card")
    if at.tzinfo is None:
        raise CallerError("checks.time", "the time of a check needs a time zone")
    data = check_card_data(reading, trust.card_data, at)
    auth = check_auth(reading, trust.auth, auth_revocation, at)
    sign = check_sign(reading, trust.sign, sign_revocation, at)
    holder = _holder(reading, data)
    certified = (*auth.findings, *sign.findings)
    current = current_finding(certified, card_data=bool(data.findings))
    findings = (*_form(reading), *data.findings, *holder, *current, *certified)
    return Report(
        document=DocumentKind.MYNUMBER.value,
        environment=_environment(data, auth, sign),
        findings=findings,
        attributes=_attributes(data, sign),
        rules=RULES,
    )


def individual_number(reading: Reading, report: Report) -> Secret[str]:
    """The twelve digits, for the 番号法 case in which they were read. Raises DataError `mynumber.number.unconfirmed`
    unless the finding `mynumber.number` passed.
    """
    item = report.finding("mynumber.number")
    if item is None or item.outcome is not PASSED or "HOJO.EF0001" not in reading.files:
        raise DataError("mynumber.number.unconfirmed", "the individual number was not read and confirmed")
    return parse_number(reading.files["HOJO.EF0001"])


def image_of(reading: Reading, attribute: Attribute) -> tuple[bytes, str]:
    """(octets, media type) of an image attribute, whose value is `KENMEN.EF0002/DF27` or the like. Raises DataError."""
    name, _, part = attribute.value.partition("/")
    data = reading.files.get(name)
    image = parse_face(data).image(part) if data is not None and name == "KENMEN.EF0002" else None
    if image is None:
        raise DataError("image.missing", "there is no such image in this reading")
    return image


def _form(reading: Reading) -> tuple[Finding, ...]:
    """EF 0006 where it was read: a phone and the card before this one answer the same application (§4.2, §11)."""
    data = reading.files.get("JPKI.EF0006")
    if data is None:
        return ()
    label = data[:32].decode("ascii", "replace").rstrip(" \0")
    if label == _CARD:
        return (finding("mynumber.form", PASSED),)
    return (finding("mynumber.form", IMPOSSIBLE, _FORMS.get(label, "unknown_form")),)


def _holder(reading: Reading, data: CardData) -> tuple[Finding, ...]:
    """The chip took the four digits: seen by this terminal alone, and worth as much as the chip."""
    if "text" not in reading.access.facts.get("opened", "").split() or "HOJO.EF0002" not in reading.files:
        return ()
    genuine = any(each.id == "mynumber.text.chip" and each.outcome is PASSED for each in data.findings)
    return (finding("mynumber.pin", PASSED) if genuine else finding("mynumber.pin", IMPOSSIBLE, "chip_unproven"),)


def _environment(data: CardData, *certified: Certified) -> Environment | None:
    """The least trusted of all that the result rests on."""
    names: set[str] = {each.environment for each in data.anchors}
    names |= {each.anchor.environment for each in certified if each.anchor is not None}
    return next((each for each in _LEAST_FIRST if each.value in names), None)


_TEXT, _IMAGE, _UNSIGNED = Provenance.SIGNED_TEXT, Provenance.SIGNED_IMAGE, Provenance.UNSIGNED_CHIP


def _attributes(data: CardData, sign: Certified) -> tuple[Attribute, ...]:
    """The items: full_name, address, birth_date, sex as text (card data before certificate), portrait, name_image,
    address_image (value: file and part), expiry_date. What both hold and differs is kept twice: `certificate_…`.
    """
    failed = any(each.outcome is FAILED for each in data.findings if each.id in _CRITICAL)
    found: dict[str, Attribute] = {}
    items, face = data.items, data.face
    if items is not None:
        trusted = data.text_trusted and not failed
        texts = {"full_name": items.name, "address": items.address}
        for name, value in (texts | _dated(items.birth, items.sex)).items():
            found[name] = Attribute(name, value, _TEXT, trusted, "HOJO.EF0002")
    if face is not None:
        trusted = data.face_trusted and not failed
        for name, value in _dated(face.birth, face.sex).items():
            found.setdefault(name, Attribute(name, value, _TEXT, trusted, "KENMEN.EF0002"))
        for name, part in (("portrait", "DF27"), ("name_image", "DF25"), ("address_image", "DF26")):
            image = face.image(part)
            if image is not None:
                found[name] = Attribute(name, f"KENMEN.EF0002/{part}", _IMAGE, trusted, "KENMEN.EF0002", image[1])
        day = parse_day(face.expiry)
        if day is not None:
            found["expiry_date"] = Attribute("expiry_date", day.isoformat(), _UNSIGNED, verified=False,
                                             source="KENMEN.EF0002")  # fmt: skip
    for name, value in _certified(sign).items():
        item = Attribute(name, value, _TEXT, sign.trusted, "JPKI.EF0001")
        if name not in found:
            found[name] = item
        elif found[name].value != value:
            found[f"certificate_{name}"] = Attribute(f"certificate_{name}", value, _TEXT, sign.trusted, "JPKI.EF0001")
    return tuple(found.values())


_CRITICAL = frozenset({"mynumber.same_data", "mynumber.face.chip", "mynumber.text.chip"})


def _dated(birth: str, sex: str) -> dict[str, str]:
    day = parse_day(birth)
    shown = day.isoformat() if day is not None else f"{birth[:4]}-{birth[4:6]}-{birth[6:]}".replace("-00", "-XX")
    return {"birth_date": shown, "sex": SEXES.get(sex, "unspecified")}


def _certified(sign: Certified) -> Mapping[str, str]:
    attributes = sign.attributes
    if attributes is None:
        return {}
    values = {
        "full_name": attributes.name.text if attributes.name else None,
        "address": attributes.address.text if attributes.address else None,
        "birth_date": attributes.birth_date.text if attributes.birth_date else None,
        "sex": attributes.sex,
    }
    return {name: value for name, value in values.items() if value}
