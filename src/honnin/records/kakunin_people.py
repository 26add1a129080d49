"""本人特定事項 of everybody in a 確認記録: from the chip, its pictures, papers, as written (law.md §1.3, §2.1).

What the chip says in text goes first and keeps its provenance; what staff read off a picture or wrote down says so. A
text in which a character is a picture (〓) is no name: what staff read off the card goes before it, and both stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from honnin.facts import Attribute, Report
from honnin.facts.glyphs import GETA
from honnin.law.acts import Acts, AddressAnswer
from honnin.law.case import Case
from honnin.law.chip_items import ChipItems
from honnin.law.evidence import EvidenceFacts
from honnin.records.kakunin import AttachmentRef, Item
from honnin.records.kakunin_entry import Entry, OtherParty, PersonEntry
from honnin.records.kakunin_fields import base_of

__all__ = ["People"]


@dataclass(frozen=True, slots=True)
class People:
    """The customer and the acting person of one record. The holder of the document that was read is one of them."""

    case: Case
    facts: EvidenceFacts
    report: Report
    acts: Acts
    entry: Entry
    attachments: tuple[AttachmentRef, ...]
    other: OtherParty | None

    @property
    def on_agent(self) -> bool:
        """Whether the document that was read is the acting person's."""
        return self.case.actor == "agents_own"

    def customer(self, item_id: str) -> Iterator[Item]:
        """Items of the customer, as parts of that item."""
        if self.on_agent:
            yield from self._elsewhere(item_id, self.entry.customer)
        else:
            yield from self._holder(item_id)

    def agent(self, item_id: str) -> Iterator[Item]:
        """Items of the acting person."""
        if self.on_agent:
            yield from self._holder(item_id)
        else:
            yield from self._elsewhere(item_id, self.entry.agent)

    def _elsewhere(self, item_id: str, person: PersonEntry) -> Iterator[Item]:
        """Of the person whose document was not read here: from the record of their own, else as staff wrote it."""
        items = () if self.other is None else self.other.items
        known = [each for each in items if base_of(each.id) == item_id]
        yield from known
        there = {each.id for each in known}
        yield from (each for each in self._written(item_id, person) if each.id not in there)

    def relation(self, item_id: str) -> Iterator[Item]:
        """顧客との関係, and why the acting person is believed to act for the customer (規則12条5項)."""
        yield Item(f"{item_id}.relation", self.entry.relation)
        yield Item(f"{item_id}.grounds", self.entry.grounds)

    @staticmethod
    def _written(item_id: str, person: PersonEntry) -> Iterator[Item]:
        for part in ("name", "kana", "address", "birth"):
            yield Item(f"{item_id}.{part}", getattr(person, part), provenance="staff")

    def _holder(self, item_id: str) -> Iterator[Item]:
        """本人特定事項 of the person whose document was read: text of the chip, else what staff read off its picture,
        else the picture itself where it is an attachment (規則20条2項). An address that is not the present one is no
        住居 (規則6条2項): then it is the one that the other paper shows.
        """
        items, typed = self.facts.items, self.entry.holder
        yield from self._said(f"{item_id}.name", self._name(items), typed.name, "product.document_name")
        kana = self._attribute("current_full_name_kana") or self._attribute("full_name_kana")
        yield self._person_item(f"{item_id}.kana", kana, typed.kana)
        alias = self._attribute("alias_name")
        written = "" if alias is None else dict(self.entry.typed).get(f"{item_id}.alias", "")
        yield from self._said(f"{item_id}.alias", alias, written, "product.document_alias")
        moved = self.acts.address is not None and self.acts.address.answer is AddressAnswer.MOVED
        address = (None if items is None else items.address) or self._certified("address")
        if moved:  # what staff write is the other paper's, whatever characters the chip has
            yield self._person_item(f"{item_id}.address", None, typed.address)
            if address is not None:
                yield self._person_item("product.document_address", address, "")
        else:
            yield from self._said(f"{item_id}.address", address, typed.address, "product.document_address_text")
        birth = (None if items is None else items.birth) or self._certified("birth_date")
        yield self._person_item(f"{item_id}.birth", birth, typed.birth)
        if self.case.customer_kind == "short_stay":
            yield self._person_item(f"{item_id}.nationality", self._attribute("nationality"), "")
            number = self._attribute("document_number")
            yield self._person_item(f"{item_id}.passport", number, self.entry.document_number)

    def _name(self, items: ChipItems | None) -> Attribute | None:
        name = None if items is None else items.name
        if name is not None and name.source == "EF.DG1":
            given = self._text("given_names")
            family = self._text("family_name")
            joined = " ".join(each for each in (family, given) if each)
            whole = self._whole_name(joined)
            if whole is not None:
                return whole
            return Attribute("full_name", joined, name.provenance, name.verified, name.source)
        if name is None:
            name = self._attribute("full_name")  # of a certificate alone (JPKI)
        return name

    def _whole_name(self, zone: str) -> Attribute | None:
        """The name of EF.DG11 where the machine readable zone had no room for all of it and both begin alike: the zone
        cuts what is longer than its 39 places (passport.md §4: a letter in the last place), and a 氏名
        is not cut.
        """
        cut = any(each.id == "passport.mrz.check_digits" and "name_may_be_cut" in each.detail
                  for each in self.report.findings)  # fmt: skip
        wanted = ("full_name", "EF.DG11")
        name = next((each for each in self.report.attributes if (each.name, each.source) == wanted), None)
        if not cut or name is None:
            return None
        whole, short = _letters(name.value), _letters(zone)
        first = _letters(self._text("family_name"))
        return name if first and whole.startswith(first) and len(whole) >= len(short) else None

    def _certified(self, name: str) -> Attribute | None:
        """Of the certificate alone (JPKI), where no other file of the chip gives it."""
        found = self._attribute(name)
        return found if found is not None and found.source == "JPKI.EF0001" else None

    def _text(self, name: str) -> str:
        found = self._attribute(name)
        return "" if found is None else found.value

    def _attribute(self, name: str) -> Attribute | None:
        return next((each for each in self.report.attributes if each.name == name and not each.media_type), None)

    def _said(self, item_id: str, attribute: Attribute | None, typed: str, chip_id: str) -> Iterator[Item]:
        """The item. Where characters of the chip's text are pictures and staff wrote it as it is printed: that, and the
        chip's text as an item of its own.
        """
        value = typed.strip()
        if attribute is None or attribute.media_type is not None or GETA not in attribute.value:
            yield self._person_item(item_id, attribute, typed)
        elif not value or GETA in value:
            yield self._person_item(item_id, attribute, "")
        else:
            yield Item(item_id, value, provenance="staff")
            yield self._person_item(chip_id, attribute, "")

    def _person_item(self, item_id: str, attribute: Attribute | None, typed: str) -> Item:
        if attribute is not None and attribute.media_type is None:
            return Item(item_id, attribute.value, provenance=attribute.provenance.value)
        shown = "" if attribute is None else self._shown_by(attribute)
        return Item(item_id, typed, provenance="staff" if typed else "", attachment=shown)

    def _shown_by(self, attribute: Attribute) -> str:
        name = attribute.name
        return next((each.part for each in self.attachments if each.part.rpartition("/")[2].startswith(name)), "")


def _letters(name: str) -> str:
    """Capital letters alone, as a machine readable zone writes them."""
    return "".join(each for each in name.upper() if each.isalpha())
