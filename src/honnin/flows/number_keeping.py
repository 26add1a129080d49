"""Individual numbers over the store: kept for one purpose, shown once, delivered encrypted, deleted (番号法 9条・20条).

Every access is in the ledger before the number leaves here; if it cannot be written there, nothing leaves. Who may ask
is decided by the caller; grants live in this process only and end with it.
"""

from __future__ import annotations

import threading
from datetime import date, datetime

from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.clock import Clock, Random
from honnin.core.errors import CallerError, DataError, StoreError
from honnin.core.ids import new_id
from honnin.core.secret import Secret
from honnin.flows.record_ports import AddNumber, NumberRow, RecordStore, ShredNumber
from honnin.flows.sealing import Sealer
from honnin.records.number_delivery import deliver_number, load_recipient
from honnin.records.number_vault import (
    NumberEntry,
    OpenedNumber,
    ViewGrant,
    deletion_event,
    due_for_deletion,
    grant_view,
    open_number,
    seal_number,
    spend_grant,
)
from honnin.records.wrapping import KeyWrapper

MAX_GRANTS = 1000  # that wait at once


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
        self._grants: dict[str, ViewGrant] = {}  # by number id: one waits for each number
        self._lock = threading.Lock()

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
        now = self._clock()
        entry = NumberEntry(self._tenant, new_id(now, self._random), record_id, purpose, now, retention_until)
        sealed = seal_number(number, entry, actor=staff, wrapper=self._wrapper, random=self._random)
        added = AddNumber(
            entry.number_id, record_id, purpose.value, now, sealed.ciphertext, sealed.key, retention_until
        )
        self._sealer.append_events([sealed.event], [added])
        return entry.number_id

    def grant(self, number_id: str, *, entitled: str) -> Secret[str]:
        """A token with which `entitled` may see the number once within five minutes; an earlier grant ends.

        Raises StoreError `store.not_found`, CallerError `number.grant`.
        """
        entry, _ = self._row(number_id)
        now = self._clock()
        token, grant = grant_view(entry, entitled=entitled, now=now, random=self._random)
        with self._lock:
            self._grants = {key: each for key, each in self._grants.items() if each.expires_at_utc > now}
            if len(self._grants) >= MAX_GRANTS:
                raise CallerError("number.grant", "too many grants wait to be used")
            self._grants[number_id] = grant
        return token

    def show(self, number_id: str, token: Secret[str], *, purpose: NumberLawPurpose, staff: str) -> Secret[str]:
        """The digits, once. Raises CallerError `number.grant`, `number.grant_used`, `number.grant_expired`,
        `number.purpose`; StoreError `store.…`, `vault.…`; DataError `vault.…`.
        """
        entry, row = self._row(number_id)
        now = self._clock()
        with self._lock:
            grant = self._grants.get(number_id)
            if grant is None:
                raise CallerError("number.grant", "nobody may be shown this number just now")
            self._grants[number_id] = spend_grant(grant, token, entry, actor=staff, now=now)
        opened = self._open(row, entry, purpose=purpose, actor=staff, at=now)
        self._sealer.append_events([opened.event])
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

    def delete(self, number_id: str, *, staff: str, reason: str = "done") -> None:
        """Destroy a number and its key. Raises StoreError `store.not_found`, `store.conflict` if it is gone."""
        row = self._store.number(self._tenant, number_id)
        self._delete(_entry(row), staff=staff, reason=reason)

    def delete_due(self, today: date, *, staff: str) -> int:
        """Destroy all numbers whose last day has passed; how many. One that cannot be deleted does not stop the rest:
        it is there again the next time. Raises StoreError `store.read`.
        """
        known = map(_understood, self._store.numbers(self._tenant, over_on=today))
        due = due_for_deletion((entry for entry in known if entry is not None), today)
        done = 0
        for entry in due:
            try:
                self._delete(entry, staff=staff, reason="expired")
            except StoreError:
                continue
            done += 1
        return done

    def _delete(self, entry: NumberEntry, *, staff: str, reason: str) -> None:
        event = deletion_event(entry, actor=staff, at=self._clock(), reason=reason)
        self._sealer.append_events([event], [ShredNumber(entry.number_id)])
        with self._lock:
            self._grants.pop(entry.number_id, None)

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
        if row.key is None:
            raise DataError("vault.key_damaged", "the wrapped key of the number is not there", "row")
        return open_number(
            row.ciphertext, row.key, entry, purpose=purpose, actor=actor, at=at, wrapper=self._wrapper,
            delivered=delivered,
        )  # fmt: skip


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
