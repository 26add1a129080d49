"""What a bundle must hold so that a Report comes out again years later: lists and answers of the day, not of today."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from honnin.cards.mynumber import ToSign
from honnin.checks.mynumber import with_evidence
from honnin.checks.titles import title
from honnin.core.clock import system_random
from honnin.facts import Audience, Environment, Outcome, Report
from honnin.facts.codec import reading_to_zip, report_to_dict
from honnin.flows import bundle_trust
from honnin.flows.bundle import verify
from honnin.flows.bundle_trust import sealed_trust, trust_of_bundle
from honnin.flows.documents import HouseTrust, check_reading
from honnin.flows.revocation import ask_revocation
from honnin.records.bundle import make_bundle, open_bundle
from honnin.records.kept_report import kept_report
from honnin.records.remade import Why, compare
from honnin.trust.crl import parse_crl
from honnin.trust.jpki_revocation import RevocationEvidence
from honnin_virtual.mynumber.jpki import AUTH, SIGN
from honnin_virtual.mynumber.personas import MUNICIPALITIES
from honnin_virtual.mynumber.status import crl, ocsp_answer
from tests.unit.cards.mynumber.virtual import DOCUMENT, NOW, PLAIN, Wire, blocking, simulator_trust
from tests.unit.law.readings import CARDS, READABLE
from tests.unit.law.readings import reading as read_card
from tests.unit.records.bundles import SALT, make

HOUSE = simulator_trust("mynumber")
CURRENT = "mynumber.currently_valid"


@pytest.fixture(scope="module")
def reading():
    return replace(
        blocking(Wire(PLAIN), authenticate=ToSign(DOCUMENT), sign=ToSign(DOCUMENT)), simulated=True
    )


def lists(at=NOW, **more):
    """The municipality's two lists, for signing and for authentication."""
    return tuple(parse_crl(crl(service, 3, MUNICIPALITIES["99201"], at, **more)) for service in (SIGN, AUTH))


def with_lists(*crls):
    return replace(HOUSE, crls=(*HOUSE.crls, *crls))


def parts_of(reading, trust, sealed=True):
    report = kept_report(check_reading(reading, trust, reading.read_at_utc))
    parts = {
        "reading.zip": reading_to_zip(reading), "salt": SALT,
        "report.json": json.dumps(report_to_dict(report)).encode(),
    }
    return parts | (sealed_trust(reading, trust) if sealed else {})


def told(bundle, **more):
    verified = verify(open_bundle(make_bundle(bundle)), HOUSE, title=title, **more)
    return verified, {each.id: each for each in verified.verdict.findings}


def stored(bundle):
    return json.loads(bundle.contents[0].content.parts["report.json"])


# --- the house's own lists


def test_a_list_of_the_house_makes_a_card_currently_valid(reading):
    without = check_reading(reading, HOUSE, NOW)
    assert (without.finding(CURRENT).outcome, without.finding(CURRENT).reason) == (Outcome.NOT_DONE, "no_answer")
    assert check_reading(reading, with_lists(*lists()), NOW).finding(CURRENT).outcome is Outcome.PASSED


def test_a_list_of_another_town_or_of_tomorrow_answers_nothing(reading):
    other = parse_crl(crl(SIGN, 3, MUNICIPALITIES["99202" if "99202" in MUNICIPALITIES else next(each for each in MUNICIPALITIES if each != "99201")], NOW))
    tomorrow = lists(NOW + timedelta(days=2))
    for some in ((other,), tomorrow):
        assert check_reading(reading, with_lists(*some), NOW).finding(CURRENT).reason == "no_answer"


def test_the_newest_list_of_the_day_counts(reading):
    old = lists(NOW - timedelta(days=60))
    assert check_reading(reading, with_lists(*old), NOW).finding(CURRENT).outcome is Outcome.IMPOSSIBLE
    assert check_reading(reading, with_lists(*old, *lists()), NOW).finding(CURRENT).outcome is Outcome.PASSED


def test_an_answer_in_the_reading_goes_before_the_lists(reading):
    evidence = RevocationEvidence("ocsp", b"nonsense", bytes(32), "sha1", "require")
    asked = with_evidence(reading, "sign", evidence)
    found = check_reading(asked, with_lists(*lists()), NOW)
    assert found.finding("mynumber.sign.revocation").outcome is Outcome.IMPOSSIBLE


