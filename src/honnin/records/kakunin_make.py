"""Report + acts + Decision + what staff wrote → Kakunin (law.md §3.1, §3.2, §3.6).

A list of what is taken, never of what is left out: an item of a card that is not named here does not reach the record.
Only name, kana, alias, address, birth date, document number (no My Number Card's: L10), dates and authority are named.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from honnin.core.clock import JAPAN
from honnin.facts import Report
from honnin.law.acts import Acts, Answered, Handover
from honnin.law.case import Case
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
from honnin.records.kakunin_entry import Entry, OtherParty, PersonEntry, Staff, Times, check_entry
from honnin.records.kakunin_fields import CUSTOMER_KINDS, HOLDERS, ORGANISATIONS, base_of
from honnin.records.kakunin_people import People
from honnin.records.kakunin_words import (
    ACTING,
    ANSWERS,
    CERTIFICATES,
    CUSTOMER,
    DOCUMENT_NAMES,
    HOW,
    LOOKED_UP,
    LOOKUPS,
    MAIL,
    NUMBER_NEVER,
    YES_NO,
    name_of,
)

__all__ = ["DOCUMENT_NAMES", "Entry", "OtherParty", "PersonEntry", "Staff", "Times", "make_kakunin"]


def make_kakunin(
    *, record_id: str, tenant: tuple[str, str], case: Case, decision: Decision, facts: EvidenceFacts, report: Report,
    acts: Acts, entry: Entry, times: Times, verifier: Staff, recorder: Staff, made_at: datetime, software_version: str,
    attachments: tuple[AttachmentRef, ...] = (), other: OtherParty | None = None,
    certificate_number: str = "",
) -> Kakunin:  # fmt: skip
    """The record, with the state that it may have (settle). `tenant`: id and name of the house. `other`: where the law
    asks about two people; the record is finished only when both are verified. `certificate_number`: of the holder's
    certificate for signing.

    Raises DataError: `kakunin.entry` (too long, or an item that staff cannot write), `kakunin.individual_number` (a
    text holds what looks like one).
    """
    check_entry(entry)
    maker = _Maker(case, decision, facts, report, acts, entry, times, attachments, other, certificate_number)
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
        simulated=facts.simulated or (other is not None and other.facts.simulated),
        methods=tuple(dict.fromkeys(
            MethodUsed(
                each.id, each.title, each.title_en, each.letter or "", each.article, each.revision,
                each.egov_revision or "", each.document or "",
            )
            for each in (*decision.satisfied, *(() if other is None else other.decision.satisfied))
        )),
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
    return settle(record, decision, None if other is None else other.decision)


def _japan(moment: datetime) -> datetime:
    return moment.astimezone(JAPAN)


# 規則20条1項15号 wants the day of each of these; what a person declared about 15条 is no item until it is so.
_PEOPLE = frozenset({"F21", "F22", "K3b", "K4b"})
_DECLARED = {"purpose": "F23", "occupation": "F24", "beneficial_owner": "F25", "assets": "F26"}


class _Maker:
    """Makes the items of one record; nothing of it is kept."""

    def __init__(  # noqa: PLR0917  # everything that a record is made of
        self, case: Case, decision: Decision, facts: EvidenceFacts, report: Report, acts: Acts, entry: Entry,
        times: Times, attachments: tuple[AttachmentRef, ...], other: OtherParty | None, certificate_number: str,
    ) -> None:  # fmt: skip
        self.case = case
        self.other = other
        self.certificate_number = certificate_number
        self.decision = decision
        self.facts = facts
        self.report = report
        self.acts = acts
        self.entry = entry
        self.times = times
        self.people = People(case, facts, report, acts, entry, attachments, other)
        self.on_agent = case.actor == "agents_own"  # the document that was read is the acting person's

    def items(self, verifier: Staff, recorder: Staff) -> Iterator[Item]:
        """All items; what staff typed only where nothing else says it."""
        known = () if self.other is None else self.other.items
        made = [*self._made(verifier, recorder), *(each for each in known if base_of(each.id) not in _PEOPLE)]
        yield from made
        there = {each.id for each in made if each.filled and not each.attachment}
        for item_id, value in self.entry.typed:
            if value.strip() and item_id not in there:
                yield Item(item_id, value.strip(), by=recorder.id, provenance="staff")

    def _made(self, verifier: Staff, recorder: Staff) -> Iterator[Item]:
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

    def _all_acts(self) -> tuple[Acts, ...]:
        """The acts about both people, those with the document that was read first."""
        return (self.acts,) if self.other is None else (self.acts, self.other.acts)

    def _hanshu_times(self) -> Iterator[Item]:
        acts, kind = self.acts, self._kind()
        if acts.presented is not None:
            yield self._at("F03", name_of(kind), acts.presented.at, acts.presented.by)
        for each in self._all_acts():
            yield from self._papers(each)
        yield from self._received()
        if acts.staff_delivery is not None:
            yield self._at("F13", "", acts.staff_delivery.at, acts.staff_delivery.by)
        for said in acts.declarations:
            if said.item in _DECLARED:
                yield self._at(f"F15.{said.item}", HOW.get(said.how, said.how), said.at, said.by)

    def _papers(self, acts: Acts) -> Iterator[Item]:
        """F03, F04, F06, F14: what was presented, sent in and mailed beside the document that was read."""
        for each in acts.others:
            if each.kind in LOOKED_UP:
                yield self._at(LOOKED_UP[each.kind][0], name_of(each.kind), each.at, each.by)
                continue
            if each.additional:
                yield self._at("F14", name_of(each.kind), each.at, each.by)
            presented = each.how is Handover.PRESENTED
            yield self._at("F03" if presented else "F04", name_of(each.kind), each.at, each.by)
        supplement = acts.supplement
        if supplement is not None:
            yield self._at("F03" if supplement.how is Handover.PRESENTED else "F04", supplement.kind, supplement.at,
                           supplement.by)  # fmt: skip
        for mail in acts.mail:
            words = f"{MAIL[mail.kind]} {mail.number}".strip()
            yield self._at("F06", words, mail.sent_at, mail.by)
            if mail.delivered_at is not None:
                yield self._at("F06.delivered", words, mail.delivered_at, mail.by)
            if mail.returned_at is not None:
                yield self._at("F06.returned", words, mail.returned_at, mail.by)

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
        if chip is not None and self._kind() == "CARD_SUBSTITUTE":
            yield self._at("F05", name_of("CARD_SUBSTITUTE"), chip)

    def _hanshu_texts(self) -> Iterator[Item]:
        entry = self.entry
        yield Item("F16", entry.transaction or self.case.transaction or "")
        yield from self._methods("F17", self.decision, self._whose(own=True))
        yield from self._documents("F18")
        if self.other is not None:
            yield from self._methods("F17", self.other.decision, self._whose(own=False))
            yield from self._other_documents("F18", self.other.acts)
        for acts in self._all_acts():
            supplement = acts.supplement
            if supplement is not None:
                words = " ".join(dict.fromkeys(each for each in (supplement.kind, supplement.identification) if each))
                issued = "" if supplement.issued_on is None else f"　発行日 {supplement.issued_on.isoformat()}"
                until = "" if supplement.valid_until is None else f"　有効期限 {supplement.valid_until.isoformat()}"
                yield Item("F19", f"{words}{issued}{until}", _japan(supplement.at), supplement.by)
        yield Item("F20", entry.business_place)
        yield from self.people.customer("F21")
        if self.case.actor != "subject" or self.entry.agent.name:
            yield from self.people.agent("F22")
            yield from self.people.relation("F22")
        for item, field in _DECLARED.items():
            yield from self._declared(item, field)
        pep = self.acts.declared("pep")
        if "foreign_pep" in self.case.risk_flags or (pep is not None and pep.value == "yes"):
            yield Item("F29", "該当する", None if pep is None else _japan(pep.at), "" if pep is None else pep.by)
        if entry.alias:
            yield Item("F27", f"{entry.alias}（{entry.alias_reason}）" if entry.alias_reason else entry.alias)
        yield Item("F28", entry.search_key)
        yield Item("F30", entry.earlier_record)
        yield Item("F31", entry.stay_permit)

    def _declared(self, item: str, field: str) -> Iterator[Item]:
        """申告. The business of a company is F24.business: how it was confirmed stands beside it (規則10条)."""
        said = self.acts.declared(item)
        if said is None:
            return
        if field == "F24" and self.case.customer_kind == "corporation":
            yield Item("F24.business", said.value, _japan(said.at), said.by)
        elif field != "F25":
            how = HOW.get(said.how, said.how)
            yield Item(field, f"{said.value}（{how}）" if how else said.value, _japan(said.at), said.by)

    def _whose(self, *, own: bool) -> str:
        """Before a method, where two people are verified (規則20条1項17号)."""
        if self.case.actor == "subject":
            return ""
        return ACTING if own is self.on_agent else CUSTOMER

    # -- 携帯法, 番号法 --------------------------------------------------------------------------------------------

    def _keitai(self) -> Iterator[Item]:
        """K3: the counterparty; K4: the acting person. Day, method and document each of the one they belong to."""
        own, others = ("K4", "K3") if self.on_agent else ("K3", "K4")
        yield from self._keitai_dates(f"{own}a", self.acts, self.times)
        yield from self._methods(f"{own}c", self.decision)
        yield from self._documents(f"{own}d")
        if self.other is not None:
            yield from self._keitai_dates(f"{others}a", self.other.acts, Times())
            yield from self._methods(f"{others}c", self.other.decision)
            yield from self._other_documents(f"{others}d", self.other.acts)
        yield from self.people.customer("K3b")
        if self.case.actor != "subject" or self.entry.agent.name:
            yield from self.people.agent("K4b")
        yield Item("K5", self.entry.public_body)
        if self.case.law == "keitai_rental":
            yield Item("R_device_count", self.entry.device_count)
            yield Item("R_phone_numbers", self.entry.phone_numbers)
            yield Item("R_payment_method", self.entry.payment_method)
            for mail in self.acts.mail:
                yield Item("R_hikiuke_bango", mail.number, None if mail.delivered_at is None else _japan(mail.sent_at))

    def _keitai_dates(self, item_id: str, acts: Acts, times: Times) -> Iterator[Item]:
        """規則8条2項: the day presented, received or delivered, as the method wants it; all that happened."""
        presented = [acts.presented] if acts.presented is not None else []
        presented_at = [(each.at, each.by) for each in presented]
        for each in acts.others:
            if each.kind in LOOKED_UP:
                yield self._at(f"{item_id}.{LOOKED_UP[each.kind][1]}", name_of(each.kind), each.at, each.by)
            elif each.how is Handover.PRESENTED:
                presented_at.append((each.at, each.by))
        if presented_at:
            yield self._at(f"{item_id}.presented", "", *max(presented_at))
        received = [each for each in (times.read_at, times.signature_received_at) if each is not None]
        if acts.face_live is not None:
            received.append(acts.face_live.received_at)
        if received and (self.case.channel != "in_person" or times.signature_received_at is not None):
            yield self._at(f"{item_id}.received", "", max(received))
        if times.read_at is not None and self._kind() == "CARD_SUBSTITUTE":
            yield self._at(f"{item_id}.confirmed", "", times.read_at)  # 規則8条2項: the day it was found to be his own
        if acts.staff_delivery is not None:  # 規則3条2項: by staff instead of mail
            yield self._at(f"{item_id}.delivered", "", acts.staff_delivery.at, acts.staff_delivery.by)
        for mail in acts.mail:
            if mail.delivered_at is not None and mail.returned_at is None:
                yield self._at(f"{item_id}.delivered", mail.number, mail.delivered_at, mail.by)

    def _bangou(self, verifier: Staff) -> Iterator[Item]:
        """Minimal: that the number was confirmed, how, when, for what. Neither the number nor more of the person."""
        yield Item("B_purpose", self.entry.number_purpose)
        yield from self._methods("B_method", self.decision)
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

    @staticmethod
    def _methods(item_id: str, decision: Decision, whose: str = "") -> Iterator[Item]:
        for each in decision.satisfied:
            letter = each.letter or ""
            yield Item(item_id, f"{whose}{each.article}{'' if letter in each.article else letter} {each.title}".strip())

    def _documents(self, item_id: str) -> Iterator[Item]:
        """Kind, number, authority, dates of the read document; kind and number of the others."""
        kind = self._kind()
        if kind:
            parts = [name_of(kind)]
            if kind not in NUMBER_NEVER:
                own = self.certificate_number if kind in CERTIFICATES else ""
                number = self._value("document_number") or own or self.entry.document_number
                parts += [f"番号 {number}"] if number else []
            authority = self._value("issuing_authority") or self._value("issuing_state")
            parts += [authority] if authority else []
            expiry = self._value("expiry_date") or self._seen_expiry()
            parts += [f"有効期限 {expiry}"] if expiry else []
            yield Item(item_id, "　".join(parts))
        for each in self.facts.documents[1:]:  # a card and its certificate are read together
            if each.kind in CERTIFICATES:
                yield Item(item_id, f"{name_of(each.kind)}　番号 {self.certificate_number}".removesuffix("　番号 "))
        yield from self._other_documents(item_id, self.acts)

    @staticmethod
    def _other_documents(item_id: str, acts: Acts) -> Iterator[Item]:
        for each in acts.others:
            yield Item(item_id, f"{name_of(each.kind)} {each.number}".strip(), _japan(each.at), each.by)

    def _seen_expiry(self) -> str:
        seen = self.acts.expiry_seen
        return "" if seen is None else seen.day.isoformat()

    def _value(self, name: str) -> str:
        """The value of a named item of the read document; for JPKI alone, nothing but the four items."""
        return next((each.value for each in self.report.attributes if each.name == name and not each.media_type), "")

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
                yield self._at(item_id, ANSWERS[answered.answer.value], answered.at, answered.by)
        kind = self.case.customer_kind
        if kind is not None and (kind in ORGANISATIONS or kind == "short_stay"):
            yield Item("product.customer_kind", CUSTOMER_KINDS[kind][0])
        if self.case.actor in HOLDERS:
            yield Item("product.holder", HOLDERS[self.case.actor or ""][0])
        if self.other is not None and self.other.record_id:
            yield Item("product.other_party", self.other.record_id)
        seen, lookup, pep = acts.expiry_seen, acts.number_lookup, acts.declared("pep")
        if seen is not None:
            yield self._at("product.expiry_seen", seen.day.isoformat(), seen.at, seen.by)
        if lookup is not None:
            yield self._at("product.number_lookup", LOOKUPS[lookup.answer.value], lookup.at, lookup.by)
        if pep is not None:
            yield self._at("product.foreign_pep", YES_NO.get(pep.value, pep.value), pep.at, pep.by)
        if acts.address is not None:
            words = {"current": "現在の住所", "moved": "現在の住所と異なる"}
            yield self._at("product.address", words[acts.address.answer.value], acts.address.at, acts.address.by)
