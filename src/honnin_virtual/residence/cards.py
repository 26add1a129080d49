"""Issues the virtual residence cards: persona + faults → chip (residence-card.md §11)."""

from __future__ import annotations

import time
from collections.abc import Callable

from honnin.core.clock import system_random
from honnin.crypto import Cipher
from honnin_virtual.card import Sleep
from honnin_virtual.faults import FAULTS, Faults, FaultSpec, refuse_unfit
from honnin_virtual.residence.chip import ATR, ResidenceChip
from honnin_virtual.residence.files import directories
from honnin_virtual.residence.personas import MISSING, Persona

__all__ = ["fitting_faults", "issue_residence"]

_NEEDS_SIGNATURE = {
    "foreign-authority", "forged-authority", "tampered-signature", "signer-expired", "certificate-encoding",
    "certificate-trailing", "signature-hidden",
}  # fmt: skip
_WAY_ONLY = {"garbage", "removed", "slow", "error", "short-only", "read-limit-84", "read-limit-250", "read-limit-400",
             "exact-length", "strict"}  # fmt: skip


def issue_residence(
    persona: Persona,
    *,
    faults: Faults | None = None,
    atr: bytes = ATR,
    random: Callable[[int], bytes] = system_random,
    sleep: Sleep = time.sleep,
) -> ResidenceChip:
    """The persona's card. Raises CallerError `cards.fault.unfit` for a fault that cannot be seen on this card."""
    faults = faults or Faults()
    refuse_unfit(faults, fitting_faults(persona))
    cipher = Cipher.TDES if persona.generation == 1 else Cipher.AES128
    return ResidenceChip(
        persona.name, persona.number, cipher, directories(persona, faults), faults=faults, strict=faults.strict,
        stub=persona.specified, atr=atr, random=random, sleep=sleep,
    )  # fmt: skip


def fitting_faults(persona: Persona) -> tuple[FaultSpec, ...]:
    """The faults that can be seen on this card."""
    out = {"check-code-der"} if persona.generation == 1 else {"check-code-form-b"}
    if persona.generation == 1:
        out.add("other-number")  # the number is nowhere on the chip but in the picture (§2.4)
    if not persona.signed:
        out |= _NEEDS_SIGNATURE | {"check-code-form-b"}
    if persona.photo == MISSING:
        out.add("tampered-face" if persona.generation == 1 else "signature-hidden")
    if persona.special:
        out.add("invented-permission")
    if persona.null_parameters:
        out.add("certificate-encoding")  # has it already
    fitting = (spec for spec in FAULTS if "residence" in spec.documents and spec.name not in out)
    return tuple(spec for spec in fitting if not persona.specified or spec.name in _WAY_ONLY)
