"""From a document signer to a country's key: what is refused, what is only warned of, what stays open (§11.1, §11.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from honnin.core.tlv import encode
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import parse_crl
from honnin.trust.path import DscPath, validate_dsc, validate_signer
from tests import pki
from tests.pki import NOW, Issued

ROOT = pki.rsa_key("csca")
LEAF = pki.rsa_key("dsc")
EC_ROOT = pki.ec_key("csca", ec.SECP384R1)


def anchors(*issued: Issued, environment: str = "test") -> AnchorSet:
    return AnchorSet(Anchor(parse_certificate(each.der), environment, "made for the test") for each in issued)


def check(leaf: Issued, *roots: Issued, crls: tuple[bytes, ...] = (), at: datetime = NOW) -> DscPath:
    trusted = anchors(*(roots or (pki.csca(ROOT),)))
    return validate_dsc(parse_certificate(leaf.der), trusted, [parse_crl(each) for each in crls], at)


def test_good_certificate_passes_and_revocation_stays_open_without_a_list() -> None:
    path = check(pki.dsc(LEAF, ROOT))
    assert (path.chain, path.validity, path.warnings) == ("ok", "ok", ())
    assert (path.revocation.state, path.revocation.reason) == ("undetermined", "no_crl")
    assert path.facts["anchor_environment"] == "test"


def test_without_anchor_nothing_is_proven_either_way() -> None:
    leaf = parse_certificate(pki.dsc(LEAF, ROOT).der)
    path = validate_dsc(leaf, AnchorSet.empty(), (), NOW)
    assert (path.chain, path.anchor, path.facts) == ("no_anchor", None, {})


def test_anchor_of_another_country_is_not_used_even_with_the_right_key() -> None:
    foreign = pki.csca(ROOT, subject=pki.name(("C", "XB"), ("CN", "CSCA")), issuer=pki.name(("C", "XB"), ("CN", "CSCA")))
    assert check(pki.dsc(LEAF, ROOT), foreign).chain == "no_anchor"


def test_signature_by_another_key_than_the_one_it_names_fails() -> None:
    forged = pki.dsc(LEAF, ROOT, signature=pki.rsa_key("mallory").pkcs1())
    path = check(forged)
    assert (path.chain, path.anchor) == ("bad_signature", None)


@pytest.mark.parametrize(
    ("leaf", "reason"),
    [
        (pki.dsc(LEAF, ROOT, pki.basic_constraints(ca=True)), "is_ca"),
        (pki.dsc(LEAF, ROOT, extensions=(pki.key_usage(0, 5), pki.aki(ROOT.id))), "key_cert_sign"),
        (pki.dsc(LEAF, ROOT, extensions=(pki.key_usage(2), pki.aki(ROOT.id))), "no_digital_signature"),
        (pki.dsc(LEAF, ROOT, pki.purposes("2.23.136.1.1.3")), "wrong_purpose"),
        (pki.dsc(LEAF, ROOT, pki.purposes("2.23.136.1.1.8")), "wrong_purpose"),
        (pki.dsc(LEAF, ROOT, pki.purposes("2.5.29.37.0", "2.23.136.1.1.3")), "wrong_purpose"),
        (pki.dsc(LEAF, ROOT, pki.purposes("1.3.6.1.5.5.7.3.1", critical=True)), "wrong_purpose"),
        (pki.dsc(LEAF, ROOT, pki.extension("1.2.3.4", b"\x05\x00", critical=True)), "unknown_critical_extension"),
        (pki.dsc(LEAF, ROOT, subject=pki.name(("C", "XB"), ("CN", "DS"))), "country_mismatch"),
        (pki.dsc(LEAF, ROOT, issuer=pki.name(("C", "XA"), ("CN", "Somebody else"))), "name_mismatch"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_certificate_that_is_no_document_signer_fails_though_its_signature_holds(leaf: Issued, reason: str) -> None:
    path = check(leaf)
    assert path.chain == reason
    assert path.anchor is not None


@pytest.mark.parametrize(
    ("leaf", "warning"),
    [
        (pki.dsc(LEAF, ROOT, pki.purposes("1.3.6.1.5.5.7.3.1")), "unexpected_purpose"),
        (pki.dsc(LEAF, ROOT, extensions=(pki.aki(ROOT.id),)), "no_key_usage"),
        (pki.dsc(LEAF, ROOT, extensions=(pki.key_usage(0),)), "aki_missing"),
        (pki.dsc(LEAF, ROOT, extensions=(pki.key_usage(0), pki.aki(b"another"))), "aki_mismatch"),
        (pki.dsc(LEAF, ROOT, signature=ROOT.pkcs1("sha1")), "weak_hash"),
        (pki.dsc(pki.rsa_key("small", 1024), ROOT), "weak_key"),
        (pki.dsc(LEAF, ROOT, serial=0), "serial_not_positive"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_oddity_of_real_signers_is_a_warning(leaf: Issued, warning: str) -> None:
    path = check(leaf)
    assert path.chain == "ok"
    assert warning in path.warnings


@pytest.mark.parametrize(
    "issuer",
    [
        pki.name(("C", "xa"), ("O", "Fictional State"), ("CN", "CSCA"), tag=0x13),
        pki.name(("CN", "csca"), ("O", "FICTIONAL  STATE"), ("C", "XA")),
        pki.name(("C", "XA"), ("O", "Fictional State"), ("CN", "CSCA"), tag=0x1A),
    ],
)
def test_issuer_name_may_differ_in_order_case_and_string_type(issuer: bytes) -> None:
    assert check(pki.dsc(LEAF, ROOT, issuer=issuer)).chain == "ok"


def test_name_change_link_lets_the_old_name_pass_with_a_warning() -> None:
    new_name = pki.name(("C", "XA"), ("CN", "New CSCA"))
    renamed = pki.csca(ROOT, subject=new_name, issuer=new_name)
    old = pki.ec_key("old csca")
    change = pki.extension("2.23.136.1.1.6.1", pki.NULL)
    link = pki.link(ROOT, old, subject=new_name)
    leaf = pki.dsc(LEAF, ROOT)
    assert check(leaf, renamed, link).chain == "name_mismatch"
    path = check(leaf, renamed, replace(link, extensions=(*link.extensions, change)))
    assert (path.chain, path.warnings) == ("ok", ("name_change",))


@pytest.mark.parametrize(
    ("at", "validity"),
    [
        (datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC), "not_yet_valid"),
        (datetime(2025, 1, 1, tzinfo=UTC), "ok"),
        (datetime(2036, 1, 1, tzinfo=UTC), "ok"),
        (datetime(2036, 1, 1, 0, 0, 1, tzinfo=UTC), "expired"),
    ],
)
def test_validity_is_a_result_of_its_own(at: datetime, validity: str) -> None:
    path = check(pki.dsc(LEAF, ROOT), at=at)
    assert (path.chain, path.validity) == ("ok", validity)


def test_expired_anchor_is_a_warning_and_a_valid_one_with_the_key_is_preferred() -> None:
    old = pki.csca(ROOT, not_after=NOW - timedelta(days=1))
    assert check(pki.dsc(LEAF, ROOT), old).warnings == ("anchor_expired",)
    path = check(pki.dsc(LEAF, ROOT), old, pki.csca(ROOT, serial=9))
    assert path.warnings == ()
    assert path.anchor is not None
    assert path.anchor.certificate.serial == 9


def test_link_certificate_serves_as_anchor_for_its_key() -> None:
    path = check(pki.dsc(LEAF, ROOT), pki.link(ROOT, EC_ROOT))
    assert path.chain == "ok"


def test_anchor_that_may_not_sign_certificates_is_refused() -> None:
    no_ca = pki.csca(ROOT, extensions=(pki.ski(ROOT.id), pki.key_usage(0)))
    assert check(pki.dsc(LEAF, ROOT), no_ca).chain == "anchor_not_ca"


def test_two_keys_with_one_key_identifier_are_both_tried() -> None:
    other = pki.csca(EC_ROOT, extensions=(pki.basic_constraints(ca=True), pki.key_usage(5, 6), pki.ski(ROOT.id)))
    assert check(pki.dsc(LEAF, ROOT), other, pki.csca(ROOT)).chain == "ok"


@pytest.mark.parametrize(
    "signature",
    [
        ROOT.pkcs1("sha224"),
        ROOT.pkcs1("sha512"),
        ROOT.pss("sha256", 20),
        ROOT.pss("sha384", 48),
        ROOT.pss("sha512", 0),
        ROOT.pss("sha256", 64, mgf="sha1"),
        ROOT.pss("sha1", 20, parameters=pki.seq()),
    ],
)
def test_rsa_signatures_of_real_authorities_are_understood(signature: pki.Signature) -> None:
    assert check(pki.dsc(LEAF, ROOT, signature=signature)).chain == "ok"


@pytest.mark.parametrize("curve", [ec.SECP256R1, ec.SECP384R1, ec.SECP521R1, ec.BrainpoolP256R1, ec.BrainpoolP384R1, ec.BrainpoolP512R1])
@pytest.mark.parametrize("null", [False, True])
def test_ecdsa_is_understood_on_every_curve_with_null_parameters_too(curve: type[ec.EllipticCurve], null: bool) -> None:
    root = pki.ec_key("root", curve)
    leaf = pki.dsc(LEAF, root, signature=root.ecdsa("sha384", null=null))
    assert check(leaf, pki.csca(root)).chain == "ok"


def test_pss_with_another_trailer_is_not_understood() -> None:
    parameters = pki.seq(encode(0xA3, pki.integer(2)))
    leaf = pki.dsc(LEAF, ROOT, signature=ROOT.pss("sha1", 20, parameters=parameters))
    assert check(leaf).chain == "unsupported_algorithm"


def test_key_of_the_wrong_kind_for_the_algorithm_fails() -> None:
    identifier = ROOT.pkcs1().identifier
    leaf = pki.dsc(LEAF, EC_ROOT, signature=pki.Signature(identifier, EC_ROOT.ecdsa().sign))
    assert check(leaf, pki.csca(EC_ROOT)).chain == "key_mismatch"


@pytest.mark.parametrize(("oid", "reason"), [("1.2.840.113549.1.1.4", "forbidden_algorithm"), ("1.2.3", "unsupported_algorithm")])
def test_broken_and_unknown_algorithms_are_told_apart(oid: str, reason: str) -> None:
    signature = pki.Signature(pki.seq(pki.oid(oid), pki.NULL), ROOT.pkcs1().sign)
    assert check(pki.dsc(LEAF, ROOT, signature=signature)).chain == reason


def test_signer_with_a_purpose_needs_that_purpose() -> None:
    trusted = anchors(pki.csca(ROOT))
    good = parse_certificate(pki.dsc(LEAF, ROOT, pki.purposes("2.23.136.1.1.3", critical=True)).der)
    plain = parse_certificate(pki.dsc(LEAF, ROOT).der)
    assert validate_signer(good, trusted, (), NOW, purpose="2.23.136.1.1.3").chain == "ok"
    assert validate_signer(plain, trusted, (), NOW, purpose="2.23.136.1.1.3").chain == "wrong_purpose"


def test_certificate_in_two_environments_counts_as_the_least_trusted() -> None:
    root = pki.csca(ROOT)
    both = anchors(root, environment="production") | anchors(root, environment="simulator")
    path = validate_dsc(parse_certificate(pki.dsc(LEAF, ROOT).der), both, (), NOW)
    assert path.anchor is not None
    assert path.anchor.environment == "simulator"


# --- revocation ---


def state(path: DscPath) -> tuple[str, str]:
    return path.revocation.state, path.revocation.reason


def test_current_list_without_the_certificate_is_the_only_way_to_unrevoked() -> None:
    leaf = pki.dsc(LEAF, ROOT)
    assert state(check(leaf, crls=(pki.crl(ROOT, [1, 2, 3]),))) == ("unrevoked", "ok")
    assert state(check(leaf, crls=(pki.crl(ROOT),))) == ("unrevoked", "ok")


def test_revoked_certificate_is_revoked_with_date_and_reason() -> None:
    path = check(pki.dsc(LEAF, ROOT), crls=(pki.crl(ROOT, [0x1234, 5]),))
    assert state(path) == ("revoked", "key_compromise")
    assert path.chain == "ok"
    assert path.revocation.facts["revoked_at"] == "2026-05-03T00:00:00+00:00"


def test_stale_list_revokes_but_never_clears() -> None:
    old = {"this_update": NOW - timedelta(days=200), "next_update": NOW - timedelta(seconds=1)}
    assert state(check(pki.dsc(LEAF, ROOT), crls=(pki.crl(ROOT, [1], **old),))) == ("undetermined", "stale")
    assert state(check(pki.dsc(LEAF, ROOT), crls=(pki.crl(ROOT, [0x1234], **old),)))[0] == "revoked"


@pytest.mark.parametrize(
    ("crl", "reason"),
    [
        (pki.crl(ROOT, [1], next_update=None), "stale"),
        (pki.crl(ROOT, [1], this_update=NOW + timedelta(seconds=1)), "not_yet_valid"),
        (pki.crl(ROOT, [0x1234], signature=pki.rsa_key("mallory").pkcs1()), "bad_signature"),
        (pki.crl(pki.rsa_key("unknown"), [0x1234]), "no_anchor"),
        (pki.crl(ROOT, [1], extensions=[pki.extension("2.5.29.27", pki.integer(1), critical=True)]), "unsupported_extension"),
        (pki.crl(ROOT, [1], extensions=[pki.extension("2.5.29.28", pki.seq(), critical=True)]), "unsupported_extension"),
        (pki.crl(ROOT, [1], signature=pki.Signature(pki.seq(pki.oid("1.2.3")), ROOT.pkcs1().sign)), "unsupported_algorithm"),
    ],
)
def test_list_that_cannot_be_relied_on_leaves_it_open(crl: bytes, reason: str) -> None:
    assert state(check(pki.dsc(LEAF, ROOT), crls=(crl,))) == ("undetermined", reason)


def test_newest_key_of_the_country_signs_for_certificates_of_an_older_one() -> None:
    crl = pki.crl(EC_ROOT, [0x1234])
    assert state(check(pki.dsc(LEAF, ROOT), pki.csca(ROOT), pki.csca(EC_ROOT), crls=(crl,)))[0] == "revoked"
    assert state(check(pki.dsc(LEAF, ROOT), crls=(crl,))) == ("undetermined", "no_anchor")


def test_list_of_another_country_says_nothing() -> None:
    foreign = pki.name(("C", "XB"), ("CN", "CSCA"))
    root = pki.csca(EC_ROOT, subject=foreign, issuer=foreign)
    crl = pki.crl(EC_ROOT, [0x1234], issuer=foreign)
    assert state(check(pki.dsc(LEAF, ROOT), pki.csca(ROOT), root, crls=(crl,))) == ("undetermined", "no_crl")


def test_anchor_without_crl_sign_cannot_sign_lists() -> None:
    root = pki.csca(ROOT, extensions=(pki.basic_constraints(ca=True), pki.key_usage(5), pki.ski(ROOT.id)))
    assert state(check(pki.dsc(LEAF, ROOT), root, crls=(pki.crl(ROOT, []),)))[0] == "undetermined"


def test_good_list_beside_a_bad_one_counts_in_any_order() -> None:
    good, stale = pki.crl(ROOT, [1]), pki.crl(ROOT, [1], next_update=NOW - timedelta(days=1))
    for crls in ((good, stale), (stale, good)):
        assert state(check(pki.dsc(LEAF, ROOT), crls=crls)) == ("unrevoked", "ok")


def test_certificates_made_here_are_those_another_library_reads() -> None:

    from cryptography import x509

    theirs = x509.load_der_x509_certificate(pki.dsc(LEAF, ROOT).der)
    root = x509.load_der_x509_certificate(pki.csca(ROOT).der)
    theirs.verify_directly_issued_by(root)
