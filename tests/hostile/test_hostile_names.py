"""Names that a chip may say, through everything that shows a record: pages, CSV, JSON, PDF, lists, file names, log."""

from __future__ import annotations

import csv
import html
import io
import json
import logging
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from honnin.core.ids import new_id
from honnin.records.kakunin import kakunin_from_json, kakunin_to_json
from tests.unit.server.counter import ONE, kept_by_law, open_counter

NAMES = {
    "script": "<script>alert(1)</script>",
    "attribute": "\" onmouseover=alert(1) x='",
    "template": "{{7*191}}{% raw %}${7*191}#{7*191}",
    "typst": '#image("/etc/passwd") $x$ *b* @ref \\u{41}',
    "formula": '=HYPERLINK("http://evil.example","x")',
    "formula, wide": "＝cmd|' /C calc'!A0",
    "formula behind blanks": "\u00a0\u200e =1+1",
    "turned": "見本\u202e郎太\u2066x",
    "controls": "a\x00\x07\x1b[2Jb",
    "lines": "見本\r\nSet-Cookie: x=1\r\n\r\n<b>",
    "outside the plane": "\U00020bb7\U0002f83f\U000e0100\ue000",
    "long": "見" * 2000,
    "path": "../../../etc/passwd\\..\\x",
    "entities": "&lt;b&gt; &#60;script&#62;",
}


class Seen(HTMLParser):
    """What a browser would make of a page: elements and attributes that our pages never have."""

    def __init__(self, text):
        super().__init__()
        self.odd = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        names = {name for name, _ in attrs}
        source = dict(attrs).get("src") or ""
        if any(name.startswith("on") for name in names) or tag in {"b", "iframe", "object"}:
            self.odd.append((tag, attrs))
        if tag == "script" and not source.startswith("/static/"):
            self.odd.append((tag, attrs))


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    browser, close = open_counter(tmp_path_factory.mktemp("counter"))
    browser.first = kept_by_law(browser)
    yield browser
    close()


@pytest.fixture(scope="module")
def logged():
    """Everything that is logged while the tests of this module run."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    logging.getLogger().addHandler(handler)
    yield out
    logging.getLogger().removeHandler(handler)


@pytest.fixture(params=sorted(NAMES), ids=lambda each: each.replace(" ", "-"))
def kept(request, counter, logged):
    """(number, name) of a record whose chip says that name."""
    name = NAMES[request.param]
    saved = counter.services.store.get(counter.first)
    number = new_id(counter.services.clock(), counter.services.random)
    record = kakunin_from_json(saved.judged.parts["kiroku.json"])
    items = tuple(
        replace(each, value=name) if each.id in {"F21.name", "F21.address"} else each for each in record.items
    )
    parts = {**saved.judged.parts, "kiroku.json": kakunin_to_json(replace(record, record_id=number, items=items))}
    attributes = tuple(
        replace(each, value=name, media_type=None) if each.name in {"full_name", "address"} else each
        for each in saved.report.attributes
    )
    report = replace(saved.report, attributes=attributes)
    at = counter.services.clock()
    counter.services.store.save(
        replace(saved, id=number, saved_at_utc=at, report=report, judged=replace(saved.judged, parts=parts))
    )
    return number, name


def test_pages_show_it_as_text_and_nothing_else(counter, kept):
    number, name = kept
    pages = [counter.get(f"/records/{number}"), counter.get(f"/records/{number}/append")]
    pages.append(counter.post("/records", number=number))
    for page in pages:
        assert page.status_code == 200
        assert "set-cookie" not in page.headers or "x=1" not in page.headers["set-cookie"]
        assert "1337" not in page.text
        assert not Seen(page.text).odd
        assert not re.search("[\x00-\x08\x1b\u202a-\u202e\u2066-\u2069]", page.text)
    shown = html.unescape(pages[0].text)
    for line in re.split(r"[\r\n]+", name):
        seen = re.sub("[\x00-\x08\x1b\u200e\u202e\u2066]", lambda each: f"〔U+{ord(each.group()):04X}〕", line)
        assert seen in shown


def test_a_spreadsheet_runs_nothing(counter, kept):
    number, _ = kept
    found = counter.post("/records", number=number)
    answer = counter.post("/records/csv", s=found.url.params["s"])
    assert answer.headers["content-disposition"] == 'attachment; filename="honnin-records.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 2
    for cell in rows[1]:
        first = re.sub(r"^[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+", "", cell)[:1]
        assert first not in set("=+-@|%＝＋－＠"), cell
    assert "\x00" not in answer.text


def test_json_has_it_as_it_was(counter, kept):
    number, name = kept
    answer = counter.http.get(f"/api/v1/records/{number}", headers={"Honnin-Staff": quote(ONE)})
    values = {each["id"]: each["value"] for each in json.loads(answer.content)["items"]}
    assert values["F21.name"] == name


def test_paper_is_made_and_named_by_the_number(counter, kept):
    number, _ = kept
    answer = counter.get(f"/records/{number}/pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-disposition"] == f'inline; filename="{number}.pdf"'
    assert b"root:" not in answer.content


def test_evidence_is_made_and_named_by_the_number(counter, kept):
    number, _ = kept
    answer = counter.post(f"/records/{number}/export")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{number}-evidence.zip"'


def test_no_name_is_in_the_log(counter, kept, logged):
    for name in NAMES.values():
        assert name not in logged.getvalue()
