"""Backup and restore: one state of the data as one SQLite file, whatever database it comes from or goes to.

From SQLite the copy is made by VACUUM INTO, from PostgreSQL row by row out of one snapshot: both carry only what is
there, so that nothing of a shredded record is in a backup made after. Keys are not in the file (they are in the key
provider, and on the recovery sheet). A file is a backup only when it is whole: it gets its name at the end.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from honnin.adapters.database.engine import SQLITE, Database, open_engine, safe, sqlite_path, sqlite_url
from honnin.adapters.database.migrate import SCHEMA, create_at_once, schema_in
from honnin.adapters.database.schema import LEDGER_HEADS, METADATA, RECORDS, VERSION, VISITS
from honnin.adapters.private_file import sync_folder
from honnin.core.errors import CallerError, StoreError

_ROWS = 200  # copied at once; a row has up to some 100 KB
_MAGIC = b"SQLite format 3\x00"
_TABLES = tuple(table for table in METADATA.sorted_tables if table is not VERSION)


@dataclass(frozen=True, slots=True)
class BackupContents:
    """How much is in a backup: records (deleted ones count), ledger entries of all tenants, octets of the file."""

    records: int
    ledger_entries: int
    octets: int


def back_up(url: str, target: Path) -> BackupContents:
    """Write everything into a new file of mode 0600; others may go on writing meanwhile.

    Raises CallerError `backup.exists`; StoreError `backup.write`, and those of Database.
    """
    source = sqlite_path(url)
    if source is not None and not source.exists():
        raise StoreError("backup.nothing", "there are no data yet")
    if target.exists():
        raise CallerError("backup.exists", "there is a file of that name already")
    database = Database(url)
    try:
        with _written_whole(target, "backup.write") as temporary:
            if database.dialect == SQLITE:
                _vacuum_into(database, temporary)
            else:
                _copy_out(database, temporary)
            contents = _checked(temporary)
    finally:
        database.close()
    return contents


def restore(source: Path, url: str) -> BackupContents:
    """Everything of a backup into a new SQLite file or an empty PostgreSQL database; never over existing data.

    Raises CallerError `restore.not_empty`, `restore.no_backup`; StoreError `restore.damaged`, `store.newer`,
    `restore.write`.
    """
    contents = _checked(source)
    target = sqlite_path(url)
    if target is not None and target.exists():
        raise CallerError("restore.not_empty", "there are data already")
    if target is not None:
        with _written_whole(target, "restore.write") as temporary:
            _copy_file(source, temporary)
            _migrated(temporary).close()
        return contents
    with tempfile.TemporaryDirectory(prefix="honnin-") as folder:
        copy = Path(folder) / "copy"
        try:
            _copy_file(source, copy)
        except OSError as error:
            raise StoreError("restore.write", "the data could not be restored", str(error)) from None
        of_backup = _migrated(copy)
        try:
            _copy_in(of_backup, url)
        finally:
            of_backup.close()
    return contents


@contextlib.contextmanager
def _written_whole(target: Path, code: str) -> Iterator[Path]:
    """An empty file of mode 0600 beside `target` that gets its name at the end; never in place of another file."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".honnin-")
        os.close(handle)
    except OSError as error:
        raise StoreError(code, "the file could not be written", str(error)) from None
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        _name(temporary, target)
        sync_folder(target.parent)
    except FileExistsError:
        raise CallerError("backup.exists", "there is a file of that name already") from None
    except (OSError, sqlite3.Error, sa.exc.SQLAlchemyError) as error:
        raise StoreError(code, "the file could not be written", safe(error)) from None
    finally:
        for each in (name, f"{name}-wal", f"{name}-shm", f"{name}-journal"):
            Path(each).unlink(missing_ok=True)


def _name(temporary: Path, target: Path) -> None:
    try:
        os.link(temporary, target)  # unlike a rename it never replaces anything
    except (OSError, NotImplementedError) as error:
        if isinstance(error, FileExistsError):
            raise
        if target.exists():
            raise FileExistsError from None
        temporary.rename(target)  # a file system without hard links


def _vacuum_into(database: Database, target: Path) -> None:
    connection = database.engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


def _copy_out(database: Database, target: Path) -> None:
    engine = open_engine(sqlite_url(target))
    try:
        with engine.connect().execution_options(honnin_write=True) as out, out.begin():
            create_at_once(out)
            with database.reading() as connection:
                _copy_rows(connection, out)
        _one_file(engine)
    finally:
        engine.dispose()


def _copy_in(source: Database, url: str) -> None:
    database = Database(url)
    try:
        with (
            source.reading() as connection,
            database.engine.connect().execution_options(honnin_write=True) as out,
            out.begin(),
        ):
            out.exec_driver_sql("SET LOCAL statement_timeout = 0")
            out.exec_driver_sql(f"LOCK TABLE {', '.join(table.name for table in _TABLES)} IN EXCLUSIVE MODE")
            for table in _TABLES:
                if out.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
                    raise CallerError("restore.not_empty", "there are data already")
            _copy_rows(connection, out)
    except sa.exc.SQLAlchemyError as error:
        raise StoreError("restore.write", "the data could not be restored", safe(error)) from None
    finally:
        database.close()


def _copy_rows(source: sa.Connection, target: sa.Connection) -> None:
    for table in _TABLES:
        result = source.execution_options(yield_per=_ROWS).execute(sa.select(table))
        for rows in result.mappings().partitions(_ROWS):
            target.execute(table.insert(), [dict(row) for row in rows])


def _migrated(path: Path) -> Database:
    database = Database(sqlite_url(path))
    _one_file(database.engine)
    return database


def _one_file(engine: sa.Engine) -> None:
    """The log folded into the file."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as reading, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as writing:
        shutil.copyfileobj(reading, writing, 1 << 20)
        writing.flush()
        os.fsync(writing.fileno())


def _checked(path: Path) -> BackupContents:
    """What is in the file, read without changing it. Raises CallerError, StoreError."""
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise CallerError("restore.no_backup", "the file is no backup of this program")
    except OSError as error:
        raise CallerError("restore.no_backup", "the file cannot be read", str(error)) from None
    address = f"sqlite:///file:{quote(str(path.absolute()))}?mode=ro&immutable=1&uri=true"
    engine = sa.create_engine(address, hide_parameters=True)
    try:
        with engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() != "ok":
                raise StoreError("restore.damaged", "the backup is damaged")
            found = schema_in(connection)
            if found is None or not sa.inspect(connection).has_table(VISITS.name):
                raise CallerError("restore.no_backup", "the file is no backup of this program")
            if found > SCHEMA:
                raise StoreError("store.newer", "the data were written by a newer version of this program")
            if found < "0002":
                return BackupContents(0, 0, path.stat().st_size)
            records = connection.execute(sa.select(sa.func.count()).select_from(RECORDS)).scalar_one()
            entries = connection.execute(sa.select(sa.func.coalesce(sa.func.sum(LEDGER_HEADS.c.size), 0))).scalar_one()
            return BackupContents(int(records), int(entries), path.stat().st_size)
    except sa.exc.SQLAlchemyError as error:
        raise StoreError("restore.damaged", "the backup is damaged", safe(error)) from None
    finally:
        engine.dispose()
