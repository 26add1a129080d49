"""The licence's TLV, which is not BER: the size proof of the sheet, its examples, and files that lie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.checks.licence.fields import MAIN, MYNUMBER
from honnin.core.licence_tlv import LicenceTlvError, encode, walk

MYNUMBER_TAGS = tuple(row[0] for row in MYNUMBER)


def length(tag: int, longest: int) -> int:
    return len(encode(tag, bytes(longest)))


def test_the_sizes_of_the_sheet_come_out():
    """drivers-licence.md §5.3: the sum of tags, lengths and longest values is the published size of the file."""
    assert sum(length(row[0], row[3]) for row in MAIN if row[0] <= 0x33) == 817
    assert sum(length(row[0], row[3]) for row in MAIN if row[0] <= 0x3A) == 880
    assert length(0x41, 80) == 82
    assert 2 * length(0x48, 128) == 264
    assert length(0xA0, 1) + 5 * length(0xA1, 128) == 663
    assert length(0x5F40, 2000) == 2005
    sizes = (256, 16, 48, 80, 130, 32)
    assert sum(length(0xB1 + n, size) for n, size in enumerate(sizes)) == 578
    assert sum(length(0x0108 + n, size) for n, size in enumerate(sizes)) == 584
    assert len(MYNUMBER) == 70
    assert sum(length(row[0], row[3]) for row in MYNUMBER) == 5845


def test_the_tables_are_in_order_and_without_repetition():
    for rows in (MAIN, MYNUMBER):
        tags = [row[0] for row in rows]
        assert tags == sorted(set(tags))


def test_tags_that_look_long_or_nested_are_single_octets():
    tags = (0x1F, 0x5F, 0x7F, 0xDF)
    data = b"".join(encode(tag, bytes([tag, 1])) for tag in tags)
    found = walk(data, tags, filler_ends=True)
    assert [each.tag for each in found.fields] == list(tags)
    assert [each.value for each in found.fields] == [bytes([tag, 1]) for tag in tags]


def test_on_the_licence_ff_ends_the_data():
    found = walk(encode(0x11, b"x") + b"\xff" * 40, (0x11, 0x12), filler_ends=True)
    assert found.stopped == "filler"
    assert found.end == 3


def test_on_the_my_number_card_ff_is_a_tag():
    data = b"".join(encode(row[0], b"") for row in MYNUMBER[:-1]) + encode(0x0107, bytes(300))
    found = walk(data, MYNUMBER_TAGS, filler_ends=False)
    assert [each.tag for each in found.fields] == list(MYNUMBER_TAGS)
    assert found.end == len(data)
    assert found.value(0xFF) == b""
    assert len(found.value(0x0107) or b"") == 300


@pytest.mark.parametrize("filler", [b"\xff", b"\x00"])
def test_padding_behind_the_last_field_is_not_data(filler):
    data = encode(0xC4, b"ab")
    found = walk(data + filler * 100, MYNUMBER_TAGS, filler_ends=False)
    assert (found.end, found.sound) == (len(data), True)


def test_a_length_from_128_up_takes_three_octets_and_no_other_form_is_read():
    assert encode(0xB5, bytes(130))[:4] == bytes.fromhex("B5820082")
    for head in ("B58182", "B580", "B58300", "B584"):
        found = walk(bytes.fromhex(head) + bytes(200), (0xB5,), filler_ends=True)
        assert found.stopped == "licence_tlv.length"


def test_what_was_read_before_a_fault_is_kept():
    good = encode(0x12, b"name")
    for bad, why in (
        (b"\x13\x20short", "licence_tlv.truncated"),
        (b"\x99\x01x", "licence_tlv.tag"),
        (encode(0x12, b"again"), "licence_tlv.tag"),
        (encode(0x11, b"back"), "licence_tlv.tag"),
        (b"\x13", "licence_tlv.length"),
    ):
        found = walk(good + bad, (0x11, 0x12, 0x13), filler_ends=True)
        assert found.stopped == why
        assert found.value(0x12) == b"name"
        assert not found.sound


def test_a_file_longer_than_any_licence_has_is_refused():
    with pytest.raises(LicenceTlvError, match="too_long"):
        walk(bytes(8193), (0x11,), filler_ends=True)
    with pytest.raises(LicenceTlvError, match="length"):
        encode(0x11, bytes(65536))


@given(st.binary(max_size=400), st.booleans())
def test_any_octets_are_walked_to_an_end(data, filler_ends):
    found = walk(data, MYNUMBER_TAGS, filler_ends=filler_ends)
    assert found.end <= len(data)
    assert [each.tag for each in found.fields] == sorted({each.tag for each in found.fields})
    for each in found.fields:
        assert data[each.start : each.end].endswith(each.value)


@given(st.dictionaries(st.sampled_from(MYNUMBER_TAGS), st.binary(max_size=300), max_size=20))
def test_what_is_encoded_is_walked_as_it_was(fields):
    data = b"".join(encode(tag, fields[tag]) for tag in sorted(fields))
    found = walk(data, MYNUMBER_TAGS, filler_ends=False)
    if found.end == len(data):
        assert {each.tag: each.value for each in found.fields} == fields
    else:
        assert found.sound  # an empty reserved field at the end looks like filler
