"""The machine readable zone of a passport booklet (TD3): fields, check digits, dates.

Why it exists: DG1 holds the zone as the state signed it, so whatever is wrong in it is a finding and not an error.
Only a text that is no TD3 zone at all is refused. Doc 9303-3 §4.9 and appendix A, Doc 9303-4 §4.2 (passport.md §4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from honnin.core.errors import DataError

TD3_LENGTH = 88
_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")
_VALUES = bytes(int(c, 36) if c in _ALPHABET - {"<"} else 0 for c in map(chr, range(256)))
_UNKNOWN = "XX"


@dataclass(frozen=True, slots=True)
class Mrz:
    """The fields of a TD3 zone, fillers removed.

    Dates are ISO 8601; unknown parts of the birth date are kept as X ("1980-XX-XX", ISO 8601-2). A date that is no
    day of the calendar, or that is left open, is None. `wrong_digits` names the check digits that do not fit, out of
    "document_number", "birth_date", "expiry_date", "optional_data", "composite".
    """

    document_code: str
    issuing_state: str
    family_name: str
    given_names: str
    name_may_be_cut: bool
    document_number: str
    nationality: str
    birth_date: str | None
    sex: str
    expiry_date: str | None
    optional_data: str
    wrong_digits: tuple[str, ...]
    information: str  # MRZ_information: the 24 characters that open BAC and PACE (passport.md §4)


def check_digit(field: str) -> int:
    """Weights 7, 3, 1 from the left; A–Z count 10–35, `<` counts 0. Raises DataError `mrz.alphabet`."""
    if not _ALPHABET.issuperset(field):
        raise DataError("mrz.alphabet", "the machine readable zone has a character outside A-Z, 0-9 and <")
    return _digit(field)


def _digit(field: str) -> int:
    values = field.encode("ascii").translate(_VALUES)
    return (7 * sum(values[::3]) + 3 * sum(values[1::3]) + sum(values[2::3])) % 10


def parse_td3(text: str, at: date) -> Mrz:
    """Take a TD3 zone apart; line ends and blanks between the lines are allowed. `at` decides the century.

    Birth: the latest year that is not after `at`. Expiry: the year nearest to `at`. Document codes `P<` and `PP` are
    both accepted. Raises DataError: `mrz.length` (not 88 characters), `mrz.alphabet`, `mrz.document_code` (no P).
    """
    if len(text) > 4 * TD3_LENGTH:
        raise DataError("mrz.length", "the machine readable zone is too long")
    text = "".join(text.split())
    if len(text) != TD3_LENGTH:
        raise DataError("mrz.length", "the machine readable zone of a passport has 88 characters")
    if not _ALPHABET.issuperset(text):
        raise DataError("mrz.alphabet", "the machine readable zone has a character outside A-Z, 0-9 and <")
    if text[0] != "P":
        raise DataError("mrz.document_code", "the machine readable zone is not that of a passport")
    first, second = text[:44], text[44:]
    family_name, _, given_names = first[5:].partition("<<")
    return Mrz(
        document_code=_plain(first[:2]),
        issuing_state=_plain(first[2:5]),
        family_name=_plain(family_name),
        given_names=_plain(given_names),
        name_may_be_cut=first[43] != "<",
        document_number=second[:9].replace("<", ""),
        nationality=_plain(second[10:13]),
        birth_date=_birth(second[13:19], at),
        sex=second[20],
        expiry_date=_expiry(second[21:27], at),
        optional_data=_plain(second[28:42]),
        wrong_digits=tuple(_wrong(second)),
        information=second[:10] + second[13:20] + second[21:28],
    )


def _plain(field: str) -> str:
    return " ".join(field.replace("<", " ").split())


def _wrong(line: str) -> list[str]:
    """Names of the check digits that do not fit. `<` stands for 0 where the whole field is empty (Doc 9303-4 §4.2)."""
    fields = {
        "document_number": (line[:9], line[9]),
        "birth_date": (line[13:19], line[19]),
        "expiry_date": (line[21:27], line[27]),
        "optional_data": (line[28:42], line[42]),
    }
    wrong = [name for name, (field, digit) in fields.items() if not _fits(field, digit)]
    if line[43] != str(_digit(line[:10] + line[13:20] + line[21:43])):
        wrong.append("composite")
    return wrong


def _fits(field: str, digit: str) -> bool:
    return digit == str(_digit(field)) or (digit == "<" and not field.strip("<"))


def _birth(yymmdd: str, at: date) -> str | None:
    year, month, day = yymmdd[:2], yymmdd[2:4], yymmdd[4:]
    parts = [_UNKNOWN if part == "<<" else part for part in (year, month, day)]
    if any(part != _UNKNOWN and not part.isdecimal() for part in parts):
        return None
    year, month, day = parts
    if not _plausible(month, 12) or not _plausible(day, 31):
        return None
    if year == _UNKNOWN:
        return f"XXXX-{month}-{day}"
    full = 2000 + int(year)
    # Unknown parts sort behind every digit, so they are taken as early as possible: 00.
    if (full, month.replace("X", "0"), day.replace("X", "0")) > (at.year, f"{at.month:02}", f"{at.day:02}"):
        full -= 100
    if _UNKNOWN in (month, day):
        return f"{full}-{month}-{day}"
    return _iso(full, int(month), int(day))


def _plausible(part: str, most: int) -> bool:
    return part == _UNKNOWN or 1 <= int(part) <= most


def _expiry(yymmdd: str, at: date) -> str | None:
    if not yymmdd.isdecimal():
        return None
    year, month, day = int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])
    century = at.year - at.year % 100
    full = min((century + shift + year for shift in (-100, 0, 100)), key=lambda each: abs(each - at.year))
    return _iso(full, month, day)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
