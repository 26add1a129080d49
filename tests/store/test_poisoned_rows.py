"""One row that somebody wrote nonsense into stops itself and nothing else: no list, no job, no other record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from honnin.adapters.database.schema import (
    DELETION_REQUESTS,
    LEDGER_LEAVES,
    NUMBERS,
    RECORD_CERTIFICATES,
    RECORD_HOLD_NOTES,
    RECORD_RECHECKS,
    RECORDS,
)
from honnin.adapters.key_file import FileKeys
from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.clock import system_random
from honnin.core.errors import HonninError
from honnin.core.secret import Secret
from honnin.flows.number_keeping import NumberKeeping
from honnin.flows.recheck_ports import AddRecheck, RecheckOutcome
from honnin.flows.record_audit import audit_records
from honnin.flows.record_keeping import RecordKeeping
from honnin.flows.record_ports import RecordQuery
from honnin.flows.retention_jobs import propose_deletions
from honnin.flows.retention_run import delete_numbers, propose_due
from honnin.records.ledger.event import Event, Kind
from honnin.records.wrapping import Purpose
from tests.store.records_kit import NOW, SIGNER, TENANT, content, meta, record_id

EARLY = {"law": "hanshu", "contract_ended_on": date(2019, 1, 4), "retention_until": date(2026, 1, 4)}
NONSENSE = ("", "x", "0000-00-00", "2020-13-99", "2020-01-01", "-1")


@pytest.fixture
def keeping(store, sealer):
    for number in (1, 2):
        sealer.seal(content(number), meta(number, **EARLY))
    return RecordKeeping(store, sealer, lambda: NOW, system_random, TENANT)


def poison(store, table, column, value, *where):
    with store.database.engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        term = (table.c.tenant == TENANT, table.c.record_id == record_id(1), *where)
        assert connection.execute(table.update().where(*term).values({column: value})).rowcount == 1


def proposed(store):
    return {each.record_id for each in store.requests(TENANT)}


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("sealed_at_utc", NONSENSE), ("contract_ended_on", (*NONSENSE[:4], "9999-12-31", "9990-01-01")),
        ("retention_until", NONSENSE[:4]), ("deleted_at_utc", NONSENSE[:4]), ("state", ("x",)),
        ("retention_years", (-1, 101, 1 << 40)), ("holds", (-1, 1 << 40)), ("parts", (0, -1, 1 << 40)),
    ],
)  # fmt: skip
def test_the_retention_job_goes_on_past_a_poisoned_record(store, keeping, column, values):
    for value in values:
        poison(store, RECORDS, column, value)
        assert record_id(2) in {row.record_id for row in store.records(TENANT, RecordQuery())}
        assert record_id(2) in {each.record_id for each in propose_deletions(store, TENANT, at=NOW).proposals}
        propose_due(store, keeping)
        assert record_id(2) in proposed(store)
        assert audit_records(store, TENANT, SIGNER.key, witness=SIGNER.witness)


def test_what_the_job_could_not_read_is_counted(store, keeping):
    poison(store, RECORDS, "retention_years", -1)
    assert propose_due(store, keeping).as_dict() == {"proposed": 1, "known": 0, "held": 0, "more": False, "damaged": 1}


@pytest.mark.parametrize("column", ["requested_at_utc", "decided_at_utc", "state"])
def test_a_poisoned_request_is_nobodys_and_the_others_are_there(store, keeping, column):
    for number in (1, 2):
        keeping.request_deletion(record_id(number), "over", staff="staff-1")
    poison(store, DELETION_REQUESTS, column, "x")
    assert [each.record_id for each in keeping.requests()] == [record_id(2)]
    assert keeping.request_of(record_id(1)) is None
    assert keeping.request_of(record_id(2)) is not None


@pytest.mark.parametrize(("column", "value"), [("at_utc", "x"), ("detail", "["), ("detail", "[" * 9000), ("detail", "5")])
def test_a_poisoned_recheck_hides_no_other(store, sealer, keeping, column, value):
    for number in (1, 2):
        detail = {"cause": "rules:1", "outcome": "worse", "rules": "1"}
        event = Event(Kind.RECHECKED, TENANT, record_id(number), NOW, "job.recheck", None, detail)
        sealer.append_events([event], [AddRecheck(record_id(number), "rules:1", NOW, RecheckOutcome.WORSE, {})])
    poison(store, RECORD_RECHECKS, column, value)
    assert [each.record_id for each in store.rechecks(TENANT)] == [record_id(2)]


@pytest.mark.parametrize(("column", "value"), [("state", "x"), ("not_after_utc", "x"), ("not_after_utc", "2020-01-01")])
def test_a_poisoned_certificate_keeps_no_other_from_being_compared(store, keeping, column, value):
    poison(store, RECORD_CERTIFICATES, column, value)
    assert [number for number, _ in store.certificates_of(TENANT, b"I" * 20)] == [record_id(2)]


@pytest.mark.parametrize(("column", "value"), [("act", "x"), ("at_utc", "x")])
def test_a_poisoned_note_of_a_hold_is_an_error_of_ours(store, keeping, column, value):
    for number in (1, 2):
        keeping.hold(record_id(number), "court", staff="staff-1")
    poison(store, RECORD_HOLD_NOTES, column, value)
    with pytest.raises(HonninError) as error:
        keeping.hold_notes(record_id(1))
    assert error.value.code == "store.damaged"
    assert len(keeping.hold_notes(record_id(2))) == 1


def test_an_instant_without_a_zone_is_none(store, keeping):
    poison(store, LEDGER_LEAVES, "at_utc", "2026-11-25T03:00:00", LEDGER_LEAVES.c.kind == "sealed")
    with pytest.raises(HonninError) as error:
        keeping.history(record_id(1))
    assert error.value.code == "store.damaged"
    assert len(keeping.history(record_id(2))) == 1


@pytest.mark.parametrize("column", ["purpose", "stored_at_utc", "number_id", "retention_until"])
def test_a_poisoned_number_keeps_no_other_beyond_its_time(store, sealer, keeping, tmp_path, column):
    keys = FileKeys.make(tmp_path / "keys")
    numbers = NumberKeeping(
        store, sealer, keys.wrapper(Purpose.NUMBERS), clock=lambda: NOW, random=system_random, tenant=TENANT
    )
    kept = [
        numbers.keep(
            Secret("123456789018"), record_id=record_id(number), purpose=NumberLawPurpose.WITHHOLDING_TAX,
            staff="staff-1", retention_until=date(2026, 1, 4),
        )
        for number in (1, 2)
    ]  # fmt: skip
    poison(store, NUMBERS, column, "\n" if column == "number_id" else "x")
    assert delete_numbers(numbers, lambda: NOW + timedelta(days=1)) >= 1
    with store.database.reading() as connection:
        left = set(connection.execute(sa.select(NUMBERS.c.number_id)).scalars())
    assert kept[1] not in left
