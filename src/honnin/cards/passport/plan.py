"""What to read from a passport, and with what: decided by the caller before the first command."""

from __future__ import annotations

from dataclasses import dataclass

from honnin.cards.passport.active_authentication import CHALLENGE_LENGTH
from honnin.cards.passport.files import FILES
from honnin.core.errors import CallerError

__all__ = ["Plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Raises CallerError `passport.plan.files`, `passport.plan.challenge`.

    `files` are read when the signed list (EF.SOD) has them; EF.DG14 and EF.DG15 are added by themselves, EF.COM
    (unsigned) only if it is named here, EF.DG3 and EF.DG4 never. `reader_extended` None counts as no. `aa_challenge` is
    eight fresh octets of whoever wants the proof (the server, not the phone); without it Active Authentication is not
    done.
    """

    files: tuple[str, ...] = ("EF.DG1", "EF.DG2", "EF.DG11", "EF.DG12")
    reader_extended: bool | None = None  # whether the reader carries extended length
    atr: bytes = b""  # of the card; historical octets may tell its abilities
    aa_challenge: bytes | None = None
    chip_authentication: bool = True
    allow_bac_after_pace: bool = False  # BAC although the chip offers PACE and refused it; recorded in Access.facts

    def __post_init__(self) -> None:
        unknown = [name for name in self.files if name not in FILES]
        if unknown:
            raise CallerError("passport.plan.files", f"this file is not read: {unknown[0]}")
        if self.aa_challenge is not None and len(self.aa_challenge) != CHALLENGE_LENGTH:
            raise CallerError("passport.plan.challenge", "a challenge for the chip has eight octets")
