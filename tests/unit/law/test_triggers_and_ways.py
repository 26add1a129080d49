"""Must this be verified, and which ways are open before anything is read."""

from __future__ import annotations

import pytest

from honnin.law.case import parse_case
from honnin.law.rules import load_rules
from honnin.law.triggers import must_verify
from honnin.law.ways import open_ways, way_to_dict
from tests.unit.law.cases import case


def needed(law="hanshu", **more):
    rules = load_rules()
    answer = must_verify(parse_case(case(law, **more), rules), rules)
    return None if answer is None else answer.needed


@pytest.mark.parametrize(("business", "transaction", "facts", "answer"), [
    ("42", "real_estate_sale", {}, True),
    ("42", "real_estate_rent", {}, False),
    ("1", "account_opening", {}, True),
    ("1", "cash_transaction", {"amount_yen": 2_000_000}, False),
    ("1", "cash_transaction", {"amount_yen": 2_000_001}, True),
    ("1", "cash_transaction", {}, None),
    ("1", "cash_transaction", {"amount_yen": 1_500_000, "aggregated_amount_yen": 2_500_000}, True),
    ("1", "cash_remittance", {"amount_yen": 100_000}, False),
    ("1", "cash_remittance", {"amount_yen": 100_001}, True),
    ("31の2", "crypto_exchange", {"amount_yen": 100_001}, True),
    ("39", "finance_lease", {"amount_yen": 100_000}, False),
    ("39", "finance_lease", {"amount_yen": 100_001}, True),
    ("41", "casino_chips", {"amount_yen": 300_001}, True),
    ("43", "precious_metal_sale", {"amount_yen": 3_000_000, "cash": True}, True),
    ("43", "precious_metal_sale", {"amount_yen": 2_000_000, "cash": True}, False),
    ("43", "precious_metal_sale", {"amount_yen": 3_000_000, "cash": False}, False),
    ("43", "precious_metal_sale", {"amount_yen": 3_000_000}, None),
    ("44", "mail_receiving", {}, True),
    ("44", "call_centre", {}, False),
    ("45", "real_estate_sale", {}, False),
    ("46", "real_estate_sale", {}, True),
    ("47", "property_management", {"amount_yen": 2_000_000}, False),
    ("49", "tax_payment", {}, False),
    ("1", "something_new", {}, None),
    ("1", ..., {}, None),
])  # fmt: skip
def test_business_transaction_and_amount_decide(business, transaction, facts, answer):
    assert needed(business_type=business, transaction=transaction, **facts) is answer


@pytest.mark.parametrize("flag", ["suspicious_transaction", "unusual_manner"])
def test_suspicious_or_unusual_is_always_verified(flag):
    assert needed(business_type="43", transaction="precious_metal_sale", cash=False, amount_yen=1, risk_flags=[flag]) is True


@pytest.mark.parametrize("law", ["keitai", "keitai_rental", "bangou"])
def test_the_other_laws_always_verify(law):
    assert needed(law, transaction="contract") is True


def test_nothing_is_said_when_neither_business_nor_transaction_is_stated():
    assert needed() is None


def ways(**more):
    rules = load_rules()
    return open_ways(parse_case(case(**more), rules), rules)


def test_ways_at_the_counter_today():
    found = ways()
    assert {"hs.f2f_photo_document", "hs.remote_ic_face"} <= {each.method for each in found}
    assert not {each.method for each in found} & {"hs.jpki_sign", "hs.remote_ic_plus_mail", "hs.f2f_ic_document_2027"}
    assert ("hs.remote_ic_face", "PASSPORT") not in {(each.method, each.document) for each in found}
    passport = next(each for each in found if each.document == "PASSPORT" and each.method == "hs.f2f_photo_document")
    assert passport.needs_address
    assert "住所" in passport.say.ja
    costs = [each.cost for each in found]
    assert costs == sorted(costs, key=["now", "sending", "mail"].index)


def test_ways_look_at_flags_standing_and_legacy():
    assert "hs.jpki_sign" in {each.method for each in ways(house={"is_signature_verifier": True})}
    assert "hs.already_verified" not in {each.method for each in ways(risk_flags=["suspicion_false"])}
    assert all(each.needs_additional for each in ways(risk_flags=["foreign_pep"]))
    remote = {each.method for each in ways(channel="remote")}
    assert "hs.remote_document_image_face" not in remote
    assert "hs.remote_document_image_face" in {each.method for each in ways(channel="remote", house={"legacy_methods": True})}


def test_a_way_that_needs_mail_says_so():
    mail = next(each for each in ways(channel="remote") if each.method == "hs.remote_ic_plus_mail")
    assert mail.cost == "mail"
    assert way_to_dict(mail)["cost_text_en"].startswith("It needs mail")


def test_every_open_way_can_be_satisfied_by_what_it_asks_for():
    from honnin.law.engine import decide

    rules = load_rules()
    tried = 0
    for law in rules.laws:
        for channel in ("in_person", "remote", "mail"):
            base = case(law, channel=channel, house={"is_signature_verifier": True, "legacy_methods": True})
            for way in open_ways(parse_case(base, rules), rules):
                checks = {rules.conditions[code].check for branch in rules.laws[law].method(way.method).branches
                          for code in branch.conditions}  # fmt: skip
                if checks & {"two_documents", "two_copies"}:
                    continue
                codes = [group[0] for group in way.evidence] + (["PRESENT_2", "SENT_OTHER"] if way.needs_address else [])
                kinds = ([way.document] if way.document else []) + (["SUPPLEMENT"] if way.needs_address else [])
                row = case(law, channel=channel, evidence=codes, doc=kinds or None,
                           house={"is_signature_verifier": True, "legacy_methods": True})  # fmt: skip
                decision = decide(parse_case(row, rules), rules)
                assert way.method in {each.id for each in decision.satisfied}, (way.method, way.document)
                tried += 1
    assert tried > 100
