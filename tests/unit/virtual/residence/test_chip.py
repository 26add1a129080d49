"""Commands, status words and secure messaging of the virtual residence card (residence-card.md §1, §3, §5, §11)."""

from __future__ import annotations

import pytest

from honnin_virtual import CardGone, faults_for, list_cards

from .terminal import AP, DF1, DF2, DF3, NUMBERS, on_reader

FIRST, SECOND = "residence-moved", "residence-plain"
BOTH = pytest.mark.parametrize("name", [FIRST, SECOND])


def test_the_whole_reading_of_the_first_generation():
    terminal = on_reader(FIRST, authenticated=False)
    assert terminal.send("00 A4 00 00 02 3F 00") == (b"", 0x9000)
    assert terminal.send("00 B0 8B 00 00 00 00") == (b"\xc0\x040001", 0x9000)
    assert terminal.send("00 B0 8A 00 00 00 00") == (b"\xc1\x011", 0x9000)
    terminal.authenticate(NUMBERS[FIRST])
    assert terminal.select(DF1) == 0x9000
    files = terminal.card.files
    assert terminal.secured(0x85, 0) == files["DF1/EF01"]
    assert terminal.secured(0x86, 0) == files["DF1/EF02"]
    assert terminal.select(DF2) == 0x9000
    assert [terminal.plain(0x80 | n) for n in (1, 2, 3, 4)] == [files[f"DF2/EF0{n}"] for n in (1, 2, 3, 4)]
    assert terminal.select(DF3) == 0x9000
    assert terminal.plain(0x82) == files["DF3/EF01"]


def test_the_whole_reading_of_the_second_generation():
    terminal = on_reader(SECOND)
    assert terminal.plain(0x8A) == b"\xc1\x0205"
    terminal.select(DF1)
    files = terminal.card.files
    assert [terminal.secured(sfi, 0) for sfi in (0x81, 0x83, 0x84, 0x86)] == [files[f"DF1/EF0{n}"] for n in (1, 2, 3, 4)]
    assert terminal.plain(0x85) == 0x6A82
    terminal.select(DF2)
    assert [terminal.plain(sfi) for sfi in (0x81, 0x82, 0x83)] == [files[f"DF2/EF0{n}"] for n in (1, 2, 3)]
    terminal.select(DF3)
    assert terminal.plain(0x82) == files["DF3/EF01"]


@pytest.mark.parametrize(("name", "missing"), [("residence-special-first", (2, 3, 4)), ("residence-special", (1, 2))])
def test_special_permanent_residents_have_fewer_files(name, missing):
    terminal = on_reader(name)
    terminal.select(DF2)
    assert [terminal.plain(0x80 | sfi) for sfi in missing] == [0x6A82] * len(missing)


@BOTH
@pytest.mark.parametrize("step", [0xE0, 256, 1000])
def test_reading_in_parts_gives_the_same(name, step):
    terminal = on_reader(name)
    terminal.select(DF1)
    for file, sfi in (("DF1/EF01", 0x85), ("DF1/EF02", 0x86)) if name == FIRST else (("DF1/EF03", 0x84),):
        assert terminal.in_parts(sfi, step) == terminal.card.files[file]


def test_the_good_part_fits_a_short_answer():
    # §5.4: 224 octets are 236 octets of data in the first generation, 244 in the second
    for name, sfi, size in ((FIRST, 0x85, 236), (SECOND, 0x84, 244)):
        terminal = on_reader(name)
        terminal.select(DF1)
        data, sw = terminal.send(bytes([0x08, 0xB0, sfi]) + bytes.fromhex("0000000496 0200E00000"))
        assert (len(data), sw) == (size, 0x9000)


@BOTH
def test_a_secured_command_gets_a_secured_answer_from_every_file(name):
    terminal = on_reader(name)
    assert terminal.secured(0x8A, 0) == terminal.card.files["MF/EF02"]
    terminal.select(DF3)
    assert terminal.secured(0x82, 0) == terminal.card.files["DF3/EF01"]


