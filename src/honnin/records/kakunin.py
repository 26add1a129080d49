"""確認記録 as a value: items with who and when, the method of that day, versions, attachments (law.md §3.1–§3.6, §7).

What is not in this value is not in the record: individual number, registered domicile, sex, number of a My Number Card
have no field here. Later changes are Amendments beside it; no later value erases an earlier one (規則20条3項).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from honnin.core.errors import CallerError, DataError
from honnin.core.value_json import value_from_json, value_to_json
from honnin.facts.glyphs import glyph_number
from honnin.law.decision import Decision
from honnin.records.individual_number import holds_individual_number
from honnin.records.kakunin_fields import (
    AMENDABLE,
    CUSTOMER_KINDS,
    DAY_ITEMS,
    FIELDS,
    HOLDERS,
    attachment_name,
    base_of,
    label,
    parts_of,
)
from honnin.records.kakunin_owners import OWNER, missing_of_owners

__all__ = [
    "Amendment", "AttachmentRef", "Item", "Kakunin", "MethodUsed", "MissingItem", "Notice", "State", "Unverifiable",
    "amend", "amendment_from_json", "amendment_to_json", "history", "kakunin_from_json", "kakunin_to_json",
    "missing_items", "settle",
]  # fmt: skip

VERSION = 1
MAX_JSON = 1 << 20
_FORMAT, _AMENDMENT = "honnin-kakunin", "honnin-kakunin-amendment"
_JAPAN_OFFSET = timedelta(hours=9)
# Of these ids the record itself is the value, not an item.
_OF_RECORD = {
    "law_revision_id": "law_revision", "rules_version": "rules_version", "software_version": "software_version",
    "operator_id": "operator_id", "tenant_id": "tenant_id", "accepted_unverifiable": "accepted_unverifiable",
}  # fmt: skip
_EITHER = {
    "F03_or_F05_relayed": ("F03", "F05"), "F18_relayed": ("F18",), "F06_if_mail": (),
    "F06": ("F06", "F13"),  # 規則6条4項: handed over by staff instead of mailed
}  # fmt: skip
_NUMBERED = frozenset({"F18", "F19", "F28", "K3d", "K4d", "R_phone_numbers", "R_hikiuke_bango", "F20", "F30", "F31"})


class State(StrEnum):
    """FINISHED: a method is satisfied and nothing that the law wants recorded is missing. Simulated is never finished
    in law; it says so by `simulated`.
    """

    FINISHED = "finished"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Item:
    """One value. `id`: a field or a part of one. `at`: the time that belongs to it (with +09:00), `by`: who, where one
    person did it; `provenance` where it came from the chip; `attachment`: the part that shows it instead of text
    (規則20条2項).
    """

    id: str
    value: str
    at: datetime | None = None
    by: str = ""
    provenance: str = ""
    attachment: str = ""

    def __post_init__(self) -> None:
        if base_of(self.id) not in FIELDS:
            raise DataError("kakunin.item", "there is no such item of a record", self.id)
        _check_time(self.at)
        if base_of(self.id) not in _NUMBERED and holds_individual_number(self.value):
            raise DataError("kakunin.individual_number", "an item holds what looks like an individual number", self.id)

    @property
    def day_only(self) -> bool:
        """Whether `at` is a day without a time: the ordinance wants no more, and nobody knows more."""
        return self.at is not None and self.at.time() == time() and base_of(self.id) in DAY_ITEMS

    @property
    def filled(self) -> bool:
        """Whether it says anything."""
        return bool(self.value.strip() or self.attachment or (self.at is not None))


@dataclass(frozen=True, slots=True)
class MethodUsed:
    """A satisfied method as it was called on that day. `letter` "" where nobody knows it."""

    id: str
    title: str
    title_en: str
    letter: str
    article: str
    revision: str
    egov_revision: str
    document: str


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """A part of the sealed record that belongs to it as 添付資料. `sha256`: hexadecimal, of its octets."""

    code: str
    part: str  # attachment/<code>/<name>
    sha256: str
    media_type: str
    provenance: str

    @property
    def glyph(self) -> int:
        """The number of the character (外字) of which it is the picture; 0 for anything else."""
        return glyph_number(self.part.rpartition("/")[2].partition(".")[0])


@dataclass(frozen=True, slots=True)
class Notice:
    """What was open or to be ensured when the record was made."""

    code: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Unverifiable:
    """The house accepted, by name and reason, that the issuer's signature of this document is not verified."""

    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class Kakunin:
    """The record. Times have +09:00. `rules_version` of the law's data, `checks_version` of the checks of the chip."""

    record_id: str
    tenant_id: str
    tenant_name: str
    law: str
    on: date
    made_at: datetime
    state: State
    simulated: bool
    methods: tuple[MethodUsed, ...]
    law_revision: str
    rules_version: str
    checks_version: str
    software_version: str
    operator_id: str
    document: str
    evidence: tuple[str, ...]
    items: tuple[Item, ...]
    attachments: tuple[AttachmentRef, ...]
    accepted_unverifiable: tuple[Unverifiable, ...]
    notices: tuple[Notice, ...]

    def __post_init__(self) -> None:
        _check_time(self.made_at)

    def of(self, item_id: str) -> tuple[Item, ...]:
        """All items of that id or of that field's parts, in their order."""
        return tuple(each for each in self.items if each.id == item_id or base_of(each.id) == item_id)

    def first(self, item_id: str) -> str:
        """The first value with exactly that id, or ""."""
        return next((each.value for each in self.items if each.id == item_id), "")

    @property
    def customer_kind(self) -> str:
        """Kind of customer (design §6); "" where the record does not say: then a natural person."""
        word = self.first("product.customer_kind")
        return next((code for code, (ja, _) in CUSTOMER_KINDS.items() if ja == word), "")

    @property
    def holder(self) -> str:
        """Whose document was read, where two people are concerned: agents_own, agent_for_customer; else ""."""
        word = self.first("product.holder")
        return next((code for code, (ja, _) in HOLDERS.items() if ja == word), "")


