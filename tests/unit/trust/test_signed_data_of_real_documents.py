"""Every EF.SOD and EF.CardSecurity of the vectors has the outcome of the table that came with them (passport.md §10)."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from honnin.trust.anchors import AnchorSet, load_anchor_files
from honnin.trust.cms import CARD_SECURITY, LDS_SECURITY_OBJECT, parse_signed_data, verify_signer
from honnin.trust.lds import parse_lds_security_object
from honnin.trust.path import validate_dsc
from tests.vectors import VECTORS, need_vectors, vector_path

AT = datetime(2026, 11, 23, tzinfo=UTC)
NO_CSCA = ("no_anchor", None)

# file: (outcome, signature algorithm, key, DSC serial, LDS version and hash, data groups, chain, DSC validity, flags)
TABLE: dict[str, tuple[object, ...]] = {
    "cardsecurity/BSI_TEST_bp384_sha384.bin": (
        "ok", "ecdsa-with-SHA384", "brainpoolP384r1", 0x577, None, None, NO_CSCA, "ok", {"no_wrapper"}),
    "sets/bsi2008_mustermann/EF.SOD.bin": (
        "ok", "ecdsa-with-SHA1", "brainpoolP224r1", 0x1267, (0, "sha1"), [1, 2, 3, 14], NO_CSCA, "expired", {"weak_hash"}),
    "sets/etsi2011_mustermann/EF.SOD.bad_message_digest.bin": (
        "digest_mismatch", "RSASSA-PSS", "RSA-2048", 0x130846F2B3E, (0, "sha256"), [1, 2, 3, 14, 15, 4], NO_CSCA, "expired", set()),
    "sets/etsi2011_mustermann/EF.SOD.bad_signature.bin": (
        "bad_signature", "RSASSA-PSS", "RSA-2048", 0x130846F2B3E, (0, "sha256"), [1, 2, 3, 14, 15, 4], NO_CSCA, "expired", set()),
    "sets/etsi2011_mustermann/EF.SOD.bin": (
        "ok", "RSASSA-PSS", "RSA-2048", 0x130846F2B3E, (0, "sha256"), [1, 2, 3, 14, 15, 4], NO_CSCA, "expired", set()),
    "sod/AT_2023_ecdsa_bp256_sha256.bin": (
        "ok", "ecdsa-with-SHA256", "brainpoolP256r1", 0x6189DB18B6EDE857, (0, "sha256"), [1, 2, 3, 11, 12, 14],
        ("ok", "2692c7e398abfbe35192d3f26e9a317d1fed53bd"), "ok", set()),
    "sod/FR_2017_sha256WithRSA.bin": (
        "ok", "sha256WithRSAEncryption", "RSA-2048", 0x1121A518DFA6CEFF481E5299E4F27FC32A77, (0, "sha256"),
        [1, 2, 3, 11, 12, 13, 14], ("ok", 0x11201424CC5C44173F33CDF3F6D1DBF38E52), "ok", set()),
    "sod/GB_2021_ecdsa_p256_sha256_ldsv1.bin": (
        "ok", "ecdsa-with-SHA256", "secp256r1", 0x492EFAE1, (1, "sha256"), [1, 2, 14], ("ok", 0x492EEB29), "ok", set()),
    "sod/MY_2022_rsapss_sha256.bin": (
        "ok", "RSASSA-PSS", "RSA-2048", 0x69EE7DA36620DFAB, (0, "sha256"), [1, 2, 3, 11, 12, 14],
        ("ok", 0x3C99DFD4C3F358E8), "ok", {"sid_name_tolerated"}),
    "sod/NZ_2011_ber_indefinite_rsa.bin": (
        "ok", "rsaEncryption", "RSA-2048", 0x42E5764E, (0, "sha256"), [1, 2, 12, 13, 15], NO_CSCA, "expired", {"ber"}),
    "sod/US_2021_rsaEncryption_sha256.bin": (
        "ok", "rsaEncryption", "RSA-2048", 0x5DCDFDE3, (0, "sha256"), [1, 2, 11, 12], ("ok", 0x4E32D006), "ok", set()),
    "synthetic_zkr/johnny-silverhand-rsa-2048-sha256.sod": (
        "signer_certificate_missing", "sha256WithRSAEncryption", None, None, (0, "sha256"), [1, 2], None, None, {"no_wrapper"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def german_list() -> AnchorSet:
    return load_anchor_files([vector_path("passport/masterlist/DE_ML_2026-05-28.ml")], environment="production")


@pytest.mark.parametrize("file", TABLE)
def test_outcome_is_that_of_the_table(file: str, german_list: AnchorSet) -> None:
    outcome, algorithm, key, serial, hashing, groups, chain, validity, flags = TABLE[file]
    signed = parse_signed_data(vector_path(f"passport/{file}").read_bytes())
    result = verify_signer(signed, content_types=(LDS_SECURITY_OBJECT, CARD_SECURITY))
    assert result.outcome == outcome
    assert result.signature_algorithm is not None
    assert result.signature_algorithm.name == algorithm
    assert set(result.flags) == flags
    if hashing is not None:
        assert signed.content is not None
        lds = parse_lds_security_object(signed.content)
        assert (lds.version, lds.hash_name) == hashing
        assert list(lds.hashes) == groups
    if serial is None:
        assert result.certificate is None
        return
    assert result.certificate is not None
    assert result.certificate.serial == serial
    assert result.facts["signer_key"] == key
    path = validate_dsc(result.certificate, german_list, (), AT)
    expected, anchor = chain  # type: ignore[misc]
    assert (path.chain, path.validity) == (expected, validity)
    assert (path.revocation.state, path.revocation.reason) == ("undetermined", "no_crl")
    if anchor is not None:
        assert path.anchor is not None
        certificate = path.anchor.certificate
        assert anchor in (certificate.serial, certificate.ski.hex() if certificate.ski else None)


def test_table_covers_every_file_of_its_kind() -> None:
    root = vector_path("passport")
    files = {*root.glob("sod/*"), *root.glob("cardsecurity/*"), *root.glob("sets/*/EF.SOD*"), *root.glob("synthetic_zkr/*.sod")}
    assert {str(each.relative_to(root)) for each in files} == set(TABLE)


@need_vectors
@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command for a second opinion")
@pytest.mark.parametrize("file", TABLE)
def test_openssl_agrees_except_where_the_signer_is_named_in_another_way(file: str) -> None:
    data = (VECTORS / "passport" / file).read_bytes()
    if data[0] == 0x77:
        data = data[2 + (data[1] & 0x7F if data[1] & 0x80 else 0) :]
    answer = subprocess.run(
        ["openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-binary", "-out", "/dev/null"],
        input=data,
        capture_output=True,
        check=False,
    )
    # Malaysia: OpenSSL wants the issuer's parts in the same order. Johnny Silverhand: neither of us finds the signer.
    accepted = TABLE[file][0] == "ok" and not file.startswith("sod/MY")
    assert (answer.returncode == 0) == accepted, answer.stderr.decode()
