"""Papers that people bring or send, as scans: what of them may be kept with a record, and how they are seen again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from honnin.flows.attachments import Brought

__all__ = ["PAPERS", "Paper", "PaperPicture", "PaperService", "brought_paper"]

# What a scan can be (規則19条1項2号). Images of a face or a document that have to be taken by the house's own software
# at that moment, what a chip gave and signatures are none: nobody can make them out of a file afterwards.
PAPERS = ("ATT_COPIES", "ATT_SENT_DOCUMENT", "ATT_SUPPLEMENT", "ATT_REGISTRY_DATA", "ATT_PUBLIC_DATA")


@dataclass(frozen=True, slots=True)
class Paper:
    """A scan as it is kept: the picture without what a camera wrote beside it, or a PDF that only shows."""

    octets: bytes
    media_type: str  # image/jpeg, image/png, application/pdf


# Octets of a file from anybody -> what may be kept. Raises DataError `paper.…`, `image.busy`.
PaperService = Callable[[bytes], Paper]
# Octets of a kept picture -> PNG for the screen. Raises DataError `image.…`.
PaperPicture = Callable[[bytes], bytes]


def brought_paper(code: str, octets: bytes, read: PaperService) -> Brought:
    """A scan of that kind, ready to be attached. Raises DataError `attachment.code`, those of PaperService."""
    paper = read(octets)
    return Brought(code, paper.octets, paper.media_type)
