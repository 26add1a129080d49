"""The licence's own TLV (基本符号化TLV), which is not BER (drivers-licence.md §5.1).

- A tag is one octet whatever its bits: 1F, 5F, 7F, DF and FF are whole tags, and nothing is nested. A few tags have
  two octets: 5F40 before the photo, 0100 and up on the My Number Card.
- A length up to 127 is one octet; a longer one is always `82 hh ll`.
- Tags come in a fixed order, given by a table. On the licence an octet FF where a tag should be is the end of the
  data; on the My Number Card FF is a tag like any other.

So a file is read along its table, never by looking at the bits. Fields may be left out (older versions have fewer);
none may come twice or out of order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from honnin.core.errors import DataError

__all__ = ["Field", "LicenceTlvError", "Walk", "encode", "walk"]

MAX_FILE = 8192
_FILLER = 0xFF
_LONG = 0x82


class LicenceTlvError(DataError):
    """The octets are not along the table. Code begins with `licence_tlv.`."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its tag as in the table, its value, and where it stood in the file, tag and length included."""

    tag: int
    value: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Walk:
    """A file's fields in order, and where the last one ends. `stopped`: why the walk ended before the end of the file:
    "" (it did not), "filler" (FF, or nothing but one octet repeated), or the code of what could not be read.
    """

    fields: tuple[Field, ...]
    end: int
    stopped: str = ""

    def value(self, tag: int) -> bytes | None:
        """The value of a field; None when it is not there."""
        return next((each.value for each in self.fields if each.tag == tag), None)

    @property
    def sound(self) -> bool:
        """Whether everything up to the filler could be read."""
        return self.stopped in {"", "filler"}


def walk(data: bytes, tags: Sequence[int], *, filler_ends: bool) -> Walk:
    """Read `data` along `tags` (ascending places in the table; those above FF have two octets).

    `filler_ends`: an octet FF where a tag should be ends the data. Never raises for what stands in the file; what could
    be read before something odd is kept. Raises LicenceTlvError `licence_tlv.too_long` above 8192 octets.
    """
    if len(data) > MAX_FILE:
        raise LicenceTlvError("licence_tlv.too_long", "a file is longer than the limit")
    fields: list[Field] = []
    offset = place = 0
    while offset < len(data):
        rest = data[offset:]
        if (filler_ends and rest[0] == _FILLER) or _is_filler(rest):
            return Walk(tuple(fields), offset, "filler")
        found = _next_tag(rest, tags, place)
        if found is None:
            return Walk(tuple(fields), offset, "licence_tlv.tag")
        place, width = found
        header = _length(rest, width)
        if header is None:
            return Walk(tuple(fields), offset, "licence_tlv.length")
        begin, length = header
        if begin + length > len(rest):
            return Walk(tuple(fields), offset, "licence_tlv.truncated")
        fields.append(Field(tags[place], rest[begin : begin + length], offset, offset + begin + length))
        offset += begin + length
        place += 1
    return Walk(tuple(fields), offset)


def _next_tag(rest: bytes, tags: Sequence[int], place: int) -> tuple[int, int] | None:
    """(place in the table, octets of the tag) of the tag that begins here; None when no later one of the table does."""
    for at in range(place, len(tags)):
        tag = tags[at]
        width = 1 if tag <= 0xFF else 2
        if rest[:width] == tag.to_bytes(width, "big"):
            return at, width
    return None


def _length(rest: bytes, width: int) -> tuple[int, int] | None:
    """(where the value begins, its length); None when it is in neither form or the octets end."""
    if len(rest) <= width:
        return None
    first = rest[width]
    if first < 0x80:
        return width + 1, first
    if first != _LONG or len(rest) < width + 3:
        return None
    return width + 3, int.from_bytes(rest[width + 1 : width + 3], "big")


def _is_filler(rest: bytes) -> bool:
    return rest[0] in {0x00, _FILLER} and rest.count(rest[0]) == len(rest)


def encode(tag: int, value: bytes) -> bytes:
    """One field in this encoding. Raises LicenceTlvError `licence_tlv.length` above 65535 octets."""
    if len(value) > 0xFFFF:
        raise LicenceTlvError("licence_tlv.length", "a field is too long")
    head = tag.to_bytes(1 if tag <= 0xFF else 2, "big")
    if len(value) < 0x80:
        return head + bytes([len(value)]) + value
    return head + bytes([_LONG]) + len(value).to_bytes(2, "big") + value
