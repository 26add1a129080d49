"""A counter over the real stack (demo, SQLite) with a browser at it: for pages that need sealed records."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from honnin.cli.serving import make_services
from honnin.core.ids import new_id
from honnin.records.kakunin import kakunin_from_json, kakunin_to_json
from tests.unit.server.client import Browser

ONE, TWO = "模擬職員 花子", "模擬職員 次郎"
ANSWERS = {"face": "yes", "print": "yes", "address": "as_card"}
DECLARED = {"purpose": "商業登記の依頼", "occupation": "会社員", "foreign_pep": "no", "alias": "no"}


def open_counter(folder):
    """(browser at which ONE is, what closes it)."""
    services, close = make_services(folder, folder, demo=True)
    services = replace(services, hosts=frozenset({"testserver"}))
    browser = Browser(SimpleNamespace(services=services), staff=ONE)
    browser.services, browser.folder = services, folder
    return browser, close


def as_staff(browser, name):
    browser.post("/staff", name=name)


def kept_passport(browser, **answers) -> str:
    """A visit without a law, kept; its number."""
    card = next(each for each in browser.services.tray.cards() if each.document == "passport")
    visit = browser.post("/visits", transaction="none").url.path.split("/")[2]
    browser.place(visit, card.name)
    browser.read(visit, lines=card.secrets["mrz"])
    browser.post(f"/visits/{visit}/result", **(answers or {"face": "yes", "print": "yes"}))
    return visit


def kept_by_law(browser) -> str:
    """A My Number Card for a registration (犯収法), kept; its number."""
    card = next(each for each in browser.services.tray.cards() if each.document == "mynumber")
    number = card.secrets["reference_b"]
    visit = browser.post("/visits", transaction="company-registration", actor="subject").url.path.split("/")[2]
    browser.place(visit, card.name)
    browser.read(visit, birth6=number[:6], year=number[6:10], code=number[10:], way="reference_b")
    browser.post(f"/visits/{visit}/result", **ANSWERS)
    browser.post(f"/visits/{visit}/declare", **DECLARED)
    return visit


def another(browser, record: str) -> str:
    """A record like that one under a number of its own, without the way through the pages."""
    services = browser.services
    saved = services.store.get(record)
    number = new_id(services.clock(), services.random)
    judged = saved.judged
    if judged is not None:
        made = replace(kakunin_from_json(judged.parts["kiroku.json"]), record_id=number)
        judged = replace(judged, parts={**judged.parts, "kiroku.json": kakunin_to_json(made)})
    services.store.save(replace(saved, id=number, saved_at_utc=services.clock(), judged=judged))
    return number
