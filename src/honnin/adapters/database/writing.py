"""Writing: units of events and changes in one transaction, together with the growth of the ledgers.

The ledger's head is locked before anything is read of it: by BEGIN IMMEDIATE on SQLite, by the row's lock on
PostgreSQL. So any number of processes append to one ledger without a gap. Heads are locked in the order of the tenants'
names, so that two processes never wait for each other.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from honnin.adapters.database.cause_rows import restore_causes
from honnin.adapters.database.check_rows import check_not_stopped, check_values, note_values
from honnin.adapters.database.columns import day, instant
from honnin.adapters.database.engine import POSTGRESQL, SQLITE, Database, safe
from honnin.adapters.database.schema import (
    CHECKPOINTS,
    DELETION_REQUESTS,
    LEDGER_CHECKS,
    LEDGER_HEADS,
    LEDGER_LEAVES,
    LEDGER_NODES,
    NUMBER_GRANTS,
    NUMBER_KEYS,
    NUMBERS,
    RECHECK_CAUSES,
    RECORD_CERTIFICATES,
    RECORD_HOLD_NOTES,
    RECORD_KEYS,
    RECORD_PARTS,
    RECORD_RECHECKS,
    RECORD_TOKENS,
    RECORDS,
)
from honnin.core.errors import DataError, StoreError
from honnin.flows.ledger_check_ports import NoteHold, SetLedgerCheck
from honnin.flows.number_ports import KeepNumberUntil, PutGrant, SpendGrant
from honnin.flows.recheck_ports import AddRecheck, FinishCause, NoteCause, RestoreCauses, SetCertificate
from honnin.flows.record_ports import (
    AddNumber,
    AddPart,
    AddRecord,
    AddRequest,
    Change,
    CompleteRecord,
    DecideRequest,
    EndContract,
    Grow,
    Hold,
    LedgerEntry,
    LedgerHead,
    RecordState,
    ReplaceKey,
    RequestState,
    SetTimestamp,
    ShredNumber,
    ShredRecord,
    Unit,
    Written,
)
from honnin.records.ledger.event import format_at
from honnin.records.ledger.tree import HASH_LENGTH, Frontier

EPOCH_ENTRIES = 4_096  # of a tenant's ledger: the search tokens of that many stand together (schema.RECORD_TOKENS)

FORGET_OCTETS = 64 << 20  # PostgreSQL writes a table of at most that size anew after shredding
FORGET_LOCK_MS = 5_000  # how long that waits for those who read or write

Rows = dict[sa.Table, list[dict[str, object]]]


def write(database: Database, units: Sequence[Unit], grow: Grow) -> Sequence[Written]:
    """See flows.record_ports.RecordWriter.write."""
    with _transaction(database) as connection:
        heads = _lock(connection, sorted({unit.tenant for unit in units if unit.events}))
        check_not_stopped(connection, units)
        rows: Rows = defaultdict(list)
        for unit in units:
            epoch = epoch_of(heads[unit.tenant].frontier.size) if unit.tenant in heads else 0
            for change in unit.changes:
                _CHANGES[type(change)](_Change(connection, rows, unit.tenant, epoch), change)
        first = {tenant: head.frontier.size for tenant, head in heads.items()}
        heads = {tenant: _append(connection, rows, tenant, head, units, grow) for tenant, head in heads.items()}
        _insert(connection, rows)
    written = []
    for unit in units:
        if unit.events:
            written.append(Written(first[unit.tenant], heads[unit.tenant]))
            first[unit.tenant] += len(unit.events)
        else:
            written.append(Written(-1, LedgerHead()))
    return written


def forget(database: Database) -> None:
    """See flows.record_ports.RecordWriter.forget: SQLite's log is folded in and cut, PostgreSQL drops dead rows."""
    try:
        if database.dialect == SQLITE:
            raw = database.engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                raw.close()
            return
        options = {"isolation_level": "AUTOCOMMIT", "honnin_write": True}
        with database.engine.connect().execution_options(**options) as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql(f"SET lock_timeout = {FORGET_LOCK_MS}")
            for table in (RECORD_PARTS, NUMBERS, *_WRITTEN_ANEW):
                if table not in _WRITTEN_ANEW or not _write_anew(connection, table):
                    connection.exec_driver_sql(f"VACUUM {table.name}")
            connection.invalidate()  # its settings are not for others
    except (sa.exc.SQLAlchemyError, sqlite3.Error):
        return


