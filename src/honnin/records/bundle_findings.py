"""Findings about an evidence bundle, and the small readers that all of its checks share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from honnin.core.errors import DataError
from honnin.facts import Finding, Outcome
from honnin.records.bundle_words import FINDING_WORDS

__all__ = ["differences", "finding", "json_object", "worst"]

CLAUSE = "design §7; evidence-bundle.md"
MAX_JSON = 4 << 20
_MAX_DIFFERENCES = 20
_ORDER = (Outcome.FAILED, Outcome.IMPOSSIBLE, Outcome.NOT_DONE, Outcome.PASSED)


def finding(what: str, reason: str, **detail: str) -> Finding:
    """A finding by its id below `bundle.` and its reason; the table of words knows the outcome."""
    outcome, (ja, en), to_whom = FINDING_WORDS[what][reason]
    return Finding(f"bundle.{what}", outcome, None, to_whom, reason, ja, en, CLAUSE, dict(sorted(detail.items())))


def worst(what: str, reasons: Sequence[tuple[str, str]], **detail: str) -> Finding:
    """One finding for several answers, (where, reason) each: the worst of them, and where it was not the best.

    Among equals the first; without any, `none`.
    """
    if not reasons:
        return finding(what, "none", **detail)

    def rank(each: tuple[str, str]) -> tuple[int, bool]:
        outcome, _, to_whom = FINDING_WORDS[what][each[1]]
        return _ORDER.index(outcome), to_whom is None or each[1] == "ok"

    reason = min(reasons, key=rank)[1]
    told = {where: each for where, each in reasons if each != "ok"} if len(reasons) > 1 else {}
    return finding(what, reason, **dict(list(told.items())[:_MAX_DIFFERENCES]), **detail)


def json_object(octets: bytes) -> Mapping[str, Any]:
    """A part that is a JSON object. Raises DataError `bundle.json`."""
    if len(octets) > MAX_JSON:
        raise DataError("bundle.json", "a JSON part is larger than the limit")
    try:
        value = json.loads(octets.decode())
    except (ValueError, RecursionError) as error:
        raise DataError("bundle.json", "a part is no JSON", type(error).__name__) from None
    if not isinstance(value, dict):
        raise DataError("bundle.json", "a part is no JSON object")
    return value


def differences(before: object, now: object, where: str = "") -> list[str]:
    """Where two JSON values differ, as paths; at most 20."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        inner = [(str(key), before.get(key), now.get(key)) for key in sorted({*before, *now})]
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        inner = [(str(at), one, two) for at, (one, two) in enumerate(zip(before, now, strict=True))]
    else:
        same = type(before) is type(now) and before == now
        return [] if same else [where or "."]
    found: list[str] = []
    for name, one, two in inner:
        found += differences(one, two, f"{where}.{name}" if where else name)
        if len(found) >= _MAX_DIFFERENCES:
            break
    return found[:_MAX_DIFFERENCES]
