"""The records of the card's two data applications, taken apart strictly (mynumber-card.md §5.2 to §5.6, §6.2, §6.3).

The parts that a signature covers are kept as they stand in the file, tag and length included. Every record has a fixed
order of parts; a table of offsets must point at them. Anything else is DataError `mynumber.record`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from honnin.core.errors import DataError
from honnin.core.secret import Secret
from honnin.core.tlv import Tlv, TlvError, parse_single

__all__ = [
    "CardKeyRecord", "Face", "Integrity", "NumberImage", "TextItems", "parse_card_key_record", "parse_day",
    "parse_face", "parse_integrity", "parse_number", "parse_number_image", "parse_text_items",
]  # fmt: skip

MAX_TEXT = 2048  # octets of a name or an address
SEXES = {"1": "male", "2": "female", "9": "unspecified", "0": "unspecified"}
_PNG, _JP2 = b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x0cjP  \r\n\x87\n"


def _malformed(what: str) -> DataError:
    return DataError("mynumber.record", "a record of the card is malformed", what)


def _parts(data: bytes, tag: int, *tags: int) -> dict[int, Tlv]:
    """The data objects of a record, which must be exactly these in this order. Raises DataError."""
    try:
        outer = parse_single(data)
        parts = outer.children()
    except TlvError as error:
        raise _malformed(error.code) from None
    if outer.tag != tag or tuple(each.tag for each in parts) != tags:
        raise _malformed(f"{tag:X}")
    return {each.tag: each for each in parts}


def _check_offsets(data: bytes, table: Tlv, parts: Mapping[int, Tlv]) -> None:
    """Each 16-bit number of the table must be where that part begins in the file (§7.5 step 3)."""
    position = len(data) - sum(len(each.raw) for each in (table, *parts.values())) + len(table.raw)
    expected = b""
    for part in parts.values():
        expected += position.to_bytes(2, "big")
        position += len(part.raw)
    if table.value != expected:
        raise _malformed("offsets")


# --- 券面事項確認AP ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Face:
    """EF 0002. `groups`: what each of the three digests covers. `photo` is empty on a card without one.

    `expiry` and `code_image` are covered by no signature. Dates as on the card, YYYYMMDD.
    """

    birth: str
    sex: str
    card_key: bytes
    name_image: bytes
    address_image: bytes
    photo: bytes
    signature: bytes
    expiry: str
    code_image: bytes
    groups: tuple[bytes, bytes, bytes]

    def image(self, name: str) -> tuple[bytes, str] | None:
        """(octets, media type) of "DF25" (name), "DF26" (address) or "DF27" (photo); None without such an image."""
        octets = {"DF25": self.name_image, "DF26": self.address_image, "DF27": self.photo}.get(name, b"")
        if octets.startswith(_PNG):
            return octets, "image/png"
        return (octets, "image/jp2") if octets.startswith(_JP2) else None


def parse_face(data: bytes) -> Face:
    """KENMEN.EF0002. Raises DataError `mynumber.record`."""
    tags = (0xDF22, 0xDF23, 0xDF24, 0xDF25, 0xDF26, 0xDF27, 0xDF28, 0xDF29, 0xDF2A)
    parts = _parts(data, 0xFF20, 0xDF21, *tags)
    table = parts.pop(0xDF21)
    _check_offsets(data, table, parts)
    raw = {tag: part.raw for tag, part in parts.items()}
    return Face(
        birth=_digits(parts[0xDF22], 8),
        sex=_digits(parts[0xDF23], 1),
        card_key=parts[0xDF24].value,
        name_image=parts[0xDF25].value,
        address_image=parts[0xDF26].value,
        photo=parts[0xDF27].value,
        signature=parts[0xDF28].value,
        expiry=_digits(parts[0xDF29], 8),
        code_image=parts[0xDF2A].value,
        groups=(raw[0xDF22] + raw[0xDF23] + raw[0xDF24], raw[0xDF25] + raw[0xDF26], raw[0xDF27]),
    )


@dataclass(frozen=True, slots=True)
class NumberImage:
    """EF 0005: the individual number as an image, the card's key, and what the signature covers."""

    image: bytes
    card_key: bytes
    covered: bytes
    signature: bytes


