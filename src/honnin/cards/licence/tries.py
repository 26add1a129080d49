"""Remaining tries and what follows from them (drivers-licence.md §3, §14; design §4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from honnin.core.errors import CardError

__all__ = ["check_tries", "left_of", "refused_pin"]

_BLOCKED = frozenset({0x6983, 0x6984, 0x63C0})  # a licence says 6984, ISO 6983


def left_of(sw: int) -> int | None:
    """Tries in a status word: 63Cx -> x, blocked -> 0. None: it does not say (6300, 9000 and all others)."""
    if sw in _BLOCKED:
        return 0
    return sw & 0x0F if sw & 0xFFF0 == 0x63C0 else None


def check_tries(names: Collection[str], tries: Mapping[str, int], last_try: Collection[str]) -> None:
    """The lock guard before the first secret: all secrets, so that none is spent when a later one may not be sent.

    Raises CardError `card.pin.blocked`, `card.pin.last_try`, `card.pin.tries_unknown`; `detail` names the secret.
    """
    for name in names:
        left = tries.get(name)
        if left is None:
            raise CardError("card.pin.tries_unknown", "the card does not say how many tries are left", name)
        if left == 0:
            raise CardError("card.pin.blocked", "this PIN is blocked", name, tries_left=0)
        if left == 1 and name not in last_try:
            raise CardError("card.pin.last_try", "only one try is left", name, tries_left=1)


def refused_pin(name: str, sw: int, left: int | None) -> CardError:
    """The error for a VERIFY that did not succeed. `left`: what the card said when asked afterwards (after 6300)."""
    if left is None:
        left = left_of(sw)
    if left == 0:
        return CardError("card.pin.blocked", "this PIN is blocked", name, sw=sw, tries_left=0)
    if sw >> 8 == 0x63:
        return CardError("card.pin.wrong", "the PIN is wrong", name, sw=sw, tries_left=left)
    return CardError("card.pin.refused", "the card did not take the PIN", name, sw=sw, tries_left=left)
