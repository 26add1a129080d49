"""The numbers printed on the card, and what a plan may ask for."""

from __future__ import annotations

from datetime import date

import pytest

from honnin.cards.mynumber import NumberA, NumberB, NumberLawPurpose, Plan, ToSign, check_individual_number, era_year
from honnin.core.errors import CallerError, DataError
from honnin.core.secret import Secret

CODE = Secret("5285")


@pytest.mark.parametrize(
    ("birth", "year"),
    [
        (date(1980, 2, 17), 55), (date(1989, 1, 7), 64), (date(1989, 1, 8), 1), (date(2019, 4, 30), 31),
        (date(2019, 5, 1), 1), (date(1926, 12, 24), 15), (date(1926, 12, 25), 1), (date(1912, 7, 29), 45),
        (date(2026, 1, 1), 8),
    ],
)  # fmt: skip
def test_the_year_of_the_era_follows_the_exact_day(birth, year):
    assert era_year(birth) == year


def test_number_b_of_the_sheet():
    """mynumber-card.md §3.1: 55021720352285 opened a test card."""
    key = NumberB.from_printed(date(1980, 2, 17), 2035, Secret("2285"))
    assert key.digits.reveal() == "55021720352285"
    assert key.expiry_year == "2035"


def test_foreign_residents_have_the_western_year():
    key = NumberB.from_printed(date(1995, 8, 18), 2029, CODE, foreign_resident=True)
    assert key.digits.reveal() == "95081820295285"


@pytest.mark.parametrize("digits", ["", "5502172035228", "550217203522855", "5502172035228x", "５５０２１７２０３５２２８５",
                                    "55131720352285", "55023220352285", "55021719352285"])  # fmt: skip
def test_what_cannot_be_a_number_b_never_reaches_a_card(digits):
    with pytest.raises(DataError, match=r"key\.reference_b"):
        NumberB(Secret(digits))


@pytest.mark.parametrize(("year", "code", "problem"), [(35, "5285", "expiry_year"), (2035, "528", "security_code"), (2035, "528a", "security_code")])
def test_parts_are_checked(year, code, problem):
    with pytest.raises(DataError, match=rf"key\.{problem}"):
        NumberB.from_printed(date(1980, 2, 17), year, Secret(code))


def test_the_check_digit_of_individual_numbers():
    assert check_individual_number(Secret("123456789018"))
    assert check_individual_number(Secret("000000001023"))
    for digit in "012345679":
        assert not check_individual_number(Secret("12345678901" + digit))
    for bad in ("", "12345678901", "1234567890188", "12345678901a", "１２３４５６７８９０１８"):
        assert not check_individual_number(Secret(bad))


def test_number_a_needs_a_purpose_and_a_right_check_digit():
    assert NumberA(Secret("123456789018"), NumberLawPurpose.SOCIAL_INSURANCE)
    with pytest.raises(DataError, match=r"key\.number_a"):
        NumberA(Secret("123456789017"), NumberLawPurpose.SOCIAL_INSURANCE)
    with pytest.raises(TypeError):
        NumberA(Secret("123456789018"))


def test_nothing_prints_itself():
    shown = repr(NumberB.from_printed(date(1980, 2, 17), 2035, CODE)) + repr(NumberA(Secret("123456789018"), NumberLawPurpose.PUBLIC_OFFICE))
    assert "5285" not in shown
    assert "123456789018" not in shown


B = NumberB(Secret("55021720352285"))


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({}, "empty"),
        ({"printed": B, "number_purpose": NumberLawPurpose.PUBLIC_OFFICE}, "number"),
        ({"printed": B, "chip_challenge": bytes(8)}, "challenge"),
        ({"printed": B, "last_try": frozenset({"pin9"})}, "last_try"),
    ],
)
def test_plans_that_cannot_be(values, problem):
    with pytest.raises(CallerError, match=rf"mynumber\.plan\.{problem}"):
        Plan(**values)


def test_only_documents_with_room_for_a_nonce_are_signed_and_never_with_sha1():
    for document in (b"", bytes(15), bytes(32 * 1024 + 1)):
        with pytest.raises(CallerError, match=r"mynumber\.plan\.document"):
            ToSign(document)
    with pytest.raises(CallerError, match=r"mynumber\.plan\.hash"):
        ToSign(bytes(32), "sha1")


def test_the_digest_info_of_the_sheet():
    """mynumber-card.md §10 (c): the digest of 00 … 1F."""
    assert ToSign(bytes(range(32))).digest_info.hex() == (
        "3031300d060960864801650304020105000420630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
    )
    assert [len(ToSign(bytes(32), name).digest_info) for name in ("sha256", "sha384", "sha512")] == [51, 67, 83]


def test_the_individual_number_is_asked_for_only_with_a_purpose():
    assert Plan(printed=B).purpose is None
    assert Plan(text_pin=True).purpose is None
    assert Plan(text_pin=True, number_purpose=NumberLawPurpose.PUBLIC_OFFICE).purpose is NumberLawPurpose.PUBLIC_OFFICE
