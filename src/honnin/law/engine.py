"""Case + rules → Decision. Pure: no clock, no files, the same answer years later (design §2, §6).

Every method of the law stands in exactly one of satisfied, near and closed; the additional document of a high-risk
transaction stands in `additional` once it is there, since it never verifies by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from honnin.law import texts
from honnin.law.asking import Next, ask_next
from honnin.law.case import Case
from honnin.law.dates import article, egov_revision, letter, numbers_known
from honnin.law.decision import Accepted, Closed, Decision, Near, Notice, Retention, Satisfied
from honnin.law.judging import SIGNATURE_POLICY, Block, Judged, judge, open_block
from honnin.law.model import Law, Method, Rules, Words
from honnin.law.recording import record_items, record_unseen, situations
from honnin.law.triggers import must_verify
from honnin.law.waiting import WAITS, cost_of

PRODUCT_FIELDS = (
    "law_revision_id", "rules_version", "software_version", "timestamps_with_tz", "operator_id", "tenant_id"
)  # fmt: skip
_FEW = 3  # missing things up to which a near method's notices are worth reading


def decide(case: Case, rules: Rules) -> Decision:
    """The law's answer to one case."""
    law = rules.laws[case.law]
    judged = [judge(method, case, law, rules) for method in law.methods if not method.duty]
    done = [each for each in judged if each.complete]
    near = _by_nearness([each for each in judged if each.block is None and not each.complete], case, law, rules)
    shut = [(each.method, each.block) for each in judged if each.block is not None]
    near_items = [_near(each, case, law, rules) for each in near]
    additional: list[str] = []
    for method in law.methods:
        if method.duty:
            answer = _judge_duty(method, case, law, judged)
            if isinstance(answer, Judged):
                near_items.append(_near(answer, case, law, rules))
            elif answer is None:
                additional.append(method.id)
            else:
                shut.append((method, answer))
    nearest = next((each for each in near if _may_go_on(each, rules)), None)
    needed = must_verify(case, rules)
    following = Next(()) if done else ask_next(
        case, law, rules, judged, nearest=nearest, needed=None if needed is None else needed.needed
    )
    asked, read = following.lines, [each for each in near if _worth_notices(each, following.about)]
    fields, attachments = record_items(case, law, done)
    accepted = _accepted(case, done)
    decision = Decision(
        law=law.id,
        on=case.on.isoformat(),
        rules_version=rules.version,
        revision=law.revision(case.on).id,
        satisfied=tuple(_satisfied(each, case, law) for each in done),
        near=tuple(near_items),
        closed=tuple(_closed(method, block, rules) for method, block in shut),
        record_fields=fields,
        record_fields_product=PRODUCT_FIELDS + (("accepted_unverifiable",) if accepted else ()),
        attachments=attachments,
        retention=_retention(case, rules),
        ask_next=tuple(each.ja for each in asked),
        ask_next_en=tuple(each.en for each in asked),
        notices=_notices(case, law, rules, done or read, accepted),
        additional=tuple(additional),
        accepted_unverifiable=accepted,
        must_verify=needed,
    )
    return decision if numbers_known(law, case) else _without_numbers(decision)


