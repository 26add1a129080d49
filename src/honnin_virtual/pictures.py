"""Pictures of one bit as cards carry them: TIFF with CCITT Group 4 (ITU-T T.6), and the bare MMR strip of 外字.

Why it exists: name, address and front of a residence card and the extra characters of a licence have one coding. The
pictures of text are drawn once by a maintainer (`draw.py` of the document, with a font) and kept as files; issuing a
card needs no font, and only a tampered card needs an image library at all.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["group4_strip", "group4_tiff", "retouched", "tiff_around", "written"]

_WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC, _OFFSET = 256, 257, 258, 259, 262, 273
_SAMPLES, _ROWS, _COUNT, _STRIP_COUNT, _X, _Y, _UNIT = 277, 278, 4, 279, 282, 283, 296
_SHORT, _LONG, _RATIONAL = 3, 4, 5


def tiff_around(strip: bytes, width: int, height: int, *, big_endian: bool = False, dpi: int = 200) -> bytes:
    """A TIFF of one strip of Group 4 data, white is 0; header, directory, resolution, then the strip."""
    order = ">" if big_endian else "<"
    entries = 11
    resolution_at = 8 + 2 + 12 * entries + _COUNT
    strip_at = resolution_at + 8
    fields = (
        (_WIDTH, _LONG, width), (_LENGTH, _LONG, height), (_BITS, _SHORT, 1), (_COMPRESSION, _SHORT, 4),
        (_PHOTOMETRIC, _SHORT, 0), (_OFFSET, _LONG, strip_at), (_SAMPLES, _SHORT, 1), (_ROWS, _LONG, height),
        (_STRIP_COUNT, _LONG, len(strip)), (_X, _RATIONAL, resolution_at), (_Y, _RATIONAL, resolution_at),
    )  # fmt: skip
    out = (b"MM" if big_endian else b"II") + struct.pack(order + "HIH", 42, 8, entries)
    for tag, kind, value in fields:
        out += struct.pack(order + "HHI", tag, kind, 1)
        out += struct.pack(order + ("HH" if kind == _SHORT else "I"), *((value, 0) if kind == _SHORT else (value,)))
    return out + struct.pack(order + "III", 0, dpi, 1) + strip


def group4_strip(picture: Image.Image) -> bytes:
    """The bare MMR data of a picture of one bit, in one strip, most significant bit first."""
    from PIL import Image  # noqa: PLC0415  # only when a picture is made

    out = io.BytesIO()
    picture.convert("1").save(out, "TIFF", compression="group4", tiffinfo={_ROWS: picture.height, _PHOTOMETRIC: 0})
    with Image.open(out) as tiff:
        offsets, counts = tiff.tag_v2[_OFFSET], tiff.tag_v2[_STRIP_COUNT]  # type: ignore[attr-defined]
    return out.getvalue()[offsets[0] : offsets[0] + counts[0]]


def group4_tiff(picture: Image.Image, *, big_endian: bool = False) -> bytes:
    """A picture of one bit as TIFF with Group 4."""
    return tiff_around(group4_strip(picture), picture.width, picture.height, big_endian=big_endian)


def retouched(tiff: bytes, text: str, box: tuple[int, int, int, int]) -> bytes:
    """The picture with other writing in the box (left, top, right, bottom): a forger's work, still a fine TIFF."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415

    with Image.open(io.BytesIO(tiff)) as opened:
        picture = opened.convert("1")
    pen = ImageDraw.Draw(picture)
    pen.rectangle(box, fill=1)
    font = ImageFont.load_default(max(10, min(28, box[3] - box[1] - 6)))
    pen.text((box[0] + 4, box[1] + 2), text, fill=0, font=font)
    return group4_tiff(picture, big_endian=tiff[:2] == b"MM")


def written(
    size: tuple[int, int], lines: list[tuple[int, int, int, str]], font_path: str, *, index: int = 0
) -> Image.Image:
    """For `draw.py`: black text on white, one bit. Each line: left, top, points, text; wrapped at the right edge."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415

    picture = Image.new("L", size, 255)
    pen = ImageDraw.Draw(picture)
    for left, top, points, text in lines:
        font = ImageFont.truetype(font_path, points, index=index)
        x, y = float(left), top
        for character in text:
            advance = font.getlength(character)
            if x + advance > size[0] - 4:
                x, y = float(left), y + points + 3
            pen.text((x, y), character, font=font, fill=0, language="ja")
            x += advance
    return picture.point(lambda grey: 255 if grey > 150 else 0).convert("1")
