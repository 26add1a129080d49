"""The German master list and the certificates of Japan in the vectors (passport.md §10.4, §11.3, §11.5, §17.3)."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from asn1crypto import x509 as asn1_x509

from honnin.core.errors import DataError, TrustError
from honnin.crypto import EcKey, RsaKey
from honnin.trust.anchors import load_anchor_files
from honnin.trust.certificate import Certificate, parse_certificate, verify_certificate_signature
from honnin.trust.links import link_route
from honnin.trust.masterlist import MasterList, open_master_list
from tests.vectors import vector_path

LIST = "passport/masterlist/DE_ML_2026-05-28.ml"


@pytest.fixture(scope="module")
def listed() -> MasterList:
    return open_master_list(vector_path(LIST).read_bytes())


@pytest.fixture(scope="module")
def japan() -> dict[int, Certificate]:
    folder = vector_path("passport/csca_jp")
    found = [parse_certificate(each.read_bytes()) for each in sorted(folder.glob("*.cer"))]
    return {each.serial: each for each in found}


def of(listed: MasterList, country: str, serial: int) -> Certificate:
    return next(each for each in listed.certificates if (each.subject.country, each.serial) == (country, serial))


def test_all_588_certificates_of_112_countries_parse(listed: MasterList) -> None:
    assert (len(listed.certificates), listed.unreadable) == (588, ())
    assert len({each.subject.country for each in listed.certificates}) == 112


def test_keys_are_those_of_the_statistics(listed: MasterList) -> None:
    kinds = Counter(
        f"RSA-{each.public_key.n.bit_length()}" if isinstance(each.public_key, RsaKey) else each.public_key.curve.name
        for each in listed.certificates
        if isinstance(each.public_key, RsaKey | EcKey)
    )
    assert kinds == {
        "RSA-4096": 357, "RSA-3072": 60, "RSA-6144": 6, "RSA-2048": 1, "brainpoolP384r1": 52, "secp384r1": 33,
        "brainpoolP256r1": 22, "secp256r1": 20, "secp521r1": 20, "brainpoolP512r1": 17,
    }  # fmt: skip


def test_every_self_signed_certificate_of_the_list_verifies_with_its_own_key(listed: MasterList) -> None:
    own = [each for each in listed.certificates if each.self_signed_name and each.aki in (None, each.ski)]
    assert len(own) == 375
    wrong = [each.subject.text for each in own if not verify_certificate_signature(each, each.public_key)]
    assert not wrong


def test_fields_are_those_that_asn1crypto_reads(listed: MasterList) -> None:
    for ours in listed.certificates[::23]:
        theirs = asn1_x509.Certificate.load(ours.raw)
        assert ours.serial == theirs.serial_number
        assert ours.not_before == theirs["tbs_certificate"]["validity"]["not_before"].native
        assert ours.not_after == theirs["tbs_certificate"]["validity"]["not_after"].native
        assert ours.ski == theirs.key_identifier
        assert ours.aki == theirs.authority_key_identifier
        assert ours.issuer.raw == theirs.issuer.dump()
        assert [each.oid for each in ours.extensions] == [
            each["extn_id"].dotted for each in theirs["tbs_certificate"]["extensions"]
        ]
        assert ours.tbs == theirs["tbs_certificate"].dump()


def test_signer_leads_to_the_german_csca(listed: MasterList) -> None:
    assert (listed.signer.serial, listed.signer_csca.serial) == (0x4D5, 0x4CD)
    assert listed.signed_at is not None
    assert listed.signed_at.date().isoformat() == "2026-05-28"
    assert listed.signer_csca.fingerprint == "2084aed7a991b3158e63ad750d3dc38bc6c9dcf5958f28d1162f49884e91ada8"


def test_older_german_key_reaches_the_new_one_by_one_link(listed: MasterList) -> None:
    route = link_route(listed.signer_csca, [of(listed, "DE", 0x48B)], listed.certificates)
    assert [each.serial for each in route or ()] == [0x4CE]


def test_links_are_followed_four_times_and_no_more(listed: MasterList) -> None:
    first = of(listed, "DE", 0x1)
    route = link_route(listed.signer_csca, [first], listed.certificates)
    assert [each.serial for each in route or ()] == [0x9D, 0x42B, 0x48D, 0x4CE]
    beyond = [each for each in listed.certificates if each.serial != 0x9D]
    assert link_route(listed.signer_csca, [first], beyond) is None


def test_another_countrys_key_leads_nowhere(listed: MasterList, japan: dict[int, Certificate]) -> None:
    assert link_route(listed.signer_csca, [japan[0x144]], listed.certificates) is None


@pytest.mark.parametrize("at", range(0, 900_000, 64_321))
def test_altered_master_list_is_refused(at: int) -> None:
    data = bytearray(vector_path(LIST).read_bytes())
    data[len(data) // 14 + at % (len(data) - len(data) // 7)] ^= 0x04
    with pytest.raises((TrustError, DataError)):
        open_master_list(bytes(data))


def test_japanese_roots_and_links_verify_with_the_key_their_aki_names(japan: dict[int, Certificate]) -> None:
    index = json.loads(vector_path("passport/csca_jp/index.json").read_text())
    assert len(japan) == len(index if isinstance(index, list) else index["certificates"]) == 15
    roots = {0x1, 0x29, 0x76, 0x92, 0xE3, 0x144}
    by_ski = {japan[each].ski: japan[each] for each in roots}
    assert len(by_ski) == 6
    for serial, certificate in japan.items():
        issuer = by_ski[certificate.aki or certificate.ski]
        assert verify_certificate_signature(certificate, issuer.public_key), hex(serial)
        assert (issuer is certificate) == (serial in roots)
        wrong = next(each for each in by_ski.values() if each.ski not in (certificate.aki, certificate.ski))
        assert not verify_certificate_signature(certificate, wrong.public_key)


def test_japanese_key_of_2006_reaches_that_of_2024_in_circles_without_end(japan: dict[int, Certificate]) -> None:
    everything = list(japan.values())
    assert [each.serial for each in link_route(japan[0x144], [japan[0xE3]], everything) or ()] == [0x146]
    assert link_route(japan[0x144], [japan[0x29]], everything) is not None
    assert link_route(japan[0x144], [japan[0x1]], everything) is None  # five links away


def test_anchor_files_are_all_loaded_and_links_share_the_key_of_their_root(japan: dict[int, Certificate]) -> None:
    anchors = load_anchor_files([vector_path("passport/csca_jp")], environment="production", origin="vectors")
    assert len(anchors) == 15
    assert {each.certificate.serial for each in anchors.by_ski(japan[0x144].ski or b"")} == {0x144, 0x146}
    assert {each.origin for each in anchors} == {"vectors"}
    assert not anchors.by_country("DE")


def test_master_list_loads_as_anchor_file() -> None:
    anchors = load_anchor_files([vector_path(LIST)], environment="test")
    assert len(anchors) == 588
    assert {each.environment for each in anchors} == {"test"}
    assert {each.origin for each in anchors} == {"DE_ML_2026-05-28.ml"}
