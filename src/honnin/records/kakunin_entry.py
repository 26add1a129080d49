"""What people write down for a 確認記録, and about whom: the values that no chip gives (law.md §3.2, §3.6)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from honnin.core.errors import DataError
from honnin.core.value_json import value_from_json, value_to_json
from honnin.law.acts import Acts
from honnin.law.decision import Decision
from honnin.law.evidence import EvidenceFacts
from honnin.records.kakunin import Item
from honnin.records.kakunin_fields import TYPABLE, base_of

__all__ = [
    "Entry", "OtherParty", "PersonEntry", "Staff", "Times", "check_entry", "entry_from_json", "entry_to_json",
]  # fmt: skip

MAX_ENTRY = 2000
MAX_TYPED = 100
MAX_JSON = 1 << 20


@dataclass(frozen=True, slots=True)
class Staff:
    """A person of the house: id in the system and name as it stands in the record."""

    id: str
    name: str

    def __post_init__(self) -> None:
        if not self.id.strip() or not self.name.strip():
            raise DataError("kakunin.staff", "a record needs the person who made it")

    @property
    def shown(self) -> str:
        """As in F01 and F02."""
        if self.id == self.name:
            return self.name
        return f"{self.name}（{self.id}）"


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """本人特定事項 as staff wrote them down: of a person whose document was not read here, or from a picture."""

    name: str = ""
    kana: str = ""
    address: str = ""
    birth: str = ""  # YYYY-MM-DD


@dataclass(frozen=True, slots=True)
class Entry:
    """What staff wrote on the page. All texts; at most 2000 characters each. Empty: not said.

    `holder`: what is to be read off pictures of the document that was read; `customer`: the customer, when the document
    is that of the acting person; `agent`, `relation`, `grounds`: the acting person (規則12条5項).
    """

    transaction: str = ""  # F16
    search_key: str = ""  # F28
    holder: PersonEntry = PersonEntry()
    customer: PersonEntry = PersonEntry()
    agent: PersonEntry = PersonEntry()
    relation: str = ""
    grounds: str = ""
    alias: str = ""
    alias_reason: str = ""
    earlier_record: str = ""  # F30
    stay_permit: str = ""  # F31
    business_place: str = ""  # F20
    public_body: str = ""  # K5
    document_number: str = ""  # where it stands on the document only
    device_count: str = ""
    phone_numbers: str = ""
    payment_method: str = ""
    number_purpose: str = ""  # B_purpose
    # Further items that staff wrote down, by id: of kakunin_fields.TYPABLE, at most 100. What the chip says goes first.
    typed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OtherParty:
    """The other person who is verified beside the holder of the document that was read (law.parties): what was done,
    what the law says of it, and the items of a record of their own, when that is where they were verified.
    """

    acts: Acts
    facts: EvidenceFacts
    decision: Decision
    items: tuple[Item, ...] = ()
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """Aware times that no person makes: chip data received, signature received, revocation checked."""

    read_at: datetime | None = None
    signature_received_at: datetime | None = None
    revocation_checked_at: datetime | None = None


def check_entry(entry: Entry) -> None:
    """Raises DataError `kakunin.entry`: a text is too long, they are too many, or staff cannot write such an item."""
    texts = [getattr(entry, name) for name in Entry.__slots__ if isinstance(getattr(entry, name), str)]
    for person in (entry.holder, entry.customer, entry.agent):
        texts += [person.name, person.kana, person.address, person.birth]
    texts += [value for _, value in entry.typed]
    if any(len(each) > MAX_ENTRY for each in texts) or len(entry.typed) > MAX_TYPED:
        raise DataError("kakunin.entry", "a text is too long")
    if any(base_of(item_id) not in TYPABLE for item_id, _ in entry.typed):
        raise DataError("kakunin.entry", "this item is not one that staff write down")


def entry_to_json(entry: Entry) -> bytes:
    """UTF-8 JSON, sorted keys: so that the record can be made again when it is completed later."""
    whole = {"format": "honnin-entry", "version": 1, **value_to_json(entry)}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1).encode()


def entry_from_json(octets: bytes) -> Entry:
    """What `entry_to_json` made. Raises DataError `kakunin.entry`."""
    try:
        value = json.loads(octets[:MAX_JSON].decode("utf-8"))
    except (ValueError, RecursionError):
        raise DataError("kakunin.entry", "this is no entry of a record") from None
    if not isinstance(value, dict) or (value.pop("format", None), value.pop("version", None)) != ("honnin-entry", 1):
        raise DataError("kakunin.entry", "this is no entry of a record that this program knows")
    return value_from_json(Entry, value, "kakunin.entry")
