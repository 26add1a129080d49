"""The law at the counter: ways before the card, the verdict beside the result, the record when it is saved.

One place where a visit of the counter becomes a case of the law, so that what staff saw on the page and what is sealed
cannot be two different answers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from honnin.core.clock import Clock, japan_day
from honnin.core.errors import CallerError
from honnin.flows.entry_asks import Asked, asks_of, paper_kinds
from honnin.flows.glyphs import glyphs_of_person
from honnin.flows.house import HouseSettings
from honnin.flows.kakunin_service import FinishedVisit, MadeRecord, case_of_visit, make_record
from honnin.flows.looks import looks_of
from honnin.flows.staff import StaffMember, member_of
from honnin.flows.verdict import acts_of, other_acts_of
from honnin.flows.visit import Case as VisitCase
from honnin.flows.visit import Visit
from honnin.flows.written import entry_of
from honnin.law.case import Case, parse_case
from honnin.law.decision import Decision
from honnin.law.engine import decide
from honnin.law.evidence import EvidenceFacts
from honnin.law.parties import other_party
from honnin.law.rules import Rules, load_rules
from honnin.law.ways import Way, open_ways
from honnin.records.kakunin import State
from honnin.records.kakunin_entry import Staff
from honnin.records.visit_record import Judged

NUMBER_DOCUMENT = "NUMBER_DOCUMENT"  # evidence of the law's data


def judged_of(made: MadeRecord) -> Judged:
    """What is sealed with a visit of the record that was made."""
    return Judged(
        law=made.decision.law,
        methods=tuple(each.id for each in made.record.methods) if made.verified else (),
        retention_years=made.decision.retention.years or 0,
        parts=made.parts,
        finished=made.record.state is State.FINISHED,
    )


@dataclass(frozen=True, slots=True)
class LawRoom:
    """`tenant`: id of the house."""

    settings: HouseSettings
    clock: Clock
    tenant: str

    @property
    def rules(self) -> Rules:
        """The rules, read once."""
        return load_rules()

    def ways(self, case: VisitCase) -> tuple[Way, ...]:
        """Ways open today at this counter; none when no law was chosen. Raises DataError `law.case…`."""
        return open_ways(self._case(case), self.rules) if case.transaction.law else ()

    def decision(self, case: VisitCase) -> Decision | None:
        """What the law says before anything was shown; None when no law was chosen."""
        return decide(self._case(case), self.rules) if case.transaction.law else None

    def verdict(self, visit: Visit, staff: str) -> tuple[Decision, EvidenceFacts] | None:
        """What the law says of what is known now; None when no law was chosen or nothing was read."""
        finished = self._finished(visit, staff, self.clock())
        if finished is None:
            return None
        case, facts = case_of_visit(finished, finished.case.house, self.clock)
        return decide(case, self.rules), facts

    def other_ways(self, case: VisitCase) -> tuple[Way, ...]:
        """Ways open today to verify the other person, where the law asks about two."""
        question = other_party(self._case(case)) if case.transaction.law else None
        return () if question is None else open_ways(question, self.rules)

    def other_decision(self, case: VisitCase) -> Decision | None:
        """What the law says of the other person before anything was shown; None where it asks about one."""
        question = other_party(self._case(case)) if case.transaction.law else None
        return None if question is None else decide(question, self.rules)

    def looks(self, visit: Visit, staff: str) -> frozenset[str]:
        """What staff look at because the chip does not tell it (flows.looks). Raises as `verdict`."""
        answer = self.verdict(visit, staff)
        return frozenset() if answer is None else looks_of(answer[1])

    def asks(self, visit: Visit, staff: str, now: datetime) -> tuple[Asked, ...]:
        """What staff write into the record of this visit. Raises as `record`."""
        made = self.record(visit, staff, now)
        if made is None:
            return ()
        glyphs = {} if visit.reading is None or visit.report is None else glyphs_of_person(visit.reading, visit.report)
        return asks_of(
            made.record, made.missing, case=made.case, papers=paper_kinds(made.case, self.rules), glyphs=glyphs
        )

    def judge(self, visit: Visit, staff: str, now: datetime) -> Judged | None:
        """What is sealed of it with the visit. Raises CallerError `kakunin.…`, DataError."""
        made = self.record(visit, staff, now)
        return None if made is None else judged_of(made)

    def record(self, visit: Visit, staff: str, now: datetime) -> MadeRecord | None:
        """The 確認記録 of this visit as it would be sealed."""
        finished = self._finished(visit, staff, now)
        if finished is None:
            return None
        return make_record(
            finished, record_id=visit.id, tenant=(self.tenant, self.settings.name or self.tenant),
            house=finished.case.house, rules=self.rules, clock=self.clock,
        )

    # -- inside -------------------------------------------------------------------------------------------------

    def _finished(self, visit: Visit, staff: str, now: datetime) -> FinishedVisit | None:
        if not visit.case.transaction.law or visit.reading is None or visit.report is None:
            return None
        return FinishedVisit(
            reading=visit.reading,
            report=visit.report,
            acts=acts_of(visit, staff, now),
            case=self._with_paper(visit),
            entry=entry_of(visit),
            verifier=self._person(visit.answered_by or staff),
            recorder=self._person(staff),
            other_acts=other_acts_of(visit, staff, now),
        )

    def _with_paper(self, visit: Visit) -> Case:
        """The case; with the paper off which the individual number was read (番号法16条3号), where there is one."""
        case = self._case(visit.case)
        if visit.number is None or visit.number_paper is None:
            return case
        return replace(case, evidence=case.evidence | {NUMBER_DOCUMENT})

    def _person(self, name: str) -> Staff:
        """As the record names them: with the number that the house's list has for them."""
        try:
            member = member_of(self.settings.staff, name)
        except CallerError:  # taken off the list since: the name is still who did it
            member = StaffMember(name)
        return Staff(id=member.id or member.name, name=member.name)

    def _case(self, case: VisitCase) -> Case:
        transaction = case.transaction
        stated: dict[str, object] = {
            "law": transaction.law,
            "on": japan_day(self.clock()).isoformat(),
            "channel": "in_person",
            "actor": case.actor,
            "customer_kind": case.kind,
            "risk_flags": sorted(case.flags) if transaction.law == "hanshu" else [],
            "tenant": self.settings.as_tenant(),
        }
        if transaction.business_type:
            stated["business_type"] = transaction.business_type
        if transaction.transaction:
            stated["transaction"] = transaction.transaction
        more = {
            "amount_yen": case.amount_yen, "cash": case.cash, "registered_representative": case.representative,
        }  # fmt: skip
        stated |= {name: value for name, value in more.items() if value is not None}
        return parse_case(stated, self.rules)
