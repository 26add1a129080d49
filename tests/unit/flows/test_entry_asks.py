"""What staff are asked to write: from what the record lacks, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from honnin.flows.entry_asks import GROUNDS, Asked, asks_of, day_of, paper_kinds, unwritten
from honnin.flows.transactions import BUILT_IN, Declaration, Transaction, declarations_of
from honnin.law.case import Case
from honnin.law.parties import other_party
from honnin.law.rules import load_rules
from honnin.records.kakunin import Item, missing_items
from honnin.records.kakunin_fields import FIELDS, TYPABLE, label, parts_of
from tests.unit.records.made import decision, record

ON = date(2026, 11, 25)
CASE = Case("hanshu", ON, business_type="42", transaction="real_estate_sale", channel="in_person", actor="subject", customer_kind="resident")


def asked(made, *fields, case=CASE):
    return {each.id: each for each in asks_of(made, missing_items(made, decision(record_fields=fields)), case=case)}


def bare(*items):
    return replace(record(), items=items)


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_field_is_asked_for_when_a_person_can_know_it_and_else_stays_missing(field):
    made = bare()
    wanted = {f"{field}.{part}" for part in parts_of(field)} or {field}
    found = asked(made, field).keys() & wanted
    declared = {"F23", "F24", "F27"}
    assert found == (wanted if field in TYPABLE - declared else set())


def test_what_is_there_is_not_asked_for_again():
    assert {each for each, one in asked(record(), "F21", "F16", "F28").items() if one.required} == set()


def test_a_picture_is_read_off_beside_its_text():
    made = bare(Item("F21.name", "", attachment="attachment/ATT_CHIP_policy/name_image.tif"))
    assert asked(made, "F21")["F21.name"].picture == "name_image"
    other = bare(Item("F21.name", "", attachment="attachment/ATT_CHIP_policy/portrait.jp2"))
    assert asked(other, "F21")["F21.name"].picture == ""


@pytest.mark.parametrize(("kind", "list_of"), [("resident", "natural"), ("corporation", "organisation")])
def test_the_grounds_of_authority_are_those_of_the_ordinance(kind, list_of):
    case = replace(CASE, actor="agents_own", customer_kind=kind)
    choices = asked(bare(), "F22", case=case)["F22.grounds"].choices
    assert [ja for _, ja, _ in choices] == [ja for ja, _ in GROUNDS[list_of]]
    assert not any("名刺" in ja or "社員証" in ja for ja, _ in GROUNDS[list_of])


def test_an_organisation_has_a_name_and_a_seat():
    assert parts_of("F21", "corporation") == ("name", "address")
    assert label("F21.name", "corporation")[0].endswith("名称")
    assert label("F22.name", "corporation")[0].endswith("氏名")
    assert parts_of("F24", "corporation") == ("business", "how", "paper")
    assert parts_of("F21", "short_stay") == ("name", "birth", "nationality", "passport")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("20261101", date(2026, 11, 1)), ("2026-11-01", date(2026, 11, 1)), ("2026/11/1", date(2026, 11, 1)),
        ("20261131", None), ("261101", None), ("２０２６１１０１", date(2026, 11, 1)), ("2026-11", None), ("", None), ("x" * 500, None),
        ("2026-1１-01", date(2026, 11, 1)), ("-2026-11-01", None),
    ],
)  # fmt: skip
def test_a_date_is_one_or_none(typed, day):
    assert day_of(typed) == day


def test_what_is_required_or_no_choice_or_no_date_is_told():
    fields = (
        Asked("a", "", ""), Asked("b", "", "", required=False), Asked("c", "", "", form="date"),
        Asked("d", "", "", form="choice", choices=(("x", "", ""),)), Asked("e", "", "", required=False, form="date"),
    )  # fmt: skip
    assert unwritten(fields, {}) == ("a", "c", "d")
    assert unwritten(fields, {"a": " ", "c": "soon", "d": "y", "e": "soon"}) == ("a", "c", "d", "e")
    assert unwritten(fields, {"a": "1", "c": "20261101", "d": "x"}) == ()


# --- two people -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "actor", "kind", "other"),
    [
        ("hanshu", "subject", "resident", None),
        ("hanshu", "agents_own", "resident", "agent_for_customer"),
        ("hanshu", "agent_for_customer", "resident", "agents_own"),
        ("hanshu", "agents_own", "corporation", "agent_for_customer"),
        ("hanshu", "agents_own", "public_body", None),
        ("hanshu", "agents_own", "unincorporated", None),
        ("keitai", "agents_own", "corporation", "agent_for_customer"),
        ("bangou", "agent_for_customer", "resident", None),
    ],
)
def test_whose_identity_is_asked_about_as_well(law, actor, kind, other):
    question = other_party(replace(CASE, law=law, actor=actor, customer_kind=kind))
    assert (None if question is None else question.actor) == other
    assert question is None or (question.documents, question.evidence) == ((), frozenset())


def test_papers_of_the_other_person_have_no_chip_and_are_those_of_open_ways():
    rules = load_rules()
    company = {code for code, _, _ in paper_kinds(replace(CASE, actor="agents_own", customer_kind="corporation"), rules)}
    assert company == {"CORP_REGISTRY", "CORP_SEAL_CERT", "CORP_GOV", "CORP_REGISTRY_DATA", "CORP_NUMBER_DATA"}
    mobile = replace(CASE, law="keitai", actor="agents_own", customer_kind="corporation")
    assert {code for code, _, _ in paper_kinds(mobile, rules)} == company
    assert paper_kinds(replace(mobile, law="keitai_rental"), rules) == ()
    person = {code for code, _, _ in paper_kinds(replace(CASE, actor="agents_own"), rules)}
    assert "CERTIFICATES" in person
    assert not any(rules.documents[each].chip or not rules.documents[each].identity for each in person)
    assert not any(rules.documents[each].gives for each in person)
    assert paper_kinds(CASE, rules) == ()


def test_purpose_and_occupation_are_asked_whatever_a_template_says():
    own = Transaction("x", "架空の取引", "x", "hanshu", "42", "real_estate_sale", ())
    assert declarations_of(own, "resident") == (Declaration.PURPOSE, Declaration.OCCUPATION)
    assert declarations_of(own, "public_body") == ()
    sale = next(each for each in BUILT_IN if each.id == "real-estate-sale")
    assert set(declarations_of(sale, "resident")) == set(sale.declarations)
    assert declarations_of(next(each for each in BUILT_IN if each.law == "keitai"), "resident") == ()
