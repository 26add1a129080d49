"""What staff write into the record, and finishing it later, in a real browser: by axe, in both languages and all sizes."""

from __future__ import annotations

import re

import pytest

from tests.ui.look import Look
from tests.ui.steps import press

COMPANY = {
    "F21.name": "架空商事株式会社", "F21.address": "見本県架空市2番", "F22.relation": "従業員", "F24.how": "登記事項証明書の閲覧",
    "F24.paper": "登記事項証明書", "F25.name": "見本　花子", "F25.address": "見本県架空市3番", "F25.birth": "1960-01-02",
    "F25.ratio": "40", "F25.how": "申告", "paper.number": "見本法務局 123", "purpose": "事務所の購入",
    "occupation": "卸売",
}  # fmt: skip


def lay(page, name: str) -> None:
    form = page.locator(f"form[action='/tray/insert']:has(input[name=card][value='{name}'])")
    form.evaluate("form => { const group = form.closest('[data-group]'); if (group) group.open = true; }")
    form.locator("button[type=submit]").click()


def to_result(page, name: str, transaction: str, language: str = "ja", actor: str = "subject") -> None:
    page.goto(f"/visits/new?transaction={transaction}&lang={language}")
    page.locator(f"input[name=actor][value={actor}]").check()
    press(page)
    page.wait_for_url("**/card")
    lay(page, name)
    page.wait_for_url("**/key")
    page.locator("[data-fill]").click()
    press(page)
    page.wait_for_url("**/result")


def field(page, name: str):
    return page.locator(f"[id='{name}']")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_company_from_the_case_to_the_record(page, axe, language):
    look = Look(page, axe, language, ("desk", "tablet", "phone") if language == "ja" else ("desk", "tablet"))
    page.goto(f"/visits/new?transaction=real-estate-sale&lang={language}")
    assert page.locator(".hn-case__subject").is_visible()
    look.at("case of a person")
    page.locator("input[name=actor][value=corporation]").check()
    assert not page.locator(".hn-case__subject").is_visible()
    assert page.locator(".hn-case__corporation").is_visible()
    look.at("case of a company")
    to_result(page, "mynumber-plain", "real-estate-sale", language, "corporation")
    page.locator("#face-yes").check()
    page.locator("#print-yes").check()
    page.locator("#address-other").check()
    look.at("result with an address paper")
    page.locator("#address-as_card").check()
    press(page)
    page.wait_for_url("**/declare")
    look.at("declarations of a company")
    press(page)
    page.locator("[id='F21.name-error']").wait_for()
    look.at("declarations of a company with errors")
    for name, value in COMPANY.items():
        field(page, name).fill(value)
    field(page, "F22.grounds").check()
    field(page, "F25.relation").select_option(index=2)
    page.locator("button[value=owner]").click()
    page.locator("#owner-2").wait_for()
    assert field(page, "F25.name").input_value() == COMPANY["F25.name"]
    field(page, "F25.2.name").fill("見本　次郎")
    press(page)
    page.locator("[id='F25.2.birth-error']").wait_for()
    look.at("declarations of a company with a second owner")
    field(page, "F25.2.name").fill("")
    page.locator("#alias-no").check()
    page.locator("#foreign_pep-yes").check()
    assert page.locator("#pep_reason").is_visible()
    page.locator("#foreign_pep-no").check()
    assert not page.locator("#pep_reason").is_visible()
    page.locator("[data-secondary]").click()
    page.wait_for_url("**/done")
    look.at("done, unfinished")
    page.locator("a[href$='/finish']").click()
    page.wait_for_url("**/finish")
    look.at("what is left")
    page.locator("#act-paper").check()
    assert page.locator("#paper_kind").is_visible()
    assert not page.locator("[id='supplement_kind']").is_visible()
    look.at("what is left, a document")
    press(page)
    page.locator("[id='paper_kind-error']").wait_for()
    look.at("what is left, a document with errors")
    page.locator("#paper_kind").select_option("CORP_REGISTRY")
    for name, value in (("whose", "other"), ("valid", "yes"), ("current", "yes"), ("how", "presented")):
        page.locator(f"input[name={name}][value={value}]").check()
    field(page, "number").fill("見本法務局 123")
    press(page)
    page.locator("[data-finished]").wait_for()
    look.at("finished")
    page.goto(page.url.removesuffix("/finish"))
    assert page.locator("[data-left]").count() == 0
    look.at("the record")
    assert look.found == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_the_chip_of_an_old_residence_card_does_not_tell(page, axe, language):
    look = Look(page, axe, language, ("desk", "tablet", "phone") if language == "ja" else ("desk", "tablet"))
    to_result(page, "residence-first", "real-estate-sale", language)
    assert field(page, "expiry_seen").is_visible()
    look.at("result that asks for the expiry")
    for each in ("face-yes", "print-yes", "address-as_card"):
        page.locator(f"#{each}").check()
    press(page)
    page.locator("[id='expiry_seen-error']").wait_for()
    look.at("result without the expiry")
    field(page, "expiry_seen").fill("20281101")
    press(page)
    page.wait_for_url("**/declare")
    picture = page.locator(".hn-entry__picture img").first
    assert picture.evaluate("image => image.complete && image.naturalWidth > 20")
    look.at("declarations with pictures")
    for name, value in (("F21.name", "MIHON ALEX"), ("F21.address", "見本県架空市1番"), ("F21.birth", "19900115"), ("purpose", "居住"), ("occupation", "会社員")):
        field(page, name).fill(value)
    page.locator("#alias-no").check()
    page.locator("#foreign_pep-no").check()
    press(page)
    page.wait_for_url(re.compile("/done$"))
    assert page.locator("h1").inner_text() in {"模擬：本人確認の記録を保存しました", "Simulated: The identity check is saved"}
    assert look.found == []


def test_a_card_without_a_photo_is_finished_by_mail(page, axe):
    look = Look(page, axe, "ja")
    to_result(page, "mynumber-no-photo", "real-estate-sale")
    assert page.locator("#face-yes").count() == 0
    page.locator("#print-yes").check()
    page.locator("#address-as_card").check()
    look.at("result without a photo")
    press(page)
    page.wait_for_url("**/declare")
    for name, value in (("purpose", "居住"), ("occupation", "会社員")):
        field(page, name).fill(value)
    page.locator("#alias-no").check()
    page.locator("#foreign_pep-no").check()
    press(page)
    page.wait_for_url("**/done")
    page.locator("a[href$='/finish']").click()
    page.wait_for_url("**/finish")
    page.locator("#act-mail_sent").check()
    page.locator("input[name=mail_kind][value=no_forward]").check()
    page.locator("input[name=mail_to][value=document]").check()
    look.at("what is left, mail")
    press(page)
    page.locator("[data-finished]").wait_for()
    assert page.locator("#act-mail_returned").is_visible()
    look.at("finished by mail")
    assert look.found == []


def test_what_staff_notes_is_closed_when_the_page_opens(page):
    page.goto("/visits/new?transaction=real-estate-sale")
    page.locator("summary", has_text="気になる点").click()
    page.locator("input[name=flag_suspicion_false]").check()
    press(page)
    page.wait_for_url("**/card")
    page.goto(page.url.replace("/card", "/case"))
    assert page.locator("input[name=flag_suspicion_false]").is_checked()
    assert not page.locator("input[name=flag_suspicion_false]").is_visible()
