"""Sealing: a record's content is packed, encrypted and committed to in the caller's thread; the writer thread puts
contents, keys, search tokens and ledger into one transaction and signs the new checkpoint in it (design §7, §11).

What `seal` has returned is on the disk and in the ledger. What it has not returned is there wholly or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from honnin.core.clock import Clock, Random
from honnin.core.errors import CallerError, DataError, StoreError
from honnin.flows.group_commit import MAX_GROUP, MAX_WAITING, GroupCommit
from honnin.flows.ledger_ports import Growth, LedgerEntry, LedgerHead
from honnin.flows.number_ports import ShredNumber
from honnin.flows.recheck_ports import HeldCertificate
from honnin.flows.record_agrees import must_agree
from honnin.flows.record_ports import (
    AddPart,
    AddRecord,
    CompleteRecord,
    RecordMeta,
    RecordReader,
    RecordState,
    RecordSummary,
    ShredRecord,
)
from honnin.flows.store_ports import Change, RecordStore, Unit
from honnin.records.content import RecordContent, digest, pack, salt_of, salted, unpack
from honnin.records.ledger.checkpoint import Checkpoint, sign_checkpoint
from honnin.records.ledger.event import CIPHERTEXT_SHA256, Event, Kind, commitment, encode_event, format_at
from honnin.records.ledger.note import NoteSigner
from honnin.records.ledger.rows import (
    COMPLETION,
    CONTRACT_ENDED_ON,
    INDEX_SHA256,
    RETENTION_UNTIL,
    ROW_SHA256,
    STATES,
    CertificateFacts,
    RowFacts,
    index_digest,
    row_digest,
)
from honnin.records.ledger.tree import extend, leaf_hash, root
from honnin.records.vault import open_content, record_context, seal_content
from honnin.records.wrapping import KeyWrapper, WrappedKey

PART = "part"  # detail of a sealed or amended event: which part, in decimal
_ATTEMPTS = 5  # to amend, when somebody else amends the same record at the same time


@dataclass(frozen=True, slots=True)
class SealedReceipt:
    """What was stored: part 0 is the record, others are amendments. `leaf_index`: place of its event in the ledger;
    `checkpoint`: signed note of a ledger that has it.
    """

    record_id: str
    leaf_index: int
    checkpoint: str
    part: int = 0


@dataclass(frozen=True, slots=True)
class AppendReceipt:
    """Where the first of the appended events stands, and the signed note of a ledger that has them."""

    leaf_index: int
    checkpoint: str


class Sealer:
    """Seals records and appends events, from any number of threads; one a process and database."""

    def __init__(
        self,
        store: RecordStore,
        wrapper: KeyWrapper,
        signer: NoteSigner,
        *,
        clock: Clock,
        random: Random,
        waiting: int = MAX_WAITING,
        group: int = MAX_GROUP,
    ) -> None:
        """`wrapper`: keys of purpose `records`. `signer`: of purpose `ledger`."""
        self._store = store
        self._wrapper = wrapper
        self._signer = signer
        self._clock = clock
        self._random = random
        self._commits = GroupCommit(store, self._grow, waiting=waiting, group=group)

    @property
    def random(self) -> Random:
        """The source of randomness, for whoever seals something else into the same unit."""
        return self._random

    def seal(
        self,
        content: RecordContent,
        meta: RecordMeta,
        *,
        detail: Mapping[str, str] | None = None,
        events: Sequence[Event] = (),
        changes: Sequence[Change] = (),
    ) -> SealedReceipt:
        """Seal a new record; durable when this returns. `detail`: more for the ledger's event, nothing personal.
        `events` of the same tenant and `changes` are stored with it, together or not at all.

        Raises StoreError `store.exists`, `store.write`, `store.unknown`, `seal.busy`, `seal.closed`, those of the key
        provider; DataError `content.…`, `ledger.event`; CallerError `vault.argument`, `seal.events`.
        """
        sealed = self._encrypt(content, meta.tenant, meta.record_id, 0)
        index = index_digest(sealed.salt, meta.tokens, _facts_of(meta.certificates))
        promised = _promises(meta) | {INDEX_SHA256: index}
        entry = _entry(
            Event(
                Kind.SEALED,
                meta.tenant,
                meta.record_id,
                meta.sealed_at_utc,
                meta.staff,
                sealed.commitment,
                {**(detail or {}), **promised, PART: "0", CIPHERTEXT_SHA256: sealed.ciphertext_sha256},
            )
        )
        if any(event.tenant != meta.tenant for event in events):
            raise CallerError("seal.events", "events of one tenant are appended together")
        added = AddRecord(meta, sealed.ciphertext, sealed.key)
        unit = Unit(meta.tenant, (entry, *map(_entry, events)), (added, *changes))
        written = self._commits.write(unit)
        return SealedReceipt(meta.record_id, written.first_index, written.head.checkpoint)

    def amend(
        self,
        content: RecordContent,
        *,
        tenant: str,
        record_id: str,
        at: datetime,
        staff: str,
        tokens: tuple[tuple[str, bytes], ...] = (),
        detail: Mapping[str, str] | None = None,
        expected: int | None = None,
        changes: Sequence[Change] = (),
    ) -> SealedReceipt:
        """Append to a record; what was there stays. Durable when this returns. `expected`: how many parts it must have;
        `changes`: of its row, that belong to the same act.

        Raises as `seal`; StoreError `store.not_found`, `store.deleted`, `store.conflict` when others amend it too.
        """
        for attempt in range(_ATTEMPTS):
            now = self._store.record(tenant, record_id)
            if now.state is not RecordState.SEALED:
                raise StoreError("store.deleted", "the record was deleted")
            if expected is not None and now.parts != expected:
                raise StoreError("store.conflict", "somebody else has amended the record", "parts")
            sealed = self._encrypt(content, tenant, record_id, now.parts)
            index = self._store.index(tenant, record_id)  # no other part comes between: AddPart asks for the number
            promised = index_digest(sealed.salt, (*index.tokens, *tokens), _facts_of(index.certificates))
            details = {
                **(detail or {}), **_row_promise(now, changes), PART: str(now.parts),
                CIPHERTEXT_SHA256: sealed.ciphertext_sha256, INDEX_SHA256: promised,
            }  # fmt: skip
            event = Event(Kind.AMENDED, tenant, record_id, at, staff, sealed.commitment, details)
            part = AddPart(record_id, now.parts, sealed.ciphertext, sealed.key, tokens)
            try:
                written = self._commits.write(Unit(tenant, (_entry(event),), (part, *changes)))
            except StoreError as error:
                if error.code != "store.conflict" or attempt == _ATTEMPTS - 1:
                    raise
                continue
            return SealedReceipt(record_id, written.first_index, written.head.checkpoint, now.parts)
        raise StoreError("store.conflict", "the record is not as expected any more", "parts")

    def append_events(self, events: Sequence[Event], changes: Sequence[Change] = ()) -> AppendReceipt:
        """Events of one tenant and changes that belong to them, together or not at all; durable when this returns.

        Raises StoreError as `seal`, and `store.conflict` when a change meets a record that is not as expected;
        CallerError `seal.events` for no event or several tenants; DataError `ledger.event`.
        """
        tenants = {event.tenant for event in events}
        if len(tenants) != 1:
            raise CallerError("seal.events", "events of one tenant are appended together")
        written = self._commits.write(Unit(tenants.pop(), tuple(map(_entry, events)), tuple(changes)))
        if any(isinstance(change, (ShredRecord, ShredNumber)) for change in changes):
            self._store.forget()
        return AppendReceipt(written.first_index, written.head.checkpoint)

    def change(self, tenant: str, changes: Sequence[Change]) -> None:
        """Changes that no event tells of: re-wrapped keys, time-stamps. Raises StoreError as `append_events`."""
        self._commits.write(Unit(tenant, (), tuple(changes)))

    def must_agree(self, tenant: str, record_id: str) -> None:
        """See flows.record_agrees, with the key of this ledger."""
        key, witness = self._signer.key, self._signer.witness
        must_agree(
            self._store, tenant, record_id, origin=ledger_origin(key.name, tenant), key=key, witness=witness
        )

    def witness(self, text: str) -> str:
        """What an event says of a text that may name somebody and so stands beside the ledger only (NoteSigner)."""
        return self._signer.witness(text)

    def close(self) -> None:
        """Takes nothing more, stores what waits, ends the writer thread. The store stays open."""
        self._commits.close()

    def _encrypt(self, content: RecordContent, tenant: str, record_id: str, part: int) -> _Sealed:
        blinded = salted(content, self._random)
        where = part_id(record_id, part)
        sealed = seal_content(pack(blinded), tenant=tenant, record_id=where, random=self._random)
        return _Sealed(
            sealed.ciphertext,
            self._wrapper.wrap(sealed.data_key, context=record_context(tenant, where)),
            commitment(salt_of(blinded), digest(blinded)),
            hashlib.sha256(sealed.ciphertext).hexdigest(),
            salt_of(blinded),
        )

    def _grow(self, tenant: str, head: LedgerHead, leaves: Sequence[bytes]) -> Growth:
        hashes = tuple(map(leaf_hash, leaves))
        frontier, nodes = extend(head.frontier, hashes)
        checkpoint = Checkpoint(ledger_origin(self._signer.key.name, tenant), frontier.size, root(frontier))
        return Growth(LedgerHead(frontier, sign_checkpoint(checkpoint, self._signer)), hashes, nodes)


@dataclass(frozen=True, slots=True)
class _Sealed:
    ciphertext: bytes
    key: WrappedKey
    commitment: bytes
    ciphertext_sha256: str
    salt: bytes


def row_facts(meta: RecordMeta | RecordSummary) -> RowFacts:
    """The plain columns that the sealed event promises, as text."""
    return RowFacts(
        sealed_at=format_at(meta.sealed_at_utc),
        law=meta.law,
        methods=" ".join(meta.methods),
        document=meta.document,
        simulated=str(int(meta.simulated)),
        staff=meta.staff,
        retention_years=str(meta.retention_years),
    )


def _promises(meta: RecordMeta) -> dict[str, str]:
    days = {CONTRACT_ENDED_ON: meta.contract_ended_on, RETENTION_UNTIL: meta.retention_until}
    known = {name: day.isoformat() for name, day in days.items() if day is not None}
    states = " ".join(sorted(f"{each.kind}:{each.state}" for each in meta.certificates))
    known |= {} if meta.completion is None else {COMPLETION: str(meta.completion)}
    return known | {ROW_SHA256: row_digest(row_facts(meta)), STATES: states}


def _row_promise(row: RecordSummary, changes: Sequence[Change]) -> dict[str, str]:
    """What the row will say when the law was asked again; nothing when it stays as it is."""
    asked = [each for each in changes if isinstance(each, CompleteRecord)]
    if not asked:
        return {}
    facts = replace(row, methods=asked[-1].methods, retention_years=asked[-1].retention_years)
    return {ROW_SHA256: row_digest(row_facts(facts)), COMPLETION: str(asked[-1].completion)}


def _facts_of(certificates: Iterable[HeldCertificate]) -> list[CertificateFacts]:
    return [each.facts for each in certificates]


def ledger_origin(name: str, tenant: str) -> str:
    """The origin in the checkpoints of a tenant's ledger: name of the signing key, `/`, tenant."""
    return f"{name}/{tenant}"


def part_id(record_id: str, part: int) -> str:
    """What a part is bound to in its encryption: the record's id for part 0, `RECORD_ID/PART` for amendments."""
    return record_id if part == 0 else f"{record_id}/{part}"


def open_part(
    reader: RecordReader, wrapper: KeyWrapper, *, tenant: str, record_id: str, part: int = 0
) -> RecordContent:
    """The content of a record (part 0) or of an amendment.

    Raises StoreError `store.not_found`, `store.deleted`, `store.read`, `vault.key_missing`; DataError
    `vault.key_damaged`, `vault.damaged`, `content.…`. That it is what the ledger says is for an audit to find.
    """
    stored = reader.part(tenant, record_id, part)
    if stored.key is None:
        raise DataError("vault.key_damaged", "the wrapped key of the record is not there", "row")
    where = part_id(record_id, part)
    data_key = wrapper.unwrap(stored.key, context=record_context(tenant, where))
    return unpack(open_content(stored.ciphertext, data_key, tenant=tenant, record_id=where))


def _entry(event: Event) -> LedgerEntry:
    return LedgerEntry(encode_event(event), str(event.kind), event.record_id, event.at)
