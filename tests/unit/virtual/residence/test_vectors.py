"""The sheet's worked examples from the card's side, octet for octet (residence-card.md §4.1, §4.2, §6.3)."""

from __future__ import annotations

from hashlib import sha256

import pytest

from honnin.crypto import Cipher
from honnin_virtual.residence.chip import DF1, DF2, DF3, MF, Access, ElementaryFile, ResidenceChip
from honnin_virtual.residence.session import Suite


def x(text):
    return bytes.fromhex(text)


class Draws:
    """Randomness in the order of the example: RND.ICC, K.ICC."""

    def __init__(self, *values):
        self._values = [x(value) for value in values]

    def __call__(self, count):
        value = self._values.pop(0)
        assert len(value) == count
        return value


def chip(number, cipher, directories, *randoms):
    card = ResidenceChip("example", number, cipher, {MF: (), **directories}, random=Draws(*randoms))

    def send(text):
        answer = card.process(x(text))
        return answer[:-2], answer[-2:].hex()

    return send


def one(name, sfi, data, access=Access.SECURED):
    return ElementaryFile(name, sfi, data, access)


FRONT = bytes(i % 256 for i in range(6000)) + bytes(1000)
PHOTO = bytes((255 - i) % 256 for i in range(2900)) + bytes(100)
FIRST = {
    DF1: (one("DF1/EF01", 5, x("D0821B58") + FRONT), one("DF1/EF02", 6, x("D1820BB8") + PHOTO)),
    DF2: (),
    DF3: (),
}


def test_the_official_example_of_the_first_generation():
    send = chip("AA12345678BB", Cipher.TDES, FIRST, "5A6E7E385162B7A3", "19D049490FFF52EEDBFCB930BC810ED0")
    assert send("00 84 00 00 08") == (x("5A6E7E385162B7A3"), "9000")
    e_ifd = "93 77 45 C2 08 83 A1 BA D1 E0 41 93 72 2A 15 92 37 8F 81 A8 F1 DC 58 91 57 AE B0 F7 54 4F A1 BA"
    e_icc = "58 60 77 5B 4D 03 2C C5 64 BA 20 4B 8E A8 68 F6 94 A7 4E 74 75 A8 FE F2 40 58 8B DA 1A F4 96 CE"
    assert send(f"00 82 00 00 28 {e_ifd} 1A D7 FB 6A 33 89 E0 17 00") == (x(e_icc + "59 38 8F D6 CD 45 24 8B"), "9000")
    assert send("08 20 00 86 13 86 11 01 1A A8 29 73 DB 95 9A 81 1F 97 11 D7 28 F0 EE F6") == (b"", "9000")


def test_the_official_example_of_the_second_generation():
    send = chip("AA12345678BB", Cipher.AES128, FIRST, "921CE277323DA057", "2CC6AF9B8B607C662FDCAD27B401D08B")
    send("00 84 00 00 08")
    e_ifd = "4A D3 C7 B6 BB 48 4A 52 77 19 77 DE D6 18 B4 1D F8 41 FA 04 76 A0 5F BE 04 1D EA D6 10 9E 77 3B"
    e_icc = "28 9A 96 B1 DA 6A E3 DA 87 77 04 19 BF D1 4F 0B DA D1 5F 36 43 2B 5A 94 6C 18 8C 72 21 75 9A 62"
    assert send(f"00 82 00 00 28 {e_ifd} AC 85 46 17 63 4F 53 97 00") == (x(e_icc + "FA 94 2E C5 1E 62 FF 5F"), "9000")
    assert send("08 20 00 86 13 86 11 01 EE 0B 31 EF 87 7F 68 D0 71 C5 6D 58 C7 2E 67 48") == (b"", "9000")


def test_a_whole_session_of_the_first_generation():
    send = chip("AB12345678CD", Cipher.TDES, FIRST, "0F1E2D3C4B5A6978", "F0E1D2C3B4A5968778695A4B3C2D1E0F")
    assert send("00 84 00 00 08") == (x("0F1E2D3C4B5A6978"), "9000")
    assert send(
        "00 82 00 00 28 8E 72 4E 2F FE AF 4B 2D 6B 6F B7 3C 8E C8 42 FF 2E A2 F0 78 45 0A 1F C5 6D 1E 09 A2 C5 FE F8 44"
        "58 BB 80 98 40 F0 08 F8 00"
    ) == (
        x(
            "34 23 B6 40 03 B4 D7 B0 C9 60 A2 E1 A9 FF 05 4F 01 FF 9D 8F 71 9D 3A D3 61 79 D9 D0 D0 C1 71 35"
            "8C 78 E6 2E AA 43 61 C3"
        ),
        "9000",
    )
    assert send("08 20 00 86 13 86 11 01 C6 84 DA 67 6D 03 7B AD 85 88 B7 9B 40 9C CE 8D") == (b"", "9000")
    assert send("00 A4 04 0C 10 D3 92 F0 00 4F 02 00 00 00 00 00 00 00 00 00 00") == (b"", "9000")
    data, sw = send("08 B0 85 00 00 00 04 96 02 00 00 00 00")
    assert (len(data), sw) == (7013, "9000")
    assert data.startswith(x("86 82 1B 61 01 DF 22 69 65 6F 9F 1C B6"))
    assert sha256(data).hexdigest() == "9aee6dcafa3b517d72d07118e1adde5d00a77307ad070c0efbbff2641295a281"
    data, sw = send("08 B0 86 00 00 00 04 96 02 00 00 00 00")
    assert (len(data), sw) == (3013, "9000")
    assert sha256(data).hexdigest() == "c96fcb7181a93f7417b9c490367d8a917bc514bd512520041f2eccab9d115b74"
    assert send("08 B0 86 00 00 00 04 96 02 00 10 00 00") == (
        x("86 19 01 8F FF 6C BE DB 86 CD 13 B9 FD 52 28 55 BE C0 95 D4 A0 DD 1B 1B FE CD BD"), "9000",
    )  # fmt: skip
    assert send("08 B0 00 10 00 00 04 96 02 00 14 00 00") == (
        x("86 19 01 4F D3 31 7C CA AB 6D 58 F7 15 A7 1D D9 17 53 B1 F6 05 6D 8F 47 98 24 E7"), "9000",
    )  # fmt: skip
    assert send("08 B0 0B B8 00 00 04 96 02 00 00 00 00") == (x("86 09 01 5E 78 D8 F7 47 9A 1E 5D"), "9000")


