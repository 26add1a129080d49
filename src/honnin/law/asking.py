"""What to do next, in sentences for the counter: the way to the nearest method, to another document, or why none is.

Nothing is proposed that cannot be satisfied: another document comes from the open ways (law.ways), a closed method only
where something that people can do (a lawyer's answer, the house's setting) opens it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from honnin.law import texts
from honnin.law.case import Case
from honnin.law.dates import letter
from honnin.law.judging import OPENS, ORGANISATIONS, Judged, open_block
from honnin.law.model import Law, Rules, Words
from honnin.law.parties import ACTING_PERSON_ALONE, PARTIES
from honnin.law.ways import open_ways

__all__ = ["Next", "ask_next"]

_FEW = 3  # methods that are named


@dataclass(frozen=True, slots=True)
class Next:
    """`lines`: the sentences. `about`: the method that they lead to, None where they lead to none that was begun."""

    lines: tuple[Words, ...]
    about: Judged | None = None


def ask_next(
    case: Case, law: Law, rules: Rules, judged: Sequence[Judged], *, nearest: Judged | None, needed: bool | None
) -> Next:
    """What to do. `nearest`: the method to go on with; `needed`: whether the transaction must be verified at all."""
    first = (texts.NOT_NEEDED,) if needed is False else ()
    if nearest is None or (nearest.method.rare and nearest.relevance <= 0):  # nobody brings anything along for those
        whose = _of_organisation(case, law)
        if whose is not None:
            return Next((*first, whose))
        other = _another_document(case, law, rules, judged) if case.documents else ()
        if other:
            return Next((*first, *other))
    if nearest is not None:
        return Next((*first, *_way_to(nearest, case, law, rules)), nearest)
    return Next((*first, *_nothing(case, law, rules, judged)))


def _way_to(best: Judged, case: Case, law: Law, rules: Rules) -> tuple[Words, ...]:
    groups = [*best.lacks, *((code,) for code in best.policy_lacks)]
    result = [texts.almost(letter(best.method, law, case.on), best.method.title, len(groups))]
    for group in groups:
        if group == ("document",):
            result.append(texts.documents_to_ask(rules, best.branch.documents.on(case.on)))
        else:
            result.append(texts.alternatives([texts.ask(code, law, rules, case) for code in group]))
    return tuple(result)


def _another_document(case: Case, law: Law, rules: Rules, judged: Sequence[Judged]) -> tuple[Words, ...]:
    """No usual method takes what was brought: the first that takes something else, and why the begun one is shut."""
    rare = {method.id for method in law.methods if method.rare}
    ways = [each for each in open_ways(case, rules) if each.document is not None and each.method not in rare]
    if not ways:
        return ()
    shut = [each for each in judged if each.block is not None and each.block.code == "standing" and each.relevance > 0]
    reasons = [texts.closed_because(each.method.title, texts.of_block(each.block, each.method, rules))
               for each in shut[:1] if each.block is not None]  # fmt: skip
    first = ways[0]
    kinds = tuple(dict.fromkeys(each.document for each in ways
                                if each.method == first.method and each.document is not None))  # fmt: skip
    return (*reasons, texts.another_document(first.letter, first.title), texts.documents_to_ask(rules, kinds))


def _of_organisation(case: Case, law: Law) -> Words | None:
    """An organisation does not come itself, and most are not verified themselves."""
    if law.id not in PARTIES or case.actor in {None, "agents_own"}:
        return None
    if case.customer_kind in ACTING_PERSON_ALONE:
        return texts.ACTING_PERSON_ONLY
    return texts.SOMEBODY_ACTS if case.customer_kind in ORGANISATIONS and case.actor == "subject" else None


def _nothing(case: Case, law: Law, rules: Rules, judged: Sequence[Judged]) -> tuple[Words, ...]:
    risk = law.high_risk
    if risk is not None and case.risk_flags & set(risk.flags):
        block = open_block(law.method(risk.method), case, law)
        if block is not None and block.code == "not_confirmed":  # whatever method: in words that tell no suspicion
            return (texts.unfinished_until_confirmed(block.args, rules),)
    may = [each for each in judged if each.block is not None and _fits(each, case, rules)]
    waiting = [each for each in may if each.block is not None and each.block.code == "not_confirmed"][:_FEW]
    off = [each for each in may if each.block is not None and each.block.code == "legacy_off"][:_FEW]
    lines: list[Words] = []
    if waiting:
        points = tuple(dict.fromkeys(code for each in waiting if each.block is not None for code in each.block.args))
        lines.append(texts.when_confirmed([each.method.title for each in waiting], points, rules))
    if off:
        lines.append(texts.when_switched_on([each.method.title for each in off]))
    return (texts.NOTHING_OPEN, *lines)


def _fits(each: Judged, case: Case, rules: Rules) -> bool:
    """Whether it could be used in that channel, and its text was seen."""
    return any(
        (case.channel is None or branch.channel in OPENS[case.channel])
        and not any(rules.conditions[code].check == "never" for code in branch.conditions)
        for branch in each.method.branches
    )
