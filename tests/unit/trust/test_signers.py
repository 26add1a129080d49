"""Signed data that is wrong in one point each, made for the test (passport.md §10.2)."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from honnin.core.errors import DataError
from honnin.core.tlv import encode
from honnin.trust.certificate import parse_certificate
from honnin.trust.cms import (
    LDS_SECURITY_OBJECT,
    TOLERATED_SOD_TYPES,
    CmsError,
    SignerResult,
    parse_signed_data,
    verify_signer,
)
from tests import pki
from tests.pki import Signed, attribute, octet_string, oid

ROOT = pki.rsa_key("csca")
LEAF = pki.rsa_key("dsc")
DSC = pki.dsc(LEAF, ROOT)
PLAIN = Signed(DSC)


def check(data: bytes | Signed, **more: object) -> SignerResult:
    der = data.der if isinstance(data, Signed) else data
    return verify_signer(parse_signed_data(der), content_types=(LDS_SECURITY_OBJECT,), tolerated=TOLERATED_SOD_TYPES, **more)  # type: ignore[arg-type]


def test_plain_one_is_ok_without_flags() -> None:
    result = check(PLAIN)
    assert (result.outcome, result.flags) == ("ok", frozenset())
    assert result.certificate == parse_certificate(DSC.der)
    assert result.signing_time is not None
    assert result.signing_time.isoformat() == "2026-01-02T03:04:05+00:00"


EC = {curve: pki.dsc(pki.ec_key("dsc", curve), ROOT) for curve in (ec.SECP521R1, ec.BrainpoolP384R1, ec.SECP224R1)}


@pytest.mark.parametrize(
    ("signed", "flags"),
    [
        (Signed(DSC, signature=LEAF.pkcs1("sha256", named=False)), set()),
        (Signed(DSC, signature=LEAF.pkcs1("sha512"), hash_name="sha512"), set()),
        (Signed(DSC, signature=LEAF.pss("sha256", 32)), set()),
        (Signed(DSC, signature=LEAF.pss("sha256", 20)), set()),
        (Signed(DSC, signature=LEAF.pss("sha384", 48), hash_name="sha384"), set()),
        (Signed(DSC, signature=LEAF.pss("sha512", 64), hash_name="sha512"), set()),
        (Signed(DSC, signature=LEAF.pss("sha1", 20, parameters=pki.seq()), hash_name="sha1"), {"weak_hash"}),
        (Signed(DSC, signature=LEAF.pkcs1("sha1"), hash_name="sha1"), {"weak_hash"}),
        (Signed(DSC, signature=LEAF.pkcs1("sha256"), hash_name="sha512"), {"hash_mismatch"}),
        (Signed(EC[ec.SECP521R1], signature=pki.ec_key("dsc", ec.SECP521R1).ecdsa("sha512"), hash_name="sha512"), set()),
        (Signed(EC[ec.BrainpoolP384R1], signature=pki.ec_key("dsc", ec.BrainpoolP384R1).ecdsa("sha384", null=True), hash_name="sha384"), set()),
        (Signed(EC[ec.SECP224R1], signature=pki.ec_key("dsc", ec.SECP224R1).ecdsa("sha1"), hash_name="sha1"), {"weak_hash"}),
        (Signed(EC[ec.SECP224R1], signature=pki.ec_key("dsc", ec.SECP224R1).ecdsa("sha224", text="1.2.840.10045.4.3"), hash_name="sha224"), set()),
        (Signed(DSC, sid=encode(0x80, LEAF.id)), set()),
        (Signed(DSC, wrapped=False), {"no_wrapper"}),
        (Signed(DSC, content_type="1.2.840.113549.1.7.1"), {"content_type_tolerated"}),
        (Signed(pki.dsc(pki.rsa_key("small", 1024), ROOT)), {"weak_key"}),
    ],
)  # fmt: skip
def test_algorithms_and_ways_of_the_field_are_ok(signed: Signed, flags: set[str]) -> None:
    result = check(signed)
    assert (result.outcome, set(result.flags)) == ("ok", flags)


GOOD = PLAIN.default_attributes()
WRONG_DIGEST = attribute(pki.MESSAGE_DIGEST, octet_string(bytes(32)))
WRONG_TYPE = attribute(pki.CONTENT_TYPE, oid("1.2.840.113549.1.7.1"))


@pytest.mark.parametrize(
    ("signed", "outcome"),
    [
        (Signed(DSC, content_type="1.2.3.4"), "content_type"),
        (Signed(DSC, content_type="2.23.136.1.1.2"), "content_type"),
        (Signed(DSC, attributes=()), "no_signed_attributes"),
        (Signed(DSC, attributes=GOOD[1:]), "content_type_attribute"),
        (Signed(DSC, attributes=(WRONG_TYPE, *GOOD[1:])), "content_type_attribute"),
        (Signed(DSC, attributes=(*GOOD, WRONG_TYPE)), "content_type_attribute"),
        (Signed(DSC, attributes=(attribute(pki.CONTENT_TYPE, oid(pki.LDS_TYPE), oid(pki.LDS_TYPE)), *GOOD[1:])), "content_type_attribute"),
        (Signed(DSC, attributes=(attribute(pki.CONTENT_TYPE), *GOOD[1:])), "content_type_attribute"),
        (Signed(DSC, attributes=GOOD[:1]), "message_digest_attribute"),
        (Signed(DSC, attributes=(*GOOD, GOOD[1])), "message_digest_attribute"),
        (Signed(DSC, attributes=(*GOOD, WRONG_DIGEST)), "message_digest_attribute"),
        (Signed(DSC, attributes=(GOOD[0], WRONG_DIGEST)), "digest_mismatch"),
        (Signed(DSC, signature=pki.rsa_key("mallory").pkcs1()), "bad_signature"),
        (Signed(DSC, signature=LEAF.pss("sha256", 20, parameters=LEAF.pss("sha256", 32).identifier[13:])), "bad_signature"),
        (Signed(DSC, signature=pki.ec_key("dsc").ecdsa()), "key_mismatch"),
        (Signed(DSC, signature=pki.Signature(pki.seq(oid("1.2.840.113549.1.1.4"), pki.NULL), LEAF.pkcs1().sign)), "forbidden_algorithm"),
        (Signed(DSC, signature=pki.Signature(pki.seq(oid("1.2.3")), LEAF.pkcs1().sign)), "unsupported_algorithm"),
        (Signed(DSC, certificates=()), "signer_certificate_missing"),
        (Signed(DSC, certificates=(pki.csca(ROOT).der,)), "signer_certificate_missing"),
        (Signed(DSC, certificates=(pki.seq(pki.NULL),)), "signer_certificate_unreadable"),
        (Signed(DSC, sid=pki.seq(pki.CSCA_NAME, pki.integer(0x1235))), "signer_certificate_missing"),
        (Signed(DSC, sid=pki.seq(pki.name(("C", "XA"), ("CN", "Other")), pki.integer(0x1234))), "signer_certificate_missing"),
        (Signed(DSC, sid=encode(0x80, bytes(20))), "signer_certificate_missing"),
        (Signed(DSC, certificates=(DSC.der, pki.dsc(pki.rsa_key("twin"), ROOT).der)), "signer_certificate_ambiguous"),
    ],
)  # fmt: skip
def test_each_wrong_point_has_its_reason(signed: Signed, outcome: str) -> None:
    assert check(signed).outcome == outcome


def with_signers(*signers: bytes, content: bytes | None = None) -> bytes:
    """Signed data around these signers."""
    content = octet_string(pki.PLAIN_LDS) if content is None else content
    inner = pki.seq(
        pki.integer(3),
        pki.set_of(),
        pki.seq(oid(pki.LDS_TYPE), encode(0xA0, content) if content else b""),
        encode(0xA0, DSC.der),
        pki.set_of(*signers),
    )
    return pki.seq(oid("1.2.840.113549.1.7.2"), encode(0xA0, inner))


def test_no_signer_is_refused() -> None:
    assert check(with_signers(PLAIN.signer)).outcome == "ok"
    assert check(with_signers()).outcome == "no_signer"


def test_content_that_is_not_inside_is_refused() -> None:
    assert check(with_signers(PLAIN.signer, content=b"")).outcome == "no_content"


def test_md5_as_digest_is_forbidden() -> None:
    body = PLAIN.signer[4:].replace(pki.seq(oid(pki.HASH_OIDS["sha256"])), pki.seq(oid(pki.HASH_OIDS["md5"])))
    assert check(with_signers(pki.seq(body))).outcome == "forbidden_algorithm"


def test_signer_named_with_another_order_of_the_issuer_is_found_and_flagged() -> None:
    turned = pki.name(("CN", "CSCA"), ("C", "XA"), ("O", "Fictional State"), tag=0x13)
    result = check(Signed(DSC, sid=pki.seq(turned, pki.integer(0x1234))))
    assert (result.outcome, set(result.flags)) == ("ok", {"sid_name_tolerated"})


def test_certificate_from_elsewhere_serves_when_none_is_inside() -> None:
    result = check(Signed(DSC, certificates=()), more_certificates=[parse_certificate(DSC.der)])
    assert result.outcome == "ok"


def test_unsorted_attributes_may_be_signed_as_they_stand_or_sorted() -> None:
    backwards = tuple(sorted(GOOD, reverse=True))
    as_they_stand = check(Signed(DSC, attributes=backwards, sort=False, signed_sorted=False))
    assert (as_they_stand.outcome, as_they_stand.flags) == ("ok", frozenset())
    in_order = check(Signed(DSC, attributes=backwards, sort=False, signed_sorted=True))
    assert (in_order.outcome, set(in_order.flags)) == ("ok", {"attributes_reencoded"})


def test_second_signer_must_hold_as_well() -> None:
    other = pki.dsc(pki.rsa_key("second"), ROOT, serial=77)
    both = (DSC.der, other.der)
    good = Signed(DSC, certificates=both, more_signers=(Signed(other).signer,))
    result = check(good)
    assert (result.outcome, set(result.flags), len(result.others)) == ("ok", {"several_signers"}, 1)
    bad = Signed(other, signature=pki.rsa_key("mallory").pkcs1()).signer
    assert check(Signed(DSC, certificates=both, more_signers=(bad,))).outcome == "other_signer_failed"
    assert check(Signed(DSC, certificates=(DSC.der,), more_signers=(Signed(other).signer,))).outcome == "other_signer_failed"
    unknown = Signed(other, signature=pki.Signature(pki.seq(oid("1.2.3")), LEAF.pkcs1().sign)).signer
    reported = check(Signed(DSC, certificates=both, more_signers=(unknown,)))
    assert (reported.outcome, "other_signer_unsupported" in reported.flags) == ("ok", True)


def test_indefinite_lengths_and_split_content_are_read() -> None:
    result = check(pki.to_indefinite(PLAIN.der))
    assert (result.outcome, set(result.flags)) == ("ok", {"ber"})
    half = len(pki.PLAIN_LDS) // 2
    split = encode(0x24, octet_string(pki.PLAIN_LDS[:half]) + octet_string(pki.PLAIN_LDS[half:]))
    assert check(with_signers(PLAIN.signer, content=split)).outcome == "ok"


def test_octets_behind_are_ignored_and_flagged() -> None:
    assert set(check(PLAIN.der + b"\x00\x00").flags) == {"trailing_octets"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x77\x00",
        b"\x60\x00",
        pki.seq(oid("1.2.840.113549.1.7.1"), encode(0xA0, pki.seq())),
        b"\x30\x80" * 40 + b"\x00\x00" * 40,
        b"\x77\x84\xff\xff\xff\xff",
        DSC.der,
    ],
)
def test_what_is_not_signed_data_is_an_error(data: bytes) -> None:
    with pytest.raises(DataError):
        parse_signed_data(data)


def test_size_is_limited() -> None:
    with pytest.raises(CmsError, match=r"trust\.cms\.limit"):
        parse_signed_data(PLAIN.der, limit=len(PLAIN.der) - 1)


def test_numbers_of_signers_and_certificates_are_limited() -> None:
    with pytest.raises(DataError):
        parse_signed_data(Signed(DSC, more_signers=(PLAIN.signer,) * 8).der)
    with pytest.raises(DataError):
        parse_signed_data(Signed(DSC, certificates=(DSC.der,) * 33).der)


