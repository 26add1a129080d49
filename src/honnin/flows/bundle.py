"""Make an evidence bundle of a sealed record, and verify one that somebody brings (design §7)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from honnin.core.errors import DataError, HonninError
from honnin.facts import Audience, Reading, Report
from honnin.facts.codec import reading_from_zip
from honnin.flows.bundle_against import Beside, check_against
from honnin.flows.bundle_trust import (
    SEALED,
    absent_lists,
    lists_for,
    needed_trust,
    trust_files,
    trust_of_bundle,
)
from honnin.flows.documents import HouseTrust, check_reading
from honnin.flows.ports import TimeStamper
from honnin.law.case import parse_case
from honnin.law.decision import decision_to_dict
from honnin.law.rule_data import RuleData, packaged_rule_data, rules_of
from honnin.records.bundle import Bundle, SealedContent, Stated
from honnin.records.bundle_decisions import DECISION
from honnin.records.bundle_statements import Statement, Title, statements
from honnin.records.bundle_verify import READING, BundleVerdict, verify_bundle
from honnin.records.content import RecordContent
from honnin.records.ledger.checkpoint import open_checkpoint
from honnin.records.ledger.note import NoteKey
from honnin.records.ledger.tree import NodeReader, consistency_proof, inclusion_proof
from honnin.records.sealed_rules import RULES
from honnin.trust.anchors import Anchor
from honnin.trust.crl import Crl
from honnin.trust.cvc import CvAnchors

__all__ = ["Verified", "bundle_of_record", "remake_decision", "remake_report", "time_stamped", "verify"]


def bundle_of_record(
    *,
    record_id: str,
    tenant: str,
    contents: Iterable[tuple[RecordContent, bytes, int]],
    checkpoint: str,
    key: NoteKey,
    node: NodeReader,
    trust_of: Callable[[Reading], HouseTrust] | None,
    made_at: datetime,
    software: Mapping[str, str],
    timestamp: bytes | None = None,
    stated: tuple[bytes, int, str] | None = None,
) -> Bundle:
    """The bundle of a record and its amendments. `contents`: each content with its salt, the octets of its event and
    the event's place in the ledger. `trust_of`: what the house trusts for a reading now: for a record of an older
    version, with which no trust material was sealed, what its Report rests on goes in; else the lists that were too
    long to be sealed, while the house still has them. None: nothing of it, when the bundle does not leave the house.
    `stated`: what the house enters about the record with this bundle (records.bundle_complete): octets of that event,
    its place, and a checkpoint that has it.

    Raises those of open_checkpoint and of the node reader; DataError `ledger.size` when the checkpoint is older than
    an event.
    """
    size = open_checkpoint(checkpoint, key).size
    sealed = tuple(
        SealedContent(content, event, index, inclusion_proof(index, size, node)) for content, event, index in contents
    )
    octets = sealed[0].content.parts.get(READING) if sealed else None
    files: dict[str, bytes] = {}
    if octets is not None and trust_of is not None:
        reading = reading_from_zip(octets)
        own = {
            name.removeprefix(SEALED): part
            for name, part in sealed[0].content.parts.items()
            if name.startswith(SEALED)
        }
        trust = trust_of(reading)
        files = lists_for(own, trust) if own else trust_files(needed_trust(reading, trust))
    return Bundle(
        record_id, tenant, made_at, sealed, size, checkpoint, key.vkey, timestamp, trust=files, software=software,
        stated=None if stated is None else _stated(*stated, older=size, key=key, node=node),
        rules=_rules_beside(sealed),
    )  # fmt: skip


def _stated(event: bytes, index: int, note: str, *, older: int, key: NoteKey, node: NodeReader) -> Stated:
    size = open_checkpoint(note, key).size
    proof, growth = inclusion_proof(index, size, node), consistency_proof(older, size, node)
    return Stated(event, index, size, proof, growth, note)


def _rules_beside(sealed: Iterable[SealedContent]) -> dict[str, bytes]:
    """The rules of this program, if a Decision of an older record was made by them: it has none in itself."""
    own = packaged_rule_data()
    for each in sealed:
        parts = each.content.parts
        octets = parts.get(DECISION)
        if octets is not None and RULES not in parts and f'"{own.version}"'.encode() in octets:
            return {own.digest: own.octets}
    return {}


def time_stamped(bundle: Bundle, stamper: TimeStamper) -> Bundle:
    """The bundle with a time-stamp over its checkpoint. Raises as the port."""
    return replace(bundle, timestamp=stamper.stamp(hashlib.sha256(bundle.checkpoint.encode()).digest()))


@dataclass(frozen=True, slots=True)
class Verified:
    """A bundle, what was found, the Report by the verifier's own trust (None without a reading), the three lists."""

    verdict: BundleVerdict
    report: Report | None
    lists: Mapping[Audience, tuple[Statement, ...]]

    @property
    def failed(self) -> bool:
        """Whether any finding of the bundle or of the Report found a problem."""
        return bool(self.verdict.failed or (self.report is not None and self.report.failed))


