"""Which 〓 of a document is which picture: for pages, for what staff are asked to write, for the record's attachments.

What finds it in a document is loaded with the document's checks, as in flows.portrait.
"""

from __future__ import annotations

from collections.abc import Mapping

from honnin.facts import Attribute, DocumentKind, Reading, Report
from honnin.facts.glyphs import GETA, glyph_number
from honnin.law.chip_items import ChipItems, chip_items

__all__ = ["Glyphs", "glyph_pictures", "glyphs_in", "glyphs_of_person", "texts_of_person"]

# Name of an attribute, or part of an item → for each 〓 in its text the name of the attribute that is its picture.
Glyphs = Mapping[str, tuple[str, ...]]
_LICENCES = frozenset({DocumentKind.LICENCE, DocumentKind.MYNUMBER_LICENCE})


def glyphs_in(reading: Reading, report: Report) -> Glyphs:
    """By the name of an attribute, for those whose text has a 〓; "" where the card has no picture of it. Nothing for
    a document that has no such pictures.
    """
    if reading.document not in _LICENCES or not any(GETA in each.value for each in report.attributes):
        return {}
    from honnin.checks.licence import marks_of  # noqa: PLC0415

    drawn = {glyph_number(each.name): each.name for each in report.attributes if each.media_type is not None}
    marks = marks_of(reading)
    return {
        each.name: tuple(drawn.get(number, "") if number else "" for number in marks[each.name])
        for each in report.attributes
        if each.name in marks and len(marks[each.name]) == each.value.count(GETA)
    }


def texts_of_person(report: Report, items: ChipItems | None) -> dict[str, Attribute]:
    """By part of an item (`name`, `alias`, `address`) what the chip says in text, where a character of it is a 〓."""
    alias = next((each for each in report.attributes if each.name == "alias_name"), None)
    found = {"name": None if items is None else items.name, "alias": alias,
             "address": None if items is None else items.address}  # fmt: skip
    return {
        part: each for part, each in found.items()
        if each is not None and each.media_type is None and GETA in each.value
    }  # fmt: skip


def glyphs_of_person(reading: Reading, report: Report) -> Glyphs:
    """By part of an item: what of the chip's text about its holder is a picture; () where the card has none."""
    found = glyphs_in(reading, report)
    return {part: found.get(each.name, ()) for part, each in texts_of_person(report, chip_items(report)).items()}


def glyph_pictures(reading: Reading, report: Report, items: ChipItems | None) -> tuple[Attribute, ...]:
    """The pictures that stand in name, alias and address, each once, in the order in which they stand there."""
    found = glyphs_in(reading, report)
    texts = texts_of_person(report, items).values()
    names = dict.fromkeys(name for each in texts for name in found.get(each.name, ()) if name)
    by_name = {each.name: each for each in report.attributes}
    return tuple(by_name[name] for name in names)
