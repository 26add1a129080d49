"""Sealed records in a database: whole or not at all, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from honnin.adapters.database import DatabaseRecordStore, growing
from honnin.core.errors import CallerError, DataError, StoreError
from honnin.flows.deletion_ports import AddRequest, DecideRequest, RequestState
from honnin.flows.ledger_ports import SetTimestamp
from honnin.flows.number_ports import AddNumber, ShredNumber
from honnin.flows.record_ports import EndContract, Hold, RecordQuery, RecordState, ReplaceKey, ShredRecord
from honnin.flows.sealing import open_part
from honnin.records.content import SALT
from honnin.records.ledger.event import Event, Kind
from honnin.records.ledger.tree import inclusion_proof, root, verify_inclusion
from honnin.records.vault import record_context
from honnin.records.wrapping import WrappedKey, rewrap
from tests.store.records_kit import NOW, TENANT, Keys, audit, content, make_sealer, meta, record_id


def event(kind: Kind, number: int = 1, **changes) -> Event:
    return Event(**{"kind": kind, "tenant": TENANT, "record_id": record_id(number), "at": NOW, "actor": "staff-1", **changes})


def execute(store, statement: str) -> None:
    """Behind the store's back."""
    engine = store.database.engine
    with engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        connection.exec_driver_sql(statement)


def plain(found):
    return {name: octets for name, octets in found.parts.items() if name != SALT}


def code(call, *args, **kwargs) -> str:
    with pytest.raises((StoreError, DataError, CallerError)) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_a_record_comes_back_the_same_also_after_a_restart(url, store, sealer):
    receipt = sealer.seal(content(), meta())
    assert (receipt.record_id, receipt.leaf_index, receipt.part) == (record_id(1), 0, 0)
    again = DatabaseRecordStore(url)
    assert plain(open_part(again, Keys(), tenant=TENANT, record_id=record_id(1))) == dict(content().parts)
    row = again.record(TENANT, record_id(1))
    assert (row.sealed_at_utc, row.law, row.methods, row.document, row.simulated, row.staff) == (
        meta().sealed_at_utc, meta().law, meta().methods, "mynumber", True, "staff-1",
    )  # fmt: skip
    assert (row.state, row.parts, row.holds, row.retention_years) == (RecordState.SEALED, 1, 0, 7)
    assert list(again.certificates_of(TENANT, b"I" * 20)) == [(record_id(1), each) for each in meta().certificates]
    again.close()
    assert audit(store) == {record_id(1)}


def test_a_number_is_kept_once_and_never_overwritten(store, sealer):
    sealer.seal(content(1), meta())
    assert code(sealer.seal, content(2), meta()) == "store.exists"
    assert plain(open_part(store, Keys(), tenant=TENANT, record_id=record_id(1))) == dict(content(1).parts)
    assert audit(store) == {record_id(1)}


def test_amending_appends_and_leaves_what_was_there(store, sealer):
    sealer.seal(content(1), meta())
    first = sealer.amend(content(2), tenant=TENANT, record_id=record_id(1), at=NOW, staff="staff-2",
                         tokens=(("name", b"N" * 32), ("name", b"M" * 32)))  # fmt: skip
    second = sealer.amend(content(3), tenant=TENANT, record_id=record_id(1), at=NOW, staff="staff-2")
    assert (first.part, second.part) == (1, 2)
    for part in range(3):
        found = open_part(store, Keys(), tenant=TENANT, record_id=record_id(1), part=part)
        assert plain(found) == dict(content(part + 1).parts)
    assert store.record(TENANT, record_id(1)).parts == 3
    assert len(store.records(TENANT, RecordQuery(tokens=(("name", b"M" * 32),)))) == 1
    assert [leaf.kind for leaf in store.events_of(TENANT, record_id(1))] == ["sealed", "amended", "amended"]
    audit(store)


def test_an_amendment_does_not_open_as_the_record_nor_as_another_amendment(store, sealer):
    sealer.seal(content(1), meta())
    for number in (2, 3):
        sealer.amend(content(number), tenant=TENANT, record_id=record_id(1), at=NOW, staff="s")
    for table in ("record_parts", "record_keys"):
        execute(store, f"UPDATE {table} SET part = 9 WHERE part = 0")
        execute(store, f"UPDATE {table} SET part = 0 WHERE part = 1")
        execute(store, f"UPDATE {table} SET part = 1 WHERE part = 2")
    for part in (0, 1):
        assert code(open_part, store, Keys(), tenant=TENANT, record_id=record_id(1), part=part) == "vault.key_damaged"


