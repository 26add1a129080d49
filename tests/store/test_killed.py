"""Killed at any instant: no acknowledged record lost, none half visible, the ledger consistent (design §11)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from honnin.adapters.database import DatabaseRecordStore
from honnin.core.errors import StoreError
from tests.store.records_kit import TENANT, audit, content, make_sealer, meta, record_id
from tests.store.writer_process import SIZE

FOREVER = 1_000_000
START_S = 60


def kill_while_sealing(url: str, first: int, wait_s: float) -> list[int]:
    """Kills a process some time after its first acknowledged record. Returns what was acknowledged."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer_process", url, str(first), str(FOREVER), "4"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        lines = [child.stdout.readline()]
        time.sleep(wait_s)
        os.kill(child.pid, signal.SIGKILL)
        lines += child.stdout.read().splitlines(keepends=True)
    finally:
        child.kill()
        child.wait(START_S)
        child.stdout.close()
    assert lines[0], "the child ended by itself"
    return [int(line.split()[0]) for line in lines if line.endswith("\n")]


def run(new_url, instants: int, seed: int) -> None:
    chance = random.Random(seed)
    url, acknowledged = new_url(), set()
    for number in range(instants):
        if number % 10 == 0:  # a fresh one now and then, for the audit reads all of it
            url, acknowledged = new_url(), set()
        acknowledged |= {record_id(each) for each in kill_while_sealing(url, number * FOREVER, chance.uniform(0, 0.25))}
        store = DatabaseRecordStore(url)
        sealer = make_sealer(store)
        extra = 999 * FOREVER + number
        sealer.seal(content(extra, SIZE), meta(extra))  # waits for whatever the dead one still holds
        acknowledged.add(record_id(extra))
        there = audit(store)
        assert acknowledged <= there, "an acknowledged record is lost"
        for each in there - acknowledged:  # committed, but the process died before it could say so
            assert store.record(TENANT, each).parts == 1
        sealer.close()
        store.close()


def test_killed_at_ten_random_instants(new_url):
    run(new_url, 10, seed=1)


@pytest.mark.slow
def test_killed_at_two_hundred_random_instants(new_url):
    run(new_url, 200, seed=2)


@pytest.mark.parametrize("statement", [1, 2, 3, 4, 5, 6, 7, 8])
def test_a_process_that_dies_between_two_statements_leaves_nothing(url, store, sealer, statement):
    """Not by chance but at each place: after the n-th insert of the transaction (PostgreSQL takes rows by COPY too)."""
    sealer.seal(content(1), meta(1))
    code = (
        "import os, sys, sqlalchemy as sa\n"
        "from honnin.adapters.database import DatabaseRecordStore\n"
        "from tests.store.records_kit import content, make_sealer, meta\n"
        "store = DatabaseRecordStore(sys.argv[1])\n"
        "seen = []\n"
        "def wrote(what):\n"
        "    seen.append(what)\n"
        "    if len(seen) == int(sys.argv[2]):\n"
        "        os._exit(77)\n"
        "from honnin.adapters.database import inserting\n"
        "copied = inserting._copy\n"
        "def copy(connection, table, rows):\n"
        "    copied(connection, table, rows)\n"
        "    wrote(table.name)\n"
        "inserting._copy = copy\n"
        "@sa.event.listens_for(store.database.engine, 'after_cursor_execute')\n"
        "def after(connection, cursor, statement, *rest):\n"
        "    if statement.startswith(('INSERT', 'UPDATE')):\n"
        "        wrote(statement)\n"
        "make_sealer(store).seal(content(2), meta(2))\n"
    )
    child = subprocess.run([sys.executable, "-c", code, url, str(statement)], check=False)
    assert child.returncode == 77
    with pytest.raises(StoreError) as caught:
        store.record(TENANT, record_id(2))
    assert caught.value.code == "store.not_found"
    assert audit(store) == {record_id(1)}
    assert sealer.seal(content(2), meta(2)).leaf_index == 1
