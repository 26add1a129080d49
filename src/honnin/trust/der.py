"""DER by offsets, and BER made definite: the small reader under everything in this package (ITU-T X.690).

Why it exists: checking a passport walks some 250 data objects, and building an object for each costs more than the
signatures do. So the parsers here work on one buffer and pairs of offsets and cut out only what they keep. Only
one-octet tags are known: PKIX and Doc 9303 use no others.

Certificates, keys and revocation lists must have definite lengths; a length that is not the shortest is unambiguous and
tolerated, since signatures cover the octets as they are. CMS objects may be indefinite in the field (passport.md §10.5,
New Zealand): `to_definite` rewrites those and leaves all else octet for octet, so that signed parts keep theirs.
"""

from __future__ import annotations

from honnin.core.errors import DataError
from honnin.core.tlv import encode_length

BOOLEAN = 0x01
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
NULL = 0x05
OID = 0x06
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
CONSTRUCTED_OCTET_STRING = 0x24
SEQUENCE = 0x30
SET = 0x31

MAX_DEPTH = 32
MAX_NODES = 1 << 18
MAX_OID_OCTETS = 64


class DerError(DataError):
    """The octets are not the ASN.1 that was expected. Code begins with `trust.der.`."""


class IndefiniteLengthError(DerError):
    """A data object has the indefinite form: BER, to be rewritten by `to_definite` where that is allowed."""


Span = tuple[int, int]  # where a value begins and ends
Node = tuple[int, int, int, int]  # tag, where its header begins, where its value begins, where it ends


def read(data: bytes, position: int, end: int) -> tuple[int, int, int]:
    """(tag, start of the value, end of the value) of the data object at `position`; it must end before `end`.

    Raises DerError: `trust.der.truncated`, `.tag` (more than one octet), `.length` (more than four octets), and
    IndefiniteLengthError `trust.der.indefinite`.
    """
    start = position + 2
    if start > end:
        raise DerError("trust.der.truncated", "a data object ends inside its header")
    tag = data[position]
    if tag & 0x1F == 0x1F:
        raise DerError("trust.der.tag", "a tag has more than one octet")
    length = data[position + 1]
    if length >= 0x80:
        start, length = _long_length(data, start, end, length)
    stop = start + length
    if stop > end:
        raise DerError("trust.der.truncated", "a data object is shorter than its length says")
    return tag, start, stop


def _long_length(data: bytes, start: int, end: int, first: int) -> tuple[int, int]:
    count = first & 0x7F
    if count == 0:
        raise IndefiniteLengthError("trust.der.indefinite", "a data object has no definite length")
    if count > 4:
        raise DerError("trust.der.length", "a length has more than four octets")
    if start + count > end:
        raise DerError("trust.der.truncated", "a data object ends inside its length")
    return start + count, int.from_bytes(data[start : start + count], "big")


def expect(data: bytes, position: int, end: int, tag: int) -> Span:
    """As `read`, for one that must have this tag. Raises DerError, also `trust.der.unexpected`."""
    start = position + 2
    if start <= end and data[position] == tag and (length := data[position + 1]) < 0x80 and start + length <= end:
        return start, start + length  # the usual case, without another call
    found, start, stop = read(data, position, end)
    if found != tag:
        raise DerError("trust.der.unexpected", "another data object was expected here")
    return start, stop


def expect_all(data: bytes, tag: int, limit: int) -> Span:
    """The one data object that fills `data`, of at most `limit` octets. Raises DerError."""
    if len(data) > limit:
        raise DerError("trust.der.limit", "the data is longer than the limit")
    start, stop = expect(data, 0, len(data), tag)
    if stop != len(data):
        raise DerError("trust.der.trailing", "octets follow the data object")
    return start, stop


def children(data: bytes, start: int, end: int, limit: int = 4096) -> list[Node]:
    """The data objects between two offsets. Raises DerError, also `trust.der.limit` for more than `limit`."""
    nodes: list[Node] = []
    position = start
    while position < end:
        value = position + 2
        if value <= end and (tag := data[position]) & 0x1F != 0x1F and (length := data[position + 1]) < 0x80:
            stop = value + length  # the usual case, without another call
            if stop > end:
                raise DerError("trust.der.truncated", "a data object is shorter than its length says")
        else:
            tag, value, stop = read(data, position, end)
        nodes.append((tag, position, value, stop))
        position = stop
        if len(nodes) > limit:
            raise DerError("trust.der.limit", "too many data objects")
    return nodes


def integer(data: bytes, start: int, stop: int, limit: int = 2048) -> int:
    """The value of an INTEGER of at most `limit` octets. Empty is refused, superfluous leading octets are tolerated."""
    if not 0 < stop - start <= limit:
        raise DerError("trust.der.integer", "an integer is empty or longer than the limit")
    return int.from_bytes(data[start:stop], "big", signed=True)


def small_integer(data: bytes, start: int, stop: int) -> int:
    """A number such as a version: at most four octets."""
    return integer(data, start, stop, 4)


def bit_string(data: bytes, start: int, stop: int) -> bytes:
    """The octets of a BIT STRING without unused bits. Raises DerError `trust.der.bits`."""
    if start >= stop or data[start]:
        raise DerError("trust.der.bits", "a bit string is empty or ends inside an octet")
    return data[start + 1 : stop]


def octets(data: bytes, tag: int, start: int, stop: int, depth: int = 4) -> bytes:
    """An OCTET STRING, also in the constructed form of BER (segments joined). Raises DerError."""
    if tag == OCTET_STRING:
        return data[start:stop]
    if tag != CONSTRUCTED_OCTET_STRING or depth <= 0:
        raise DerError("trust.der.unexpected", "an octet string was expected here")
    return b"".join(octets(data, each, value, end, depth - 1) for each, _, value, end in children(data, start, stop))