def test_tenants_do_not_see_each_other_and_have_their_own_ledgers(store, sealer):
    sealer.seal(content(1), meta(1))
    sealer.seal(content(2), meta(1, tenant="other"))
    sealer.seal(content(3), meta(2, tenant="other"))
    assert store.tenants() == [TENANT, "other"]
    assert [store.head(each).frontier.size for each in (TENANT, "other", "nobody")] == [1, 2, 0]
    assert plain(open_part(store, Keys(), tenant="other", record_id=record_id(1))) == dict(content(2).parts)
    assert code(store.record, TENANT, record_id(2)) == "store.not_found"
    assert len(store.records(TENANT, RecordQuery(tokens=(("name", b"N" * 32),)))) == 1
    assert audit(store) == {record_id(1)}
    assert audit(store, "other") == {record_id(1), record_id(2)}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (RecordQuery(), [3, 2, 1]),
        (RecordQuery(record_id=record_id(2)), [2]),
        (RecordQuery(tokens=(("name", b"N" * 32),)), [3, 2, 1]),
        (RecordQuery(tokens=(("name", b"N" * 32), meta(2).tokens[1])), [2]),
        (RecordQuery(tokens=(("birth", b"N" * 32),)), []),
        (RecordQuery(law="keitaiho"), []),
        (RecordQuery(state=RecordState.DELETED), []),
        (RecordQuery(sealed_from_utc=NOW + timedelta(seconds=2)), [3, 2]),
        (RecordQuery(sealed_before_utc=NOW + timedelta(seconds=2)), [1]),
        (RecordQuery(after=record_id(3)), [2, 1]),
    ],
)
def test_a_search_finds_what_matches_every_given_term_the_latest_first(store, sealer, query, found):
    for number in (2, 1, 3):
        sealer.seal(content(number), meta(number))
    assert [row.record_id for row in store.records(TENANT, query)] == [record_id(number) for number in found]
    assert len(store.records(TENANT, query, limit=1)) == min(1, len(found))


def test_every_leaf_has_a_proof_made_from_stored_nodes(store, sealer):
    for number in range(13):
        sealer.seal(content(number), meta(number))
    head = store.head(TENANT)
    for leaf in store.leaves(TENANT):
        proof = inclusion_proof(leaf.index, 13, lambda level, index: store.node(TENANT, level, index))
        verify_inclusion(leaf=leaf.leaf_hash, index=leaf.index, size=13, proof=proof, root=root(head.frontier))
    assert [leaf.index for leaf in store.leaves(TENANT, 3, 6)] == [3, 4, 5]
    assert code(store.node, TENANT, 3, 1) == "store.not_found"


def test_the_end_of_the_contract_starts_the_clock_and_a_hold_stops_it(store, sealer):
    for number in (1, 2):
        sealer.seal(content(number), meta(number))
        ended = EndContract(record_id(number), date(2026, 12, 1), date(2033, 12, 1))
        sealer.append_events([event(Kind.CONTRACT_ENDED, number)], [ended])
    sealer.append_events([event(Kind.HELD)], [Hold(record_id(1), 1, "court file 12")])
    due = RecordQuery(retention_over_on=date(2033, 12, 2))
    assert [row.record_id for row in store.records(TENANT, due)] == [record_id(2)]
    assert store.records(TENANT, RecordQuery(retention_over_on=date(2033, 12, 1))) == []
    assert code(sealer.append_events, [event(Kind.DELETED)], [ShredRecord(record_id(1), NOW)]) == "store.conflict"
    sealer.append_events([event(Kind.RELEASED)], [Hold(record_id(1), -1, "")])
    assert code(sealer.append_events, [event(Kind.RELEASED)], [Hold(record_id(1), -1, "")]) == "store.conflict"
    assert {row.record_id for row in store.records(TENANT, due)} == {record_id(1), record_id(2)}
    assert [leaf.kind for leaf in store.events_of(TENANT, record_id(1))] == ["sealed", "contract_ended", "held", "released"]
    audit(store)


def test_a_shredded_record_is_gone_and_the_ledger_still_holds(store, sealer):
    for number in (1, 2):
        sealer.seal(content(number), meta(number))
    sealer.amend(content(3), tenant=TENANT, record_id=record_id(1), at=NOW, staff="s")
    sealer.append_events([event(Kind.DELETED)], [ShredRecord(record_id(1), NOW)])
    row = store.record(TENANT, record_id(1))
    assert (row.state, row.deleted_at_utc) == (RecordState.DELETED, NOW)
    for part in (0, 1):
        assert code(store.part, TENANT, record_id(1), part) == "store.deleted"
    assert code(sealer.amend, content(3), tenant=TENANT, record_id=record_id(1), at=NOW, staff="s") == "store.deleted"
    assert code(sealer.append_events, [event(Kind.DELETED)], [ShredRecord(record_id(1), NOW)]) == "store.conflict"
    assert [each.record_id for each in store.records(TENANT, RecordQuery(tokens=(("name", b"N" * 32),)))] == [record_id(2)]
    assert [number for number, _ in store.certificates_of(TENANT, b"I" * 20)] == [record_id(2)]
    assert [each.record_id for each in store.keys_not_under("another")] == [record_id(2)]
    assert audit(store) == {record_id(2)}


