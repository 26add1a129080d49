"""The vault of individual numbers (番号法): apart from the records, under keys of its own, for one purpose each.

番号法 9条 (利用), 19条 (提供), 20条 (収集・保管): a number may be kept and used only for the purpose it was received
for, and is deleted when that is done. So a number is sealed under the `numbers` keys and bound to its purpose and to
the record it was received with: no change of rows shows one person's number as another's. Opening it always gives the
ledger event of the access too; a person sees it once, with a token that works one time, or the calling system gets it
encrypted for its own key (records.number_delivery). The digits travel as Secret; no event, error or digest holds them:
twelve digits are few enough to be found from any plain digest.

Pure: rows and ledger are the store's. The store must spend a grant in one step (update where not used yet).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from honnin.cards.mynumber import NumberLawPurpose, check_individual_number
from honnin.core.clock import Random
from honnin.core.errors import CallerError, DataError
from honnin.core.secret import Secret
from honnin.records.ledger.audit_numbers import EXPIRES, FROM, FROM_VISIT, GRANT, RECORD, UNTIL, grant_digest
from honnin.records.ledger.event import CIPHERTEXT_SHA256, Event, Kind, format_at
from honnin.records.vault import open_content, record_context, seal_content
from honnin.records.wrapping import KeyWrapper, Purpose, WrappedKey

GRANT_LIFE = timedelta(minutes=5)
MAX_GRANT_LIFE = timedelta(hours=1)

_TOKEN = 32
_TOKEN_DOMAIN = b"honnin number grant v1\x00"


@dataclass(frozen=True, slots=True)
class NumberEntry:
    """What may be known of a kept number without its key. `tenant`, `number_id`, `record_id`: as in the ledger.

    `purpose`: 利用目的 of the receipt. `retention_until`: last day it is needed, None while that is not known.
    """

    tenant: str
    number_id: str
    record_id: str
    purpose: NumberLawPurpose
    stored_at_utc: datetime
    retention_until: date | None = None


@dataclass(frozen=True, slots=True)
class ReceivedNumber:
    """A number that was read in a visit and is not stored yet. `number_id` is given when it is read, so that each look
    at it can stand in the ledger before it is stored, and under the same id.
    """

    number_id: str
    digits: Secret[str]
    purpose: NumberLawPurpose


@dataclass(frozen=True, slots=True)
class SealedNumber:
    """`ciphertext` (45 octets: 33 + 12 digits) and `key`, to be stored; `event`, to be appended in the same step."""

    ciphertext: bytes
    key: WrappedKey
    event: Event


@dataclass(frozen=True, slots=True)
class OpenedNumber:
    """The number and the `event` of its access, which is appended before the number is given to anybody."""

    number: Secret[str]
    event: Event


@dataclass(frozen=True, slots=True)
class ViewGrant:
    """That one person may see one number once. `token_digest`: SHA-256 (32 octets) of the token, which is not kept."""

    tenant: str
    number_id: str
    entitled: str
    token_digest: bytes
    expires_at_utc: datetime
    used_at_utc: datetime | None = None


def seal_number(
    number: Secret[str], entry: NumberEntry, *, actor: str, wrapper: KeyWrapper, random: Random
) -> SealedNumber:
    """Seal twelve digits for the purpose of `entry`. `wrapper`: of purpose `numbers`.

    Raises DataError `number.check_digit` (番号法施行令8条), CallerError `vault.purpose`, and what the wrapper raises.
    """
    _numbers_only(wrapper.current_key_id)
    if not check_individual_number(number):
        raise DataError("number.check_digit", "this is not an individual number")
    place = _place(entry)
    sealed = seal_content(number.reveal().encode("ascii"), tenant=entry.tenant, record_id=place, random=random)
    key = wrapper.wrap(sealed.data_key, context=number_context(entry))
    event = _event(Kind.NUMBER_STORED, entry, actor, entry.stored_at_utc)
    detail = {
        **event.detail,
        UNTIL: "" if entry.retention_until is None else entry.retention_until.isoformat(),
        CIPHERTEXT_SHA256: hashlib.sha256(sealed.ciphertext).hexdigest(),  # what an audit compares; tells no digit
    }
    return SealedNumber(sealed.ciphertext, key, replace(event, detail=detail))


def open_number(
    ciphertext: bytes,
    key: WrappedKey,
    entry: NumberEntry,
    *,
    purpose: NumberLawPurpose,
    actor: str,
    at: datetime,
    wrapper: KeyWrapper,
    delivered: bool = False,
) -> OpenedNumber:
    """The digits, for the purpose they were received for and no other (番号法9条), and the event of the access.

    `delivered`: given to a system (NUMBER_DELIVERED) and not shown (NUMBER_VIEWED). Raises CallerError
    `number.purpose`, `vault.purpose`; DataError `vault.damaged`, `vault.key_damaged`; StoreError `vault.key_missing`.
    """
    if purpose is not entry.purpose:
        raise CallerError("number.purpose", "the number was received for another purpose")
    _numbers_only(key.key_id)
    data_key = wrapper.unwrap(key, context=number_context(entry))
    digits = open_content(ciphertext, data_key, tenant=entry.tenant, record_id=_place(entry))
    number = Secret(digits.decode("ascii", "replace"))
    if not check_individual_number(number):
        raise DataError("vault.damaged", "what was sealed is no individual number")
    kind = Kind.NUMBER_DELIVERED if delivered else Kind.NUMBER_VIEWED
    return OpenedNumber(number, _event(kind, entry, actor, at))


def number_context(entry: NumberEntry) -> bytes:
    """The context under which a number's data key is wrapped: tenant, purpose, number id and record id."""
    return record_context(entry.tenant, _place(entry))


