"""Sealing records: `records.seal_per_second.sqlite`, `.postgres`, `records.seal_cost_growth` (design §10).

One process, many calling threads; each call returns when its record is on the disk. A record has 60 KB of evidence that
do not compress, three search tokens and a certificate; packing, encrypting, hashing and signing are all in the time.

Growth: the same at 1,000 and at 1,000,000 ledger entries, in turns, so that both meet the same noise. The million is
put in without its evidence (that would be 60 GB): ledger, plain rows, keys, search tokens and certificates are there.
"""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click

from honnin.adapters.database import DatabaseRecordStore, sqlite_url
from honnin.adapters.database.growing import EPOCH_ENTRIES
from honnin.cli.benchmarks.figure import Figure
from honnin.cli.benchmarks.postgres import NoPostgresError, throwaway_cluster
from honnin.core.clock import system_clock, system_random
from honnin.core.ids import new_id
from honnin.core.secret import Secret
from honnin.flows.recheck_ports import HeldCertificate
from honnin.flows.record_ports import RecordMeta
from honnin.flows.sealing import Sealer
from honnin.records.content import RecordContent
from honnin.records.ledger.note import NoteSigner
from honnin.records.ledger.tree import Frontier, extend, leaf_hash
from honnin.records.wrapping import Purpose, WrappedKey, key_id, unwrap_with, wrap_with

_TENANT = "bench"
_EVIDENCE = 60_000
_THREADS = 64
_WARM = 256
_SEALS = 2_048
_ROUNDS = 6
_SEALS_A_ROUND = 256
_SMALL = 1_000
_LARGE = 1_000_000
_CHUNK = 20_000


class _Keys:
    """A key-encryption key in memory."""

    def __init__(self) -> None:
        self._key = Secret(system_random(32))
        self.current_key_id = key_id(Purpose.RECORDS, self._key)

    def wrap(self, data_key: Secret[bytes], *, context: bytes) -> WrappedKey:
        return wrap_with(self._key, data_key, purpose=Purpose.RECORDS, context=context, random=system_random)

    def unwrap(self, wrapped: WrappedKey, *, context: bytes) -> Secret[bytes]:
        return unwrap_with(self._key, wrapped, context=context)


