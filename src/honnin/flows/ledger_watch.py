"""Whether a house's ledger still agrees, when that was looked at, and the stop when it does not (design §7, §11).

An audit that finds anything is written down with its findings, and from that moment the database stores nothing new for
the house, in no process (adapters.database.check_rows): what is added to a ledger that was tampered with could not be
told from the tampering later. What was written down is entered in the ledger too, so that a row which was cleared or
changed lifts no stop and hides no finding. Only an administrator's command ends the stop, after another audit: either
nothing is found any more, or what nobody can repair is accepted by name and reason, and stays on the page.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from honnin.core.clock import Clock
from honnin.core.errors import CallerError, DataError, HonninError, StoreError
from honnin.flows.audit_ports import AuditRows
from honnin.flows.ledger_check_ports import LedgerCheckRow, SetLedgerCheck
from honnin.flows.sealing import Sealer
from honnin.flows.store_ports import RecordStore
from honnin.records.ledger.audit import AuditCode, AuditFinding, StoredLeaf
from honnin.records.ledger.audit_house import CHECK, STOPPED, StoredCheck, check_agrees, check_text, stopped_by
from honnin.records.ledger.event import OF_CHECKS, Event, Kind, format_at, parse_at
from honnin.records.ledger.findings import MAX_FINDINGS
from honnin.records.ledger.record_walk import decoded

MAX_KEPT = 200  # findings that are kept and shown; `honnin records audit` tells all
MAX_ACCEPTED = MAX_FINDINGS  # all that an audit can tell, accepted piece by piece
MAX_REASON = 500
ALTERED = AuditFinding(AuditCode.CHECK_ALTERED)  # the outcome of the last audit is not the one that was entered

_log = logging.getLogger(__name__)

# (store) -> what does not agree: flows.record_audit.audit_records with the keys of the house
Audit = Callable[[RecordStore], tuple[AuditFinding, ...]]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that somebody accepted because it cannot be repaired. `by`: a pseudonym."""

    finding: AuditFinding
    by: str
    at: str  # ISO 8601
    reason: str


