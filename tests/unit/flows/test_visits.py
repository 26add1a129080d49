"""The visit as a state machine, without pages."""

from __future__ import annotations

import threading
import time

import pytest

from honnin.core.errors import CallerError, HonninError
from honnin.flows.keys import TypedKey, parse_passport_key
from honnin.flows.ports import ReaderInfo
from honnin.flows.visit import CardState, Stage, card_state
from honnin.flows.visit_answers import typed_key
from honnin.flows.visits import MAX_OPEN
from tests.unit.server.fakes import MRZ, World

READER = ReaderInfo("a", "pcsc", False, False)
WITH = ReaderInfo("a", "pcsc", False, True)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def visits(world):
    return world.services.visits


def at_key(world):
    world.tray.insert("alpha")
    visit = world.services.visits.start()
    world.services.visits.take_card(visit.id)
    return visit.id


def begin(world, visit_id):
    typed = typed_key({"lines": MRZ})
    world.services.visits.begin_reading(visit_id, parse_passport_key(typed), typed)


def wait_for(visits, visit_id, stage):
    end = time.monotonic() + 10
    visit = visits.get(visit_id)
    while visit.stage is not stage and time.monotonic() < end:
        visit = visits.wait(visit_id, visit.version, timeout_s=1)
    assert visit.stage is stage
    return visit


@pytest.mark.parametrize(
    ("readers", "state"),
    [
        ((), CardState.NO_READER),
        ((READER,), CardState.WAITING),
        ((READER, WITH), CardState.FOUND),
        ((WITH, WITH), CardState.SEVERAL),
        ((ReaderInfo("a", "pcsc", False, True, problem="reader.card_mute"),), CardState.UNUSABLE),
    ],
)
def test_only_exactly_one_usable_card_is_found(readers, state):
    assert card_state(readers).state is state


def test_a_visit_goes_through_its_stages(world, visits):
    visit_id = at_key(world)
    assert visits.get(visit_id).stage is Stage.KEY
    begin(world, visit_id)
    visit = wait_for(visits, visit_id, Stage.RESULT)
    assert visit.report is world.report
    record = visits.save(visit_id, {"face": "yes", "print": "yes"}, staff="A")
    saved = visits.get(visit_id)
    assert saved.stage is Stage.SAVED
    assert saved.record_id == record
    assert saved.reading is None
    assert saved.report is None
    assert visits.open_visits() == ()


def test_saving_twice_keeps_one_record(world, visits):
    visit_id = at_key(world)
    begin(world, visit_id)
    wait_for(visits, visit_id, Stage.RESULT)
    first = visits.save(visit_id, {"face": "yes", "print": "yes"}, staff="A")
    assert visits.save(visit_id, {"face": "no", "print": "no"}, staff="B", unfinished=True) == first
    assert len(world.store.kept) == 1


def test_a_step_that_is_not_due_is_refused(world, visits):
    visit = visits.start()
    for step in (
        lambda: begin(world, visit.id),
        lambda: visits.save(visit.id, {"face": "yes", "print": "yes"}, staff="A"),
        lambda: visits.refuse_key(visit.id, TypedKey(), CallerError("key.missing", "")),
    ):
        with pytest.raises(CallerError) as caught:
            step()
        assert caught.value.code == "visit.stage"


def test_a_read_whose_visit_was_discarded_changes_nothing(world, visits):
    world.read.hold = threading.Event()
    visit_id = at_key(world)
    begin(world, visit_id)
    visits.discard(visit_id)
    world.read.hold.set()
    time.sleep(0.05)
    with pytest.raises(CallerError):
        visits.get(visit_id)


def test_a_cancelled_read_ends_at_its_next_step_and_a_new_one_counts(world, visits):
    world.read.hold = threading.Event()
    visit_id = at_key(world)
    begin(world, visit_id)
    visits.cancel(visit_id)
    assert visits.get(visit_id).stage is Stage.KEY
    assert visits.get(visit_id).problem.code == "visit.cancelled"
    begin(world, visit_id)
    world.read.hold.set()
    assert wait_for(visits, visit_id, Stage.RESULT).problem is None


def test_an_open_visit_has_a_limit_in_number(visits):
    for _ in range(MAX_OPEN):
        visits.start()
    with pytest.raises(HonninError) as caught:
        visits.start()
    assert caught.value.code == "visit.too_many"


def test_time_passes_only_for_those_nobody_touches(world, visits):
    old, kept = visits.start(), visits.start()
    world.clock.advance(minutes=10)
    visits.keep(kept.id)
    world.clock.advance(minutes=10)
    visits.prune()
    assert [each.id for each in visits.open_visits()] == [kept.id]
    with pytest.raises(CallerError):
        visits.get(old.id)


def test_watching_does_not_extend_the_time(world, visits):
    visit = visits.start()
    world.clock.advance(minutes=14)
    visits.wait(visit.id, visit.version, timeout_s=0)
    visits.take_card(visit.id)
    assert visits.get(visit.id).expires_at_utc == visit.expires_at_utc


def test_what_was_typed_does_not_show_itself():
    typed = typed_key({"lines": MRZ, "can": "123456"})
    assert "L898902C3" not in repr(typed)
    assert "123456" not in repr(typed)
