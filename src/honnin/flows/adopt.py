"""Sealing what an earlier release kept readable: each visit is sealed first and deleted then, so that none is lost.

Only a house that has sealed nothing else yet does so. Whoever can write into the database could else put a visit of
his own there, and the house would seal it with its own key, as of the day that he wrote.
"""

from __future__ import annotations

import logging
from typing import Protocol

from honnin.core.errors import StoreError
from honnin.flows.ports import SavedVisit

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


class Adopting(Protocol):
    """Where they are sealed. Raises StoreError."""

    def adopt(self, visit: SavedVisit, /) -> None:
        """Seal it as one that was kept readable before."""
        ...

    def only_adopted(self) -> bool:
        """Whether nothing was sealed yet but what was adopted."""
        ...


def adopt_old_visits(old: OldVisits, store: Adopting) -> tuple[int, int]:
    """(how many were sealed, how many stay where they are: damaged, or too late). Raises StoreError.

    One that was sealed before the program was stopped is only deleted.
    """
    ids = old.ids()
    if ids and not store.only_adopted():
        _log.error("%d old visits stay unsealed: they came after the house began to seal", len(ids))
        return 0, len(ids)
    sealed = damaged = 0
    for visit_id in ids:
        try:
            visit = old.get(visit_id)
        except StoreError as error:
            _log.error("an old visit stays unsealed: %s", error.code)
            damaged += 1
            continue
        try:
            store.adopt(visit)
            sealed += 1
        except StoreError as error:
            if error.code != "store.exists":
                raise
        old.forget(visit_id)
    return sealed, damaged
