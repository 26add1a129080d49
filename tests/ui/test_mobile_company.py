"""A company's mobile contract and rental in a real browser: what is open before the card, and what is asked after it."""

from __future__ import annotations

import pytest

from tests.ui.look import Look
from tests.ui.steps import press
from tests.ui.test_entry import field, to_result


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_company_under_the_mobile_phone_act(page, axe, language):
    look = Look(page, axe, language, ("desk", "tablet"))
    for transaction in ("mobile-rental", "mobile-contract"):
        page.goto(f"/visits/new?transaction={transaction}&lang={language}")
        page.locator("input[name=actor][value=corporation]").check()
        press(page, page.locator("button[name=as][value=look]"))
        ways = page.locator("section[aria-labelledby=ways-h2]").inner_text()
        assert ("L18" in ways) == (transaction == "mobile-rental")
        look.at(f"case of a company, {transaction}")
    to_result(page, "mynumber-plain", "mobile-contract", language, "corporation")
    page.locator("#face-yes").check()
    page.locator("#print-yes").check()
    page.locator("#address-as_card").check()
    press(page)
    page.wait_for_url("**/declare")
    field(page, "K3b.name").fill("架空商事株式会社")
    field(page, "K3b.address").fill("見本県架空市2番")
    field(page, "paper.number").fill("見本法務局 123")
    field(page, "paper.issued").fill("20261101")
    look.at("a company's paper, or what was looked up")
    assert look.found == []
