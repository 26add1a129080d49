"""What the vault of individual numbers needs of a database: numbers, their last days, one-time grants to see them.

Grants stand in the database and not in a process, so that several servers show a number once between them; what is kept
is a digest of the token (records.number_vault.ViewGrant), never the token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from honnin.records.number_vault import ViewGrant
from honnin.records.wrapping import WrappedKey

__all__ = ["AddNumber", "KeepNumberUntil", "NumberReader", "NumberRow", "PutGrant", "ShredNumber", "SpendGrant"]


@dataclass(frozen=True, slots=True)
class NumberRow:
    """An individual number as it is stored."""

    tenant: str
    number_id: str
    record_id: str
    purpose: str
    stored_at_utc: datetime
    retention_until: date | None
    ciphertext: bytes
    key: WrappedKey | None


@dataclass(frozen=True, slots=True)
class AddNumber:
    """An individual number (番号法). Refused (`store.exists`) when there is one of that id."""

    number_id: str
    record_id: str
    purpose: str
    stored_at_utc: datetime
    ciphertext: bytes
    key: WrappedKey
    retention_until: date | None = None


@dataclass(frozen=True, slots=True)
class ShredNumber:
    """The number and its key are destroyed. Refused (`store.conflict`) when it is not there."""

    number_id: str


@dataclass(frozen=True, slots=True)
class PutGrant:
    """A grant for a number that is there; an earlier one of it ends, and so do all that expired before `now_utc`.
    Refused (`store.conflict`) when there is no such number.
    """

    grant: ViewGrant
    now_utc: datetime


@dataclass(frozen=True, slots=True)
class SpendGrant:
    """The grant with that token digest (32 octets) is used. Refused (`store.conflict`) when it was used already, is
    over, or is not there: of two servers that show at the same time one is refused.
    """

    number_id: str
    token_digest: bytes
    used_at_utc: datetime


@dataclass(frozen=True, slots=True)
class KeepNumberUntil:
    """The last day on which a number is needed. Refused (`store.conflict`) when it is not there."""

    number_id: str
    retention_until: date


class NumberReader(Protocol):
    """Numbers and grants. Raises StoreError `store.read`, and `store.damaged` for what cannot be understood."""

    def number(self, tenant: str, number_id: str) -> NumberRow:
        """Raises StoreError `store.not_found`."""
        ...

    def numbers(
        self, tenant: str, *, over_on: date | None = None, record_id: str = "", after: str = "", limit: int = 1000
    ) -> Sequence[NumberRow]:
        """Numbers without their ciphertext and key, in the order of their ids. `over_on`: those whose retention ended
        before that day; `record_id`: those of that record; `after`: those of ids behind it. Rows that cannot be
        understood are left out.
        """
        ...

    def grant(self, tenant: str, number_id: str) -> ViewGrant | None:
        """The grant that waits for that number or was used, None when there is none or it cannot be understood."""
        ...
