"""A writing transaction, and what its errors are called: stored, not stored, or not known which."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa

from honnin.adapters.database.engine import SQLITE, Database, safe
from honnin.core.errors import StoreError

_WAITED = frozenset({"55P03", "57014"})  # PostgreSQL: lock_not_available, query_canceled (statement_timeout)


class writing_transaction:  # noqa: N801  # used as `with writing_transaction(…)`
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
            if self._database.dialect == SQLITE:  # a COMMIT that fails is rolled back
                raise _failed(error) from None
            raise StoreError("store.unknown", "it is not known whether it was stored", safe(error)) from None


def _failed(error: sa.exc.SQLAlchemyError) -> StoreError:
    if isinstance(error, sa.exc.IntegrityError):
        return exists(error.orig)
    if _locked(error.orig if isinstance(error, sa.exc.DBAPIError) else None):
        return StoreError("store.locked", "another process kept the database for too long", safe(error))
    return StoreError("store.write", "it was not stored", safe(error))


def _locked(error: BaseException | None) -> bool:
    """Whether somebody else was in the way until the wait had its end."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return getattr(error, "sqlstate", None) in _WAITED


def exists(error: BaseException | None) -> StoreError:
    """What a second row of one key is."""
    return StoreError("store.exists", "there is one of that number already", type(error).__name__)


def conflict(why: str) -> StoreError:
    """What a row that is not as the change expects is. `why`: for the log."""
    return StoreError("store.conflict", "the record is not as expected any more", why)
