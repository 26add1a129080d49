"""Whether a sealed 確認記録 says what the Decisions beside it say, and what it calls attached is there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from honnin.core.errors import HonninError
from honnin.law.decision import Decision, decision_from_dict
from honnin.records.bundle import Bundle
from honnin.records.kakunin import Kakunin, kakunin_from_json, settle

__all__ = ["Recorded", "record_of", "record_reason"]

KIROKU = "kiroku.json"
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
    bundle: Bundle, number: int, recorded: Recorded, asked: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> tuple[str, ...]:
    """The reason of `bundle.record` for content `number`; none where there is nothing to compare. `asked`: case and
    Decision, first about the holder.
    """
    if recorded.damaged:
        return ("unreadable",)
    record = recorded.record
    if record is None or not asked:
        return ()
    if record.record_id != bundle.record_id:
        return ("other_record",)
    try:
        decisions = [decision_from_dict(decision) for _, decision in asked]
    except HonninError:
        return ("unreadable",)
    if not _agrees(record, str(asked[0][0].get("law")), decisions):
        return ("differs",)
    return ("ok",) if _attached(bundle, number, record) else ("attachment",)


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
