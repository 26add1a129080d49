"""Time-stamps on the ledger's checkpoints: a third party's word that the ledger was there on that day (RFC 3161).

A checkpoint signs the whole ledger, so one stamp a day covers everything before it. A service that does not answer
stops nothing: the next run asks again. That there is a stamp is entered in the ledger, so that one that was taken away
is missed; that entry alone is no reason for another stamp.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from honnin.core.clock import Clock, system_clock
from honnin.core.errors import StoreError
from honnin.flows.ledger_ports import LedgerReader, SetTimestamp
from honnin.flows.ports import TimeStamper
from honnin.flows.recheck_ports import JobRows
from honnin.flows.sealing import Sealer
from honnin.records.ledger.audit_house import SIZE, TOKEN
from honnin.records.ledger.event import OF_STAMPS, Event, Kind
from honnin.trust.anchors import Anchor
from honnin.trust.timestamp import verify_token

__all__ = ["StampFound", "StampStore", "entries_since_stamp", "keep_stamp", "stamp_newest", "stamps_of"]

MAX_CHECKED = 1000
ACTOR = "job.timestamp"
_BEHIND = 16  # entries behind a stamped checkpoint among which the one that tells of the stamp is looked for


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
    """Entries of the ledger that no stamp covers yet, without those that tell of the newest stamp."""
    stamped = store.stamped(tenant, limit=1)
    size, covered = store.head(tenant).frontier.size, stamped[0].size if stamped else 0
    told = store.leaves(tenant, covered, min(size, covered + _BEHIND)) if covered else iter(())
    return size - covered - sum(each.kind == Kind.TIMESTAMPED for each in told)


def stamp_newest(
    store: StampStore, sealer: Sealer, stamper: TimeStamper, *, tenant: str, clock: Clock = system_clock
) -> int:
    """Stamp the newest checkpoint, unless it is; the size of the ledger that is stamped now (0: it is empty).

    Raises those of the stamper; StoreError.
    """
    head = store.head(tenant)
    size = head.frontier.size
    if entries_since_stamp(store, tenant) <= 0:
        stamped = store.stamped(tenant, limit=1)
        return stamped[0].size if stamped else 0
    token = stamper.stamp(hashlib.sha256(head.checkpoint.encode()).digest())
    try:
        keep_stamp(sealer, tenant, size, token, actor=ACTOR, at=clock())
    except StoreError as error:
        if error.code != "store.conflict":  # another server was quicker
            raise
    return size


def keep_stamp(sealer: Sealer, tenant: str, size: int, token: bytes, *, actor: str, at: datetime) -> None:
    """The token (DER) beside the checkpoint of that size, and its entry. Raises StoreError `store.conflict` when there
    is one already.
    """
    detail = {SIZE: str(size), TOKEN: hashlib.sha256(token).hexdigest()}
    event = Event(Kind.TIMESTAMPED, tenant, OF_STAMPS, at, actor, None, detail)
    sealer.append_events([event], [SetTimestamp(size, token)])


def stamps_of(rows: JobRows, tenant: str, anchors: Iterable[Anchor]) -> Sequence[StampFound]:
    """Every stamp (the latest 1000), checked against the checkpoint that it is over; the latest first."""
    trusted = tuple(anchors)
    found = []
    for each in rows.stamped(tenant, limit=MAX_CHECKED):
        result = verify_token(each.timestamp, hashlib.sha256(each.note.encode()).digest(), trusted)
        at = None if result.info is None else result.info.gen_time
        found.append(StampFound(each.size, result.outcome, at, result.environment))
    return found
