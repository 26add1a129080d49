"""Rotation: the data keys of everything that is kept, from older keys to the current one. No content is touched.

It may be broken off and started again, and the counter may go on meanwhile: what is done stays done, and new records
are wrapped with the current key from the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.errors import CallerError, DataError, StoreError
from honnin.flows.record_ports import KeyAt, ReplaceKey
from honnin.flows.sealing import Sealer, part_id
from honnin.flows.store_ports import RecordStore
from honnin.records.ledger.event import Event, Kind
from honnin.records.number_vault import NumberEntry, number_context
from honnin.records.vault import record_context
from honnin.records.wrapping import WRAPPING, KeyWrapper, Purpose, rewrap

BATCH = 200


@dataclass(frozen=True, slots=True)
class NotRewrapped:
    """A wrapped key that stays under its older key, and the code of what was wrong with it."""

    at: KeyAt
    code: str


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did. While `left` is not empty the older keys must stay."""

    key_id: str
    rewrapped: int
    left: tuple[NotRewrapped, ...]


def rewrap_all(
    store: RecordStore, sealer: Sealer, wrapper: KeyWrapper, *, purpose: Purpose, actor: str, at: datetime
) -> Rotation:
    """Re-wrap every data key of `purpose` (`records` or `numbers`) that is under an older key, of all tenants.

    A key that cannot be opened (damaged, or its key is missing) is left as it is and named in the answer; the others
    go on. Each batch writes `key_rotated` into the tenant's ledger. Raises CallerError `vault.purpose`, StoreError
    `store.…` and `vault.token.…`.
    """
    if purpose not in WRAPPING:
        raise CallerError("vault.purpose", "keys of this purpose wrap nothing", purpose)
    current = wrapper.current_key_id
    numbers = purpose is Purpose.NUMBERS
    left: dict[tuple[str, str, int | None], NotRewrapped] = {}
    done = 0
    while True:
        found = store.keys_not_under(current, numbers=numbers, limit=BATCH + len(left))
        fresh = [each for each in found if (each.tenant, each.record_id, each.part) not in left]
        if not fresh:
            break
        for tenant, group in groupby(sorted(fresh, key=_place), key=lambda each: each.tenant):
            changes: list[ReplaceKey] = []
            for each in group:
                try:
                    new = rewrap(wrapper, each.key, context=_context(store, each))
                except (DataError, StoreError) as error:
                    if error.code.startswith("vault.token"):
                        raise
                    left[each.tenant, each.record_id, each.part] = NotRewrapped(each, error.code)
                    continue
                changes.append(ReplaceKey(each.record_id, each.part, each.key, new))
            done += _replace(sealer, tenant, changes, purpose=purpose, key_id=current, actor=actor, at=at)
    store.forget()  # the old wrapped keys leave the database's log too
    return Rotation(current, done, tuple(left.values()))


def key_in_use(store: RecordStore, wrapper: KeyWrapper, *, purpose: Purpose) -> bool:
    """Whether anything is still wrapped with a key that is not the current one: then no older key may be retired."""
    return bool(store.keys_not_under(wrapper.current_key_id, numbers=purpose is Purpose.NUMBERS, limit=1))


def _replace(
    sealer: Sealer,
    tenant: str,
    changes: Sequence[ReplaceKey],
    *,
    purpose: Purpose,
    key_id: str,
    actor: str,
    at: datetime,
) -> int:
    """All at once with their event; one by one if some record was deleted or re-wrapped by others just now."""
    if not changes:
        return 0
    detail = {"purpose": purpose.value, "key_id": key_id, "count": str(len(changes))}
    try:
        sealer.append_events([Event(Kind.KEY_ROTATED, tenant, "", at, actor, None, detail)], changes)
    except StoreError as error:
        if error.code != "store.conflict":
            raise
    else:
        return len(changes)
    done = 0
    for change in changes:
        try:
            sealer.change(tenant, [change])
        except StoreError as error:
            if error.code != "store.conflict":
                raise
        else:
            done += 1
    return done


def _context(store: RecordStore, at: KeyAt) -> bytes:
    if at.part is not None:
        return record_context(at.tenant, part_id(at.record_id, at.part))
    row = store.number(at.tenant, at.record_id)
    try:
        purpose = NumberLawPurpose(row.purpose)
    except ValueError:
        raise DataError("vault.key_damaged", "the purpose of the number is none of the law", "purpose") from None
    entry = NumberEntry(row.tenant, row.number_id, row.record_id, purpose, row.stored_at_utc, row.retention_until)
    return number_context(entry)


def _place(at: KeyAt) -> tuple[str, str, int]:
    return at.tenant, at.record_id, -1 if at.part is None else at.part
