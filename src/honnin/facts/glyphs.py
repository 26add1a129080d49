"""Characters that a card has as a picture, or not at all: 〓 in its text, and which picture is which (ui.md §4).

An Attribute keeps the text as the checks read it, with 〓 for every character that is none. Which picture belongs to
which 〓 is read off the Reading again (honnin.checks.licence.marks), so that a Report of any release has it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["GETA", "Piece", "glyph_number", "pieces_of"]

GETA = "〓"  # stands where a character could not be written
_GLYPH = re.compile(r"external_character_([1-7])")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text. `text` is 〓 where a character is not written: `picture` is then the name of the attribute
    that has it as a picture, and `missing` says that nothing on the card has it.
    """

    text: str
    picture: str = ""
    missing: bool = False


def glyph_number(name: str) -> int:
    """1 to 7 for the name of an attribute that is the picture of one character (`external_character_2`), else 0."""
    found = _GLYPH.fullmatch(name)
    return 0 if found is None else int(found[1])


def pieces_of(value: str, pictures: Sequence[str]) -> tuple[Piece, ...]:
    """The text in pieces, each 〓 for itself; () for a text without one. `pictures`: for each 〓 in order the name of
    the attribute that is its picture, "" for none. If they are not as many as there are 〓, no picture is believed.
    """
    stretches = value.split(GETA)
    if len(stretches) == 1:
        return ()
    names = pictures if len(pictures) == len(stretches) - 1 else [""] * (len(stretches) - 1)
    pieces = [Piece(stretches[0])]
    for name, stretch in zip(names, stretches[1:], strict=True):
        pieces += [Piece(GETA, name, missing=not name), Piece(stretch)]
    return tuple(each for each in pieces if each.text)
