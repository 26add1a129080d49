"""The audit of the house's own rows: the outcome of the last audit, the reasons to re-check all records, time-stamps.

They decide what is done and what can be shown: a stop keeps new records out of a ledger that does not agree, a reason
makes all records be verified again, a stamp is a third party's word on a date. So each is entered in the ledger as it
is written, under an id of its own (OF_CHECKS, OF_CAUSES, OF_STAMPS), and whoever acts on it asks the entry. Rows of
versions before that have no entry: they promise nothing, and nothing is concluded from them but a stop.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from honnin.records.ledger.event import Event, Kind
from honnin.records.ledger.findings import AuditCode, AuditFinding
from honnin.records.ledger.record_walk import MAX_EVENTS, decoded

__all__ = [
    "CAUSE", "CHECK", "FINISHED", "NOTICED", "SIZE", "STOPPED", "TOKEN", "HouseStoreView", "StoredCause", "StoredCheck",
    "audit_house", "causes_entered", "check_agrees", "check_text", "stopped_by",
]  # fmt: skip

CHECK = "check_mac"  # detail of `ledger_checked` and `ledger_resumed`: NoteSigner.witness of check_text
STOPPED = "stopped_at"  # of the same: since when nothing new is taken, as format_at writes it, "" when it is
CAUSE, NOTICED, FINISHED = "cause", "noticed_at", "finished_at"  # of `recheck_cause`; finished "" while it is not

SIZE, TOKEN = "size", "token_sha256"  # of `timestamped`: which checkpoint, and its token (64 hex digits)

_KINDS = frozenset({Kind.LEDGER_CHECKED, Kind.LEDGER_RESUMED})
_DOMAIN = "honnin ledger check 1\n"
MAX_TOLD = 100  # wrong reasons


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """The outcome of the last audit as it is stored; instants as format_at writes them, "" for none."""

    checked_at: str
    entries: int
    findings: str
    accepted: str
    stopped_at: str


@dataclass(frozen=True, slots=True)
class StoredCause:
    """A reason to re-check all records, as text; `finished_at` "" while it is open."""

    cause: str
    noticed_at: str
    finished_at: str


@dataclass(frozen=True, slots=True)
class HouseStoreView:
    """The house's rows and the octets of their entries in order. `witness` None: only the stop is compared."""

    check: StoredCheck | None
    check_events: Iterable[bytes]
    causes: Iterable[StoredCause]
    cause_events: Iterable[bytes]
    stamps: Iterable[tuple[int, str]] = ()  # (size of a checkpoint, SHA-256 of its token in hex)
    stamp_events: Iterable[bytes] = ()
    witness: Callable[[str], str] | None = None


def audit_house(view: HouseStoreView) -> tuple[AuditFinding, ...]:
    """Everything that is wrong; empty when all is as it was entered."""
    found: list[AuditFinding] = []
    newest: Event | None = None
    for count, octets in enumerate(view.check_events):
        if count >= MAX_EVENTS:
            found.append(AuditFinding(AuditCode.TRUNCATED, detail="checks"))
            break
        event = decoded(octets)
        newest = event if event is not None and event.kind in _KINDS else newest
    if newest is not None:
        if view.check is None:
            found.append(AuditFinding(AuditCode.CHECK_ALTERED, detail="missing"))
        elif not check_agrees(view.check, newest, view.witness):
            found.append(AuditFinding(AuditCode.CHECK_ALTERED))
    entered, complete = causes_entered(view.cause_events)
    if not complete:
        found.append(AuditFinding(AuditCode.TRUNCATED, detail="causes"))
    if entered:
        there = {each.cause: each for each in view.causes}
        wrong = sorted(name for name in {*entered, *there} if entered.get(name) != there.get(name))
        found += [AuditFinding(AuditCode.CAUSE_ALTERED, detail=name[:64]) for name in wrong[:MAX_TOLD]]
    return (*found, *_audit_stamps(view))


def _audit_stamps(view: HouseStoreView) -> list[AuditFinding]:
    """Each stamp that was entered is there. Whether it is one over its checkpoint is asked by the walk over the ledger;
    others (of versions before, or put in) are true as far as they are that.
    """
    there = dict(view.stamps)
    found: list[AuditFinding] = []
    for count, octets in enumerate(view.stamp_events):
        if count >= MAX_EVENTS or len(found) >= MAX_TOLD:
            return [*found, AuditFinding(AuditCode.TRUNCATED, detail="timestamps")]
        event = decoded(octets)
        if event is None or event.kind is not Kind.TIMESTAMPED or SIZE not in event.detail:
            continue
        size = event.detail[SIZE]
        if there.get(int(size) if size.isdecimal() else -1) != event.detail.get(TOKEN):
            found.append(AuditFinding(AuditCode.TIMESTAMP_WRONG, detail=f"size {size[:20]}: not as it was entered"))
    return found


def check_text(check: StoredCheck) -> str:
    """What is promised of the row: `honnin ledger check 1` LF and its columns as a JSON list in their order."""
    columns = [check.checked_at, check.entries, check.findings, check.accepted, check.stopped_at]
    return _DOMAIN + json.dumps(columns, ensure_ascii=True, separators=(",", ":"))


def check_agrees(check: StoredCheck, event: Event, witness: Callable[[str], str] | None) -> bool:
    """Whether the row is the one that the newest entry of OF_CHECKS was written with."""
    if check.stopped_at != event.detail.get(STOPPED, ""):
        return False
    return witness is None or witness(check_text(check)) == event.detail.get(CHECK)


def stopped_by(octets: bytes) -> str:
    """Since when nothing new is taken, by the newest entry of OF_CHECKS; "" when it is. An entry that cannot be read
    says that nothing is ("unreadable").
    """
    event = decoded(octets)
    return "unreadable" if event is None else event.detail.get(STOPPED, "")


def causes_entered(events: Iterable[bytes]) -> tuple[dict[str, StoredCause], bool]:
    """What the list of reasons must be by its entries, and whether these were few enough to be looked at all."""
    entered: dict[str, StoredCause] = {}
    for count, octets in enumerate(events):
        if count >= MAX_EVENTS:
            return entered, False
        event = decoded(octets)
        if event is not None and event.kind is Kind.RECHECK_CAUSE and CAUSE in event.detail:
            detail = event.detail
            entered[detail[CAUSE]] = StoredCause(detail[CAUSE], detail.get(NOTICED, ""), detail.get(FINISHED, ""))
    return entered, True
