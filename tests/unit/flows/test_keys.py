"""Typed numbers: everything that means the same is accepted, everything else is told at its field."""

from __future__ import annotations

import pytest

from honnin.cards.passport import CanKey, MrzKey
from honnin.flows.keys import TypedKeyError, parse_passport_key
from honnin.flows.visit_answers import typed_key

# The specimen of Doc 9303-4, Appendix A (Utopia).
LINE1 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
LINE2 = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
FULL_WIDTH = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})


@pytest.mark.parametrize(
    "typed",
    [
        f"{LINE1}\n{LINE2}", f"{LINE1}\r\n{LINE2}\r\n", LINE1 + LINE2, f"{LINE1} {LINE2}".lower(),
        f"{LINE1}\n{LINE2}".translate(FULL_WIDTH), f"  {LINE1}\u3000{LINE2}\t",
    ],
)  # fmt: skip
def test_the_two_lines_in_every_form(typed):
    key = parse_passport_key(typed_key({"lines": typed}))
    assert key == MrzKey("L898902C3", "740812", "120415")


@pytest.mark.parametrize(
    ("number", "birth", "expiry"),
    [
        ("L898902C3", "740812", "120415"), ("l898902c3", "1974-08-12", "2012/04/15"),
        ("Ｌ８９８９０２Ｃ３", "７４０８１２", "１２０４１５"), ("L 898 902 C3", "74.08.12", "12 04 15"),
    ],
)  # fmt: skip
def test_three_fields_in_every_form(number, birth, expiry):
    key = parse_passport_key(typed_key({"number": number, "birth": birth, "expiry": expiry}))
    assert key == MrzKey("L898902C3", "740812", "120415")


def test_a_can_with_spaces_and_full_width():
    key = parse_passport_key(typed_key({"can": " １２３-456 "}))
    assert isinstance(key, CanKey)
    assert key.number.reveal() == "123456"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({}, "key.missing", "lines"),
        ({"lines": " \n "}, "key.missing", "lines"),
        ({"lines": LINE1}, "mrz.check_digit.document_number", "lines"),
        ({"lines": f"{LINE1}\n{LINE2[:-1]}9"}, "mrz.check_digit.composite", "lines"),
        ({"lines": LINE1 + LINE2 + "<"}, "key.length", "lines"),
        ({"lines": "x" * 201}, "key.length", "lines"),
        ({"lines": "123456789012"}, "key.twelve_digits", "lines"),
        ({"lines": "１２３４ ５６７８ ９０１２"}, "key.twelve_digits", "lines"),
        ({"number": "ABCDEFGHIJ", "birth": "740812", "expiry": "120415"}, "key.number", "number"),
        ({"number": "A;B", "birth": "740812", "expiry": "120415"}, "key.number", "number"),
        ({"number": "AB1", "birth": "740832", "expiry": "120415"}, "key.date", "birth"),
        ({"number": "AB1", "birth": "740812", "expiry": "121315"}, "key.date", "expiry"),
        ({"number": "AB1", "birth": "7408", "expiry": "120415"}, "mrz.birth_date", "birth"),
        ({"number": "AB1", "birth": "740812", "expiry": ""}, "key.field_missing", "expiry"),
        ({"number": "みほん", "birth": "740812", "expiry": "120415"}, "key.kana", "number"),
        ({"can": "12345"}, "key.can", "can"),
        ({"can": "123456", "lines": LINE1 + LINE2}, "key.several", "lines"),
    ],
)
def test_each_mistake_has_its_code_and_field(fields, code, field):
    with pytest.raises(TypedKeyError) as caught:
        parse_passport_key(typed_key(fields))
    error = caught.value
    assert (error.code, error.field) == (code, field)
    for value in fields.values():
        assert len(value) < 4 or value not in f"{error} {error.message} {error.detail}"
