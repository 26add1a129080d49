"""One visit for each document with PINs or printed numbers, and what happens when a secret fails (ui.md §3.5)."""

from __future__ import annotations

import re

from tests.ui.steps import open_group, start


def place(page, card: str, fault: str = "") -> None:
    start(page)
    lay(page, card, fault)
    page.wait_for_url("**/key")


def lay(page, card: str, fault: str = "") -> None:
    line = page.locator(f"[data-card='{card}']")
    open_group(line)
    if fault:
        line.locator("summary").click()
        line.locator("select").select_option(fault)
    line.locator("button[type=submit]").click()


def send(page) -> None:
    page.get_by_role("button", name="読み取る", exact=True).click()


def fill_in(page) -> None:
    page.locator("[data-fill]").click()


def finish(page) -> None:
    answer_all(page)
    page.get_by_role("button", name="確認して保存する").click()
    page.wait_for_url("**/done")


def answer_all(page) -> None:
    page.locator("#face-yes").check()
    page.locator("#print-yes").check()


def record_of(page) -> None:
    page.get_by_role("link", name="記録を見る").click()
    page.wait_for_url("**/records/*")
    assert page.locator("[data-recheck='same'], [data-recheck='limited']").is_visible()


def test_a_residence_card_from_its_number_to_its_record(page):
    place(page, "residence-plain")
    assert page.locator("h1").inner_text() == "カードの番号を入れてください"
    assert page.get_by_text("まちがえてもロックされません").is_visible()
    page.locator("#card").fill("ｚｚ00000001-zz")  # full width, small, with a hyphen
    send(page)
    page.wait_for_url("**/result")
    picture = page.get_by_alt_text("氏名の画像（文字なし）")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 50)")
    assert page.get_by_text("チップの完全な複製は見分けられません。顔と印字を必ず見比べてください。").is_visible()
    assert page.locator("[data-finding='group.issuer']").is_visible()
    assert page.locator("[data-finding='residence.copy']").is_visible()
    page.get_by_label("失効していない").check()
    finish(page)
    record_of(page)
    assert page.get_by_text("失効照会の結果").is_visible()


def test_a_wrong_card_number_is_told_and_kept_and_locks_nothing(page):
    place(page, "residence-plain")
    page.locator("#card").fill("ZZ99999999ZZ")
    send(page)
    page.locator("#problem").wait_for()
    assert page.locator("#card").input_value() == "ZZ99999999ZZ"
    assert page.locator(".hn-tries").count() == 0


def test_a_my_number_card_by_the_numbers_on_its_front(page):
    place(page, "mynumber-plain")
    assert page.locator("h1").inner_text() == "カードの表の番号を入れてください"
    assert page.locator(".hn-tries").inner_text() == "入力できる回数：あと10回"
    page.locator("#birth6").focus()
    page.keyboard.type("02010220351234")  # one scan of fourteen digits is split
    assert [page.locator(f"#{name}").input_value() for name in ("birth6", "year", "code")] == ["020102", "2035", "1234"]
    send(page)
    page.wait_for_url("**/result")
    assert page.locator(".hn-item__value--name").inner_text() == "見本\u3000太郎"
    assert page.get_by_text("紛失などによる失効は、この方法ではわかりません。").is_visible()
    assert page.locator("[data-finding='group.chip']").is_visible()
    photo = page.get_by_alt_text("ICチップの顔写真").first
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth > 50)")
    finish(page)
    record_of(page)


def test_twelve_digits_never_leave_the_browser(page):
    place(page, "mynumber-plain")
    sent = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.locator("#birth6").fill("123456789018")
    send(page)
    page.wait_for_timeout(400)
    assert page.locator("#birth6").input_value() == ""
    assert not any("123456789018" in each for each in sent)


def test_a_wrong_printed_number_costs_a_try_and_the_page_says_how_many_are_left(page):
    place(page, "mynumber-plain")
    page.locator("#birth6").fill("020102")
    page.locator("#year").fill("2035")
    page.locator("#code").fill("9999")
    send(page)
    page.locator("#problem").wait_for()
    assert "あと9回" in page.locator("#problem").inner_text()
    assert page.locator(".hn-tries").inner_text() == "入力できる回数：あと9回"
    send(page)  # the same once more: it is not sent to the card
    page.get_by_text("カードには送っていません").wait_for()
    assert page.locator(".hn-tries").inner_text() == "入力できる回数：あと9回"


def test_a_my_number_card_by_its_pin_has_no_photo_and_says_so(page):
    place(page, "mynumber-plain")
    page.get_by_role("link", name="暗証番号で読む").click()
    page.wait_for_url("**/key")
    pin = page.locator("#text")
    assert pin.get_attribute("type") == "password"
    pin.fill("9999")
    send(page)
    page.locator("#problem").wait_for()
    assert "あと2回" in page.locator("#problem").inner_text()
    assert page.locator("#text").input_value() == ""  # a PIN never comes back
    page.locator("#text").fill("1234")
    page.get_by_role("button", name="暗証番号を表示").click()
    assert page.locator("#text").get_attribute("type") == "text"
    send(page)
    page.wait_for_url("**/result")
    assert page.get_by_text("この方法では顔写真を読めません").is_visible()


