"""Judges the Reading of a residence card or special permanent resident certificate (design §2, §5; residence-card.md).

Findings, in this order and always there: residence.signature, residence.certificate.chain, .validity, residence.copy
(which always says that a full copy of the chip cannot be told apart), residence.card, .number, .expiry, .portrait,
.lookup. Where they apply: residence.certificate.authority (its period is over), .stay, .pictures, .unsigned, .files.
"""

from __future__ import annotations

from datetime import datetime

from honnin.checks.residence.authentic import check_authentic
from honnin.checks.residence.contents import Picture, picture, read_contents
from honnin.checks.residence.document import attributes, check_document, read_texts
from honnin.checks.words.residence import title
from honnin.core.errors import CallerError
from honnin.facts import DocumentKind, Outcome, Reading, Report
from honnin.trust.anchors import AnchorSet

__all__ = ["RULES", "Picture", "check_residence", "picture", "title"]

RULES = "residence-1"  # changes whenever the same Reading could come out differently
_CRITICAL = frozenset({"residence.number", "residence.card"})


def check_residence(reading: Reading, anchors: AnchorSet, at: datetime) -> Report:
    """The Report of a residence card's Reading at the instant `at` (aware).

    Makes no use of a clock, network or file; the same arguments always give the same Report. Never raises for anything
    that a chip can have sent. No revocation list exists for these certificates [unknown, §8.3]. Raises CallerError
    `checks.document` (not a residence card) and `checks.time` (`at` without a zone).
    """
    if reading.document is not DocumentKind.RESIDENCE:
        raise CallerError("checks.document", "this reading is not that of a residence card")
    if at.tzinfo is None:
        raise CallerError("checks.time", "the time of a check needs a time zone")
    contents = read_contents(reading)
    authentic = check_authentic(reading, contents, anchors, at)
    read_texts(contents)
    findings = (*authentic.findings, *check_document(reading, authentic, contents, at))
    sound = not any(each.outcome is Outcome.FAILED and each.id in _CRITICAL for each in findings)
    return Report(
        document=DocumentKind.RESIDENCE.value,
        environment=authentic.environment,
        findings=findings,
        attributes=attributes(reading, authentic, contents, sound=sound),
        rules=RULES,
    )
