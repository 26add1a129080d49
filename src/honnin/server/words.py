"""Dates and times as they are written for people (ui.md §4): era in brackets, 24 hours, weekday, never broken."""

from __future__ import annotations

from datetime import date, datetime

from honnin.core.clock import JAPAN
from honnin.server.catalogue import Language, text

# First day of each era; an era ends the day before the next begins.
_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 10, 23), "明治"),
)
_WEEKDAYS_JA = "月火水木金土日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)


def era_year(day: date) -> str:
    """平成2年, 令和元年; empty before 1868."""
    for first, name in _ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{name}{'元' if year == 1 else year}年"
    return ""


def iso_date(value: str, language: Language, *, era_first: bool = False) -> str:
    """An ISO date: 1990年1月2日（平成2年） / 2 January 1990. Parts may be missing; else as it is.

    `era_first`: as Japanese cards print it, 平成2年1月2日（1990年）, so that staff compare like with like (ui.md §4).
    """
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return _partial(value, language)
    if language == "en":
        return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    era = era_year(day)
    if era and era_first:
        return f"{era}{day.month}月{day.day}日（{day.year}年）"
    return f"{day.year}年{day.month}月{day.day}日" + (f"（{era}）" if era else "")


def _partial(value: str, language: Language) -> str:
    parts = value.split("-")
    year, month = parts[0], parts[1] if len(parts) > 1 else ""
    if not (len(year) == 4 and year.isascii() and year.isdigit()):
        return value
    if month.isascii() and month.isdigit() and 1 <= int(month) <= 12:
        return f"{year}年{int(month)}月" if language == "ja" else f"{_MONTHS_EN[int(month) - 1]} {year}"
    unknown = text(language, "date.unknown")
    return f"{year}年（{unknown}）" if language == "ja" else f"{year} ({unknown})"


def moment(value: datetime, language: Language) -> str:
    """2026年11月23日（月）14:05 / Mon 23 November 2026, 14:05, in Japan, as in the record."""
    local = value.astimezone(JAPAN)
    if language == "en":
        weekday = _WEEKDAYS_EN[local.weekday()]
        return f"{weekday} {local.day} {_MONTHS_EN[local.month - 1]} {local.year}, {local:%H:%M}"
    weekday = _WEEKDAYS_JA[local.weekday()]
    return f"{local.year}年{local.month}月{local.day}日（{weekday}）{local:%H:%M}"


def clock_time(value: datetime) -> str:
    """14:05 in Japan, as in the record."""
    return f"{value.astimezone(JAPAN):%H:%M}"
