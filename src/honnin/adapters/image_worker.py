"""The child process that decodes a stranger's image: reads it on stdin, writes a PNG on stdout.

Why it exists: OpenJPEG is the largest C parser that a card from outside reaches (design §11). This file is run as a
script in an isolated interpreter and imports nothing of ours, so that a broken decoder holds neither keys nor data of
others. Arguments: most octets of input, most pixels, seconds of CPU, octets of memory, what it must be (0 a
photo, 1 a fax in a TIFF, 2 a drawing in a PNG), most pixels of what is written (0: as it is).
Exit codes: 0 PNG written, 3 not decodable, 4 too large.
"""

from __future__ import annotations

import io
import sys
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

UNDECODABLE = 3
TOO_LARGE = 4
PHOTO, FAX, DRAWING = 0, 1, 2
_FORMATS = {PHOTO: ("JPEG", "JPEG2000"), FAX: ("TIFF",), DRAWING: ("PNG",)}
_SIDE = 8192
_ORIENTATION = 0x0112  # Exif: which side is up
# By its value: mirrored, half a turn, upside down, along the diagonals, a quarter turn (PIL.Image.Transpose).
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


def _limit(cpu_seconds: int, memory: int) -> None:
    """Lower what this process may use. Where the platform has no such limits the parent's clock remains."""
    try:
        import resource  # noqa: PLC0415  # not on every platform
    except ImportError:
        return
    wanted = [
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ]
    for what, value in wanted:
        try:
            _, hard = resource.getrlimit(what)
            ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(what, (ceiling, ceiling))
        except (OSError, ValueError):
            continue


def _decode(data: bytes, max_pixels: int, formats: tuple[str, ...], shown_pixels: int) -> bytes | int:
    from PIL import Image  # noqa: PLC0415  # after the limits are set

    Image.MAX_IMAGE_PIXELS = max_pixels
    with Image.open(io.BytesIO(data), formats=formats) as image:
        width, height = image.size
        if width * height > max_pixels or max(width, height) > _SIDE:
            return TOO_LARGE
        image.load()
        shown: Image.Image = image
        if image.mode in {"LA", "RGBA"} and formats == _FORMATS[DRAWING]:  # ink on nothing: on white paper
            shown = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
        plain = shown if shown.mode in {"L", "RGB"} else shown.convert("L" if shown.mode == "1" else "RGB")
        if shown_pixels:
            plain = _for_screen(plain, shown_pixels, image.getexif().get(_ORIENTATION, 1))
        out = io.BytesIO()
        Image.frombytes(plain.mode, plain.size, plain.tobytes()).save(out, "PNG", compress_level=1)
        return out.getvalue()


def _for_screen(plain: Image.Image, shown_pixels: int, turned: object) -> Image.Image:
    """No larger than that, and the right side up (Exif 2.3 §4.6.4)."""
    width, height = plain.size
    if width * height > shown_pixels:
        scale = (shown_pixels / (width * height)) ** 0.5
        plain.thumbnail((max(1, int(width * scale)), max(1, int(height * scale))))
    if not isinstance(turned, int) or turned not in _TURNS:
        return plain
    from PIL.Image import Transpose  # noqa: PLC0415  # after the limits are set

    return plain.transpose(Transpose(_TURNS[turned]))


def _complete(data: bytes) -> bool:
    """Whether a drawing's picture data inflate to its rows, no less and no more (PNG §7.2, §10). `data` as card_png
    writes it. Inflated here with a bound, so that a bomb comes to no more than one octet over it.
    """
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[data[25]]
    rows = height * (1 + (width * data[24] * channels + 7) // 8)
    at = 8
    while at < len(data) and data[at + 4 : at + 8] != b"IDAT":
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    packed = data[at + 8 : at + 8 + int.from_bytes(data[at : at + 4], "big")]
    return len(zlib.decompressobj().decompress(packed, rows + 1)) == rows


def main() -> int:
    """One image. Whatever goes wrong is an exit code; nothing about the image is printed."""
    max_input, max_pixels, cpu_seconds, memory, form = (int(each) for each in sys.argv[1:6])
    _limit(cpu_seconds, memory)
    data = sys.stdin.buffer.read(max_input + 1)
    if len(data) > max_input:
        return TOO_LARGE
    try:
        if form == DRAWING and not _complete(data):
            return UNDECODABLE
        result = _decode(data, max_pixels, _FORMATS[form], int(sys.argv[6]))
    except Exception as error:  # noqa: BLE001  # a hostile image may raise anything
        return TOO_LARGE if type(error).__name__ in {"DecompressionBombError", "MemoryError"} else UNDECODABLE
    if isinstance(result, int):
        return result
    sys.stdout.buffer.write(result)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
