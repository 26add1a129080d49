"""What the ledger remembers: events, and the one way to write each as octets.

An event's octets are JSON (RFC 8259) in one form only: UTF-8, keys sorted, no white space, no escapes but those JSON
demands, eight members: `actor`, `at`, `commitment`, `detail`, `kind`, `record_id`, `tenant`, `version` (1). Whatever is
not exactly what `encode_event` writes is refused, so that there is one leaf hash for one event.

An event holds nothing of the customer: the record is bound by a salted commitment whose salt lies with the encrypted
content, so that destroying the record's key leaves the ledger valid and says nothing about the person.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from honnin.core.errors import DataError

VERSION = 1
MAX_EVENT = 8192  # octets
MAX_DETAILS = 24
MAX_DETAIL = 512  # characters of one value
SALT_LENGTH = 32
CIPHERTEXT_SHA256 = "ciphertext_sha256"  # detail of a sealed or amended event: 64 hex digits

_COMMITMENT_DOMAIN = b"honnin commitment 1\n"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ACTOR = re.compile(r"[A-Za-z0-9._:@-]{0,64}")
_KEY = re.compile(r"[a-z][a-z0-9_.]{0,39}")
_HEX_32 = re.compile(r"[0-9a-f]{64}")
_AT = "%Y-%m-%dT%H:%M:%S.%fZ"


class Kind(StrEnum):
    """What happened. The values are stored; none is ever renamed."""

    SEALED = "sealed"
    AMENDED = "amended"
    VIEWED = "viewed"
    SEARCHED = "searched"
    EXPORTED = "exported"
    CONTRACT_ENDED = "contract_ended"
    HELD = "held"
    RELEASED = "released"
    DELETION_REQUESTED = "deletion_requested"
    DELETION_REFUSED = "deletion_refused"
    DELETED = "deleted"
    RECHECKED = "rechecked"
    COMPLETION_ENTERED = "completion_entered"  # whether a record of an earlier version is finished is in its row now
    KEY_ROTATED = "key_rotated"
    LEDGER_CHECKED = "ledger_checked"  # what an audit came to (flows.ledger_watch)
    LEDGER_RESUMED = "ledger_resumed"  # an administrator ended a stop (flows.ledger_watch)
    RECHECK_CAUSE = "recheck_cause"  # a reason to re-check all records, and how far that is (flows.recheck_records)
    TIMESTAMPED = "timestamped"  # a checkpoint got a time-stamp (flows.timestamp_run)
    NUMBER_STORED = "number_stored"
    NUMBER_VIEWED = "number_viewed"
    NUMBER_DELIVERED = "number_delivered"
    NUMBER_DELETED = "number_deleted"
    NUMBER_GRANTED = "number_granted"  # that a person may see it once
    NUMBER_KEPT_UNTIL = "number_kept_until"  # the last day on which it is needed is known


COMMITTED = frozenset({Kind.SEALED, Kind.AMENDED})  # must carry a commitment and the digest of their ciphertext
OF_NO_RECORD = frozenset({Kind.SEARCHED, Kind.KEY_ROTATED, Kind.LEDGER_RESUMED})  # may have an empty record_id
# In the place of a record id, for entries about the house itself that must be found quickly; no record has a dot.
OF_CHECKS = "ledger.checks"  # of LEDGER_CHECKED and LEDGER_RESUMED (those of earlier versions have no id)
OF_CAUSES = "recheck.causes"  # of RECHECK_CAUSE
OF_STAMPS = "ledger.timestamps"  # of TIMESTAMPED


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of one tenant's ledger.

    `tenant`, `record_id`: 1–64 of [A-Za-z0-9._-], not starting with a mark (`record_id` "" only for kinds in
    OF_NO_RECORD). `at`: aware, kept in UTC to the microsecond. `actor`: pseudonymous id of a member of staff or of a
    job, "" for the house itself; never a customer. `commitment`: 32 octets or None. `detail`: up to 24 small texts
    without control characters; no personal data. Raises DataError `ledger.event` for anything else.
    """

    kind: Kind
    tenant: str
    record_id: str
    at: datetime
    actor: str = ""
    commitment: bytes | None = None
    detail: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.kind, Kind):
            raise _bad("kind")
        if self.at.utcoffset() is None:
            raise _bad("at")
        try:
            object.__setattr__(self, "at", self.at.astimezone(UTC))
        except OverflowError:
            raise _bad("at") from None
        object.__setattr__(self, "detail", dict(sorted(self.detail.items())))
        if _ID.fullmatch(self.tenant) is None or not (
            _ID.fullmatch(self.record_id) or (not self.record_id and self.kind in OF_NO_RECORD)
        ):
            raise _bad("tenant or record id")
        if _ACTOR.fullmatch(self.actor) is None:
            raise _bad("actor")
        if self.commitment is not None and len(self.commitment) != hashlib.sha256().digest_size:
            raise _bad("commitment")
        _check_detail(self.detail)
        if self.kind in COMMITTED and (
            self.commitment is None or not _HEX_32.fullmatch(self.detail.get(CIPHERTEXT_SHA256, ""))
        ):
            raise _bad("a sealed content without commitment or digest of its ciphertext")


