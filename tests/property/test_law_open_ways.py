"""What is open and what can be satisfied are the same; evidence only adds, order and what is unknown change nothing."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from honnin.law.case import CHANNELS, CUSTOMER_KINDS, DocumentFact, parse_case
from honnin.law.decision import decision_from_dict, decision_to_dict
from honnin.law.engine import decide
from honnin.law.ways import open_ways
from tests.property.test_law import QUICK, RULES, any_risk, cases, evidence, ids

HOUSE_CONDITIONS = sorted(code for code, each in RULES.conditions.items() if each.check == "house")
HEAVY = settings(QUICK, max_examples=25)  # each asks the law dozens of times
assurances = st.dictionaries(st.sampled_from(HOUSE_CONDITIONS), st.booleans(), max_size=6)
NONE_RISK = st.sampled_from([frozenset(), frozenset(), frozenset({"foreign_pep"}), frozenset({"suspicion_false"})])
BESIDE = ("CERTIFICATES", "GOV_OTHER")  # two more documents, for whatever duty comes on top
OF_COMPANIES = ("CORP_REGISTRY", "CORP_SEAL_CERT", "CORP_GOV")  # and a company's: never the same one twice


def proper(kind):
    """The best such document there can be."""
    never = RULES.documents[kind].address_never
    return DocumentFact(kind=kind, valid=True, address_current=not never, photo=RULES.documents[kind].photo is not False)


def everything(case, kind):
    """The case with that document, those that a duty on top takes, and every code of evidence."""
    more = (*BESIDE, *(each for each in OF_COMPANIES if each != kind)) if case.customer_kind == "corporation" else BESIDE
    more = (*more, "NOPHOTO_UNIQUE") if case.law == "bangou" else more  # 番号法施行規則2条3項: two of them
    documents = tuple(proper(each) for each in (kind, *more) if each is not None)
    return replace(case, documents=documents, evidence=frozenset(RULES.evidence))


@HEAVY
@given(cases(NONE_RISK), assurances)
def test_whatever_is_satisfied_is_listed_as_an_open_way(case, assured):
    case = replace(case, assured=assured)
    listed = {each.method for each in open_ways(case, RULES)}
    assert ids(case) <= listed
    for kind in RULES.documents:
        assert ids(everything(case, kind)) <= listed


@HEAVY
@given(cases(NONE_RISK), assurances, st.sampled_from(CHANNELS), st.sampled_from(["subject", "agent_for_customer"]),
       st.sampled_from(CUSTOMER_KINDS))
def test_every_open_way_can_be_satisfied(case, assured, channel, actor, customer):
    case = replace(case, assured=assured, channel=channel, actor=actor, customer_kind=customer)
    for way in open_ways(case, RULES):
        codes = {code for group in way.evidence for code in group}
        found = everything(case, way.document)
        assert way.method in ids(found), (way.method, way.document)
        # Nothing but what the way asks for, and what a second document or a duty on top needs.
        on_top = {"PRESENT_2", "SENT_OTHER"} if way.needs_address or way.needs_additional else set()
        assert way.method in ids(replace(found, evidence=frozenset(codes | on_top))), (way.method, way.document)


@QUICK
@given(cases(any_risk), assurances, st.randoms())
def test_the_order_of_documents_changes_nothing(case, assured, random):
    case = replace(case, assured=assured)
    mixed = list(case.documents)
    random.shuffle(mixed)
    other = decide(replace(case, documents=tuple(mixed)), RULES)
    assert {each.id for each in other.satisfied} == ids(case)
    assert {each.id for each in other.closed} == {each.id for each in decide(case, RULES).closed}


@QUICK
@given(cases(any_risk), assurances, evidence)
def test_more_evidence_takes_nothing_away_whatever_the_house_says(case, assured, more):
    case = replace(case, assured=assured)
    assert ids(case) <= ids(replace(case, evidence=case.evidence | more))


@QUICK
@given(cases(any_risk), assurances)
def test_a_no_of_the_house_and_silence_never_open_more_than_a_yes(case, assured):
    case = replace(case, assured=assured)
    yes = replace(case, assured=dict.fromkeys(HOUSE_CONDITIONS, True))
    assert ids(case) <= ids(yes)
    assert ids(replace(case, assured=dict.fromkeys(HOUSE_CONDITIONS, False))) <= ids(case)


@QUICK
@given(cases(any_risk), st.data())
def test_a_further_document_takes_nothing_away(case, data):
    more = proper(data.draw(st.sampled_from(sorted(RULES.documents))))
    assert ids(case) <= ids(replace(case, documents=(*case.documents, more)))


@QUICK
@given(cases(any_risk), assurances)
def test_no_method_that_is_closed_by_day_or_status_is_ever_satisfied(case, assured):
    case = replace(case, assured=assured)
    decision = decide(case, RULES)
    for each in decision.satisfied:
        method = RULES.laws[case.law].method(each.id)
        status = method.status.on(case.on)
        assert method.valid_from is None or method.valid_from <= case.on
        assert method.valid_to is None or case.on <= method.valid_to
        assert status != "legacy_off" or case.house.legacy_methods
        assert status != "disabled_until_confirmed" or (method.points and set(method.points) <= case.house.confirmed)
        assert case.actor in method.actors
    assert decision_from_dict(json.loads(json.dumps(decision_to_dict(decision)))) == decision


@QUICK
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["hanshu", "2026-11-25", "LICENCE"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["law", "on", "documents", "evidence", "tenant", "kind", "valid", "confirmed", "risk_flags", "assured",
                         "linked_laws", "amount_yen", "business_type", "transaction", "x"]), inner, max_size=4),
    max_leaves=12,
))
def test_a_case_of_any_shape_is_a_case_or_a_plain_error(value):
    from honnin.core.errors import DataError

    if isinstance(value, dict):
        value = {"law": "hanshu", "on": "2026-11-25", **value}
    try:
        decide(parse_case(value, RULES), RULES)
    except DataError as error:
        assert error.code.startswith("law.case.")
