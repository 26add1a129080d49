"""Plugs readers, dialogue, checks, store and images together for the server."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from honnin.adapters.all_readers import AllReaders
from honnin.adapters.house_file import load_house
from honnin.adapters.images import decode_to_png
from honnin.adapters.papers import paper_png, read_paper
from honnin.adapters.pdf import PdfRenderer
from honnin.adapters.tray import DEMO_DELAY_S, Tray
from honnin.apdu import SecretSource
from honnin.cli.house_trust import CounterTrust
from honnin.cli.job_room import JobHouse, ServerJobs
from honnin.cli.record_room import completing_of, open_record_room
from honnin.core.clock import system_clock, system_random
from honnin.core.errors import StoreError
from honnin.facts import Reading, Report
from honnin.flows.documents import check_reading
from honnin.flows.kakunin_pictures import printing
from honnin.flows.keys import DocumentKey
from honnin.flows.law_room import LawRoom
from honnin.flows.lock_guard import LockGuard
from honnin.flows.look import Look, look_at_card
from honnin.flows.number_desk import NumberDesk
from honnin.flows.number_keeping import NumberKeeping
from honnin.flows.portrait import picture_service, portrait_service
from honnin.flows.read import read_document
from honnin.flows.staff import house_staff
from honnin.flows.visits import Visits
from honnin.law.rules import load_rules
from honnin.records.wrapping import Purpose
from honnin.server.services import Services

_log = logging.getLogger(__name__)


def make_services(
    house: Path, folder: Path, *, demo: bool, ready: Callable[[], bool] | None = None
) -> tuple[Services, Callable[[], None]]:
    """The services, and what closes them. `house`: the data folder; `folder`: where visits are kept; `ready`: jobs run
    beside them as soon as it says so. Raises StoreError, CallerError `house.…`.

    What is trusted: see CounterTrust.
    """
    settings = load_house(house)
    if settings.speaks_of_rules:
        settings.must_fit(load_rules())
    settings = replace(settings, staff=house_staff(settings.staff, demo=demo))
    tray = Tray(delay_s=DEMO_DELAY_S) if demo else None
    readers = AllReaders(tray=tray)
    trust = CounterTrust(house, demo=demo)
    room = open_record_room(folder, trust_of=trust.of)
    store = room.visits

    def read(
        reader: str, key: DocumentKey, progress: Callable[[str, int, int], None], secrets: SecretSource,
        guard: LockGuard, /,
    ) -> Reading:  # fmt: skip
        return read_document(
            readers, reader, key, clock=system_clock, random=system_random, progress=progress, secrets=secrets,
            guard=guard,
        )  # fmt: skip

    def look(reader: str) -> Look:
        return look_at_card(readers, reader)

    def check(reading: Reading, /) -> Report:
        return check_reading(reading, trust.of(reading), reading.read_at_utc)

    law = LawRoom(settings, system_clock, room.tenant)
    visits = Visits(
        readers=readers, store=store, read=read, look=look, check=check, clock=system_clock, random=system_random,
        judge=law.judge, asks=law.asks,
    )
    try:
        keeping = NumberKeeping(
            room.store, room.sealer, room.keys.wrapper(Purpose.NUMBERS), clock=system_clock, random=system_random,
            tenant=room.tenant,
        )
        numbers = NumberDesk(keeping, store.actor, settings)
    except StoreError as error:  # the other laws go on without that key
        _log.error("the store of individual numbers cannot be used: %s", error.code)
        numbers = None
    services = Services(
        visits=visits, store=store, readers=readers, check=check, portrait=portrait_service(decode_to_png),
        picture=picture_service(decode_to_png),
        clock=system_clock, random=system_random, demo=demo, tray=tray, house=settings,
        completing=completing_of(room, settings), paper=read_paper, paper_picture=paper_png,
        tenant=room.tenant, pdf=printing(PdfRenderer().pdf, decode_to_png), cookie_key=store.cookie_key,
        desk=room.desk(trust.of), numbers=numbers,
    )
    jobs = ServerJobs(JobHouse(house, folder, demo=demo), room)
    if ready is not None:
        jobs.start(ready)

    def close() -> None:
        jobs.close()
        room.close()

    return services, close
