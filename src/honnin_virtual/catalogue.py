"""All virtual cards by name: list them, issue one. New documents add themselves here."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from honnin.core.clock import system_random
from honnin_virtual.card import CardSpec, Sleep, UnknownCard, VirtualCard
from honnin_virtual.faults import Faults, FaultSpec
from honnin_virtual.passport.personas import PERSONAS, Persona, card_spec

__all__ = ["faults_for", "issue", "list_cards"]


def list_cards() -> tuple[CardSpec, ...]:
    """Every virtual card; the first of each document is the plain, healthy one (design §9)."""
    return tuple(card_spec(persona) for persona in PERSONAS)


def issue(
    name: str,
    *,
    faults: Faults = Faults(),  # noqa: B008 - frozen
    now: datetime | None = None,
    random: Callable[[int], bytes] = system_random,
    sleep: Sleep = time.sleep,
) -> VirtualCard:
    """Make the card with this name, broken as `faults` says.

    The same arguments give the same files; `random` feeds nonces only. Raises UnknownCard `cards.unknown`, CallerError
    `cards.fault.unfit` when the fault needs something this card does not have.
    """
    from honnin_virtual.passport.recipes import issue_passport  # noqa: PLC0415  # loads cryptography

    return issue_passport(_persona(name), faults=faults, now=now, random=random, sleep=sleep)


def faults_for(name: str) -> tuple[FaultSpec, ...]:
    """The faults that can be switched on for this card. Raises UnknownCard."""
    from honnin_virtual.passport.recipes import fitting_faults  # noqa: PLC0415  # loads cryptography

    return fitting_faults(_persona(name))


def _persona(name: str) -> Persona:
    for persona in PERSONAS:
        if persona.name == name:
            return persona
    raise UnknownCard(name)
