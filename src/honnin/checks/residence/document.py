"""What the card says, once it is known what that is worth: number, dates, pictures, unsigned items, attributes.

residence-card.md §2.4, §6.2, §8.4, §9.1. Sex is read and never handed out (ui.md §3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from honnin.checks.residence import codes
from honnin.checks.residence.authentic import Authentic
from honnin.checks.residence.contents import CARD_TYPES, Contents
from honnin.checks.residence.findings import FAILED, IMPOSSIBLE, NOT_DONE, PASSED, finding, guarded
from honnin.checks.residence.objects import valid_date
from honnin.core.clock import japan_day
from honnin.facts import Attribute, Finding, Provenance, Reading

__all__ = ["attributes", "check_document", "read_texts"]

_SIGNED_PICTURES = {1: {"front_image", "portrait"}, 2: {"name_image", "portrait"}}
_EXPECTED_PICTURES = {1: ("front_image",), 2: ("name_image", "address_image")}
_PENDING = {1: ("DF2.EF04", 0xD7, "1"), 2: ("DF2.EF02", 0xD8, "1")}
_ERASABLE = {"DF2.EF02": "comprehensive_permission", "DF2.EF03": "individual_permission"}
_TEXTS = {
    1: (("DF2.EF01", 0xD4), ("DF2.EF02", 0xD5), ("DF2.EF03", 0xD6)),
    2: (("DF2.EF01", 0xDE), ("DF2.EF03", 0xDE)),
}
_NONE = "なし（消去済み） / None (erased)"


def read_texts(contents: Contents) -> None:
    """Read every text once, so that what is wrong with one is known before the findings are made."""
    for file, tag in _TEXTS.get(contents.generation or 0, ()):
        contents.text(file, tag)


def check_document(reading: Reading, authentic: Authentic, contents: Contents, at: datetime) -> list[Finding]:
    """All findings that are not about the signature, residence.copy first. Never raises."""
    checks: list[tuple[str, Callable[[], Finding | None]]] = [
        ("residence.card", lambda: _card(contents)),
        ("residence.number", lambda: _number(reading, contents)),
        ("residence.expiry", lambda: _expiry(authentic, contents, at)),
        ("residence.stay", lambda: _stay(authentic, contents, at)),
        ("residence.portrait", lambda: _portrait(contents)),
        ("residence.pictures", lambda: _pictures(contents)),
        ("residence.unsigned", lambda: _unsigned(contents)),
        ("residence.files", lambda: _files(reading, contents)),
        ("residence.lookup", lambda: finding("residence.lookup", NOT_DONE, "manual")),
    ]
    results = [guarded(name, check) for name, check in checks]
    # Always, whatever else is true: these chips have no key of their own (§0, §8.4).
    copy = finding("residence.copy", IMPOSSIBLE, "no_chip_key")
    return [copy, *(each for each in results if each is not None)]


def _card(contents: Contents) -> Finding:
    if contents.generation is None:
        return finding("residence.card", IMPOSSIBLE, "card_type", {"card_type": contents.card_type})
    detail = {"card_type": contents.card_type, "generation": str(contents.generation)}
    version = contents.ascii("MF.EF01", 0xC0)
    if version is not None:
        detail["version"] = version
    return finding("residence.card", PASSED, "ok", detail)


def _number(reading: Reading, contents: Contents) -> Finding:
    """The number outside the signature opens the chip, which says only that whoever made the chip knew it."""
    name = "residence.number"
    if contents.generation == 1:
        return finding(name, NOT_DONE, "picture")
    on_chip = contents.ascii("DF1.EF01", 0xC2)
    typed = reading.expected.get("card_number", "")
    if on_chip is None:
        return finding(name, IMPOSSIBLE, "no_number")
    if not typed:
        return finding(name, NOT_DONE, "nothing_typed")
    return finding(name, PASSED, "ok") if on_chip == typed else finding(name, FAILED, "differs")


def _today(at: datetime) -> str:
    return japan_day(at).isoformat()


def _expiry(authentic: Authentic, contents: Contents, at: datetime) -> Finding:
    name = "residence.expiry"
    if contents.generation != 2:
        return finding(name, NOT_DONE, "picture")
    day = valid_date(contents.value("DF1.EF02", 0xC5) or b"")
    if day is None:
        return finding(name, IMPOSSIBLE, "no_date")
    detail = {"expiry_date": day}
    if day < _today(at):
        return finding(name, FAILED, "expired", detail)
    return _if_trusted(name, authentic, detail)


def _if_trusted(name: str, authentic: Authentic, detail: Mapping[str, str]) -> Finding:
    """Passed, if what the card says is the issuer's word."""
    if not authentic.trusted:
        return finding(name, IMPOSSIBLE, authentic.doubt, detail)
    return finding(name, PASSED, "ok", detail)


