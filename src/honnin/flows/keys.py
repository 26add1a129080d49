"""What a person types or scans to open a document, turned into the key of the dialogue (ui.md §3.5, §5).

Everything is accepted that means the same: full width, small letters, spaces, hyphens, an Enter between the lines.
A passport key never locks anything, so there is no count of tries here.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, fields

from honnin.cards import licence, mynumber, residence
from honnin.cards.passport import CanKey, MrzKey
from honnin.core.errors import CallerError, DataError
from honnin.core.secret import Secret

# One way into one document; its type says which document.
DocumentKey = MrzKey | CanKey | mynumber.Plan | licence.Plan | licence.MynumberPlan | residence.CardNumber

MAX_TYPED = 200  # characters of one field; the longest real one is 2 x 44 with separators


@dataclass(frozen=True, slots=True)
class TypedKey:
    """The printed numbers as they were typed; PINs are never here.

    Passport: lines, or number, birth and expiry, or can. My Number Card: birth6, year, code (照合番号B). Residence
    card: card.
    """

    lines: Secret[str] = field(default_factory=lambda: Secret(""))
    number: Secret[str] = field(default_factory=lambda: Secret(""))
    birth: Secret[str] = field(default_factory=lambda: Secret(""))
    expiry: Secret[str] = field(default_factory=lambda: Secret(""))
    can: Secret[str] = field(default_factory=lambda: Secret(""))
    birth6: Secret[str] = field(default_factory=lambda: Secret(""))
    year: Secret[str] = field(default_factory=lambda: Secret(""))
    code: Secret[str] = field(default_factory=lambda: Secret(""))
    card: Secret[str] = field(default_factory=lambda: Secret(""))

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not any(getattr(self, each.name).reveal() for each in fields(self))


class TypedKeyError(CallerError):
    """A field of the key page is missing or wrong. `field` names it: lines, number, birth, expiry, can."""

    def __init__(self, code: str, message: str, field_name: str) -> None:
        super().__init__(code, message)
        self.field = field_name


def parse_passport_key(typed: TypedKey) -> DocumentKey:
    """The key of a passport. Raises TypedKeyError (`key.…`)."""
    lines = _clean(typed.lines, "lines")
    fields = [_clean(typed.number, "number"), _clean(typed.birth, "birth"), _clean(typed.expiry, "expiry")]
    can = _clean(typed.can, "can")
    ways = sum((bool(lines), any(fields), bool(can)))
    if ways == 0:
        raise TypedKeyError("key.missing", "no key was typed", "lines")
    if ways > 1:
        raise TypedKeyError("key.several", "more than one way was filled in", "lines")
    if lines:
        return _from_lines(typed.lines.reveal(), lines)
    if can:
        try:
            return CanKey(Secret(can))
        except DataError:
            raise TypedKeyError("key.can", "the access number is not six digits", "can") from None
    return _from_fields(*fields)


def parse_residence_key(typed: TypedKey) -> DocumentKey:
    """The key of a residence card: the field `number` and nothing else. Raises TypedKeyError (`key.…`)."""
    number = _clean(typed.number, "number")
    others = (typed.lines, typed.birth, typed.expiry, typed.can)
    if any(each.reveal().strip() for each in others):
        raise TypedKeyError("key.several", "more than one way was filled in", "number")
    if not number:
        raise TypedKeyError("key.missing", "no key was typed", "number")
    if not number.isascii():
        raise TypedKeyError("key.kana", "letters that are not on the document", "number")
    try:
        return residence.CardNumber(Secret(number))
    except DataError as error:
        raise TypedKeyError(error.code, error.message, "number") from None


def _from_lines(typed: str, cleaned: str) -> MrzKey:
    if not cleaned.isascii():
        raise TypedKeyError("key.kana", "letters that are not in a machine readable zone", "lines")
    if cleaned.isdigit() and len(cleaned) == 12:
        raise TypedKeyError("key.twelve_digits", "twelve digits were typed", "lines")
    try:
        return MrzKey.from_lines(typed)
    except DataError as error:
        if error.code == "mrz.length":
            raise TypedKeyError("key.length", "the lines do not have 2 x 44 characters", "lines") from None
        raise TypedKeyError(error.code, error.message, "lines") from None


_FIELD_OF = {"mrz.birth_date": "birth", "mrz.expiry_date": "expiry"}


def _from_fields(number: str, birth: str, expiry: str) -> MrzKey:
    for name, value in (("number", number), ("birth", birth), ("expiry", expiry)):
        if not value:
            raise TypedKeyError("key.field_missing", "a field is empty", name)
        if not value.isascii():
            raise TypedKeyError("key.kana", "letters that are not on the document", name)
    if len(number) > 9 or not number.replace("<", "").isalnum():
        raise TypedKeyError("key.number", "the document number does not have up to nine letters and digits", "number")
    try:
        return MrzKey(number, _six_digits(birth, "birth"), _six_digits(expiry, "expiry"))
    except DataError as error:
        raise TypedKeyError(error.code, error.message, _FIELD_OF.get(error.code, "number")) from None


def _six_digits(value: str, name: str) -> str:
    """YYMMDD of YYMMDD or YYYYMMDD; whether unknown parts (`<<`) may stand there is MrzKey's matter."""
    if value.isdigit() and len(value) == 8:
        value = value[2:]
    if value.isdigit() and len(value) == 6 and not (1 <= int(value[2:4]) <= 12 and 1 <= int(value[4:6]) <= 31):
        raise TypedKeyError("key.date", "there is no such day", name)
    return value


def _clean(secret: Secret[str], name: str) -> str:
    value = secret.reveal()
    if len(value) > MAX_TYPED:
        raise TypedKeyError("key.length", "the text is too long", name)
    plain = unicodedata.normalize("NFKC", value).upper()
    drop = "" if name == "lines" else "-‐−–ー/."
    return "".join(each for each in plain if not each.isspace() and each not in drop)
