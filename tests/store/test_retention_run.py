"""The retention job proposes, two people decide; numbers whose time is over go by themselves (law.md §3.4; 番号法20条)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from honnin.adapters.database.schema import METADATA
from honnin.adapters.key_file import FileKeys
from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.clock import system_random
from honnin.core.errors import CallerError, StoreError
from honnin.core.secret import Secret
from honnin.flows.deletion_ports import RequestState
from honnin.flows.ledger_check_ports import HoldAct
from honnin.flows.number_keeping import NumberKeeping
from honnin.flows.record_audit import audit_records
from honnin.flows.record_keeping import RecordKeeping
from honnin.flows.record_ports import EndContract, Hold
from honnin.flows.retention_jobs import RETENTION_JOB
from honnin.flows.retention_run import delete_numbers, propose_due
from honnin.records.ledger.event import Event, Kind
from honnin.records.wrapping import Purpose
from tests.store.job_kit import events
from tests.store.records_kit import NOW, SIGNER, TENANT, content, meta, record_id

OVER, LAST = date(2026, 11, 24), date(2026, 11, 25)  # NOW is 2026-11-25 in Japan
ENDED = date(2019, 11, 24)


def proposals(keeping):
    found = keeping.store.requests(TENANT, state=RequestState.OPEN, limit=1000)
    return [each for each in found if each.requested_by == RETENTION_JOB]


@pytest.fixture
def keeping(store, sealer):
    return RecordKeeping(store, sealer, lambda: NOW, system_random, TENANT)


def seal(sealer, number, until=OVER, ended=ENDED):
    sealer.seal(content(number), meta(number, law="hanshu_kakunin", contract_ended_on=ended, retention_until=until))


def code(act, *args, **more):
    with pytest.raises((CallerError, StoreError)) as caught:
        act(*args, **more)
    return caught.value.code


def test_what_is_over_is_proposed_once_and_nothing_else(store, sealer, keeping):
    seal(sealer, 1)
    seal(sealer, 2, until=LAST, ended=date(2019, 11, 25))  # must be there today
    seal(sealer, 3, until=None, ended=None)  # its contract lives
    seal(sealer, 4)
    held = Event(Kind.HELD, TENANT, record_id(4), NOW, "staff-1", None, {})
    sealer.append_events([held], [Hold(record_id(4), 1, "照会")])
    done = propose_due(store, keeping)
    assert done.as_dict() == {"proposed": 1, "known": 0, "held": 1, "more": False}
    (request,) = proposals(keeping)
    assert (request.record_id, request.requested_by) == (record_id(1), RETENTION_JOB)
    for _ in range(3):
        assert (propose_due(store, keeping).proposed, len(proposals(keeping))) == (0, 1)
    assert events(store, "deletion_requested") == {record_id(1): 1}
    assert store.record(TENANT, record_id(1)).state == "sealed"


def test_a_proposal_that_was_refused_is_not_made_again(store, sealer, keeping):
    seal(sealer, 1)
    propose_due(store, keeping)
    keeping.refuse_deletion(proposals(keeping)[0].request_id, staff="staff-1", reason="係争中")
    done = propose_due(store, keeping)
    assert (done.proposed, done.known) == (0, 1)
    assert proposals(keeping) == []
    changed = Event(Kind.CONTRACT_ENDED, TENANT, record_id(1), NOW, "staff-1", None, {})
    sealer.append_events([changed], [EndContract(record_id(1), ENDED - timedelta(days=9), OVER - timedelta(days=9))])
    assert propose_due(store, keeping).proposed == 1  # another last day is another question


def test_a_proposal_is_refused_by_name_and_reason_which_goes_with_the_record(store, sealer, keeping):
    seal(sealer, 1)
    propose_due(store, keeping)
    (proposal,) = proposals(keeping)
    assert code(keeping.refuse_deletion, proposal.request_id, staff="staff-1") == "records.reason"
    assert code(keeping.keep_on, record_id(1), " ", staff="staff-1") == "records.reason"
    assert keeping.refusal_of(record_id(1), OVER) is None
    keeping.keep_on(record_id(1), "係争中のため", staff="staff-1")
    assert proposals(keeping) == []
    assert keeping.refusal_of(record_id(1), OVER).decided_by == "staff-1"
    assert [(each.act, each.staff, each.reason) for each in keeping.hold_notes(record_id(1))] == [
        (HoldAct.KEPT, "staff-1", "係争中のため")
    ]
    assert store.record(TENANT, record_id(1)).holds == 0  # a decision, and no hold
    assert code(keeping.keep_on, record_id(1), "もう一度", staff="staff-2") == "records.kept_on"
    keeping.request_deletion(record_id(1), "やはり削除する", staff="staff-1")
    assert code(keeping.keep_on, record_id(1), "待って", staff="staff-2") == "records.requested"


def test_what_the_job_has_not_proposed_yet_is_refused_as_if_it_had(store, sealer, keeping):
    seal(sealer, 1)
    seal(sealer, 2, until=LAST, ended=date(2019, 11, 25))
    keeping.keep_on(record_id(1), "係争中", staff="staff-1")
    assert propose_due(store, keeping).as_dict() == {"proposed": 0, "known": 1, "held": 0, "more": False}
    assert code(keeping.keep_on, record_id(2), "係争中", staff="staff-1").startswith("retention.")
    assert propose_due(store, keeping).proposed == 0


@pytest.mark.parametrize("change", [{"reason": "削除してよい"}, {"act": "placed"}, {"staff": "staff-9"}, None])
def test_a_reason_for_keeping_on_that_was_altered_or_taken_away_is_found(store, sealer, keeping, change):
    seal(sealer, 1)
    keeping.keep_on(record_id(1), "係争中", staff="staff-1")
    assert audit_records(store, TENANT, SIGNER.key, witness=SIGNER.witness) == ()
    notes = METADATA.tables["record_hold_notes"]
    with store.database.engine.connect() as connection, connection.execution_options(honnin_write=True).begin():
        connection.execute(notes.delete() if change is None else notes.update().values(**change))
    (finding,) = audit_records(store, TENANT, SIGNER.key, witness=SIGNER.witness)
    assert (finding.code, finding.record_id, finding.detail) == ("row_altered", record_id(1), "hold_notes")


def test_two_people_are_needed_for_what_the_job_proposed(store, sealer, keeping):
    seal(sealer, 1)
    propose_due(store, keeping)
    (proposal,) = proposals(keeping)
    assert keeping.proposal_of(record_id(1)) == proposal
    assert keeping.request_of(record_id(1)) is None
    assert code(keeping.approve_deletion, proposal.request_id, staff="staff-1") == "retention.proposed"
    assert store.record(TENANT, record_id(1)).state == "sealed"
    asked = keeping.request_deletion(record_id(1), "保存期間満了", staff="staff-1")
    assert [each.request_id for each in keeping.requests()] == [asked]
    assert keeping.proposal_of(record_id(1)) is None
    assert store.request(TENANT, proposal.request_id).state is RequestState.TAKEN_UP
    assert code(keeping.approve_deletion, asked, staff="staff-1") == "retention.same_person"
    certificate = keeping.approve_deletion(asked, staff="staff-2")
    assert (certificate.requested_by, certificate.approved_by) == ("staff-1", "staff-2")
    assert propose_due(store, keeping).proposed == 0


def test_a_hold_that_comes_in_between_keeps_the_record(store, sealer, keeping):
    seal(sealer, 1)
    keeping.hold(record_id(1), "捜査関係事項照会", staff="staff-1")
    assert code(keeping.propose_deletion, record_id(1), OVER) == "retention.held"
    assert proposals(keeping) == []


def test_of_many_proposals_each_can_be_decided(store, sealer, keeping):
    for number in range(1, 151):
        seal(sealer, number)
    assert propose_due(store, keeping).proposed == 150
    first = min(proposals(keeping), key=lambda each: each.record_id)
    keeping.refuse_deletion(first.request_id, staff="staff-1", reason="係争中")
    assert len(proposals(keeping)) == 149


def test_a_job_that_is_told_to_stop_keeps_what_it_did(store, sealer, keeping):
    for number in (1, 2, 3):
        seal(sealer, number)
    asked = iter([False, True])
    assert code(propose_due, store, keeping, stopping=lambda: next(asked)) == "jobs.stopping"
    assert len(proposals(keeping)) == 1
    assert propose_due(store, keeping).proposed == 2


def test_numbers_whose_last_day_has_passed_are_destroyed_and_the_ledger_says_so(store, sealer, tmp_path):
    wrapper = FileKeys.make(tmp_path / "keys").wrapper(Purpose.NUMBERS)
    numbers = NumberKeeping(store, sealer, wrapper, clock=lambda: NOW, random=system_random, tenant=TENANT)
    kept = [
        numbers.keep(
            Secret("123456789018"), record_id=record_id(1), purpose=NumberLawPurpose.WITHHOLDING_TAX, staff="staff-1",
            retention_until=until,
        )
        for until in (OVER, LAST, None)
    ]  # fmt: skip
    assert (delete_numbers(numbers, lambda: NOW), delete_numbers(numbers, lambda: NOW)) == (1, 0)
    assert {each.number_id for each in store.numbers(TENANT)} == set(kept[1:])
    assert events(store, "number_deleted") == {kept[0]: 1}