def _without_numbers(decision: Decision) -> Decision:
    """No sentence cites an article of a text that nobody read (L2)."""
    plain = texts.without_numbers

    def all_plain(lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(plain(each) for each in lines)

    needed = decision.must_verify
    return replace(
        decision,
        near=tuple(replace(each, why=all_plain(each.why), why_en=all_plain(each.why_en)) for each in decision.near),
        closed=tuple(replace(each, why=plain(each.why), why_en=plain(each.why_en)) for each in decision.closed),
        ask_next=all_plain(decision.ask_next),
        ask_next_en=all_plain(decision.ask_next_en),
        notices=tuple(Notice(each.code, plain(each.ja), plain(each.en)) for each in decision.notices),
        must_verify=None if needed is None else replace(needed, why=plain(needed.why), why_en=plain(needed.why_en)),
    )


def _judge_duty(method: Method, case: Case, law: Law, judged: list[Judged]) -> Judged | Block | None:
    """The additional document: closed without high risk, near until it is there, None once the duty is fulfilled."""
    risk = law.high_risk
    if risk is None or not case.risk_flags & set(risk.flags):
        return Block("not_high_risk")
    block = open_block(method, case, law)
    if block is not None:
        return block
    if any(each.complete and "additional" in each.met for each in judged):
        return None
    groups = method.branches[0].required
    best = min((each for each in judged if each.block is None), key=lambda each: each.rank, default=None)
    if best is not None and "additional" in best.met:
        denied = tuple(each for each in best.lacks if each[0] in method.branches[0].conditions)
        groups = denied or (("ordinary_method",),)
    return Judged(method, method.branches[0], lacks=groups)


def _satisfied(each: Judged, case: Case, law: Law) -> Satisfied:
    method = each.method
    places = [*each.chosen.used, *(place for place, _ in each.met.values())]
    kinds = tuple(case.documents[place].kind for place in places)
    return Satisfied(
        id=method.id,
        letter=letter(method, law, case.on),
        article=article(method, law, case),
        revision=law.revision(case.on).id,
        egov_revision=egov_revision(law, case.on),
        title=method.title.ja,
        title_en=method.title.en,
        document=kinds[0] if each.chosen.first is not None else None,
        documents=kinds,
    )


def _near(each: Judged, case: Case, law: Law, rules: Rules) -> Near:
    groups = [*each.lacks, *((code,) for code in each.policy_lacks)]
    words = [texts.of_group(group, law, rules) for group in groups]
    return Near(
        id=each.method.id,
        missing=tuple(dict.fromkeys(code for group in groups for code in group)),
        why=tuple(each.ja for each in words),
        why_en=tuple(each.en for each in words),
        missing_any_of=tuple(group for group in groups if len(group) > 1),
        letter=letter(each.method, law, case.on),
        title=each.method.title.ja,
        title_en=each.method.title.en,
        document=None if each.chosen.first is None else case.documents[each.chosen.first].kind,
        policy_only=not each.lacks,
        repairable=each.repairable,
    )


def _closed(method: Method, block: Block, rules: Rules) -> Closed:
    words = texts.of_block(block, method, rules)
    return Closed(method.id, block.code, words.ja, words.en, method.title.ja, method.title.en)


def _by_nearness(near: list[Judged], case: Case, law: Law, rules: Rules) -> list[Judged]:
    """Those to go on with first: begun, by what is lacking; then the usual ones that end at once.

    Methods for which people bring nothing along (`rare`: other certificates, an earlier record) come late unless begun;
    what cannot be brought in this case comes last.
    """
    places = {method.id: place for place, method in enumerate(law.methods)}

    def order(each: Judged) -> tuple[bool, bool, bool, tuple[int, ...]]:
        begun = each.relevance > 0
        wait, place = WAITS.index(cost_of(each.branch.required)), places[each.method.id]
        missing = len(each.lacks) + len(each.policy_lacks)
        by_mail = case.channel == "mail" and each.branch.channel != "mail"  # who writes has no reader
        rest = (bool(each.lacks), missing, -each.relevance, place) if begun else (by_mail, wait, place)
        return not _may_go_on(each, rules), each.method.rare and not begun, not begun, rest

    return sorted(near, key=order)


def _worth_notices(each: Judged, nearest: Judged | None) -> bool:
    """Notices are read when they are few: of the method to go on with, and of those that were begun and lack little."""
    return each is nearest or (each.repairable and each.relevance > 0 and len(each.lacks) <= _FEW)


def _may_go_on(each: Judged, rules: Rules) -> bool:
    """Whether what is lacking can be brought: not a text of the law that was not seen, nor another kind of customer."""
    unseen = any(code in rules.conditions and rules.conditions[code].check == "never" for group in each.lacks
                 for code in group) and each.method.record_unconfirmed  # fmt: skip
    return each.repairable and not unseen


# --- around it -----------------------------------------------------------------------------------


def _retention(case: Case, rules: Rules) -> Retention:
    """The longest of all laws that the record serves."""
    chosen = max(
        (rules.laws[each] for each in sorted({case.law, *case.linked_laws}, key=lambda each: each != case.law)),
        key=lambda law: law.retention.years or 0,
    )
    rule = chosen.retention
    return Retention(rule.years, rule.words.ja, rule.words.en, rule.code, chosen.id)


def _accepted(case: Case, done: list[Judged]) -> tuple[Accepted, ...]:
    reasons = dict(case.house.accept_reasons)
    kinds = dict.fromkeys(each.waived for each in done if each.waived is not None)
    return tuple(Accepted(kind, SIGNATURE_POLICY, reasons.get(kind, "")) for kind in kinds)


def _notices(
    case: Case, law: Law, rules: Rules, shown: Iterable[Judged], accepted: tuple[Accepted, ...]
) -> tuple[Notice, ...]:
    result: dict[str, Words] = {}
    methods = list(shown)
    for each in accepted:
        result[f"accepted_unverifiable.{each.document}"] = texts.accepted(rules.documents[each.document].words)
    for name in situations(case, law):
        if name in law.notices_if:
            code, words = law.notices_if[name]
            if code not in case.assured:
                result[code] = words
    if any(each.kind == "MYNA_LICENCE" for each in case.documents):
        result["document_is_no_identity_document"] = texts.NOT_A_DOCUMENT
    for judged in methods:
        for code in judged.notices:
            result[code] = rules.conditions[code].words
        points = list(judged.method.points)
        for place in judged.chosen.used:
            points += rules.documents[case.documents[place].kind].points
        for code in points:
            since = rules.points_since.get(code)
            if code not in case.house.confirmed and (since is None or since <= case.on):
                result[f"point.{code}"] = texts.point_open(code, rules)
    if record_unseen(case, law, methods):
        result["record_unconfirmed"] = texts.RECORD_UNCONFIRMED
    return tuple(Notice(code, words.ja, words.en) for code, words in result.items())
