"""Draws the pictures of 外字: `python -m honnin_virtual.licence.draw FONT [INDEX]`.

Run by a maintainer after a change of the personas. 50 × 50 dots, one bit, MMR (drivers-licence.md §9: neither size nor
coding is certain); the bare strips are kept in `glyphs/` by code point. At most 127 octets each.
"""

from __future__ import annotations

import sys
from pathlib import Path

from honnin_virtual.licence.personas import PERSONAS
from honnin_virtual.pictures import group4_strip, written

__all__ = ["GLYPH_SIZE", "MAX_PATTERN", "main"]

GLYPH_SIZE = (50, 50)
MAX_PATTERN = 127


def main() -> None:
    """Write `glyphs/CODEPOINT.g4` for every 外字 of the personas."""
    font, index = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    folder = Path(__file__).parent / "glyphs"
    folder.mkdir(exist_ok=True)
    for character in sorted({glyph for persona in PERSONAS for glyph in (*persona.glyphs, *persona.later_glyphs)}):
        strip = group4_strip(written(GLYPH_SIZE, [(2, -8, 44, character)], font, index=index))
        if len(strip) > MAX_PATTERN:
            raise SystemExit(f"{character}: {len(strip)} octets")
        (folder / f"{ord(character):04x}.g4").write_bytes(strip)


if __name__ == "__main__":
    main()
