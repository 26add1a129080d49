"""Sealed records and their ledgers in SQLite or PostgreSQL, by one code path (design §7; docs/design/0022-store.md)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from honnin.adapters.database.auditing import DatabaseAuditRows, auditing
from honnin.adapters.database.check_rows import CheckReading
from honnin.adapters.database.engine import Database, sqlite_path, sqlite_url
from honnin.adapters.database.forgetting import forget
from honnin.adapters.database.reading import Reading
from honnin.adapters.database.writing import write
from honnin.flows.ledger_ports import Grow
from honnin.flows.store_ports import Unit, Written

__all__ = ["Database", "DatabaseRecordStore", "sqlite_path", "sqlite_url"]


class DatabaseRecordStore(CheckReading, Reading):
    """A flows.store_ports.RecordStore. Safe to use from several threads; other processes may use the database too."""

    def __init__(self, url: str) -> None:
        """`sqlite:///path` or `postgresql+psycopg://…`; see Database for what it raises."""
        self.database = Database(url)
        super().__init__(self.database)

    def write(self, units: Sequence[Unit], grow: Grow) -> Sequence[Written]:
        """All units in one transaction; durable when this returns. Raises StoreError, see RecordWriter."""
        return write(self.database, units, grow)

    def forget(self) -> None:
        """After shredding, see RecordWriter."""
        forget(self.database)

    def auditing(self, tenant: str) -> AbstractContextManager[DatabaseAuditRows]:
        """All rows of a tenant at one moment, as they are. Raises StoreError `store.read`."""
        return auditing(self.database, tenant)

    def close(self) -> None:
        """Close all connections."""
        self.database.close()
