"""The data groups of the logical data structure (sheet passport.md §3, §12; Doc 9303-10 §4).

Each function returns the complete elementary file, outer tag included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from honnin.core.tlv import encode
from honnin.crypto import digest
from honnin_virtual import der
from honnin_virtual.keys import HASH_OIDS
from honnin_virtual.passport.mrz import Holder, mrz_lines

__all__ = [
    "DG_TAGS", "Personal", "dg1", "dg2_19794", "dg2_39794", "dg11", "dg12", "ef_com", "lds_security_object",
]  # fmt: skip

DG_TAGS = (0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70)
"""Tags of DG1 … DG16."""

_PIXELS = (413, 531)


@dataclass(frozen=True, slots=True)
class Personal:
    """DG11: what the machine readable zone has no room for. Empty = not there. Dates YYYYMMDD."""

    full_name: str = ""
    other_names: tuple[str, ...] = ()
    personal_number: str = ""
    birth: str = ""
    birth_place: str = ""
    address: tuple[str, ...] = ()
    telephone: str = ""
    profession: str = ""
    title: str = ""
    binary_dates: bool = False  # BCD instead of ASCII digits


def dg1(holder: Holder) -> bytes:
    """DG1: 61 { 5F1F, 88 characters }."""
    return encode(0x61, encode(0x5F1F, "".join(mrz_lines(holder)).encode("ascii")))


def dg2_19794(image: bytes) -> bytes:
    """DG2 with one face record of ISO/IEC 19794-5:2005; `image` is a JPEG or JPEG 2000 file."""
    data_type = 0 if image.startswith(b"\xff\xd8") else 1
    width, height = _PIXELS
    block = (
        (20 + 12 + len(image)).to_bytes(4, "big")
        + bytes(2)  # no feature points
        + bytes(3)  # gender, eye and hair colour unspecified
        + bytes(3 + 2 + 3 + 3)  # features, expression, pose, its uncertainty
        + bytes([1, data_type])  # full frontal
        + width.to_bytes(2, "big")
        + height.to_bytes(2, "big")
        + bytes([1, 2])  # sRGB, static photograph from a digital camera
        + bytes(2 + 2)  # device, quality
        + image
    )
    record = b"FAC\x00010\x00" + (14 + len(block)).to_bytes(4, "big") + b"\x00\x01" + block
    return _dg2(0x5F2E, record, 0x0008)


def dg2_39794(image: bytes) -> bytes:
    """DG2 with one face of ISO/IEC 39794-5:2019 (Doc 9303-10 §4.5.6): implicit tags, one representation."""
    form = 2 if image.startswith(b"\xff\xd8") else 3
    width, height = _PIXELS
    kind = der.context(0, der.context_primitive(0, bytes([form])))
    size = der.context(7, der.context_primitive(0, width.to_bytes(2, "big"))
                       + der.context_primitive(1, height.to_bytes(2, "big")))
    picture = der.context_primitive(0, image) + der.context(1, kind + size)
    representation = der.seq(
        der.context_primitive(0, b"\x00"), der.context(1, der.context(0, der.context(0, picture)))
    )
    version = der.context(0, der.context_primitive(0, b"\x03") + der.context_primitive(1, (2019).to_bytes(2, "big")))
    record = der.context(1, encode(0x65, version + der.context(1, representation)))
    return _dg2(0x7F2E, record, 0x002A)


def _dg2(tag: int, record: bytes, form: int) -> bytes:
    header = encode(0xA1, (
        encode(0x80, b"\x01\x01") + encode(0x81, b"\x02") + encode(0x82, b"\x00")
        + encode(0x87, b"\x01\x01") + encode(0x88, form.to_bytes(2, "big"))
    ))  # fmt: skip
    template = encode(0x7F60, header + encode(tag, record))
    return encode(0x75, encode(0x7F61, encode(0x02, b"\x01") + template))


def dg11(person: Personal) -> bytes:
    """DG11: tag list, then the fields of `person` that are not empty."""
    birth = bytes.fromhex(person.birth) if person.binary_dates else person.birth.encode()
    return _fields(0x6B, (
        (0x5F0E, person.full_name.encode()),
        (0x5F0F, person.other_names),
        (0x5F10, person.personal_number.encode()),
        (0x5F2B, birth),
        (0x5F11, person.birth_place.encode()),
        (0x5F42, "<".join(person.address).encode()),
        (0x5F12, person.telephone.encode()),
        (0x5F13, person.profession.encode()),
        (0x5F14, person.title.encode()),
    ))  # fmt: skip


def dg12(authority: str, issued: str, *, endorsement: str = "", binary_dates: bool = False) -> bytes:
    """DG12: issuing authority, date of issue (YYYYMMDD), an endorsement if any."""
    date = bytes.fromhex(issued) if binary_dates else issued.encode()
    return _fields(0x6C, ((0x5F19, authority.encode()), (0x5F26, date), (0x5F1B, endorsement.encode())))


def _fields(outer: int, fields: Iterable[tuple[int, bytes | tuple[str, ...]]]) -> bytes:
    """Tag list 5C and data objects; repeated names go into A0 { 02 count, … } and stand in the list as their tag."""
    tags, body = b"", b""
    for tag, value in fields:
        if not value:
            continue
        tags += tag.to_bytes(2, "big")
        if isinstance(value, tuple):
            names = b"".join(encode(tag, name.encode()) for name in value)
            body += encode(0xA0, encode(0x02, bytes([len(value)])) + names)
        else:
            body += encode(tag, value)
    return encode(outer, encode(0x5C, tags) + body)


def ef_com(groups: Iterable[int], lds_version: str = "0107", unicode_version: str = "040000") -> bytes:
    """EF.COM: versions and the tags of the data groups that are said to be there."""
    tags = bytes(DG_TAGS[number - 1] for number in groups)
    return encode(0x60, (
        encode(0x5F01, lds_version.encode()) + encode(0x5F36, unicode_version.encode()) + encode(0x5C, tags)
    ))  # fmt: skip


def lds_security_object(
    hash_name: str, groups: Mapping[int, bytes], *, version: int, digest_null: bool = True
) -> bytes:
    """LDSSecurityObject (sheet §10.1) over the complete files of the data groups, in the order of the mapping."""
    hashes = (der.seq(der.integer(n), der.octets(digest(hash_name, octets))) for n, octets in groups.items())
    info = (der.seq(der.printable("0108"), der.printable("040000")),) if version else ()
    algorithm = der.seq(der.oid(HASH_OIDS[hash_name]), *([der.NULL] if digest_null else []))
    return der.seq(der.integer(version), algorithm, der.seq(*hashes), *info)