@BOTH
def test_another_number_fails_at_mutual_authentication_and_never_blocks(name):
    terminal = on_reader(name, authenticated=False)
    for _ in range(12):
        assert terminal.mutual("ZZ99999999ZZ") == 0x6300
    terminal.authenticate(NUMBERS[name])


@pytest.mark.parametrize(("name", "aes"), [(FIRST, True), (SECOND, False)])
def test_the_other_generations_cipher_looks_like_a_wrong_number(name, aes):
    terminal = on_reader(name, authenticated=False)
    terminal.aes = aes
    assert terminal.mutual(NUMBERS[name]) == 0x6300


@BOTH
def test_each_verify_replaces_the_result_of_the_last(name):
    terminal = on_reader(name)
    assert terminal.sw(terminal.verify_command("ZZ99999999ZZ")) == 0x6300
    terminal.select(DF3)
    assert terminal.plain(0x82) == 0x6982
    terminal.sw("00 A4 00 00 02 3F 00")
    assert terminal.sw(terminal.verify_command(NUMBERS[name])) == 0x9000
    terminal.select(DF3)
    assert isinstance(terminal.plain(0x82), bytes)


@BOTH
def test_a_new_mutual_authentication_logs_out(name):
    terminal = on_reader(name)
    assert terminal.mutual(NUMBERS[name]) == 0x9000
    terminal.select(DF3)
    assert terminal.plain(0x82) == 0x6982


@BOTH
def test_a_failed_mutual_authentication_ends_the_session(name):
    terminal = on_reader(name)
    assert terminal.mutual("ZZ99999999ZZ") == 0x6300
    assert terminal.secured(0x8A, 0) == 0x6985
    assert terminal.sw(terminal.verify_command(NUMBERS[name])) == 0x6985


def test_the_challenge_is_for_the_very_next_command():
    terminal = on_reader(SECOND, authenticated=False)
    mutual = "00 82 00 00 28 " + "00" * 40 + " 00"
    assert terminal.sw(mutual) == 0x6985
    terminal.send("00 84 00 00 08")
    assert terminal.sw("00 A4 00 00 02 3F 00") == 0x9000
    assert terminal.sw(mutual) == 0x6985
    terminal.send("00 84 00 00 08")
    assert terminal.sw(mutual) == 0x6300
    assert terminal.sw(mutual) == 0x6985


@BOTH
def test_nothing_is_read_before_the_number(name):
    terminal = on_reader(name, authenticated=False)
    for aid in (DF1, DF2, DF3):
        terminal.select(aid)
        for file in range(1, 7):
            assert terminal.plain(0x80 | file) in (0x6982, 0x6A82)
    terminal.mutual(NUMBERS[name])
    terminal.select(DF1)
    assert terminal.secured(0x86, 0) == 0x6982


@BOTH
def test_images_are_never_read_in_plain(name):
    terminal = on_reader(name)
    terminal.select(DF1)
    assert terminal.plain(0x86) == 0x6982


@BOTH
def test_reset_forgets_everything(name):
    terminal = on_reader(name)
    terminal.select(DF1)
    terminal.card.reset()
    assert terminal.plain(0x8A) == terminal.card.files["MF/EF02"]
    assert terminal.secured(0x8A, 0) == 0x6985
    terminal.select(DF3)
    assert terminal.plain(0x82) == 0x6982


