"""SecurityInfos of real and printed files (passport.md §8.1, §9)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.core.errors import DataError
from honnin.core.tlv import encode
from honnin.crypto import Cipher, EcKey
from honnin.trust.security_infos import ID_PACE, oid_value, parse_security_infos
from tests.vectors import vector_path


def test_card_access_with_generic_and_chip_authentication_mapping() -> None:
    infos = parse_security_infos(vector_path("passport/cardaccess/gm_and_cam_13.bin").read_bytes())
    assert [(each.mapping, each.agreement, each.cipher, each.version, each.parameter_id) for each in infos.pace] == [
        ("GM", "ECDH", Cipher.AES128, 2, 13),
        ("CAM", "ECDH", Cipher.AES128, 2, 13),
    ]
    assert infos.pace[0].oid == f"{ID_PACE}.2.2"
    assert not infos.problems


def test_entries_of_other_standards_are_kept_raw_and_do_not_hide_ours() -> None:
    data = vector_path("passport/cardaccess/example_long.bin").read_bytes()
    infos = parse_security_infos(data)
    assert [each.mapping for each in infos.pace] == ["GM", "CAM"]
    assert [(each.agreement, each.version, each.key_id) for each in infos.chip_authentication] == [("ECDH", 2, 0x48)]
    assert [each.key_id for each in infos.chip_keys] == [13, 0x48]  # not in the order of use: match by id
    assert len(infos.raw) == 7
    assert b"".join(infos.raw) in data


def test_dg14_of_austria_has_chip_authentication_info_key_and_pace() -> None:
    infos = parse_security_infos(vector_path("passport/dg14/AT.bin").read_bytes())
    session = json.loads(vector_path("passport/sessions/chip_authentication_AT.json").read_text())
    (info,) = infos.chip_authentication
    assert (info.agreement, info.cipher, info.version, info.key_id) == ("ECDH", Cipher.AES128, 1, None)
    (key,) = infos.chip_keys
    assert isinstance(key.key, EcKey)
    assert key.key.curve.name == "brainpoolP256r1"
    assert f"04{key.key.point.x:064x}{key.key.point.y:064x}" == session["chip_public_key"]


def test_dg14_of_france_has_a_key_without_chip_authentication_info() -> None:
    infos = parse_security_infos(vector_path("passport/dg14/FR.bin").read_bytes())
    assert not infos.chip_authentication
    assert [each.agreement for each in infos.chip_keys] == ["ECDH"]
    assert (infos.pace[0].mapping, infos.pace[0].cipher, infos.pace[0].parameter_id) == ("GM", Cipher.AES256, 12)


def test_key_with_standardized_domain_parameters_of_the_cam_example() -> None:
    example = json.loads(vector_path("passport/icao/pace_cam_ecdh.json").read_text())["chip_authentication_mapping"]
    infos = parse_security_infos(encode(0x31, bytes.fromhex(example["chip_authentication_public_key_info"])))
    (key,) = infos.chip_keys
    assert isinstance(key.key, EcKey)
    assert f"04{key.key.point.x:064x}{key.key.point.y:064x}" == example["pk_ic"]
    assert key.key_id == 13


@pytest.mark.parametrize(
    ("oid", "value"),
    [
        ("0.4.0.127.0.7.2.2.4.2.2", "04007f00070202040202"),
        ("2.23.136.1.1.5", "678108010105"),
        ("1.2.840.10045", "2a8648ce3d"),
    ],
)
def test_object_identifiers_encode(oid: str, value: str) -> None:
    assert oid_value(oid).hex() == value


def entry(oid: str, *values: bytes) -> bytes:
    return encode(0x30, encode(0x06, oid_value(oid)) + b"".join(values))


def test_active_authentication_info_names_the_hash() -> None:
    plain = entry("2.23.136.1.1.5", b"\x02\x01\x01", encode(0x06, oid_value("0.4.0.127.0.7.1.1.4.1.4")))
    x962 = entry("2.23.136.1.1.5", b"\x02\x01\x01", encode(0x06, oid_value("1.2.840.10045.4.3.2")))
    odd = entry("2.23.136.1.1.5", b"\x02\x01\x01", encode(0x06, oid_value("1.2.3.4")))
    infos = parse_security_infos(encode(0x31, plain + x962 + odd))
    assert [each.hash_name for each in infos.active_authentication] == ["sha384", "sha256", None]


def test_parameter_id_may_be_absent() -> None:
    infos = parse_security_infos(encode(0x31, entry(f"{ID_PACE}.2.2", b"\x02\x01\x02")))
    assert infos.pace[0].parameter_id is None


def test_a_broken_entry_of_a_known_kind_is_a_problem_and_hides_nothing() -> None:
    bad = entry(f"{ID_PACE}.2.2")
    key = entry("0.4.0.127.0.7.2.2.1.2", encode(0x30, b""))
    good = entry(f"{ID_PACE}.2.4", b"\x02\x01\x02", b"\x02\x01\x0c")
    infos = parse_security_infos(encode(0x31, bad + key + good))
    assert [each.cipher for each in infos.pace] == [Cipher.AES256]
    assert len(infos.problems) == 2
    assert len(infos.raw) == 3


def test_domain_parameter_infos_and_cam_with_triple_des_are_ignored() -> None:
    explicit = entry(f"{ID_PACE}.2", encode(0x30, b""), b"\x02\x01\x0d")
    cam = entry(f"{ID_PACE}.6.1", b"\x02\x01\x02", b"\x02\x01\x0d")
    infos = parse_security_infos(encode(0x31, explicit + cam))
    assert not infos.pace


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x31",
        b"\x31\x05\x30",
        b"\x30\x00",
        b"\x31\x00\x00",
        b"\x31\x02\x30\x00",
        b"\x31\x03\x02\x01\x01",
        b"\x31\x04\x30\x02\x06\x00",
    ],
)
def test_malformed_lists_are_data_errors(data: bytes) -> None:
    with pytest.raises(DataError) as caught:
        parse_security_infos(data)
    assert caught.value.code == "trust.security_infos.malformed"


def test_lists_are_bounded() -> None:
    with pytest.raises(DataError):
        parse_security_infos(encode(0x31, entry("1.2.3") * 200))
    with pytest.raises(DataError):
        parse_security_infos(encode(0x31, b"\x30\x00" * 200_000))


@given(st.binary(max_size=80), st.integers(0, 2**32))
def test_noise_is_read_or_refused_as_data(noise: bytes, seed: int) -> None:
    good = entry(f"{ID_PACE}.2.4", b"\x02\x01\x02", b"\x02\x01\x0c") + entry(
        "0.4.0.127.0.7.2.2.1.2", encode(0x30, noise)
    )
    at = seed % len(good)
    flipped = good[:at] + bytes([good[at] ^ 1 << seed % 8]) + good[at + 1 :]
    for data in (noise, encode(0x31, noise), encode(0x31, flipped), encode(0x31, good)):
        try:
            infos = parse_security_infos(data)
        except DataError as error:
            assert error.code.startswith("trust.security_infos.")
        else:
            assert len(infos.pace) + len(infos.chip_keys) <= len(infos.raw)
