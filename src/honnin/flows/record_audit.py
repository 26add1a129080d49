"""The audit of a tenant's ledger and records as they are stored (records.ledger.audit over a RecordStore)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from honnin.core.errors import StoreError
from honnin.flows.number_keeping import try_number_key
from honnin.flows.sealing import ledger_origin, open_part
from honnin.flows.store_ports import RecordStore
from honnin.records.content import digest, salt_of
from honnin.records.ledger.audit import AuditFinding, LedgerStore, RecordStoreView, audit
from honnin.records.ledger.audit_house import HouseStoreView, audit_house
from honnin.records.ledger.audit_numbers import NumberStoreView, audit_numbers
from honnin.records.ledger.event import OF_CAUSES, OF_CHECKS, OF_STAMPS, commitment
from honnin.records.ledger.note import NoteKey
from honnin.records.ledger.stored import OpenedPart
from honnin.records.wrapping import KeyWrapper


def audit_records(
    store: RecordStore,
    tenant: str,
    key: NoteKey,
    *,
    wrapper: KeyWrapper | None = None,
    numbers: KeyWrapper | None = None,
    witness: Callable[[str], str] | None = None,
    kept_elsewhere: Iterable[str] = (),
) -> tuple[AuditFinding, ...]:
    """Everything that does not say any more what was sealed and signed; empty when all does.

    All of it is read as it is at one moment; sealing goes on meanwhile. With `wrapper` every content is opened as well
    and compared with its commitment, and its search tokens and certificates with what was promised of them. `witness`:
    that of the ledger's signer; with it the reasons of holds and deletions are compared too. `kept_elsewhere`:
    checkpoints (notes) that were kept outside, the smallest first: they show even a ledger that was wholly replaced.
    Individual numbers are compared with the ledger in any case; with `numbers` (keys of that purpose) each one's
    wrapped key is tried as well, and no number is opened. The house's own rows are compared too. Raises StoreError
    `store.read`.
    """

    def opened(record_id: str, part: int) -> OpenedPart:
        if wrapper is None:
            raise StoreError("vault.key_missing", "no keys were given", record_id)
        content = open_part(store, wrapper, tenant=tenant, record_id=record_id, part=part)
        return OpenedPart(commitment(salt_of(content), digest(content)), salt_of(content))

    with store.auditing(tenant) as rows:
        ledger = LedgerStore(
            tenant=tenant,
            origin=ledger_origin(key.name, tenant),
            head=rows.head(),
            leaves=rows.leaves(),
            node=rows.node,
            nodes=rows.nodes(),
            checkpoints=rows.checkpoints(),
            has_record=rows.has_record,
            kept_elsewhere=kept_elsewhere,
            head_note=rows.head_note(),
        )
        view = RecordStoreView(
            records=rows.records(),
            events_of=rows.events_of,
            open=opened if wrapper is not None else None,
            witness=witness,
        )
        of_numbers = NumberStoreView(
            numbers=rows.numbers(),
            events_of=rows.events_of,
            granted_at=rows.granted_at(),
            try_key=None if numbers is None else lambda number_id: try_number_key(store, numbers, tenant, number_id),
        )
        of_house = HouseStoreView(
            check=rows.check(),
            check_events=rows.events_of(OF_CHECKS),
            causes=rows.causes(),
            cause_events=rows.events_of(OF_CAUSES),
            stamps=rows.stamps(),
            stamp_events=rows.events_of(OF_STAMPS),
            witness=witness,
        )
        return (*audit(ledger, view, key), *audit_numbers(of_numbers), *audit_house(of_house))
