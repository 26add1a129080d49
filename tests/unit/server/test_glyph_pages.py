"""外字 of a licence through the real server: shown in the text, written as they are printed, kept and printed as pictures."""

from __future__ import annotations

import re
from datetime import date

import pytest

from honnin.adapters.images import decode_to_png
from honnin.adapters.pdf import PdfRenderer
from honnin.flows.kakunin_pictures import pictures_of
from honnin.flows.ports import VisitQuery
from honnin.flows.remaining import left_of_parts
from honnin.records.kakunin import State
from honnin.server.record_list import record_line
from tests.unit.server.test_entry_pages import ANSWERS, DECLARED, PAPER, browser, finish, kept, named

__all__ = ["browser"]

NAME, ADDRESS = "見髙　𠮷郎", "見本県見本市﨑町３−４"
WRITTEN = {"F21.name": NAME, "F21.address": ADDRESS}
OF_CHIP = "見〓　〓郎"
GLYPHS = [f"external_character_{n}" for n in (1, 2, 3)]


def to_result(browser, name, transaction="real-estate-sale"):
    visit = browser.post("/visits", transaction=transaction, actor="subject").url.path.split("/")[2]
    of = named(browser, name)
    browser.place(visit, of.name)
    return visit, browser.read(visit, way="licence", pin1=of.secrets["pin1"], pin2=of.secrets["pin2"]).text


def plain(page):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def test_the_result_shows_the_pictures_in_the_text(browser):
    visit, page = to_result(browser, "licence-gaiji")
    shown = re.findall(rf'<img class="hn-glyph" src="/visits/{visit}/picture/(\w+)" alt="外字（画像）">', page)
    assert shown == GLYPHS
    assert re.search(r">見<img [^>]+>　<img [^>]+>郎</span>", page)
    assert "この字はカードに記録がありません" not in page
    assert page.count("外字：署名なし（チップ）") == 1  # of the name; the changed address is unsigned as a whole
    for name in GLYPHS:
        answer = browser.get(f"/visits/{visit}/picture/{name}")
        assert answer.content.startswith(b"\x89PNG")
        assert "no-store" in answer.headers["cache-control"]
    for name in ("external_character_4", "external_character_0", "external_character_99", "portrait", "full_name"):
        assert browser.get(f"/visits/{visit}/picture/{name}").status_code == 404
    assert browser.get(f"/visits/{visit}/picture/name_image").status_code == 404


def test_what_the_card_does_not_have_is_said(browser):
    _, page = to_result(browser, "licence-missing-glyph")
    assert "〓：この字はカードに記録がありません" in page
    assert "hn-glyph" not in page


def test_staff_write_it_as_printed_and_the_record_lacks_nothing(browser):
    visit, _ = to_result(browser, "licence-gaiji")
    page = browser.post(f"/visits/{visit}/result", **ANSWERS)
    assert page.url.path == f"/visits/{visit}/declare"
    assert re.findall(rf'src="/visits/{visit}/picture/(\w+)"', page.text) == GLYPHS
    assert f'value="{OF_CHIP}"' in page.text  # nothing but the 〓 has to be typed
    refused = browser.post(f"/visits/{visit}/declare", **DECLARED, **{**WRITTEN, "F21.name": OF_CHIP})
    assert refused.url.path == f"/visits/{visit}/declare"
    assert "〓が残っています" in refused.text
    assert browser.post(f"/visits/{visit}/declare", **DECLARED, **WRITTEN).url.path == f"/visits/{visit}/done"
    record, parts = kept(browser, visit)
    assert left_of_parts(parts) == ()
    assert record.state is State.FINISHED
    for item, value in WRITTEN.items():
        assert [(each.value, each.provenance) for each in record.of(item)] == [(value, "staff")]
    assert record.first("product.document_name") == OF_CHIP
    assert record.first("product.document_address_text") == "見本県見本市〓町３−４"
    assert record.of("product.document_name")[0].provenance == "signed_text"
    attached = {each.glyph: each for each in record.attachments if each.glyph}
    assert sorted(attached) == [1, 2, 3]
    assert all(parts[each.part].startswith(b"II*\0") for each in attached.values())
    page = browser.get(f"/records/{visit}").text
    assert re.findall(rf'<img class="hn-glyph" src="/records/{visit}/picture/(\w+)"', page) == GLYPHS
    assert browser.get(f"/records/{visit}/picture/external_character_2").content.startswith(b"\x89PNG")
    assert NAME in page


