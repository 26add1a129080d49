"""Fields of certificates, keys with curves written out, names, and the list of hashes (passport.md §10.1, §10.3, §11.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from honnin.core.errors import DataError
from honnin.core.tlv import encode
from honnin.crypto import CURVES_BY_ID, DH_GROUPS_BY_ID, Curve, EcKey, RsaKey, curve_by_name, encode_point
from honnin.trust.certificate import decode_time, parse_certificate, verify_certificate_signature
from honnin.trust.keys import DhKey, parse_public_key
from honnin.trust.lds import parse_lds_security_object
from honnin.trust.names import parse_name, same_name
from tests import pki
from tests.pki import integer, octet_string, oid, seq
from tests.vectors import vector_path

ROOT = pki.rsa_key("csca")
LEAF = pki.rsa_key("dsc")


def explicit(curve: Curve, *, cofactor: bool = True, seed: bool = False, **changes: int) -> bytes:
    """SubjectPublicKeyInfo of the base point on a curve written out."""
    size = curve.field_length
    values = {"p": curve.p, "a": curve.a, "b": curve.b, "gx": curve.gx, "gy": curve.gy, "n": curve.n, "h": curve.h} | changes
    parameters = seq(
        integer(1),
        seq(oid("1.2.840.10045.1.1"), integer(values["p"])),
        seq(
            octet_string(values["a"].to_bytes(size, "big")),
            octet_string(values["b"].to_bytes(size, "big")),
            *([pki.bit_string(bytes(20))] if seed else []),
        ),
        octet_string(b"\x04" + values["gx"].to_bytes(size, "big") + values["gy"].to_bytes(size, "big")),
        integer(values["n"]),
        *([integer(values["h"])] if cofactor else []),
    )
    return seq(seq(oid("1.2.840.10045.2.1"), parameters), pki.bit_string(encode_point(curve, curve.generator)))


@pytest.mark.parametrize("number", sorted(CURVES_BY_ID))
@pytest.mark.parametrize("form", [{}, {"cofactor": False}, {"seed": True}])
def test_every_curve_is_known_when_written_out(number: int, form: dict[str, bool]) -> None:
    curve = CURVES_BY_ID[number]
    assert parse_public_key(explicit(curve, **form)) == EcKey(curve, curve.generator)


@pytest.mark.parametrize("changed", ["p", "a", "b", "gx", "gy", "n", "h"])
def test_curve_that_differs_in_any_value_is_refused(changed: str) -> None:
    curve = curve_by_name("P-256")
    with pytest.raises(DataError) as caught:
        parse_public_key(explicit(curve, **{changed: getattr(curve, changed) ^ 2}))
    assert caught.value.code == "trust.key.curve"


def test_point_off_the_curve_is_refused() -> None:
    spki = bytearray(explicit(curve_by_name("P-256")))
    spki[-1] ^= 1
    with pytest.raises(DataError) as caught:
        parse_public_key(bytes(spki))
    assert caught.value.code == "trust.key.point"


def test_domain_parameters_by_number_are_known() -> None:
    curve = CURVES_BY_ID[13]
    spki = seq(seq(oid("0.4.0.127.0.7.1.2"), integer(13)), pki.bit_string(encode_point(curve, curve.generator)))
    assert parse_public_key(spki) == EcKey(curve, curve.generator)
    group = DH_GROUPS_BY_ID[2]
    spki = seq(seq(oid("0.4.0.127.0.7.1.2"), integer(2)), pki.bit_string(integer(group.g)))
    assert parse_public_key(spki) == DhKey(group, group.g)


@pytest.mark.parametrize("algorithm", ["1.2.840.10046.2.1", "1.2.840.113549.1.3.1"])
def test_diffie_hellman_key_brings_its_group(algorithm: str) -> None:
    group = DH_GROUPS_BY_ID[1]
    numbers = [group.p, group.g, *([group.q] if algorithm.startswith("1.2.840.10046") else [])]
    spki = seq(seq(oid(algorithm), seq(*map(integer, numbers))), pki.bit_string(integer(group.g)))  # type: ignore[arg-type]
    key = parse_public_key(spki)
    assert isinstance(key, DhKey)
    assert key.group.q == group.q


def test_keys_of_chips_are_read() -> None:
    data = vector_path("passport/dg15/NZ_rsa1792.bin").read_bytes()
    key = parse_public_key(data[data.index(b"\x30") :])
    assert isinstance(key, RsaKey)
    assert key.n.bit_length() == 1792
    data = vector_path("passport/dg15/ec_brainpoolP256r1_explicit.bin").read_bytes()
    key = parse_public_key(data[data.index(b"\x30") :])
    assert isinstance(key, EcKey)
    assert key.curve.name == "brainpoolP256r1"


@pytest.mark.parametrize(
    ("spki", "code"),
    [
        (seq(seq(oid("1.2.3.4")), pki.bit_string(b"\x00")), "trust.key.unsupported"),
        (seq(seq(oid("1.2.840.10045.2.1"), pki.NULL), pki.bit_string(b"\x04")), "trust.key.curve"),
        (seq(seq(oid("1.2.840.10045.2.1"), oid("1.2.3")), pki.bit_string(b"\x04")), "trust.key.curve"),
        (seq(seq(oid("1.2.840.113549.1.1.1"), pki.NULL), pki.bit_string(seq(integer(-5), integer(3)))), "trust.key.rsa"),
        (seq(seq(oid("1.2.840.113549.1.1.1"), pki.NULL), encode(0x03, b"\x01\x00")), "trust.der.bits"),
        (b"", "trust.der.truncated"),
        (bytes(9000), "trust.der.limit"),
    ],
)
def test_other_keys_are_refused_with_a_code(spki: bytes, code: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_public_key(spki)
    assert caught.value.code == code


# --- certificates ---


def test_fields_of_a_certificate() -> None:
    period = pki.extension("2.5.29.16", seq(encode(0x80, b"20250101000000Z"), encode(0x81, b"20250401000000Z")))
    certificate = parse_certificate(pki.dsc(LEAF, ROOT, pki.extension("2.23.136.1.1.6.2", seq(integer(0), pki.set_of(encode(0x13, b"P")))), period).der)
    assert certificate.serial == 0x1234
    assert certificate.subject.text == "C=XA, O=Fictional State, CN=DS 1"
    assert certificate.subject.country == "XA"
    assert certificate.key_usage == {"digital_signature"}
    assert (certificate.is_ca, certificate.extended_key_usage) == (None, None)
    assert certificate.document_types == {"P"}
    assert certificate.usage_period == (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC))
    assert certificate.not_after == datetime(2036, 1, 1, tzinfo=UTC)
    assert (certificate.ski, certificate.aki) == (LEAF.id, ROOT.id)
    assert not certificate.self_signed_name
    assert verify_certificate_signature(certificate, parse_public_key(ROOT.spki))
    assert not verify_certificate_signature(certificate, parse_public_key(LEAF.spki))


@pytest.mark.parametrize("value", [seq(encode(0x13, b"P")), seq(pki.set_of(encode(0x13, b"P"))), seq(integer(0), seq(encode(0x13, b"P")))])
def test_document_type_is_read_in_every_way_of_the_field(value: bytes) -> None:
    certificate = parse_certificate(pki.dsc(LEAF, ROOT, pki.extension("2.23.136.1.1.6.2", value)).der)
    assert certificate.document_types == {"P"}


def test_unreadable_document_type_does_not_lose_the_certificate() -> None:
    assert parse_certificate(pki.dsc(LEAF, ROOT, pki.extension("2.23.136.1.1.6.2", b"\x01")).der).document_types is None


PLAIN = pki.dsc(LEAF, ROOT)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (replace(PLAIN, extensions=(*PLAIN.extensions, pki.aki(b"two"))).der, "trust.certificate.extension"),
        (replace(PLAIN, inner_identifier=ROOT.pkcs1("sha512").identifier).der, "trust.certificate.algorithm"),
        (replace(PLAIN, extensions=(pki.extension("2.5.29.15", b"\x03\x00"),)).der, "trust.der.bits"),
        (replace(PLAIN, extensions=(pki.extension("2.5.29.19", b""),)).der, "trust.der.truncated"),
        (replace(PLAIN, serial=1 << 600).der, "trust.certificate.serial"),
        (PLAIN.der.replace(b"250101000000Z", b"259901000000Z"), "trust.certificate.time"),
        (PLAIN.der.replace(b"250101000000Z", b"2501010000+09"), "trust.certificate.time"),
        (PLAIN.der + b"\x00", "trust.der.trailing"),
        (PLAIN.der[:-1], "trust.der.truncated"),
        (b"\x30\x80\x00\x00", "trust.der.indefinite"),
        (bytes(70_000), "trust.der.limit"),
    ],
)
def test_malformed_certificate_is_refused_with_a_code(data: bytes, code: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_certificate(data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("tag", "digits", "year"),
    [(0x17, b"491231235959Z", 2049), (0x17, b"500101000000Z", 1950), (0x18, b"20500101000000Z", 2050), (0x17, b"2501010000Z", 2025)],
)
def test_years_follow_the_rule_of_1950(tag: int, digits: bytes, year: int) -> None:
    assert decode_time(tag, digits).year == year


# --- names ---


def test_names_are_the_same_despite_order_case_spaces_width_and_type() -> None:
    base = parse_name(pki.name(("C", "MY"), ("O", "Jabatan Imigresen"), ("CN", "CSCA 1")))
    assert same_name(base, parse_name(pki.name(("CN", "csca  1"), ("O", "ＪＡＢＡＴＡＮ imigresen"), ("C", "my"))))
    assert not same_name(base, parse_name(pki.name(("C", "MY"), ("O", "Jabatan Imigresen"))))
    assert not same_name(base, parse_name(pki.name(("C", "MY"), ("O", "Jabatan Imigresen"), ("CN", "CSCA 2"))))
    assert not same_name(base, parse_name(pki.name(("C", "MY"), ("OU", "Jabatan Imigresen"), ("CN", "CSCA 1"))))


def test_text_of_a_name_cannot_steer_a_terminal() -> None:
    assert "\x1b" not in parse_name(pki.name(("CN", "\x1b[2J\u202eevil"))).text
    assert "\u202e" not in parse_name(pki.name(("CN", "\x1b[2J\u202eevil"))).text


# --- the list of hashes ---

TWO = [(1, bytes(32)), (2, bytes(32))]


def test_both_versions_of_the_list_are_read() -> None:
    zero = parse_lds_security_object(pki.lds(TWO))
    assert (zero.version, zero.hash_name, dict(zero.hashes), zero.lds_version, zero.weak_hash) == (0, "sha256", dict(TWO), None, False)
    one = parse_lds_security_object(pki.lds([(15, bytes(20)), (1, bytes(20))], "sha1", version=1))
    assert (list(one.hashes), one.lds_version, one.unicode_version, one.weak_hash) == ([15, 1], "0108", "040000", True)


def test_list_in_indefinite_lengths_is_read() -> None:
    assert dict(parse_lds_security_object(pki.to_indefinite(pki.lds(TWO))).hashes) == dict(TWO)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (pki.lds(TWO, version=2), "trust.lds.version"),
        (pki.lds(TWO, version=1, info=False), "trust.lds.version"),
        (pki.lds([(1, bytes(16))], "md5"), "trust.lds.hash_forbidden"),
        (pki.lds(TWO).replace(oid(pki.HASH_OIDS["sha256"]), oid("2.16.840.1.101.3.4.2.9")), "trust.lds.hash_unknown"),
        (pki.lds([]), "trust.lds.count"),
        (pki.lds([*TWO, (1, bytes(31) + b"\x01")]), "trust.lds.duplicate"),
        (pki.lds([(0, bytes(32))]), "trust.lds.number"),
        (pki.lds([(17, bytes(32))]), "trust.lds.number"),
        (pki.lds([(1, bytes(31))]), "trust.lds.hash_length"),
        (pki.lds([(1, bytes(32))], "sha512"), "trust.lds.hash_length"),
        (pki.lds([(each, bytes(32)) for each in range(1, 18)]), "trust.der.limit"),
        (pki.lds(TWO) + b"\x00", "trust.der.trailing"),
    ],
)
def test_list_that_could_mean_two_things_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_lds_security_object(data)
    assert caught.value.code == code