def measure() -> Iterator[Figure]:
    """All figures. The one of PostgreSQL is left out, with a line that says why, where there is no PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="honnin-bench-") as folder:
        rate = _rate(sqlite_url(Path(folder) / "records.sqlite3"))
    yield Figure("records.seal_per_second.sqlite", rate, "1/s", 500, "min")
    try:
        with throwaway_cluster() as address:
            rate = _rate(address.format(database="postgres"))
        yield Figure("records.seal_per_second.postgres", rate, "1/s", 400, "min")
    except NoPostgresError as error:
        click.echo(f"records.seal_per_second.postgres: not measured: {error}", err=True)
    with tempfile.TemporaryDirectory(prefix="honnin-bench-") as folder:
        yield Figure("records.seal_cost_growth", _growth(Path(folder)), "", 1.2, "max")


class _Bench:
    """A store with its sealer and threads that seal."""

    def __init__(self, url: str) -> None:
        self._store = DatabaseRecordStore(url)
        signer = NoteSigner("bench.example", Secret(system_random(32)))
        self._sealer = Sealer(self._store, _Keys(), signer, clock=system_clock, random=system_random)
        self._evidence = system_random(_EVIDENCE)

    def seconds(self, seals: int) -> float:
        """How long that many seals take, all threads together."""
        errors: list[BaseException] = []

        def work(number: int) -> None:
            try:
                for _ in range(number, seals, _THREADS):
                    self._seal()
            except BaseException as error:  # noqa: BLE001  # of another thread
                errors.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(_THREADS)]
        start = time.perf_counter()
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        taken = time.perf_counter() - start
        if errors:
            raise errors[0]
        return taken

    def close(self) -> None:
        """End of it."""
        self._sealer.close()
        self._store.close()

    def _seal(self) -> None:
        now = system_clock()
        number = new_id(now, system_random)
        meta = RecordMeta(
            record_id=number, tenant=_TENANT, sealed_at_utc=now, law="hanshuho", methods=("HO_6_1_1_HE",),
            document="mynumber", simulated=True, staff="bench", retention_years=7,
            tokens=tuple((kind, system_random(32)) for kind in ("name", "birth", "both")),
            certificates=(HeldCertificate(b"issuer", number.encode()),),
        )  # fmt: skip
        self._sealer.seal(RecordContent({"kiroku.json": b"{}" * 500, "reading.zip": self._evidence}), meta)


def _rate(url: str) -> float:
    bench = _Bench(url)
    try:
        bench.seconds(_WARM)
        return _SEALS / bench.seconds(_SEALS)
    finally:
        bench.close()


def _growth(folder: Path) -> float:
    with ExitStack() as stack:
        benches = []
        for entries in (_SMALL, _LARGE):
            path = folder / f"{entries}.sqlite3"
            DatabaseRecordStore(sqlite_url(path)).close()
            fill(path, entries)
            bench = _Bench(sqlite_url(path))
            stack.callback(bench.close)
            bench.seconds(_WARM)
            benches.append(bench)
        times: tuple[list[float], list[float]] = ([], [])
        for number in range(_ROUNDS * 2):
            which = (number + number // 2) % 2  # small, large, large, small, …
            times[which].append(benches[which].seconds(_SEALS_A_ROUND))
    return statistics.median(times[1]) / statistics.median(times[0])


def fill(path: Path, entries: int) -> None:
    """Put that many entries of records into an empty SQLite file: everything but the evidence."""
    chance = random.Random(1)  # noqa: S311  # nothing secret
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA synchronous=OFF")  # of this connection only
        connection.execute("PRAGMA cache_size=-500000")
        # The index of the tokens is filled in their random order: built at once it would be packed full, and every
        # seal after that would split its pages, which it does not in a file that has grown.
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            "AND name != 'record_tokens_by_epoch'"
        )
        for name, _ in (found := indexes.fetchall()):
            connection.execute(f"DROP INDEX {name}")
        frontier = Frontier()
        for start in range(0, entries, _CHUNK):
            frontier = _fill_some(connection, frontier, range(start, min(start + _CHUNK, entries)), chance)
        connection.execute(
            "INSERT INTO ledger_heads VALUES (?, ?, ?, '')", (_TENANT, frontier.size, b"".join(frontier.peaks))
        )
        for _, sql in found:
            connection.execute(sql)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _fill_some(connection: sqlite3.Connection, frontier: Frontier, numbers: range, chance: random.Random) -> Frontier:
    ids = [f"01ARZ3NDEK{number:016d}" for number in numbers]
    at = "2026-01-01T00:00:00.000000+00:00"
    leaves = [f'{{"kind":"sealed","record_id":"{each}","filler":"{"x" * 240}"}}'.encode() for each in ids]
    hashes = list(map(leaf_hash, leaves))
    frontier, nodes = extend(frontier, hashes)
    many = connection.executemany
    many(
        "INSERT INTO ledger_leaves VALUES (?, ?, ?, ?, ?, 'sealed', ?)",
        ((_TENANT, *row, at) for row in zip(numbers, leaves, hashes, ids, strict=True)),
    )
    many("INSERT INTO ledger_nodes VALUES (?, ?, ?, ?)", ((_TENANT, *node) for node in nodes if node[0]))
    many(
        "INSERT INTO records VALUES (?, ?, ?, 'hanshuho', 'HO_6_1_1_HE', 'mynumber', 1, 'bench', 'sealed', 1, 7, NULL, "
        "NULL, 0, '', NULL, 'checked')",
        ((_TENANT, each, at) for each in ids),
    )
    many(
        "INSERT INTO record_keys VALUES (?, ?, 0, 'records-0123456789abcdef', ?)",
        ((_TENANT, each, chance.randbytes(61)) for each in ids),
    )
    many(
        "INSERT INTO record_tokens VALUES (?, ?, ?, ?, ?)",
        (
            (_TENANT, each, kind, chance.randbytes(32), number // EPOCH_ENTRIES)
            for number, each in zip(numbers, ids, strict=True)
            for kind in ("birth", "both", "name")
        ),
    )
    many(
        "INSERT INTO record_certificates VALUES (?, ?, x'01', ?, 'sign', 'unrevoked', NULL, NULL)",
        ((_TENANT, each, hashlib.sha256(each.encode()).digest()[:8]) for each in ids),
    )
    return frontier
