"""What a card signs at the counter names the visit, is fresh, and says that it agrees to nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from honnin.core.errors import CallerError
from honnin.flows.statement import visit_statement

AT = datetime(2026, 11, 23, 14, 5, tzinfo=timezone(timedelta(hours=9)))


def counting(length: int) -> bytes:
    return bytes(range(length))


def test_the_statement_names_visit_time_and_nonce_and_its_limits():
    lines = visit_statement("01J-ABC", at=AT, random=counting).decode().splitlines()
    assert lines[0] == "honnin-statement-1"
    assert "契約や申込みの意思を示すものではありません" in lines[1]
    assert lines[3:] == ["visit: 01J-ABC", "time: 2026-11-23T05:05:00Z", f"nonce: {bytes(range(32)).hex()}"]


@pytest.mark.parametrize("visit", ["", "a\nnonce: 00", "あ", "x" * 65])
def test_a_visit_with_another_kind_of_name_is_refused(visit):
    with pytest.raises(CallerError, match=r"statement\.visit"):
        visit_statement(visit, at=AT, random=counting)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(CallerError, match=r"statement\.time"):
        visit_statement("a", at=datetime(2026, 1, 1), random=counting)


def test_two_statements_are_never_the_same():
    made = iter((b"a" * 32, b"b" * 32))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert visit_statement("a", at=at, random=lambda _: next(made)) != visit_statement(
        "a", at=at, random=lambda _: next(made)
    )
