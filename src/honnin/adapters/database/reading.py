"""Reading: rows into the values of flows.record_ports. One damaged row harms nothing but itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import sqlalchemy as sa

from honnin.adapters.database.columns import damaged, day, day_of, instant, instant_of, understood
from honnin.adapters.database.engine import Database
from honnin.adapters.database.growing import epoch_of, head_of
from honnin.adapters.database.job_rows import JobReading, held_certificate
from honnin.adapters.database.leaf_places import places_of
from honnin.adapters.database.schema import (
    CHECKPOINTS,
    DELETION_REQUESTS,
    LEDGER_HEADS,
    LEDGER_LEAVES,
    LEDGER_NODES,
    NUMBER_GRANTS,
    NUMBER_KEYS,
    NUMBERS,
    RECORD_CERTIFICATES,
    RECORD_KEYS,
    RECORD_PARTS,
    RECORD_TOKENS,
    RECORDS,
    UNFINISHED,
)
from honnin.core.errors import StoreError
from honnin.flows.deletion_ports import RequestRow, RequestState
from honnin.flows.ledger_ports import CheckpointRow, LeafRow, LedgerHead
from honnin.flows.number_ports import NumberRow
from honnin.flows.record_ports import KeyAt, RecordIndex, RecordQuery, RecordState, RecordSummary, StoredPart
from honnin.records.ledger.tree import Node
from honnin.records.number_vault import ViewGrant
from honnin.records.visit_record import Completion
from honnin.records.wrapping import WrappedKey

MAX_ROWS = 1000
MAX_EPOCHS = 30_000  # of search tokens: what one statement of SQLite can name
_CHUNK = 2000  # rows of a long listing that are fetched at once


class Reading(JobReading):
    """RecordReader, LedgerReader and JobRows over one database."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)

    # --- records ---

    def record(self, tenant: str, record_id: str) -> RecordSummary:
        """The plain facts. Raises StoreError `store.not_found`, `store.damaged`."""
        query = sa.select(RECORDS).where(RECORDS.c.tenant == tenant, RECORDS.c.record_id == record_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise _not_found()
        found = summary_or_none(row)
        if found is None:
            raise damaged("record")
        return found

    def records(self, tenant: str, query: RecordQuery, *, limit: int = 100) -> Sequence[RecordSummary]:
        """What matches, the latest first; rows that cannot be understood are left out."""
        with self._database.reading() as connection:
            epochs = _epochs(connection, tenant) if query.tokens else range(0)
            chosen = (
                sa.select(RECORDS)
                .where(RECORDS.c.tenant == tenant, *_terms(tenant, query, epochs))
                .order_by(RECORDS.c.sealed_at_utc.desc(), RECORDS.c.record_id.desc())
                .limit(max(0, min(limit, MAX_ROWS)))
            )
            found = [summary_or_none(row) for row in connection.execute(chosen).mappings()]
        return [each for each in found if each is not None]

    def part(self, tenant: str, record_id: str, part: int = 0) -> StoredPart:
        """One part with its key. Raises StoreError `store.not_found`, `store.deleted`."""
        key = (RECORD_PARTS.c.tenant, RECORD_PARTS.c.record_id, RECORD_PARTS.c.part)
        query = (
            sa.select(RECORD_PARTS.c.ciphertext, RECORD_KEYS.c.key_id, RECORD_KEYS.c.wrapped)
            .select_from(
                RECORD_PARTS.outerjoin(
                    RECORD_KEYS,
                    sa.and_(*(mine == RECORD_KEYS.c[mine.name] for mine in key)),
                )
            )
            .where(RECORD_PARTS.c.tenant == tenant, RECORD_PARTS.c.record_id == record_id, RECORD_PARTS.c.part == part)
        )
        states = sa.select(RECORDS.c.state).where(RECORDS.c.tenant == tenant, RECORDS.c.record_id == record_id)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            state = connection.execute(states).scalar() if row is None else None
        if row is None:
            if state == RecordState.DELETED:
                raise StoreError("store.deleted", "the record was deleted")
            raise _not_found()
        return StoredPart(part, bytes(row[0]), _wrapped(row[1], row[2]))

    def requests(
        self, tenant: str, *, state: RequestState | None = None, record_id: str = "", not_by: str = "",
        limit: int = 100,
    ) -> Sequence[RequestRow]:  # fmt: skip
        """Requests for deletion (of one record, if given; but those of `not_by`), the latest first. Rows that cannot be
        understood are left out: they are nobody's request.
        """
        table = DELETION_REQUESTS
        terms = [table.c.tenant == tenant] + ([] if state is None else [table.c.state == state])
        terms += [table.c.record_id == record_id] if record_id else []
        terms += [table.c.requested_by != not_by] if not_by else []
        chosen = (
            sa.select(table)
            .where(*terms)
            .order_by(table.c.requested_at_utc.desc(), table.c.request_id.desc())
            .limit(max(0, min(limit, MAX_ROWS)))
        )
        with self._database.reading() as connection:
            return list(understood(connection.execute(chosen).mappings(), _request))

    def request(self, tenant: str, request_id: str) -> RequestRow:
        """That request for deletion, whatever became of it. Raises StoreError `store.not_found`."""
        table = DELETION_REQUESTS
        query = sa.select(table).where(table.c.tenant == tenant, table.c.request_id == request_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise _not_found()
        return _request(row)

    def number(self, tenant: str, number_id: str) -> NumberRow:
        """Raises StoreError `store.not_found`, `store.damaged`."""
        joined = NUMBERS.outerjoin(
            NUMBER_KEYS,
            sa.and_(NUMBER_KEYS.c.tenant == NUMBERS.c.tenant, NUMBER_KEYS.c.number_id == NUMBERS.c.number_id),
        )
        query = (
            sa.select(NUMBERS, NUMBER_KEYS.c.key_id, NUMBER_KEYS.c.wrapped)
            .select_from(joined)
            .where(NUMBERS.c.tenant == tenant, NUMBERS.c.number_id == number_id)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise _not_found()
        return _number(row)

    def numbers(
        self, tenant: str, *, over_on: date | None = None, record_id: str = "", after: str = "", limit: int = 1000
    ) -> Sequence[NumberRow]:
        """Numbers without their ciphertext and key, in the order of their ids; rows that cannot be understood are left
        out.
        """
        terms = [NUMBERS.c.tenant == tenant, NUMBERS.c.number_id > after]
        if over_on is not None:
            terms.append(NUMBERS.c.retention_until < day(over_on))
        if record_id:
            terms.append(NUMBERS.c.record_id == record_id)
        plain = [column for column in NUMBERS.c if column.name != "ciphertext"]
        chosen = sa.select(*plain).where(*terms).order_by(NUMBERS.c.number_id).limit(max(0, min(limit, MAX_ROWS)))
        with self._database.reading() as connection:
            rows = connection.execute(chosen).mappings().all()
        found = [_number_or_none({**row, "ciphertext": b"", "key_id": None, "wrapped": None}) for row in rows]
        return [each for each in found if each is not None]

    def grant(self, tenant: str, number_id: str) -> ViewGrant | None:
        """The grant of that number, None when there is none or it cannot be understood."""
        table = NUMBER_GRANTS
        query = sa.select(table).where(table.c.tenant == tenant, table.c.number_id == number_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        try:
            return None if row is None else _grant(row)
        except StoreError:
            return None

    def keys_not_under(self, key_id: str, *, numbers: bool = False, limit: int = 1000) -> Sequence[KeyAt]:
        """Wrapped keys of all tenants that are wrapped with another key."""
        table = NUMBER_KEYS if numbers else RECORD_KEYS
        chosen = sa.select(table).where(table.c.key_id != key_id).limit(max(0, min(limit, MAX_ROWS)))
        with self._database.reading() as connection:
            return [
                KeyAt(
                    row["tenant"],
                    row["number_id" if numbers else "record_id"],
                    None if numbers else row["part"],
                    WrappedKey(row["key_id"], bytes(row["wrapped"])),
                )
                for row in connection.execute(chosen).mappings()
            ]

    def index(self, tenant: str, record_id: str) -> RecordIndex:
        """What a record is found by now."""
        tokens = RECORD_TOKENS
        with self._database.reading() as connection:
            of_tokens = sa.select(tokens.c.kind, tokens.c.token).where(
                tokens.c.tenant == tenant, tokens.c.record_id == record_id
            )
            of_certificates = sa.select(RECORD_CERTIFICATES).where(
                RECORD_CERTIFICATES.c.tenant == tenant, RECORD_CERTIFICATES.c.record_id == record_id
            )
            return RecordIndex(
                tuple((kind, bytes(token)) for kind, token in connection.execute(of_tokens)),
                tuple(map(held_certificate, connection.execute(of_certificates).mappings())),
            )

    # --- ledger ---

    def tenants(self) -> Sequence[str]:
        """Those that have a ledger."""
        with self._database.reading() as connection:
            return list(connection.execute(sa.select(LEDGER_HEADS.c.tenant).order_by(LEDGER_HEADS.c.tenant)).scalars())

    def head(self, tenant: str) -> LedgerHead:
        """The end of the ledger; size 0 when there is none. Raises StoreError `store.damaged`."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(LEDGER_HEADS).where(LEDGER_HEADS.c.tenant == tenant)).mappings().first()
        return LedgerHead() if row is None else head_of(row)

    def leaves(self, tenant: str, start: int = 0, stop: int | None = None) -> Iterator[LeafRow]:
        """Leaves from `start` to before `stop`, in order, without holding all of them."""
        table = LEDGER_LEAVES
        terms = [table.c.tenant == tenant, table.c.seq >= start] + ([] if stop is None else [table.c.seq < stop])
        for row in self._all(sa.select(table).where(*terms).order_by(table.c.seq)):
            yield _leaf(row)

    def events_of(self, tenant: str, record_id: str) -> Sequence[LeafRow]:
        """All events of a record, in order."""
        table = LEDGER_LEAVES
        there = (table.c.tenant == tenant, table.c.seq.in_(places_of(tenant, record_id)))
        query = sa.select(table).where(*there).order_by(table.c.seq)
        with self._database.reading() as connection:
            return [_leaf(row) for row in connection.execute(query).mappings()]

    def node(self, tenant: str, level: int, index: int) -> bytes:
        """The hash at a place of the tree; level 0 are the leaves. Raises StoreError `store.not_found`."""
        if level == 0:
            query = sa.select(LEDGER_LEAVES.c.leaf_hash).where(
                LEDGER_LEAVES.c.tenant == tenant, LEDGER_LEAVES.c.seq == index
            )
        else:
            query = sa.select(LEDGER_NODES.c.hash).where(
                LEDGER_NODES.c.tenant == tenant, LEDGER_NODES.c.level == level, LEDGER_NODES.c.idx == index
            )
        with self._database.reading() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            raise _not_found()
        return bytes(found)

    def nodes(self, tenant: str) -> Iterator[Node]:
        """All stored nodes of level 1 and above."""
        table = LEDGER_NODES
        for row in self._all(sa.select(table).where(table.c.tenant == tenant).order_by(table.c.level, table.c.idx)):
            yield row["level"], row["idx"], bytes(row["hash"])

    def checkpoints(self, tenant: str, *, newest: int | None = None) -> Sequence[CheckpointRow]:
        """All checkpoints, or only so many of the newest; the smallest first."""
        query = sa.select(CHECKPOINTS).where(CHECKPOINTS.c.tenant == tenant).order_by(CHECKPOINTS.c.size.desc())
        with self._database.reading() as connection:
            found = [
                CheckpointRow(
                    row["size"],
                    instant_of(row["at_utc"]),
                    row["note"],
                    None if row["timestamp"] is None else bytes(row["timestamp"]),
                )
                for row in connection.execute(query.limit(newest)).mappings()
            ]
        return found[::-1]

    def _all(self, query: sa.Select[tuple[object, ...]]) -> Iterator[sa.RowMapping]:
        """A listing in chunks, all of it from one state of the data."""
        with self._database.reading() as connection:
            result = connection.execution_options(yield_per=_CHUNK).execute(query)
            try:
                yield from result.mappings()
            finally:
                result.close()


def _epochs(connection: sa.Connection, tenant: str) -> range:
    """All epochs of the tenant's search tokens: by the length of the ledger, whatever stands beside a token."""
    size = connection.execute(sa.select(LEDGER_HEADS.c.size).where(LEDGER_HEADS.c.tenant == tenant)).scalar() or 0
    return range(min(epoch_of(size), MAX_EPOCHS) + 1)


def _terms(tenant: str, query: RecordQuery, epochs: range) -> list[sa.ColumnElement[bool]]:
    terms: list[sa.ColumnElement[bool]] = []
    if query.record_id:
        terms.append(RECORDS.c.record_id == query.record_id)
    for kind, token in query.tokens:
        of_token = sa.select(RECORD_TOKENS.c.record_id).where(
            RECORD_TOKENS.c.tenant == tenant,
            RECORD_TOKENS.c.epoch.in_(epochs),
            RECORD_TOKENS.c.kind == kind,
            RECORD_TOKENS.c.token == token,
        )
        terms.append(RECORDS.c.record_id.in_(of_token))
    if query.law:
        terms.append(RECORDS.c.law == query.law)
    if query.staff:
        terms.append(RECORDS.c.staff == query.staff)
    if query.unsatisfied:
        terms += [RECORDS.c.law != "", RECORDS.c.methods == ""]
    if query.unfinished:
        terms.append(UNFINISHED)  # type: ignore[arg-type]  # text that is a condition
    if query.no_completion:
        terms.append(RECORDS.c.completion == "")
    if query.state is not None:
        terms.append(RECORDS.c.state == query.state)
    if query.sealed_from_utc is not None:
        terms.append(RECORDS.c.sealed_at_utc >= instant(query.sealed_from_utc))
    if query.sealed_before_utc is not None:
        terms.append(RECORDS.c.sealed_at_utc < instant(query.sealed_before_utc))
    if query.retention_over_on is not None:
        over = RECORDS.c.retention_until < day(query.retention_over_on)
        terms += [over, RECORDS.c.holds == 0, RECORDS.c.state == RecordState.SEALED]
    if query.after:
        terms.append(RECORDS.c.record_id < query.after)
    return terms


def summary_or_none(row: sa.RowMapping) -> RecordSummary | None:
    """The plain facts in a row; None when it cannot be understood."""
    try:
        return RecordSummary(
            record_id=row["record_id"],
            tenant=row["tenant"],
            sealed_at_utc=instant_of(row["sealed_at_utc"]),
            law=row["law"],
            methods=tuple(row["methods"].split()),
            document=row["document"],
            simulated=bool(row["simulated"]),
            staff=row["staff"],
            state=RecordState(row["state"]),
            parts=row["parts"],
            retention_years=row["retention_years"],
            contract_ended_on=day_of(row["contract_ended_on"]),
            retention_until=day_of(row["retention_until"]),
            holds=row["holds"],
            hold_reason=row["hold_reason"],
            deleted_at_utc=None if row["deleted_at_utc"] is None else instant_of(row["deleted_at_utc"]),
            completion=Completion(row["completion"]) if row["completion"] else None,
        )
    except (ValueError, StoreError):
        return None


def _request(row: sa.RowMapping) -> RequestRow:
    try:
        return RequestRow(
            tenant=row["tenant"],
            request_id=row["request_id"],
            record_id=row["record_id"],
            requested_at_utc=instant_of(row["requested_at_utc"]),
            requested_by=row["requested_by"],
            reason=row["reason"],
            state=RequestState(row["state"]),
            decided_at_utc=None if row["decided_at_utc"] is None else instant_of(row["decided_at_utc"]),
            decided_by=row["decided_by"],
        )
    except ValueError:
        raise damaged("request") from None


def _number(row: sa.RowMapping | dict[str, object]) -> NumberRow:
    return NumberRow(
        tenant=str(row["tenant"]),
        number_id=str(row["number_id"]),
        record_id=str(row["record_id"]),
        purpose=str(row["purpose"]),
        stored_at_utc=instant_of(row["stored_at_utc"]),
        retention_until=day_of(row["retention_until"]),
        ciphertext=bytes(row["ciphertext"]),  # type: ignore[arg-type]  # a column of octets
        key=_wrapped(row["key_id"], row["wrapped"]),
    )


def _number_or_none(row: dict[str, object]) -> NumberRow | None:
    try:
        return _number(row)
    except StoreError:
        return None


def _grant(row: sa.RowMapping) -> ViewGrant:
    return ViewGrant(
        tenant=row["tenant"],
        number_id=row["number_id"],
        entitled=row["entitled"],
        token_digest=bytes(row["token_digest"]),
        expires_at_utc=instant_of(row["expires_at_utc"]),
        used_at_utc=None if row["used_at_utc"] is None else instant_of(row["used_at_utc"]),
    )


def _leaf(row: sa.RowMapping) -> LeafRow:
    return LeafRow(
        index=row["seq"],
        octets=bytes(row["leaf"]),
        leaf_hash=bytes(row["leaf_hash"]),
        record_id=row["record_id"],
        kind=row["kind"],
        at_utc=instant_of(row["at_utc"]),
    )


def _wrapped(key_id: object, octets: object) -> WrappedKey | None:
    return WrappedKey(str(key_id), bytes(octets)) if isinstance(octets, (bytes, memoryview)) else None


def _not_found() -> StoreError:
    return StoreError("store.not_found", "there is no record of that number")
