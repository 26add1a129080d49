"""A case is refused with a stable code when anything in it is not known; YAML is read as 1.2 core."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from honnin.core.errors import DataError
from honnin.law.case import case_to_dict, parse_case
from honnin.law.decision import decision_from_dict, decision_to_dict
from honnin.law.engine import decide
from honnin.law.rules import load_rules
from honnin.law.yaml_core import load_yaml
from tests.unit.law.cases import ask, case

GOOD = case(doc="LICENCE", evidence=["PRESENT_1"], business_type="31の2", amount_yen=1, risk_flags=["foreign_pep"],
            house={"confirmed": ["L1"], "accept_unverifiable": ["LICENCE"]}, assured={"operator_software": True})  # fmt: skip


@pytest.mark.parametrize(("change", "code"), [
    ({"law": "bango"}, "law.case.law"),
    ({"law": None}, "law.case.law"),
    ({"law": ["hanshu"]}, "law.case.law"),
    ({"on": None}, "law.case.on"),
    ({"on": "2026-02-30"}, "law.case.on"),
    ({"on": "20261123"}, "law.case.on"),
    ({"on": 20261123}, "law.case.on"),
    ({"channel": "counter"}, "law.case.channel"),
    ({"channel": True}, "law.case.channel"),
    ({"actor": "agent"}, "law.case.actor"),
    ({"customer_kind": "person"}, "law.case.customer_kind"),
    ({"risk_flags": ["pep"]}, "law.case.risk_flags"),
    ({"risk_flags": "foreign_pep"}, "law.case.format"),
    ({"riskflags": []}, "law.case.key"),
    ({"evidence": ["PRESENT"]}, "law.case.evidence"),
    ({"evidence": [{"code": "PRESENT_1"}]}, "law.case.evidence"),
    ({"documents": [{"kind": "Licence"}]}, "law.case.document"),
    ({"documents": [{"valid": True}]}, "law.case.document"),
    ({"documents": ["LICENCE"]}, "law.case.format"),
    ({"documents": [{"kind": "LICENCE", "valid": "yes"}]}, "law.case.valid"),
    ({"documents": [{"kind": "LICENCE", "adress_current": True}]}, "law.case.key"),
    ({"documents": [{"kind": "LICENCE"}] * 21}, "law.case.too_long"),
    ({"evidence": ["PRESENT_1"] * 101}, "law.case.too_long"),
    ({"amount_yen": -1}, "law.case.amount_yen"),
    ({"amount_yen": "300"}, "law.case.amount_yen"),
    ({"amount_yen": True}, "law.case.amount_yen"),
    ({"business_type": "x"}, "law.case.business_type"),
    ({"transaction": "a b"}, "law.case.transaction"),
    ({"tenant": {"confirmed": ["L99"]}}, "law.case.confirmed"),
    ({"tenant": {"legacy_methods": "no"}}, "law.case.legacy_methods"),
    ({"tenant": {"accept_unverifiable": ["ALL"]}}, "law.case.accept_unverifiable"),
    ({"tenant": []}, "law.case.format"),
    ({"assured": {"everything": True}}, "law.case.key"),
    ({"assured": {"tenant_is_signature_verifier": True}}, "law.case.key"),
    ({"assured": {"document_valid_on_day": False}}, "law.case.key"),
    ({"assured": {"operator_software": "yes"}}, "law.case.assured"),
    ({"on": "1899-12-31"}, "law.case.on"),
    ({"on": "0001-01-01"}, "law.case.on"),
    ({"documents": [{"kind": "LICENCE", "issued_on": "9999-12-31"}]}, "law.case.issued_on"),
    ({"on": datetime(2026, 11, 23)}, "law.case.on"),
    ({"linked_laws": ["kobutsu"]}, "law.case.linked_laws"),
    ({1: "x"}, "law.case.key"),
])  # fmt: skip
def test_a_bad_case_is_refused_with_its_code(change, code):
    with pytest.raises(DataError) as caught:
        parse_case({**GOOD, **change})
    assert caught.value.code == code


@pytest.mark.parametrize("value", [None, [], "law: hanshu", 3])
def test_what_is_no_mapping_is_no_case(value):
    with pytest.raises(DataError) as caught:
        parse_case(value)
    assert caught.value.code == "law.case.format"


def test_a_case_survives_its_own_format():
    parsed = parse_case(GOOD)
    assert parse_case(json.loads(json.dumps(case_to_dict(parsed)))) == parsed
    assert parse_case({**GOOD, "on": "2000-01-01"}, on=date(2026, 11, 23)) == parsed


def test_a_decision_survives_json_and_a_changed_one_is_refused():
    decision = ask(doc="LICENCE", evidence=["PRESENT_1"], business_type="42", transaction="real_estate_sale")
    value = json.loads(json.dumps(decision_to_dict(decision)))
    assert decision_from_dict(value) == decision
    for broken in ({**value, "verified": True}, {**value, "near": 3}, {}, [], None, {**value, "notices": ["x"]}):
        with pytest.raises(DataError) as caught:
            decision_from_dict(broken)
        assert caught.value.code == "law.decision.format"


def test_the_json_has_the_shape_of_the_design():
    value = decision_to_dict(ask(doc="LICENCE", evidence=["PRESENT_1", "FACE_LIVE", "CHIP4", "ISSUER_SIG_OK", "FACE_MATCH_OK"]))
    assert {"satisfied", "near", "closed", "verified", "record_fields", "attachments", "retention", "ask_next",
            "notices"} <= set(value)  # fmt: skip
    assert value["verified"] is True
    assert value["satisfied"][0]["article"] == "犯罪による収益の移転防止に関する法律施行規則6条1項1号ヘ"
    assert value["satisfied"][0]["revision"] == "hanshu_letters_1"
    assert value["retention"]["years"] == 7
    assert all(isinstance(each, str) for key in ("record_fields", "attachments", "ask_next", "notices") for each in value[key])


@pytest.mark.parametrize(("text", "value"), [
    ("on: 2026-11-23", {"on": "2026-11-23"}),
    ("a: on", {"a": "on"}), ("a: yes", {"a": "yes"}), ("a: no", {"a": "no"}), ("a: off", {"a": "off"}),
    ("a: true", {"a": True}), ("a: FALSE", {"a": False}), ("a: ~", {"a": None}), ("a:", {"a": None}),
    ("a: 042", {"a": 42}), ("a: 1_000", {"a": "1_000"}), ("a: 1:30", {"a": "1:30"}), ('a: "42"', {"a": "42"}),
    ('{"a": [1, {"b": null}]}', {"a": [1, {"b": None}]}),
])  # fmt: skip
def test_yaml_is_read_as_1_2_core(text, value):
    assert load_yaml(text) == value


@pytest.mark.parametrize("text", [
    "a: &x 1\nb: *x", "a: !!python/object:os.system x", "a: !tag x", "a: 1\na: 2", "a: [", "[" * 40 + "]" * 40,
    "x" * (1 << 21), "a: 1\n---\nb: 2", "? [a]\n: 1", "a: \x00", "- " * 70_000,
])  # fmt: skip
def test_hostile_yaml_is_refused(text):
    with pytest.raises(DataError) as caught:
        load_yaml(text)
    assert caught.value.code == "law.yaml"


def test_the_same_case_gives_the_same_decision():
    rules = load_rules()
    parsed = parse_case(GOOD, rules)
    assert decide(parsed, rules) == decide(parsed, rules)
