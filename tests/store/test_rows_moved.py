"""Rows that are whole but not in their place: another record's, another house's, twice there, of an older day.

Nothing in such a row is damaged, so only what binds it to its place can tell: ids in the encryption, promises in the
ledger, the tree itself. Each is named by the audit, table by table, on both databases.
"""

from __future__ import annotations

import itertools
from datetime import date

import pytest
import sqlalchemy as sa

from honnin.adapters.database import DatabaseRecordStore
from honnin.core.clock import system_random
from honnin.core.secret import Secret
from honnin.flows.number_keeping import NumberKeeping
from honnin.flows.recheck_ports import AddRecheck, HeldCertificate, RecheckOutcome
from honnin.flows.record_keeping import RecordKeeping
from honnin.flows.sealing import Sealer
from honnin.flows.timestamp_run import stamp_newest
from honnin.records.ledger.audit import AuditCode, AuditFinding
from honnin.records.ledger.event import Event, Kind
from tests.store.records_kit import SIGNER, TENANT, Keys, content, meta, record_id
from tests.store.tamper_kit import (
    DIGITS,
    NUMBER_KEYS,
    PARTS,
    TABLES,
    TAX,
    Stamper,
    Walk,
    audited,
    delete,
    enter_cause,
    ticking,
    watch_of,
)

OTHER = "other"
A, B, LATER = 1, 2, 3


class House:
    """Records that live: each with an amendment, holds, a re-check, an open request, a number that waits to be seen."""

    def __init__(self, store, tenant=TENANT):
        self.store, self.tenant, self.clock = store, tenant, ticking(0 if tenant == TENANT else 0.5)
        self.apart = 0 if tenant == TENANT else 40  # so that no row of another house is just as ours
        self.sealer = Sealer(store, Keys(), SIGNER, clock=self.clock, random=system_random)
        self.keeping = RecordKeeping(store, self.sealer, self.clock, system_random, tenant)
        self.numbers = NumberKeeping(store, self.sealer, NUMBER_KEYS, clock=self.clock, random=system_random, tenant=tenant)
        self.number_of = {}

    def add(self, number):
        named, clock = record_id(number), self.clock
        own = {
            "staff": f"staff-{number + self.apart}", "tokens": (("name", bytes([number + self.apart]) * 32),),
            "certificates": (HeldCertificate(b"I" * 20, bytes([number + self.apart])),),
        }  # fmt: skip
        self.sealer.seal(content(number, 8), meta(number, tenant=self.tenant, sealed_at_utc=clock(), **own))
        self.sealer.amend(content(number + 10, 8), tenant=self.tenant, record_id=named, at=clock(), staff="staff-2")
        self.keeping.hold(named, f"理由 {number}", staff="staff-1")
        self.keeping.release(named, "済", staff="staff-1")
        self.keeping.end_contract(named, date(2026, 1, number), staff="staff-1")
        self.keeping.request_deletion(named, f"申請 {number}", staff="staff-1")
        detail = {"record": str(number)}
        noted = detail | {"cause": "crl:1", "outcome": "same", "rules": "r"}
        at = clock()
        self.sealer.append_events(
            [Event(Kind.RECHECKED, self.tenant, named, at, "jobs", None, noted)],
            [AddRecheck(named, "crl:1", at, RecheckOutcome.SAME, detail)],
        )
        kept = self.numbers.keep(Secret(DIGITS[number % 2]), record_id=named, purpose=TAX, staff="staff-1")
        self.numbers.grant(kept, entitled=f"staff-{number}", staff="staff-1")
        self.number_of[number] = kept

    def look_after(self, cause, found):
        """What the house does by itself."""
        enter_cause(self.sealer, self.tenant, cause, self.clock)
        stamp_newest(self.store, self.sealer, Stamper(), tenant=self.tenant, clock=self.clock)
        watch_of(self.store, self.sealer, self.clock, self.tenant).take(found)


@pytest.fixture
def house(url):
    store = DatabaseRecordStore(url)
    house = House(store)
    house.add(A)
    house.add(B)
    house.look_after("rules:1", ())
    yield house
    house.sealer.close()
    store.close()


@pytest.fixture
def other(house):
    """Another house in the same database, with records of the same ids."""
    other = House(house.store, OTHER)
    for number in (A, B):
        other.add(number)
    other.look_after("rules:2", (AuditFinding(AuditCode.KEY_MISSING, record_id="x"),))
    other.sealer.close()
    assert audited(other.store, OTHER) == ()
    return other


@pytest.fixture
def walk(house):
    with Walk(house.store) as walk:
        yield walk


def belonging(table, house, number):
    """What of a row says that it is that record's, or that record's number's."""
    if "number_id" in table.c:
        return {"number_id": house.number_of[number]}
    return {"record_id": record_id(number)}


def of(walk, table, key, tenant=TENANT):
    return [row for row in walk.rows(table) if row["tenant"] == tenant and key.items() <= row.items()]


def exchange(walk, house, table):
    """All of A's rows become B's, and the other way round."""
    keys = [belonging(table, house, number) for number in (A, B)]
    rows = [of(walk, table, key) for key in keys]
    assert all(rows), table.name
    for row in itertools.chain(*rows):
        delete(walk, table, row)
    for moved, key in zip(rows, keys[::-1], strict=True):
        walk.connection.execute(table.insert(), [row | key for row in moved])


def about(found):
    return {each.record_id for each in found}


def test_the_house_of_these_tests_agrees_and_has_a_row_in_every_table(house, walk):
    assert audited(house.store) == ()
    assert {name for name, table in TABLES.items() if not walk.rows(table)} == set()