@dataclass(frozen=True, slots=True)
class Amendment:
    """A later change or addition (規則20条3項). `number` counts from 1 without a gap."""

    record_id: str
    number: int
    at: datetime
    by: str
    reason: str
    items: tuple[Item, ...]

    def __post_init__(self) -> None:
        _check_time(self.at)
        if not self.by.strip() or not self.reason.strip():
            raise DataError("kakunin.amendment.by", "an amendment needs a person and a reason")
        if self.number < 1 or not self.items:
            raise DataError("kakunin.amendment.empty", "an amendment changes at least one item")
        if any(base_of(each.id) not in AMENDABLE or not each.filled for each in self.items):
            raise DataError("kakunin.amendment.item", "this item cannot be amended")


@dataclass(frozen=True, slots=True)
class MissingItem:
    """A required item or attachment without a value."""

    id: str
    ja: str
    en: str


def _check_time(moment: datetime | None) -> None:
    """All times of a record are Japanese time, so that the day is the day of the law."""
    if moment is not None and moment.utcoffset() != _JAPAN_OFFSET:
        raise DataError("kakunin.time", "a time in a record needs the zone +09:00")


# --- what is missing --------------------------------------------------------------------------------------------------


def missing_items(record: Kakunin, decision: Decision, other: Decision | None = None) -> tuple[MissingItem, ...]:
    """Required items (Decision.record_fields, .record_fields_product) and attachments that have no value, in order.

    `decision`: about the person whose document was read; `other`: about the other one, where the law asks about two.
    Ids that no field has (texts of the law that were not seen) are missing until a release knows them, except those
    whose name says so (`unknown_…`): for these a superset is recorded (law.md L2).
    """
    found: list[str] = []
    codes: list[str] = []
    for asked, own in ((decision, True), (other, False)):
        if asked is None:
            continue
        acting = _speaks_of_acting(record, own=own)
        for each in dict.fromkeys((*asked.record_fields, *asked.record_fields_product)):
            found += _missing(record, _of_acting(each) if acting else each)
        codes += asked.attachments
    for code in dict.fromkeys(codes):
        if code.endswith("_IF_SENT") and not record.of("F04"):
            continue
        if code.startswith("unknown"):
            continue
        if not any(each.code == code for each in record.attachments):
            found.append(code)
    kind = record.customer_kind
    return tuple(MissingItem(each, *_name(each, kind)) for each in dict.fromkeys(found))


def _speaks_of_acting(record: Kakunin, *, own: bool) -> bool:
    """Whether a Decision speaks of the acting person: the record says whose document was read."""
    return bool(record.holder) and (record.holder == "agents_own") is own


def _of_acting(required: str) -> str:
    """携帯規則8条1項4号: day and document that a method wants are then those of the acting person."""
    return f"K4{required[2:]}" if required.startswith(("K3a_", "K3d_")) else required


def _name(each: str, kind: str) -> tuple[str, str]:
    return attachment_name(each) if each.startswith("ATT_") else label(each, kind)


