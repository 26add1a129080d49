"""Identifiers: random, sortable by time, without personal data."""

from __future__ import annotations

from datetime import datetime

from honnin.core.clock import Random

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U, so that it can be read out on the telephone


def new_id(now: datetime, random: Random) -> str:
    """26 characters (ULID layout): 48 bits of milliseconds since 1970, 80 random bits."""
    number = int(now.timestamp() * 1000) << 80 | int.from_bytes(random(10), "big")
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
