"""Whole visits through the real server, with virtual cards: what the record needs is asked for, and nothing is missing."""

from __future__ import annotations

import re

import pytest

from honnin.flows.remaining import left_of_parts
from honnin.records.kakunin import State, kakunin_from_json
from tests.unit.server.test_law_pages import DECLARED, browser, fields

__all__ = ["browser"]

ANSWERS = {"face": "yes", "print": "yes", "address": "as_card"}
PAPER = {
    "face": "yes", "print": "yes", "address": "other", "address_kind": "電気料金の領収証書",
    "address_number": "見本電力 2026-11-123", "address_issued": "20261101",
}  # fmt: skip
AGENT = {"F22.relation": "長男", "F22.grounds": "委任状その他の書面"}
COMPANY = {
    "F21.name": "架空商事株式会社", "F21.address": "見本県架空市2番", "F22.relation": "従業員", "F22.grounds": "委任状その他の書面",
    "F24.how": "登記事項証明書の閲覧", "F24.paper": "登記事項証明書", "F25.name": "見本　花子", "F25.address": "見本県架空市3番",
    "F25.birth": "1960-01-02", "F25.relation": "議決権の60％を持つ株主", "F25.how": "取引の任に当たる方の申告", "F28": "顧客番号 K-7",
    "paper.kind": "CORP_REGISTRY", "paper.number": "見本法務局 123", "paper.issued": "20261101",
}  # fmt: skip


def named(browser, name):
    return next(each for each in browser.services.tray.cards() if each.name == name)


def to_result(browser, name, transaction, **case):
    visit = browser.post("/visits", transaction=transaction, **{"actor": "subject", **case}).url.path.split("/")[2]
    of = named(browser, name)
    browser.place(visit, of.name)
    answer = browser.read(visit, **fields(of))
    assert answer.url.path == f"/visits/{visit}/result", re.sub("<[^>]+>", " ", answer.text)[:3000]
    return visit, answer.text


def kept(browser, visit):
    parts = browser.services.store.get(visit).judged.parts
    return kakunin_from_json(parts["kiroku.json"]), parts


def asked(page):
    """Names of the fields of that page."""
    return set(re.findall(r'name="([A-Z][A-Z0-9a-z_]+(?:\.\w+)?|paper\.\w+)"', page))


def finish(browser, visit, answers, **more):
    """Answer and declare; the page that comes then."""
    page = browser.post(f"/visits/{visit}/result", **answers)
    if page.url.path.endswith("/declare"):
        page = browser.post(f"/visits/{visit}/declare", **more)
    return page


# Every document that the counter reads × every law that it judges, and what its chip does not tell in text.
VISITS = [
    ("mynumber-plain", "company-registration", ANSWERS, {}),
    ("mynumber-plain", "mobile-contract", ANSWERS, {}),
    ("mynumber-plain", "mobile-rental", ANSWERS, {"R_device_count": "1", "R_phone_numbers": "090-0000-0000"}),
    ("mynumber-plain", "real-estate-sale", PAPER, {"F21.address": "見本県架空市9番"}),
    ("residence-plain", "real-estate-sale", ANSWERS, {"F21.name": "MIHON ALEX", "F21.address": "見本県架空市1番"}),
    ("residence-first", "real-estate-sale", {**ANSWERS, "expiry_seen": "20281101"}, {"F21.name": "MIHON ALEX", "F21.address": "見本県架空市1番", "F21.birth": "19900115"}),
    ("residence-special", "mobile-contract", ANSWERS, {"K3b.name": "MIHON ALEX", "K3b.address": "見本県架空市1番"}),
    ("passport-japanese-style", "real-estate-sale", PAPER, {"F21.address": "見本県架空市1番", "F21.written": "見本　花子"}),
    ("passport-japanese-style", "mobile-contract", PAPER, {"K3b.address": "見本県架空市1番"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "transaction", "answers", "written"), VISITS)
def test_a_visit_yields_a_record_without_a_missing_item_and_a_pdf(browser, name, transaction, answers, written):
    visit, _ = to_result(browser, name, transaction)
    page = finish(browser, visit, answers, **DECLARED, **written)
    assert page.url.path == f"/visits/{visit}/done", re.sub("<[^>]+>", " ", page.text)[:4000]
    record, parts = kept(browser, visit)
    assert left_of_parts(parts) == ()
    assert record.state is State.FINISHED
    for item, value in written.items():
        wanted = "1990-01-15" if item == "F21.birth" and name == "residence-first" else value
        assert value == "" or record.first(item) in {wanted, value}, item
    assert browser.get(f"/records/{visit}/pdf").content.startswith(b"%PDF-")
    assert "途中の記録" not in page.text