def boolean(data: bytes, start: int, stop: int) -> bool:
    """One octet; any but zero is true (BER wrote 01 in old certificates)."""
    if stop - start != 1:
        raise DerError("trust.der.boolean", "a truth value must have one octet")
    return data[start] != 0


def oid_text(content: bytes) -> str:
    """The dotted form of an object identifier's content octets. Raises DerError `trust.der.oid`."""
    known = _KNOWN.get(content)
    if known is not None:
        return known
    if not 0 < len(content) <= MAX_OID_OCTETS or content[-1] & 0x80:
        raise DerError("trust.der.oid", "an object identifier is empty, too long or cut off")
    arcs: list[int] = []
    value = 0
    fresh = True
    for octet in content:
        if fresh and octet == 0x80:
            raise DerError("trust.der.oid", "an object identifier has a superfluous octet")
        value = value << 7 | octet & 0x7F
        fresh = not octet & 0x80
        if fresh:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def oid_octets(text: str) -> bytes:
    """The content octets of a dotted object identifier."""
    known = _KNOWN_OCTETS.get(text)
    if known is not None:
        return known
    first, second, *rest = map(int, text.split("."))
    encoded = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        encoded += bytes(reversed(groups))
    return bytes(encoded)


_KNOWN: dict[bytes, str] = {}
_KNOWN_OCTETS: dict[str, bytes] = {}


def known_oid(text: str) -> bytes:
    """As `oid_octets`, for constants: from here on neither direction is computed again."""
    content = oid_octets(text)
    _KNOWN[content] = text
    _KNOWN_OCTETS[text] = content
    return content


def to_definite(data: bytes) -> bytes:
    """Rewrite each indefinite length in the first data object of `data`; octets behind it stay.

    Objects without one inside keep their octets, even where a length is not the shortest. Raises DerError when the
    structure is broken, deeper than 32 or made of more than 262,144 objects.
    """
    budget = [MAX_NODES]
    converted, end, changed = _definite(data, 0, len(data), 0, budget)
    return converted + data[end:] if changed else data


def _header(data: bytes, position: int, end: int) -> tuple[int, int, int | None]:
    """(end of the tag, start of the value, length or None when indefinite); tags of up to five octets."""
    at = position
    if at >= end:
        raise DerError("trust.der.truncated", "a data object ends before its tag")
    if data[at] & 0x1F == 0x1F:
        at += 1
        while at < end and data[at] & 0x80:
            at += 1
            if at - position > 4:
                raise DerError("trust.der.tag", "a tag is too long")
    at += 1
    if at >= end:
        raise DerError("trust.der.truncated", "a data object ends before its length")
    first = data[at]
    if first < 0x80:
        return at, at + 1, first
    count = first & 0x7F
    if count == 0:
        return at, at + 1, None
    if count > 4 or at + 1 + count > end:
        raise DerError("trust.der.length", "a length has more than four octets or is cut off")
    return at, at + 1 + count, int.from_bytes(data[at + 1 : at + 1 + count], "big")


def _definite(data: bytes, position: int, end: int, depth: int, budget: list[int]) -> tuple[bytes, int, bool]:
    """(octets, offset behind the object in `data`, whether anything changed)."""
    budget[0] -= 1
    if depth > MAX_DEPTH or budget[0] < 0:
        raise DerError("trust.der.limit", "too deep or too many data objects")
    tag_end, value, length = _header(data, position, end)
    constructed = bool(data[position] & 0x20)
    if length is not None:
        stop = value + length
        if stop > end:
            raise DerError("trust.der.truncated", "a data object is shorter than its length says")
        if not constructed:
            return data[position:stop], stop, False
    elif not constructed:
        raise DerError("trust.der.indefinite", "a primitive data object has no length")
    else:
        stop = end
    parts: list[bytes] = []
    changed = length is None
    at = value
    while True:
        if length is None and data[at : at + 2] == b"\0\0" and at + 2 <= stop:
            at += 2
            break
        if length is not None and at >= stop:
            break
        part, at, part_changed = _definite(data, at, stop, depth + 1, budget)
        changed |= part_changed
        parts.append(part)
    if not changed:
        return data[position:at], at, False
    body = b"".join(parts)
    return data[position:tag_end] + encode_length(len(body)) + body, at, True


def to_der(data: bytes, depth: int = 0) -> bytes:
    """The DER form of one definite object: shortest lengths, octet strings joined, sets sorted. Raises DerError."""
    if depth > MAX_DEPTH:
        raise DerError("trust.der.limit", "too deep")
    tag_end, value, length = _header(data, 0, len(data))
    if length is None or value + length != len(data):
        raise DerError("trust.der.length", "the data object does not fill its place")
    body = data[value:]
    if data[0] == CONSTRUCTED_OCTET_STRING:
        return _wrap(OCTET_STRING, octets(data, data[0], value, len(data)))
    if data[0] & 0x20:
        parts: list[bytes] = []
        at = value
        while at < len(data):
            _, inner, inner_length = _header(data, at, len(data))
            stop = inner + (inner_length or 0)
            parts.append(to_der(data[at:stop], depth + 1))
            at = stop
        if data[0] == SET:
            parts.sort()
        body = b"".join(parts)
    return data[:tag_end] + encode_length(len(body)) + body


def _wrap(tag: int, body: bytes) -> bytes:
    return bytes([tag]) + encode_length(len(body)) + body