# What a ciphertext or a guess could still be tried with: of these not even free space may hold anything.
_WRITTEN_ANEW = (RECORD_KEYS, NUMBER_KEYS, NUMBER_GRANTS, RECORD_TOKENS, RECORD_CERTIFICATES)


def _write_anew(connection: sa.Connection, table: sa.Table) -> bool:
    """The table and its indexes in new files, which hold what is there and nothing else; False when it is too large or
    somebody is in the way for too long.
    """
    size = connection.exec_driver_sql(f"SELECT pg_total_relation_size('{table.name}')").scalar() or 0
    if size > FORGET_OCTETS:
        return False
    try:
        connection.exec_driver_sql(f"VACUUM (FULL) {table.name}")
    except sa.exc.SQLAlchemyError:
        return False
    return True


class _transaction:  # noqa: N801  # used as `with _transaction(…)`
    """A writing transaction whose end is told apart: `store.unknown` when nobody knows whether it was committed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> sa.Connection:
        try:
            self._connection = self._database.engine.connect().execution_options(honnin_write=True)
        except sa.exc.SQLAlchemyError as error:
            raise _failed(error) from None
        try:
            self._begun = self._connection.begin()
        except sa.exc.SQLAlchemyError as error:
            self._connection.close()
            raise _failed(error) from None
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            if error is None:
                self._commit()
                return
            try:
                self._begun.rollback()
            except sa.exc.SQLAlchemyError:
                self._connection.invalidate()
        finally:
            self._connection.close()
        if isinstance(error, sa.exc.SQLAlchemyError):
            raise _failed(error) from None

    def _commit(self) -> None:
        try:
            self._begun.commit()
        except sa.exc.SQLAlchemyError as error:
            self._connection.invalidate()
            if self._database.dialect == "sqlite":  # a COMMIT that fails is rolled back
                raise _failed(error) from None
            raise StoreError("store.unknown", "it is not known whether it was stored", safe(error)) from None


def _failed(error: sa.exc.SQLAlchemyError) -> StoreError:
    if isinstance(error, sa.exc.IntegrityError):
        return _exists(error.orig)
    return StoreError("store.write", "it was not stored", safe(error))


def _exists(error: BaseException | None) -> StoreError:
    return StoreError("store.exists", "there is one of that number already", type(error).__name__)


def _conflict(why: str) -> StoreError:
    return StoreError("store.conflict", "the record is not as expected any more", why)


# --- the ledger ---


def _lock(connection: sa.Connection, tenants: Sequence[str]) -> dict[str, LedgerHead]:
    heads = {}
    for tenant in tenants:
        query = sa.select(LEDGER_HEADS).where(LEDGER_HEADS.c.tenant == tenant).with_for_update()
        row = connection.execute(query).mappings().first()
        if row is None:
            connection.execute(_FIRST_HEAD, {"tenant": tenant, "peaks": b""})
            row = connection.execute(query).mappings().one()
        heads[tenant] = head_of(row)
    return heads


_FIRST_HEAD = sa.text(
    "INSERT INTO ledger_heads (tenant, size, peaks, checkpoint) VALUES (:tenant, 0, :peaks, '') "
    "ON CONFLICT (tenant) DO NOTHING"
)


def head_of(row: sa.RowMapping) -> LedgerHead:
    """The head in a row of ledger_heads. Raises StoreError `store.damaged`."""
    octets = bytes(row["peaks"])
    peaks = tuple(octets[start : start + HASH_LENGTH] for start in range(0, len(octets), HASH_LENGTH))
    try:
        return LedgerHead(Frontier(row["size"], peaks), row["checkpoint"])
    except DataError as error:
        raise StoreError("store.damaged", "the head of the ledger is damaged", error.code) from None


def _append(  # noqa: PLR0917
    connection: sa.Connection, rows: Rows, tenant: str, before: LedgerHead, units: Sequence[Unit], grow: Grow
) -> LedgerHead:
    """Lets the tenant's ledger grow by the units' events."""
    entries: list[LedgerEntry] = [event for unit in units if unit.tenant == tenant for event in unit.events]
    growth = grow(tenant, before, [entry.octets for entry in entries])
    size = before.frontier.size
    if growth.head.frontier.size != size + len(entries) or len(growth.leaf_hashes) != len(entries):
        raise StoreError("store.write", "it was not stored", "growth of the ledger")
    rows[LEDGER_LEAVES] += [
        {
            "tenant": tenant, "seq": size + number, "leaf": entry.octets, "leaf_hash": leaf_hash,
            "record_id": entry.record_id, "kind": entry.kind, "at_utc": instant(entry.at_utc),
        }
        for number, (entry, leaf_hash) in enumerate(zip(entries, growth.leaf_hashes, strict=True))
    ]  # fmt: skip
    rows[LEDGER_NODES] += [
        {"tenant": tenant, "level": level, "idx": index, "hash": octets}
        for level, index, octets in growth.nodes
        if level > 0  # level 0 are the leaves' own hashes
    ]
    rows[CHECKPOINTS].append({
        "tenant": tenant, "size": growth.head.frontier.size, "at_utc": format_at(entries[-1].at_utc),
        "note": growth.head.checkpoint, "timestamp": None,
    })  # fmt: skip
    values = {
        "size": growth.head.frontier.size,
        "peaks": b"".join(growth.head.frontier.peaks),
        "checkpoint": growth.head.checkpoint,
    }
    connection.execute(LEDGER_HEADS.update().where(LEDGER_HEADS.c.tenant == tenant).values(values))
    return growth.head


def _insert(connection: sa.Connection, rows: Rows) -> None:
    put = _copy if connection.dialect.name == POSTGRESQL else _insert_many
    for table, values in rows.items():
        if values:
            put(connection, table, values)
    rows.clear()


def _insert_many(connection: sa.Connection, table: sa.Table, rows: list[dict[str, object]]) -> None:
    """SQLite's executemany with rows as they are: text, octets and integers, nothing to convert. All names are ours."""
    names = [column.name for column in table.c]
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
    connection.exec_driver_sql(statement, [tuple(row[name] for name in names) for row in rows])


