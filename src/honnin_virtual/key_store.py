"""The private RSA keys of the whole simulator, in one file. PUBLIC TEST KEYS: everybody has them, they protect nothing.

Why it exists: making an RSA key takes seconds, issuing a virtual card must not. `public_test_keys.txt` holds one key a
line (name, p, q in hexadecimal; e is 65537). Nothing signed with them may ever be trusted outside the environment
"simulator".
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from honnin.core.errors import CallerError

__all__ = ["EXPONENT", "names", "primes"]

EXPONENT = 65537
_FILE = "public_test_keys.txt"


@cache
def _lines() -> dict[str, str]:
    text = (files("honnin_virtual") / _FILE).read_text("ascii")
    return dict(line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))


def names() -> tuple[str, ...]:
    """All keys by name, in the order of the file."""
    return tuple(_lines())


@cache
def primes(name: str) -> tuple[int, int]:
    """(p, q) of that key. Raises CallerError `cards.key.unknown`."""
    line = _lines().get(name)
    if line is None:
        raise CallerError("cards.key.unknown", f"the simulator has no RSA key called {name!r}")
    p, q = (int(part, 16) for part in line.split(" "))
    return p, q
