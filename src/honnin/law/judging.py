"""One method against one case: satisfied, near or closed (design §6). Pure.

Closed comes first: date, status and lawyer points, actor, channel, customer, standing of the house, document. Then what
is lacking is collected for each choice of documents, and the best choice is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from honnin.law.case import Case
from honnin.law.conditions import (
    OF_THE_DOCUMENT,
    Situation,
    address_waived,
    denied,
    has_address,
    holds,
    notice_applies,
    standing_holds,
)
from honnin.law.documents import Chosen, choices, meet, pair_condition, spare_tokens
from honnin.law.model import Branch, Law, Method, Rules

OPENS: Mapping[str, tuple[str, ...]] = {
    "in_person": ("in_person", "in_person_plus_mail", "in_person_plus_sending", "any"),
    "remote": ("remote", "remote_plus_mail", "any"),
    "mail": ("mail", "remote_plus_mail"),
}
ORGANISATIONS = ("corporation", "public_body", "unincorporated")
SIGNATURE_POLICY = "ISSUER_SIG_OK"


@dataclass(frozen=True, slots=True)
class Block:
    """Why a branch is closed. `code` is stable; `args` are for the sentence."""

    code: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome for one method. `block` None: open; then `lacks` are groups of codes of which one each is missing."""

    method: Method
    branch: Branch
    block: Block | None = None
    chosen: Chosen = field(default_factory=Chosen)
    lacks: tuple[tuple[str, ...], ...] = ()
    policy_lacks: tuple[str, ...] = ()
    repairable: bool = True
    met: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    waived: str | None = None  # kind whose unverifiable signature the house accepts
    relevance: int = 0
    evidence: frozenset[str] = frozenset()  # of the case, with what it implies

    @property
    def complete(self) -> bool:
        """Counts in law and meets the policy."""
        return self.block is None and not self.lacks and not self.policy_lacks

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        """Small is better: repairable, the statute met, few things missing."""
        return (not self.repairable, bool(self.lacks), len(self.lacks) + len(self.policy_lacks), -self.relevance)


def closure(case: Case, rules: Rules, method: Method) -> frozenset[str]:
    """The evidence with everything it implies; delivery by staff stands for the mail where the law says so (6条4項)."""
    found = set(case.evidence)
    if method.staff_delivery and "STAFF_DELIVERY" in found:
        found.add("MAIL_NO_FORWARD")
    todo = list(found)
    while todo:
        for each in rules.evidence[todo.pop()].implies:
            if each not in found:
                found.add(each)
                todo.append(each)
    return frozenset(found)


def open_block(method: Method, case: Case, law: Law) -> Block | None:
    """Closed by date, by status, or by lawyer points that the house has not cleared."""
    return date_block(method, case) or status_block(method, case, law)


def date_block(method: Method, case: Case) -> Block | None:
    """Not yet, or no longer."""
    day = case.on
    if method.valid_from is not None and day < method.valid_from:
        return Block("date_not_yet", (method.valid_from.isoformat(),))
    if method.valid_to is not None and day > method.valid_to:
        return Block("date_over", (method.valid_to.isoformat(),))
    return None


def status_block(method: Method, case: Case, law: Law) -> Block | None:
    """Closed by status, or by lawyer points that the house has not cleared."""
    day, house = case.on, case.house
    status = method.status.on(day)
    if status == "legacy_off" and not house.legacy_methods:
        return Block("legacy_off")
    needed = set(method.points_needed.on(day)) | set(law.points_needed.on(day))
    if status == "disabled_until_confirmed":
        if not method.points:
            return Block("not_confirmable")
        needed |= set(method.points)
    open_points = sorted(needed - house.confirmed)
    return Block("not_confirmed", tuple(open_points)) if open_points else None


def person_block(method: Method, case: Case) -> Block | None:
    """Closed by the kind of customer or by the actor. What is not stated is lacking, not closed."""
    if method.customers == "corporation" and case.customer_kind not in {None, "corporation"}:
        return Block("customer_kind", (case.customer_kind or "",))
    if case.actor is not None and case.actor not in method.actors:
        return Block("actor", (case.actor,))
    kind = case.customer_kind
    if kind is None or method.customers != "natural":
        return None
    if kind in ORGANISATIONS and case.actor not in {None, "agents_own"}:
        return Block("customer_kind", (kind,))
    return None


def judge(method: Method, case: Case, law: Law, rules: Rules) -> Judged:
    """The best branch of the method with the best choice of documents."""
    # What no setting changes comes first: nobody is told to switch on what is not for this customer.
    block = date_block(method, case) or person_block(method, case) or status_block(method, case, law)
    if block is not None:
        return Judged(method, method.branches[0], block)
    evidence = closure(case, rules, method)
    matter = _Matter(method, case, law, rules, evidence)
    found = [_judge_branch(matter, branch) for branch in method.branches]
    complete = next((each for each in found if each.complete), None)
    if complete is not None:
        return complete
    return min(found, key=lambda each: (-each.relevance, each.block is not None, *each.rank))


@dataclass(frozen=True, slots=True)
class _Matter:
    """What does not change between the branches of a method."""

    method: Method
    case: Case
    law: Law
    rules: Rules
    evidence: frozenset[str]


