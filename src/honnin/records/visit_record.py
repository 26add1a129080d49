"""SavedVisit: a visit as it is kept, and what can be said about it later (design §7).

What a kept visit consists of, when it counts as finished by staff, and how a Report made again is compared with the
stored one. Sealing is records.content and the vault's work; the law's part is made by others and kept here as octets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from honnin.checks.subjects import is_known, subject
from honnin.facts import Environment, Finding, Outcome, Proves, Reading, Report
from honnin.records.kept_report import kept_report


class Face(StrEnum):
    """Answer of the staff: is the person in front the one in the photo?"""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Print(StrEnum):
    """Answer of the staff: does the printed document match the screen?"""

    YES = "yes"
    NO = "no"


class Completion(StrEnum):
    """How far a visit came. It says nothing about a law."""

    CHECKED = "checked"  # issuer's signature passed, nothing failed, staff confirmed face and print
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Judged:
    """What the law said of a visit on its day. `parts`: `kiroku.json`, `decision.json`, `case.json`, `acts.json` and
    attachments, by name; `methods`: the satisfied ones, none while somebody is not verified; `retention_years` from the
    end of the contract; `finished`: nothing is missing of the record (records.kakunin.State).
    """

    law: str
    methods: tuple[str, ...]
    retention_years: int
    parts: Mapping[str, bytes] = field(default_factory=dict)
    finished: bool = True


@dataclass(frozen=True, slots=True)
class SavedVisit:
    """A kept visit. `answers`: question id -> answer, "face" -> Face, "print" -> Print. `judged`: None when no law was
    asked.
    """

    id: str
    saved_at_utc: datetime
    document: str
    simulated: bool
    reading: Reading
    report: Report
    staff: str
    answers: dict[str, str]
    judged: Judged | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One finding or attribute that came out otherwise. `before` or `now` is None when it was not there."""

    what: str
    before: str | None
    now: str | None


def make_saved_visit(
    *,
    visit_id: str,
    saved_at_utc: datetime,
    reading: Reading,
    report: Report,
    staff: str,
    answers: Mapping[str, str],
    judged: Judged | None = None,
) -> SavedVisit:
    """What is kept of a visit."""
    return SavedVisit(
        id=visit_id,
        saved_at_utc=saved_at_utc,
        document=report.document,
        simulated=is_simulated(reading, report),
        reading=reading,
        report=kept_report(report),
        staff=staff,
        answers=dict(answers),
        judged=judged,
    )


def is_simulated(reading: Reading, report: Report) -> bool:
    """Whether it is no record of an identity check: the edge or the anchor says so, either is enough.

    A test key vouches for no real document either.
    """
    return reading.simulated or report.environment in {Environment.SIMULATOR, Environment.TEST}


_MAY_BE_UNKNOWN = (".revocation", ".signer")


def issuer_confirmed(report: Report) -> bool:
    """Whether every check of the issuer's data passed, and there was at least one.

    A revocation list that is not at hand is shown as not checked but does not count here; a revoked signer fails. Nor
    does it count that a licence (on a My Number Card, always) names no day to compare its signer's period with, or that
    the way into the card does not open a file: nothing of it was read.
    """
    checks = [
        each
        for each in report.findings
        if _about_issuer(each)
        and not (each.id.endswith(_MAY_BE_UNKNOWN) and each.outcome is not Outcome.FAILED)
        and not (each.outcome is Outcome.NOT_DONE and each.reason == "not_opened")
    ]
    return bool(checks) and all(each.proves is Proves.ISSUER_DATA for each in checks)


def _about_issuer(finding: Finding) -> bool:
    """Also a finding that did not pass and that only another version of this program understands: fail closed."""
    if is_known(finding.id):
        return subject(finding.id) is Proves.ISSUER_DATA
    return finding.proves is Proves.ISSUER_DATA or finding.outcome is not Outcome.PASSED


def completion(report: Report, answers: Mapping[str, str]) -> Completion:
    """CHECKED only if nothing failed, the issuer's data are confirmed, staff said yes twice and, where they looked the
    number up, did not see that it has lapsed.

    A face is compared with a signed photo and a print with signed text, or a signed picture of it: without them the
    answers mean nothing.
    """
    staff = answers.get("face") == Face.YES and answers.get("print") == Print.YES and answers.get("lookup") != "lapsed"
    if staff and not report.failed and issuer_confirmed(report) and _comparable(report):
        return Completion.CHECKED
    return Completion.UNFINISHED


_NAMES = frozenset({"family_name", "given_names", "full_name", "name", "name_image", "front_image"})


def _comparable(report: Report) -> bool:
    verified = {each.name for each in report.attributes if each.verified}
    return "portrait" in verified and bool(verified & _NAMES)


def compare_reports(before: Report, now: Report) -> tuple[Difference, ...]:
    """Where a Report made again differs from the stored one, in the order of the stored one. Empty: the same, be it by
    another version of the checks; that one is named last when something else differs.
    """
    found = (
        *_differences(
            {each.id: f"{each.outcome}:{each.reason}" for each in before.findings},
            {each.id: f"{each.outcome}:{each.reason}" for each in now.findings},
        ),
        *_differences(
            {each.name: f"{each.provenance}:{each.verified}:{each.value}" for each in before.attributes},
            {each.name: f"{each.provenance}:{each.verified}:{each.value}" for each in now.attributes},
        ),
        *_differences({"environment": before.environment or ""}, {"environment": now.environment or ""}),
    )
    return (*found, *_differences({"rules": before.rules}, {"rules": now.rules})) if found else ()


def explained_by_dropping(difference: Difference) -> bool:
    """Whether a difference is what the loss of dropped files makes of a Report: something could be confirmed on the day
    and now cannot be; or an item with the same value is no longer verified. A failure or another value never is.
    """
    before, now = difference.before, difference.now
    if before is None:
        return False
    if (difference.what == "environment" and not now) or difference.what == "rules":
        return True  # that the checks have another version explains nothing, and is nothing to be explained
    was, is_now = before.split(":", 2), [] if now is None else now.split(":", 2)
    if len(was) == 3:  # an item: provenance, verified, value
        return len(is_now) == 3 and was[2] == is_now[2] and was[0] == is_now[0] and is_now[1] == "False"
    return len(was) == 2 and (not is_now or is_now[0] in {"not_done", "impossible"})


def _differences(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[Difference, ...]:
    keys = [*before, *(key for key in now if key not in before)]
    return tuple(
        Difference(key, before.get(key), now.get(key)) for key in keys if before.get(key) != now.get(key)
    )


def holder_name(report: Report) -> str:
    """The holder's name for lists: family and given names with a space, or the only one there is."""
    by_name = {each.name: each.value for each in report.attributes}
    parts = [by_name.get("family_name", ""), by_name.get("given_names", "")]
    return " ".join(each for each in parts if each) or by_name.get("full_name", "")


def birth_date(report: Report) -> str:
    """The holder's birth date as the checks give it (ISO 8601, parts may be missing), or empty."""
    return next((each.value for each in report.attributes if each.name == "birth_date"), "")
