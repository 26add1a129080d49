"""PDF scans of papers: refused when they could do anything but be looked at (ISO 32000-1).

The file is kept as it came, since its digest is evidence, and given out again as a plain download only; nothing of ours
draws it. It is searched for names of actions, scripts, forms and files inside. A name may be written with hexadecimal
escapes, and an object may stand anywhere, also in the body of a stream or packed: so the whole file is searched, and
not the structure that it claims; where it has packed objects (§7.5.7), every stream that can be unpacked is searched
too, whatever its dictionary says. What cannot be searched (encrypted, packed in another way) is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from honnin.core.errors import DataError

__all__ = ["check_pdf", "is_pdf"]

MAX_PAGES = 50
MAX_STREAMS = 20_000
MAX_UNPACKED = 64 << 20  # octets of all streams; pictures in JPEG or fax coding are none of them
_CHUNK = 1 << 16
_OVERLAP = 128  # longer than any name that is searched, with every letter escaped
_TAIL = 1024
_END = rb"(?=[\s\x00/<>\[\](){}%])"
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_PAGE = re.compile(rb"/Type\s*/Page" + _END)
_PACKED = re.compile(rb"/ObjStm" + _END)
_ODDLY_PACKED = re.compile(rb"/(?:LZWDecode|ASCII85Decode|ASCIIHexDecode|RunLengthDecode|LZW|A85|AHx|RL|Crypt)" + _END)
_ENCRYPTED = re.compile(rb"/Encrypt" + _END)
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|SubmitForm|ImportData|RichMedia|EmbeddedFiles?|XFA|GoToR|GoToE|Rendition)" + _END
)


def is_pdf(data: bytes) -> bool:
    """Whether it begins like a PDF."""
    return data.startswith((b"%PDF-1.", b"%PDF-2."))


def check_pdf(data: bytes) -> int:
    """How many pages it has (with earlier versions of them, where it was changed), 1 to MAX_PAGES.

    Raises DataError: `paper.damaged` (no end, or something behind it; packed in a way that cannot be searched),
    `paper.encrypted`, `paper.active`, `paper.pages`, `paper.size` (more streams, or octets in them, than the limits).
    """
    end = data.rfind(b"%%EOF")
    if not is_pdf(data) or end < 0 or len(data) - end > _TAIL or data[end + 5 :].strip(b"\x00\t\n\f\r "):
        raise DataError("paper.damaged", "the PDF has no end, or something behind it")
    plain = _unescaped(data)
    pages = _searched(plain)
    if _PACKED.search(plain):
        if _ODDLY_PACKED.search(plain):
            raise DataError("paper.damaged", "the objects of the PDF may be packed in a way that cannot be searched")
        pages += _in_streams(data)
    if not 1 <= pages <= MAX_PAGES:
        raise DataError("paper.pages", "the PDF has no page or more than the limit", str(pages))
    return pages


def _unescaped(text: bytes) -> bytes:
    """Names as they are read: `/J#61vaScript` is /JavaScript (§7.3.5)."""
    if b"#" not in text:
        return text
    return _ESCAPE.sub(lambda found: bytes.fromhex(found.group(1).decode("ascii")), text)


def _searched(text: bytes) -> int:
    """How many pages stand in it. Raises DataError `paper.encrypted`, `paper.active`."""
    if _ENCRYPTED.search(text):
        raise DataError("paper.encrypted", "the PDF is encrypted")
    found = _ACTIVE.search(text)
    if found is not None:
        raise DataError("paper.active", "the PDF has something that acts", found.group().decode("ascii"))
    return sum(1 for _ in _PAGE.finditer(text))


def _in_streams(data: bytes) -> int:
    """How many pages stand in what can be unpacked. Raises DataError as _searched, and `paper.size`."""
    pages, room = 0, MAX_UNPACKED
    for count, stream in enumerate(_STREAM.finditer(data)):
        if count >= MAX_STREAMS:
            raise DataError("paper.size", "the PDF has more streams than the limit")
        before = b""
        for chunk in _unpacked(data, stream.end()):
            room -= len(chunk)
            if room < 0:
                raise DataError("paper.size", "the PDF unpacks to more than the limit")
            pages += _searched(_unescaped(before + chunk)) - _searched(_unescaped(before))
            before = (before + chunk)[-_OVERLAP:]
        pages += _searched(_unescaped(before + b" ")) - _searched(_unescaped(before))
    return pages


def _unpacked(data: bytes, start: int) -> Iterator[bytes]:
    """What begins there, unpacked, piece by piece; nothing when it is not packed so, else all up to a fault."""
    unpacker = zlib.decompressobj()
    waiting = memoryview(data)[start:]
    at = 0
    while not unpacker.eof and (at < len(waiting) or unpacker.unconsumed_tail):
        fresh = unpacker.unconsumed_tail or waiting[at : at + _CHUNK]
        at += 0 if unpacker.unconsumed_tail else len(fresh)
        try:
            made = unpacker.decompress(fresh, _CHUNK)
        except zlib.error:
            return
        if made:
            yield made
