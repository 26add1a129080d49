"""Kept visits in SQLite: WAL, synchronous=FULL, one transaction a visit (stack.md §4 "Records"; design §7).

A visit is there wholly or not at all, and durable when `save` returns. Every key begins with the tenant. What is
stored is readable with the file; encryption of each record comes with the sealed record.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from honnin.core.errors import DataError, StoreError
from honnin.facts.codec import reading_from_zip, reading_to_zip, report_from_dict, report_to_dict
from honnin.flows.ports import SavedVisit, VisitQuery, VisitSummary
from honnin.records.names import name_key
from honnin.records.visit_record import Completion, birth_date, completion, holder_name

SCHEMA = "0001"  # the newest migration; alembic is imported only when the file has another one
BUSY_MS = 5000
MAX_ROWS = 1000

METADATA = sa.MetaData()
VISITS = sa.Table(
    "visits",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("saved_at_utc", sa.Text, nullable=False),  # ISO 8601 with microseconds and +00:00: sorts as text
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("simulated", sa.Integer, nullable=False),
    sa.Column("staff", sa.Text, nullable=False),
    sa.Column("answers", sa.Text, nullable=False),  # JSON
    sa.Column("report", sa.Text, nullable=False),  # JSON, facts.codec
    sa.Column("reading", sa.LargeBinary, nullable=False),  # zip, facts.codec
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False),  # a keyed blind index takes its place later
    sa.Column("birth_date", sa.Text, nullable=False),
    sa.Column("completion", sa.Text, nullable=False),
    sa.Index("visits_by_time", "tenant", "saved_at_utc"),
    sa.Index("visits_by_name", "tenant", "name_key"),
    sqlite_strict=True,
)
# Alembic's own table, so that later migrations find where a file made at once stands.
_VERSION = sa.Table(
    "alembic_version",
    METADATA,
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


class SqliteVisitStore:
    """A VisitStore in one file. Safe to use from several threads; other processes may use the file too."""

    def __init__(self, path: Path, *, tenant: str = "house") -> None:
        """Opens or makes the file (mode 0600) and brings it to the newest schema. Raises StoreError `store.open`."""
        self._tenant = tenant
        try:
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            self._engine = _engine(path)
            migrate(self._engine)
        except (OSError, sa.exc.SQLAlchemyError, sqlite3.Error) as error:
            raise StoreError("store.open", "the data file cannot be opened", str(error)) from None

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def save(self, visit: SavedVisit) -> None:
        """Keep it; durable when this returns. Raises StoreError `store.exists`, `store.write`."""
        try:
            row = self._row(visit)
        except DataError as error:
            raise StoreError("store.write", "the visit cannot be stored", error.code) from None
        try:
            with self._engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
                connection.execute(VISITS.insert(), row)
        except sa.exc.IntegrityError:
            raise StoreError("store.exists", "there is a visit of that number already") from None
        except sa.exc.SQLAlchemyError as error:
            raise StoreError("store.write", "the visit was not stored", _safe(error)) from None

    def list(self, *, limit: int = 100) -> Sequence[SavedVisit]:
        """The latest first. Raises StoreError `store.read`, `store.damaged`."""
        query = (
            sa.select(VISITS)
            .where(VISITS.c.tenant == self._tenant)
            .order_by(VISITS.c.saved_at_utc.desc(), VISITS.c.id.desc())
            .limit(min(limit, MAX_ROWS))
        )
        with self._reading() as connection:
            return [_visit(row) for row in connection.execute(query).mappings()]

    def get(self, visit_id: str) -> SavedVisit:
        """That visit. Raises StoreError `store.not_found`, `store.read`, `store.damaged`."""
        query = sa.select(VISITS).where(VISITS.c.tenant == self._tenant, VISITS.c.id == visit_id)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise StoreError("store.not_found", "there is no record of that number")
        return _visit(row)

    def find(self, query: VisitQuery, *, limit: int = 100) -> Sequence[VisitSummary]:
        """The visits that match every given part, the latest first; nothing for an empty query."""
        terms = _terms(query)
        if not terms:
            return []
        columns = (VISITS.c.id, VISITS.c.saved_at_utc, VISITS.c.document, VISITS.c.simulated, VISITS.c.name,
                   VISITS.c.completion)
        chosen = (
            sa.select(*columns)
            .where(VISITS.c.tenant == self._tenant, *terms)
            .order_by(VISITS.c.saved_at_utc.desc(), VISITS.c.id.desc())
            .limit(min(limit, MAX_ROWS))
        )
        with self._reading() as connection:
            return [_summary(row) for row in connection.execute(chosen).mappings()]

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise StoreError("store.read", "the data file cannot be read", _safe(error)) from None

    def _row(self, visit: SavedVisit) -> dict[str, object]:
        return {
            "tenant": self._tenant,
            "id": visit.id,
            "saved_at_utc": _instant(visit.saved_at_utc),
            "document": visit.document,
            "simulated": int(visit.simulated),
            "staff": visit.staff,
            "answers": json.dumps(visit.answers, ensure_ascii=False, sort_keys=True),
            "report": json.dumps(report_to_dict(visit.report), ensure_ascii=False),
            "reading": reading_to_zip(visit.reading),
            "name": holder_name(visit.report),
            "name_key": name_key(holder_name(visit.report)),
            "birth_date": birth_date(visit.report),
            "completion": str(completion(visit.report, visit.answers)),
        }


def migrate(engine: sa.Engine) -> None:
    """Bring the file to SCHEMA: an empty one at once, an older one by the migrations. Raises StoreError.

    Alembic is imported only for an older file: it takes longer to load than the rest of the store. That the tables
    made at once are those that the migrations make is tested.
    """
    found = _schema(engine)
    if found == SCHEMA:
        return
    if found is not None and found > SCHEMA:
        raise StoreError("store.newer", "the data file was written by a newer version of this program")
    with engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        if found is None and not sa.inspect(connection).get_table_names():
            METADATA.create_all(connection)
            connection.execute(_VERSION.insert(), {"version_num": SCHEMA})
        elif _schema_in(connection) != SCHEMA:  # another process may have been quicker
            run_migrations(connection)


def run_migrations(connection: sa.Connection) -> None:
    """All migrations that this file has not seen, in the transaction of that connection."""
    from alembic import command  # noqa: PLC0415  # most starts need not spend the time
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _schema(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return _schema_in(connection)


def _schema_in(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.select(_VERSION.c.version_num)).scalar()


def _engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        hide_parameters=True,  # personal data must not stand in an error's text
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
    )

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, record: object) -> None:
        del record
        connection.isolation_level = None  # BEGIN is ours
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("honnin_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _terms(query: VisitQuery) -> list[sa.ColumnElement[bool]]:
    terms: list[sa.ColumnElement[bool]] = []
    if query.visit_id:
        terms.append(VISITS.c.id == query.visit_id)
    if query.name:
        terms.append(VISITS.c.name_key == name_key(query.name))
    if query.birth_date:
        terms.append(VISITS.c.birth_date == query.birth_date)
    if query.saved_from_utc is not None:
        terms.append(VISITS.c.saved_at_utc >= _instant(query.saved_from_utc))
    if query.saved_before_utc is not None:
        terms.append(VISITS.c.saved_at_utc < _instant(query.saved_before_utc))
    return terms


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _summary(row: sa.RowMapping) -> VisitSummary:
    try:
        return VisitSummary(
            id=row["id"],
            saved_at_utc=datetime.fromisoformat(row["saved_at_utc"]),
            document=row["document"],
            simulated=bool(row["simulated"]),
            name=row["name"],
            completion=Completion(row["completion"]),
        )
    except ValueError:
        raise StoreError("store.damaged", "a record in the data file is damaged") from None


def _visit(row: sa.RowMapping) -> SavedVisit:
    try:
        answers = json.loads(row["answers"])
        return SavedVisit(
            id=row["id"],
            saved_at_utc=datetime.fromisoformat(row["saved_at_utc"]),
            document=row["document"],
            simulated=bool(row["simulated"]),
            reading=reading_from_zip(row["reading"]),
            report=report_from_dict(json.loads(row["report"])),
            staff=row["staff"],
            answers={str(key): str(value) for key, value in answers.items()},
        )
    except (DataError, ValueError, AttributeError, TypeError):
        raise StoreError("store.damaged", "a record in the data file is damaged") from None


def _safe(error: Exception) -> str:
    """The driver's own words, without statement and values."""
    return str(getattr(error, "orig", "") or type(error).__name__)
