"""How a change reaches the tables: inserts are collected for the whole transaction, the rest is done at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from honnin.adapters.database.inserting import Rows, insert
from honnin.adapters.database.schema import RECORD_TOKENS
from honnin.adapters.database.transaction import conflict
from honnin.flows.store_ports import Change


class Changing:
    """One tenant's part of a writing transaction."""

    def __init__(self, connection: sa.Connection, rows: Rows, tenant: str, epoch: int) -> None:
        self.connection = connection
        self.rows = rows
        self.tenant = tenant
        self.epoch = epoch

    def add(self, table: sa.Table, *values: Mapping[str, object]) -> None:
        """Rows without their tenant."""
        self.rows[table] += [{"tenant": self.tenant, **each} for each in values]

    def update(self, table: sa.Table, values: dict[str, Any], *where: sa.ColumnElement[bool], why: str) -> None:
        """Exactly one row must be as expected, else `store.conflict`."""
        insert(self.connection, self.rows)
        done = self.connection.execute(table.update().where(table.c.tenant == self.tenant, *where).values(values))
        if done.rowcount != 1:
            raise conflict(why)

    def delete(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
        """How many rows were deleted."""
        insert(self.connection, self.rows)
        return self.connection.execute(table.delete().where(table.c.tenant == self.tenant, *where)).rowcount

    def tokens(self, record_id: str, tokens: Iterable[tuple[str, bytes]]) -> None:
        """Search tokens of a record, of the epoch of this transaction."""
        rows = ({"record_id": record_id, "kind": kind, "token": each, "epoch": self.epoch} for kind, each in tokens)
        self.add(RECORD_TOKENS, *rows)


# What each kind of change does: a table a subject (record_changes, number_changes, …), joined in writing.
Handlers = dict[type[Change], Callable[[Changing, Any], None]]