def test_one_try_left_asks_for_the_holders_yes_first(page):
    place(page, "mynumber-one-try")
    dialog = page.locator("#last-try")
    dialog.wait_for(state="visible")
    assert "あと1回まちがえると、使えなくなります" in dialog.inner_text()
    assert "市区町村の窓口" in dialog.inner_text()
    assert page.evaluate("document.activeElement.innerText") == "別の方法にする"
    assert page.locator("#birth6").count() == 0
    dialog.get_by_role("button", name="お客様が覚えているので続ける").click()
    page.locator("#birth6").wait_for()
    assert page.locator(".hn-tries").inner_text() == "入力できる回数：あと1回"
    fill_in(page)
    send(page)
    page.wait_for_url("**/result")


def test_a_blocked_card_says_where_to_go_and_offers_no_field(page):
    place(page, "mynumber-blocked")
    assert page.locator("h1").inner_text() == "この暗証番号はロックされています"
    assert page.get_by_text("市区町村の窓口での手続き").is_visible()
    assert page.locator("#key-form").count() == 0
    page.get_by_role("link", name="別の方法を見る").click()
    assert page.get_by_text("暗証番号を忘れた・ロックされたとき").is_visible()


def test_a_licence_with_both_pins(page):
    place(page, "licence-plain")
    assert page.locator("h1").inner_text() == "免許証の暗証番号を2つ入れてください"
    assert page.locator(".hn-tries li").all_inner_texts() == [
        "暗証番号1\u3000入力できる回数：あと3回", "暗証番号2\u3000入力できる回数：あと3回",
    ]  # fmt: skip
    page.locator("#pin1").fill("1234")
    page.locator("#pin2").fill("5678")
    send(page)
    page.wait_for_url("**/result")
    assert page.locator("[data-finding='group.issuer']").is_visible()
    photo = page.get_by_alt_text("ICチップの顔写真").first
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth > 50)")
    assert "架空市模型町２丁目３番" not in page.content()  # the registered domicile is nowhere
    finish(page)
    record_of(page)


def test_a_wrong_pin_of_a_licence_leaves_two_tries(page):
    place(page, "licence-plain")
    page.locator("#pin1").fill("9999")
    page.locator("#pin2").fill("5678")
    send(page)
    page.locator("#problem").wait_for()
    assert "暗証番号1：あと2回" in page.locator("#problem").inner_text()
    assert page.locator(".hn-tries li").first.inner_text().endswith("あと2回")
    assert page.locator("#pin1").input_value() == ""


def test_a_forgotten_second_pin_reads_without_photo_and_cannot_be_completed(page):
    place(page, "licence-plain")
    page.get_by_role("link", name="暗証番号1だけで読む").click()
    page.locator("#pin1").fill("1234")
    assert page.locator("#pin2").count() == 0
    send(page)
    page.wait_for_url("**/result")
    assert page.get_by_text("読み取りましたが、本物かは確認していません").first.is_visible()
    assert page.get_by_role("button", name="確認して保存する").count() == 0


def test_a_licence_without_pins_asks_nothing(page):
    place(page, "licence-no-pin")
    assert page.locator("h1").inner_text() == "暗証番号が設定されていません"
    assert page.locator("input[type=password]").count() == 0
    send(page)
    page.wait_for_url("**/result")
    assert page.locator(".hn-notes", has_text="暗証番号による確認はしていません。").is_visible()


def test_a_blocked_licence_pin_says_that_the_licence_stays_good(page):
    place(page, "licence-blocked")
    assert page.get_by_text("免許証の効力は変わりません").is_visible()
    assert page.get_by_text("警察署・運転免許センター").is_visible()


def test_a_changed_address_stands_beside_the_signed_one(page):
    place(page, "licence-moved")
    fill_in(page)
    send(page)
    page.wait_for_url("**/result")
    items = page.locator(".hn-items").inner_text()
    assert "住所（交付時）" in items
    assert "住所（変更後）" in items


def test_the_card_is_recognised_when_another_one_is_laid_down(page):
    place(page, "licence-plain")
    page.get_by_role("link", name="戻る").click()
    page.wait_for_url("**/card")
    page.wait_for_url("**/key")  # it still lies there
    lay(page, "residence-plain")
    page.get_by_role("link", name="戻る").click()
    page.get_by_text(re.compile("カードの番号を入れてください")).wait_for()


def test_no_pin_is_in_the_address_or_in_the_log(page, server):
    place(page, "licence-plain")
    page.locator("#pin1").fill("4321")
    page.locator("#pin2").fill("8765")
    urls = []
    page.on("request", lambda request: urls.append(request.url))
    send(page)
    page.locator("#problem").wait_for()
    assert not any("4321" in each or "8765" in each for each in urls)
    assert "4321" not in (server.folder / "log.txt").read_text("utf-8")
    assert "4321" not in page.content()
