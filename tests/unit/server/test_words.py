"""Dates as they are written for people."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest

from honnin.server.words import clock_time, era_year, iso_date, moment


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2019, 5, 1), "令和元年"), (date(2019, 4, 30), "平成31年"), (date(1989, 1, 8), "平成元年"),
        (date(1989, 1, 7), "昭和64年"), (date(1926, 12, 25), "昭和元年"), (date(1926, 12, 24), "大正15年"),
        (date(1912, 7, 30), "大正元年"), (date(1912, 7, 29), "明治45年"), (date(1850, 1, 1), ""),
    ],
)  # fmt: skip
def test_eras_change_on_their_exact_day(day, written):
    assert era_year(day) == written


@pytest.mark.parametrize(
    ("value", "japanese", "english"),
    [
        ("1990-01-02", "1990年1月2日（平成2年）", "2 January 1990"),
        ("1980", "1980年（月日不明）", "1980 (month and day unknown)"),
        ("1980-XX-XX", "1980年（月日不明）", "1980 (month and day unknown)"),
        ("1980-07-XX", "1980年7月", "July 1980"),
        ("1980-07", "1980年7月", "July 1980"),
        ("yesterday", "yesterday", "yesterday"),
        ("", "", ""),
    ],
)
def test_dates_in_both_languages_with_unknown_parts(value, japanese, english):
    assert iso_date(value, "ja") == japanese
    assert iso_date(value, "en") == english


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_moments_have_weekday_and_24_hours_of_japan_wherever_the_machine_stands(monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        at = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
        assert moment(at, "ja") == "2026年11月24日（火）05:05"
        assert moment(at, "en") == "Tue 24 November 2026, 05:05"
        assert clock_time(at) == "05:05"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_japanese_card_has_the_era_first_as_it_is_printed():
    assert iso_date("1990-01-02", "ja", era_first=True) == "平成2年1月2日（1990年）"
    assert iso_date("2019-05-01", "ja", era_first=True) == "令和元年5月1日（2019年）"
    assert iso_date("1980", "ja", era_first=True) == iso_date("1980", "ja")
    assert iso_date("1990-01-02", "en", era_first=True) == "2 January 1990"
