"""The numbers printed on the card that open it: 照合番号B and 照合番号A (mynumber-card.md §3, §3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from honnin.core.errors import DataError
from honnin.core.secret import Secret

__all__ = ["NumberA", "NumberB", "NumberLawPurpose", "check_individual_number", "era_year"]

# First day of each era; within a year the exact day decides (1989-01-07 is 昭和64, 1989-01-08 is 平成1).
_ERAS = (
    (date(2019, 5, 1), 2018),
    (date(1989, 1, 8), 1988),
    (date(1926, 12, 25), 1925),
    (date(1912, 7, 30), 1911),
    (date(1868, 1, 25), 1867),
)


class NumberLawPurpose(StrEnum):
    """For what the individual number (個人番号) is read under the 番号法. There is no default on purpose."""

    WITHHOLDING_TAX = "withholding_tax"  # 源泉徴収
    PAYMENT_REPORT = "payment_report"  # 支払調書
    SOCIAL_INSURANCE = "social_insurance"  # 社会保険・雇用保険
    FINANCIAL_ACCOUNT = "financial_account"  # 預貯金口座・証券口座への付番
    PUBLIC_OFFICE = "public_office"  # 行政事務（個人番号利用事務実施者）


def era_year(birth: date) -> int:
    """The year within the Japanese era of that day, as it is printed: 1980-02-17 -> 55. Raises DataError `key.date`."""
    for first, offset in _ERAS:
        if birth >= first:
            return birth.year - offset
    raise DataError("key.date", "the date is before the Japanese eras of living people")


@dataclass(frozen=True, slots=True)
class NumberB:
    """照合番号B: 14 digits, `YYMMDD` of birth as printed + `YYYY` of the card's expiry + 4-digit security code.

    For Japanese nationals YY is the year of the era [single, confirmed on a card]; for foreign residents the Western
    year [inferred]. Which one is used is the caller's decision; no second form is ever tried by itself.
    Raises DataError `key.reference_b`.
    """

    digits: Secret[str]

    def __post_init__(self) -> None:
        value = self.digits.reveal()
        if len(value) != 14 or not (value.isascii() and value.isdigit()):
            raise DataError("key.reference_b", "the number does not have 14 digits")
        # 00: how a date that is not wholly known is printed and asked for is unknown (§13.4), so it may be tried.
        if not (int(value[2:4]) <= 12 and int(value[4:6]) <= 31 and value[6:8] == "20"):
            raise DataError("key.reference_b", "the number is not made of a date, a year and a code")

    @classmethod
    def from_printed(
        cls, birth: date, expiry_year: int, security_code: Secret[str], *, foreign_resident: bool = False
    ) -> NumberB:
        """From what is printed on the front. `foreign_resident`: the birth date is printed in the Western calendar.

        Raises DataError `key.date`, `key.expiry_year`, `key.security_code`.
        """
        code = security_code.reveal()
        if len(code) != 4 or not (code.isascii() and code.isdigit()):
            raise DataError("key.security_code", "the security code does not have four digits")
        if not 2016 <= expiry_year <= 2099:
            raise DataError("key.expiry_year", "the card's year of expiry has four digits")
        year = birth.year % 100 if foreign_resident else era_year(birth)
        return cls(Secret(f"{year:02d}{birth.month:02d}{birth.day:02d}{expiry_year:04d}{code}"))

    @property
    def expiry_year(self) -> str:
        """Year of the card's expiry, which the chip confirms by opening."""
        return self.digits.reveal()[6:10]


@dataclass(frozen=True, slots=True)
class NumberA:
    """照合番号A: the individual number itself, 12 digits. Only with a purpose of the 番号法.

    Raises DataError `key.number_a` (not twelve digits, or the check digit is wrong: then it is not sent to the card).
    """

    digits: Secret[str]
    purpose: NumberLawPurpose

    def __post_init__(self) -> None:
        if not check_individual_number(self.digits):
            raise DataError("key.number_a", "this is not an individual number")


def check_individual_number(number: Secret[str]) -> bool:
    """Whether these are twelve digits with the right check digit (番号法施行令8条・省令5条)."""
    digits = number.reveal()
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(int(digits[11 - n]) * (n + 1 if n <= 6 else n - 5) for n in range(1, 12))
    rest = total % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)
