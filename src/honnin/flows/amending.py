"""Appending to a sealed record: a new value of an item, or words (犯収法規則20条3項: nothing is erased).

Each amendment is a sealed part of its own. What was recorded stays as it was and is shown beside what came later. Who
appends says how many parts they saw: when somebody else was quicker, nothing is stored and they are told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from honnin.core.clock import JAPAN, Clock
from honnin.core.errors import CallerError, DataError
from honnin.core.secret import Secret
from honnin.core.typed_day import typed_day
from honnin.flows.record_meta import tokens_of_amendment
from honnin.flows.record_ports import RecordReader
from honnin.flows.sealing import Sealer, open_part
from honnin.records.content import RecordContent
from honnin.records.individual_number import holds_individual_number
from honnin.records.kakunin import (
    Amendment,
    Item,
    Kakunin,
    amendment_from_json,
    amendment_to_json,
)
from honnin.records.kakunin import amend as append_to
from honnin.records.wrapping import KeyWrapper

AMENDMENT = "amendment.json"
MAX_TEXT = 500
MAX_VALUE = 500
MAX_PARTS = 64  # an evidence bundle holds so many contents
_NOTE = "honnin-note"
_PERSON = ("name", "kana", "address", "birth")
_ITEMS: Mapping[str, tuple[str, ...]] = {
    "hanshu": (
        *(f"F21.{each}" for each in _PERSON), "F22.name", "F22.address", "F22.birth", "F22.relation", "F22.grounds",
        "F23", "F24", "F25", "F27", "F28", "F29", "F30",
    ),
    "keitai": (*(f"K3b.{each}" for each in _PERSON), "K4b.name", "K4b.address", "K4b.birth", "K5"),
    "keitai_rental": (
        *(f"K3b.{each}" for each in _PERSON), "K4b.name", "K4b.address", "K4b.birth", "K5", "R_phone_numbers",
        "R_device_count",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amended:
    """One amendment as it was sealed. `by`: a name (in the oldest ones a pseudonym); `items` empty: words only."""

    part: int
    at: datetime
    by: str
    text: str
    items: tuple[Item, ...] = ()
    amendment: Amendment | None = None


def amendable(law: str) -> tuple[str, ...]:
    """The ids of items of a record of that law which may get a later value."""
    return _ITEMS.get(law, ())


@dataclass(frozen=True, slots=True)
class Amending:
    """Appending in one house. `index`: the key of the blind index, so that a new name finds the record too."""

    store: RecordReader
    sealer: Sealer
    wrapper: KeyWrapper
    index: Secret[bytes]
    clock: Clock
    tenant: str

    def entries(self, record_id: str) -> tuple[Amended, ...]:
        """All amendments, the oldest first. Raises StoreError `store.not_found`, `store.deleted`, `vault.…`, DataError
        `vault.…`, `content.…`, `kakunin.form`.
        """
        parts = self.store.record(self.tenant, record_id).parts
        return tuple(self._entry(record_id, part) for part in range(1, parts))

    def add_words(self, record_id: str, text: str, *, by: str, actor: str, parts: int | None = None) -> int:
        """Append words; the number of the part. `by`: the name, which is sealed; `actor`: the pseudonym, in the ledger;
        `parts`: as many as were seen.

        Raises CallerError `records.text`, `records.number` (an individual number), `records.many`, StoreError
        `store.conflict` when there are more parts by now, `store.deleted`, `store.not_found`, `ledger.stopped`.
        """
        words = _text(text, "records.text")
        if holds_individual_number(words):
            raise CallerError("records.number", "twelve digits that look like an individual number")
        now = self.clock().astimezone(JAPAN)
        body = {"format": _NOTE, "version": 1, "at": now.isoformat(), "by": by, "text": words}
        octets = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        return self._seal(record_id, octets, now, actor, parts)

    def add_values(
        self, record: Kakunin, values: Mapping[str, str], reason: str, *, by: str, actor: str, parts: int | None = None
    ) -> int:
        """Append new values of items, with the reason; the number of the part. Raises as `add_words`; CallerError
        `records.value`, `records.item`, DataError `kakunin.…`.
        """
        words = _text(reason, "records.reason")
        allowed = amendable(record.law)
        if not values or any(each not in allowed for each in values):
            raise CallerError("records.item", "this item cannot be amended")
        now = self.clock().astimezone(JAPAN)
        items = tuple(
            Item(each, _value(each, value), now, by, provenance="staff") for each, value in values.items()
        )
        before = tuple(
            each.amendment for each in self.entries(record.record_id) if each.amendment is not None
        )
        amendment = Amendment(record.record_id, len(before) + 1, now, by, words, items)
        append_to(record, before, amendment)
        tokens = tokens_of_amendment(record, amendment, index_key=self.index)
        seen = self.store.record(self.tenant, record.record_id).parts if parts is None else parts
        return self._seal(record.record_id, amendment_to_json(amendment), now, actor, seen, tokens)

    # -- inside -------------------------------------------------------------------------------------------------

    def _seal(  # noqa: PLR0917  # what is sealed, and for whom
        self, record_id: str, octets: bytes, at: datetime, actor: str, parts: int | None,
        tokens: tuple[tuple[str, bytes], ...] = (),
    ) -> int:  # fmt: skip
        if self.store.record(self.tenant, record_id).parts >= MAX_PARTS:
            raise CallerError("records.many", "too many amendments of one record")
        receipt = self.sealer.amend(
            RecordContent({AMENDMENT: octets}), tenant=self.tenant, record_id=record_id, at=at, staff=actor,
            tokens=tokens, expected=parts,
        )  # fmt: skip
        return receipt.part

    def _entry(self, record_id: str, part: int) -> Amended:
        content = open_part(self.store, self.wrapper, tenant=self.tenant, record_id=record_id, part=part)
        octets = content.parts.get(AMENDMENT, b"")
        try:
            value = json.loads(octets)
            if value["format"] == _NOTE and value["version"] == 1:
                return Amended(part, datetime.fromisoformat(value["at"]), str(value["by"]), str(value["text"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise DataError("kakunin.form", "this is not an amendment", f"part {part}") from None
        amendment = amendment_from_json(octets)
        return Amended(part, amendment.at, amendment.by, amendment.reason, amendment.items, amendment)


def _text(text: str, code: str) -> str:
    words = text.strip()
    if not words or len(words) > MAX_TEXT:
        raise CallerError(code, f"a text of 1 to {MAX_TEXT} characters is needed")
    return words


def _value(item: str, text: str) -> str:
    value = text.strip()
    if not value or len(value) > MAX_VALUE or not value.isprintable():
        raise CallerError("records.value", f"a value of 1 to {MAX_VALUE} characters is needed", item)
    if item.endswith(".birth"):
        day = typed_day(value)
        if day is None:
            raise CallerError("records.birth", "a date of birth like 1990-01-02 is needed", item)
        return day.isoformat()
    return value
