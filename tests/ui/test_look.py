"""The look at pages finds what is wrong in one size of the window only."""

from __future__ import annotations

import pytest

from tests.ui.look import Look

PAGE = """<!doctype html><html lang="ja"><title>見本</title><style>
body {{ background: #fff; color: #000 }} {style}</style><main><h1>見本</h1>{body}</main></html>"""
NARROW = "@media (max-width: 400px)"


@pytest.mark.parametrize(
    ("style", "body", "rule"),
    [
        ("", "<p>よい</p>", None),
        (".only { display: none }" + NARROW + "{ .only { display: inline } }", "<input class=only>", "label"),
        (NARROW + "{ p { color: #ddd } }", "<p>うすい</p>", "color-contrast"),
        (NARROW + "{ p { width: 900px } }", "<p>ひろい</p>", "scrolls sideways"),
    ],
)
def test_what_is_wrong_on_a_phone_only_is_found(chromium, axe, style, body, rule):
    page = chromium.new_page()
    page.set_content(PAGE.format(style=style, body=body))
    look = Look(page, axe, "ja")
    look.at("page")
    page.close()
    assert [rule in each and " phone" in each for each in look.found] == ([] if rule is None else [True])
