"""What the law said of a kept visit, read from what was sealed with it (ui.md §3.9, §3.13)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from honnin.core.errors import DataError, StoreError
from honnin.flows.remaining import left_of_parts
from honnin.law.decision import Decision, decision_from_dict
from honnin.records.kakunin import Kakunin, State, kakunin_from_json
from honnin.records.visit_record import Completion, SavedVisit, completion
from honnin.server.catalogue import Language, text
from honnin.server.law_view import provision


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


def state_of(saved: SavedVisit) -> Completion:
    """Finished only when nothing is missing: of the record where a law was asked, of staff's check where none was."""
    record = kakunin_of(saved)
    if record is None:
        return completion(saved.report, saved.answers)
    return Completion.CHECKED if record.state is State.FINISHED else Completion.UNFINISHED


def left_lines(parts: Mapping[str, bytes], language: Language) -> tuple[str, ...]:
    """What is left until the record is finished, in words. Raises StoreError `store.damaged`."""
    return tuple(
        text(language, f"left.{each.about}", what=each.ja if language == "ja" else each.en)
        for each in left_of_parts(parts)
    )


def law_lines(decision: Decision | None, language: Language) -> tuple[str, ...]:
    """The satisfied methods with the letter of that day; or why there is none."""
    if decision is None:
        return (text(language, "done.law.none"),)
    if not decision.satisfied:
        return (text(language, "done.law.unsatisfied"),)
    return tuple(
        f"{provision(each.article, each.letter)}　{each.title if language == 'ja' else each.title_en}"
        for each in decision.satisfied
    )
