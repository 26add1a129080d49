"""The plain row of a record: found by every name, and telling nobody who it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from honnin.core.secret import Secret
from honnin.flows.record_meta import meta_of, search_tokens, tokens_of_amendment
from honnin.law.case import Case
from honnin.records.blind_index import tokens
from honnin.records.kakunin import Amendment, Item
from honnin.records.kakunin_make import Entry
from tests.unit.flows.test_kakunin_service import make, visit
from tests.unit.law.readings import ON, all_good

KEY = Secret(bytes(range(32)))


def meta(name="mynumber-plain", way="", ended=None, **changes):
    finished = visit(name, way, **changes)
    made = make(finished)
    return made, meta_of(made, finished.reading, index_key=KEY, contract_ended_on=ended)


def test_a_record_is_found_by_name_birth_date_and_both():
    made, row = meta()
    own = tokens("見本 太郎", made.record.first("F21.birth"), key=KEY, tenant="t1")
    assert {("name", own.name), ("name+birth", own.name_birth), ("birth", own.birth)} <= set(row.tokens)
    assert "見本" not in repr(row)
    assert made.record.first("F21.birth") not in repr(row)


def test_the_row_has_the_period_of_the_law_and_its_end_when_the_contract_has_ended():
    assert (meta()[1].retention_years, meta()[1].retention_until) == (7, None)
    assert meta(ended=date(2026, 12, 1))[1].retention_until == date(2033, 12, 1)
    rental = Case("keitai_rental", ON, channel="in_person", actor="subject", customer_kind="resident")
    assert meta("licence-plain", case=rental)[1].retention_years == 3


def test_a_record_of_the_number_law_cannot_be_found_by_name():
    case = Case("bangou", ON, channel="in_person", actor="subject", customer_kind="resident")
    row = meta("mynumber-plain", case=case, entry=Entry(number_purpose="源泉徴収票の作成"), acts=all_good())[1]
    assert (row.tokens, row.retention_years) == ((), 0)


def test_the_certificate_that_signed_is_kept_for_the_next_list():
    ((authority, serial),) = meta("mynumber-plain", "sign")[1].certificates
    assert len(authority) == 20
    assert serial[0] != 0
    assert meta("mynumber-plain")[1].certificates == ()


def test_a_new_name_is_found_too_and_the_old_one_still_is():
    record = make(visit()).record
    new = Amendment(record.record_id, 1, record.made_at, "s", "婚姻", (Item("F21.name", "架空　太郎"),))
    own = tokens("架空太郎", record.first("F21.birth"), key=KEY, tenant="t1")
    assert ("name+birth", own.name_birth) in tokens_of_amendment(record, new, index_key=KEY)
    moved = replace(new, items=(Item("F21.address", "架空市"),))
    assert tokens_of_amendment(record, moved, index_key=KEY) == ()
    assert len(search_tokens(record, index_key=KEY)) >= 3
