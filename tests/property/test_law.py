"""Adding evidence never un-satisfies an ordinary case, removing it never satisfies, unknown never satisfies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from honnin.law.case import ACTORS, CHANNELS, CUSTOMER_KINDS, Case, DocumentFact, House, case_to_dict, parse_case
from honnin.law.decision import decision_from_dict, decision_to_dict
from honnin.law.engine import decide
from honnin.law.rules import load_rules

RULES = load_rules()
DAYS = [date(2025, 6, 23), date(2025, 6, 24), date(2026, 3, 31), date(2026, 11, 25), date(2027, 3, 31), date(2027, 4, 1)]
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

facts = st.builds(
    DocumentFact, kind=st.sampled_from(sorted(RULES.documents)), valid=st.sampled_from([True, True, False, None]),
    address_current=st.sampled_from([True, True, False, None]),
)  # fmt: skip
houses = st.builds(
    House, is_signature_verifier=st.sampled_from([True, False, None]), legacy_methods=st.booleans(),
    confirmed=st.frozensets(st.sampled_from(sorted(RULES.points))),
    accept_unverifiable=st.frozensets(st.sampled_from(["LICENCE"])),
)  # fmt: skip
evidence = st.frozensets(st.sampled_from(sorted(RULES.evidence)), max_size=12)


NO_RISK = st.just(frozenset())


def cases(risk=NO_RISK):
    return st.builds(
        Case, law=st.sampled_from(sorted(RULES.laws)), on=st.sampled_from(DAYS),
        business_type=st.sampled_from([None, "1", "42", "43"]),
        transaction=st.sampled_from([None, "salary_account", "currency_exchange", "precious_metal_sale"]),
        amount_yen=st.sampled_from([None, 0, 2_000_000, 2_000_001]),
        channel=st.sampled_from([*CHANNELS, None]), actor=st.sampled_from([*ACTORS, None]),
        customer_kind=st.sampled_from([*CUSTOMER_KINDS, None]), risk_flags=risk, house=houses,
        documents=st.lists(facts, max_size=4).map(tuple), evidence=evidence,
    )  # fmt: skip


any_risk = st.frozensets(st.sampled_from(sorted(RULES.risk_flags)), max_size=2)


def ids(case):
    return {each.id for each in decide(case, RULES).satisfied}


@QUICK
@given(cases(any_risk), evidence)
def test_more_evidence_never_takes_a_method_away_and_less_never_gives_one(case, more):
    assert ids(case) <= ids(replace(case, evidence=case.evidence | more))


@QUICK
@given(cases(any_risk), st.data())
def test_what_becomes_unknown_never_satisfies_more(case, data):
    what = data.draw(st.sampled_from(["channel", "actor", "customer_kind", "transaction", "valid", "address_current"]))
    if what in {"valid", "address_current"}:
        unknown = replace(case, documents=tuple(replace(each, **{what: None}) for each in case.documents))
    else:
        unknown = replace(case, **{what: None})
    assert ids(unknown) <= ids(case)


@QUICK
@given(cases(any_risk))
def test_without_channel_actor_or_customer_nothing_is_satisfied(case):
    if None in {case.channel, case.actor, case.customer_kind}:
        assert ids(case) == set()


@QUICK
@given(cases())
def test_a_risk_never_opens_a_method(case):
    for flag in RULES.risk_flags:
        assert ids(replace(case, risk_flags=frozenset({flag}))) <= ids(case)


@QUICK
@given(cases(any_risk))
def test_a_decision_accounts_for_every_method_once_and_survives_json(case):
    decision = decide(case, RULES)
    listed = [each.id for part in (decision.satisfied, decision.near, decision.closed) for each in part]
    assert sorted([*listed, *decision.additional]) == sorted(each.id for each in RULES.laws[case.law].methods)
    assert decision_from_dict(decision_to_dict(decision)) == decision
    assert parse_case(case_to_dict(case), RULES) == replace(
        case, house=replace(case.house, accept_reasons=tuple((each, "") for each in sorted(case.house.accept_unverifiable)))
    )
    assert decision.verified == bool(decision.satisfied)
    assert bool(decision.ask_next) != decision.verified
    assert len(decision.ask_next) == len(decision.ask_next_en)
