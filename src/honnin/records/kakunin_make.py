"""Report + acts + Decision + what staff wrote → Kakunin (law.md §3.1, §3.2, §3.6).

A list of what is taken, never of what is left out: an item of a card that is not named here does not reach the record.
Only name, kana, alias, address, birth date, document number (no My Number Card's: L10), dates and authority are named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from honnin.core.clock import JAPAN
from honnin.core.errors import DataError
from honnin.facts import Attribute, Report
from honnin.law.acts import Acts, Answered, Handover
from honnin.law.case import Case
from honnin.law.chip_items import ChipItems
from honnin.law.decision import Decision
from honnin.law.evidence import EvidenceFacts
from honnin.records.kakunin import (
    AttachmentRef,
    Item,
    Kakunin,
    MethodUsed,
    Notice,
    State,
    Unverifiable,
    settle,
)

__all__ = ["DOCUMENT_NAMES", "Entry", "PersonEntry", "Staff", "Times", "make_kakunin"]

MAX_ENTRY = 2000
DOCUMENT_NAMES: dict[str, tuple[str, str]] = {
    "MYNA": ("個人番号カード", "My Number Card"),
    "MYNA_NOPHOTO": ("個人番号カード（写真なし）", "My Number Card without photo"),
    "LICENCE": ("運転免許証", "Driver's licence"),
    "RESIDENCE": ("在留カード", "Residence card"),
    "RESIDENCE_NOPHOTO": ("在留カード（写真なし）", "Residence card without photo"),
    "SPR": ("特別永住者証明書", "Special permanent resident certificate"),
    "SPR_NOPHOTO": ("特別永住者証明書（写真なし）", "Special permanent resident certificate without photo"),
    "TOKUTEI_RESIDENCE": ("特定在留カード・特定特別永住者証明書", "Specified residence card or certificate"),
    "PASSPORT": ("旅券", "Passport"),
    "JPKI_SIGN_CARD": ("署名用電子証明書", "Certificate for signing"),
    "JPKI_SIGN_PHONE": ("移動端末設備用署名用電子証明書", "Certificate for signing (phone)"),
    "CERTIFICATES": ("住民票の写し・印鑑登録証明書など", "Certificate of residence, seal certificate"),
    "SUPPLEMENT": ("補完書類", "Address paper"),
}
_NUMBER_NEVER = frozenset({"MYNA", "MYNA_NOPHOTO", "TOKUTEI_RESIDENCE"})
_DECLARED = {"purpose": "F23", "occupation": "F24", "beneficial_owner": "F25", "assets": "F26", "pep": "F29"}


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


@dataclass(frozen=True, slots=True)
class Times:
    """Aware times that no person makes: chip data received, signature received, revocation checked."""

    read_at: datetime | None = None
    signature_received_at: datetime | None = None
    revocation_checked_at: datetime | None = None


def make_kakunin(
    *, record_id: str, tenant: tuple[str, str], case: Case, decision: Decision, facts: EvidenceFacts, report: Report,
    acts: Acts, entry: Entry, times: Times, verifier: Staff, recorder: Staff, made_at: datetime, software_version: str,
    attachments: tuple[AttachmentRef, ...] = (),
) -> Kakunin:  # fmt: skip
    """The record, with the state that it may have (settle). `tenant`: id and name of the house.

    Raises DataError: `kakunin.entry` (too long), `kakunin.individual_number` (a text holds what looks like one).
    """
    _check_lengths(entry)
    maker = _Maker(case, decision, facts, report, acts, entry, times, attachments)
    items = tuple(each for each in maker.items(verifier, recorder) if each.filled)
    main = facts.documents[0].kind if facts.documents else ""
    record = Kakunin(
        record_id=record_id,
        tenant_id=tenant[0],
        tenant_name=tenant[1],
        law=case.law,
        on=case.on,
        made_at=_japan(made_at),
        state=State.UNFINISHED,
        simulated=facts.simulated,
        methods=tuple(
            MethodUsed(
                each.id, each.title, each.title_en, each.letter or "", each.article, each.revision,
                each.egov_revision or "", each.document or "",
            )
            for each in decision.satisfied
        ),
        law_revision=decision.revision,
        rules_version=decision.rules_version,
        checks_version=report.rules,
        software_version=software_version,
        operator_id=recorder.id,
        document=main,
        evidence=tuple(sorted(facts.codes)),
        items=items,
        attachments=attachments,
        accepted_unverifiable=tuple(
            Unverifiable(each.document, each.reason) for each in decision.accepted_unverifiable
        ),
        notices=(
            *(Notice(each.code, each.ja, each.en) for each in facts.notices),
            *(Notice(each.code, each.ja, each.en) for each in decision.notices),
        ),
    )  # fmt: skip
    return settle(record, decision)


def _check_lengths(entry: Entry) -> None:
    texts = [getattr(entry, name) for name in Entry.__slots__ if isinstance(getattr(entry, name), str)]
    for person in (entry.holder, entry.customer, entry.agent):
        texts += [person.name, person.kana, person.address, person.birth]
    if any(len(each) > MAX_ENTRY for each in texts):
        raise DataError("kakunin.entry", "a text is too long")


def _japan(moment: datetime) -> datetime:
    return moment.astimezone(JAPAN)


def _name_of(kind: str) -> str:
    return DOCUMENT_NAMES.get(kind, (kind, kind))[0]


class _Maker:
    """Makes the items of one record; nothing of it is kept."""

    def __init__(  # noqa: PLR0917  # everything that a record is made of
        self, case: Case, decision: Decision, facts: EvidenceFacts, report: Report, acts: Acts, entry: Entry,
        times: Times, attachments: tuple[AttachmentRef, ...],
    ) -> None:  # fmt: skip
        self.case = case
        self.decision = decision
        self.facts = facts
        self.report = report
        self.acts = acts
        self.entry = entry
        self.times = times
        self.attachments = attachments
        self.on_agent = case.actor == "agents_own"  # the document that was read is the acting person's

    def items(self, verifier: Staff, recorder: Staff) -> Iterator[Item]:
        if self.case.law == "hanshu":
            yield Item("F01", verifier.shown)
            yield Item("F02", recorder.shown)
            yield from self._hanshu_times()
            yield from self._hanshu_texts()
        elif self.case.law == "bangou":
            yield from self._bangou(verifier)
        else:
            yield Item("K1", verifier.shown)
            yield Item("K2", recorder.shown)
            yield from self._keitai()
        yield from self._product()

    # -- 犯収法 ----------------------------------------------------------------------------------------------------

    def _hanshu_times(self) -> Iterator[Item]:
        acts, kind = self.acts, self._kind()
        if acts.presented is not None:
            yield self._at("F03", _name_of(kind), acts.presented.at, acts.presented.by)
        supplement = acts.supplement
        for each in acts.others:
            if each.additional:
                yield self._at("F14", _name_of(each.kind), each.at, each.by)
            elif each.how is Handover.PRESENTED:
                yield self._at("F03", _name_of(each.kind), each.at, each.by)
            else:
                yield self._at("F04", _name_of(each.kind), each.at, each.by)
        if supplement is not None:
            yield self._at("F03" if supplement.how is Handover.PRESENTED else "F04", supplement.kind, supplement.at,
                           supplement.by)  # fmt: skip
        for mail in acts.mail:
            yield self._at("F06", f"{mail.kind.value} {mail.number}".strip(), mail.sent_at, mail.by)
            if mail.delivered_at is not None:
                yield self._at("F06.delivered", mail.number, mail.delivered_at, mail.by)
        yield from self._received()
        if acts.staff_delivery is not None:
            yield self._at("F13", "", acts.staff_delivery.at, acts.staff_delivery.by)
        for said in acts.declarations:
            yield self._at(f"F15.{said.item}", said.how, said.at, said.by)

    def _received(self) -> Iterator[Item]:
        """F07–F10: of these the method asks for one; all that happened are recorded."""
        face, document, chip = self.acts.face_live, self.acts.document_live, self.times.read_at
        remote = self.case.channel != "in_person"
        if face is not None:
            if document is not None:
                yield self._at("F07.face", face.software, face.received_at)
                yield self._at("F07.document", document.software, document.received_at)
            yield self._at("F08.face", face.software, face.received_at)
        asked = "F10" in self.decision.record_fields  # in person too, while the text of 2027 is not known
        if chip is not None and (remote or face is not None or asked):
            yield self._at("F08.chip", "", chip)
            yield self._at("F09.chip", "", chip)
            yield self._at("F10.chip", "", chip)

    def _hanshu_texts(self) -> Iterator[Item]:
        entry, acts = self.entry, self.acts
        yield Item("F16", entry.transaction or self.case.transaction or "")
        yield from self._methods("F17")
        yield from self._documents("F18")
        supplement = acts.supplement
        if supplement is not None:
            yield Item("F19", f"{supplement.kind} {supplement.identification}".strip(), _japan(supplement.at),
                       supplement.by)  # fmt: skip
        yield Item("F20", entry.business_place)
        yield from self._customer("F21")
        yield from self._agent("F22")
        yield from self._relation("F22")
        for item, field in _DECLARED.items():
            said = acts.declared(item)
            if said is not None:
                value = f"{said.value}（{said.how}）" if said.how else said.value
                yield Item(field, value, _japan(said.at), said.by)
        if entry.alias:
            yield Item("F27", f"{entry.alias}（{entry.alias_reason}）" if entry.alias_reason else entry.alias)
        yield Item("F28", entry.search_key)
        yield Item("F30", entry.earlier_record)
        yield Item("F31", entry.stay_permit)

    # -- 携帯法, 番号法 --------------------------------------------------------------------------------------------

    def _keitai(self) -> Iterator[Item]:
        own = "K4" if self.on_agent else "K3"
        yield from self._keitai_dates()
        yield from self._customer("K3b")
        yield from self._methods("K3c")
        yield from self._documents(f"{own}d")
        if self.on_agent or self.entry.agent.name:
            yield Item("K4a", self.case.on.isoformat())
            yield from self._agent("K4b")
            yield from self._methods("K4c")
        yield Item("K5", self.entry.public_body)
        if self.case.law == "keitai_rental":
            yield Item("R_device_count", self.entry.device_count)
            yield Item("R_phone_numbers", self.entry.phone_numbers)
            yield Item("R_payment_method", self.entry.payment_method)
            for mail in self.acts.mail:
                yield Item("R_hikiuke_bango", mail.number, None if mail.delivered_at is None else _japan(mail.sent_at))

    def _keitai_dates(self) -> Iterator[Item]:
        """規則8条2項: the day presented, received or delivered, as the method wants it; all that happened."""
        acts, times = self.acts, self.times
        if acts.presented is not None:
            yield self._at("K3a.presented", "", acts.presented.at, acts.presented.by)
        received = [each for each in (times.read_at, times.signature_received_at) if each is not None]
        if acts.face_live is not None:
            received.append(acts.face_live.received_at)
        if received and (self.case.channel != "in_person" or times.signature_received_at is not None):
            yield self._at("K3a.received", "", max(received))
        for mail in acts.mail:
            if mail.delivered_at is not None and mail.returned_at is None:
                yield self._at("K3a.delivered", mail.number, mail.delivered_at, mail.by)

    def _bangou(self, verifier: Staff) -> Iterator[Item]:
        """Minimal: that the number was confirmed, how, when, for what. Neither the number nor more of the person."""
        yield Item("B_purpose", self.entry.number_purpose)
        yield from self._methods("B_method")
        yield Item("B_date", self.case.on.isoformat())
        yield Item("B_operator", verifier.shown)
        yield from self._documents("B_id_document")
        if self.case.actor in {"agents_own", "agent_for_customer"}:
            yield Item("B_agent", self.entry.agent.name)

    # -- of every law ----------------------------------------------------------------------------------------------

    def _kind(self) -> str:
        return self.facts.documents[0].kind if self.facts.documents else ""

    @staticmethod
    def _at(item_id: str, value: str, moment: datetime, by: str = "") -> Item:
        return Item(item_id, value, _japan(moment), by)

    def _methods(self, item_id: str) -> Iterator[Item]:
        for each in self.decision.satisfied:
            letter = f"{each.letter}" if each.letter else ""
            yield Item(item_id, f"{each.article}{'' if letter in each.article else letter} {each.title}".strip())

    def _documents(self, item_id: str) -> Iterator[Item]:
        """Kind, number, authority, dates of the read document; kind and number of the others."""
        kind = self._kind()
        if kind:
            parts = [_name_of(kind)]
            if kind not in _NUMBER_NEVER:
                number = self._value("document_number") or self.entry.document_number
                parts += [f"番号 {number}"] if number else []
            authority = self._value("issuing_authority") or self._value("issuing_state")
            parts += [authority] if authority else []
            expiry = self._value("expiry_date") or self._seen_expiry()
            parts += [f"有効期限 {expiry}"] if expiry else []
            yield Item(item_id, "　".join(parts))
        for each in self.acts.others:
            yield Item(item_id, f"{_name_of(each.kind)} {each.number}".strip(), _japan(each.at), each.by)

    def _seen_expiry(self) -> str:
        seen = self.acts.expiry_seen
        return "" if seen is None else seen.day.isoformat()

    def _value(self, name: str) -> str:
        """The value of a named item of the read document; for JPKI alone, nothing but the four items."""
        return next((each.value for each in self.report.attributes if each.name == name and not each.media_type), "")

    def _customer(self, item_id: str) -> Iterator[Item]:
        if self.on_agent:
            yield from self._written(item_id, self.entry.customer)
        else:
            yield from self._holder(item_id)

    def _agent(self, item_id: str) -> Iterator[Item]:
        if self.on_agent:
            yield from self._holder(item_id)
        else:
            yield from self._written(item_id, self.entry.agent)

    def _relation(self, item_id: str) -> Iterator[Item]:
        yield Item(f"{item_id}.relation", self.entry.relation)
        yield Item(f"{item_id}.grounds", self.entry.grounds)

    @staticmethod
    def _written(item_id: str, person: PersonEntry) -> Iterator[Item]:
        for part in ("name", "kana", "address", "birth"):
            yield Item(f"{item_id}.{part}", getattr(person, part), provenance="staff")

    def _holder(self, item_id: str) -> Iterator[Item]:
        """本人特定事項 of the person whose document was read: text of the chip, else what staff read off its picture,
        else the picture itself where it is an attachment (規則20条2項).
        """
        items, typed = self.facts.items, self.entry.holder
        yield self._person_item(f"{item_id}.name", self._name(items), typed.name)
        kana = self._attribute("current_full_name_kana") or self._attribute("full_name_kana")
        yield self._person_item(f"{item_id}.kana", kana, typed.kana)
        address = None if items is None else items.address
        yield self._person_item(f"{item_id}.address", address, typed.address or self._certified("address"))
        birth = None if items is None else items.birth
        yield self._person_item(f"{item_id}.birth", birth, typed.birth or self._certified("birth_date"))

    def _name(self, items: ChipItems | None) -> Attribute | None:
        name = None if items is None else items.name
        if name is not None and name.source == "EF.DG1":
            given = self._value("given_names")
            family = self._value("family_name")
            joined = " ".join(each for each in (family, given) if each)
            return Attribute("full_name", joined, name.provenance, name.verified, name.source)
        if name is None:
            name = self._attribute("full_name")  # of a certificate alone (JPKI)
        return name

    def _certified(self, name: str) -> str:
        found = self._attribute(name)
        return found.value if found is not None and found.source == "JPKI.EF0001" else ""

    def _attribute(self, name: str) -> Attribute | None:
        return next((each for each in self.report.attributes if each.name == name and not each.media_type), None)

    def _person_item(self, item_id: str, attribute: Attribute | None, typed: str) -> Item:
        if attribute is not None and attribute.media_type is None:
            return Item(item_id, attribute.value, provenance=attribute.provenance.value)
        shown = "" if attribute is None else self._shown_by(attribute)
        return Item(item_id, typed, provenance="staff" if typed else "", attachment=shown)

    def _shown_by(self, attribute: Attribute) -> str:
        name = attribute.name
        return next((each.part for each in self.attachments if each.part.rpartition("/")[2].startswith(name)), "")

    def _product(self) -> Iterator[Item]:
        acts, times = self.acts, self.times
        for item_id, moment in (
            ("product.chip_read_at", times.read_at),
            ("product.signature_received_at", times.signature_received_at),
            ("product.revocation_checked_at", times.revocation_checked_at),
        ):
            if moment is not None:
                yield self._at(item_id, "", moment)
        if acts.chip_displayed is not None:
            yield self._at("product.chip_displayed_at", "", acts.chip_displayed.at, acts.chip_displayed.by)
        answers: tuple[tuple[str, Answered | None], ...] = (
            ("product.face_match", acts.face_match), ("product.print_match", acts.print_match),
        )  # fmt: skip
        for item_id, answered in answers:
            if answered is not None:
                yield self._at(item_id, _ANSWERS[answered.answer.value], answered.at, answered.by)
        if acts.address is not None:
            words = {"current": "現在の住所", "moved": "現在の住所と異なる"}
            yield self._at("product.address", words[acts.address.answer.value], acts.address.at, acts.address.by)


_ANSWERS = {"yes": "一致", "no": "不一致", "unsure": "判断できない"}