@pytest.mark.parametrize("name", [*PARTS["records"], *PARTS["numbers"]])
def test_rows_of_two_records_that_change_places_name_both(house, walk, name):
    exchange(walk, house, TABLES[name])
    key = belonging(TABLES[name], house, A), belonging(TABLES[name], house, B)
    assert {value for each in key for value in each.values()} <= about(walk.look())


@pytest.mark.parametrize(
    "together",
    [("record_parts", "record_keys"), ("records", "deletion_requests", "record_hold_notes"), PARTS["records"],
     ("numbers", "number_keys"), PARTS["numbers"]],
    ids=" ".join,
)  # fmt: skip
def test_whole_records_that_change_places_name_both(house, walk, together):
    """Also with all that belongs to them: what is sealed says whose it is."""
    for name in together:
        exchange(walk, house, TABLES[name])
    keys = [belonging(TABLES[together[0]], house, number) for number in (A, B)]
    assert {value for each in keys for value in each.values()} <= about(walk.look())


def test_the_ciphertext_of_one_with_the_key_of_another_names_both(house, walk):
    exchange(walk, house, TABLES["record_keys"])
    assert {AuditCode.CONTENT_UNREADABLE} == {each.code for each in walk.look()}


def test_ledger_rows_that_change_places_are_found(walk):
    """Neighbours, column by column and whole; so do the nodes above and the checkpoints."""
    groups = {
        "ledger_leaves": [("leaf",), ("leaf_hash",), ("leaf", "leaf_hash"), ("leaf", "leaf_hash", "record_id", "kind", "at_utc")],
        "ledger_nodes": [("hash",)], "checkpoints": [("note",), ("at_utc",), ("note", "at_utc")],
    }  # fmt: skip
    for name, columns in ((name, columns) for name, each in groups.items() for columns in each):
        table = TABLES[name]
        for one, other in itertools.islice(itertools.pairwise(walk.rows(table)), 6):
            with walk.taken_back():
                for here, there in ((one, other), (other, one)):
                    key = [table.c[each.name] == here[each.name] for each in table.primary_key]
                    walk.connection.execute(table.update().where(*key).values({each: there[each] for each in columns}))
                assert walk.look(), (name, columns, one, other)


@pytest.mark.parametrize(
    ("name", "changes"),
    [("records", {"record_id": record_id(7)}), ("record_parts", {"part": 2}), ("record_keys", {"part": 2}),
     ("record_tokens", {"token": b"T" * 32}), ("record_tokens", {"kind": "birth"}), ("record_certificates", {"serial": b"\1\2"}),
     ("record_hold_notes", {"note_id": "again"}), ("record_rechecks", {"cause": "again"}), ("deletion_requests", {"request_id": "again"}),
     ("ledger_leaves", {"seq": 100}), ("ledger_leaves", {"seq": -1}), ("ledger_nodes", {"level": 5}), ("ledger_nodes", {"idx": -1}),
     ("checkpoints", {"size": 100}), ("numbers", {"number_id": "again"}), ("number_keys", {"number_id": "again"}),
     ("number_grants", {"number_id": "again"}), ("recheck_causes", {"cause": "again"}), ("recheck_causes", {"cause": ""})],
    ids=str,
)  # fmt: skip
def test_a_row_that_is_there_twice_is_found(walk, name, changes):
    table = TABLES[name]
    walk.connection.execute(table.insert().values(walk.rows(table)[0] | changes))
    assert walk.look()


@pytest.mark.parametrize("name", TABLES)
def test_rows_of_another_house_are_found(other, walk, name):
    """The same records under the same keys in another house: put beside ours, or in the place of ours."""
    table = TABLES[name]
    theirs = of(walk, table, {}, other.tenant)
    assert theirs
    for row in theirs[:: max(1, len(theirs) // 5)]:
        with walk.taken_back():
            moved = row | {"tenant": TENANT}
            delete(walk, table, moved)
            walk.connection.execute(table.insert().values(moved))
            assert walk.look(), (name, row)


def test_an_older_day_of_one_table_alone_is_found(house):
    """Each table put back as a backup has it, the others as they are now; and in pairs that belong together."""
    with Walk(house.store) as walk:
        before = {name: walk.rows(table) for name, table in TABLES.items()}
    house.add(LATER)
    house.keeping.hold(record_id(A), "また", staff="staff-1")
    house.look_after("rules:2", ())
    assert audited(house.store) == ()
    pairs = [("record_parts", "record_keys"), ("numbers", "number_keys"), ("ledger_leaves", "ledger_nodes", "ledger_heads"),
             PARTS["records"], PARTS["numbers"], PARTS["house"]]  # fmt: skip
    with Walk(house.store) as walk:
        for together in [*((name,) for name in TABLES), *pairs]:
            with walk.taken_back():
                for table in map(TABLES.__getitem__, together):
                    assert walk.rows(table) != before[table.name], table.name
                    walk.connection.execute(sa.delete(table))
                    walk.connection.execute(table.insert(), before[table.name])
                assert walk.look(), together


def test_an_older_day_of_the_whole_house_is_found_by_a_checkpoint_that_was_kept_elsewhere(house):
    with Walk(house.store) as walk:
        before = {name: walk.rows(table) for name, table in TABLES.items()}
    house.add(LATER)
    kept = house.store.head(TENANT).checkpoint
    with Walk(house.store) as walk:
        for name, table in TABLES.items():
            walk.connection.execute(sa.delete(table))
            walk.connection.execute(table.insert(), before[name])
        assert walk.look() == ()
        assert {each.code for each in audited(walk.inside, kept_elsewhere=[kept])} == {AuditCode.CHECKPOINT_BEYOND}
