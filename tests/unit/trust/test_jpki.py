"""JPKI certificates: every rule that is broken has its own reason, and the two stores never stand in for each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from honnin.core.errors import TrustError
from honnin.core.tlv import encode
from honnin.trust.anchors import Anchor, AnchorSet, load_anchor_files
from honnin.trust.certificate import parse_certificate
from honnin.trust.jpki import (
    PINS,
    AuthAnchors,
    RevocationAnswer,
    SignAnchors,
    jpki_anchors,
    judge_revocation,
    validate_auth_certificate,
    validate_sign_certificate,
)
from honnin.trust.jpki_attributes import parse_jpki_attributes
from tests import pki
from tests.pki import (
    NOW,
    Issued,
    aki,
    basic_constraints,
    ec_key,
    extension,
    key_usage,
    oid,
    purposes,
    rsa_key,
    seq,
    ski,
)
from tests.vectors import need_vectors, vector_path

SIGN_UNIT, AUTH_UNIT = "JPKI for digital signature", "JPKI for user authentication"
REAL_SIGN_POLICY, REAL_AUTH_POLICY = "1.2.392.200149.8.5.1.1.20", "1.2.392.200149.8.5.1.3.30"
SIGN_POLICY, AUTH_POLICY = "1.2.392.200149.8.5.1.0.20", "1.2.392.200149.8.5.1.0.30"  # of the simulator
CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"


def authority_name(unit=SIGN_UNIT, organisation="JPKI-SIMULATOR"):
    return pki.name(("C", "JP"), ("O", organisation), ("OU", unit), ("OU", "Japan Agency for Local Authority Information Systems"))


def authority(label, unit=SIGN_UNIT, organisation="JPKI-SIMULATOR", **changes):
    key = rsa_key(label)
    values = {
        "key": key, "issuer_key": key, "subject": authority_name(unit, organisation),
        "issuer": authority_name(unit, organisation), "serial": 0x132C4AB,
        "not_before": datetime(2023, 7, 16, tzinfo=UTC), "not_after": datetime(2033, 7, 15, 14, 59, 59, tzinfo=UTC),
        "extensions": (key_usage(5, 6), basic_constraints(ca=True), ski(key.id)),
    }
    return Issued(**{**values, **changes})


def policies(*oids, critical=True):
    return extension("2.5.29.32", seq(*(seq(oid(each)) for each in oids)), critical=critical)


SIGN_USAGE, AUTH_USAGE = key_usage(0, 1), key_usage(0)
SIGN_CA, AUTH_CA = "jpki-sign", "jpki-auth"


def citizen(*, usage=SIGN_USAGE, policy=None, more=(), ca=SIGN_CA, unit=SIGN_UNIT, named=None, **changes):
    key = rsa_key("citizen")
    policy = policies(SIGN_POLICY) if policy is None else policy
    values = {
        "key": key, "issuer_key": rsa_key(ca), "issuer": authority_name(unit),
        "subject": pki.name(("C", "JP"), ("CN", "20260101120000123ABCDEFGHI")), "serial": 0x067C6A22,
        "not_before": datetime(2025, 10, 27, tzinfo=UTC), "not_after": datetime(2030, 2, 17, 14, 59, 59, tzinfo=UTC),
        "extensions": (*([usage] if usage else []), *([policy] if policy else []), named or aki(rsa_key(ca).id),
                       ski(key.id), *more),
    }  # fmt: skip
    return Issued(**{**values, **changes})


def parsed(issued):
    return parse_certificate(issued.der)


def anchor(issued, environment="simulator"):
    return Anchor(parsed(issued), environment, "test", "csca")


@pytest.fixture(scope="module")
def sign():
    return SignAnchors([anchor(authority(SIGN_CA)), anchor(authority("jpki-sign-2", serial=7))])


@pytest.fixture(scope="module")
def auth():
    return AuthAnchors([anchor(authority(AUTH_CA, AUTH_UNIT))])


def test_a_sound_signing_certificate_holds_in_all_four(sign):
    path = validate_sign_certificate(parsed(citizen()), sign, NOW)
    assert (path.chain, path.policy, path.usage, path.validity) == ("ok",) * 4
    assert path.ok
    assert path.anchor.environment == "simulator"


def auth_citizen(**changes):
    values = {"usage": AUTH_USAGE, "policy": policies(AUTH_POLICY), "ca": AUTH_CA, "unit": AUTH_UNIT,
              "more": (purposes(CLIENT_AUTH),)}  # fmt: skip
    return citizen(**{**values, **changes})


def test_a_sound_authentication_certificate_holds_in_all_four(auth):
    assert validate_auth_certificate(parsed(auth_citizen()), auth, NOW).ok


def aki_with_serial(label, serial):
    value = serial.to_bytes(4, "big").lstrip(b"\0") or b"\0"
    return extension("2.5.29.35", seq(encode(0x80, rsa_key(label).id), encode(0x82, value)))


CHAIN = {
    "unknown_generation": lambda: citizen(ca="jpki-sign-future", named=aki(rsa_key("jpki-sign-future").id)),
    "aki_missing": lambda: citizen(named=extension("2.5.29.31", seq())),
    "aki_serial": lambda: citizen(named=aki_with_serial(SIGN_CA, 0x01020304)),
    "bad_signature": lambda: citizen(issuer_key=rsa_key("look-alike")),  # the same name and key identifier
    "no_anchor": lambda: citizen(issuer=authority_name(organisation="JPKI-TEST")),
    "wrong_store": lambda: citizen(ca=AUTH_CA, unit=AUTH_UNIT),
    "self_signed": lambda: citizen(issuer=pki.name(("C", "JP"), ("CN", "20260101120000123ABCDEFGHI")), issuer_key=rsa_key("citizen")),
    "is_anchor": lambda: authority(SIGN_CA),
    "is_ca": lambda: citizen(more=(basic_constraints(ca=True),)),
    "key_cert_sign": lambda: citizen(usage=key_usage(0, 1, 5)),
    "unknown_critical_extension": lambda: citizen(more=(extension("1.2.392.200149.9.9", b"\x05\x00", critical=True),)),
    "key_size": lambda: citizen(spki=rsa_key("long", 3072).spki),
    "key_type": lambda: citizen(spki=ec_key("citizen").spki),
    "signature_algorithm": lambda: citizen(signature=rsa_key(SIGN_CA).pkcs1("sha1")),
    "serial": lambda: citizen(serial=-5),
    "too_long": lambda: citizen(more=(extension("1.2.3.4", bytes(9000)),)),
    "not_der": lambda: citizen(more=(b"\x30\x81\x09\x06\x03\x2a\x03\x04\x04\x02\x05\x00",)),
}


@pytest.mark.parametrize("reason", CHAIN)
def test_each_broken_rule_of_the_chain_has_its_own_reason(reason, sign):
    path = validate_sign_certificate(parsed(CHAIN[reason]()), sign, NOW)
    assert path.chain == reason
    assert not path.ok


def test_an_exponent_of_three_is_refused(sign):
    weak = pki.Key(__import__("cryptography.hazmat.primitives.asymmetric.rsa", fromlist=["rsa"]).generate_private_key(3, 2048))
    assert validate_sign_certificate(parsed(citizen(spki=weak.spki)), sign, NOW).chain == "key_exponent"


POLICY = {
    "policy_missing": b"",
    "policy_several": policies(SIGN_POLICY, AUTH_POLICY),
    "policy_not_critical": policies(SIGN_POLICY, critical=False),
    "policy_malformed": extension("2.5.29.32", b"\x30\x03\x02\x01\x01", critical=True),
    "smartphone_policy": policies("1.2.392.200149.8.5.1.1.40"),
    "other_service_policy": policies(REAL_AUTH_POLICY),
    "test_policy": policies(AUTH_POLICY),
    "real_policy": policies(REAL_SIGN_POLICY),
    "unknown_policy": policies("2.23.140.1.2.1"),
}


@pytest.mark.parametrize("reason", POLICY)
def test_each_wrong_policy_has_its_own_reason(reason, sign):
    assert validate_sign_certificate(parsed(citizen(policy=POLICY[reason])), sign, NOW).policy == reason


def test_the_test_policy_is_refused_where_no_simulator_or_test_authority_signed():
    nobody = SignAnchors()
    path = validate_sign_certificate(parsed(citizen(policy=policies("1.2.392.200149.8.5.1.0.20"))), nobody, NOW)
    assert (path.chain, path.policy) == ("no_anchor", "test_policy")


USAGE = {
    "usage_missing": b"",
    "no_digital_signature": key_usage(1),
    "no_non_repudiation": key_usage(0),
    "other_usage": key_usage(0, 1, 2),
    "usage_not_critical": extension("2.5.29.15", b"\x03\x02\x06\xc0"),
}


@pytest.mark.parametrize("reason", USAGE)
def test_each_wrong_usage_has_its_own_reason(reason, sign):
    assert validate_sign_certificate(parsed(citizen(usage=USAGE[reason])), sign, NOW).usage == reason


def test_purposes_belong_to_authentication_only(sign, auth):
    assert validate_sign_certificate(parsed(citizen(more=(purposes(CLIENT_AUTH),))), sign, NOW).usage == "unexpected_purpose"
    assert validate_auth_certificate(parsed(auth_citizen(more=())), auth, NOW).usage == "no_client_auth"
    both = (purposes(CLIENT_AUTH, "1.3.6.1.5.5.7.3.1"),)
    assert validate_auth_certificate(parsed(auth_citizen(more=both)), auth, NOW).usage == "unexpected_purpose"


def test_validity_is_compared_to_the_second(sign):
    certificate = parsed(citizen())
    last = datetime(2030, 2, 17, 14, 59, 59, tzinfo=UTC)
    assert validate_sign_certificate(certificate, sign, last).validity == "ok"
    assert validate_sign_certificate(certificate, sign, last + timedelta(seconds=1)).validity == "expired"
    early = datetime(2025, 10, 26, 23, 59, 59, tzinfo=UTC)
    assert validate_sign_certificate(certificate, sign, early).validity == "not_yet_valid"


def test_an_expired_authority_is_said(sign):
    long = parsed(citizen(not_after=datetime(2040, 1, 1, tzinfo=UTC)))
    assert validate_sign_certificate(long, sign, datetime(2034, 1, 1, tzinfo=UTC)).validity == "anchor_expired"


def test_generations_of_one_name_are_told_apart_by_key(sign):
    second = parsed(citizen(ca="jpki-sign-2"))
    path = validate_sign_certificate(second, sign, NOW)
    assert path.ok
    assert path.anchor.certificate.serial == 7


def test_the_stores_never_mix(sign, auth):
    with pytest.raises(TrustError, match=r"trust\.jpki\.wrong_store"):
        validate_sign_certificate(parsed(citizen()), auth, NOW)
    with pytest.raises(TrustError, match=r"trust\.jpki\.wrong_store"):
        validate_auth_certificate(parsed(auth_citizen()), sign, NOW)
    with pytest.raises(TrustError, match=r"trust\.jpki\.wrong_store"):
        SignAnchors([anchor(authority(AUTH_CA, AUTH_UNIT))])


def test_a_look_alike_authority_is_no_production_anchor():
    false = authority("look-alike", organisation="JPKI")
    with pytest.raises(TrustError, match=r"trust\.jpki\.not_pinned"):
        SignAnchors([anchor(false, "production")])
    store, _ = jpki_anchors(AnchorSet([anchor(false, "production")]))
    assert len(store) == 0
    pinned = SignAnchors([anchor(false, "production")], pins=[parsed(false).fingerprint])
    assert len(pinned) == 1  # a later generation, by the operator's own pin


def test_a_jpki_authority_is_never_one_for_passports():
    mixed = AnchorSet([anchor(authority(SIGN_CA)), Anchor(parsed(pki.csca(rsa_key("csca"))), "test", "x")])
    assert [each.certificate.subject.country for each in mixed.of_kind("csca")] == ["XA"]


# --- The six authorities of production ---------------------------------------------------------------------------


@need_vectors
def test_the_six_production_authorities_come_by_their_pins():
    found = load_anchor_files([vector_path("jpki-ca")], environment="production")
    assert {each.certificate.fingerprint for each in found} == set(PINS)
    sign, auth = jpki_anchors(found)
    assert (len(sign), len(auth)) == (3, 3)
    for store in (sign, auth):
        for each in store:
            assert PINS[each.certificate.fingerprint][0] == store.kind
            assert each.certificate.key_usage == {"key_cert_sign", "crl_sign"}
            assert each.certificate.ski is not None
    assert {each.certificate.ski.hex() for each in sign} == {
        "0d034cbb34d0714f45e45a1cafd8fd143fab54a7", "4de017de4b7f473dcd867a62d38b134ace83558a",
        "d21ea55895617e93adbf966b941ab4edf653f08f",
    }  # fmt: skip


@need_vectors
def test_a_certificate_under_the_real_name_by_another_key_is_refused():
    real, _ = jpki_anchors(load_anchor_files([vector_path("jpki-ca")], environment="production"))
    ca = next(each.certificate for each in real if each.certificate.serial == 0x067C6A21)
    false = citizen(issuer=ca.subject.raw, issuer_key=rsa_key("look-alike"), named=aki(ca.ski))
    assert validate_sign_certificate(parsed(false), real, NOW).chain == "bad_signature"
    other = citizen(issuer=ca.subject.raw, issuer_key=rsa_key("look-alike"), named=aki(rsa_key("look-alike").id))
    assert validate_sign_certificate(parsed(other), real, NOW).chain == "unknown_generation"


# --- Revocation ------------------------------------------------------------------------------------------------------


def answer(certificate, **changes):
    values = {"serial": certificate.serial, "issuer_ski": certificate.aki, "state": "good", "source": "ocsp",
              "this_update": NOW - timedelta(minutes=5)}  # fmt: skip
    return RevocationAnswer(**{**values, **changes})


def test_without_an_answer_nothing_is_known():
    certificate = parsed(citizen())
    assert judge_revocation(certificate, None, NOW).state == "undetermined"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("good", "ok")),
        ({"serial": 1}, ("undetermined", "other_certificate")),
        ({"issuer_ski": bytes(20)}, ("undetermined", "other_certificate")),
        ({"state": "unknown"}, ("undetermined", "unknown")),
        ({"this_update": NOW - timedelta(minutes=31)}, ("undetermined", "stale")),
        ({"source": "crl", "this_update": NOW - timedelta(hours=35)}, ("good", "ok")),
        ({"source": "crl", "this_update": NOW - timedelta(hours=37)}, ("undetermined", "stale")),
        ({"next_update": NOW - timedelta(seconds=1)}, ("undetermined", "stale")),
        ({"this_update": NOW + timedelta(hours=1)}, ("undetermined", "from_the_future")),
        ({"state": "revoked", "reason": "affiliation_changed", "this_update": NOW - timedelta(days=900)},
         ("revoked", "affiliation_changed")),
        ({"state": "revoked", "serial": 1}, ("undetermined", "other_certificate")),
    ],
)  # fmt: skip
def test_only_a_fresh_answer_about_this_certificate_is_good(changes, expected):
    certificate = parsed(citizen())
    judged = judge_revocation(certificate, answer(certificate, **changes), NOW)
    assert (judged.state, judged.reason) == expected


# --- The four items ---------------------------------------------------------------------------------------------------

# jpki-validation.md §1.6: the holder of a test card, fictional
VECTOR = bytes.fromhex(
    "3081d2a01f060a2a83088c9b5508050501a0110c0fe9bb92e6a190e38080e5b9b9e4b99fa019060a2a83088c9b5508050504a00b0c09"
    "333139383030323137a011060a2a83088c9b5508050503a0030c0131a046060a2a83088c9b5508050505a0380c36e69db1e4baace983"
    "bde6b885e780ace5b882e8a6b3e5b883e5ad90e58d97efbc91efbc92efbc8defbc97efbc8defbc92efbc90efbc92a015060a2a83088c"
    "9b5508050502a0070c053030303030a022060a2a83088c9b5508050506a0140c12303030303030303030303030303030303030"
)


def items(value):
    return parse_jpki_attributes(parsed(citizen(more=(extension("2.5.29.17", value),))))


def other(number, text, *, tag=0x0C, arc="1.2.392.200149.8.5.5."):
    return encode(0xA0, oid(f"{arc}{number}") + encode(0xA0, encode(tag, text.encode())))


NAME, ADDRESS = "架空　花子", "架空県見本市１－２"


def four(*, name=NAME, address=ADDRESS, birth="319800217", sex="2", name_flags=None, address_flags=None):
    flags = name_flags if name_flags is not None else "0" * len(name)
    more = address_flags if address_flags is not None else "0" * len(address)
    return [other(1, name), other(4, birth), other(3, sex), other(5, address), other(2, flags), other(6, more)]


def test_the_vector_of_the_sheet():
    assert len(VECTOR) == 213
    found = items(VECTOR)
    assert found.name.text == "黒桐　幹也"
    assert found.address.text == "東京都清瀬市観布子南１２－７－２０２"
    assert (found.birth_date.text, found.birth_date.era, found.sex) == ("1980-02-17", "3", "male")
    assert found.name.exact is True
    assert found.address.exact is True
    assert found.problems == ()


def test_the_order_does_not_matter_and_unknown_items_are_kept():
    extra = [other(7, "カクウ　ハナコ"), other("1.2", "x", arc="1.3.6.1.4.1.99999.")]
    found = items(seq(*reversed(four()), *extra))
    assert found.name.text == NAME
    assert set(found.unknown) == {"1.2.392.200149.8.5.5.7", "1.3.6.1.4.1.99999.1.2"}
    assert found.problems == ()


def test_substitutes_are_marked_at_their_place():
    found = items(seq(*four(name="〓　花子", name_flags="1000")))
    assert found.name.substituted == (True, False, False, False)
    assert found.name.exact is False


@pytest.mark.parametrize("flags", ["000", "0000x", "00000000"])
def test_flags_that_do_not_fit_leave_the_text_and_say_unknown(flags):
    found = items(seq(*four(name_flags=flags)))
    assert found.name.text == NAME
    assert found.name.exact is None
    assert found.problems == ("flags_name",)


@pytest.mark.parametrize(
    ("raw", "text", "problems"),
    [
        ("000000000", "XXXX-XX-XX", ()),
        ("319800000", "1980-XX-XX", ()),
        ("319800200", "1980-02-XX", ()),
        ("019800217", "1980-02-17", ()),
        ("520200229", "2020-02-29", ()),
        ("519800217", "1980-02-17", ("era",)),
    ],
)
def test_dates_may_be_known_in_part(raw, text, problems):
    found = items(seq(*four(birth=raw)))
    assert (found.birth_date.text, found.problems) == (text, problems)


@pytest.mark.parametrize("raw", ["31980021", "719800217", "319801317", "31980021x", "317000101"])
def test_what_is_no_date_is_said(raw):
    found = items(seq(*four(birth=raw)))
    assert found.birth_date is None
    assert "birth_date" in found.problems


@pytest.mark.parametrize(("raw", "sex"), [("1", "male"), ("2", "female"), ("0", "unspecified"), ("3", "unspecified"), ("9", "unspecified")])
def test_sexes_of_all_sources(raw, sex):
    assert items(seq(*four(sex=raw))).sex == sex


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (seq(*four()[1:]), "missing_name"),
        (seq(*four(), other(1, "別　人")), "twice"),
        (seq(other(1, NAME, tag=0x13), *four()[1:]), "value_type"),
        (seq(*four(sex="7")), "sex"),
        (b"\x30\x05\xa0\x03\x06\x01", "malformed"),
    ],
)
def test_a_broken_item_is_a_problem_and_never_an_exception(value, problem):
    assert problem in items(value).problems


def test_an_item_that_is_there_twice_counts_as_none():
    assert items(seq(*four(), other(1, "別　人"))).name is None


def test_without_items_there_is_nothing():
    assert parse_jpki_attributes(parsed(citizen())).problems == ("no_names",)


# --- Passports and JPKI are worlds apart --------------------------------------------------------------------------


def test_a_citizens_key_signs_no_passport(sign):
    """A card signs whatever it is given. Were its authority a passport authority, anybody could issue passports."""
    from honnin.checks.passport import check_passport
    from honnin.facts import Access, DocumentKind, Outcome, Reading
    from honnin.trust.path import validate_dsc

    certificate = citizen(more=())
    content = pki.lds([(1, bytes(32)), (2, bytes(32))])
    sod = pki.Signed(certificate, content).der
    reading = Reading(DocumentKind.PASSPORT, NOW, Access("files"), {"EF.SOD": sod}, source="files")
    anchors = AnchorSet([anchor(authority(SIGN_CA))])
    assert validate_dsc(parsed(certificate), anchors, (), NOW).chain == "ok"  # the path alone would believe it
    finding = check_passport(reading, anchors, (), NOW).finding("passport.dsc.chain")
    assert finding.outcome is Outcome.IMPOSSIBLE
    assert finding.reason == "no_anchor"