NUMBER = x("C2 0C 43 44 39 38 37 36 35 34 33 32 41 42")
ENTRIES = x(
    "C5 08 3230333330343031 C6 08 3139393030313135 C7 01 32 C8 03 564E4D C9 0A 30303030303030303030 CE 04 30333030"
    "CA 02 3031 CB 08 3230323630373031 CC 01 32 CD 08 3230323930373031"
)
NAME_VALUE = bytes(i % 256 for i in range(1200)) + bytes(1300)
SECOND = {
    DF1: (
        one("DF1/EF01", 1, NUMBER),
        one("DF1/EF02", 3, ENTRIES),
        one("DF1/EF03", 4, x("D08209C4") + NAME_VALUE + x("D1820BB8") + PHOTO),
    )
}


def test_a_whole_session_of_the_second_generation():
    send = chip("CD98765432AB", Cipher.AES128, SECOND, "1029384756ABCDEF", "5A5B5C5D5E5F60616263646566676869")
    assert send("00 84 00 00 08") == (x("1029384756ABCDEF"), "9000")
    assert send(
        "00 82 00 00 28 39 7E 1E 4C 9B D3 DE 68 8E 74 CA BA 62 8E AF 1C 57 BB AC E6 BE 13 67 28 63 31 A3 DF 79 47 01 1C"
        "3A F9 60 BA 4B 17 56 EA 00"
    ) == (
        x(
            "90 0B BF 9F FC 08 E6 11 9B 12 28 D0 F7 8C 60 0F AB AC E8 30 06 53 C7 9B 0C FF 7E DF 39 D3 35 4B"
            "99 6D A7 AF 13 8C DE D7"
        ),
        "9000",
    )
    assert send("08 20 00 86 13 86 11 01 2B 1E 03 70 95 07 5B 5C 6B 9E 73 1B 29 F3 9C 19") == (b"", "9000")
    assert send("00 A4 04 0C 10 D3 92 F0 00 4F 02 00 00 00 00 00 00 00 00 00 00") == (b"", "9000")
    assert send("08 B0 81 00 00 00 04 96 02 00 00 00 00") == (
        x("86 11 01 83 DA EC 65 5F E0 9E DD 28 E3 17 5F 0D 48 31 50"), "9000",
    )  # fmt: skip
    data, _ = send("08 B0 83 00 00 00 04 96 02 00 00 00 00")
    assert data == x(
        "86 51 01 4B 6D D1 24 FE FA 52 03 27 32 CC C1 67 BF 36 0E 68 CD 20 25 1B 2D 69 5A 41 F5 9A E7 7B"
        "4E 0D 1B 35 5F F5 76 83 73 6E 0B 35 E2 79 04 F6 99 45 2F 0F FF 09 E6 5C FF AB 30 2B 86 BB 92 95"
        "BA DD C7 B0 F7 29 F0 FF 4E 1B 39 82 D6 A4 94 26 E0 05 FF"
    )
    data, sw = send("08 B0 84 00 00 00 04 96 02 00 00 00 00")
    assert (len(data), sw) == (5525, "9000")
    assert data.startswith(x("86 82 15 91 01 2A 62 FC 0F 6B 0A 23 B1 8B"))
    assert sha256(data).hexdigest() == "a8b281f1a70f1b7c9e6271e72a9c1bd3d967f857d2797865a166afb5605915e3"


@pytest.mark.parametrize(
    ("number", "key"),
    [("AA12345678BB", "6522B4E171195BB218223A976C040111"), ("AB12345678CD", "6C073AFC6503973 8D0A658F40FC1D82B"),
     ("CD98765432AB", "657B93CA0A1570929959F1BDF8ED20E9")],
)  # fmt: skip
def test_the_key_is_the_hash_of_the_number(number, key):
    assert Suite(Cipher.TDES, number).key == x(key.replace(" ", ""))
