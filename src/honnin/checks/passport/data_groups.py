"""Data groups with text: DG1, DG11, DG12. Bytes in, values out; nothing is believed that is not there.

Doc 9303-10 §4.7 (passport.md §12). Every parser raises DataError only: `tlv.…` from the TLV reader, `dg.tag` when the
file begins with another tag, `dg.missing` when a mandatory object is absent, `dg.limit`, `dg.text`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from honnin.core import tlv
from honnin.core.errors import DataError

TAGS = {
    1: 0x61, 2: 0x75, 3: 0x63, 4: 0x76, 5: 0x65, 6: 0x66, 7: 0x67, 8: 0x68,
    9: 0x69, 10: 0x6A, 11: 0x6B, 12: 0x6C, 13: 0x6D, 14: 0x6E, 15: 0x6F, 16: 0x70,
}  # fmt: skip
MAX_TEXT = 4096
MAX_OBJECTS = 64
MAX_OTHER_NAMES = 16


def unwrap(data: bytes, tag: int) -> bytes:
    """The value of the one data object that a file is; octets behind it are ignored. Raises DataError."""
    item, _ = tlv.parse_one(data)
    if item.tag != tag:
        raise DataError("dg.tag", "a file does not begin with the tag that belongs to it")
    return item.value


def extent(data: bytes) -> bytes:
    """The octets that are hashed: the data object without what follows it; all of them when it is cut short."""
    try:
        _, header, length = tlv.parse_header(data)
    except tlv.TlvError:
        return data
    end = header + length
    return data if end >= len(data) else data[:end]


def announced(ef_com: bytes | None) -> frozenset[int]:
    """Data groups that EF.COM names: unsigned, so good for a hint and nothing else. Empty if it cannot be read."""
    try:
        tags = tlv.find(ef_com, 0x60, 0x5C) if ef_com else None
    except tlv.TlvError:
        return frozenset()
    return frozenset(number for number, tag in TAGS.items() if tags is not None and tag in tags.value[:32])


def parse_dg1(data: bytes) -> str:
    """The text of the machine readable zone: `61 L 5F1F L mrz`, at most 90 characters (TD1: 90, TD2: 72, TD3: 88)."""
    item, _ = tlv.parse_one(unwrap(data, TAGS[1]))
    if item.tag != 0x5F1F:
        raise DataError("dg.missing", "DG1 has no machine readable zone")
    if len(item.value) > 90:
        raise DataError("dg.limit", "the machine readable zone of DG1 is too long")
    try:
        return item.value.decode("ascii")
    except UnicodeDecodeError:
        raise DataError("dg.text", "the machine readable zone of DG1 is not ASCII") from None


@dataclass(frozen=True, slots=True)
class Holder:
    """DG11, additional personal details. Texts as stored, `<` for blanks replaced; None when absent.

    `birth_date` is ISO with unknown parts as X.
    """

    full_name: str | None
    other_names: tuple[str, ...]
    birth_date: str | None
    place_of_birth: str | None
    address: str | None
    personal_number: str | None


@dataclass(frozen=True, slots=True)
class Issue:
    """DG12, additional document details."""

    authority: str | None
    issue_date: str | None
    endorsements: str | None


def parse_dg11(data: bytes) -> Holder:
    """`6B { 5C tags, 5F0E, A0 { 02 n, 5F0F … }, 5F10, 5F2B, 5F11, 5F42, … }`; unknown objects are passed over."""
    items = _items(unwrap(data, TAGS[11]))
    return Holder(
        full_name=_text(items.get(0x5F0E), names=True),
        other_names=_others(items.get(0xA0), 0x5F0F),
        birth_date=_date(items.get(0x5F2B)),
        place_of_birth=_text(items.get(0x5F11)),
        address=_text(items.get(0x5F42)),
        personal_number=_text(items.get(0x5F10)),
    )


def parse_dg12(data: bytes) -> Issue:
    """`6C { 5C tags, 5F19 authority, 5F26 date, A0 { 02 n, 5F1A … }, 5F1B, … }`; dates in ASCII or BCD."""
    items = _items(unwrap(data, TAGS[12]))
    return Issue(
        authority=_text(items.get(0x5F19)),
        issue_date=_date(items.get(0x5F26)),
        endorsements=_text(items.get(0x5F1B)),
    )


def _items(value: bytes) -> dict[int, bytes]:
    """The first object of each tag."""
    items: dict[int, bytes] = {}
    for item in tlv.iterate(value, count=MAX_OBJECTS):
        items.setdefault(item.tag, item.value)
    return items


def _text(value: bytes | None, *, names: bool = False) -> str | None:
    """UTF-8 as the standard says, Latin-1 as some states write. In names `<<` parts family and given names."""
    if value is None:
        return None
    if len(value) > MAX_TEXT:
        raise DataError("dg.limit", "a text is longer than the limit")
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    parts = (" ".join(part.replace("<", " ").split()) for part in text.split("<<" if names else "<"))
    joined = (" " if names else ", ").join(part for part in parts if part)
    return "".join(c for c in joined if c.isprintable()) or None


def _others(value: bytes | None, tag: int) -> tuple[str, ...]:
    if value is None:
        return ()
    found = [_text(item.value, names=True) for item in tlv.iterate(value, count=MAX_OTHER_NAMES + 1) if item.tag == tag]
    return tuple(name for name in found if name)


def _date(value: bytes | None) -> str | None:
    """Eight ASCII digits or four octets BCD; month or day 00 is unknown. Anything else is no date: None."""
    if value is None:
        return None
    digits = value.hex() if len(value) == 4 else value.decode("ascii", "replace")
    if len(digits) != 8 or not (digits.isascii() and digits.isdecimal()):
        return None
    year, month, day = digits[:4], digits[4:6], digits[6:]
    if "00" in (month, day) or year == "0000":
        parts = ["XXXX" if year == "0000" else year, *("XX" if each == "00" else each for each in (month, day))]
        month_fits = parts[1] == "XX" or int(month) <= 12
        return "-".join(parts) if month_fits and (parts[2] == "XX" or int(day) <= 31) else None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
