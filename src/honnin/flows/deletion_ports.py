"""What deletion by two people needs of a database: requests, and what was decided (honnin.adapters.database)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class RequestState(StrEnum):
    """What became of a request for deletion."""

    OPEN = "open"
    REFUSED = "refused"
    DONE = "done"
    TAKEN_UP = "taken_up"  # the retention job proposed it, and a person asks for it now by a request of his own


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request for deletion."""

    tenant: str
    request_id: str
    record_id: str
    requested_at_utc: datetime
    requested_by: str
    reason: str
    state: RequestState
    decided_at_utc: datetime | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class AddRequest:
    """A request for deletion. Refused (`store.exists`) when there is one of that id; (`store.conflict`) when another
    one for that record is open, or the record is not there any more: of two who ask at once, one has asked.
    """

    request_id: str
    record_id: str
    requested_at_utc: datetime
    requested_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class DecideRequest:
    """The second person's decision. Refused (`store.conflict`) when the request is not open any more."""

    request_id: str
    state: RequestState
    decided_at_utc: datetime
    decided_by: str


class RequestReader(Protocol):
    """Requests for deletion. Raises StoreError `store.read`, and `store.damaged` for what cannot be understood."""

    def requests(
        self, tenant: str, *, state: RequestState | None = None, record_id: str = "", not_by: str = "",
        limit: int = 100,
    ) -> Sequence[RequestRow]:  # fmt: skip
        """Requests for deletion (of one record, if given; but those of `not_by`), the latest first."""
        ...

    def request(self, tenant: str, request_id: str) -> RequestRow:
        """That request for deletion, whatever became of it. Raises StoreError `store.not_found`."""
        ...
