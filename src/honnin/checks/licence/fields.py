"""Items of the licence's files by tag, as tables (drivers-licence.md §6, §7, §15.4), and reading them.

A row: tag, name of the attribute, code, longest value. Codes: "text" (0208), "ascii" (0201), "date" (era digit and
YYMMDD; six zeros mean none), "flag" (one octet; its values are not known, §15.4), "" (not shown).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from honnin.checks.licence.text import Text, parse_ascii, parse_text
from honnin.core.era import EraDate, parse_digits
from honnin.core.errors import DataError
from honnin.core.licence_tlv import Walk, walk

__all__ = ["CATEGORIES", "Common", "Items", "parse_common", "parse_main", "parse_mynumber"]

Row = tuple[int, str, str, int]

# Categories in the order in which both forms list them (§7 tags 25–33, §15.4 tags EC–FA).
CATEGORIES = (
    "large", "ordinary", "large_special", "large_motorcycle", "ordinary_motorcycle", "small_special", "moped", "towing",
    "large_second", "ordinary_second", "large_special_second", "towing_second", "medium", "medium_second",
    "semi_medium",
)  # fmt: skip
_ACQUIRED = ("acquired_two_wheel_small_moped", "acquired_others", "acquired_second_class")

MAIN: tuple[Row, ...] = (
    (0x11, "", "", 1),  # edition of JIS X 0208
    (0x12, "full_name", "text", 72),
    (0x13, "full_name_kana", "text", 32),
    (0x14, "alias_name", "text", 32),
    (0x15, "unified_kana", "text", 16),
    (0x16, "birth_date", "date", 7),
    (0x17, "address", "text", 80),
    (0x18, "issue_date", "date", 7),
    (0x19, "reference_number", "ascii", 5),
    (0x1A, "licence_colour", "text", 6),
    (0x1B, "expiry_date", "date", 7),
    *((0x1C + n, f"condition_{n + 1}", "text", 80) for n in range(4)),
    (0x20, "issuing_authority", "text", 24),
    (0x21, "document_number", "ascii", 12),
    *((0x22 + n, name, "date", 7) for n, name in enumerate(_ACQUIRED)),
    *((0x25 + n, f"category_{name}", "date", 7) for n, name in enumerate(CATEGORIES)),
    *((0x34 + n, "", "", 7) for n in range(12)),  # reserved: 34–3A by size, one transcription says 34–3F
)
MYNUMBER: tuple[Row, ...] = (
    (0xC2, "history_date", "date", 7),
    (0xC3, "", "", 1),  # category of driver in the history, values unknown
    (0xC4, "licence_colour", "text", 6),
    (0xC5, "expiry_date", "date", 7),
    *((0xC6 + n, f"condition_{n + 1}", "text", 80) for n in range(4)),
    *((0xCA + n, "", "", 256) for n in range(2)),  # glyphs 1, 2
    *((0xCC + n, f"condition_{n + 5}", "text", 80) for n in range(8)),
    *((0xD4 + n, "", "", 256) for n in range(3)),  # glyphs 3 to 5
    *((0xD7 + n, f"remark_{n + 1}", "text", 80) for n in range(8)),
    *((0xDF + n, "", "", 80) for n in range(8)),  # reserved
    (0xE7, "document_number", "ascii", 12),
    (0xE8, "history_number", "ascii", 12),
    *((0xE9 + n, name, "date", 7) for n, name in enumerate(_ACQUIRED)),
    *((0xEC + n, f"category_{name}", "flag", 1) for n, name in enumerate(CATEGORIES)),
    *((0xFB + n, "", "", 7) for n in range(5)),  # FF is a tag here
    *((0x0100 + n, "", "", 7) for n in range(7)),
    (0x0107, "", "", 2000),  # the photo
)
NO_DATE = "000000"
HELD = "○"


@dataclass(slots=True)
class Items:
    """What a file says. `texts`, `dates`, `plain` by name of the attribute; `odd`: tags that are not as the table
    says, with a code; `edition`: which JIS X 0208 it says it is written in.
    """

    walk: Walk
    texts: dict[str, Text] = field(default_factory=dict)
    dates: dict[str, EraDate] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)
    edition: str = ""

    def shown(self) -> dict[str, str]:
        """Every item as text, in no special order; dates as YYYY-MM-DD."""
        texts = {name: text.value for name, text in self.texts.items()}
        dates = {name: each.gregorian.isoformat() for name, each in self.dates.items()}
        return texts | dates | self.plain


def parse_main(data: bytes) -> Items:
    """DF1/EF01. Never raises for what stands in it."""
    items = _items(data, MAIN, filler_ends=True)
    items.edition = (items.walk.value(0x11) or b"").hex()
    return items


def parse_mynumber(data: bytes) -> Items:
    """WEF02 of the My Number Card. Never raises for what stands in it."""
    return _items(data, MYNUMBER, filler_ends=False)


def _items(data: bytes, rows: Sequence[Row], *, filler_ends: bool) -> Items:
    items = Items(walk(data, [row[0] for row in rows], filler_ends=filler_ends))
    if not items.walk.sound:
        items.odd["structure"] = items.walk.stopped
    by_tag = {row[0]: row for row in rows}
    for each in items.walk.fields:
        _, name, code, longest = by_tag[each.tag]
        if not each.value:
            continue
        if len(each.value) > longest:
            items.odd[f"{each.tag:02X}"] = "licence.field.too_long"
        if code:
            try:
                _read(items, name, code, each.value)
            except DataError as error:
                items.odd[f"{each.tag:02X}"] = error.code
    return items


def _read(items: Items, name: str, code: str, value: bytes) -> None:
    if code == "text":
        text = parse_text(value)
        if text.value:
            items.texts[name] = text
    elif code == "date":
        digits = parse_ascii(value)
        if digits[1:] != NO_DATE:
            items.dates[name] = parse_digits(digits)
    elif code == "flag":
        # 01 = held is the natural reading, not a known one (§15.4): anything else is shown as it is.
        if value != b"\0":
            items.plain[name] = HELD if value == b"\x01" else value.hex().upper()
    else:
        items.plain[name] = parse_ascii(value)


@dataclass(frozen=True, slots=True)
class Common:
    """MF/EF01: version of the specification ("009"), days of issue and expiry. Free to read and unsigned (§6.1)."""

    version: str
    issued: date
    expires: date


def parse_common(data: bytes) -> Common:
    """MF/EF01, 17 octets. Raises DataError `licence.common`."""
    if len(data) != 17 or data[:2] != b"\x45\x0b" or data[13:15] != b"\x46\x02":
        raise DataError("licence.common", "the common data do not have their form")
    try:
        issued, expires = (date.fromisoformat(data[at : at + 4].hex()) for at in (5, 9))
        return Common(parse_ascii(data[2:5]), issued, expires)
    except (ValueError, DataError):
        raise DataError("licence.common", "the common data hold no date") from None
