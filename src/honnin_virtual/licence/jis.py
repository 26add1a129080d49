"""Texts as the licence writes them: JIS X 0208, 外字 above the table, dates by era (drivers-licence.md §5.2, §9).

`GLYPHS` is the order of 外字: the first two have their pictures in DF1/EF03, the other five in DF1/EF05.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from honnin_virtual.mynumber.personas import era

__all__ = ["FIRST_GLYPH", "MISSING_GLYPH", "MISSING_MARK", "day", "jis", "wide_day"]

FIRST_GLYPH = 0xFFF1
MISSING_GLYPH = 0xFFFA  # 欠字: a character of which the chip has no picture
MISSING_MARK = "\ufffd"  # how our texts write it
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def jis(text: str, glyphs: Sequence[str] = ()) -> bytes:
    """Two octets a character. A character of `glyphs` is 外字 with its number; MISSING_MARK is 欠字.

    Raises UnicodeEncodeError for a character that is in neither (a mistake in this package).
    """
    out = b""
    for character in text:
        if character in glyphs:
            out += (FIRST_GLYPH + glyphs.index(character)).to_bytes(2, "big")
        elif character == MISSING_MARK:
            out += MISSING_GLYPH.to_bytes(2, "big")
        else:
            out += character.encode("iso2022_jp").removeprefix(b"\x1b$B").removesuffix(b"\x1b(B")
    return out


def day(value: date | None, empty: str = "") -> bytes:
    """Era digit and YYMMDD in JIS X 0201, or `empty` without a day."""
    if value is None:
        return empty.encode("ascii")
    number, year = era(value)
    return f"{number}{year:02d}{value:%m%d}".encode("ascii")


def wide_day(value: date) -> bytes:
    """The same seven digits in full width: the form inside the records of changes (§10.2)."""
    return jis(day(value).decode("ascii").translate(_WIDE))
