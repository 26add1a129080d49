"""Judges the Reading of a driver's licence, in either form (drivers-licence.md §11, §15, §20): bytes, anchors and time.

`check_licence` (運転免許証): findings licence.signature, .signer, .form, .dates, .version, .expiry, .currently_valid,
.changes, .characters (when there is something to say), .portrait, .pin, .chip.
`check_mynumber_licence` (マイナ免許証): mynumber_licence.signature, .signer, .identity, .form, .contents, .expiry,
.currently_valid, .characters, .portrait, .pin, .chip.

Anchors of kind "licence" count, no others. The registered domicile (本籍) is used for the signature and in no Report.
"""

from __future__ import annotations

from datetime import datetime

from honnin.checks.licence import licence, on_mynumber
from honnin.checks.licence.images import image_of
from honnin.checks.licence.marks import marks_of
from honnin.checks.words.licence import title
from honnin.core.errors import CallerError
from honnin.facts import DocumentKind, Reading, Report
from honnin.trust.anchors import AnchorSet

__all__ = ["RULES", "check_licence", "check_mynumber_licence", "image_of", "marks_of", "title"]

RULES = licence.RULES


def check_licence(reading: Reading, anchors: AnchorSet, at: datetime) -> Report:
    """The Report of a licence's Reading at the instant `at` (aware).

    Makes no use of a clock, network or file. Never raises for anything that a card can have sent. Raises CallerError
    `checks.document` (another document) and `checks.time` (`at` without a zone).
    """
    _ask(reading, at, DocumentKind.LICENCE)
    return licence.judge(reading, anchors, at)


def check_mynumber_licence(reading: Reading, anchors: AnchorSet, at: datetime) -> Report:
    """The Report of the licence on a My Number Card; as check_licence. It identifies nobody by itself."""
    _ask(reading, at, DocumentKind.MYNUMBER_LICENCE)
    return on_mynumber.judge(reading, anchors, at)


def _ask(reading: Reading, at: datetime, kind: DocumentKind) -> None:
    if reading.document is not kind:
        raise CallerError("checks.document", "this reading is not that of a licence")
    if at.tzinfo is None:
        raise CallerError("checks.time", "the time of a check needs a time zone")
