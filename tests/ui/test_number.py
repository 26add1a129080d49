"""An individual number in a real browser: shown by its button for half a minute, nowhere before and nowhere after."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest

from honnin_virtual import list_cards
from tests.hostile.number_search import found
from tests.ui.look import Look
from tests.ui.steps import answer, lay, press

CARD = next(each for each in list_cards() if each.name == "mynumber-plain")
DIGITS = CARD.secrets["reference_a"]
GROUPED = f"{DIGITS[:4]} {DIGITS[4:8]} {DIGITS[8:]}"
HOLDER = CARD.holder


def to_key(page, purpose: str = "給与所得・退職所得の源泉徴収票の作成（雇用）") -> None:
    page.goto("/visits/new?transaction=my-number")
    page.get_by_label(purpose).check()
    page.get_by_role("button", name="カードを置く画面へ").click()
    page.wait_for_url("**/card")
    lay(page, HOLDER)
    page.wait_for_url("**/key")


def to_result(page, *, by_pin: bool = False) -> None:
    to_key(page)
    if by_pin:
        page.get_by_role("link", name="表の番号と暗証番号で読む").click()
        page.wait_for_url("**/key")
    page.locator("[data-fill]").first.click()
    page.get_by_role("button", name="読み取る", exact=True).click()
    page.wait_for_url("**/result")


def watch(page):
    """Every answer that the browser gets, and every address."""
    from playwright.sync_api import Error

    seen = []

    def keep(response):
        body = b""
        with contextlib.suppress(Error):  # a redirect or a stream that was closed has none
            body = response.body()
        seen.append((response.request.method, response.url, body))

    page.on("response", keep)
    return seen


def test_the_number_is_shown_by_its_button_and_goes_after_half_a_minute(page):
    to_result(page, by_pin=True)
    assert found(page.content().encode(), DIGITS) == []
    page.clock.install()
    button = page.get_by_role("button", name="表示する（記録されます）")
    box = page.locator("[data-number-box]")
    button.click()
    box.get_by_text(GROUPED).wait_for()
    assert page.get_by_role("button", name="隠す", exact=True).evaluate("each => each === document.activeElement")
    live = box.evaluate("each => each.closest('[role=status],[role=alert],[aria-live],output') !== null")
    assert not live, "nothing speaks it by itself"
    page.emulate_media(media="print")
    assert not page.get_by_text(GROUPED).is_visible()
    page.emulate_media(media="screen")
    assert page.get_by_text(GROUPED).is_visible()
    page.clock.fast_forward(29_000)
    assert page.get_by_text(GROUPED).is_visible()
    page.clock.fast_forward(1_500)
    box.get_by_text(GROUPED).wait_for(state="detached")
    assert found(page.content().encode(), DIGITS) == []
    button.click()
    box.get_by_text(GROUPED).wait_for()
    page.get_by_role("button", name="隠す", exact=True).click()
    assert found(page.content().encode(), DIGITS) == []
    assert button.evaluate("each => each === document.activeElement")


def test_without_scripts_the_page_with_the_number_goes_back_by_itself(new_page):
    page = new_page(script=False)
    page.goto("/visits/new?transaction=my-number")
    page.get_by_label("健康保険・厚生年金・雇用保険の届出").check()
    page.get_by_role("button", name="カードを置く画面へ").click()
    lay_without_scripts(page)
    page.get_by_role("button", name="番号の入力へ進む").click()
    page.wait_for_url("**/key")
    page.get_by_label("個人番号（12桁）").fill(DIGITS)
    page.get_by_role("button", name="読み取る", exact=True).click()
    for _ in range(100):
        if page.url.endswith("/result"):
            break
        page.wait_for_timeout(100)
        page.reload()
    with page.expect_response("**/number") as shown:
        page.get_by_role("button", name="表示する（記録されます）").click()
    headers = shown.value.headers
    assert headers["refresh"].startswith("30; url=/visits/")
    assert headers["cache-control"] == "no-store"
    assert page.get_by_text(GROUPED).is_visible()
    page.get_by_role("link", name="戻る（番号を隠す）").click()
    page.wait_for_url("**/result")
    assert found(page.content().encode(), DIGITS) == []


def lay_without_scripts(page) -> None:
    card = page.locator(".hn-card", has_text=HOLDER).first
    group = card.locator("xpath=ancestor::details[1]")
    if group.get_attribute("open") is None:
        group.locator("summary").first.click()
    card.get_by_role("button", name="読み取り機に置く").click()


def test_a_whole_visit_leaves_the_number_in_no_page_address_or_storage(page, server):
    seen = watch(page)
    to_result(page, by_pin=True)
    page.get_by_role("button", name="表示する（記録されます）").click()
    page.get_by_text(GROUPED).wait_for()
    answer(page)
    page.get_by_role("button", name="確認して保存する").click()
    page.wait_for_url("**/done")
    assert "別の保管庫に置きました" in page.locator("[data-number-kept]").inner_text()
    page.get_by_role("link", name="記録を見る").click()
    page.get_by_role("link", name="個人番号の保管").click()
    page.wait_for_url("**/number")
    page.go_back()
    page.go_back()
    page.wait_for_load_state()
    assert found(page.content().encode(), DIGITS) == []
    showing = [body for method, url, body in seen if method == "POST" and url.endswith("/number")]
    assert len(showing) == 1
    assert found(showing[0], DIGITS)
    # The back of the simulated card lies in the tray, as a real one lies before staff, where it is to be typed.
    back = re.compile(rb'data-printed="back">\d{12}<')
    others = [
        (url, back.sub(b"", body) if url.endswith("/key") else body)
        for method, url, body in seen
        if not (method == "POST" and url.endswith("/number"))
    ]
    assert len(others) > 20
    assert [(url, names) for url, body in others if (names := found(url.encode() + b"\n" + body, DIGITS))] == []
    storage = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.length, window.name])")
    assert found(storage.encode(), DIGITS) == []
    raw = {each.name: each.read_bytes() for each in Path(server.folder).rglob("*") if each.is_file()}
    assert any(name.endswith(".sqlite3") for name in raw)
    assert {name: names for name, octets in raw.items() if (names := found(octets, DIGITS))} == {}


def test_another_law_refuses_twelve_digits_and_shows_no_number(page):
    page.goto("/visits/new?transaction=mobile-contract")
    page.get_by_role("button", name="カードを置く画面へ").click()
    page.wait_for_url("**/card")
    lay(page, HOLDER)
    page.wait_for_url("**/key")
    assert page.get_by_text("裏の12桁で読む").count() == 0
    assert found(page.content().encode(), DIGITS) == [], "the tray shows the back of no card here"
    page.get_by_label("生年月日（6桁）").fill(DIGITS)
    for _ in range(50):
        if not page.locator("#birth6").input_value():
            return
        page.wait_for_timeout(50)
    raise AssertionError("the twelve digits stayed in the field")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_of_a_number_are_accessible(page, axe, language):
    look = Look(page, axe, language, ("desk", "tablet", "phone"), leave_out="#tray")
    page.goto("/visits/new?transaction=my-number")
    go = {"ja": "カードを置く画面へ", "en": "Continue to the card"}[language]
    page.goto(f"/visits/new?transaction=my-number&lang={language}")
    look.at("number case")
    press(page, page.get_by_role("button", name=go))
    look.at("number purpose missing")
    page.locator("input[name=purpose]").first.check()
    press(page, page.get_by_role("button", name=go))
    page.wait_for_url("**/card")
    lay_without_words(page)
    page.wait_for_url("**/key")
    look.at("number key")
    page.locator("a[href$='way=number_pin']").click()
    page.locator("[data-way=number_pin]").wait_for()
    look.at("number key pin")
    page.locator("a[href$='way=number_a']").click()
    page.locator("[data-way=number_a]").wait_for()
    page.locator("#number_a").fill(DIGITS)
    press(page)
    page.wait_for_url("**/result")
    look.at("number result")
    page.locator("[data-number-show] button").click()
    page.get_by_text(GROUPED).wait_for()
    look.at("number shown")
    for name in ("face", "print"):
        page.locator(f"#{name}-yes").check()
    press(page)
    page.wait_for_url("**/done")
    look.at("number done")
    record = page.locator(".hn-number").first.inner_text()
    page.goto(f"/records/{record}/number")
    look.at("number kept")
    page.locator("input[name=token]").fill("x" * 43)
    page.locator("[data-number-show] button").click()
    page.locator("[data-number-box] .hn-banner--error").wait_for()
    look.at("number refused")
    page.locator("input[name=sure]").check()
    page.get_by_role("button", name={"ja": "個人番号を消す", "en": "Delete the number"}[language]).click()
    page.wait_for_url("**/number?done=deleted")
    look.at("number deleted")
    assert look.found == []


def lay_without_words(page) -> None:
    card = page.locator(f".hn-card[data-card='{CARD.name}']").first
    card.evaluate("card => { const group = card.closest('[data-group]'); if (group) group.open = true; }")
    card.locator("form[action='/tray/insert'] button").first.click()
