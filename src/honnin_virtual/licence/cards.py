"""Issues the virtual licences: persona + faults → chip (drivers-licence.md §19)."""

from __future__ import annotations

import time
from collections.abc import Callable

from honnin.core.clock import system_random
from honnin_virtual.card import Sleep
from honnin_virtual.faults import FAULTS, Faults, FaultSpec, refuse_unfit
from honnin_virtual.licence.chip import ATR, LicenceChip, Pin
from honnin_virtual.licence.files import licence_files
from honnin_virtual.licence.personas import Persona

__all__ = ["fitting_faults", "issue_licence"]

_NO_PIN = "****"  # DPIN (§14)


def issue_licence(
    persona: Persona,
    *,
    faults: Faults | None = None,
    atr: bytes = ATR,
    random: Callable[[int], bytes] = system_random,
    sleep: Sleep = time.sleep,
) -> LicenceChip:
    """The persona's card. Raises CallerError `cards.fault.unfit` for a fault that cannot be seen on this card."""
    faults = faults or Faults()
    refuse_unfit(faults, fitting_faults(persona))
    values = (persona.pin1, persona.pin2) if persona.pins else (_NO_PIN, _NO_PIN)
    pins = {
        number: Pin(value.encode("ascii"), left)
        for number, value, left in zip((1, 2), values, persona.tries, strict=True)
    }
    return LicenceChip(
        persona.name, licence_files(persona, faults), pins, faults=faults, atr=atr, random=random, sleep=sleep
    )


def fitting_faults(persona: Persona) -> tuple[FaultSpec, ...]:
    """The faults that can be seen on this card."""
    del persona  # every licence has all files
    return tuple(spec for spec in FAULTS if "licence" in spec.documents)
