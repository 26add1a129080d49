"""A ledger that does not agree stops the records of the house, in every process, until somebody answers for it."""

from __future__ import annotations

import sqlite3
import threading
from datetime import date

import pytest

from honnin.cli.record_room import DATABASE, open_record_room
from honnin.core.clock import system_clock
from honnin.core.errors import CallerError, HonninError, StoreError
from honnin.flows.ledger_watch import MAX_KEPT, LedgerWatch
from honnin.flows.messages import MESSAGES
from honnin.records.ledger.audit import AuditCode, AuditFinding
from honnin.records.ledger.event import Kind, decode_event
from tests.store.test_sealed_visits import visit


@pytest.fixture
def room(tmp_path):
    room = open_record_room(tmp_path)
    room.visits.save(visit(1))
    room.visits.save(visit(2))
    yield room
    room.close()


def change(tmp_path, statement, *values):
    with sqlite3.connect(tmp_path / DATABASE) as raw:
        assert raw.execute(statement, values).rowcount > 0


def tamper(tmp_path):
    """Another ciphertext behind the program's back; returns what stood there."""
    with sqlite3.connect(tmp_path / DATABASE) as raw:
        (old,) = raw.execute("SELECT ciphertext FROM record_parts WHERE record_id = ?", (visit(1).id,)).fetchone()
    change(tmp_path, "UPDATE record_parts SET ciphertext = zeroblob(50) WHERE record_id = ?", visit(1).id)
    return old


def repair(tmp_path, old):
    change(tmp_path, "UPDATE record_parts SET ciphertext = ? WHERE record_id = ?", old, visit(1).id)


def code_of(act) -> str:
    with pytest.raises(HonninError) as error:
        act()
    assert error.value.code in MESSAGES
    return error.value.code


def test_before_the_first_look_nothing_is_said(room):
    state = room.watch.state()
    assert state.checked_at is None
    assert not state.agrees
    assert not room.watch.stopped()


def test_a_ledger_that_agrees_stops_nothing(room):
    state = room.watch.check()
    assert state.agrees
    assert state.entries == 2
    assert state.stopped_at is None
    room.visits.save(visit(3))


def test_after_tampering_nothing_new_is_stored_and_nothing_destroyed(room, tmp_path):
    tamper(tmp_path)
    state = room.watch.check()
    assert {each.code for each in state.findings} == {AuditCode.CONTENT_ALTERED}
    assert {each.record_id for each in state.findings} == {visit(1).id}
    assert code_of(lambda: room.visits.save(visit(3))) == "ledger.stopped"
    words = {"by": "職員A", "actor": "staff-a"}
    assert code_of(lambda: room.amending.add_words(visit(2).id, "追記", **words)) == "ledger.stopped"
    assert code_of(lambda: room.keeping.end_contract(visit(2).id, date(2020, 1, 1), staff="s")) == "ledger.stopped"
    request = lambda: room.keeping.request_deletion(visit(2).id, "理由", staff="s")  # noqa: E731
    assert code_of(request) == "ledger.stopped"
    assert room.store.record(room.tenant, visit(2).id).parts == 1


def test_a_look_and_a_hold_are_still_entered(room, tmp_path):
    tamper(tmp_path)
    room.watch.check()
    room.visits.note_view(visit(2).id, staff="職員A")
    room.keeping.hold(visit(2).id, "証拠を残す", staff="s")
    assert [each.kind for each in room.keeping.history(visit(2).id)] == ["sealed", "viewed", "held"]


def test_another_process_of_the_house_stops_too(room, tmp_path):
    other = open_record_room(tmp_path)
    try:
        tamper(tmp_path)
        room.watch.check()
        assert code_of(lambda: other.visits.save(visit(3))) == "ledger.stopped"
    finally:
        other.close()


def test_a_repair_alone_does_not_end_the_stop(room, tmp_path):
    old = tamper(tmp_path)
    room.watch.check()
    repair(tmp_path, old)
    state = room.watch.check()
    assert state.agrees
    assert state.stopped_at is not None
    assert code_of(lambda: room.visits.save(visit(3))) == "ledger.stopped"


