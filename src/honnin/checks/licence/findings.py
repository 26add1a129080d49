"""Making a finding from its id, outcome and reason; the words come from honnin.checks.words.licence."""

from __future__ import annotations

from honnin.checks.making import FAILED, IMPOSSIBLE, NOT_DONE, NOTHING, PASSED, Maker
from honnin.checks.words.licence import SPECS, reason_text

__all__ = ["FAILED", "IMPOSSIBLE", "NOTHING", "NOT_DONE", "PASSED", "finding", "guarded"]

_maker = Maker(SPECS, reason_text, short=True)
finding = _maker.finding
guarded = _maker.guarded
