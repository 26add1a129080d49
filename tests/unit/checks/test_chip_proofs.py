"""Proofs of the chip, recomputed from sessions that others recorded with real chips."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from honnin.checks.passport.active import verify_active_authentication
from honnin.checks.passport.chip import verify_chip_authentication, verify_pace_cam
from honnin.core.tlv import encode
from honnin.crypto import CURVES_BY_ID, EcKey, encode_point, multiply
from honnin.facts import Proof
from honnin.trust.security_infos import ActiveAuthenticationInfo, ChipKey, SecurityInfos, parse_security_infos
from tests.vectors import vector_path


def session(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(vector_path(f"passport/sessions/{name}.json").read_text())
    return data


def ca_proof(name: str) -> tuple[Proof, SecurityInfos]:
    data = session(name)
    infos = parse_security_infos(bytes.fromhex(data["dg14"]))
    last = data["exchange"][-1]
    assert last["keys"] == "new"
    aes = data["new_sm"]["alg"] == "AES"
    octets = {
        "terminal_private": bytes.fromhex(data["terminal_ephemeral_private"]),
        "terminal_public": bytes.fromhex(data["terminal_ephemeral_public"]),
        "ssc": bytes(16 if aes else 8),
        "command": bytes.fromhex(last["command"]),
        "response": bytes.fromhex(last["response"]),
    }
    oid = infos.chip_authentication[0].oid if infos.chip_authentication else "0.4.0.127.0.7.2.2.3.2.1"
    return Proof("passport.ca", octets, {"oid": oid, "key_id": "", "agreement": "ECDH"}), infos


def aa_cases() -> list[tuple[Proof, bytes, str]]:
    nz = session("active_authentication_NZ_rsa1792")
    old = session("active_authentication_rsa1024_sha1")
    cases = [(nz["rnd_ifd"], nz["signature"], nz["dg15"], "sha256")]
    cases += [(each["rnd_ifd"], each["signature"], each["key"], "sha1") for each in old["cases"]]
    return [
        (Proof("passport.aa", {"challenge": bytes.fromhex(c), "response": bytes.fromhex(s)}), bytes.fromhex(k), h)
        for c, s, k, h in cases
    ]


def changed(proof: Proof, **octets: bytes) -> Proof:
    return replace(proof, octets=dict(proof.octets) | octets)


def test_recorded_active_authentications_hold() -> None:
    for proof, dg15, hash_name in aa_cases():
        reason, facts = verify_active_authentication(proof, dg15, None)
        assert reason == "ok"
        assert facts["hash"] == hash_name


def test_any_changed_octet_of_an_active_authentication_is_noticed() -> None:
    for proof, dg15, _ in aa_cases():
        challenge, response = proof.octets["challenge"], proof.octets["response"]
        for at in range(8):
            wrong = challenge[:at] + bytes([challenge[at] ^ 1]) + challenge[at + 1 :]
            assert verify_active_authentication(changed(proof, challenge=wrong), dg15, None)[0] == "wrong_answer"
        for at in range(0, len(response), 7):
            wrong = response[:at] + bytes([response[at] ^ 0x10]) + response[at + 1 :]
            assert verify_active_authentication(changed(proof, response=wrong), dg15, None)[0] == "wrong_answer"


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        ({"challenge": b""}, "bad_proof"),
        ({"challenge": bytes(16)}, "bad_proof"),
        ({"response": b""}, "wrong_answer"),
        ({"response": bytes(224)}, "wrong_answer"),
        ({"response": bytes(2000)}, "bad_proof"),
    ],
)
def test_answers_of_a_wrong_shape_prove_nothing(octets: dict[str, bytes], reason: str) -> None:
    proof, dg15, _ = aa_cases()[0]
    assert verify_active_authentication(changed(proof, **octets), dg15, None)[0] == reason
    assert verify_active_authentication(Proof("passport.aa", {}), dg15, None)[0] == "bad_proof"
    assert verify_active_authentication(proof, dg15[:-5], None)[0] == "unusable_key"


class Signer:
    """An elliptic curve key with its EF.DG15, as a chip would have it."""

    def __init__(self, curve: ec.EllipticCurve) -> None:
        self.key = ec.generate_private_key(curve)
        spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.dg15 = encode(0x6F, spki)
        self.half = (curve.key_size + 7) // 8

    def answer(self, challenge: bytes, algorithm: hashes.HashAlgorithm, *, der: bool = False) -> Proof:
        signature = self.key.sign(challenge, ec.ECDSA(algorithm))
        if not der:
            signature = b"".join(each.to_bytes(self.half, "big") for each in decode_dss_signature(signature))
        return Proof("passport.aa", {"challenge": challenge, "response": signature})


def infos_with(hash_name: str | None) -> SecurityInfos:
    return SecurityInfos(active_authentication=(ActiveAuthenticationInfo(hash_name, "1.2", b""),))


def test_ecdsa_answers_in_plain_and_der_form_with_the_hash_that_dg14_names() -> None:
    chip = Signer(ec.SECP256R1())
    plain = chip.answer(b"challeng", hashes.SHA384())
    assert verify_active_authentication(plain, chip.dg15, infos_with("sha384"))[0] == "ok"
    assert verify_active_authentication(plain, chip.dg15, infos_with("sha256"))[0] == "wrong_answer"
    assert verify_active_authentication(plain, chip.dg15, infos_with(None))[0] == "unusable_key"
    assert verify_active_authentication(plain, chip.dg15, infos_with("sha1"))[0] == "unusable_key"
    der = chip.answer(b"challeng", hashes.SHA384(), der=True)
    reason, facts = verify_active_authentication(der, chip.dg15, infos_with("sha384"))
    assert (reason, facts["form"]) == ("ok", "DER")
    assert verify_active_authentication(changed(plain, challenge=b"challenh"), chip.dg15, infos_with("sha384"))[0] == (
        "wrong_answer"
    )


@pytest.mark.parametrize(
    ("curve", "algorithm"),
    [(ec.SECP256R1(), hashes.SHA256()), (ec.BrainpoolP384R1(), hashes.SHA384()), (ec.SECP521R1(), hashes.SHA512())],
)
def test_without_a_named_hash_the_curve_decides_and_the_finding_says_so(
    curve: ec.EllipticCurve, algorithm: hashes.HashAlgorithm
) -> None:
    chip = Signer(curve)
    reason, facts = verify_active_authentication(chip.answer(bytes(8), algorithm), chip.dg15, None)
    assert reason == "ok"
    assert "tolerated" in facts


@pytest.mark.parametrize("name", ["chip_authentication_AT", "chip_authentication_FR"])
def test_recorded_chip_authentications_hold(name: str) -> None:
    proof, infos = ca_proof(name)
    assert verify_chip_authentication(proof, infos)[0] == "ok"


@pytest.mark.parametrize("name", ["chip_authentication_AT", "chip_authentication_FR"])
def test_any_changed_octet_of_a_chip_authentication_is_noticed(name: str) -> None:
    proof, infos = ca_proof(name)
    for part in ("response", "terminal_private"):
        value = proof.octets[part]
        for at in range(len(value)):
            wrong = value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
            assert verify_chip_authentication(changed(proof, **{part: wrong}), infos)[0] in {"wrong_answer", "bad_proof"}


def test_a_chip_authentication_that_dg14_does_not_offer_proves_nothing() -> None:
    proof, infos = ca_proof("chip_authentication_AT")
    other, other_infos = ca_proof("chip_authentication_FR")
    assert verify_chip_authentication(proof, other_infos)[0] == "unusable_key"
    assert verify_chip_authentication(other, infos)[0] == "unusable_key"
    assert verify_chip_authentication(replace(proof, facts=dict(proof.facts) | {"key_id": "7"}), infos)[0] == "unusable_key"
    assert verify_chip_authentication(proof, replace(infos, chip_keys=()))[0] == "unusable_key"
    assert verify_chip_authentication(proof, replace(infos, chip_keys=infos.chip_keys * 2))[0] == "unusable_key"
    assert verify_chip_authentication(Proof("passport.ca", {}, proof.facts), infos)[0] == "bad_proof"


def test_the_old_counter_or_a_bare_status_word_proves_nothing() -> None:
    proof, infos = ca_proof("chip_authentication_AT")
    counter = (2).to_bytes(16, "big")
    assert verify_chip_authentication(changed(proof, ssc=counter), infos)[0] == "bad_proof"
    for bare in (b"", b"\x90\x00", b"\x69\x88", bytes(70_000), proof.octets["response"][:-2] + b"\x6a\x82"):
        assert verify_chip_authentication(changed(proof, response=bare), infos)[0] == "bad_proof"


def cam_example() -> tuple[Proof, SecurityInfos]:
    """An own key pair, beside another key of the same chip on the same curve."""
    curve = CURVES_BY_ID[13]
    private, ca_ic = 0x1234567890ABCDEF, 0xFEDCBA987654321
    point = multiply(curve, private, curve.generator)
    mapping = multiply(curve, ca_ic, point)
    keys = (ChipKey("x", EcKey(curve, curve.generator), 1, b""), ChipKey("x", EcKey(curve, point), 13, b""))
    octets = {"mapping_public": encode_point(curve, mapping), "ca_ic": ca_ic.to_bytes(32, "big")}
    return Proof("passport.pace_cam", octets, {"parameter_id": "13"}), SecurityInfos(chip_keys=keys)


def test_chip_authentication_mapping_holds_with_the_key_of_that_number_only() -> None:
    proof, infos = cam_example()
    assert verify_pace_cam(proof, infos)[0] == "ok"
    assert verify_pace_cam(replace(proof, facts={"parameter_id": "1"}), infos)[0] == "wrong_answer"
    assert verify_pace_cam(replace(proof, facts={"parameter_id": "12"}), infos)[0] == "unusable_key"
    assert verify_pace_cam(replace(proof, facts={}), infos)[0] == "unusable_key"
    for ca_ic in (b"", bytes(32), b"\xff" * 32, bytes(33), (1).to_bytes(32, "big")):
        assert verify_pace_cam(changed(proof, ca_ic=ca_ic), infos)[0] == "wrong_answer"
    for mapping in (b"", b"\x04" + bytes(64), b"\x00"):
        assert verify_pace_cam(changed(proof, mapping_public=mapping), infos)[0] == "bad_proof"


def test_the_worked_example_of_pace_cam() -> None:
    data = json.loads(vector_path("passport/icao/pace_cam_ecdh.json").read_text())
    example = data["chip_authentication_mapping"]
    infos = parse_security_infos(encode(0x31, bytes.fromhex(example["chip_authentication_public_key_info"])))
    octets = {
        "mapping_public": bytes.fromhex(data["map"]["chip_public"]),
        "ca_ic": bytes.fromhex(example["ca_data"]),
    }
    proof = Proof("passport.pace_cam", octets, {"parameter_id": "13"})
    assert verify_pace_cam(proof, infos)[0] == "ok"
    wrong = changed(proof, mapping_public=bytes.fromhex(data["map"]["terminal_public"]))
    assert verify_pace_cam(wrong, infos)[0] == "wrong_answer"
