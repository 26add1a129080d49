"""Which ways are open today for this case, before anything is read, and what to take out of the wallet (design §6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from honnin.law import texts
from honnin.law.case import Case
from honnin.law.conditions import address_waived, denied, standing_holds
from honnin.law.dates import article, letter, numbers_known
from honnin.law.documents import exists_on, is_for
from honnin.law.judging import OPENS, SIGNATURE_POLICY, open_block, person_block
from honnin.law.model import Branch, DocumentKind, Method, Rules, Words
from honnin.law.waiting import WAITS, cost_of

_COSTS = {
    "now": Words("その場で終わります。", "Finished at once."),
    "mail": Words("郵便が要るため、その場では終わりません。", "It needs mail and is not finished at once."),
    "sending": Words("あとで書類などを送ってもらうため、その場では終わりません。",
                     "Something is sent in later; it is not finished at once."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """One method with one kind of document. `evidence`: what is to be done, of each group one code is enough."""

    method: str
    letter: str | None
    article: str
    title: Words
    document: str | None
    document_words: Words | None
    cost: str  # "now" | "mail" | "sending"
    cost_words: Words
    say: Words
    evidence: tuple[tuple[str, ...], ...]
    needs_additional: bool
    needs_address: bool


def open_ways(case: Case, rules: Rules) -> tuple[Way, ...]:
    """The open ways, those that finish at once first. Nothing that has been read or shown is looked at."""
    law = rules.laws[case.law]
    high = law.high_risk is not None and bool(case.risk_flags & set(law.high_risk.flags))
    if high and law.high_risk is not None and not _duty_possible(law.method(law.high_risk.method), case, rules):
        return ()  # without the additional document no method is satisfied
    ways: list[Way] = []
    for method in law.methods:
        if method.duty or open_block(method, case, law) is not None or person_block(method, case) is not None:
            continue
        for branch in method.branches:
            if (case.channel is not None and branch.channel not in OPENS[case.channel]) or not _may(
                branch, case, rules
            ):
                continue
            for kind in _kinds(branch, case, rules):
                groups = _groups(branch, kind, case, rules)
                if all(groups):
                    ways.append(_way(method, replace(branch, required=groups), kind, case, rules, high=high))
    return tuple(sorted(ways, key=lambda way: (WAITS.index(way.cost), way.needs_address, way.document is None)))


def way_to_dict(way: Way) -> dict[str, object]:
    """For JSON."""
    return {
        "id": way.method, "letter": way.letter, "article": way.article, "title": way.title.ja,
        "title_en": way.title.en, "document": way.document,
        "document_name": None if way.document_words is None else way.document_words.ja,
        "document_name_en": None if way.document_words is None else way.document_words.en,
        "cost": way.cost, "cost_text": way.cost_words.ja, "cost_text_en": way.cost_words.en, "say": way.say.ja,
        "say_en": way.say.en, "evidence": [list(group) for group in way.evidence],
        "needs_additional": way.needs_additional, "needs_address": way.needs_address,
    }  # fmt: skip


def _may(branch: Branch, case: Case, rules: Rules) -> bool:
    """Not stopped by what is known before the card: flags, transaction, kind of customer, standing, unseen texts."""
    for code in branch.conditions:
        condition = rules.conditions[code]
        if condition.check == "never" or (condition.check == "standing" and not standing_holds(condition, case)):
            return False
        if condition.check == "no_flag" and case.risk_flags & set(condition.flags):
            return False
        if condition.check == "customer_kind" and (
            case.actor == "agents_own" or case.customer_kind not in condition.kinds
        ):
            return False
        if condition.check == "transaction" and case.transaction not in condition.transactions:
            return False
    return True


def _duty_possible(duty: Method, case: Case, rules: Rules) -> bool:
    conditions = [rules.conditions[code] for code in duty.branches[0].conditions]
    return open_block(duty, case, rules.laws[case.law]) is None and not any(denied(each, case) for each in conditions)


def _groups(branch: Branch, kind: str | None, case: Case, rules: Rules) -> tuple[tuple[str, ...], ...]:
    """What is to be done, without what the house says it cannot do; an empty group: nothing is left."""
    groups = branch.required
    for code in branch.conditions:
        condition = rules.conditions[code]
        if not denied(condition, case) or (condition.kinds and kind not in condition.kinds):
            continue
        if condition.with_evidence is None:
            return ((),)
        groups = tuple(tuple(each for each in group if each != condition.with_evidence) for group in groups)
    return groups


def _kinds(branch: Branch, case: Case, rules: Rules) -> tuple[str | None, ...]:
    kinds: list[str | None] = []
    for code in branch.documents.on(case.on):
        kind = rules.documents[code]
        if not exists_on(kind, case) or not is_for(kind, case):
            continue
        stopped = False
        for each in branch.conditions:
            condition = rules.conditions[each]
            if condition.check == "kind_needs_actor" and code in condition.kinds:
                stopped = stopped or case.actor not in condition.actors
            if condition.check in {"two_documents", "another_sent"} and code not in condition.first:
                stopped = True
            if condition.check == "chip_items" and not set(condition.items) <= set(kind.chip):
                stopped = True
            if condition.check == "two_copies" and not kind.identity:
                stopped = True
        if not stopped:
            kinds.append(code)
    return tuple(kinds) if branch.documents.on(case.on) else (None,)


def _which(document: DocumentKind, groups: list[tuple[str, ...]]) -> Words:
    """Which document; one that is only sent in is not asked for twice."""
    if any(code.startswith("SENT_") for group in groups for code in group):
        return Words(f"使う書類：{document.words.ja}。", f"Document: {document.words.en}.")
    return Words(f"{document.words.ja}を出してもらってください。", f"Ask for: {document.words.en}.")


def _way(method: Method, branch: Branch, kind: str | None, case: Case, rules: Rules, *, high: bool) -> Way:
    law = rules.laws[case.law]
    document = None if kind is None else rules.documents[kind]
    policy = [code for code in branch.policy
              if document is None or document.chip or not rules.evidence[code].chip_only]  # fmt: skip
    if kind is not None and kind in case.house.accept_unverifiable:
        policy = [code for code in policy if code != SIGNATURE_POLICY]
    conditions = [rules.conditions[code] for code in branch.conditions]
    checks = [each.check for each in conditions]
    groups = [*branch.required, *((code,) for code in policy)]
    if "mail_unless_in_person" in checks and case.channel != "in_person":
        groups.append(("MAIL_NO_FORWARD",))
    cost = cost_of(tuple(groups))
    of_address = next((each for each in conditions if each.check == "address"), None)
    address = of_address is not None and document is not None and document.address_never
    address = address and of_address is not None and not address_waived(of_address, case, kind)
    sentences = [] if document is None else [_which(document, groups)]
    sentences += [texts.alternatives([rules.evidence[code].ask for code in group]) for group in groups]
    if document is not None and document.photo is None:
        sentences += [texts.ask(each.code, law, rules, case) for each in conditions if each.flag == "photo"]
    if address and of_address is not None:
        sentences.append(texts.ask(of_address.code, law, rules, case))
    if high and law.high_risk is not None:
        sentences.append(texts.ask(law.high_risk.method, law, rules, case))
    say = Words("".join(each.ja for each in sentences), " ".join(each.en for each in sentences))
    if not numbers_known(law, case):
        say = Words(texts.without_numbers(say.ja), texts.without_numbers(say.en))
    return Way(
        method=method.id,
        letter=letter(method, law, case.on),
        article=article(method, law, case),
        title=method.title,
        document=kind,
        document_words=None if document is None else document.words,
        cost=cost,
        cost_words=_COSTS[cost],
        say=say,
        evidence=tuple(groups),
        needs_additional=high,
        needs_address=address,
    )