def _judge_branch(matter: _Matter, branch: Branch) -> Judged:
    method, case, rules, evidence = matter.method, matter.case, matter.rules, matter.evidence
    seen = sum(any(code in evidence for code in group) for group in branch.required)
    if case.channel is not None and branch.channel not in OPENS[case.channel]:
        return Judged(method, branch, Block("channel", (case.channel,)), relevance=0)
    fitting = choices(branch, case, rules)
    relevance = 2 * seen + (1 if fitting and fitting[0].first is not None else 0)
    for code in branch.conditions:
        condition = rules.conditions[code]
        if condition.check == "standing" and not standing_holds(condition, case):
            return Judged(method, branch, Block("standing", (code,)), relevance=relevance)
    if not fitting:
        return Judged(method, branch, Block("document"), relevance=relevance - 1)
    judged = [_judge_choice(matter, branch, chosen, relevance) for chosen in fitting]
    return min(judged, key=lambda each: each.rank)


def _judge_choice(matter: _Matter, branch: Branch, chosen: Chosen, relevance: int) -> Judged:
    method, case, law, rules, evidence = matter.method, matter.case, matter.law, matter.rules, matter.evidence
    if chosen.first is not None and case.documents[chosen.first].chip_read is False:
        evidence = frozenset(code for code in evidence if not rules.evidence[code].of_chip)
    situation = Situation(case, rules, branch, chosen, evidence)
    lacks: list[tuple[str, ...]] = [
        (name,)
        for name, value in (("channel", case.channel), ("actor", case.actor), ("customer_kind", case.customer_kind))
        if value is None
    ]
    if chosen.first is None and branch.documents.on(case.on):
        lacks.append(("document",))
    # Evidence of which the house says that its condition is not kept counts no more than if it were not there.
    void = {found.with_evidence: code for code in branch.conditions
            if (found := rules.conditions[code]).with_evidence is not None and denied(found, case)}  # fmt: skip
    for group in branch.required:
        if not any(code in evidence and code not in void for code in group):
            brought = [void[code] for code in group if code in evidence and code in void]
            lacks.append((brought[0],) if brought else group)
    # What the house itself says it does not do, the person at the counter cannot bring.
    repairable = not any(all(code in void for code in group) for group in branch.required)
    notices: list[str] = []
    pair = pair_condition(branch, rules)
    duties: dict[str, str] = {}  # duty → code that is missing when it is not met
    for code in branch.conditions:
        condition = rules.conditions[code]
        if condition.check == "standing" or (("document",) in lacks and condition.check in OF_THE_DOCUMENT):
            continue
        if condition.check == "house":
            if condition.with_evidence in void:
                continue
            if case.assured.get(code) is False and notice_applies(condition, situation):
                lacks.append((code,))
                repairable = False
            elif code not in case.assured and notice_applies(condition, situation):
                notices.append(code)
            continue
        if condition.check == "address":
            if address_waived(condition, case, None if situation.first is None else situation.first.kind):
                notices += [condition.instead] if condition.instead is not None else []
            elif not has_address(situation, None if pair is None else pair.check):
                duties["address"] = code
            continue
        verdict = holds(condition, situation)
        if verdict.kept is not True:
            mail = condition.check == "mail_unless_in_person"
            lacks.append(("MAIL_NO_FORWARD",) if mail else (code,))
            repairable = repairable and verdict.repairable
    risk = law.high_risk
    if risk is not None and not method.duty and case.risk_flags & set(risk.flags):
        if open_block(law.method(risk.method), case, law) is None:
            duties["additional"] = risk.method
            lacks += [(each,) for each in law.method(risk.method).branches[0].conditions
                      if denied(rules.conditions[each], case)]  # fmt: skip
        else:
            lacks.append((risk.method,))
            repairable = False
    met: Mapping[str, tuple[int, str]] = {}
    if duties:
        tokens = spare_tokens(branch, case, chosen, evidence, rules)
        outcome = meet(tuple(duties), case=case, chosen=chosen, tokens=tokens, rules=rules, high_risk=risk,
                       additional=branch.additional)  # fmt: skip
        met = outcome.met
        lacks += [(duties[each],) for each in outcome.unmet]
    policy, waived = _policy_lacks(situation)
    return Judged(
        method, branch, None, chosen, tuple(dict.fromkeys(lacks)), policy, repairable, met, tuple(notices), waived,
        relevance, evidence,
    )  # fmt: skip


def _policy_lacks(situation: Situation) -> tuple[tuple[str, ...], str | None]:
    """Policy evidence that is lacking. What concerns a chip is not asked of a document without one."""
    first, rules, case = situation.first, situation.rules, situation.case
    missing = [code for code in situation.branch.policy if code not in situation.evidence]
    if first is None:
        return tuple(missing), None
    if not rules.documents[first.kind].chip:
        return tuple(code for code in missing if not rules.evidence[code].chip_only), None
    if SIGNATURE_POLICY in missing and first.kind in case.house.accept_unverifiable and not first.signature_failed:
        return tuple(code for code in missing if code != SIGNATURE_POLICY), first.kind
    return tuple(missing), None