def try_key(key: WrappedKey, entry: NumberEntry, *, wrapper: KeyWrapper) -> None:
    """Whether the wrapped key is that of this number; nothing is opened with it. Raises CallerError `vault.purpose`,
    DataError `vault.key_damaged`, StoreError `vault.key_missing`.
    """
    _numbers_only(key.key_id)
    wrapper.unwrap(key, context=number_context(entry))


def granted_event(entry: NumberEntry, grant: ViewGrant, *, actor: str, at: datetime) -> Event:
    """That `actor` let somebody see the number once; it promises the row, so that no other row shows a number."""
    event = _event(Kind.NUMBER_GRANTED, entry, actor, at)
    expires = format_at(grant.expires_at_utc)
    return replace(
        event, detail={**event.detail, "entitled": grant.entitled, GRANT: _row(grant), EXPIRES: expires}
    )


def check_granted(grant: ViewGrant, events: Iterable[Event]) -> None:
    """Whether the ledger tells of that very grant, and of no view since. `events`: those of the number, in order.

    A row that was put in, altered or made unused again behind the program's back opens nothing. Raises CallerError
    `number.grant`, `number.grant_used`.
    """
    granted: Event | None = None
    used = False
    for event in events:
        if event.kind is Kind.NUMBER_GRANTED:
            granted, used = event, False
        used = used or (event.kind is Kind.NUMBER_VIEWED and event.detail.get(FROM) != FROM_VISIT)
    if granted is None or granted.detail.get(GRANT) != _row(grant):
        raise CallerError("number.grant", "that somebody may see this number was not entered")
    if used:
        raise CallerError("number.grant_used", "the number was already shown")


def kept_until_event(entry: NumberEntry, until: date, *, actor: str, at: datetime) -> Event:
    """That the last day on which the number is needed is known now."""
    event = _event(Kind.NUMBER_KEPT_UNTIL, entry, actor, at)
    return replace(event, detail={**event.detail, UNTIL: until.isoformat()})


def seen_event(entry: NumberEntry, *, actor: str, at: datetime) -> Event:
    """That a number that is held in an open visit, and not stored yet, was shown there."""
    event = _event(Kind.NUMBER_VIEWED, entry, actor, at)
    return replace(event, detail={**event.detail, FROM: FROM_VISIT})


def deletion_event(entry: NumberEntry, *, actor: str, at: datetime, reason: str) -> Event:
    """The event of the step that destroys ciphertext and wrapped key. `reason`: `done`, `expired`, `request`."""
    event = _event(Kind.NUMBER_DELETED, entry, actor, at)
    return replace(event, detail={**event.detail, "reason": reason})


def due_for_deletion(entries: Iterable[NumberEntry], today: date) -> tuple[NumberEntry, ...]:
    """Numbers whose last day has passed, the longest overdue first (番号法20条: no longer needed, no longer kept)."""
    due = [each for each in entries if each.retention_until is not None and each.retention_until < today]
    return tuple(sorted(due, key=lambda each: (each.retention_until or date.max, each.tenant, each.number_id)))


def grant_view(
    entry: NumberEntry, *, entitled: str, now: datetime, random: Random, life: timedelta = GRANT_LIFE
) -> tuple[Secret[str], ViewGrant]:
    """A token (43 characters, base64url) for the person `entitled` (an actor's id), and the grant to store.

    Raises CallerError `number.grant` for no person, a life over an hour or none.
    """
    if not entitled or not timedelta(0) < life <= MAX_GRANT_LIFE:
        raise CallerError("number.grant", "a grant is for one person and at most an hour")
    octets = random(_TOKEN)
    if len(octets) != _TOKEN:
        raise CallerError("vault.argument", "the source of randomness gave too little", "random")
    token = Secret(base64.urlsafe_b64encode(octets).rstrip(b"=").decode())
    grant = ViewGrant(entry.tenant, entry.number_id, entitled, _digest(token), now.astimezone(UTC) + life)
    return token, grant


def spend_grant(grant: ViewGrant, token: Secret[str], entry: NumberEntry, *, actor: str, now: datetime) -> ViewGrant:
    """The grant as used; store it before the number is opened. Raises CallerError: `number.grant` (another token,
    person or number), `number.grant_used`, `number.grant_expired`.
    """
    ours = (grant.tenant, grant.number_id, grant.entitled) == (entry.tenant, entry.number_id, actor)
    if not hmac.compare_digest(grant.token_digest, _digest(token)) or not ours:
        raise CallerError("number.grant", "this token does not open this number for this person")
    if grant.used_at_utc is not None:
        raise CallerError("number.grant_used", "the number was already shown")
    if now >= grant.expires_at_utc:
        raise CallerError("number.grant_expired", "the time for showing the number has passed")
    return replace(grant, used_at_utc=now.astimezone(UTC))


def _row(grant: ViewGrant) -> str:
    return grant_digest(grant.entitled, grant.token_digest, format_at(grant.expires_at_utc))


def _digest(token: Secret[str]) -> bytes:
    return hashlib.sha256(_TOKEN_DOMAIN + token.reveal().encode("utf-8", "replace")).digest()


def _place(entry: NumberEntry) -> str:
    """No record's id has a colon, so a number's place is never a record's."""
    return f"number:{entry.purpose.value}:{entry.number_id}:{entry.record_id}"


def _numbers_only(key_id: str) -> None:
    if not key_id.startswith(f"{Purpose.NUMBERS}-"):
        raise CallerError("vault.purpose", "individual numbers have keys of their own")


def _event(kind: Kind, entry: NumberEntry, actor: str, at: datetime) -> Event:
    return Event(
        kind=kind,
        tenant=entry.tenant,
        record_id=entry.number_id,
        at=at,
        actor=actor,
        detail={"purpose": entry.purpose.value, RECORD: entry.record_id},
    )
