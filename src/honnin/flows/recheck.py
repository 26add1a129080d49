"""Re-check the certificates of kept records whenever a newer revocation list is there.

The records stay as they are: what changed is handed to the store, which appends an event "rechecked" for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from honnin.core.errors import TrustError
from honnin.flows.ports import TrustStore
from honnin.records.recheck import RecheckResult, StoredCertificate, recheck
from honnin.trust.crl import RevocationList
from honnin.trust.jpki_crl import verify_list


class CertificateStore(Protocol):
    """The certificates that kept records rest on. Raises StoreError."""

    def certificates(self, issuer_key_id: bytes, /) -> Iterable[StoredCertificate]:
        """Those of that issuer key, of records that are still kept."""
        ...

    def note(self, results: Sequence[RecheckResult], /) -> None:
        """Append an event "rechecked" for each; durable when this returns."""
        ...


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What one list did. `state`: the outcome of `verify_list`, or "no_key"; then nothing was compared."""

    issuer: str
    state: str
    changed: int


def recheck_all(store: CertificateStore, trust: TrustStore, *, at: datetime) -> tuple[ListOutcome, ...]:
    """Compare all kept certificates with every list of the house. Each list's changes are noted before the next.

    A list that nobody trusted signed is reported and passed over. Raises TrustError and DataError when a list cannot
    be read (a damaged index never counts as "nothing revoked"), StoreError.
    """
    anchors = trust.anchors()
    outcomes: list[ListOutcome] = []
    for crl in trust.crls():
        result = verify_list(crl, anchors, at)
        changes: list[RecheckResult] = []
        state = result.outcome
        if crl.aki is None:
            state = "no_key"
        elif result.authentic:
            changes = recheck(store.certificates(crl.aki), crl, result, at=at)
            if changes:
                store.note(changes)
        outcomes.append(ListOutcome(crl.issuer.text, state, len(changes)))
    return tuple(outcomes)


def recheck_with(
    store: CertificateStore, crl: RevocationList, trust: TrustStore, *, at: datetime
) -> Sequence[RecheckResult]:
    """Compare with one list, just imported. Raises as `recheck` and `recheck_all`."""
    if crl.aki is None:
        raise TrustError("recheck.no_key", "the revocation list does not name its issuer's key")
    changes = recheck(store.certificates(crl.aki), crl, verify_list(crl, trust.anchors(), at), at=at)
    if changes:
        store.note(changes)
    return changes
