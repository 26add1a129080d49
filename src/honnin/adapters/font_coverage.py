"""Which characters a font has: its `cmap` table (OpenType 1.9, formats 4 and 12), and nothing else of it.

A record must not lose a character without a word: what no font at hand can draw is printed as its code point.
"""

from __future__ import annotations

import functools
import struct
from pathlib import Path

from honnin.core.errors import DataError

__all__ = ["covered"]

_MAX_FONT = 64 << 20
_MAX_GROUPS = 1 << 17
_SELECTORS = frozenset({*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})


@functools.lru_cache(maxsize=8)
def covered(path: Path) -> frozenset[int]:
    """Code points with a glyph in that .otf or .ttf, and all variation selectors (without a form for one, the base
    character is drawn). Of a collection (.ttc) the first font. Raises DataError `font.malformed`.
    """
    try:
        data = path.read_bytes()
        if len(data) > _MAX_FONT:
            raise DataError("font.malformed", "the font is larger than the limit")
        return frozenset(_code_points(data)) | _SELECTORS
    except (OSError, struct.error, IndexError, ValueError):
        raise DataError("font.malformed", "the font cannot be read", path.name) from None


def _code_points(data: bytes) -> set[int]:
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    (tables,) = struct.unpack_from(">H", data, start + 4)
    places = {
        data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0]
        for at in range(start + 12, start + 12 + 16 * tables, 16)
    }
    cmap = places.get(b"cmap")
    if cmap is None:
        raise DataError("font.malformed", "the font has no table of characters")
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    found: set[int] = set()
    for n in range(min(count, 32)):
        at = cmap + struct.unpack_from(">I", data, cmap + 8 + 8 * n)[0]
        (kind,) = struct.unpack_from(">H", data, at)
        if kind == 12:
            found |= _groups(data, at)
        elif kind == 4:
            found |= _segments(data, at)
    return found


def _groups(data: bytes, at: int) -> set[int]:
    (count,) = struct.unpack_from(">I", data, at + 12)
    found: set[int] = set()
    for n in range(min(count, _MAX_GROUPS)):
        first, last = struct.unpack_from(">II", data, at + 16 + 12 * n)
        found.update(range(first, min(last, 0x10FFFF) + 1))
    return found


def _segments(data: bytes, at: int) -> set[int]:
    (twice,) = struct.unpack_from(">H", data, at + 6)
    found: set[int] = set()
    for n in range(0, twice, 2):
        (last,) = struct.unpack_from(">H", data, at + 14 + n)
        (first,) = struct.unpack_from(">H", data, at + 16 + twice + n)
        if first <= last < 0xFFFF:
            found.update(range(first, last + 1))
    return found
