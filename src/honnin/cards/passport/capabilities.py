"""What chip and reader can carry: extended length, buffer sizes, chaining (passport.md §2.2).

Extended length is used only when the chip says that it knows it, in EF.ATR/INFO (DO 7F66, DO 47) or in the historical
octets of the ATR, and the reader is known to carry it. Both default to no: short APDUs work everywhere.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from honnin.apdu.secure_messaging import SHORT_RESPONSE, max_plain
from honnin.core.tlv import Tlv, TlvError, iterate
from honnin.crypto import Cipher

__all__ = ["Capabilities", "parse_atr", "parse_atr_info"]

_LEAST_USEFUL = 512  # a smaller buffer gains nothing over short APDUs
_MOST = 65535
_CAPABILITIES = 0x47
_EXTENDED_LENGTH_INFORMATION = 0x7F66


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`extended` is None when nothing was said. `max_response` counts the whole response APDU; None when unknown."""

    extended: bool | None = None
    chaining: bool = False
    max_command: int | None = None
    max_response: int | None = None
    in_atr_info: bool = True  # whether EF.ATR/INFO may know more

    def usable(self, *, reader: bool | None) -> bool:
        """Whether to use extended length: the chip says so, its buffers are worth it, the reader can."""
        if reader is not True or not self.extended:
            return False
        return all(each is None or each >= _LEAST_USEFUL for each in (self.max_response, self.max_command))

    def read_length(self, cipher: Cipher | None, *, extended: bool) -> int:
        """Most octets to ask for in one READ BINARY: in plain (no cipher) or protected; 65536: as much as there is.

        Short: 256 plain, 231 triple DES, 223 AES.
        """
        if not extended:
            return SHORT_RESPONSE if cipher is None else max_plain(cipher)
        if self.max_response is None:
            return 65536
        room = min(self.max_response, _MOST) - 2  # the status word
        return room if cipher is None else max_plain(cipher, room)


def parse_atr(atr: bytes) -> Capabilities:
    """From the historical octets of an ATR (for contactless cards PC/SC builds it: `3B 8n 80 01 …`).

    Never raises: what cannot be read says nothing.
    """
    try:
        count, mask, at = atr[1] & 0x0F, atr[1] >> 4, 2
        while True:
            at += (mask & 7).bit_count()
            if not mask & 8:
                break
            mask = atr[at] >> 4
            at += 1
        historical = atr[at : at + count]
    except IndexError:
        return Capabilities()
    if len(historical) != count or historical[:1] not in (b"\x80", b"\x00"):
        return Capabilities()
    at = 1
    while at < len(historical):
        tag, length = historical[at] >> 4, historical[at] & 0x0F
        value = historical[at + 1 : at + 1 + length]
        if tag == 7 and length == len(value) == 3:
            return _from_octet(value[2])
        at += 1 + length
    return Capabilities()


def parse_atr_info(content: bytes, known: Capabilities) -> Capabilities:
    """From EF.ATR/INFO: data objects one after the other, some chips with a category octet `80` before them.

    `known` is what the ATR said. Never raises: objects up to the first malformed one count.
    """
    found = known
    maxima: tuple[int, int] | None = None
    for item in _objects(content.removeprefix(b"\x80")):
        if item.tag == _CAPABILITIES and len(item.value) == 3:
            found = _from_octet(item.value[2])
        elif item.tag == _EXTENDED_LENGTH_INFORMATION:
            numbers = [int.from_bytes(each.value, "big") for each in _objects(item.value) if each.tag == 0x02]
            if len(numbers) == 2:
                maxima = numbers[0], numbers[1]
    if maxima is None:
        return Capabilities(found.extended, found.chaining, in_atr_info=False)
    # Stated buffers are the permission to use extended length (Doc 9303-11), unless DO 47 denies it.
    extended = found.extended is not False
    return Capabilities(extended, found.chaining, maxima[0], maxima[1], in_atr_info=False)


def _from_octet(octet: int) -> Capabilities:
    """Third software function octet: bit 8 chaining, bit 7 extended length, bit 6 sizes are in EF.ATR/INFO."""
    extended = bool(octet & 0x40)
    return Capabilities(extended, bool(octet & 0x80), in_atr_info=extended and bool(octet & 0x20))


def _objects(data: bytes) -> list[Tlv]:
    found: list[Tlv] = []
    with suppress(TlvError):
        found.extend(iterate(data, count=32))  # keeps what came before the error
    return found
