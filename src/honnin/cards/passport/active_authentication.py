"""Active Authentication (passport.md §9.2; Doc 9303-11 §6.1): the chip signs eight octets that somebody else chose."""

from __future__ import annotations

from honnin.apdu import Command, Response
from honnin.facts import Proof

__all__ = ["CHALLENGE_LENGTH", "command", "evidence"]

CHALLENGE_LENGTH = 8


def command(challenge: bytes, *, extended: bool) -> Command:
    """INTERNAL AUTHENTICATE with the challenge (8 octets). RSA keys above 1,792 bits need the extended form."""
    return Command(0x00, 0x88, 0x00, 0x00, challenge, le=65536 if extended else 256, extended=extended, note="chip")


def evidence(challenge: bytes, response: Response) -> Proof:
    """Proof `passport.aa`: octets `challenge` (8) and `response`, the signature in whatever form the chip gave it."""
    return Proof("passport.aa", {"challenge": challenge, "response": response.data})
