"""Before a record is destroyed: do its rows say what its ledger says? An audit finds a changed row, but only later.

Who holds the database and no key could take away a hold, move the end of a contract or put another name under a
request, and then let the house itself destroy the record. So the row, its holds and its requests are compared with the
record's entries, and each of those entries is shown to stand under the newest signed checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable

from honnin.core.errors import HonninError, StoreError
from honnin.flows.store_ports import RecordStore
from honnin.records.ledger.checkpoint import open_checkpoint
from honnin.records.ledger.event import Kind, decode_event
from honnin.records.ledger.findings import AuditCode, EnoughError, Findings
from honnin.records.ledger.note import NoteKey
from honnin.records.ledger.record_walk import audit_record
from honnin.records.ledger.stored import RecordStoreView
from honnin.records.ledger.tree import inclusion_proof, leaf_hash, verify_inclusion

__all__ = ["must_agree"]

# What decides whether a record may go. Damage of its content is for the audit: it may be deleted all the same.
_DECIDES = frozenset({AuditCode.ROW_ALTERED, AuditCode.REQUEST_ALTERED, AuditCode.RECORD_UNSEALED})
_LOOKS = frozenset({Kind.VIEWED, Kind.EXPORTED})  # there may be very many, and nothing is decided by them


def must_agree(
    store: RecordStore, tenant: str, record_id: str, *, origin: str, key: NoteKey, witness: Callable[[str], str]
) -> None:
    """Raises StoreError `ledger.record_differs`, `store.read`. `origin`: that of the tenant's checkpoints; `witness`:
    that of the ledger's signer.
    """
    findings = Findings()
    with store.auditing(tenant) as rows:
        try:
            audit_record(rows.record(record_id), RecordStoreView((), rows.events_of, witness=witness), findings)
        except EnoughError:
            raise _differs("more than is told") from None
    wrong = next((each for each in findings.all if each.code in _DECIDES), None)
    if wrong is not None:
        raise _differs(f"{wrong.code}: {wrong.detail}")
    try:
        newest = open_checkpoint(store.head(tenant).checkpoint, key, origin=origin)
        for leaf in store.events_of(tenant, record_id):
            if decode_event(leaf.octets).kind in _LOOKS:
                continue
            proof = inclusion_proof(leaf.index, newest.size, lambda level, at: store.node(tenant, level, at))
            verify_inclusion(
                leaf=leaf_hash(leaf.octets), index=leaf.index, size=newest.size, proof=proof, root=newest.root
            )
    except HonninError as error:
        if error.code == "store.read":
            raise
        raise _differs(error.code) from None


def _differs(why: str) -> StoreError:
    return StoreError("ledger.record_differs", "the rows of the record are not what its ledger says", why)
