"""What the clerk is told can be done; one document serves once; days, settings and parties change only what they must."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from honnin.law import texts
from honnin.law.case import ACTORS, CHANNELS, CUSTOMER_KINDS, DocumentFact
from honnin.law.documents import same_document
from honnin.law.engine import decide
from honnin.law.parties import ACTING_PERSON_ALONE, PARTIES, other_party
from honnin.law.ways import open_ways
from tests.property.test_law import QUICK, RULES, any_risk, cases, facts, ids
from tests.property.test_law_open_ways import HEAVY, NONE_RISK, assurances, everything

DAY = st.dates(date(2025, 1, 1), date(2028, 12, 31))
stated = {"channel": st.sampled_from(CHANNELS), "actor": st.sampled_from(ACTORS), "kind": st.sampled_from(CUSTOMER_KINDS)}
dated_facts = st.builds(
    DocumentFact, kind=st.sampled_from(sorted(RULES.documents)), valid=st.sampled_from([True, None]),
    address_current=st.just(value=True), issued_on=st.none() | DAY, expires_on=st.none() | DAY, photo=st.just(value=True),
)  # fmt: skip


# --- nothing counts twice ---------------------------------------------------------------------------------------------


def brought(case):
    """How many things were handed over, sent in or read from afar: each is one document's."""
    codes = case.evidence
    presented = 2 if "PRESENT_2" in codes else 1 if "PRESENT_1" in codes else 0
    copies = 2 if "SENT_COPY_2" in codes else 1 if "SENT_COPY_1" in codes else 0
    from_afar = bool(codes & {"CHIP3", "CHIP4", "DOC_IMAGE_LIVE"})
    return presented + copies + sum(code in codes for code in ("SENT_ORIGINAL", "SENT_OTHER", "MAIL_RESTRICTED")) + from_afar


@QUICK
@given(cases(any_risk))
def test_no_document_serves_two_duties_and_none_serves_without_having_been_brought(case):
    for each in decide(case, RULES).satisfied:
        papers = [kind for kind in each.documents if not RULES.documents[kind].record]
        assert len(papers) <= brought(case), each
        for at, kind in enumerate(each.documents):
            for other in each.documents[at + 1 :]:
                assert not same_document(DocumentFact(kind), DocumentFact(other), RULES), each


@QUICK
@given(cases(any_risk), facts)
def test_the_same_document_written_down_twice_is_one(case, fact):
    one = replace(case, documents=(*case.documents, fact))
    two = replace(case, documents=(*case.documents, fact, fact))
    if not RULES.documents[fact.kind].category:
        assert ids(two) == ids(one)


# --- days and settings ------------------------------------------------------------------------------------------------


@QUICK
@given(cases(NONE_RISK), st.lists(dated_facts, max_size=3).map(tuple), DAY, st.integers(1, 400), st.integers(1, 400))
def test_what_is_satisfied_on_two_days_is_satisfied_on_every_day_between(case, documents, start, first, second):
    case = replace(case, documents=documents or case.documents)
    days = (start, start + timedelta(first), start + timedelta(first + second))
    before, between, after = (ids(replace(case, on=day)) for day in days)
    assert before & after <= between


@QUICK
@given(cases(any_risk))
def test_a_house_that_has_more_confirmed_switched_on_or_registered_loses_nothing(case):
    house = case.house
    for more in (
        replace(house, confirmed=frozenset(RULES.points)), replace(house, legacy_methods=True),
        replace(house, is_signature_verifier=True), replace(house, is_signature_confirmer=True),
        replace(house, accept_unverifiable=frozenset(RULES.documents)),
    ):  # fmt: skip
        assert ids(case) <= ids(replace(case, house=more))


# --- two people -------------------------------------------------------------------------------------------------------


