"""Time-stamps on the ledger's checkpoints: a third party's word that the ledger was there on that day (RFC 3161).

A checkpoint signs the whole ledger, so one stamp a day covers everything before it. A service that does not answer
stops nothing: the next run asks again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from honnin.core.errors import StoreError
from honnin.flows.ledger_ports import LedgerReader, SetTimestamp
from honnin.flows.ports import TimeStamper
from honnin.flows.recheck_ports import JobRows
from honnin.flows.sealing import Sealer
from honnin.trust.anchors import Anchor
from honnin.trust.timestamp import verify_token

__all__ = ["StampFound", "StampStore", "entries_since_stamp", "stamp_newest", "stamps_of"]

MAX_CHECKED = 1000



@dataclass(frozen=True, slots=True)
class StampFound:
    """A stamp as an audit finds it. `outcome`: "ok" or the step that failed (trust.timestamp); `at` is what the token
    says, None when it cannot be read; `environment` of the anchor, None without one.
    """

    size: int
    outcome: str
    at: datetime | None
    environment: str | None

    @property
    def wrong(self) -> bool:
        """Whether the token contradicts the checkpoint; that nobody trusted its authority is no contradiction."""
        return self.outcome not in {"ok", "no_anchor"}


class StampStore(LedgerReader, JobRows, Protocol):
    """Ledger and stamps in one store."""


def entries_since_stamp(store: StampStore, tenant: str) -> int:
    """Entries of the ledger that no stamp covers yet."""
    stamped = store.stamped(tenant, limit=1)
    return store.head(tenant).frontier.size - (stamped[0].size if stamped else 0)


def stamp_newest(store: StampStore, sealer: Sealer, stamper: TimeStamper, *, tenant: str) -> int:
    """Stamp the newest checkpoint, unless it is; the size of the ledger that is stamped now (0: it is empty).

    Raises those of the stamper; StoreError.
    """
    head = store.head(tenant)
    size = head.frontier.size
    newest = store.stamped(tenant, limit=1)
    if size == 0 or (newest and newest[0].size == size):
        return size
    token = stamper.stamp(hashlib.sha256(head.checkpoint.encode()).digest())
    try:
        sealer.change(tenant, [SetTimestamp(size, token)])
    except StoreError as error:
        if error.code != "store.conflict":  # another server was quicker
            raise
    return size


def stamps_of(rows: JobRows, tenant: str, anchors: Iterable[Anchor]) -> Sequence[StampFound]:
    """Every stamp (the latest 1000), checked against the checkpoint that it is over; the latest first."""
    trusted = tuple(anchors)
    found = []
    for each in rows.stamped(tenant, limit=MAX_CHECKED):
        result = verify_token(each.timestamp, hashlib.sha256(each.note.encode()).digest(), trusted)
        at = None if result.info is None else result.info.gen_time
        found.append(StampFound(each.size, result.outcome, at, result.environment))
    return found
