"""Whether a sealed 確認記録 says what the Decisions beside it say, and what it calls attached is there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from honnin.core.clock import japan_day
from honnin.core.errors import HonninError
from honnin.law.decision import Decision, decision_from_dict
from honnin.records.bundle import Bundle
from honnin.records.kakunin import Kakunin, kakunin_from_json, settle
from honnin.records.ledger.event import Event
from honnin.records.sealed_rules import RULES

__all__ = ["Recorded", "day_fits", "record_of", "record_reason"]

KIROKU = "kiroku.json"
NIGHT = timedelta(minutes=10)  # between a Decision and its entry in the ledger, over midnight
_MARK = b"honnin-kakunin"  # anything else under that name is no record of this program


@dataclass(frozen=True, slots=True)
class Recorded:
    """The record of one content. `linked`: number of the other person's own record, "" where there is none."""

    record: Kakunin | None = None
    damaged: bool = False

    @property
    def linked(self) -> str:
        """Number of the record in which the other person was verified."""
        return "" if self.record is None else self.record.first("product.other_party")


def record_of(parts: Mapping[str, bytes]) -> Recorded:
    """The 確認記録 of a content. Never raises."""
    octets = parts.get(KIROKU, b"")
    if _MARK not in octets:
        return Recorded()
    try:
        return Recorded(kakunin_from_json(octets))
    except HonninError:
        return Recorded(damaged=True)


def record_reason(
    bundle: Bundle, number: int, recorded: Recorded, asked: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    event: Event | None,
) -> tuple[str, ...]:  # fmt: skip
    """The reason of `bundle.record` for content `number`; none where there is nothing to compare. `asked`: case and
    Decision, first about the holder. `event`: the content's, None when it cannot be read.
    """
    if recorded.damaged:
        return ("unreadable",)
    record = recorded.record
    if record is None:
        return ()
    if not asked:
        return ("alone",) if number else ()
    if record.record_id != bundle.record_id:
        return ("other_record",)
    try:
        decisions = [decision_from_dict(decision) for _, decision in asked]
    except HonninError:
        return ("unreadable",)
    if not _agrees(record, str(asked[0][0].get("law")), decisions):
        return ("differs",)
    sealed_with_rules = RULES in bundle.contents[number].content.parts
    if event is not None and not day_fits(record.on.isoformat(), event, exactly=sealed_with_rules):
        return ("other_day",)
    return ("ok",) if _attached(bundle, number, record) else ("attachment",)


def day_fits(on: str, event: Event, *, exactly: bool = True) -> bool:
    """Whether a Decision of the day `on` may have been sealed by that event: on that day in Japan, or just after the
    midnight between; not `exactly`: or later, as the oldest records could be.
    """
    days = [japan_day(event.at).isoformat(), japan_day(event.at + NIGHT).isoformat()]
    days.append(japan_day(event.at - NIGHT).isoformat())
    return on in days or (not exactly and on <= max(days))


def _agrees(record: Kakunin, law: str, decisions: Sequence[Decision]) -> bool:
    first = decisions[0]
    other = decisions[1] if len(decisions) > 1 else None
    made = (record.law, record.on.isoformat(), record.rules_version, record.law_revision)
    if made != (law, first.on, first.rules_version, first.revision) or first.law != law:
        return False
    satisfied = {(each.id, each.letter or "", each.article) for decision in decisions for each in decision.satisfied}
    if {(each.id, each.letter, each.article) for each in record.methods} != satisfied:
        return False
    return settle(record, first, other).state is record.state


def _attached(bundle: Bundle, number: int, record: Kakunin) -> bool:
    """Every attachment stands in this content or in one before it, as it was."""
    for each in record.attachments:
        found = [
            octets for at in range(number + 1)
            if (octets := bundle.contents[at].content.parts.get(each.part)) is not None
        ]  # fmt: skip
        if not any(hashlib.sha256(octets).hexdigest() == each.sha256 for octets in found):
            return False
    return True
