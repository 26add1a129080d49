"""Deletions are proposed only for what no longer has to be kept, and a hold always wins."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.core.errors import CallerError, StoreError
from honnin.flows import retention_jobs
from honnin.flows.retention_jobs import RetentionRow, japanese_day, proposals_among, propose_deletions

TODAY = date(2033, 4, 11)
NOW = datetime(2033, 4, 11, 3, tzinfo=UTC)


def row(number: int = 1, until: date | None = date(2033, 4, 10), holds: int = 0, **more: bool) -> RetentionRow:
    return RetentionRow(f"r{number:05}", "hanshu", until, holds, **more)


class Rows:
    def __init__(self, *rows: RetentionRow) -> None:
        self.rows = sorted(rows, key=lambda each: each.record_id)

    def retention_rows(self, tenant: str, /, *, over_on: date, after: str, limit: int):
        assert (tenant, over_on) == ("t", TODAY)
        return [each for each in self.rows if each.record_id > after][:limit]


@pytest.mark.parametrize(
    ("one", "proposed", "held"),
    [
        (row(), True, False),
        (row(until=TODAY), False, False),
        (row(until=None), False, False),
        (row(holds=1), False, True),
        (row(holds=-1), False, True),
        (row(holds=1, until=None), False, False),
        (row(requested=True), False, False),
        (row(holds=1, requested=True), False, True),
        (row(deleted=True), False, False),
    ],
)
def test_only_what_is_over_and_free_is_proposed(one: RetentionRow, proposed: bool, held: bool) -> None:
    report = propose_deletions(Rows(one), "t", at=NOW)
    assert ([each.record_id for each in report.proposals], list(report.held)) == (["r00001"] * proposed, ["r00001"] * held)


def test_record_may_go_from_the_day_after_its_last() -> None:
    (proposal,) = propose_deletions(Rows(row()), "t", at=NOW).proposals
    assert (proposal.kept_until, proposal.deletable_from, proposal.law) == (date(2033, 4, 10), TODAY, "hanshu")


def test_day_is_the_one_in_japan() -> None:
    assert japanese_day(datetime(2033, 4, 10, 14, 59, tzinfo=UTC)) == date(2033, 4, 10)
    assert japanese_day(datetime(2033, 4, 10, 15, 0, tzinfo=UTC)) == date(2033, 4, 11)
    with pytest.raises(CallerError, match=r"retention\.time"):
        japanese_day(datetime(2033, 4, 10))


def test_all_pages_are_looked_through_and_one_run_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention_jobs, "PAGE", 7)
    rows = Rows(*(row(each, holds=each % 5 == 0) for each in range(50)))
    report = propose_deletions(rows, "t", at=NOW)
    assert (len(report.proposals), len(report.held), report.more) == (40, 10, False)
    monkeypatch.setattr(retention_jobs, "MAX_PROPOSALS", 20)
    report = propose_deletions(rows, "t", at=NOW)
    assert (len(report.proposals), report.more) == (20, True)


def test_store_that_gives_the_same_page_again_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    class Again(Rows):
        def retention_rows(self, tenant: str, /, *, over_on: date, after: str, limit: int):
            return self.rows[:limit]

    monkeypatch.setattr(retention_jobs, "PAGE", 2)
    with pytest.raises(StoreError, match=r"retention\.order"):
        propose_deletions(Again(row(1), row(2)), "t", at=NOW)


@given(
    st.lists(
        st.builds(
            RetentionRow, st.text("abc", min_size=1), st.just("hanshu"),
            st.none() | st.dates(date(2033, 4, 1), date(2033, 4, 20)), st.integers(-1, 2), st.booleans(), st.booleans(),
        )
    )
)  # fmt: skip
def test_nothing_held_living_or_not_over_is_ever_proposed(rows: list[RetentionRow]) -> None:
    proposals, held = proposals_among(rows, TODAY)
    allowed = [
        each.record_id for each in rows
        if each.holds == 0 and not each.deleted and not each.requested and each.retention_until and each.retention_until < TODAY
    ]  # fmt: skip
    assert [each.record_id for each in proposals] == allowed
    assert all(any(each.record_id == one and each.holds for each in rows) for one in held)
