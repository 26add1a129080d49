"""A database that somebody else keeps: everybody hears of it in one wait, and afterwards all goes on."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest

from honnin.adapters.database import DatabaseRecordStore, engine, sqlite_url
from honnin.core.errors import StoreError
from tests.store.records_kit import audit, content, make_sealer, meta, record_id

WAIT_S = 1.0


@pytest.fixture
def path(tmp_path, monkeypatch):
    short = tuple(f"busy_timeout={int(WAIT_S * 1000)}" if each.startswith("busy") else each for each in engine._PRAGMAS)
    monkeypatch.setattr(engine, "_PRAGMAS", short)
    return tmp_path / "records.sqlite3"


def test_of_many_who_wait_for_a_locked_database_each_hears_of_it_soon(path):
    store = DatabaseRecordStore(sqlite_url(path))
    sealer = make_sealer(store)
    sealer.seal(content(1), meta(1))
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    codes = []

    def seal(number):
        try:
            sealer.seal(content(number), meta(number))
        except StoreError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=seal, args=(number,)) for number in range(2, 14)]
    begun = time.monotonic()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    took = time.monotonic() - begun
    assert codes == ["store.locked"] * 12
    assert took < WAIT_S * 6  # one or two groups, and not twelve waits
    assert store.record("house", record_id(1)).parts == 1  # whoever reads is not in the way of anybody
    other.execute("ROLLBACK")
    other.close()
    sealer.seal(content(2), meta(2))
    assert audit(store) == {record_id(1), record_id(2)}
    sealer.close()
    store.close()
