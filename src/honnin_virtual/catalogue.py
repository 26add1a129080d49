"""All virtual cards by name: list them, issue one. New documents add themselves here."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from honnin.core.clock import system_random
from honnin_virtual.card import CardSpec, Sleep, UnknownCard, VirtualCard
from honnin_virtual.faults import FAULTS, Faults, FaultSpec, refuse_unfit
from honnin_virtual.licence import personas as licence
from honnin_virtual.mynumber import personas as mynumber
from honnin_virtual.passport import personas as passport
from honnin_virtual.residence import personas as residence

__all__ = ["SETS", "faults_for", "issue", "issue_set", "list_cards", "simulator_trust"]


# Sets: the same fictional holder on all four documents. A foreign resident, since nobody else holds a residence card.
SETS: dict[str, tuple[str, ...]] = {
    "alex": ("mynumber-alex", "licence-foreign", "residence-plain", "passport-alex"),
}


def issue_set(name: str, *, now: datetime | None = None) -> tuple[VirtualCard, ...]:
    """The four cards of one person. Raises UnknownCard `cards.unknown`."""
    if name not in SETS:
        raise UnknownCard(name)
    return tuple(issue(each, now=now) for each in SETS[name])


def list_cards() -> tuple[CardSpec, ...]:
    """Every virtual card; the first of each document is the plain, healthy one (design §9)."""
    return (
        *map(passport.card_spec, passport.PERSONAS),
        *map(mynumber.card_spec, mynumber.PERSONAS),
        *map(licence.card_spec, licence.PERSONAS),
        *map(residence.card_spec, residence.PERSONAS),
    )


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
    persona = _persona(name)
    if isinstance(persona, mynumber.Persona):
        from honnin_virtual.mynumber.cards import issue_mynumber  # noqa: PLC0415  # loads cryptography

        return issue_mynumber(persona, faults=faults, now=now, random=random, sleep=sleep)
    if isinstance(persona, licence.Persona):
        from honnin_virtual.licence.cards import issue_licence  # noqa: PLC0415  # loads cryptography

        return issue_licence(persona, faults=faults, random=random, sleep=sleep)
    if isinstance(persona, residence.Persona):
        from honnin_virtual.residence.cards import issue_residence  # noqa: PLC0415  # loads cryptography

        return issue_residence(persona, faults=faults, random=random, sleep=sleep)
    from honnin_virtual.passport.recipes import issue_passport  # noqa: PLC0415  # loads cryptography

    refuse_unfit(faults, (spec for spec in FAULTS if "passport" in spec.documents))
    return issue_passport(persona, faults=faults, now=now, random=random, sleep=sleep)


def faults_for(name: str) -> tuple[FaultSpec, ...]:
    """The faults that can be switched on for this card. Raises UnknownCard."""
    persona = _persona(name)
    if isinstance(persona, mynumber.Persona):
        from honnin_virtual.mynumber import cards  # noqa: PLC0415  # loads cryptography

        return cards.fitting_faults(persona)
    if isinstance(persona, licence.Persona):
        from honnin_virtual.licence import cards as licence_cards  # noqa: PLC0415  # loads cryptography

        return licence_cards.fitting_faults(persona)
    if isinstance(persona, residence.Persona):
        from honnin_virtual.residence import cards as residence_cards  # noqa: PLC0415  # loads cryptography

        return residence_cards.fitting_faults(persona)
    from honnin_virtual.passport import recipes  # noqa: PLC0415  # loads cryptography

    return recipes.fitting_faults(persona)


def simulator_trust(document: str) -> dict[str, bytes]:
    """What a verifier needs to trust the simulator's cards of that document, and only in a test: file name → octets.

    Passports: authorities (`.cer`) and list of revoked signers. My Number Cards: certification authorities (`.cer`),
    authorities for card data (`simulator-card-data.json`, since their certificates are not X.509), licence signer.
    Licences: the authority and its signers (`.cer`), since no certificate lies on the card. Residence cards: the three
    authorities (`.cer`).
    """
    if document == "mynumber":
        from honnin_virtual.mynumber.trust import trust_files  # noqa: PLC0415  # loads cryptography

        return trust_files()
    if document == "licence":
        from honnin_virtual.licence.issuer import licence_anchors  # noqa: PLC0415  # loads cryptography

        return licence_anchors()
    if document == "residence":
        from honnin_virtual.residence.issuer import residence_anchors  # noqa: PLC0415  # loads cryptography

        return residence_anchors()
    from honnin_virtual.pki import simulator_anchors, simulator_crl  # noqa: PLC0415

    files = {f"simulator-csca-{n}.cer": octets for n, octets in enumerate(simulator_anchors(), 1)}
    return files | {"simulator.crl": simulator_crl()}


_Persona = passport.Persona | mynumber.Persona | licence.Persona | residence.Persona


def _persona(name: str) -> _Persona:
    personas: tuple[_Persona, ...] = (
        *passport.PERSONAS, *mynumber.PERSONAS, *licence.PERSONAS, *residence.PERSONAS,
    )  # fmt: skip
    for persona in personas:
        if persona.name == name:
            return persona
    raise UnknownCard(name)
