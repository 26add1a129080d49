"""Use case: what lies on the reader and how many tries are left, before anybody is asked for a secret (design §4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from honnin.apdu import Dialogue, run
from honnin.cards import mynumber
from honnin.cards.recognise import Recognition, recognise
from honnin.facts import DocumentKind
from honnin.flows.ports import Readers

__all__ = ["Look", "look_at_card"]

TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Look:
    """`tries`: remaining tries by name of the secret, those that the card tells; `full`: those of a fresh card."""

    card: Recognition
    tries: Mapping[str, int] = field(default_factory=dict)
    full: Mapping[str, int] = field(default_factory=dict)


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
    return Look(card, tries.left, {name: tries.full(name) for name in tries.left})


_TRIES: dict[DocumentKind, Callable[[Recognition], Dialogue[Look]]] = {DocumentKind.MYNUMBER: _mynumber}
