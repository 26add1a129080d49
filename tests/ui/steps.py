"""What a person does at the counter, step by step."""

from __future__ import annotations

CARD = "MIHON HANAKO"


def start(page) -> None:
    page.goto("/")
    press(page, page.get_by_role("button", name="新しい本人確認をはじめる"))
    if page.url.endswith("/visits/new"):  # a server on which nobody has chosen a transaction yet
        press(page)
    page.wait_for_url("**/card")


def press(page, button=None) -> None:
    """Press what sends the page (by default its one primary button) and be on the next page: a click alone does not wait."""
    with page.expect_navigation():
        (button or page.locator("[data-primary]")).click()


def lay(page, holder: str = CARD, fault: str = "") -> None:
    card = page.locator(".hn-card", has_text=holder).first
    open_group(card)
    if fault:
        card.get_by_text("わざと失敗させる").first.click()
        card.locator("select").select_option(fault)
    card.get_by_role("button", name="読み取り機に置く").click()


def open_group(card) -> None:
    """Unfold the cards of that document."""
    card.evaluate("card => { const group = card.closest('[data-group]'); if (group) group.open = true; }")


def to_key(page, holder: str = CARD, fault: str = "") -> str:
    """Start, lay the card down, be moved on to the numbers. Returns the card's printed lines."""
    start(page)
    lay(page, holder, fault)
    page.wait_for_url("**/key")
    return page.locator(".hn-card--on .hn-mrz").inner_text()


def read(page) -> None:
    page.get_by_role("button", name="この番号を入れる").or_(page.locator("[data-fill]")).first.click()
    page.get_by_role("button", name="読み取る", exact=True).click()


def to_result(page, holder: str = CARD, fault: str = "") -> None:
    to_key(page, holder, fault)
    read(page)
    page.wait_for_url("**/result")


def answer(page, face: str = "はい", printed: str = "はい") -> None:
    page.get_by_role("group", name="写真と目の前の方は同じ人ですか").get_by_label(face, exact=True).check()
    page.get_by_role("group", name="カードの印字と画面は同じですか").get_by_label(printed, exact=True).check()
