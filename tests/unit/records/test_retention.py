"""The calendar of keeping: first day not counted, waiting for the contract's end, the latest end, two people."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from honnin.core.errors import CallerError, DataError
from honnin.records.retention import (
    Hold,
    Obligation,
    approve,
    certificate_from_json,
    certificate_text,
    certificate_to_json,
    check_deletable,
    make_certificate,
    obligation_for,
    request_deletion,
    retention_of,
    years_after,
)

AT = datetime(2033, 4, 11, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ended", "years", "last"),
    [
        (date(2026, 4, 10), 7, date(2033, 4, 10)),
        (date(2026, 4, 10), 3, date(2029, 4, 10)),
        (date(2026, 12, 31), 7, date(2033, 12, 31)),
        (date(2024, 2, 28), 7, date(2031, 2, 28)),  # first day 29 February: no such day seven years on
        (date(2024, 2, 29), 7, date(2031, 2, 28)),
        (date(2025, 2, 28), 7, date(2032, 2, 29)),  # first day 1 March: ends on the day before 1 March
    ],
)  # fmt: skip
def test_years_are_calendar_years_and_the_first_day_is_not_counted(ended, years, last):
    assert years_after(ended, years) == last


def test_the_clock_stands_still_while_the_contract_lives():
    kept = retention_of([obligation_for("hanshu", None)])
    assert (kept.until, kept.deletable_from, kept.waits_for) == (None, None, ("hanshu_kakunin",))
    with pytest.raises(CallerError, match=r"retention\.contract_lives"):
        check_deletable(kept, (), date(2999, 1, 1))


def test_the_latest_end_of_all_duties_counts():
    kept = retention_of([obligation_for("keitai", date(2031, 1, 1)), obligation_for("hanshu", date(2026, 1, 1))])
    assert (kept.until, kept.years) == (date(2034, 1, 1), 7)
    later = retention_of([obligation_for("hanshu", date(2026, 1, 1)), Obligation("hanshu_art16", date(2030, 6, 1))])
    assert later.until == date(2037, 6, 1)


def test_one_duty_without_an_end_holds_all():
    kept = retention_of([obligation_for("hanshu", date(2020, 1, 1)), obligation_for("keitai", None)])
    assert kept.until is None


@pytest.mark.parametrize("kind", ["bangou_number", "no such duty"])
def test_a_duty_without_a_known_period_is_refused(kind):
    with pytest.raises(DataError, match=r"retention\.kind"):
        retention_of([Obligation(kind, date(2026, 1, 1))])
    with pytest.raises(DataError, match=r"retention\.none"):
        retention_of([])


def kept():
    return retention_of([obligation_for("hanshu", date(2026, 4, 10))])


def test_the_last_day_still_belongs_to_the_record():
    with pytest.raises(CallerError, match=r"retention\.not_over"):
        check_deletable(kept(), (), date(2033, 4, 10))
    check_deletable(kept(), (), date(2033, 4, 11))


def test_a_hold_blocks_until_it_is_released():
    hold = Hold("捜査関係事項照会", AT, "supervisor")
    with pytest.raises(CallerError, match=r"retention\.held"):
        check_deletable(kept(), [hold], date(2040, 1, 1))
    released = Hold("捜査関係事項照会", AT, "supervisor", AT, "administrator")
    check_deletable(kept(), [released], date(2040, 1, 1))
    with pytest.raises(CallerError, match=r"retention\.held"):
        check_deletable(kept(), [released, hold], date(2040, 1, 1))


def asked():
    return request_deletion("R1", retention=kept(), holds=(), reason="保存期間の満了", by="a", at=AT, on=date(2033, 4, 11))


@pytest.mark.parametrize("by", ["a", " A ", ""])
def test_one_person_cannot_delete(by):
    with pytest.raises(CallerError, match=r"retention\.same_person"):
        approve(asked(), retention=kept(), holds=(), by=by, at=AT, on=date(2033, 4, 11))


def test_a_hold_that_came_in_between_stops_the_approval():
    with pytest.raises(CallerError, match=r"retention\.held"):
        approve(asked(), retention=kept(), holds=[Hold("訴訟", AT, "c")], by="b", at=AT, on=date(2033, 4, 11))


def test_nothing_is_approved_twice_or_certified_without_approval():
    done = approve(asked(), retention=kept(), holds=(), by="b", at=AT, on=date(2033, 4, 11))
    with pytest.raises(CallerError, match=r"retention\.approved"):
        approve(done, retention=kept(), holds=(), by="c", at=AT, on=date(2033, 4, 11))
    named = {"tenant_id": "t", "law": "hanshu", "retention": kept(), "deleted_at": AT, "key_id": "k1", "commitment": bytes(32)}
    with pytest.raises(CallerError, match=r"retention\.not_approved"):
        make_certificate(asked(), **named)
    certificate = make_certificate(done, **named)
    assert certificate_from_json(certificate_to_json(certificate)) == certificate
    ja, en = certificate_text(certificate)
    assert "2033-04-10" in ja
    assert "2033-04-10" in en


@pytest.mark.parametrize("octets", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, json.dumps({"format": "honnin-deletion-certificate", "version": 2}).encode()])
def test_what_is_no_certificate_is_refused(octets):
    with pytest.raises(DataError, match=r"retention\.certificate"):
        certificate_from_json(octets)


def test_a_request_needs_a_reason():
    with pytest.raises(CallerError, match=r"retention\.reason"):
        request_deletion("R1", retention=kept(), holds=(), reason=" ", by="a", at=AT, on=date(2033, 4, 11) + timedelta(1))
