"""Whose identity a case asks about, and whose is asked about as well (犯収法4条4項, 規則12条; 携帯法3条2項).

When somebody acts for a customer, two people are verified: the customer and the acting person (代表者等). A case speaks
of one of them: `agents_own` of the acting person, `agent_for_customer` of the customer whose documents the acting
person brings. 国等 and 人格のない社団・財団 have no identity of their own: the acting person alone (法4条5項).
"""

from __future__ import annotations

from dataclasses import replace

from honnin.law.case import Case

__all__ = ["ACTING_PERSON_ALONE", "PARTIES", "of_company", "other_party"]

ACTING_PERSON_ALONE = frozenset({"public_body", "unincorporated"})
# Laws in which the acting person is verified by a question of its own; 番号法 has methods for agents instead.
PARTIES = frozenset({"hanshu", "keitai", "keitai_rental"})
_OTHER = {"agents_own": "agent_for_customer", "agent_for_customer": "agents_own"}


def of_company(case: Case) -> bool:
    """Whether the identity asked about is a company's own: not that of the person who acts for it."""
    return case.customer_kind == "corporation" and case.actor != "agents_own"


def other_party(case: Case) -> Case | None:
    """The question about the other person, without documents and evidence; None where nobody else is verified."""
    actor = _OTHER.get(case.actor or "")
    if actor is None or case.law not in PARTIES:
        return None
    if case.actor == "agents_own" and case.customer_kind in ACTING_PERSON_ALONE:
        return None
    return replace(case, actor=actor, documents=(), evidence=frozenset())
