"""A name as it is compared: one key for all ways in which people and registers write the same name.

The text itself is never changed; only this key is (sheet jpki-validation §5.3). Order of the rules, the same for both
sides: NFKC; upper case and Latin letters without marks; variation selectors, controls and marks that are no letters
out; hiragana as katakana, small kana as large; repetition signs (佐々木) as what they repeat; old and variant forms by
the table; spaces, hyphens, long-vowel signs, dots, commas, apostrophes and MRZ fillers out. Kanji, kana and Roman names
go the same way.
"""

from __future__ import annotations

import unicodedata

from honnin.records.name_folding import FOLDED

NAME_RULES = 1  # version of these rules and the table; stored with tokens that are made of the key
MAX_NAME = 512  # characters that are looked at

_SMALL = str.maketrans("ァィゥェォッャュョヮヵヶヰヱ", "アイウエオツヤユヨワカケイエ")
_REPEATS = frozenset("々〻ヽ")  # ゝ has become ヽ
_DASHES = frozenset("-‐‑‒–—―−ー〜~⁃﹣")  # U+002D, U+2010 to 2015, U+2212, U+30FC and what looks like them
_HIRAGANA = range(0x3041, 0x3097)
_HIRAGANA_REPEATS = {0x309D: 0x30FD, 0x309E: 0x30FE}
_TO_KATAKANA = {code: code + 0x60 for code in _HIRAGANA} | _HIRAGANA_REPEATS
_MARKS_OUT = frozenset({"Mn", "Me", "Cf", "Cc", "Co", "Cn", "Cs"})


def name_key(name: str) -> str:
    """The key of a name, empty when nothing in it can be compared. The key of a key is the key itself.

    Reads the first 512 characters. Never stored or shown as the name.
    """
    key = name[:MAX_NAME]
    for _ in range(4):  # a rule may make work for an earlier one; the second round changes nothing in real names
        folded = _once(key)
        if folded == key:
            break
        key = folded
    return key


def _once(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name)
    plain = unicodedata.normalize("NFKC", plain.casefold().upper())
    plain = "".join(_without_marks(each) for each in plain)
    plain = plain.translate(_TO_KATAKANA).translate(_SMALL)
    out: list[str] = []
    for each in plain:
        character = FOLDED.get(ord(each), each)
        if character in _REPEATS:
            if out:
                out.append(out[-1])
        elif _compared(character):
            out.append(character)
    return "".join(out)


def _without_marks(character: str) -> str:
    """Ō → O; か with a mark stays: a voiced kana is another letter."""
    if unicodedata.name(character, "").startswith("LATIN"):
        return "".join(each for each in unicodedata.normalize("NFD", character) if unicodedata.category(each) != "Mn")
    return character


def _compared(character: str) -> bool:
    category = unicodedata.category(character)
    return not (character in _DASHES or category in _MARKS_OUT or category[0] in "ZPS")
