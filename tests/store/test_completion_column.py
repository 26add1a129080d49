"""Whether a record is finished, as a column: promised by its events, listed by an index, refused where it is known."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from honnin.adapters.database import DatabaseRecordStore
from honnin.adapters.database.migrate import SCHEMA, schema_in
from honnin.core.errors import StoreError
from honnin.flows.record_ports import RecordQuery, SetCompletion, ShredRecord
from honnin.records.ledger.event import Event, Kind, decode_event
from honnin.records.visit_record import Completion
from tests.store.records_kit import NOW, TENANT, audit, content, make_sealer, meta, record_id

UNFINISHED = RecordQuery(unfinished=True)


def numbers(rows):
    return [each.record_id for each in rows]


@pytest.fixture
def sealer(store):
    sealer = make_sealer(store)
    yield sealer
    sealer.close()


def test_what_is_sealed_says_it_in_row_and_ledger(store, sealer):
    for number, state in enumerate((Completion.CHECKED, Completion.UNFINISHED, None)):
        sealer.seal(content(number), meta(number, completion=state))
        assert store.record(TENANT, record_id(number)).completion is state
        (event,) = store.events_of(TENANT, record_id(number))
        assert decode_event(event.octets).detail.get("completion") == (None if state is None else str(state))
    assert len(audit(store)) == 3


def test_all_that_is_not_known_to_be_finished_is_listed_the_latest_first_from_any_place(store, sealer):
    states = [Completion.UNFINISHED, Completion.CHECKED, None, Completion.UNFINISHED, Completion.CHECKED]
    for number, state in enumerate(states, 1):
        sealer.seal(content(number), meta(number, completion=state))
    assert numbers(store.records(TENANT, UNFINISHED)) == [record_id(4), record_id(3), record_id(1)]
    assert numbers(store.records(TENANT, RecordQuery(unfinished=True, after=record_id(3)))) == [record_id(1)]
    assert numbers(store.records(TENANT, RecordQuery(no_completion=True))) == [record_id(3)]
    assert numbers(store.records("other", UNFINISHED)) == []
    gone = Event(Kind.DELETED, TENANT, record_id(1), NOW, "staff-1", None, {"request": "r", "requested_by": "s"})
    sealer.append_events([gone], [ShredRecord(record_id(1), NOW)])
    assert numbers(store.records(TENANT, UNFINISHED)) == [record_id(4), record_id(3)]


def test_it_is_entered_once_and_never_for_a_deleted_record(store, sealer):
    for number in (1, 2):
        sealer.seal(content(number), meta(number, completion=None))
    sealer.change(TENANT, [SetCompletion(record_id(1), Completion.CHECKED)])
    with pytest.raises(StoreError, match=r"store\.conflict"):
        sealer.change(TENANT, [SetCompletion(record_id(1), Completion.UNFINISHED)])
    gone = Event(Kind.DELETED, TENANT, record_id(2), NOW, "staff-1", None, {"request": "r", "requested_by": "s"})
    sealer.append_events([gone], [ShredRecord(record_id(2), NOW)])
    with pytest.raises(StoreError, match=r"store\.conflict"):
        sealer.change(TENANT, [SetCompletion(record_id(2), Completion.CHECKED)])


def test_the_list_is_read_from_its_own_index(store):
    statement = (
        "SELECT * FROM records WHERE tenant = 'x' AND completion <> 'checked' AND state = 'sealed' "
        "ORDER BY sealed_at_utc DESC, record_id DESC LIMIT 101"
    )
    with store.database.engine.connect() as connection:
        if store.database.dialect == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
        else:
            connection.exec_driver_sql("SET enable_seqscan = off")
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}").all()
    assert "records_unfinished" in str(plan)


def test_rows_of_before_the_column_say_nothing_and_agree_with_their_ledger(new_url):
    url = new_url()
    store = DatabaseRecordStore(url)
    sealer = make_sealer(store)
    sealer.seal(content(1), meta(1, completion=None))
    sealer.close()
    with store.database.engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        connection.exec_driver_sql("DROP INDEX records_unfinished")
        connection.exec_driver_sql("ALTER TABLE records DROP COLUMN completion")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0006'")
    store.close()
    store = DatabaseRecordStore(url)
    with store.database.engine.connect() as connection:
        assert schema_in(connection) == SCHEMA
        assert connection.execute(sa.text("SELECT completion FROM records")).scalars().all() == [""]
    assert numbers(store.records(TENANT, UNFINISHED)) == [record_id(1)]
    assert audit(store) == {record_id(1)}
    store.close()
