"""The two little pictures of digits on the card: 個人番号 72 × 12, security code 24 × 12, PNG of one bit (§6.2, §6.3).

Written without an image library: digits of 5 × 7 dots in cells of 6 × 12, black on white.
"""

from __future__ import annotations

import struct
import zlib

__all__ = ["digits_png", "png"]

# Seven rows of five dots a digit.
_DOTS = {
    "0": (0x0E, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0E),
    "1": (0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E),
    "2": (0x0E, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1F),
    "3": (0x1F, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0E),
    "4": (0x02, 0x06, 0x0A, 0x12, 0x1F, 0x02, 0x02),
    "5": (0x1F, 0x10, 0x1E, 0x01, 0x01, 0x11, 0x0E),
    "6": (0x06, 0x08, 0x10, 0x1E, 0x11, 0x11, 0x0E),
    "7": (0x1F, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08),
    "8": (0x0E, 0x11, 0x11, 0x0E, 0x11, 0x11, 0x0E),
    "9": (0x0E, 0x11, 0x11, 0x0F, 0x01, 0x02, 0x0C),
}
_CELL = 6
_HEIGHT = 12
_TOP = 2


def png(width: int, rows: tuple[int, ...]) -> bytes:
    """A PNG of one bit a pixel, greyscale; each row an integer of `width` bits, 1 = white."""
    octets = -(-width // 8)
    raw = b"".join(b"\0" + (row << (octets * 8 - width)).to_bytes(octets, "big") for row in rows)
    header = struct.pack(">IIBBBBB", width, len(rows), 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def digits_png(digits: str) -> bytes:
    """The digits as a picture, six pixels a digit, twelve high."""
    width = _CELL * len(digits)
    rows = []
    for y in range(_HEIGHT):
        black = 0
        for digit in digits:
            dots = _DOTS[digit][y - _TOP] if _TOP <= y < _TOP + 7 else 0
            black = black << _CELL | dots
        rows.append(~black & ((1 << width) - 1))
    return png(width, tuple(rows))