def commitment(salt: bytes, digest: bytes) -> bytes:
    """SHA-256("honnin commitment 1" LF ‖ salt ‖ digest): 32 octets that bind the content and tell nothing about it.

    `salt`: 32 random octets, kept with the encrypted content only. `digest`: 32 octets, of the content.
    Raises DataError `ledger.event` for other lengths.
    """
    if len(salt) != SALT_LENGTH or len(digest) != hashlib.sha256().digest_size:
        raise _bad("salt or digest")
    return hashlib.sha256(_COMMITMENT_DOMAIN + salt + digest).digest()


def encode_event(event: Event) -> bytes:
    """The octets of the leaf, at most 8192. Raises DataError `ledger.event` if it does not fit."""
    value = {
        "version": VERSION,
        "kind": event.kind.value,
        "tenant": event.tenant,
        "record_id": event.record_id,
        "at": format_at(event.at),
        "actor": event.actor,
        "commitment": None if event.commitment is None else event.commitment.hex(),
        "detail": dict(event.detail),
    }
    octets = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    if len(octets) > MAX_EVENT:
        raise _bad("too large")
    return octets


def decode_event(octets: bytes) -> Event:
    """The event of which `encode_event` made these octets. Raises DataError `ledger.event` for any other octets."""
    if len(octets) > MAX_EVENT:
        raise _bad("too large")
    try:
        event = _event(json.loads(octets.decode("utf-8")))
    except DataError:
        raise
    except Exception as error:  # noqa: BLE001  # fail closed: the JSON reader raises several kinds
        raise _bad(type(error).__name__) from None
    if encode_event(event) != octets:
        raise _bad("not in the one form")
    return event


def format_at(at: datetime) -> str:
    """2026-11-25T12:34:56.000001Z"""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_at(text: str) -> datetime:
    """The instant `format_at` wrote. Raises DataError `ledger.event`."""
    try:
        at = datetime.strptime(text, _AT).replace(tzinfo=UTC)
    except ValueError:
        raise _bad("at") from None
    if format_at(at) != text:
        raise _bad("at")
    return at


def _event(value: object) -> Event:
    if not isinstance(value, dict) or value.get("version") != VERSION:
        raise _bad("version")
    commitment_hex = value["commitment"]
    detail = value["detail"]
    if not isinstance(detail, dict):
        raise _bad("detail")
    return Event(
        kind=Kind(value["kind"]),
        tenant=_text(value["tenant"]),
        record_id=_text(value["record_id"]),
        at=parse_at(_text(value["at"])),
        actor=_text(value["actor"]),
        commitment=None if commitment_hex is None else bytes.fromhex(_text(commitment_hex)),
        detail={_text(name): _text(each) for name, each in detail.items()},
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _bad("text")
    return value


def _check_detail(detail: Mapping[str, str]) -> None:
    if len(detail) > MAX_DETAILS:
        raise _bad("details")
    for name, value in detail.items():
        if _KEY.fullmatch(name) is None or len(value) > MAX_DETAIL:
            raise _bad("detail")
        if not value.isprintable() and any(ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0 for each in value):
            raise _bad("control character")
        if not value.isascii() and value.encode("utf-8", "ignore").decode() != value:
            raise _bad("surrogate")


def _bad(why: str) -> DataError:
    return DataError("ledger.event", "this is not an event of a ledger", why)
