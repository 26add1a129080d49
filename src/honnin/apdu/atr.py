"""Answer to reset: what it says about extended-length APDUs (ISO/IEC 7816-3 §8.2, 7816-4 §12.1.1).

For contactless cards PC/SC makes an ATR of the card's own historical bytes (PC/SC part 3 §3.1.3.2.3), so the same
reading serves both. An ATR is told by the card: it can make a reading slower, and nothing else rests on it.
"""

from __future__ import annotations

MAX_ATR = 33
_CAPABILITIES = 0x7
_EXTENDED = 0x40


def historical_bytes(atr: bytes) -> bytes:
    """The historical bytes, at most 15; empty when the ATR has none or is not an ATR."""
    if not 2 <= len(atr) <= MAX_ATR or atr[0] not in {0x3B, 0x3F}:
        return b""
    count, more, at = atr[1] & 0x0F, atr[1] >> 4, 2
    while more:
        at += (more & 1) + (more >> 1 & 1) + (more >> 2 & 1)  # TA, TB, TC
        if not more & 8:
            break
        if at >= len(atr):
            return b""
        more, at = atr[at] >> 4, at + 1  # TD
    return atr[at : at + count] if at + count <= len(atr) else b""


def extended_length(atr: bytes) -> bool | None:
    """Whether the card says that it takes extended Lc and Le; None when it does not say."""
    history = historical_bytes(atr)
    if not history or history[0] not in {0x00, 0x80}:
        return None
    objects = history[1:-3] if history[0] == 0x00 else history[1:]  # category 00 ends with three status octets
    at = 0
    while at < len(objects):
        tag, length = objects[at] >> 4, objects[at] & 0x0F
        value = objects[at + 1 : at + 1 + length]
        if tag == _CAPABILITIES:
            return bool(value[2] & _EXTENDED) if len(value) == length == 3 else None
        at += 1 + length
    return None
