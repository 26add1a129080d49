"""Opening a database: SQLite in a file, or PostgreSQL. What commits is on the disk, on both (design §7, §11).

SQLite: WAL, synchronous=FULL, secure_delete=ON (what is deleted is overwritten), every writing transaction begins
with BEGIN IMMEDIATE. PostgreSQL: synchronous_commit on, and a server that runs without fsync is refused.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from honnin.adapters.database.migrate import migrate
from honnin.core.errors import CallerError, StoreError

BUSY_MS = 15_000  # how long a writer waits for another process
CACHE_KIB = 65_536
CHECKPOINT_PAGES = 8_000  # of 4 KiB: the log is folded into the file every 32 MB
LOG_BYTES = 64 * 1024 * 1024
STATEMENT_MS = 60_000
SQLITE = "sqlite"
POSTGRESQL = "postgresql"
_PRAGMAS = (
    f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON",
    f"wal_autocheckpoint={CHECKPOINT_PAGES}", f"journal_size_limit={LOG_BYTES}", f"cache_size=-{CACHE_KIB}",
    "temp_store=MEMORY",
)  # fmt: skip


_text = partial(str, encoding="utf-8", errors="replace")


class Database:
    """Connections to one database whose tables are those of this version. Safe to use from several threads."""

    def __init__(self, url: str) -> None:
        """`sqlite:///path` (made with mode 0600 when it is not there) or `postgresql+psycopg://…`; brought to the
        newest schema. Raises StoreError `store.open` (a server: `store.unreachable`), `store.newer`,
        `store.not_durable`; CallerError `store.address`.
        """
        try:
            self.engine = open_engine(url)
        except OSError as error:
            raise StoreError("store.open", "the data cannot be opened", type(error).__name__) from None
        try:
            if self.dialect == POSTGRESQL:
                _must_be_durable(self.engine)
            migrate(self.engine)
        except BaseException as error:
            self.engine.dispose()
            if isinstance(error, (OSError, sa.exc.SQLAlchemyError, sqlite3.Error)):
                code = "store.unreachable" if self.dialect == POSTGRESQL else "store.open"
                raise StoreError(code, "the data cannot be opened", safe(error)) from None
            raise

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return str(self.engine.dialect.name)

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the data. Raises StoreError `store.read`."""
        try:
            with self.engine.connect() as connection, connection.begin():
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise StoreError("store.read", "the data cannot be read", safe(error)) from None

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def sqlite_url(path: Path) -> str:
    """The address of a file."""
    return sa.URL.create(SQLITE, database=str(path)).render_as_string(hide_password=False)


def sqlite_path(url: str) -> Path | None:
    """The file of an address; None when it is not SQLite's. Raises CallerError `store.address`."""
    parsed = _parsed(url)
    return Path(str(parsed.database)) if parsed.get_backend_name() == SQLITE else None


def open_engine(url: str) -> sa.Engine:
    """An engine with our settings. Raises CallerError `store.address`, OSError."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == POSTGRESQL:
        return _postgresql(parsed)
    path = Path(str(parsed.database))
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return _sqlite(parsed)


def safe(error: Exception) -> str:
    """The kind of an error, for logs: never the statement, nor the values, nor a database's own sentence about them."""
    origin = getattr(error, "orig", None)
    if isinstance(origin, sqlite3.Error):
        return f"{type(origin).__name__}: {origin}"  # names tables and columns only
    state = getattr(origin, "sqlstate", None)
    return f"{type(origin or error).__name__} {state or ''}".strip()


def _parsed(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise CallerError("store.address", "the address of the database is not understood") from None
    known = parsed.drivername in {"sqlite", "sqlite+pysqlite"} and parsed.database not in {None, "", ":memory:"}
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if not known and parsed.drivername != "postgresql+psycopg":
        raise CallerError("store.address", "the address of the database is neither SQLite's nor PostgreSQL's")
    return parsed


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url,
        hide_parameters=True,  # personal data must not stand in an error's text
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
    )

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, record: object) -> None:
        del record
        connection.isolation_level = None  # BEGIN is ours
        connection.text_factory = _text  # octets that became no text break one row, not every list that it is in
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("honnin_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    try:
        engine = sa.create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,  # a server that was restarted meanwhile is no error
            connect_args={"connect_timeout": 10, "options": f"-c statement_timeout={STATEMENT_MS}"},
        )
    except ImportError:
        raise StoreError("store.driver", "PostgreSQL's driver is not installed", "honnin[postgres]") from None

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get("honnin_write", False):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    return engine


def _must_be_durable(engine: sa.Engine) -> None:
    """Raises StoreError `store.not_durable` for a server that acknowledges what is not on the disk."""
    with engine.connect() as connection:
        settings = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("fsync", "synchronous_commit")]
    if "off" in settings:
        raise StoreError("store.not_durable", "the PostgreSQL server acknowledges before data are on the disk")
