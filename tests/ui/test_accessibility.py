"""axe-core on every page and state x language x size; nothing sideways, ids unique, targets large enough (ui.md §2)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.ui.steps import CARD

SIZES = {"desk": (1280, 800), "tablet": (820, 1180), "phone": (320, 640)}
SHOTS = os.environ.get("HONNIN_SCREENSHOTS", "")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Look:
    def __init__(self, page, axe: str, language: str) -> None:
        self.page = page
        self.axe = axe
        self.language = language
        self.found: list[str] = []

    def at(self, state: str) -> None:
        for name, (width, height) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": height})
            self._one(f"{state} {self.language} {name}")
        self.page.set_viewport_size({"width": 1280, "height": 800})

    def _one(self, where: str) -> None:
        if SHOTS:  # to be looked at: HONNIN_SCREENSHOTS=tests/ui/screenshots
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(SHOTS) / (where.replace("/", "root") + ".png"), full_page=True)
        self.page.evaluate(self.axe)
        result = self.page.evaluate(
            "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS
        )
        for violation in result["violations"]:
            nodes = [each["html"][:160] for each in violation["nodes"]]
            self.found.append(f"{where}: {violation['id']} {json.dumps(nodes, ensure_ascii=False)}")
        sideways = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if sideways > 0:
            self.found.append(f"{where}: scrolls sideways by {sideways} px")
        twice = self.page.evaluate(
            "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, n, all) => all.indexOf(id) !== n)"
        )
        if twice:
            self.found.append(f"{where}: ids twice {twice}")
        small = self.page.evaluate(
            """[...document.querySelectorAll('main button, main a.hn-button, main .hn-radio, main summary, main input[type=text]')]
               .filter(e => e.checkVisibility()).filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 120))"""
        )
        if small:
            self.found.append(f"{where}: pressed in a visit but lower than 44 px {small}")


def primary(page) -> None:
    page.locator("[data-primary]").click()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_in_every_state_and_size(page, axe, language):
    look = Look(page, axe, language)
    page.goto(f"/?lang={language}")
    look.at("home")
    primary(page)
    page.wait_for_url("**/card")
    look.at("card")
    page.locator("#tray form[action='/tray/insert'] summary").first.click()
    look.at("card, fault list open")
    card = page.locator(".hn-card", has_text=CARD).first
    card.locator("select").select_option("tampered-dg2")
    card.locator("button[type=submit]").click()
    page.wait_for_url("**/key")
    look.at("key")
    page.locator("main summary").click()
    page.locator("#can").fill("12")
    primary(page)
    page.locator("#can-error").wait_for()
    look.at("key with an error")
    page.locator("#can").fill("")
    page.locator("#number").fill("XX1")
    page.locator("#birth").fill("900102")
    page.locator("#expiry").fill("310304")
    primary(page)
    page.locator("#problem").wait_for()
    look.at("key refused by the card")
    for name in ("number", "birth", "expiry"):
        page.locator(f"#{name}").fill("")
    page.locator("[data-fill]").click()
    primary(page)
    page.wait_for_url("**/result")
    look.at("result with a problem")
    primary(page)
    page.locator("#face-error").wait_for()
    look.at("result without answers")
    page.locator("main details summary").click()
    look.at("result with detail")
    page.locator("[data-opens=photo-dialog]").click()
    look.at("result with the photo enlarged")
    page.keyboard.press("Escape")
    page.locator("#face-yes").check()
    page.locator("#print-no").check()
    primary(page)
    page.wait_for_url("**/done")
    look.at("done")
    number = page.locator(".hn-number").inner_text()
    page.goto("/records")
    look.at("records")
    primary(page)
    page.locator("#name-error").wait_for()
    look.at("records with an error")
    page.locator("#number").fill(number)
    primary(page)
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
    primary(page)
    card = page.locator(".hn-card", has_text=CARD).first
    card.locator("summary").click()
    card.locator("select").select_option("slow")
    card.locator("button[type=submit]").click()
    page.locator(".hn-card--on").wait_for()
    primary(page)
    page.wait_for_url("**/key")
    page.locator("[data-fill]").click()
    primary(page)
    page.wait_for_url("**/reading")
    look.page.set_viewport_size({"width": 320, "height": 640})
    look._one("reading phone")
    assert look.found == []


@pytest.mark.parametrize("mode", ["large", "contrast"])
def test_large_type_and_contrast(page, axe, mode):
    page.goto("/display")
    page.locator("input[name=size][value='150']" if mode == "large" else "input[name=contrast][value='1']").check()
    primary(page)
    look = Look(page, axe, mode)
    for path in ("/", "/records", "/help", "/display"):
        page.goto(path)
        look.at(path)
    assert look.found == []


def test_everything_of_the_result_is_on_the_first_screenful(page):
    from tests.ui.steps import to_result

    to_result(page)
    bar = page.locator(".hn-actions").bounding_box()["y"]
    for inside in ("#print-yes", ".hn-photo img", "[data-finding='staff.print']", "[data-finding='group.chip']"):
        box = page.locator(inside).bounding_box()
        assert box["y"] + box["height"] <= bar, inside
