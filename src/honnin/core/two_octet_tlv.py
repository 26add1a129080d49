"""TLV of residence cards (residence-card.md §2, §6.2): one-octet tags, and two octets after a first one ending in 1F.

Not BER: the address image has the tag DF D1, whose second octet would ask for a third one in BER. Lengths are those of
BER: 00–7F, 81 xx, 82 xx xx.
"""

from __future__ import annotations

from honnin.core.tlv import TlvError

__all__ = ["parse_header"]


def parse_header(data: bytes, offset: int = 0) -> tuple[int, int, int]:
    """(tag, header length, value length) at `offset`; whether the value is there is the caller's to see.

    Raises TlvError `tlv.truncated`, `tlv.length`.
    """
    count = 2 if data[offset : offset + 1] and data[offset] & 0x1F == 0x1F else 1
    at = offset + count
    if at >= len(data):
        raise TlvError("tlv.truncated", "a data object ends before its length")
    tag = int.from_bytes(data[offset:at], "big")
    first = data[at]
    if first < 0x80:
        return tag, count + 1, first
    if first not in {0x81, 0x82}:
        raise TlvError("tlv.length", "a length is indefinite or has more than two octets")
    octets = first & 0x7F
    if at + 1 + octets > len(data):
        raise TlvError("tlv.truncated", "a data object ends inside its length")
    return tag, count + 1 + octets, int.from_bytes(data[at + 1 : at + 1 + octets], "big")
