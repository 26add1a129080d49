"""Nobody of the house sees anything of a record that the ledger does not know of: the insider with the staff page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from honnin.core.errors import StoreError
from honnin.records.ledger.event import Kind
from honnin.server.looks import LOOK_LIFE, Looks
from tests.unit.server.counter import ONE, TWO, another, as_staff, kept_by_law, open_counter

ADDRESS = "見本県見本市架空町"


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    browser, close = open_counter(tmp_path_factory.mktemp("counter"))
    yield browser
    close()


@pytest.fixture(scope="module")
def first(counter):
    as_staff(counter, ONE)
    return kept_by_law(counter)


@pytest.fixture
def record(counter, first):
    as_staff(counter, ONE)
    return another(counter, first)


def looks(browser, record):
    return sum(each.kind is Kind.VIEWED for each in browser.services.desk.history(record))


def test_a_photo_that_is_fetched_by_itself_is_a_look(counter, record):
    answer = counter.get(f"/records/{record}/photo")
    assert answer.headers["content-type"] == "image/png"
    assert looks(counter, record) == 1


def test_a_page_and_its_photo_are_one_look(counter, record):
    assert f"/records/{record}/photo" in counter.get(f"/records/{record}").text
    counter.get(f"/records/{record}/photo")
    assert looks(counter, record) == 1


def test_another_persons_look_does_not_cover_mine(counter, record):
    counter.get(f"/records/{record}")
    as_staff(counter, TWO)
    counter.get(f"/records/{record}/photo")
    assert looks(counter, record) == 2


@pytest.mark.parametrize(("page", "sent"), [("append", {"parts": "1", "text": ""}), ("finish", {"act": "none of them"})])
def test_a_form_that_is_sent_back_is_a_look_like_its_page(counter, record, page, sent):
    answer = counter.post(f"/records/{record}/{page}", **sent)
    assert answer.status_code == 422
    assert page != "append" or ADDRESS in answer.text
    assert looks(counter, record) == 1
    counter.post(f"/records/{record}/{page}", **sent)
    assert looks(counter, record) == 1


def test_what_cannot_be_entered_is_not_shown(counter, record, monkeypatch):
    def full(*_, **__):
        raise StoreError("store.write", "it was not stored")

    monkeypatch.setattr(counter.services.store, "note_view", full)
    for path in ("", "/photo", "/append", "/pdf", "/finish"):
        answer = counter.get(f"/records/{record}{path}")
        assert answer.status_code == 503, path
        assert ADDRESS not in answer.text
    answer = counter.post(f"/records/{record}/append", parts="1", text="")
    assert answer.status_code == 503
    assert ADDRESS not in answer.text


def test_a_look_is_recent_for_some_minutes_and_never_by_a_clock_that_went_back():
    begin = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    now = [begin]
    found = Looks(lambda: now[0])
    found.keep("R", ONE)
    assert found.recent("R", ONE)
    assert not found.recent("R", TWO)
    now[0] = begin + LOOK_LIFE
    assert not found.recent("R", ONE)
    now[0] = begin - timedelta(seconds=1)
    assert not found.recent("R", ONE)
