"""Commands, status words and PINs of the virtual licence (drivers-licence.md §2–§4, §14, §17, §18, §19)."""

from __future__ import annotations

import pytest

from honnin_virtual import CardGone, Faults, issue

from .terminal import DF1, DF2, DF3, NOW, Terminal


def test_the_transcript_without_a_pin():
    terminal = Terminal()
    assert terminal.send("00 A4 00 00") == (b"", 0x9000)
    assert terminal.send("00 A4 02 0C 02 2F 01") == (b"", 0x9000)
    assert terminal.send("00 B0 00 00 11") == (bytes.fromhex("450B 303130 20250201 20300215 4602 0000"), 0x9000)
    assert terminal.send("00 A4 02 0C 02 00 0A") == (b"", 0x9000)
    assert terminal.send("00 B0 00 00 03") == (b"\x05\x01\x01", 0x9000)
    assert terminal.send("00 B0 8A 00 03") == (b"\x05\x01\x01", 0x9000)
    assert (terminal.tries(1), terminal.tries(2)) == (0x63C3, 0x63C3)


def test_the_transcript_with_pin1_only():
    terminal = Terminal(pin1="1234")
    assert terminal.select(DF1) == 0x9000
    assert terminal.file(1) == 0x9000
    parts = [terminal.send(apdu) for apdu in ("00 B0 00 00 00", "00 B0 01 00 00", "00 B0 02 00 00", "00 B0 03 00 70")]
    assert [(len(data), sw) for data, sw in parts] == [(256, 0x9000)] * 3 + [(112, 0x9000)]
    assert terminal.send("00 B0 00 00 00 03 70") == (b"".join(data for data, _ in parts), 0x9000)
    for identifier, size in ((3, "01 08"), (4, "02 80"), (5, "02 97"), (7, "02 42")):
        assert terminal.file(identifier) == 0x9000
        data, sw = terminal.send(f"00 B0 00 00 00 {size}")
        assert (len(data), sw) == (int(size.replace(" ", ""), 16), 0x9000)
    assert terminal.file(2) == 0x9000
    assert terminal.sw("00 B0 00 00 52") == 0x6982
    assert terminal.sw("00 B0 86 00 00") == 0x6982
    assert terminal.select(DF2) == 0x9000
    assert terminal.sw("00 B0 81 00 00") == 0x6982
    assert len(Terminal(pin1="1234").read(DF3, 1)) == 512


def test_the_transcript_with_both_pins():
    terminal = Terminal(pin1="1234", pin2="5678")
    assert terminal.select(DF1) == 0x9000
    data, sw = terminal.send("00 B0 82 00 52")
    assert (len(data), sw) == (82, 0x9000)
    data, sw = terminal.send("00 B0 86 00 00 01 00")
    assert (len(data), sw) == (256, 0x9000)
    assert terminal.select(DF2) == 0x9000
    assert terminal.file(1) == 0x9000
    head, sw = terminal.send("00 B0 00 00 07")
    assert (head[:3], sw) == (b"\x5f\x40\x82", 0x9000)
    data, sw = terminal.send("00 B0 00 00 00 07 D5")
    assert (len(data), sw) == (2005, 0x9000)


def test_pin2_alone_opens_nothing_of_the_holder():
    terminal = Terminal(pin2="5678")
    terminal.select(DF1)
    assert [terminal.sw(f"00 B0 8{n} 00 00") for n in range(1, 8)] == [0x6982] * 7
    terminal.select(DF2)
    assert terminal.sw("00 B0 81 00 00") == 0x6982


def test_security_status_survives_every_select():
    terminal = Terminal(pin1="1234")
    assert terminal.read(DF1, 1)
    assert terminal.sw("00 A4 00 00 02 3F 00") == 0x9000
    assert terminal.verify(2, "5678") == 0x9000
    assert len(terminal.read(DF1, 2)) == 82
    terminal.card.reset()
    assert terminal.read(DF1, 1) == 0x6982


def test_wrong_pins_count_down_to_blocked():
    terminal = Terminal()
    assert [terminal.verify(1, "9999"), terminal.tries(1), terminal.verify(1, "9999"), terminal.verify(1, "9999")] == [
        0x63C2, 0x63C2, 0x63C1, 0x63C0,
    ]  # fmt: skip
    assert (terminal.verify(1, "1234"), terminal.tries(1)) == (0x6984, 0x63C0)
    assert terminal.tries(2) == 0x63C3
    terminal.card.reset()
    assert terminal.verify(1, "1234") == 0x6984
    assert terminal.card.tries_left() == {"pin1": 0, "pin2": 3}


