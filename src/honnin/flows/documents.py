"""Which dialogue reads a document, and which checks judge it: one table for all documents.

A new kind of document is a row in each table here; the use cases around it stay as they are. The checks of a document
are loaded with its first reading: whoever starts or lists waits for none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from honnin.apdu import Dialogue
from honnin.cards import licence, mynumber, passport, residence
from honnin.core.clock import Random
from honnin.core.errors import CallerError
from honnin.facts import DocumentKind, Reading, Report
from honnin.flows.keys import DocumentKey
from honnin.trust.anchors import AnchorSet
from honnin.trust.crl import RevocationList
from honnin.trust.cvc import CvAnchors, built_in_anchors

__all__ = ["Edge", "HouseTrust", "check_reading", "dialogue_for", "last_tries"]

Progress = Callable[[str, int, int], None]
CHALLENGE = 32


@dataclass(frozen=True, slots=True)
class Edge:
    """What only the place with the reader knows. `extended`: extended length may be tried."""

    extended: bool
    atr: bytes
    now: datetime
    random: Random
    progress: Progress


def dialogue_for(key: DocumentKey, edge: Edge) -> Dialogue[Reading]:
    """The dialogue that reads the document which that key or plan is for. Raises CallerError."""
    if isinstance(key, mynumber.Plan):
        challenge = key.chip_challenge or edge.random(CHALLENGE)
        plan = replace(key, chip_challenge=challenge, reader_extended=edge.extended)
        return mynumber.read_mynumber(plan, now=edge.now, progress=edge.progress)
    if isinstance(key, licence.Plan):
        of_licence = replace(key, reader_extended=edge.extended)
        return licence.read_licence(of_licence, now=edge.now, progress=edge.progress)
    if isinstance(key, licence.MynumberPlan):
        on_mynumber = replace(key, reader_extended=edge.extended)
        return licence.read_mynumber_licence(on_mynumber, now=edge.now, progress=edge.progress)
    if isinstance(key, residence.CardNumber):
        plan_of_card = residence.Plan(reader_extended=edge.extended)
        return residence.read_residence(
            key, plan_of_card, now=edge.now, random=edge.random, progress=edge.progress
        )
    # passport
    plan_of_passport = passport.Plan(reader_extended=edge.extended, atr=edge.atr, aa_challenge=edge.random(8))
    return passport.read_passport(
        key, plan_of_passport, now=edge.now, random=edge.random, progress=edge.progress
    )


def last_tries(key: DocumentKey) -> bool:
    """Whether the holder agreed to spend a last try in this reading."""
    return bool(key.last_try) if isinstance(key, mynumber.Plan | licence.Plan | licence.MynumberPlan) else False


@dataclass(frozen=True, slots=True)
class HouseTrust:
    """Everything that is trusted for any document. Each check takes only what is of its kind."""

    anchors: AnchorSet = field(default_factory=AnchorSet.empty)
    crls: Sequence[RevocationList] = ()
    card_data: CvAnchors = field(default_factory=built_in_anchors)  # My Number Cards; their keys are no certificates


def check_reading(reading: Reading, trust: HouseTrust, at: datetime) -> Report:
    """The Report of any kind of document. Raises CallerError `verify.document` for one that cannot be checked yet."""
    check = _CHECKS.get(reading.document)
    if check is None:
        raise CallerError("verify.document", "this kind of document cannot be checked yet")
    return check(reading, trust, at)


def _passport(reading: Reading, trust: HouseTrust, at: datetime) -> Report:
    from honnin.checks.passport import check_passport  # noqa: PLC0415

    return check_passport(reading, trust.anchors, trust.crls, at)


def _mynumber(reading: Reading, trust: HouseTrust, at: datetime) -> Report:
    """With the house's own list of revoked certificates where the Reading brings no answer."""
    from honnin.checks.mynumber import MyNumberTrust, check_mynumber, house_list  # noqa: PLC0415

    return check_mynumber(
        reading,
        MyNumberTrust.of(trust.anchors, trust.card_data),
        at,
        sign_revocation=house_list(reading, "sign", trust.crls, at),
        auth_revocation=house_list(reading, "auth", trust.crls, at),
    )


def _licence(reading: Reading, trust: HouseTrust, at: datetime) -> Report:
    from honnin.checks.licence import check_licence  # noqa: PLC0415

    return check_licence(reading, trust.anchors, at)


def _mynumber_licence(reading: Reading, trust: HouseTrust, at: datetime) -> Report:
    from honnin.checks.licence import check_mynumber_licence  # noqa: PLC0415

    return check_mynumber_licence(reading, trust.anchors, at)


def _residence(reading: Reading, trust: HouseTrust, at: datetime) -> Report:
    from honnin.checks.residence import check_residence  # noqa: PLC0415

    return check_residence(reading, trust.anchors, at)


_CHECKS: dict[DocumentKind, Callable[[Reading, HouseTrust, datetime], Report]] = {
    DocumentKind.PASSPORT: _passport,
    DocumentKind.MYNUMBER: _mynumber,
    DocumentKind.LICENCE: _licence,
    DocumentKind.MYNUMBER_LICENCE: _mynumber_licence,
    DocumentKind.RESIDENCE: _residence,
}