@QUICK
@given(cases(any_risk))
def test_the_other_party_of_the_other_party_is_the_first(case):
    question = other_party(case)
    if question is None:
        return
    assert question.actor != case.actor
    back = other_party(question)
    # 国等 and 人格のない社団 have no identity of their own: only from the wrong side is there a question back.
    assert back is None if case.customer_kind in ACTING_PERSON_ALONE else back.actor == case.actor
    assert (question.law, question.on, question.house, question.risk_flags) == (case.law, case.on, case.house, case.risk_flags)


@HEAVY
@given(cases(NONE_RISK), assurances, stated["channel"])
def test_how_the_acting_person_is_verified_does_not_depend_on_the_customer(case, assured, channel):
    case = replace(case, law=case.law if case.law in PARTIES else "hanshu", assured=assured, channel=channel, actor="agents_own")
    found = []
    for kind in CUSTOMER_KINDS:
        asked = replace(case, customer_kind=kind)
        found.append({(way.method, way.document, way.cost) for way in open_ways(asked, RULES)
                      if way.method != "hs.corp_acting_person_copy_plus_mail"})  # 12条2項: of companies alone  # fmt: skip
    assert all(each == found[0] for each in found)


@QUICK
@given(cases(any_risk))
def test_a_companys_documents_verify_no_person_and_a_persons_no_company(case):
    for each in decide(case, RULES).satisfied:
        corporate = {RULES.documents[kind].corporate for kind in each.documents if RULES.documents[kind].identity}
        assert len(corporate) <= 1, each
        if corporate == {True}:
            assert (case.customer_kind, case.actor) == ("corporation", "agent_for_customer")
        elif corporate == {False} and case.law in PARTIES and case.customer_kind == "corporation":
            assert case.actor == "agents_own"


# --- what to do next --------------------------------------------------------------------------------------------------


@HEAVY
@given(cases(NONE_RISK), assurances, stated["channel"], stated["actor"], stated["kind"])
def test_what_the_clerk_is_told_to_do_next_can_be_done(case, assured, channel, actor, kind):
    # That the documents are those of the earlier check is mended by another document, which the clerk can ask for.
    assured = {code: each for code, each in assured.items() if code != "different_document_than_earlier_check"}
    case = replace(case, assured=assured, channel=channel, actor=actor, customer_kind=kind)
    decision = decide(case, RULES)
    if decision.verified:
        return
    ways = open_ways(case, RULES)
    says_nothing = texts.NOTHING_OPEN.ja in decision.ask_next
    if not ways:
        assert not any("あと" in line and "の方法まで" in line for line in decision.ask_next), decision.ask_next
        return
    assert not says_nothing, decision.ask_next
    told = " ".join(decision.ask_next)
    named = [way for way in ways if f"「{way.title.ja}」" in told]
    whose = {texts.ACTING_PERSON_ONLY.ja, texts.SOMEBODY_ACTS.ja} & set(decision.ask_next)
    assert named or whose, decision.ask_next
    assert not named or any(way.method in ids(everything(case, way.document)) for way in named)


@settings(HEAVY, max_examples=60)
@given(cases(NONE_RISK), stated["channel"], stated["actor"], stated["kind"])
def test_each_code_that_the_nearest_method_lacks_brings_it_nearer(case, channel, actor, kind):
    case = replace(case, channel=channel, actor=actor, customer_kind=kind)
    decision = decide(case, RULES)
    # The additional document (14条) is no method: what is presented first is the method's own document.
    methods = [each for each in decision.near if not RULES.laws[case.law].method(each.id).duty]
    if decision.verified or not methods or not methods[0].repairable:
        return
    near = methods[0]
    codes = [code for code in near.missing if code in RULES.evidence]
    for code in codes:
        again = decide(replace(case, evidence=case.evidence | {code}), RULES)
        now = next((each for each in again.near if each.id == near.id), None)
        if now is not None:
            assert code not in now.missing, (near.id, code)
            assert len(now.missing) <= len(near.missing) + 1, (near.id, code)
