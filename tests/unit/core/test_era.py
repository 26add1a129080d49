"""Era dates: exact boundary days, both directions, what was written before an era ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.core.era import FIRST_DAY, Era, era_date, from_gregorian, parse_digits
from honnin.core.errors import DataError

DAYS = st.dates(min_value=FIRST_DAY, max_value=date(2110, 12, 31))


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(1873, 1, 1), "明治6年1月1日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2026, 11, 25), "令和8年11月25日"),
    ],
)
def test_each_boundary_day_has_its_era(day, text):
    assert from_gregorian(day).text == text
    assert from_gregorian(day).gregorian == day


@given(DAYS)
def test_there_and_back_is_the_same_day(day):
    written = from_gregorian(day)
    assert era_date(written.era, written.year, written.month, written.day).gregorian == day
    assert parse_digits(written.digits) == written
    assert not written.beyond_era


@given(DAYS)
def test_the_next_day_is_in_the_same_era_or_the_first_of_the_next(day):
    today, tomorrow = from_gregorian(day), from_gregorian(day + timedelta(days=1))
    if tomorrow.era is today.era:
        assert tomorrow.year - today.year in {0, 1}
    else:
        assert tomorrow.era == today.era + 1
        assert tomorrow.gregorian == tomorrow.era.begins
        assert tomorrow.year == 1


@given(st.text(alphabet="0123456789５ \x00", max_size=9))
def test_any_text_is_a_day_or_a_data_error(text):
    try:
        day = parse_digits(text)
    except DataError as error:
        assert error.code.startswith("era.")
    else:
        assert day.digits == text
        assert day.gregorian >= day.era.begins


def test_the_two_days_of_two_eras_are_read_under_either():
    assert parse_digits("1450730").gregorian == parse_digits("2010730").gregorian == date(1912, 7, 30)
    assert parse_digits("2151225").gregorian == parse_digits("3011225").gregorian == date(1926, 12, 25)
    assert not parse_digits("1450730").beyond_era


def test_a_date_written_before_the_era_ended_is_read_as_what_it_means():
    expiry = parse_digits("4350415")  # on licences of 2018
    assert expiry.gregorian == date(2023, 4, 15)
    assert expiry.beyond_era
    assert parse_digits("3640108").beyond_era


@pytest.mark.parametrize("text", ["4010107", "5010430", "2010729", "3011224"])
def test_a_day_before_its_era_is_refused(text):
    with pytest.raises(DataError, match=r"era\.date"):
        parse_digits(text)


@pytest.mark.parametrize("text", ["5070229", "5071301", "5070100", "5000101"])
def test_a_day_that_does_not_exist_is_refused(text):
    with pytest.raises(DataError, match=r"era\.date"):
        parse_digits(text)


def test_the_old_calendar_is_refused():
    with pytest.raises(DataError, match=r"era\.calendar"):
        parse_digits("1051202")
    with pytest.raises(DataError, match=r"era\.calendar"):
        from_gregorian(date(1872, 12, 31))


@pytest.mark.parametrize("text", ["0070101", "6070101", "507010", "50701011", "５０７０１０１", "507 101", "5-10101"])
def test_what_is_not_seven_digits_of_an_era_is_refused(text):
    with pytest.raises(DataError, match=r"era\.digits"):
        parse_digits(text)


def test_leap_days_follow_the_western_year():
    assert era_date(Era.REIWA, 6, 2, 29).gregorian == date(2024, 2, 29)
