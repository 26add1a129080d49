"""Every bit of a small database, one at a time: the audit names each row that is not as it was written.

What is left out, and why: `alembic_version` (the program refuses another schema), and the tenant and removal of a
checkpoint that is not the newest and has no time-stamp (a later one says all that it said). Individual numbers have
their own test.
"""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from honnin.adapters.database import DatabaseRecordStore, sqlite_url
from honnin.adapters.database import schema as tables
from honnin.adapters.database.auditing import DatabaseAuditRows
from honnin.adapters.database.reading import Reading
from honnin.core.clock import system_random
from honnin.flows.ledger_ports import SetTimestamp
from honnin.flows.recheck_ports import AddRecheck, RecheckOutcome, SetCertificate
from honnin.flows.record_audit import audit_records
from honnin.flows.record_keeping import RecordKeeping
from honnin.flows.sealing import Sealer
from honnin.records.ledger.audit import AuditCode
from honnin.records.ledger.event import Event, Kind
from honnin.trust.timestamp import make_request, token_in
from honnin_virtual.timestamp import TimestampAuthority
from tests.store.records_kit import NOW, SIGNER, TENANT, Keys, content, meta, record_id

START = datetime(2034, 1, 5, tzinfo=UTC)
OF_RECORDS = ("records", "record_parts", "record_keys", "record_tokens", "record_certificates", "record_hold_notes",
              "record_rechecks", "deletion_requests")  # fmt: skip
OF_LEDGER = ("ledger_leaves", "ledger_nodes", "ledger_heads", "checkpoints")
TABLES = {name: tables.METADATA.tables[name] for name in (*OF_RECORDS, *OF_LEDGER)}


def fill(store):
    """One record that was amended, held and asked to be deleted, one that was deleted, a checkpoint with a stamp."""
    ticks = itertools.count()

    def clock():
        return START + timedelta(seconds=next(ticks))

    sealer = Sealer(store, Keys(), SIGNER, clock=clock, random=system_random)
    keeping = RecordKeeping(store, sealer, clock, system_random, TENANT)
    early = {"methods": ("HO",), "contract_ended_on": date(2026, 11, 25), "retention_until": date(2033, 11, 25)}
    for number in (1, 2):
        sealer.seal(content(number, 8), meta(number, **early))
    sealer.amend(content(9, 8), tenant=TENANT, record_id=record_id(1), at=clock(), staff="staff-2", tokens=(("name", b"A" * 32),))
    first = keeping.request_deletion(record_id(1), "保存期間が過ぎた", staff="staff-1")
    keeping.refuse_deletion(first, staff="staff-2")
    request = keeping.request_deletion(record_id(2), "x", staff="staff-1")
    keeping.approve_deletion(request, staff="staff-2")
    noted = {"certificate": "sign", "before": "undetermined", "now": "revoked", "cause": "crl:1 crl:2", "outcome": "worse", "rules": "r"}
    at, detail = clock(), {name: noted[name] for name in ("certificate", "before", "now")}
    (held,) = meta(1).certificates
    sealer.append_events(
        [Event(Kind.RECHECKED, TENANT, record_id(1), at, "jobs", None, noted)],
        [SetCertificate(record_id(1), held.issuer, held.serial, held.state, "revoked"),
         *(AddRecheck(record_id(1), cause, at, RecheckOutcome.WORSE, detail) for cause in ("crl:1", "crl:2"))],
    )  # fmt: skip
    keeping.hold(record_id(1), "court", staff="staff-1")
    keeping.release(record_id(1), "over", staff="staff-2")
    keeping.hold(record_id(1), "again", staff="staff-1")
    newest = store.checkpoints(TENANT)[-1]
    sealer.change(TENANT, [SetTimestamp(newest.size, stamp(newest.note))])
    sealer.close()


def fill_little(store):
    """A ledger of three entries with inner nodes and a stamped checkpoint."""
    sealer = Sealer(store, Keys(), SIGNER, clock=lambda: NOW, random=system_random)
    sealer.seal(content(1, 8), meta(1))
    sealer.append_events([Event(Kind.VIEWED, TENANT, record_id(1), NOW)])
    sealer.append_events([Event(Kind.SEARCHED, TENANT, "", NOW)])
    newest = store.checkpoints(TENANT)[-1]
    sealer.change(TENANT, [SetTimestamp(newest.size, stamp(newest.note))])
    sealer.close()


def stamp(note):
    import hashlib

    request = make_request(hashlib.sha256(note.encode()).digest(), bytes(8))
    return token_in(TimestampAuthority().respond(request, START + timedelta(days=1)))


