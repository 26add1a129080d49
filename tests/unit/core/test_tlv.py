from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.core import tlv
from honnin.core.errors import DataError
from honnin.core.tlv import TlvError

# sheet passport.md §3: EF.COM of the standard
EF_COM = bytes.fromhex("60145F0104303130375F36063034303030305C026175")


def test_ef_com_of_the_standard_is_read() -> None:
    com = tlv.parse_single(EF_COM)
    assert com.tag == 0x60
    assert com.constructed
    assert [item.tag for item in com.children()] == [0x5F01, 0x5F36, 0x5C]
    version = tlv.find(EF_COM, 0x60, 0x5F01)
    assert version is not None
    assert version.value == b"0107"
    assert tlv.find(EF_COM, 0x60, 0x99) is None


@given(st.sampled_from([0x04, 0x5C, 0x5F1F, 0x7F61, 0x7F49]), st.binary(max_size=70000))
def test_what_is_encoded_is_read_back(tag: int, value: bytes) -> None:
    item = tlv.parse_single(tlv.encode(tag, value))
    assert (item.tag, item.value) == (tag, value)


@given(st.binary(max_size=300))
def test_random_octets_give_objects_or_a_tlv_error(data: bytes) -> None:
    try:
        items = tlv.parse_all(data)
    except TlvError as error:
        assert error.code.startswith("tlv.")
    else:
        assert b"".join(item.raw for item in items) == data


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        ("", "tlv.truncated"),
        ("5f", "tlv.truncated"),
        ("04", "tlv.truncated"),
        ("0480", "tlv.length"),
        ("0485ffffffffff", "tlv.length"),
        ("0484ffffffff00", "tlv.limit"),
        ("04830fffff00", "tlv.truncated"),
        ("5fffffffff01", "tlv.tag"),
        ("0402aa", "tlv.truncated"),
        ("0401aa00", "tlv.trailing"),
    ],
)
def test_malformed_objects_are_refused_with_a_code(octets: str, code: str) -> None:
    with pytest.raises(TlvError) as caught:
        tlv.parse_single(bytes.fromhex(octets))
    assert caught.value.code == code
    assert isinstance(caught.value, DataError)


def test_the_number_of_objects_is_limited() -> None:
    with pytest.raises(TlvError) as caught:
        tlv.parse_all(b"\x04\x00" * (tlv.MAX_COUNT + 1))
    assert caught.value.code == "tlv.limit"
