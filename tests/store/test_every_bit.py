"""Bits of a small house with a row in every table: the audit names each row that is not as it was written.

One bit of each value here; test_every_single_bit.py turns all of them over. What is left out, and why:
docs/design/0031.
"""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa

from honnin.adapters.database import DatabaseRecordStore
from honnin.adapters.database import schema as tables
from honnin.core.clock import system_random
from honnin.flows.sealing import Sealer
from honnin.records.ledger.audit import AuditCode
from honnin.records.ledger.event import Event, Kind
from tests.store.records_kit import NOW, SIGNER, TENANT, Keys, content, meta, record_id
from tests.store.tamper_kit import (
    NOT_AUDITED,
    REFUSED,
    TABLES,
    Walk,
    audited,
    delete,
    fill,
    flips,
    left_out,
    names,
    walk_over,
)


@pytest.fixture
def house(url):
    store = DatabaseRecordStore(url)
    fill(store)
    yield store
    store.close()


@pytest.fixture
def walk(house):
    with Walk(house) as walk:
        yield walk


def test_the_house_of_these_tests_agrees_and_has_a_row_in_every_table(house, walk):
    assert audited(house) == ()
    assert {*TABLES} | NOT_AUDITED == {*tables.METADATA.tables}
    assert {name for name, table in TABLES.items() if not walk.rows(table)} == set()
    filled = {(name, column.name) for name, table in TABLES.items() for column in table.c
              if any(row[column.name] is not None for row in walk.rows(table))}  # fmt: skip
    every = {(name, column.name) for name, table in TABLES.items() for column in table.c}
    assert every - filled == {("record_certificates", "not_after_utc"), ("record_certificates", "point")}
    kinds = [leaf.kind for leaf in house.leaves(TENANT)]
    assert kinds.count(Kind.SEALED) == 2
    assert {Kind.AMENDED, Kind.DELETED, Kind.HELD, Kind.DELETION_REFUSED, Kind.LEDGER_RESUMED, Kind.RECHECK_CAUSE} <= set(kinds)


def test_a_bit_of_every_column_of_every_row_is_found_by_the_whole_audit_and_by_its_part(walk):
    """So what test_every_single_bit.py finds with a part of the audit is found by the whole."""
    for table in TABLES.values():
        rows = walk.rows(table)
        for row in rows if len(rows) < 5 else (*rows[:2], *rows[-2:]):
            for column in table.c:
                if row[column.name] is None or left_out(table, row, column, walk):
                    continue
                turned = next((turned for bit, turned in flips(row[column.name]) if bit == 2), b"x")
                whole = walk.change(table, row, column, turned)
                if whole is REFUSED:
                    continue
                assert names(whole, table, row), (table.name, column.name, whole)
                assert set(walk.change(table, row, column, turned, whole=False)) <= set(whole)


def test_bits_far_inside_octets_are_found(house):
    steps = itertools.count()
    counts = walk_over(house, take=lambda column, bit: bit > 7 and isinstance(column.type, sa.LargeBinary) and next(steps) % 997 == 0)
    assert counts.missed == []
    assert counts.found > 50


def test_a_value_that_is_taken_away_is_found(walk):
    for table in TABLES.values():
        for row in walk.rows(table):
            for column in table.c:
                if not column.nullable or row[column.name] is None:
                    continue
                found = walk.change(table, row, column, None)
                assert found is not REFUSED, column
                assert names(found, table, row), (table.name, column.name)


def test_each_row_that_is_taken_away_is_found(walk):
    for table in TABLES.values():
        for row in walk.rows(table):
            if left_out(table, row, table.c.tenant, walk):
                continue
            with walk.taken_back():
                delete(walk, table, row)
                assert names(walk.look(), table, row), (table.name, row)


def test_records_of_older_versions_promise_less_and_still_agree(url, monkeypatch):
    """Events without the promises about rows, as the first version wrote them: no false alarm."""
    store = DatabaseRecordStore(url)
    sealer = Sealer(store, Keys(), SIGNER, clock=lambda: NOW, random=system_random)
    from honnin.flows import sealing
    from honnin.flows.record_ports import Hold

    with monkeypatch.context() as older:
        older.setattr(sealing, "_promises", lambda _: {})
        sealer.seal(content(1), meta(1, completion=None), detail={})
    sealer.append_events([Event(Kind.HELD, TENANT, record_id(1), NOW)], [Hold(record_id(1), 1, "court")])
    sealer.close()
    assert audited(store) == ()
    with store.database.engine.connect() as connection, connection.execution_options(honnin_write=True).begin():
        connection.execute(sa.text("UPDATE records SET staff = 'somebody'"))
    assert {each.code for each in audited(store)} == {AuditCode.ROW_ALTERED}
    store.close()
