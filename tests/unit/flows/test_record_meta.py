"""The plain row of a record: found by every name, and telling nobody who it is."""

from __future__ import annotations

from dataclasses import replace

from honnin.core.secret import Secret
from honnin.flows.record_meta import meta_of, search_tokens, tokens_of_amendment
from honnin.law.case import Case
from honnin.records.blind_index import tokens
from honnin.records.kakunin import Amendment, Item
from honnin.records.kakunin_make import Entry, PersonEntry
from honnin.records.visit_record import Judged, make_saved_visit
from tests.unit.flows.test_kakunin_service import ENTRY, make, visit
from tests.unit.law.readings import NOW, ON, all_good, report

KEY = Secret(bytes(range(32)))
STAFF = "staff-0123456789abcdef"


def meta(name="mynumber-plain", way="", **changes):
    finished = visit(name, way, **changes)
    made = make(finished)
    decision = made.decision
    judged = Judged(
        decision.law, tuple(each.id for each in decision.satisfied), decision.retention.years or 0, made.parts
    )
    saved = make_saved_visit(
        visit_id=made.record.record_id, saved_at_utc=NOW, reading=finished.reading, report=finished.report,
        staff="見本 職員", answers={}, judged=judged,
    )  # fmt: skip
    return made, meta_of(saved, tenant="t1", staff=STAFF, index_key=KEY)


def test_a_record_is_found_by_name_birth_date_and_both_by_the_kinds_that_a_search_asks_for():
    made, row = meta()
    own = tokens("見本 太郎", made.record.first("F21.birth"), key=KEY, tenant="t1")
    assert set(own.pairs()) <= set(row.tokens)
    assert {kind for kind, _ in row.tokens} == {"name", "name_birth", "birth"}
    assert "見本" not in repr(row)
    assert made.record.first("F21.birth") not in repr(row)


def test_a_name_that_staff_wrote_beside_a_picture_is_found_too():
    _, row = meta("residence-plain", entry=replace(ENTRY, holder=PersonEntry(name="架空 太郎", birth="1990-01-15")))
    assert set(tokens("架空太郎", None, key=KEY, tenant="t1").pairs()) <= set(row.tokens)


def test_the_row_has_the_period_of_the_law_and_no_end_before_the_contract_ended():
    row = meta()[1]
    assert (row.retention_years, row.retention_until, row.staff) == (7, None, STAFF)
    rental = Case("keitai_rental", ON, channel="in_person", actor="subject", customer_kind="resident")
    assert meta("licence-plain", case=rental)[1].retention_years == 3


def test_a_record_of_the_number_law_cannot_be_found_by_name():
    case = Case("bangou", ON, channel="in_person", actor="subject", customer_kind="resident")
    row = meta("mynumber-plain", case=case, entry=Entry(number_purpose="源泉徴収票の作成"), acts=all_good())[1]
    assert (row.tokens, row.retention_years) == ((), 0)


def test_the_certificate_that_signed_is_kept_for_the_next_list():
    (held,) = meta("mynumber-plain", "sign")[1].certificates
    assert (held.kind, len(held.issuer), held.serial[0] != 0) == ("sign", 20, True)
    assert held.point is not None
    assert held.not_after > NOW
    assert meta("mynumber-plain")[1].certificates == ()


def test_the_document_signer_of_a_passport_is_kept_with_what_was_known_of_it():
    (held,) = meta("passport-japanese-style")[1].certificates
    assert (held.kind, held.point) == ("dsc", None)
    known = report("passport-japanese-style").finding("passport.dsc.revocation").outcome
    assert held.state == {"passed": "unrevoked", "failed": "revoked"}.get(known.value, "undetermined")


def test_a_new_name_is_found_too_and_the_old_one_still_is():
    record = make(visit()).record
    new = Amendment(record.record_id, 1, record.made_at, "s", "婚姻", (Item("F21.name", "架空　太郎"),))
    own = tokens("架空太郎", record.first("F21.birth"), key=KEY, tenant="t1")
    assert set(own.pairs()) <= set(tokens_of_amendment(record, new, index_key=KEY))
    moved = replace(new, items=(Item("F21.address", "架空市"),))
    assert tokens_of_amendment(record, moved, index_key=KEY) == ()
    assert len(search_tokens(record, index_key=KEY)) >= 3
