"""An individual number in an open visit: when it may be read, how it leaves the reading, when it is forgotten."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from honnin.cards import mynumber
from honnin.core.clock import Random
from honnin.core.errors import CallerError, DataError
from honnin.core.ids import new_id
from honnin.facts import Reading, Report
from honnin.flows.keys import DocumentKey
from honnin.flows.visit import Case, Stage, Step, Visit
from honnin.records.number_vault import ReceivedNumber
from honnin.records.visit_record import Judged

__all__ = ["check_case", "check_key", "may_be_kept", "received_number", "unread"]

_log = logging.getLogger(__name__)


def check_case(case: Case) -> None:
    """Raises CallerError `visit.purpose` unless a purpose goes with 番号法 and with nothing else."""
    if not case.in_order:
        raise CallerError("visit.purpose", "a number is received for a purpose of 番号法, and under no other law")


def check_key(visit: Visit, key: DocumentKey) -> None:
    """Raises CallerError `visit.purpose` for a key that reads the number outside the case of the visit."""
    if isinstance(key, mynumber.Plan) and key.purpose is not visit.case.number_purpose:
        raise CallerError("visit.purpose", "the individual number is read for the purpose of its case only")


def received_number(reading: Reading, report: Report, *, at: datetime, random: Random) -> ReceivedNumber | None:
    """The individual number, if it was read for a purpose and confirmed by the issuer's signature."""
    purpose = reading.access.facts.get("purpose", "")
    if not purpose:
        return None
    from honnin.checks.mynumber import individual_number  # noqa: PLC0415  # loaded with the reading's own checks

    try:
        digits = individual_number(reading, report)
    except DataError as error:
        _log.info("no individual number: %s", error.code)
        return None
    return ReceivedNumber(new_id(at, random), digits, mynumber.NumberLawPurpose(purpose))


def may_be_kept(judged: Judged | None, *, unfinished: bool) -> bool:
    """番号法16条: with every receipt of a number it has to be confirmed whose it is. Without that none is kept."""
    return judged is not None and bool(judged.methods) and not unfinished


def unread(visit: Visit) -> Visit:
    """The visit before anything was read; printed numbers that were typed stay."""
    return replace(
        visit, stage=Stage.PLACE, job=visit.job + 1, problem=None, reading=None, report=None, number=None,
        number_paper=None, answers={}, step=Step(), look=None, last_try=frozenset(), shown_at_utc=None,
        answered_at_utc=None, shown_to="", answered_by="", declarations={}, needs=frozenset(), asked=(),
    )
