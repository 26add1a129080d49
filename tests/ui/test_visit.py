"""The whole visit at the counter with the real stack: virtual passport, dialogue, checks, store."""

from __future__ import annotations

import re

from tests.ui.conftest import running
from tests.ui.steps import answer, lay, read, start, to_key, to_result


def test_by_mouse_with_few_actions(page):
    to_result(page)
    assert page.get_by_text("MIHON\u3000HANAKO").is_visible()
    photo = page.get_by_alt_text("ICチップの顔写真").first
    assert photo.evaluate("image => image.complete && image.naturalWidth > 100")
    answer(page)
    page.get_by_role("button", name="確認して保存する").click()
    page.wait_for_url("**/done")
    assert page.get_by_text("模擬：本人確認の記録を保存しました").is_visible()
    page.get_by_role("button", name="次のお客様").click()
    page.wait_for_url(re.compile(r":\d+/$"))


def press_tab_to(page, words):
    for _ in range(90):
        page.keyboard.press("Tab")
        if (page.evaluate("document.activeElement.innerText") or "").startswith(words):
            return
    raise AssertionError(f"{words} is not reached by Tab")


def test_by_keyboard_alone(page):
    page.goto("/")
    page.keyboard.press("Enter")  # the start button has the focus
    page.wait_for_url("**/card")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    press_tab_to(page, "旅券（")  # the group of the passports
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if "読み取り機に置く" in (page.evaluate("document.activeElement.innerText") or ""):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/key")
    assert page.evaluate("document.activeElement.id") == "lines"
    lines = page.locator(".hn-card--on .hn-mrz").inner_text()
    page.keyboard.insert_text(lines)  # as a scanner does; complete and right lines start the read
    page.wait_for_url("**/result")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.locator("#face-yes").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("#print-yes").is_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/done")
    page.keyboard.press("Enter")  # next customer
    page.wait_for_url(re.compile(r":\d+/$"))
    page.keyboard.press("F2")
    page.wait_for_url("**/card")


def test_wrong_lines_are_told_by_the_card_and_kept(page):
    to_key(page)
    page.get_by_text("2行を読み取れないとき").click()
    page.get_by_label("旅券番号").fill("XX9999999")
    page.get_by_label("生年月日（6桁）").fill("900102")
    page.get_by_label("有効期間満了日（6桁）").fill("310304")
    page.get_by_role("button", name="読み取る", exact=True).click()
    page.get_by_text("番号がカードと合いません").wait_for()
    assert page.url.endswith("/key")
    assert page.get_by_label("旅券番号").input_value() == "XX9999999"
    assert page.get_by_text(re.compile(r"card\.(bac|pace)\.wrong_key")).is_visible()


def test_a_misread_line_is_told_at_the_field(page):
    lines = to_key(page)
    page.locator("#lines").fill(lines[:-1] + ("0" if lines[-1] != "0" else "1"))
    page.get_by_role("button", name="読み取る", exact=True).click()
    page.locator("#lines-error").wait_for()
    assert page.title().startswith("エラー：")
    assert page.evaluate("document.activeElement.className").startswith("hn-banner")


def test_a_card_lifted_during_the_read_leads_back_and_can_be_read_again(page):
    to_key(page, fault="removed")
    read(page)
    page.get_by_text("カードが離れました").wait_for()
    assert page.url.endswith("/key")
    assert len(page.locator("#lines").input_value()) >= 88  # kept
    lay(page)
    page.locator(".hn-card--on").wait_for()
    page.get_by_role("button", name="読み取る", exact=True).click()
    page.wait_for_url("**/result")


def test_a_replaced_photo_is_a_problem_and_cannot_be_completed(page):
    to_result(page, fault="tampered-dg2")
    assert page.get_by_text("模擬：問題あり").first.is_visible()
    assert page.locator("[data-finding='passport.sod.hashes'] .hn-chip--red").is_visible()
    assert page.get_by_text("この方法では完了できません。").is_visible()
    assert page.get_by_role("button", name="確認して保存する").count() == 0
    answer(page)
    page.get_by_role("button", name="途中の記録として保存する").click()
    page.wait_for_url("**/done")
    assert page.get_by_text("途中の記録として保存しました").is_visible()
    assert page.locator(".hn-banner--success").count() == 0


