"""Pictures from a chip for the screen, as PNG: photos, drawings and faxes, decoded in a limited child (design §11).

The child is honnin/adapters/image_worker.py in an isolated interpreter (`-I`: no environment, no current directory),
with limits on memory and processor time where the platform has them. The parent bounds what it sends, what it takes
back and how long it waits, and believes nothing but a PNG header that keeps the limits.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from honnin.adapters import image_worker
from honnin.adapters.card_png import MAX_SIDE, is_png, rebuild_png
from honnin.adapters.fax_tiff import is_tiff, rebuild_fax
from honnin.core.errors import DataError

_PNG = b"\x89PNG\r\n\x1a\n"
_WORKER = Path(image_worker.__file__)


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What one decoding may use. The defaults fit every portrait of a travel document several times over."""

    input_octets: int = 1 << 20
    pixels: int = 4_000_000
    output_octets: int = 16 << 20
    memory_octets: int = 1 << 29
    cpu_seconds: int = 5
    wall_seconds: float = 8.0
    side: int = MAX_SIDE  # pixels, of a PNG
    shown_pixels: int | None = None  # larger pictures are made smaller, the right side up; None: as they are


DEFAULT_LIMITS = ImageLimits()
AT_ONCE = 4  # children, whoever asks: each may take as much memory as it is allowed
_slots = threading.BoundedSemaphore(AT_ONCE)


def decode_to_png(data: bytes, *, limits: ImageLimits = DEFAULT_LIMITS) -> bytes:
    """The image as PNG, grey or RGB, without any metadata of the original.

    A TIFF must be a two-tone Group 4 picture; it gets a header of ours before the decoder sees it, and a PNG is written
    anew without anything but its picture. Padding behind the picture does no harm. Raises DataError: `image.too_large`
    (octets or pixels over the limits), `image.undecodable` (no JPEG, JPEG 2000, PNG or such TIFF, cut short, or the
    decoder died or did not come to an end), `image.busy` (all decoders at work for so long).
    """
    if len(data) > limits.input_octets:
        raise DataError("image.too_large", "the image has more octets than the limit")
    if is_tiff(data):
        data = rebuild_fax(data, max_pixels=limits.pixels)
    elif is_png(data):
        data = rebuild_png(data, max_pixels=limits.pixels, max_side=limits.side)
    if not _slots.acquire(timeout=limits.wall_seconds):
        raise DataError("image.busy", "too many images are being decoded")
    try:
        png, code = _run(data, limits)
    finally:
        _slots.release()
    if code == image_worker.TOO_LARGE or len(png) > limits.output_octets:
        raise DataError("image.too_large", "the image is larger than the limit")
    if code != 0 or not _is_png(png, limits.shown_pixels or limits.pixels):
        raise DataError("image.undecodable", "the image cannot be decoded", f"worker exit code {code}")
    return png


def _run(data: bytes, limits: ImageLimits) -> tuple[bytes, int]:
    arguments = (
        limits.input_octets, limits.pixels, limits.cpu_seconds, limits.memory_octets, _form(data),
        limits.shown_pixels or 0,
    )  # fmt: skip
    try:
        child = subprocess.Popen(  # noqa: S603  # our own file, no shell, numbers as arguments
            [sys.executable, "-I", "-B", str(_WORKER), *(str(each) for each in arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            close_fds=True,
        )
    except OSError as error:
        raise DataError("image.undecodable", "the image decoder cannot be started", str(error)) from None
    if child.stdin is None or child.stdout is None:  # pragma: no cover - both are pipes
        raise DataError("image.undecodable", "the image decoder has no pipes")
    clock = threading.Timer(limits.wall_seconds, child.kill)
    feeder = threading.Thread(target=_feed, args=(child.stdin, data), daemon=True)
    try:
        clock.start()
        feeder.start()
        png = child.stdout.read(limits.output_octets + 1)
        if len(png) > limits.output_octets:
            child.kill()
        return png, child.wait()
    finally:
        child.kill()
        clock.cancel()
        child.wait()
        feeder.join()
        child.stdout.close()


def _form(data: bytes) -> int:
    """What the child may take it for: nothing else is tried."""
    return image_worker.FAX if is_tiff(data) else image_worker.DRAWING if is_png(data) else image_worker.PHOTO


def _feed(pipe: IO[bytes], data: bytes) -> None:
    """Write and close; a child that stops listening is dealt with by its exit code."""
    with contextlib.suppress(OSError, ValueError):
        pipe.write(data)
    with contextlib.suppress(OSError, ValueError):
        pipe.close()


def _is_png(png: bytes, max_pixels: int) -> bool:
    """Signature, IHDR first, dimensions within the limit, IEND last (PNG §5.3, §11.2.2)."""
    if len(png) < 57 or not png.startswith(_PNG) or png[12:16] != b"IHDR" or png[-8:-4] != b"IEND":
        return False
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    return 0 < width * height <= max_pixels