def parse_number_image(data: bytes) -> NumberImage:
    """KENMEN.EF0005. Raises DataError `mynumber.record`."""
    parts = _parts(data, 0xFF40, 0xDF41, 0xDF42, 0xDF43)
    covered = parts[0xDF41].raw + parts[0xDF42].raw
    return NumberImage(parts[0xDF41].value, parts[0xDF42].value, covered, parts[0xDF43].value)


# --- 券面事項入力補助AP -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextItems:
    """EF 0002: the four items. `digest`: SHA-256 of what the integrity record holds the digest of."""

    name: str
    address: str
    birth: str
    sex: str
    digest: bytes


def parse_text_items(data: bytes) -> TextItems:
    """HOJO.EF0002. Raises DataError `mynumber.record`."""
    parts = _parts(data, 0xFF20, 0xDF21, 0xDF22, 0xDF23, 0xDF24, 0xDF25)
    table = parts.pop(0xDF21)
    _check_offsets(data, table, parts)
    covered = b"".join(each.raw for each in parts.values())
    return TextItems(
        _text(parts[0xDF22]),
        _text(parts[0xDF23]),
        _digits(parts[0xDF24], 8),
        _digits(parts[0xDF25], 1),
        hashlib.sha256(covered).digest(),
    )


@dataclass(frozen=True, slots=True)
class Integrity:
    """EF 0003. `number_digest` is that of the individual number: to be treated like the number itself (§5.4)."""

    number_digest: Secret[bytes]
    items_digest: bytes
    covered: Secret[bytes]
    signature: bytes


def parse_integrity(data: bytes) -> Integrity:
    """HOJO.EF0003. Raises DataError `mynumber.record`."""
    parts = _parts(data, 0xFF30, 0xDF31, 0xDF32, 0xDF33)
    if len(parts[0xDF31].value) != 32 or len(parts[0xDF32].value) != 32:
        raise _malformed("FF30")
    return Integrity(
        Secret(parts[0xDF31].value),
        parts[0xDF32].value,
        Secret(parts[0xDF31].raw + parts[0xDF32].raw),
        parts[0xDF33].value,
    )


@dataclass(frozen=True, slots=True)
class CardKeyRecord:
    """EF 0007: the card's own key and its signature."""

    card_key: bytes
    covered: bytes
    signature: bytes


def parse_card_key_record(data: bytes) -> CardKeyRecord:
    """HOJO.EF0007. Raises DataError `mynumber.record`."""
    parts = _parts(data, 0xFF50, 0xDF51, 0xDF52)
    return CardKeyRecord(parts[0xDF51].value, parts[0xDF51].raw, parts[0xDF52].value)


def parse_number(data: bytes) -> Secret[str]:
    """The twelve digits of HOJO.EF0001 (17 octets with their filler). Raises DataError `mynumber.record`."""
    if len(data) != 17 or data[:3] != b"\xff\x10\x0c" or not data[3:15].isdigit():
        raise _malformed("FF10")
    return Secret(data[3:15].decode("ascii"))


# --- Values -----------------------------------------------------------------------------------------------------------


def parse_day(digits: str) -> date | None:
    """YYYYMMDD as a day; None when it is none (parts may be unknown, §13.4)."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _digits(part: Tlv, count: int) -> str:
    if len(part.value) != count or not part.value.isdigit():
        raise _malformed(f"{part.tag:X}")
    return part.value.decode("ascii")


def _text(part: Tlv) -> str:
    if len(part.value) > MAX_TEXT:
        raise _malformed(f"{part.tag:X}")
    try:
        text = part.value.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed(f"{part.tag:X}") from None
    if any(each < " " or each == "\x7f" for each in text):
        raise _malformed(f"{part.tag:X}")
    return text
