"""Ports: what the use cases need from outside. Adapters fill them; only server, agent and cli plug them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from honnin.apdu import Transceiver
from honnin.facts import Reading, Report
from honnin.trust.anchors import AnchorSet
from honnin.trust.crl import Crl

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReaderInfo:
    """One reader and what lies on it. `problem` is an error code (`reader.card_mute`, …) or None."""

    name: str
    kind: str  # "pcsc" | "demo"
    simulated: bool  # the cards on it are virtual, as far as this program can know
    card_present: bool
    atr: bytes = b""
    problem: str | None = None


class CardLink(Transceiver, Protocol):
    """A card that is connected: the one-method port plus what the reader knows about itself."""

    @property
    def extended_length(self) -> bool | None:
        """Whether the reader carries extended-length APDUs; None when it does not say."""
        ...

    @property
    def simulated(self) -> bool:
        """Whether the card is known to be virtual."""
        ...


class Readers(Protocol):
    """All readers of this machine, real and demo.

    Raises LinkError: `reader.none`, `reader.no_service`, `reader.not_found`, `reader.no_card`, `link.card_removed`,
    `link.timeout`, `link.reader_gone`, `link.no_extended`.
    """

    def list(self) -> Sequence[ReaderInfo]:
        """The readers now, in a stable order."""
        ...

    def run(self, name: str, work: Callable[[CardLink], T], *, timeout_s: float) -> T:
        """Run `work` on that reader's own worker, connected to its card; the card is reset at the end whatever
        happens. One work at a time a reader. After `timeout_s` without an end: LinkError `link.timeout`.
        """
        ...

    def wait_change(self, known: Sequence[ReaderInfo], *, timeout_s: float) -> Sequence[ReaderInfo]:
        """Block until the list differs from `known` or the time is over; returns the list."""
        ...


class TrustStore(Protocol):
    """Anchors and revocation lists the house has imported."""

    def anchors(self) -> AnchorSet:
        """All anchors, each with its environment and origin. Raises TrustError."""
        ...

    def crls(self) -> Sequence[Crl]:
        """All revocation lists. Raises TrustError."""
        ...


@dataclass(frozen=True, slots=True)
class SavedVisit:
    """A kept visit: the first, small form of the record (sealing, encryption and the ledger are a later change)."""

    id: str
    saved_at_utc: datetime
    document: str
    simulated: bool
    reading: Reading
    report: Report
    staff: str
    answers: dict[str, str]  # question id -> answer of the staff


class VisitStore(Protocol):
    """Where visits are kept. Raises StoreError."""

    def save(self, visit: SavedVisit) -> None:
        """Keep it; durable when this returns."""
        ...

    def list(self, *, limit: int = 100) -> Sequence[SavedVisit]:
        """The latest first."""
        ...

    def get(self, visit_id: str) -> SavedVisit:
        """That visit. Raises StoreError `store.not_found`."""
        ...
