"""The printed keys (passport.md §4, §5)."""

from __future__ import annotations

import json

import pytest

from honnin.cards.passport import CanKey, MrzKey
from honnin.cards.passport.keys import check_digit
from honnin.core.errors import DataError
from honnin.core.secret import Secret
from tests.vectors import vector_path

LINE_1 = "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
LINE_2 = "L898902C36UTO7408122F3404159ZE184226B<<<<<16"


def test_check_digits_of_the_printed_examples() -> None:
    for each in json.loads(vector_path("passport/icao/mrz.json").read_text())["single"]:
        assert check_digit(each["data"]) == each["check"]


def test_passport_zones_of_the_printed_examples_give_their_key() -> None:
    for each in json.loads(vector_path("passport/icao/mrz.json").read_text())["td3"]:
        line = each["line2"]
        expected = line[:10] + line[13:20] + line[21:28]
        assert MrzKey.from_lines(each["line1"] + "\n" + line).information.reveal() == expected
        assert MrzKey.from_lines(line).information.reveal() == expected


def test_other_formats_and_long_numbers_of_the_printed_examples() -> None:
    # Appendix D prints wrong composite digits in the zones of L898902C (TD2: 8, TD1: 1; computed 2 and 2); they are no
    # part of the key.
    for each in json.loads(vector_path("passport/icao/bac.json").read_text())["mrz_information_cases"]:
        text = "\n".join(each["lines"]).replace("<<<<<<<8", "<<<<<<<2").replace("UTO<<<<<<<<<<<1", "UTO<<<<<<<<<<<2")
        assert MrzKey.from_lines(text).information.reveal() == each["mrz_information"]


def test_full_width_small_letters_and_spaces_are_put_right() -> None:
    wide = "Ｌ898902c36uto 7408122f3404159ze184226b<<<<<16"
    assert MrzKey.from_lines(wide) == MrzKey("L898902C3", "740812", "340415")
    assert MrzKey(" l898902c3 ", "74 08 12", "３40415") == MrzKey("L898902C3", "740812", "340415")


def test_optional_check_digit_may_be_filler_when_there_is_nothing_to_check() -> None:
    filler = "HA672242<6YTO5802254M9601086<<<<<<<<<<<<<<<8"
    assert MrzKey.from_lines(filler).document_number == "HA672242"


@pytest.mark.parametrize(
    ("at", "name"),
    [(0, "document_number"), (14, "birth_date"), (22, "expiry_date"), (30, "optional"), (43, "composite")],
)
def test_a_misread_character_is_found_by_its_check_digit(at: int, name: str) -> None:
    wrong = LINE_2[:at] + ("7" if LINE_2[at] != "7" else "4") + LINE_2[at + 1 :]
    with pytest.raises(DataError) as caught:
        MrzKey.from_lines(LINE_1 + wrong)
    assert caught.value.code == f"mrz.check_digit.{name}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "mrz.length"),
        (LINE_2[:-1], "mrz.length"),
        ("x" * 5000, "mrz.length"),
        ("é" * 44, "mrz.characters"),
        ("L89890#C3" + LINE_2[9:], "mrz.characters"),
    ],
)
def test_what_is_no_zone_is_refused(text: str, code: str) -> None:
    with pytest.raises(DataError) as caught:
        MrzKey.from_lines(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (("", "740812", "340415"), "mrz.document_number"),
        (("A" * 23, "740812", "340415"), "mrz.document_number"),
        (("L8", "7408", "340415"), "mrz.birth_date"),
        (("L8", "740812", "34<<<<"), "mrz.expiry_date"),
        (("L8", "74081é", "340415"), "mrz.birth_date"),
        (("L8", "74081²", "340415"), None),
    ],
)
def test_typed_fields_are_checked(fields: tuple[str, str, str], code: str | None) -> None:
    if code is None:  # NFKC makes it a digit
        assert MrzKey(*fields).birth_date == "740812"
        return
    with pytest.raises(DataError) as caught:
        MrzKey(*fields)
    assert caught.value.code == code


def test_unknown_parts_of_the_birth_date_are_allowed() -> None:
    assert MrzKey("L898902C3", "74<<<<", "340415").information.reveal()[10:17] == "74<<<<" + check_digit("74<<<<")


def test_keys_do_not_show() -> None:
    key = MrzKey("L898902C3", "740812", "340415")
    assert "L898902C3" not in repr(key)
    assert "123456" not in repr(CanKey(Secret("123456")))


@pytest.mark.parametrize("number", ["", "12345", "1234567", "12345a", "12345²x"])
def test_a_card_access_number_has_six_digits(number: str) -> None:
    with pytest.raises(DataError):
        CanKey(Secret(number))
