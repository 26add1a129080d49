"""Use case: a visit is finished. Everything that is decided and recorded about it, in one step (design §2, §6, §7).

Reading + Report + acts + case → EvidenceFacts → Case → Decision → Kakunin, and the parts that are sealed. What staff
may state are facts of the case; evidence that only the chip or an act can give is never taken from them. The
verification is completed on the day of the clock, Japanese time: nothing is dated back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import honnin
from honnin.core.clock import Clock, japan_day
from honnin.core.errors import CallerError
from honnin.facts import Reading, Report
from honnin.facts.codec import reading_to_zip, report_to_dict
from honnin.flows.attachments import Brought, attachments_for
from honnin.law.acts import Acts, acts_to_dict
from honnin.law.case import Case, House, case_to_dict
from honnin.law.decision import Decision, decision_to_dict
from honnin.law.engine import decide
from honnin.law.evidence import ONLY_FROM_FACTS, EvidenceFacts, evidence_from_report
from honnin.law.judging import ORGANISATIONS
from honnin.law.rules import Rules
from honnin.records.kakunin import Kakunin, MissingItem, kakunin_to_json, missing_items
from honnin.records.kakunin_make import Entry, Staff, Times, make_kakunin
from honnin.records.kept_report import kept_report
from honnin.records.visit_record import is_simulated

__all__ = ["ONLY_FROM_FACTS", "FinishedVisit", "MadeRecord", "case_of_visit", "make_record"]

TOLERANCE = timedelta(minutes=5)  # between the clocks of a counter and the server


@dataclass(frozen=True, slots=True)
class FinishedVisit:
    """What a counter or a remote session hands over. `case`: what staff stated (law, business, transaction, channel,
    actor, risk flags, …); its day, house, documents and the evidence of ONLY_FROM_FACTS are replaced here. `entry`: the
    texts of the record; `brought`: images and papers; `revocation_checked_at`: of the signature certificate.
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


@dataclass(frozen=True, slots=True)
class MadeRecord:
    """`parts`: for RecordContent, by name. `missing`: why the record is unfinished, apart from the Decision."""

    case: Case
    facts: EvidenceFacts
    decision: Decision
    record: Kakunin
    missing: tuple[MissingItem, ...]
    parts: Mapping[str, bytes]


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
    case = replace(visit.case, on=on, house=house, documents=facts.documents, evidence=facts.codes | stated)
    return case, facts


def make_record(
    visit: FinishedVisit, *, record_id: str, tenant: tuple[str, str], house: House, rules: Rules, clock: Clock
) -> MadeRecord:  # fmt: skip
    """Case, Decision, Kakunin and the parts to seal. `tenant`: id and name of the house.

    Raises CallerError `kakunin.report`, `kakunin.time`; DataError `kakunin.…`, `attachment.…`, `reading.…`.
    """
    case, facts = case_of_visit(visit, house, clock)
    decision = decide(case, rules)
    reading, report = visit.reading.kept(), kept_report(visit.report)
    files, references = attachments_for(decision.attachments, visit.reading, report, facts.items, visit.brought)
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
        times=Times(
            reading.read_at_utc, reading.read_at_utc if signed else None, visit.revocation_checked_at
        ),
        verifier=visit.verifier,
        recorder=visit.recorder,
        made_at=clock(),
        software_version=honnin.__version__,
        attachments=references,
    )  # fmt: skip
    parts = {
        "kiroku.json": kakunin_to_json(record),
        "decision.json": _json(decision_to_dict(decision)),
        "report.json": _json(report_to_dict(report)),
        "case.json": _json(case_to_dict(case)),
        "acts.json": _json(acts_to_dict(visit.acts)),
        "reading.zip": reading_to_zip(reading),
        **files,
    }
    return MadeRecord(case, facts, decision, record, missing_items(record, decision), parts)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _check_times(visit: FinishedVisit, now: datetime) -> None:
    """No act in the future, and nobody compared with a screen before the chip was read."""
    acts = visit.acts
    if any(each > now + TOLERANCE for each in _moments(acts)) or visit.reading.read_at_utc > now + TOLERANCE:
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
