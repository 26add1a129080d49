"""What the law said of a kept visit, read from what was sealed with it (ui.md §3.9, §3.13)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from honnin.core.errors import DataError, StoreError
from honnin.flows.remaining import Left, left_of_parts
from honnin.law.decision import Decision, decision_from_dict
from honnin.records.kakunin import Kakunin, kakunin_from_json
from honnin.records.visit_record import SavedVisit
from honnin.server.catalogue import Language, text
from honnin.server.provisions import provision


def decision_of(saved: SavedVisit) -> Decision | None:
    """The Decision of that day; None when no law was asked. Raises StoreError `store.damaged`."""
    if saved.judged is None:
        return None
    try:
        return decision_from_dict(json.loads(saved.judged.parts["decision.json"]))
    except (KeyError, ValueError, DataError):
        raise StoreError("store.damaged", "the record is damaged", "decision") from None


def kakunin_of(saved: SavedVisit) -> Kakunin | None:
    """The 確認記録 of that day; None when no law was asked. Raises StoreError `store.damaged`."""
    if saved.judged is None:
        return None
    try:
        return kakunin_from_json(saved.judged.parts["kiroku.json"])
    except (KeyError, DataError):
        raise StoreError("store.damaged", "the record is damaged", "kiroku") from None


def left_lines(parts: Mapping[str, bytes], language: Language) -> tuple[str, ...]:
    """What is left until the record is finished, in words. Raises StoreError `store.damaged`."""
    return left_words(left_of_parts(parts), language)


def left_words(left: Iterable[Left], language: Language) -> tuple[str, ...]:
    """Each in a sentence that says what it is about."""
    return tuple(
        text(language, f"left.{each.about}", what=each.ja if language == "ja" else each.en) for each in left
    )


def law_lines(decision: Decision | None, language: Language) -> tuple[str, ...]:
    """The satisfied methods with the letter of that day; or why there is none."""
    if decision is None:
        return (text(language, "done.law.none"),)
    if not decision.satisfied:
        return (text(language, "done.law.unsatisfied"),)
    return tuple(
        f"{provision(each.article, each.letter, language)}　{each.title if language == 'ja' else each.title_en}"
        for each in decision.satisfied
    )
