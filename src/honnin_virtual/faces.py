"""Pictures for the virtual cards: drawn faces, plainly artificial, marked SPECIMEN and 見本. No real person, no photo.

The same name always gives the same picture. 413 x 531 pixels is 35 x 45 mm at 300 dpi, the size of a passport photo.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

from honnin.core.errors import CallerError

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

__all__ = ["HEIGHT", "WIDTH", "face_card_jpeg2000", "face_grey_jpeg2000", "face_jpeg", "face_jpeg2000"]

WIDTH, HEIGHT = 413, 531
_MAX_JPEG = 900_000
_SKIN = ("#f4d3b3", "#e3b58c", "#c98f64", "#9a6a48", "#6f4a33", "#cfd8c0")
_HAIR = ("#1c1a1e", "#3b2a20", "#6a4a2a", "#a8843c", "#8b8f96", "#6b2f6b")
_CLOTHES = ("#34507a", "#6f2f3c", "#2f6b52", "#58447c", "#7a6a34", "#3c3c44")

# 見 and 本 as strokes on a 100 x 100 square: the picture must not depend on a font that has them.
_MIHON = (
    (
        ((28, 10), (72, 10), (72, 60), (28, 60), (28, 10)), ((28, 27), (72, 27)), ((28, 43), (72, 43)),
        ((42, 60), (38, 78), (14, 92)), ((58, 60), (58, 86), (88, 86), (90, 74)),
    ),
    (((10, 30), (90, 30)), ((50, 8), (50, 94)), ((50, 30), (34, 58), (12, 76)), ((50, 30), (66, 58), (88, 76)),
     ((34, 74), (66, 74))),
)  # fmt: skip


def face_jpeg(name: str, *, size: int = 15_000) -> bytes:
    """A JPEG of exactly `size` octets (4,000..900,000): best quality that fits, the rest a comment segment.

    Raises CallerError `cards.face.size`.
    """
    if not 4_000 <= size <= _MAX_JPEG:
        raise CallerError("cards.face.size", "a drawn face has 4,000 to 900,000 octets")
    picture = _draw(name)
    low, high, best = 1, 95, b""
    while low <= high:
        quality = (low + high) // 2
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, dpi=(300, 300))
        if out.tell() <= size - 4:
            best, low = out.getvalue(), quality + 1
        else:
            high = quality - 1
    if not best:
        raise CallerError("cards.face.size", "the drawn face does not fit that size")
    return _stretch(best, size)


def _stretch(jpeg: bytes, size: int) -> bytes:
    """Fill up with comment segments (FFFE, length) behind the start marker."""
    rest = size - len(jpeg)
    filler = b""
    while rest:
        part = min(rest, 60_000)
        if 0 < rest - part < 4:
            part -= 4
        text = (b"HONNIN SIMULATOR SPECIMEN, NOT A REAL PERSON. " * (part // 46 + 1))[: part - 4]
        filler += b"\xff\xfe" + (part - 2).to_bytes(2, "big") + text
        rest -= part
    return jpeg[:2] + filler + jpeg[2:]


def face_jpeg2000(name: str, *, ratio: int = 45) -> bytes:
    """The same picture as a JPEG 2000 file (JP2), compressed about 1 : `ratio`."""
    out = io.BytesIO()
    _draw(name).save(out, "JPEG2000", quality_mode="rates", quality_layers=[ratio], irreversible=True)
    return out.getvalue()


def face_grey_jpeg2000(name: str, size: tuple[int, int], *, ratio: int) -> bytes:
    """The picture in greys, width and height as given, as JP2: the form of the photo on Japanese cards."""
    out = io.BytesIO()
    grey = _draw(name).convert("L").resize(size)
    grey.save(out, "JPEG2000", quality_mode="rates", quality_layers=[ratio], irreversible=True)
    return out.getvalue()


def face_card_jpeg2000(
    name: str, size: tuple[int, int], limit: int, *, grey: bool = False, codestream: bool = False
) -> bytes:
    """The picture at that width and height in at most `limit` octets, as JP2 or as a raw codestream (FF4F FF51).

    Raises CallerError `cards.face.size` when it cannot be made so small.
    """
    picture = _draw(name).resize(size)
    picture = picture.convert("L") if grey else picture
    raw_size = size[0] * size[1] * len(picture.getbands())
    for step in range(12):
        out = io.BytesIO()
        ratio = raw_size / limit * (1.06 + step / 10)
        picture.save(out, "JPEG2000", quality_mode="rates", quality_layers=[ratio], irreversible=True,
                     no_jp2=codestream)  # fmt: skip
        if out.tell() <= limit:
            return out.getvalue()
    raise CallerError("cards.face.size", "the drawn face does not fit that size")


def _draw(name: str) -> Image.Image:
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415  # only when a picture is made

    seed = hashlib.sha256(name.encode()).digest()
    picture = Image.new("RGB", (WIDTH, HEIGHT), "#dfe6ec")
    pen = ImageDraw.Draw(picture)
    _person(pen, seed)
    # A fine pattern over everything: nobody takes it for a photo, and it gives the picture a photo's weight.
    for i, x in enumerate(range(-HEIGHT, WIDTH, 17)):
        shade = 150 + seed[i % 32] % 60
        pen.line(((x, HEIGHT), (x + HEIGHT, 0)), fill=(shade, shade, min(255, shade + 25)), width=1)
    for character, strokes in enumerate(_MIHON):
        for stroke in strokes:
            points = [(28 + character * 74 + x * 0.62, 20 + y * 0.62) for x, y in stroke]
            pen.line(points, fill="#b3202c", width=5, joint="curve")
    pen.text((WIDTH - 28, 36), "SPECIMEN", fill="#b3202c", font=ImageFont.load_default(34), anchor="ra")
    pen.rectangle((3, 3, WIDTH - 4, HEIGHT - 4), outline="#b3202c", width=3)
    return picture


def _person(pen: ImageDraw.ImageDraw, seed: bytes) -> None:
    """Shoulders, hair, head, glasses or none: each from one octet of the seed."""
    skin, hair, clothes = _SKIN[seed[0] % 6], _HAIR[seed[1] % 6], _CLOTHES[seed[2] % 6]
    middle, top = WIDTH // 2, 130 + seed[3] % 20
    half, tall = 98 + seed[4] % 18, 250 + seed[5] % 30
    pen.pieslice((30, 400, WIDTH - 30, 720), 180, 360, fill=clothes)
    if seed[6] % 2:  # long hair
        pen.rounded_rectangle((middle - half - 22, top - 20, middle + half + 22, top + tall + 20), 90, fill=hair)
    pen.rectangle((middle - 38, top + tall - 40, middle + 38, 440), fill=skin)
    pen.ellipse((middle - half - 10, top - 34, middle + half + 10, top + tall - 60), fill=hair)
    pen.ellipse((middle - half, top, middle + half, top + tall), fill=skin, outline="#40332c", width=2)
    pen.chord((middle - half, top - 8, middle + half, top + 150), 195, 345, fill=hair)
    eye_y, apart = top + 120, 42 + seed[7] % 10
    for side in (-1, 1):
        x = middle + side * apart
        pen.ellipse((x - 19, eye_y - 11, x + 19, eye_y + 11), fill="white", outline="#30282a", width=2)
        pen.ellipse((x - 8, eye_y - 8, x + 8, eye_y + 8), fill=("#3a2a1c", "#35506b", "#3f5a3a")[seed[8] % 3])
        pen.arc((x - 26, eye_y - 36, x + 26, eye_y - 6), 200, 340, fill=hair, width=6)
        if seed[9] % 3 == 0:
            pen.ellipse((x - 32, eye_y - 26, x + 32, eye_y + 28), outline="#22262c", width=4)
    if seed[9] % 3 == 0:
        pen.line(((middle - apart + 32, eye_y), (middle + apart - 32, eye_y)), fill="#22262c", width=4)
    pen.line(((middle, eye_y + 10), (middle - 12, eye_y + 62), (middle + 8, eye_y + 64)), fill="#7a5a48", width=4)
    pen.line(((middle - 34, eye_y + 98), (middle + 34, eye_y + 98)), fill="#9c4a4a", width=7)