def test_events_and_their_changes_happen_together_or_not_at_all(store, sealer):
    sealer.seal(content(), meta())
    changes = [Hold(record_id(1), 1, "why"), Hold(record_id(9), 1, "no such record")]
    assert code(sealer.append_events, [event(Kind.HELD), event(Kind.HELD, 9)], changes) == "store.conflict"
    assert store.record(TENANT, record_id(1)).holds == 0
    assert store.head(TENANT).frontier.size == 1
    assert code(sealer.append_events, []) == "seal.events"
    assert code(sealer.append_events, [event(Kind.VIEWED), event(Kind.VIEWED, tenant="other")]) == "seal.events"


def test_a_request_for_deletion_is_decided_once(store, sealer):
    sealer.seal(content(), meta())
    request = AddRequest("01REQUEST", record_id(1), NOW, "staff-1", "retention over")
    sealer.append_events([event(Kind.DELETION_REQUESTED)], [request])
    assert [each.request_id for each in store.requests(TENANT, state=RequestState.OPEN)] == ["01REQUEST"]
    decide = DecideRequest("01REQUEST", RequestState.DONE, NOW, "staff-2")
    sealer.append_events([event(Kind.DELETED)], [decide, ShredRecord(record_id(1), NOW)])
    assert code(sealer.append_events, [event(Kind.DELETION_REFUSED)], [decide]) == "store.conflict"
    (row,) = store.requests(TENANT)
    assert (row.state, row.decided_by, row.decided_at_utc, row.reason) == ("done", "staff-2", NOW, "retention over")
    assert store.requests(TENANT, state=RequestState.OPEN) == []


def test_a_number_of_the_my_number_act_has_its_own_tables_and_its_own_end(store, sealer):
    key = WrappedKey("numbers-0123456789abcdef", b"k" * 61)
    number = AddNumber("01NUMBER", record_id(1), "tax", NOW, b"c" * 50, key, date(2030, 1, 1))
    sealer.append_events([event(Kind.NUMBER_STORED)], [number])
    row = store.number(TENANT, "01NUMBER")
    assert (row.ciphertext, row.key, row.purpose, row.retention_until) == (b"c" * 50, key, "tax", date(2030, 1, 1))
    assert [each.number_id for each in store.numbers(TENANT, over_on=date(2030, 1, 2))] == ["01NUMBER"]
    assert store.numbers(TENANT, over_on=date(2030, 1, 1)) == []
    assert store.keys_not_under("x") == []
    assert [each.key for each in store.keys_not_under("x", numbers=True)] == [key]
    sealer.append_events([event(Kind.NUMBER_DELETED)], [ShredNumber("01NUMBER")])
    assert code(store.number, TENANT, "01NUMBER") == "store.not_found"
    assert code(sealer.append_events, [event(Kind.NUMBER_DELETED)], [ShredNumber("01NUMBER")]) == "store.conflict"


def test_rotation_touches_keys_only_and_never_overwrites_what_changed_meanwhile(store, sealer):
    for number in (1, 2):
        sealer.seal(content(number), meta(number))
    before = store.part(TENANT, record_id(1))
    keys = Keys("b", "a")
    work = store.keys_not_under(keys.current_key_id)
    for each in work:
        new = rewrap(keys, each.key, context=record_context(each.tenant, each.record_id))
        sealer.change(each.tenant, [ReplaceKey(each.record_id, each.part, each.key, new)])
        assert code(sealer.change, each.tenant, [ReplaceKey(each.record_id, each.part, each.key, new)]) == "store.conflict"
    assert len(work) == 2
    assert store.keys_not_under(keys.current_key_id) == []
    assert store.part(TENANT, record_id(1)).ciphertext == before.ciphertext
    assert plain(open_part(store, Keys("b"), tenant=TENANT, record_id=record_id(1))) == dict(content(1).parts)
    assert code(open_part, store, Keys("a"), tenant=TENANT, record_id=record_id(1)) == "vault.key_missing"


