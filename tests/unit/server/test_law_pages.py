"""A visit with a law, from the case to the sealed 確認記録, through the pages and with virtual cards."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from honnin.cli.serving import make_services
from honnin.flows.record_audit import audit_records
from honnin.records.kakunin import kakunin_from_json
from tests.unit.server.client import Browser

ANSWERS = {"face": "yes", "print": "yes", "address": "as_card"}
DECLARED = {"purpose": "商業登記の依頼", "occupation": "会社員", "foreign_pep": "no", "alias": "no"}


@pytest.fixture
def browser(tmp_path):
    services, close = make_services(tmp_path, tmp_path, demo=True)
    services = replace(services, hosts=frozenset({"testserver"}))
    browser = Browser(SimpleNamespace(services=services), staff="demo-1")
    browser.services, browser.folder = services, tmp_path
    yield browser
    close()


def card(browser, document):
    return next(each for each in browser.services.tray.cards() if each.document == document)


def to_result(browser, document, transaction):
    chosen = browser.post("/visits", transaction=transaction, actor="subject")
    visit = chosen.url.path.split("/")[2]
    of = card(browser, document)
    browser.place(visit, of.name)
    answer = browser.read(visit, **fields(of))
    assert answer.url.path == f"/visits/{visit}/result", re.sub("<[^>]+>", " ", answer.text)[:3000]
    return visit, answer.text


def fields(of):
    if of.document == "mynumber":
        number = of.secrets["reference_b"]
        return {"birth6": number[:6], "year": number[6:10], "code": number[10:], "way": "reference_b"}
    if of.document == "residence":
        return {"card": of.secrets["card_number"], "way": "residence"}
    return {"lines": of.secrets["mrz"]}


def state_of(page):
    return re.search(r'data-verdict="(\w+)"', page).group(1)


def test_the_page_before_the_card_tells_the_ways_of_this_law_and_what_is_closed(browser):
    page = browser.get("/visits/new?transaction=company-registration").text
    assert re.findall(r'data-way="(\w+)"', page) == ["mynumber", "licence", "residence", "passport"]
    assert "使えない方法と理由" in page
    assert "声かけ" in page
    nothing = browser.get("/visits/new?transaction=none").text
    assert "data-way" not in nothing


def test_a_my_number_card_satisfies_the_law_after_staff_and_customer_have_answered(browser):
    visit, page = to_result(browser, "mynumber", "company-registration")
    assert state_of(page) == "open"
    answer = browser.post(f"/visits/{visit}/result", face="yes", print="yes")
    assert answer.url.path.endswith("/result")
    assert "いまの住所ですか" in answer.text
    answer = browser.post(f"/visits/{visit}/result", **ANSWERS)
    assert answer.url.path == f"/visits/{visit}/declare"
    answer = browser.post(f"/visits/{visit}/declare", purpose="商業登記の依頼")
    assert answer.url.path == f"/visits/{visit}/declare"
    assert "答えが入っていません" in answer.text
    answer = browser.post(f"/visits/{visit}/declare", **DECLARED)
    assert answer.url.path == f"/visits/{visit}/done"
    assert "6条1項1号イ" in answer.text
    assert "契約が終わった日から7年" in answer.text
    assert "模擬" in answer.text
    saved = browser.services.store.get(visit)
    record = kakunin_from_json(saved.judged.parts["kiroku.json"])
    assert saved.judged.methods == ("hs.f2f_photo_document",)
    assert record.simulated
    assert {"F01", "F17", "F21", "F23", "F24"} <= {each.id.split(".")[0] for each in record.items}
    decision = json.loads(saved.judged.parts["decision.json"])
    assert decision["satisfied"][0]["letter"] == "イ"


def test_the_record_is_a_pdf_and_every_look_stands_in_the_ledger(browser):
    visit, _ = to_result(browser, "mynumber", "mobile-contract")
    answer = browser.post(f"/visits/{visit}/result", **ANSWERS)
    assert answer.url.path == f"/visits/{visit}/done", re.sub("<[^>]+>", " ", answer.text)[-2000:]
    answer = browser.get(f"/records/{visit}/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert browser.get(f"/records/{visit}").status_code == 200
    room = browser.services.store
    kinds = [each.kind for each in room._store.events_of("house", visit)]
    assert kinds == ["sealed", "viewed", "viewed"]
    assert audit_records_of(browser) == ()


def test_the_pdf_shows_the_name_and_the_address_that_a_residence_card_has_as_pictures(browser):
    visit, _ = to_result(browser, "residence", "mobile-contract")
    browser.post(f"/visits/{visit}/result", **ANSWERS)
    browser.post(f"/visits/{visit}/declare", **{"K3b.name": "MIHON ALEX", "K3b.address": "見本県架空市1番"})
    assert browser.get(f"/records/{visit}/pdf").content.count(b"/Subtype/Image") == 2


def audit_records_of(browser):
    store = browser.services.store
    return audit_records(store._store, "house", store._sealer._signer.key, wrapper=store._wrapper)


def test_a_passport_needs_a_document_with_the_address(browser):
    visit, page = to_result(browser, "passport", "company-registration")
    assert state_of(page) == "open"
    browser.post(f"/visits/{visit}/result", **ANSWERS)
    answer = browser.post(f"/visits/{visit}/declare", **DECLARED)
    assert "顧客の本人特定事項：住居：入っていません" in answer.text
    answer = browser.post(f"/visits/{visit}/declare", **DECLARED, **{"F21.address": "見本県架空市1番"})
    assert "途中の記録" in answer.text
    assert browser.services.store.get(visit).judged.methods == ()
    visit, _ = to_result(browser, "passport", "company-registration")
    answer = browser.post(
        f"/visits/{visit}/result", face="yes", print="yes", address="other", address_kind="公共料金の領収書",
        address_issued="20991332",
    )
    assert answer.url.path.endswith("/result")


@pytest.mark.parametrize("face", ["no", "unsure"])
def test_when_staff_do_not_say_yes_the_law_is_never_satisfied(browser, face):
    visit, _ = to_result(browser, "mynumber", "company-registration")
    browser.post(f"/visits/{visit}/result", **{**ANSWERS, "face": face}, **{"as": "unfinished"})
    assert browser.services.store.get(visit).judged.methods == ()


def test_without_a_transaction_no_law_is_asked(browser):
    visit, page = to_result(browser, "mynumber", "none")
    assert state_of(page) == "none"
    answer = browser.post(f"/visits/{visit}/result", face="yes", print="yes")
    assert "法令の判定はしていません" in answer.text
    assert browser.services.store.get(visit).judged is None


def test_another_transaction_can_be_chosen_when_the_card_was_read(browser):
    visit, _ = to_result(browser, "mynumber", "none")
    assert "取引を選んでください" in browser.get(f"/visits/{visit}/case").text
    answer = browser.post(f"/visits/{visit}/case", transaction="mobile-contract", actor="subject")
    assert answer.url.path == f"/visits/{visit}/result"
    assert state_of(answer.text) == "open"


def test_who_compared_and_who_recorded_stand_in_the_record_by_name(browser):
    """確認を行った者 is who compared the face, 記録を作成した者 who saved it; both were at the counter one after the other."""
    visit, _ = to_result(browser, "mynumber", "company-registration")
    browser.post(f"/visits/{visit}/result", **ANSWERS)
    browser.post("/staff", name="demo-2")
    browser.post(f"/visits/{visit}/declare", **DECLARED)
    record = kakunin_from_json(browser.services.store.get(visit).judged.parts["kiroku.json"])
    assert record.first("F01") == "模擬職員 花子（demo-1）"
    assert record.first("F02") == "模擬職員 次郎（demo-2）"
    assert record.operator_id == "demo-2"
    acts = json.loads(browser.services.store.get(visit).judged.parts["acts.json"])
    assert acts["face_match"]["by"] == acts["chip_displayed"]["by"] == "模擬職員 花子"
    assert acts["declarations"][0]["by"] == "模擬職員 次郎"
