"""What the key page of a card shows: the state of its secrets, the fields, the other ways (ui.md §3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from honnin.core.errors import CardError, HonninError
from honnin.flows.visit import Visit
from honnin.flows.ways import PINS_OF, TRIES_OF, Way, at_one_try, blocked, unknown_tries
from honnin.server.catalogue import Language, text
from honnin.server.frame import Said, said

State = Literal["ask", "free", "last_try", "blocked", "unknown"]

# Printed numbers are fields that stay; their names are those of TypedKey.
NUMBERS: dict[Way, tuple[str, ...]] = {
    Way.REFERENCE_B: ("birth6", "year", "code"),
    Way.NUMBER_PIN: ("birth6", "year", "code"),
    Way.RESIDENCE: ("card",),
}

# Drawings that are not those of the way itself.
_PICTURES = {
    Way.NUMBER_PIN: "reference_b",
    Way.LICENCE_PIN1: "licence",
    Way.LICENCE_NO_PIN: "no_pin",
    Way.MYNUMBER_LICENCE_NO_PIN: "no_pin",
}
# A secret of these is made usable again by the police, all others by the municipality.
_OF_POLICE = frozenset(
    {Way.LICENCE, Way.LICENCE_PIN1, Way.LICENCE_NO_PIN, Way.MYNUMBER_LICENCE, Way.MYNUMBER_LICENCE_NO_PIN}
)


@dataclass(frozen=True, slots=True)
class Tries:
    """Tries left of one secret: its name for people, and how many."""

    label: str
    left: int
    full: int


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A link to another way into the same card."""

    way: Way
    label: str


@dataclass(frozen=True, slots=True)
class KeyPage:
    """`state`: "ask" for secrets, "free" nothing to enter, "last_try" the holder must say yes first, "blocked", or
    "unknown" (the card does not say how many tries are left, so nothing is sent).
    """

    way: Way
    state: State
    numbers: tuple[str, ...]
    pins: tuple[str, ...]
    tries: tuple[Tries, ...]
    blocked: tuple[str, ...]  # labels
    last: tuple[str, ...]  # labels
    others: tuple[OtherWay, ...]
    picture: str
    where_to_reset: str
    also_residence: bool


def key_page(visit: Visit, language: Language) -> KeyPage:
    """The page of a visit at its key."""
    look = visit.look
    way = visit.way
    names = () if look is None else blocked(look, way)
    last = () if look is None else tuple(each for each in at_one_try(look, way) if each not in visit.last_try)
    state: State = "ask"
    if names:
        state = "blocked"
    elif look is not None and unknown_tries(look, way):
        state = "unknown"
    elif last:
        state = "last_try"
    elif way in {Way.LICENCE_NO_PIN, Way.MYNUMBER_LICENCE_NO_PIN}:
        state = "free"
    return KeyPage(
        way=way,
        state=state,
        numbers=NUMBERS.get(way, ()),
        pins=PINS_OF.get(way, ()),
        tries=_tries(visit, language),
        blocked=_labels(names, language),
        last=_labels(last, language),
        others=_others(visit, language),
        picture=_PICTURES.get(way, str(way)),
        where_to_reset="licence" if way in _OF_POLICE else "mynumber",
        also_residence=look is not None and look.card.residence,
    )


def said_with_tries(problem: HonninError, language: Language) -> Said:
    """The sentences of an error; with the tries that are left where the card told them."""
    words = said(problem, language)
    wrong = problem.code in {"card.pin.wrong", "card.number.wrong"}
    if wrong and isinstance(problem, CardError) and problem.tries_left:
        name = text(language, f"secret.{problem.detail}") if problem.detail in NAMED else ""
        tries = text(language, "key.wrong.left", name=name, n=problem.tries_left)
        return Said(words.code, f"{words.text} {tries}", words.next)
    return words


NAMED = frozenset(
    {
        "text", "pin1", "pin2", "face_reference_b", "text_reference_b", "face_number_a", "text_number_a", "licence",
        "signing",
    }
)


def _labels(names: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """Names for people, each once: both applications take the same 照合番号B."""
    return tuple(dict.fromkeys(text(language, f"secret.{name}") for name in names))


def _tries(visit: Visit, language: Language) -> tuple[Tries, ...]:
    """The fewest of each: what counts is when the first lock falls."""
    if visit.look is None:
        return ()
    found: dict[str, Tries] = {}
    for name in TRIES_OF.get(visit.way, ()):
        left = visit.look.tries.get(name)
        if left is None:
            continue
        label = text(language, f"secret.{name}")
        if label not in found or left < found[label].left:
            found[label] = Tries(label, left, visit.look.full.get(name, left))
    return tuple(found.values())


def _others(visit: Visit, language: Language) -> tuple[OtherWay, ...]:
    look = visit.look
    if look is None:
        return ()
    open_ways = [each for each in visit.ways if each is not visit.way and not blocked(look, each)]
    return tuple(OtherWay(each, text(language, f"key.way.{each}")) for each in open_ways)
