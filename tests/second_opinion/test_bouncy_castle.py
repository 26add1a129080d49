"""Bouncy Castle and `honnin.trust` look at the same signed files: signatures, hashes, lists of countries' keys, chains.

Where the two differ on purpose, the difference is in a table here with its reason; anything else is a finding.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from honnin.cli.main import main
from honnin.core.errors import HonninError
from honnin.trust.anchors import load_anchor_files
from honnin.trust.certificate import verify_certificate_signature
from honnin.trust.cms import CARD_SECURITY, LDS_SECURITY_OBJECT, parse_signed_data, verify_signer
from honnin.trust.lds import parse_lds_security_object
from honnin.trust.masterlist import MasterList, open_master_list
from honnin.trust.path import validate_dsc
from tests.second_opinion.programs import Java
from tests.vectors import vector_path

pytestmark = pytest.mark.second

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGNED = (
    "sod/AT_2023_ecdsa_bp256_sha256.bin",
    "sod/FR_2017_sha256WithRSA.bin",
    "sod/GB_2021_ecdsa_p256_sha256_ldsv1.bin",
    "sod/MY_2022_rsapss_sha256.bin",
    "sod/NZ_2011_ber_indefinite_rsa.bin",
    "sod/US_2021_rsaEncryption_sha256.bin",
    "sets/bsi2008_mustermann/EF.SOD.bin",
    "sets/etsi2011_mustermann/EF.SOD.bin",
    "sets/etsi2011_mustermann/EF.SOD.bad_message_digest.bin",
    "sets/etsi2011_mustermann/EF.SOD.bad_signature.bin",
    "cardsecurity/BSI_TEST_bp384_sha384.bin",
    "synthetic_zkr/johnny-silverhand-rsa-2048-sha256.sod",
)
SODS = tuple(name for name in SIGNED if "cardsecurity" not in name)
LIST = "masterlist/DE_ML_2026-05-28.ml"
HASH_OIDS = {
    "1.3.14.3.2.26": "sha1", "2.16.840.1.101.3.4.2.4": "sha224", "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512",
}  # fmt: skip


def vector(name: str) -> Path:
    return vector_path(f"passport/{name}")


@pytest.fixture(scope="module")
def theirs(java_programs: Java) -> dict[str, Any]:
    anchors = [vector(LIST), vector("synthetic_zkr/zkr-csca-rsa-2048-sha256.pem")]
    files = [vector(name) for name in SIGNED]
    return java_programs.judge(
        "at", AT.isoformat().replace("+00:00", "Z"), "signed", files, "list", vector(LIST), "anchors", anchors,
        "chains", files,
    )  # fmt: skip


@pytest.fixture(scope="module")
def our_list() -> MasterList:
    return open_master_list(vector(LIST).read_bytes())


def ours_says(data: bytes) -> tuple[bool, str]:
    """Whether the signature holds for us, and why not."""
    try:
        result = verify_signer(parse_signed_data(data), content_types=(LDS_SECURITY_OBJECT, CARD_SECURITY))
    except HonninError as error:
        return False, error.code
    return result.ok, result.outcome


@pytest.mark.parametrize("name", SIGNED)
def test_signature_of_signed_file_holds_for_both_or_for_neither(theirs, name):
    other = theirs["signed"][str(vector(name))]
    assert len(other["signers"]) == 1
    signed = parse_signed_data(vector(name).read_bytes())
    assert signed.content is not None
    assert hashlib.sha256(signed.content).hexdigest() == other["content_sha256"]
    assert signed.content_type == other["content_type"]
    assert len(signed.certificates) == other["certificates"]
    result = verify_signer(signed, content_types=(LDS_SECURITY_OBJECT, CARD_SECURITY))
    assert result.ok is other["signers"][0]["verified"], (result.outcome, other)
    if other["signers"][0]["certificate_found"] and result.certificate is not None:
        assert result.certificate.fingerprint == other["signers"][0]["certificate_sha256"]
        assert str(result.certificate.serial) == other["signers"][0]["serial"]


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("sets/etsi2011_mustermann/EF.SOD.bad_message_digest.bin", "digest_mismatch"),
        ("sets/etsi2011_mustermann/EF.SOD.bad_signature.bin", "bad_signature"),
        ("synthetic_zkr/johnny-silverhand-rsa-2048-sha256.sod", "signer_certificate_missing"),
    ],
)
def test_both_refuse_the_bad_files_for_the_same_reason(theirs, name, outcome):
    other = theirs["signed"][str(vector(name))]["signers"][0]
    assert ours_says(vector(name).read_bytes()) == (False, outcome)
    assert not other["verified"]
    assert other["certificate_found"] is (outcome != "signer_certificate_missing")
    assert ("DigestMismatch" in other.get("problem", "")) is (outcome == "digest_mismatch")


@pytest.mark.parametrize("name", SODS)
def test_hash_list_of_sod_is_read_alike(theirs, name):
    other = theirs["signed"][str(vector(name))]
    signed = parse_signed_data(vector(name).read_bytes())
    assert signed.content is not None
    lds = parse_lds_security_object(signed.content)
    assert lds.version == other["lds_version"]
    assert lds.hash_name == HASH_OIDS[other["hash_oid"]]
    assert {str(number): value.hex() for number, value in lds.hashes.items()} == other["hashes"]


@pytest.mark.parametrize("name", [name for name in SODS if "zkr" not in name])  # its signer has no certificate
def test_same_anchors_verify_the_document_signer(theirs, name, our_list):
    other = theirs["chains"][str(vector(name))]
    signed = parse_signed_data(vector(name).read_bytes())
    anchors = load_anchor_files(
        [vector(LIST), vector("synthetic_zkr/zkr-csca-rsa-2048-sha256.pem")], environment="test", origin="vectors"
    )
    dsc = next(each for each in signed.certificates if each.fingerprint == other["certificate_sha256"])
    country = dsc.issuer.country
    keys = {
        each.certificate.fingerprint
        for each in anchors
        if each.certificate.subject.country == country
        and verify_certificate_signature(dsc, each.certificate.public_key)
    }
    assert keys == set(other["anchors"])
    path = validate_dsc(dsc, anchors, (), AT)
    if other["anchors"]:
        assert path.anchor is not None
        assert path.anchor.certificate.fingerprint in other["anchors"]
        assert path.chain == "ok", (path, other["paths"])
        assert other["paths"][path.anchor.certificate.fingerprint] == "ok"
    else:
        assert path.chain == "no_anchor"
    begin, end = (datetime.fromisoformat(other[edge]) for edge in ("not_before", "not_after"))
    assert (dsc.not_before, dsc.not_after) == (begin, end)
    assert (path.validity == "ok") is (begin <= AT <= end)


@pytest.mark.parametrize("name", SODS)
def test_honnin_verify_says_the_same_of_a_file(theirs, name, tmp_path):
    (tmp_path / "EF.SOD.bin").write_bytes(vector(name).read_bytes())
    result = CliRunner().invoke(
        main, ["verify", str(tmp_path), "--at", AT.isoformat(), "--json", "--anchors", str(vector(LIST))]
    )
    ours = {finding["id"]: finding["outcome"] for finding in json.loads(result.stdout)["findings"]}
    signature = theirs["signed"][str(vector(name))]["signers"][0]["verified"]
    anchors = [each for each in theirs["chains"][str(vector(name))]["anchors"] if each in of_list(theirs)]
    assert (ours["passport.sod.signature"] == "passed") is signature, ours
    assert (ours["passport.dsc.chain"] == "passed") is bool(anchors), ours
    if signature and not anchors:
        assert ours["passport.dsc.chain"] == "impossible"  # no anchor is no proof of anything


def of_list(theirs: dict[str, Any]) -> set[str]:
    return {entry["sha256"] for entry in theirs["list"][str(vector(LIST))]["entries"]}


def test_master_list_signature_and_entries_are_read_alike(theirs, our_list):
    other = theirs["list"][str(vector(LIST))]
    assert other["signers"][0]["verified"] is True
    assert our_list.signer.fingerprint == other["signers"][0]["certificate_sha256"]
    assert our_list.unreadable == ()
    assert [each.fingerprint for each in our_list.certificates] == [entry["sha256"] for entry in other["entries"]]
    for certificate, entry in zip(our_list.certificates, other["entries"], strict=True):
        seen = {
            "serial": str(certificate.serial),
            "not_before": certificate.not_before,
            "not_after": certificate.not_after,
            "ski": (certificate.ski or b"").hex(),
            "aki": certificate.aki.hex() if certificate.aki is not None else None,
            "ca": certificate.is_ca,
        }
        expected = {key: entry[key] for key in seen}
        for edge in ("not_before", "not_after"):
            expected[edge] = datetime.fromisoformat(expected[edge])
        assert seen == expected, certificate.fingerprint


def test_every_key_of_the_master_list_verifies_the_same_certificates(theirs, our_list):
    entries = theirs["list"][str(vector(LIST))]["entries"]
    by_ski: dict[bytes, list[Any]] = {}
    for each in our_list.certificates:
        by_ski.setdefault(each.ski or b"", []).append(each)
    differences = []
    for certificate, entry in zip(our_list.certificates, entries, strict=True):
        self_signed = verify_certificate_signature(certificate, certificate.public_key)
        issuers = {
            each.fingerprint
            for each in by_ski.get(certificate.aki or b"none", ())
            if verify_certificate_signature(certificate, each.public_key)
        }
        if self_signed is not entry["self_signed"] or issuers != set(entry["issuers"]):
            differences.append((certificate.fingerprint, certificate.subject.text, self_signed, entry))
    assert differences == []
    assert sum(entry["self_signed"] for entry in entries) > 350  # the comparison had something to compare
    assert sum(bool(entry["issuers"]) for entry in entries) > 400
