"""The LDS security object: the issuer's list of data group hashes (Doc 9303-10 §4.6.2.2, App. D; passport.md §10.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from honnin.core.errors import DataError
from honnin.crypto import HASH_LENGTHS
from honnin.trust import der
from honnin.trust.algorithms import FORBIDDEN_HASHES, WEAK_HASHES, parse_digest_algorithm
from honnin.trust.der import IndefiniteLengthError

MAX_CONTENT = 16 * 1024
MAX_DATA_GROUPS = 16


class LdsError(DataError):
    """Not a list of hashes we may rely on. Code begins with `trust.lds.`."""


@dataclass(frozen=True, slots=True)
class LdsSecurityObject:
    """`hashes` maps data group numbers 1 to 16 to digests of the right length; the versions are None in version 0."""

    version: int
    hash_name: str
    hashes: Mapping[int, bytes]
    lds_version: str | None = None
    unicode_version: str | None = None

    @property
    def weak_hash(self) -> bool:
        """Whether the data groups are bound with SHA-1: seen in older documents, allowed, to be said."""
        return self.hash_name in WEAK_HASHES


def parse_lds_security_object(content: bytes) -> LdsSecurityObject:
    """From the eContent octets, at most 16 KiB.

    Raises DerError or LdsError: `trust.lds.version`, `.hash_forbidden` (MD5 and older), `.hash_unknown`, `.count` (none
    or more than 16), `.number` (not 1 to 16), `.duplicate`, `.hash_length`.
    """
    try:
        return _parse(content)
    except IndefiniteLengthError:
        return _parse(der.to_definite(content))


def _parse(content: bytes) -> LdsSecurityObject:
    start, stop = der.expect_all(content, der.SEQUENCE, MAX_CONTENT)
    first, position = der.expect(content, start, stop, der.INTEGER)
    version = der.small_integer(content, first, position)
    if version not in (0, 1):
        raise LdsError("trust.lds.version", "unknown version of the security object")
    first, position = der.expect(content, position, stop, der.SEQUENCE)
    hash_name = parse_digest_algorithm(content, first, position)
    if hash_name in FORBIDDEN_HASHES:
        raise LdsError("trust.lds.hash_forbidden", "the data groups are hashed with a broken algorithm", hash_name)
    if hash_name not in HASH_LENGTHS:
        raise LdsError("trust.lds.hash_unknown", "the data groups are hashed with an unknown algorithm", hash_name)
    first, position = der.expect(content, position, stop, der.SEQUENCE)
    hashes = _parse_hashes(content, first, position, HASH_LENGTHS[hash_name])
    versions: tuple[str | None, str | None] = (None, None)
    if position < stop:
        first, position = der.expect(content, position, stop, der.SEQUENCE)
        versions = _parse_versions(content, first, position)
    elif version == 1:
        raise LdsError("trust.lds.version", "the version information is missing")
    if position != stop:
        raise LdsError("trust.lds.version", "octets follow the version information")
    return LdsSecurityObject(version, hash_name, hashes, *versions)


def _parse_hashes(content: bytes, start: int, stop: int, length: int) -> Mapping[int, bytes]:
    hashes: dict[int, bytes] = {}
    for tag, _, value, end in der.children(content, start, stop, MAX_DATA_GROUPS):
        if tag != der.SEQUENCE:
            raise LdsError("trust.lds.number", "an entry of the security object is malformed")
        first, middle = der.expect(content, value, end, der.INTEGER)
        number = der.small_integer(content, first, middle)
        kind, first, last = der.read(content, middle, end)
        digest = der.octets(content, kind, first, last)
        if not 1 <= number <= MAX_DATA_GROUPS or last != end:
            raise LdsError("trust.lds.number", "an entry of the security object is malformed")
        if number in hashes:
            raise LdsError("trust.lds.duplicate", "a data group is listed twice in the security object")
        if len(digest) != length:
            raise LdsError("trust.lds.hash_length", "a hash in the security object has the wrong length")
        hashes[number] = digest
    if not hashes:
        raise LdsError("trust.lds.count", "the security object lists no data group")
    return MappingProxyType(hashes)


def _parse_versions(content: bytes, start: int, stop: int) -> tuple[str, str]:
    nodes = der.children(content, start, stop, 2)
    if len(nodes) != 2:
        raise LdsError("trust.lds.version", "the version information is malformed")
    lds_version, unicode_version = (
        content[value:end].decode("ascii", "replace") for _, _, value, end in nodes
    )
    return lds_version, unicode_version
