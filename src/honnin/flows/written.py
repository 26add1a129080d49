"""What was typed at the counter → the Entry of a record: every text under the item that it belongs to.

A text about a person goes to that person: F21 and K3b are the customer, F22 and K4b the acting person; one of the two
is the holder of the document that was read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from honnin.flows.entry_asks import PAPER, day_of
from honnin.flows.number_papers import paper_words
from honnin.flows.number_purposes import PURPOSES
from honnin.flows.visit import Visit
from honnin.records.kakunin_entry import Entry, PersonEntry
from honnin.records.kakunin_fields import TYPABLE, base_of
from honnin.records.kakunin_owners import percent_of

__all__ = ["entry_of", "entry_with"]

_CUSTOMER, _ACTING = frozenset({"F21", "K3b"}), frozenset({"F22", "K4b"})
_PERSON = ("name", "kana", "address", "birth")
_OF_ENTRY = {
    "F20": "business_place", "F28": "search_key", "F30": "earlier_record", "F31": "stay_permit", "K5": "public_body",
    "R_device_count": "device_count", "R_phone_numbers": "phone_numbers", "R_payment_method": "payment_method",
    "F22.relation": "relation", "F22.grounds": "grounds", "B_purpose": "number_purpose",
}  # fmt: skip
NUMBER_PAPER = "B_number_document"
_LAW_IN_TITLE = re.compile(r"（(?:犯収法|携帯法|番号法)）\Z")


def entry_of(visit: Visit) -> Entry:
    """The Entry of the record of that visit."""
    said = visit.declarations
    written = [(name, value) for name, value in said.items() if _is_item(name) and value.strip()]
    alias = said.get("alias") == "yes"
    entry = Entry(
        transaction=_LAW_IN_TITLE.sub("", visit.case.transaction.title_ja),
        number_purpose="" if visit.case.purpose is None else PURPOSES[visit.case.purpose][0],
        search_key=f"確認記録の番号 {visit.id}",  # where the house writes that number into its 取引記録
        alias=said.get("alias_name", "").strip() if alias else "",
        alias_reason=said.get("alias_reason", "").strip() if alias else "",
    )
    if visit.number_paper is not None:
        written.append((NUMBER_PAPER, paper_words(visit.number_paper)))
    if said.get("pep_reason", "").strip() and said.get("foreign_pep") == "yes":
        written.append(("F29.reason", said["pep_reason"].strip()))
    return entry_with(entry, written, on_agent=visit.case.actor == "agents_own")


def entry_with(entry: Entry, written: Iterable[tuple[str, str]], *, on_agent: bool) -> Entry:
    """That Entry and more texts, by item. `on_agent`: the document that was read is the acting person's."""
    fields = {name: getattr(entry, name) for name in Entry.__slots__}
    typed = dict(entry.typed)
    for item_id, text in written:
        base, part = base_of(item_id), item_id.partition(".")[2].rpartition(".")[2]
        value = _tidy(part, text)
        whose = "agent" if base in _ACTING else "customer" if base in _CUSTOMER else ""
        if whose and part in _PERSON:
            person = "holder" if (whose == "agent") is on_agent else whose
            known: PersonEntry = fields[person]
            fields[person] = PersonEntry(**{name: getattr(known, name) for name in _PERSON} | {part: value})
        elif item_id in _OF_ENTRY:
            fields[_OF_ENTRY[item_id]] = value
        else:
            typed[item_id] = value
    return Entry(**{**fields, "typed": tuple(typed.items())})


def _is_item(name: str) -> bool:
    return base_of(name) in TYPABLE and not name.startswith(f"{PAPER}.")


def _tidy(part: str, text: str) -> str:
    """Without spaces around; a birth date as the chips give it; a share as a number."""
    value = text.strip()
    if part == "ratio":
        share = percent_of(unicodedata.normalize("NFKC", value))
        return value if share is None else f"{share:f}"
    if part == "birth":
        day = day_of(unicodedata.normalize("NFKC", value))
        return value if day is None else day.isoformat()
    return value
