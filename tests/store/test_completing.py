"""A record that is finished later, on both databases: part, event and row change together, and an audit knows."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from honnin.core.errors import StoreError
from honnin.flows.record_audit import audit_records
from honnin.flows.record_ports import CompleteRecord, RecordState, ShredRecord
from honnin.records.ledger.audit import AuditCode
from honnin.records.ledger.event import Event, Kind, decode_event
from honnin.records.visit_record import Completion
from tests.store.records_kit import NOW, SIGNER, TENANT, Keys, content, make_sealer, meta, record_id

METHODS = ("hs.f2f_present_plus_mail",)


@pytest.fixture
def sealer(store):
    sealer = make_sealer(store)
    sealer.seal(content(1), meta(1, methods=(), retention_years=7))
    yield sealer
    sealer.close()


def complete(sealer, methods=METHODS, **more):
    change = CompleteRecord(record_id(1), methods, 7, Completion.CHECKED if methods else Completion.UNFINISHED)
    return sealer.amend(
        content(2), tenant=TENANT, record_id=record_id(1), at=NOW, staff="staff-1",
        detail={"act": "mail_sent", "state": "finished"}, changes=(change,), **more,
    )  # fmt: skip


def audited(store):
    return audit_records(store, TENANT, SIGNER.key, wrapper=Keys(), witness=SIGNER.witness)


def test_row_part_and_event_change_together(store, sealer):
    complete(sealer, expected=1)
    row = store.record(TENANT, record_id(1))
    assert (row.methods, row.parts, row.retention_years, row.completion) == (METHODS, 2, 7, Completion.CHECKED)
    event = decode_event(store.events_of(TENANT, record_id(1))[-1].octets)
    assert (event.kind, event.detail["act"], event.detail["state"]) == (Kind.AMENDED, "mail_sent", "finished")
    assert event.detail["completion"] == "checked"
    assert audited(store) == ()


def test_it_may_be_finished_and_unfinished_again(store, sealer):
    complete(sealer)
    complete(sealer, methods=())
    row = store.record(TENANT, record_id(1))
    assert (row.methods, row.completion) == ((), Completion.UNFINISHED)
    assert audited(store) == ()


@pytest.mark.parametrize("column", [
    "methods = 'hs.jpki_sign'", "methods = ''", "retention_years = 1", "law = 'keitai'", "completion = ''",
    "completion = 'unfinished'",
])
def test_a_row_that_says_otherwise_is_named(store, sealer, column):
    complete(sealer)
    with store.database.engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        connection.execute(sa.text(f"UPDATE records SET {column}"))
    assert AuditCode.ROW_ALTERED in {each.code for each in audited(store)}


def test_somebody_else_was_quicker_and_nothing_is_changed(store, sealer):
    complete(sealer)
    with pytest.raises(StoreError, match=r"store\.conflict"):
        complete(sealer, methods=(), expected=1)
    assert store.record(TENANT, record_id(1)).methods == METHODS


def test_a_deleted_record_is_not_finished(store, sealer):
    gone = Event(Kind.DELETED, TENANT, record_id(1), NOW, "staff-1", None, {"request": "r", "requested_by": "s"})
    sealer.append_events([gone], [ShredRecord(record_id(1), NOW)])
    assert store.record(TENANT, record_id(1)).state is RecordState.DELETED
    with pytest.raises(StoreError, match=r"store\.deleted"):
        complete(sealer)
    with pytest.raises(StoreError, match=r"store\.conflict"):
        sealer.change(TENANT, [CompleteRecord(record_id(1), METHODS, 7, Completion.CHECKED)])
