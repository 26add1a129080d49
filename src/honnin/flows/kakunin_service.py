"""Use case: a visit is finished. Everything that is decided and recorded about it, in one step (design §2, §6, §7).

Reading + Report + acts + case → EvidenceFacts → Case → Decision → Kakunin, and the parts that are sealed. What staff
may state are facts of the case; evidence that only the chip or an act can give is never taken from them. The
verification is completed on the day of the clock, Japanese time: nothing is dated back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import honnin
from honnin.core.clock import Clock, japan_day
from honnin.core.errors import CallerError, DataError
from honnin.facts import Reading, Report
from honnin.facts.codec import reading_to_zip, report_to_dict
from honnin.flows.attachments import Brought, attachments_for, count_brought
from honnin.law.acts import Acts, acts_to_dict
from honnin.law.case import Case, House, case_to_dict
from honnin.law.decision import Decision, decision_to_dict
from honnin.law.engine import decide
from honnin.law.evidence import ONLY_FROM_FACTS, EvidenceFacts, evidence_from_report
from honnin.law.judging import ORGANISATIONS
from honnin.law.parties import other_party
from honnin.law.rules import Rules
from honnin.records.kakunin import AttachmentRef, Item, Kakunin, MissingItem, kakunin_to_json, missing_items
from honnin.records.kakunin_entry import Entry, OtherParty, Staff, Times, entry_to_json
from honnin.records.kakunin_fields import base_of
from honnin.records.kakunin_make import make_kakunin
from honnin.records.kept_report import kept_report
from honnin.records.sealed_rules import rule_parts
from honnin.records.visit_record import is_simulated
from honnin.trust.certificate import parse_certificate

__all__ = ["ONLY_FROM_FACTS", "FinishedVisit", "Linked", "MadeRecord", "case_of_visit", "make_record"]

TOLERANCE = timedelta(minutes=5)  # between the clocks of a counter and the server


# Nobody's document: the other person, where no chip of theirs was read in this visit.
_NO_REPORT = Report(document="", environment=None, findings=(), attributes=(), rules="")
_OF_DOCUMENT = frozenset({"F03", "F04", "F06", "F18", "F19"})


@dataclass(frozen=True, slots=True)
class Linked:
    """The record in which the other person was verified, as it is now, and its Decision about them."""

    record: Kakunin
    decision: Decision


@dataclass(frozen=True, slots=True)
class FinishedVisit:
    """What a counter or a remote session hands over. `case`: what staff stated (law, business, transaction, channel,
    actor, risk flags, …); its day, house, documents and the evidence of ONLY_FROM_FACTS are replaced here. `entry`: the
    texts of the record; `brought`: images and papers; `revocation_checked_at`: of the signature certificate.

    `other_acts`, `linked`: how the other person was verified, where the law asks about two (law.parties): papers of
    theirs, or a record of their own. `earlier`: attachments that are sealed with this record already.
    """

    reading: Reading
    report: Report
    acts: Acts
    case: Case
    entry: Entry
    verifier: Staff
    recorder: Staff
    brought: tuple[Brought, ...] = ()
    revocation_checked_at: datetime | None = None
    other_acts: Acts = field(default_factory=Acts)
    linked: Linked | None = None
    earlier: tuple[AttachmentRef, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeRecord:
    """`parts`: for RecordContent, by name. `missing`: why the record is unfinished, apart from the Decision. `other`:
    the Decision about the other person, None where the law asks about one.
    """

    case: Case
    facts: EvidenceFacts
    decision: Decision
    record: Kakunin
    missing: tuple[MissingItem, ...]
    parts: Mapping[str, bytes]
    other: Decision | None = None

    @property
    def verified(self) -> bool:
        """Whether everybody is verified about whom the law asks. The record may lack items all the same."""
        return self.decision.verified and (self.other is None or self.other.verified)


def case_of_visit(visit: FinishedVisit, house: House, clock: Clock) -> tuple[Case, EvidenceFacts]:
    """The case as the law is asked, also before the visit is finished. Raises CallerError `kakunin.report`,
    `kakunin.time`.
    """
    reading, report = visit.reading, visit.report
    now = clock()
    if report.document != reading.document.value:
        raise CallerError("kakunin.report", "the report is not that of this reading")
    _check_times(visit, now)
    on = japan_day(now)
    facts = evidence_from_report(
        report, visit.acts, on, law=visit.case.law, from_card=reading.access.method != "files",
        simulated=is_simulated(reading, report), organisation=visit.case.customer_kind in ORGANISATIONS,
    )  # fmt: skip
    stated = visit.case.evidence - ONLY_FROM_FACTS
    said = visit.acts.declared("alias"), visit.acts.declared("pep")
    alias, pep = (each is not None and bool(each.value) and each.value != "no" for each in said)
    flags = {"foreign_pep"} if pep and visit.case.law == "hanshu" else set()  # 犯収法4条2項3号, whoever noticed it
    case = replace(
        visit.case, on=on, house=house, documents=facts.documents, evidence=facts.codes | stated,
        alias_used=True if alias else visit.case.alias_used, risk_flags=visit.case.risk_flags | flags,
    )  # fmt: skip
    return case, facts


def _other(visit: FinishedVisit, case: Case, rules: Rules) -> tuple[Case, OtherParty] | None:
    """The question about the other person and its answer; None where nobody else is verified. Raises CallerError
    `kakunin.linked`: the record that was named does not verify that person under this law.
    """
    question = other_party(case)
    if question is None:
        return None
    simulated = is_simulated(visit.reading, visit.report)
    linked = visit.linked
    if linked is not None:
        record = linked.record
        if record.law != case.law or record.holder != question.actor or not linked.decision.verified:
            raise CallerError("kakunin.linked", "that record does not verify the other person")
        facts = EvidenceFacts(frozenset(record.evidence), (), record.simulated or simulated)
        items = tuple(each for each in record.items if _of_person(each, question.actor))
        return question, OtherParty(Acts(), facts, linked.decision, items, record.record_id)
    facts = evidence_from_report(
        _NO_REPORT, visit.other_acts, case.on, law=case.law, simulated=simulated
    )
    stated = visit.case.evidence - ONLY_FROM_FACTS
    question = replace(question, documents=facts.documents, evidence=facts.codes | stated)
    return question, OtherParty(visit.other_acts, facts, decide(question, rules))


def _of_person(item: Item, actor: str | None) -> bool:
    """Items of a record that tell about the person whose document was read there."""
    acting = actor == "agents_own"
    people = {"F22", "K4b"} if acting else {"F21", "K3b"}
    own = {"K4a", "K4d"} if acting else {"K3a", "K3d"}
    base = base_of(item.id)
    if base in people:  # 代理権 belongs to this transaction, not to the person
        return item.id.partition(".")[2] not in {"relation", "grounds"}
    return base in own or base in _OF_DOCUMENT


def make_record(
    visit: FinishedVisit, *, record_id: str, tenant: tuple[str, str], house: House, rules: Rules, clock: Clock
) -> MadeRecord:  # fmt: skip
    """Case, Decision, Kakunin and the parts to seal. `tenant`: id and name of the house.

    Raises CallerError `kakunin.report`, `kakunin.time`, `kakunin.linked`; DataError `kakunin.…`, `attachment.…`,
    `reading.…`.
    """
    case, facts = case_of_visit(visit, house, clock)
    decision = decide(case, rules)
    second = _other(visit, case, rules)
    other = None if second is None else second[1]
    reading, report = visit.reading.kept(), kept_report(visit.report)
    wanted = (*decision.attachments, *(() if other is None else other.decision.attachments))
    files, made_now = attachments_for(
        wanted, visit.reading, report, facts.items, visit.brought, start=count_brought(visit.earlier) + 1
    )
    known = {each.part for each in visit.earlier}
    files = {name: octets for name, octets in files.items() if name not in known}
    references = (*visit.earlier, *(each for each in made_now if each.part not in known))
    signed = reading.proof("mynumber.sign") is not None
    record = make_kakunin(
        record_id=record_id,
        tenant=tenant,
        case=case,
        decision=decision,
        facts=facts,
        report=report,
        acts=visit.acts,
        entry=visit.entry,
        certificate_number=_serial(visit.reading),
        times=Times(
            reading.read_at_utc, reading.read_at_utc if signed else None, visit.revocation_checked_at
        ),
        verifier=visit.verifier,
        recorder=visit.recorder,
        made_at=clock(),
        software_version=honnin.__version__,
        attachments=references,
        other=other,
    )  # fmt: skip
    parts = {
        "kiroku.json": kakunin_to_json(record),
        "decision.json": _json(decision_to_dict(decision)),
        "report.json": _json(report_to_dict(report)),
        "case.json": _json(case_to_dict(case)),
        "acts.json": _json(acts_to_dict(visit.acts)),
        "entry.json": entry_to_json(visit.entry),
        "reading.zip": reading_to_zip(reading),
        **rule_parts(rules),
        **files,
    }
    about_other = None
    if second is not None:
        question, party = second
        about_other = party.decision
        parts |= {
            "other/decision.json": _json(decision_to_dict(party.decision)),
            "other/case.json": _json(case_to_dict(question)),
            "other/acts.json": _json(acts_to_dict(party.acts)),
        }
    missing = missing_items(record, decision, about_other)
    return MadeRecord(case, facts, decision, record, missing, parts, about_other)


def _serial(reading: Reading) -> str:
    """記号番号 of the certificate for signing, in hexadecimal: no item of the Report (携帯規則8条1項3号ニ)."""
    try:
        return f"{parse_certificate(reading.files.get('JPKI.EF0001', b'')).serial:X}"
    except DataError:
        return ""


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _check_times(visit: FinishedVisit, now: datetime) -> None:
    """No act in the future, and nobody compared with a screen before the chip was read."""
    acts = visit.acts
    moments = (*_moments(acts), *_moments(visit.other_acts))
    if any(each > now + TOLERANCE for each in moments) or visit.reading.read_at_utc > now + TOLERANCE:
        raise CallerError("kakunin.time", "a step of the verification lies in the future")
    after = [each.at for each in (acts.chip_displayed, acts.face_match, acts.print_match) if each is not None]
    if any(each < visit.reading.read_at_utc - TOLERANCE for each in after):
        raise CallerError("kakunin.time", "the comparison lies before the reading")


def _moments(acts: Acts) -> Iterator[datetime]:
    yield from (each.at for each in (acts.presented, acts.chip_displayed, acts.staff_delivery) if each is not None)
    yield from (each.at for each in (acts.face_match, acts.print_match, acts.number_lookup) if each is not None)
    yield from (each.at for each in (acts.address,) if each is not None)
    yield from (each.at for each in (acts.expiry_seen,) if each is not None)
    yield from (each.at for each in (acts.supplement,) if each is not None)
    yield from (each.at for each in acts.others)
    yield from (each.at for each in acts.declarations)
    yield from (each.received_at for each in (acts.face_live, acts.document_live) if each is not None)
    for mail in acts.mail:
        yield from (each for each in (mail.sent_at, mail.delivered_at, mail.returned_at) if each is not None)
