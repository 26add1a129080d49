"""Rows of a revocation index: fixed width, made column by column instead of row by row.

A row is the content octets of the serial number (as many as the section says), the date as eight octets' worth of
numbers and the reason: CC YY MM DD hh mm ss R. A date that cannot be read is seven zeros. Rows of one section sort as
octets by serial number, then by date.

Why columns: a list may have ten million entries, and a loop in Python costs a microsecond for each of them. A slice
with a step, a translation table and one addition of very long integers do the same work for all rows at once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

from honnin.trust.crl_entries import REASONS, RevokedEntry, earlier_entry

TAIL = 8  # date and reason
_PLAIN = 17  # octets of a plain entry besides the serial number: two headers and a UTCTime
_REASONED = 31  # and with one extension, the reason

_REASON_TAIL = bytes.fromhex("300c300a0603551d1504030a01")  # SEQUENCE { SEQUENCE { reasonCode, OCTET STRING { ENUM …
_UTC_TIME = b"\x17\x0d[0-9]{12}Z"
_MAX_FAST_SERIAL = 20  # RFC 5280 §4.1.2.2

_TENS = bytes(10 * (each - 0x30) if 0x30 <= each <= 0x39 else 0 for each in range(256))
_ONES = bytes(each - 0x30 if 0x30 <= each <= 0x39 else 0 for each in range(256))
_CENTURY = bytes(19 if each >= 50 else 20 for each in range(256))  # RFC 5280 §4.1.2.5.1


Form = tuple[int, bool]  # octets of the serial number, whether there is a reason


@cache
def usual_entry(first: tuple[Form, ...] = ()) -> re.Pattern[bytes]:
    """Matches one whole entry of the usual forms: serial number of 1 to 20 octets, UTCTime with seconds, nothing else
    or the reason alone. Whatever does not match is read by the general reader. The forms `first` are tried first.
    """
    rest = [(size, reason) for size in range(_MAX_FAST_SERIAL, 0, -1) for reason in (False, True)]
    forms = [_form(size, reason=reason) for size, reason in dict.fromkeys((*first, *rest))]
    return re.compile(b"\x30(?:" + b"|".join(forms) + b")", re.DOTALL)


@cache
def usual_entries(first: tuple[Form, ...] = ()) -> re.Pattern[bytes]:
    """As many as follow one another without a gap."""
    return re.compile(b"(?:" + usual_entry(first).pattern + b")*+", re.DOTALL)


def frequent_forms(entries: Iterable[bytes]) -> tuple[Form, ...]:
    """The forms of these entries, the most frequent first: an expression that tries them first is quicker."""
    seen = Counter((each[3], len(each) == 2 + _REASONED + each[3]) for each in entries)
    return tuple(form for form, _ in seen.most_common())


def _form(size: int, *, reason: bool) -> bytes:
    length = bytes([size + (_REASONED if reason else _PLAIN)])
    serial = b"\x02" + re.escape(bytes([size])) + b".{%d}" % size
    tail = re.escape(_REASON_TAIL) + b"[\x00-\x0a]" if reason else b""
    return re.escape(length) + serial + _UTC_TIME + tail


def group_entries(entries: list[bytes]) -> Iterable[tuple[int, list[bytes], list[bytes]]]:
    """(size of the serial number, its entries in order, those whose number is not in the shortest form).

    `entries` are whole entries of the usual forms; the list is sorted in place.
    """
    entries.sort()  # they begin with both lengths, so that each form lies together, by serial number
    start = 0
    while start < len(entries):
        prefix = entries[start][:4]
        stop = bisect_left(entries, prefix + b"\xff" * (_MAX_FAST_SERIAL + 64), start)
        size = prefix[3]
        low, high, odd = start, stop, []
        if size > 1:
            if entries[start][4] == 0:  # 00 is superfluous before 00 to 7F
                low = bisect_left(entries, prefix + b"\x00\x80", start, stop)
                odd += entries[start:low]
            if entries[stop - 1][4] == 0xFF:  # FF before 80 to FF
                high = bisect_left(entries, prefix + b"\xff\x80", low, stop)
                odd += entries[high:stop]
        yield size, entries[low:high], odd
        start = stop


def rows_of(entries: Sequence[bytes], size: int) -> bytes:
    """The rows of entries of one usual form, in the same order."""
    if not entries:
        return b""
    raw = b"".join(entries)
    count, step, width = len(entries), len(entries[0]), size + TAIL
    rows = bytearray(count * width)
    for column in range(size):
        rows[column::width] = raw[4 + column :: step]
    digits = 4 + size + 2
    for field in range(6):
        tens = raw[digits + 2 * field :: step].translate(_TENS)
        ones = raw[digits + 2 * field + 1 :: step].translate(_ONES)
        both = _add(tens, ones)
        if field == 0:
            rows[size::width] = both.translate(_CENTURY)
        rows[size + 1 + field :: width] = both
    if step == 2 + _REASONED + size:
        rows[size + TAIL - 1 :: width] = raw[step - 1 :: step]
    return bytes(rows)


def row_of(serial: bytes, entry: RevokedEntry) -> bytes:
    """The row of one entry; `serial` are the content octets in the shortest form."""
    reason = REASONS.index(entry.reason)
    at = entry.revoked_at
    if at is None:
        return serial + bytes(7) + bytes([reason])
    century, year = divmod(at.year, 100)
    return serial + bytes([century, year, at.month, at.day, at.hour, at.minute, at.second, reason])


def entry_of(row: bytes, size: int) -> RevokedEntry:
    """What a row says. A date that does not exist is none, and then no reason counts, as in a list that is read."""
    serial = int.from_bytes(row[:size], "big", signed=True)
    century, year, month, day, hour, minute, second, reason = row[size : size + TAIL]
    try:
        at = datetime(100 * century + year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return RevokedEntry(serial, None, "unspecified")
    return RevokedEntry(serial, at, REASONS[reason] if reason < len(REASONS) else "unspecified")


def split_rows(rows: bytes, width: int) -> list[bytes]:
    """The rows one by one."""
    return re.findall(b"(?s:.{%d})" % width, rows)


def without_repetitions(rows: bytes, size: int) -> bytes:
    """Sorted rows with each serial number once: of several the one that counts."""
    width = size + TAIL
    if not _repeats(rows, size, width):
        return rows
    kept: list[bytes] = []
    for row in split_rows(rows, width):
        if kept and kept[-1][:size] == row[:size]:
            counts = earlier_entry(entry_of(kept[-1], size), entry_of(row, size))
            kept[-1] = row_of(row[:size], counts)
        else:
            kept.append(row)
    return b"".join(kept)


def _repeats(rows: bytes, size: int, width: int) -> bool:
    """Whether two neighbours have the same serial number: the differences of all columns, all rows at once."""
    count = len(rows) // width
    if count < 2:
        return False
    different = 0
    for column in range(size - 1, -1, -1):
        value = int.from_bytes(rows[column::width], "little")
        different |= value ^ (value >> 8)
        if 0 not in different.to_bytes(count, "little")[: count - 1]:
            return False
    return True


def _add(one: bytes, other: bytes) -> bytes:
    """Octet by octet; no sum is more than 99, so that none carries."""
    return (int.from_bytes(one, "little") + int.from_bytes(other, "little")).to_bytes(len(one), "little")
