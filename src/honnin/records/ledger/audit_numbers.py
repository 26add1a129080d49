"""The audit of the vault of individual numbers (番号法): does each row still say what the ledger says was stored?

A number's entry holds the digest of its ciphertext, its record, its purpose and its last day, so that a row that was
altered, removed, inserted or given to another person's record is named without any key and without opening a number.
The digest tells nothing of the digits: ciphertexts are random. Whether the wrapped key still opens is asked only where
keys are given; the number itself is not opened even then, since every opening of one is an entry of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from honnin.core.errors import HonninError
from honnin.records.ledger.event import CIPHERTEXT_SHA256, Event, Kind, format_at
from honnin.records.ledger.findings import MAX_FINDINGS, AuditCode, AuditFinding
from honnin.records.ledger.record_walk import MAX_EVENTS, decoded

__all__ = [
    "EXPIRES", "FROM", "FROM_VISIT", "GRANT", "RECORD", "UNTIL", "NumberStoreView", "StoredGrant", "StoredNumber",
    "audit_numbers", "grant_agrees", "grant_digest",
]  # fmt: skip

RECORD = "record"  # detail of an entry: the record that the number was received with
GRANT = "grant_sha256"  # detail of `number_granted`: grant_digest of the row
EXPIRES = "expires_at"  # of the same: until when, as format_at writes it
FROM, FROM_VISIT = "from", "visit"  # of `number_viewed`: seen in an open visit, before it was stored
UNTIL = "until"  # detail of an entry: the last day on which it is needed, YYYY-MM-DD, "" while that is not known

_GRANT_ROW = b"honnin number grant row 1\n"


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """That somebody may see a number once, as it is stored; instants as format_at writes them, "" for none."""

    entitled: str
    token_digest: bytes
    expires_at: str
    used_at: str


@dataclass(frozen=True, slots=True)
class StoredNumber:
    """A number as it is stored. `ciphertext_sha256` None: there is no row. `stored_at` as format_at writes it,
    `until` YYYY-MM-DD or "".
    """

    number_id: str
    ciphertext_sha256: bytes | None
    has_key: bool
    record_id: str = ""
    purpose: str = ""
    stored_at: str = ""
    until: str = ""
    grant: StoredGrant | None = None


@dataclass(frozen=True, slots=True)
class NumberStoreView:
    """All numbers that are there, that have a key or a grant, or that an entry says were stored; the octets of each
    one's entries in order; when somebody was last allowed to see one ("" for never: then those that were over were
    cleared away); optionally what tries its wrapped key (raises the errors of honnin.records.vault).
    """

    numbers: Iterable[StoredNumber]
    events_of: Callable[[str], Iterable[bytes]]
    granted_at: str = ""
    try_key: Callable[[str], None] | None = None


def audit_numbers(view: NumberStoreView) -> tuple[AuditFinding, ...]:
    """Everything that is wrong; empty when all is as it was stored. `record_id` of a finding is the number's id."""
    found: list[AuditFinding] = []
    for number in view.numbers:
        found += _audit(number, view)
        if len(found) >= MAX_FINDINGS:
            return (*found[:MAX_FINDINGS], AuditFinding(AuditCode.TRUNCATED))
    return tuple(found)


def _audit(number: StoredNumber, view: NumberStoreView) -> list[AuditFinding]:
    number_id = number.number_id
    there = number.ciphertext_sha256 is not None
    stored: list[Event] = []
    until = ""
    granted: Event | None = None
    viewed: list[Event] = []  # since it was granted
    deleted = truncated = False
    for count, octets in enumerate(view.events_of(number_id)):
        if count >= MAX_EVENTS:
            truncated = True
            break
        event = decoded(octets)
        if event is None or event.record_id != number_id:
            continue  # told by the walk over the ledger
        if event.kind is Kind.NUMBER_STORED:
            stored.append(event)
            until = event.detail.get(UNTIL, "")
        elif event.kind is Kind.NUMBER_KEPT_UNTIL:
            until = event.detail.get(UNTIL, "")
        elif event.kind is Kind.NUMBER_GRANTED:
            granted, viewed = event, []
        elif event.kind is Kind.NUMBER_VIEWED and event.detail.get(FROM) != FROM_VISIT:
            viewed.append(event)
        deleted = deleted or event.kind is Kind.NUMBER_DELETED
    found = [AuditFinding(AuditCode.TRUNCATED, record_id=number_id)] if truncated else []
    if deleted and (there or number.has_key or number.grant is not None):
        return [*found, _finding(AuditCode.NUMBER_NOT_DELETED, number_id)]
    if deleted:
        return found
    if len(stored) != 1:
        return [*found, _finding(AuditCode.NUMBER_UNSEALED, number_id, "twice" if stored else "")]
    if not there:
        return [*found, _finding(AuditCode.NUMBER_MISSING, number_id)]
    if not grant_agrees(number.grant, granted, viewed, view.granted_at):
        found.append(_finding(AuditCode.NUMBER_GRANT_ALTERED, number_id))
    return [*found, *_compare(number, stored[0], until, view)]


def grant_digest(entitled: str, token_digest: bytes, expires_at: str) -> str:
    """SHA-256 (64 hex digits) of `honnin number grant row 1` LF and, as a JSON list, who may see it, the digest of the
    token in hex, and until when (format_at).
    """
    columns = json.dumps([entitled, token_digest.hex(), expires_at], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(_GRANT_ROW + columns.encode()).hexdigest()


def grant_agrees(
    grant: StoredGrant | None, granted: Event | None, viewed: Sequence[Event], cleared_at: str
) -> bool:
    """Whether the row is the one of the newest entry that grants, and used just when a view of it is entered.

    One that was over at `cleared_at` need not be there any more.
    """
    if grant is None:
        return granted is None or granted.detail.get(EXPIRES, "") <= cleared_at
    if granted is None:
        return False
    promised = granted.detail.get(GRANT)  # versions before promised nothing; no such grant is honoured any more
    if promised is not None and promised != grant_digest(grant.entitled, grant.token_digest, grant.expires_at):
        return False
    return [grant.used_at] == ([format_at(each.at) for each in viewed] or [""])


def _compare(number: StoredNumber, event: Event, until: str, view: NumberStoreView) -> list[AuditFinding]:
    number_id = number.number_id
    digest = "" if number.ciphertext_sha256 is None else number.ciphertext_sha256.hex()
    pairs = {
        "ciphertext": (digest, event.detail.get(CIPHERTEXT_SHA256)),
        "record": (number.record_id, event.detail.get(RECORD)),
        "purpose": (number.purpose, event.detail.get("purpose")),
        "stored_at": (number.stored_at, format_at(event.at)),
        "until": (number.until, until),
    }
    found = [
        _finding(AuditCode.NUMBER_ALTERED, number_id, name) for name, (now, then) in pairs.items() if now != then
    ]
    if not number.has_key:
        found.append(_finding(AuditCode.NUMBER_KEY_MISSING, number_id))
    elif view.try_key is not None:
        try:
            view.try_key(number_id)
        except HonninError as error:
            found.append(_finding(AuditCode.NUMBER_KEY_UNREADABLE, number_id, error.code))
    return found


def _finding(code: AuditCode, number_id: str, detail: str = "") -> AuditFinding:
    return AuditFinding(code, record_id=number_id, detail=detail)
