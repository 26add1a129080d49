"""The data objects in the files of a residence card (residence-card.md §2, §2.1, §2.2, §6.2).

Files are as long as their capacity and end in 00. A file that begins with 00 holds no object at all: that is how a
permission which was later taken back is erased. Tags mean other things in each generation, so nothing is shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from honnin.core.errors import DataError
from honnin.core.tlv import TlvError
from honnin.core.two_octet_tlv import parse_header

__all__ = ["parse_objects", "text", "valid_date"]

MAX_OBJECTS = 32
MAX_VALUE = 16 * 1024
MAX_TEXT = 400


def parse_objects(data: bytes) -> Mapping[int, bytes]:
    """Tag -> value, in the order of the file. Empty when the file is all 00.

    Raises TlvError; DataError `residence.file.trailing` (something other than 00 behind the objects), `.twice` (a tag
    that is there twice: which one counts would be the reader's choice), `.many`.
    """
    found: dict[int, bytes] = {}
    offset = 0
    while offset < len(data) and data[offset] != 0x00:
        if len(found) >= MAX_OBJECTS:
            raise DataError("residence.file.many", "a file has too many data objects")
        tag, header, length = parse_header(data, offset)
        start = offset + header
        offset = start + length
        if length > MAX_VALUE or offset > len(data):
            raise TlvError("tlv.truncated", "a data object is shorter than its length says")
        if tag in found:
            raise DataError("residence.file.twice", "a file has a data object twice")
        found[tag] = data[start:offset]
    if data[offset:].strip(b"\0"):
        raise DataError("residence.file.trailing", "octets follow the data objects of a file")
    return found


def text(value: bytes) -> tuple[str, str]:
    """(text, encoding) of a text object padded with 00. UTF-8 is what the document says; older readers take Shift_JIS
    for granted, so octets that are no UTF-8 are tried as that, and the encoding says so (§2.1).

    Raises DataError `residence.text`.
    """
    body = value.rstrip(b"\0")[: MAX_TEXT * 4]
    for encoding in ("utf-8", "cp932"):
        try:
            decoded = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(decoded) > MAX_TEXT or any(ord(each) < 0x20 and each not in "\r\n\t" for each in decoded):
            break
        return decoded.strip(), encoding
    raise DataError("residence.text", "a text cannot be read")


def valid_date(value: bytes) -> str | None:
    """YYYY-MM-DD of eight digits YYYYMMDD, None when that is no day. Nothing is added to what the card says."""
    if len(value) != 8 or not value.isdigit():
        return None
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:])).isoformat()
    except ValueError:
        return None
