"""A revocation list of millions of entries as an index that is looked up without reading the list (design §10).

The list was read and hashed once (honnin.trust.crl_index_build). The index keeps everything else of it: issuer, dates,
number, distribution point and signature stand in `skeleton`, the list without its entries, and the digest that was
signed stands beside it. So whether an anchor signed the list is checked anew from the index, and `verify_crl` and
path validation treat it like any list.

    MAGIC                                       16 octets
    sections, one for each length of serial number: rows in order, in blocks of 64 (honnin.trust.crl_records)
    head: skeleton, digests, counts; for each block its first serial number and a digest of 16 octets
    length of the head (8), SHA-256 of the head (32), END (16)

The head's digest covers, by the digests in it, every octet of the file: a damaged block is found when it is asked for,
so a start reads the head alone. Damage is an error, never "not listed". All numbers are big-endian.
"""

from __future__ import annotations

import hashlib
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from honnin.trust.algorithms import PublicKey, SignatureAlgorithm, Verdict, verify
from honnin.trust.anchors import Anchor
from honnin.trust.certificate import MAX_SERIAL, Extension
from honnin.trust.crl import Crl, distribution_point, parse_crl
from honnin.trust.crl_entries import CrlError, RevokedEntry, serial_octets
from honnin.trust.crl_records import TAIL, entry_of, split_rows
from honnin.trust.names import Name

MAGIC = b"honnin CRL idx 1"
END = b"1 xdi LRC ninnoh"
BLOCK_ROWS = 64
BLOCK_DIGEST = 16
MAX_HEAD = 256 << 20
MAX_SKELETON = 4 << 20
MAX_ENTRIES = 50_000_000
TRAILER = struct.Struct(">Q32s16s")

# Skeleton's length, source digest and length, count, whether an entry is critical, digest's length, sections.
_HEAD = struct.Struct(">I32sQQBBB")
_SECTION = struct.Struct(">BQ")

ReadAt = Callable[[int, int], bytes]


@dataclass(frozen=True, slots=True)
class Section:
    """All rows whose serial numbers have `size` octets. `fences`: for each block its first serial number + digest."""

    size: int
    count: int
    offset: int
    fences: list[bytes] = field(repr=False)

    @property
    def width(self) -> int:
        """Octets of a row."""
        return self.size + TAIL


