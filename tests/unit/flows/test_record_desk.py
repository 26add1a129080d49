"""What people do with kept records, by name: appended values beside the old ones, holds, deletion by two, lists."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, datetime, timedelta

import pytest

from honnin.cli.record_room import DATABASE, open_record_room
from honnin.core.clock import system_clock
from honnin.core.errors import HonninError
from honnin.flows.documents import HouseTrust
from honnin.flows.ledger_check_ports import HoldAct
from honnin.flows.messages import message_for
from honnin.flows.ports import VisitQuery
from honnin.records.kakunin import history, kakunin_to_json
from honnin.records.ledger.event import Kind
from honnin.records.retention import certificate_to_json
from honnin.records.visit_record import Judged
from tests.store.test_sealed_visits import visit
from tests.unit.records.made import JAPAN, record


def kakunin(record_id):
    return record(record_id=record_id, tenant_id="house", made_at=datetime(2026, 1, 5, 12, 0, tzinfo=JAPAN))


ONE, TWO = "職員A", "職員B"


@pytest.fixture
def room(tmp_path):
    room = open_record_room(tmp_path)
    yield room
    room.close()


@pytest.fixture
def desk(room):
    return room.desk(lambda _: HouseTrust())


@pytest.fixture
def record_id(room):
    kept = visit(1)
    judged = Judged("hanshu", ("hs.f2f_photo_document",), 7, {"kiroku.json": kakunin_to_json(kakunin(kept.id))})
    room.visits.save(visit(1, judged=judged))
    return kept.id


def code_of(act) -> str:
    with pytest.raises(HonninError) as error:
        act()
    assert message_for(error.value).ja != "うまく動きませんでした。"
    return error.value.code


def over(desk, record_id):
    desk.end_contract(record_id, system_clock().date() - timedelta(days=366 * 8), staff=ONE)


def test_a_later_value_stands_beside_the_old_one_with_name_and_reason(desk, room, record_id):
    made = kakunin(record_id)
    old = made.first("F21.address")
    assert desk.amend_value(record_id, "F21.address", "東京都見本区2-2", "転居", staff=ONE, parts=1) == 1
    (entry,) = desk.amending.entries(record_id)
    assert (entry.by, entry.text) == (ONE, "転居")
    values = history(made, [entry.amendment], "F21.address")
    assert [each.value for each in values] == [old, "東京都見本区2-2"]
    assert room.watch.check().agrees


def test_a_new_name_finds_the_record_too(desk, room, record_id):
    desk.amend_value(record_id, "F21.name", "見本 三郎", "改姓", staff=ONE)
    assert [each.id for each in room.visits.find(VisitQuery(name="見本三郎"))] == [record_id]


def test_words_and_values_are_told_apart_and_keep_their_order(desk, record_id):
    desk.amend_words(record_id, "電話で確認した", staff=ONE)
    desk.amend_value(record_id, "F23", "事業の費用の支払", "聞き直した", staff=TWO)
    assert [(each.part, each.by, bool(each.items)) for each in desk.amending.entries(record_id)] == [
        (1, ONE, False), (2, TWO, True),
    ]  # fmt: skip


def test_who_was_slower_is_told_and_nothing_is_stored(desk, record_id):
    desk.amend_words(record_id, "先の追記", staff=ONE, parts=1)
    assert code_of(lambda: desk.amend_words(record_id, "後の追記", staff=TWO, parts=1)) == "store.conflict"
    assert code_of(lambda: desk.amend_value(record_id, "F23", "x", "y", staff=TWO, parts=1)) == "store.conflict"
    assert len(desk.amending.entries(record_id)) == 1


@pytest.mark.parametrize(
    ("item", "value", "code"),
    [
        ("F21.birth", "昨日", "records.birth"),
        ("F21.name", " ", "records.value"),
        ("F21.name", "見本\n三郎", "records.value"),
        ("F21.name", "あ" * 501, "records.value"),
        ("F01", "別の職員", "records.item"),  # who made the check is never changed later
        ("F17", "別の方法", "records.item"),
        ("F21.address", "1234 5678 9018", "kakunin.individual_number"),
    ],
)
def test_what_is_no_value_or_no_item_to_amend_is_refused(desk, record_id, item, value, code):
    assert code_of(lambda: desk.amend_value(record_id, item, value, "理由", staff=ONE)) == code
    assert desk.amending.entries(record_id) == ()


def test_an_individual_number_is_not_appended_as_words(desk, record_id):
    assert code_of(lambda: desk.amend_words(record_id, "番号は 123456789018", staff=ONE)) == "records.number"


def test_a_hold_keeps_why_and_who_and_its_words_go_with_the_record(desk, room, record_id, tmp_path):
    desk.hold(record_id, "照会に答えるため", staff=ONE)
    desk.release(record_id, "照会が終わった", staff=TWO)
    notes = desk.keeping.hold_notes(record_id)
    assert [(each.act, each.reason) for each in notes] == [
        (HoldAct.PLACED, "照会に答えるため"), (HoldAct.RELEASED, "照会が終わった"),
    ]  # fmt: skip
    assert [each.staff for each in notes] == [room.visits.actor(ONE), room.visits.actor(TWO)]
    over(desk, record_id)
    desk.request_deletion(record_id, "期間満了", staff=ONE)
    desk.approve_deletion(record_id, record_id, staff=TWO)
    assert desk.keeping.hold_notes(record_id) == []
    with sqlite3.connect(tmp_path / DATABASE) as raw:
        assert "照会" not in "".join(map(str, raw.iterdump()))


def test_a_release_needs_a_reason_and_a_hold(desk, record_id):
    assert code_of(lambda: desk.release(record_id, "理由", staff=ONE)) == "records.not_held"
    desk.hold(record_id, "照会", staff=ONE)
    assert code_of(lambda: desk.release(record_id, " ", staff=ONE)) == "records.reason"
    assert desk.summary(record_id).holds == 1


@pytest.mark.parametrize("same", [ONE, "職員 A", "職員Ａ", " 職員A"])
def test_the_same_name_cannot_approve_however_it_is_typed(desk, record_id, same):
    over(desk, record_id)
    desk.request_deletion(record_id, "期間満了", staff=ONE)
    assert code_of(lambda: desk.approve_deletion(record_id, record_id, staff=same)) == "retention.same_person"
    assert desk.summary(record_id).state == "sealed"


def test_a_deletion_is_asked_for_once_and_needs_the_number_of_the_record(desk, record_id):
    over(desk, record_id)
    desk.request_deletion(record_id, "期間満了", staff=ONE)
    assert code_of(lambda: desk.request_deletion(record_id, "もう一度", staff=TWO)) == "records.requested"
    assert code_of(lambda: desk.approve_deletion(record_id, "", staff=TWO)) == "records.number_typed"
    desk.approve_deletion(record_id, f" {record_id.lower()} ", staff=TWO)
    assert desk.summary(record_id).state == "deleted"
    assert code_of(lambda: desk.approve_deletion(record_id, record_id, staff=TWO)) == "records.request"


def test_the_certificate_can_be_had_again_as_it_was(desk, room, record_id, tmp_path):
    over(desk, record_id)
    desk.request_deletion(record_id, "期間満了", staff=ONE)
    made = desk.approve_deletion(record_id, record_id, staff=TWO)
    assert certificate_to_json(desk.keeping.certificate(record_id)) == certificate_to_json(made)
    with sqlite3.connect(tmp_path / DATABASE) as raw:
        raw.execute("UPDATE deletion_requests SET reason = '別の理由'")
    assert code_of(lambda: desk.keeping.certificate(record_id)) == "store.damaged"


def test_of_a_record_that_is_there_is_no_certificate(desk, record_id):
    assert code_of(lambda: desk.keeping.certificate(record_id)) == "records.not_deleted"


def test_the_access_log_tells_who_saw_what_in_pages_and_nothing_of_customers(desk, room, record_id):
    for _ in range(120):
        room.visits.note_view(record_id, staff=ONE)
    desk.note_search(staff=TWO, found=3, how="csv")
    first = desk.access()
    assert len(first.lines) == 100
    assert first.lines[0].kind is Kind.SEARCHED
    assert first.lines[0].actor == room.visits.actor(TWO)
    second = desk.access(before=first.before)
    assert len(second.lines) == 21
    assert second.before is None
    assert {each.kind for each in desk.access(record_id=record_id).lines} == {Kind.VIEWED}
    assert "MIHON" not in json.dumps([str(each) for each in first.lines])


def test_unfinished_records_are_found_also_behind_many_finished_ones(desk, room, monkeypatch):
    monkeypatch.setattr("honnin.flows.record_desk.UNFINISHED_SCAN", 3)
    for number in range(1, 9):
        room.visits.save(visit(number, answers={} if number == 2 else {"face": "yes", "print": "yes"}))
    found, after = [], ""
    for _ in range(9):
        page = desk.unfinished(after=after)
        found += [each.record_id for each in page.rows]
        after = page.after
        if not after:
            break
    assert found == [visit(2).id]


def test_a_search_by_member_of_staff_finds_theirs_only(room):
    room.visits.save(visit(1))
    room.visits.save(visit(2, staff=TWO))
    assert [each.id for each in room.visits.find(VisitQuery(staff="職員 B"))] == [visit(2).id]
    assert room.visits.find(VisitQuery(staff="職員C")) == []


def test_the_contract_ends_on_a_day_that_has_been(desk, record_id):
    assert code_of(lambda: desk.end_contract(record_id, date(2999, 1, 1), staff=ONE)) == "records.day"
