"""Keeping a visit: outside the lock, once, and back to where it stood when it fails."""

from __future__ import annotations

import threading

import pytest

from honnin.core.errors import CallerError, StoreError
from honnin.flows.transactions import BUILT_IN
from honnin.flows.visit import Case, Stage
from tests.unit.flows.test_visits import at_key, begin, wait_for
from tests.unit.server.fakes import World

YES = {"face": "yes", "print": "yes"}
SALE = next(each for each in BUILT_IN if each.id == "real-estate-sale")
DECLARED = {"purpose": "売買", "occupation": "会社員", "foreign_pep": "no", "alias": "no"}
UNKNOWN = StoreError("store.unknown", "it is not known whether it was stored")
FULL = StoreError("store.write", "it was not stored")


@pytest.fixture
def world():
    return World()


@pytest.fixture
def visits(world):
    return world.services.visits


def at_result(world):
    visit_id = at_key(world)
    begin(world, visit_id)
    wait_for(world.services.visits, visit_id, Stage.RESULT)
    return visit_id


def at_declarations(world):
    visit_id = at_result(world)
    world.services.visits.choose_case(visit_id, Case(SALE))
    assert world.services.visits.save(visit_id, {**YES, "address": "as_card"}, staff="A") == ""
    return visit_id


class SlowSave:
    """A save that stands at the disk until the block ends."""

    def __init__(self, world, work):
        self._world, self._work = world, work
        self.outcome = None

    def __enter__(self):
        self._world.store.hold = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._world.store.hold.set()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _run(self):
        self.outcome = self._work()


def code(work):
    with pytest.raises((CallerError, StoreError)) as caught:
        work()
    return caught.value.code


def test_while_one_visit_is_being_saved_every_other_goes_on(world, visits):
    slow = at_result(world)
    with SlowSave(world, lambda: visits.save(slow, YES, staff="A")) as save:
        wait_for(visits, slow, Stage.SAVING)
        other = at_key(world)
        begin(world, other)
        assert wait_for(visits, other, Stage.RESULT).report is world.report
        visits.discard(other)
        assert [each.id for each in visits.open_visits()] == [slow]
    assert save.outcome == slow
    assert visits.get(slow).stage is Stage.SAVED


def test_a_visit_that_is_being_saved_is_neither_saved_again_nor_changed_nor_forgotten(world, visits):
    slow = at_result(world)
    with SlowSave(world, lambda: visits.save(slow, YES, staff="A")):
        wait_for(visits, slow, Stage.SAVING)
        steps = (
            lambda: visits.save(slow, YES, staff="B"),
            lambda: visits.declare(slow, DECLARED, staff="B"),
            lambda: visits.choose_case(slow, Case()),
            lambda: visits.again(slow),
            lambda: visits.discard(slow),
            lambda: visits.back_to_result(slow),
        )
        assert {code(step) for step in steps} == {"visit.saving"}
        world.clock.advance(days=1)
        visits.prune()
        assert visits.get(slow).stage is Stage.SAVING
    assert visits.get(slow).record_id == slow
    assert [each.staff for each in world.store.kept.values()] == ["A"]


def test_a_save_that_fails_leads_back_to_the_answers_and_can_be_repeated(world, visits):
    visit_id = at_result(world)
    world.store.errors = [FULL]
    assert code(lambda: visits.save(visit_id, YES, staff="A")) == "store.write"
    left = visits.get(visit_id)
    assert (left.stage, left.problem.code, left.answers) == (Stage.RESULT, "store.write", YES)
    assert left.report is world.report
    assert visits.save(visit_id, YES, staff="A") == visit_id
    assert visits.get(visit_id).problem is None


def test_a_save_after_the_declarations_that_fails_leads_back_to_them(world, visits):
    visit_id = at_declarations(world)
    world.store.errors = [FULL]
    assert code(lambda: visits.declare(visit_id, DECLARED, staff="A")) == "store.write"
    left = visits.get(visit_id)
    assert (left.stage, left.problem.code, left.declarations) == (Stage.DECLARE, "store.write", DECLARED)
    assert visits.declare(visit_id, DECLARED, staff="A") == visit_id


def test_a_mistake_of_ours_while_saving_leaves_no_visit_behind_at_saving(world, visits):
    visit_id = at_result(world)
    world.store.errors = [ZeroDivisionError()]
    with pytest.raises(ZeroDivisionError):
        visits.save(visit_id, YES, staff="A")
    left = visits.get(visit_id)
    assert (left.stage, left.problem.code) == (Stage.RESULT, "visit.internal")


def test_a_second_attempt_of_a_save_that_was_stored_unheard_is_the_same_record(world, visits):
    visit_id = at_result(world)
    world.store.errors, world.store.stores_all_the_same = [UNKNOWN], True
    assert code(lambda: visits.save(visit_id, YES, staff="A")) == "store.unknown"
    world.clock.advance(seconds=5)
    assert visits.save(visit_id, YES, staff="A") == visit_id
    assert visits.get(visit_id).stage is Stage.SAVED
    assert len(world.store.kept) == 1


@pytest.mark.parametrize(
    ("answers", "staff"), [({"face": "unsure", "print": "yes"}, "A"), (YES, "B")], ids=["other answers", "other staff"]
)
def test_another_content_never_passes_for_what_was_stored_unheard(world, visits, answers, staff):
    visit_id = at_result(world)
    world.store.errors, world.store.stores_all_the_same = [UNKNOWN], True
    assert code(lambda: visits.save(visit_id, YES, staff="A")) == "store.unknown"
    assert code(lambda: visits.save(visit_id, answers, staff=staff, unfinished=True)) == "store.exists"
    assert visits.get(visit_id).stage is Stage.RESULT
    assert world.store.kept[visit_id].answers == YES


def test_a_number_that_is_taken_without_an_attempt_of_ours_is_never_taken_for_saved(world, visits):
    visit_id = at_result(world)
    world.store.kept[visit_id] = None
    assert code(lambda: visits.save(visit_id, YES, staff="A")) == "store.exists"
