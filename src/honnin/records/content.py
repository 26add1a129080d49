"""RecordContent: what is sealed, a set of named parts, and its one form in octets (design §7).

Packed form, all numbers big-endian: `HNRC`, version (1 octet, 1), count of parts (2); then for each part, by name in
ASCII order: length of the name (1), name, length of the octets (4), octets. Nothing follows. The same content always
gives the same octets, and there is one content only for given octets: what is not in this form is refused.

The part `salt` (32 octets) blinds the commitment in the ledger. It lives nowhere but in here, so that it goes with the
data key when a record is deleted; the digest leaves it out, for the commitment is made of both.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from honnin.core.clock import Random
from honnin.core.errors import DataError

MAX_PARTS = 256
MAX_NAME = 200
MAX_TOTAL = 64 << 20  # of the packed form
SALT = "salt"
SALT_LENGTH = 32

_MAGIC = b"HNRC\x01"
_COUNT = struct.Struct(">H")
_NAME_LENGTH = struct.Struct(">B")
_LENGTH = struct.Struct(">I")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_DIGEST_DOMAIN = b"honnin record content v1\x00"


@dataclass(frozen=True, slots=True)
class RecordContent:
    """Named parts of a record: `kiroku.json`, `decision.json`, `report.json`, `reading.zip`, `case.json`, `acts.json`,
    `attachment/CODE/NAME`, `salt`.

    A name: 1 to 200 characters, words of ASCII letters, digits, `.`, `_` and `-` (first a letter or digit), with `/`
    between. Raises DataError: `content.malformed` (no part, a name or salt that is not allowed), `content.too_large`.
    """

    parts: Mapping[str, bytes]

    def __post_init__(self) -> None:
        _check(self.parts)
        object.__setattr__(self, "parts", MappingProxyType({name: self.parts[name] for name in sorted(self.parts)}))


def salted(content: RecordContent, random: Random) -> RecordContent:
    """The same content with a fresh `salt` of 32 octets. An older salt is replaced: a salt blinds one content only."""
    return RecordContent({**content.parts, SALT: random(SALT_LENGTH)})


def salt_of(content: RecordContent) -> bytes:
    """The salt of the ledger's commitment, 32 octets. Raises DataError `content.malformed` when there is none."""
    if SALT not in content.parts:
        raise _malformed("salt")
    return content.parts[SALT]


def pack(content: RecordContent) -> bytes:
    """The one form of a content in octets, at most 64 MiB; see the module for its layout."""
    out = [_MAGIC, _COUNT.pack(len(content.parts))]
    for name, octets in content.parts.items():  # sorted when it was made
        out += [_NAME_LENGTH.pack(len(name)), name.encode("ascii"), _LENGTH.pack(len(octets)), octets]
    return b"".join(out)


def unpack(octets: bytes) -> RecordContent:
    """The content packed in `octets`. Raises DataError `content.malformed` or `content.too_large`; tolerates nothing.

    `octets` is never copied for a length that it does not have.
    """
    if len(octets) > MAX_TOTAL:
        raise _too_large("total")
    if octets[: len(_MAGIC)] != _MAGIC:
        raise _malformed("format")
    count_octets, at = _take(octets, len(_MAGIC), _COUNT.size)
    (count,) = _COUNT.unpack(count_octets)
    if count > MAX_PARTS:
        raise _too_large("parts")
    parts: dict[str, bytes] = {}
    last = ""
    for _ in range(count):
        name_length, at = _take(octets, at, _NAME_LENGTH.size)
        name_octets, at = _take(octets, at, name_length[0])
        length, at = _take(octets, at, _LENGTH.size)
        data, at = _take(octets, at, _LENGTH.unpack(length)[0])
        name = name_octets.decode("ascii", "replace")  # what is no ASCII is no name either
        if name <= last:
            raise _malformed("order")
        parts[name] = data
        last = name
    if at != len(octets):
        raise _malformed("rest")
    return RecordContent(parts)


def digest(content: RecordContent) -> bytes:
    """SHA-256 (32 octets) over names, lengths and digests of all parts but the salt.

    `honnin record content v1`, 00; then for each part by name: length of the name (1 octet), name, length of the octets
    (4, big-endian), SHA-256 of the octets. So one part can be withheld and the digest still be checked by its own
    digest.
    """
    whole = hashlib.sha256(_DIGEST_DOMAIN)
    for name, octets in content.parts.items():
        if name == SALT:
            continue
        whole.update(_NAME_LENGTH.pack(len(name)) + name.encode("ascii") + _LENGTH.pack(len(octets)))
        whole.update(hashlib.sha256(octets).digest())
    return whole.digest()


def _check(parts: Mapping[str, bytes]) -> None:
    if not parts:
        raise _malformed("no part")
    if len(parts) > MAX_PARTS:
        raise _too_large("parts")
    total = len(_MAGIC) + _COUNT.size
    for name, octets in parts.items():
        if not 0 < len(name) <= MAX_NAME or _NAME.fullmatch(name) is None:
            raise _malformed("name")
        if not isinstance(octets, bytes):
            raise _malformed("octets")
        total += _NAME_LENGTH.size + len(name) + _LENGTH.size + len(octets)
    if total > MAX_TOTAL:
        raise _too_large("total")
    if SALT in parts and len(parts[SALT]) != SALT_LENGTH:
        raise _malformed("salt")


def _take(octets: bytes, at: int, length: int) -> tuple[bytes, int]:
    end = at + length
    if end > len(octets):
        raise _malformed("short")
    return octets[at:end], end


def _malformed(why: str) -> DataError:
    return DataError("content.malformed", "this is not the content of a record", why)


def _too_large(what: str) -> DataError:
    return DataError("content.too_large", "the content of the record is larger than the limit", what)
