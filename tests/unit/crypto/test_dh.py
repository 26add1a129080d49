"""Finite-field groups, checks of public keys and integer encodings."""

import json

import pytest

from honnin.crypto import (
    DH_GROUPS_BY_ID,
    CryptoError,
    DhGroup,
    check_public,
    dh_group_from_parameters,
    dh_public,
    dh_shared,
    encode_integer,
)
from tests.vectors import vector_path

SMALL = DhGroup("small", 23, 4, 11)


def raises(code: str) -> "pytest.RaisesContext[CryptoError]":
    return pytest.raises(CryptoError, check=lambda error: error.code == code)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_group_is_sound(number: int) -> None:
    group = DH_GROUPS_BY_ID[number]
    assert group.q is not None
    assert (group.p - 1) % group.q == 0
    assert 1 < group.g < group.p
    assert pow(group.g, group.q, group.p) == 1
    assert pow(2, group.p - 1, group.p) == 1
    assert pow(2, group.q - 1, group.q) == 1
    assert group.length * 8 == group.p.bit_length()


def test_the_groups_are_those_of_doc_9303() -> None:
    published = json.loads(vector_path("passport/icao/domain_parameters.json").read_text())["dh"]
    assert {int(number) for number in published} == set(DH_GROUPS_BY_ID)
    for number, values in published.items():
        group = DH_GROUPS_BY_ID[int(number)]
        assert [f"{group.p:x}", f"{group.g:x}", f"{group.q:x}"] == [values["p"], values["g"], values["q"]]


def test_both_sides_agree_at_the_length_of_p() -> None:
    group = DH_GROUPS_BY_ID[1]
    a, b = 3**100, 5**70
    shared = dh_shared(group, a, dh_public(group, group.g, b))
    assert shared == dh_shared(group, b, dh_public(group, group.g, a))
    assert len(shared) == 256


def test_public_keys_are_checked() -> None:
    group = DH_GROUPS_BY_ID[0]
    assert check_public(group, group.g) == group.g
    outside = next(y for y in range(2, 50) if pow(y, group.q or 0, group.p) != 1)
    for y in (-1, 0, 1, group.p - 1, group.p, group.p + group.g, outside):
        with raises("crypto.dh.public"):
            check_public(group, y)
        with raises("crypto.dh.public"):
            dh_shared(group, 5, y)


def test_trivial_results_and_private_keys_are_refused() -> None:
    with raises("crypto.dh.private"):
        dh_public(SMALL, SMALL.g, 0)
    with raises("crypto.dh.shared"):
        dh_shared(SMALL, 11, 4)


def test_group_from_parameters() -> None:
    known = DH_GROUPS_BY_ID[2]
    assert known.q is not None
    assert dh_group_from_parameters(known.p, known.g, None) is known
    assert dh_group_from_parameters(known.p, known.g, known.q) is known
    assert dh_group_from_parameters(known.p, pow(known.g, 2, known.p), known.q).name == "explicit"
    for p, g, q in [
        (known.p, known.g, known.q + 2),
        (known.p + 1, known.g, None),
        (known.p, 1, None),
        (known.p, known.p - 1, None),
        (-known.p, known.g, None),
        (23, 4, 11),
        (known.p - 2, 4, known.q),
        ((1 << 9000) + 1, 2, None),
    ]:
        with raises("crypto.dh.group"):
            dh_group_from_parameters(p, g, q)


def test_integers_use_as_few_octets_as_possible() -> None:
    assert encode_integer(0) == b"\0"
    assert encode_integer(255) == b"\xff"
    assert encode_integer(256) == b"\x01\x00"
    with raises("crypto.integer"):
        encode_integer(-1)
