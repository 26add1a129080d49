"""Plugs readers, dialogue, checks, store and images together for the server."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path

from honnin.adapters.all_readers import AllReaders
from honnin.adapters.images import decode_to_png
from honnin.adapters.sqlite import SqliteVisitStore
from honnin.adapters.tray import DEMO_DELAY_S, Tray
from honnin.checks.passport import check_passport
from honnin.cli.anchors import anchors_for
from honnin.core.clock import system_clock, system_random
from honnin.facts import Reading, Report
from honnin.flows.keys import DocumentKey
from honnin.flows.portrait import portrait_service
from honnin.flows.read import read_document
from honnin.flows.visits import Visits
from honnin.server.services import Services
from honnin.trust.anchors import AnchorSet
from honnin.trust.crl import Crl


def make_services(folder: Path, *, demo: bool) -> tuple[Services, Callable[[], None]]:
    """The services over that data folder, and what closes them. Raises StoreError.

    Simulator anchors are there only in demo mode, and only for cards that the reader knows to be virtual.
    """
    tray = Tray(delay_s=DEMO_DELAY_S) if demo else None
    readers = AllReaders(tray=tray)
    store = SqliteVisitStore(folder / "honnin.sqlite3")

    @functools.cache
    def trust(simulated: bool) -> tuple[AnchorSet, Sequence[Crl]]:  # noqa: FBT001
        return anchors_for((), simulated=simulated)

    def read(reader: str, key: DocumentKey, progress: Callable[[str, int, int], None], /) -> Reading:
        return read_document(readers, reader, key, clock=system_clock, random=system_random, progress=progress)

    def check(reading: Reading, /) -> Report:
        anchors, crls = trust(demo and reading.simulated)
        return check_passport(reading, anchors, crls, reading.read_at_utc)

    visits = Visits(
        readers=readers, store=store, read=read, check=check, clock=system_clock, random=system_random
    )
    services = Services(
        visits=visits, store=store, readers=readers, check=check, portrait=portrait_service(decode_to_png),
        clock=system_clock, random=system_random, demo=demo, tray=tray,
    )
    return services, store.close