@pytest.mark.parametrize(
    ("apdu", "expected"),
    [
        ("00 A4 04 0C 10 D392F0004F0500000000000000000000", 0x6A82), ("00 A4 04 0C 06 D392F0004F02", 0x6700),
        ("00 A4 04 00 10 " + DF1, 0x6A86), ("00 A4 02 0C 02 00 01", 0x6A86), ("00 A4 00 00", 0x6700),
        ("00 A4 00 00 02 3F 01", 0x6A82), ("00 A4 04 0C 10 " + DF1 + " 00", 0x6700), ("00 A4 04 0C 10 " + AP, 0x6A82),
        ("00 84 00 00 04", 0x6700), ("00 84 01 00 08", 0x6A86), ("00 84 00 00", 0x6700), ("00 82 00 00 08 0000000000000000", 0x6700),
        ("00 82 00 01 28 " + "00" * 40 + "00", 0x6A86), ("00 20 00 86 13 " + "00" * 19, 0x6985), ("00 B0 00 00 00", 0x6986),
        ("00 B0 8C 00 00", 0x6A82), ("00 B0 CA 00 00", 0x6A86), ("00 B0 8A 04 00", 0x6B00), ("00 B0 8A 00", 0x6700),
        ("00 D6 8A 00 01 00", 0x6D00), ("0C B0 8A 00 00", 0x6E00), ("80 CA 00 00 00", 0x6E00),
        ("08 A4 00 00 02 3F 00", 0x6882), ("08 84 00 00 08", 0x6882), ("00 B0 8A", 0x6700),
        ("08 B0 8A 00 00 00 04 96 02 00 00 00 00", 0x6985), ("08 B0 8A 00", 0x6700),
    ],
)  # fmt: skip
def test_status_words(apdu, expected):
    assert on_reader(SECOND, authenticated=False).send(apdu) == (b"", expected)


@pytest.mark.parametrize(
    ("apdu", "expected"),
    [
        ("08 B0 8A 00 00 00 05 96 03 00 00 00 00 00", 0x6988), ("08 B0 8A 00 00 00 04 97 02 00 00 00 00", 0x6988),
        ("08 B0 8A 00 00 00 03 96 02 00 00 00", 0x6988), ("08 B0 8A 00 00 00 00", 0x6987),
        ("08 B0 8A 00 00 00 08 96 02 00 00 96 02 00 00 00 00", 0x6988), ("08 B0 8A 04 00 00 04 96 02 00 00 00 00", 0x6B00),
        ("08 20 00 85 13 86 11 01" + "00" * 16, 0x6A82), ("08 20 01 86 13 86 11 01" + "00" * 16, 0x6A86),
        ("08 20 00 86 13 86 11 02" + "00" * 16, 0x6988), ("08 20 00 86 13 87 11 01" + "00" * 16, 0x6988),
        ("08 20 00 86 13 86 11 01" + "00" * 16, 0x6988), ("08 20 00 86 12 86 10 01" + "00" * 15, 0x6700),
    ],
)  # fmt: skip
def test_status_words_of_secure_messaging(apdu, expected):
    assert on_reader(SECOND).send(apdu) == (b"", expected)


def test_octets_behind_lc_are_not_looked_at():
    terminal = on_reader(SECOND, authenticated=False)
    assert terminal.sw("00 A4 04 0C 10 " + DF1 + " 01 02 03") == 0x9000


def test_offsets_count_octets_of_the_file():
    terminal = on_reader(SECOND)
    terminal.select(DF1)
    whole = terminal.card.files["DF1/EF03"]
    assert terminal.secured(0x84, 255, 7) == whole[255:262]
    assert terminal.secured(0x13, 0x88, 10) == whole[5000:5010]
    assert terminal.secured(0x15, 0x83) == whole[5507:]
    assert terminal.secured(0x15, 0x84) == 0x6B00
    terminal.select(DF1)
    assert terminal.secured(0x00, 0x00) == 0x6986


def test_a_short_plain_read_is_taken_unless_strict():
    assert on_reader(SECOND).send("00 B0 8A 00 03") == (b"\xc1\x020", 0x9000)
    strict = on_reader(SECOND, "strict")
    assert strict.sw("00 B0 8A 00 03") == 0x6700
    assert strict.plain(0x8A) == b"\xc1\x0205"
    strict.select(DF1)
    assert strict.sw(strict.verify_command(NUMBERS[SECOND])) == 0x6A82
    lenient = on_reader(SECOND)
    lenient.select(DF1)
    assert lenient.sw(lenient.verify_command(NUMBERS[SECOND])) == 0x9000


