"""Instants and days as they stand in columns (database.schema)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from honnin.core.errors import StoreError


def instant(value: datetime) -> str:
    """As it is stored: ISO 8601 in UTC with microseconds."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def day(value: date | None) -> str | None:
    """As it is stored."""
    return None if value is None else value.isoformat()


def instant_of(value: object) -> datetime:
    """Raises StoreError `store.damaged`."""
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise damaged("instant") from None


def day_of(value: object) -> date | None:
    """Raises StoreError `store.damaged`."""
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise damaged("day") from None


def damaged(what: str) -> StoreError:
    """A row that cannot be understood."""
    return StoreError("store.damaged", "a row of the data is damaged", what)