@dataclass(frozen=True, slots=True, eq=False)
class CrlIndex:
    """A revocation list as an index: a `RevocationList`. `read_at(offset, length)` reads from the index file.

    `fingerprint`: SHA-256 of the head in hexadecimal, which stands for the whole file. `source_digest`: SHA-256 of the
    list as it was imported, `source_length` its octets.
    """

    fingerprint: str
    source_digest: bytes
    source_length: int
    count: int
    critical: bool
    tbs_digest: bytes
    skeleton: Crl
    _sections: Mapping[int, Section] = field(repr=False)
    _read_at: ReadAt = field(repr=False)
    _proven: dict[str, bool] = field(repr=False, default_factory=dict)  # anchor fingerprint -> signature fits

    @property
    def issuer(self) -> Name:
        """Who issued it."""
        return self.skeleton.issuer

    @property
    def this_update(self) -> datetime:
        """From when it speaks, aware."""
        return self.skeleton.this_update

    @property
    def next_update(self) -> datetime | None:
        """Until when it counts."""
        return self.skeleton.next_update

    @property
    def aki(self) -> bytes | None:
        """The key identifier of who signed it."""
        return self.skeleton.aki

    @property
    def number(self) -> int | None:
        """CRLNumber."""
        return self.skeleton.number

    @property
    def extensions(self) -> tuple[Extension, ...]:
        """All of its extensions."""
        return self.skeleton.extensions

    @property
    def signature_algorithm(self) -> SignatureAlgorithm:
        """How it was signed."""
        return self.skeleton.signature_algorithm

    @property
    def distribution_point(self) -> bytes | None:
        """The value of IssuingDistributionPoint (DER), when the list is one of several of its issuer."""
        return distribution_point(self.extensions)

    def signed_by(self, anchor: Anchor) -> bool:
        """Whether the key of that anchor signed the list. Computed once for each anchor, from the digest."""
        fingerprint = anchor.certificate.fingerprint
        if fingerprint not in self._proven:
            self._proven[fingerprint] = self.verify_signature(anchor.certificate.public_key) == "ok"
        return self._proven[fingerprint]

    def verify_signature(self, key: PublicKey) -> Verdict:
        """Whether that key signed the list; computed anew, from the digest."""
        if not self.tbs_digest:
            algorithm = self.signature_algorithm
            return "forbidden_algorithm" if algorithm.scheme == "forbidden" else "unsupported_algorithm"
        signature = self.skeleton.signature
        return verify(self.signature_algorithm, key, self.tbs_digest, signature, prehashed=True)

    def has_critical_entry(self) -> bool:
        """Whether any entry has a critical extension: such a list clears nobody (RFC 5280 §5.3)."""
        return self.critical

    def find(self, serial: int) -> RevokedEntry | None:
        """The entry with that serial number, or None. One block is read and checked.

        Raises CrlError `trust.crl.index_damaged`, and what the reader raises: neither means "not listed".
        """
        content = serial_octets(serial)
        section = self._sections.get(len(content))
        if section is None:
            return None
        number = _block_of(section, content)
        return None if number < 0 else _find_in(self._block(section, number), content)

    def find_many(self, serials: Iterable[int]) -> Mapping[int, RevokedEntry]:
        """The entries with these serial numbers; each block is read once or twice. Raises as `find`."""
        wanted = sorted(set(serials))
        positive = bisect_left(wanted, 0)
        # Numbers of one length and sign have the order of their octets.
        return self._find_sorted(wanted[:positive]) | self._find_sorted(wanted[positive:])

    def _find_sorted(self, serials: list[int]) -> dict[int, RevokedEntry]:
        found: dict[int, RevokedEntry] = {}
        for size, alike in groupby(serials, key=_octets_of):
            section = self._sections.get(size)
            if section is None:
                continue
            fences = section.fences
            number, block = -1, b""
            following: bytes | None = fences[0][:size]
            for serial in alike:
                content = serial.to_bytes(size, "big", signed=True)
                if following is not None and content >= following:
                    number = _block_of(section, content, number + 1)
                    block = self._block(section, number)
                    following = fences[number + 1][:size] if number + 1 < len(fences) else None
                if content in block:
                    entry = _find_in(block, content)
                    if entry is not None:
                        found[serial] = entry
        return found

    def rows(self) -> Iterator[RevokedEntry]:
        """All entries, by length of the serial number and then by its octets. Raises as `find`."""
        for section in self._sections.values():
            for number in range(len(section.fences)):
                block = self._block(section, number)
                for at in range(0, len(block), section.width):
                    yield entry_of(block[at : at + section.width], section.size)

    def _block(self, section: Section, number: int) -> bytes:
        full = BLOCK_ROWS * (section.size + TAIL)
        start = number * full
        block = self._read_at(section.offset + start, min(full, section.count * (section.size + TAIL) - start))
        if block_digest(block) != section.fences[number][section.size :]:
            raise _damaged("a block")
        return block


def block_digest(block: bytes) -> bytes:
    """BLAKE2b of 16 octets."""
    return hashlib.blake2b(block, digest_size=BLOCK_DIGEST).digest()


def encode_head(
    skeleton: bytes, tbs_digest: bytes, source: tuple[bytes, int], sections: Iterable[Section], *, critical: bool
) -> bytes:
    """The head of an index file and its trailer. `tbs_digest` is empty when the algorithm is not supported; `source`:
    SHA-256 and length of the list; `critical`: whether an entry has a critical extension.
    """
    listed = sorted(sections, key=lambda each: each.size)
    total = sum(each.count for each in listed)
    counts = _HEAD.pack(len(skeleton), *source, total, critical, len(tbs_digest), len(listed))
    parts = [counts, skeleton, tbs_digest]
    for each in listed:
        parts += [_SECTION.pack(each.size, each.count), *each.fences]
    head = b"".join(parts)
    return head + TRAILER.pack(len(head), hashlib.sha256(head).digest(), END)


