"""Kept visits in SQLite: WAL, synchronous=FULL, one transaction a visit (stack.md §4 "Records"; design §7).

A visit is there wholly or not at all, and durable when `save` returns. Every key begins with the tenant. What is
stored is readable with the file; encryption of each record comes with the sealed record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from honnin.adapters.database.engine import Database, safe, sqlite_url
from honnin.adapters.database.schema import VISITS
from honnin.adapters.database.writing import instant
from honnin.core.errors import DataError, StoreError
from honnin.facts.codec import reading_from_zip, reading_to_zip, report_from_dict, report_to_dict
from honnin.flows.ports import SavedVisit, VisitQuery, VisitSummary
from honnin.records.names import name_key
from honnin.records.visit_record import Completion, birth_date, completion, holder_name

MAX_ROWS = 1000

class SqliteVisitStore:
    """A VisitStore in one file. Safe to use from several threads; other processes may use the file too."""

    def __init__(self, path: Path, *, tenant: str = "house") -> None:
        """Opens or makes the file (mode 0600) and brings it to the newest schema. Raises StoreError `store.open`."""
        self._tenant = tenant
        self._engine = Database(sqlite_url(path)).engine

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
            raise StoreError("store.write", "the visit was not stored", safe(error)) from None

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
            raise StoreError("store.read", "the data file cannot be read", safe(error)) from None

    def _row(self, visit: SavedVisit) -> dict[str, object]:
        return {
            "tenant": self._tenant,
            "id": visit.id,
            "saved_at_utc": instant(visit.saved_at_utc),
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


def _terms(query: VisitQuery) -> list[sa.ColumnElement[bool]]:
    terms: list[sa.ColumnElement[bool]] = []
    if query.visit_id:
        terms.append(VISITS.c.id == query.visit_id)
    if query.name:
        terms.append(VISITS.c.name_key == name_key(query.name))
    if query.birth_date:
        terms.append(VISITS.c.birth_date == query.birth_date)
    if query.saved_from_utc is not None:
        terms.append(VISITS.c.saved_at_utc >= instant(query.saved_from_utc))
    if query.saved_before_utc is not None:
        terms.append(VISITS.c.saved_at_utc < instant(query.saved_before_utc))
    return terms


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
