"""Makes and opens revocation indexes in memory."""

from __future__ import annotations

import io

from honnin.trust.crl_index import CrlIndex, open_index
from honnin.trust.crl_index_build import build_index


class Memory:
    def __init__(self) -> None:
        self.octets = bytearray()

    def append(self, octets: bytes, /) -> int:
        self.octets += octets
        return len(self.octets) - len(octets)

    def read_at(self, offset: int, length: int, /) -> bytes:
        return bytes(self.octets[offset : offset + length])


def index_octets(crl: bytes) -> bytes:
    out: list[bytes] = []
    build_index(io.BytesIO(crl).read, Memory(), out.append)
    return b"".join(out)


def opened(octets: bytes) -> CrlIndex:
    return open_index(lambda offset, length: octets[offset : offset + length], len(octets))


def indexed(crl: bytes) -> CrlIndex:
    return opened(index_octets(crl))
