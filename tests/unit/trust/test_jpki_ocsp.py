"""OCSP about JPKI certificates: each rule of RFC 6960 has its own code, and only a fresh answer of ours is good."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.x509 import ocsp as library
from hypothesis import given, settings
from hypothesis import strategies as st

from honnin.core.errors import CallerError
from honnin.core.tlv import encode
from honnin.crypto import digest
from honnin.trust.jpki_ocsp import OCSP_PROBLEMS, verify_ocsp
from honnin.trust.jpki_revocation import judge_revocation
from honnin.trust.ocsp import MAX_RESPONSE, build_ocsp_request, key_bits
from tests import jpki, pki
from tests.jpki import (
    DAY,
    HOUR,
    MINUTE,
    NONCE,
    OCSP_SIGNING,
    OTHER_CA,
    SERIAL,
    UNKNOWN,
    authority,
    authority_name,
    holder,
    identifier,
    parsed,
    refusal,
    responder,
    response,
    revoked,
)
from tests.pki import NOW, basic_constraints, extension, integer, key_usage, purposes, rsa_key

PURPOSE = purposes(OCSP_SIGNING)


def said(octets, *, certificate=None, ca=None, at=NOW, nonce=NONCE, **more):
    return verify_ocsp(octets, certificate or parsed(holder()), ca or parsed(authority()), at, nonce=nonce, **more)


def by(**changes):
    return response(responder=responder(**changes))


WEAK = rsa_key("weak-responder", 1024)

# One response for each rule: (the response, more arguments).
BROKEN = {
    "ocsp_too_large": lambda: (bytes(MAX_RESPONSE + 1), {}),
    "ocsp_malformed": lambda: (b"\x30\x03\x0a\x01", {}),
    "ocsp_authority": lambda: (response(), {"ca": parsed(authority(OTHER_CA))}),
    "ocsp_malformed_request": lambda: (refusal(1), {}),
    "ocsp_internal_error": lambda: (refusal(2), {}),
    "ocsp_try_later": lambda: (refusal(3), {}),
    "ocsp_signature_required": lambda: (refusal(5), {}),
    "ocsp_unauthorized": lambda: (refusal(6), {}),
    "ocsp_status": lambda: (refusal(4), {}),
    "ocsp_version": lambda: (response(version=encode(0xA0, integer(1))), {}),
    "ocsp_other_hash": lambda: (response(id=identifier(hash_name="sha256")), {}),
    "ocsp_other_issuer_name": lambda: (response(id=identifier(name=digest("sha1", b"another"))), {}),
    "ocsp_other_issuer_key": lambda: (response(id=identifier(key=digest("sha1", key_bits(parsed(authority(OTHER_CA)))))), {}),
    "ocsp_other_serial": lambda: (response(id=identifier(serial=SERIAL + 1)), {}),
    "ocsp_several": lambda: (response(singles=(jpki.Response().single, jpki.Response(status=revoked()).single)), {}),
    "ocsp_responder_unknown": lambda: (response(certificates=()), {}),
    "ocsp_responder_malformed": lambda: (response(certificates=(b"\x30\x00",)), {}),
    "ocsp_responder_issuer": lambda: (by(ca=OTHER_CA), {}),
    "ocsp_responder_signature": lambda: (by(issuer_key=rsa_key("look-alike")), {}),
    "ocsp_responder_purpose": lambda: (by(more=(key_usage(0), purposes("1.3.6.1.5.5.7.3.2"))), {}),
    "ocsp_responder_usage": lambda: (by(more=(key_usage(2), PURPOSE)), {}),
    "ocsp_responder_is_ca": lambda: (by(more=(key_usage(0, 5), PURPOSE, basic_constraints(ca=True))), {}),
    "ocsp_responder_extension": lambda: (by(more=(PURPOSE, extension("1.2.3.4", b"\x05\x00", critical=True))), {}),
    "ocsp_responder_key": lambda: (by(key=WEAK), {}),
    "ocsp_responder_algorithm": lambda: (by(signature=rsa_key("jpki-sign").pkcs1("sha1")), {}),
    "ocsp_responder_not_yet_valid": lambda: (by(not_before=NOW + DAY), {}),
    "ocsp_responder_expired": lambda: (by(not_after=NOW - DAY), {}),
    "ocsp_algorithm": lambda: (response(signature=rsa_key("responder").pkcs1("sha1")), {}),
    "ocsp_bad_signature": lambda: (response(key=rsa_key("look-alike")), {}),
    "ocsp_unknown_extension": lambda: (response(extensions=(extension("1.2.3.4", b"\x05\x00", critical=True),)), {}),
    "ocsp_nonce_missing": lambda: (response(nonce=None), {}),
    "ocsp_nonce_other": lambda: (response(nonce=NONCE[::-1]), {}),
    "ocsp_produced_in_future": lambda: (response(produced_at=NOW + 6 * MINUTE), {}),
    "ocsp_produced_too_early": lambda: (response(produced_at=NOW - HOUR), {}),
    "ocsp_from_the_future": lambda: (response(this_update=NOW + 6 * MINUTE), {}),
    "ocsp_times": lambda: (response(next_update=NOW - 6 * MINUTE), {}),
    "ocsp_stale": lambda: (response(next_update=NOW), {}),
    "ocsp_no_next_update": lambda: (response(next_update=None, this_update=NOW - 21 * MINUTE), {}),
    "ocsp_too_old": lambda: (response(this_update=NOW - 31 * MINUTE), {}),
}  # fmt: skip


def test_there_is_a_response_for_every_rule():
    assert BROKEN.keys() == OCSP_PROBLEMS.keys()


@pytest.mark.parametrize("problem", BROKEN)
def test_each_broken_rule_of_a_response_has_its_own_code(problem):
    octets, more = BROKEN[problem]()
    result = said(octets, **more)
    assert (result.answer, result.problem) == (None, problem)


@pytest.mark.parametrize("hash_name", ["sha1", "sha256"])
def test_a_fresh_good_answer_of_a_delegated_responder_is_good(hash_name):
    result = said(response(id=identifier(hash_name=hash_name)), hash_name=hash_name)
    assert result.problem == "ok"
    assert result.answer.state == "good"
    assert judge_revocation(parsed(holder()), result.answer, NOW).state == "good"
    assert (result.facts["nonce"], result.facts["responder_nocheck"]) == ("confirmed", "yes")


def test_the_authority_itself_may_answer_by_key_or_by_name():
    own = {"responder": authority(), "certificates": ()}
    assert said(response(**own)).answer.state == "good"
    assert said(response(**own, responder_id=encode(0xA1, authority_name()))).facts["responder"] == "authority"


def test_a_responder_named_by_name_is_found():
    named = encode(0xA1, responder().subject)
    assert said(response(responder_id=named)).problem == "ok"


def test_another_generation_under_the_same_name_cannot_answer():
    other = {"responder": authority(OTHER_CA), "certificates": (authority(OTHER_CA).der,)}
    assert said(response(**other, responder_id=encode(0xA1, authority_name()))).problem == "ocsp_bad_signature"
    assert said(response(**other)).problem == "ocsp_responder_signature"  # self-signed, of the same name


def test_a_holder_of_a_jpki_certificate_cannot_answer():
    assert said(response(responder=holder(), certificates=(holder().der,))).problem == "ocsp_responder_purpose"


REASONS = {
    None: "unspecified", 0: "unspecified", 1: "key_compromise", 2: "ca_compromise", 3: "affiliation_changed",
    4: "superseded", 5: "cessation_of_operation", 6: "certificate_hold", 99: "unspecified",
}  # fmt: skip


@pytest.mark.parametrize("code", REASONS)
def test_a_revoked_certificate_says_when_and_why(code):
    result = said(response(status=revoked(code)))
    assert (result.answer.state, result.answer.reason) == ("revoked", REASONS[code])
    assert result.answer.revoked_at == NOW - DAY


def test_a_revocation_counts_however_old_the_response_is():
    old = NOW - 90 * DAY
    result = said(response(status=revoked(6), this_update=old, produced_at=old, next_update=old + HOUR))
    assert result.answer.state == "revoked"


def test_unknown_is_an_answer_but_not_a_good_one():
    result = said(response(status=UNKNOWN))
    assert result.answer.state == "unknown"
    assert judge_revocation(parsed(holder()), result.answer, NOW).state == "undetermined"


def test_a_nonce_may_be_missing_only_where_the_house_says_so_and_never_differ():
    assert said(response(nonce=None), nonce_policy="prefer").facts["nonce"] == "missing"
    assert said(response(nonce=b"x"), nonce_policy="prefer").problem == "ocsp_nonce_other"
    assert said(response(nonce=None), nonce=None).facts["nonce"] == "not_sent"
    assert said(response(), nonce=None).problem == "ocsp_nonce_other"


def test_limits_of_freshness_are_the_callers():
    old = response(this_update=NOW - 31 * MINUTE)
    assert said(old, max_age=HOUR).problem == "ok"
    without = response(next_update=None, this_update=NOW - 25 * MINUTE)
    assert said(without, max_age_without_next=HOUR).problem == "ok"
    assert said(response(this_update=NOW + 6 * MINUTE), skew=HOUR).problem == "ok"


def test_archive_cutoff_and_extended_revoke_are_told():
    cutoff = extension("1.3.6.1.5.5.7.48.1.6", jpki.generalized(datetime(2020, 1, 1, tzinfo=UTC)))
    result = said(response(single_extensions=(cutoff,), extensions=(extension("1.3.6.1.5.5.7.48.1.9", b"\x05\x00"),)))
    assert (result.facts["archive_cutoff"], result.facts["extended_revoke"]) == ("2020-01-01T00:00:00+00:00", "yes")


def test_a_responder_without_nocheck_is_accepted_and_told():
    assert said(by(more=(key_usage(0), PURPOSE))).facts["responder_nocheck"] == "no"


def test_answers_about_others_beside_ours_do_not_disturb():
    others = tuple(jpki.Response(id=identifier(serial=n), status=revoked()).single for n in (1, 2))
    assert said(response(singles=(*others, jpki.Response().single))).answer.state == "good"


@pytest.mark.parametrize(("hash_name", "kind"), [("sha1", "sha1"), ("sha256", "sha256")])
def test_requests_are_what_another_library_makes(hash_name, kind):
    certificate, ca = holder(), authority()
    ours = build_ocsp_request(parsed(certificate), parsed(ca), nonce=NONCE, hash_name=hash_name)
    theirs = library.OCSPRequestBuilder().add_certificate(
        x509.load_der_x509_certificate(certificate.der), x509.load_der_x509_certificate(ca.der),
        {"sha1": pki.hashes.SHA1(), "sha256": pki.hashes.SHA256()}[kind],
    ).add_extension(x509.OCSPNonce(NONCE), critical=False).build()  # fmt: skip
    read = library.load_der_ocsp_request(ours)
    assert (read.issuer_name_hash, read.issuer_key_hash, read.serial_number) == (
        theirs.issuer_name_hash, theirs.issuer_key_hash, theirs.serial_number,
    )  # fmt: skip
    assert read.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == NONCE


def test_requests_without_nonce_have_no_extensions():
    read = library.load_der_ocsp_request(build_ocsp_request(parsed(holder()), parsed(authority()), nonce=None))
    assert list(read.extensions) == []


@pytest.mark.parametrize("arguments", [{"nonce": b""}, {"nonce": bytes(129)}, {"nonce": None, "hash_name": "md5"}])
def test_requests_that_nobody_may_send_are_refused(arguments):
    with pytest.raises(CallerError, match=r"trust\.ocsp\.request"):
        build_ocsp_request(parsed(holder()), parsed(authority()), **arguments)


SOUND = response()


@given(at=st.integers(0, len(SOUND) - 1), bit=st.integers(0, 7))
@settings(max_examples=150, deadline=None)
def test_no_flipped_bit_leaves_a_response_good_unless_it_is_outside_what_is_signed(at, bit):
    changed = SOUND[:at] + bytes([SOUND[at] ^ 1 << bit]) + SOUND[at + 1 :]
    result = said(changed)
    if result.problem == "ok":  # a bit of the wrapping or of an unused certificate: what is signed is unchanged
        assert result.answer == said(SOUND).answer


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_noise_is_never_an_answer(noise):
    assert said(noise).answer is None