def _missing(record: Kakunin, required: str) -> list[str]:
    if required.startswith("unknown") or required == "timestamps_with_tz":
        return []  # every time in a record has its zone by construction
    if required in _OF_RECORD:
        return [] if getattr(record, _OF_RECORD[required]) else [required]
    if required in _EITHER:
        either = _EITHER[required]
        return [] if not either or any(_filled(record, each) for each in either) else [either[0]]
    if required.startswith("ATT_"):
        return [] if any(each.code == required for each in record.attachments) else [required]
    wanted = _normal(required)
    if wanted == OWNER:
        return list(missing_of_owners((each.id, each.value) for each in record.of(OWNER)))
    parts = parts_of(wanted, record.customer_kind)
    if parts:
        return [f"{wanted}.{part}" for part in parts if not _filled(record, f"{wanted}.{part}")]
    return [] if _filled(record, wanted) else [wanted]


def _normal(required: str) -> str:
    """Variants of the sheet: `K3a_received` → K3a.received, `K3d_certificate_type_and_serial` → K3d."""
    if required in FIELDS:
        return required
    if required.startswith(("K3a_", "K4a_")):
        return f"{required[:3]}.{required[4:]}"
    return required.partition("_")[0] if required.startswith(("K", "F")) else required


def _filled(record: Kakunin, item_id: str) -> bool:
    return any(each.filled for each in record.of(item_id))


def settle(record: Kakunin, decision: Decision, other: Decision | None = None) -> Kakunin:
    """The record with the state that it may have: FINISHED only when everybody is verified and nothing is missing."""
    verified = decision.verified and (other is None or other.verified) and bool(record.methods)
    done = verified and not missing_items(record, decision, other)
    return replace(record, state=State.FINISHED if done else State.UNFINISHED)


# --- amendments -------------------------------------------------------------------------------------------------------


def amend(record: Kakunin, before: Sequence[Amendment], new: Amendment) -> tuple[Amendment, ...]:
    """The amendments with one more. Raises CallerError `kakunin.amendment.order` (not the next one, or not later),
    `kakunin.amendment.record` (another record's).
    """
    if new.record_id != record.record_id or any(each.record_id != record.record_id for each in before):
        raise CallerError("kakunin.amendment.record", "this amendment belongs to another record")
    last = max((record.made_at, *(each.at for each in before)))
    if new.number != len(before) + 1 or new.at < last:
        raise CallerError("kakunin.amendment.order", "amendments are added one after the other")
    return (*before, new)


def history(record: Kakunin, amendments: Iterable[Amendment], item_id: str) -> tuple[Item, ...]:
    """All values that item ever had, the oldest first: what was recorded, then each amendment."""
    later = (item for each in amendments for item in each.items)
    return (*record.of(item_id), *(each for each in later if each.id == item_id or base_of(each.id) == item_id))


# --- JSON -------------------------------------------------------------------------------------------------------------


def kakunin_to_json(record: Kakunin) -> bytes:
    """UTF-8 JSON, sorted keys: the same record always gives the same octets."""
    return _dump(_FORMAT, value_to_json(record))


def kakunin_from_json(octets: bytes) -> Kakunin:
    """What `kakunin_to_json` made. Raises DataError `kakunin.form` (also for another version)."""
    return value_from_json(Kakunin, _load(octets, _FORMAT), "kakunin.form")


def amendment_to_json(amendment: Amendment) -> bytes:
    """UTF-8 JSON, sorted keys."""
    return _dump(_AMENDMENT, value_to_json(amendment))


def amendment_from_json(octets: bytes) -> Amendment:
    """What `amendment_to_json` made. Raises DataError `kakunin.form`."""
    return value_from_json(Amendment, _load(octets, _AMENDMENT), "kakunin.form")


def _dump(form: str, values: dict[str, Any]) -> bytes:
    whole = {"format": form, "version": VERSION, **values}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _load(octets: bytes, form: str) -> dict[str, Any]:
    if len(octets) > MAX_JSON:
        raise DataError("kakunin.form", "the record is larger than the limit")
    try:
        value = json.loads(octets.decode("utf-8"), object_pairs_hook=_no_twins)
    except (ValueError, RecursionError):
        raise DataError("kakunin.form", "this is not a record") from None
    if not isinstance(value, dict) or (value.pop("format", None), value.pop("version", None)) != (form, VERSION):
        raise DataError("kakunin.form", "this is not a record of a version that this program knows")
    return value


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DataError("kakunin.form", "a name stands twice in the record")
    return found
