"""Sealing what an earlier release kept readable: each visit is sealed first and deleted then, so that none is lost."""

from __future__ import annotations

import logging
from typing import Protocol

from honnin.core.errors import StoreError
from honnin.flows.ports import SavedVisit, VisitStore

_log = logging.getLogger(__name__)


class OldVisits(Protocol):
    """Where they are. Raises StoreError."""

    def ids(self) -> list[str]:
        """Their numbers, the oldest first."""
        ...

    def get(self, visit_id: str) -> SavedVisit:
        """That visit. Raises StoreError `store.damaged`."""
        ...

    def forget(self, visit_id: str) -> None:
        """Delete it."""
        ...


def adopt_old_visits(old: OldVisits, store: VisitStore) -> tuple[int, int]:
    """(how many were sealed, how many are damaged and stay where they are). Raises StoreError.

    One that was sealed before the program was stopped is only deleted.
    """
    sealed = damaged = 0
    for visit_id in old.ids():
        try:
            visit = old.get(visit_id)
        except StoreError as error:
            _log.error("an old visit stays unsealed: %s", error.code)
            damaged += 1
            continue
        try:
            store.save(visit)
            sealed += 1
        except StoreError as error:
            if error.code != "store.exists":
                raise
        old.forget(visit_id)
    return sealed, damaged
