"""The portrait inside DG2: ISO/IEC 19794-5 (5F2E) and ISO/IEC 39794-5 (7F2E) down to the octets of the image.

Doc 9303-10 §4.7.2 (passport.md §12). Declared sizes are never believed: real records are off by some octets and
declare wrong widths, so the image begins where the structure says and ends where its container ends. What the image
is, its first octets tell. Decoding happens elsewhere, in a process of its own (honnin.adapters.images).
"""

from __future__ import annotations

from dataclasses import dataclass

from honnin.checks.passport.data_groups import TAGS, unwrap
from honnin.core import tlv
from honnin.core.errors import DataError

MAX_IMAGE = 1 << 20
_FAC_HEADER = 14  # "FAC\0", version, record length, number of faces
_FACE_BLOCK = 20  # block length, number of feature points, …
_IMAGE_INFO = 12
_POINT = 8
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (bytes.fromhex("0000000c6a502020"), "image/jp2"),
    (bytes.fromhex("ff4fff51"), "image/j2c"),
)


@dataclass(frozen=True, slots=True)
class Portrait:
    """The first face of DG2. `media_type` is None when the first octets are of no format that a passport may use."""

    image: bytes
    media_type: str | None
    standard: str  # "19794-5" | "39794-5"


def media_type(image: bytes) -> str | None:
    """Whether it is "image/jpeg", "image/jp2", "image/j2c" (bare codestream), by its first octets; None: another."""
    return next((name for magic, name in _MAGIC if image.startswith(magic)), None)


def parse_dg2(data: bytes) -> Portrait:
    """`75 { 7F61 { 02 n, 7F60 { A1 header, 5F2E | 7F2E data } … } }`: the image of the first entry.

    Raises DataError: `tlv.…`, `dg.tag`, `dg.missing`, `dg.limit`, `dg.face` (a biometric record that holds no image).
    """
    entry = tlv.find(unwrap(data, TAGS[2]), 0x7F61, 0x7F60)
    if entry is None:
        raise DataError("dg.missing", "DG2 has no biometric entry")
    for item in tlv.iterate(entry.value, count=16):
        if item.tag == 0x5F2E:
            image, standard = _from_19794(item.value), "19794-5"
            break
        if item.tag == 0x7F2E:
            image, standard = _from_39794(item.value), "39794-5"
            break
    else:
        raise DataError("dg.missing", "DG2 has no biometric record")
    if not image or len(image) > MAX_IMAGE:
        raise DataError("dg.limit", "the portrait is empty or longer than the limit")
    return Portrait(image, media_type(image), standard)


def _from_19794(record: bytes) -> bytes:
    """ISO/IEC 19794-5:2005 §5: the first face; a record of one face ends where its container ends."""
    if record[:4] != b"FAC\0" or len(record) < _FAC_HEADER + _FACE_BLOCK + _IMAGE_INFO:
        raise DataError("dg.face", "the face record has no header")
    faces = int.from_bytes(record[12:14], "big")
    length = int.from_bytes(record[14:18], "big")
    points = int.from_bytes(record[18:20], "big")
    start = _FAC_HEADER + _FACE_BLOCK + _POINT * points + _IMAGE_INFO
    end = len(record) if faces <= 1 else min(len(record), _FAC_HEADER + length)
    if start >= end:
        raise DataError("dg.face", "the face record ends before its image")
    return record[start:end]


def _from_39794(record: bytes) -> bytes:
    """ISO/IEC 39794-5:2019, DER with implicit tags: `A1 → 65 → A1 → 30 → A1 → A0 → A0 → 80` (ICAO profile)."""
    image = tlv.find(record, 0xA1, 0x65, 0xA1, 0x30, 0xA1, 0xA0, 0xA0, 0x80)
    if image is None:
        image = tlv.find(record, 0x65, 0xA1, 0x30, 0xA1, 0xA0, 0xA0, 0x80)
    if image is None:
        raise DataError("dg.face", "the face record has no image")
    return image.value
