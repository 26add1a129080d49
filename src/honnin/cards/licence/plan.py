"""What to read from a licence: decided by the caller before the first command."""

from __future__ import annotations

from dataclasses import dataclass

from honnin.cards.licence.files import PINS
from honnin.core.errors import CallerError

__all__ = ["MynumberPlan", "Plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A licence (運転免許証). `pin1`, `pin2`: the holder will enter it.

    With both, everything is read that the signature covers; with PIN1 alone the text without photo, which nothing can
    prove; with neither only what is free: version, issue and expiry, tries. On a card without PINs the same choice
    says how much is read, and nobody is asked. `last_try`: names of PINS whose last try the holder agrees to spend.
    `reader_extended`: whether the reader carries extended length; None counts as no.
    Raises CallerError `licence.plan.pin2_alone` (PIN2 opens nothing without PIN1), `licence.plan.last_try`.
    """

    pin1: bool = True
    pin2: bool = True
    last_try: frozenset[str] = frozenset()
    reader_extended: bool | None = None

    def __post_init__(self) -> None:
        if self.pin2 and not self.pin1:
            raise CallerError("licence.plan.pin2_alone", "PIN2 opens nothing without PIN1")
        if not self.last_try <= PINS.keys():
            raise CallerError("licence.plan.last_try", "there is no such PIN")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of the PINs that the card will be shown, in order."""
        return (*(("pin1",) if self.pin1 else ()), *(("pin2",) if self.pin2 else ()))


@dataclass(frozen=True, slots=True)
class MynumberPlan:
    """The licence on a My Number Card (マイナ免許証). `pin`: its own PIN is entered; without it only the tries are
    seen.

    `last_try` and `reader_extended` as in Plan. Raises CallerError `licence.plan.last_try`.
    """

    pin: bool = True
    last_try: frozenset[str] = frozenset()
    reader_extended: bool | None = None

    def __post_init__(self) -> None:
        if not self.last_try <= PINS.keys():
            raise CallerError("licence.plan.last_try", "there is no such PIN")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of the PINs that the card will be shown."""
        return ("licence",) if self.pin else ()
