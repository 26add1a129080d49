"""Who can write into the database lifts no stop, hides no re-check, sees no number and takes away no stamp.

The rows of what the house has to do are not evidence of anybody, but what is done follows them. So each is entered in
the ledger, whoever acts on it asks the entry, and the audit names what was changed.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from honnin.cli.record_room import open_record_room
from honnin.core.clock import system_clock, system_random
from honnin.core.errors import CallerError, HonninError, StoreError
from honnin.core.secret import Secret
from honnin.flows.number_keeping import NumberKeeping
from honnin.flows.recheck_ports import NoteCause
from honnin.flows.recheck_records import Recheck, cause_of_rules
from honnin.flows.record_audit import audit_records
from honnin.flows.timestamp_run import entries_since_stamp, stamp_newest
from honnin.law.rules import load_rules
from honnin.records.ledger.audit import AuditCode
from honnin.records.ledger.event import OF_CAUSES, OF_CHECKS, Kind
from honnin.records.number_vault import NumberEntry, grant_view
from honnin.records.wrapping import Purpose
from tests.store.records_kit import TENANT
from tests.store.tamper_kit import DIGITS, TAX, Stamper
from tests.store.test_recheck_records import everything
from tests.store.test_sealed_visits import visit

LATER = "2099-01-01T00:00:00.000000+00:00"


@pytest.fixture
def room(tmp_path):
    room = open_record_room(tmp_path)
    room.visits.save(visit(1))
    room.visits.save(visit(2))
    yield room
    room.close()


def behind_the_back(room, statement, **values):
    with room.store.database.engine.connect().execution_options(honnin_write=True) as raw, raw.begin():
        assert raw.execute(sa.text(statement), values).rowcount > 0, statement


def tamper(room):
    behind_the_back(room, "UPDATE record_parts SET ciphertext = zeroblob(50) WHERE record_id = :id", id=visit(1).id)


def found(room):
    return {each.code for each in audit_records(room.store, TENANT, room.signer.key, witness=room.signer.witness)}


def code_of(act) -> str:
    with pytest.raises(HonninError) as error:
        act()
    return error.value.code


def save(room, number=3):
    room.visits.save(visit(number))


# --- the stop ---

LIFTED = {
    "row taken away": "DELETE FROM ledger_checks",
    "stop taken out": "UPDATE ledger_checks SET stopped_at_utc = NULL",
    "as before it": "UPDATE ledger_checks SET stopped_at_utc = NULL, findings = '[]'",
}


@pytest.mark.parametrize("statement", LIFTED.values(), ids=LIFTED)
def test_a_stop_that_was_cleared_still_stops_and_is_named(room, statement):
    tamper(room)
    room.watch.check()
    behind_the_back(room, statement)
    assert code_of(lambda: save(room)) == "ledger.stopped"
    assert room.watch.stopped()
    state = room.watch.state()
    assert not state.agrees
    assert AuditCode.CHECK_ALTERED in {each.code for each in state.findings}
    assert found(room) == {AuditCode.CHECK_ALTERED, AuditCode.CONTENT_ALTERED}
    assert {each.code for each in room.watch.check().findings} == {AuditCode.CHECK_ALTERED, AuditCode.CONTENT_ALTERED}
    assert room.watch.stopped()
    assert found(room) == {AuditCode.CONTENT_ALTERED}  # the outcome is written anew


def forged(room):
    """That somebody has accepted all that an audit can find now, also that this very row is forged."""
    findings = audit_records(room.store, TENANT, room.signer.key, witness=room.signer.witness)
    listed = [{"code": str(each.code), "sequence": each.sequence, "last": each.last, "record_id": each.record_id, "detail": each.detail}
              for each in findings]  # fmt: skip
    listed.append({"code": "check_altered", "sequence": None, "last": None, "record_id": "", "detail": ""})
    return json.dumps([{"finding": each, "by": "staff-x", "at": LATER, "reason": "x"} for each in listed])


def test_what_nobody_accepted_stops_though_the_row_says_it_was_accepted(room):
    assert room.watch.check().agrees
    tamper(room)
    behind_the_back(room, "UPDATE ledger_checks SET accepted = :forged", forged=forged(room))
    assert room.watch.check().stopped_at is not None
    assert code_of(lambda: save(room)) == "ledger.stopped"
    assert room.watch.state().accepted == ()


def test_nothing_is_accepted_by_a_row_in_a_house_that_was_never_audited(room):
    tamper(room)
    behind_the_back(
        room,
        "INSERT INTO ledger_checks (tenant, checked_at_utc, entries, findings, accepted) VALUES (:t, :at, 2, '[]', :forged)",
        t=TENANT, at=LATER, forged=forged(room),
    )  # fmt: skip
    assert not room.watch.state().agrees
    assert room.watch.check().stopped_at is not None


@pytest.mark.parametrize("column", ["findings", "accepted", "checked_at_utc", "stopped_at_utc"])
def test_an_outcome_that_cannot_be_read_keeps_no_audit_from_stopping(room, column):
    room.watch.check()
    tamper(room)
    behind_the_back(room, f"UPDATE ledger_checks SET {column} = '{{'")
    assert room.watch.check().stopped_at is not None
    assert code_of(lambda: save(room)) == "ledger.stopped"


def test_an_older_outcome_put_back_is_named(room):
    room.watch.check()
    with room.store.database.engine.connect() as raw:
        (older,) = raw.execute(sa.text("SELECT checked_at_utc FROM ledger_checks")).one()
    room.watch.check()
    assert found(room) == set()
    behind_the_back(room, "UPDATE ledger_checks SET checked_at_utc = :older", older=older)
    assert found(room) == {AuditCode.CHECK_ALTERED}
    assert AuditCode.CHECK_ALTERED in {each.code for each in room.watch.state().findings}


def test_after_the_row_was_forged_an_administrator_still_ends_the_stop(room):
    room.watch.check()
    behind_the_back(room, "DELETE FROM ledger_checks")
    assert room.watch.check().stopped_at is not None
    assert code_of(lambda: save(room)) == "ledger.stopped"
    assert room.watch.resume("調べた", staff="staff-a").stopped_at is None
    save(room)
    assert room.watch.check().agrees


def test_a_ledger_that_takes_no_entry_stops_all_the_same(room):
    room.watch.check()
    behind_the_back(room, "UPDATE ledger_heads SET peaks = zeroblob(7)")
    assert AuditCode.HEAD_ALTERED in {each.code for each in room.watch.check().findings}
    assert room.watch.stopped()


def test_each_audit_is_entered_and_tells_nothing_of_a_reason(room):
    tamper(room)
    room.watch.check()
    room.watch.resume("見本太郎の記録を直せない", staff="staff-a", accept=True)
    events = list(room.store.events_of(TENANT, OF_CHECKS))
    assert [each.kind for each in events] == [Kind.LEDGER_CHECKED, Kind.LEDGER_CHECKED, Kind.LEDGER_RESUMED]
    assert not any("見本".encode() in each.octets for each in events)


# --- what is to be re-checked ---


class Checks:
    """A house whose records are re-checked, with what the last run opened."""

    def __init__(self, room):
        self.room, self.opened = room, []

    def run(self, rules=None):
        self.opened = []
        trust = everything()
        rules = rules or load_rules()

        def check(reading):
            self.opened.append(reading)
            raise StoreError("store.read", "looked at")

        job = Recheck(
            self.room.store, self.room.sealer, self.room.keys.wrapper(Purpose.RECORDS), lambda: trust, check, rules,
            system_clock, TENANT,
        )  # fmt: skip
        try:
            job.run()
        except StoreError as error:
            assert error.code == "store.read"
        return len(self.opened)


def test_a_reason_that_was_struck_out_or_said_to_be_done_is_put_right_and_the_records_are_checked(room):
    checks = Checks(room)
    assert checks.run() == 1  # it ends at the first record: nothing is done yet
    assert found(room) == set()
    for statement in (
        "DELETE FROM recheck_causes", "UPDATE recheck_causes SET finished_at_utc = noticed_at_utc",
        "UPDATE recheck_causes SET noticed_at_utc = '2000-01-01T00:00:00.000000+00:00'",
        "UPDATE recheck_causes SET noticed_at_utc = 'x'", "UPDATE recheck_causes SET cause = cause || 'x'",
    ):  # fmt: skip
        behind_the_back(room, statement)
        assert found(room) == {AuditCode.CAUSE_ALTERED}, statement
        assert checks.run() == 1, statement
        assert found(room) == set(), statement


def test_a_reason_of_tomorrow_that_is_put_in_as_done_hides_nothing(room):
    checks = Checks(room)
    checks.run()
    behind_the_back(
        room, "INSERT INTO recheck_causes VALUES (:t, 'rules:2099-01-01', :at, :at)", t=TENANT, at="2026-01-01T00:00:00.000000+00:00"
    )
    assert found(room) == {AuditCode.CAUSE_ALTERED}
    checks.run()
    assert [each.cause for each in room.store.causes(TENANT) if each.finished_at_utc is not None] == []
    assert found(room) == set()


def test_what_an_earlier_version_listed_is_entered_as_it_is(room):
    at = system_clock()
    cause = cause_of_rules(load_rules())
    room.sealer.change(TENANT, [NoteCause("rules:0", at), NoteCause(cause, at)])
    assert found(room) == set()
    assert not list(room.store.events_of(TENANT, OF_CAUSES))
    Checks(room).run()
    assert {"rules:0", cause} < {each.cause for each in room.store.causes(TENANT)}
    assert found(room) == set()
    behind_the_back(room, "DELETE FROM recheck_causes WHERE cause = 'rules:0'")
    assert found(room) == {AuditCode.CAUSE_ALTERED}


# --- who may see a number ---


@pytest.fixture
def numbers(room):
    return NumberKeeping(
        room.store, room.sealer, room.keys.wrapper(Purpose.NUMBERS), clock=system_clock, random=system_random, tenant=TENANT
    )


def keep(numbers):
    return numbers.keep(Secret(DIGITS[0]), record_id=visit(1).id, purpose=TAX, staff="staff-1")


def show(numbers, number_id, token, staff="staff-2"):
    return numbers.show(number_id, token, purpose=TAX, staff=staff)


def test_a_permission_that_was_put_in_shows_no_number(room, numbers):
    """Whoever can write a row makes a token of his own, and may be a member of staff besides."""
    number_id = keep(numbers)
    entry = NumberEntry(TENANT, number_id, visit(1).id, TAX, system_clock())
    token, grant = grant_view(entry, entitled="staff-2", now=system_clock(), random=system_random)
    row = {"t": TENANT, "n": number_id, "e": "staff-2", "d": grant.token_digest, "x": grant.expires_at_utc.isoformat(timespec="microseconds")}
    put = "INSERT INTO number_grants VALUES (:t, :n, :e, :d, :x, NULL)"
    behind_the_back(room, put, **row)
    assert code_of(lambda: show(numbers, number_id, token)) == "number.grant"
    assert found(room) == {AuditCode.NUMBER_GRANT_ALTERED}
    numbers.grant(number_id, entitled="staff-2", staff="staff-1")
    assert found(room) == set()
    behind_the_back(room, "DELETE FROM number_grants")
    assert found(room) == {AuditCode.NUMBER_GRANT_ALTERED}
    behind_the_back(room, put, **row)  # in the place of one that was entered
    assert code_of(lambda: show(numbers, number_id, token)) == "number.grant"
    assert found(room) == {AuditCode.NUMBER_GRANT_ALTERED}


@pytest.mark.parametrize(
    "change", ["expires_at_utc = '2099-01-01T00:00:00.000000+00:00'", "entitled = 'staff-3'", "token_digest = zeroblob(32)"]
)
def test_a_permission_that_was_changed_shows_no_number(room, numbers, change):
    number_id = keep(numbers)
    token = numbers.grant(number_id, entitled="staff-2", staff="staff-1")
    behind_the_back(room, f"UPDATE number_grants SET {change}")
    staff = "staff-3" if "staff-3" in change else "staff-2"
    assert code_of(lambda: show(numbers, number_id, token, staff)) == "number.grant"
    assert found(room) == {AuditCode.NUMBER_GRANT_ALTERED}


def test_a_permission_that_was_made_unused_again_shows_no_number_twice(room, numbers):
    number_id = keep(numbers)
    token = numbers.grant(number_id, entitled="staff-2", staff="staff-1")
    assert show(numbers, number_id, token).reveal() == DIGITS[0]
    assert found(room) == set()
    behind_the_back(room, "UPDATE number_grants SET used_at_utc = NULL")
    with pytest.raises(CallerError) as error:
        show(numbers, number_id, token)
    assert error.value.code == "number.grant_used"
    assert found(room) == {AuditCode.NUMBER_GRANT_ALTERED}


def test_a_permission_that_is_over_and_cleared_away_is_not_missed(room):
    now = system_clock()
    ticks = iter(now + timedelta(minutes=each) for each in range(0, 600, 4))
    numbers = NumberKeeping(
        room.store, room.sealer, room.keys.wrapper(Purpose.NUMBERS), clock=lambda: next(ticks), random=system_random, tenant=TENANT
    )
    first, second = keep(numbers), keep(numbers)
    numbers.grant(first, entitled="staff-2", staff="staff-1")
    next(ticks)
    numbers.grant(second, entitled="staff-2", staff="staff-1")
    with room.store.database.engine.connect() as raw:
        assert raw.execute(sa.text("SELECT number_id FROM number_grants")).scalars().all() == [second]
    assert found(room) == set()


# --- time-stamps ---


def test_a_stamp_that_was_taken_away_is_missed_also_when_it_is_not_the_newest(room):
    stamp_newest(room.store, room.sealer, Stamper(), tenant=TENANT)
    save(room)
    stamp_newest(room.store, room.sealer, Stamper(), tenant=TENANT)
    assert entries_since_stamp(room.store, TENANT) == 0
    assert found(room) == set()
    sizes = [each.size for each in room.store.stamped(TENANT)]
    for size in sizes:
        with room.store.database.engine.connect() as raw:
            (token,) = raw.execute(sa.text("SELECT timestamp FROM checkpoints WHERE size = :size"), {"size": size}).one()
        behind_the_back(room, "UPDATE checkpoints SET timestamp = NULL WHERE size = :size", size=size)
        assert found(room) == {AuditCode.TIMESTAMP_WRONG}
        behind_the_back(room, "UPDATE checkpoints SET timestamp = :token WHERE size = :size", size=size, token=token)
    behind_the_back(room, "DELETE FROM checkpoints WHERE size = :size", size=min(sizes))
    assert found(room) == {AuditCode.TIMESTAMP_WRONG}
