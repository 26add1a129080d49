"""The machine readable zone of a TD3 booklet (sheet passport.md §4; Doc 9303-3 §4.9, Doc 9303-4 §4.2)."""

from __future__ import annotations

from dataclasses import dataclass

from honnin.core.errors import CallerError

__all__ = ["Holder", "check_digit", "mrz_information", "mrz_lines"]

_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}


@dataclass(frozen=True, slots=True)
class Holder:
    """What the data page says about a fictional person. Dates are YYMMDD; names Latin capitals, spaces between."""

    surname: str
    given_names: str
    document_number: str  # 1..9 characters
    birth: str
    sex: str  # "F", "M", "<"
    expiry: str
    document_code: str = "P<"
    state: str = "UTO"
    nationality: str = "UTO"
    optional: str = ""  # 0..14 characters


def check_digit(text: str) -> str:
    """Weights 7, 3, 1; 0-9 as they are, A-Z = 10..35, "<" = 0; sum mod 10. Raises CallerError `cards.mrz`."""
    try:
        return str(sum(_VALUES[character] * (7, 3, 1)[i % 3] for i, character in enumerate(text)) % 10)
    except KeyError as error:
        raise CallerError("cards.mrz", "a machine readable zone has only A-Z, 0-9 and <") from error


def mrz_lines(holder: Holder) -> tuple[str, str]:
    """Two lines of 44 characters. A name that is too long is cut. Raises CallerError `cards.mrz`."""
    name = f"{holder.surname}<<{holder.given_names}".replace(" ", "<").ljust(39, "<")[:39]
    first = f"{holder.document_code:<<2}{holder.state:<<3}{name}"
    number = holder.document_number.ljust(9, "<")
    number += check_digit(number)
    birth = holder.birth + check_digit(holder.birth)
    expiry = holder.expiry + check_digit(holder.expiry)
    optional = holder.optional.ljust(14, "<")
    optional += check_digit(optional) if holder.optional else "<"
    composite = check_digit(number + birth + expiry + optional)
    second = f"{number}{holder.nationality:<<3}{birth}{holder.sex}{expiry}{optional}{composite}"
    check_digit(first)  # only to refuse other characters
    if len(first) != 44 or len(second) != 44:
        raise CallerError("cards.mrz", "a field of the machine readable zone has a wrong length")
    return first, second


def mrz_information(holder: Holder) -> str:
    """The 24 characters that BAC and PACE hash: number, birth, expiry, each with its check digit."""
    second = mrz_lines(holder)[1]
    return second[:10] + second[13:20] + second[21:28]
