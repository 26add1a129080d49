"""Re-check of a million kept certificates against a new revocation list of a million entries (design §10):
`recheck.million_seconds`. The list is indexed before; its signature is checked from the index within the time.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from honnin.adapters.crl_index_file import make_index, open_index_file, open_list
from honnin.cli.benchmarks.crl_list import make_list
from honnin.cli.benchmarks.figure import Figure
from honnin.core.errors import CallerError
from honnin.records.recheck import StoredCertificate, recheck
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import verify_crl

_STORED = 1_000_000
_ENTRIES = 1_000_000
_NOW = datetime(2026, 11, 25, tzinfo=UTC)


def measure() -> Iterator[Figure]:
    """One in five hundred of the certificates became revoked."""
    with tempfile.TemporaryDirectory(prefix="honnin-bench-") as name:
        folder = Path(name)
        make_list(folder, _ENTRIES)
        with open_list(folder / "list.crl") as (source, _):
            make_index(source, folder).keep(folder / "list.crlx")
        listed = [int(line, 16) for line in (folder / "listed.txt").read_text().split()]
        anchors = AnchorSet([Anchor(parse_certificate((folder / "ca.cer").read_bytes()), "test", "benchmark")])
        crl = open_index_file(folder / "list.crlx")
        stored = _stored(listed, crl.aki or b"")
        start = time.perf_counter()
        changes = recheck(stored, crl, verify_crl(crl, anchors, _NOW), at=_NOW)
        seconds = time.perf_counter() - start
    if not _STORED // 500 <= len(changes) < _STORED // 400:
        raise CallerError("bench.recheck", "the re-check found another number of changes", str(len(changes)))
    yield Figure("recheck.million_seconds", seconds, "s", 30, "max")


def _stored(listed: list[int], key_id: bytes) -> Iterator[StoredCertificate]:
    """Made as they are asked for, as from a store."""
    chance = random.Random(3)  # noqa: S311  # a measurement
    for number in range(_STORED):
        serial = chance.choice(listed) if number % 500 == 0 else chance.getrandbits(63)
        yield StoredCertificate(f"r{number}", key_id, serial, "sign", "unrevoked")
