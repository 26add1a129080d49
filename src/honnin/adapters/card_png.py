"""Pictures of My Number Cards, and scans: PNG taken apart and put together again (mynumber-card.md §6.2; PNG §5, §11).

A PNG may carry colour profiles, compressed texts and animations, and a decoder looks at all of them. So the chunks are
walked here with limits, and a new file of header, palette and picture data goes to the decoder: nothing else of what
the chip sent. Nothing is decompressed in this process.
"""

from __future__ import annotations

import zlib

from honnin.core.errors import DataError

__all__ = ["is_png", "rebuild_png"]

MAX_SIDE = 4096
MAX_CHUNKS = 1024
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DEPTHS = {0: {1, 2, 4, 8}, 2: {8}, 3: {1, 2, 4, 8}, 4: {8}, 6: {8}}  # by colour type; 16 bits are not for a screen
_PALETTE = 3
_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})


def is_png(data: bytes) -> bool:
    """Whether it begins like a PNG."""
    return data.startswith(_SIGNATURE)


def rebuild_png(
    data: bytes, *, max_pixels: int, max_side: int = MAX_SIDE, max_chunks: int = MAX_CHUNKS
) -> bytes:
    """A PNG with the same picture and nothing else of the original; what stands behind its end is dropped.

    Raises DataError: `image.undecodable` (chunks out of order, cut short or with a wrong checksum, an unknown critical
    chunk, interlaced, no picture data), `image.too_large`.
    """
    kept: list[tuple[bytes, bytes]] = []
    at = len(_SIGNATURE)
    for _ in range(max_chunks):
        kind, body, at = _chunk(data, at)
        if kind in _KEPT:
            _check_place(kind, kept)
            if kind == b"IHDR":
                _check_header(body, max_pixels, max_side)
            kept.append((kind, body))
        elif not kind[0] & 0x20:
            raise _bad("unknown critical chunk")
        if kind == b"IEND":
            return _write(kept)
    raise _bad("too many chunks")


def _chunk(data: bytes, at: int) -> tuple[bytes, bytes, int]:
    """(kind, body, where the next one begins)."""
    length = int.from_bytes(data[at : at + 4], "big")
    kind, end = data[at + 4 : at + 8], at + 8 + length
    if end + 4 > len(data) or not (kind.isascii() and kind.isalpha()):
        raise _bad("cut short")
    body = data[at + 8 : end]
    if zlib.crc32(kind + body) != int.from_bytes(data[end : end + 4], "big"):
        raise _bad("wrong checksum")
    return kind, body, end + 4


def _check_place(kind: bytes, before: list[tuple[bytes, bytes]]) -> None:
    """IHDR first and once; PLTE at most once and before the data; IEND after data (PNG §5.6)."""
    seen = [each for each, _ in before]
    right = {
        b"IHDR": not seen,
        b"PLTE": seen == [b"IHDR"],
        b"IDAT": bool(seen),
        b"IEND": b"IDAT" in seen,
    }[kind]
    if not right:
        raise _bad("chunks out of order")


def _check_header(body: bytes, max_pixels: int, max_side: int) -> None:
    """13 octets: width, height, bit depth, colour type, compression, filter, interlace (PNG §11.2.2)."""
    if len(body) != 13:
        raise _bad("header")
    width, height = int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big")
    depth, colour, *rest = body[8:]
    if not width or not height or depth not in _DEPTHS.get(colour, ()) or any(rest):
        raise _bad("header")
    if width > max_side or height > max_side or width * height > max_pixels:
        raise DataError("image.too_large", "the image has more pixels than the limit")


def _write(kept: list[tuple[bytes, bytes]]) -> bytes:
    header = kept[0][1]
    palette = [body for kind, body in kept if kind == b"PLTE"]
    if header[9] == _PALETTE and not (palette and len(palette[0]) % 3 == 0 and 0 < len(palette[0]) <= 768):
        raise _bad("palette")
    chunks = [(b"IHDR", header)]
    if header[9] == _PALETTE:
        chunks.append((b"PLTE", palette[0]))
    chunks += [(b"IDAT", b"".join(body for kind, body in kept if kind == b"IDAT")), (b"IEND", b"")]
    return _SIGNATURE + b"".join(
        len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        for kind, body in chunks
    )


def _bad(detail: str) -> DataError:
    return DataError("image.undecodable", "the image cannot be decoded", detail)
