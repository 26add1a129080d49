"""Fax pictures that lie: what comes from the card is only fax octets, whatever its TIFF says."""

from __future__ import annotations

import io
import random
import struct

import pytest
from PIL import Image

from honnin.adapters.fax_tiff import rebuild_fax
from honnin.adapters.images import decode_to_png
from honnin.core.errors import DataError

PIXELS = 4_000_000


def picture(size: tuple[int, int] = (674, 425)) -> Image.Image:
    image = Image.new("1", size, 1)
    for x in range(0, size[0], 7):
        for y in range(x % 5, size[1], 11):
            image.putpixel((x, y), 0)
    return image


def tiff(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "TIFF", compression="group4", **options)
    return out.getvalue()


def big_endian(data: bytes, fields: dict[int, int] | None = None) -> bytes:
    """The same one-strip picture by hand in the other byte order."""
    with Image.open(io.BytesIO(data)) as image:
        tags = dict(image.tag_v2)
        width, height = image.size
    offset, count = tags[273][0], tags[279][0]
    strip = data[offset : offset + count]
    wanted = {256: width, 257: height, 258: 1, 259: 4, 262: tags[262], 273: 8, 277: 1, 278: height, 279: count}
    wanted |= fields or {}
    directory = struct.pack(">H", len(wanted)) + b"".join(
        struct.pack(">HHII", tag, 4, 1, value) for tag, value in sorted(wanted.items())
    )
    return b"MM\0*" + struct.pack(">I", 8 + count) + strip + directory + bytes(4)


def decoded(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def same(png: bytes, image: Image.Image) -> bool:
    return decoded(png).convert("1").tobytes() == image.tobytes()


@pytest.mark.parametrize("size", [(674, 425), (1, 1), (480, 96), (33, 2000)])
def test_the_picture_comes_out_as_it_was(size: tuple[int, int]) -> None:
    image = picture(size)
    assert same(decode_to_png(tiff(image).ljust(9000, b"\0")), image)


def test_the_other_byte_order_comes_out_the_same() -> None:
    image = picture()
    assert same(decode_to_png(big_endian(tiff(image)).ljust(9000, b"\0")), image)


def test_a_picture_in_several_strips_comes_out_whole() -> None:
    image = picture((674, 425))
    data = tiff(image, tiffinfo={278: 100})
    with Image.open(io.BytesIO(data)) as opened:
        assert len(opened.tag_v2[273]) == 5
    assert same(decode_to_png(data), image)


def test_nothing_of_the_original_but_the_fax_octets_reaches_the_decoder() -> None:
    marked = tiff(picture((64, 64)), tiffinfo={270: "a description", 305: "somebody's software"})
    assert b"somebody's software" in marked
    assert b"somebody" not in rebuild_fax(marked, max_pixels=PIXELS)


@pytest.mark.parametrize(
    "fields",
    [
        {259: 1}, {259: 3}, {259: 7}, {258: 8}, {277: 3}, {262: 2}, {266: 3}, {273: 0}, {273: 1 << 31}, {279: 0},
        {279: 1 << 30}, {278: 0}, {278: 1}, {256: 0}, {257: 0}, {293: 2},
    ],
)  # fmt: skip
def test_a_directory_that_says_something_else_is_refused(fields: dict[int, int]) -> None:
    with pytest.raises(DataError, match=r"image\.(undecodable|too_large)"):
        rebuild_fax(big_endian(tiff(picture((64, 64))), fields), max_pixels=PIXELS)


@pytest.mark.parametrize("fields", [{256: 5000}, {257: 1 << 31}, {256: 4000, 257: 4000}])
def test_a_picture_larger_than_the_limit_is_refused_before_anything_is_decoded(fields: dict[int, int]) -> None:
    with pytest.raises(DataError, match=r"image\.too_large"):
        rebuild_fax(big_endian(tiff(picture((64, 64))), fields), max_pixels=PIXELS)


def test_any_damage_ends_in_an_answer_or_an_error_of_ours() -> None:
    whole = tiff(picture((120, 60)))
    source = random.Random(7)  # a seed, no secret
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(source.randint(1, 6)):
            data[source.randrange(len(data))] = source.randrange(256)
        try:
            rebuilt = rebuild_fax(bytes(data[: source.randint(4, len(data))]), max_pixels=PIXELS)
        except DataError:
            continue
        assert len(rebuilt) < 4 * len(whole) + 4096


@pytest.mark.parametrize("seed", range(6))
def test_damaged_fax_octets_end_in_the_child(seed: int) -> None:
    source = random.Random(seed)  # a seed, no secret
    data = bytearray(tiff(picture((200, 100))))
    for index in range(8, min(len(data), 400)):
        data[index] = source.randrange(256)
    try:
        png = decode_to_png(bytes(data))
    except DataError as error:
        assert error.code in {"image.undecodable", "image.too_large"}
    else:
        assert decoded(png).size == (200, 100)
