"""Deletion needs two people and what the ledger says: against races, and against who holds the database without keys."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from honnin.adapters.database.schema import (
    DELETION_REQUESTS,
    LEDGER_LEAVES,
    RECORD_HOLD_NOTES,
    RECORD_PARTS,
    RECORDS,
)
from honnin.core.clock import system_random
from honnin.core.errors import HonninError
from honnin.flows.deletion_ports import RequestState
from honnin.flows.record_keeping import RecordKeeping
from honnin.flows.record_ports import CompleteRecord, EndContract, RecordState
from honnin.flows.retention_jobs import RETENTION_JOB
from honnin.records.ledger.event import Event, Kind
from honnin.records.ledger.tree import leaf_hash
from honnin.records.visit_record import Completion
from tests.store.records_kit import NOW, TENANT, audit, content, meta, record_id

ONE, TWO = "staff-1", "staff-2"
LONG_AGO = date(2019, 1, 4)  # seven years later is over
LATER = date(2024, 1, 4)


def make(store, sealer, *, tenant=TENANT, at=NOW):
    return RecordKeeping(store, sealer, lambda: at, system_random, tenant)


@pytest.fixture
def keeping(store, sealer):
    sealer.seal(content(), meta(law="hanshu"))
    keeping = make(store, sealer)
    keeping.end_contract(record_id(1), LONG_AGO, staff=ONE)
    return keeping


def code(act, *arguments, **more):
    with pytest.raises(HonninError) as error:
        act(*arguments, **more)
    return error.value.code


class Between:
    """A Sealer in front of which something else happens just before a deletion is written."""

    def __init__(self, sealer, act):
        self._sealer, self._act = sealer, act

    def __getattr__(self, name):
        return getattr(self._sealer, name)

    def append_events(self, events, changes=()):
        if any(each.kind is Kind.DELETED for each in events):
            self._act()
        return self._sealer.append_events(events, changes)


def completed(sealer):
    sealer.amend(
        content(2), tenant=TENANT, record_id=record_id(1), at=NOW, staff=ONE,
        changes=[CompleteRecord(record_id(1), ("HO",), 10, Completion.CHECKED)],
    )  # fmt: skip


@pytest.mark.parametrize("what", ["another end", "no end", "hold", "longer", "refusal"])
def test_what_comes_between_the_look_and_the_deletion_stops_it(store, sealer, keeping, what):
    request = keeping.request_deletion(record_id(1), "over", staff=ONE)
    acts = {
        "another end": lambda: keeping.end_contract(record_id(1), LATER, staff=ONE),
        "no end": lambda: sealer.append_events(*end_taken_back()),
        "hold": lambda: keeping.hold(record_id(1), "court", staff=ONE),
        "longer": lambda: completed(sealer),
        "refusal": lambda: keeping.refuse_deletion(request, staff=ONE),
    }
    late = RecordKeeping(store, Between(sealer, acts[what]), lambda: NOW, system_random, TENANT)
    assert code(late.approve_deletion, request, staff=TWO) == "store.conflict"
    assert store.record(TENANT, record_id(1)).state is RecordState.SEALED
    audit(store)


def end_taken_back():
    event = Event(Kind.CONTRACT_ENDED, TENANT, record_id(1), NOW, ONE, None, {"on": "", "until": ""})
    return [event], [EndContract(record_id(1), None, None)]


def at_once(*acts):
    """The codes of what failed, "" for what did not."""
    codes, gate = [""] * len(acts), threading.Barrier(len(acts))

    def run(number, act):
        gate.wait()
        try:
            act()
        except HonninError as error:
            codes[number] = error.code

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return codes


def test_of_many_who_approve_hold_and_refuse_at_once_one_wins(store, sealer, keeping):
    for number in range(2, 5):
        sealer.seal(content(number), meta(number, law="hanshu"))
        keeping.end_contract(record_id(number), LONG_AGO, staff=ONE)
        request = keeping.request_deletion(record_id(number), "over", staff=ONE)
        codes = at_once(
            *[lambda request=request: keeping.approve_deletion(request, staff=TWO)] * 3,
            lambda number=number: keeping.hold(record_id(number), "court", staff="staff-3"),
            lambda request=request: keeping.refuse_deletion(request, staff="staff-3"),
        )
        row = store.record(TENANT, record_id(number))
        kinds = [leaf.kind for leaf in store.events_of(TENANT, record_id(number))]
        deleted = row.state is RecordState.DELETED
        assert kinds.count("deleted") == codes[:3].count("") == int(deleted)
        assert row.holds == kinds.count("held") == int(codes[3] == "")
        assert not (deleted and kinds.index("deleted") != len(kinds) - 1), "nothing happens to what was deleted"
    audit(store)


def test_of_two_who_ask_at_once_one_has_asked(store, sealer, keeping):
    codes = at_once(
        *[lambda who=who: keeping.request_deletion(record_id(1), "over", staff=who) for who in (ONE, TWO, "staff-3")]
    )
    assert codes.count("") == 1
    assert set(codes) <= {"", "store.conflict", "records.requested"}
    assert len(store.requests(TENANT, state=RequestState.OPEN)) == 1


def test_a_proposal_beside_a_request_is_none_and_stops_no_job(store, sealer, keeping):
    keeping.request_deletion(record_id(1), "over", staff=ONE)
    assert keeping.propose_deletion(record_id(1), date(2026, 1, 4)) is None
    assert {each.requested_by for each in store.requests(TENANT)} == {ONE}


def test_a_deleted_record_is_not_asked_for_again(store, sealer, keeping):
    request = keeping.request_deletion(record_id(1), "over", staff=ONE)
    real = store.requests

    class Blind:  # it sees the state of a moment before
        def __getattr__(self, name):
            return getattr(store, name)

        def requests(self, *arguments, **more):
            return [] if more.get("record_id") else real(*arguments, **more)

        def record(self, *arguments):
            return alive

    alive = store.record(TENANT, record_id(1))
    late = make(Blind(), sealer)
    assert code(late.request_deletion, record_id(1), "over", staff=TWO) == "store.conflict"
    keeping.approve_deletion(request, staff=TWO)
    assert code(late.request_deletion, record_id(1), "over", staff=TWO) == "store.conflict"
    assert store.requests(TENANT, state=RequestState.OPEN) == []


def test_what_was_decided_is_decided(store, sealer, keeping):
    request = keeping.request_deletion(record_id(1), "over", staff=ONE)
    assert code(keeping.approve_deletion, request, staff=ONE) == "retention.same_person"
    assert code(make(store, sealer, tenant="other").approve_deletion, request, staff=TWO) == "records.request"
    assert code(make(store, sealer, tenant="other").refuse_deletion, request, staff=TWO) == "records.request"
    assert code(make(store, sealer, at=NOW - timedelta(days=1)).approve_deletion, request, staff=TWO) == "retention.approved"
    keeping.refuse_deletion(request, staff=TWO)
    assert code(keeping.approve_deletion, request, staff=TWO) == "records.request"
    again = keeping.request_deletion(record_id(1), "over", staff=ONE)
    keeping.approve_deletion(again, staff=TWO)
    assert code(keeping.approve_deletion, again, staff="staff-3") == "records.request"
    audit(store)


def test_a_proposal_of_the_job_is_nobodys_request(store, keeping):
    request = keeping.propose_deletion(record_id(1), date(2026, 1, 4))
    assert store.request(TENANT, request).requested_by == RETENTION_JOB
    assert code(keeping.approve_deletion, request, staff=TWO) == "retention.proposed"


# --- who holds the database, and no key --------------------------------------------------------------------------------


def change(store, statement):
    with store.database.engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        assert connection.execute(statement).rowcount != 0


def alter(store, table, **values):
    change(store, table.update().where(table.c.tenant == TENANT, table.c.record_id == record_id(1)).values(**values))


def test_another_name_under_a_request_makes_no_second_person(store, keeping):
    request = keeping.request_deletion(record_id(1), "over", staff=ONE)
    alter(store, DELETION_REQUESTS, requested_by=TWO)
    assert code(keeping.approve_deletion, request, staff=ONE) == "ledger.record_differs"
    assert store.record(TENANT, record_id(1)).state is RecordState.SEALED


def test_a_request_that_nobody_entered_destroys_nothing(store, keeping):
    row = {
        "tenant": TENANT, "request_id": "01FORGED", "record_id": record_id(1),
        "requested_at_utc": "2026-11-25T00:00:00+00:00",
        "requested_by": TWO, "reason": "over", "state": "open", "decided_at_utc": None, "decided_by": None,
    }  # fmt: skip
    change(store, DELETION_REQUESTS.insert().values(row))
    assert code(keeping.approve_deletion, "01FORGED", staff=ONE) == "ledger.record_differs"


@pytest.mark.parametrize(
    "values", [{"holds": 0, "hold_reason": ""}, {"holds": 0}, {"contract_ended_on": "2019-01-04", "holds": 0}]
)
def test_a_hold_that_was_taken_out_of_the_row_still_holds(store, keeping, values):
    request = keeping.request_deletion(record_id(1), "over", staff=ONE)
    keeping.hold(record_id(1), "court", staff=TWO)
    alter(store, RECORDS, **values)
    assert code(keeping.approve_deletion, request, staff=TWO) == "ledger.record_differs"
    change(store, sa.delete(RECORD_HOLD_NOTES).where(RECORD_HOLD_NOTES.c.record_id == record_id(1)))
    assert code(keeping.approve_deletion, request, staff=TWO) == "ledger.record_differs"


@pytest.mark.parametrize(
    "values", [{"contract_ended_on": "2010-01-04", "retention_until": "2017-01-04"}, {"retention_years": 1}]
)
def test_a_time_of_keeping_that_was_made_shorter_is_not_believed(store, sealer, keeping, values):
    keeping.end_contract(record_id(1), LATER, staff=ONE)
    alter(store, RECORDS, **({"contract_ended_on": "2024-01-04"} | values))
    request = keeping.request_deletion(record_id(1), "over", staff=ONE)
    assert code(keeping.approve_deletion, request, staff=TWO) == "ledger.record_differs"
    assert store.record(TENANT, record_id(1)).state is RecordState.SEALED


def test_an_entry_that_was_written_over_is_not_believed(store, keeping):
    request = keeping.request_deletion(record_id(1), "over", staff=ONE)
    entry = next(leaf for leaf in store.events_of(TENANT, record_id(1)) if leaf.kind == "deletion_requested")
    forged = entry.octets.replace(ONE.encode(), b"staff-9")
    assert forged != entry.octets
    there = LEDGER_LEAVES.update().where(LEDGER_LEAVES.c.seq == entry.index)
    change(store, there.values(leaf=forged, leaf_hash=leaf_hash(forged)))
    alter(store, DELETION_REQUESTS, requested_by="staff-9")
    assert code(keeping.approve_deletion, request, staff=ONE) == "ledger.record_differs"
    assert store.record(TENANT, record_id(1)).state is RecordState.SEALED


def test_a_record_whose_content_is_damaged_may_still_be_deleted(store, keeping):
    request = keeping.request_deletion(record_id(1), "over", staff=ONE)
    alter(store, RECORD_PARTS, ciphertext=b"x" * 80)
    keeping.approve_deletion(request, staff=TWO)
    assert store.record(TENANT, record_id(1)).state is RecordState.DELETED
