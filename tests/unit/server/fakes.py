"""Readers, a tray, a store and a read that need no card: what stands behind the pages in their own tests."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from honnin.cards.recognise import Recognition
from honnin.core.errors import CardError, LinkError, StoreError
from honnin.facts import (
    Access,
    Attribute,
    Audience,
    DocumentKind,
    Environment,
    Finding,
    Outcome,
    Provenance,
    Proves,
    Reading,
    Report,
)
from honnin.flows.look import Look
from honnin.flows.ports import DemoCard, DemoFault, ReaderInfo, SavedVisit, VisitQuery, VisitSummary
from honnin.flows.visits import Visits
from honnin.records.names import name_key
from honnin.records.visit_record import birth_date, completion, holder_name
from honnin.server.services import Services

MRZ = "P<UTOMIHON<<TAROU<<<<<<<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
NOW = datetime(2026, 11, 23, 5, 5, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


class Random:
    """Counts, so that ids are different and tests repeat."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    def __call__(self, length: int) -> bytes:
        with self._lock:
            self._count += 1
            return self._count.to_bytes(length, "big")


@dataclass
class FakeTray:
    """A demo tray and its reader."""

    card: str | None = None
    fault: str = ""
    others: tuple[ReaderInfo, ...] = ()

    def cards(self) -> Sequence[DemoCard]:
        return (
            DemoCard("alpha", "passport", "見本 太郎", {"mrz": MRZ, "can": "123456"}, "ふつうの旅券", "A plain passport"),
            DemoCard("beta", "passport", "ERIKSSON ANNA MARIA", {"mrz": MRZ}),
            DemoCard("gamma", "licence", "not a passport", {"pin1": "1234"}),
        )

    def faults(self, name: str) -> Sequence[DemoFault]:
        return (DemoFault("removed", "読み取り中にカードを離す", "Card removed while reading"),)

    def inserted(self) -> str | None:
        return self.card

    def insert(self, name: str, faults: Collection[str] = ()) -> None:
        self.card = name
        self.fault = next(iter(faults), "")

    def remove(self) -> None:
        self.card = None

    def list(self) -> Sequence[ReaderInfo]:
        return (ReaderInfo("demo", "demo", True, self.card is not None), *self.others)

    def run(self, name, work, *, timeout_s):
        raise NotImplementedError

    def wait_change(self, known, *, timeout_s):
        return self.list()


class FakeStore:
    """A VisitStore in memory; `hold` is a slow disk, `errors` are raised one after the other,
    `stores_all_the_same` is a database whose answer was lost.
    """

    def __init__(self) -> None:
        self.hold: threading.Event | None = None
        self.errors: list[Exception] = []
        self.stores_all_the_same = False
        self.kept: dict[str, SavedVisit] = {}
        self.views: list[tuple[str, str]] = []

    def note_view(self, visit_id: str, *, staff: str) -> None:
        self.views.append((visit_id, staff))

    def save(self, visit: SavedVisit) -> None:
        if self.hold is not None:
            assert self.hold.wait(10)
        if visit.id in self.kept:
            raise StoreError("store.exists", "there is one of that number already")
        error = self.errors.pop(0) if self.errors else None
        if error is None or self.stores_all_the_same:
            self.kept[visit.id] = visit
        if error is not None:
            raise error

    def list(self, *, limit: int = 100) -> Sequence[SavedVisit]:
        return sorted(self.kept.values(), key=lambda each: each.saved_at_utc, reverse=True)[:limit]

    def get(self, visit_id: str) -> SavedVisit:
        if visit_id not in self.kept:
            raise StoreError("store.not_found", "no such visit")
        return self.kept[visit_id]

    def find(self, query: VisitQuery, *, limit: int = 100) -> Sequence[VisitSummary]:
        if query == VisitQuery():
            return ()
        return [
            VisitSummary(
                each.id, each.saved_at_utc, each.document, each.simulated, holder_name(each.report),
                completion(each.report, each.answers), staff=each.staff,
            )
            for each in self.list(limit=limit)
            if (not query.name or name_key(query.name) == name_key(holder_name(each.report)))
            and (not query.visit_id or query.visit_id == each.id)
            and (not query.birth_date or query.birth_date == birth_date(each.report))
            and (not query.saved_from_utc or query.saved_from_utc <= each.saved_at_utc)
            and (not query.saved_before_utc or each.saved_at_utc < query.saved_before_utc)
        ]


def make_reading(**changes: object) -> Reading:
    reading = Reading(
        document=DocumentKind.PASSPORT,
        read_at_utc=NOW,
        access=Access("pace", "mrz", {"mapping": "GM"}),
        files={"EF.DG1": b"dg1", "EF.DG2": b"dg2", "EF.SOD": b"sod"},
        source="demo",
        simulated=True,
        expected={"mrz_information": "secret-free"},
    )
    return replace(reading, **changes)


