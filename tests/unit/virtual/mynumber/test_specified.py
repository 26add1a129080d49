"""A specified card (特定在留カード): a My Number Card in everything, with a residence part that tells its type only."""

from __future__ import annotations

import pytest

from honnin.apdu import run_in_process
from honnin.cards.recognise import recognise
from honnin.cards.residence import CardNumber, Plan, read_residence
from honnin.checks.mynumber import check_mynumber
from honnin.core.clock import system_random
from honnin.core.errors import CardError
from honnin.core.secret import Secret
from honnin.facts import DocumentKind, Outcome
from honnin_virtual import issue, list_cards
from tests.unit.cards.mynumber.virtual import NOW, Wire, blocking, number_b, trust

NAME = "mynumber-specified"
AP, DF1, DF2, DF3 = (bytes.fromhex(f"D392F0004F0{n}") + bytes(10) for n in (1, 2, 3, 4))


def send(card, text):
    answer = card.process(bytes.fromhex(text.replace(" ", "")))
    return answer[:-2], int.from_bytes(answer[-2:], "big")


def select(card, aid):
    return send(card, f"00 A4 04 0C 10 {aid.hex()}")[1]


@pytest.fixture
def card():
    return issue(NAME, now=NOW)


def test_its_residence_part_tells_type_and_version_and_nothing_else(card):
    assert send(card, "00 B0 8A 00 00")[1] != 0x9000
    assert select(card, AP) == 0x9000
    assert send(card, "00 B0 8A 00 00") == (b"\xc1\x0207", 0x9000)
    assert send(card, "00 B0 8B 00 00") == (b"\xc0\x040001", 0x9000)
    assert send(card, "00 B0 81 00 00")[1] == 0x6A82
    assert [select(card, aid) for aid in (DF1, DF2, DF3)] == [0x6985] * 3
    for command in ("00 84 00 00 08", "80 AE 00 00 02 A0 00", "00 20 00 86", "00 88 00 00 01 00 00", "00 82 00 00 01 00"):
        assert send(card, command)[1] == 0x6985, command


def test_an_ordinary_card_has_no_such_part():
    card = issue("mynumber-plain", now=NOW)
    assert [select(card, aid) for aid in (AP, DF1)] == [0x6A82, 0x6A82]


def test_it_is_recognised_as_a_my_number_card_that_is_also_a_residence_card(card):
    seen = run_in_process(recognise(), card.process)
    assert (seen.document, seen.form, seen.residence, seen.licence) == (DocumentKind.MYNUMBER, "card", True, False)


def test_as_a_my_number_card_it_is_read_and_judged_like_any_other():
    reading = blocking(Wire(NAME), printed=number_b(NAME))
    report = check_mynumber(reading, trust(), NOW)
    assert not report.failed
    for name in ("mynumber.face.signature", "mynumber.face.chip"):
        assert report.finding(name).outcome is Outcome.PASSED
    assert next(each.holder for each in list_cards() if each.name == NAME).startswith("SAMPLE")


def test_as_a_residence_card_it_is_named_and_not_read(card):
    dialogue = read_residence(CardNumber(Secret("ZZ00000017ZZ")), Plan(reader_extended=True), now=NOW, random=system_random)
    with pytest.raises(CardError) as caught:
        run_in_process(dialogue, card.process)
    assert caught.value.code == "card.residence.specified"
