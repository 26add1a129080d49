"""Lists of records as CSV: nothing that a spreadsheet would run, and readable by Excel in Japan."""

from __future__ import annotations

import csv
import io

import pytest

from honnin.records.csv_list import HEADERS, records_to_csv, safe_cell
from tests.unit.records.made import record


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u3000=1", "＝1", "＋1", "－1", "＠a", "|calc", "%0A", "\ufeff=1", "\n=1"],
)
def test_what_looks_like_a_formula_is_written_as_text(text):
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["見本　太郎", "A=B", "", "2026-11-25", "'quoted"])
def test_what_is_plain_stays_as_it_is(text):
    assert safe_cell(text) == text


def test_a_list_is_utf8_with_a_mark_for_excel_and_one_line_a_record():
    octets = records_to_csv([record(name='=HYPERLINK("x")'), record(name="改\n行")])
    assert octets.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == HEADERS["ja"]
    assert len(rows) == 3
    assert rows[1][6] == '\'=HYPERLINK("x")'
    assert rows[2][6] == "改\n行"
    assert rows[1][2] == "模擬"


def test_without_the_mark_and_in_english():
    octets = records_to_csv([record()], language="en", bom=False)
    assert octets.startswith(b"Record,State")
    assert b"simulated" in octets


@pytest.mark.parametrize("unseen", [" ", "\u00a0", "\u3000", "\u200e", "\u2060", "\u202e", "\u2028", "\x0b", "\x1f", "\u3164", "\ufe0f", "\ufeff"])
def test_a_formula_behind_what_nobody_sees_is_none(unseen):
    assert safe_cell(f"{unseen}=1+1") == f"'{unseen}=1+1"
    assert safe_cell(f"{unseen}見本=1") == f"{unseen}見本=1"