@dataclass(frozen=True, slots=True)
class LedgerState:
    """The outcome of the last audit. `checked_at` None: there was none. `findings`: at most 200, also accepted ones."""

    checked_at: datetime | None = None
    entries: int = 0
    findings: tuple[AuditFinding, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    stopped_at: datetime | None = None
    entered: bool = False  # whether the ledger says the same of the last audit

    @property
    def agrees(self) -> bool:
        """Whether an audit found nothing at all."""
        return self.checked_at is not None and not self.findings


@dataclass(frozen=True, slots=True)
class Running:
    """An audit on its way: entries looked at, of how many."""

    done: int
    of: int


class LedgerWatch:
    """The watch over one tenant's ledger. Safe to use from several threads; one audit at a time in a process."""

    def __init__(self, store: RecordStore, sealer: Sealer, audit: Audit, *, clock: Clock, tenant: str) -> None:
        self._store = store
        self._sealer = sealer
        self._audit = audit
        self._clock = clock
        self._tenant = tenant
        self._lock = threading.Lock()
        self._running: Running | None = None
        self._problem = ""

    def state(self) -> LedgerState:
        """What the last audit found. Raises StoreError; `store.damaged` also when its row cannot be understood.

        A row that the ledger does not tell of is not believed: what it says was accepted is not, and when the ledger
        tells of another outcome, that is a finding, and a stop in either is one.
        """
        row, entry = self._store.check_with_entry(self._tenant)
        event = None if entry is None else decoded(entry)
        stopped = self._stop(row, entry)
        if row is None:
            return LedgerState(findings=() if entry is None else (ALTERED,), stopped_at=stopped)
        found = _findings(row.findings)
        if event is not None and check_agrees(_columns(row), event, self._sealer.witness):
            return LedgerState(row.checked_at_utc, row.entries, found, _accepted(row.accepted), stopped, entered=True)
        if entry is not None:
            return LedgerState(row.checked_at_utc, row.entries, (ALTERED, *found), (), stopped)
        return LedgerState(row.checked_at_utc if found else None, row.entries, found, (), stopped)

    def stopped(self) -> bool:
        """Whether nothing new is stored now. Raises StoreError."""
        return self._stop(*self._store.check_with_entry(self._tenant)) is not None

    def _stop(self, row: LedgerCheckRow | None, entry: bytes | None) -> datetime | None:
        """Since when nothing new is stored, by the row or by the ledger."""
        if row is not None and row.stopped_at_utc is not None:
            return row.stopped_at_utc
        since = "" if entry is None else stopped_by(entry)
        if not since:
            return None
        try:
            return parse_at(since)
        except DataError:
            return self._clock()

    @property
    def running(self) -> Running | None:
        """The audit that is on its way in this process."""
        return self._running

    @property
    def problem(self) -> str:
        """The code of the error by which the last audit of this process ended, "" when it came to its end."""
        return self._problem

    def begin(self) -> bool:
        """Start an audit on a thread of its own; False when one is on its way."""
        with self._lock:
            if self._running is not None:
                return False
            self._running = Running(0, 0)
        threading.Thread(target=self._run, name="honnin-audit", daemon=True).start()
        return True

    def check(self) -> LedgerState:
        """Audit now, and write down what came of it: with findings that nobody accepted the house's records stop.

        Raises StoreError `store.read`, `store.write`, CallerError `ledger.busy` when an audit is on its way here.
        """
        with self._lock:
            if self._running is not None:
                raise CallerError("ledger.busy", "the ledger is being checked")
            self._running = Running(0, 0)
        try:
            return self._check()
        finally:
            self._running = None

    def take(self, found: Sequence[AuditFinding]) -> LedgerState:
        """Write down what an audit found; with anything that nobody accepted nothing new is stored from now on.

        Raises StoreError.
        """
        before, now = self._before(), self._clock()
        known = {each.finding for each in before.accepted if each.finding.code is not AuditCode.CHECK_ALTERED}
        new = [each for each in found if each not in known]
        # What nobody has accepted comes first: old damage, however much, hides nothing that is new.
        kept = (*new, *(each for each in found if each in known))[:MAX_KEPT]
        stop = before.stopped_at or (now if new else None)  # only a person ends a stop
        change = _change(now, self._size(), kept, before.accepted, stop)
        try:
            self._sealer.append_events([self._event(Kind.LEDGER_CHECKED, change, "")], [change])
        except StoreError as error:
            if error.code != "store.damaged":
                raise
            # A ledger whose end cannot be understood takes no entry; that it stops is written down all the same.
            self._sealer.change(self._tenant, [change])
        if stop is not None and before.stopped_at is None:
            _log.error("the ledger does not agree: nothing new is stored")
        return self.state()

    def resume(self, reason: str, *, staff: str, accept: bool = False) -> LedgerState:
        """End the stop after another audit. `staff`: a pseudonym; `accept`: what is still found is accepted, as far as
        it is shown (MAX_KEPT): what is beyond that stops again at the next audit.

        Raises CallerError `records.reason`, StoreError `ledger.still_broken`, those of `check`.
        """
        words = reason.strip()
        if not words or len(words) > MAX_REASON:
            raise CallerError("records.reason", f"a text of 1 to {MAX_REASON} characters is needed")
        state = self.check()
        known = {each.finding for each in state.accepted if each.finding.code is not AuditCode.CHECK_ALTERED}
        if any(each not in known for each in state.findings) and not accept:
            raise StoreError("ledger.still_broken", "the ledger still does not agree", str(len(state.findings)))
        now = self._clock()
        new = tuple(Accepted(each, staff, now.isoformat(), words) for each in state.findings if each not in known)
        accepted = (*state.accepted, *new)[-MAX_ACCEPTED:]
        change = _change(now, state.entries, state.findings, accepted, None)
        event = self._event(Kind.LEDGER_RESUMED, change, staff, accepted=str(len(new)))
        self._sealer.append_events([event], [change])
        return self.state()

    def _event(self, kind: Kind, change: SetLedgerCheck, actor: str, **more: str) -> Event:
        """The entry that promises the row."""
        columns = _columns(change)
        detail = {
            **more, "entries": str(change.entries), STOPPED: columns.stopped_at,
            CHECK: self._sealer.witness(check_text(columns)),
        }  # fmt: skip
        return Event(kind, self._tenant, OF_CHECKS, change.checked_at_utc, actor, None, detail)

    def _before(self) -> LedgerState:
        """What stood there before; a row that cannot be understood is no reason not to write down what is found."""
        try:
            return self.state()
        except StoreError as error:
            if error.code != "store.damaged":
                raise
            return LedgerState(stopped_at=self._clock())

    def _run(self) -> None:
        try:
            self._check()
        except HonninError as error:
            self._problem = error.code
            _log.error("the ledger could not be checked: %s", error.code)
        except Exception as error:  # noqa: BLE001  # whatever happens, the page must hear of an end
            self._problem = "ledger.check"
            _log.error("the ledger could not be checked: %s", type(error).__name__)
        finally:
            self._running = None

    def _check(self) -> LedgerState:
        self._problem = ""
        size = self._size()
        self._running = Running(0, size)
        return self.take(self._audit(cast("RecordStore", _Counted(self._store, self._count))))

    def _size(self) -> int:
        try:
            return self._store.head(self._tenant).frontier.size
        except StoreError:
            return 0  # the audit names it

    def _count(self) -> None:
        running = self._running
        if running is not None:
            self._running = Running(running.done + 1, max(running.of, running.done + 1))


class _Counted:
    """A RecordStore whose audited entries are counted."""

    def __init__(self, inner: Any, count: Callable[[], None]) -> None:
        self._inner = inner
        self._count = count

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @contextmanager
    def auditing(self, tenant: str) -> Iterator[AuditRows]:
        with self._inner.auditing(tenant) as rows:
            yield cast("AuditRows", _CountedRows(rows, self._count))


class _CountedRows:
    def __init__(self, inner: Any, count: Callable[[], None]) -> None:
        self._inner = inner
        self._count = count

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def leaves(self) -> Iterator[StoredLeaf]:
        for leaf in self._inner.leaves():
            self._count()
            yield leaf


# --- as it is stored ---


def _columns(row: LedgerCheckRow | SetLedgerCheck) -> StoredCheck:
    """As the ledger promises them."""
    stopped = "" if row.stopped_at_utc is None else format_at(row.stopped_at_utc)
    return StoredCheck(format_at(row.checked_at_utc), row.entries, row.findings, row.accepted, stopped)


def _change(
    at: datetime, entries: int, found: tuple[AuditFinding, ...], accepted: tuple[Accepted, ...], stop: datetime | None
) -> SetLedgerCheck:
    return SetLedgerCheck(
        at, entries, _dump([_to_json(each) for each in found]),
        _dump([{"finding": _to_json(each.finding), "by": each.by, "at": each.at, "reason": each.reason}
               for each in accepted]), stop,
    )  # fmt: skip


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _to_json(finding: AuditFinding) -> dict[str, object]:
    return {
        "code": str(finding.code), "sequence": finding.sequence, "last": finding.last, "record_id": finding.record_id,
        "detail": finding.detail,
    }  # fmt: skip


def _from_json(value: dict[str, Any]) -> AuditFinding:
    return AuditFinding(
        AuditCode(value["code"]), value["sequence"], value["last"], str(value["record_id"]), str(value["detail"])
    )


def _findings(text: str) -> tuple[AuditFinding, ...]:
    try:
        return tuple(_from_json(each) for each in json.loads(text))
    except (ValueError, KeyError, TypeError):
        raise StoreError("store.damaged", "the outcome of the last audit is damaged", "findings") from None


def _accepted(text: str) -> tuple[Accepted, ...]:
    try:
        return tuple(
            Accepted(_from_json(each["finding"]), str(each["by"]), str(each["at"]), str(each["reason"]))
            for each in json.loads(text)
        )
    except (ValueError, KeyError, TypeError):
        raise StoreError("store.damaged", "the outcome of the last audit is damaged", "accepted") from None
