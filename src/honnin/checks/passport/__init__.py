"""Judges the Reading of a passport (design §2, §5; passport.md §13): a pure function of bytes, anchors, lists and time.

`check_passport` is the whole of it. Findings, in this order and always there: passport.sod.structure, .signature,
.hashes, passport.dsc.chain, .validity, .revocation, passport.aa, passport.ca, passport.access. Where they apply:
passport.sod.unlisted, passport.sod.weak, passport.pace_cam, passport.mrz.check_digits, passport.mrz.matches_key,
passport.expiry, passport.country, passport.portrait, passport.data_groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from honnin.checks.passport.access import check_access, check_card_security
from honnin.checks.passport.data_groups import extent
from honnin.checks.passport.document import attributes, check_document, read_contents
from honnin.checks.passport.faces import Portrait, parse_dg2
from honnin.checks.passport.findings import guarded
from honnin.checks.passport.genuine import check_genuine
from honnin.checks.passport.passive import Passive, check_passive
from honnin.checks.words.passport import title
from honnin.core.errors import CallerError, DataError
from honnin.facts import DocumentKind, Outcome, Reading, Report
from honnin.trust.anchors import AnchorSet
from honnin.trust.crl import RevocationList
from honnin.trust.kinds import PASSPORT
from honnin.trust.security_infos import SecurityInfos, parse_security_infos

__all__ = ["RULES", "Portrait", "check_passport", "parse_dg2", "title"]

RULES = "passport-3"  # changes whenever the same Reading could come out differently
_LATE_CRITICAL = frozenset({"passport.country"})


def check_passport(reading: Reading, anchors: AnchorSet, crls: Sequence[RevocationList], at: datetime) -> Report:
    """The Report of a passport's Reading at the instant `at` (aware).

    Makes no use of a clock, network or file; the same arguments always give the same Report. Never raises for anything
    that a chip can have sent: what cannot be judged is a finding that is not passed. Raises CallerError
    `checks.document` (not a passport) and `checks.time` (`at` without a zone).
    """
    if reading.document is not DocumentKind.PASSPORT:
        raise CallerError("checks.document", "this reading is not that of a passport")
    if at.tzinfo is None:
        raise CallerError("checks.time", "the time of a check needs a time zone")
    anchors = anchors.of_kind(PASSPORT)
    passive = check_passive(reading, anchors, crls, at)
    dg14 = _dg14(reading, passive)
    card_security = check_card_security(reading.files.get("EF.CardSecurity"), passive, anchors, crls, at)
    contents = read_contents(reading, at)
    access = guarded("passport.access", lambda: check_access(reading, passive, dg14, card_security))
    findings = [
        *passive.findings[:6],
        *check_genuine(reading, passive, dg14, card_security),
        *([access] if access else []),
        *passive.findings[6:],
        *check_document(reading, passive, contents, at),
    ]
    sound = not any(each.outcome is Outcome.FAILED and each.id in _LATE_CRITICAL for each in findings)
    return Report(
        document=DocumentKind.PASSPORT.value,
        environment=passive.environment,
        findings=tuple(findings),
        attributes=attributes(reading, passive, contents, sound=sound),
        rules=RULES,
    )


def _dg14(reading: Reading, passive: Passive) -> SecurityInfos | None:
    """EF.DG14, if its hash is the signed one and it can be read."""
    if 14 not in passive.matching or (reading.access.method == "files" and not reading.proofs):
        return None  # from files alone nothing is decided by it
    try:
        return parse_security_infos(extent(reading.files["EF.DG14"]))
    except DataError:
        return None