def test_after_the_repair_somebody_ends_the_stop_by_name_and_reason(room, tmp_path):
    old = tamper(tmp_path)
    room.watch.check()
    assert code_of(lambda: room.watch.resume("直した", staff="staff-a")) == "ledger.still_broken"
    repair(tmp_path, old)
    assert code_of(lambda: room.watch.resume(" ", staff="staff-a")) == "records.reason"
    state = room.watch.resume("バックアップから直した", staff="staff-a")
    assert state.stopped_at is None
    room.visits.save(visit(3))
    events = [decode_event(each.octets) for each in room.store.leaves(room.tenant)]
    (resumed,) = [each for each in events if each.kind is Kind.LEDGER_RESUMED]
    assert resumed.actor == "staff-a"
    assert room.watch.check().agrees


def test_what_cannot_be_repaired_is_accepted_and_stays_visible_and_new_damage_stops_again(room, tmp_path):
    tamper(tmp_path)
    room.watch.check()
    state = room.watch.resume("原因を調べた。直せない", staff="staff-a", accept=True)
    assert state.stopped_at is None
    assert not state.agrees
    assert [(each.by, each.reason) for each in state.accepted] == [("staff-a", "原因を調べた。直せない")]
    room.visits.save(visit(3))
    assert room.watch.check().stopped_at is None
    change(tmp_path, "DELETE FROM record_keys WHERE record_id = ?", visit(2).id)
    assert room.watch.check().stopped_at is not None
    assert code_of(lambda: room.visits.save(visit(4))) == "ledger.stopped"


def test_an_audit_on_a_thread_ends_and_two_do_not_run_at_once(room, monkeypatch):
    hold, begun = threading.Event(), threading.Event()
    inner = room.watch._audit

    def slow(store):
        begun.set()
        assert hold.wait(10)
        return inner(store)

    monkeypatch.setattr(room.watch, "_audit", slow)
    assert room.watch.begin()
    assert begun.wait(10)
    assert not room.watch.begin()
    assert room.watch.running is not None
    with pytest.raises(CallerError) as error:
        room.watch.check()
    assert error.value.code == "ledger.busy"
    hold.set()
    for _ in range(500):
        if room.watch.running is None:
            break
        threading.Event().wait(0.01)
    assert room.watch.state().agrees


def test_an_audit_that_cannot_be_made_is_told_and_says_nothing_good(room, monkeypatch):
    def broken(_):
        raise StoreError("store.read", "x")

    monkeypatch.setattr(room.watch, "_audit", broken)
    room.watch.begin()
    for _ in range(500):
        if room.watch.running is None:
            break
        threading.Event().wait(0.01)
    assert room.watch.problem == "store.read"
    assert not room.watch.state().agrees


def test_a_damaged_outcome_is_an_error_and_not_a_good_state(room, tmp_path):
    room.watch.check()
    change(tmp_path, "UPDATE ledger_checks SET findings = '{'")
    assert code_of(room.watch.state) == "store.damaged"


def found(*numbers):
    return [AuditFinding(AuditCode.CONTENT_ALTERED, record_id=f"R{number}") for number in numbers]


def test_old_damage_however_much_hides_nothing_that_is_new(room):
    old = range(MAX_KEPT + 50)
    now = [found(*old)]
    watch = LedgerWatch(room.store, room.sealer, lambda _: tuple(now[0]), clock=system_clock, tenant=room.tenant)
    watch.check()
    while watch.check().stopped_at is not None:  # what is not shown is not accepted, and stops again
        watch.resume("the disk is old", staff="s", accept=True)
    assert len(watch.state().accepted) == len(old)
    now[0] = [*found(*old), *found(9999)]
    state = watch.check()
    assert state.stopped_at is not None
    assert state.findings[0].record_id == "R9999"
