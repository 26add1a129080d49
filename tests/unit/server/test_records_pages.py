"""Finding and showing records; the JSON API."""

from __future__ import annotations

from dataclasses import replace

import pytest

from honnin.core.errors import TrustError
from honnin.facts import Outcome, Proves
from tests.unit.server.client import Browser
from tests.unit.server.fakes import World, finding, make_report


@pytest.fixture
def world():
    return World()


@pytest.fixture
def browser(world):
    return Browser(world)


@pytest.fixture
def record(browser):
    visit = browser.result()
    browser.post(f"/visits/{visit}/result", face="yes", print="yes")
    return visit


def test_nothing_is_listed_before_a_search(browser, record):
    page = browser.get("/records").text
    assert "MIHON" not in page
    assert record not in page


@pytest.mark.parametrize(
    "terms",
    [
        {"name": "mihon tarou"},
        {"name": "ＭＩＨＯＮ　ＴＡＲＯＵ"},
        {"birth": "1974-08-12"},
        {"birth": "1974/08/12", "name": "MIHON TAROU"},
        {"birth": "昭和49年8月12日"},
        {"birth": "Ｓ４９．８．１２"},
        {"from": "2026-11-23", "to": "2026-11-23"},
    ],
)
def test_a_record_is_found_by_each_whole_term(browser, record, terms):
    page = browser.post("/records", **terms)
    assert "1件あります" in page.text
    assert f'href="/records/{record}"' in page.text
    for value in terms.values():
        assert value not in str(page.url)


@pytest.mark.parametrize("terms", [{"name": "MIHON"}, {"name": "TAROU", "birth": "1974-08-12"}, {"to": "2026-11-22"}])
def test_parts_of_a_name_and_other_days_find_nothing(browser, record, terms):
    assert "0件です" in browser.post("/records", **terms).text


def test_an_empty_search_and_a_wrong_date_are_told(browser, record):
    assert "さがす条件を1つ以上入れてください" in browser.post("/records").text
    assert "日付は 2026-11-23 か" in browser.post("/records", birth="yesterday").text
    assert browser.post("/records", birth="9999-12-31", to="9999-12-31").status_code == 200


def test_a_report_that_comes_out_otherwise_is_said_with_both_values(browser, world, record):
    now = [
        finding(each.id, Outcome.FAILED, Proves.ISSUER_DATA, "mismatch") if each.id == "passport.sod.hashes" else each
        for each in make_report().findings
    ]
    world.report = make_report(findings=tuple(now))
    page = browser.get(f"/records/{record}").text
    assert 'data-recheck="differs"' in page
    assert "passed:ok" in page
    assert "failed:mismatch" in page


def test_checks_that_cannot_be_made_again_are_not_called_the_same(browser, world, record):
    def broken(_):
        raise TrustError("trust.store.damaged", "x")

    browser.app.state.services = replace(world.services, check=broken)
    page = browser.get(f"/records/{record}").text
    assert "data-recheck" not in page
    assert "確認をやり直せませんでした" in page


def test_the_photo_of_a_record_is_a_png_that_is_not_kept(browser, record):
    answer = browser.get(f"/records/{record}/photo")
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["cache-control"] == "no-store"


def test_an_unknown_record_is_a_404_with_words(browser):
    answer = browser.get("/records/01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert answer.status_code == 404
    assert "その番号の記録はありません" in answer.text


def test_the_api_tells_health_readers_and_visits(browser, record):
    assert browser.get("/api/v1/health").json()["status"] == "ok"
    assert browser.get("/api/v1/readers").json()[0]["kind"] == "demo"
    (line,) = browser.get("/api/v1/visits").json()
    assert line["id"] == record
    assert line["simulated"] is True
    assert line["completion"] == "checked"
    assert "name" not in line
    visit = browser.get(f"/api/v1/visits/{record}").json()
    assert visit["environment"] == "simulator"
    assert {each["id"] for each in visit["findings"]} >= {"passport.sod.signature", "passport.aa"}
    assert visit["answers"] == {"face": "yes", "print": "yes"}


def test_the_api_answers_errors_as_problems_with_code(browser):
    answer = browser.get("/api/v1/visits/01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "store.not_found"
    assert browser.get("/api/v1/visits/..%2f").status_code in {404, 422}
    answer = browser.get("/api/v1/visits?limit=1000000")
    assert answer.status_code == 422
    assert answer.json()["code"] == "request.invalid"
    assert "1000000" not in answer.text
    assert browser.get("/api/nope").json()["code"] == "api.not_found"


def test_openapi_describes_exactly_the_api(browser):
    paths = browser.get("/api/v1/openapi.json").json()["paths"]
    assert {each.split("/")[3] for each in paths} == {
        "health", "readers", "visits", "law", "records", "ledger", "numbers", "counter", "demo",
    }


def test_what_was_searched_for_is_forgotten_after_a_while(browser, world):
    """The terms are names of customers; an address in a browser's history must not bring them back tomorrow."""
    found = browser.post("/records", name="MIHON TAROU")
    assert "MIHON TAROU" in found.text
    address = str(found.url).removeprefix("http://testserver")
    world.clock.advance(minutes=16)
    assert "MIHON TAROU" not in browser.get(address).text
    assert not browser.app.state.searches._kept


def test_a_search_needs_a_named_person(world):
    nobody = Browser(world, staff="")
    assert nobody.get("/records").url.path == "/staff"
    assert nobody.post("/records", name="MIHON TAROU").url.path == "/staff"


def test_a_list_for_spreadsheets_holds_what_the_page_shows(browser, record):
    found = browser.post("/records", number=record)
    key = str(found.url).partition("s=")[2]
    table = browser.post("/records/csv", s=key)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    head, line = table.content.decode("utf-8-sig").splitlines()
    assert head.split(",")[:3] == ["記録番号", "日時", "氏名"]
    assert line.startswith(f"{record},2026-11-23T05:05")
    assert "職員A" in line
    assert browser.post("/records/csv", s="0" * 32).url.path == "/records"


def test_a_formula_in_a_list_is_a_text(world):
    browser = Browser(world, staff="=1+1")
    visit = browser.result()
    browser.post(f"/visits/{visit}/result", face="yes", print="yes")
    key = str(browser.post("/records", number=visit).url).partition("s=")[2]
    assert ",'=1+1" in browser.post("/records/csv", s=key).content.decode("utf-8-sig")
