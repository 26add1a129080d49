"""Provisions as people read them: 犯収法規則6条1項1号ヘ / Criminal Proceeds Act, Enforcement Ordinance Art. 6(1)(i) ヘ
(ui.md §4). The records and the law data keep the full names; this is display text only.
"""

from __future__ import annotations

import re

from honnin.server.catalogue import Language

# Full name in the law data, the usual short one, English; longer names first.
_NAMES = (
    ("犯罪による収益の移転防止に関する法律施行規則", "犯収法規則", "Criminal Proceeds Act, Enforcement Ordinance"),
    ("犯罪による収益の移転防止に関する法律施行令", "犯収法施行令", "Criminal Proceeds Act, Enforcement Order"),
    ("犯罪による収益の移転防止に関する法律", "犯収法", "Criminal Proceeds Act"),
    ("携帯電話不正利用防止法施行規則", "携帯法規則", "Mobile Phone Act, Enforcement Ordinance"),
    ("携帯電話不正利用防止法", "携帯法", "Mobile Phone Act"),
    ("番号法施行規則", "番号法規則", "My Number Act, Enforcement Ordinance"),
    ("番号法施行令", "番号法施行令", "My Number Act, Enforcement Order"),
    ("番号法", "番号法", "My Number Act"),
)
_PLACE = re.compile(
    r"(?P<article>\d{1,3})条(?:の(?P<article_of>\d{1,2}))?(?:(?P<paragraph>\d{1,2})項)?"
    r"(?:(?P<item>\d{1,2})号(?:の(?P<item_of>\d{1,2}))?)?(?P<letter>[ァ-ヶ])?",
    re.ASCII,
)
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def provision(article: str, letter: str | None, language: Language = "ja") -> str:
    """The provision with the letter of that day. What cannot be said in English surely stays as the law has it."""
    whole = article if letter is None or letter in article else f"{article}{letter}"
    for full, short, english in _NAMES:
        if whole.startswith(full):
            rest = whole[len(full) :]
            place = _PLACE.fullmatch(rest) if language == "en" else None
            return f"{short}{rest}" if place is None else f"{english} {_english(place)}"
    return whole


def _english(place: re.Match[str]) -> str:
    words = f"Art. {place['article']}" + (f"-{place['article_of']}" if place["article_of"] else "")
    if place["paragraph"]:
        words += f"({place['paragraph']})"
    if place["item"]:
        words += f"({_roman(int(place['item']))}" + (f"-{place['item_of']}" if place["item_of"] else "") + ")"
    return words + (f" {place['letter']}" if place["letter"] else "")


def _roman(number: int) -> str:
    words = ""
    for value, letters in _ROMAN:
        while number >= value:
            words, number = words + letters, number - value
    return words