def _stay(authentic: Authentic, contents: Contents, at: datetime) -> Finding | None:
    """The end of the period of stay, a date of its own beside the card's. Only on residence cards of 2026."""
    name = "residence.stay"
    value = contents.value("DF1.EF02", 0xCD)
    if contents.card_type != "05" or value is None or not value.strip(b"\0 "):
        return None
    day = valid_date(value)
    if day is None:
        return None if contents.ascii("DF1.EF02", 0xCE) == "0000" else finding(name, IMPOSSIBLE, "no_date")
    detail = {"stay_expiry_date": day}
    if day < _today(at):
        file, tag, pending = _PENDING[2]
        if contents.ascii(file, tag) == pending:
            return finding(name, IMPOSSIBLE, "pending", detail)
        return finding(name, FAILED, "expired", detail)
    return _if_trusted(name, authentic, detail)


def _portrait(contents: Contents) -> Finding:
    name = "residence.portrait"
    portrait = contents.pictures.get("portrait")
    if portrait is None or portrait.empty:
        return finding(name, IMPOSSIBLE, "absent")
    detail = {"octets": str(len(portrait.value.rstrip(b"\0")))}
    if portrait.media_type not in {"image/jp2", "image/j2c"}:
        return finding(name, IMPOSSIBLE, "unknown_format", detail)
    return finding(name, PASSED, "ok", {**detail, "media_type": portrait.media_type})


def _pictures(contents: Contents) -> Finding | None:
    """The front (1st generation), name and address (2nd): what a person has to look at, since it is no text."""
    if contents.generation is None:
        return None
    wrong = [
        name
        for name in _EXPECTED_PICTURES[contents.generation]
        if name not in contents.pictures or contents.pictures[name].media_type != "image/tiff"
    ]
    if wrong:
        return finding("residence.pictures", IMPOSSIBLE, "missing", {"pictures": ", ".join(wrong)})
    return finding("residence.pictures", NOT_DONE, "look")


def _unsigned(contents: Contents) -> Finding | None:
    """Says by name what the signature does not cover (§8.4)."""
    if contents.generation is None:
        return None
    detail = {"items": ", ".join(_names_of_unsigned(contents))}
    return finding("residence.unsigned", IMPOSSIBLE, "first" if contents.generation == 1 else "second", detail)


def _names_of_unsigned(contents: Contents) -> list[str]:
    first = ["card_type", "address", "permissions", "renewal_application"]
    second = ["card_type", "document_number", "address_image", "permissions", "renewal_application", "remarks"]
    return first if contents.generation == 1 else second


def _files(reading: Reading, contents: Contents) -> Finding | None:
    """Files that are there and cannot be understood, or that the chip did not give."""
    wrong = dict(contents.malformed)
    wrong |= {f"text {name}": encoding for name, encoding in contents.odd_encodings.items()}
    wrong |= {each.what: each.why for each in reading.refusals if each.why != "card.file.missing"}
    return finding("residence.files", IMPOSSIBLE, "malformed", wrong) if wrong else None


# --- the attributes ---------------------------------------------------------------------------------------------------


