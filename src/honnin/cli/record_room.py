"""Opens the room of sealed records for `honnin serve` and the commands: database, keys, ledger, kept visits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from honnin.adapters.database import DatabaseRecordStore, sqlite_url
from honnin.adapters.house_keys import open_house_keys
from honnin.adapters.plain_visits import PlainVisits
from honnin.core.clock import system_clock, system_random
from honnin.flows.adopt import adopt_old_visits
from honnin.flows.sealed_visits import SealedVisits, TrustOf
from honnin.flows.sealing import Sealer
from honnin.records.ledger.note import NoteSigner
from honnin.records.wrapping import HouseKeys, Purpose

DATABASE = "honnin.sqlite3"
KEYS = "keys"
TENANT = "house"
LEDGER_NAME = "honnin"
DATABASE_VARIABLE = "HONNIN_DATABASE"  # postgresql+psycopg://… ; else a file in the data folder


@dataclass(frozen=True, slots=True)
class RecordRoom:
    """What belongs together. Close it."""

    store: DatabaseRecordStore
    keys: HouseKeys
    signer: NoteSigner
    sealer: Sealer
    visits: SealedVisits
    tenant: str = TENANT

    def close(self) -> None:
        """Store what waits, then close the database."""
        self.sealer.close()
        self.store.close()


def house_database(folder: Path) -> str:
    """The address of the house's database: HONNIN_DATABASE, else the file in that data folder."""
    return os.environ.get(DATABASE_VARIABLE) or sqlite_url(folder / DATABASE)


def open_record_room(folder: Path, *, trust_of: TrustOf | None = None) -> RecordRoom:
    """The room in that data folder. `trust_of`: what is sealed with what is saved there (SealedVisits).

    Keys are made at the very first start only; what an earlier release kept readable is sealed. Raises StoreError
    `store.…`, `vault.…`, CallerError `store.address`.
    """
    store = DatabaseRecordStore(house_database(folder))
    try:
        keys = open_house_keys(folder / KEYS, has_records=bool(store.tenants()), environment=os.environ)
        signer = NoteSigner(LEDGER_NAME, keys.secret(Purpose.LEDGER))
        sealer = Sealer(store, keys.wrapper(Purpose.RECORDS), signer, clock=system_clock, random=system_random)
    except BaseException:
        store.close()
        raise
    visits = SealedVisits(store, sealer, keys, clock=system_clock, tenant=TENANT, trust_of=trust_of)
    room = RecordRoom(store, keys, signer, sealer, visits)
    try:
        adopt_old_visits(PlainVisits(store.database, tenant=TENANT), visits)
    except BaseException:
        room.close()
        raise
    return room


@contextmanager
def record_room(folder: Path) -> Iterator[RecordRoom]:
    """The room, closed in the end."""
    room = open_record_room(folder)
    try:
        yield room
    finally:
        room.close()
