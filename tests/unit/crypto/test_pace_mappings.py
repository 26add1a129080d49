"""The mappings of PACE against Doc 9303-11 appendices G.1, G.2, H.1, H.2, I.1 and a recorded session."""

import json
from typing import Any

import pytest

from honnin.crypto import (
    CURVES_BY_ID,
    DH_GROUPS_BY_ID,
    Cipher,
    CryptoError,
    DhGroup,
    Point,
    curve_by_name,
    decode_point,
    decrypt_cbc,
    dh_public,
    dh_shared,
    ecdh,
    encode_integer,
    encode_point,
    encrypt_ecb,
    is_on_curve,
    map_gm_dh,
    map_gm_ecdh,
    map_im_dh,
    map_im_ecdh,
    multiply,
    pseudo_random,
    public_key,
    public_key_on,
    unpad,
)
from tests.vectors import vector_path

H = bytes.fromhex


def raises(code: str) -> "pytest.RaisesContext[CryptoError]":
    return pytest.raises(CryptoError, check=lambda error: error.code == code)


def example(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(vector_path(f"passport/icao/pace_{name}.json").read_text())
    return data


def check_agreement_on(curve_id: int, case: dict[str, Any]) -> None:
    curve = CURVES_BY_ID[curve_id]
    generator = decode_point(
        curve, H(case["mapped_generator"] if "map" not in case else case["map"]["mapped_generator"])
    )
    keys = case["key_agreement"]
    # The chip's second private key printed in I.1 is larger than the group order.
    terminal, chip = int(keys["terminal_private"], 16), int(keys["chip_private"], 16) % curve.n
    assert encode_point(curve, public_key_on(curve, generator, terminal)).hex() == keys["terminal_public"]
    assert encode_point(curve, public_key_on(curve, generator, chip)).hex() == keys["chip_public"]
    for private, public in ((terminal, keys["chip_public"]), (chip, keys["terminal_public"])):
        assert ecdh(curve, private, decode_point(curve, H(public))).hex() == keys["shared_secret_x"]


@pytest.mark.parametrize("name", ["gm_ecdh", "cam_ecdh"])
def test_generic_mapping_on_a_curve(name: str) -> None:
    case = example(name)
    curve = CURVES_BY_ID[case["domain_parameter_id"]]
    step = case["map"]
    private = int(step["terminal_private"], 16)
    assert encode_point(curve, public_key(curve, private)).hex() == step["terminal_public"]
    h = multiply(curve, private, decode_point(curve, H(step["chip_public"])))
    assert encode_point(curve, h).hex() == step["shared_H"]
    assert encode_point(curve, map_gm_ecdh(curve, H(case["nonce_s"]), h)).hex() == step["mapped_generator"]
    check_agreement_on(case["domain_parameter_id"], case)


def test_generic_mapping_of_a_recorded_session() -> None:
    case = json.loads(vector_path("passport/sessions/pace_NZ_gm_ecdh_3des.json").read_text())
    curve = curve_by_name(case["curve"])
    chip = decode_point(curve, H(case["exchange"][2]["response"])[4:-2])
    h = multiply(curve, int(case["terminal_map_private"], 16), chip)
    assert encode_point(curve, map_gm_ecdh(curve, H(case["nonce_s"]), h)).hex() == case["mapped_generator"]


def test_generic_mapping_in_a_field() -> None:
    case = example("gm_dh")
    group = DH_GROUPS_BY_ID[case["domain_parameter_id"]]
    step, keys = case["map"], case["key_agreement"]
    private = int(step["terminal_private"], 16)
    assert encode_integer(dh_public(group, group.g, private)).hex() == step["terminal_public"]
    h = int.from_bytes(dh_shared(group, private, int(step["chip_public"], 16)), "big")
    generator = map_gm_dh(group, H(case["nonce_s"]), h)
    assert f"{generator:x}" == step["mapped_generator"].lstrip("0")
    terminal = int(keys["terminal_private"], 16)
    assert dh_public(group, generator, terminal) == int(keys["terminal_public"], 16)
    assert dh_shared(group, terminal, int(keys["chip_public"], 16)).hex() == keys["shared_secret"]


def test_integrated_mapping_on_a_curve() -> None:
    case = example("im_ecdh")
    curve = CURVES_BY_ID[13]
    s, t = H(case["nonce_s"]), H(case["nonce_t"])
    assert f"{pseudo_random(Cipher.AES128, s, t, curve.p):064x}" == case["Rp"]
    assert encode_point(curve, map_im_ecdh(curve, Cipher.AES128, s, t)).hex() == case["mapped_generator"]
    check_agreement_on(13, case)


def test_integrated_mapping_in_a_field() -> None:
    case = example("im_dh")
    group = DH_GROUPS_BY_ID[0]
    s, t = H(case["nonce_s"]), H(case["nonce_t"])
    assert f"{pseudo_random(Cipher.AES128, s, t, group.p):0256x}" == case["Rp"]
    generator = map_im_dh(group, Cipher.AES128, s, t)
    assert f"{generator:0256x}" == case["mapped_generator"]
    keys = case["key_agreement"]
    terminal = int(keys["terminal_private"], 16)
    assert dh_public(group, generator, terminal) == int(keys["terminal_public"], 16)
    assert dh_shared(group, terminal, int(keys["chip_public"], 16)).hex() == keys["shared_secret"]


@pytest.mark.parametrize("cipher", list(Cipher))
@pytest.mark.parametrize("number", [8, 9, 11, 12, 13, 14, 15, 16, 17, 18])
def test_integrated_mapping_lands_on_the_curve(cipher: Cipher, number: int) -> None:
    curve = CURVES_BY_ID[number]
    size = 32 if cipher in (Cipher.AES192, Cipher.AES256) else 16
    points = {map_im_ecdh(curve, cipher, bytes([i]) * size, bytes(cipher.key_length)) for i in range(6)}
    assert len(points) == 6
    assert all(is_on_curve(curve, point) for point in points)


def test_integrated_mapping_is_refused_on_p224() -> None:
    with raises("crypto.pace.curve"):
        map_im_ecdh(CURVES_BY_ID[10], Cipher.AES128, bytes(16), bytes(16))


@pytest.mark.parametrize(
    ("cipher", "s", "t"),
    [(Cipher.AES128, 32, 16), (Cipher.AES192, 16, 24), (Cipher.AES192, 32, 32), (Cipher.TDES, 8, 16)],
)
def test_nonces_of_the_wrong_length_are_refused(cipher: Cipher, s: int, t: int) -> None:
    with raises("crypto.pace.nonce"):
        pseudo_random(cipher, bytes(s), bytes(t), CURVES_BY_ID[13].p)


def test_useless_generators_are_refused() -> None:
    curve = CURVES_BY_ID[13]
    s = (7).to_bytes(16, "big")
    with raises("crypto.curve.infinity"):
        map_gm_ecdh(curve, s, multiply(curve, -7, curve.generator))
    with raises("crypto.curve.point"):
        map_gm_ecdh(curve, bytes(16), Point(1, 1))
    h = multiply(curve, 9, curve.generator)
    assert map_gm_ecdh(curve, bytes(16), h) == h
    group = DH_GROUPS_BY_ID[0]
    for bad in (0, 1, group.p - 1, group.p, pow(group.g, -7, group.p)):
        with raises("crypto.pace.mapping"):
            map_gm_dh(group, s, bad)
    with raises("crypto.pace.mapping"):
        map_im_dh(DhGroup("explicit", group.p, group.g, None), Cipher.AES128, bytes(16), bytes(16))


def test_chip_authentication_mapping_proves_the_static_key() -> None:
    case = example("cam_ecdh")
    curve, step = CURVES_BY_ID[13], case["chip_authentication_mapping"]
    ks_enc = H(case["KS_enc"])
    iv = encrypt_ecb(Cipher.AES128, ks_enc, b"\xff" * 16)
    assert iv.hex() == step["iv"]
    ca_data = unpad(decrypt_cbc(Cipher.AES128, ks_enc, iv, H(step["encrypted_ca_data"])))
    assert ca_data.hex() == step["ca_data"]
    assert len(ca_data) == curve.order_length
    static = decode_point(curve, H(step["pk_ic"]))
    assert (
        encode_point(curve, multiply(curve, int.from_bytes(ca_data, "big"), static)).hex() == case["map"]["chip_public"]
    )
