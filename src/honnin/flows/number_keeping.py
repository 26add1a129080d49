"""Individual numbers over the store: kept for one purpose, shown once, delivered encrypted, deleted (番号法 9条・20条).

Every access is in the ledger before the number leaves here; if it cannot be written there, nothing leaves. Who may ask
is decided by the caller. A grant to see a number once stands in the database, so that it holds for all servers of a
house: it is spent in the same transaction as the entry of the access.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.clock import Clock, Random
from honnin.core.errors import CallerError, DataError, StoreError
from honnin.core.ids import new_id
from honnin.core.secret import Secret
from honnin.flows.ledger_ports import LeafRow
from honnin.flows.number_ports import (
    AddNumber,
    KeepNumberUntil,
    NumberReader,
    NumberRow,
    PutGrant,
    ShredNumber,
    SpendGrant,
)
from honnin.flows.sealing import Sealer
from honnin.flows.store_ports import RecordStore
from honnin.records.ledger.event import Event, Kind, decode_event
from honnin.records.number_delivery import deliver_number, load_recipient
from honnin.records.number_vault import (
    NumberEntry,
    OpenedNumber,
    ReceivedNumber,
    check_granted,
    deletion_event,
    due_for_deletion,
    grant_view,
    granted_event,
    kept_until_event,
    open_number,
    seal_number,
    seen_event,
    spend_grant,
    try_key,
)
from honnin.records.wrapping import KeyWrapper, WrappedKey

PAGE = 1000
MAX_PAGES = 1000


def sealed_for_unit(
    received: ReceivedNumber,
    *,
    tenant: str,
    record_id: str,
    at: datetime,
    staff: str,
    wrapper: KeyWrapper,
    random: Random,
    until: date | None = None,
) -> tuple[Event, AddNumber]:
    """The event and the row of a number, for a unit of writing. Raises as `NumberKeeping.keep`."""
    entry = NumberEntry(tenant, received.number_id, record_id, received.purpose, at, until)
    sealed = seal_number(received.digits, entry, actor=staff, wrapper=wrapper, random=random)
    row = AddNumber(entry.number_id, record_id, entry.purpose.value, at, sealed.ciphertext, sealed.key, until)
    return sealed.event, row


def deletions_of_record(
    store: NumberReader, tenant: str, record_id: str, *, staff: str, at: datetime
) -> tuple[list[Event], list[ShredNumber]]:
    """What deletes the numbers that were received with a record, for the unit that deletes the record itself."""
    rows = store.numbers(tenant, record_id=record_id, limit=PAGE)
    return [_deletion(row, staff=staff, at=at, reason="record") for row in rows], [
        ShredNumber(row.number_id) for row in rows
    ]


def try_number_key(store: NumberReader, wrapper: KeyWrapper, tenant: str, number_id: str) -> None:
    """Whether the wrapped key of a number is its own and opens; the number is not opened. One that was deleted just
    now is no fault. Raises those of records.number_vault.try_key.
    """
    try:
        row = store.number(tenant, number_id)
    except StoreError as error:
        if error.code == "store.not_found":
            return
        raise
    try_key(_key(row), _entry(row), wrapper=wrapper)


class NumberKeeping:
    """The individual numbers of one tenant. Staff and systems are given as pseudonyms, as in the ledger."""

    def __init__(
        self, store: RecordStore, sealer: Sealer, wrapper: KeyWrapper, *, clock: Clock, random: Random, tenant: str
    ) -> None:
        """`wrapper`: keys of purpose `numbers`."""
        self._store = store
        self._sealer = sealer
        self._wrapper = wrapper
        self._clock = clock
        self._random = random
        self._tenant = tenant

    # -- looking ----------------------------------------------------------------------------------------------------

    def entries(self, *, record_id: str = "", due_on: date | None = None) -> Iterator[NumberEntry]:
        """What is kept, without the digits, in the order of the ids; `due_on`: only those whose last day is before it.
        Rows that cannot be understood are left out (an audit names them). Raises StoreError `store.read`.
        """
        after = ""
        for _ in range(MAX_PAGES):
            rows = self._store.numbers(self._tenant, record_id=record_id, over_on=due_on, after=after, limit=PAGE)
            yield from (entry for row in rows if (entry := _understood(row)) is not None)
            if len(rows) < PAGE:
                return
            after = rows[-1].number_id

    def entry(self, number_id: str) -> NumberEntry:
        """What is kept of one, without the digits. Raises StoreError `store.not_found`."""
        return self._row(number_id)[0]

    def history(self, number_id: str) -> tuple[LeafRow, ...]:
        """All entries of a number, the oldest first, also of one that is deleted. Raises StoreError `store.read`."""
        return tuple(self._store.events_of(self._tenant, number_id))

    # -- keeping ----------------------------------------------------------------------------------------------------

    def receive(self, digits: Secret[str], purpose: NumberLawPurpose) -> ReceivedNumber:
        """A number that was just read, with the id under which it will be stored."""
        return ReceivedNumber(new_id(self._clock(), self._random), digits, purpose)

    def keep(
        self,
        number: Secret[str],
        *,
        record_id: str,
        purpose: NumberLawPurpose,
        staff: str,
        retention_until: date | None = None,
    ) -> str:
        """Keep twelve digits for that purpose; the number's id. Durable when this returns.

        Raises DataError `number.check_digit`, StoreError `store.…`, `seal.…`, `vault.…`.
        """
        received = self.receive(number, purpose)
        event, added = sealed_for_unit(
            received, tenant=self._tenant, record_id=record_id, at=self._clock(), staff=staff, wrapper=self._wrapper,
            random=self._random, until=retention_until,
        )  # fmt: skip
        self._sealer.append_events([event], [added])
        return received.number_id

    def keep_until(self, number_id: str, last_day: date, *, staff: str) -> None:
        """The purpose ends: the last day on which the number is needed. It may be in the past: then it is due at once.

        Raises StoreError `store.not_found`, `store.conflict`.
        """
        entry, _ = self._row(number_id)
        event = kept_until_event(entry, last_day, actor=staff, at=self._clock())
        self._sealer.append_events([event], [KeepNumberUntil(number_id, last_day)])

    # -- showing ----------------------------------------------------------------------------------------------------

    def note_seen(self, received: ReceivedNumber, *, visit_id: str, staff: str) -> None:
        """Enter that a number of an open visit is shown; show it only when this has returned. Raises StoreError."""
        now = self._clock()
        entry = NumberEntry(self._tenant, received.number_id, visit_id, received.purpose, now)
        self._sealer.append_events([seen_event(entry, actor=staff, at=now)])

    def grant(self, number_id: str, *, entitled: str, staff: str = "") -> Secret[str]:
        """A token with which `entitled` may see the number once within five minutes, on any server of the house; an
        earlier grant ends. `staff`: who grants it. Raises StoreError `store.not_found`, CallerError `number.grant`.
        """
        entry, _ = self._row(number_id)
        now = self._clock()
        token, grant = grant_view(entry, entitled=entitled, now=now, random=self._random)
        event = granted_event(entry, grant, actor=staff, at=now)
        self._sealer.append_events([event], [PutGrant(grant, now)])
        return token

    def show(self, number_id: str, token: Secret[str], *, purpose: NumberLawPurpose, staff: str) -> Secret[str]:
        """The digits, once. Raises CallerError `number.grant`, `number.grant_used`, `number.grant_expired`,
        `number.purpose`; StoreError `store.…`, `vault.…`; DataError `vault.…`.
        """
        entry, row = self._row(number_id)
        now = self._clock()
        grant = self._store.grant(self._tenant, number_id)
        if grant is None:
            raise CallerError("number.grant", "nobody may be shown this number just now")
        spent = spend_grant(grant, token, entry, actor=staff, now=now)
        check_granted(grant, _events(self._store.events_of(self._tenant, number_id)))
        opened = self._open(row, entry, purpose=purpose, actor=staff, at=now)
        try:
            self._sealer.append_events([opened.event], [SpendGrant(number_id, spent.token_digest, now)])
        except StoreError as error:
            if error.code != "store.conflict":
                raise
            raise CallerError("number.grant_used", "the number was shown elsewhere just now") from None
        return opened.number

    def deliver(self, number_id: str, recipient_pem: bytes, *, purpose: NumberLawPurpose, system: str) -> str:
        """The number as JWE for the calling system's key. Raises as `show`, and CallerError `number.recipient`."""
        load_recipient(recipient_pem)  # before anything is opened
        entry, row = self._row(number_id)
        now = self._clock()
        opened = self._open(row, entry, purpose=purpose, actor=system, at=now, delivered=True)
        text = deliver_number(opened, entry, recipient_pem, at=now, random=self._random)
        self._sealer.append_events([opened.event])
        return text

    # -- deleting ---------------------------------------------------------------------------------------------------

    def delete(self, number_id: str, *, staff: str, reason: str = "done") -> None:
        """Destroy a number and its key, also one whose row is damaged. It needs no second person and no hold keeps it:
        番号法20条 forbids keeping it longer. Raises StoreError `store.not_found`, `store.conflict` if it is gone.
        """
        self._delete(self._store.number(self._tenant, number_id), staff=staff, reason=reason)

    def delete_due(self, today: date, *, staff: str) -> int:
        """Destroy all numbers whose last day has passed; how many. One that cannot be deleted does not stop the rest:
        it is there again the next time. Raises StoreError `store.read`.
        """
        done = 0
        for entry in due_for_deletion(list(self.entries(due_on=today)), today):
            try:
                self.delete(entry.number_id, staff=staff, reason="expired")
            except (StoreError, DataError):
                continue
            done += 1
        return done

    def _delete(self, row: NumberRow, *, staff: str, reason: str) -> None:
        event = _deletion(row, staff=staff, at=self._clock(), reason=reason)
        self._sealer.append_events([event], [ShredNumber(row.number_id)])

    # -- inside -----------------------------------------------------------------------------------------------------

    def _row(self, number_id: str) -> tuple[NumberEntry, NumberRow]:
        row = self._store.number(self._tenant, number_id)
        return _entry(row), row

    def _open(
        self,
        row: NumberRow,
        entry: NumberEntry,
        *,
        purpose: NumberLawPurpose,
        actor: str,
        at: datetime,
        delivered: bool = False,
    ) -> OpenedNumber:
        return open_number(
            row.ciphertext, _key(row), entry, purpose=purpose, actor=actor, at=at, wrapper=self._wrapper,
            delivered=delivered,
        )  # fmt: skip


