"""Individual numbers as the counter handles them: NumberKeeping with staff by name instead of pseudonym."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from honnin.core.errors import CallerError
from honnin.core.secret import Secret
from honnin.flows.house import HouseSettings
from honnin.flows.number_keeping import NumberKeeping, purpose_of
from honnin.flows.record_desk import Line, lines_of
from honnin.flows.staff import member_of
from honnin.records.number_delivery import key_fingerprint
from honnin.records.number_vault import NumberEntry, ReceivedNumber

MAX_OF_RECORD = 20  # numbers that were received with one record; the counter receives one


@dataclass(frozen=True, slots=True)
class NumberDesk:
    """`actor`: the pseudonym of a member of staff or of a system (flows.sealed_visits.SealedVisits.actor)."""

    keeping: NumberKeeping
    actor: Callable[[str], str]
    settings: HouseSettings

    def of_record(self, record_id: str) -> tuple[NumberEntry, ...]:
        """What is kept of a record, without the digits. Raises StoreError `store.read`."""
        return tuple(islice(self.keeping.entries(record_id=record_id), MAX_OF_RECORD))

    def history(self, numbers: Iterable[NumberEntry]) -> tuple[Line, ...]:
        """Who did what with them, the oldest first."""
        lines = [line for each in numbers for line in lines_of(self.keeping.history(each.number_id))]
        return tuple(sorted(lines, key=lambda line: line.index))

    def permit(self, record_id: str, number_id: str, *, entitled: str, staff: str) -> Secret[str]:
        """A permit with which `entitled` may see a kept number once. Raises as NumberKeeping.grant, and CallerError
        `staff.name`, `staff.unknown` for nobody of the house.
        """
        name = member_of(self.settings.staff, entitled).name
        number = self._of(record_id, number_id).number_id
        return self.keeping.grant(number, entitled=self.actor(name), staff=self.actor(staff))

    def see(self, received: ReceivedNumber, *, visit_id: str, staff: str) -> Secret[str]:
        """The digits of an open visit, once it stands in the ledger that `staff` sees them. Raises StoreError."""
        self.keeping.note_seen(received, visit_id=visit_id, staff=self.actor(staff))
        return received.digits

    def show(self, record_id: str, number_id: str, token: Secret[str], *, staff: str) -> Secret[str]:
        """The digits of a kept number, once, to whom the token was given. Raises as NumberKeeping.show."""
        entry = self._of(record_id, number_id)
        return self.keeping.show(number_id, token, purpose=entry.purpose, staff=self.actor(staff))

    def deliver(self, number_id: str, recipient_pem: bytes, *, purpose: str) -> str:
        """The number as JWE for a system that house.yaml names by its key, and for no other.

        Raises CallerError `number.recipient`, `number.recipient_unknown`, `number.purpose`, `number.purpose_unknown`;
        those of NumberKeeping.deliver.
        """
        digest = key_fingerprint(recipient_pem)
        known = next((each for each in self.settings.number_recipients if each.key_sha256 == digest), None)
        if known is None:
            raise CallerError("number.recipient_unknown", "the house gives numbers to no system with that key")
        return self.keeping.deliver(
            number_id, recipient_pem, purpose=purpose_of(purpose), system=self.actor(f"system {known.named.code}")
        )

    def keep_until(self, record_id: str, number_id: str, last_day: date, *, staff: str) -> None:
        """The last day on which it is needed. Raises StoreError."""
        self.keeping.keep_until(self._of(record_id, number_id).number_id, last_day, staff=self.actor(staff))

    def delete(self, record_id: str, number_id: str, *, staff: str) -> None:
        """Destroy it. Raises StoreError."""
        self.keeping.delete(self._of(record_id, number_id).number_id, staff=self.actor(staff))

    def _of(self, record_id: str, number_id: str) -> NumberEntry:
        """The number, if it belongs to that record. Raises CallerError `number.none`."""
        found = next((each for each in self.of_record(record_id) if each.number_id == number_id), None)
        if found is None:
            raise CallerError("number.none", "there is no such individual number with that record")
        return found
