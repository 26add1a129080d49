"""The same odd numbers at pages over either database: nothing is found, and nothing breaks."""

from __future__ import annotations

import pytest

from honnin.cli.record_room import DATABASE_VARIABLE
from tests.unit.server.counter import ONE, open_counter

ACTS = ("", "/photo", "/pdf", "/delete", "/append", "/finish", "/hold", "/contract", "/certificate", "/number")


@pytest.fixture
def counter(url, tmp_path, monkeypatch):
    monkeypatch.setenv(DATABASE_VARIABLE, url)
    browser, close = open_counter(tmp_path)
    yield browser
    close()


def test_a_number_that_is_none_is_not_found(counter):
    for odd in ("%00", "a%00b", "%7f", "%E2%80%AE", "x" * 3000):
        for act in ACTS:
            assert counter.http.get(f"/records/{odd}{act}").status_code == 404, (odd[:10], act)
    for terms in ({"number": "\x00"}, {"name": "\x00"}, {"staff": "\x00"}):
        assert counter.post("/records", **terms).status_code == 200
    for act in ("show", "permit", "until", "delete"):
        sent = {"number": "\x00", "name": ONE, "token": "x", "day": "2026-01-01", "sure": "1"}
        assert counter.post(f"/records/01ARZ3NDEKTSV4RRFFQ69G5FAV/number/{act}", **sent).status_code in {400, 404}