def test_stop_during_a_slow_read_keeps_the_numbers(page):
    to_key(page, fault="slow")
    read(page)
    page.wait_for_url("**/reading")
    page.get_by_role("button", name="中止する").click()
    page.wait_for_url("**/key")
    assert page.get_by_text("読み取りを中止しました").is_visible()
    assert len(page.locator("#lines").input_value()) >= 88


def test_progress_moves_through_the_steps(page):
    to_key(page, fault="slow")
    read(page)
    page.wait_for_url("**/reading")
    page.locator("[data-step='read'][data-state='editing']").wait_for()
    assert page.locator("[data-step='connect']").get_attribute("data-state") == "completed"
    page.get_by_text(re.compile(r"内容を読んでいます（\d+/\d+）")).first.wait_for()
    page.get_by_role("button", name="中止する").click()
    page.wait_for_url("**/key")


def test_back_after_the_next_customer_shows_no_former_customer(page):
    to_result(page)
    answer(page)
    page.get_by_role("button", name="確認して保存する").click()
    page.wait_for_url("**/done")
    page.get_by_role("button", name="次のお客様").click()
    page.wait_for_url(re.compile(r":\d+/$"))
    for _ in range(6):
        page.go_back(wait_until="load")
        text = page.locator("body").inner_text()
        assert "MIHON\u3000HANAKO" not in text
        assert page.locator("img[src$='/photo']").count() == 0
        if page.url == "about:blank":
            break


def test_without_javascript(new_page):
    page = new_page(script=False)
    page.goto("/")
    page.get_by_role("button", name="新しい本人確認をはじめる").click()
    assert page.url.endswith("/card")
    page.locator("[data-group=passport] > summary").click()
    page.locator("[data-group=passport]").get_by_role("button", name="読み取り機に置く").first.click()
    page.get_by_role("button", name="番号の入力へ進む").click()
    assert page.url.endswith("/key")
    page.locator("#lines").fill(page.locator(".hn-card--on .hn-mrz").inner_text())
    page.get_by_role("button", name="読み取る", exact=True).click()
    for _ in range(50):
        if page.url.endswith("/result"):
            break
        page.wait_for_timeout(200)
        page.get_by_role("link", name="更新").click()
    answer(page)
    page.get_by_role("button", name="確認して保存する").click()
    assert page.url.endswith("/done")
    page.get_by_role("link", name="記録を見る").click()
    assert page.get_by_text("結果は保存した日と同じです").is_visible()


def test_a_restart_keeps_the_record_and_it_comes_out_the_same(new_page, tmp_path):
    with running(tmp_path) as own:
        page = new_page(server_=own)
        to_result(page)
        answer(page)
        page.get_by_role("button", name="確認して保存する").click()
        page.wait_for_url("**/done")
        number = page.locator(".hn-number").inner_text()
        assert own.stop() == 0
        own.start()
        page.goto("/records")
        assert "MIHON" not in page.locator("main").inner_text()
        page.get_by_label("氏名（全部）").fill("mihon hanako")
        page.get_by_role("button", name="さがす").click()
        page.get_by_role("link", name="MIHON HANAKO").click()
        assert page.locator(".hn-number").inner_text() == number
        assert page.locator("[data-recheck='same']").is_visible()
        assert page.get_by_alt_text("ICチップの顔写真").evaluate("image => image.decode().then(() => image.naturalWidth > 100)")
        own.stop()
        log = (tmp_path / "log.txt").read_text("utf-8")
        assert "MIHON" not in log
        assert "Traceback" not in log


def test_the_photo_is_enlarged_in_a_dialog_that_esc_closes(page):
    to_result(page)
    page.get_by_role("button", name="写真を大きくする").click()
    assert page.locator("#photo-dialog").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#photo-dialog").is_hidden()
    assert page.url.endswith("/result")


def test_two_minutes_before_the_end_it_asks_and_keeps(page):
    page.clock.install()
    start(page)
    page.clock.fast_forward("12:30")
    assert page.locator("#time").is_hidden()
    page.clock.fast_forward("00:35")
    page.locator("#time").wait_for(state="visible")
    assert page.evaluate("document.activeElement.innerText") == "続ける"
    page.get_by_role("button", name="続ける").click()
    assert page.locator("#time").is_hidden()
    assert page.url.endswith("/card")