class Inside(Reading):
    """The store as one open transaction sees it."""

    def __init__(self, connection):
        self.connection = connection
        super().__init__(self)

    @contextmanager
    def reading(self):
        yield self.connection

    @contextmanager
    def auditing(self, tenant):
        yield DatabaseAuditRows(self.connection, tenant)


def audited(store, *, opens=True):
    return audit_records(store, TENANT, SIGNER.key, wrapper=Keys() if opens else None, witness=SIGNER.witness)


def flips(value):
    """(bit, value with that bit turned over) of a value as it is stored."""
    if isinstance(value, int):
        for bit in range(64):
            turned = (value % (1 << 64)) ^ 1 << bit
            yield bit, turned - (1 << 64) if turned >> 63 else turned
        return
    octets = value.encode() if isinstance(value, str) else bytes(value)
    for bit in range(len(octets) * 8):
        turned = bytearray(octets)
        turned[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(turned)


class Walk:
    """Turns bits over inside a transaction, looks what the audit says, and takes them back."""

    def __init__(self, store):
        self.connection = store.database.engine.connect()
        self.outer = self.connection.execution_options(honnin_write=True).begin()
        self.sqlite = self.connection.dialect.name == "sqlite"
        self.inside = Inside(self.connection)
        self.newest = max(row.size for row in self.inside.checkpoints(TENANT))
        self.looked = 0

    def rows(self, table):
        return [dict(row) for row in self.connection.execute(sa.select(table)).mappings()]

    def change(self, table, row, column, turned):
        """What the audit says of it; None when the database does not take it."""
        key = [table.c[name.name] == row[name.name] for name in table.primary_key]
        value = turned
        if isinstance(turned, bytes) and not isinstance(column.type, sa.LargeBinary):
            if self.sqlite:
                value = sa.text("CAST(x'" + turned.hex() + "' AS TEXT)")
            else:
                value = turned.decode("utf-8", "replace")
                if "\0" in value or "�" in value:
                    return None
        point = self.connection.begin_nested()
        try:
            self.connection.execute(table.update().where(*key).values({column.name: value}))
        except sa.exc.DBAPIError:
            point.rollback()
            return None
        self.looked += 1
        found = audited(self.inside, opens=table.name in OF_RECORDS)
        point.rollback()
        return found

    def close(self):
        self.outer.rollback()
        self.connection.close()


def left_out(table, row, column, walk):
    return table.name == "checkpoints" and column.name == "tenant" and row["size"] != walk.newest and not row["timestamp"]


def names(found, table, row):
    """Whether it is told which row it is."""
    if table.name in OF_RECORDS:
        return any(each.record_id == row["record_id"] for each in found)
    if table.name == "ledger_leaves":
        return any(
            each.sequence is not None and each.sequence <= row["seq"] <= each.last for each in found
        )
    if table.name == "ledger_nodes":
        first, last = row["idx"] << row["level"], ((row["idx"] + 1) << row["level"]) - 1
        return any(each.sequence is not None and each.sequence <= last and each.last >= first for each in found)
    return bool(found)


def walk_over(store, take, names_of_tables=tuple(TABLES)):
    """`take(table, column, bit)`: whether to look at that bit."""
    walk = Walk(store)
    missed = []
    try:
        for table in map(TABLES.__getitem__, names_of_tables):
            for row in walk.rows(table):
                for column in table.c:
                    if row[column.name] is None or left_out(table, row, column, walk):
                        continue
                    for bit, turned in flips(row[column.name]):
                        if not take(table, column, bit):
                            continue
                        found = walk.change(table, row, column, turned)
                        if found is not None and not names(found, table, row):
                            missed.append((table.name, column.name, bit, str(row[column.name])[:60], found))
                            if len(missed) > 20:
                                return walk.looked, missed
        assert audited(walk.inside) == ()
    finally:
        walk.close()
    return walk.looked, missed


@pytest.fixture
def house(url):
    store = DatabaseRecordStore(url)
    fill(store)
    yield store
    store.close()


def test_the_house_of_these_tests_agrees(house):
    assert audited(house) == ()
    kinds = [leaf.kind for leaf in house.leaves(TENANT)]
    assert kinds.count(Kind.SEALED) == 2
    assert {Kind.AMENDED, Kind.DELETED, Kind.HELD, Kind.DELETION_REFUSED} <= set(kinds)


def test_a_bit_of_every_column_of_every_row_is_found(house):
    """One bit of each value, and more of those that are octets."""
    steps = itertools.count()

    def take(table, column, bit):
        if bit == 2:
            return True
        return bit > 7 and isinstance(column.type, sa.LargeBinary) and next(steps) % 997 == 0

    looked, missed = walk_over(house, take)
    assert missed == []
    assert looked > 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("filled", "of_tables", "least"), [(fill, OF_RECORDS, 10_000), (fill_little, OF_LEDGER, 15_000)], ids=["records", "ledger"]
)
def test_every_bit_of_every_column_of_every_row_is_found(tmp_path, filled, of_tables, least):
    store = DatabaseRecordStore(sqlite_url(tmp_path / "records.sqlite3"))
    filled(store)
    looked, missed = walk_over(store, lambda *_: True, of_tables)
    store.close()
    assert missed == []
    assert looked > least


