"""Images on the licence: the photo, and glyphs of characters that JIS X 0208 lacks (drivers-licence.md §9, §12, §15.4).

Nothing is decoded here: octets and media type go to a decoder in a process of its own (honnin.adapters.images). A glyph
is one octet 文字構成, whose values nobody has told, and a bitmap packed by ITU-T T.6 [official-1]. To a decoder it
is shown as a TIFF of one strip, 50 by 50, the size that one implementation's samples have; the raw octets stay in
the Reading, whatever comes of that.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from honnin.core.errors import DataError
from honnin.core.licence_tlv import Walk, walk
from honnin.facts import Attribute, Reading

__all__ = ["glyphs_of", "image_of", "media_type", "photo_of", "wrap_glyph"]

GLYPH_SIDE = 50
MAX_PHOTO = 2000
_PHOTO_TAG = 0x5F40
_MAGIC = ((bytes.fromhex("0000000c6a502020"), "image/jp2"), (bytes.fromhex("ff4fff51"), "image/j2c"))
# File -> (tag -> number of the glyph). FFF1, FFF2 are in EF03, FFF3 to FFF7 in EF05 [derived].
_GLYPHS: dict[str, dict[int, int]] = {
    "DF1.EF03": {0x48: 1, 0x49: 2},
    "DF1.EF05": {0xA1 + n: 3 + n for n in range(5)},
    "DLC.WEF02": {0xCA: 1, 0xCB: 2, 0xD4: 3, 0xD5: 4, 0xD6: 5},
}
_TABLES = {"DF1.EF03": (0x48, 0x49), "DF1.EF05": tuple(range(0xA0, 0xA6))}


def photo_of(data: bytes) -> bytes | None:
    """The photo in DF2/EF01, without tag and filler; None when there is none (nothing but filler, or length 0).

    Raises DataError `licence.photo` when the file is not as the sheet says.
    """
    found = walk(data, (_PHOTO_TAG,), filler_ends=True)
    if not found.sound:
        raise DataError("licence.photo", "the file of the photo does not have its form", found.stopped)
    return found.value(_PHOTO_TAG) or None


def media_type(image: bytes) -> str | None:
    """By its first octets "image/jp2" (box file) or "image/j2c" (codestream): which one cards hold is unknown (§12)."""
    return next((name for magic, name in _MAGIC if image.startswith(magic)), None)


def glyphs_of(name: str, data: bytes, found: Walk | None = None) -> Mapping[int, tuple[int, bytes]]:
    """Glyphs of that file: number -> (tag, value). `found`: the walk, if it was made already."""
    numbers = _GLYPHS.get(name, {})
    if found is None:
        found = walk(data, _TABLES[name], filler_ends=True)
    return {numbers[each.tag]: (each.tag, each.value) for each in found.fields if each.tag in numbers and each.value}


def wrap_glyph(value: bytes) -> tuple[bytes, str]:
    """(octets, media type) for a decoder: the bitmap in a TIFF, or what the value already is."""
    known = media_type(value)
    if known is not None:
        return value, known
    return _tiff(value[1:]), "image/tiff"


def image_of(reading: Reading, attribute: Attribute) -> tuple[bytes, str]:
    """(octets, media type) of an image attribute, whose value is `DF2.EF01/5F40` or the like.

    Raises DataError `image.missing`.
    """
    name, _, part = attribute.value.partition("/")
    data = reading.files.get(name)
    if data is None or attribute.media_type is None:
        raise DataError("image.missing", "there is no such image in this reading")
    if attribute.name == "portrait":
        image = photo_of(data) if name == "DF2.EF01" else mynumber_photo(data)
        known = media_type(image) if image else None
        if image and known is not None:
            return image, known
    elif name in _GLYPHS:
        found = _mynumber_walk(data) if name == "DLC.WEF02" else None
        for tag, value in glyphs_of(name, data, found).values():
            if part == f"{tag:02X}":
                return wrap_glyph(value)
    raise DataError("image.missing", "there is no such image in this reading")


def mynumber_photo(data: bytes) -> bytes | None:
    """The photo in WEF02 of a My Number Card; None when there is none.

    Its tag 0107 is [derived]. If the walk along the table does not come to it, the image itself is looked for: a length
    `82 hh ll` and then the first octets of JPEG 2000 (§15.4).
    """
    photo = _mynumber_walk(data).value(0x0107)
    if photo:
        return photo
    for magic, _ in _MAGIC:
        at = data.find(magic)
        if at >= 5 and data[at - 3] == 0x82:
            length = int.from_bytes(data[at - 2 : at], "big")
            if 0 < length <= MAX_PHOTO and at + length <= len(data):
                return data[at : at + length]
    return None


def _mynumber_walk(data: bytes) -> Walk:
    return walk(data, (*range(0xC2, 0x108),), filler_ends=False)


def _tiff(strip: bytes) -> bytes:
    """TIFF 6.0, little endian, one strip, T.6, white is zero: what a facsimile has."""
    entries = (
        (256, 3, GLYPH_SIDE), (257, 3, GLYPH_SIDE), (258, 3, 1), (259, 3, 4), (262, 3, 0), (273, 4, 0), (277, 3, 1),
        (278, 3, GLYPH_SIDE), (279, 4, len(strip)),
    )  # fmt: skip
    offset = 8 + 2 + 12 * len(entries) + 4
    rows = b"".join(
        struct.pack("<HHII", tag, kind, 1, offset if tag == 273 else value) for tag, kind, value in entries
    )
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + rows + bytes(4) + strip
