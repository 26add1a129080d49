"""Byte for byte as in the sheet: what goes to the card and what is made of its answers (residence-card.md §4, §6.3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from honnin.apdu import Command, Response, run_in_process
from honnin.cards.residence import CardNumber, Plan, read_residence
from honnin.cards.residence.session import Handshake, Session
from honnin.core.errors import CardError
from honnin.core.secret import Secret
from honnin.crypto import Cipher, encrypt_cbc
from tests.unit.cards.passport.replay import Randoms, Replay
from tests.unit.cards.residence import sheet
from tests.unit.cards.residence.sheet import octets, protected

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def number(text: str) -> CardNumber:
    return CardNumber(Secret(text))


@pytest.mark.parametrize("cipher", [Cipher.TDES, Cipher.AES128])
def test_the_official_example_is_computed_exactly(cipher: Cipher) -> None:
    example = sheet.OFFICIAL[cipher]
    official = number(sheet.OFFICIAL_NUMBER)
    assert official.key().hex() == "6522b4e171195bb218223a976c040111"
    challenge = Response(octets(example["rnd_icc"]), 0x9000)
    handshake = Handshake(cipher, official, challenge, Randoms(example["rnd_ifd"], example["k_ifd"]))
    assert handshake.command.encode() == octets("0082000028" + example["e_ifd"] + example["m_ifd"] + "00")
    session = handshake.finish(Response(octets(example["e_icc"] + example["m_icc"]), 0x9000))
    assert session.verify(official).encode() == octets("0820008613861101" + example["verify"])
    read = Session.protect_read(Command(0x00, 0xB0, 0x84, 0x00, le=65536, extended=True))
    assert read.encode() == octets("08B084000000049602000000 00".replace(" ", ""))


@pytest.mark.parametrize("cipher", [Cipher.TDES, Cipher.AES128])
@pytest.mark.parametrize("position", [0, 31, 32, 39])
def test_a_chip_that_does_not_know_the_number_is_not_believed(cipher: Cipher, position: int) -> None:
    example = sheet.OFFICIAL[cipher]
    challenge = Response(octets(example["rnd_icc"]), 0x9000)
    handshake = Handshake(
        cipher, number(sheet.OFFICIAL_NUMBER), challenge, Randoms(example["rnd_ifd"], example["k_ifd"])
    )
    answer = bytearray(octets(example["e_icc"] + example["m_icc"]))
    answer[position] ^= 1
    with pytest.raises(CardError, match=r"card\.residence\.proof"):
        handshake.finish(Response(bytes(answer), 0x9000))


def test_an_answer_to_another_challenge_is_not_believed() -> None:
    example = sheet.OFFICIAL[Cipher.TDES]
    challenge = Response(octets("00" * 8), 0x9000)  # not the one that the answer repeats; its MAC is right
    handshake = Handshake(
        Cipher.TDES, number(sheet.OFFICIAL_NUMBER), challenge, Randoms(example["rnd_ifd"], example["k_ifd"])
    )
    with pytest.raises(CardError, match="another challenge"):
        handshake.finish(Response(octets(example["e_icc"] + example["m_icc"]), 0x9000))


def test_a_whole_card_of_the_first_generation_byte_for_byte() -> None:
    front = protected(Cipher.TDES, sheet.FIRST_KEY, sheet.FIRST_FRONT_FILE)
    photo = protected(Cipher.TDES, sheet.FIRST_KEY, sheet.FIRST_PHOTO_FILE)
    assert (len(front), sheet.sha256(front)) == (7013, sheet.FIRST_FRONT_SHA256)
    assert (len(photo), sheet.sha256(photo)) == (3013, sheet.FIRST_PHOTO_SHA256)
    address = protected(Cipher.TDES, sheet.FIRST_KEY, sheet.FIRST_ADDRESS_FILE)
    signature = (octets("DA820100") + sheet.CHECK_CODE_A + octets("DB8204B0")).ljust(1464, b"\0")
    chip = Replay([
        *((command.lower(), answer) for command, answer in sheet.FIRST_OPENING),
        ("08b0850000000496020000" + "0000", front.hex() + "9000"),
        ("08b0860000000496020000" + "0000", photo.hex() + "9000"),
        ("00a4040c10d392f0004f0300000000000000000000", "9000"),
        ("08b0810000000496020000" + "0000", address.hex() + "9000"),
        ("00a4040c10d392f0004f0400000000000000000000", "9000"),
        ("00b08200000000", signature.hex() + "9000"),
        ("00a40000023f00", "9000"),
    ])
    reading = run_in_process(
        read_residence(
            number(sheet.FIRST_NUMBER), Plan(reader_extended=True), now=NOW, random=Randoms(*sheet.FIRST_RANDOMS)
        ),
        chip,
    )
    assert chip.finished
    assert reading.files == {
        "MF.EF01": b"\xc0\x040001",
        "MF.EF02": b"\xc1\x012",
        "DF1.EF01": sheet.FIRST_FRONT_FILE,
        "DF1.EF02": sheet.FIRST_PHOTO_FILE,
        "DF2.EF01": sheet.FIRST_ADDRESS_FILE,
        "DF3.EF01": signature,
    }
    assert reading.exchanges == 14
    assert dict(reading.access.facts) == {"generation": "1", "card_type": "2", "cipher": "3des"}


def test_pieces_are_asked_for_and_opened_as_in_the_sheet() -> None:
    """§4.2: the first 16 octets by short identifier, 20 more of the current file, the rest to the end."""
    session = Session(Cipher.TDES, sheet.FIRST_KEY)
    pieces = [
        (0x86, 0x00, 16, "08B0860000000496020010" + "0000", "8619018FFF6CBEDB86CD13B9FD522855BEC095D4A0DD1B1BFECDBD"),
        (0x00, 0x10, 20, "08B0001000000496020014" + "0000", "8619014FD3317CCAAB6D58F715A71DD91753B1F6056D8F479824E7"),
        (0x0B, 0xB8, 65536, "08B00BB800000496020000" + "0000", "8609015E78D8F7479A1E5D"),
    ]
    starts = (0, 16, 3000)
    for (p1, p2, le, command, answer), start in zip(pieces, starts, strict=True):
        sent = Session.protect_read(Command(0x00, 0xB0, p1, p2, le=le, extended=True))
        assert sent.encode() == octets(command)
        opened = session.open(Response(octets(answer), 0x9000))
        assert opened.data == sheet.FIRST_PHOTO_FILE[start : start + min(le, 3004 - start)]


def test_a_whole_card_of_the_second_generation_byte_for_byte() -> None:
    key = sheet.SECOND_KEY
    pictures = protected(Cipher.AES128, key, sheet.SECOND_PICTURES_FILE)
    assert (len(pictures), sheet.sha256(pictures)) == (5525, sheet.SECOND_PICTURES_SHA256)
    plain = {
        "DF1.EF04": octets("DFD18209C4") + bytes(2500),
        "DF2.EF01": octets("D507") + b"0".ljust(7) + octets("D608") + bytes(8) + octets("D701") + b"0",
        "DF2.EF02": octets("D80130"),
        "DF2.EF03": octets("D90130") + octets("DE8200C8") + bytes(200),
    }
    secured = {name: protected(Cipher.AES128, key, data).hex() for name, data in plain.items()}
    signature = octets("DC60") + sheet.SECOND_CODE + octets("DD820256") + bytes(602)
    chip = Replay([
        *((command.lower(), answer) for command, answer in sheet.SECOND_OPENING),
        ("08b0810000000496020000" + "0000", sheet.SECOND_NUMBER_ANSWER + "9000"),
        ("08b0830000000496020000" + "0000", sheet.SECOND_ENTRIES_ANSWER + "9000"),
        ("08b0840000000496020000" + "0000", pictures.hex() + "9000"),
        ("08b0860000000496020000" + "0000", secured["DF1.EF04"] + "9000"),
        ("00a4040c10d392f0004f0300000000000000000000", "9000"),
        ("08b0810000000496020000" + "0000", secured["DF2.EF01"] + "9000"),
        ("08b0820000000496020000" + "0000", secured["DF2.EF02"] + "9000"),
        ("08b0830000000496020000" + "0000", secured["DF2.EF03"] + "9000"),
        ("00a4040c10d392f0004f0400000000000000000000", "9000"),
        ("00b08200000000", signature.hex() + "9000"),
        ("00a40000023f00", "9000"),
    ])
    reading = run_in_process(
        read_residence(
            number(sheet.SECOND_NUMBER), Plan(reader_extended=True), now=NOW, random=Randoms(*sheet.SECOND_RANDOMS)
        ),
        chip,
    )
    assert chip.finished
    assert reading.files == {
        "MF.EF01": b"\xc0\x040001",
        "MF.EF02": b"\xc1\x0205",
        "DF1.EF01": sheet.SECOND_NUMBER_FILE,
        "DF1.EF02": sheet.SECOND_ENTRIES_FILE,
        "DF1.EF03": sheet.SECOND_PICTURES_FILE,
        **plain,
        "DF3.EF01": signature,
    }
    assert reading.expected == {"card_number": sheet.SECOND_NUMBER}


def test_a_wrong_number_is_told_and_nothing_else_is_sent() -> None:
    chip = Replay([
        *((command.lower(), answer) for command, answer in sheet.FIRST_OPENING[:4]),
        (sheet.FIRST_OPENING[4][0].lower(), "6300"),
        ("00a40000023f00", "9000"),
    ])
    with pytest.raises(CardError) as caught:
        run_in_process(
            read_residence(number(sheet.FIRST_NUMBER), Plan(reader_extended=True), now=NOW, random=Randoms(*sheet.FIRST_RANDOMS)),
            chip,
        )
    assert (caught.value.code, caught.value.sw) == ("card.residence.wrong_number", 0x6300)
    assert chip.finished


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (["9000", "6a82", "6a82", "9000", "c10230379000"], "card.residence.specified"),  # by its application
        (["9000", "6a82", "6a82", "9000", "6a82"], "card.residence.specified"),
        (["6a82", "6a82", "6a82", "6a82"], "card.not_residence"),
        (["9000", "6a82", "c10230389000"], "card.residence.specified"),
        (["9000", "6a82", "c10230399000"], "card.residence.unknown_type"),
        (["9000", "6a82", "c1019000"], "card.not_residence"),
        (["9000", "c004303030319000", "c101319000", "6985"], "card.access.refused"),
        (["9000", "c004303030319000", "c101319000", "00" * 7 + "9000"], "card.access.refused"),
    ],
)
def test_what_else_can_lie_there(answers: list[str], code: str) -> None:
    left = [bytes.fromhex(each) for each in answers]
    with pytest.raises(CardError) as caught:
        run_in_process(
            read_residence(number(sheet.FIRST_NUMBER), Plan(reader_extended=True), now=NOW, random=lambda n: bytes(n)),
            lambda command: left.pop(0) if left else b"\x6a\x82",
        )
    assert caught.value.code == code


@pytest.mark.parametrize("cipher", [Cipher.TDES, Cipher.AES128])
@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data + b"\x00",
        lambda data: b"\x87" + data[1:],
        lambda data: data[:2] + b"\x02" + data[3:],
        lambda data: b"\x86\x01\x01",
        lambda data: b"\x86\x00",
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    ],
)
def test_a_protected_answer_of_another_form_ends_the_reading(cipher: Cipher, change) -> None:
    session = Session(cipher, bytes(range(16)))
    whole = protected(cipher, bytes(range(16)), b"12 octets .. and more")
    assert session.open(Response(whole, 0x9000)).data == b"12 octets .. and more"
    with pytest.raises(CardError, match=r"card\.sm\.(malformed|padding)"):
        session.open(Response(change(whole), 0x9000))


def test_padding_longer_than_a_block_is_refused() -> None:
    key = bytes(range(16))
    padded = b"x" * 8 + b"\x80" + bytes(15)
    value = b"\x01" + encrypt_cbc(Cipher.TDES, key, bytes(8), padded)
    with pytest.raises(CardError, match=r"card\.sm\.padding"):
        Session(Cipher.TDES, key).open(Response(b"\x86" + bytes([len(value)]) + value, 0x9000))


def test_a_closed_session_opens_nothing() -> None:
    session = Session(Cipher.AES128, bytes(16))
    answer = Response(protected(Cipher.AES128, bytes(16), b"1"), 0x9000)
    session.close()
    with pytest.raises(CardError, match=r"card\.sm\.closed"):
        session.open(answer)
    assert "closed" in repr(session)
