"""The files of a licence at their fixed size: persona + faults → octets (drivers-licence.md §4.2, §5–§12; §19).

Tags are one octet whatever their bits, defined but unused ones are there with length 0, the tail is FF.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files as package_files

from honnin_virtual.faces import face_card_jpeg2000
from honnin_virtual.faults import Faults
from honnin_virtual.licence.issuer import LicenceSigner, licence_signer
from honnin_virtual.licence.jis import day, jis, wide_day
from honnin_virtual.licence.personas import COMMISSION, Change, Persona
from honnin_virtual.mynumber.tlv import tlv

__all__ = ["PHOTO_SIZE", "SIZES", "licence_files", "signed_octets"]

SIZES = {
    "MF/EF01": 17, "MF/EF02": 3, "DF1/EF01": 880, "DF1/EF02": 82, "DF1/EF03": 264, "DF1/EF04": 640, "DF1/EF05": 663,
    "DF1/EF06": 256, "DF1/EF07": 578, "DF2/EF01": 2005, "DF3/EF01": 512,
}  # fmt: skip
PHOTO_SIZE = (192, 240)
_MAX_PHOTO = 2000
_CATEGORIES = range(0x22, 0x34)
_ADDED_LATER = 0x33  # 準中型, since version 007
_RESERVED = range(0x34, 0x3B)
_ROWS = {  # first tag and number of records of each row of EF04 and EF06 (§10.1)
    "commission": (0x51, 15), "name": (0x60, 8), "kana": (0x68, 8), "address": (0x70, 8), "condition": (0x78, 8),
    "lifted": (0x80, 8), "remark": (0x88, 8), "spare": (0x90, 8), "registered": (0xAB, 5),
}  # fmt: skip
_GLYPH_KIND = b"\x01"  # 文字構成: values unknown (§9)

Items = list[tuple[int, bytes]]


def licence_files(persona: Persona, faults: Faults) -> dict[str, bytes]:
    """Name of the file as in the sheet → all its octets. What the faults alter, they alter behind the signer's back."""
    genuine = _signed_part(persona)
    signer = licence_signer(_state(faults))
    signature = signer.sign(signed_octets(genuine, faults.signature_scope))
    if faults.tampered_signature:
        signature = signature[:-1] + bytes([signature[-1] ^ 0x01])
    shown = _signed_part(_altered(persona, faults), another_face=faults.tampered_face)
    packed = {name: _full(items, SIZES[name]) for name, items in shown.items()}
    later = _later(persona)
    files = {
        "MF/EF01": _common(persona if not faults.tampered_expiry else _altered(persona, faults)),
        "MF/EF02": bytes([0x05, 0x01, persona.pins]),
        "DF1/EF04": _full(later["DF1/EF04"], SIZES["DF1/EF04"]),
        "DF1/EF05": _full(later["DF1/EF05"], SIZES["DF1/EF05"]),
        "DF1/EF06": _full(later["DF1/EF06"], SIZES["DF1/EF06"]),
        "DF1/EF07": _full(_signature_file(signature, signer, faults), SIZES["DF1/EF07"]),
        "DF3/EF01": b"\xff" * SIZES["DF3/EF01"],
        **packed,
    }
    if faults.huge_length:
        files["DF1/EF01"] = b"\x12\x82\xff\xff".join((files["DF1/EF01"][:3], files["DF1/EF01"][7:]))
        files["DF2/EF01"] = b"\x5f\x40\x82\xff\xff" + files["DF2/EF01"][5:]
    return dict(sorted(files.items()))


def signed_octets(parts: dict[str, Items], scope: str) -> bytes:
    """What is signed: L1 whole files, L2 cut after the last object, L3 values, L4 with 外字, L5 bare photo (§11.3).

    Which of them real cards sign is unknown; L1 is the default.
    """
    order = ["DF1/EF01", "DF1/EF02", "DF2/EF01"]
    if scope == "L4":
        order.insert(2, "DF1/EF03")
    if scope == "L2":
        return b"".join(tlv(tag, value) for name in order for tag, value in parts[name])
    if scope == "L3":
        return b"".join(value for name in order for _, value in parts[name])
    whole = {name: _full(parts[name], SIZES[name]) for name in order}
    if scope == "L5":
        whole["DF2/EF01"] = parts["DF2/EF01"][0][1]
    return b"".join(whole[name] for name in order)


def _state(faults: Faults) -> str:
    if faults.foreign_authority:
        return "foreign"
    if faults.forged_authority:
        return "forged"
    return "expired" if faults.signer_expired else "good"


def _altered(persona: Persona, faults: Faults) -> Persona:
    """The persona as a forger would have it."""
    if faults.tampered_name:
        persona = replace(persona, holder="改竄　偽子", kana="カイザン　ニセコ", glyphs=persona.glyphs)
    if faults.tampered_address:
        persona = replace(persona, address="見本県改竄市偽物町４−４")
    if faults.tampered_birth:
        persona = replace(persona, birth=persona.birth.replace(year=persona.birth.year - 20, day=1))
    if faults.tampered_expiry:
        persona = replace(persona, expires=persona.expires.replace(year=persona.expires.year + 10, day=1))
    if faults.tampered_registered:
        persona = replace(persona, registered="見本県改竄市偽物町")
    return persona


# -- the signed part (§7, §8, §9, §12) ---------------------------------------------------------------------------------


