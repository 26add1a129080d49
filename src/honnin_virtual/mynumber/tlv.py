"""Data objects as this card writes them: one length octet below 80, otherwise 82 hh ll even for small values (§5.2).

The licence application counts the same way with one-octet tags (drivers-licence.md §5.1).
"""

from __future__ import annotations

__all__ = ["padded", "tlv", "with_offsets"]


def tlv(tag: int, value: bytes) -> bytes:
    """One data object. The identifier octets are those of `tag` (0xDF21, 0x7F21, 0xC2)."""
    length = bytes([len(value)]) if len(value) < 0x80 else b"\x82" + len(value).to_bytes(2, "big")
    return tag.to_bytes(2 if tag > 0xFF else 1, "big") + length + value


def with_offsets(outer: int, table: int, items: tuple[bytes, ...]) -> bytes:
    """The outer object holding a table of absolute file offsets (two octets each) and then the items (§5.2, §6.2)."""
    first = len(tlv(table, bytes(2 * len(items))))
    inner = first + sum(map(len, items))
    header = len(tlv(outer, bytes(inner))) - inner
    offsets, position = b"", header + first
    for item in items:
        offsets += position.to_bytes(2, "big")
        position += len(item)
    return tlv(outer, tlv(table, offsets) + b"".join(items))


def padded(content: bytes, size: int, step: int = 256) -> bytes:
    """Filled with FF to the physical size of the file; a longer content gets the next multiple of `step`."""
    return content.ljust(max(size, -(-len(content) // step) * step if len(content) > size else size), b"\xff")
