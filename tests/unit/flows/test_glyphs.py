"""外字: which 〓 is which picture, from the Reading beside the Report; and what of it is kept with a record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.checks.licence import marks_of
from honnin.checks.licence.text import parse_text
from honnin.facts import DocumentKind
from honnin.facts.glyphs import GETA, Piece, glyph_number, pieces_of
from honnin.flows.glyphs import glyph_pictures, glyphs_in, glyphs_of_person
from honnin.law.chip_items import chip_items
from honnin.records.kakunin_make import PersonEntry
from tests.unit.flows.test_kakunin_service import ENTRY, make, visit
from tests.unit.law.readings import reading, report

NAME, FIRST, SECOND, THIRD = "full_name", *(f"external_character_{n}" for n in (1, 2, 3))
GAIJI = "licence-gaiji"


def typed(**texts):
    return replace(ENTRY, holder=PersonEntry(**texts))


@pytest.mark.parametrize(
    ("code", "text", "marks"),
    [
        ("FFF1 3066 FFF2", "〓" + parse_text(bytes.fromhex("3066")).value + "〓", (1, 2)),
        ("FFF2 FFF1 FFF2", "〓〓〓", (2, 1, 2)),
        ("FFFA FFF7", "〓〓", (0, 7)),
        ("FFF8 FFF1", "〓〓", (0, 1)),
        ("222E FFF1", "〓〓", (0, 1)),  # 〓 is a character of JIS X 0208 as well
        ("2121 FFF1 2121", "〓", (1,)),  # spaces around are no characters of the text
        ("FFF1 FF", "〓〓", (1, 0)),
        ("3066", parse_text(bytes.fromhex("3066")).value, ()),
    ],
)
def test_each_geta_of_a_text_has_its_number(code, text, marks):
    found = parse_text(bytes.fromhex(code))
    assert (found.value, found.marks) == (text, marks)


@given(st.binary(max_size=256))
def test_there_are_as_many_marks_as_geta_whatever_the_card_sends(octets):
    found = parse_text(octets)
    assert len(found.marks) == found.value.count(GETA)
    assert tuple(each for each in found.marks if each) == found.glyphs


@given(st.dictionaries(st.sampled_from(["DF1.EF01", "DF1.EF04", "DLC.WEF02"]), st.binary(max_size=400)))
def test_files_without_their_form_have_no_marks_and_raise_nothing(files):
    assert all(marks for marks in marks_of(replace(reading(GAIJI), files=files)).values())


def test_a_text_falls_into_pieces_and_comes_together_again():
    assert pieces_of("見本", ()) == ()
    assert pieces_of("見〓　〓郎", (FIRST, "")) == (
        Piece("見"), Piece(GETA, FIRST), Piece("　"), Piece(GETA, missing=True), Piece("郎"),
    )  # fmt: skip
    assert "".join(each.text for each in pieces_of("〓〓子", (FIRST, SECOND))) == "〓〓子"


@pytest.mark.parametrize("names", [(), (FIRST,), (FIRST, SECOND, THIRD)])
def test_as_many_pictures_as_geta_or_none_is_believed(names):
    assert [each.picture for each in pieces_of("〓本〓", names)] == ["", "", ""]


@pytest.mark.parametrize(
    ("name", "number"),
    [(FIRST, 1), ("external_character_7", 7), ("external_character_8", 0), ("external_character_10", 0),
     ("external_character_", 0), ("portrait", 0), ("xexternal_character_1", 0), ("external_character_1\n", 0)],
)  # fmt: skip
def test_only_seven_names_are_those_of_single_characters(name, number):
    assert glyph_number(name) == number


def test_the_pictures_are_found_beside_a_report_that_is_as_it_always_was():
    read, made = reading(GAIJI), report(GAIJI)
    found = glyphs_in(read, made)
    assert found[NAME] == (FIRST, SECOND)
    assert found["current_address"] == (THIRD,)
    assert found["change_address_1"] == (THIRD,)
    assert next(each.value for each in made.attributes if each.name == NAME) == "見〓　〓郎"
    assert glyphs_of_person(read, made) == {"name": (FIRST, SECOND), "address": (THIRD,)}
    assert glyphs_in(read.kept(), made) == found  # as years later


def test_a_picture_that_is_not_on_the_card_is_told_as_none():
    read, made = reading(GAIJI), report(GAIJI)
    fewer = replace(made, attributes=tuple(each for each in made.attributes if each.name != SECOND))
    assert glyphs_in(read, fewer)[NAME] == (FIRST, "")
    other = replace(made, attributes=tuple(
        replace(each, value="〓") if each.name == NAME else each for each in made.attributes
    ))  # fmt: skip
    assert NAME not in glyphs_in(read, other)  # a Report of another Reading
    assert glyphs_in(reading("licence-missing-glyph"), report("licence-missing-glyph"))[NAME] == ("",)


def test_other_documents_have_no_such_pictures():
    assert glyphs_in(reading("mynumber-plain"), report("mynumber-plain")) == {}
    moved = replace(reading(GAIJI), document=DocumentKind.RESIDENCE)
    assert glyphs_in(moved, report(GAIJI)) == {}


def test_the_licence_on_a_my_number_card_has_them_in_its_texts():
    data = bytes.fromhex("C604FFF13066")
    read = replace(reading(GAIJI), document=DocumentKind.MYNUMBER_LICENCE, files={"DLC.WEF02": data})
    assert marks_of(read) == {"condition_1": (1,)}


def test_the_pictures_that_are_kept_are_those_that_stand_in_the_person():
    made = report(GAIJI)
    assert [each.name for each in glyph_pictures(reading(GAIJI), made, chip_items(made))] == [FIRST, SECOND, THIRD]
    assert glyph_pictures(reading("licence-plain"), report("licence-plain"), chip_items(report("licence-plain"))) == ()


@pytest.mark.parametrize("written", ["", "  ", "見〓　吉郎"])
def test_what_is_no_name_does_not_take_the_place_of_the_chips_text(written):
    record = make(visit(GAIJI, entry=typed(name=written))).record
    assert [(each.value, each.provenance) for each in record.of("F21.name")] == [("見〓　〓郎", "signed_text")]
    assert not record.of("product.document_name")


def test_what_staff_write_is_the_item_and_the_chips_text_stays_beside_it():
    made = make(visit(GAIJI, entry=typed(name=" 見髙　𠮷郎 ")))
    assert [(each.value, each.provenance) for each in made.record.of("F21.name")] == [("見髙　𠮷郎", "staff")]
    assert [(each.value, each.provenance) for each in made.record.of("product.document_name")] == [
        ("見〓　〓郎", "signed_text")
    ]
    assert made.record.first("F21.address") == "見本県見本市〓町３−４"
    assert made.missing == ()


def test_a_whole_name_of_the_chip_is_never_written_over():
    record = make(visit("licence-plain", entry=typed(name="偽名　太郎"))).record
    assert record.of("F21.name")[0].provenance == "signed_text"
    assert not record.of("product.document_name")


def test_each_picture_is_attached_once_as_the_chip_has_it():
    made = make(visit(GAIJI))
    glyphs = [each for each in made.record.attachments if each.glyph]
    assert [(each.glyph, each.media_type) for each in glyphs] == [(1, "image/tiff"), (2, "image/tiff"), (3, "image/tiff")]
    assert {each.part for each in glyphs} <= made.parts.keys()
    assert not [each for each in make(visit("licence-plain")).record.attachments if each.glyph]
