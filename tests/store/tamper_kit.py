"""A small house with a row in every table, and what changes its rows behind the program's back.

What is changed is changed inside a transaction that is taken back afterwards, and the audit looks from inside it. An
audit of one part of the house (`part`) is the whole audit with nothing in the other parts: so that a bit costs only
what could see it. test_every_bit.py shows that the whole audit says at least the same.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import itertools
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from unittest.mock import patch

import sqlalchemy as sa

from honnin.adapters.database import schema as tables
from honnin.adapters.database.auditing import DatabaseAuditRows
from honnin.adapters.database.reading import Reading
from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.clock import system_random
from honnin.core.secret import Secret
from honnin.flows.ledger_watch import LedgerWatch
from honnin.flows.number_keeping import NumberKeeping
from honnin.flows.recheck_ports import AddRecheck, FinishCause, NoteCause, RecheckOutcome, SetCertificate
from honnin.flows.record_audit import audit_records
from honnin.flows.record_keeping import RecordKeeping
from honnin.flows.sealing import Sealer
from honnin.flows.timestamp_run import stamp_newest
from honnin.records.ledger import audit, audit_house, audit_numbers, record_walk
from honnin.records.ledger.audit import AuditCode, AuditFinding
from honnin.records.ledger.audit_house import CAUSE, FINISHED, NOTICED
from honnin.records.ledger.event import OF_CAUSES, Event, Kind, format_at
from honnin.records.ledger.tree import Frontier
from honnin.records.wrapping import Purpose, key_id, unwrap_with, wrap_with
from honnin.trust.timestamp import make_request, token_in
from honnin_virtual.timestamp import TimestampAuthority
from tests.store.records_kit import NOW, SIGNER, TENANT, Keys, content, meta, record_id

START = datetime(2034, 1, 5, tzinfo=UTC)
TAX = NumberLawPurpose.WITHHOLDING_TAX
DIGITS = ("123456789018", "987654321018")  # made up

PARTS = {
    "records": ("records", "record_parts", "record_keys", "record_tokens", "record_certificates", "record_hold_notes",
                "record_rechecks", "deletion_requests"),
    "ledger": ("ledger_leaves", "ledger_nodes", "ledger_heads", "checkpoints"),
    "numbers": ("numbers", "number_keys", "number_grants"),
    "house": ("ledger_checks", "recheck_causes"),
}  # fmt: skip
PART_OF = {name: part for part, names in PARTS.items() for name in names}
TABLES = {name: tables.METADATA.tables[name] for name in PART_OF}
# Nothing there is believed: plain visits of the first releases, which only a new house takes up, and the number of the
# schema, without which the program does not open the database (docs/design/0031).
NOT_AUDITED = {"visits", "alembic_version"}


class NumberKeys:
    """A key for individual numbers, in memory."""

    def __init__(self):
        self._key = Secret(hashlib.sha256(b"test key of numbers").digest())
        self.current_key_id = key_id(Purpose.NUMBERS, self._key)

    def wrap(self, data_key, *, context):
        return wrap_with(self._key, data_key, purpose=Purpose.NUMBERS, context=context, random=system_random)

    def unwrap(self, wrapped, *, context):
        if wrapped.key_id != self.current_key_id:
            from honnin.records.wrapping import key_missing

            raise key_missing(wrapped.key_id)
        return unwrap_with(self._key, wrapped, context=context)


RECORD_KEYS, NUMBER_KEYS = Keys(), NumberKeys()


def ticking(first=0):
    """A clock that is a second later each time."""
    ticks = itertools.count(first)
    return lambda: START + timedelta(seconds=next(ticks))


def fill(store, tenant=TENANT):
    """A record that was amended, held and asked to be deleted, one that was deleted, numbers of which one waits to be
    seen and one was, reasons to re-check, a stop, a checkpoint with a stamp.
    """
    clock = ticking()
    sealer = Sealer(store, Keys(), SIGNER, clock=clock, random=system_random)
    _fill_records(store, sealer, clock, tenant)
    _fill_numbers(store, sealer, clock, tenant)
    for cause, finished in (("rules:1", False), ("anchors:2", True)):
        enter_cause(sealer, tenant, cause, clock)
        if finished:
            finish_cause(store, sealer, tenant, cause, clock)
    stamp_newest(store, sealer, Stamper(), tenant=tenant, clock=clock)
    watch = watch_of(store, sealer, clock, tenant, (AuditFinding(AuditCode.RECORD_DAMAGED, record_id="x"),))
    watch.resume("調べた", staff="staff-1", accept=True)
    watch.take((AuditFinding(AuditCode.KEY_MISSING, record_id="y"),))
    stamp_newest(store, sealer, Stamper(), tenant=tenant, clock=clock)
    sealer.close()


def _fill_records(store, sealer, clock, tenant):
    keeping = RecordKeeping(store, sealer, clock, system_random, tenant)
    early = {"methods": ("HO",), "contract_ended_on": date(2026, 11, 25), "retention_until": date(2033, 11, 25)}
    for number in (1, 2):
        sealer.seal(content(number, 8), meta(number, tenant=tenant, **early))
    sealer.amend(content(9, 8), tenant=tenant, record_id=record_id(1), at=clock(), staff="staff-2", tokens=(("name", b"A" * 32),))
    first = keeping.request_deletion(record_id(1), "保存期間が過ぎた", staff="staff-1")
    keeping.refuse_deletion(first, staff="staff-2", reason="k")
    request = keeping.request_deletion(record_id(2), "x", staff="staff-1")
    keeping.approve_deletion(request, staff="staff-2")
    noted = {"certificate": "sign", "before": "undetermined", "now": "revoked", "cause": "crl:1 crl:2", "outcome": "worse", "rules": "r"}
    at, detail = clock(), {name: noted[name] for name in ("certificate", "before", "now")}
    (held,) = meta(1).certificates
    sealer.append_events(
        [Event(Kind.RECHECKED, tenant, record_id(1), at, "jobs", None, noted)],
        [SetCertificate(record_id(1), held.issuer, held.serial, held.state, "revoked"),
         *(AddRecheck(record_id(1), cause, at, RecheckOutcome.WORSE, detail) for cause in ("crl:1", "crl:2"))],
    )  # fmt: skip
    keeping.hold(record_id(1), "court", staff="staff-1")
    keeping.release(record_id(1), "over", staff="staff-2")
    keeping.hold(record_id(1), "again", staff="staff-1")


def _fill_numbers(store, sealer, clock, tenant):
    keeping = NumberKeeping(store, sealer, NUMBER_KEYS, clock=clock, random=system_random, tenant=tenant)
    seen, waits, gone = (
        keeping.keep(Secret(digits), record_id=record_id(1), purpose=TAX, staff="staff-1") for digits in (*DIGITS, DIGITS[0])
    )
    keeping.keep_until(seen, date(2040, 1, 1), staff="staff-1")
    token = keeping.grant(seen, entitled="staff-2", staff="staff-1")
    keeping.show(seen, token, purpose=TAX, staff="staff-2")
    keeping.grant(waits, entitled="staff-2", staff="staff-1")
    keeping.delete(gone, staff="staff-1")


def enter_cause(sealer, tenant, cause, clock):
    """As flows.recheck_records enters a reason to re-check."""
    at = clock()
    detail = {CAUSE: cause, NOTICED: format_at(at), FINISHED: ""}
    sealer.append_events([Event(Kind.RECHECK_CAUSE, tenant, OF_CAUSES, at, "jobs", None, detail)], [NoteCause(cause, at)])


def finish_cause(store, sealer, tenant, cause, clock):
    """As flows.recheck_records enters its end."""
    (noticed,) = (each.noticed_at_utc for each in store.causes(tenant) if each.cause == cause)
    at = clock()
    detail = {CAUSE: cause, NOTICED: format_at(noticed), FINISHED: format_at(at)}
    sealer.append_events([Event(Kind.RECHECK_CAUSE, tenant, OF_CAUSES, at, "jobs", None, detail)], [FinishCause(cause, at)])


def watch_of(store, sealer, clock, tenant, found=()):
    """A watch whose audit finds that."""
    return LedgerWatch(store, sealer, lambda _: tuple(found), clock=clock, tenant=tenant)


def fill_little(store):
    """A ledger of four entries with inner nodes and a stamped checkpoint."""
    sealer = Sealer(store, Keys(), SIGNER, clock=lambda: NOW, random=system_random)
    sealer.seal(content(1, 8), meta(1))
    sealer.append_events([Event(Kind.VIEWED, TENANT, record_id(1), NOW)])
    sealer.append_events([Event(Kind.SEARCHED, TENANT, "", NOW)])
    stamp_newest(store, sealer, Stamper(), tenant=TENANT, clock=lambda: NOW)
    sealer.close()


class Stamper:
    """The simulated authority, without a network."""

    def stamp(self, digest, /):
        return token_in(TimestampAuthority().respond(make_request(digest, bytes(8)), START + timedelta(days=1)))


# --- looking from inside a transaction ---


class Inside(Reading):
    """The store as one open transaction sees it."""

    def __init__(self, connection):
        self.connection = connection
        self.only = None  # the part that is looked at, None for all
        self.remembering = Remembering(connection)
        self._parts = {}
        super().__init__(self)

    @contextmanager
    def reading(self):
        yield self.connection

    def part(self, tenant, record_id, part=0):
        if self.only is None or self.remembering.changed in {"records", "record_parts", "record_keys"}:
            return super().part(tenant, record_id, part)
        place = (tenant, record_id, part)
        if place not in self._parts:
            self._parts[place] = super().part(*place)
        return self._parts[place]

    @contextmanager
    def auditing(self, tenant):
        if self.only is None:
            yield DatabaseAuditRows(self.connection, tenant)
        else:
            yield OnePart(DatabaseAuditRows(self.remembering, tenant), self.only)


class Remembering:
    """A connection that asks the tables that are not changed just now only once for the same rows."""

    def __init__(self, connection):
        self.connection = connection
        self.changed = ""
        self._known = {}

    def execute(self, statement, values=None, execution_options=None):
        tables = TABLES_OF.get(id(statement))
        if tables is None or self.changed in tables:
            return self.connection.execute(statement, values, execution_options=execution_options or {})
        key = (id(statement), *sorted((values or {}).items()))
        if key not in self._known:
            self._known[key] = self.connection.execute(statement, values).freeze()
        return self._known[key]()


_ASKED = import_module(DatabaseAuditRows.__module__)
# What the audit asks, and of which tables; all of it is made once.
TABLES_OF = {
    id(each): {table.name for table in sa.sql.visitors.iterate(each) if isinstance(table, sa.Table)}
    for each in (*vars(_ASKED).values(), *_ASKED._ROWS.values()) if isinstance(each, sa.Select | sa.CompoundSelect)
}  # fmt: skip


_NOTHING = {
    "ledger": {"head": Frontier, "leaves": tuple, "nodes": tuple, "checkpoints": tuple, "head_note": str},
    "records": {"records": tuple}, "numbers": {"numbers": tuple},
    "house": {"check": lambda: None, "causes": tuple, "stamps": tuple},
}  # fmt: skip


class OnePart:
    """A flows.audit_ports.AuditRows with nothing in the other parts."""

    def __init__(self, rows, part):
        self._rows = rows
        for other, nothing in _NOTHING.items():
            if other != part:
                self.__dict__.update(nothing)
        if part != "house":
            self.events_of = lambda record_id: () if "." in record_id else rows.events_of(record_id)

    def __getattr__(self, name):
        return getattr(self._rows, name)


def audited(store, tenant=TENANT, *, kept_elsewhere=()):
    """All that an audit with all keys finds."""
    return audit_records(
        store, tenant, SIGNER.key, wrapper=RECORD_KEYS, numbers=NUMBER_KEYS, witness=SIGNER.witness, kept_elsewhere=kept_elsewhere
    )


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


REFUSED = None  # by the database


@dataclasses.dataclass
class Counts:
    """What came of the bits of a table. `missed`: (table, column, bit, row), and what the whole audit says."""

    bits: int = 0
    found: int = 0
    refused: int = 0
    missed: list = dataclasses.field(default_factory=list)

    def take(self, findings, named, place):
        """One bit more."""
        self.bits += 1
        self.refused += findings is REFUSED
        self.found += named
        if findings is not REFUSED and not named:
            self.missed.append((place, findings))
            assert len(self.missed) <= 20, self.missed


class Walk:
    """Changes rows inside a transaction, looks what the audit says, and takes it back."""

    def __init__(self, store):
        self.connection = store.database.engine.connect()
        self.outer = self.connection.execution_options(honnin_write=True).begin()
        self.sqlite = self.connection.dialect.name == "sqlite"
        self.inside = Inside(self.connection)
        self.newest = max(row.size for row in self.inside.checkpoints(TENANT))

    def rows(self, table):
        return [dict(row) for row in self.connection.execute(sa.select(table)).mappings()]

    @contextmanager
    def taken_back(self):
        """What is done inside is undone at the end."""
        point = self.connection.begin_nested()
        try:
            yield self.connection
        finally:
            point.rollback()

    def look(self, table=None):
        """What the audit says now: of the part of that table, or of all."""
        self.inside.only = None if table is None else PART_OF[table.name]
        self.inside.remembering.changed = "" if table is None else table.name
        try:
            return audited(self.inside)
        finally:
            self.inside.only = None

    def put(self, table, row, column, turned):
        """Octets as they are into a column of a row. Raises sa.exc.DBAPIError when the database does not take them."""
        mark = "?" if self.sqlite else "%s"
        value = mark
        if isinstance(turned, bytes) and not isinstance(column.type, sa.LargeBinary):
            value = f"CAST({mark} AS TEXT)" if self.sqlite else f"convert_from({mark}, 'UTF8')"
        keys = " AND ".join(f'"{each.name}" = {mark}' for each in table.primary_key)
        values = (turned, *(row[each.name] for each in table.primary_key))
        done = self.connection.exec_driver_sql(f'UPDATE {table.name} SET "{column.name}" = {value} WHERE {keys}', values)
        assert done.rowcount == 1

    def change(self, table, row, column, turned, *, whole=True):
        """What the audit says of it; REFUSED when the database does not take it."""
        with self.taken_back():
            try:
                self.put(table, row, column, turned)
            except sa.exc.DBAPIError:
                return REFUSED
            return self.look(None if whole else table)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.outer.rollback()
        self.connection.close()


def delete(walk, table, row):
    walk.connection.execute(table.delete().where(*[table.c[each.name] == row[each.name] for each in table.primary_key]))


def left_out(table, row, column, walk):
    """What carries nothing: a checkpoint that is not the newest and has no time-stamp. A later one says all it said."""
    return table.name == "checkpoints" and column.name == "tenant" and row["size"] != walk.newest and not row["timestamp"]


def names(found, table, row):
    """Whether it is told which row it is."""
    if table.name in PARTS["records"]:
        return any(each.record_id == row["record_id"] for each in found)
    if table.name in PARTS["numbers"]:
        return any(each.record_id == row["number_id"] for each in found)
    if table.name == "ledger_leaves":
        return any(each.sequence is not None and each.sequence <= row["seq"] <= each.last for each in found)
    if table.name == "ledger_nodes":
        first, last = row["idx"] << row["level"], ((row["idx"] + 1) << row["level"]) - 1
        return any(each.sequence is not None and each.sequence <= last and each.last >= first for each in found)
    if table.name == "recheck_causes":
        return any(each.code is AuditCode.CAUSE_ALTERED and each.detail == row["cause"] for each in found)
    if table.name == "ledger_checks":
        return any(each.code is AuditCode.CHECK_ALTERED for each in found)
    return bool(found)


def walk_over(store, names_of_tables=tuple(TABLES), *, take=lambda *_: True, columns=lambda _: True):
    """Every bit that is taken (`take(column, bit)`), of every column of every row of these tables."""
    counts = Counts()
    with Walk(store) as walk, calculated_once():
        for table in map(TABLES.__getitem__, names_of_tables):
            for row in walk.rows(table):
                for column in table.c:
                    if row[column.name] is None or not columns(column) or left_out(table, row, column, walk):
                        continue
                    for bit, turned in flips(row[column.name]):
                        if take(column, bit):
                            found = _turned(walk, table, row, column, turned)
                            counts.take(found, names(found or (), table, row), (table.name, column.name, bit, row))
        assert walk.look() == ()
    return counts


@contextmanager
def calculated_once():
    """What says the same of the same octets is asked once: an entry, a signature, a time-stamp."""
    with ExitStack() as stack:
        for module, name in (
            (record_walk, "decoded"), (audit, "decoded"), (audit_house, "decoded"), (audit_numbers, "decoded"),
            (audit, "open_checkpoint"), (audit, "verify_token"),
        ):  # fmt: skip
            stack.enter_context(patch.object(module, name, functools.lru_cache(100_000)(getattr(module, name))))
        yield


def _turned(walk, table, row, column, turned):
    found = walk.change(table, row, column, turned, whole=False)
    if found is not REFUSED and not names(found, table, row):
        return walk.change(table, row, column, turned)  # what another part of the audit says of it
    return found
