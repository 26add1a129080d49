"""The engine's rules for conditions (`check` in law/data/conditions.yaml). Each answers: kept, or lacking and why.

A rule never guesses: what the case does not state does not keep a condition. Only `house` conditions, for which a case
has no input, are notices; a house that says of one that it is not kept (`assured: {code: false}`) is believed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from honnin.law.case import Case, DocumentFact
from honnin.law.dates import address_current, valid_on
from honnin.law.documents import Chosen
from honnin.law.model import Branch, Condition, Rules


@dataclass(frozen=True, slots=True)
class Situation:
    """One branch of one method with the documents chosen for it. `evidence` with everything it implies."""

    case: Case
    rules: Rules
    branch: Branch
    chosen: Chosen
    evidence: frozenset[str]

    @property
    def first(self) -> DocumentFact | None:
        """The document of the method."""
        return None if self.chosen.first is None else self.case.documents[self.chosen.first]

    @property
    def second(self) -> DocumentFact | None:
        """The second document, where the method takes two."""
        return None if self.chosen.second is None else self.case.documents[self.chosen.second]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`kept` None: the case says too little, which keeps nothing. `repairable`: it can still be brought."""

    kept: bool | None
    repairable: bool = True


_KEPT = Verdict(kept=True)
_LACKING = Verdict(kept=False)
_UNKNOWN = Verdict(kept=None)


def holds(condition: Condition, situation: Situation) -> Verdict:
    """Whether the condition is kept. `house`, `address` and `standing` are decided by the callers."""
    return _CHECKS[condition.check](condition, situation)


def standing_holds(condition: Condition, case: Case) -> bool:
    """Whether the house has one of the standings that the condition names. Unstated: it has not."""
    verifier, confirmer = case.house.is_signature_verifier is True, case.house.is_signature_confirmer is True
    return any((verifier and each == "is_signature_verifier") or (confirmer and each == "is_signature_confirmer")
               for each in condition.any_of)


def has_address(situation: Situation, condition_check: str | None) -> bool:
    """Whether the documents that the method uses themselves show the current address."""
    rules = situation.rules
    facts = [each for each in (situation.first, situation.second) if each is not None]
    if condition_check in {"two_documents", "another_sent"}:
        return any(address_current(each, rules) is True and valid_on(each, situation.case, rules) is True
                   for each in facts)
    return bool(facts) and address_current(facts[0], rules) is True


def address_waived(condition: Condition, case: Case, kind: str | None) -> bool:
    """Whether the law takes something else than an address from this customer (nationality and passport number)."""
    return kind in condition.kinds and case.customer_kind in condition.except_customers and case.actor == "subject"


def denied(condition: Condition, case: Case) -> bool:
    """Whether the house says of a `house` condition of this day and risk that it is not kept."""
    return (
        condition.check == "house" and case.assured.get(condition.code) is False
        and (condition.since is None or condition.since <= case.on)
        and (not condition.flags or bool(case.risk_flags & set(condition.flags)))
    )  # fmt: skip


def notice_applies(condition: Condition, situation: Situation) -> bool:
    """Whether a `house` condition speaks of this day, this evidence, this risk and this document."""
    if condition.since is not None and situation.case.on < condition.since:
        return False
    if condition.with_evidence is not None and condition.with_evidence not in situation.evidence:
        return False
    if condition.flags and not situation.case.risk_flags & set(condition.flags):
        return False
    return not condition.kinds or (situation.first is not None and situation.first.kind in condition.kinds)


def _document_valid(condition: Condition, situation: Situation) -> Verdict:
    del condition
    facts = [each for each in (situation.first, situation.second) if each is not None]
    states = [valid_on(each, situation.case, situation.rules) for each in facts]
    if not states or None in states:
        return _LACKING if False in states else _UNKNOWN
    return _KEPT if all(states) else _LACKING


def _certificate_current(condition: Condition, situation: Situation) -> Verdict:
    """Not revoked is current by construction; whoever says that it is not current is believed, and nothing mends it."""
    fact = situation.first
    if fact is None:
        return _UNKNOWN
    if address_current(fact, situation.rules) is False or valid_on(fact, situation.case, situation.rules) is False:
        return _LACKING
    branch = situation.branch
    asked = condition.evidence in branch.policy or any(condition.evidence in group for group in branch.required)
    return _KEPT if asked or condition.evidence in situation.evidence else _UNKNOWN  # what is asked is lacking there


