"""Ports: what the use cases need from outside. Adapters fill them; only server, agent and cli plug them in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from honnin.apdu import SecretSource, Transceiver
from honnin.facts import Reading, Report
from honnin.flows.keys import DocumentKey
from honnin.flows.lock_guard import LockGuard
from honnin.records.number_vault import ReceivedNumber
from honnin.records.visit_record import Completion, Judged, SavedVisit
from honnin.trust.anchors import AnchorSet
from honnin.trust.crl import RevocationList

__all__ = [
    "CardLink",
    "CheckService",
    "DemoCard",
    "DemoFault",
    "DemoTray",
    "OcspTransport",
    "PictureService",
    "PortraitService",
    "ReadService",
    "ReaderInfo",
    "Readers",
    "SavedVisit",
    "TimeStamper",
    "TrustStore",
    "VisitQuery",
    "VisitStore",
    "VisitSummary",
]

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

    def crls(self) -> Sequence[RevocationList]:
        """All revocation lists. Raises TrustError."""
        ...


@dataclass(frozen=True, slots=True)
class VisitSummary:
    """One line of a list of kept visits."""

    id: str
    saved_at_utc: datetime
    document: str
    simulated: bool
    name: str
    completion: Completion
    judged: Judged | None = None  # what the law said, with the record of the day
    retention_until: date | None = None
    holds: int = 0
    staff: str = ""


@dataclass(frozen=True, slots=True)
class VisitQuery:
    """What a search asks: all given parts must match. `name` is compared whole (records.names.name_key)."""

    visit_id: str = ""
    name: str = ""
    birth_date: str = ""
    saved_from_utc: datetime | None = None
    saved_before_utc: datetime | None = None
    staff: str = ""  # a name


class VisitStore(Protocol):
    """Where visits are kept. Raises StoreError."""

    def save(self, visit: SavedVisit, number: ReceivedNumber | None = None) -> None:
        """Keep it; durable when this returns. `number`: of a 番号法 case, kept apart, together or not at all."""
        ...

    def list(self, *, limit: int = 100) -> Sequence[SavedVisit]:
        """The latest first."""
        ...

    def get(self, visit_id: str) -> SavedVisit:
        """That visit. Raises StoreError `store.not_found`."""
        ...

    def find(self, query: VisitQuery, *, limit: int = 100) -> Sequence[VisitSummary]:
        """The visits that match every given part of the query, the latest first. An empty query finds nothing."""
        ...

    def note_view(self, visit_id: str, *, staff: str) -> None:
        """Note in the ledger that somebody saw it. On an error it is not to be shown."""
        ...


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A virtual card of the demo tray. `secrets`: name -> what is printed on it or its holder knows."""

    name: str
    document: str
    holder: str
    secrets: Mapping[str, str]
    description_ja: str = ""
    description_en: str = ""


@dataclass(frozen=True, slots=True)
class DemoFault:
    """A switch "make it fail": stable name (`tampered-dg2`, `removed` …) and words."""

    name: str
    ja: str
    en: str


class DemoTray(Protocol):
    """The demo reader: virtual cards that can be laid on it and taken off. Raises CallerError `demo.…`."""

    def cards(self) -> Sequence[DemoCard]:
        """What can be laid on the reader."""
        ...

    def faults(self, name: str) -> Sequence[DemoFault]:
        """The switches "make it fail" that fit that card. Raises CallerError `cards.unknown`."""
        ...

    def inserted(self) -> str | None:
        """The name of the card on the reader now."""
        ...

    def insert(self, name: str, faults: Collection[str] = ()) -> None:
        """Lay that card on the reader; what lay there is taken off."""
        ...

    def remove(self) -> None:
        """Take the card off; nothing happens when there is none."""
        ...


class ReadService(Protocol):
    """Reads the document on a reader (honnin.flows.read with its adapters plugged in)."""

    def __call__(
        self,
        reader_name: str,
        key: DocumentKey,
        progress: Callable[[str, int, int], None],
        secrets: SecretSource,
        guard: LockGuard,
        /,
    ) -> Reading:
        """Progress steps: "connect", "access", "read" (n of m), "issuer", "chip". `guard`: the visit's, which remembers
        wrong secrets. Raises HonninError.
        """
        ...


class CheckService(Protocol):
    """Judges a Reading with the anchors of the house, at the time of the reading."""

    def __call__(self, reading: Reading, /) -> Report:
        """Raises TrustError when trust material cannot be read."""
        ...


class OcspTransport(Protocol):
    """Carries an OCSP request to the responder that the house may ask. Nobody is asked unless one is plugged in."""

    def __call__(self, service: str, request: bytes, /) -> bytes:
        """DER of the response to a DER request about a certificate of `service` ("sign", "auth"); at most 64 KiB.
        Raises TrustError `trust.ocsp.…`.
        """
        ...


class PortraitService(Protocol):
    """The holder's photo of a Reading."""

    def __call__(self, reading: Reading, report: Report, /) -> bytes:
        """PNG octets. Raises DataError."""
        ...


class PictureService(Protocol):
    """Another picture of a Reading: the name or the address where the chip has them as pictures only."""

    def __call__(self, reading: Reading, report: Report, name: str, /) -> bytes:
        """PNG octets of the attribute of that name. Raises DataError."""
        ...


class TimeStamper(Protocol):
    """A time-stamping service (RFC 3161)."""

    def stamp(self, digest: bytes, /) -> bytes:
        """A checked token (DER) over a SHA-256 digest (32 octets). Raises LinkError, DataError, TrustError."""
        ...
