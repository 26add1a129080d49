"""Which glyph stands for which 〓 in the items of a licence (drivers-licence.md §9, §10, §15.4).

Beside the Report and not in it: an item's value stays the text with 〓, so a Report of an earlier release compares
equal with one that is made today, and its pictures are found all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from honnin.checks.licence.changes import CURRENT, parse_changes
from honnin.checks.licence.fields import parse_main, parse_mynumber
from honnin.facts import Reading

__all__ = ["marks_of"]

Marks = Mapping[str, tuple[int, ...]]


def marks_of(reading: Reading) -> Marks:
    """Name of an attribute → for each 〓 in its value, in order, the number of its glyph; 0 where the card has none.

    Only attributes that have a 〓. Whether the glyph itself is on the card is for the caller to see. Never raises for
    what a card can have sent: a file that cannot be read has no marks.
    """
    found: dict[str, tuple[int, ...]] = {}
    for name, parse in _FILES.items():
        data = reading.files.get(name)
        if data is None:
            continue
        try:
            found |= parse(data)
        except Exception:  # noqa: BLE001, S112  # fail closed: then no picture stands in a text
            continue
    return {name: marks for name, marks in found.items() if marks}


def _main(data: bytes) -> Marks:
    return {name: text.marks for name, text in parse_main(data).texts.items()}


def _mynumber(data: bytes) -> Marks:
    return {name: text.marks for name, text in parse_mynumber(data).texts.items()}


def _changes(data: bytes) -> Marks:
    """By the names and the forms of value that licence.py makes of the records."""
    changes = parse_changes(data)
    found: dict[str, tuple[int, ...]] = {}
    for kind in CURRENT:
        last = changes.current(kind)
        if last is not None:
            found[f"current_{kind}"] = last.content.marks
    for each in changes.records:
        by = () if each.kind == "issuing_authority" else each.commission.marks
        found[f"change_{each.kind}_{each.number}"] = (*each.content.marks, *by)
    return found


_FILES: Mapping[str, Callable[[bytes], Marks]] = {"DF1.EF01": _main, "DF1.EF04": _changes, "DLC.WEF02": _mynumber}
