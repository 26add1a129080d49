"""A day as people type it: 2026-11-01, 2026/11/1, 20261101, 2026年11月1日, 平成2年1月2日, H2.1.2, in full width too.

People copy what the paper in front of them says, and Japanese papers write eras (core.era). What is not surely one day
is none: two digits of a year without an era, a day that its era did not have.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from honnin.core.era import Era, era_date
from honnin.core.errors import DataError

MAX_TYPED = 40
_ERAS = {name: era for era in Era for name in (era.kanji, era.name[0])}
_WHOLE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_PARTS = re.compile(
    r"(?:(?P<era>明治|大正|昭和|平成|令和|[MTSHR])(?P<of_era>元|\d{1,2})|(?P<year>\d{4}))"
    r"(?:年|[-/.])(?P<month>\d{1,2})(?:月|[-/.])(?P<day>\d{1,2})日?",
    re.ASCII,
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))


def typed_day(typed: str) -> date | None:
    """The day, or None when it is none or not surely one."""
    text = unicodedata.normalize("NFKC", typed[: MAX_TYPED + 1]).translate(_DASHES)
    text = "".join(text.split()).upper()
    if len(text) > MAX_TYPED:
        return None
    whole = _WHOLE.fullmatch(text)
    if whole is not None:
        return _day(*whole.groups())
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None
    if parts["year"]:
        return _day(parts["year"], parts["month"], parts["day"])
    year = 1 if parts["of_era"] == "元" else int(parts["of_era"])
    try:
        found = era_date(_ERAS[parts["era"]], year, int(parts["month"]), int(parts["day"]))
    except DataError:
        return None
    return found.gregorian


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