def _copy(connection: sa.Connection, table: sa.Table, rows: list[dict[str, object]]) -> None:
    """PostgreSQL's COPY in its binary form: one message a table instead of one a row."""
    columns = list(table.c)
    names = ", ".join(f'"{column.name}"' for column in columns)
    types = [_COPY_TYPES[type(column.type)] for column in columns]
    raw: Any = connection.connection
    errors: Any = connection.dialect.loaded_dbapi
    try:
        with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row([row[column.name] for column in columns])
    except errors.IntegrityError as error:
        raise _exists(error) from None
    except errors.Error as error:
        raise StoreError("store.write", "it was not stored", safe(error)) from None


_COPY_TYPES: dict[type[Any], str] = {sa.Text: "text", sa.LargeBinary: "bytea", sa.BigInteger: "int8"}


# --- changes ---


class _Change:
    """Where a change puts its rows: inserts are collected for the whole transaction, the rest is done at once."""

    def __init__(self, connection: sa.Connection, rows: Rows, tenant: str, epoch: int) -> None:
        self.connection = connection
        self.rows = rows
        self.tenant = tenant
        self.epoch = epoch

    def add(self, table: sa.Table, *values: Mapping[str, object]) -> None:
        self.rows[table] += [{"tenant": self.tenant, **each} for each in values]

    def update(self, table: sa.Table, values: dict[str, Any], *where: sa.ColumnElement[bool], why: str) -> None:
        """Exactly one row must be as expected, else `store.conflict`."""
        _insert(self.connection, self.rows)
        done = self.connection.execute(table.update().where(table.c.tenant == self.tenant, *where).values(values))
        if done.rowcount != 1:
            raise _conflict(why)

    def delete(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
        _insert(self.connection, self.rows)
        return self.connection.execute(table.delete().where(table.c.tenant == self.tenant, *where)).rowcount

    def tokens(self, record_id: str, tokens: Iterable[tuple[str, bytes]]) -> None:
        rows = ({"record_id": record_id, "kind": kind, "token": each, "epoch": self.epoch} for kind, each in tokens)
        self.add(RECORD_TOKENS, *rows)


def _add_record(to: _Change, change: AddRecord) -> None:
    meta = change.meta
    if meta.tenant != to.tenant:
        raise _conflict("tenant")
    to.add(RECORDS, {
        "record_id": meta.record_id, "sealed_at_utc": instant(meta.sealed_at_utc), "law": meta.law,
        "methods": " ".join(meta.methods), "document": meta.document, "simulated": int(meta.simulated),
        "staff": meta.staff, "state": str(RecordState.SEALED), "parts": 1, "retention_years": meta.retention_years,
        "contract_ended_on": day(meta.contract_ended_on), "retention_until": day(meta.retention_until), "holds": 0,
        "hold_reason": "", "deleted_at_utc": None,
    })  # fmt: skip
    _part(to, meta.record_id, 0, change)
    to.tokens(meta.record_id, dict.fromkeys(meta.tokens))
    to.add(RECORD_CERTIFICATES, *(
        {"record_id": meta.record_id, "issuer": issuer, "serial": serial, "kind": each.kind, "state": each.state,
         "not_after_utc": None if each.not_after is None else instant(each.not_after), "point": each.point}
        for (issuer, serial), each in {(each.issuer, each.serial): each for each in meta.certificates}.items()
    ))  # fmt: skip


def _part(to: _Change, record_id: str, part: int, change: AddRecord | AddPart) -> None:
    place = {"record_id": record_id, "part": part}
    to.add(RECORD_PARTS, {**place, "ciphertext": change.ciphertext})
    to.add(RECORD_KEYS, {**place, "key_id": change.key.key_id, "wrapped": change.key.octets})


def _add_part(to: _Change, change: AddPart) -> None:
    to.update(
        RECORDS,
        {"parts": change.part + 1},
        RECORDS.c.record_id == change.record_id,
        RECORDS.c.parts == change.part,
        RECORDS.c.state == RecordState.SEALED,
        why="parts",
    )
    _part(to, change.record_id, change.part, change)
    known = to.connection.execute(
        sa.select(RECORD_TOKENS.c.kind, RECORD_TOKENS.c.token).where(
            RECORD_TOKENS.c.tenant == to.tenant, RECORD_TOKENS.c.record_id == change.record_id
        )
    )
    old = {(kind, bytes(token)) for kind, token in known}
    to.tokens(change.record_id, (each for each in dict.fromkeys(change.tokens) if each not in old))


def _complete_record(to: _Change, change: CompleteRecord) -> None:
    values = {"methods": " ".join(change.methods), "retention_years": change.retention_years}
    where = (RECORDS.c.record_id == change.record_id, RECORDS.c.state == RecordState.SEALED)
    to.update(RECORDS, values, *where, why="state")


def _end_contract(to: _Change, change: EndContract) -> None:
    values = {"contract_ended_on": day(change.contract_ended_on), "retention_until": day(change.retention_until)}
    where = (RECORDS.c.record_id == change.record_id, RECORDS.c.state == RecordState.SEALED)
    to.update(RECORDS, values, *where, why="state")


def _hold(to: _Change, change: Hold) -> None:
    to.update(
        RECORDS,
        {"holds": RECORDS.c.holds + change.change, "hold_reason": change.reason},
        RECORDS.c.record_id == change.record_id,
        RECORDS.c.state == RecordState.SEALED,
        RECORDS.c.holds + change.change >= 0,
        why="holds",
    )


def _shred_record(to: _Change, change: ShredRecord) -> None:
    to.update(
        RECORDS,
        {"state": str(RecordState.DELETED), "deleted_at_utc": instant(change.at_utc)},
        RECORDS.c.record_id == change.record_id,
        RECORDS.c.state == RecordState.SEALED,
        RECORDS.c.holds == 0,
        why="state or hold",
    )
    for table in (
        RECORD_KEYS, RECORD_PARTS, RECORD_TOKENS, RECORD_CERTIFICATES, RECORD_HOLD_NOTES, RECORD_RECHECKS,
    ):  # fmt: skip
        to.delete(table, table.c.record_id == change.record_id)


def _add_number(to: _Change, change: AddNumber) -> None:
    to.add(NUMBERS, {
        "number_id": change.number_id, "record_id": change.record_id, "purpose": change.purpose,
        "stored_at_utc": instant(change.stored_at_utc), "retention_until": day(change.retention_until),
        "ciphertext": change.ciphertext,
    })  # fmt: skip
    key = change.key
    to.add(NUMBER_KEYS, {"number_id": change.number_id, "key_id": key.key_id, "wrapped": key.octets})


def _shred_number(to: _Change, change: ShredNumber) -> None:
    for table in (NUMBER_KEYS, NUMBER_GRANTS):
        to.delete(table, table.c.number_id == change.number_id)
    if to.delete(NUMBERS, NUMBERS.c.number_id == change.number_id) != 1:
        raise _conflict("number")


def _put_grant(to: _Change, change: PutGrant) -> None:
    grant, table = change.grant, NUMBER_GRANTS
    _insert(to.connection, to.rows)
    there = sa.select(NUMBERS.c.number_id).where(NUMBERS.c.tenant == to.tenant, NUMBERS.c.number_id == grant.number_id)
    if grant.tenant != to.tenant or to.connection.execute(there).first() is None:
        raise _conflict("number")
    to.delete(table, sa.or_(table.c.number_id == grant.number_id, table.c.expires_at_utc <= instant(change.now_utc)))
    to.add(table, {
        "number_id": grant.number_id, "entitled": grant.entitled, "token_digest": grant.token_digest,
        "expires_at_utc": instant(grant.expires_at_utc), "used_at_utc": None,
    })  # fmt: skip


def _spend_grant(to: _Change, change: SpendGrant) -> None:
    used = instant(change.used_at_utc)
    to.update(
        NUMBER_GRANTS,
        {"used_at_utc": used},
        NUMBER_GRANTS.c.number_id == change.number_id,
        NUMBER_GRANTS.c.token_digest == change.token_digest,
        NUMBER_GRANTS.c.used_at_utc.is_(None),
        NUMBER_GRANTS.c.expires_at_utc > used,
        why="grant",
    )


def _keep_number_until(to: _Change, change: KeepNumberUntil) -> None:
    values = {"retention_until": day(change.retention_until)}
    to.update(NUMBERS, values, NUMBERS.c.number_id == change.number_id, why="number")


def _add_request(to: _Change, change: AddRequest) -> None:
    to.add(DELETION_REQUESTS, {
        "request_id": change.request_id, "record_id": change.record_id,
        "requested_at_utc": instant(change.requested_at_utc), "requested_by": change.requested_by,
        "reason": change.reason, "state": str(RequestState.OPEN), "decided_at_utc": None, "decided_by": None,
    })  # fmt: skip


def _decide_request(to: _Change, change: DecideRequest) -> None:
    to.update(
        DELETION_REQUESTS,
        {"state": str(change.state), "decided_at_utc": instant(change.decided_at_utc), "decided_by": change.decided_by},
        DELETION_REQUESTS.c.request_id == change.request_id,
        DELETION_REQUESTS.c.state == RequestState.OPEN,
        why="request",
    )


def _replace_key(to: _Change, change: ReplaceKey) -> None:
    table = NUMBER_KEYS if change.part is None else RECORD_KEYS
    place = (
        (table.c.number_id == change.record_id,)
        if change.part is None
        else (table.c.record_id == change.record_id, table.c.part == change.part)
    )
    to.update(
        table,
        {"key_id": change.new.key_id, "wrapped": change.new.octets},
        *place,
        table.c.key_id == change.old.key_id,
        table.c.wrapped == change.old.octets,
        why="key",
    )


def _set_timestamp(to: _Change, change: SetTimestamp) -> None:
    where = (CHECKPOINTS.c.size == change.size, CHECKPOINTS.c.timestamp.is_(None))
    to.update(CHECKPOINTS, {"timestamp": change.timestamp}, *where, why="checkpoint")


def _set_certificate(to: _Change, change: SetCertificate) -> None:
    table = RECORD_CERTIFICATES
    where = (
        table.c.record_id == change.record_id, table.c.issuer == change.issuer, table.c.serial == change.serial,
        table.c.state == change.before,
    )  # fmt: skip
    to.update(table, {"state": change.now}, *where, why="certificate")


def _add_recheck(to: _Change, change: AddRecheck) -> None:
    sealed = (RECORDS.c.record_id == change.record_id, RECORDS.c.state == RecordState.SEALED)
    to.update(RECORDS, {"state": str(RecordState.SEALED)}, *sealed, why="state")  # nobody deletes it meanwhile
    to.add(RECORD_RECHECKS, {
        "record_id": change.record_id, "cause": change.cause, "at_utc": instant(change.at_utc),
        "outcome": str(change.outcome), "detail": json.dumps(change.detail, ensure_ascii=False, sort_keys=True),
    })  # fmt: skip


def _note_cause(to: _Change, change: NoteCause) -> None:
    to.add(RECHECK_CAUSES, {
        "cause": change.cause, "noticed_at_utc": instant(change.noticed_at_utc), "finished_at_utc": None,
    })  # fmt: skip


def _finish_cause(to: _Change, change: FinishCause) -> None:
    where = (RECHECK_CAUSES.c.cause == change.cause, RECHECK_CAUSES.c.finished_at_utc.is_(None))
    to.update(RECHECK_CAUSES, {"finished_at_utc": instant(change.finished_at_utc)}, *where, why="cause")


def _restore_causes(to: _Change, _: RestoreCauses) -> None:
    _insert(to.connection, to.rows)
    restore_causes(to.connection, to.tenant)


def _set_ledger_check(to: _Change, change: SetLedgerCheck) -> None:
    to.delete(LEDGER_CHECKS)
    to.connection.execute(LEDGER_CHECKS.insert(), check_values(to.tenant, change))


def _note_hold(to: _Change, change: NoteHold) -> None:
    to.add(RECORD_HOLD_NOTES, note_values(change))


_CHANGES: dict[type[Change], Callable[[_Change, Any], None]] = {
    AddRecord: _add_record,
    AddPart: _add_part,
    CompleteRecord: _complete_record,
    EndContract: _end_contract,
    Hold: _hold,
    ShredRecord: _shred_record,
    AddNumber: _add_number,
    ShredNumber: _shred_number,
    AddRequest: _add_request,
    DecideRequest: _decide_request,
    ReplaceKey: _replace_key,
    SetTimestamp: _set_timestamp,
    SetCertificate: _set_certificate,
    AddRecheck: _add_recheck,
    NoteCause: _note_cause,
    FinishCause: _finish_cause,
    RestoreCauses: _restore_causes,
    PutGrant: _put_grant,
    SpendGrant: _spend_grant,
    KeepNumberUntil: _keep_number_until,
    SetLedgerCheck: _set_ledger_check,
    NoteHold: _note_hold,
}


def epoch_of(place: int) -> int:
    """Where the search tokens of what is written at that place of the ledger stand (schema.RECORD_TOKENS)."""
    return place // EPOCH_ENTRIES
