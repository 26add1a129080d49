"""Looks at a page as it is now: axe-core, ids, sideways scrolling, targets; in one or more window sizes (ui.md §2)."""

from __future__ import annotations

import json
import os
from pathlib import Path

SIZES = {"desk": (1280, 800), "tablet": (820, 1180), "phone": (320, 640)}
SHOTS = os.environ.get("HONNIN_SCREENSHOTS", "")
# Rules whose answer the size of the window can change even where it shows the same elements.
LAYOUT = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]}
VISIBLE = "[...document.querySelectorAll('body *')].map(each => each.checkVisibility() ? '1' : '0').join('')"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Look:
    def __init__(self, page, axe: str, language: str, sizes: tuple[str, ...] = tuple(SIZES), leave_out: str = "") -> None:
        """`leave_out`: a part of the page that another test has looked at already."""
        self.page = page
        self.axe = axe
        self.language = language
        self.sizes = sizes
        self.context = {"exclude": [leave_out]} if leave_out else {}
        self.found: list[str] = []

    def at(self, state: str) -> None:
        """In each size: by all rules where it shows what no size before has shown, else by those of the layout."""
        seen: set[str] = set()
        for name in self.sizes:
            width, height = SIZES[name]
            self.page.set_viewport_size({"width": width, "height": height})
            visible = self.page.evaluate(VISIBLE)
            self._one(f"{state} {self.language} {name}", LAYOUT if visible in seen else TAGS)
            seen.add(visible)
        self.page.set_viewport_size({"width": 1280, "height": 800})

    def _one(self, where: str, rules: list[str] | dict[str, object] = TAGS) -> None:
        if SHOTS:  # to be looked at: HONNIN_SCREENSHOTS=tests/ui/screenshots
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(SHOTS) / (where.replace("/", "root") + ".png"), full_page=True)
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(self.axe)
        result = self.page.evaluate(
            """([context, rules]) => axe.run(context.exclude && document.querySelector(context.exclude[0]) ? context : document,
                {runOnly: rules, resultTypes: ['violations'], preload: false})""", [self.context, rules]
        )
        for violation in result["violations"]:
            nodes = [each["html"][:160] for each in violation["nodes"]]
            self.found.append(f"{where}: {violation['id']} {json.dumps(nodes, ensure_ascii=False)}")
        sideways = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if sideways > 0:
            self.found.append(f"{where}: scrolls sideways by {sideways} px")
        twice = self.page.evaluate(
            "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, n, all) => all.indexOf(id) !== n)"
        )
        if twice:
            self.found.append(f"{where}: ids twice {twice}")
        small = self.page.evaluate(
            """[...document.querySelectorAll('main button, main a.hn-button, main .hn-radio, main summary, main input[type=text]')]
               .filter(e => e.checkVisibility() && !e.matches('.hn-enter')).filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 120))"""
        )
        if small:
            self.found.append(f"{where}: pressed in a visit but lower than 44 px {small}")
