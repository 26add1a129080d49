"""The two keys that open a passport chip: the machine readable zone and the card access number.

passport.md §4 and §5; Doc 9303-3 §4.9 (check digits), Doc 9303-4 to -6 (the three formats), Doc 9303-11 §4.3.1, §9.7.2.
Both are printed on the booklet, so they are keys and not PINs: the dialogue holds them, nothing counts wrong tries.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, field

from honnin.core.errors import DataError
from honnin.core.secret import Secret
from honnin.crypto import KDF_PASSWORD, Cipher, derive

__all__ = ["CanKey", "MrzKey", "check_digit"]

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIGHTS = (7, 3, 1)
_FILLER = "<"
_MAX_TYPED = 400  # characters accepted from a form; three lines of 30 with any spaces are far below


def check_digit(text: str) -> str:
    """Weights 7, 3, 1; digits as they are, A to Z = 10 to 35, `<` = 0; sum mod 10. Raises DataError
    `mrz.characters`.
    """
    total = 0
    for index, character in enumerate(text):
        value = 0 if character == _FILLER else _ALPHABET.find(character)
        if value < 0:
            raise DataError("mrz.characters", "the machine readable zone has a character that cannot be there")
        total += value * _WEIGHTS[index % 3]
    return str(total % 10)


def _tidy(text: str) -> str:
    """Full width to half width, upper case, without white space; the guillemets of some OCR become the filler."""
    if len(text) > _MAX_TYPED:
        raise DataError("mrz.length", "the machine readable zone is too long")
    text = unicodedata.normalize("NFKC", text).upper().replace("«", "<<").replace("‹", "<")
    return "".join(text.split())


@dataclass(frozen=True, slots=True)
class MrzKey:
    """Document number, date of birth and date of expiry, as the machine readable zone has them, without check digits.

    `document_number`: 1 to 22 characters A–Z, 0–9, `<` (TD3 has at most 9). `birth_date`, `expiry_date`: YYMMDD,
    unknown parts of the birth date `<<`. White space, small and full-width letters are put right. Raises DataError:
    `mrz.document_number`, `mrz.birth_date`, `mrz.expiry_date`.
    """

    document_number: str = field(repr=False)
    birth_date: str = field(repr=False)
    expiry_date: str = field(repr=False)

    def __post_init__(self) -> None:
        number = _tidy(self.document_number).rstrip(_FILLER)
        if not 1 <= len(number) <= 22 or any(each not in _ALPHABET + _FILLER for each in number):
            raise DataError("mrz.document_number", "the document number is not one")
        birth, expiry = _tidy(self.birth_date), _tidy(self.expiry_date)
        if not _is_date(birth, unknown=True):
            raise DataError("mrz.birth_date", "the date of birth is not six digits")
        if not _is_date(expiry, unknown=False):
            raise DataError("mrz.expiry_date", "the date of expiry is not six digits")
        object.__setattr__(self, "document_number", number)
        object.__setattr__(self, "birth_date", birth)
        object.__setattr__(self, "expiry_date", expiry)

    @classmethod
    def from_lines(cls, text: str) -> MrzKey:
        """From the printed lines: two of 44 characters (passports), two of 36, three of 30, or only the second line of
        a passport. Line breaks and spaces do not matter.

        Every check digit is compared, the composite one too. Raises DataError: `mrz.length`, `mrz.characters`,
        `mrz.check_digit.document_number`, `.birth_date`, `.expiry_date`, `.optional`, `.composite`.
        """
        line = _tidy(text)
        if any(each not in _ALPHABET + _FILLER for each in line):
            raise DataError("mrz.characters", "the machine readable zone has a character that cannot be there")
        if len(line) == 88 and line[0] in _ALPHABET[10:]:
            return _from_td3(line[44:])
        if len(line) == 44:
            return _from_td3(line)
        if len(line) == 72:
            return _from_td2(line[36:])
        if len(line) == 90:
            return _from_td1(line)
        raise DataError("mrz.length", "the machine readable zone has a wrong number of characters")

    @property
    def information(self) -> Secret[str]:
        """MRZ_information: number (9, padded) and its check digit, birth and its, expiry and its (passport.md §4)."""
        number = self.document_number.ljust(9, _FILLER)
        parts = (number, self.birth_date, self.expiry_date)
        return Secret("".join(part + check_digit(part) for part in parts))

    def password(self, cipher: Cipher) -> bytes:
        """K_π for PACE: KDF over all 20 octets of SHA-1(MRZ_information), counter 3 (passport.md §5)."""
        return derive(cipher, self._digest(), KDF_PASSWORD)

    def seed(self) -> bytes:
        """Kseed for BAC: the first 16 octets of the same digest."""
        return self._digest()[:16]

    def _digest(self) -> bytes:
        return hashlib.sha1(self.information.reveal().encode("ascii"), usedforsecurity=False).digest()


@dataclass(frozen=True, slots=True)
class CanKey:
    """The six-digit card access number (passport.md §4). Raises DataError `can.digits`."""

    number: Secret[str]

    def __post_init__(self) -> None:
        number = _tidy(self.number.reveal())
        if len(number) != 6 or not number.isascii() or not number.isdigit():
            raise DataError("can.digits", "the card access number has six digits")
        object.__setattr__(self, "number", Secret(number))

    def password(self, cipher: Cipher) -> bytes:
        """K_π for PACE: KDF over the digits in ASCII, counter 3."""
        return derive(cipher, self.number.reveal().encode("ascii"), KDF_PASSWORD)


def _is_date(text: str, *, unknown: bool) -> bool:
    allowed = "0123456789<" if unknown else "0123456789"
    return len(text) == 6 and all(each in allowed for each in text)


def _verify(field_name: str, data: str, digit: str, *, filler_allowed: bool = False) -> None:
    if digit == check_digit(data) or (filler_allowed and digit == _FILLER and not data.strip(_FILLER)):
        return
    raise DataError(f"mrz.check_digit.{field_name}", "a check digit of the machine readable zone is wrong")


def _from_td3(line: str) -> MrzKey:
    _verify("document_number", line[:9], line[9])
    _verify("birth_date", line[13:19], line[19])
    _verify("expiry_date", line[21:27], line[27])
    _verify("optional", line[28:42], line[42], filler_allowed=True)
    _verify("composite", line[:10] + line[13:20] + line[21:43], line[43])
    return MrzKey(line[:9], line[13:19], line[21:27])


def _from_td2(line: str) -> MrzKey:
    number = _long_number(line[:9], line[9], line[28:35])
    _verify("birth_date", line[13:19], line[19])
    _verify("expiry_date", line[21:27], line[27])
    _verify("composite", line[:10] + line[13:20] + line[21:35], line[35])
    return MrzKey(number, line[13:19], line[21:27])


def _from_td1(line: str) -> MrzKey:
    first, second = line[:30], line[30:60]
    number = _long_number(first[5:14], first[14], first[15:30])
    _verify("birth_date", second[:6], second[6])
    _verify("expiry_date", second[8:14], second[14])
    _verify("composite", first[5:] + second[:7] + second[8:15] + second[18:29], second[29])
    return MrzKey(number, second[:6], second[8:14])


def _long_number(principal: str, digit: str, optional: str) -> str:
    """A number of more than nine characters goes on in the optional data, with its check digit at the end."""
    if digit != _FILLER:
        _verify("document_number", principal, digit)
        return principal
    rest = optional.partition(_FILLER)[0]
    if len(rest) < 2:
        raise DataError("mrz.check_digit.document_number", "the end of the document number is missing")
    number = principal + rest[:-1]
    _verify("document_number", number, rest[-1])
    return number
