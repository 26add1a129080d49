"""Every single bit of every column of every row of a small house, one table a test: none changes unseen.

Each table can be run alone (`pytest -s -m slow tests/store/test_every_single_bit.py -k "sqlite and record_parts"`); each
test prints how many bits there were, how many were found, and how many the database refused. The figures of the last
run are in docs/design/0031. A ledger's tables are those of a smaller house: its longest texts are all of one kind.
"""

from __future__ import annotations

import pytest

from honnin.adapters.database import DatabaseRecordStore, sqlite_url
from tests.store.tamper_kit import PART_OF, PARTS, TABLES, fill, fill_little, walk_over

# Of these PostgreSQL's rows are the same octets, and an audit there takes some times as long.
LONG = {"ciphertext", "leaf", "note", "timestamp", "checkpoint", "peaks"}


def told(name, counts):
    print(f"{name}: {counts.bits} bits, {counts.found} found, {counts.refused} refused, {len(counts.missed)} missed")
    assert counts.missed == []
    assert counts.found + counts.refused == counts.bits
    assert counts.found > counts.refused


def pieces():
    """A table, and which of its columns: the two that have most bits are walked over in pieces."""
    for name, table in TABLES.items():
        alone = {"leaf", "note", "timestamp"} & {column.name for column in table.c}
        yield pytest.param(name, {column.name for column in table.c} - alone, id=name)
        for column in sorted(alone):
            yield pytest.param(name, {column}, id=f"{name}.{column}")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "columns"), list(pieces()))
def test_every_bit_is_found_on_sqlite(tmp_path, name, columns):
    store = DatabaseRecordStore(sqlite_url(tmp_path / "records.sqlite3"))
    (fill_little if PART_OF[name] == "ledger" else fill)(store)
    told(f"sqlite {name} {sorted(columns)}", walk_over(store, [name], columns=lambda column: column.name in columns))
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for part in PARTS for name in PARTS[part]])
def test_every_bit_but_those_of_long_octets_is_found_on_postgresql(new_postgres, name):
    store = DatabaseRecordStore(new_postgres())
    (fill_little if PART_OF[name] == "ledger" else fill)(store)
    told(f"postgresql {name}", walk_over(store, [name], columns=lambda column: column.name not in LONG))
    store.close()
