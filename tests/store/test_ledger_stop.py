"""The stop of a ledger that does not agree, on both databases: inside the transaction, one house and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from honnin.core.errors import StoreError
from honnin.flows.ledger_check_ports import HoldAct, NoteHold, SetLedgerCheck
from honnin.flows.record_ports import EndContract, Hold, RecordQuery, ShredRecord
from honnin.flows.store_ports import Unit
from honnin.records.ledger.event import Event, Kind
from tests.store.records_kit import NOW, TENANT, audit, content, make_sealer, meta, record_id

STOP = SetLedgerCheck(NOW, 1, "[]", "[]", NOW)


def stopped(act) -> None:
    with pytest.raises(StoreError) as error:
        act()
    assert error.value.code == "ledger.stopped"


def test_a_stopped_house_takes_nothing_new_and_loses_nothing(store, sealer):
    sealer.seal(content(1), meta(1))
    sealer.change(TENANT, [STOP])
    stopped(lambda: sealer.seal(content(2), meta(2)))
    stopped(lambda: sealer.amend(content(3), tenant=TENANT, record_id=record_id(1), at=NOW, staff="s"))
    stopped(lambda: sealer.change(TENANT, [EndContract(record_id(1), None, None)]))
    gone = Event(Kind.DELETED, TENANT, record_id(1), NOW, "s", None, {})
    stopped(lambda: sealer.append_events([gone], [ShredRecord(record_id(1), NOW)]))
    assert audit(store) == {record_id(1)}
    assert [each.record_id for each in store.records(TENANT, RecordQuery())] == [record_id(1)]


def test_looks_and_holds_are_entered_meanwhile(store, sealer):
    sealer.seal(content(1), meta(1))
    sealer.change(TENANT, [STOP])
    sealer.append_events([Event(Kind.VIEWED, TENANT, record_id(1), NOW, "s", None, {})])
    note = NoteHold(record_id(1), "n1", NOW, HoldAct.PLACED, "s", "理由")
    held = Event(Kind.HELD, TENANT, record_id(1), NOW, "s", None, {})
    sealer.append_events([held], [Hold(record_id(1), 1, "理由"), note])
    assert [each.reason for each in store.hold_notes(TENANT, record_id(1))] == ["理由"]
    assert [each.kind for each in store.events_of(TENANT, record_id(1))] == ["sealed", "viewed", "held"]


def test_one_house_stops_and_no_other_but_what_would_be_written_together_is_not_written(store, sealer):
    sealer.change(TENANT, [STOP])
    other = replace(meta(2), tenant="other")
    sealer.seal(content(2), other)
    assert store.records("other", RecordQuery())[0].record_id == record_id(2)
    grow = sealer._grow
    units = [Unit(TENANT, (), (EndContract("x", None, None),)), Unit("other", (), (EndContract(record_id(2), None, None),))]
    stopped(lambda: store.write(units, grow))


def test_the_outcome_of_the_last_audit_is_kept_and_replaced(store, sealer):
    assert store.ledger_check(TENANT) is None
    sealer.change(TENANT, [STOP])
    sealer.change(TENANT, [replace(STOP, entries=7, findings='[{"a": "記"}]', stopped_at_utc=None)])
    row = store.ledger_check(TENANT)
    assert (row.checked_at_utc, row.entries, row.findings, row.stopped_at_utc) == (NOW, 7, '[{"a": "記"}]', None)
    sealer.seal(content(1), meta(1))


def test_another_process_with_a_connection_of_its_own_stops_too(url, store, sealer):
    from honnin.adapters.database import DatabaseRecordStore

    second = DatabaseRecordStore(url)
    writer = make_sealer(second)
    try:
        writer.seal(content(1), meta(1))
        sealer.change(TENANT, [STOP])
        stopped(lambda: writer.seal(content(2), meta(2)))
    finally:
        writer.close()
        second.close()


def test_the_newest_checkpoints_come_alone_the_smallest_first(store, sealer):
    for number in range(1, 6):
        sealer.seal(content(number), meta(number))
    assert [each.size for each in store.checkpoints(TENANT, newest=2)] == [4, 5]
    assert [each.size for each in store.checkpoints(TENANT)] == [1, 2, 3, 4, 5]
