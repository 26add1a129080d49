"""What stands among the things confirmed, and in which colour."""

from __future__ import annotations

import pytest

from honnin.facts import Attribute, Environment, Outcome, Provenance, Proves
from honnin.records.visit_record import make_saved_visit
from honnin.server.view import make_view, outcome_chip, provenance_chip
from tests.unit.server.fakes import NOW, finding, make_reading, make_report

REAL = {"environment": Environment.PRODUCTION}


def view_of(**changes):
    return make_view(make_reading(simulated=False), make_report(**(REAL | changes)), "ja")


def with_outcome(finding_id, outcome, reason="x"):
    return tuple(
        finding(each.id, outcome, each.proves, reason) if each.id == finding_id else each
        for each in make_report().findings
    )


@pytest.mark.parametrize("finding_id", [each.id for each in make_report().findings])
@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NOT_DONE])
def test_a_finding_that_did_not_pass_is_always_among_the_things_not_confirmed(finding_id, outcome):
    view = view_of(findings=with_outcome(finding_id, outcome))
    assert finding_id in [each.id for each in view.unconfirmed]
    assert finding_id not in [each.id for each in view.confirmed]


@pytest.mark.parametrize("finding_id", [each.id for each in make_report().findings if not each.id.endswith("a")])
def test_what_cannot_be_checked_is_said(finding_id):
    view = view_of(findings=with_outcome(finding_id, Outcome.IMPOSSIBLE))
    assert finding_id in [each.id for each in view.unconfirmed]


def test_findings_read_as_one_are_one_line_only_while_all_pass():
    assert "group.issuer" in [each.id for each in view_of().confirmed]
    view = view_of(findings=with_outcome("passport.dsc.chain", Outcome.IMPOSSIBLE))
    assert "group.issuer" not in [each.id for each in view.confirmed]
    assert "passport.sod.signature" in [each.id for each in view.confirmed]


def test_one_proof_of_the_chip_is_enough_when_it_has_no_other_but_a_failed_one_is_shown():
    one = with_outcome("passport.ca", Outcome.IMPOSSIBLE)
    assert "group.chip" in [each.id for each in view_of(findings=one).confirmed]
    bad = with_outcome("passport.ca", Outcome.FAILED)
    view = view_of(findings=bad)
    assert "group.chip" not in [each.id for each in view.confirmed]
    assert "passport.ca" in [each.id for each in view.unconfirmed]


def test_every_finding_is_in_the_technical_detail():
    assert [each.id for each in view_of().all] == [each.id for each in make_report().findings]


def test_only_passed_is_green_and_has_the_tick():
    for outcome in Outcome:
        chip = outcome_chip(outcome, "", "ja", virtual=False)
        assert (chip.hue == "green") == (outcome is Outcome.PASSED)
        assert (chip.icon == "tick") == (outcome is Outcome.PASSED)


def test_simulated_green_is_gray_and_prefixed():
    chip = outcome_chip(Outcome.PASSED, "", "en", virtual=True)
    assert chip.hue == "gray"
    assert chip.word == "Simulated: Confirmed"


@pytest.mark.parametrize("environment", [Environment.SIMULATOR, Environment.TEST, None])
def test_the_edge_or_the_anchor_alone_makes_it_simulated(environment):
    by_edge = make_view(make_reading(simulated=True), make_report(environment=Environment.PRODUCTION), "ja")
    assert by_edge.simulated
    by_anchor = make_view(make_reading(simulated=False), make_report(environment=environment), "ja")
    assert by_anchor.simulated == (environment is not None)
    assert bool(by_anchor.notice) == by_anchor.simulated
    assert by_edge.notice


def test_results_of_test_anchors_say_so_and_are_not_green():
    view = make_view(make_reading(simulated=False), make_report(environment=Environment.TEST), "ja")
    assert "試験用の証明書" in view.notice
    assert {each.chip.hue for each in view.confirmed} == {"gray"}


def test_expired_has_its_own_word():
    assert outcome_chip(Outcome.FAILED, "expired", "ja", virtual=False).word == "期限切れ"


@pytest.mark.parametrize(
    ("provenance", "verified", "hue"),
    [
        (Provenance.SIGNED_TEXT, True, "blue"),
        (Provenance.SIGNED_TEXT, False, "gray"),
        (Provenance.UNSIGNED_CHIP, True, "gray"),
        (Provenance.STAFF, True, "gray"),
    ],
)
def test_blue_only_for_signed_items_whose_signature_passed(provenance, verified, hue):
    chip = provenance_chip(Attribute("x", "y", provenance, verified, "EF.DG1"), "ja", virtual=False)
    assert chip.hue == hue
    assert chip.icon.startswith("diamond")


def test_a_missing_revocation_answer_is_shown_but_does_not_undo_the_issuer():
    view = view_of(findings=with_outcome("passport.dsc.revocation", Outcome.IMPOSSIBLE))
    assert view.issuer_confirmed
    revoked = (*make_report().findings, finding("passport.dsc.revocation", Outcome.FAILED, Proves.ISSUER_DATA, "revoked"))
    assert not view_of(findings=revoked).issuer_confirmed


@pytest.mark.parametrize("environment", [Environment.TEST, Environment.SIMULATOR])
def test_what_rests_on_a_test_key_is_marked_in_every_line_and_said_above(environment):
    view = make_view(make_reading(simulated=False), make_report(environment=environment), "en")
    assert view.simulated
    assert "cannot be used as a record" in view.notice
    assert {each.chip.hue for each in view.all} & {"green"} == set()
    assert make_view(make_reading(simulated=False), make_report(environment=Environment.PRODUCTION), "en").notice == ""


@pytest.mark.parametrize("environment", [Environment.TEST, Environment.SIMULATOR])
def test_a_visit_under_a_test_key_is_kept_as_no_record(environment):
    saved = make_saved_visit(
        visit_id="1", saved_at_utc=NOW, reading=make_reading(simulated=False), report=make_report(environment=environment),
        staff="", answers={},
    )
    assert saved.simulated
