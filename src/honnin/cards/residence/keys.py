"""The number printed on the card, which opens its chip (residence-card.md §3.1, §3.2).

It is a key and not a PIN: the chip counts no wrong tries and never locks [official §4.2.2].
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from honnin.core.errors import DataError
from honnin.core.secret import Secret
from honnin.crypto import digest

__all__ = ["CardNumber"]

KEY_LENGTH = 16
_FORM = re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}")
_MAX_TYPED = 100
_SEPARATORS = frozenset("-‐‑‒–—―−ー.・")


@dataclass(frozen=True, slots=True)
class CardNumber:
    """在留カード等番号: 12 characters, two letters, eight digits, two letters.

    Full-width and small letters, spaces and hyphens are put right. There is no published check digit [unknown], so a
    slip of the finger shows only when the chip refuses. Raises DataError `key.card_number`.
    """

    number: Secret[str]

    def __post_init__(self) -> None:
        typed = self.number.reveal()
        if len(typed) > _MAX_TYPED:
            raise DataError("key.card_number", "the card number is too long")
        plain = unicodedata.normalize("NFKC", typed).upper()
        plain = "".join(each for each in plain if not each.isspace() and each not in _SEPARATORS)
        if _FORM.fullmatch(plain) is None:
            raise DataError("key.card_number", "a card number is two letters, eight digits, two letters")
        object.__setattr__(self, "number", Secret(plain))

    @property
    def octets(self) -> bytes:
        """The 12 ASCII octets that VERIFY carries."""
        return self.number.reveal().encode("ascii")

    def key(self) -> bytes:
        """Kenc = Kmac: the first 16 octets of SHA-1 of the number (§3.2, §6.3)."""
        return digest("sha1", self.octets)[:KEY_LENGTH]
