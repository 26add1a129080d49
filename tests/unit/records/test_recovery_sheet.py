"""The recovery sheet: what is typed back is the key, and every slip is found in its line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honnin.core.errors import CallerError, DataError
from honnin.core.secret import Secret
from honnin.flows.messages import MESSAGES
from honnin.records.recovery_sheet import SheetKey, key_from_recovery_sheet, key_lines, recovery_sheet
from honnin.records.wrapping import Purpose, key_id

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KEY = SheetKey(Purpose.RECORDS, Secret(bytes(range(32))))
TEXT = "".join(key_lines(KEY)).replace("-", "")


def _error(text):
    with pytest.raises(DataError) as caught:
        key_from_recovery_sheet(text)
    return caught.value


@given(st.binary(min_size=32, max_size=32), st.sampled_from(Purpose))
def test_every_key_of_every_purpose_comes_back(octets, purpose):
    key = SheetKey(purpose, Secret(octets))
    assert key_from_recovery_sheet("\n".join(key_lines(key))) == key


def test_lines_look_as_people_are_told():
    lines = key_lines(KEY)
    assert len(TEXT) == 64
    assert all(len(group) == 4 for line in lines for group in line.split("-"))
    assert set(TEXT) <= set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        TEXT.lower(),
        " ".join(TEXT),
        "".join(chr(ord(each) + 0xFEE0) for each in TEXT),  # full width
        TEXT.replace("0", "O").replace("1", "l"),
        TEXT.replace("0", "o").replace("1", "I"),
        "\r\n".join("ー".join(TEXT[at : at + 4] for at in range(n, n + 16, 4)) for n in range(0, 64, 16)),
    ],
)
def test_it_does_not_matter_how_it_is_typed(typed):
    assert key_from_recovery_sheet(typed) == KEY


def test_each_single_wrong_character_is_found_in_its_line():
    for at in range(64):
        for wrong in ALPHABET + "U?本":
            if wrong != TEXT[at]:
                error = _error(TEXT[:at] + wrong + TEXT[at + 1 :])
                assert (error.code, error.detail) == ("vault.sheet_line", str(at // 16 + 1))


def test_each_swap_of_two_characters_of_a_line_is_found():
    for at in range(64):
        for other in range(at + 1, at // 16 * 16 + 16):
            if TEXT[at] != TEXT[other]:
                swapped = list(TEXT)
                swapped[at], swapped[other] = swapped[other], swapped[at]
                assert _error("".join(swapped)).detail == str(at // 16 + 1)


@settings(max_examples=300)
@given(
    st.binary(min_size=32, max_size=32),
    st.lists(st.integers(0, 15), min_size=2, max_size=2, unique=True),
    st.integers(0, 3),
    st.tuples(st.integers(1, 31), st.integers(1, 31)),
)
def test_any_two_wrong_characters_of_a_line_are_found(octets, places, line, steps):
    typed = list("".join(key_lines(SheetKey(Purpose.INDEX, Secret(octets)))).replace("-", ""))
    for place, step in zip(places, steps, strict=True):
        at = line * 16 + place
        typed[at] = ALPHABET[(ALPHABET.index(typed[at]) + step) % 32]
    assert _error("".join(typed)).detail == str(line + 1)


def test_lines_in_another_order_or_of_another_key_are_found():
    lines, others = key_lines(KEY), key_lines(SheetKey(Purpose.RECORDS, Secret(bytes(range(1, 33)))))
    assert _error("".join((lines[1], lines[0], *lines[2:]))).code == "vault.sheet_line"
    assert _error("".join((others[0], *lines[1:]))).code == "vault.sheet"


@pytest.mark.parametrize("typed", ["", TEXT[:-1], TEXT + "0", "A" * 5000, "\x00" * 64, "\ud800" * 64])
def test_what_is_no_key_is_refused(typed):
    assert _error(typed).code in {"vault.sheet", "vault.sheet_line"}


def test_no_error_repeats_what_was_typed():
    error = _error(TEXT[:20] + "U" + TEXT[21:])
    assert TEXT[:8] not in f"{error}{error.detail}"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_sheet_has_all_keys_with_their_ids_and_says_how_to_use_it(language):
    keys = [KEY, SheetKey(Purpose.LEDGER, Secret(b"l" * 32))]
    text = recovery_sheet(keys, house="見本商店\n偽の行", printed_on=date(2026, 4, 1), language=language)
    assert "2026-04-01" in text
    assert "honnin keys restore" in text
    assert "見本商店 偽の行" in text
    for key in keys:
        assert key_id(key.purpose, key.key) in text
        assert all(line in text for line in key_lines(key))


def test_the_key_of_the_number_law_has_a_sheet_of_its_own():
    numbers = SheetKey(Purpose.NUMBERS, Secret(b"n" * 32))
    assert "番号法" in recovery_sheet([numbers], house="", printed_on=date(2026, 4, 1))
    for keys in ([KEY, numbers], []):
        with pytest.raises(CallerError):
            recovery_sheet(keys, house="", printed_on=date(2026, 4, 1))
    with pytest.raises(CallerError):
        key_lines(SheetKey(Purpose.INDEX, Secret(b"short")))


def test_each_line_that_can_be_wrong_has_its_own_sentence():
    assert {f"vault.sheet_line.{line}" for line in range(1, 5)} <= set(MESSAGES)