def verify(
    bundle: Bundle,
    trust: HouseTrust,
    *,
    title: Title,
    key: NoteKey | None = None,
    timestamp_anchors: Iterable[Anchor] = (),
    lists: Iterable[Crl] = (),
    against: Sequence[Beside] = (),
    at: datetime | None = None,
) -> Verified:
    """Verify a bundle with one's own trust: as of the reading, or of `at`. Never raises for what a bundle can hold.

    `lists`: revocation lists that the verifier brings, for those of which only the identity was sealed. Lists count by
    the signature of an authority that he trusts, so those of the bundle serve his judgement as well. `against`: what
    he kept of the same ledger.
    """
    brought = tuple(lists)
    verdict = verify_bundle(
        bundle,
        key=key,
        timestamp_anchors=timestamp_anchors,
        remake_report=lambda reading, of: remake_report(reading, of, brought),
        absent_lists=lambda of: absent_lists(of.contents[0].content.parts, of.trust, brought),
        remake_decision=remake_decision,
    )
    verdict = replace(verdict, findings=(*verdict.findings, *check_against(verdict, against, key)))
    reading = verdict.reading
    report = None
    if reading is not None:
        known = replace(trust, crls=(*trust.crls, *_trust(bundle, brought).crls))
        report = check_reading(reading, known, at or reading.read_at_utc)
    return Verified(verdict, report, statements(verdict, report, title))


def remake_report(reading: Reading, bundle: Bundle, lists: Iterable[Crl] = ()) -> Report:
    """The Report as of the reading, from the bundle and lists that are known to be those of the day.

    Raises DataError `bundle.trust`.
    """
    parts = bundle.contents[0].content.parts
    return check_reading(reading, trust_of_bundle(parts, bundle.trust, lists), reading.read_at_utc)


def _trust(bundle: Bundle, lists: Iterable[Crl]) -> HouseTrust:
    """That of the bundle, nothing when it cannot be read (the verdict tells so)."""
    try:
        return trust_of_bundle(bundle.contents[0].content.parts, bundle.trust, lists)
    except DataError:
        return HouseTrust(card_data=CvAnchors())


def remake_decision(case: Mapping[str, Any], data: RuleData | None = None) -> Mapping[str, Any]:
    """The Decision of the case by these rules, None: by this program's own; as JSON values.

    Raises DataError `law.case…`, `law.rules`, `law.yaml`, `law.rule_data`, `bundle.rules` (rules that cannot be
    applied).
    """
    from honnin.law.engine import decide  # noqa: PLC0415  # the rules are read only when there is a case
    from honnin.law.rules import load_rules  # noqa: PLC0415

    rules = load_rules() if data is None else rules_of(data)
    try:
        decision = decide(parse_case(case, rules), rules)
    except HonninError:
        raise
    except Exception as error:  # noqa: BLE001  # fail closed: rules of anybody, which the engine trusts
        raise DataError("bundle.rules", "these rules cannot be applied", type(error).__name__) from None
    value: Mapping[str, Any] = json.loads(json.dumps(decision_to_dict(decision)))
    if not isinstance(value, dict):
        raise DataError("bundle.json", "a decision is a JSON object")
    return value
