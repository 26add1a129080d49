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
    """What does not depend on the document read: the finding's title, what it proves when passed, and its clause."""

    title_ja: str
    title_en: str
    proves: Proves | None
    to_whom: Audience | None
    clause: str


def make_finding(
    spec: Spec,
    finding_id: str,
    outcome: Outcome,
    reason: str,
    *,
    words: tuple[str, str],
    detail: Mapping[str, str],
    proves: bool,
) -> Finding:
    """The finding. `words`: the reason in Japanese and English. `proves=False`: it proves nothing, even if passed."""
    return Finding(
        finding_id,
        outcome,
        spec.proves if proves else None,
        spec.to_whom if proves else None,
        reason,
        *words,
        spec.clause,
        detail,
    )


def run_guarded(check: Callable[[], T], malformed: Callable[[Mapping[str, str]], Finding]) -> T | Finding:
    """Run one check; if anything is raised inside, what `malformed` makes of it (never passed).

    Fail closed (design §11): what could not be judged lowers the verdict, whatever went wrong.
    """
    try:
        return check()
    except HonninError as error:
        return malformed({"error": error.code})
    except Exception as error:  # noqa: BLE001  # a mistake of ours must not turn into a good verdict or a crash
        return malformed({"error": type(error).__name__})
