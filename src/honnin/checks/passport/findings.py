"""Making a finding from its id, outcome and reason; the words come from honnin.checks.passport.texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from honnin.checks.making import FAILED, IMPOSSIBLE, NOT_DONE, NOTHING, PASSED, make_finding, run_guarded
from honnin.checks.passport.texts import SPECS, reason_text
from honnin.facts import Finding, Outcome

__all__ = ["FAILED", "IMPOSSIBLE", "NOTHING", "NOT_DONE", "PASSED", "finding", "guarded"]


def finding(
    finding_id: str,
    outcome: Outcome,
    reason: str = "ok",
    detail: Mapping[str, str] = NOTHING,
    *,
    proves: bool = True,
) -> Finding:
    """A finding with its words. `proves=False`: what it rests on did not hold, so it proves nothing even if passed."""
    spec = SPECS[finding_id]
    words = reason_text(finding_id, reason)
    return make_finding(spec, finding_id, outcome, reason, words=words, detail=detail, proves=proves)


def guarded(finding_id: str, check: Callable[[], Finding | None], outcome: Outcome) -> Finding | None:
    """Run one check; if anything is raised inside, the finding has `outcome` (never passed) and reason `malformed`.

    Fail closed (design §11): what could not be judged lowers the verdict, whatever went wrong.
    """
    return run_guarded(check, lambda detail: finding(finding_id, outcome, "malformed", detail))
