"""Pictures of residence cards: Group 4 TIFF taken apart here and put together again (residence-card.md §2.3, §6.2).

A TIFF is a file system of its own, and libtiff follows whatever a stranger's chip says in it. So its few numbers are
read here, with limits, the compressed strips are cut out, and a new file with a header of ours goes to the decoder:
only the fax octets themselves come from the card. TIFF 6.0 §2, §3, §11.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from honnin.core.errors import DataError

__all__ = ["is_tiff", "rebuild_fax"]

MAX_SIDE = 4096
MAX_ENTRIES = 64
MAX_STRIPS = 256
_SIZES = {1: 1, 3: 2, 4: 4}  # BYTE, SHORT, LONG
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 256, 257, 258, 259, 262, 266
_OFFSETS, _SAMPLES, _ROWS_PER_STRIP, _COUNTS, _T6_OPTIONS = 273, 277, 278, 279, 293
_WANTED = frozenset({
    _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER, _OFFSETS, _SAMPLES, _ROWS_PER_STRIP, _COUNTS,
    _T6_OPTIONS,
})  # fmt: skip
_GROUP_4 = 4


@dataclass(frozen=True, slots=True)
class _Fax:
    width: int
    height: int
    photometric: int
    fill_order: int
    rows_per_strip: int
    strips: tuple[bytes, ...]


def is_tiff(data: bytes) -> bool:
    """Whether it begins like a TIFF of either byte order."""
    return data[:4] in {b"II*\0", b"MM\0*"}


def rebuild_fax(data: bytes, *, max_pixels: int) -> bytes:
    """A little-endian TIFF with the same two-tone picture and nothing else of the original.

    Raises DataError: `image.undecodable` (no Group 4 picture of one bit, or it points outside itself),
    `image.too_large`.
    """
    try:
        fax = _parse(data, max_pixels)
    except struct.error as error:
        raise _bad("cut short") from error
    return _write(fax)


def _bad(detail: str) -> DataError:
    return DataError("image.undecodable", "the image cannot be decoded", detail)


def _parse(data: bytes, max_pixels: int) -> _Fax:
    if not is_tiff(data):
        raise _bad("no TIFF")
    order = "<" if data[:2] == b"II" else ">"
    entries = _entries(data, order)

    def one(tag: int, default: int | None = None) -> int:
        values = entries.get(tag)
        if values is None or len(values) != 1:
            if values is None and default is not None:
                return default
            raise _bad(f"tag {tag}")
        return values[0]

    width, height = one(_WIDTH), one(_HEIGHT)
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= max_pixels):
        raise DataError("image.too_large", "the image is larger than the limit")
    if (one(_COMPRESSION), one(_BITS, 1), one(_SAMPLES, 1), one(_T6_OPTIONS, 0)) != (_GROUP_4, 1, 1, 0):
        raise _bad("not a plain Group 4 picture")
    photometric, fill_order = one(_PHOTOMETRIC), one(_FILL_ORDER, 1)
    if photometric not in {0, 1} or fill_order not in {1, 2}:
        raise _bad("unknown photometric or fill order")
    rows = min(one(_ROWS_PER_STRIP, height), height)
    offsets, counts = entries.get(_OFFSETS, ()), entries.get(_COUNTS, ())
    if rows < 1 or not 1 <= len(offsets) <= MAX_STRIPS or len(offsets) != -(-height // rows):
        raise _bad("wrong strips")
    if not counts and len(offsets) == 1:
        counts = (len(data) - offsets[0],)
    if len(counts) != len(offsets):
        raise _bad("wrong strips")
    strips = []
    for offset, count in zip(offsets, counts, strict=True):
        if count <= 0 or offset < 8 or offset + count > len(data):
            raise _bad("a strip lies outside")
        strips.append(data[offset : offset + count])
    if sum(map(len, strips)) > 2 * len(data):
        raise _bad("strips overlap")
    return _Fax(width, height, photometric, fill_order, rows, tuple(strips))


def _entries(data: bytes, order: str) -> Mapping[int, tuple[int, ...]]:
    """The wanted entries of the first directory; others are not looked at."""
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, start)
    if not 0 < count <= MAX_ENTRIES:
        raise _bad("too many entries")
    found: dict[int, tuple[int, ...]] = {}
    for index in range(count):
        at = start + 2 + 12 * index
        tag, kind, number = struct.unpack_from(f"{order}HHI", data, at)
        if tag not in _WANTED:
            continue
        size = _SIZES.get(kind)
        if size is None or not 0 < number <= MAX_STRIPS or tag in found:
            raise _bad(f"tag {tag}")
        place = at + 8
        if size * number > 4:
            (place,) = struct.unpack_from(f"{order}I", data, place)
        letter = {1: "B", 2: "H", 4: "I"}[size]
        found[tag] = struct.unpack_from(f"{order}{number}{letter}", data, place)
    return found


def _write(fax: _Fax) -> bytes:
    """Header, directory, arrays, strips."""
    number = len(fax.strips)
    tags = [
        (_WIDTH, fax.width), (_HEIGHT, fax.height), (_BITS, 1), (_COMPRESSION, _GROUP_4),
        (_PHOTOMETRIC, fax.photometric), (_FILL_ORDER, fax.fill_order), (_OFFSETS, None), (_SAMPLES, 1),
        (_ROWS_PER_STRIP, fax.rows_per_strip), (_COUNTS, None),
    ]  # fmt: skip
    arrays = 8 + 2 + 12 * len(tags) + 4
    begin = arrays + (8 * number if number > 1 else 0)
    lengths = [len(strip) for strip in fax.strips]
    places = [begin + sum(lengths[:index]) for index in range(number)]
    out = [b"II*\0", struct.pack("<IH", 8, len(tags))]
    for tag, value in tags:
        if value is not None:
            out.append(struct.pack("<HHII", tag, 4, 1, value))
        else:
            many = places if tag == _OFFSETS else lengths
            where = many[0] if number == 1 else arrays + (0 if tag == _OFFSETS else 4 * number)
            out.append(struct.pack("<HHII", tag, 4, number, where))
    out.append(struct.pack("<I", 0))
    if number > 1:
        out += [struct.pack(f"<{number}I", *places), struct.pack(f"<{number}I", *lengths)]
    return b"".join(out) + b"".join(fax.strips)
