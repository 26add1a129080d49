"""The mistakes that other readers made, each as a test that ours does not make them (design §11).

Each test takes a healthy virtual passport, does what the attacker does and looks at the whole verdict: nothing that
rests on the attack may be passed, no item may be called verified, and a visit may not end as checked.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.checks.passports import BAC, CA, CAM, HEALTHY, check, read, said

from honnin.facts import Refusal, Report
from honnin.records.visit_record import Completion, completion

YES = {"face": "yes", "print": "yes"}


def ends(report: Report) -> Completion:
    """How a visit ends when staff say yes to everything."""
    return completion(report, YES)


@pytest.mark.parametrize("name", [HEALTHY, BAC, CA, CAM])
def test_a_healthy_passport_is_checked_so_that_the_others_can_fail(name) -> None:
    assert ends(check(read(name))) is Completion.CHECKED


@pytest.mark.parametrize("name", [HEALTHY, BAC, CA, CAM])
@pytest.mark.parametrize(("file", "finding"), [("EF.DG1", "mrz.check_digits"), ("EF.DG2", "portrait")])
def test_hiding_the_portrait_or_the_zone_is_seen(name, file, finding) -> None:
    """A copy behind another's printed photo keeps the signed photo to itself and shows the rest."""
    whole = read(name)
    files = {each: octets for each, octets in whole.files.items() if each != file}
    report = check(replace(whole, files=files, refusals=(*whole.refusals, Refusal(file, 0x6982, "card.file.protected"))))
    assert said(report, finding) == ("failed", "hidden")
    assert ends(report) is Completion.UNFINISHED


@pytest.mark.parametrize(("file", "finding"), [("EF.DG1", "mrz.check_digits"), ("EF.DG2", "portrait")])
def test_what_nobody_asked_for_is_not_a_failure_and_not_a_check(file, finding) -> None:
    whole = read(HEALTHY)
    report = check(replace(whole, files={each: octets for each, octets in whole.files.items() if each != file}))
    assert said(report, finding) == ("not_done", "not_read")
    assert ends(report) is Completion.UNFINISHED
