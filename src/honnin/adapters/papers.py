"""Scans of papers: JPEG, PNG or PDF from anybody, made harmless or refused (design §11; honnin.flows.papers).

A picture is written anew without anything but the picture and then decoded once in the limited child: what no decoder
reads is no evidence. A PDF is searched and never drawn.
"""

from __future__ import annotations

from honnin.adapters.card_png import is_png, rebuild_png
from honnin.adapters.images import ImageLimits, decode_to_png
from honnin.adapters.paper_jpeg import is_jpeg, rebuild_jpeg
from honnin.adapters.paper_pdf import check_pdf, is_pdf
from honnin.core.errors import DataError
from honnin.flows.papers import Paper

__all__ = ["PAPER_LIMITS", "paper_png", "read_paper"]

# A4 at 600 dots per inch is 35 million pixels; a screen needs four.
PAPER_LIMITS = ImageLimits(
    input_octets=10 << 20, pixels=40_000_000, output_octets=16 << 20, memory_octets=1 << 30, cpu_seconds=20,
    wall_seconds=30.0, side=8192, shown_pixels=4_000_000,
)  # fmt: skip
MAX_CHUNKS = 8192  # scanners write 8 KiB at a time


def read_paper(octets: bytes) -> Paper:
    """The scan as it may be kept. What it is, its content says and no name of a file.

    Raises DataError: `paper.size` (no octets, or octets, pixels or objects over the limits), `paper.type` (no JPEG, PNG
    or PDF), `paper.damaged`, `paper.encrypted`, `paper.active`, `paper.pages`, `image.busy`.
    """
    if not 0 < len(octets) <= PAPER_LIMITS.input_octets:
        raise DataError("paper.size", "the file is empty or larger than the limit")
    if is_pdf(octets):
        check_pdf(octets)
        return Paper(octets, "application/pdf")
    try:
        paper = _picture(octets)
        paper_png(paper.octets)
    except DataError as error:
        codes = {"image.too_large": "paper.size", "image.undecodable": "paper.damaged"}
        if error.code not in codes:
            raise
        raise DataError(codes[error.code], error.message, error.detail) from None
    return paper


def _picture(octets: bytes) -> Paper:
    pixels = PAPER_LIMITS.pixels
    if is_jpeg(octets):
        return Paper(rebuild_jpeg(octets, max_pixels=pixels), "image/jpeg")
    if is_png(octets):
        made = rebuild_png(octets, max_pixels=pixels, max_side=PAPER_LIMITS.side, max_chunks=MAX_CHUNKS)
        return Paper(made, "image/png")
    raise DataError("paper.type", "this is no JPEG, PNG or PDF")


def paper_png(octets: bytes) -> bytes:
    """A kept picture as PNG, no larger than a screen needs, the right side up. Raises DataError `image.…`."""
    return decode_to_png(octets, limits=PAPER_LIMITS)
