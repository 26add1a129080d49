"""What the record of a case needs: fields and attachments, common, by circumstance and of every satisfied method.

Where the text of the items was not read (犯収規則19条・20条 from 2027-04-01, law.md L2) all that was done is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from honnin.law.case import Case
from honnin.law.documents import PRESENTED, SENT
from honnin.law.judging import ORGANISATIONS, Judged
from honnin.law.model import Law
from honnin.law.parties import ACTING_PERSON_ALONE

_PART = re.compile(r"([A-Za-z]+)([0-9]*)")


def situations(case: Case, law: Law) -> tuple[str, ...]:
    """The circumstances that `record_if` and `notices_if` of a law speak of."""
    risk = law.high_risk
    high = risk is not None and bool(case.risk_flags & set(risk.flags))
    suspicion = bool(case.risk_flags & {"suspicion_impersonation", "suspicion_false"})
    moved = max((each for each in (case.amount_yen, case.aggregated_amount_yen) if each is not None), default=0)
    limit = None if risk is None else risk.assets_over_yen  # 令11条
    over = high and ("assets_over_2m" in case.risk_flags or (limit is not None and moved > limit))
    over = over and case.business_type not in law.over_2m_except_business
    # For an organisation somebody acts always (法4条4項・5項).
    agent = case.actor in {"agent_for_customer", "agents_own"} or case.customer_kind in ORGANISATIONS
    named = {
        "always": True,
        "agent": agent,
        "for_customer": agent and case.actor != "agents_own",
        "acting_person": case.actor == "agents_own" and case.customer_kind not in ACTING_PERSON_ALONE,
        "acting_person_alone": case.actor == "agents_own" and case.customer_kind in ACTING_PERSON_ALONE,
        "corporation": case.customer_kind == "corporation",
        "public_body": case.customer_kind == "public_body",
        "unincorporated": case.customer_kind == "unincorporated",
        "short_stay": case.customer_kind == "short_stay",
        "high_risk": high,
        "suspicion": suspicion,
        "high_risk_over_2m": over,
        "over_2m": over,
        "pep": "foreign_pep" in case.risk_flags,
        "alias_used": case.alias_used is True,
        "staff_delivery": "STAFF_DELIVERY" in case.evidence,
        "transferred": any(case.transaction in each.transactions for each in law.elsewhere),
    }
    return tuple(name for name, true in named.items() if true)


def record_items(case: Case, law: Law, done: list[Judged]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fields and attachments: common, by circumstance, and of every satisfied method."""
    names = [*situations(case, law)]
    for each in done:
        ways = {token for duty, (_, token) in each.met.items() if duty in {"address", "additional_address"}}
        names += [name for token, name in ((PRESENTED, "supplement_presented"), (SENT, "supplement_sent"))
                  if token in ways and name not in names]  # fmt: skip
    left_out = {code for name in names for code in law.record_without.get(name, ())}
    fields = [code for code in law.record_common if code not in left_out]
    attachments: list[str] = []
    for name in names:
        fields += law.record_if.get(name, ())
        attachments += law.attachments_if.get(name, ())
    for each in done:
        fields += each.branch.record_fields
        attachments += each.method.attachments
        for code, more in each.method.record_fields_if.items():
            fields += more if code in case.evidence else ()
        if each.met.get("additional", (0, ""))[1] == SENT and law.high_risk is not None:
            attachments += law.method(law.high_risk.method).attachments_if.get("SENT_OTHER", ())
    if law.record_unseen is not None and record_unseen(case, law, done):
        for code in sorted({code for each in done for code in each.evidence}):
            fields += law.record_unseen.fields.get(code, ())
            attachments += law.record_unseen.attachments.get(code, ())
    return tuple(sorted(dict.fromkeys(fields), key=_order)), tuple(dict.fromkeys(attachments))


def record_unseen(case: Case, law: Law, methods: Iterable[Judged]) -> bool:
    """Whether items and attachments of that day rest on a text that was not read: for all methods until the house has
    confirmed the point, and for a method whose own items nobody has seen, after it too.
    """
    unseen = law.record_unseen
    if unseen is None or case.on < unseen.start:
        return False
    return unseen.point not in case.house.confirmed or any(each.method.record_unconfirmed for each in methods)


def _order(code: str) -> tuple[bool, str, int]:
    """F01 … F31, K1 … before what has no number."""
    part = _PART.match(code)
    number = part.group(2) if part else ""
    return (not number, part.group(1) if part and number else "", int(number or 0))
