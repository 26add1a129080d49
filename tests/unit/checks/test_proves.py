"""What `proves` means, for all documents alike: what a finding has proved, and so nothing unless it passed."""

from __future__ import annotations

import pytest

from honnin.checks.mynumber import MyNumberTrust
from honnin.checks.subjects import is_known, subject
from honnin.facts import Outcome, Proves
from honnin.facts.codec import report_from_dict, report_to_dict
from honnin.records.visit_record import compare_reports, issuer_confirmed
from honnin.trust.anchors import AnchorSet
from tests.unit.cards.licence.other_end import Wire, read_on_mynumber
from tests.unit.cards.licence.other_end import read as read_licence
from tests.unit.checks import passports
from tests.unit.checks import test_mynumber as mynumber
from tests.unit.checks import test_residence_verdict as residence
from tests.unit.checks.licence.test_verdict import check as check_licence
from tests.unit.checks.licence.test_verdict import check_on_mynumber
from tests.unit.server.fakes import finding, make_report

NOBODY = AnchorSet(())


def broken_passport():
    reading = passports.read(passports.HEALTHY)
    return passports.changed(reading, DG1=passports.flipped(reading.files["EF.DG1"]))


# name -> (the Report, whether the issuer's data are confirmed)
REPORTS = {
    "passport": (lambda: passports.check(passports.read(passports.HEALTHY)), True),
    "passport without anchors": (lambda: passports.check(passports.read(passports.HEALTHY), anchors=NOBODY), False),
    "passport with another DG1": (lambda: passports.check(broken_passport()), False),
    "passport without revocation lists": (lambda: passports.check(passports.read(passports.HEALTHY), crls=()), True),
    "mynumber": (lambda: mynumber.report(mynumber.read()), True),
    "mynumber without anchors": (lambda: mynumber.report(mynumber.read(), MyNumberTrust()), False),
    "licence": (lambda: check_licence(read_licence(Wire("licence-plain"))), True),
    "licence without anchors": (lambda: check_licence(read_licence(Wire("licence-plain")), NOBODY), False),
    "licence on a My Number Card": (lambda: check_on_mynumber(read_on_mynumber(Wire("mynumber-licence"))), True),
    "residence": (lambda: residence.check(residence.read("residence-first"), residence.SIMULATOR), True),
    "residence card with another birth date": (
        lambda: residence.check(residence.read("residence-plain", "tampered-birth"), residence.SIMULATOR), False
    ),
    "residence without anchors": (lambda: residence.check(residence.read("residence-first"), NOBODY), False),
}


@pytest.fixture(params=REPORTS)
def case(request):
    make, confirmed = REPORTS[request.param]
    return make(), confirmed


def as_once_stored(report):
    """As passport-2 and mynumber-2 wrote it: what did not pass named what it would have proved."""
    stored = report_to_dict(report)
    for each in stored["findings"]:
        about = subject(each["id"])
        if each["outcome"] != "passed" and about is not None:
            each["proves"], each["to_whom"] = about.value, "anyone"
    return {**stored, "rules": "passport-2"}


def test_what_did_not_pass_proves_nothing_and_what_passed_proves_its_subject_or_nothing(case):
    report, _ = case
    assert report.findings
    for each in report.findings:
        assert is_known(each.id), each.id
        assert (each.proves is None) == (each.to_whom is None), each.id
        if each.outcome is Outcome.PASSED:
            assert each.proves in {None, subject(each.id)}, each.id
        else:
            assert each.proves is None, each.id


def test_a_check_of_the_issuers_data_that_did_not_pass_still_counts_against_them(case):
    report, confirmed = case
    assert issuer_confirmed(report) is confirmed


def test_a_report_that_was_stored_with_the_older_meaning_is_read_with_this_one_and_compares_as_the_same(case):
    report, confirmed = case
    again = report_from_dict(as_once_stored(report))
    assert again.findings == report.findings
    assert compare_reports(again, report) == ()
    assert issuer_confirmed(again) is confirmed


def test_a_finding_of_a_later_version_that_did_not_pass_confirms_nothing():
    unknown = finding("passport.of_tomorrow", Outcome.IMPOSSIBLE, Proves.ISSUER_DATA)
    assert issuer_confirmed(make_report())
    assert not issuer_confirmed(make_report(findings=(*make_report().findings, unknown)))


def test_another_version_of_the_checks_is_named_only_when_something_came_out_otherwise():
    assert compare_reports(make_report(), make_report(rules="later")) == ()
    other = make_report(rules="later", findings=make_report().findings[1:])
    assert [each.what for each in compare_reports(make_report(), other)] == ["passport.sod.structure", "rules"]
