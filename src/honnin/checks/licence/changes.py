"""Changes written on the licence after it was issued: DF1/EF04 (drivers-licence.md §10). None of it is signed."""

from __future__ import annotations

from dataclasses import dataclass

from honnin.checks.licence.text import Text, parse_text, parse_wide_date
from honnin.core.era import EraDate
from honnin.core.errors import DataError
from honnin.core.licence_tlv import walk

__all__ = ["CURRENT", "KINDS", "Change", "Changes", "parse_changes"]

# What is written, first tag, how many.
KINDS = (
    ("issuing_authority", 0x51, 15),
    ("full_name", 0x60, 8),
    ("full_name_kana", 0x68, 8),
    ("address", 0x70, 8),
    ("condition", 0x78, 8),
    ("condition_lifted", 0x80, 8),
    ("remark", 0x88, 8),
)
CURRENT = ("issuing_authority", "full_name", "full_name_kana", "address")  # of these the last one counts
_FLAG, _RESERVED = 0x50, range(0x90, 0x98)
_TAGS = (_FLAG, *(first + n for _, first, count in KINDS for n in range(count)), *_RESERVED)
_BY_TAG = {first + n: (kind, n + 1) for kind, first, count in KINDS for n in range(count)}
_HEAD, _TAIL = 15, 10  # edition and date; name of the commission that wrote it


@dataclass(frozen=True, slots=True)
class Change:
    """One record: what kind, its number, the day, the new content, who wrote it. For "issuing_authority" the content is
    the commission itself.
    """

    kind: str
    number: int
    day: EraDate
    content: Text
    commission: Text
    edition: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All records in order of tags. `odd`: tags that could not be read, with a code."""

    records: tuple[Change, ...]
    odd: dict[str, str]

    def current(self, kind: str) -> Change | None:
        """The record that counts: the highest-numbered one (§10.3)."""
        return next((each for each in reversed(self.records) if each.kind == kind), None)

    @property
    def disagreeing(self) -> tuple[str, ...]:
        """Kinds whose days are not in the order of their numbers: both orders must be told (§10.3)."""
        return tuple(
            kind
            for kind, _, _ in KINDS
            if (days := [each.day.gregorian for each in self.records if each.kind == kind]) != sorted(days)
        )


def parse_changes(data: bytes) -> Changes:
    """DF1/EF04. By the records that are there, never by the flag in tag 50, whose values are not known (§10.1).

    Never raises for what stands in it.
    """
    found = walk(data, _TAGS, filler_ends=True)
    odd: dict[str, str] = {} if found.sound else {"structure": found.stopped}
    records: list[Change] = []
    for each in found.fields:
        if not each.value or each.tag not in _BY_TAG:
            continue
        kind, number = _BY_TAG[each.tag]
        try:
            records.append(_record(kind, number, each.value))
        except DataError as error:
            odd[f"{each.tag:02X}"] = error.code
    return Changes(tuple(records), odd)


def _record(kind: str, number: int, value: bytes) -> Change:
    whole = kind == "issuing_authority"  # no middle part: what follows the date is the commission [official-1]
    if len(value) < _HEAD + (2 if whole else _TAIL):
        raise DataError("licence.change.length", "a record of a change is too short")
    rest = value[_HEAD:]
    content, commission = (rest, rest) if whole else (rest[:-_TAIL], rest[-_TAIL:])
    return Change(
        kind, number, parse_wide_date(value[1:_HEAD]), parse_text(content), parse_text(commission), value[:1].hex()
    )  # fmt: skip
