"""Opens the room of sealed records for `honnin serve` and the commands: database, keys, ledger, kept visits."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from honnin import __version__
from honnin.adapters.database import DatabaseRecordStore, sqlite_url
from honnin.adapters.house_keys import open_house_keys
from honnin.adapters.mark_file import FileMark
from honnin.adapters.plain_visits import PlainVisits
from honnin.checks.titles import title
from honnin.core.clock import system_clock, system_random
from honnin.core.errors import HonninError
from honnin.facts import Audience, Reading
from honnin.flows.adopt import adopt_old_visits
from honnin.flows.amending import Amending
from honnin.flows.completing import Completing
from honnin.flows.documents import HouseTrust
from honnin.flows.house import HouseSettings
from honnin.flows.ledger_mark import LedgerMark
from honnin.flows.ledger_watch import LedgerWatch
from honnin.flows.record_audit import audit_records
from honnin.flows.record_desk import RecordDesk
from honnin.flows.record_keeping import RecordKeeping
from honnin.flows.sealed_visits import SealedVisits, TrustOf
from honnin.flows.sealing import Sealer, ledger_origin
from honnin.records.bundle_statements import Statement
from honnin.records.ledger.note import NoteSigner
from honnin.records.wrapping import HouseKeys, Purpose

DATABASE = "honnin.sqlite3"
KEYS = "keys"
TENANT = "house"
LEDGER_NAME = "honnin"
DATABASE_VARIABLE = "HONNIN_DATABASE"  # postgresql+psycopg://… ; else a file in the data folder

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordRoom:
    """What belongs together. Close it."""

    store: DatabaseRecordStore
    keys: HouseKeys
    signer: NoteSigner
    sealer: Sealer
    visits: SealedVisits
    keeping: RecordKeeping
    amending: Amending
    watch: LedgerWatch
    mark: LedgerMark
    tenant: str = TENANT

    def desk(self, trust_of: Callable[[Reading], HouseTrust]) -> RecordDesk:
        """What a person does with the records. `trust_of`: what the house trusts for a reading, for bundles."""

        def bundle(record_id: str, actor: str) -> bytes:
            from honnin.flows.record_export import export_record  # noqa: PLC0415  # bundles: not needed to start

            return export_record(
                self.store, self.sealer, self.keys.wrapper(Purpose.RECORDS), self.signer.key, tenant=self.tenant,
                record_id=record_id, staff=actor, clock=system_clock, software={"honnin": __version__},
                trust_of=trust_of,
            )  # fmt: skip

        def prove(record_id: str) -> Mapping[Audience, tuple[Statement, ...]]:
            from honnin.flows.record_export import proof_of_record  # noqa: PLC0415

            return proof_of_record(
                self.store, self.keys.wrapper(Purpose.RECORDS), self.signer.key, tenant=self.tenant,
                record_id=record_id, at=system_clock(), trust_of=trust_of, title=title,
            )  # fmt: skip

        return RecordDesk(
            self.store, self.sealer, self.keeping, self.amending, self.watch, self.visits, bundle, prove,
            system_clock, self.tenant,
        )  # fmt: skip

    def close(self) -> None:
        """Store what waits, then close the database."""
        self.sealer.close()
        self._keep_mark()
        self.store.close()

    def look_back(self) -> None:
        """Stop, when the ledger is shorter than the house has seen it; else remember how long it is now."""
        moved = self.mark.moved_back()
        if moved is not None and not self.watch.stopped():
            self.watch.take([moved])
        self._keep_mark()

    def _keep_mark(self) -> None:
        try:
            if not self.watch.stopped():  # what a stopped ledger grows by takes no proof away
                self.mark.keep()
        except HonninError as error:  # an older mark is no reason to fail
            _log.error("the newest checkpoint was not kept: %s", error.code)


def completing_of(room: RecordRoom, settings: HouseSettings) -> Completing:
    """What finishes records of that room. Raises StoreError `vault.…` when the key of the index is away."""
    return Completing(
        visits=room.visits, sealer=room.sealer, index=room.keys.secret(Purpose.INDEX), settings=settings,
        clock=system_clock, tenant=room.tenant,
    )  # fmt: skip


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
    keeping = RecordKeeping(store, sealer, system_clock, system_random, TENANT)
    amending = Amending(
        store, sealer, keys.wrapper(Purpose.RECORDS), keys.secret(Purpose.INDEX), system_clock, TENANT
    )
    mark = LedgerMark(store, FileMark(folder / KEYS), signer.key, ledger_origin(LEDGER_NAME, TENANT), TENANT)
    watch = LedgerWatch(
        store, sealer,
        lambda rows: audit_records(rows, TENANT, signer.key, witness=signer.witness, kept_elsewhere=mark.kept()),
        clock=system_clock, tenant=TENANT,
    )  # fmt: skip
    room = RecordRoom(store, keys, signer, sealer, visits, keeping, amending, watch, mark)
    try:
        adopt_old_visits(PlainVisits(store.database, tenant=TENANT), visits)
        room.look_back()
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
