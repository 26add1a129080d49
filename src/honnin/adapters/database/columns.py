"""Instants and days as they stand in columns (database.schema)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import TypeVar

from honnin.core.errors import StoreError

Row = TypeVar("Row")
T = TypeVar("T")

_DAMAGED = "store.damaged"


def instant(value: datetime) -> str:
    """As it is stored: ISO 8601 in UTC with microseconds."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def day(value: date | None) -> str | None:
    """As it is stored."""
    return None if value is None else value.isoformat()


def instant_of(value: object) -> datetime:
    """Raises StoreError `store.damaged`."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise damaged("instant") from None
    if found.tzinfo is None:  # no instant, and nothing that could be compared with one
        raise damaged("instant")
    return found


def day_of(value: object) -> date | None:
    """Raises StoreError `store.damaged`."""
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise damaged("day") from None


def understood(rows: Iterable[Row], read: Callable[[Row], T]) -> Iterator[T]:
    """What `read` makes of the rows of a list. One that cannot be understood is left out: it harms no other, and
    `honnin records audit` names it.
    """
    for row in rows:
        try:
            yield read(row)
        except StoreError as error:
            if error.code != _DAMAGED:
                raise


def damaged(what: str) -> StoreError:
    """A row that cannot be understood."""
    return StoreError(_DAMAGED, "a row of the data is damaged", what)
