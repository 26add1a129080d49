"""One octet changed anywhere in what a state signed: never accepted, never anything but our own errors, in bounded time.

The positions are sampled by a fixed rule, so that a failure comes back (passport.md §10.2, §15).
"""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime

import pytest

from honnin.core.errors import DataError, TrustError
from honnin.trust.anchors import Anchor, AnchorSet, load_anchor_files, read_certificates
from honnin.trust.certificate import parse_certificate
from honnin.trust.cms import CARD_SECURITY, LDS_SECURITY_OBJECT, parse_signed_data, verify_signer
from honnin.trust.crl import parse_crl, verify_crl
from honnin.trust.keys import parse_public_key
from honnin.trust.lds import parse_lds_security_object
from honnin.trust.path import validate_dsc
from tests import pki
from tests.vectors import vector_path

AT = datetime(2026, 11, 23, tzinfo=UTC)
TYPES = (LDS_SECURITY_OBJECT, CARD_SECURITY)
SODS = (
    "sod/AT_2023_ecdsa_bp256_sha256.bin",
    "sod/FR_2017_sha256WithRSA.bin",
    "sod/GB_2021_ecdsa_p256_sha256_ldsv1.bin",
    "sod/MY_2022_rsapss_sha256.bin",
    "sod/NZ_2011_ber_indefinite_rsa.bin",
    "sod/US_2021_rsaEncryption_sha256.bin",
    "sets/etsi2011_mustermann/EF.SOD.bin",
    "cardsecurity/BSI_TEST_bp384_sha384.bin",
)


@pytest.fixture(scope="module")
def anchors() -> AnchorSet:
    return load_anchor_files([vector_path("passport/masterlist/DE_ML_2026-05-28.ml")], environment="production")


def whole_check(data: bytes, anchors: AnchorSet) -> tuple[bool, bool]:
    """(signature holds, chain holds): what a report would call passed."""
    signed = parse_signed_data(data)
    result = verify_signer(signed, content_types=TYPES)
    assert result.facts is not None
    if signed.content_type == LDS_SECURITY_OBJECT and signed.content is not None:
        parse_lds_security_object(signed.content)
    if result.certificate is None:
        return result.ok, False
    path = validate_dsc(result.certificate, anchors, (), AT)
    assert path.facts is not None
    return result.ok, path.chain == "ok"


def ranges(data: bytes) -> list[tuple[range, str]]:
    """Where the signed octets are in the file: the content, the attributes, the certificate's signed part."""
    signed = parse_signed_data(data)
    found = []
    assert signed.content is not None
    for part, kind in (
        (signed.content, "content"),
        (signed.signers[0].signed[4:], "attributes"),
        (signed.certificates[0].tbs, "certificate"),
    ):
        start = data.find(part)
        if start >= 0:  # split content (BER) is not one piece
            found.append((range(start, start + len(part)), kind))
    return found


@pytest.mark.parametrize("file", SODS)
def test_changed_octet_in_signed_data_is_never_accepted(file: str, anchors: AnchorSet) -> None:
    data = vector_path(f"passport/{file}").read_bytes()
    _, trusted = whole_check(data, anchors)
    parts = ranges(data)
    assert len(parts) == 3 or ("NZ" in file and len(parts) >= 1)
    tried = 0
    for positions, kind in parts:
        for at in positions[:: max(1, len(positions) // (40 if "BSI" in file else 110))]:
            changed = bytearray(data)
            changed[at] ^= (0x01, 0x80, 0xFF, 0x20)[at % 4]
            tried += 1
            try:
                signature, chain = whole_check(bytes(changed), anchors)
            except (DataError, TrustError):
                continue
            if kind == "certificate":
                assert not chain, at
            else:
                assert not signature, at
    assert tried > 110
    assert trusted or "etsi" in file or "NZ" in file or "BSI" in file


@pytest.mark.parametrize("file", SODS)
def test_changed_octet_anywhere_raises_nothing_but_our_errors_in_bounded_time(file: str, anchors: AnchorSet) -> None:
    data = vector_path(f"passport/{file}").read_bytes()
    start = time.process_time()
    count = 0
    for at in range(0, len(data), 53 if "BSI" in file else 11):  # without its CSCA each try goes through all of DE
        for value in (0x00, 0x80, 0xFF, data[at] ^ 0x20):
            count += 1
            with contextlib.suppress(DataError, TrustError):
                whole_check(data[:at] + bytes([value]) + data[at + 1 :], anchors)
    assert (time.process_time() - start) / count < 0.05


@pytest.mark.parametrize("file", SODS[:5])
def test_cut_off_file_is_refused(file: str) -> None:
    data = vector_path(f"passport/{file}").read_bytes()
    for length in range(0, len(data), 13):
        with pytest.raises(DataError):
            parse_signed_data(data[:length])


def test_changed_octet_in_certificates_lists_and_keys_raises_nothing_else() -> None:
    root = pki.rsa_key("csca")
    certificate, crl = pki.csca(root).der, pki.crl(root, [1, 2, 300])
    trusted = AnchorSet([Anchor(parse_certificate(certificate), "test", "test")])
    for data, work in (
        (certificate, parse_certificate),
        (root.spki, parse_public_key),
        (crl, lambda changed: verify_crl(parse_crl(changed), trusted, AT).ok),
        (certificate, read_certificates),
    ):
        for at in range(len(data)):
            for value in (0x00, 0x80, 0xFF, data[at] ^ 0x01):
                if value == data[at]:
                    continue
                try:
                    result = work(data[:at] + bytes([value]) + data[at + 1 :])
                except (DataError, TrustError):
                    continue
                assert result is not True, at  # no changed revocation list is believed


def test_lengths_that_promise_gigabytes_cost_nothing() -> None:
    start = time.process_time()
    for prefix in (b"\x77\x84\x7f\xff\xff\xff", b"\x77\x80" * 30, b"\x77\x80\x30\x80\x06\x84\xff\xff\xff\xff"):
        with pytest.raises(DataError):
            parse_signed_data(prefix + bytes(100))
    assert time.process_time() - start < 1


def test_a_mebibyte_of_nested_or_tiny_objects_ends_soon() -> None:
    for data in (b"\x77\x80" * 500_000, b"\x77\x80" + b"\x30\x80\x00\x00" * 250_000, b"\x77\x80" + b"\x04\x00" * 500_000):
        start = time.process_time()
        with pytest.raises(DataError):
            parse_signed_data(data)
        assert time.process_time() - start < 5