# --- made again from the bundle


def test_currently_valid_is_made_again_from_the_lists_in_the_bundle(reading):
    bundle = make(parts_of(reading, with_lists(*lists())), trust=HOUSE)  # at the export the house has none of them
    verified, found = told(bundle)
    assert (found["bundle.report"].outcome, found["bundle.report"].reason) == (Outcome.PASSED, "ok")
    assert "bundle.unmade" not in found
    assert verified.report.finding(CURRENT).outcome is Outcome.PASSED  # by the verifier's own anchors too


def test_currently_valid_is_made_again_from_the_responders_answer(reading):
    asked = ask_revocation(reading, HOUSE, lambda service, request: ocsp_answer(request, NOW), NOW, random=system_random)
    bundle = make(parts_of(asked, HOUSE), trust=HouseTrust())
    verified, found = told(bundle)
    assert (found["bundle.report"].outcome, found["bundle.report"].reason) == (Outcome.PASSED, "ok")
    assert verified.report.finding(CURRENT).outcome is Outcome.PASSED
    later, _ = told(bundle, at=NOW + timedelta(hours=3))
    assert later.report.finding(CURRENT).reason == "ocsp_stale"


def test_a_list_of_today_is_not_taken_for_that_of_the_day(reading):
    """What was sealed counts: an export years later, with other lists and anchors in the house, changes nothing."""
    bundle = make(parts_of(reading, with_lists(*lists())), trust=with_lists(*lists(NOW + timedelta(days=400))))
    assert dict(bundle.trust) == {}
    _, found = told(bundle)
    assert found["bundle.report"].reason == "ok"


def test_a_forged_list_in_the_bundle_does_not_count_for_the_verifier(reading):
    from tests import pki
    from tests.pki import rsa_key

    good = lists()[0]
    forged = parse_crl(pki.crl(rsa_key("look-alike"), (), issuer=good.issuer.raw, this_update=NOW - timedelta(hours=1), next_update=NOW + timedelta(days=1)))
    bundle = make(parts_of(reading, with_lists(forged)), trust=HOUSE)
    verified, _ = told(bundle)
    assert verified.report.finding(CURRENT).outcome is not Outcome.PASSED


# --- lists that are too long


@pytest.fixture
def short_limit(monkeypatch):
    monkeypatch.setattr(bundle_trust, "MAX_SEALED_CRL", 100)


def test_a_list_that_is_too_long_is_sealed_as_its_identity(reading, short_limit):
    sealed = sealed_trust(reading, with_lists(*lists()))
    index = json.loads(sealed["trust/index.json"])
    assert index["crls"] == []
    assert {each["sha256"] for each in index["lists"]} == {hashlib.sha256(each.raw).hexdigest() for each in lists()}
    assert {each["number"] for each in index["lists"]} == {str(each.number) for each in lists()}


def test_a_bundle_carries_the_long_list_while_the_house_has_it(reading, short_limit):
    trust = with_lists(*lists())
    bundle = make(parts_of(reading, trust), trust=trust)
    assert len([name for name in bundle.trust if name.endswith(".crl")]) == len(lists())
    _, found = told(bundle)
    assert found["bundle.report"].reason == "ok"


def test_without_the_long_list_the_finding_rests_on_the_house(reading, short_limit):
    bundle = make(parts_of(reading, with_lists(*lists())), trust=HOUSE)
    verified, found = told(bundle)
    assert (found["bundle.report"].outcome, found["bundle.report"].reason) == (Outcome.PASSED, "partly")
    assert found["bundle.unmade"].outcome is Outcome.IMPOSSIBLE
    assert CURRENT in found["bundle.unmade"].detail
    assert hashlib.sha256(lists()[0].raw).hexdigest() in found["bundle.unmade"].detail[CURRENT]
    rests = {each.source for each in verified.lists[Audience.THIS_TERMINAL]}
    assert f"unmade.{CURRENT}" in rests
    assert CURRENT not in {each.source for each in verified.lists[Audience.ANYONE]}
    assert verified.report.finding(CURRENT).outcome is not Outcome.PASSED


