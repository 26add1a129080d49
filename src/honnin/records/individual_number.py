"""Is there an individual number in this text? A number of the 番号法 is in no record of another law (design §7)."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["holds_individual_number"]

_TWELVE = re.compile(r"(?<!\d)(?:\d[\s\-‐－ー・.]?){11}\d(?!\d)")


def holds_individual_number(text: str) -> bool:
    """Whether twelve digits stand together (also full width, in groups) with the check digit of 番号法施行令8条.

    One in eleven other numbers of twelve digits looks like one too; a person then writes it in another field.
    """
    plain = unicodedata.normalize("NFKC", text)
    return any(_is_number("".join(each for each in found if each.isdigit())) for found in _TWELVE.findall(plain))


def _is_number(digits: str) -> bool:
    total = sum(int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(digits[:-1]), 1))
    rest = total % 11
    return int(digits[-1]) == (0 if rest <= 1 else 11 - rest)
