"""Changes to records: their plain facts, parts, keys, search tokens and certificates (flows.record_ports)."""

from __future__ import annotations

import sqlalchemy as sa

from honnin.adapters.database.changing import Changing, Handlers
from honnin.adapters.database.columns import day, instant
from honnin.adapters.database.schema import (
    NUMBER_KEYS,
    RECORD_CERTIFICATES,
    RECORD_HOLD_NOTES,
    RECORD_KEYS,
    RECORD_PARTS,
    RECORD_RECHECKS,
    RECORD_TOKENS,
    RECORDS,
)
from honnin.adapters.database.transaction import conflict
from honnin.flows.record_ports import (
    AddPart,
    AddRecord,
    CompleteRecord,
    EndContract,
    Hold,
    RecordState,
    ReplaceKey,
    SetCompletion,
    ShredRecord,
)


def _add_record(to: Changing, change: AddRecord) -> None:
    meta = change.meta
    if meta.tenant != to.tenant:
        raise conflict("tenant")
    to.add(RECORDS, {
        "record_id": meta.record_id, "sealed_at_utc": instant(meta.sealed_at_utc), "law": meta.law,
        "methods": " ".join(meta.methods), "document": meta.document, "simulated": int(meta.simulated),
        "staff": meta.staff, "state": str(RecordState.SEALED), "parts": 1, "retention_years": meta.retention_years,
        "contract_ended_on": day(meta.contract_ended_on), "retention_until": day(meta.retention_until), "holds": 0,
        "hold_reason": "", "deleted_at_utc": None, "completion": str(meta.completion or ""),
    })  # fmt: skip
    _part(to, meta.record_id, 0, change)
    to.tokens(meta.record_id, dict.fromkeys(meta.tokens))
    to.add(RECORD_CERTIFICATES, *(
        {"record_id": meta.record_id, "issuer": issuer, "serial": serial, "kind": each.kind, "state": each.state,
         "not_after_utc": None if each.not_after is None else instant(each.not_after), "point": each.point}
        for (issuer, serial), each in {(each.issuer, each.serial): each for each in meta.certificates}.items()
    ))  # fmt: skip


def _part(to: Changing, record_id: str, part: int, change: AddRecord | AddPart) -> None:
    place = {"record_id": record_id, "part": part}
    to.add(RECORD_PARTS, {**place, "ciphertext": change.ciphertext})
    to.add(RECORD_KEYS, {**place, "key_id": change.key.key_id, "wrapped": change.key.octets})


def _add_part(to: Changing, change: AddPart) -> None:
    to.update(
        RECORDS,
        {"parts": change.part + 1},
        RECORDS.c.record_id == change.record_id,
        RECORDS.c.parts == change.part,
        RECORDS.c.state == RecordState.SEALED,
        why="parts",
    )
    _part(to, change.record_id, change.part, change)
    known = to.connection.execute(
        sa.select(RECORD_TOKENS.c.kind, RECORD_TOKENS.c.token).where(
            RECORD_TOKENS.c.tenant == to.tenant, RECORD_TOKENS.c.record_id == change.record_id
        )
    )
    old = {(kind, bytes(token)) for kind, token in known}
    to.tokens(change.record_id, (each for each in dict.fromkeys(change.tokens) if each not in old))


def _complete_record(to: Changing, change: CompleteRecord) -> None:
    values = {
        "methods": " ".join(change.methods), "retention_years": change.retention_years,
        "completion": str(change.completion),
    }  # fmt: skip
    where = (RECORDS.c.record_id == change.record_id, RECORDS.c.state == RecordState.SEALED)
    to.update(RECORDS, values, *where, why="state")


def _set_completion(to: Changing, change: SetCompletion) -> None:
    unknown = (
        RECORDS.c.record_id == change.record_id, RECORDS.c.state == RecordState.SEALED, RECORDS.c.completion == "",
    )  # fmt: skip
    to.update(RECORDS, {"completion": str(change.completion)}, *unknown, why="completion")


def _end_contract(to: Changing, change: EndContract) -> None:
    values = {"contract_ended_on": day(change.contract_ended_on), "retention_until": day(change.retention_until)}
    where = (RECORDS.c.record_id == change.record_id, RECORDS.c.state == RecordState.SEALED)
    to.update(RECORDS, values, *where, why="state")


def _hold(to: Changing, change: Hold) -> None:
    to.update(
        RECORDS,
        {"holds": RECORDS.c.holds + change.change, "hold_reason": change.reason},
        RECORDS.c.record_id == change.record_id,
        RECORDS.c.state == RecordState.SEALED,
        RECORDS.c.holds + change.change >= 0,
        why="holds",
    )


def _shred_record(to: Changing, change: ShredRecord) -> None:
    by = change.kept_by
    as_decided = () if by is None else (
        RECORDS.c.retention_years == by[0], RECORDS.c.contract_ended_on.is_not_distinct_from(day(by[1])),
    )  # fmt: skip
    to.update(
        RECORDS,
        {"state": str(RecordState.DELETED), "deleted_at_utc": instant(change.at_utc)},
        RECORDS.c.record_id == change.record_id,
        RECORDS.c.state == RecordState.SEALED,
        RECORDS.c.holds == 0,
        *as_decided,
        why="state, hold or retention",
    )
    for table in (
        RECORD_KEYS, RECORD_PARTS, RECORD_TOKENS, RECORD_CERTIFICATES, RECORD_HOLD_NOTES, RECORD_RECHECKS,
    ):  # fmt: skip
        to.delete(table, table.c.record_id == change.record_id)


def _replace_key(to: Changing, change: ReplaceKey) -> None:
    table = NUMBER_KEYS if change.part is None else RECORD_KEYS
    place = (
        (table.c.number_id == change.record_id,)
        if change.part is None
        else (table.c.record_id == change.record_id, table.c.part == change.part)
    )
    to.update(
        table,
        {"key_id": change.new.key_id, "wrapped": change.new.octets},
        *place,
        table.c.key_id == change.old.key_id,
        table.c.wrapped == change.old.octets,
        why="key",
    )


RECORD_CHANGES: Handlers = {
    AddRecord: _add_record,
    AddPart: _add_part,
    CompleteRecord: _complete_record,
    SetCompletion: _set_completion,
    EndContract: _end_contract,
    Hold: _hold,
    ShredRecord: _shred_record,
    ReplaceKey: _replace_key,
}
