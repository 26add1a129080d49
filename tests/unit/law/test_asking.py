"""What the clerk is told to do next: never on to what cannot be done, and why there is nothing to do."""

from __future__ import annotations

import pytest

from tests.unit.law.cases import ask

COMPANY = {"law": "keitai", "customer_kind": "corporation", "actor": "agent_for_customer"}


def said(**case):
    decision = ask(**case)
    assert len(decision.ask_next) == len(decision.ask_next_en)
    return " ".join(decision.ask_next), " ".join(decision.ask_next_en)


def codes(**case):
    return {each.code for each in ask(**case).notices}


def test_a_company_with_a_mobile_contract_is_asked_for_its_documents_first():
    ja, en = said(**COMPANY)
    assert "「法人の登記事項証明書などの提示」（イ）" in ja
    assert "登記事項証明書、法人の印鑑登録証明書" in ja
    assert "certificate of the commercial register" in en


@pytest.mark.parametrize("confirmed", [[], ["L17"]])
def test_what_waits_for_a_lawyer_is_named_with_the_point(confirmed):
    ja, en = said(**COMPANY, on="2027-04-01", house={"confirmed": confirmed})
    assert "「法人の登記事項証明書などの提示」" in ja
    assert "L7" in ja
    assert "L17" not in ja
    assert "L7" in en


def test_rental_to_a_company_says_that_its_text_was_not_seen():
    ja, _ = said(**{**COMPANY, "law": "keitai_rental"})
    assert "L18" in ja
    assert "あと" not in ja


def test_a_text_that_nobody_can_confirm_is_not_proposed():
    ja, _ = said(law="keitai_rental", on="2027-04-01", customer_kind="outside_juki", channel="mail", house={"confirmed": ["L7"]})
    assert "住民基本台帳法の適用を受けない人の方法" not in ja


def test_what_the_house_switched_off_is_named():
    ja, en = said(law="keitai_rental", channel="mail")
    assert "「特定事項伝達型の本人限定受取郵便」" in ja
    assert "switched off in the house's settings" in en


@pytest.mark.parametrize("law", ["hanshu", "keitai", "keitai_rental"])
@pytest.mark.parametrize("kind", ["public_body", "unincorporated"])
def test_a_body_that_is_not_verified_itself_sends_the_clerk_to_the_acting_person(law, kind):
    ja, en = said(law=law, customer_kind=kind, actor="agent_for_customer")
    assert "取引に来た人自身を確かめてください" in ja
    assert "verify the person who acts" in en


@pytest.mark.parametrize("law", ["hanshu", "keitai", "keitai_rental"])
def test_a_company_never_acts_itself(law):
    assert "代理人・担当者" in said(law=law, customer_kind="corporation")[0]


def test_a_signature_that_the_house_may_not_check_leads_to_another_document():
    case = {"channel": "remote", "doc": "JPKI_SIGN_CARD", "evidence": ["SIG_JPKI", "JPKI_VALID"]}
    ja, en = said(**case)
    assert "署名検証者" in ja
    assert "「ICチップの読み取りと容貌の撮影」（ヘ）" in ja
    assert "chip read and face photographed" in en
    assert "認定認証業務" not in ja
    assert "certificate_contains_name_address_birth" not in codes(**case)


def test_what_need_not_be_verified_is_said_first():
    decision = ask(business_type="43", transaction="precious_metal_sale", amount_yen=3_000_000, cash=False)
    assert "確認が要らない" in decision.ask_next[0]
    assert "does not ask" in decision.ask_next_en[0]
    assert "確認が要らない" not in " ".join(ask(business_type="43", transaction="precious_metal_sale").ask_next)


@pytest.mark.parametrize(("law", "code"), [("keitai", "data_sim"), ("keitai_rental", "free_lending")])
def test_what_the_mobile_phone_act_does_not_cover_today_is_said(law, code):
    assert ask(law=law, transaction=code).must_verify.needed is False
    assert ask(law=law, transaction="contract").must_verify.needed is True


def test_the_other_party_is_named_from_where_the_clerk_stands():
    assert "agent_identity_and_authority" in codes(**COMPANY)
    acting = codes(**{**COMPANY, "actor": "agents_own"})
    assert "customer_and_authority" in acting
    assert "agent_identity_and_authority" not in acting
    assert "authority_alone" in codes(customer_kind="public_body", actor="agents_own")


def test_a_visitor_is_told_that_a_contract_needs_the_address():
    assert "short_stay_address" in codes(law="keitai", customer_kind="short_stay", doc="PASSPORT")
    assert "short_stay_address" not in codes(law="keitai_rental", customer_kind="short_stay", doc="PASSPORT")
    assert "short_stay_address" in codes(customer_kind="short_stay", transaction="account_opening")


def test_a_transfer_cites_its_own_article_and_names_the_consent():
    decision = ask(law="keitai", transaction="subscriber_change", doc="LICENCE",
                   evidence=["PRESENT_1", "CHIP_READ", "CHIP_DISPLAY"])
    assert decision.satisfied[0].article == "携帯電話不正利用防止法施行規則11条1項1号イ"
    assert "consent_to_transfer" in {each.code for each in decision.notices}
    assert "consent_to_transfer" not in codes(law="keitai", transaction="service_contract")


@pytest.mark.parametrize(("law", "article"), [
    ("hanshu", "犯罪による収益の移転防止に関する法律施行規則12条1項（6条1項1号イと同じ方法）"),
    ("keitai", "携帯電話不正利用防止法施行規則4条1項（3条1項1号イと同じ方法）"),
])  # fmt: skip
def test_the_acting_persons_own_check_cites_the_article_of_acting_persons(law, article):
    decision = ask(law=law, customer_kind="corporation", actor="agents_own", doc="MYNA",
                   evidence=["PRESENT_1", "CHIP_READ", "CHIP_DISPLAY", "ISSUER_SIG_OK"])
    assert [each.article for each in decision.satisfied] == [article]
    assert decision.satisfied[0].letter == "イ"


def test_the_methods_of_others_are_told_as_such_and_not_as_switched_off():
    closed = {each.id: each.code for each in ask(law="keitai", channel="mail").closed}
    assert closed["kt.corp_foreign_copy_plus_mail"] == "customer_kind"
    assert closed["kt.exempt_copy_plus_mail"] == "legacy_off"
    assert {each.id: each.code for each in ask(**COMPANY).closed}["kt.exempt_copy_plus_mail"] == "customer_kind"
