"""Each method has a row that satisfies it, and falls when anything of the row is taken away."""

from __future__ import annotations

import pytest

from honnin.law.rules import load_rules
from tests.unit.law.cases import ask, case, ids, state
from tests.unit.law.method_table import NEVER, ROWS

METHODS = sorted(each.id for law in load_rules().laws.values() for each in law.methods)


def test_every_method_has_a_row():
    assert set(METHODS) == set(ROWS) | NEVER


@pytest.mark.parametrize("method", sorted(ROWS))
def test_the_row_satisfies_the_method_with_the_letter_of_its_day(method):
    letter, row = ROWS[method]
    found = {each.id: each.letter for each in ask(**row).satisfied}
    assert method in found, state(ask(**row), method)
    assert found[method] == letter


def parts():
    for method, (_, row) in sorted(ROWS.items()):
        for code in row["evidence"]:
            yield method, code


@pytest.mark.parametrize(("method", "code"), sorted(parts()))
def test_without_one_piece_of_evidence_it_is_near_with_that_piece_missing(method, code):
    row = dict(ROWS[method][1])
    row["evidence"] = [each for each in row["evidence"] if each != code]
    where = state(ask(**row), method)
    assert where[0] == "near", where
    second = code == "PRESENT_2" and method not in {"hs.f2f_two_documents", "bn.number_doc_plus_two_ids"}  # else it is the supplement that is missing
    assert ("PRESENT_1" if second else code) in where[1]


@pytest.mark.parametrize("key", ["channel", "actor", "customer_kind"])
@pytest.mark.parametrize("method", sorted(ROWS))
def test_what_is_not_stated_never_satisfies(method, key):
    row = {**ROWS[method][1], key: ...}
    where = state(ask(**row), method)
    assert where[0] == "near", where
    assert key in where[1]


@pytest.mark.parametrize("fact", ["valid", "address_current"])
@pytest.mark.parametrize("method", [each for each, (_, row) in sorted(ROWS.items()) if "doc" in row])
def test_a_fact_of_the_document_that_is_false_never_satisfies(method, fact):
    row = ROWS[method][1]
    documents = case(**row)["documents"]
    first = {**documents[0], fact: False}
    where = state(ask(**{**row, "doc": None, "documents": [first, *documents[1:]]}), method)
    carrier = {"hs.restricted_mail", "kt.restricted_mail", "kr.restricted_mail"}  # the carrier looks at the address
    no_address = {"hs.short_stay_passport", "bn.card", "bn.smartphone", "bn.number_doc_plus_id"} | carrier
    if fact == "address_current" and (method in no_address or ".corp_" in method or row["doc"][0] == "PASSPORT"
                                      or len(documents) > 1):
        return
    assert where[0] == "near", where


@pytest.mark.parametrize("method", [each for each, (_, row) in sorted(ROWS.items()) if "doc" in row])
def test_no_document_stated_is_near_with_document_missing(method):
    where = state(ask(**{**ROWS[method][1], "doc": None}), method)
    assert where == ("near", ("document",))


@pytest.mark.parametrize("method", [each for each, (_, row) in sorted(ROWS.items()) if "doc" in row])
def test_another_document_closes_the_method(method):
    row = {**ROWS[method][1], "doc": "MYNA_LICENCE"}
    assert state(ask(**row), method) == ("closed", "document")


@pytest.mark.parametrize("method", sorted(ROWS))
def test_every_method_of_the_law_stands_in_exactly_one_list(method):
    decision = ask(**ROWS[method][1])
    lists = [ids(decision.satisfied), ids(decision.near), ids(decision.closed)]
    law = load_rules().laws[decision.law]
    assert sorted(each for part in lists for each in part) == sorted(each.id for each in law.methods)


@pytest.mark.parametrize("method", sorted(NEVER - {"hs.high_risk_additional_document"}))
def test_methods_whose_text_was_not_seen_are_never_satisfied(method):
    everything = sorted(load_rules().evidence)
    points = sorted(load_rules().points)
    law = {"bn": "bangou", "hs": "hanshu", "kr": "keitai_rental"}[method[:2]]
    for channel in ("in_person", "remote", "mail"):
        decision = ask(law=law, on="2027-04-01", channel=channel, customer_kind="outside_juki", evidence=everything,
                       house={"confirmed": points, "legacy_methods": True, "is_signature_verifier": True},
                       doc=["MYNA", "PASSPORT", "CERTIFICATES"])
        assert method not in ids(decision.satisfied)


def test_unknown_is_never_printed_as_a_letter_or_field():
    for method, (_, row) in ROWS.items():
        for day in ("2025-06-23", "2026-11-23", "2027-04-01"):
            points = sorted(load_rules().points)
            house = {**row.get("house", {}), "confirmed": points, "legacy_methods": True}
            decision = ask(**{**row, "on": day, "house": house})
            printed = [each.letter for each in (*decision.satisfied, *decision.near)]
            printed += [*decision.record_fields, *decision.attachments]
            assert not any(each is not None and "unknown" in each for each in printed), method