def finding(finding_id: str, outcome: Outcome, proves: Proves | None, reason: str = "ok") -> Finding:
    passed = outcome is Outcome.PASSED
    return Finding(
        finding_id, outcome, proves if passed else None, Audience.ANYONE if passed else None, reason, f"理由 {reason}", f"reason {reason}", "Doc 9303-11 §5.1",
        {"algorithm": "sha256"},
    )


def make_report(**changes: object) -> Report:
    report = Report(
        document="passport",
        environment=Environment.SIMULATOR,
        findings=(
            finding("passport.sod.structure", Outcome.PASSED, Proves.ISSUER_DATA),
            finding("passport.sod.signature", Outcome.PASSED, Proves.ISSUER_DATA),
            finding("passport.sod.hashes", Outcome.PASSED, Proves.ISSUER_DATA),
            finding("passport.dsc.chain", Outcome.PASSED, Proves.ISSUER_DATA),
            finding("passport.dsc.validity", Outcome.PASSED, Proves.ISSUER_DATA),
            finding("passport.dsc.revocation", Outcome.IMPOSSIBLE, Proves.ISSUER_DATA, "no_crl"),
            finding("passport.aa", Outcome.PASSED, Proves.CHIP_GENUINE),
            finding("passport.ca", Outcome.NOT_DONE, Proves.CHIP_GENUINE, "not_read"),
        ),
        attributes=(
            Attribute("family_name", "MIHON", Provenance.SIGNED_TEXT, True, "EF.DG1"),
            Attribute("given_names", "TAROU", Provenance.SIGNED_TEXT, True, "EF.DG1"),
            Attribute("birth_date", "1974-08-12", Provenance.SIGNED_TEXT, True, "EF.DG1"),
            Attribute("sex", "F", Provenance.SIGNED_TEXT, True, "EF.DG1"),
            Attribute("nationality", "UTO", Provenance.SIGNED_TEXT, True, "EF.DG1"),
            Attribute("document_number", "L898902C3", Provenance.SIGNED_TEXT, True, "EF.DG1"),
            Attribute("expiry_date", "2032-04-15", Provenance.SIGNED_TEXT, True, "EF.DG1"),
            Attribute("portrait", "EF.DG2", Provenance.SIGNED_IMAGE, True, "EF.DG2", "image/jp2"),
        ),
        rules="test",
    )
    return replace(report, **changes)


@dataclass
class FakeRead:
    """A read that takes a while; `hold` keeps it at file 1 until it is set."""

    tray: FakeTray
    delay_s: float = 0.0
    hold: threading.Event | None = None
    error: Exception | None = None
    seen: list[object] = field(default_factory=list)

    def __call__(self, reader_name: str, key: object, progress: Callable[[str, int, int], None], secrets, guard, /) -> Reading:
        self.seen.append(key)
        self.secrets = secrets
        self.guard = guard
        if self.error is not None:
            raise self.error
        if getattr(key, "document_number", "L898902C3") != "L898902C3":
            raise CardError("card.bac.wrong_key", "the key does not open the document")
        for step, done, of in (("connect", 0, 0), ("access", 0, 0), ("read", 1, 3), ("read", 2, 3), ("read", 3, 3)):
            progress(step, done, of)
            time.sleep(self.delay_s)
            if step == "read" and self.hold is not None and not self.hold.wait(10):
                raise LinkError("link.timeout", "held too long")
            if self.tray.card is None or (self.tray.fault == "removed" and done == 2):
                raise LinkError("link.card_removed", "the card was removed")
        progress("chip", 0, 0)
        return make_reading()


def png() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (240, 320), 160).save(out, "PNG")
    return out.getvalue()


@dataclass
class World:
    """Services over fakes, and the fakes."""

    tray: FakeTray = field(default_factory=FakeTray)
    store: FakeStore = field(default_factory=FakeStore)
    clock: Clock = field(default_factory=Clock)
    random: Random = field(default_factory=Random)
    report: Report = field(default_factory=make_report)
    read: FakeRead = field(init=False)
    services: Services = field(init=False)
    lies_there: Look | Exception = field(default_factory=lambda: Look(Recognition(DocumentKind.PASSPORT)))
    looks: int = 0

    def look(self, reader_name: str) -> Look:
        self.looks += 1
        if isinstance(self.lies_there, Exception):
            raise self.lies_there
        return self.lies_there

    def __post_init__(self) -> None:
        self.read = FakeRead(self.tray)
        visits = Visits(
            readers=self.tray, store=self.store, read=self.read, look=self.look, check=lambda _: self.report, clock=self.clock,
            random=self.random,
        )
        self.services = Services(
            visits=visits, store=self.store, readers=self.tray, check=lambda _: self.report,
            portrait=lambda *_: png(), picture=lambda *_: png(), clock=self.clock, random=self.random, demo=True, tray=self.tray,
            hosts=frozenset({"testserver"}),
        )
