"""What the files of a residence card hold, taken apart by generation (residence-card.md §2, §6). Judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from honnin.checks.residence.objects import parse_objects, text
from honnin.core.errors import DataError
from honnin.facts import Reading

__all__ = ["CARD_TYPES", "Contents", "Picture", "picture", "read_contents"]

CARD_TYPES: Mapping[str, tuple[int, str]] = {
    "1": (1, "在留カード / Residence card"),
    "2": (1, "特別永住者証明書 / Special permanent resident certificate"),
    "05": (2, "在留カード / Residence card"),
    "06": (2, "特別永住者証明書 / Special permanent resident certificate"),
}
_FRONT, _FACE = 0xD0, 0xD1  # first generation; in the second D0 is the name
_NAME, _ADDRESS = 0xD0, 0xDFD1
# Attribute -> (file, tag, kind) of each generation's pictures.
_PICTURES: dict[int, dict[str, tuple[str, int]]] = {
    1: {"front_image": ("DF1.EF01", _FRONT), "portrait": ("DF1.EF02", _FACE)},
    2: {
        "portrait": ("DF1.EF03", _FACE), "name_image": ("DF1.EF03", _NAME), "address_image": ("DF1.EF04", _ADDRESS),
    },
}  # fmt: skip
_MAGIC = (
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/j2c"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as it lies on the chip, with its padding. `media_type` None: of no kind that is known."""

    file: str
    value: bytes
    media_type: str | None

    @property
    def empty(self) -> bool:
        """Nothing but 00: what cards without a photo have in its place."""
        return not self.value.strip(b"\0")


@dataclass(slots=True)
class Contents:
    """`files`: objects by file name. `malformed`: file -> code. `generation` None: the type cannot be told."""

    card_type: str = ""
    generation: int | None = None
    files: dict[str, Mapping[int, bytes]] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    malformed: dict[str, str] = field(default_factory=dict)
    odd_encodings: dict[str, str] = field(default_factory=dict)

    def value(self, name: str, tag: int) -> bytes | None:
        """The value of an object, None when it or its file is not there."""
        return self.files.get(name, {}).get(tag)

    def text(self, name: str, tag: int) -> str | None:
        """A text object; None when it is not there, empty, or cannot be read (then it is in `malformed`)."""
        value = self.value(name, tag)
        if value is None:
            return None
        try:
            decoded, encoding = text(value)
        except DataError as error:
            self.malformed[name] = error.code
            return None
        if encoding != "utf-8":
            self.odd_encodings[f"{name}/{tag:X}"] = encoding
        return decoded or None

    def ascii(self, name: str, tag: int) -> str | None:
        """A code or number object without padding; None when it is not there, empty or not ASCII."""
        value = self.value(name, tag)
        stripped = b"" if value is None else value.strip(b"\0 ")
        return stripped.decode("ascii") if stripped and stripped.isascii() and stripped.isalnum() else None


def read_contents(reading: Reading) -> Contents:
    """Take all files apart. Never raises for what a chip can have sent."""
    contents = Contents()
    for name, octets in reading.files.items():
        try:
            contents.files[name] = parse_objects(octets)
        except DataError as error:
            contents.malformed[name] = error.code
    contents.card_type = contents.ascii("MF.EF02", 0xC1) or ""
    known = CARD_TYPES.get(contents.card_type)
    if known is not None:
        contents.generation = known[0]
        for attribute in _PICTURES[known[0]]:
            found = picture(reading, attribute)
            if found is not None:
                contents.pictures[attribute] = found
    return contents


def picture(reading: Reading, attribute: str) -> Picture | None:
    """The octets of "portrait", "front_image", "name_image" or "address_image"; None when there is no such object."""
    try:
        card_type = parse_objects(reading.files.get("MF.EF02", b"")).get(0xC1, b"").decode("ascii", "replace")
        generation, _ = CARD_TYPES.get(card_type, (0, ""))
        place = _PICTURES.get(generation, {}).get(attribute)
        if place is None:
            return None
        value = parse_objects(reading.files.get(place[0], b"")).get(place[1])
    except DataError:
        return None
    if value is None:
        return None
    media_type = next((kind for magic, kind in _MAGIC if value.startswith(magic)), None)
    return Picture(place[0], value, media_type)
