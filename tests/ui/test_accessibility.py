"""axe-core on every page and state x language x size; nothing sideways, ids unique, targets large enough (ui.md §2)."""

from __future__ import annotations

import pytest

from tests.ui.look import Look
from tests.ui.steps import CARD, open_group, press


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_in_every_state_and_size(page, axe, language):
    look = Look(page, axe, language)
    page.goto(f"/?lang={language}")
    look.at("home")
    press(page)
    page.wait_for_url("**/card")
    look.at("card")
    page.locator("[data-group=passport] > summary").click()
    page.locator("[data-group=passport] form[action='/tray/insert'] summary").first.click()
    look.at("card, fault list open")
    card = page.locator(".hn-card", has_text=CARD).first
    if not card.locator("select").is_visible():
        card.locator("summary").click()
    card.locator("select").select_option("tampered-dg2")
    card.locator("button[type=submit]").click()
    page.wait_for_url("**/key")
    look.at("key")
    look.context = {"exclude": ["#tray"]}  # it was looked at without, with and beside a card; it is a hundred forms
    page.locator("main summary").click()
    page.locator("#can").fill("12")
    press(page)
    page.locator("#can-error").wait_for()
    look.at("key with an error")
    page.locator("#can").fill("")
    page.locator("#number").fill("XX1")
    page.locator("#birth").fill("900102")
    page.locator("#expiry").fill("310304")
    press(page)
    page.locator("#problem").wait_for()
    look.at("key refused by the card")
    for name in ("number", "birth", "expiry"):
        page.locator(f"#{name}").fill("")
    page.locator("[data-fill]").click()
    press(page)
    page.wait_for_url("**/result")
    look.at("result with a problem")
    press(page)
    page.locator("#face-error").wait_for()
    look.at("result without answers")
    page.locator("main details summary").click()
    look.at("result with detail")
    page.locator("[data-opens=photo-dialog]").click()
    look.at("result with the photo enlarged")
    page.keyboard.press("Escape")
    page.locator("#face-yes").check()
    page.locator("#print-no").check()
    press(page)
    page.wait_for_url("**/done")
    look.at("done")
    number = page.locator(".hn-number").inner_text()
    page.goto("/records")
    look.at("records")
    press(page)
    page.locator("#name-error").wait_for()
    look.at("records with an error")
    page.locator("#number").fill(number)
    press(page)
    page.locator("table").wait_for()
    look.at("records found")
    page.locator("table a").click()
    page.wait_for_url(f"**/records/{number}")
    look.at("record")
    for path in ("help", "unreadable", "display", "nope"):
        page.goto(f"/{path}")
        look.at(path)
    assert look.found == []


def test_the_reading_page(page, axe):
    look = Look(page, axe, "ja")
    page.route("**/events", lambda route: route.abort())  # the page must stay while it is looked at
    page.goto("/")
    press(page)
    card = page.locator(".hn-card", has_text=CARD).first
    open_group(card)
    card.locator("summary").click()
    card.locator("select").select_option("slow")
    card.locator("button[type=submit]").click()
    page.locator(".hn-card--on").wait_for()
    press(page)
    page.wait_for_url("**/key")
    page.locator("[data-fill]").click()
    press(page)
    page.wait_for_url("**/reading")
    look.page.set_viewport_size({"width": 320, "height": 640})
    look._one("reading phone")
    assert look.found == []


@pytest.mark.parametrize("mode", ["large", "contrast"])
def test_large_type_and_contrast(page, axe, mode):
    page.goto("/display")
    page.locator("input[name=size][value='150']" if mode == "large" else "input[name=contrast][value='1']").check()
    press(page)
    look = Look(page, axe, mode)
    for path in ("/", "/records", "/help", "/display"):
        page.goto(path)
        look.at(path)
    assert look.found == []


def test_everything_of_the_result_is_on_the_first_screenful(page):
    from tests.ui.steps import to_result

    to_result(page)
    panel = page.locator(".hn-staff").bounding_box()["y"]
    for inside in (".hn-photo img", "[data-finding='staff.print']", "[data-finding='group.chip']"):
        box = page.locator(inside).bounding_box()
        assert box["y"] + box["height"] <= panel + 1, inside
    box = page.locator("#print-yes").bounding_box()
    assert box["y"] + box["height"] <= page.locator(".hn-actions").bounding_box()["y"]