def open_index(read_at: ReadAt, length: int, fingerprint: str | None = None) -> CrlIndex:
    """From an index file of `length` octets; `fingerprint`, when given, must be that of its head.

    Raises CrlError `trust.crl.index_damaged` when anything is not as `encode_head` wrote it, and what `parse_crl` does.
    """
    if length < len(MAGIC) + TRAILER.size or read_at(0, len(MAGIC)) != MAGIC:
        raise _damaged("its beginning")
    trailer = read_at(length - TRAILER.size, TRAILER.size)
    if len(trailer) != TRAILER.size:
        raise _damaged("its end")
    size, digest, end = TRAILER.unpack(trailer)
    start = length - TRAILER.size - size
    if end != END or size > MAX_HEAD or start < len(MAGIC):
        raise _damaged("its end")
    head = read_at(start, size)
    if len(head) != size or hashlib.sha256(head).digest() != digest:
        raise _damaged("its head")
    if fingerprint is not None and digest.hex() != fingerprint:
        raise _damaged("its name")
    return _parse_head(head, digest.hex(), start, read_at)


def _parse_head(head: bytes, fingerprint: str, rows_end: int, read_at: ReadAt) -> CrlIndex:
    if len(head) < _HEAD.size:
        raise _damaged("its head")
    skeleton_size, source_digest, source_length, total, critical, digest_size, section_count = _HEAD.unpack_from(head)
    position = _HEAD.size + skeleton_size + digest_size
    if skeleton_size > MAX_SKELETON or position > len(head) or total > MAX_ENTRIES:
        raise _damaged("its head")
    skeleton = parse_crl(head[_HEAD.size : _HEAD.size + skeleton_size])
    tbs_digest = head[_HEAD.size + skeleton_size : position]
    sections: dict[int, Section] = {}
    offset, last = len(MAGIC), 0
    for _ in range(section_count):
        if position + _SECTION.size > len(head):
            raise _damaged("its head")
        size, count = _SECTION.unpack_from(head, position)
        position += _SECTION.size
        fences = -(-count // BLOCK_ROWS) * (size + BLOCK_DIGEST)
        if not last < size <= MAX_SERIAL or not 0 < count <= total or position + fences > len(head):
            raise _damaged("its head")
        blocks = split_rows(head[position : position + fences], size + BLOCK_DIGEST)
        sections[size] = Section(size, count, offset, blocks)
        position += fences
        offset += count * (size + TAIL)
        last = size
    counted = sum(each.count for each in sections.values())
    if position != len(head) or offset != rows_end or counted != total or skeleton.count:
        raise _damaged("its head")
    return CrlIndex(
        fingerprint=fingerprint,
        source_digest=source_digest,
        source_length=source_length,
        count=total,
        critical=bool(critical),
        tbs_digest=tbs_digest,
        skeleton=skeleton,
        _sections=sections,
        _read_at=read_at,
    )


_LAST_DIGEST = b"\xff" * BLOCK_DIGEST


def _block_of(section: Section, content: bytes, first: int = 0) -> int:
    """The last block whose first serial number is not above `content`, or -1."""
    return bisect_right(section.fences, content + _LAST_DIGEST, first) - 1


def _octets_of(serial: int) -> int:
    return (serial + (serial < 0)).bit_length() // 8 + 1


def _find_in(block: bytes, content: bytes) -> RevokedEntry | None:
    size = len(content)
    width = size + TAIL
    at = block.find(content)
    while at >= 0 and at % width:
        at = block.find(content, at + 1)
    return None if at < 0 else entry_of(block[at : at + width], size)


def _damaged(detail: str) -> CrlError:
    return CrlError("trust.crl.index_damaged", "the index of a revocation list is damaged", detail)