def test_the_right_pin_restores_the_tries():
    terminal = Terminal("licence-one-try")
    assert terminal.tries(1) == 0x63C1
    assert terminal.verify(1, "1234") == 0x9000
    assert terminal.tries(1) == 0x63C3


def test_a_failed_verify_takes_its_own_right_only():
    terminal = Terminal(pin1="1234", pin2="5678")
    assert terminal.verify(2, "0000") == 0x63C2
    terminal.select(DF1)
    assert terminal.sw("00 B0 81 00 00") == 0x9000
    assert terminal.sw("00 B0 82 00 00") == 0x6982


def test_a_pin_of_another_length_costs_no_try():
    terminal = Terminal()
    for data in ("01 31", "05 31 32 33 34 35", "06 31 32 33 34 35 36"):
        assert terminal.sw("00 20 00 81 " + data) == 0x6700
    assert terminal.sw("00 20 00 81 00") == 0x6700
    assert terminal.sw("00 20 00 81 04 31 32 33 34 00") == 0x6700
    assert terminal.tries(1) == 0x63C3


def test_verify_of_the_current_file():
    terminal = Terminal()
    assert terminal.sw("00 20 00 80 04 31 32 33 34") == 0x6986
    assert terminal.file(1) == 0x9000
    assert terminal.sw("00 B0 00 00 00") == 0x6981
    assert terminal.sw("00 20 00 80") == 0x63C3
    assert terminal.sw("00 20 00 80 04 31 32 33 34") == 0x9000
    assert terminal.file(0x2F01) == 0x9000
    assert terminal.sw("00 20 00 80") == 0x6981
    assert terminal.sw("00 20 00 83") == 0x6A82
    assert terminal.sw("00 20 00 01") == 0x6A86
    assert terminal.sw("00 20 01 81") == 0x6A86


def test_pins_belong_to_the_master_file():
    terminal = Terminal()
    terminal.select(DF1)
    assert terminal.verify(1, "1234") == 0x6981
    terminal.select(DF2)
    assert terminal.verify(2, "5678") == 0x6A82


def test_a_card_without_pins_takes_stars():
    terminal = Terminal("licence-no-pin")
    assert terminal.send("00 B0 8A 00 03") == (b"\x05\x01\x00", 0x9000)
    assert terminal.verify(1, "1234") == 0x63C2
    assert (terminal.verify(1, "****"), terminal.verify(2, "****")) == (0x9000, 0x9000)
    assert len(terminal.read(DF2, 1)) == 2005
    assert Terminal().verify(1, "****") == 0x63C2


@pytest.mark.parametrize(("name", "expected"), [("licence-blocked", (0, 3)), ("licence-pin2-blocked", (3, 0))])
def test_cards_that_are_blocked_from_the_start(name, expected):
    terminal = Terminal(name)
    assert (terminal.tries(1), terminal.tries(2)) == tuple(0x63C0 | left for left in expected)
    assert terminal.verify(1 + expected.index(0), "1234") == 0x6984


def test_the_switches_of_the_status_words():
    assert Terminal("licence-plain", "mismatch-6300").verify(1, "0000") == 0x6300
    assert Terminal("licence-blocked", "blocked-query-6984").tries(1) == 0x6984
    assert Terminal("licence-blocked", "blocked-6983").verify(1, "1234") == 0x6983
    blocked = Terminal("licence-plain", "directory-blocked", pin1="1234")
    assert blocked.select(DF1) == 0x6283
    assert len(blocked.read(DF1, 1)) == 880


@pytest.mark.parametrize(
    ("apdu", "expected"),
    [
        ("00 A4 04 0C 06 A00000023101", 0x9000), ("00 A4 04 0C 06 A00000023102", 0x9000),
        ("00 A4 04 00 10 " + DF1 + " 00", 0x9000), ("00 A4 04 0C 05 A000000231", 0x6A82),
        ("00 A4 04 0C 10 A0000002310600000000000000000000", 0x6A82), ("00 A4 04 0C 11 " + DF1 + "00", 0x6A82),
        ("00 A4 04 0C", 0x6A82), ("00 A4 00 00 02 3F 01", 0x6A82), ("00 A4 02 0C 02 00 05", 0x6A82),
        ("00 A4 02 0C 01 01", 0x6700), ("00 A4 02 00 02 2F 01", 0x6A86), ("00 A4 08 0C 02 2F 01", 0x6A86),
        ("00 B0 00 00 10", 0x6986), ("00 B0 80 00 10", 0x6986), ("00 B0 8B 00 00", 0x6A82), ("00 B0 A1 00 00", 0x6A86),
        ("00 B0 8A 00", 0x6700), ("00 B0 8A 03 00", 0x6B00), ("00 B0 8A 00 02 01 02 00", 0x6700), ("00 B0", 0x6700),
        ("00 84 00 00 08", 0x6D00), ("00 D6 8A 00 01 00", 0x6D00), ("80 CA 00 00 00", 0x6E00), ("01 B0 8A 00 03", 0x6881),
        ("0C B0 8A 00 03", 0x6882), ("00 A4 04 0C 05 A0", 0x6700),
    ],
)  # fmt: skip
def test_status_words(apdu, expected):
    assert Terminal().send(apdu) == (b"", expected)


