"""Private RSA-2048 keys behind the virtual licences and residence cards. PUBLIC TEST KEYS: they protect nothing.

Why it exists: making an RSA key takes longer than issuing a card may. `card_keys.txt` holds one key a line (name, p, q
in hexadecimal; e is 65537). Nothing signed with them may ever be trusted outside the environment "simulator".
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from honnin_virtual.keys import RsaPrivate

__all__ = ["card_key"]

_EXPONENT = 65537


@cache
def card_key(name: str) -> RsaPrivate:
    """The key of that name. Raises KeyError for a name that is not in the file (a mistake in this package)."""
    text = (files(__package__) / "card_keys.txt").read_text("ascii")
    lines = dict(line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    p, q = (int(part, 16) for part in lines[name].split(" "))
    return RsaPrivate(p * q, _EXPONENT, pow(_EXPONENT, -1, (p - 1) * (q - 1)), p, q)
