"""A record of 番号法 and its number: there together or not at all, apart in every other respect, gone together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from honnin.adapters.database import DatabaseRecordStore
from honnin.adapters.database.backup import back_up, restore
from honnin.adapters.key_file import FileKeys
from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.clock import system_random
from honnin.core.errors import HonninError, StoreError
from honnin.core.secret import Secret
from honnin.flows.number_keeping import NumberKeeping
from honnin.flows.record_audit import audit_records
from honnin.flows.record_keeping import RecordKeeping
from honnin.flows.sealed_visits import SealedVisits
from honnin.flows.sealing import Sealer
from honnin.records.ledger.event import decode_event
from honnin.records.number_vault import ReceivedNumber
from honnin.records.visit_record import Judged
from honnin.records.wrapping import Purpose
from tests.store.records_kit import NOW, SIGNER, TENANT
from tests.store.test_sealed_visits import visit

TAX = NumberLawPurpose.WITHHOLDING_TAX
NUMBER = Secret("123456789018")  # made up
RECEIVED = ReceivedNumber("01ARZ3NDEKTSV4RRFFQ69G5FAV", NUMBER, TAX)
BANGOU = Judged("bangou", ("bn.card",), 0, {"kiroku.json": b"{}"})


class House:
    def __init__(self, store, folder):
        self.keys = FileKeys.make(folder / "house keys")
        self.store = store
        self.now = [NOW]
        self.sealer = Sealer(store, self.keys.wrapper(Purpose.RECORDS), SIGNER, clock=lambda: self.now[0], random=system_random)
        self.visits = SealedVisits(store, self.sealer, self.keys, clock=lambda: self.now[0], tenant=TENANT)

    def numbers(self, store=None):
        return NumberKeeping(
            store or self.store, self.sealer, self.keys.wrapper(Purpose.NUMBERS), clock=lambda: self.now[0], random=system_random,
            tenant=TENANT,
        )  # fmt: skip

    def kinds(self):
        return [decode_event(each.octets).kind.value for each in self.store.leaves(TENANT)]


@pytest.fixture
def house(store, tmp_path):
    house = House(store, tmp_path)
    yield house
    house.sealer.close()


def code(call, *arguments, **named):
    with pytest.raises(HonninError) as caught:
        call(*arguments, **named)
    return caught.value.code


def test_record_and_number_are_one_step_of_the_ledger(house):
    house.visits.save(visit(1, judged=BANGOU), RECEIVED)
    assert house.kinds() == ["sealed", "number_stored"]
    assert len(house.store.checkpoints(TENANT)) == 1, "one transaction"
    (entry,) = house.numbers().entries()
    assert (entry.number_id, entry.record_id, entry.purpose) == (RECEIVED.number_id, visit(1).id, TAX)
    token = house.numbers().grant(entry.number_id, entitled="staff-2")
    assert house.numbers().show(entry.number_id, token, purpose=TAX, staff="staff-2") == NUMBER
    assert audit_records(house.store, TENANT, SIGNER.key, wrapper=house.keys.wrapper(Purpose.RECORDS)) == ()


def test_neither_is_kept_when_the_ledger_or_either_table_takes_nothing(house, monkeypatch):
    house.visits.save(visit(1, judged=BANGOU), RECEIVED)
    # The number's id is taken: the record must not be there either.
    assert code(house.visits.save, visit(2, judged=BANGOU), RECEIVED) == "store.exists"
    assert code(house.store.record, TENANT, visit(2).id) == "store.not_found"
    # The record's id is taken: the number must not be there either.
    other = ReceivedNumber("01ARZ3NDEKTSV4RRFFQ69G5FAW", NUMBER, TAX)
    assert code(house.visits.save, visit(1, judged=BANGOU), other) == "store.exists"
    assert code(house.store.number, TENANT, other.number_id) == "store.not_found"
    # The ledger cannot be signed.
    monkeypatch.setattr("honnin.flows.sealing.sign_checkpoint", lambda *_: (_ for _ in ()).throw(StoreError("store.write", "full")))
    assert code(house.visits.save, visit(3, judged=BANGOU), other) == "store.write"
    monkeypatch.undo()
    for missing in (visit(2).id, visit(3).id):
        assert code(house.store.record, TENANT, missing) == "store.not_found"
    assert [each.number_id for each in house.numbers().entries()] == [RECEIVED.number_id]
    assert house.kinds() == ["sealed", "number_stored"]


@pytest.mark.parametrize(
    "judged", [None, Judged("hanshu", ("hs.f2f_photo_document",), 7), Judged("keitai", ("kt.x",), 3), Judged("bangou", (), 0)]
)
def test_a_number_goes_with_a_finished_case_of_its_own_law_only(house, judged):
    assert code(house.visits.save, visit(1, judged=judged), RECEIVED) == "number.law"
    assert house.kinds() == []
    assert list(house.numbers().entries()) == []


def test_a_grant_holds_for_all_servers_and_is_spent_once_between_them(house, url):
    house.visits.save(visit(1, judged=BANGOU), RECEIVED)
    other = DatabaseRecordStore(url)
    try:
        here, there = house.numbers(), house.numbers(other)
        token = here.grant(RECEIVED.number_id, entitled="staff-2")
        assert there.show(RECEIVED.number_id, token, purpose=TAX, staff="staff-2") == NUMBER
        assert code(here.show, RECEIVED.number_id, token, purpose=TAX, staff="staff-2") == "number.grant_used"
    finally:
        other.close()
    with house.store.database.engine.connect() as connection:
        row = connection.execute(sa.text("SELECT * FROM number_grants")).mappings().one()
    assert token.reveal().encode() not in b"".join(str(each).encode() + bytes(each if isinstance(each, bytes) else b"") for each in row.values())


def test_of_two_who_show_at_the_same_time_one_is_refused(house, monkeypatch):
    house.visits.save(visit(1, judged=BANGOU), RECEIVED)
    first, second = house.numbers(), house.numbers()
    token = first.grant(RECEIVED.number_id, entitled="staff-2")
    unused = house.store.grant(TENANT, RECEIVED.number_id)
    assert first.show(RECEIVED.number_id, token, purpose=TAX, staff="staff-2") == NUMBER
    monkeypatch.setattr(house.store, "grant", lambda *_: unused)  # what the other had read just before
    assert code(second.show, RECEIVED.number_id, token, purpose=TAX, staff="staff-2") == "number.grant_used"
    assert house.kinds().count("number_viewed") == 1


def test_grants_that_are_over_do_not_stay(house):
    for n in range(1, 4):
        house.visits.save(visit(n, judged=BANGOU), ReceivedNumber(f"01ARZ3NDEKTSV4RRFFQ69G5FA{n}", NUMBER, TAX))
        house.numbers().grant(f"01ARZ3NDEKTSV4RRFFQ69G5FA{n}", entitled="staff-2")
        house.now[0] += timedelta(minutes=4)
    with house.store.database.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM number_grants")).scalar() == 2


def test_the_last_day_makes_it_due_and_stands_in_the_ledger(house):
    house.visits.save(visit(1, judged=BANGOU), RECEIVED)
    keeping = house.numbers()
    keeping.keep_until(RECEIVED.number_id, date(2027, 3, 31), staff="staff-1")
    assert list(keeping.entries(due_on=date(2027, 3, 31))) == []
    assert [each.retention_until for each in keeping.entries(due_on=date(2027, 4, 1))] == [date(2027, 3, 31)]
    assert keeping.delete_due(date(2027, 4, 1), staff="job") == 1
    assert house.kinds() == ["sealed", "number_stored", "number_kept_until", "number_deleted"]
    assert house.store.record(TENANT, visit(1).id).parts == 1, "the record stays"
    assert audit_records(house.store, TENANT, SIGNER.key) == ()


def test_a_hold_on_the_record_does_not_keep_the_number(house):
    house.visits.save(visit(1, judged=BANGOU), RECEIVED)
    keeping = RecordKeeping(house.store, house.sealer, lambda: house.now[0], system_random, TENANT)
    keeping.hold(visit(1).id, "訴訟", staff="staff-1")
    house.numbers().delete(RECEIVED.number_id, staff="staff-1")
    assert list(house.numbers().entries()) == []


def test_a_damaged_row_can_still_be_deleted(house):
    house.visits.save(visit(1, judged=BANGOU), RECEIVED)
    with house.store.database.engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        connection.execute(sa.text("UPDATE numbers SET purpose = 'marketing'"))
    assert code(house.numbers().entry, RECEIVED.number_id) == "vault.damaged"
    house.numbers().delete(RECEIVED.number_id, staff="staff-1")
    assert code(house.store.number, TENANT, RECEIVED.number_id) == "store.not_found"


def test_the_number_goes_with_its_record_when_that_is_deleted(house):
    house.visits.save(visit(1, judged=BANGOU), RECEIVED)
    house.visits.save(visit(2, judged=BANGOU), ReceivedNumber("01ARZ3NDEKTSV4RRFFQ69G5FAZ", NUMBER, TAX))
    keeping = RecordKeeping(house.store, house.sealer, lambda: house.now[0], system_random, TENANT)
    keeping.end_contract(visit(1).id, date(2026, 11, 20), staff="staff-1")
    house.now[0] += timedelta(days=30)
    request = keeping.request_deletion(visit(1).id, "期限", staff="staff-1")
    keeping.approve_deletion(request, staff="staff-2")
    assert [each.record_id for each in house.numbers().entries()] == [visit(2).id]
    assert house.kinds()[-2:] == ["deleted", "number_deleted"]
    assert audit_records(house.store, TENANT, SIGNER.key) == ()


def test_a_backup_brings_numbers_back_and_a_new_key_opens_them(house, new_url, url, tmp_path):
    from honnin.flows.rotation import rewrap_all

    house.visits.save(visit(1, judged=BANGOU), RECEIVED)
    back_up(url, tmp_path / "backup")
    target = new_url()
    restore(tmp_path / "backup", target)
    store = DatabaseRecordStore(target)
    sealer = Sealer(store, house.keys.wrapper(Purpose.RECORDS), SIGNER, clock=lambda: NOW, random=system_random)
    try:
        wrapper = house.keys.wrapper(Purpose.NUMBERS)
        house.keys.new_key(Purpose.NUMBERS)
        wrapper = house.keys.wrapper(Purpose.NUMBERS)
        assert rewrap_all(store, sealer, wrapper, purpose=Purpose.NUMBERS, actor="staff-1", at=NOW).rewrapped == 1
        keeping = NumberKeeping(store, sealer, wrapper, clock=lambda: NOW, random=system_random, tenant=TENANT)
        token = keeping.grant(RECEIVED.number_id, entitled="staff-2")
        assert keeping.show(RECEIVED.number_id, token, purpose=TAX, staff="staff-2") == NUMBER
        assert audit_records(store, TENANT, SIGNER.key, numbers=wrapper) == ()
    finally:
        sealer.close()
        store.close()
