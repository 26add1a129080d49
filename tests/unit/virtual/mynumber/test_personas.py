"""Holders and printed secrets of the virtual My Number Cards (mynumber-card.md §3.1)."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from honnin_virtual import UnknownCard, VirtualCard, faults_for, issue, list_cards
from honnin_virtual.mynumber.personas import PERSONAS, check_digit, era


def test_the_sheets_reference_b():
    # §3.1: born 1980-02-17 (昭和55), card until 2035, code 2285
    holder = replace(PERSONAS[0], birth=date(1980, 2, 17), expires=date(2035, 2, 17), code="2285")
    assert holder.reference_b == "55021720352285"
    assert replace(holder, japanese=False).reference_b == "80021720352285"
    assert holder.birth_key == "550217"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(1989, 1, 7), (3, 64)), (date(1989, 1, 8), (4, 1)), (date(2019, 4, 30), (4, 31)), (date(2019, 5, 1), (5, 1)),
        (date(1926, 12, 24), (2, 15)), (date(1926, 12, 25), (3, 1)), (date(1912, 7, 29), (1, 45)),
        (date(1912, 7, 30), (2, 1)),
    ],
)  # fmt: skip
def test_eras_change_on_their_day(day, expected):
    assert era(day) == expected


def test_numbers_have_a_right_check_digit_and_are_plainly_made_up():
    assert check_digit("12345678901") == "8"  # the sample of the sheet
    for persona in PERSONAS:
        assert check_digit(persona.number[:11]) == persona.number[11]
        assert persona.number == "123456789018" or persona.number.startswith("00000000")
        assert "見本県" in persona.address


def test_cards_differ_in_name_number_code_and_keys():
    for values in (
        [persona.name for persona in PERSONAS], [persona.number for persona in PERSONAS],
        [persona.code for persona in PERSONAS], [persona.keys for persona in PERSONAS],
    ):  # fmt: skip
        assert len(set(values)) == len(PERSONAS)


def test_the_first_card_is_the_plain_one_and_shows_its_secrets():
    cards = [spec for spec in list_cards() if spec.document == "mynumber"]
    assert cards[0].name == "mynumber-plain"
    assert cards[0].secrets == {
        "user_authentication_pin": "1234", "signature_password": "ABC123", "text_pin": "1234",
        "reference_b": "02010220351234", "reference_a": "123456789018", "birth_reference": "020102",
    }  # fmt: skip
    assert {spec.name: spec.secrets.get("licence_pin") for spec in cards}["mynumber-licence"] == "2468"
    assert all(spec.about_ja and spec.about_en for spec in cards)


def test_cards_are_issued_by_name():
    for spec in list_cards():
        if spec.document == "mynumber":
            card = issue(spec.name)
            assert isinstance(card, VirtualCard)
            assert (card.name, card.document) == (spec.name, "mynumber")
    with pytest.raises(UnknownCard):
        issue("mynumber-nobody")


def test_the_same_card_is_issued_octet_for_octet_each_time():
    assert issue("mynumber-licence").files == issue("mynumber-licence").files


def test_faults_are_offered_where_they_can_be_seen():
    plain = {spec.name for spec in faults_for("mynumber-plain")}
    assert {"clone-card-key", "foreign-cv", "lookalike-authority", "removed", "slow"} <= plain
    assert "tampered-licence" not in plain
    assert "tampered-licence" in {spec.name for spec in faults_for("mynumber-licence")}
    assert "tampered-dg1" not in plain
    assert "tampered-face" not in {spec.name for spec in faults_for("passport-japanese-style")}


IN_CHIP = {"clone-card-key", "blocked-6983", "mismatch-6300", "short-only", "error", "garbage", "removed", "slow"}


@pytest.mark.parametrize("fault", faults_for("mynumber-licence"), ids=lambda fault: fault.name)
def test_every_fault_changes_files_or_the_chips_answers_only(fault):
    changed = issue("mynumber-licence", faults=fault.faults).files != issue("mynumber-licence").files
    assert changed is (fault.name not in IN_CHIP)


def test_listing_loads_neither_cryptography_nor_pillow():
    code = "import sys, honnin_virtual; honnin_virtual.list_cards(); print('cryptography' in sys.modules, 'PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