def _chip_items(condition: Condition, situation: Situation) -> Verdict:
    fact = situation.first
    if fact is None:
        return _UNKNOWN
    return _KEPT if set(condition.items) <= set(situation.rules.documents[fact.kind].chip) else _LACKING


def _document_flag(condition: Condition, situation: Situation) -> Verdict:
    fact = situation.first
    if fact is None:
        return _UNKNOWN
    kind = situation.rules.documents[fact.kind]
    if condition.flag == "one_per_person":
        return _KEPT if kind.one_per_person else _LACKING
    has = kind.photo if fact.photo is None else fact.photo and kind.photo is not False
    return _UNKNOWN if has is None else _KEPT if has else _LACKING


def _kind_needs_actor(condition: Condition, situation: Situation) -> Verdict:
    fact = situation.first
    if fact is None or fact.kind not in condition.kinds:
        return _KEPT
    return _KEPT if situation.case.actor in condition.actors else Verdict(kept=False, repairable=False)


def _no_flag(condition: Condition, situation: Situation) -> Verdict:
    return Verdict(kept=False, repairable=False) if situation.case.risk_flags & set(condition.flags) else _KEPT


def _customer_kind(condition: Condition, situation: Situation) -> Verdict:
    if situation.case.actor == "agents_own":  # the kind of customer says nothing of the person who acts
        return Verdict(kept=None, repairable=False)
    if situation.case.customer_kind is None:
        return _UNKNOWN
    return _KEPT if situation.case.customer_kind in condition.kinds else Verdict(kept=False, repairable=False)


def _transaction(condition: Condition, situation: Situation) -> Verdict:
    if situation.case.transaction is None:
        return _UNKNOWN
    return _KEPT if situation.case.transaction in condition.transactions else Verdict(kept=False, repairable=False)


def _two_documents(condition: Condition, situation: Situation) -> Verdict:
    first, second = situation.first, situation.second
    if first is None or second is None or first.kind not in condition.first:
        return _UNKNOWN
    if second.kind in condition.first or situation.rules.documents[second.kind].identity:
        return _KEPT
    return _KEPT if address_current(second, situation.rules) is True else _LACKING


def _another_sent(condition: Condition, situation: Situation) -> Verdict:
    """SENT_OTHER itself says that another document came; a stated one must be valid (document_valid looks at it)."""
    first = situation.first
    if first is None:
        return _UNKNOWN
    return _KEPT if first.kind in condition.first else _LACKING


def _two_copies(condition: Condition, situation: Situation) -> Verdict:
    del condition
    first, second = situation.first, situation.second
    if first is None or second is None:
        return _UNKNOWN
    if address_current(second, situation.rules) is not True:
        return _LACKING
    if not situation.rules.documents[second.kind].identity:
        return _KEPT
    return _KEPT if address_current(first, situation.rules) is True else _LACKING


def _mail_unless_in_person(condition: Condition, situation: Situation) -> Verdict:
    if situation.case.channel == "in_person" or "MAIL_NO_FORWARD" in situation.evidence:
        return _KEPT
    return _KEPT if condition.representative and situation.case.registered_representative is True else _LACKING


def _own_address(condition: Condition, situation: Situation) -> Verdict:
    """The document itself must show the current address: what is mailed goes there, and no supplement mends it."""
    del condition
    fact = situation.first
    current = None if fact is None else address_current(fact, situation.rules)
    return _UNKNOWN if current is None else _KEPT if current else _LACKING


def _never(condition: Condition, situation: Situation) -> Verdict:
    del condition, situation
    return _LACKING


# Nothing to say about these while no document is stated: "document" is lacking, and that is all.
OF_THE_DOCUMENT = frozenset({
    "document_valid", "certificate_current", "address", "chip_items", "document_flag", "two_documents", "another_sent",
    "two_copies", "own_address",
})  # fmt: skip

_CHECKS: dict[str, Callable[[Condition, Situation], Verdict]] = {
    "document_valid": _document_valid,
    "certificate_current": _certificate_current,
    "chip_items": _chip_items,
    "document_flag": _document_flag,
    "kind_needs_actor": _kind_needs_actor,
    "no_flag": _no_flag,
    "customer_kind": _customer_kind,
    "transaction": _transaction,
    "two_documents": _two_documents,
    "another_sent": _another_sent,
    "two_copies": _two_copies,
    "mail_unless_in_person": _mail_unless_in_person,
    "own_address": _own_address,
    "never": _never,
}
