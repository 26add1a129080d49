"""Visits that an earlier release kept readable in the data file: read once, sealed, and then gone.

The table `visits` is not written any more. secure_delete is on, so what is deleted is overwritten in the file.
"""

from __future__ import annotations

import json
from datetime import datetime

import sqlalchemy as sa

from honnin.adapters.database.engine import Database, safe
from honnin.adapters.database.schema import VISITS
from honnin.core.errors import DataError, StoreError
from honnin.facts.codec import reading_from_zip, report_from_dict
from honnin.flows.ports import SavedVisit


class PlainVisits:
    """The visits of that table, one tenant's."""

    def __init__(self, database: Database, *, tenant: str) -> None:
        self._database = database
        self._tenant = tenant

    def ids(self) -> list[str]:
        """Their numbers, the oldest first. Raises StoreError `store.read`."""
        query = sa.select(VISITS.c.id).where(VISITS.c.tenant == self._tenant).order_by(VISITS.c.saved_at_utc)
        with self._database.reading() as connection:
            return [str(each) for each in connection.execute(query).scalars()]

    def get(self, visit_id: str) -> SavedVisit:
        """That visit. Raises StoreError `store.not_found`, `store.damaged`, `store.read`."""
        query = sa.select(VISITS).where(VISITS.c.tenant == self._tenant, VISITS.c.id == visit_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise StoreError("store.not_found", "there is no visit of that number")
        return _visit(row)

    def forget(self, visit_id: str) -> None:
        """Delete that visit's row. Raises StoreError `store.write`."""
        gone = sa.delete(VISITS).where(VISITS.c.tenant == self._tenant, VISITS.c.id == visit_id)
        engine = self._database.engine
        try:
            with engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
                connection.execute(gone)
        except sa.exc.SQLAlchemyError as error:
            raise StoreError("store.write", "a visit could not be deleted", safe(error)) from None


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
