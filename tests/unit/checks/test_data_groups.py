from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from honnin.checks.passport import data_groups, faces
from honnin.core import tlv
from honnin.core.errors import DataError
from tests.vectors import vector_path


def item(tag: int, *values: bytes) -> bytes:
    return tlv.encode(tag, b"".join(values))


def dg2(record: bytes, tag: int = 0x5F2E) -> bytes:
    return item(0x75, item(0x7F61, item(0x02, b"\1"), item(0x7F60, item(0xA1, item(0x87, b"\1\1")), item(tag, record))))


def face_record(image: bytes, *, points: int = 0, faces_said: int = 1, block_said: int | None = None) -> bytes:
    block = 20 + 8 * points + 12 + len(image)
    said = block if block_said is None else block_said
    head = b"FAC\x00" b"010\x00" + (14 + said & 0xFFFFFFFF).to_bytes(4, "big") + faces_said.to_bytes(2, "big")
    return head + said.to_bytes(4, "big") + points.to_bytes(2, "big") + bytes(14 + 8 * points + 12) + image


def test_dg1_of_a_specimen() -> None:
    text = data_groups.parse_dg1(vector_path("passport/sets/bsi2008_mustermann/EF.DG1.bin").read_bytes())
    assert text.startswith("P<D<<MUSTERMANN<<ERIKA<")
    assert len(text) == 88


@pytest.mark.parametrize(
    ("name", "standard", "media_type"),
    [
        ("dg2/iso19794-5_jpeg.bin", "19794-5", "image/jpeg"),
        ("dg2/iso39794-5_mandatory.bin", "39794-5", "image/jp2"),
        ("sets/bsi2008_mustermann/EF.DG2.bin", "19794-5", "image/jp2"),
    ],
)
def test_portraits_of_both_standards_are_found(name: str, standard: str, media_type: str) -> None:
    portrait = faces.parse_dg2(vector_path(f"passport/{name}").read_bytes())
    assert (portrait.standard, portrait.media_type) == (standard, media_type)


@pytest.mark.parametrize("points", [0, 1, 30])
@pytest.mark.parametrize("said", [None, 0, 7, 0xFFFFFFFF])
def test_declared_sizes_of_a_face_record_are_not_believed(points: int, said: int | None) -> None:
    image = b"\xff\xd8\xff" + bytes(range(64))
    assert faces.parse_dg2(dg2(face_record(image, points=points, block_said=said))).image == image


def test_of_two_faces_the_first_is_taken() -> None:
    image = b"\xff\xd8\xff" + bytes(50)
    record = face_record(image, faces_said=2) + bytes(200)
    assert faces.parse_dg2(dg2(record)).image == image


@pytest.mark.parametrize(
    "data",
    [
        b"",
        item(0x75),
        item(0x61, b"x"),
        item(0x75, item(0x7F61, item(0x02, b"\0"))),
        dg2(b""),
        dg2(b"FAC\x00" b"010\x00"),
        dg2(face_record(b"", points=0)),
        dg2(face_record(b"\xff\xd8\xff", points=0)[:18] + b"\xff" * 40),
        dg2(b"\x80\1a", 0x7F2E),
        dg2(item(0xA1, item(0x65, b"")), 0x7F2E),
    ],
)
def test_a_dg2_without_an_image_is_refused(data: bytes) -> None:
    with pytest.raises(DataError):
        faces.parse_dg2(data)


def test_an_image_of_an_unknown_format_has_no_media_type() -> None:
    assert faces.parse_dg2(dg2(face_record(b"GIF89a....."))).media_type is None


def test_dg11_of_the_standard_and_its_misprint() -> None:
    data = json.loads(vector_path("passport/icao/lds_examples.json").read_text())
    holder = data_groups.parse_dg11(bytes.fromhex(data["dg11_corrected"]))
    assert holder.full_name == "SMITH JOHN J"
    assert holder.place_of_birth == "ANYTOWN, MN"
    assert holder.address == "123 MAPLE RD, ANYTOWN, MN"
    with pytest.raises(DataError):
        data_groups.parse_dg11(bytes.fromhex(data["dg11_as_printed"]))


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        (b"20200229", "2020-02-29"),
        (bytes.fromhex("20200229"), "2020-02-29"),
        (b"19800000", "1980-XX-XX"),
        (bytes.fromhex("19800700"), "1980-07-XX"),
        (b"00000000", "XXXX-XX-XX"),
        (b"19801300", None),
        (b"20210229", None),
        (b"2021022", None),
        (bytes.fromhex("2021ab01"), None),
        ("２０２００１０１".encode(), None),
    ],
)
def test_dates_in_ascii_and_bcd(value: bytes, iso: str | None) -> None:
    assert data_groups.parse_dg12(item(0x6C, item(0x5F26, value))).issue_date == iso
    assert data_groups.parse_dg11(item(0x6B, item(0x5F2B, value))).birth_date == iso


def test_names_in_other_scripts_and_several_other_names() -> None:
    data = item(
        0x6B,
        item(0x5F0E, "見本<<太郎".encode()),
        item(0xA0, item(0x02, b"\2"), item(0x5F0F, b"MIHON<<ICHIRO"), item(0x5F0F, "MÜLLER".encode("latin-1"))),
    )
    holder = data_groups.parse_dg11(data)
    assert holder.full_name == "見本 太郎"
    assert holder.other_names == ("MIHON ICHIRO", "MÜLLER")


def test_too_many_and_too_long_are_refused() -> None:
    with pytest.raises(DataError):
        data_groups.parse_dg11(item(0x6B, item(0x5F10, b"x" * 5000)))
    with pytest.raises(DataError):
        data_groups.parse_dg12(item(0x6C, item(0x5F19, b"x") * 100))
    with pytest.raises(DataError):
        data_groups.parse_dg11(item(0x6B, item(0xA0, item(0x5F0F, b"x") * 100)))


def test_what_is_hashed_ends_with_the_data_object() -> None:
    whole = item(0x61, item(0x5F1F, b"x" * 88))
    assert data_groups.extent(whole + b"\0\0") == whole
    assert data_groups.extent(whole) == whole
    assert data_groups.extent(whole[:-1]) == whole[:-1]
    assert data_groups.extent(b"") == b""


@given(st.binary(max_size=400))
@example(b"\x75\x84\xff\xff\xff\xff")
def test_random_octets_give_values_or_a_data_error(data: bytes) -> None:
    for tag, parse in ((0x61, data_groups.parse_dg1), (0x75, faces.parse_dg2), (0x6B, data_groups.parse_dg11), (0x6C, data_groups.parse_dg12)):
        for each in (data, item(tag, data)):
            try:
                parse(each)
            except DataError:
                continue