def test_a_value_that_is_taken_away_is_found(house):
    walk = Walk(house)
    for table in TABLES.values():
        for row in walk.rows(table):
            for column in table.c:
                if not column.nullable or row[column.name] is None or column.name == "timestamp":
                    continue
                found = walk.change(table, row, column, None)
                assert found is not None, column
                assert names(found, table, row), (table.name, column.name)
    walk.close()


def test_each_row_that_is_taken_away_is_found(house):
    walk = Walk(house)
    for table in TABLES.values():
        for row in walk.rows(table):
            if left_out(table, row, table.c.tenant, walk):
                continue
            point = walk.connection.begin_nested()
            walk.connection.execute(
                table.delete().where(*[table.c[each.name] == row[each.name] for each in table.primary_key])
            )
            found = audited(walk.inside)
            point.rollback()
            assert names(found, table, row), (table.name, row)
    walk.close()


def test_rows_that_change_places_are_found(house):
    """Two ledger entries, two ciphertexts, two wrapped keys: whatever is put in the place of another."""
    walk = Walk(house)
    pairs = {
        "ledger_leaves": ("seq", [("leaf",), ("leaf", "leaf_hash"), ("leaf", "leaf_hash", "record_id", "kind", "at_utc")]),
        "record_parts": ("part", [("ciphertext",)]),
        "record_keys": ("part", [("wrapped",)]),
        "checkpoints": ("size", [("note",), ("at_utc",), ("note", "at_utc")]),
    }
    for name, (place, groups) in pairs.items():
        table = TABLES[name]
        rows = [row for row in walk.rows(table) if row.get("record_id", record_id(1)) == record_id(1) or name == "ledger_leaves"]
        for one, other in itertools.pairwise(rows):
            for columns in groups:
                point = walk.connection.begin_nested()
                for here, there in ((one, other), (other, one)):
                    key = [table.c[each.name] == here[each.name] for each in table.primary_key]
                    walk.connection.execute(table.update().where(*key).values({each: there[each] for each in columns}))
                found = audited(walk.inside)
                point.rollback()
                assert found, (name, place, columns, one[place], other[place])
    walk.close()


def test_a_row_that_is_there_twice_is_found(house):
    walk = Walk(house)
    copies = {
        "records": {"record_id": record_id(7)},
        "record_parts": {"part": 2},
        "record_keys": {"part": 2},
        "record_tokens": {"token": b"T" * 32},
        "record_certificates": {"serial": b"\1\2"},
        "deletion_requests": {"request_id": "again"},
        "record_hold_notes": {"note_id": "again"},
        "record_rechecks": {"cause": "again"},
        "ledger_leaves": {"seq": 100},
        "ledger_nodes": {"level": 5},
        "checkpoints": {"size": 100},
    }
    for name, changes in copies.items():
        table = TABLES[name]
        row = next(each for each in walk.rows(table) if each.get("record_id", record_id(1)) == record_id(1))
        point = walk.connection.begin_nested()
        walk.connection.execute(table.insert().values(row | changes))
        assert audited(walk.inside), name
        point.rollback()
    walk.close()


def test_records_of_older_versions_promise_less_and_still_agree(url):
    """Events without the promises about rows, as the first version wrote them: no false alarm."""
    store = DatabaseRecordStore(url)
    sealer = Sealer(store, Keys(), SIGNER, clock=lambda: NOW, random=system_random)
    from honnin.flows import sealing
    from honnin.flows.record_ports import Hold

    promises, index = sealing._promises, sealing.index_digest
    sealing._promises = lambda _: {}
    try:
        sealer.seal(content(1), meta(1), detail={})
    finally:
        sealing._promises = promises
    sealer.append_events([Event(Kind.HELD, TENANT, record_id(1), NOW)], [Hold(record_id(1), 1, "court")])
    sealer.close()
    assert index is sealing.index_digest
    assert audited(store) == ()
    with store.database.engine.connect() as connection, connection.execution_options(honnin_write=True).begin():
        connection.execute(sa.text("UPDATE records SET staff = 'somebody'"))
    assert {each.code for each in audited(store)} == {AuditCode.ROW_ALTERED}
    store.close()
