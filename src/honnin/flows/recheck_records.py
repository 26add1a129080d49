"""Re-verification of everything that is kept, when something new is known (design §6, §7).

Certificates are compared with every revocation list of the house, from rows beside the records: a million take seconds
and no record is opened. When an anchor or a rule set is new, every record that was sealed before is opened and verified
again (flows.remake). The records stay as they are; each re-check is an event and a row in one transaction. The row's
key is record and cause, so a run that was killed goes on where it was, and nothing stands there twice. What is due is
what the ledger says is due: a reason that was struck out of the list, or put in as done, is put right first.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Protocol, TypeVar

from honnin.core.clock import Clock
from honnin.core.errors import DataError, StoreError
from honnin.flows.documents import HouseTrust
from honnin.flows.jobs import stop_if
from honnin.flows.ledger_ports import LedgerReader
from honnin.flows.recheck import ListOutcome, recheck_all
from honnin.flows.recheck_ports import (
    AddRecheck,
    CauseRow,
    FinishCause,
    JobRows,
    NoteCause,
    RecheckOutcome,
    RestoreCauses,
    SetCertificate,
)
from honnin.flows.record_ports import RecordReader
from honnin.flows.remake import CheckAgain, Remade, remake
from honnin.flows.sealing import Sealer, open_part
from honnin.flows.store_ports import Change
from honnin.law.rules import Rules
from honnin.records.ledger.audit_house import CAUSE, FINISHED, NOTICED, StoredCause, causes_entered
from honnin.records.ledger.event import OF_CAUSES, Event, Kind, format_at
from honnin.records.recheck import Before, RecheckResult, StoredCertificate
from honnin.records.wrapping import KeyWrapper
from honnin.trust.anchors import AnchorSet
from honnin.trust.crl import RevocationList

__all__ = ["Recheck", "RecheckCounts", "RecheckStore", "cause_of_anchors", "cause_of_rules"]

T = TypeVar("T")

_log = logging.getLogger(__name__)

ACTOR = "job.recheck"
PAGE = 200
GROUP = 50  # records whose re-checks are one transaction
_CERTIFICATES = 200  # changed certificates in one transaction
_NOT_MINE = frozenset({"store.exists", "store.conflict"})  # another server noted it, or the record was deleted
_STATE_AFTER: dict[str, Before] = {"unrevoked": "unrevoked", "revoked": "revoked", "no_longer_listed": "undetermined"}


class RecheckStore(RecordReader, LedgerReader, JobRows, Protocol):
    """Records, their ledger and the rows of jobs in one store."""


def cause_of_rules(rules: Rules) -> str:
    """The cause that a rule set is: `rules:` and its version."""
    return f"rules:{rules.version}"


def cause_of_anchors(trust: HouseTrust) -> str:
    """The cause that a set of anchors is: `anchors:` and 16 hex digits over what they are and may vouch for."""
    lines = [f"{each.certificate.fingerprint} {each.environment} {each.kind}" for each in trust.anchors]
    lines += [f"{each.key_id.hex()} {each.application} {each.environment} {each.key.n:x}" for each in trust.card_data]
    digest = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
    return f"anchors:{digest[:16]}"


@dataclass(slots=True)
class RecheckCounts:
    """What a run came to: records by outcome, certificates about which a list said something new."""

    records: dict[RecheckOutcome, int] = field(default_factory=dict)
    certificates: int = 0
    revoked: int = 0
    lists: tuple[ListOutcome, ...] = ()

    def add(self, outcome: RecheckOutcome) -> None:
        """One more record."""
        self.records[outcome] = self.records.get(outcome, 0) + 1

    def as_dict(self) -> dict[str, object]:
        """For the list of jobs."""
        by_outcome = {f"records_{outcome}": self.records.get(outcome, 0) for outcome in RecheckOutcome}
        return {
            **by_outcome, "certificates_changed": self.certificates, "certificates_revoked": self.revoked,
            "lists": len(self.lists), "lists_not_used": sum(each.state != "ok" for each in self.lists),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recheck:
    """One run over one tenant. `house`: everything that is trusted now (its fingerprint is a cause); `check`: a Report
    as of its reading under it. The clock's time is that of the events; `stopping` is asked between two transactions.
    """

    store: RecheckStore
    sealer: Sealer
    wrapper: KeyWrapper
    house: Callable[[], HouseTrust]
    check: CheckAgain
    rules: Rules
    clock: Clock
    tenant: str
    stopping: Callable[[], bool] = lambda: False
    counts: RecheckCounts = field(default_factory=RecheckCounts)

    def run(self) -> RecheckCounts:
        """Lists first, then every cause that is not finished. Raises TrustError, StoreError: what was done stays."""
        trust = self.house()
        self.counts.lists = recheck_all(self, _Lists(trust), at=self.clock())
        self._put_right()
        self._notice((cause_of_anchors(trust), cause_of_rules(self.rules)))
        open_ones = [each for each in reversed(self.store.causes(self.tenant)) if each.finished_at_utc is None]
        for number, cause in enumerate(open_ones):
            # A record that lacks an earlier cause lacks the later ones too: it is opened once for all of them.
            locked = self._all_records([each.cause for each in open_ones[number:]], before=cause.noticed_at_utc)
            if locked is not None:
                raise locked  # the others are done; the cause stays open until the key is back
            now = self.clock()
            self._enter(cause.cause, cause.noticed_at_utc, now, FinishCause(cause.cause, now))
        return self.counts

    # -- a flows.recheck.CertificateStore ------------------------------------------------------------------------

    def certificates(self, issuer_key_id: bytes, /) -> Iterator[StoredCertificate]:
        """Those of that issuer key, of records that are there."""
        for record_id, held in self.store.certificates_of(self.tenant, issuer_key_id):
            yield StoredCertificate(
                record_id, held.issuer, int.from_bytes(held.serial, "big"), held.kind, held.state, held.not_after,
                held.point,
            )  # fmt: skip

    def note(self, results: Sequence[RecheckResult], /) -> None:
        """For each that nobody else has noted meanwhile: an event, what is known now, a line for people."""
        for group in _groups(results, _CERTIFICATES):
            stop_if(self.stopping())
            self._append(self._of_certificate(each) for each in group)
        self.counts.certificates += len(results)
        self.counts.revoked += sum(each.now == "revoked" for each in results)

    # -- inside --------------------------------------------------------------------------------------------------

    def _of_certificate(self, result: RecheckResult) -> _Noted:
        cause = f"crl:{result.issuer_key_id.hex()[:16]}:{result.kind}:{result.list_update:%Y%m%dT%H%M%SZ}"
        revoked = result.now == "revoked"
        detail = {
            "certificate": result.kind, "before": result.before, "now": result.now,
            "list": format_at(result.list_update),
        }  # fmt: skip
        if revoked:
            detail["revoked_at"] = "" if result.revoked_at is None else format_at(result.revoked_at)
            detail["reason"] = (result.reason or "")[:64]
        outcome = RecheckOutcome.WORSE if revoked else RecheckOutcome.BETTER
        length = (result.serial.bit_length() + 7) // 8
        known = SetCertificate(
            result.record_id, result.issuer_key_id, result.serial.to_bytes(length, "big"), result.before,
            _STATE_AFTER[result.now],
        )  # fmt: skip
        return self._noted(result.record_id, [cause], outcome, detail, [known])

    def _all_records(self, causes: Sequence[str], *, before: datetime) -> StoreError | None:
        """Those without a re-check for the first cause. A record whose key is away keeps no other from being looked at;
        the first such error.
        """
        after, locked = "", None
        while page := self.store.unchecked(self.tenant, causes[0], before=before, after=after, limit=PAGE):
            after = page[-1]
            for group in _groups(page, GROUP):
                stop_if(self.stopping())
                noted = []
                for record_id in group:
                    try:
                        again = self._again(record_id)
                    except StoreError as error:
                        if error.code != "vault.key_missing":
                            raise
                        locked = locked or error
                        continue
                    if again is not None:
                        noted.append(self._noted(record_id, causes, again.outcome, again.detail(), []))
                        self.counts.add(again.outcome)
                self._append(noted)
        return locked

    def _again(self, record_id: str) -> Remade | None:
        """None: it was deleted meanwhile. Raises StoreError, also `vault.key_missing`; a damaged record is no error."""
        try:
            content = open_part(self.store, self.wrapper, tenant=self.tenant, record_id=record_id)
        except DataError as error:
            return Remade(RecheckOutcome.UNREADABLE, code=error.code)
        except StoreError as error:
            if error.code in {"store.deleted", "store.not_found"}:
                return None
            raise
        return remake(content, self.check, self.rules)

    def _notice(self, causes: Iterable[str]) -> None:
        known = {each.cause for each in self.store.causes(self.tenant)}
        for cause in causes:
            if cause not in known:
                now = self.clock()
                self._enter(cause, now, None, NoteCause(cause, now))

    def _put_right(self) -> None:
        """The list as its entries say. Versions before entered nothing: what they listed is entered now, as it is."""
        octets = [each.octets for each in self.store.events_of(self.tenant, OF_CAUSES)]
        entered, _ = causes_entered(octets)
        rows = self._rows()
        if rows is not None and {each.cause: _text(each) for each in rows} == entered:
            return
        if rows is not None and not octets:
            for row in rows:
                self._enter(row.cause, row.noticed_at_utc, row.finished_at_utc)
            return
        _log.error("the reasons to re-check records were not as they were entered: they are put right")
        event = Event(Kind.RECHECK_CAUSE, self.tenant, OF_CAUSES, self.clock(), ACTOR, None, {"restored": "list"})
        self.sealer.append_events([event], [RestoreCauses()])

    def _rows(self) -> Sequence[CauseRow] | None:
        """None when they cannot be understood."""
        try:
            return self.store.causes(self.tenant)
        except StoreError as error:
            if error.code != "store.damaged":
                raise
            return None

    def _noted(
        self, record_id: str, causes: Sequence[str], outcome: RecheckOutcome, detail: dict[str, str],
        more: Sequence[Change],
    ) -> _Noted:  # fmt: skip
        now = self.clock()
        of_event = {**detail, "cause": " ".join(causes), "outcome": str(outcome), "rules": self.rules.version}
        event = Event(Kind.RECHECKED, self.tenant, record_id, now, ACTOR, None, of_event)
        rows = [AddRecheck(record_id, cause, now, outcome, detail) for cause in causes]
        return _Noted(event, (*more, *rows))

    def _append(self, noted: Iterable[_Noted]) -> None:
        """All in one transaction; when somebody else was there before, one by one without those."""
        together = list(noted)
        if not together:
            return
        try:
            self._write(together)
        except StoreError as error:
            if error.code not in _NOT_MINE:
                raise
            for each in together:
                self._unless_done(lambda each=each: self._write([each]))  # type: ignore[misc]

    def _write(self, noted: Sequence[_Noted]) -> None:
        self.sealer.append_events([each.event for each in noted], [one for each in noted for one in each.changes])

    def _enter(self, cause: str, noticed: datetime, finished: datetime | None, *changes: Change) -> None:
        """An entry of what the list says of a reason from now on, and the change that makes it so."""
        detail = {CAUSE: cause, NOTICED: format_at(noticed), FINISHED: "" if finished is None else format_at(finished)}
        event = Event(Kind.RECHECK_CAUSE, self.tenant, OF_CAUSES, self.clock(), ACTOR, None, detail)
        self._unless_done(lambda: self.sealer.append_events([event], changes))

    @staticmethod
    def _unless_done(act: Callable[[], object]) -> None:
        try:
            act()
        except StoreError as error:
            if error.code not in _NOT_MINE:
                raise


def _text(row: CauseRow) -> StoredCause:
    finished = "" if row.finished_at_utc is None else format_at(row.finished_at_utc)
    return StoredCause(row.cause, format_at(row.noticed_at_utc), finished)


@dataclass(frozen=True, slots=True)
class _Lists:
    """A TrustStore of one moment."""

    trust: HouseTrust

    def anchors(self) -> AnchorSet:
        return self.trust.anchors

    def crls(self) -> Sequence[RevocationList]:
        return self.trust.crls


def _groups(items: Iterable[T], size: int) -> Iterator[list[T]]:
    waiting = iter(items)
    while group := list(islice(waiting, size)):
        yield group


@dataclass(frozen=True, slots=True)
class _Noted:
    """An event and what belongs to it."""

    event: Event
    changes: tuple[Change, ...]
