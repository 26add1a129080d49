"""BER-TLV (ISO/IEC 7816-4 §5.2.2, ITU-T X.690) with limits on size, depth and count.

Card data objects use the definite form; CMS objects in the field also use the indefinite form (sheet passport.md
§10.5, New Zealand), which only `honnin.trust` asks for. Everything here works on bytes that a stranger's chip sent:
each length is checked against what is there before anything is copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from honnin.core.errors import DataError

MAX_LENGTH = 1 << 20  # 1 MiB: no data object of an identity card is longer (DG2 of real passports: below 64 KiB)
MAX_DEPTH = 32
MAX_COUNT = 4096


class TlvError(DataError):
    """The bytes are not BER-TLV, or exceed a limit. Code begins with `tlv.`."""


@dataclass(frozen=True, slots=True)
class Tlv:
    """One data object. `tag` is the identifier octets as an integer (0x5F1F); `raw` the whole object as it was."""

    tag: int
    value: bytes
    raw: bytes

    @property
    def constructed(self) -> bool:
        """Whether bit 6 of the first identifier octet is set: the value is itself a sequence of data objects."""
        return bool(_first_octet(self.tag) & 0x20)

    def children(self) -> tuple[Tlv, ...]:
        """The data objects inside, whatever the constructed bit says. Raises TlvError."""
        return parse_all(self.value)

    def child(self, tag: int) -> Tlv | None:
        """The first data object inside with that tag, or None. Raises TlvError."""
        return next((item for item in self.children() if item.tag == tag), None)


def _first_octet(tag: int) -> int:
    while tag > 0xFF:
        tag >>= 8
    return tag


def parse_header(data: bytes, offset: int = 0) -> tuple[int, int, int]:
    """Read tag and length at `offset`. Returns (tag, header length, value length).

    Definite lengths only, at most four length octets, tags of at most four octets. Padding octets 00/FF are not
    skipped here. Raises TlvError (`tlv.truncated`, `tlv.tag`, `tlv.length`); it does not ask that the value is
    there, since a reader of a file calls it on the first octets alone.
    """
    end = len(data)
    position = offset
    if position >= end:
        raise TlvError("tlv.truncated", "a data object ends before its tag")
    tag = data[position]
    position += 1
    if tag & 0x1F == 0x1F:
        for _ in range(3):
            if position >= end:
                raise TlvError("tlv.truncated", "a data object ends inside its tag")
            octet = data[position]
            position += 1
            tag = tag << 8 | octet
            if not octet & 0x80:
                break
        else:
            raise TlvError("tlv.tag", "a tag has more than four octets")
    if position >= end:
        raise TlvError("tlv.truncated", "a data object ends before its length")
    length = data[position]
    position += 1
    if length == 0x80 or length > 0x84:
        raise TlvError("tlv.length", "a length is indefinite or has more than four octets")
    if length > 0x80:
        count = length & 0x7F
        if position + count > end:
            raise TlvError("tlv.truncated", "a data object ends inside its length")
        length = int.from_bytes(data[position : position + count], "big")
        position += count
    return tag, position - offset, length


def parse_one(data: bytes, offset: int = 0, *, limit: int = MAX_LENGTH) -> tuple[Tlv, int]:
    """Read the data object at `offset`. Returns it and the offset behind it. Raises TlvError."""
    tag, header, length = parse_header(data, offset)
    if length > limit:
        raise TlvError("tlv.limit", "a data object is longer than the limit")
    start = offset + header
    end = start + length
    if end > len(data):
        raise TlvError("tlv.truncated", "a data object is shorter than its length says")
    return Tlv(tag, data[start:end], data[offset:end]), end


def parse_single(data: bytes, *, limit: int = MAX_LENGTH) -> Tlv:
    """Read exactly one data object that fills `data`. Raises TlvError (`tlv.trailing` if octets follow)."""
    item, end = parse_one(data, limit=limit)
    if end != len(data):
        raise TlvError("tlv.trailing", "octets follow the data object")
    return item


def iterate(data: bytes, *, limit: int = MAX_LENGTH, count: int = MAX_COUNT) -> Iterator[Tlv]:
    """The data objects one after the other until the end of `data`. Raises TlvError."""
    offset = 0
    seen = 0
    while offset < len(data):
        seen += 1
        if seen > count:
            raise TlvError("tlv.limit", "too many data objects")
        item, offset = parse_one(data, offset, limit=limit)
        yield item


def parse_all(data: bytes, *, limit: int = MAX_LENGTH, count: int = MAX_COUNT) -> tuple[Tlv, ...]:
    """All data objects of `data`. Raises TlvError."""
    return tuple(iterate(data, limit=limit, count=count))


def find(data: bytes, *path: int) -> Tlv | None:
    """Walk down: the first object with path[0] in `data`, in it the first with path[1], and so on; None if absent."""
    if len(path) > MAX_DEPTH:
        raise TlvError("tlv.limit", "a path is deeper than the limit")
    item: Tlv | None = None
    for tag in path:
        item = next((each for each in iterate(data) if each.tag == tag), None)
        if item is None:
            return None
        data = item.value
    return item


def encode_length(length: int) -> bytes:
    """Shortest definite form: 7F, 81 80, 82 01 00 …"""
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def encode(tag: int, value: bytes) -> bytes:
    """One data object: identifier octets of `tag`, shortest length, value."""
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") + encode_length(len(value)) + value