def _signed_part(persona: Persona, *, another_face: bool = False) -> dict[str, Items]:
    glyphs = (*persona.glyphs, *[""] * (2 - len(persona.glyphs)))
    return {
        "DF1/EF01": _items(persona),
        "DF1/EF02": [(0x41, _jis(persona, persona.registered))],
        "DF1/EF03": [(0x48 + n, _glyph(character)) for n, character in enumerate(glyphs)],
        "DF2/EF01": [(0x5F40, _photo(persona, another=another_face))],
    }


def _items(persona: Persona) -> Items:
    """DF1/EF01 in the fixed order of its tags."""
    empty = "4000000" if persona.issued < date(2019, 5, 1) else "5000000"
    conditions = (*persona.conditions, *[""] * (4 - len(persona.conditions)))
    items: Items = [
        (0x11, bytes.fromhex(persona.year)),
        (0x12, _jis(persona, persona.holder)),
        (0x13, jis(persona.kana)),
        (0x14, jis(persona.alias)),
        (0x15, jis(persona.kana.replace("\u3000", "")[:8])),
        (0x16, day(persona.birth)),
        (0x17, _jis(persona, persona.address)),
        (0x18, day(persona.issued)),
        (0x19, b"99999"),
        (0x1A, jis(persona.colour)),
        (0x1B, day(persona.expires)),
        *((0x1C + n, jis(text)) for n, text in enumerate(conditions)),
        (0x20, jis(COMMISSION)),
        (0x21, persona.number.encode("ascii")),
    ]
    last = _CATEGORIES if persona.version >= "007" else range(0x22, _ADDED_LATER)
    items += [(tag, day(persona.categories.get(tag), empty)) for tag in last]
    if persona.version >= "007":
        items += [(tag, b"\0" * 7 if persona.reserved else b"") for tag in _RESERVED]
    return items


def _jis(persona: Persona, text: str) -> bytes:
    """With the 外字 of the persona: numbers 1 and 2 first, then 3 to 7 for those of later changes."""
    first = (*persona.glyphs, *["\0"] * (2 - len(persona.glyphs)))
    return jis(text, (*first, *persona.later_glyphs))


def _glyph(character: str) -> bytes:
    """One octet 文字構成 and the MMR pattern; empty without a character (§9)."""
    return _GLYPH_KIND + _pattern(f"{ord(character):04x}") if character else b""


@cache
def _pattern(code_point: str) -> bytes:
    return (package_files(__package__) / "glyphs" / f"{code_point}.g4").read_bytes()


@cache
def _drawn(name: str, *, codestream: bool) -> bytes:
    return face_card_jpeg2000(name, PHOTO_SIZE, _MAX_PHOTO, grey=True, codestream=codestream)


def _photo(persona: Persona, *, another: bool) -> bytes:
    if not persona.photo and not another:
        return b""
    return _drawn("licence-somebody-else" if another else persona.name, codestream=persona.codestream)


# -- what came later, unsigned (§9, §10) -------------------------------------------------------------------------------


def _later(persona: Persona) -> dict[str, Items]:
    rows: dict[str, list[Change]] = {}
    for change in persona.changes:
        rows.setdefault(change.kind, []).append(change)
    records = {
        first + n: _record(persona, changes[n]) if n < len(changes) else b""
        for kind, (first, count) in _ROWS.items()
        for changes in (rows.get(kind, []),)
        for n in range(count)
    }
    place = {tag: records.pop(tag) for tag in range(0xAB, 0xB0)}
    glyphs = (*persona.later_glyphs, *[""] * (5 - len(persona.later_glyphs)))
    return {
        "DF1/EF04": [(0x50, _added(records.values())), *sorted(records.items())],
        "DF1/EF05": [
            (0xA0, _added(map(str.encode, persona.later_glyphs))),
            *((0xA1 + n, _glyph(character)) for n, character in enumerate(glyphs)),
        ],
        "DF1/EF06": [(0xAA, _added(place.values())), *sorted(place.items())],
    }


def _added(records: Iterable[bytes]) -> bytes:
    """追記の有無. Its values are unknown (§10.1): 01 when anything was added, else 00."""
    return bytes([any(records)])


def _record(persona: Persona, change: Change) -> bytes:
    """年番号, day in full width, new content, five characters of the commission (§10.2)."""
    return bytes.fromhex(persona.year) + wide_day(change.on) + _jis(persona, change.content) + jis(change.by)


# -- the rest ----------------------------------------------------------------------------------------------------------


def _common(persona: Persona) -> bytes:
    """MF/EF01: version, days of issue and expiry in BCD, maker and cipher identifiers (values unknown), §6.1."""
    days = bytes.fromhex(f"{persona.issued:%Y%m%d}{persona.expires:%Y%m%d}")
    return tlv(0x45, persona.version.encode("ascii") + days) + tlv(0x46, b"\0\0")


def _signature_file(signature: bytes, signer: LicenceSigner, faults: Faults) -> Items:
    """DF1/EF07 (§11.1)."""
    return [
        (0xB1, signature),
        (0xB2, f"{signer.serial:016d}".encode("ascii")),
        (0xB3, b"\xff" * 48),
        (0xB4, signer.issuer.encode("ascii")),
        (0xB5, signer.subject.encode("ascii")),
        (0xB6, b"NO SUCH KEY".ljust(32, b"\0") if faults.wrong_key_id else signer.key_id),
    ]


def _full(items: Items, size: int) -> bytes:
    content = b"".join(tlv(tag, value) for tag, value in items)
    return content.ljust(size, b"\xff")
