"""DER encoding for what the simulator issues: certificates, CMS, SecurityInfos (ITU-T X.690, definite form).

Only writing; the simulator never parses ASN.1. Each function returns one complete encoding.
"""

from __future__ import annotations

from datetime import UTC, datetime

from honnin.core.tlv import encode

__all__ = [
    "NULL", "TRUE", "bits", "context", "context_primitive", "generalized_time", "integer", "octets", "oid",
    "oid_value", "printable", "seq", "set_of", "time", "utf8",
]  # fmt: skip

NULL = b"\x05\x00"
TRUE = b"\x01\x01\xff"


def seq(*items: bytes) -> bytes:
    """SEQUENCE of the encodings given, in this order."""
    return encode(0x30, b"".join(items))


def set_of(*items: bytes) -> bytes:
    """SET OF: the encodings sorted as DER asks (X.690 §11.6)."""
    return encode(0x31, b"".join(sorted(items)))


def integer(value: int) -> bytes:
    """INTEGER, two's complement in the fewest octets."""
    return encode(0x02, value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, "big", signed=True))


def octets(value: bytes) -> bytes:
    """OCTET STRING."""
    return encode(0x04, value)


def bits(value: bytes, unused: int = 0) -> bytes:
    """BIT STRING of whole octets, the last `unused` bits not counting."""
    return encode(0x03, bytes([unused]) + value)


def oid_value(dotted: str) -> bytes:
    """The value octets of an OBJECT IDENTIFIER, without tag and length, as PACE puts them in a command."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    out = b""
    for arc in (first * 40 + second, *rest):
        group = [arc & 0x7F]
        while arc := arc >> 7:
            group.append(0x80 | arc & 0x7F)
        out += bytes(reversed(group))
    return out


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    return encode(0x06, oid_value(dotted))


def utf8(text: str) -> bytes:
    """UTF8String."""
    return encode(0x0C, text.encode())


def printable(text: str) -> bytes:
    """PrintableString."""
    return encode(0x13, text.encode("ascii"))


def time(moment: datetime) -> bytes:
    """Time of RFC 5280 §4.1.2.5: UTCTime until 2049, then GeneralizedTime."""
    moment = moment.astimezone(UTC)
    return encode(0x17, moment.strftime("%y%m%d%H%M%SZ").encode()) if moment.year < 2050 else generalized_time(moment)


def generalized_time(moment: datetime, tag: int = 0x18) -> bytes:
    """GeneralizedTime in UTC, or the same under an implicit tag."""
    return encode(tag, moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def context(number: int, content: bytes) -> bytes:
    """[number] constructed: explicit tagging, or implicit of a constructed type's content."""
    return encode(0xA0 | number, content)


def context_primitive(number: int, content: bytes) -> bytes:
    """[number] IMPLICIT of a primitive type's content."""
    return encode(0x80 | number, content)
