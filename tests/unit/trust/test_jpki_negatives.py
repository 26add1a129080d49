"""The recommended test PKI of jpki-validation.md §6, case by case: what must hold holds, and every negative has a reason.

The numbers are those of the sheet's list of certificates for signing (EE 署名用).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from honnin.core.errors import DataError
from honnin.trust.anchors import Anchor
from honnin.trust.certificate import parse_certificate
from honnin.trust.jpki import AuthAnchors, SignAnchors, validate_auth_certificate, validate_sign_certificate
from honnin.trust.jpki_attributes import parse_jpki_attributes
from honnin.trust.jpki_crl import CRL_PROBLEMS, verify_jpki_crl
from honnin.trust.jpki_ocsp import OCSP_PROBLEMS, verify_ocsp
from honnin.trust.jpki_revocation import judge_revocation
from honnin.trust.ocsp import build_ocsp_request
from honnin_virtual.mynumber.jpki import AUTH, SIGN, EndEntity, generation_at, lookalike, request_for
from honnin_virtual.mynumber.jpki import authority as virtual_authority
from honnin_virtual.mynumber.personas import MUNICIPALITIES, PERSONAS
from honnin_virtual.mynumber.status import OcspMode, Revoked, crl, ocsp_answer
from tests import pki
from tests.pki import NOW, aki, basic_constraints, ec_key, extension, key_usage, rsa_key, seq, ski
from tests.unit.trust.test_jpki import (
    AUTH_CA,
    AUTH_UNIT,
    CLIENT_AUTH,
    SIGN_CA,
    SIGN_POLICY,
    anchor,
    auth_citizen,
    authority,
    citizen,
    four,
    other,
    parsed,
    policies,
)

SMARTPHONE, PRODUCTION = "1.2.392.200149.8.5.1.1.40", "1.2.392.200149.8.5.1.1.20"


def p384(label):
    return ec_key(label, ec.SECP384R1)


def authority_p384():
    key = p384("jpki-p384")
    return authority("jpki-p384", key=key, issuer_key=key, serial=9, signature=key.ecdsa("sha384"),
                     extensions=(key_usage(5, 6), basic_constraints(ca=True), ski(key.id)))  # fmt: skip


def under_p384(**changes):
    key = p384("jpki-p384")
    return citizen(issuer_key=key, named=aki(key.id), signature=key.ecdsa("sha384"), **changes)


@pytest.fixture(scope="module")
def sign():
    return SignAnchors([anchor(authority(SIGN_CA)), anchor(authority("jpki-sign-2", serial=7)), anchor(authority_p384())])


@pytest.fixture(scope="module")
def auth():
    return AuthAnchors([anchor(authority(AUTH_CA, AUTH_UNIT))])


def named(names):
    return citizen(more=(extension("2.5.29.17", seq(*names)),))


def e3():
    return pki.Key(rsa.generate_private_key(3, 2048)).spki


LAST = datetime(2030, 2, 17, 14, 59, 59, tzinfo=UTC)
LEAP = datetime(2028, 2, 29, 14, 59, 59, tzinfo=UTC)

# (number of the sheet, what) -> (certificate, instant, which of the four results, its reason)
CHAINS = {
    (1, "normal"): (citizen, NOW, "chain", "ok"),
    (12, "policy of smartphones"): (lambda: citizen(policy=policies(SMARTPHONE)), NOW, "policy", "smartphone_policy"),
    (13, "real policy under the simulator"): (lambda: citizen(policy=policies(PRODUCTION)), NOW, "policy", "real_policy"),
    (14, "two policies"): (lambda: citizen(policy=policies(SIGN_POLICY, SMARTPHONE)), NOW, "policy", "policy_several"),
    (15, "policy not critical"): (lambda: citizen(policy=policies(SIGN_POLICY, critical=False)), NOW, "policy", "policy_not_critical"),
    (16, "no policy"): (lambda: citizen(policy=b""), NOW, "policy", "policy_missing"),
    (17, "unknown critical extension"): (
        lambda: citizen(more=(extension("1.2.392.200149.9.9", b"\x05\x00", critical=True),)), NOW, "chain",
        "unknown_critical_extension",
    ),
    (18, "no nonRepudiation"): (lambda: citizen(usage=key_usage(0)), NOW, "usage", "no_non_repudiation"),
    (19, "expired yesterday"): (citizen, LAST + timedelta(days=1), "validity", "expired"),
    (19, "not yet valid"): (citizen, datetime(2025, 10, 26, tzinfo=UTC), "validity", "not_yet_valid"),
    (19, "ends exactly now"): (citizen, LAST, "validity", "ok"),
    (20, "CA"): (lambda: citizen(more=(basic_constraints(ca=True),)), NOW, "chain", "is_ca"),
    (21, "ends on 29 February"): (lambda: citizen(not_after=LEAP), LEAP, "validity", "ok"),
    (22, "serial with the high bit"): (lambda: citizen(serial=0x87654321), NOW, "chain", "ok"),
    (22, "negative serial"): (lambda: citizen(serial=-5), NOW, "chain", "serial"),
    (23, "sign profile by the other authority"): (lambda: citizen(ca=AUTH_CA, unit=AUTH_UNIT), NOW, "chain", "wrong_store"),
    (24, "RSA-1024"): (lambda: citizen(spki=rsa_key("short", 1024).spki), NOW, "chain", "key_size"),
    (24, "RSA-3072"): (lambda: citizen(spki=rsa_key("long", 3072).spki), NOW, "chain", "key_size"),
    (24, "e=3"): (lambda: citizen(spki=e3()), NOW, "chain", "key_exponent"),
    (25, "SHA-1"): (lambda: citizen(signature=rsa_key(SIGN_CA).pkcs1("sha1")), NOW, "chain", "signature_algorithm"),
    (27, "names another generation"): (lambda: citizen(named=aki(rsa_key("jpki-sign-2").id)), NOW, "chain", "other_generation"),
    (28, "P-384 under RSA"): (lambda: citizen(spki=p384("citizen").spki), NOW, "chain", "ok"),
    (28, "P-384 under P-384"): (lambda: under_p384(spki=p384("citizen").spki), NOW, "chain", "ok"),
    (28, "P-256"): (lambda: citizen(spki=ec_key("citizen").spki), NOW, "chain", "key_type"),
    (0, "rogue CA"): (lambda: citizen(issuer_key=rsa_key("rogue"), named=aki(rsa_key("rogue").id)), NOW, "chain", "unknown_generation"),
    (0, "rogue CA that copies the key identifier"): (lambda: citizen(issuer_key=rsa_key("rogue")), NOW, "chain", "bad_signature"),
}  # fmt: skip


@pytest.mark.parametrize("case", CHAINS)
def test_every_certificate_of_the_sheet_comes_out_as_it_must(case, sign):
    make, at, which, reason = CHAINS[case]
    path = validate_sign_certificate(parsed(make()), sign, at)
    assert getattr(path, which) == reason
    others = {"chain", "policy", "usage", "validity"} - {which}
    if which == "chain":
        others -= {"policy"}  # without an authority nobody knows in which environment it is to be read
    assert {getattr(path, each) for each in others} == {"ok"}, "a negative breaks one rule only"
    assert path.ok is (reason == "ok")


def test_curves_are_open_in_the_simulator_alone(sign):
    del sign
    for environment, key_reason, signature_reason in (
        ("simulator", "ok", "ok"), ("test", "key_type", "signature_algorithm"),
    ):  # fmt: skip
        store = SignAnchors([anchor(authority(SIGN_CA), environment), anchor(authority_p384(), environment)])
        assert validate_sign_certificate(parsed(citizen(spki=p384("citizen").spki)), store, NOW).chain == key_reason
        assert validate_sign_certificate(parsed(under_p384()), store, NOW).chain == signature_reason
    real = authority(SIGN_CA, organisation="JPKI")
    store = SignAnchors([Anchor(parsed(real), "production", "test")], pins=[parsed(real).fingerprint])
    issuer = pki.name(("C", "JP"), ("O", "JPKI"), ("OU", "JPKI for digital signature"), ("OU", "Japan Agency for Local Authority Information Systems"))
    curve = citizen(issuer=issuer, spki=p384("citizen").spki, policy=policies(PRODUCTION))
    assert validate_sign_certificate(parsed(curve), store, NOW).chain == "key_type"
    test_policy = citizen(issuer=issuer)
    assert validate_sign_certificate(parsed(test_policy), store, NOW).policy == "test_policy"  # 13, in production


GARBAGE = {  # 26
    "trailing octets": (lambda sound: sound + b"\0", "trust.der.trailing"),
    "indefinite length": (lambda sound: b"\x30\x80" + sound[4:] + b"\0\0", "trust.der.indefinite"),
}


@pytest.mark.parametrize("case", GARBAGE)
def test_what_is_not_one_certificate_is_not_read(case):
    change, code = GARBAGE[case]
    with pytest.raises(DataError) as caught:
        parse_certificate(change(citizen().der))
    assert caught.value.code == code


def test_a_length_that_is_not_the_shortest_is_not_der(sign):
    loose = citizen(more=(b"\x30\x81\x09\x06\x03\x2a\x03\x04\x04\x02\x05\x00",))
    assert validate_sign_certificate(parsed(loose), sign, NOW).chain == "not_der"


LONG = "架空県見本市大字試験字見本" + "１－２" * 63
# number -> (otherNames, problems, what must hold of the result)
ATTRIBUTES = {
    2: (four(name="〓　花子", name_flags="1100"), (), lambda it: it.name.exact is False),
    3: (four(name_flags="000"), ("flags_name",), lambda it: it.name.exact is None),
    4: (four(birth="000000000"), (), lambda it: not it.birth_date.complete),
    5: (four(sex="9"), (), lambda it: it.sex == "unspecified"),
    6: (four(address=LONG[:200]), (), lambda it: len(it.address.text) == 200),
    7: (four(name="髙﨑　齋邉"), (), lambda it: it.name.text == "髙﨑　齋邉"),
    8: (four(name="ＦＩＣＴＩＯＮＡＬ　ＶＥＲＹＬＯＮＧＮＡＭＥ　ＯＦ　ＮＯＢＯＤＹ"), (), lambda it: it.name.exact is True),
    9: ([*four(), other(7, "カクウ　ハナコ"), other("1.2", "x", arc="1.3.6.1.4.1.99999.")], (), lambda it: len(it.unknown) == 2),
    10: (four()[::-1], (), lambda it: it.name is not None),
    11: ([other(1, "FICTIONAL HANAKO", tag=0x13), *four()[1:]], ("value_type", "missing_name"), lambda it: it.name is None),
}  # fmt: skip


@pytest.mark.parametrize("number", ATTRIBUTES)
def test_items_of_the_sheet_are_read_or_refused_by_name(number, sign):
    names, problems, holds = ATTRIBUTES[number]
    certificate = parsed(named(names))
    assert validate_sign_certificate(certificate, sign, NOW).ok
    found = parse_jpki_attributes(certificate)
    assert found.problems == problems
    assert holds(found)


def test_each_number_of_the_sheet_is_in_a_table():
    covered = {number for number, _ in CHAINS} | set(ATTRIBUTES) | {26}
    assert set(range(1, 29)) <= covered


def test_certificates_for_authentication_have_their_negatives(auth):
    assert validate_auth_certificate(parsed(auth_citizen()), auth, NOW).ok
    assert validate_auth_certificate(parsed(auth_citizen(more=())), auth, NOW).usage == "no_client_auth"
    as_signature = auth_citizen(usage=key_usage(0, 1))
    assert validate_auth_certificate(parsed(as_signature), auth, NOW).usage == "other_usage"
    assert CLIENT_AUTH in parsed(auth_citizen()).extended_key_usage


# --- Codes are distinct -----------------------------------------------------------------------------------------------


def test_every_negative_has_a_reason_that_no_other_rule_has():
    chains = [reason for _, _, which, reason in CHAINS.values() if reason != "ok"]
    same_rule = {"key_size": 2}  # too short and too long: one rule, the length
    assert {each: chains.count(each) for each in chains if chains.count(each) > 1} == same_rule
    families = [set(chains), set(CRL_PROBLEMS), set(OCSP_PROBLEMS), {code for _, code in GARBAGE.values()},
                {each for _, problems, _ in ATTRIBUTES.values() for each in problems}]  # fmt: skip
    assert sum(map(len, families)) == len(set().union(*families))


# --- The simulated responder, in each of its modes --------------------------------------------------------------------

MODES = {
    OcspMode.NORMAL: "good",
    OcspMode.BY_AUTHORITY: "good",
    OcspMode.NO_NEXT_UPDATE: "good",
    OcspMode.RESPONDER_WITHOUT_NOCHECK: "good",
    OcspMode.UNKNOWN: "unknown",
    OcspMode.TRY_LATER: "ocsp_try_later",
    OcspMode.UNAUTHORIZED: "ocsp_unauthorized",
    OcspMode.SIGNATURE_REQUIRED: "ocsp_signature_required",
    OcspMode.INTERNAL_ERROR: "ocsp_internal_error",
    OcspMode.STALE: "ocsp_stale",
    OcspMode.OLD: "ocsp_too_old",
    OcspMode.FROM_THE_FUTURE: "ocsp_from_the_future",
    OcspMode.NO_NONCE: "ocsp_nonce_missing",
    OcspMode.WRONG_NONCE: "ocsp_nonce_other",
    OcspMode.OTHER_SERIAL: "ocsp_other_serial",
    OcspMode.OTHER_ISSUER_KEY: "ocsp_other_issuer_key",
    OcspMode.IMPOSTOR: "ocsp_responder_signature",
    OcspMode.OTHER_AUTHORITY: "ocsp_responder_issuer",
    OcspMode.RESPONDER_EXPIRED: "ocsp_responder_expired",
    OcspMode.RESPONDER_NOT_FOR_OCSP: "ocsp_responder_purpose",
    OcspMode.BAD_SIGNATURE: "ocsp_bad_signature",
    OcspMode.MALFORMED: "ocsp_malformed",
}


def issued(service, issuer=None):
    persona = PERSONAS[0]
    place = MUNICIPALITIES[persona.municipality]
    request: EndEntity = request_for(persona, service, place, NOW)
    chosen = issuer or virtual_authority(service, generation_at(request.not_before))
    return parse_certificate(request.certificate(chosen)), parse_certificate(chosen.certificate())


def answered(mode, certificate, root, **more):
    nonce = bytes(range(32))
    request = build_ocsp_request(certificate, root, nonce=nonce, **more)
    return verify_ocsp(ocsp_answer(request, NOW, mode=mode), certificate, root, NOW, nonce=nonce, **more)


@pytest.mark.parametrize("mode", OcspMode)
def test_every_mode_of_the_simulated_responder_comes_out_as_it_must(mode):
    certificate, root = issued(SIGN)
    result = answered(mode, certificate, root)
    assert (result.answer.state if result.answer else result.problem) == MODES[mode]
    good = result.answer is not None and judge_revocation(certificate, result.answer, NOW).state == "good"
    assert good is (MODES[mode] == "good")


@pytest.mark.parametrize("service", [SIGN, AUTH])
@pytest.mark.parametrize("hash_name", ["sha1", "sha256"])
def test_the_simulated_responder_answers_both_services_and_hashes(service, hash_name):
    assert answered(OcspMode.NORMAL, *issued(service), hash_name=hash_name).answer.state == "good"


def test_a_look_alike_authority_gets_no_answer():
    certificate, _ = issued(SIGN)
    false = parse_certificate(lookalike(virtual_authority(SIGN, 3)).certificate())
    assert answered(OcspMode.NORMAL, certificate, false).problem == "ocsp_unauthorized"


# --- The simulated lists ----------------------------------------------------------------------------------------------


def listed(service, **more):
    certificate, root = issued(service)
    place = MUNICIPALITIES[PERSONAS[0].municipality]
    generation = next(number for number in (1, 2, 3, 4) if virtual_authority(service, number).serial == root.serial)
    values = {"generation": generation, "municipality": place, "now": NOW, **more}
    return verify_jpki_crl(crl(service, **values), certificate, root, NOW, last_number=1)


@pytest.mark.parametrize("service", [SIGN, AUTH])
def test_the_simulated_list_of_ones_own_municipality_is_good(service):
    assert listed(service).answer.state == "good"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"municipality": MUNICIPALITIES["99202"]}, "crl_other_point"),
        ({"life": timedelta(hours=-1)}, "crl_stale"),
        ({"number": 0}, "crl_number_lower"),
        ({"signer": virtual_authority(SIGN, 1)}, "crl_other_generation"),
        ({"signer": lookalike(virtual_authority(SIGN, 3))}, "crl_bad_signature"),
    ],
)
def test_each_fault_of_a_simulated_list_has_its_own_reason(more, problem):
    assert listed(SIGN, **more).problem == problem


def test_every_reason_is_told_by_the_simulated_lists():
    certificate, _ = issued(SIGN)
    names = {1: "key_compromise", 2: "ca_compromise", 3: "affiliation_changed", 4: "superseded",
             5: "cessation_of_operation", 6: "certificate_hold", 0: "unspecified"}  # fmt: skip
    for code, name in names.items():
        result = listed(SIGN, extra=(Revoked(certificate.serial, NOW - timedelta(days=1), code),))
        assert (result.answer.state, result.answer.reason) == ("revoked", name)