def test_the_record_is_found_and_listed_by_the_name_that_was_written(browser):
    visit, _ = to_result(browser, "licence-gaiji")
    finish(browser, visit, ANSWERS, **DECLARED, **WRITTEN)
    for name in (NAME, "見髙𠮷郎", "見高　吉郎", "ミタカ　ヨシロウ"):
        found = browser.services.store.find(VisitQuery(name=name))
        assert [each.id for each in found] == [visit], name
    assert record_line(found[0], "ja").name == found[0].name == NAME
    assert list(browser.services.store.find(VisitQuery(name="見本　吉郎"))) == []


def test_the_paper_shows_every_picture_in_a_row_of_its_own(browser):
    visit, _ = to_result(browser, "licence-gaiji")
    finish(browser, visit, ANSWERS, **DECLARED, **WRITTEN)
    record, parts = kept(browser, visit)
    pictures = pictures_of(record, parts, decode_to_png)
    assert sorted(pictures) == sorted(each.part for each in record.attachments if each.glyph)
    drawn = PdfRenderer().pdf(record, (), pictures)
    assert drawn.count(b"/Subtype /Image") + drawn.count(b"/Subtype/Image") >= 3
    assert drawn != PdfRenderer().pdf(record)
    assert browser.get(f"/records/{visit}/pdf").content.startswith(b"%PDF-")


def test_an_unfinished_record_keeps_the_chips_text_and_asks_for_it_later(browser):
    visit, _ = to_result(browser, "licence-gaiji")
    browser.post(f"/visits/{visit}/result", **ANSWERS)
    browser.post(f"/visits/{visit}/declare", **{"as": "unfinished", "F21.name": OF_CHIP})
    record, _ = kept(browser, visit)
    assert record.first("F21.name") == OF_CHIP
    assert record.of("F21.name")[0].provenance == "signed_text"
    assert not record.of("product.document_name")
    assert [each.glyph for each in record.attachments if each.glyph] == [1, 2, 3]
    standing = browser.services.completing.standing(visit)
    assert [each.id for each in standing.asked if each.pieces] == ["F21.name", "F21.address"]
    page = browser.get(f"/records/{visit}/finish").text
    assert re.findall(rf'src="/records/{visit}/picture/(\w+)"', page) == GLYPHS


def test_an_address_of_another_paper_is_not_the_chips(browser):
    visit, _ = to_result(browser, "licence-gaiji")
    page = browser.post(f"/visits/{visit}/result", **PAPER)
    assert re.findall(rf'src="/visits/{visit}/picture/(\w+)"', page.text) == GLYPHS[:2]  # the name's only
    browser.post(f"/visits/{visit}/declare", **DECLARED, **{"F21.name": NAME, "F21.address": "見本県架空市9番"})
    record, _ = kept(browser, visit)
    assert record.first("F21.address") == "見本県架空市9番"
    assert record.first("product.document_address") == "見本県見本市〓町３−４"
    assert not record.of("product.document_address_text")


def test_a_character_that_is_nowhere_on_the_chip_is_written_too(browser):
    visit, _ = to_result(browser, "licence-missing-glyph")
    page = finish(browser, visit, ANSWERS, **DECLARED, **{"F21.name": "見本　蘭子"})
    assert page.url.path == f"/visits/{visit}/done", plain(page.text)[:2000]
    record, _ = kept(browser, visit)
    assert record.first("F21.name") == "見本　蘭子"
    assert not [each for each in record.attachments if each.glyph]


@pytest.mark.parametrize("transaction", ["mobile-contract"])
def test_the_mobile_phone_law_has_its_own_item(browser, transaction):
    visit, _ = to_result(browser, "licence-gaiji", transaction)
    finish(browser, visit, ANSWERS, **DECLARED, **{"K3b.name": NAME, "K3b.address": ADDRESS})
    record, _ = kept(browser, visit)
    assert (record.first("K3b.name"), record.first("product.document_name")) == (NAME, OF_CHIP)
    assert record.on >= date(2026, 1, 1)
