"""What counts as finished by staff, and how a Report made again is compared."""

from __future__ import annotations

import pytest

from honnin.facts import Attribute, Environment, Outcome, Provenance, Proves
from honnin.records.names import name_key
from honnin.records.visit_record import (
    Completion,
    compare_reports,
    completion,
    holder_name,
    issuer_confirmed,
    make_saved_visit,
)
from tests.unit.server.fakes import NOW, finding, make_reading, make_report

YES = {"face": "yes", "print": "yes"}


def test_checked_needs_everything():
    assert completion(make_report(), YES) is Completion.CHECKED


@pytest.mark.parametrize(
    "answers", [{}, {"face": "yes"}, {"face": "unsure", "print": "yes"}, {"face": "yes", "print": "no"}, {"face": "YES", "print": "yes"}]
)
def test_without_two_clear_answers_it_is_unfinished(answers):
    assert completion(make_report(), answers) is Completion.UNFINISHED


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.IMPOSSIBLE, Outcome.NOT_DONE])
def test_without_the_issuers_signature_it_is_unfinished(outcome):
    findings = (*make_report().findings, finding("passport.sod.extra", outcome, Proves.ISSUER_DATA))
    assert completion(make_report(findings=findings), YES) is Completion.UNFINISHED


def test_any_failed_finding_makes_it_unfinished_whatever_it_proves():
    findings = (*make_report().findings, finding("passport.expiry", Outcome.FAILED, None, "expired"))
    assert completion(make_report(findings=findings), YES) is Completion.UNFINISHED


def test_no_finding_at_all_confirms_nothing():
    assert not issuer_confirmed(make_report(findings=()))
    assert completion(make_report(findings=()), YES) is Completion.UNFINISHED


@pytest.mark.parametrize(
    ("by_edge", "environment", "simulated"),
    [
        (True, Environment.PRODUCTION, True), (False, Environment.SIMULATOR, True), (True, None, True),
        (False, Environment.PRODUCTION, False), (False, None, False),
    ],
)  # fmt: skip
def test_edge_or_anchor_makes_a_record_simulated(by_edge, environment, simulated):
    saved = make_saved_visit(
        visit_id="x", saved_at_utc=NOW, reading=make_reading(simulated=by_edge),
        report=make_report(environment=environment), staff="A", answers=YES,
    )  # fmt: skip
    assert saved.simulated is simulated


def test_the_same_report_has_no_difference():
    assert compare_reports(make_report(), make_report()) == ()


def test_every_kind_of_difference_is_named():
    now = make_report(
        environment=None,
        rules="test2",
        findings=(*make_report().findings[1:], finding("new", Outcome.PASSED, None)),
        attributes=(Attribute("family_name", "OTHER", Provenance.SIGNED_TEXT, True, "EF.DG1"), *make_report().attributes[1:]),
    )
    found = {each.what: (each.before, each.now) for each in compare_reports(make_report(), now)}
    assert found["passport.sod.structure"] == ("passed:ok", None)
    assert found["new"] == (None, "passed:ok")
    assert found["family_name"] == ("signed_text:True:MIHON", "signed_text:True:OTHER")
    assert found["environment"] == ("simulator", "")
    assert found["rules"] == ("test", "test2")
    assert len(found) == 5


@pytest.mark.parametrize("other", ["mihon tarou", "ＭＩＨＯＮ　ＴＡＲＯＵ", "MIHON<<TAROU", "Mihon, Tarou"])
def test_names_compare_without_width_case_and_spaces(other):
    assert name_key(other) == name_key("MIHON TAROU")


def test_the_name_for_lists_is_family_then_given():
    assert holder_name(make_report()) == "MIHON TAROU"
    assert holder_name(make_report(attributes=())) == ""
