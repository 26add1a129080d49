"""Draws the pictures of name and address that lie on the cards: `python -m honnin_virtual.mynumber.draw FONT`.

Run by a maintainer after a change of the personas, with a Japanese font that has variation sequences (Noto Serif CJK
JP); the pictures are kept in `images/`, so that issuing needs no font. Sizes are a choice: real ones are unknown (§13).
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from honnin_virtual.mynumber.personas import PERSONAS

__all__ = ["draw_text", "main"]

NAME_SIZE = (480, 48)
ADDRESS_SIZE = (640, 96)


def draw_text(text: str, size: tuple[int, int], font_path: str) -> Image.Image:
    """Black on white, one bit, in as many lines and as large as fits."""
    for points in range(min(32, size[1] - 8), 7, -1):
        font = ImageFont.truetype(font_path, points, index=0)
        lines = _wrap(text, font, size[0] - 8)
        if len(lines) * (points + 4) <= size[1] - 4:
            break
    picture = Image.new("L", size, 255)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((4, 2 + number * (points + 4)), line, font=font, fill=0, language="ja")
    return picture.point(lambda grey: 255 if grey > 150 else 0).convert("1")


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for character in text:
        selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
        if not selector and font.getlength(lines[-1] + character) > width:
            lines.append("")
        lines[-1] += character
    return lines


def main() -> None:
    """Write `images/NAME-name.png` and `images/NAME-address.png` for every persona."""
    folder = Path(__file__).parent / "images"
    folder.mkdir(exist_ok=True)
    for persona in PERSONAS:
        for what, text, size in (("name", persona.holder, NAME_SIZE), ("address", persona.address, ADDRESS_SIZE)):
            picture = draw_text(text, size, sys.argv[1])
            picture.save(folder / f"{persona.name}-{what}.png", "PNG", optimize=True)


if __name__ == "__main__":
    main()
