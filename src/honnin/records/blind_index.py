"""Blind index: finding a record by name and birth date in a database that knows neither (design §7).

A token is the first 16 octets of HMAC-SHA-256 (RFC 2104, FIPS 180-4) under the index key over version, kind, tenant and
the values, each with its length. Equal tokens mean equal keys of names (records.names); without the index key nobody
can make a token or try names against a stolen database. Only whole names can be found: parts of names have no tokens.
What an index of this kind tells its holder is which records are of people with the same name or birth date.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from honnin.core.errors import CallerError
from honnin.core.secret import Secret
from honnin.records.names import NAME_RULES, name_key

TOKEN_LENGTH = 16
KEY_LENGTH = 32
MAX_NAMES = 16  # of one person: kanji, kana, Roman, 旧氏, 通称

_DOMAIN = b"honnin blind index\x00"
_LENGTH = struct.Struct(">H")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of 16 octets; None where the value is missing. `rules`: version of the name rules that made them."""

    name: bytes | None
    name_birth: bytes | None
    birth: bytes | None
    rules: int = NAME_RULES

    def pairs(self) -> tuple[tuple[str, bytes], ...]:
        """(kind, token) of those there are: `name`, `name_birth`, `birth`."""
        made = (("name", self.name), ("name_birth", self.name_birth), ("birth", self.birth))
        return tuple((kind, token) for kind, token in made if token is not None)


def tokens(name: str, birth_date: date | str | None, *, key: Secret[bytes], tenant: str = "") -> Tokens:
    """The tokens of one name and birth date (a date, or ISO 8601 `YYYY-MM-DD`; a part missing counts as no date).

    `key`: 32 octets of purpose `index`. A tenant's tokens match its own only. Raises CallerError `vault.argument`.
    """
    if len(key.reveal()) != KEY_LENGTH:
        raise CallerError("vault.argument", "the index key has 32 octets", "key")
    compared, born = name_key(name), _iso(birth_date)
    return Tokens(
        name=_token(key, "name", tenant, compared) if compared else None,
        name_birth=_token(key, "name_birth", tenant, compared, born) if compared and born else None,
        birth=_token(key, "birth", tenant, born) if born else None,
    )


def tokens_of_names(
    names: Iterable[str], birth_date: date | str | None, *, key: Secret[bytes], tenant: str = ""
) -> tuple[Tokens, ...]:
    """Tokens for every name that a person has (kanji, kana, Roman, 旧氏, 通称), at most 16, each key once.

    Without any name that can be compared: one Tokens of the birth date alone. A search matches if any matches.
    """
    found: dict[bytes | None, Tokens] = {}
    for count, name in enumerate(names):
        if count >= MAX_NAMES:
            raise CallerError("vault.argument", "a person has at most 16 names here", "names")
        made = tokens(name, birth_date, key=key, tenant=tenant)
        if made.name is not None:
            found[made.name] = made
    return tuple(found.values()) or (tokens("", birth_date, key=key, tenant=tenant),)


def _iso(value: date | str | None) -> str:
    """A whole date as `YYYY-MM-DD`, else empty: what is partly unknown is left to people (§5.3)."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
    try:
        return date.fromisoformat(value.strip()[:10]).isoformat() if len(value.strip()) == len("YYYY-MM-DD") else ""
    except ValueError:
        return ""


def _token(key: Secret[bytes], kind: str, *values: str) -> bytes:
    message = _DOMAIN + bytes([NAME_RULES])
    for value in (kind, *values):
        octets = value.encode("utf-8", "surrogatepass")
        if len(octets) > 1 << 15:
            raise CallerError("vault.argument", "a value of the index is too long", "length")
        message += _LENGTH.pack(len(octets)) + octets
    return hmac.new(key.reveal(), message, hashlib.sha256).digest()[:TOKEN_LENGTH]
