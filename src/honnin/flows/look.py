"""Use case: what lies on the reader and how many tries are left, before anybody is asked for a secret (design §4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from honnin.apdu import Dialogue, run
from honnin.cards import licence, mynumber
from honnin.cards.recognise import Recognition, recognise
from honnin.core.errors import CardError
from honnin.facts import DocumentKind
from honnin.flows.ports import Readers

__all__ = ["Look", "look_at_card"]

TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Look:
    """`tries`: remaining tries by name of the secret, those that the card tells; `full`: those of a fresh
    card.
    """

    card: Recognition
    tries: Mapping[str, int] = field(default_factory=dict)
    full: Mapping[str, int] = field(default_factory=dict)
    not_set: frozenset[str] = frozenset()  # secrets that this card's holder never chose: nobody is asked for them


def look_at_card(readers: Readers, reader_name: str, *, timeout_s: float = TIMEOUT_S) -> Look:
    """Look at the card on that reader: spends nothing, keeps nothing. Raises LinkError."""

    def look() -> Dialogue[Look]:
        card = yield from recognise()
        ask = _TRIES.get(card.document) if card.document is not None else None
        return Look(card) if ask is None else (yield from ask(card))

    return readers.run(reader_name, lambda link: run(look(), link), timeout_s=timeout_s)


def _mynumber(card: Recognition) -> Dialogue[Look]:
    if card.form in ("android", "iphone"):
        return Look(card)  # a phone has none of the applications whose tries are asked
    tries = yield from mynumber.read_tries()
    left = dict(tries.left)
    full = {name: tries.full(name) for name in left}
    if not card.licence:
        return Look(card, left, full)
    try:
        on_card = yield from licence.look_at_mynumber_licence()
        not_set = frozenset() if on_card.pins_set else frozenset({"licence"})
    except CardError:
        return Look(card, left, full)  # an odd licence application is no reason not to read the card itself
    left |= on_card.tries
    full |= {name: licence.PINS[name].tries for name in on_card.tries}
    return Look(card, left, full, not_set)


def _licence(card: Recognition) -> Dialogue[Look]:
    look = yield from licence.look_at_licence()
    full = {name: licence.PINS[name].tries for name in look.tries}
    return Look(card, look.tries, full, frozenset() if look.pins_set else frozenset({"pin1", "pin2"}))


_TRIES: dict[DocumentKind, Callable[[Recognition], Dialogue[Look]]] = {
    DocumentKind.MYNUMBER: _mynumber,
    DocumentKind.LICENCE: _licence,
}
