"""Certificates and signatures of card data: the one-step chain, the form with three digests, built-in keys."""

from __future__ import annotations

import hashlib
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils

from honnin.core.errors import DataError, TrustError
from honnin.core.tlv import encode
from honnin.crypto import RsaKey, verify_rsa_payload
from honnin.trust.cvc import (
    CvAnchor,
    CvAnchors,
    built_in_anchors,
    parse_card_key,
    parse_cv_certificate,
    parse_key_file,
    validate_cv_certificate,
    verify_record,
    verify_three_digests,
)
from honnin.trust.cvc_keys import KNOWN_KEYS
from tests.pki import rsa_key

ISSUER_ID, SUBJECT_ID = b"7000023\x08\x05001\0\0\0\0", b"1322121\x08\x05000\0\0\0\0"


def public(key):
    numbers = key.private.public_key().public_numbers()
    return RsaKey(numbers.n, numbers.e)


def key_value(key):
    numbers = public(key)
    return encode(0x90, b"\1\0\1") + encode(0x91, numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big"))


def sign(key, data):
    return key.private.sign(data, padding.PKCS1v15(), hashes.SHA256())


def certificate(subject_key, issuer_key, issuer_id=ISSUER_ID):
    body = issuer_id + SUBJECT_ID + key_value(subject_key)
    return encode(0x7F21, encode(0x5F4E, body) + encode(0x5F37, sign(issuer_key, body)))


ROOT, TOWN = rsa_key("cv-root"), rsa_key("cv-town")
GOOD = certificate(TOWN, ROOT)


def anchors(application="KENMEN", key=ROOT):
    return CvAnchors([CvAnchor(ISSUER_ID, application, public(key), "simulator", "test")])


def outcome(data, store, application="KENMEN"):
    return validate_cv_certificate(parse_cv_certificate(data), store, application).outcome


def test_the_certificate_has_the_size_and_parts_of_the_sheet():
    parsed = parse_cv_certificate(GOOD)
    assert len(GOOD) == 568
    assert len(parsed.body) == 297
    assert (parsed.issuer, parsed.subject) == (ISSUER_ID, SUBJECT_ID)
    assert parsed.key == public(TOWN)


def test_a_chain_holds_only_under_its_own_key_and_for_its_own_application():
    assert outcome(GOOD, anchors()) == "ok"
    assert outcome(GOOD, anchors("HOJO")) == "wrong_application"
    assert outcome(GOOD, CvAnchors()) == "no_anchor"
    assert outcome(GOOD, anchors(key=TOWN)) == "bad_signature"


def test_test_cards_are_named_and_not_trusted():
    data = certificate(TOWN, ROOT, b"6000023\x08\x05001\0\0\0\0")
    assert outcome(data, built_in_anchors()) == "test_card"
    assert outcome(data, built_in_anchors(test=True)) == "bad_signature"


@pytest.mark.parametrize("at", [40, 100, 300, 400, 567])
def test_any_changed_octet_breaks_it(at):
    changed = GOOD[:at] + bytes([GOOD[at] ^ 1]) + GOOD[at + 1 :]
    try:
        found = outcome(changed, anchors())
    except DataError:
        return
    assert found != "ok"


@pytest.mark.parametrize("data", [b"", GOOD[:-1], GOOD + b"\xff", encode(0x7F21, b""), b"\x7f\x21\x82\xff\xff" + bytes(40), GOOD[5:]])
def test_what_is_no_certificate_is_a_data_error(data):
    with pytest.raises(DataError):
        parse_cv_certificate(data)


@pytest.mark.parametrize("value", [b"", encode(0x90, b"\3") + encode(0x91, b"\xff" * 256), encode(0x91, b"\xff" * 256),
                                   encode(0x90, b"\1\0\1") + encode(0x91, b"\xff" * 64)])  # fmt: skip
def test_strange_keys_are_refused(value):
    with pytest.raises(DataError):
        parse_card_key(value)


def three(key, parts):
    """The padded block of §7.3, signed with the bare private key: no library makes it."""
    digests = b"".join(hashlib.sha256(each).digest() for each in parts)
    payload = bytes.fromhex("3071300d060960864801650304020105000460") + digests
    block = b"\0\1" + b"\xff" * (256 - 3 - len(payload)) + b"\0" + payload
    numbers = key.private.private_numbers()
    return pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(256, "big")


PARTS = (b"birth and key", b"images", b"photo")


def test_three_digests_in_one_signature():
    signature = three(TOWN, PARTS)
    key = public(TOWN)
    assert verify_three_digests(key, *PARTS, signature)
    assert not verify_three_digests(key, *PARTS[::-1], signature)
    assert not verify_three_digests(key, b"birth and key", b"images", b"photo!", signature)
    assert not verify_three_digests(public(ROOT), *PARTS, signature)
    assert not verify_three_digests(key, *PARTS, signature[:-1])
    assert not verify_three_digests(key, *PARTS, b"\0" + signature)
    assert not verify_three_digests(key, *PARTS, sign(TOWN, b"".join(PARTS)))


def test_the_payload_is_not_searched_for():
    """An attacker with exponent 3 hides the payload behind garbage; here the whole block is compared."""
    payload = b"payload"
    numbers = TOWN.private.private_numbers()
    block = b"\0\1" + b"\xff" * 8 + b"\0" + payload + b"\xaa" * (256 - 11 - len(payload))
    forged = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(256, "big")
    assert not verify_rsa_payload(public(TOWN), payload, forged)


def test_the_bare_form_agrees_with_the_library():
    data = b"anything"
    digest_info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(data).digest()
    signature = sign(TOWN, data)
    assert verify_rsa_payload(public(TOWN), digest_info, signature)
    assert verify_record(public(TOWN), data, signature)
    prehashed = TOWN.private.sign(hashlib.sha256(data).digest(), padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
    assert verify_rsa_payload(public(TOWN), digest_info, prehashed)


def test_the_built_in_keys_are_those_of_the_appendix():
    assert [(each.key_id[:7].decode(), each.environment, each.application) for each in KNOWN_KEYS] == [
        ("5000023", "production", "KENMEN"), ("5000033", "production", "HOJO"),
        ("6000023", "test", "KENMEN"), ("6000033", "test", "HOJO"),
    ]  # fmt: skip
    assert [each.fingerprint[:8] for each in built_in_anchors(test=True)] == ["bb96cc1d", "409655d4", "df70444d", "690db1b2"]
    assert {each.environment for each in built_in_anchors()} == {"production"}


def test_one_identifier_never_stands_for_two_keys():
    with pytest.raises(TrustError, match=r"trust\.cvc\.ambiguous"):
        anchors() | anchors(key=TOWN)


def row(**changes):
    key = public(ROOT)
    return {"environment": "simulator", "use": "face", "key_id": ISSUER_ID.hex(), "modulus": f"{key.n:x}",
            "exponent": 65537, **changes}  # fmt: skip


def key_file(*rows):
    return json.dumps({"keys": rows}).encode()


def test_a_key_file_is_read():
    found = parse_key_file(key_file(row(), row(use="card")), environment="simulator", origin="x")
    assert [(each.application, each.environment) for each in found] == [("KENMEN", "simulator")]


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", key_file(row(environment="production")), key_file(row(key_id="00")), key_file(row(modulus="ff")),
     key_file(row(exponent=3)), key_file(row(use=None, key_id=None)), b" " * 100_000],
)  # fmt: skip
def test_a_broken_key_file_is_refused_whole(data):
    with pytest.raises(TrustError, match=r"trust\.cvc\.key_file"):
        parse_key_file(data, environment="simulator", origin="x")