def test_secured_reads_in_short_form_are_taken():
    terminal = on_reader(SECOND)
    terminal.select(DF1)
    assert terminal.send("08 B0 81 00 04 96 02 00 00 00")[1] == 0x9000


@pytest.mark.parametrize("limit", [84, 250, 400])
def test_a_reader_that_cuts_answers_still_reads_everything(limit):
    terminal = on_reader(SECOND, f"read-limit-{limit}")
    terminal.select(DF1)
    assert len(terminal.secured(0x84, 0)) == limit
    assert terminal.in_parts(0x84, 0) == terminal.card.files["DF1/EF03"]


def test_exact_lengths_short_only_and_ways_to_fail():
    exact = on_reader(SECOND, "exact-length")
    assert exact.send("00 B0 8A 00 00") == (b"", 0x6C04)
    assert exact.send("00 B0 8A 00 04") == (b"\xc1\x0205", 0x9000)
    assert on_reader(SECOND, "short-only").sw("00 B0 8A 00 00 00 00") == 0x6700
    gone = on_reader(SECOND, "removed:4")
    with pytest.raises(CardGone):
        gone.plain(0x8A)
    gone.card.reset()
    assert gone.plain(0x8A) == b"\xc1\x0205"
    assert on_reader(SECOND, "error", authenticated=False).plain(0x8A) == b"\xc1\x0205"


@BOTH
def test_a_card_that_authenticates_wrongly_is_seen_by_a_careful_terminal(name):
    terminal = on_reader(name, "wrong-mutual", authenticated=False)
    with pytest.raises(AssertionError):
        terminal.mutual(NUMBERS[name])


@BOTH
def test_what_is_altered_on_the_way_decrypts_all_the_same(name):
    terminal, sfi, file = on_reader(name, "altered-on-the-way"), *((0x85, "DF1/EF01") if name == FIRST else (0x84, "DF1/EF03"))
    terminal.select(DF1)
    content = terminal.secured(sfi, 0)
    genuine = terminal.card.files[file]
    block = 16 if name == SECOND else 8
    assert content != genuine
    assert content[:64] + content[64 + 2 * block :] == genuine[:64] + genuine[64 + 2 * block :]


def test_the_identifier_on_the_air_is_new_each_time():
    terminal = on_reader(SECOND, authenticated=False)
    first = terminal.send("FF CA 00 00 00")
    assert terminal.send("FF CA 00 00 00") == first
    assert (len(first[0]), first[1]) == (4, 0x9000)
    terminal.card.reset()
    assert terminal.send("FF CA 00 00 00") != first
    assert terminal.card.atr.hex().upper() == "3B888001000000009181C100D8"


def test_the_stub_of_a_specified_card_tells_its_type_only():
    terminal = on_reader("residence-specified", authenticated=False)
    assert terminal.plain(0x8A) == 0x6A82
    assert terminal.select(AP) == 0x9000
    assert terminal.plain(0x8A) == b"\xc1\x0207"
    assert terminal.plain(0x8B) == b"\xc0\x040001"
    assert [terminal.select(aid) for aid in (DF1, DF2, DF3)] == [0x6985] * 3
    assert terminal.sw("00 84 00 00 08") == 0x6985
    assert {spec.name for spec in faults_for("residence-specified")} == {
        "garbage", "removed", "slow", "error", "short-only", "read-limit-84", "read-limit-250", "read-limit-400",
        "exact-length", "strict",
    }  # fmt: skip


@pytest.mark.parametrize("name", [spec.name for spec in list_cards() if spec.document == "residence"][:-1])
def test_every_card_opens_with_the_number_printed_on_it(name):
    terminal = on_reader(name)
    terminal.select(DF3)
    assert terminal.plain(0x82) == terminal.card.files["DF3/EF01"]
