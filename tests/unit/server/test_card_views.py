"""Results of My Number Cards and of the licence on them: pictures above the text, certificate, what is always said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from honnin.facts import Access, Attribute, DocumentKind, Environment, Outcome, Provenance, Proves, Report
from honnin.server.view import make_view
from tests.unit.server.fakes import finding, make_reading

TEXT, IMAGE = Provenance.SIGNED_TEXT, Provenance.SIGNED_IMAGE


def attribute(name, value, provenance=TEXT, media_type=None, *, verified=True):
    return Attribute(name, value, provenance, verified, "x", media_type)


NAME = attribute("full_name", "見本\u3000太郎")
NAME_IMAGE = attribute("name_image", "KENMEN.EF0002/DF25", IMAGE, "image/png")
PORTRAIT = attribute("portrait", "KENMEN.EF0002/DF27", IMAGE, "image/jp2")


def report(document, findings=(), attributes=()):
    return Report(document, Environment.PRODUCTION, tuple(findings), tuple(attributes), "test")


def card(opened="face_reference_b", **changes):
    facts = {"opened": opened, **changes}
    return make_reading(document=DocumentKind.MYNUMBER, access=Access("pin", "x", facts), files={}, simulated=False)


def test_the_signed_picture_of_the_name_stands_with_its_text():
    view = make_view(card(), report("mynumber", attributes=(NAME, NAME_IMAGE)), "ja")
    (item,) = view.items
    assert (item.value, item.picture) == ("見本\u3000太郎", "name_image")
    assert (item.picture_chip.word, item.chip.word) == ("署名つき（画像）", "署名つき（文字）")


def test_a_picture_whose_signature_did_not_pass_does_not_call_itself_signed():
    drawn = replace(NAME_IMAGE, verified=False)
    (item,) = make_view(card(), report("mynumber", attributes=(NAME, drawn)), "ja").items
    assert (item.picture_chip.word, item.picture_chip.hue) == ("署名は未確認", "gray")
    assert item.chip.hue == "blue"


def test_values_of_the_card_are_marked_as_japanese_on_an_english_page():
    for language, lang in (("en", "ja"), ("ja", "")):
        (item,) = make_view(card(), report("mynumber", attributes=(NAME,)), language).items
        assert item.lang == lang


def test_a_certificate_that_says_otherwise_is_shown_beside_the_card():
    other = attribute("certificate_full_name", "見本\u3000〓郎")
    labels = [each.label for each in make_view(card(), report("mynumber", attributes=(NAME, other)), "ja").items]
    assert labels == ["氏名", "氏名（証明書）"]


def test_nobody_was_asked_about_revocation_and_the_line_says_so():
    line = finding("mynumber.sign.revocation", Outcome.NOT_DONE, Proves.CURRENTLY_VALID, "no_answer")
    view = make_view(card("signing"), report("mynumber", [line]), "ja")
    assert [each.title for each in view.unconfirmed] == ["失効していないか（照会先なし）"]
    stale = make_view(card("signing"), report("mynumber", [replace(line, reason="stale")]), "ja")
    assert stale.unconfirmed[0].title != view.unconfirmed[0].title


def test_the_certificate_alone_says_that_it_has_no_photo():
    assert any("署名用電子証明書の内容です" in each for each in make_view(card("signing"), report("mynumber"), "ja").notes)
    assert not any("署名用電子証明書の内容です" in each for each in make_view(card(), report("mynumber"), "ja").notes)


def test_substitute_characters_are_always_said():
    line = finding("mynumber.sign.attributes", Outcome.PASSED, Proves.ISSUER_DATA, "substitutes")
    view = make_view(card("signing"), report("mynumber", [line]), "ja")
    assert any("代わりの文字" in each for each in view.notes)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.IMPOSSIBLE, Outcome.NOT_DONE])
def test_a_certificate_finding_that_did_not_pass_is_never_hidden_in_a_group(outcome):
    lines = [
        finding(f"mynumber.sign.{each}", Outcome.PASSED, Proves.ISSUER_DATA) for each in ("policy", "usage", "validity")
    ]
    bad = finding("mynumber.sign.chain", outcome, Proves.ISSUER_DATA, "x")
    view = make_view(card("signing"), report("mynumber", [*lines, bad]), "ja")
    assert "mynumber.sign.chain" in [each.id for each in view.unconfirmed]
    assert "group.issuer" not in [each.id for each in view.confirmed]


def licence_view(*, pins="set", language="ja", findings=()):
    reading = make_reading(
        document=DocumentKind.MYNUMBER_LICENCE, access=Access("pin", "licence", {"pins": pins}), files={},
        simulated=False,
    )
    attributes = (
        attribute("document_number", "998500000120"), attribute("category_ordinary", "○"),
        attribute("category_moped", "○"), PORTRAIT,
    )
    issued = finding("mynumber_licence.signature", Outcome.PASSED, Proves.ISSUER_DATA)
    return make_view(reading, report("mynumber_licence", [issued, *findings], attributes), language)


def test_the_licence_on_a_card_is_no_identity_document_and_can_never_be_completed():
    view = licence_view()
    assert view.notes[0] == "免許の情報だけです。本人確認書類ではありません。"
    assert view.has_photo
    assert view.issuer_confirmed
    assert not view.can_complete


@pytest.mark.parametrize(("language", "words"), [("ja", "普通・原付"), ("en", "Ordinary, Moped")])
def test_the_categories_are_one_line(language, words):
    assert words in [each.value for each in licence_view(language=language).items]


def test_a_licence_on_a_card_without_a_pin_says_so():
    assert "暗証番号による確認はしていません。" in licence_view(pins="not_set").notes
    assert "暗証番号による確認はしていません。" not in licence_view().notes


def test_a_specified_residence_card_is_named_on_the_result():
    assert "在留カードの部分はまだ読めません。マイナンバーカードとして確認します。" in make_view(
        card(), report("mynumber"), "ja", also_residence=True
    ).notes
