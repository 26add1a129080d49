"""What the pages may use: flows and ports, plugged together by `honnin serve` (or by a test)."""

from __future__ import annotations

from dataclasses import dataclass, field

from honnin.core.clock import Clock, Random
from honnin.core.secret import Secret
from honnin.flows.completing import Completing
from honnin.flows.house import HouseSettings
from honnin.flows.kakunin_pictures import Print
from honnin.flows.law_room import LawRoom
from honnin.flows.number_desk import NumberDesk
from honnin.flows.papers import PaperPicture, PaperService
from honnin.flows.ports import CheckService, DemoTray, PictureService, PortraitService, Readers, VisitStore
from honnin.flows.record_desk import RecordDesk
from honnin.flows.visits import Visits


@dataclass(frozen=True, slots=True)
class Services:
    """Everything behind the pages. `demo`: simulated cards are in use, and every page says so."""

    visits: Visits
    store: VisitStore
    readers: Readers
    check: CheckService
    portrait: PortraitService
    picture: PictureService
    clock: Clock
    random: Random
    demo: bool = False
    tray: DemoTray | None = None
    pdf: Print | None = None
    tenant: str = "house"
    desk: RecordDesk | None = None  # what is done with kept records; without it they can only be found and shown
    cookie_key: Secret[bytes] | None = None  # signs who is at a counter; without it as long as this process
    house: HouseSettings = field(default_factory=HouseSettings)
    numbers: NumberDesk | None = None  # the vault of individual numbers; None: it cannot be used
    completing: Completing | None = None  # finishing what was sealed unfinished
    paper: PaperService | None = None  # scans that are attached; None: none are taken
    paper_picture: PaperPicture | None = None

    @property
    def law(self) -> LawRoom:
        """The law for this house."""
        return LawRoom(self.house, self.clock, self.tenant)
    hosts: frozenset[str] = field(default_factory=frozenset)  # further names in Host