def test_a_verifier_who_has_the_very_list_can_make_it_again(reading, short_limit):
    bundle = make(parts_of(reading, with_lists(*lists())), trust=HOUSE)
    _, found = told(bundle, lists=lists())
    assert found["bundle.report"].reason == "ok"
    other = lists(NOW - timedelta(hours=1))
    assert told(bundle, lists=other)[1]["bundle.report"].reason == "partly"


def test_a_list_in_the_bundle_that_was_not_sealed_is_passed_over(reading):
    """Somebody adds a list to a bundle: it is not among those that were sealed, so the Report does not rest on it."""
    parts = parts_of(reading, HOUSE)
    files = bundle_trust.trust_files(HouseTrust(crls=lists()))
    assert trust_of_bundle(parts, files).crls == ()
    bundle = replace(make(parts, trust=HOUSE), trust=files)
    assert told(bundle)[1]["bundle.report"].reason == "ok"


def test_an_older_record_without_sealed_trust_takes_what_the_house_has(reading):
    trust = with_lists(*lists())
    bundle = make(parts_of(reading, trust, sealed=False), trust=trust)
    assert "index.json" in bundle.trust
    assert told(bundle)[1]["bundle.report"].reason == "ok"


# --- what may not be kept


@pytest.mark.parametrize("way", ["", "pin", "sign", "number_law"])
def test_of_a_my_number_card_only_two_findings_cannot_be_made_again(way):
    fresh = read_card("mynumber-plain", way)
    again = check_reading(fresh.kept(), HOUSE, fresh.read_at_utc)
    found = compare(check_reading(fresh, HOUSE, fresh.read_at_utc), again, dropped=fresh.kept().dropped)
    assert found.differs == ()
    assert {each.id for each in found.unmade} <= {"mynumber.text.signature", "mynumber.number"}
    assert {each.why for each in found.unmade} <= {Why.NOT_KEPT}
    assert {"mynumber.text.chip", "mynumber.text.issuer"} <= set(found.made)


@pytest.mark.parametrize("name", READABLE)
def test_what_is_kept_of_each_card_explains_all_that_comes_out_otherwise(name):
    fresh = read_card(name)
    trust = simulator_trust(CARDS[name].document)
    before = check_reading(fresh, trust, fresh.read_at_utc)
    again = check_reading(fresh.kept(), trust, fresh.read_at_utc)
    for form in (lambda report: report, kept_report):
        found = compare(form(before), form(again), dropped=fresh.kept().dropped)
        assert found.differs == ()
        assert bool(found.unmade) == bool(fresh.kept().dropped) or name.startswith("licence-no")


def test_nothing_else_is_excused_by_what_was_dropped():
    fresh = read_card("mynumber-plain")
    before = check_reading(fresh, HOUSE, fresh.read_at_utc)
    again = check_reading(fresh.kept(), HOUSE, fresh.read_at_utc)
    dropped = fresh.kept().dropped

    def changed(report, finding_id, **values):
        return replace(report, findings=tuple(
            replace(each, **values) if each.id == finding_id else each for each in report.findings
        ))  # fmt: skip

    lowered = changed(again, "mynumber.face.signature", outcome=Outcome.IMPOSSIBLE)
    assert compare(before, lowered, dropped=dropped).differs == ("findings.mynumber.face.signature",)
    raised = changed(again, "mynumber.text.signature", outcome=Outcome.PASSED)
    assert "findings.mynumber.text.signature" in compare(changed(before, "mynumber.text.signature", outcome=Outcome.FAILED), raised, dropped=dropped).differs
    assert compare(before, again).differs  # nothing was dropped, says the reading
    items = tuple(replace(each, verified=False) if each.name == "portrait" else each for each in again.attributes)
    assert compare(before, replace(again, attributes=items), dropped=dropped).differs == ("attributes.portrait",)
    assert compare(before, replace(again, environment=Environment.PRODUCTION), dropped=dropped).differs == ("environment",)
    assert compare(before, replace(again, findings=again.findings[1:]), dropped=dropped).differs
    assert compare(before, replace(again, findings=again.findings[::-1]), dropped=dropped).differs == ("findings",)
    empty = Report(before.document, None, (), (), before.rules)
    assert compare(empty, again, dropped=dropped).differs
