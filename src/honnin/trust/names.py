"""Distinguished names, compared as tolerantly as real documents need (passport.md §10.5, §11.1; RFC 5280 §7.1).

The order of the parts, the string types, upper and lower case and runs of spaces differ between a certificate and what
refers to it. None of that makes a signature valid that was not: names only select which certificate is tried.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from honnin.trust import der
from honnin.trust.der import DerError, known_oid

MAX_NAME = 4096
MAX_PARTS = 64

COUNTRY = "2.5.4.6"
_LABELS: dict[str, str] = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    COUNTRY: "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
}
for _oid in _LABELS:
    known_oid(_oid)

_CODECS = {
    0x0C: "utf-8",
    0x12: "ascii",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A distinguished name: the DER as it was and its parts (OID, text) in the order written.

    `country` is the first countryName in upper case ("JP"), or None.
    """

    raw: bytes
    parts: tuple[tuple[str, str], ...]
    country: str | None

    @property
    def text(self) -> str:
        """"C=JP, O=…": for people, without control characters; not for comparing."""
        return ", ".join(f"{_LABELS.get(oid, oid)}={_printable(value)}" for oid, value in self.parts)

    def values(self, label: str) -> tuple[str, ...]:
        """All values of "CN", "O" …, in the order written."""
        return tuple(value for oid, value in self.parts if _LABELS.get(oid, oid) == label)

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """Equal for names that are the same in the tolerant sense."""
        return tuple(sorted((oid, _folded(value)) for oid, value in self.parts))


def same_name(a: Name, b: Name) -> bool:
    """Whether both have the same parts: order, string type, case and width of spaces do not matter."""
    return a.raw == b.raw or (len(a.parts) == len(b.parts) and a.key == b.key)


def parse_name(raw: bytes) -> Name:
    """From a whole DER Name of at most 4096 octets and 64 parts. Raises DerError."""
    start, stop = der.expect_all(raw, der.SEQUENCE, MAX_NAME)
    parts: list[tuple[str, str]] = []
    country: str | None = None
    for tag, _, set_start, set_stop in der.children(raw, start, stop, MAX_PARTS):
        if tag != der.SET:
            raise DerError("trust.der.unexpected", "a name is malformed")
        for inner, _, value, end in der.children(raw, set_start, set_stop, MAX_PARTS):
            if inner != der.SEQUENCE or len(parts) >= MAX_PARTS:
                raise DerError("trust.der.unexpected", "a name is malformed or has too many parts")
            oid_start, oid_stop = der.expect(raw, value, end, der.OID)
            kind, text, last = der.read(raw, oid_stop, end)
            if last != end:
                raise DerError("trust.der.trailing", "octets follow a part of a name")
            oid, value_text = der.oid_text(raw[oid_start:oid_stop]), _decode(kind, raw[text:last])
            parts.append((oid, value_text))
            if country is None and oid == COUNTRY:
                country = value_text.strip().upper()
    return Name(raw, tuple(parts), country)


def _decode(tag: int, value: bytes) -> str:
    codec = _CODECS.get(tag)
    if codec is not None:
        try:
            return value.decode(codec)
        except UnicodeDecodeError:
            pass
    return f"#{tag:02x}{value.hex()}"


def _folded(value: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _printable(value: str) -> str:
    if value.isprintable():
        return value
    return "".join(each if each.isprintable() else "\ufffd" for each in value)
