"""Inserting many rows at once, quicker than SQLAlchemy does it; rows are as the tables take them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from honnin.adapters.database.engine import POSTGRESQL, safe
from honnin.adapters.database.transaction import exists
from honnin.core.errors import StoreError

Rows = dict[sa.Table, list[dict[str, object]]]


def insert(connection: sa.Connection, rows: Rows) -> None:
    """Insert all rows and empty `rows`. Raises StoreError `store.exists`, `store.write`; SQLAlchemyError."""
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
        raise exists(error) from None
    except errors.Error as error:
        raise StoreError("store.write", "it was not stored", safe(error)) from None


_COPY_TYPES: dict[type[Any], str] = {sa.Text: "text", sa.LargeBinary: "bytea", sa.BigInteger: "int8"}
