"""Every page of every card in every way and state, Japanese and English, on a desk and on a tablet (ui.md §2, §3.5).

One walk for each language in one browser: no page is opened twice. With it, that nothing lies under the action bar.
"""

from __future__ import annotations

import pytest

from tests.ui.look import Look
from tests.ui.steps import open_group, press

# Card, ways beside its default one, and whether it is read and kept after each.
WALKS = (
    ("passport-bac-aa-rsa", ()),
    ("mynumber-plain", ("text_pin", "signature")),
    ("mynumber-licence", ("mynumber_licence",)),
    ("mynumber-licence-no-pin", ("mynumber_licence_no_pin",)),
    ("licence-plain", ("licence_pin1",)),
    ("licence-no-pin", ()),
    ("residence-plain", ()),
)
RESULTS_ONLY = ("mynumber-long-name", "licence-changed", "residence-under16", "mynumber-expired")
ONE_TRY = (("mynumber-one-try", ""), ("licence-one-try", ""), ("mynumber-one-try", "mynumber_licence"))
BLOCKED = ("mynumber-blocked", "licence-blocked")


class Walk:
    def __init__(self, page, look: Look) -> None:
        self.page = page
        self.look = look
        self.kept: set[str] = set()

    def place(self, card: str, fault: str = "") -> None:
        self.page.goto("/")
        token = self.page.locator("input[name=csrf]").first.input_value()
        self.page.request.post("/tray/remove", form={"csrf": token})
        press(self.page)
        self.page.wait_for_url("**/card")
        line = self.page.locator(f"[data-card='{card}']")
        open_group(line)
        if fault:
            line.locator("summary").click()
            line.locator("select").select_option(fault)
        line.locator("button[type=submit]").click()
        self.page.wait_for_url("**/key")
        self.page.locator(".hn-card--on").wait_for()

    def way(self, way: str) -> None:
        if way:
            if self.page.locator("#last-try").count():  # another way, over the page that lists them
                self.page.locator("#last-try a").click()
                self.page.wait_for_url("**/unreadable**")
            self.page.locator(f"a[href$='?way={way}']").click()
            self.page.locator(f"input[name=way][value='{way}'], [data-way='{way}']").first.wait_for(state="attached")
            self.page.wait_for_load_state()

    def key(self, name: str) -> None:
        self.look.at(f"key {name}")
        assert self.page.locator("svg.hn-drawing").count() == 1, name

    def read(self) -> None:
        if self.page.locator("[data-fill]").is_visible():
            self.page.locator("[data-fill]").click()
        press(self.page)
        self.page.wait_for_url("**/result")

    def result(self, name: str) -> None:
        loaded = "Promise.all([...document.images].map(image => image.decode())).then(() => true)"
        assert self.page.evaluate(loaded), name  # each photo and each signed picture is shown
        self.look.at(f"result {name}")
        self.page.evaluate("scrollTo(0, 0)")
        bar = self.page.locator(".hn-actions").bounding_box()["y"]
        for radio in self.page.locator(".hn-staff input[type=radio]").all():  # every question is in sight and above the bar
            box = radio.bounding_box()
            assert box["y"] >= 0, name
            assert box["y"] + box["height"] <= bar, name
        last = self.page.locator(".hn-result__expires")  # and what is longer can be scrolled to
        self.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        box = last.bounding_box()
        assert box["y"] + box["height"] <= self.page.locator(".hn-staff").bounding_box()["y"] + 1, name

    def keep(self, document: str) -> None:
        """Save it and look at the end and the record, once for each document."""
        if document not in self.kept:
            self.kept.add(document)
            self.page.locator("#face-yes").check()
            self.page.locator("#print-yes").check()
            press(self.page)
            self.page.wait_for_url("**/done")
            self.look.at(f"done {document}")
            self.page.goto("/records/" + self.page.locator(".hn-number").inner_text())
            self.look.at(f"record {document}")
        else:
            press(self.page, self.page.locator("form[action$='/discard'] button").first)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_card_in_every_way(page, axe, language):
    page.goto(f"/?lang={language}")
    look = Look(page, axe, language, ("desk", "tablet"), leave_out="#tray")
    walk = Walk(page, look)
    for card, ways in WALKS:
        for way in ("", *ways):
            name = f"{card} {way}".strip()
            walk.place(card)
            walk.way(way)
            walk.key(name)
            if card == "mynumber-plain" and not way:
                page.locator("header a[href^='/unreadable']").click()
                look.at("unreadable with a visit")
                page.go_back()
            walk.read()
            walk.result(name)
            walk.keep(name if way == "mynumber_licence" else card.split("-")[0])
    for card in RESULTS_ONLY:
        walk.place(card)
        walk.read()
        walk.result(card)
        walk.keep(card.split("-")[0])
    assert look.found == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_card_when_its_secret_is_in_danger_or_locked_and_while_it_is_read(page, axe, language):
    page.goto(f"/?lang={language}")
    look = Look(page, axe, language, ("desk", "tablet"), leave_out="#tray")
    walk = Walk(page, look)
    for card, way in ONE_TRY:
        walk.place(card)
        walk.way(way)
        page.locator("#last-try").wait_for(state="visible")
        look.at(f"last try {card} {way}")
        page.locator("#last-try a").click()
        page.wait_for_url("**/unreadable**")
        press(page)
    for card in BLOCKED:
        walk.place(card)
        page.locator("[data-state=blocked]").wait_for()
        look.at(f"blocked {card}")
    page.route("**/events", lambda route: route.abort())  # the page of progress must stay while it is looked at
    page.goto("/")
    press(page)
    line = page.locator("[data-card='licence-plain']")
    open_group(line)
    line.locator("summary").click()
    line.locator("select").select_option("slow")
    line.locator("button[type=submit]").click()
    page.locator(".hn-card--on").wait_for()
    press(page)
    page.wait_for_url("**/key")
    page.locator("[data-fill]").click()
    press(page)
    page.wait_for_url("**/reading")
    look.at("reading licence")
    assert look.found == []


def test_the_numbers_of_a_my_number_card_lie_above_the_action_bar(page):
    for language in ("ja", "en"):
        page.goto(f"/?lang={language}")
        Walk(page, None).place("mynumber-plain")
        bar = page.locator(".hn-actions").bounding_box()["y"]
        for name in ("birth6", "year", "code"):
            box = page.locator(f"#{name}").bounding_box()
            assert box["y"] + box["height"] <= bar, (language, name)
