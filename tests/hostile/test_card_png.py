"""PNG from a chip: the picture comes through, nothing else does, and what lies about itself is refused."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from honnin.adapters import image_worker, images
from honnin.adapters.card_png import MAX_CHUNKS, is_png, rebuild_png
from honnin.core.errors import DataError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PIXELS = 4_000_000


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width: int = 16, height: int = 8, depth: int = 1, colour: int = 0, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def data(height: int = 8, row: bytes = b"\0\xaa\xaa") -> bytes:
    return chunk(b"IDAT", zlib.compress(row * height))


END = chunk(b"IEND")
GOOD = SIGNATURE + header() + data() + END


def png(mode: str = "L", size: tuple[int, int] = (48, 20), **options: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, "PNG", **options)
    return out.getvalue()


def opened(octets: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(octets), formats=["PNG"])
    image.load()
    return image


def refused(octets: bytes, code: str = "image.undecodable") -> None:
    with pytest.raises(DataError) as caught:
        images.decode_to_png(octets)
    assert caught.value.code == code


@pytest.mark.parametrize(("mode", "shown"), [("1", "L"), ("L", "L"), ("P", "RGB"), ("RGB", "RGB")])
def test_the_drawings_of_my_number_cards_become_png(mode: str, shown: str) -> None:
    image = opened(images.decode_to_png(png(mode)))
    assert (image.size, image.mode) == ((48, 20), shown)
    assert image.convert("L").tobytes() == opened(png(mode)).convert("RGB").convert("L").tobytes()


def test_ink_on_a_transparent_ground_stands_on_white() -> None:
    ink = Image.new("RGBA", (4, 1), (0, 0, 0, 0))
    ink.putpixel((1, 0), (0, 0, 0, 255))
    out = io.BytesIO()
    ink.save(out, "PNG")
    shown = opened(images.decode_to_png(out.getvalue())).convert("L")
    assert list(shown.tobytes()) == [255, 0, 255, 255]


def test_texts_profiles_and_what_follows_the_end_do_not_reach_the_decoder() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "planted-comment", zip=False)
    planted = png(pnginfo=info, icc_profile=b"planted-profile" * 10) + b"planted-tail"
    again = rebuild_png(planted, max_pixels=PIXELS)
    assert b"planted-comment" in planted
    assert b"planted" not in again
    assert [again[at : at + 4] for at in (12,)] == [b"IHDR"]
    assert again.count(b"tEXt") == again.count(b"iCCP") == 0


@pytest.mark.parametrize(
    "octets",
    [
        SIGNATURE,
        GOOD[:-1],
        GOOD[:40],
        SIGNATURE + data() + END,  # no header
        SIGNATURE + header() + header() + data() + END,
        SIGNATURE + header() + END,  # no picture
        SIGNATURE + header() + data() + chunk(b"PLTE", b"\0\0\0") + END,
        SIGNATURE + header(colour=3) + data() + END,  # a palette is missing
        SIGNATURE + header(colour=3) + chunk(b"PLTE", b"\0\0") + data() + END,
        SIGNATURE + header(interlace=1) + data() + END,
        SIGNATURE + header(depth=16) + data() + END,
        SIGNATURE + header(depth=3) + data() + END,
        SIGNATURE + header(width=0) + data() + END,
        SIGNATURE + chunk(b"IHDR", b"\0" * 12) + data() + END,
        SIGNATURE + header() + chunk(b"NeXT") + data() + END,  # an unknown critical chunk
        SIGNATURE + header() + data()[:-1] + b"\0" + END,  # a wrong checksum
        SIGNATURE + header() + chunk(b"fdAT"[:3] + b"\0") + data() + END,
        SIGNATURE + header() + struct.pack(">I", 0xFFFFFFFF) + b"IDAT",
        SIGNATURE + header() + chunk(b"tEXt", b"a\0b") * MAX_CHUNKS + data() + END,
    ],
)
def test_what_is_no_plain_png_is_refused_before_a_decoder_sees_it(octets: bytes) -> None:
    assert is_png(octets)
    with pytest.raises(DataError) as caught:
        rebuild_png(octets, max_pixels=PIXELS)
    assert caught.value.code == "image.undecodable"


@pytest.mark.parametrize("body", [b"", b"not deflate", zlib.compress(b"\0\xaa\xaa" * 3)])
def test_picture_data_that_are_none_or_too_few_are_refused(body: bytes) -> None:
    refused(SIGNATURE + header() + chunk(b"IDAT", body) + END)


def test_too_many_pixels_are_refused_before_anything_is_decompressed() -> None:
    for width, height in ((5000, 5), (5, 5000), (4000, 4000)):
        with pytest.raises(DataError) as caught:
            rebuild_png(SIGNATURE + header(width, height) + data() + END, max_pixels=PIXELS)
        assert caught.value.code == "image.too_large"


def test_a_bomb_behind_a_small_header_is_refused_and_not_inflated() -> None:
    bomb = zlib.compress(bytes(200 << 20), 9)  # 200 MB of zeros where 24 octets belong
    assert len(bomb) < 1 << 18
    refused(SIGNATURE + header() + chunk(b"IDAT", bomb) + END)


def test_the_decoder_of_drawings_takes_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """What begins like a PNG is never tried as a photo, and a photo never as a PNG."""
    jpeg = io.BytesIO()
    Image.new("L", (8, 8)).save(jpeg, "JPEG")
    monkeypatch.setattr(images, "_form", lambda data: image_worker.DRAWING)
    refused(jpeg.getvalue())
    monkeypatch.setattr(images, "_form", lambda data: image_worker.PHOTO)
    refused(png())


def test_the_pictures_of_the_virtual_cards_are_shown() -> None:
    import honnin_virtual.mynumber

    folder = Path(honnin_virtual.mynumber.__file__).parent / "images"
    for name in ("mynumber-plain-name.png", "mynumber-long-name-address.png"):
        assert opened(images.decode_to_png((folder / name).read_bytes())).size > (100, 20)
