"""Checking an evidence bundle: findings, and what it proves to whom (docs/formats/evidence-bundle.md).

`open_bundle` has already shown that the file is whole. Here: is each content the one that was committed to, does its
event stand in the ledger, did the house sign that ledger, does a third party vouch for the time, and do Report and
Decision come out the same when they are made again. A missing answer is `impossible` or `not_done`, never `passed`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from honnin.core.errors import DataError, HonninError, TrustError
from honnin.facts import Finding, Outcome, Reading, Report
from honnin.facts.codec import reading_from_zip, report_from_dict
from honnin.law.acts import Acts, acts_from_dict
from honnin.law.evidence import ONLY_FROM_FACTS, evidence_from_report
from honnin.law.judging import ORGANISATIONS
from honnin.records.bundle import Bundle, SealedContent
from honnin.records.bundle_words import FINDING_WORDS
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

CLAUSE = "design §7; evidence-bundle.md"
REPORT, DECISION, CASE, ACTS, READING = "report.json", "decision.json", "case.json", "acts.json", "reading.zip"
FROM_FILES = "files"  # access method of a Reading that no card was seen for
MAX_JSON = 4 << 20
_MAX_DIFFERENCES = 20

# What the flows pass in. Report: made from the reading with the trust material of the bundle. Decision: the JSON values
# of design §6 made from the case (and the other parts of the record). Absent lists: revocation lists that the Report
# rested on and that are not here, in words. All raise HonninError when they cannot.
AbsentLists = Callable[[Bundle], tuple[str, ...]]
RemakeReport = Callable[[Reading, Bundle], Report]
RemakeDecision = Callable[[Mapping[str, Any], Mapping[str, bytes]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class BundleVerdict:
    """All findings of one bundle, and the values that were in it as far as they could be read.

    `checkpoint` is None unless it was signed with a key that the verifier brought (`key_known`) or that the bundle
    names. `timestamp` is None when there is none.
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
    reading, report = check.report(remake_report, absent_lists)
    acts = check.acts()
    check.evidence(reading, report, acts)
    decision = check.decision(remake_decision)
    return BundleVerdict(
        bundle, tuple(check.findings), key is not None, checkpoint, timestamp, tuple(check.decoded), reading, report,
        decision, acts, check.comparison,
    )  # fmt: skip


@dataclass(slots=True)
class _Check:
    bundle: Bundle
    findings: list[Finding] = field(default_factory=list)
    decoded: list[Event] = field(default_factory=list)
    comparison: Comparison | None = None

    def add(self, what: str, reason: str, **detail: str) -> None:
        """A finding by its id below `bundle.` and its reason; the table of words knows the outcome."""
        outcome, (ja, en), to_whom = FINDING_WORDS[what][reason]
        self.findings.append(
            Finding(f"bundle.{what}", outcome, None, to_whom, reason, ja, en, CLAUSE, dict(sorted(detail.items())))
        )

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
            self.decoded.append(event)
        places = [each.index for each in self.bundle.contents]
        if places != sorted(set(places)):
            return self.add("event", "wrong_order")
        return self.add("event", "ok", sealed_at=self.decoded[0].at.isoformat())

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
            stored = report_from_dict(_json(parts[REPORT]))
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

    def decision(self, remake: RemakeDecision | None) -> Mapping[str, Any] | None:
        """The stored Decision comes out again, from the case."""
        parts = self.bundle.contents[0].content.parts
        if DECISION not in parts or CASE not in parts:
            self.add("decision", "none")
            return None
        try:
            stored = _json(parts[DECISION])
            case = _json(parts[CASE])
        except HonninError as error:
            self.add("decision", "unreadable", code=error.code)
            return None
        if remake is None:
            self.add("decision", "not_remade")
            return stored
        try:
            again = remake(case, parts)
        except HonninError as error:
            self.add("decision", "cannot_remake", code=error.code)
            return stored
        changes = differences(stored, again)
        if not changes:
            self.add("decision", "ok")
        elif stored.get("rules_version") != again.get("rules_version"):
            self.add("decision", "other_rules", then=str(stored.get("rules_version"))[:64])
        else:
            self.add("decision", "differs", where=", ".join(changes)[:500])
        return stored

    def acts(self) -> Acts | None:
        """What staff did, when it is there; a broken one is a finding."""
        octets = self.bundle.contents[0].content.parts.get(ACTS)
        if octets is None:
            self.add("acts", "none")
            return None
        try:
            acts = acts_from_dict(_json(octets))
        except HonninError as error:
            self.add("acts", "unreadable", code=error.code)
            return None
        self.add("acts", "ok")
        return acts

    def evidence(self, reading: Reading | None, report: Report | None, acts: Acts | None) -> None:
        """Each evidence code and document of the case follows from Report and acts, or is the house's own statement."""
        octets = self.bundle.contents[0].content.parts.get(CASE)
        if octets is None or reading is None or report is None or acts is None:
            return self.add("evidence", "none")
        try:
            case = _json(octets)
            claimed = {str(each) for each in case.get("evidence", [])}
            documents = {(str(each["kind"]), each.get("valid") is True) for each in case.get("documents", [])}
            on, law = date.fromisoformat(case["on"]), str(case["law"])
            organisation = case.get("customer_kind") in ORGANISATIONS
        except (HonninError, AttributeError, KeyError, TypeError, ValueError) as error:
            return self.add("evidence", "unreadable", code=type(error).__name__)
        facts = evidence_from_report(
            report, acts, on, law=law, from_card=reading.access.method != FROM_FILES, simulated=reading.simulated,
            organisation=organisation,
        )  # fmt: skip
        there = {(each.kind, valid) for each in facts.documents for valid in {False, each.valid is True}}
        stated = claimed - facts.codes - ONLY_FROM_FACTS  # what the house alone says
        beyond = sorted({*(claimed - facts.codes - stated), *(kind for kind, _ in documents - there)})
        if beyond:
            return self.add("evidence", "unsupported", codes=", ".join(beyond)[:500])
        if stated:
            return self.add("evidence", "stated", codes=", ".join(sorted(stated))[:500])
        return self.add("evidence", "ok")


def differences(before: object, now: object, where: str = "") -> list[str]:
    """Where two JSON values differ, as paths; at most 20."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        inner = [(str(key), before.get(key), now.get(key)) for key in sorted({*before, *now})]
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        inner = [(str(at), one, two) for at, (one, two) in enumerate(zip(before, now, strict=True))]
    else:
        same = type(before) is type(now) and before == now
        return [] if same else [where or "."]
    found: list[str] = []
    for name, one, two in inner:
        found += differences(one, two, f"{where}.{name}" if where else name)
        if len(found) >= _MAX_DIFFERENCES:
            break
    return found[:_MAX_DIFFERENCES]


def _commitment(sealed: SealedContent) -> bytes | None:
    try:
        return commitment(salt_of(sealed.content), digest(sealed.content))
    except HonninError:
        return None


def _json(octets: bytes) -> Mapping[str, Any]:
    if len(octets) > MAX_JSON:
        raise DataError("bundle.json", "a JSON part is larger than the limit")
    try:
        value = json.loads(octets.decode())
    except (ValueError, RecursionError) as error:
        raise DataError("bundle.json", "a part is no JSON", type(error).__name__) from None
    if not isinstance(value, dict):
        raise DataError("bundle.json", "a part is no JSON object")
    return value

