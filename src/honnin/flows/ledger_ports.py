"""What the ledger needs of a database: its rows, its growth, and reading it (honnin.adapters.database)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from honnin.records.ledger.tree import Frontier, Node


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """An event on its way into the ledger: its canonical octets, and what the plain columns repeat of it."""

    octets: bytes
    kind: str
    record_id: str
    at_utc: datetime


@dataclass(frozen=True, slots=True)
class LeafRow:
    """An event in the ledger, at place `index`."""

    index: int
    octets: bytes
    leaf_hash: bytes
    record_id: str
    kind: str
    at_utc: datetime


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """The end of a tenant's ledger: its tree, and the newest signed checkpoint ("" while it is empty)."""

    frontier: Frontier = field(default_factory=Frontier)
    checkpoint: str = ""


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A signed checkpoint and its time-stamp token (DER), if one was asked for. `at_utc`: of its last event (in rows of
    the first version: when it was signed).
    """

    size: int
    at_utc: datetime
    note: str
    timestamp: bytes | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """What appending does to a ledger: the new head, the leaves' hashes, all new nodes."""

    head: LedgerHead
    leaf_hashes: tuple[bytes, ...]
    nodes: tuple[Node, ...]

# (tenant, head, octets of the new leaves) -> what becomes of it. Called inside the transaction.
Grow = Callable[[str, LedgerHead, Sequence[bytes]], Growth]


@dataclass(frozen=True, slots=True)
class SetTimestamp:
    """The time-stamp token (DER) of a checkpoint. Refused (`store.conflict`) when there is one or no checkpoint."""

    size: int
    timestamp: bytes


class LedgerReader(Protocol):
    """Ledgers, one a tenant. Raises StoreError `store.read`."""

    def tenants(self) -> Sequence[str]:
        """Those that have a ledger."""
        ...

    def head(self, tenant: str) -> LedgerHead:
        """The end of the ledger; size 0 when there is none."""
        ...

    def leaves(self, tenant: str, start: int = 0, stop: int | None = None) -> Iterator[LeafRow]:
        """Leaves from `start` to before `stop`, in order, without holding all of them."""
        ...

    def events_of(self, tenant: str, record_id: str) -> Sequence[LeafRow]:
        """All events of a record, in order."""
        ...

    def node(self, tenant: str, level: int, index: int) -> bytes:
        """The hash at a place of the tree; level 0 are the leaves. Raises StoreError `store.not_found`."""
        ...

    def nodes(self, tenant: str) -> Iterator[Node]:
        """All stored nodes of level 1 and above, for audits."""
        ...

    def checkpoints(self, tenant: str, *, newest: int | None = None) -> Sequence[CheckpointRow]:
        """All checkpoints, or only so many of the newest; the smallest first."""
        ...
