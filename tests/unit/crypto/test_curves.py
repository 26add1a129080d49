"""Curves, points and multiplication: against the published parameters, OpenSSL and the pure-Python path."""

import dataclasses
import json
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honnin.crypto import (
    CURVES_BY_ID,
    CryptoError,
    Curve,
    Point,
    add,
    curve_by_name,
    curve_from_parameters,
    decode_point,
    ecdh,
    encode_point,
    is_on_curve,
    multiply,
    public_key,
    public_key_on,
    random_scalar,
)
from honnin.crypto.curves import multiply_pure, openssl_curve
from tests.vectors import vector_path

ALL_CURVES = [*CURVES_BY_ID.values(), curve_by_name("brainpoolP160r1")]
OPENSSL_CURVES = [curve for curve in ALL_CURVES if openssl_curve(curve) is not None]
each_curve = pytest.mark.parametrize("curve", ALL_CURVES, ids=lambda curve: curve.name)
P256 = curve_by_name("secp256r1")
BP256 = curve_by_name("brainpoolP256r1")
BP320 = curve_by_name("brainpoolP320r1")


def raises(code: str) -> "pytest.RaisesContext[CryptoError]":
    return pytest.raises(CryptoError, check=lambda error: error.code == code)


@each_curve
def test_generator_is_on_the_curve_and_has_the_stated_order(curve: Curve) -> None:
    assert is_on_curve(curve, curve.generator)
    assert multiply_pure(curve, curve.n - 1, curve.generator) == Point(curve.gx, curve.p - curve.gy)
    assert pow(2, curve.p - 1, curve.p) == 1
    assert pow(2, curve.n - 1, curve.n) == 1
    assert (4 * curve.a**3 + 27 * curve.b**2) % curve.p != 0
    assert abs(curve.n - curve.p - 1) < 2 * 2 ** ((curve.p.bit_length() + 1) // 2)


def test_the_curves_are_those_of_doc_9303() -> None:
    published = json.loads(vector_path("passport/icao/domain_parameters.json").read_text())["ecdh"]
    assert set(CURVES_BY_ID) == {int(number) for number in published}
    for number, values in published.items():
        curve = CURVES_BY_ID[int(number)]
        assert curve.name == values["name"]
        assert (curve.p, curve.a, curve.b, curve.n, curve.h) == (
            *(int(values[field], 16) for field in "pabn"),
            values["h"],
        )
        assert encode_point(curve, curve.generator).hex() == values["G"]
        assert curve.field_length == values["coordinate_octets"]


def test_the_library_serves_the_curves_that_matter_most() -> None:
    names = {curve.name for curve in OPENSSL_CURVES}
    assert {"secp256r1", "secp384r1", "secp521r1", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"} <= names


def test_lookup_by_name() -> None:
    assert curve_by_name("P-384") is curve_by_name("secp384r1")
    with raises("crypto.curve.unknown"):
        curve_by_name("secp256k1")


@each_curve
def test_explicit_parameters_must_match_in_every_value(curve: Curve) -> None:
    values = [curve.p, curve.a, curve.b, curve.gx, curve.gy, curve.n]
    assert curve_from_parameters(*values, 1) is curve
    assert curve_from_parameters(*values, None) is curve
    with raises("crypto.curve.unknown"):
        curve_from_parameters(*values, 2)
    for position in range(6):
        changed = list(values)
        changed[position] += 1
        with raises("crypto.curve.unknown"):
            curve_from_parameters(*changed, 1)


def test_a_foreign_generator_on_a_known_curve_is_unknown() -> None:
    g = multiply(P256, 2, P256.generator)
    with raises("crypto.curve.unknown"):
        curve_from_parameters(P256.p, P256.a, P256.b, g.x, g.y, P256.n, 1)


# --- points


@each_curve
def test_point_encoding_round_trip(curve: Curve) -> None:
    encoded = encode_point(curve, curve.generator)
    assert len(encoded) == 1 + 2 * curve.field_length
    assert decode_point(curve, encoded) == curve.generator


def test_malformed_points_are_refused() -> None:
    good = encode_point(P256, P256.generator)
    unreduced = b"\x04" + (P256.p).to_bytes(32, "big") + good[33:]
    bad = [b"", b"\x00", b"\x04", good[:-1], good + b"\0", b"\x02" + good[1:33], b"\x06" + good[1:], unreduced]
    bad += [good[:-1] + bytes([good[-1] ^ 1]), b"\x04" + bytes(64), encode_point(BP256, BP256.generator)]
    for data in bad:
        with raises("crypto.curve.point"):
            decode_point(P256, data)


def test_points_off_the_curve_are_refused_everywhere() -> None:
    off = Point(1, 1)
    for curve in (P256, BP320):
        for call in (
            lambda c: encode_point(c, off),
            lambda c: add(c, off, c.generator),
            lambda c: add(c, c.generator, off),
            lambda c: multiply(c, 2, off),
            lambda c: ecdh(c, 2, off),
            lambda c: public_key_on(c, off, 2),
        ):
            with raises("crypto.curve.point"):
                call(curve)


@each_curve
def test_addition_agrees_with_multiplication(curve: Curve) -> None:
    g = curve.generator
    two = add(curve, g, g)
    three = add(curve, two, g)
    assert two == multiply(curve, 2, g)
    assert three == multiply(curve, 3, g) == add(curve, g, two)
    assert add(curve, three, two) == multiply(curve, 5, g)


@each_curve
def test_multiplication_at_the_edges(curve: Curve) -> None:
    point = multiply(curve, 7, curve.generator)
    negative = Point(point.x, curve.p - point.y)
    assert multiply(curve, 1, point) == multiply(curve, curve.n + 1, point) == point
    assert multiply(curve, curve.n - 1, point) == multiply(curve, -1, point) == negative
    assert add(curve, multiply(curve, curve.n - 2, point), point) == negative
    assert multiply(curve, 2, point) == add(curve, point, point)
    for k in (0, curve.n, -curve.n):
        with raises("crypto.curve.infinity"):
            multiply(curve, k, point)
        with raises("crypto.curve.infinity"):
            multiply_pure(curve, k, point)
    with raises("crypto.curve.infinity"):
        add(curve, point, negative)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(OPENSSL_CURVES), st.integers(2), st.integers(1))
def test_openssl_and_pure_python_agree(curve: Curve, j: int, k: int) -> None:
    j, k = j % (curve.n - 1) + 1, k * 0x9E3779B97F4A7C15F39CC0605CEDC8341082276BF3A27251F86C6A11D0C18E95 % curve.n or 1
    point = multiply(curve, j, curve.generator)
    assert point == multiply_pure(curve, j, curve.generator)
    assert multiply(curve, k, point) == multiply_pure(curve, k, point)


# --- key agreement


@each_curve
def test_both_sides_agree_and_keep_leading_zeros(curve: Curve) -> None:
    a, b = random_scalar(curve, secrets.token_bytes), random_scalar(curve.n, secrets.token_bytes)
    shared = ecdh(curve, a, public_key(curve, b))
    assert shared == ecdh(curve, b, public_key(curve, a))
    assert len(shared) == curve.field_length
    assert int.from_bytes(shared, "big") == multiply_pure(curve, a * b, curve.generator).x


def test_shared_secret_with_a_leading_zero_keeps_its_length() -> None:
    k = next(k for k in range(1, 2000) if public_key(P256, k).x < 1 << 248)
    assert ecdh(P256, k, P256.generator)[0] == 0
    assert len(ecdh(P256, k, P256.generator)) == 32


@pytest.mark.parametrize("curve", [P256, BP320], ids=lambda curve: curve.name)
def test_private_keys_out_of_range_are_refused(curve: Curve) -> None:
    for private in (0, -1, curve.n, curve.n + 1):
        with raises("crypto.curve.private"):
            public_key(curve, private)
        with raises("crypto.curve.private"):
            ecdh(curve, private, curve.generator)


def test_random_scalar_rejects_what_is_out_of_range() -> None:
    answers = iter([bytes(32), b"\xff" * 32, P256.n.to_bytes(32, "big"), (5).to_bytes(32, "big")])
    assert random_scalar(P256, lambda _: next(answers)) == 5
    assert random_scalar(P256, lambda _: (P256.n - 1).to_bytes(32, "big")) == P256.n - 1
    assert {random_scalar(5, secrets.token_bytes) for _ in range(200)} == {1, 2, 3, 4}
    for broken in (lambda _: b"", lambda n: bytes(n), lambda n: bytes(n + 1)):
        with raises("crypto.random"):
            random_scalar(P256, broken)
    with raises("crypto.curve.order"):
        random_scalar(1, secrets.token_bytes)


@pytest.mark.parametrize("state", ["AT", "FR"])
def test_key_agreement_of_recorded_chip_authentication(state: str) -> None:
    session = json.loads(vector_path(f"passport/sessions/chip_authentication_{state}.json").read_text())
    curve = curve_by_name(session["curve"])
    private = int(session["terminal_ephemeral_private"], 16)
    assert encode_point(curve, public_key(curve, private)).hex() == session["terminal_ephemeral_public"]
    chip = decode_point(curve, bytes.fromhex(session["chip_public_key"]))
    assert ecdh(curve, private, chip).hex() == session["shared_secret_x"]


def test_a_lookalike_curve_never_reaches_openssl() -> None:
    assert openssl_curve(dataclasses.replace(P256, b=P256.b + 1)) is None
