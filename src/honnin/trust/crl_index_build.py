"""Reads a revocation list of hundreds of megabytes once and makes its index (honnin.trust.crl_index).

Everything happens in one pass, so that the octets that were hashed for the signature are those that were read: the
list is taken in pieces, hashed, its entries turned into sorted runs of rows on a scratch file, and the runs merged in
slices of bounded size. Entries of the usual forms are found by one expression for a whole piece; all else is read one
by one. A list that breaks anywhere is refused whole.

Nothing here says that the list may be believed: that is `verify_crl` on the index, before it is kept.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from honnin.core.tlv import encode
from honnin.crypto import HASH_LENGTHS
from honnin.trust import der
from honnin.trust.algorithms import parse_signature_algorithm
from honnin.trust.certificate import MAX_SERIAL
from honnin.trust.crl import Crl, parse_crl
from honnin.trust.crl_entries import CrlError, critical_entry, read_entry, serial_octets
from honnin.trust.crl_index import (
    BLOCK_ROWS,
    MAGIC,
    MAX_ENTRIES,
    MAX_SKELETON,
    Section,
    block_digest,
    encode_head,
)
from honnin.trust.crl_records import (
    TAIL,
    Form,
    frequent_forms,
    group_entries,
    row_of,
    rows_of,
    split_rows,
    usual_entries,
    usual_entry,
    without_repetitions,
)
from honnin.trust.der import DerError

MAX_SOURCE = 2 << 30
PIECE = 2 << 20  # octets of the list that are worked on at once
SLICE_ROWS = 120_000  # rows that are merged at once, roughly
_SAMPLE = 512  # one of so many rows is looked at to cut the slices
_MAX_BEGINNING = 1 << 20
_MAX_ENTRY = 64 << 10
_READ = 1 << 20

Source = Callable[[int], bytes]  # at most so many octets; fewer only at the end


class Scratch(Protocol):
    """Room for the runs while the index is made."""

    def append(self, octets: bytes, /) -> int:
        """Keep them; where they begin."""
        ...

    def read_at(self, offset: int, length: int, /) -> bytes:
        """What was kept there."""
        ...


@dataclass(slots=True)
class _Run:
    """Sorted rows of one length of serial number on the scratch file, and every 512th of their serial numbers."""

    offset: int
    count: int
    samples: list[bytes]


@dataclass(slots=True)
class _Input:
    """The list as it comes in, hashed on the way."""

    source: Source
    whole: hashlib._Hash = field(default_factory=hashlib.sha256)
    signed: hashlib._Hash | None = None
    tbs_stop: int = 0
    taken: int = 0

    def take(self, length: int) -> bytes:
        """Exactly so many octets. Raises DerError `trust.der.truncated`."""
        parts: list[bytes] = []
        while length > 0:
            part = self.source(min(length, _READ))
            if not part or len(part) > length:
                raise DerError("trust.der.truncated", "a revocation list is shorter than its length says")
            parts.append(part)
            length -= len(part)
        octets = b"".join(parts)
        self.whole.update(octets)
        if self.signed is not None:
            self.signed.update(memoryview(octets)[: max(0, self.tbs_stop - self.taken)])
        self.taken += len(octets)
        return octets


@dataclass(frozen=True, slots=True)
class _Beginning:
    """Everything before the entries. Offsets count from the beginning of the list."""

    stop: int  # of the whole list
    tbs_start: int
    tbs_stop: int
    fields: bytes  # from the version to nextUpdate
    algorithm: tuple[int, int]  # the value in what was read
    entries: tuple[int, int] | None


def build_index(source: Source, scratch: Scratch, write: Callable[[bytes], object]) -> None:
    """Read one DER CertificateList from `source` and write its index in order with `write`.

    Memory: some 100 MiB whatever the length. Raises DerError, CertificateError and CrlError as `parse_crl`:
    `trust.crl.limit` for more than 2 GiB or 50,000,000 entries, an entry above 64 KiB, or 4 MiB around the entries.
    """
    stream = _Input(source)
    buffer, beginning = _read_beginning(stream)
    stream.tbs_stop = beginning.tbs_stop
    algorithm = parse_signature_algorithm(buffer, *beginning.algorithm)
    if algorithm.scheme not in ("unsupported", "forbidden") and algorithm.hash_name in HASH_LENGTHS:
        stream.signed = hashlib.new(algorithm.hash_name, usedforsecurity=False)
        stream.signed.update(memoryview(buffer)[beginning.tbs_start : beginning.tbs_stop])
    collector = _Collector(scratch)
    position = 0 if beginning.entries is None else beginning.entries[0]
    if beginning.entries is not None:
        rest = _collect(stream, buffer[beginning.entries[0] :], beginning.entries, collector)
        position = beginning.entries[1]
    else:
        position = beginning.tbs_start + _header_length(buffer, beginning.tbs_start) + len(beginning.fields)
        rest = buffer[position:]
    if beginning.stop - position > MAX_SKELETON:
        raise CrlError("trust.crl.limit", "a revocation list has too much around its entries")
    rest += stream.take(beginning.stop - position - len(rest))
    if stream.source(1):
        raise DerError("trust.der.trailing", "octets follow the revocation list")
    skeleton = _skeleton(beginning, rest, beginning.tbs_stop - position)
    digest = b"" if stream.signed is None else stream.signed.digest()
    write(MAGIC)
    offset, sections = len(MAGIC), []
    for size in sorted(collector.runs):
        section = _write_section(collector.runs.pop(size), size, offset, scratch, write)
        offset += section.count * section.width
        sections.append(section)
    write(encode_head(skeleton, digest, (stream.whole.digest(), stream.taken), sections, critical=collector.critical))


def _read_beginning(stream: _Input) -> tuple[bytes, _Beginning]:
    """The first octets and what stands in them."""
    buffer = stream.take(16)
    tag, start, stop = der.read(buffer, 0, 1 << 40)
    if tag != der.SEQUENCE or stop > MAX_SOURCE:
        raise CrlError("trust.crl.limit", "not a revocation list, or a too large one")
    buffer += stream.take(min(stop, _MAX_BEGINNING) - len(buffer))

    def element(position: int, end: int) -> tuple[int, int, int]:
        if min(end, position + 6) > len(buffer):
            raise DerError("trust.der.truncated", "a revocation list has too much before its entries")
        return der.read(buffer, position, end)

    def inside(position: int, end: int) -> tuple[int, int, int]:
        found = element(position, end)
        if found[2] > len(buffer):
            raise DerError("trust.der.truncated", "a revocation list has too much before its entries")
        return found

    tag, value, tbs_stop = element(start, stop)
    if tag != der.SEQUENCE:
        raise DerError("trust.der.unexpected", "another data object was expected here")
    position = value
    tag, _, end = inside(position, tbs_stop)
    if tag == der.INTEGER:
        position = end
    tag, first, position = inside(position, tbs_stop)
    if tag != der.SEQUENCE:
        raise DerError("trust.der.unexpected", "another data object was expected here")
    algorithm = (first, position)
    _, _, position = inside(position, tbs_stop)  # issuer
    _, _, position = inside(position, tbs_stop)  # thisUpdate
    if position < tbs_stop and buffer[position] in (der.UTC_TIME, der.GENERALIZED_TIME):
        _, _, position = inside(position, tbs_stop)
    entries = None
    fields = buffer[value:position]
    if position < tbs_stop and buffer[position : position + 1] == bytes([der.SEQUENCE]):
        _, first, last = element(position, tbs_stop)
        entries = (first, last)
    return buffer, _Beginning(stop, start, tbs_stop, fields, algorithm, entries)


def _header_length(buffer: bytes, position: int) -> int:
    return der.read(buffer, position, 1 << 40)[1] - position


def _skeleton(beginning: _Beginning, rest: bytes, tbs_left: int) -> bytes:
    """The list without its entries, checked by the reader of small lists."""
    skeleton = encode(der.SEQUENCE, encode(der.SEQUENCE, beginning.fields + rest[:tbs_left]) + rest[tbs_left:])
    parsed: Crl = parse_crl(skeleton)
    if parsed.count:
        raise CrlError("trust.crl.malformed", "a revocation list has entries in two places")
    return skeleton


class _Collector:
    """Turns entries into sorted runs."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self.runs: dict[int, list[_Run]] = {}
        self.count = 0
        self.critical = False
        self.forms: tuple[Form, ...] = ()

    def usual(self, entries: list[bytes]) -> list[bytes]:
        """Take entries of the usual forms; gives back those whose serial number is not in the shortest form."""
        odd: list[bytes] = []
        self._counted(len(entries))
        for size, group, rest in group_entries(entries):
            self._keep(size, rows_of(group, size))
            odd += rest
        self.count -= len(odd)
        return odd

    def others(self, entries: list[tuple[bytes, bytes]]) -> None:
        """Take (serial number, row) of all others."""
        self._counted(len(entries))
        by_size: dict[int, list[bytes]] = {}
        for serial, row in entries:
            by_size.setdefault(len(serial), []).append(row)
        for size, rows in by_size.items():
            self._keep(size, b"".join(sorted(rows)))

    def _counted(self, count: int) -> None:
        self.count += count
        if self.count > MAX_ENTRIES:
            raise CrlError("trust.crl.limit", "a revocation list has too many entries")

    def _keep(self, size: int, rows: bytes) -> None:
        rows = without_repetitions(rows, size)
        if rows:
            width = size + TAIL
            samples = [rows[at : at + size] for at in range(0, len(rows), _SAMPLE * width)]
            run = _Run(self._scratch.append(rows), len(rows) // width, samples)
            self.runs.setdefault(size, []).append(run)


def _collect(stream: _Input, buffer: bytes, span: tuple[int, int], collector: _Collector) -> bytes:
    """Read all entries; what was read behind them is given back."""
    left = span[1] - span[0]  # octets of entries that were not worked on yet, `buffer` included
    while left > 0:
        if len(buffer) < min(left, PIECE):
            buffer += stream.take(min(left, PIECE) - len(buffer))
        surplus = buffer[left:]
        piece = buffer[:left] if surplus else buffer
        done = _collect_piece(piece, left, collector)
        left -= done
        buffer = piece[done:] + surplus
    return buffer


def _collect_piece(piece: bytes, left: int, collector: _Collector) -> int:
    """Work on as many whole entries as there are; at least one. `left` octets of entries begin with `piece`."""
    if not collector.forms:
        collector.forms = frequent_forms(usual_entry().findall(piece, 0, _MAX_ENTRY))
    one, many = usual_entry(collector.forms), usual_entries(collector.forms)
    entries = one.findall(piece)
    done = sum(map(len, entries))
    if done and b"".join(entries) == piece[:done] and (done == left or len(piece) < left):
        _take(collector, entries)
        return done
    position = 0
    while position < len(piece):
        match = many.match(piece, position)
        if match is not None and match.end() > position:
            _take(collector, one.findall(piece, position, match.end()))
            position = match.end()
        others, position = _others(piece, position, left, collector)
        if not others:
            break
    if not position:
        raise CrlError("trust.crl.limit", "an entry of a revocation list is too large")
    return position


def _take(collector: _Collector, entries: list[bytes]) -> None:
    odd = collector.usual(entries)
    if odd:
        collector.others([_other(each, 0, len(each))[0] for each in odd])


def _others(piece: bytes, position: int, left: int, collector: _Collector) -> tuple[int, int]:
    """(how many, where they end) of entries that are not of the usual forms, until one is that again."""
    found: list[tuple[bytes, bytes]] = []
    usual = usual_entry(collector.forms).match
    while position < len(piece) and (not found or len(found) % 64 or usual(piece, position) is None):
        if position + 6 > len(piece) and len(piece) < left:
            break  # its header is in the next piece
        start = position
        _, _, end = der.read(piece, position, left)
        if end - position > _MAX_ENTRY:
            raise CrlError("trust.crl.limit", "an entry of a revocation list is too large")
        if end > len(piece):
            break
        row, position = _other(piece, position, end)
        if not collector.critical:
            collector.critical = _is_critical(piece, start, end)
        found.append(row)
    collector.others(found)
    return len(found), position


def _other(data: bytes, position: int, limit: int) -> tuple[tuple[bytes, bytes], int]:
    """((serial number in the shortest form, row), end) of one entry of any form."""
    value, end = der.expect(data, position, limit, der.SEQUENCE)
    first, last = der.expect(data, value, end, der.INTEGER)
    if not 0 < last - first <= MAX_SERIAL:
        raise CrlError("trust.crl.malformed", "a serial number in a revocation list is malformed")
    serial = der.integer(data, first, last)
    content = serial_octets(serial)
    return (content, row_of(content, read_entry(data, serial, last, end))), end


def _is_critical(data: bytes, position: int, end: int) -> bool:
    value, _ = der.expect(data, position, end, der.SEQUENCE)
    _, after = der.expect(data, value, end, der.INTEGER)
    return critical_entry(data, after, end)


def _write_section(
    runs: list[_Run], size: int, offset: int, scratch: Scratch, write: Callable[[bytes], object]
) -> Section:
    width = size + TAIL
    block = BLOCK_ROWS * width
    fences: list[bytes] = []
    count = 0
    pending = b""
    for rows in _merged(runs, size, scratch):
        pending += rows
        whole = len(pending) - len(pending) % block
        fences += [
            pending[at : at + size] + block_digest(pending[at : at + block]) for at in range(0, whole, block)
        ]
        write(pending[:whole])
        count += whole // width
        pending = pending[whole:]
    if pending:
        fences.append(pending[:size] + block_digest(pending))
        write(pending)
        count += len(pending) // width
    return Section(size, count, offset, fences)


def _merged(runs: list[_Run], size: int, scratch: Scratch) -> Iterator[bytes]:
    """All rows in order, each serial number once, in slices cut where the samples say."""
    width = size + TAIL
    samples = sorted(sample for run in runs for sample in run.samples)
    cuts = samples[SLICE_ROWS // _SAMPLE :: SLICE_ROWS // _SAMPLE]
    starts = [0] * len(runs)
    for cut in [*cuts, None]:
        parts: list[bytes] = []
        for number, run in enumerate(runs):
            start = starts[number]
            stop = run.count if cut is None else _first_from(run, cut, start, width, scratch)
            if stop > start:
                parts.append(scratch.read_at(run.offset + start * width, (stop - start) * width))
            starts[number] = stop
        if len(parts) == 1:
            yield parts[0]
        elif parts:
            rows = split_rows(b"".join(parts), width)
            parts.clear()
            rows.sort()
            yield without_repetitions(b"".join(rows), size)


def _first_from(run: _Run, serial: bytes, low: int, width: int, scratch: Scratch) -> int:
    """The first row of the run, from `low` on, whose serial number is not below `serial`."""
    block = bisect_left(run.samples, serial)
    low = max(low, (block - 1) * _SAMPLE)
    high = min(run.count, block * _SAMPLE)
    while low < high:
        middle = (low + high) // 2
        if scratch.read_at(run.offset + middle * width, len(serial)) < serial:
            low = middle + 1
        else:
            high = middle
    return low
