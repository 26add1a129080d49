"""Kept records in a real browser: found, appended to, held, deleted by two; the audit; every page for axe (ui.md §2)."""

from __future__ import annotations

import re
import sqlite3

import pytest

from tests.ui.conftest import running, take_off
from tests.ui.look import Look
from tests.ui.steps import answer, press, to_result
from tests.ui.test_cards import lay

OTHER = "模擬職員 次郎"
SIZES = ("desk", "tablet", "phone")


def become(page, name: str) -> None:
    page.goto("/staff")
    page.get_by_label(name).check()
    press(page)


def keep_a_visit(page) -> str:
    to_result(page)
    answer(page)
    press(page)
    page.wait_for_url("**/done")
    return page.locator(".hn-number").inner_text()


def keep_by_law(page) -> str:
    """A My Number Card for a registration, to its kept record."""
    page.goto("/visits/new?transaction=company-registration")
    press(page)
    page.wait_for_url("**/card")
    lay(page, "mynumber-plain")
    page.wait_for_url("**/key")
    page.locator("[data-fill]").click()
    page.get_by_role("button", name=re.compile("読み取る|Read")).last.click()
    page.wait_for_url("**/result")
    for choice in ("face-yes", "print-yes", "address-as_card"):
        page.locator(f"#{choice}").check()
    press(page)
    page.wait_for_url("**/declare")
    page.locator("#purpose").fill("商業登記の依頼")
    page.locator("#occupation").fill("会社員")
    page.locator("#foreign_pep-no").check()
    page.locator("#alias-no").check()
    press(page)
    page.wait_for_url("**/done")
    return page.locator(".hn-number").inner_text()


@pytest.fixture
def own(tmp_path):
    """A server of its own, for tests that delete or break something."""
    with running(tmp_path) as server:
        yield server


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_of_records_in_every_state(new_page, own, axe, language):
    page = new_page(server_=own)
    number = keep_by_law(page)
    look = Look(page, axe, language, SIZES if language == "ja" else ("desk",))
    page.goto(f"/staff?lang={language}")
    look.at("staff")
    press(page)
    page.locator("#name-1-error").wait_for()
    look.at("staff nobody chosen")
    page.goto("/records")
    page.locator("#number").fill(number)
    press(page)
    page.locator("table").wait_for()
    look.at("records list")
    for tab in ("due", "refresh", "unfinished"):
        page.goto(f"/records/{tab}")
        look.at(f"records {tab}")
    page.goto(f"/records/{number}")
    look.at("record whole")
    page.goto(f"/records/{number}/append")
    look.at("append")
    press(page)
    page.locator("#text-error").wait_for()
    look.at("append nothing typed")
    page.locator("#text").fill("電話で確かめた" if language == "ja" else "Confirmed by telephone")
    press(page)
    page.locator("[data-done=append]").wait_for()
    page.goto(f"/records/{number}/append")
    page.locator("#item").select_option("F21.address")
    page.locator("#value").fill("見本県架空市9-9")
    page.locator("#reason").fill("転居届を見た")
    press(page)
    page.locator("[data-done=append]").wait_for()
    look.at("record appended")
    page.goto(f"/records/{number}/hold")
    look.at("hold")
    page.locator("#reason").fill("照会に答えるため")
    press(page)
    page.locator("[data-held]").wait_for()
    page.goto(f"/records/{number}/hold")
    look.at("hold release")
    page.locator("#reason").fill("終わった")
    press(page)
    page.goto(f"/records/{number}/contract")
    look.at("contract")
    press(page)
    page.locator("#year-error").wait_for()
    look.at("contract no day")
    for name, value in (("year", "2015"), ("month", "4"), ("day", "10")):
        page.locator(f"#{name}").fill(value)
    press(page)
    page.locator("[data-done=contract]").wait_for()
    page.goto("/records/due")
    look.at("records due over")
    page.goto(f"/records/{number}/delete")
    look.at("delete")
    page.locator("#reason").fill("期間満了")
    press(page)
    page.locator("[data-asked]").wait_for()
    page.goto(f"/records/{number}/delete")
    look.at("delete own request")
    page.goto("/records/due")
    look.at("records due asked")
    become(page, OTHER)
    page.goto(f"/records/{number}/delete")
    page.locator("#number").fill("wrong")
    press(page)
    page.locator("#number-error").wait_for()
    look.at("delete second person")
    page.locator("#number").fill(number)
    press(page)
    page.locator(".hn-certificate").wait_for()
    look.at("record deleted")
    page.goto("/audit")
    look.at("audit not yet")
    press(page)
    page.locator("[data-state=agrees]:not([data-poll])").wait_for()
    look.at("audit agrees")
    assert look.found == []


def test_a_visit_begins_only_when_somebody_has_said_who_they_are(new_page):
    page = new_page(staff="")
    page.goto("/")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff?back=*")
    assert page.locator("input[type=radio]:checked").count() == 0
    page.get_by_label(OTHER).check()
    press(page)
    page.wait_for_url("**/visits/new")
    assert page.get_by_role("link", name=f"職員：{OTHER}").is_visible()
    press(page)
    page.wait_for_url("**/card")


def test_evidence_and_table_are_downloads(new_page, own):
    page = new_page(server_=own)
    number = keep_a_visit(page)
    page.goto(f"/records/{number}")
    for _ in range(2):  # the button works again
        with page.expect_download() as got:
            page.get_by_role("button", name="証拠一式を出力").click()
        assert got.value.suggested_filename == f"{number}-evidence.zip"
    page.goto("/records")
    page.locator("#number").fill(number)
    press(page)
    with page.expect_download() as got:
        page.get_by_role("button", name="CSV").click()
    assert got.value.suggested_filename == "honnin-records.csv"


def test_a_ledger_that_was_tampered_with_stops_the_counter_and_nothing_typed_is_lost(new_page, own, axe):
    page = new_page(server_=own)
    number = keep_a_visit(page)
    with sqlite3.connect(own.folder / "demo" / "honnin.sqlite3") as raw:
        raw.execute("UPDATE record_parts SET ciphertext = zeroblob(60) WHERE record_id = ?", (number,))
    page.goto("/audit")
    press(page)
    page.locator("[data-state=broken]:not([data-poll])").wait_for()
    look = Look(page, axe, "ja", SIZES)
    look.at("audit broken")
    take_off(own.url)
    to_result(page)
    assert page.locator("[data-stopped]").is_visible()
    answer(page)
    press(page)
    page.get_by_text("ledger.stopped").wait_for()
    look.at("saving stopped")
    page.go_back()
    page.wait_for_url("**/result")
    assert page.locator("#face-yes").is_checked()
    assert look.found == []
