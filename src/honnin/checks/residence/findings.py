"""Making a finding from its id, outcome and reason; the words come from honnin.checks.residence.texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from honnin.checks.residence.texts import SPECS, reason_text
from honnin.core.errors import HonninError
from honnin.facts import Finding, Outcome

PASSED, FAILED, IMPOSSIBLE, NOT_DONE = Outcome.PASSED, Outcome.FAILED, Outcome.IMPOSSIBLE, Outcome.NOT_DONE
NOTHING: Mapping[str, str] = MappingProxyType({})


def finding(finding_id: str, outcome: Outcome, reason: str = "ok", detail: Mapping[str, str] = NOTHING) -> Finding:
    """A finding with its words. What did not pass proves nothing."""
    spec = SPECS[finding_id]
    reason_ja, reason_en = reason_text(finding_id, reason)
    passed = outcome is PASSED
    return Finding(
        finding_id,
        outcome,
        spec.proves if passed else None,
        spec.to_whom if passed else None,
        reason,
        reason_ja,
        reason_en,
        spec.clause,
        detail,
    )


def guarded(finding_id: str, check: Callable[[], Finding | None]) -> Finding | None:
    """Run one check; if anything is raised inside, the finding failed with reason `malformed` (fail closed)."""
    try:
        return check()
    except HonninError as error:
        return finding(finding_id, FAILED, "malformed", {"error": error.code})
    except Exception as error:  # noqa: BLE001  # a mistake of ours must not turn into a good verdict or a crash
        return finding(finding_id, FAILED, "malformed", {"error": type(error).__name__})
