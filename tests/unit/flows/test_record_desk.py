"""What people do with kept records, by name: appended values beside the old ones, holds, deletion by two, lists."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, datetime, timedelta

import pytest

from honnin.cli.record_room import DATABASE, open_record_room
from honnin.core.clock import system_clock
from honnin.core.errors import HonninError
from honnin.flows.completion_entry import enter_completions
from honnin.flows.documents import HouseTrust
from honnin.flows.ledger_check_ports import HoldAct
from honnin.flows.messages import message_for
from honnin.flows.ports import VisitQuery
from honnin.flows.record_ports import SetCompletion
from honnin.records.kakunin import history, kakunin_to_json
from honnin.records.ledger.event import Event, Kind
from honnin.records.retention import certificate_to_json
from honnin.records.visit_record import Completion, Judged
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


def unfinished(desk):
    found, after = [], ""
    for _ in range(9):
        page = desk.unfinished(after=after)
        found += [each.record_id for each in page.rows]
        after = page.after
        if not after:
            return found
    raise AssertionError("the pages have no end")


def unopened(room, monkeypatch):
    def opened(*_args, **_named):
        raise AssertionError("a record was opened")

    monkeypatch.setattr(room.visits._wrapper, "unwrap", opened)


def test_unfinished_records_are_listed_by_page_and_none_is_opened(desk, room, monkeypatch):
    monkeypatch.setattr("honnin.flows.record_desk.UNFINISHED_PAGE", 2)
    for number in range(1, 9):
        room.visits.save(visit(number, answers={} if number in {1, 2, 5, 7} else {"face": "yes", "print": "yes"}))
    unopened(room, monkeypatch)
    assert unfinished(desk) == [visit(number).id for number in (7, 5, 2, 1)]
    assert [len(desk.unfinished(after=after).rows) for after in ("", visit(5).id, visit(1).id)] == [2, 2, 0]


def test_a_deleted_record_is_not_on_the_list_of_unfinished_ones(desk, room):
    room.visits.save(visit(1, answers={}))
    over(desk, visit(1).id)
    desk.request_deletion(visit(1).id, "保存期間が過ぎた", staff=ONE)
    desk.approve_deletion(visit(1).id, visit(1).id, staff=TWO)
    assert unfinished(desk) == []


def of_an_earlier_version(room, monkeypatch, visits):
    with monkeypatch.context() as earlier:
        earlier.setattr("honnin.flows.record_meta.completion_of", lambda _: None)
        for each in visits:
            room.visits.save(each)


def enter(room, **more):
    return enter_completions(room.visits, room.sealer, tenant=room.tenant, clock=system_clock, **more)


def test_records_of_an_earlier_version_count_as_unfinished_until_a_job_has_read_them(desk, room, monkeypatch):
    monkeypatch.setattr("honnin.flows.completion_entry.PAGE", 2)
    answers = {number: {"face": "yes", "print": "yes"} if number != 3 else {} for number in range(1, 6)}
    of_an_earlier_version(room, monkeypatch, [visit(number, answers=each) for number, each in answers.items()])
    assert unfinished(desk) == [visit(number).id for number in (5, 4, 3, 2, 1)]
    assert room.watch.check().agrees
    assert enter(room) == 5
    assert unfinished(desk) == [visit(3).id]
    assert room.watch.check().agrees
    (entered,) = [each for each in desk.history(visit(3).id) if each.kind is Kind.COMPLETION_ENTERED]
    assert (entered.actor, entered.detail) == ("completion-job", {"completion": "unfinished"})
    assert enter(room) == 0


def test_one_that_cannot_be_opened_stays_on_the_list_and_holds_up_no_other(desk, room, tmp_path, monkeypatch):
    monkeypatch.setattr("honnin.flows.completion_entry.PAGE", 1)
    of_an_earlier_version(room, monkeypatch, [visit(number) for number in (1, 2, 3)])
    with sqlite3.connect(tmp_path / DATABASE) as raw:
        raw.execute("UPDATE record_parts SET ciphertext = x'00' WHERE record_id = ?", (visit(2).id,))
    assert enter(room) == 2
    assert unfinished(desk) == [visit(2).id]


def test_a_record_that_somebody_finishes_meanwhile_is_left_to_them(desk, room, monkeypatch):
    of_an_earlier_version(room, monkeypatch, [visit(1), visit(2)])
    get, sealer = room.visits.get, room.sealer

    def quicker(record_id):
        if record_id == visit(1).id:
            said = Event(Kind.COMPLETION_ENTERED, room.tenant, record_id, system_clock(), "x", None, {"completion": "unfinished"})
            sealer.append_events([said], [SetCompletion(record_id, Completion.UNFINISHED)])
        return get(record_id)

    monkeypatch.setattr(type(room.visits), "get", lambda _, record_id: quicker(record_id))
    assert enter(room) == 1
    monkeypatch.undo()
    assert unfinished(desk) == [visit(1).id]
    assert room.watch.check().agrees


def test_it_stops_between_two_pages_when_its_process_does(room, monkeypatch):
    monkeypatch.setattr("honnin.flows.completion_entry.PAGE", 1)
    of_an_earlier_version(room, monkeypatch, [visit(1), visit(2)])
    answers = iter([False, True])
    with pytest.raises(HonninError, match=r"jobs\.stopping"):
        enter(room, stopping=lambda: next(answers))
    assert enter(room) == 1


@pytest.mark.parametrize("said", ["checked", "", "nonsense"])
def test_a_row_that_hides_an_unfinished_record_is_found_by_the_audit(room, tmp_path, said):
    room.visits.save(visit(1, answers={}))
    assert room.watch.check().agrees
    with sqlite3.connect(tmp_path / DATABASE) as raw:
        raw.execute("UPDATE records SET completion = ?", (said,))
    assert not room.watch.check().agrees


def test_a_search_by_member_of_staff_finds_theirs_only(room):
    room.visits.save(visit(1))
    room.visits.save(visit(2, staff=TWO))
    assert [each.id for each in room.visits.find(VisitQuery(staff="職員 B"))] == [visit(2).id]
    assert room.visits.find(VisitQuery(staff="職員C")) == []


def test_the_contract_ends_on_a_day_that_has_been(desk, record_id):
    assert code_of(lambda: desk.end_contract(record_id, date(2999, 1, 1), staff=ONE)) == "records.day"
