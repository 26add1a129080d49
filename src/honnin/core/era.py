"""Japanese era dates (元号): five eras with their exact boundary days, in both directions.

A document writes a date as era, year of the era, month and day: 昭和50年4月1日, or "3500401" in a chip
(drivers-licence.md §5.2). The day an era begins is fixed by law or ordinance:

    明治 1868-01-25 (proclaimed later, for the whole year), 大正 1912-07-30, 昭和 1926-12-25, 平成 1989-01-08,
    令和 2019-05-01

Three things that a naive table gets wrong:

- Japan counted days by another calendar until 明治5年12月2日; 明治6年1月1日 is 1873-01-01. Older dates are refused.
- 1912-07-30 and 1926-12-25 belong to both eras: people born on them are registered under either.
- A date printed before an era ended may lie after it: a licence of 2018 runs until 平成35年. It is read as
  what it means (2023), and `beyond_era` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from honnin.core.errors import DataError

__all__ = ["FIRST_DAY", "Era", "EraDate", "era_date", "from_gregorian", "parse_digits"]


class Era(IntEnum):
    """The eras with the digits by which chips name them (drivers-licence.md §5.2)."""

    MEIJI = 1
    TAISHO = 2
    SHOWA = 3
    HEISEI = 4
    REIWA = 5

    @property
    def kanji(self) -> str:
        """Its name as it is written."""
        return ("明治", "大正", "昭和", "平成", "令和")[self - 1]

    @property
    def begins(self) -> date:
        """Its first day."""
        return _BEGINS[self]

    @property
    def last(self) -> date | None:
        """Its last day; None: it has not ended."""
        return _LAST.get(self)


_BEGINS = {
    Era.MEIJI: date(1868, 1, 25),
    Era.TAISHO: date(1912, 7, 30),
    Era.SHOWA: date(1926, 12, 25),
    Era.HEISEI: date(1989, 1, 8),
    Era.REIWA: date(2019, 5, 1),
}
_LAST = {
    Era.MEIJI: date(1912, 7, 30),
    Era.TAISHO: date(1926, 12, 25),
    Era.SHOWA: date(1989, 1, 7),
    Era.HEISEI: date(2019, 4, 30),
}
FIRST_DAY = date(1873, 1, 1)  # of the calendar in use now
MAX_YEAR = 99


@dataclass(frozen=True, slots=True)
class EraDate:
    """A day in an era. `beyond_era`: the era had ended before that day, so it was written while it still ran."""

    era: Era
    year: int
    month: int
    day: int
    gregorian: date

    @property
    def beyond_era(self) -> bool:
        """Whether the day lies after the end of its era."""
        return self.era.last is not None and self.gregorian > self.era.last

    @property
    def text(self) -> str:
        """As documents print it: 昭和50年4月1日, 令和元年5月1日."""
        return f"{self.era.kanji}{'元' if self.year == 1 else self.year}年{self.month}月{self.day}日"

    @property
    def digits(self) -> str:
        """As chips hold it: era digit and YYMMDD, seven characters."""
        return f"{self.era.value}{self.year:02}{self.month:02}{self.day:02}"


def era_date(era: Era, year: int, month: int, day: int) -> EraDate:
    """The day that was written so.

    Raises DataError `era.date` (no such day, before the era began, or a year over 99),
    `era.calendar` (before 明治6年, when days were counted otherwise).
    """
    if not 1 <= year <= MAX_YEAR:
        raise DataError("era.date", "there is no such year of an era")
    try:
        gregorian = date(era.begins.year + year - 1, month, day)
    except ValueError:
        raise DataError("era.date", "there is no such day") from None
    if gregorian < FIRST_DAY:
        raise DataError("era.calendar", "a day before 1873 was counted by another calendar")
    if gregorian < era.begins:
        raise DataError("era.date", "the era had not begun on that day")
    return EraDate(era, year, month, day, gregorian)


def from_gregorian(day: date) -> EraDate:
    """The era date of a day: on a day of two eras the later one. Raises DataError `era.calendar` before 1873."""
    if day < FIRST_DAY:
        raise DataError("era.calendar", "a day before 1873 was counted by another calendar")
    era = max(each for each in Era if each.begins <= day)
    return era_date(era, day.year - era.begins.year + 1, day.month, day.day)


def parse_digits(text: str) -> EraDate:
    """Seven digits: era 1 to 5, YYMMDD. Raises DataError `era.digits`, and as `era_date`."""
    if len(text) != 7 or not (text.isascii() and text.isdigit()) or not "1" <= text[0] <= "5":
        raise DataError("era.digits", "this is not an era digit and YYMMDD")
    return era_date(Era(int(text[0])), int(text[1:3]), int(text[3:5]), int(text[5:7]))
