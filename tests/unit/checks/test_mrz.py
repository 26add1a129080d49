from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.checks.passport.mrz import check_digit, parse_td3
from honnin.core.errors import DataError
from tests.vectors import vector_path

AT = date(2026, 11, 25)
ERIKSSON = "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F3404159ZE184226B<<<<<16"


def with_digits(line: str) -> str:
    """A second line with all its check digits made right."""
    chars = list(line)
    for start, end in ((0, 9), (13, 19), (21, 27), (28, 42)):
        chars[end] = str(check_digit("".join(chars[start:end])))
    chars[43] = str(check_digit("".join(chars[:10] + chars[13:20] + chars[21:43])))
    return "".join(chars)


def zone(*, birth: str = "740812", expiry: str = "340415", name: str = "ERIKSSON<<ANNA<MARIA", code: str = "P<") -> str:
    second = with_digits(f"L898902C30UTO{birth}0F{expiry}0<<<<<<<<<<<<<<00")
    return f"{code}UTO{name}".ljust(44, "<")[:44] + second


def test_the_example_of_the_standard() -> None:
    mrz = parse_td3(ERIKSSON, AT)
    assert mrz.document_code == "PP"
    assert (mrz.family_name, mrz.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert (mrz.document_number, mrz.issuing_state, mrz.nationality) == ("L898902C3", "UTO", "UTO")
    assert (mrz.birth_date, mrz.expiry_date, mrz.sex) == ("1974-08-12", "2034-04-15", "F")
    assert mrz.optional_data == "ZE184226B"
    assert mrz.information == "L898902C3674081223404159"
    assert mrz.wrong_digits == ()
    assert not mrz.name_may_be_cut


def test_the_check_digits_of_the_vectors() -> None:
    data = json.loads(vector_path("passport/icao/mrz.json").read_text())
    for case in data["single"]:
        assert check_digit(case["data"]) == int(case["check"])
    for case in data["td3"]:
        assert parse_td3(case["line1"] + "\n" + case["line2"], AT).wrong_digits == ()


@pytest.mark.parametrize(
    ("position", "name"),
    [(9, "document_number"), (19, "birth_date"), (27, "expiry_date"), (42, "optional_data"), (43, "composite")],
)
def test_every_wrong_check_digit_is_named(position: int, name: str) -> None:
    line = ERIKSSON[44:]
    wrong = line[:position] + str((int(line[position]) + 1) % 10) + line[position + 1 :]
    assert name in parse_td3(ERIKSSON[:44] + wrong, AT).wrong_digits


def test_a_filler_stands_for_the_check_digit_of_an_empty_field_only() -> None:
    empty = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<C11T002JM4D<<9608122F1310317<<<<<<<<<<<<<<<6"
    assert parse_td3(empty, AT).wrong_digits == ()
    assert parse_td3(empty, AT).issuing_state == "D"
    filled = "L898902C30UTO7408120F34041509ZE184226B<<<<<"
    assert "optional_data" in parse_td3(ERIKSSON[:44] + (with_digits(filled + "0")[:42] + "<6"), AT).wrong_digits


@pytest.mark.parametrize(
    ("birth", "iso"),
    [
        ("261125", "2026-11-25"),
        ("261126", "1926-11-26"),
        ("000229", "2000-02-29"),
        ("800230", None),
        ("801301", None),
        ("80<<<<", "1980-XX-XX"),
        ("8007<<", "1980-07-XX"),
        ("26<<<<", "2026-XX-XX"),
        ("2612<<", "1926-12-XX"),
        ("27<<<<", "1927-XX-XX"),
        ("<<<<<<", "XXXX-XX-XX"),
        ("8<0101", None),
    ],
)
def test_a_birth_date_is_never_in_the_future_and_keeps_unknown_parts(birth: str, iso: str | None) -> None:
    assert parse_td3(zone(birth=birth), AT).birth_date == iso


@pytest.mark.parametrize(
    ("expiry", "at", "iso"),
    [
        ("340415", AT, "2034-04-15"),
        ("091231", AT, "2009-12-31"),
        ("991231", date(2001, 1, 1), "1999-12-31"),
        ("010101", date(1998, 1, 1), "2001-01-01"),
        ("310229", AT, None),
        ("<<<<<<", AT, None),
    ],
)
def test_an_expiry_date_is_within_half_a_century(expiry: str, at: date, iso: str | None) -> None:
    assert parse_td3(zone(expiry=expiry), at).expiry_date == iso


def test_both_forms_of_the_document_code_and_a_cut_name() -> None:
    assert parse_td3(zone(code="P<"), AT).document_code == "P"
    assert parse_td3(zone(name="A" * 39), AT).name_may_be_cut
    assert parse_td3(zone(name="SUKARNO"), AT).given_names == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "mrz.length"),
        ("P" * 87, "mrz.length"),
        (" " * 10_000, "mrz.length"),
        (ERIKSSON.lower(), "mrz.alphabet"),
        ("I" + ERIKSSON[1:], "mrz.document_code"),
        (ERIKSSON.replace("8", "８"), "mrz.alphabet"),
    ],
)
def test_what_is_no_passport_zone_is_refused(text: str, code: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_td3(text, AT)
    assert caught.value.code == code


@given(st.text(alphabet="ABP<0189", min_size=87, max_size=87))
def test_any_zone_in_the_alphabet_gives_values(rest: str) -> None:
    mrz = parse_td3("P" + rest, AT)
    assert mrz.birth_date is None or len(mrz.birth_date) == 10
    assert "<" not in mrz.family_name + mrz.given_names + mrz.document_number
