"""The entries of a revocation list, one by one as they stand in its octets (RFC 5280 §5.1.2.6, §5.3).

Nothing here holds a list: `crl` walks over one in memory, `crl_index_build` over one of any length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from honnin.core.errors import DataError
from honnin.trust import der
from honnin.trust.certificate import parse_time
from honnin.trust.der import DerError

_REASON_CODE = der.known_oid("2.5.29.21")
TRUE = b"\x01\x01\xff"  # as DER writes it: without it nothing is critical
REASONS = (
    "unspecified",
    "key_compromise",
    "ca_compromise",
    "affiliation_changed",
    "superseded",
    "cessation_of_operation",
    "certificate_hold",
    "unused_7",
    "remove_from_crl",
    "privilege_withdrawn",
    "aa_compromise",
)


class CrlError(DataError):
    """Not a revocation list we can read. Code begins with `trust.crl.`."""


@dataclass(frozen=True, slots=True)
class RevokedEntry:
    """When and why a certificate was revoked (reason name of RFC 5280 §5.3.1, "unspecified" when not said).

    `revoked_at` is None when the date in the list cannot be read; the certificate is revoked all the same.
    """

    serial: int
    revoked_at: datetime | None
    reason: str


def walk_entries(data: bytes, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """(start and end of the serial number, end of the entry), one after the other."""
    position = start
    while position < stop:
        header = data[position : position + 4]
        if len(header) == 4 and header[0] == der.SEQUENCE and header[1] < 0x80 and header[2] == der.INTEGER:
            first = position + 4
            end = position + 2 + header[1]
            last = first + header[3]  # a longer form of length cannot fit, and fails the comparison
            if last > end or end > stop:
                raise DerError("trust.der.truncated", "an entry of a revocation list is shorter than its length says")
        else:  # long forms, or malformed
            value, end = der.expect(data, position, stop, der.SEQUENCE)
            first, last = der.expect(data, value, end, der.INTEGER)
        yield first, last, end
        position = end


def serial_octets(serial: int) -> bytes:
    """The content octets of the INTEGER, in the shortest form."""
    return serial.to_bytes((serial + (serial < 0)).bit_length() // 8 + 1, "big", signed=True)


def critical_entry(data: bytes, position: int, end: int) -> bool:
    """Whether what follows the serial number has a critical extension; what cannot be read counts as one."""
    if data.find(TRUE, position, end) < 0:
        return False
    try:
        _, position = parse_time(data, position, end)
        if position == end:
            return False
        first, last = der.expect(data, position, end, der.SEQUENCE)
        for _, _, value, stop in der.children(data, first, last, 16):
            _, oid_stop = der.expect(data, value, stop, der.OID)
            tag, content, content_stop = der.read(data, oid_stop, stop)
            if tag == der.BOOLEAN and der.boolean(data, content, content_stop):
                return True
    except DataError:
        return True
    return False


def earlier_entry(one: RevokedEntry, other: RevokedEntry) -> RevokedEntry:
    """Of two entries for one certificate the earlier counts; one whose date cannot be read is the earliest."""
    return min(one, other, key=_rank)


def _rank(entry: RevokedEntry) -> tuple[datetime, int]:
    return entry.revoked_at or datetime.min.replace(tzinfo=UTC), REASONS.index(entry.reason)


def read_entry(data: bytes, serial: int, position: int, end: int) -> RevokedEntry:
    """The rest of an entry, behind its serial number.

    A date or reason that cannot be read does not make the certificate less revoked.
    """
    revoked_at: datetime | None = None
    reason = "unspecified"
    try:
        revoked_at, position = parse_time(data, position, end)
        if position < end:
            first, last = der.expect(data, position, end, der.SEQUENCE)
            for _, _, value, stop in der.children(data, first, last, 16):
                oid_start, oid_stop = der.expect(data, value, stop, der.OID)
                if data[oid_start:oid_stop] == _REASON_CODE and data[stop - 1] < len(REASONS):
                    reason = REASONS[data[stop - 1]]
    except DataError:
        pass
    return RevokedEntry(serial, revoked_at, reason)
