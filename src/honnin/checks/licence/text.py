"""Japanese text of the licence: JIS X 0208, with codes for glyphs that are images (drivers-licence.md §9, §13).

Two octets a character, each 21 to 7E, no escape sequences; it is not Shift_JIS. Codes from FFF1 on stand for a glyph
on the card (外字), FFFA for one that is missing (欠字). Nothing is guessed: what is no character of JIS X 0208 becomes
〓 and is counted, and vendors' extensions (髙, ①) are not read into it. U+2212 and U+301C come out as the standard
has them; whoever compares with other documents normalises first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from honnin.core.era import EraDate, parse_digits
from honnin.core.errors import DataError
from honnin.facts.glyphs import GETA

__all__ = ["GETA", "Text", "parse_ascii", "parse_text", "parse_wide_date"]

MAX_OCTETS = 256
_FIRST_GLYPH, _LAST_GLYPH, _MISSING = 0xFFF1, 0xFFF7, 0xFFFA
# Changed places, or moved, between the editions of 1978 and 1983 (§13). Whether issuers that write 78 mean it is not
# known.
_CHANGED = "3033724D445B546449305B584C79692E4F366446375B707436464B6A4D5A60767421742274237424"
_CHANGED_1983 = frozenset(bytes.fromhex(_CHANGED[at : at + 4]) for at in range(0, len(_CHANGED), 4))


@dataclass(frozen=True, slots=True)
class Text:
    """The text, with 〓 for what is not a character. `glyphs`: numbers of the card's images (外字) in order of
    appearance. `missing`: how many are 欠字. `unknown`: how many codes mean nothing. `changed_1983`: a character is in
    it that the edition of 1978 drew or placed otherwise. `marks`: for each 〓 in the text, in order, the number of its
    image; 0 for none (also for a 〓 that is written as the character that it is).
    """

    value: str
    glyphs: tuple[int, ...] = ()
    missing: int = 0
    unknown: int = 0
    changed_1983: bool = False
    marks: tuple[int, ...] = field(default=(), compare=False)

    @property
    def whole(self) -> bool:
        """Whether every character is there."""
        return not (self.glyphs or self.missing or self.unknown)


def parse_text(octets: bytes) -> Text:
    """0208 text. Never raises for what stands in it; DataError `licence.text.length` above 256 octets."""
    if len(octets) > MAX_OCTETS:
        raise DataError("licence.text.length", "a text is longer than the limit")
    characters: list[str] = []
    glyphs: list[int] = []
    marks: list[int] = []
    missing = unknown = 0
    changed = False
    for at in range(0, len(octets), 2):
        unit = octets[at : at + 2]
        code = int.from_bytes(unit, "big") if len(unit) == 2 else 0
        character = _character(unit)
        if character is not None:
            characters.append(character)
            marks += [0] if character == GETA else []
            changed = changed or unit in _CHANGED_1983
            continue
        characters.append(GETA)
        if _FIRST_GLYPH <= code <= _LAST_GLYPH:
            glyphs.append(code - _FIRST_GLYPH + 1)
            marks.append(glyphs[-1])
            continue
        marks.append(0)
        if code == _MISSING:
            missing += 1
        else:
            unknown += 1
    return Text("".join(characters).strip("\u3000"), tuple(glyphs), missing, unknown, changed, tuple(marks))


def _character(unit: bytes) -> str | None:
    if len(unit) != 2 or not all(0x21 <= octet <= 0x7E for octet in unit):
        return None
    try:
        return bytes(octet | 0x80 for octet in unit).decode("euc_jp")
    except UnicodeDecodeError:
        return None


def parse_ascii(octets: bytes) -> str:
    """0201 text: digits, letters, space, dot (§5.2). Raises DataError `licence.text.ascii` for anything unprintable."""
    if not all(0x20 <= octet <= 0x7E for octet in octets):
        raise DataError("licence.text.ascii", "a text has characters that it may not have")
    return octets.decode("ascii").strip(" ")


def parse_wide_date(octets: bytes) -> EraDate:
    """Seven full-width digits (§10.2). Raises DataError `licence.text.date`, `era.…`."""
    pairs = [octets[at : at + 2] for at in range(0, len(octets), 2)]
    if len(octets) != 14 or any(pair[0] != 0x23 or not 0x30 <= pair[1] <= 0x39 for pair in pairs):
        raise DataError("licence.text.date", "a date is not seven full-width digits")
    return parse_digits("".join(chr(pair[1]) for pair in pairs))