def attributes(reading: Reading, authentic: Authentic, contents: Contents, *, sound: bool) -> tuple[Attribute, ...]:
    """The items with their provenance. `sound`: nothing critical failed; without it nothing is `verified`.

    First generation: front_image, portrait (signed pictures); address, address_date, municipality_code,
    comprehensive_permission, individual_permission, renewal_application, card_type (unsigned); document_number (typed).
    Second: expiry_date, birth_date, nationality, residence_status, period_of_stay, permission_kind, permission_date,
    work_restriction, stay_expiry_date (signed text); portrait, name_image (signed pictures); address_image,
    document_number, the permissions, remarks, card_type (unsigned). The value of a picture is the name of its file.
    """
    if contents.generation is None:
        return ()
    found: list[Attribute] = []
    verified = sound and authentic.trusted

    def add(name: str, value: str | None, source: str, provenance: Provenance, media_type: str | None = None) -> None:
        if value:
            signed = provenance in {Provenance.SIGNED_TEXT, Provenance.SIGNED_IMAGE} and not authentic.absent
            if not signed and provenance is not Provenance.TYPED:
                provenance = Provenance.UNSIGNED_CHIP
            found.append(Attribute(name, value, provenance, signed and verified, source, media_type))

    def unsigned(name: str, value: str | None, source: str) -> None:
        add(name, value, source, Provenance.UNSIGNED_CHIP)

    unsigned("card_type", CARD_TYPES[contents.card_type][1], "MF.EF02")
    for name, each in contents.pictures.items():
        if each.media_type is not None and not each.empty:
            signed = name in _SIGNED_PICTURES[contents.generation]
            provenance = Provenance.SIGNED_IMAGE if signed else Provenance.UNSIGNED_CHIP
            add(name, each.file, each.file, provenance, each.media_type)
    if contents.generation == 1:
        add("document_number", reading.expected.get("card_number"), "", Provenance.TYPED)
        _add_first(contents, unsigned)
    else:
        unsigned("document_number", contents.ascii("DF1.EF01", 0xC2), "DF1.EF01")
        for name, value in _second_texts(contents).items():
            add(name, value, "DF1.EF02", Provenance.SIGNED_TEXT)
        _add_second(contents, unsigned)
    return tuple(found)


_Add = Callable[[str, str | None, str], None]


def _add_first(contents: Contents, unsigned: _Add) -> None:
    file = "DF2.EF01"
    unsigned("address", contents.text(file, 0xD4), file)
    unsigned("address_date", valid_date(contents.value(file, 0xD2) or b""), file)
    unsigned("municipality_code", contents.ascii(file, 0xD3), file)
    for (name, attribute), tag in zip(_ERASABLE.items(), (0xD5, 0xD6), strict=True):
        # A file of nothing but 00: a permission that was there and was rewritten to "none" (§2).
        erased = name in contents.files and not contents.files[name]
        unsigned(attribute, _NONE if erased else contents.text(name, tag), name)
    unsigned("renewal_application", codes.meaning(contents.ascii("DF2.EF04", 0xD7), codes.PENDING), "DF2.EF04")


def _second_texts(contents: Contents) -> Mapping[str, str | None]:
    file = "DF1.EF02"

    def date_of(tag: int) -> str | None:
        return valid_date(contents.value(file, tag) or b"")

    return {
        "birth_date": date_of(0xC6),
        "expiry_date": date_of(0xC5),
        "nationality": contents.ascii(file, 0xC8),
        "residence_status": contents.ascii(file, 0xC9),
        "period_of_stay": codes.period(contents.ascii(file, 0xCE)),
        "stay_expiry_date": date_of(0xCD),
        "permission_kind": contents.ascii(file, 0xCA),
        "permission_date": date_of(0xCB),
        "work_restriction": codes.meaning(contents.ascii(file, 0xCC), codes.WORK),
    }


def _add_second(contents: Contents, unsigned: _Add) -> None:
    if contents.card_type == "05":
        file = "DF2.EF01"
        unsigned("comprehensive_permission", codes.meaning(contents.ascii(file, 0xD5), codes.COMPREHENSIVE), file)
        unsigned("permission_expiry_date", valid_date(contents.value(file, 0xD6) or b""), file)
        unsigned("individual_permission", codes.meaning(contents.ascii(file, 0xD7), codes.FLAG), file)
        unsigned("renewal_application", codes.meaning(contents.ascii("DF2.EF02", 0xD8), codes.PENDING), "DF2.EF02")
    other = "DF2.EF03" if contents.card_type == "05" else "DF2.EF01"
    unsigned("commissioner_entry", codes.meaning(contents.ascii(other, 0xD9), codes.FLAG), other)
    unsigned("remarks", contents.text(other, 0xDE), other)
