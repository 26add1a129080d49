"""What the checks of every document share: the fixed part of a finding, putting it together, and failing closed.

Which words belong to an outcome, and when a finding proves something, each document says itself (its `findings.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from honnin.core.errors import HonninError
from honnin.facts import Audience, Finding, Outcome, Proves

T = TypeVar("T")

PASSED, FAILED, IMPOSSIBLE, NOT_DONE = Outcome.PASSED, Outcome.FAILED, Outcome.IMPOSSIBLE, Outcome.NOT_DONE
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Spec:
    """What does not depend on the document read: the finding's title, what it proves to whom if it passes, and its
    clause.
    """

    title_ja: str
    title_en: str
    proves: Proves | None
    to_whom: Audience | None
    clause: str


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the findings of one document. `specs`: by finding id, without the document's name if `short`; `words`:
    (finding id, reason) -> the reason in Japanese and English.
    """

    specs: Mapping[str, Spec]
    words: Callable[[str, str], tuple[str, str]]
    short: bool = False

    def finding(
        self, finding_id: str, outcome: Outcome, reason: str = "ok", detail: Mapping[str, str] = NOTHING, *,
        proves: bool = True,
    ) -> Finding:  # fmt: skip
        """A finding with its words. It proves what its check is about only if it passed; `proves=False`: what it rests
        on did not hold, so it proves nothing even then.
        """
        spec = self.specs[finding_id.partition(".")[2] if self.short else finding_id]
        proved = proves and outcome is PASSED
        return Finding(
            finding_id,
            outcome,
            spec.proves if proved else None,
            spec.to_whom if proved else None,
            reason,
            *self.words(finding_id, reason),
            spec.clause,
            detail,
        )

    def guarded(self, finding_id: str, check: Callable[[], T]) -> T | Finding:
        """Run one check; whatever is raised inside makes it failed with reason `malformed`.

        Fail closed (design §11): what could not be judged lowers the verdict, whatever went wrong.
        """
        try:
            return check()
        except HonninError as error:
            wrong = error.code
        except Exception as error:  # noqa: BLE001  # a mistake of ours must not turn into a good verdict or a crash
            wrong = type(error).__name__
        return self.finding(finding_id, FAILED, "malformed", {"error": wrong})
