"""Draws the pictures that lie on the cards: `python -m honnin_virtual.residence.draw FONT [INDEX]`.

Run by a maintainer after a change of the personas, with a Japanese font; the pictures are kept in `images/`. Sizes are
a choice but for the front, 674 × 425 (residence-card.md §2.3, §11.8): a front has neither labels nor the photo's area.
"""

from __future__ import annotations

import sys
from pathlib import Path

from honnin_virtual.pictures import group4_tiff, written
from honnin_virtual.residence.personas import PERSONAS, Persona

__all__ = ["ADDRESS_SIZE", "FRONT_SIZE", "NAME_SIZE", "main"]

FRONT_SIZE = (674, 425)
NAME_SIZE = (480, 96)
ADDRESS_SIZE = (480, 96)
_SAMPLE = "見本 SAMPLE"
_SEX = {"1": "男 M.", "2": "女 F.", "3": "-"}
_WORK = {
    "1": "就労制限なし",
    "2": "在留資格に基づく就労活動のみ可",
    "4": "指定書により指定された就労活動のみ可",
    "9": "就労不可",
}


def _front(persona: Persona) -> list[tuple[int, int, int, str]]:
    def day(value: object) -> str:
        return f"{value:%Y年%m月%d日}" if value else ""

    lines = [
        (430, 14, 24, persona.number),
        (60, 52, 26, persona.holder),
        (60, 88, 20, f"{persona.birth:%Y年%m月%d日}"),
        (270, 88, 20, _SEX[persona.sex]),
        (360, 88, 20, "ユートピア"),
        (60, 122, 19, persona.address),
        (60, 320, 18, f"交付 {day(persona.issued)}"),
        (60, 352, 20, f"{day(persona.expires)}まで有効"),
        (60, 388, 24, f"{_SAMPLE} HONNIN SIMULATOR"),
    ]
    if persona.characters:
        lines.append((360, 52, 26, persona.characters))
    if not persona.special:
        lines += [
            (60, 178, 22, persona.status_text),
            (60, 214, 19, _WORK[persona.work]),
            (60, 250, 20, f"{persona.period} {day(persona.stay_until)}"),
            (60, 284, 18, f"在留期間更新許可 {day(persona.issued)}"),
        ]
    return lines


def main() -> None:
    """Write `images/NAME-front.tif`, or `-name.tif` and `-address.tif`, for every persona."""
    font, index = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    folder = Path(__file__).parent / "images"
    folder.mkdir(exist_ok=True)
    for persona in PERSONAS:
        if persona.specified:
            continue
        if persona.generation == 1:
            pictures = {"front": (FRONT_SIZE, _front(persona))}
        else:
            name = [(4, 2, 22, persona.holder), (4, 54, 24, persona.characters), (350, 74, 16, _SAMPLE)]
            address = [(4, 2, 22, persona.moved_to or persona.address), (350, 74, 16, _SAMPLE)]
            pictures = {"name": (NAME_SIZE, name), "address": (ADDRESS_SIZE, address)}
        for what, (size, lines) in pictures.items():
            tiff = group4_tiff(written(size, lines, font, index=index), big_endian=persona.big_endian)
            (folder / f"{persona.name}-{what}.tif").write_bytes(tiff)


if __name__ == "__main__":
    main()
