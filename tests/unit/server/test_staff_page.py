"""Who is at the counter: said once, signed, on every page and in every act; never anybody by default."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from honnin.flows.house import HouseSettings
from honnin.flows.staff import StaffMember
from honnin.server.staff import STAFF_COOKIE
from tests.unit.server.client import Browser
from tests.unit.server.fakes import World

LIST = (StaffMember("見本 花子", "101"), StaffMember("見本 次郎"))


def listed(*members: StaffMember) -> World:
    world = World()
    world.services = replace(world.services, house=HouseSettings(staff=members))
    return world


@pytest.fixture
def nobody():
    return Browser(listed(*LIST), staff="")


def test_without_a_name_no_visit_begins_and_the_way_leads_to_the_names(nobody):
    answer = nobody.post("/visits")
    assert answer.url.path == "/staff"
    assert "職員の名前を選んでください" in answer.text
    assert nobody.world.services.visits.open_visits() == ()


def test_who_wanted_to_begin_a_visit_goes_on_towards_the_card_and_not_back(nobody):
    nobody.post("/visits", transaction="real-estate-sale")
    back = nobody.post("/visits").url.params["back"]
    page = nobody.post("/staff", name="見本 花子", back=back)
    assert page.url.path == "/visits/new"
    assert nobody.post("/visits").url.path.endswith("/card")


def test_nobody_on_the_list_is_chosen_beforehand(nobody):
    page = nobody.get("/staff").text
    assert page.count('type="radio"') == len(LIST)
    assert " checked" not in page
    assert nobody.post("/staff", name="").status_code == 422


def test_who_was_chosen_stands_on_every_page(nobody):
    nobody.post("/staff", name="見本 花子", back="/records")
    for path in ("/", "/records", "/help", "/nope"):
        assert "職員：見本 花子" in nobody.get(path).text


def test_only_the_list_counts_where_there_is_one(nobody):
    answer = nobody.post("/staff", name="だれか")
    assert answer.status_code == 422
    assert "その名前は職員の一覧にありません" in answer.text
    assert nobody.post("/visits").url.path == "/staff"


def test_the_answer_leads_back_only_to_this_server(nobody):
    for back in ("//example.org/", "https://example.org/", "/\\example.org"):
        assert nobody.post("/staff", name="101", back=back, follow=False).headers["location"] == "/"
    assert nobody.post("/staff", name="101", back="/records", follow=False).headers["location"] == "/records"


def test_a_name_lasts_a_day_and_not_until_the_next(nobody):
    nobody.post("/staff", name="101")
    nobody.world.clock.advance(hours=11)
    assert "職員：見本 花子" in nobody.get("/").text
    nobody.world.clock.advance(hours=2)
    assert "見本 花子" not in nobody.get("/").text
    assert nobody.post("/visits").url.path == "/staff"


def test_a_name_that_was_not_signed_here_is_nobody(nobody):
    nobody.post("/staff", name="101")
    value = nobody.http.cookies[STAFF_COOKIE]
    other = Browser(listed(*LIST), staff="")
    other.http.cookies.set(STAFF_COOKIE, value[:-1] + ("0" if value[-1] != "0" else "1"))
    assert "見本 花子" not in other.get("/").text
    name, at, mac = value.split(".")
    other.http.cookies.set(STAFF_COOKIE, f"{name}.{int(at) + 5}.{mac}")
    assert "見本 花子" not in other.get("/").text


def test_who_was_taken_off_the_list_is_nobody(nobody):
    nobody.post("/staff", name="見本 次郎")
    services = nobody.app.state.services
    nobody.app.state.services = replace(services, house=HouseSettings(staff=LIST[:1]))
    assert nobody.post("/visits").url.path == "/staff"


def test_leaving_takes_the_name_away(nobody):
    nobody.post("/staff", name="101")
    assert nobody.post("/staff/leave").url.path == "/staff"
    assert nobody.post("/visits").url.path == "/staff"


def test_a_name_in_markup_is_shown_as_text():
    browser = Browser(World(), staff="<b>見本</b>")
    page = browser.get("/").text
    assert "<b>見本" not in page
    assert "&lt;b&gt;見本" in page


def test_what_was_answered_is_kept_when_the_name_went_meanwhile():
    browser = Browser(World())
    visit = browser.result()
    browser.http.cookies.delete(STAFF_COOKIE)
    answer = browser.post(f"/visits/{visit}/result", face="yes", print="no")
    assert answer.url.path == "/staff"
    back = re.search(r'name="back" value="([^"]+)"', answer.text)
    assert back is not None
    page = browser.post("/staff", name="職員B", back=f"/visits/{visit}/result").text
    assert 'id="face-yes" name="face" value="yes" checked' in page
    assert 'id="print-no" name="print" value="no" checked' in page


def test_who_saved_it_stands_in_the_record():
    browser = Browser(World(), staff="職員B")
    visit = browser.result()
    browser.post(f"/visits/{visit}/result", face="yes", print="yes")
    assert browser.world.store.kept[visit].staff == "職員B"
    browser.get(f"/records/{visit}")
    assert browser.world.store.views == [(visit, "職員B")]
