"""What was deleted leaves the database's log and dead rows too, as far as the database allows (RecordWriter.forget)."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa

from honnin.adapters.database.engine import SQLITE, Database
from honnin.adapters.database.schema import (
    NUMBER_GRANTS,
    NUMBER_KEYS,
    NUMBERS,
    RECORD_CERTIFICATES,
    RECORD_KEYS,
    RECORD_PARTS,
    RECORD_TOKENS,
)

FORGET_OCTETS = 64 << 20  # PostgreSQL writes a table of at most that size anew after shredding
FORGET_LOCK_MS = 5_000  # how long that waits for those who read or write

# What a ciphertext or a guess could still be tried with: of these not even free space may hold anything.
_WRITTEN_ANEW = (RECORD_KEYS, NUMBER_KEYS, NUMBER_GRANTS, RECORD_TOKENS, RECORD_CERTIFICATES)


def forget(database: Database) -> None:
    """See flows.store_ports.RecordWriter.forget: SQLite's log is folded in and cut, PostgreSQL drops dead rows."""
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
