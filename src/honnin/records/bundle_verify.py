"""Checking an evidence bundle: findings, and what it proves to whom (docs/formats/evidence-bundle.md).

`open_bundle` has already shown that the file is whole. Here: is each content the one that was committed to, does its
event stand in the ledger, did the house sign that ledger, does a third party vouch for the time, and do Report and
Decision come out the same when they are made again. A missing answer is `impossible` or `not_done`, never `passed`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from honnin.core.errors import HonninError, TrustError
from honnin.facts import Finding, Outcome, Reading, Report
from honnin.facts.codec import reading_from_zip, report_from_dict
from honnin.law.acts import Acts
from honnin.records.bundle import Bundle, SealedContent
from honnin.records.bundle_complete import Statement, check_complete
from honnin.records.bundle_decisions import DecisionCheck, LaterAct, RemakeDecision, check_decisions
from honnin.records.bundle_findings import differences, finding, json_object
from honnin.records.content import digest, salt_of
from honnin.records.kept_report import kept_report
from honnin.records.ledger.checkpoint import Checkpoint, open_checkpoint
from honnin.records.ledger.event import COMMITTED, Event, Kind, commitment, decode_event
from honnin.records.ledger.note import NoteKey, parse_vkey
from honnin.records.ledger.tree import leaf_hash, verify_inclusion
from honnin.records.remade import Comparison, compare
from honnin.trust.anchors import Anchor
from honnin.trust.timestamp import Timestamp, verify_token

__all__ = ["BundleVerdict", "RemakeDecision", "RemakeReport", "differences", "verify_bundle"]

REPORT, READING = "report.json", "reading.zip"
PART = "part"  # detail of the event of a content: its number, in decimal (since the first release)
CLOCKS = timedelta(hours=1)  # between the clocks of a house's servers

# What the flows pass in, beside RemakeDecision. Report: made from the reading with the trust material of the bundle.
# Absent lists: revocation lists that the Report rested on and that are not here, in words. Both raise HonninError when
# they cannot.
AbsentLists = Callable[[Bundle], tuple[str, ...]]
RemakeReport = Callable[[Reading, Bundle], Report]


@dataclass(frozen=True, slots=True)
class BundleVerdict:
    """All findings of one bundle, and the values that were in it as far as they could be read.

    `checkpoint` is None unless it was signed with a key that the verifier brought (`key_known`) or that the bundle
    names. `timestamp` is None when there is none. `decisions`: every Decision in it, checked; `later`: what was added;
    `statement`: what the house says of the record's contents, as far as it stands in the ledger.
    """

    bundle: Bundle
    findings: tuple[Finding, ...]
    key_known: bool
    checkpoint: Checkpoint | None = None
    timestamp: Timestamp | None = None
    events: tuple[Event, ...] = ()
    reading: Reading | None = None
    report: Report | None = None
    decision: Mapping[str, Any] | None = None
    acts: Acts | None = None
    comparison: Comparison | None = None  # of the stored Report with the one made again
    decisions: tuple[DecisionCheck, ...] = ()
    later: tuple[LaterAct, ...] = ()
    other_acts: Acts | None = None
    statement: Statement | None = None

    @property
    def failed(self) -> tuple[Finding, ...]:
        """Findings that found a problem."""
        return tuple(each for each in self.findings if each.outcome is Outcome.FAILED)

    def finding(self, finding_id: str) -> Finding | None:
        """The finding with that id, or None."""
        return next((each for each in self.findings if each.id == finding_id), None)


def verify_bundle(
    bundle: Bundle,
    *,
    key: NoteKey | None = None,
    timestamp_anchors: Iterable[Anchor] = (),
    remake_report: RemakeReport | None = None,
    absent_lists: AbsentLists | None = None,
    remake_decision: RemakeDecision | None = None,
) -> BundleVerdict:
    """Check everything that can be checked. Never raises for what a bundle can hold.

    `key`: the public key of the ledger as the verifier knows it; without it the bundle's own is used and
    `bundle.checkpoint` is `impossible` at best. `timestamp_anchors`: authorities of time-stamps that he trusts.
    """
    check = _Check(bundle)
    check.events()
    checkpoint = check.checkpoint(key)
    check.inclusion(checkpoint)
    check.commitments()
    timestamp = check.timestamp(tuple(timestamp_anchors))
    statement = check.complete(checkpoint, key)
    reading, report = check.report(remake_report, absent_lists)
    judged = check_decisions(bundle, tuple(check.decoded), reading, report, remake_decision)
    return BundleVerdict(
        bundle, (*check.findings, *judged.findings), key is not None, checkpoint, timestamp, tuple(check.decoded),
        reading, report, judged.decision, judged.acts, check.comparison, judged.decisions, judged.later,
        judged.other_acts, statement,
    )  # fmt: skip


@dataclass(slots=True)
class _Check:
    bundle: Bundle
    findings: list[Finding] = field(default_factory=list)
    decoded: list[Event] = field(default_factory=list)
    comparison: Comparison | None = None

    def add(self, what: str, reason: str, **detail: str) -> None:
        """A finding by its id below `bundle.` and its reason; the table of words knows the outcome."""
        self.findings.append(finding(what, reason, **detail))

    def events(self) -> None:
        """Each content has an event that can be read, of this record, in the right order."""
        for number, sealed in enumerate(self.bundle.contents):
            try:
                event = decode_event(sealed.event)
            except HonninError:
                return self.add("event", "unreadable", content=str(number))
            right = Kind.SEALED if number == 0 else Kind.AMENDED
            if event.kind is not right or event.kind not in COMMITTED:
                return self.add("event", "wrong_kind", content=str(number))
            if (event.tenant, event.record_id) != (self.bundle.tenant, self.bundle.record_id):
                return self.add("event", "other_record", content=str(number))
            if not self._in_turn(event, number):
                return self.add("event", "part_missing", content=str(number), part=event.detail.get(PART, ""))
            if number and event.at < self.decoded[-1].at - CLOCKS:
                return self.add("event", "wrong_order", content=str(number))
            self.decoded.append(event)
        places = [each.index for each in self.bundle.contents]
        if places != sorted(set(places)):
            return self.add("event", "wrong_order")
        return self.add("event", "ok", sealed_at=self.decoded[0].at.isoformat())

    def _in_turn(self, event: Event, number: int) -> bool:
        """Whether it is the entry of that content: entries of a house count them, in the oldest examples none does."""
        counted = number > 0 and PART in self.decoded[0].detail
        return event.detail.get(PART, "" if counted else str(number)) == str(number)

    def complete(self, point: Checkpoint | None, known: NoteKey | None) -> Statement | None:
        """Whether all that the record had is here, by the house's own statement."""
        try:
            key = known or parse_vkey(self.bundle.key)
        except HonninError:
            key = None
        found, statement = check_complete(self.bundle, point, key)
        self.findings.append(found)
        return statement

    def checkpoint(self, known: NoteKey | None) -> Checkpoint | None:
        """The checkpoint's signature, by the verifier's key or else by the one in the bundle."""
        bundle = self.bundle
        try:
            stated = parse_vkey(bundle.key)
            point = open_checkpoint(bundle.checkpoint, known or stated)
        except TrustError:
            self.add("checkpoint", "other_key")
            return None
        except HonninError as error:
            self.add("checkpoint", "wrong", code=error.code)
            return None
        # The origin is the key's name and the tenant (honnin.flows.sealing).
        if point.size != bundle.size or point.origin != f"{(known or stated).name}/{bundle.tenant}":
            self.add("checkpoint", "other_ledger")
            return None
        self.add("checkpoint", "ok" if known is not None else "own_key", key=(known or stated).vkey)
        return point

    def inclusion(self, point: Checkpoint | None) -> None:
        """Each event stands in the ledger of the checkpoint."""
        if point is None:
            return self.add("inclusion", "no_checkpoint")
        for number, sealed in enumerate(self.bundle.contents):
            leaf = leaf_hash(sealed.event)
            try:
                verify_inclusion(leaf=leaf, index=sealed.index, size=point.size, proof=sealed.proof, root=point.root)
            except HonninError:
                return self.add("inclusion", "wrong", content=str(number))
        return self.add("inclusion", "ok", place=str(self.bundle.contents[0].index), size=str(point.size))

    def commitments(self) -> None:
        """Each content is the one its event committed to."""
        if len(self.decoded) != len(self.bundle.contents):
            return self.add("commitment", "no_event")
        for number, (sealed, event) in enumerate(zip(self.bundle.contents, self.decoded, strict=True)):
            if _commitment(sealed) != event.commitment:
                return self.add("commitment", "wrong", content=str(number))
        return self.add("commitment", "ok")

    def timestamp(self, anchors: tuple[Anchor, ...]) -> Timestamp | None:
        """A third party's word about when the checkpoint existed."""
        token = self.bundle.timestamp
        if token is None:
            self.add("timestamp", "none")
            return None
        result = verify_token(token, hashlib.sha256(self.bundle.checkpoint.encode()).digest(), anchors)
        detail = {"step": result.outcome}
        if result.info is not None:
            detail |= {"time": result.info.gen_time.isoformat(), "policy": result.info.policy}
        if result.ok and any(event.at > result.info.gen_time for event in self.decoded if result.info is not None):
            self.add("timestamp", "before_event", **detail)
        elif result.ok and result.environment != "production":
            self.add("timestamp", "not_real", **detail)
        elif result.ok:
            self.add("timestamp", "ok", **detail)
        else:
            self.add("timestamp", "no_anchor" if result.outcome == "no_anchor" else "wrong", **detail)
        return result

    def report(
        self, remake: RemakeReport | None, absent: AbsentLists | None
    ) -> tuple[Reading | None, Report | None]:
        """The stored Report comes out again, from the reading and the trust material in the bundle. `bundle.unmade`
        names the findings that cannot: they rest on the house's word.
        """
        parts = self.bundle.contents[0].content.parts
        if READING not in parts or REPORT not in parts:
            self.add("report", "none")
            return None, None
        try:
            reading = reading_from_zip(parts[READING])
            stored = report_from_dict(json_object(parts[REPORT]))
        except HonninError as error:
            self.add("report", "unreadable", code=error.code)
            return None, None
        if remake is None:
            self.add("report", "not_remade")
            return reading, stored
        try:
            again = remake(reading, self.bundle)
            lists = () if absent is None else absent(self.bundle)
        except HonninError as error:
            self.add("report", "cannot_remake", code=error.code)
            return reading, stored
        version = again.rules
        again = replace(again, rules=stored.rules)  # what counts is whether it comes out the same
        forms = (again, kept_report(again))  # a 確認記録 has the Report without what may not stand in it
        found = [compare(stored, each, dropped=reading.dropped, absent_lists=lists) for each in forms]
        self.comparison = best = min(found, key=lambda each: len(each.differs))
        versions = {} if stored.rules == version else {"then": stored.rules, "now": version}
        if best.differs and versions:
            self.add("report", "other_rules", **versions)
        elif best.differs:
            self.add("report", "differs", where=", ".join(best.differs)[:500])
        else:
            self.add("report", "partly" if best.unmade else "ok", **versions)
        if best.unmade and not best.differs:
            self.add("unmade", "some", **{each.id: f"{each.why}: {each.missing}"[:500] for each in best.unmade})
        return reading, stored


def _commitment(sealed: SealedContent) -> bytes | None:
    try:
        return commitment(salt_of(sealed.content), digest(sealed.content))
    except HonninError:
        return None