def test_a_checkpoint_is_time_stamped_once(store, sealer):
    sealer.seal(content(), meta())
    sealer.change(TENANT, [SetTimestamp(1, b"token")])
    assert store.checkpoints(TENANT)[0].timestamp == b"token"
    for size, octets in ((1, b"other"), (2, b"token")):
        assert code(sealer.change, TENANT, [SetTimestamp(size, octets)]) == "store.conflict"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE record_parts SET ciphertext = {half}(ciphertext, 1, 50) WHERE record_id = '{id}'",
        "DELETE FROM record_keys WHERE record_id = '{id}'",
        "UPDATE record_keys SET wrapped = {half}(wrapped, 1, 50) WHERE record_id = '{id}'",
        "UPDATE records SET sealed_at_utc = '2026-13-77' WHERE record_id = '{id}'",
        "UPDATE records SET state = 'nonsense' WHERE record_id = '{id}'",
        "UPDATE records SET retention_until = 'never' WHERE record_id = '{id}'",
    ],
)
def test_a_damaged_record_breaks_neither_lists_nor_other_records(store, sealer, damage):
    for number in (1, 2, 3):
        sealer.seal(content(number), meta(number))
    execute(store, damage.format(id=record_id(2), half="substr"))
    listed = {row.record_id for row in store.records(TENANT, RecordQuery())}
    assert {record_id(1), record_id(3)} <= listed
    for number in (1, 3):
        assert plain(open_part(store, Keys(), tenant=TENANT, record_id=record_id(number))) == dict(content(number).parts)
    if "UPDATE records" in damage:
        assert record_id(2) not in listed
        assert code(store.record, TENANT, record_id(2)) == "store.damaged"
    else:
        wanted = "vault.damaged" if "ciphertext" in damage else "vault.key_damaged"
        assert code(open_part, store, Keys(), tenant=TENANT, record_id=record_id(2)) == wanted
    sealer.seal(content(4), meta(4))


def test_a_damaged_head_stops_sealing_and_is_not_written_over(store, sealer):
    sealer.seal(content(), meta())
    execute(store, "UPDATE ledger_heads SET size = 7")
    assert code(sealer.seal, content(2), meta(2)) == "store.damaged"
    assert code(store.head, TENANT) == "store.damaged"
    assert code(store.record, TENANT, record_id(2)) == "store.not_found"


def test_errors_carry_no_value(store, sealer):
    sealer.seal(content(), meta())
    execute(store, "DROP TABLE record_tokens")
    with pytest.raises(StoreError) as caught:
        sealer.seal(content(2), meta(2))
    text = str(caught.value) + caught.value.detail
    assert caught.value.code == "store.write"
    assert record_id(2) not in text
    assert "staff-1" not in text


def test_what_commits_is_on_the_disk(store):
    with store.database.engine.connect() as connection:
        if store.database.dialect == "sqlite":
            names = ("journal_mode", "synchronous", "secure_delete")
            assert [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names] == ["wal", 2, 1]
        else:
            names = ("fsync", "synchronous_commit")
            assert [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names] == ["on", "on"]


def test_a_server_that_acknowledges_too_early_is_refused(new_postgres):
    url = new_postgres()
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {engine.url.database} SET synchronous_commit = off")
    engine.dispose()
    assert code(DatabaseRecordStore, url) == "store.not_durable"


@pytest.mark.parametrize(
    "address", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "nonsense", "", "postgresql+asyncpg://h/d"]
)
def test_an_address_of_another_kind_is_refused(address):
    assert code(DatabaseRecordStore, address) == "store.address"


def test_a_server_that_is_not_there_is_an_error_without_the_password(tmp_path):
    with pytest.raises(StoreError) as caught:
        DatabaseRecordStore(f"postgresql+psycopg://u:geheim@/d?host={tmp_path}")
    assert caught.value.code == "store.unreachable"
    assert "geheim" not in str(caught.value) + caught.value.detail


def test_a_second_sealer_goes_on_where_the_first_ended(url, store, sealer):
    sealer.seal(content(1), meta(1))
    sealer.close()
    other = DatabaseRecordStore(url)
    second = make_sealer(other)
    assert second.seal(content(2), meta(2)).leaf_index == 1
    second.close()
    other.close()
    assert audit(store) == {record_id(1), record_id(2)}


def test_a_search_finds_records_of_every_epoch_of_tokens(store, monkeypatch):
    monkeypatch.setattr(growing, "EPOCH_ENTRIES", 2)
    sealer = make_sealer(store)
    for number in range(1, 8):
        sealer.seal(content(number), meta(number))
    sealer.amend(content(1), tenant=TENANT, record_id=record_id(1), at=NOW, staff="s", tokens=(("name", b"Z" * 32),))
    sealer.close()
    assert newest_epoch(store) == 3
    found = store.records(TENANT, RecordQuery(tokens=(("name", b"N" * 32),)))
    assert {each.record_id for each in found} == {record_id(number) for number in range(1, 8)}
    for number in range(1, 8):
        assert len(store.records(TENANT, RecordQuery(tokens=meta(number).tokens))) == 1
    assert [each.record_id for each in store.records(TENANT, RecordQuery(tokens=(("name", b"Z" * 32),)))] == [record_id(1)]


def newest_epoch(store):
    with store.database.reading() as connection:
        return connection.exec_driver_sql("SELECT max(epoch) FROM record_tokens").scalar()