def purpose_of(value: str) -> NumberLawPurpose:
    """The purpose of that name. Raises CallerError `number.purpose_unknown`."""
    try:
        return NumberLawPurpose(value)
    except ValueError:
        raise CallerError("number.purpose_unknown", "this is no purpose of 番号法") from None


def _events(leaves: Iterable[LeafRow]) -> Iterator[Event]:
    for leaf in leaves:
        yield decode_event(leaf.octets)  # one that cannot be read: nobody is shown anything


def _key(row: NumberRow) -> WrappedKey:
    if row.key is None:
        raise DataError("vault.key_damaged", "the wrapped key of the number is not there", "row")
    return row.key


def _deletion(row: NumberRow, *, staff: str, at: datetime, reason: str) -> Event:
    entry = _understood(row)
    if entry is not None:
        return deletion_event(entry, actor=staff, at=at, reason=reason)
    return Event(Kind.NUMBER_DELETED, row.tenant, row.number_id, at, staff, None, {"reason": reason})


def _entry(row: NumberRow) -> NumberEntry:
    try:
        purpose = NumberLawPurpose(row.purpose)
    except ValueError:
        raise DataError("vault.damaged", "the purpose of the number is none of the law", "purpose") from None
    return NumberEntry(row.tenant, row.number_id, row.record_id, purpose, row.stored_at_utc, row.retention_until)


def _understood(row: NumberRow) -> NumberEntry | None:
    try:
        return _entry(row)
    except DataError:
        return None

