"""What the vault of individual numbers needs of a database beside the numbers: one-time grants and last days.

Grants stand in the database and not in a process, so that several servers show a number once between them; what is kept
is a digest of the token (records.number_vault.ViewGrant), never the token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from honnin.records.number_vault import ViewGrant

__all__ = ["GrantReader", "KeepNumberUntil", "PutGrant", "SpendGrant"]


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


class GrantReader(Protocol):
    """Grants. Raises StoreError `store.read`."""

    def grant(self, tenant: str, number_id: str) -> ViewGrant | None:
        """The grant that waits for that number or was used, None when there is none or it cannot be understood."""
        ...
