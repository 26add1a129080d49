"""JPEG scans of papers, taken apart and put together again with their picture alone (ITU-T T.81 Annex B).

A photo from a telephone tells where and when it was taken, carries small copies of itself and may have another file
behind its end. Kept are tables, frame and scans, Adobe's word on the colours and, written anew, which side is up.
Nothing is decoded here; that a decoder reads it is for the decoding child to say (honnin.adapters.images).
"""

from __future__ import annotations

import re

from honnin.core.errors import DataError

__all__ = ["is_jpeg", "rebuild_jpeg"]

MAX_SEGMENTS = 1024
MAX_SCANS = 32  # a progressive picture has about ten; each is decoded over the whole picture
MAX_SIDE = 8192
_SOI, _EOI, _SOS, _APP1, _APP14 = 0xD8, 0xD9, 0xDA, 0xE1, 0xEE
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive; no decoder of ours takes the others
_TABLES = frozenset({0xC4, 0xDB, 0xDD})  # Huffman, quantisation, restart interval
_DROPPED = frozenset({*range(0xE0, 0xF0), 0xFE})
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_EXIF = b"Exif\x00\x00"
_ORIENTATION = 0x0112
_MAX_TAGS = 64


def is_jpeg(data: bytes) -> bool:
    """Whether it begins like a JPEG."""
    return data.startswith(b"\xff\xd8\xff")


def rebuild_jpeg(data: bytes, *, max_pixels: int) -> bytes:
    """A JPEG with the same picture and nothing else of the original; what stands behind its end is dropped.

    Raises DataError: `image.undecodable` (cut short, segments out of order, an unknown kind of frame, too many scans),
    `image.too_large` (pixels or segments over the limits).
    """
    kept: list[bytes] = []
    turned, adobe, frames, scans = 1, b"", 0, 0
    at = 2
    for _ in range(MAX_SEGMENTS):
        marker, at = _marker(data, at)
        if marker == _EOI:
            if not scans:
                raise _bad("no scan")
            return b"".join((b"\xff\xd8", _up(turned), adobe, *kept, b"\xff\xd9"))
        body, end = _segment(data, at)
        whole = bytes((0xFF, marker)) + data[at:end]
        if marker in _FRAMES:
            frames += 1
            _check_frame(body, frames, max_pixels)
            kept.append(whole)
        elif marker in _TABLES:
            kept.append(whole)
        elif marker == _SOS:
            scans += 1
            if not frames or scans > MAX_SCANS:
                raise _bad("scan")
            following = _AFTER_SCAN.search(data, end)
            if following is None:
                raise _bad("cut short")
            kept.append(whole + data[end : following.start()])
            end = following.start()
        elif marker == _APP1 and body.startswith(_EXIF):
            turned = _orientation(body[len(_EXIF) :])
        elif marker == _APP14 and body.startswith(b"Adobe") and len(body) == 12:
            adobe = whole
        elif marker not in _DROPPED:
            raise _bad("segment")
        at = end
    raise DataError("image.too_large", "the image has more segments than the limit")


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """(marker, where its segment begins); any number of fill octets before it (B.1.1.2)."""
    if data[at : at + 1] != b"\xff":
        raise _bad("marker")
    while data[at : at + 1] == b"\xff":
        at += 1
    if at >= len(data):
        raise _bad("cut short")
    return data[at], at + 1


def _segment(data: bytes, at: int) -> tuple[bytes, int]:
    """(body, where the next one begins) of a segment whose length stands at `at`."""
    length = int.from_bytes(data[at : at + 2], "big")
    if length < 2 or at + length > len(data):
        raise _bad("cut short")
    return data[at + 2 : at + length], at + length


def _check_frame(body: bytes, number: int, max_pixels: int) -> None:
    """Sample precision, height, width, components (B.2.2). One frame: hierarchical pictures are none."""
    if number > 1 or len(body) < 6 or body[0] != 8:
        raise _bad("frame")
    height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    if not height or not width:
        raise _bad("frame")
    if max(height, width) > MAX_SIDE or height * width > max_pixels:
        raise DataError("image.too_large", "the image has more pixels than the limit")


def _orientation(tiff: bytes) -> int:
    """1 to 8 (Exif 2.3 §4.6.4, tag 0112); 1 for whatever cannot be understood."""
    order = {b"II*\x00": "little", b"MM\x00*": "big"}.get(tiff[:4])
    if order is None:
        return 1
    big = order == "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "big" if big else "little")

    start = number(4, 4)
    for n in range(min(number(start, 2), _MAX_TAGS)):
        at = start + 2 + 12 * n
        if len(tiff) < at + 12:
            break
        if (number(at, 2), number(at + 2, 2), number(at + 4, 4)) == (_ORIENTATION, 3, 1):
            value = number(at + 8, 2)
            return value if 1 <= value <= 8 else 1
    return 1


def _up(turned: int) -> bytes:
    """An Exif segment that says which side is up and nothing else; none where it lies as it should."""
    if turned == 1:
        return b""
    body = _EXIF + b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + bytes((turned,)) + bytes(6)
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _bad(detail: str) -> DataError:
    return DataError("image.undecodable", "the image cannot be decoded", detail)