def test_partial_names_select_the_directory_they_begin():
    terminal = Terminal(pin1="1234")
    assert terminal.sw("00 A4 04 0C 06 A00000024803") == 0x9000
    assert len(terminal.send("00 B0 81 00 00 02 00")[0]) == 512
    assert terminal.sw("00 A4 04 0C 06 A00000023102") == 0x9000
    assert terminal.sw("00 B0 87 00 00") == 0x6A82


def test_selecting_another_card_keeps_the_directory():
    terminal = Terminal(pin1="1234")
    terminal.select(DF1)
    assert terminal.select("D392F000260100000001") == 0x6A82
    assert terminal.sw("00 B0 81 00 00") == 0x9000


def test_reading_by_short_id_makes_the_file_current():
    terminal = Terminal(pin1="1234")
    terminal.select(DF1)
    assert terminal.sw("00 B0 00 00 00") == 0x6986
    first, _ = terminal.send("00 B0 81 00 20")
    assert terminal.send("00 B0 80 10 10") == (first[16:], 0x9000)
    assert terminal.send("00 B0 00 10 10") == (first[16:], 0x9000)
    assert len(terminal.send("00 B0 03 00 FF")[0]) == 112
    assert terminal.sw("00 B0 03 70 00") == 0x6B00
    assert terminal.select(DF1) == 0x9000
    assert terminal.sw("00 B0 00 00 00") == 0x6986


@pytest.mark.parametrize("limit", [84, 250, 400])
def test_a_reader_that_cuts_answers_still_reads_everything(limit):
    terminal = Terminal("licence-plain", f"read-limit-{limit}", pin1="1234", pin2="5678")
    terminal.select(DF2)
    terminal.file(1)
    assert len(terminal.send("00 B0 00 00 00 07 D5")[0]) == limit
    assert terminal.read(DF2, 1) == Terminal(pin1="1234", pin2="5678").read(DF2, 1)


def test_exact_lengths_and_short_only():
    terminal = Terminal("licence-plain", "exact-length")
    assert terminal.send("00 B0 8A 00 00") == (b"", 0x6C03)
    assert terminal.send("00 B0 8A 00 03") == (b"\x05\x01\x01", 0x9000)
    assert Terminal("licence-plain", "short-only").sw("00 B0 8A 00 00 00 03") == 0x6700


def test_the_card_on_the_reader():
    terminal = Terminal("licence-plain", random=lambda count: bytes(range(count)))
    assert terminal.card.atr.hex().upper() == "3B888001000000009181C100D8"
    assert terminal.send("FF CA 00 00 00") == (b"\x00\x01\x02\x03", 0x9000)
    gone = Terminal("licence-plain", "removed:3", pin1="1234")
    assert gone.select(DF1) == 0x9000
    with pytest.raises(CardGone):
        gone.send("00 B0 81 00 00")
    with pytest.raises(CardGone):
        gone.send("00 A4 00 00")
    gone.card.reset()
    assert gone.sw("00 A4 00 00") == 0x9000


def test_a_card_torn_away_during_verify_has_spent_the_try():
    terminal = Terminal("licence-plain", "removed:1")
    with pytest.raises(CardGone):
        terminal.verify(1, "0000")
    terminal.card.reset()
    assert terminal.card.tries_left()["pin1"] == 2


def test_errors_and_delays_on_the_way():
    slept = []
    card = issue("licence-plain", now=NOW, faults=Faults(delay_s=0.5, error_at=2, garbage_at=3), sleep=slept.append)
    answers = [card.process(b"\x00\xa4\x00\x00") for _ in range(4)]
    assert answers[:2] == [b"\x90\x00", b"\x6f\x00"]
    assert answers[3] == b"\x90\x00"
    assert len(answers[2]) == 3
    assert slept == [0.5] * 4
