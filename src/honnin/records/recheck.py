"""Re-check of kept certificates against a newer revocation list: what became revoked since, when, why.

Pure: the list comes verified (honnin.trust.crl.verify_crl), the certificates from a port. A record is never changed by
it; the store appends an event "rechecked" for each result. A million certificates are compared with a list of millions
in one walk over both in the same order.

What absence proves: only a current list of the issuer that covers the certificate says "unrevoked" of what it does not
name (RFC 5280 §6.3.3). A list drops certificates whose time is over (§3.3), so one that expired before the list, or was
revoked before, is never called unrevoked by its absence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

from honnin.core.errors import TrustError
from honnin.trust.crl import CrlResult, RevocationList
from honnin.trust.crl_entries import RevokedEntry
from honnin.trust.jpki_crl import same_part

BATCH = 250_000  # certificates compared at once; bounds the memory

Before = Literal["unrevoked", "revoked", "undetermined"]
Now = Literal["unrevoked", "revoked", "no_longer_listed"]


@dataclass(frozen=True, slots=True)
class StoredCertificate:
    """A certificate as a record names it. `issuer_key_id`: its AuthorityKeyIdentifier; `kind`: the caller's word
    ("sign", "auth", "dsc" …), given back; `before`: what was found last.

    `distribution_point`: when its issuer has several lists, what tells which one covers it (trust.jpki_crl.same_part):
    the IssuingDistributionPoint of the list or the directory name that the certificate names (DER).
    """

    record_id: str
    issuer_key_id: bytes
    serial: int
    kind: str
    before: Before
    not_after: datetime | None = None
    distribution_point: bytes | None = None


@dataclass(frozen=True, slots=True)
class RecheckResult:
    """A certificate about which the list says something else than was known.

    `now`: "revoked" with `revoked_at` (None: the list's date cannot be read) and `reason` (RFC 5280 §5.3.1),
    "unrevoked", or "no_longer_listed" (it was revoked and is not in the list any more: lifted, or its time is over).
    `at`: the instant of the re-check; `list_update`: thisUpdate of the list.
    """

    record_id: str
    kind: str
    serial: int
    before: Before
    now: Now
    at: datetime
    list_update: datetime
    revoked_at: datetime | None = None
    reason: str | None = None
    issuer_key_id: bytes = b""


def recheck(
    stored: Iterable[StoredCertificate], crl: RevocationList, result: CrlResult, *, at: datetime
) -> list[RecheckResult]:
    """What `crl` changes, in the order of `stored`. `result` is what `verify_crl` said of it at `at` (aware).

    Certificates of another issuer key are passed over. An old list may revoke and never clears. Raises TrustError
    `recheck.not_verified` (nobody trusted signed the list), `recheck.no_key` (the list does not say whose key signed
    it), and what the list raises when it cannot be read.
    """
    if not result.authentic:
        raise TrustError("recheck.not_verified", "no trusted key signed the revocation list", result.outcome)
    if crl.aki is None:
        raise TrustError("recheck.no_key", "the revocation list does not name its issuer's key")
    own = (each for each in stored if each.issuer_key_id == crl.aki)
    changes: list[RecheckResult] = []
    while batch := list(islice(own, BATCH)):
        changes += _changes(batch, crl, current=result.ok, at=at)
    return changes


def _changes(
    batch: list[StoredCertificate], crl: RevocationList, *, current: bool, at: datetime
) -> Iterator[RecheckResult]:
    entries = crl.find_many(each.serial for each in batch)
    part, update = crl.distribution_point, crl.this_update
    for each in batch:
        entry = entries.get(each.serial)
        if entry is None and (each.before == "unrevoked" or not current):
            continue
        now = _absent(each, update, part) if entry is None else "revoked"
        if now is not None and now != each.before:
            yield _result(each, now, entry, at, update)


def _absent(stored: StoredCertificate, update: datetime, part: bytes | None) -> Now | None:
    """What it says that a current list does not name the certificate."""
    if not same_part(part, stored.distribution_point):
        return None
    if stored.before == "revoked":
        return "no_longer_listed"
    return None if stored.not_after is not None and stored.not_after < update else "unrevoked"


def _result(
    stored: StoredCertificate, now: Now, entry: RevokedEntry | None, at: datetime, update: datetime
) -> RecheckResult:
    return RecheckResult(
        record_id=stored.record_id,
        kind=stored.kind,
        serial=stored.serial,
        before=stored.before,
        now=now,
        at=at,
        list_update=update,
        revoked_at=None if entry is None else entry.revoked_at,
        reason=None if entry is None else entry.reason,
        issuer_key_id=stored.issuer_key_id,
    )
