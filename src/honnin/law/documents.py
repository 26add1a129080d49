"""Which documents of a case stand for which duty. One presentation never counts for two duties (design §6).

A method uses one document (or two), presentations and things sent in. What is left over may serve the duties that come
on top: a document with the current address (6条2項) and the additional document of a high-risk transaction (14条).
"""

from __future__ import annotations

from dataclasses import dataclass

from honnin.law.case import Case, DocumentFact
from honnin.law.dates import address_current, valid_on
from honnin.law.model import Branch, Condition, DocumentKind, HighRisk, Rules
from honnin.law.parties import of_company

_PAIRS = ("two_documents", "another_sent", "two_copies")
PRESENTED, SENT = "presented", "sent"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The documents that a method uses, by their place in the case. Empty: the method uses none, or none is stated."""

    first: int | None = None
    second: int | None = None

    @property
    def used(self) -> tuple[int, ...]:
        """The places in use."""
        return tuple(each for each in (self.first, self.second) if each is not None)


def pair_condition(branch: Branch, rules: Rules) -> Condition | None:
    """The condition of the branch that speaks of two documents, if there is one."""
    return next((found for code in branch.conditions if (found := rules.conditions[code]).check in _PAIRS), None)


def same_document(one: DocumentFact, other: DocumentFact, rules: Rules) -> bool:
    """Two entries that can only be the same document: a person has one licence, but may have two certificates, and a
    joined residence card is its holder's My Number Card too.
    """
    mine, others = rules.documents[one.kind], rules.documents[other.kind]
    if one.kind == other.kind:
        return not mine.category
    return other.kind in mine.same_card or one.kind in others.same_card


def choices(branch: Branch, case: Case, rules: Rules) -> tuple[Chosen, ...]:
    """Every way in which documents of the case can stand for the branch. Empty: stated documents, but none fits."""
    allowed = branch.documents.on(case.on)
    if not allowed or not case.documents:
        return (Chosen(),)
    pair = pair_condition(branch, rules)
    result: list[Chosen] = []
    for place, fact in enumerate(case.documents):
        if fact.kind not in allowed or not _exists(fact, case, rules):
            continue
        if pair is None:
            result.append(Chosen(place))
            continue
        if pair.first and fact.kind not in pair.first:
            continue
        if not pair.first and not rules.documents[fact.kind].identity:
            continue
        others = [
            other
            for other, each in enumerate(case.documents)
            if other != place and _exists(each, case, rules) and not same_document(fact, each, rules)
            and rules.documents[each.kind].shows_address and _may_be_second(pair, each, allowed, case)
        ]  # fmt: skip
        result += [Chosen(place, other) for other in others] or [Chosen(place)]
    # A document of the method that cannot come first alone: open, but the combination is lacking.
    return tuple(result) or tuple(
        Chosen(place) for place, fact in enumerate(case.documents)
        if pair is not None and fact.kind in allowed and _exists(fact, case, rules)
    )  # fmt: skip


def _may_be_second(pair: Condition, fact: DocumentFact, allowed: tuple[str, ...], case: Case) -> bool:
    if pair.check == "two_documents":
        agent = case.actor == "agent_for_customer"
        return fact.kind in pair.first or fact.kind in pair.second or (agent and fact.kind in pair.agent_second)
    return pair.check == "another_sent" or fact.kind in allowed


def _exists(fact: DocumentFact, case: Case, rules: Rules) -> bool:
    kind = rules.documents[fact.kind]
    return exists_on(kind, case) and is_for(kind, case)


def exists_on(kind: DocumentKind, case: Case) -> bool:
    """Whether there are such documents yet."""
    return kind.valid_from is None or kind.valid_from <= case.on


def is_for(kind: DocumentKind, case: Case) -> bool:
    """Whether that kind counts for this customer (foreign papers only of one who does not live here, 規則7条4号).

    The kind of customer says nothing of an agent whose own identity is verified; unstated, it is lacking elsewhere.
    """
    return not kind.customers or case.customer_kind in {*kind.customers, None} or case.actor == "agents_own"


@dataclass(frozen=True, slots=True)
class Duties:
    """How the duties on top are met: duty → (place of the document, presented or sent); `unmet` are the others."""

    met: dict[str, tuple[int, str]]
    unmet: tuple[str, ...]


def spare_tokens(branch: Branch, case: Case, chosen: Chosen, evidence: frozenset[str], rules: Rules) -> tuple[str, ...]:
    """What was presented or sent beyond what the method itself uses.

    At a counter the method's document is in the house's hands, so that the first presentation is its own, even where
    the method asks for the chip only.
    """
    presented = 2 if "PRESENT_2" in evidence else 1 if "PRESENT_1" in evidence else 0
    names = {code for group in branch.required for code in group if code in evidence}
    used = 2 if "PRESENT_2" in names else 1 if "PRESENT_1" in names else 0
    if used == 0 and case.channel != "remote" and chosen.first is not None:
        used = 0 if rules.documents[case.documents[chosen.first].kind].record else 1
    sent = 1 if "SENT_OTHER" in evidence and "SENT_OTHER" not in names else 0
    return (PRESENTED,) * max(presented - used, 0) + (SENT,) * sent


def meet(
    duties: tuple[str, ...],
    *,
    case: Case,
    chosen: Chosen,
    tokens: tuple[str, ...],
    rules: Rules,
    high_risk: HighRisk | None,
    additional: str,
) -> Duties:
    """Give each duty a document and a presentation of its own. As many duties as possible are met."""
    best: dict[str, tuple[int, str]] = {}

    def fits(duty: str, place: int) -> bool:
        fact = case.documents[place]
        if any(same_document(fact, case.documents[each], rules) for each in chosen.used):
            return False
        if valid_on(fact, case, rules) is not True or not _exists(fact, case, rules):
            return False
        if duty == "address":
            return rules.documents[fact.kind].shows_address and address_current(fact, rules) is True
        return high_risk is not None and _additional(fact, case, rules, high_risk, additional)

    # Those with the current address first: the additional document may need it.
    by_address = sorted(range(len(case.documents)),
                        key=lambda place: address_current(case.documents[place], rules) is not True)

    def search(left: tuple[str, ...], taken: dict[str, tuple[int, str]], free: tuple[str, ...]) -> None:
        nonlocal best
        if len(taken) > len(best):
            best = dict(taken)
        if not left or len(best) == len(duties):
            return
        duty, rest = left[0], left[1:]
        used = {place for place, _ in taken.values()} | set(chosen.used)
        for at, token in enumerate(free):
            if token in free[:at]:
                continue
            for place in by_address:
                if place not in used and fits(duty, place):
                    search(rest, {**taken, duty: (place, token)}, free[:at] + free[at + 1 :])
        search(rest, taken, free)

    search(duties, {}, tokens)
    met = dict(best)
    if "additional" in met and additional == "record" and not _address_beside(case, rules, met):
        extra = meet_address_of_additional(case, chosen, tokens, rules, met)
        if extra is None:
            del met["additional"]
        else:
            met["additional_address"] = extra
    return Duties(met, tuple(each for each in duties if each not in met))


def _additional(fact: DocumentFact, case: Case, rules: Rules, high_risk: HighRisk, additional: str) -> bool:
    """規則14条1項2号: on top of a record or signature a 本人確認書類; otherwise also a 補完書類 with the address."""
    if fact.kind not in (high_risk.corporate if of_company(case) else high_risk.natural):
        return False
    if rules.documents[fact.kind].identity:
        return True
    return additional == "document" and address_current(fact, rules) is True


def _address_beside(case: Case, rules: Rules, met: dict[str, tuple[int, str]]) -> bool:
    fact = case.documents[met["additional"][0]]
    return rules.documents[fact.kind].corporate or address_current(fact, rules) is True


def meet_address_of_additional(
    case: Case, chosen: Chosen, tokens: tuple[str, ...], rules: Rules, met: dict[str, tuple[int, str]]
) -> tuple[int, str] | None:
    """A further document with the current address, when the additional one lacks it (14条1項2号ロ)."""
    free = list(tokens)
    for _, token in met.values():
        free.remove(token)
    used = {place for place, _ in met.values()} | set(chosen.used)
    for place, fact in enumerate(case.documents):
        if place in used or not rules.documents[fact.kind].shows_address or not free:
            continue
        if any(same_document(fact, case.documents[each], rules) for each in used) or not _exists(fact, case, rules):
            continue
        if valid_on(fact, case, rules) is True and address_current(fact, rules) is True:
            return place, free[0]
    return None
