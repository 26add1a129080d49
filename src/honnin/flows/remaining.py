"""What is left to do until a record is finished: for the law's method, for the other person, for the record itself.

Made from the parts that are sealed, so that the counter, the record's page and a command say the same.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from honnin.core.errors import DataError, StoreError
from honnin.flows.record_meta import KIROKU
from honnin.law.decision import Decision, decision_from_dict
from honnin.records.kakunin import Kakunin, kakunin_from_json, missing_items

__all__ = ["DECISION", "OTHER_DECISION", "Left", "lacking", "left_of", "left_of_parts"]

DECISION, OTHER_DECISION = "decision.json", "other/decision.json"
# 規則14条: said so that whoever reads it over a shoulder learns nothing of a suspicion (犯収法8条4項).
_HIGH_RISK = frozenset({"hs.high_risk_additional_document"})
_ANOTHER = ("もう1点、別の書類を確かめてください。", "Check one more document, another one.")
_RETURNED = (
    "郵便が返送されました。住所を確かめて、もう一度送ってください。",
    "The mail came back. Confirm the address and send it again.",
)


_WAYS = 4


@dataclass(frozen=True, slots=True)
class Left:
    """One thing that is left. `about`: method, other (the other person's) or item (of the record). `code`: of the law
    or of the record's field; "" where the law's sentence has none.
    """

    about: str
    code: str
    ja: str
    en: str


def lacking(decision: Decision, kinds: Collection[str] = ()) -> tuple[tuple[str, str], ...]:
    """(Japanese, English) of what the nearest method lacks, with a document of `kinds`; () when one is satisfied."""
    if decision.verified:
        return ()
    near = [each for each in decision.near if each.repairable and (not kinds or each.document in kinds)]
    if not near:
        return tuple(zip(decision.ask_next, decision.ask_next_en, strict=False))
    first = near[0]  # they stand in the order in which to go on
    hidden = bool(_HIGH_RISK & set(first.missing))
    words = list(zip(first.why, first.why_en, strict=False))
    if not hidden:
        return tuple(words)
    groups = len(words)
    at = next((n for n, code in enumerate(first.missing) if code in _HIGH_RISK), groups - 1)
    return tuple(_ANOTHER if n == min(at, groups - 1) else each for n, each in enumerate(words))


def left_of(record: Kakunin, decision: Decision, other: Decision | None) -> tuple[Left, ...]:
    """Everything that is left, the method first; nothing for a finished record."""
    return tuple(dict.fromkeys(_left(record, decision, other)))


def _left(record: Kakunin, decision: Decision, other: Decision | None) -> Iterator[Left]:
    if any(each.id == "F06.returned" for each in record.items) and not decision.verified:
        yield Left("method", "mail_returned", *_RETURNED)
    yield from (Left("method", "", *words) for words in lacking(decision, {record.document}))
    if other is not None:
        yield from (Left("other", "", *words) for words in _other_lacking(other))
    yield from (Left("item", each.id, each.ja, each.en) for each in missing_items(record, decision, other))


def _other_lacking(other: Decision) -> tuple[tuple[str, str], ...]:
    """While nothing of the other person is there: the ways to verify them, those with a document first."""
    if other.verified or any(each.document is not None for each in other.near):
        return lacking(other)
    near = sorted((each for each in other.near if each.repairable), key=lambda each: "PRESENT_1" not in each.missing)
    titles = list(dict.fromkeys((each.title, each.title_en) for each in near))[:_WAYS]
    if not titles:
        return lacking(other)
    return ((
        f"次のどれかで確かめてください：{'／'.join(ja for ja, _ in titles)}",
        f"Verify them in one of these ways: {'; '.join(en for _, en in titles)}",
    ),)  # fmt: skip


def left_of_parts(parts: Mapping[str, bytes]) -> tuple[Left, ...]:
    """The same from the parts of a sealed record; () when no law was asked. Raises StoreError `store.damaged`."""
    if KIROKU not in parts:
        return ()
    try:
        record = kakunin_from_json(parts[KIROKU])
        decision = decision_from_dict(json.loads(parts[DECISION]))
        octets = parts.get(OTHER_DECISION)
        other = None if octets is None else decision_from_dict(json.loads(octets))
    except (KeyError, ValueError, DataError):
        raise StoreError("store.damaged", "the record is damaged", "decision") from None
    return left_of(record, decision, other)
