"""Making a finding from its id, outcome and reason; the words come from honnin.checks.licence.texts."""

from __future__ import annotations

from honnin.checks.licence.texts import SPECS, reason_text
from honnin.checks.making import FAILED, IMPOSSIBLE, NOT_DONE, NOTHING, PASSED, Maker

__all__ = ["FAILED", "IMPOSSIBLE", "NOTHING", "NOT_DONE", "PASSED", "finding", "guarded"]

_maker = Maker(SPECS, reason_text, short=True)
finding = _maker.finding
guarded = _maker.guarded
