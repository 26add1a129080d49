"""A day as people type it: what papers say, with or without an input method; and what is not surely a day."""

from __future__ import annotations

from datetime import date

import pytest

from honnin.core.typed_day import typed_day

SECOND = date(1990, 1, 2)


@pytest.mark.parametrize(
    "typed",
    [
        "1990-01-02", "1990/1/2", "1990.1.2", "19900102", " 1990-01-02 ", "1990年1月2日", "1990 年 1 月 2 日",
        "１９９０－０１－０２", "１９９００１０２", "１９９０／１／２", "1990ー1ー2", "平成2年1月2日", "平成２年１月２日",
        "H2.1.2", "h2.01.02", "Ｈ２．１．２", "㍻2年1月2日", "平成02年01月02日",
    ],
)  # fmt: skip
def test_every_usual_form_is_the_same_day(typed):
    assert typed_day(typed) == SECOND


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("昭和64年1月7日", date(1989, 1, 7)), ("平成元年1月8日", date(1989, 1, 8)), ("令和元年5月1日", date(2019, 5, 1)),
        ("S55.2.17", date(1980, 2, 17)), ("大正15年12月25日", date(1926, 12, 25)), ("M45.7.30", date(1912, 7, 30)),
        ("平成35年4月1日", date(2023, 4, 1)),  # as a licence of 2018 has it
    ],
)  # fmt: skip
def test_eras_are_days_of_the_calendar(typed, day):
    assert typed_day(typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        "", "1990", "90-01-02", "900102", "1990-13-01", "1990-02-30", "平成元年1月7日", "昭和0年1月1日", "平成2年",
        "X2.1.2", "1990-01-02-03", "明治4年1月1日", "1990-01-02T00:00", "01/02/1990", "-1990-01-02", "0000-01-01",
        "平成元1月8日", "9" * 1000, "١٩٩٠-٠١-٠٢",
    ],
)  # fmt: skip
def test_what_is_not_surely_a_day_is_none(typed):
    assert typed_day(typed) is None
