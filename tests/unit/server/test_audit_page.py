"""The audit page: what it says is what an audit found; tampering is told on every page and saving really stops."""

from __future__ import annotations

import re
import sqlite3
import time

import pytest

from honnin.cli.record_room import DATABASE
from tests.unit.server.counter import ONE, TWO, as_staff, kept_by_law, kept_passport, open_counter

STOPPED = "台帳が一致しません。新しい保存を止めました。"


@pytest.fixture
def browser(tmp_path):
    browser, close = open_counter(tmp_path)
    yield browser
    close()


def checked(browser):
    assert browser.post("/audit/check").url.path == "/audit"
    for _ in range(500):
        if not browser.get("/audit/progress").json()["running"]:
            return browser.get("/audit").text
        time.sleep(0.02)
    raise AssertionError("the audit did not end")


def state_of(page):
    return re.search(r'data-state="(\w+)"', page).group(1)


def sql(browser, statement, *values):
    with sqlite3.connect(browser.folder / DATABASE) as raw:
        assert raw.execute(statement, values).rowcount > 0


def test_before_the_first_look_it_says_so_and_shows_no_tick(browser):
    page = browser.get("/audit").text
    assert state_of(page) == "unknown"
    assert "まだ確かめていません" in page


def test_a_ledger_that_agrees_is_told_with_its_time(browser):
    kept_passport(browser)
    page = checked(browser)
    assert state_of(page) == "agrees"
    assert re.search(r"（\d{4}年\d+月\d+日（.）\d\d:\d\d 確認、\d+件）", page)
    assert STOPPED not in page


def test_tampering_stops_saving_and_is_told_on_every_page_until_somebody_answers_for_it(browser):
    record = kept_passport(browser)
    with sqlite3.connect(browser.folder / DATABASE) as raw:
        (old,) = raw.execute("SELECT ciphertext FROM record_parts WHERE record_id = ?", (record,)).fetchone()
    sql(browser, "UPDATE record_parts SET ciphertext = zeroblob(60) WHERE record_id = ?", record)
    page = checked(browser)
    assert state_of(page) == "broken"
    assert record in page  # the row is named
    for path in ("/", "/records", "/help", "/audit", "/staff"):
        assert STOPPED in browser.get(path).text
    refused = kept_passport_page(browser)
    assert "ledger.stopped" in refused.text
    assert "入力は残っています" in refused.text
    sql(browser, "UPDATE record_parts SET ciphertext = ? WHERE record_id = ?", old, record)
    assert STOPPED in checked(browser)  # repaired, but nobody has answered for it
    desk = browser.services.desk
    desk.watch.resume("バックアップから直した", staff=desk.visits.actor(ONE))
    assert STOPPED not in browser.get("/").text
    kept = kept_passport(browser)
    assert browser.get(f"/records/{kept}").status_code == 200


def kept_passport_page(browser):
    """The answer to saving a visit."""
    card = next(each for each in browser.services.tray.cards() if each.document == "passport")
    visit = browser.post("/visits", transaction="none").url.path.split("/")[2]
    browser.place(visit, card.name)
    browser.read(visit, lines=card.secrets["mrz"])
    answer = browser.post(f"/visits/{visit}/result", face="yes", print="yes")
    for _ in range(200):
        if "saving" not in answer.url.path:
            break
        time.sleep(0.02)
        answer = browser.get(answer.url.path)
    return answer


def test_what_was_accepted_stays_on_the_page_and_gets_no_tick(browser):
    record = kept_passport(browser)
    sql(browser, "DELETE FROM record_keys WHERE record_id = ?", record)
    checked(browser)
    desk = browser.services.desk
    desk.watch.resume("鍵は戻らない", staff=desk.visits.actor(TWO), accept=True)
    page = browser.get("/audit").text
    assert state_of(page) == "accepted"
    assert "鍵は戻らない" in page
    assert TWO in page
    assert STOPPED not in page


def test_the_access_log_tells_names_of_staff_and_nothing_of_customers(browser):
    record = kept_by_law(browser)
    browser.get(f"/records/{record}")
    as_staff(browser, TWO)
    browser.post("/records", name="見本 太郎")
    page = browser.get("/audit").text
    log = page[page.index('id="log-h2"') :]
    assert ONE in log
    assert TWO in log
    assert "検索の一覧を表示" in log
    assert record in log
    assert "見本 太郎" not in page
    only = browser.get(f"/audit?record={record.lower()}").text
    assert "検索の一覧を表示" not in only[only.index('id="log-h2"') :]


@pytest.mark.parametrize("query", ["before=-1", "before=x", "record=%27OR", "before=99999999999999999999"])
def test_a_wrong_question_is_refused_and_not_repeated(browser, query):
    answer = browser.get(f"/audit?{query}")
    assert answer.status_code == 422
    assert "OR" not in re.sub("<[^>]+>", "", answer.text).replace("FOR", "")


def test_checking_needs_a_name_and_a_token(browser):
    assert browser.http.post("/audit/check").status_code in {403, 415}
    browser.post("/staff/leave")
    assert browser.post("/audit/check").url.path == "/staff"
