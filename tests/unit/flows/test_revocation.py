"""Asking about revocation: the answer travels in the Reading, and only a fresh good one makes a card currently valid."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from honnin.cards.mynumber import ToSign
from honnin.checks.mynumber import check_mynumber, with_evidence
from honnin.checks.mynumber.revocation import evidence_in
from honnin.core.errors import TrustError
from honnin.facts import Outcome
from honnin.facts.codec import reading_from_zip, reading_to_zip
from honnin.flows.documents import check_reading
from honnin.flows.revocation import ask_revocation
from honnin.trust.anchors import AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.jpki_revocation import RevocationEvidence
from honnin_virtual.mynumber.jpki import AUTH, SIGN
from honnin_virtual.mynumber.personas import MUNICIPALITIES
from honnin_virtual.mynumber.status import OcspMode, Revoked, crl, ocsp_answer
from tests.unit.cards.mynumber.virtual import DOCUMENT, NOW, PLAIN, Wire, blocking, number_b, simulator_trust, trust

HOUSE = simulator_trust("mynumber")
ALL = {"printed": number_b(), "authenticate": ToSign(DOCUMENT), "sign": ToSign(DOCUMENT)}
CURRENT = "mynumber.currently_valid"


@pytest.fixture(scope="module")
def reading():
    return blocking(Wire(PLAIN), **ALL)


def counting(length):
    return bytes(range(length))


def responder(mode=OcspMode.NORMAL, at=NOW):
    return lambda service, request: ocsp_answer(request, at, mode=mode)


def asked(reading, transport, **more):
    return ask_revocation(reading, HOUSE, transport, NOW, random=counting, **more)


def found(reading, at=NOW):
    return {each.id: (each.outcome.value, each.reason) for each in check_reading(reading, HOUSE, at).findings}


def test_nobody_is_asked_by_itself(reading):
    outcomes = found(reading)
    assert outcomes[CURRENT] == ("not_done", "no_answer")
    assert outcomes["mynumber.sign.revocation"] == outcomes["mynumber.auth.revocation"] == ("not_done", "no_answer")


@pytest.mark.parametrize("hash_name", ["sha1", "sha256"])
def test_a_fresh_good_answer_makes_the_card_currently_valid(reading, hash_name):
    outcomes = found(asked(reading, responder(), hash_name=hash_name))
    assert outcomes["mynumber.sign.revocation"] == outcomes["mynumber.auth.revocation"] == outcomes[CURRENT] == ("passed", "ok")


def test_the_report_can_be_made_again_from_the_kept_reading(reading):
    answered = asked(reading, responder())
    kept = reading_from_zip(reading_to_zip(answered))
    assert found(kept)[CURRENT] == ("passed", "ok")
    assert found(kept, NOW + timedelta(hours=1))[CURRENT] == ("impossible", "ocsp_stale")


MODES = {
    OcspMode.UNKNOWN: ("impossible", "unknown"),
    OcspMode.STALE: ("impossible", "ocsp_stale"),
    OcspMode.IMPOSTOR: ("impossible", "ocsp_responder_signature"),
    OcspMode.TRY_LATER: ("impossible", "ocsp_try_later"),
    OcspMode.WRONG_NONCE: ("impossible", "ocsp_nonce_other"),
    OcspMode.NO_NONCE: ("impossible", "ocsp_nonce_missing"),
    OcspMode.MALFORMED: ("impossible", "ocsp_malformed"),
}


@pytest.mark.parametrize("mode", MODES)
def test_any_other_answer_lowers_the_verdict_with_its_own_reason(reading, mode):
    assert found(asked(reading, responder(mode)))[CURRENT] == MODES[mode]


def test_a_missing_nonce_is_the_houses_choice(reading):
    assert found(asked(reading, responder(OcspMode.NO_NONCE), nonce_policy="prefer"))[CURRENT] == ("passed", "ok")


def test_a_responder_that_cannot_be_reached_is_noted(reading):
    def down(service, request):
        del service, request
        raise TrustError("trust.ocsp.timeout", "the responder did not answer in time")

    answered = asked(reading, down)
    assert found(answered)[CURRENT] == ("impossible", "no_response")
    detail = next(each.detail for each in check_reading(answered, HOUSE, NOW).findings if each.id == "mynumber.sign.revocation")
    assert detail["error"] == "trust.ocsp.timeout"
    assert found(asked(answered, responder()))[CURRENT] == ("passed", "ok")  # asked again, with success


def test_a_card_whose_holder_moved_is_told_as_what_it_is():
    moved = blocking(Wire("mynumber-moved"), printed=number_b("mynumber-moved"), authenticate=ToSign(DOCUMENT), sign=ToSign(DOCUMENT))
    outcomes = found(asked(moved, responder()))
    assert outcomes["mynumber.sign.revocation"] == ("failed", "revoked")
    assert outcomes["mynumber.auth.revocation"] == ("passed", "ok")
    assert outcomes[CURRENT] == ("failed", "revoked_affiliation_changed")


def test_a_good_certificate_without_its_key_is_no_valid_card(reading):
    copied = replace(asked(reading, responder()), proofs=tuple(each for each in asked(reading, responder()).proofs if "revocation" in each.kind))
    assert found(copied)[CURRENT] == ("impossible", "possession_unproven")


def test_an_authority_that_nobody_trusts_is_never_asked_about(reading):
    def never(service, request):
        raise AssertionError((service, request))

    nobody = replace(HOUSE, anchors=AnchorSet.empty())
    assert ask_revocation(reading, nobody, never, NOW, random=counting) is reading
    answered = asked(reading, responder())
    outcomes = {each.id: each.reason for each in check_reading(answered, nobody, NOW).findings}
    assert outcomes["mynumber.sign.revocation"] == outcomes[CURRENT] == "origin_unknown"


def listed(reading, service=SIGN, *, place="99201", last_number=None, **more):
    octets = crl(service, 3, MUNICIPALITIES[place], NOW, **more)
    return with_evidence(reading, service.name, RevocationEvidence("crl", octets, last_number=last_number))


REASONS = {0: "unspecified", 1: "key_compromise", 2: "ca_compromise", 3: "affiliation_changed", 4: "superseded",
           5: "cessation_of_operation", 6: "certificate_hold"}  # fmt: skip


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_of_a_list_has_words_of_its_own(reading, code):
    serial = parse_certificate(reading.files["JPKI.EF0001"]).serial
    revoked = listed(reading, extra=(Revoked(serial, NOW - timedelta(days=1), code),))
    report = check_reading(revoked, HOUSE, NOW)
    item = report.finding(CURRENT)
    assert (item.outcome, item.reason) == (Outcome.FAILED, f"revoked_{REASONS[code]}")
    assert item.detail["revocation_reason"] == REASONS[code]
    assert "正しくない" not in item.reason_ja


def test_a_list_travels_in_the_reading_too(reading):
    answered = reading_from_zip(reading_to_zip(listed(listed(reading, last_number=1), AUTH)))
    assert evidence_in(answered, "sign").last_number == 1
    assert found(answered)[CURRENT] == ("passed", "ok")
    assert found(listed(reading, last_number=2))[CURRENT] == ("impossible", "crl_number_lower")
    assert found(listed(reading, place="99202"))[CURRENT] == ("impossible", "crl_other_point")


def test_evidence_may_be_handed_in_beside_the_reading(reading):
    octets = crl(SIGN, 3, MUNICIPALITIES["99201"], NOW)
    report = check_mynumber(reading, trust(), NOW, sign_revocation=RevocationEvidence("crl", octets))
    assert report.finding(CURRENT).outcome is Outcome.PASSED


def test_other_documents_come_back_as_they_are():
    from tests.unit.server.fakes import make_reading

    passport = make_reading()
    assert asked(passport, responder()) is passport
