"""Commands and status words of the virtual My Number Card (mynumber-card.md §1.3, §1.4, §3, §4.4, §8, §12)."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509 import load_der_x509_certificate
from hypothesis import given
from hypothesis import strategies as st

from honnin_virtual import CardGone, Faults
from tests.unit.virtual.mynumber.terminal import (
    COMMON,
    DIGEST_INFO,
    FACE,
    JPKI,
    LICENCE,
    MANAGER,
    RESIDENT,
    TEXT,
    Terminal,
    block,
)

NUMBER, REFERENCE_B, BIRTH = "123456789018", "02010220351234", "020102"


@pytest.fixture
def terminal():
    return Terminal()


def test_the_sheets_transcript_of_the_authentication_certificate(terminal):
    assert terminal.sw("00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01") == 0x9000
    assert terminal.sw("00 A4 02 0C 02 00 06") == 0x9000
    assert terminal.send("00 B0 00 00 20") == (b"JPKIAPICCTOKEN2".ljust(32), 0x9000)
    assert terminal.sw("00 A4 02 0C 02 00 0A") == 0x9000
    head, sw = terminal.send("00 B0 00 00 04")
    assert (head[:2], sw) == (b"\x30\x82", 0x9000)
    certificate = terminal.read(0x000A)
    assert len(certificate) == int.from_bytes(head[2:], "big") + 4
    assert terminal.sw("00 A4 02 0C 02 00 18") == 0x9000
    assert terminal.sw("00 20 00 80") == 0x63C3
    assert terminal.sw("00 20 00 80 04 31 32 33 34") == 0x9000
    assert terminal.sw("00 A4 02 0C 02 00 17") == 0x9000
    digest = "63 0D CD 29 66 C4 33 66 91 12 54 48 BB B2 5B 4F F4 12 A4 9C 73 2D B2 C8 AB C1 B8 58 1B D7 10 DD"
    signature, sw = terminal.send(
        f"80 2A 00 80 33 30 31 30 0D 06 09 60 86 48 01 65 03 04 02 01 05 00 04 20 {digest} 00"
    )
    assert sw == 0x9000
    key = load_der_x509_certificate(certificate).public_key()
    key.verify(signature, bytes(range(32)), padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize(
    ("apdu", "sw"),
    [
        ("00 A4 04 0C 0A D3 92 10 00 31 00 01 01 04 08", 0x9000),
        ("00 A4 04 0C 09 D3 92 10 00 31 00 01 01 04", 0x6A82),  # prefixes are not accepted
        ("00 A4 04 0C 07 A0 00 00 02 47 10 01", 0x6A82),
        ("00 A4 04 04 0A D3 92 10 00 31 00 01 01 04 08", 0x6A86),
        ("00 A4 00 00", 0x6A86),  # right after the reset
        ("00 A4 00 00 02 3F 00", 0x6A82),
        ("00 A4 02 0C 02 00 01", 0x6A82),  # no application
        ("00 B0 00 00 10", 0x6986),
        ("00 20 00 80", 0x6986),
        ("00 CB 3F FF 00", 0x6D00),
        ("10 A4 04 0C 00", 0x6E00),
        ("0C B0 00 00 00", 0x69FC),
        ("08 A4 04 0C 0A D3 92 10 00 31 00 01 01 04 08", 0x6882),
        ("00", 0x6700),
        ("00 A4 02 0C 05 00 01", 0x6700),
    ],
)
def test_at_card_manager_level(terminal, apdu, sw):
    assert terminal.sw(apdu) == sw


def test_select_with_file_control_information(terminal):
    assert terminal.send("00 A4 04 00 0A D3 92 F0 00 26 01 00 00 00 01 00") == (
        bytes.fromhex("6F0C840AD392F000260100000001"), 0x9000,
    )  # fmt: skip


def test_selecting_the_master_file_changes_nothing(terminal):
    terminal.application(TEXT)
    assert terminal.verify(0x11, "1234") == 0x9000
    assert terminal.sw("00 A4 00 0C") == 0x9000
    assert terminal.sw("00 A4 00 00 02 3F 00") == 0x6A82
    assert terminal.reading_sw(0x0002) == 0x9000


def test_selecting_an_application_again_forgets_the_pin(terminal):
    terminal.application(TEXT)
    assert terminal.verify(0x11, "1234") == 0x9000
    terminal.application(TEXT)
    assert terminal.reading_sw(0x0002) == 0x6982


def test_reset_forgets_the_pin_and_the_application(terminal):
    terminal.application(TEXT)
    assert terminal.verify(0x11, "1234") == 0x9000
    terminal.card.reset()
    assert terminal.sw("00 B0 82 00 00") == 0x6986
    terminal.application(TEXT)
    assert terminal.reading_sw(0x0002) == 0x6982


# Access conditions: (application, references verified, files that open, files that stay closed)
ACCESS = [
    (JPKI, {}, (0x02, 0x06, 0x08, 0x0A, 0x0B), (0x01, 0x09)),
    (JPKI, {0x18: "1234"}, (0x0A,), (0x01, 0x09)),
    (JPKI, {0x1B: "ABC123"}, (0x01,), (0x09,)),
    (TEXT, {}, (0x04, 0x05, 0x08), (0x01, 0x02, 0x03, 0x06, 0x07)),
    (TEXT, {0x11: "1234"}, (0x01, 0x02, 0x03, 0x06, 0x07), ()),
    (TEXT, {0x14: NUMBER}, (0x01, 0x03, 0x06, 0x07), (0x02,)),
    (TEXT, {0x15: REFERENCE_B}, (0x02, 0x03, 0x06, 0x07), (0x01,)),
    (FACE, {}, (0x03, 0x04, 0x06), (0x01, 0x02, 0x05)),
    (FACE, {0x11: BIRTH}, (0x01,), (0x02, 0x05)),
    (FACE, {0x12: REFERENCE_B}, (0x02,), (0x01, 0x05)),
    (FACE, {0x13: NUMBER}, (0x02, 0x05), (0x01,)),
    (FACE, {0x11: BIRTH, 0x12: REFERENCE_B}, (0x01, 0x02), (0x05,)),
]


@pytest.mark.parametrize(("aid", "verified", "opened", "closed"), ACCESS)
def test_each_reference_opens_its_files_and_no_other(terminal, aid, verified, opened, closed):
    terminal.application(aid)
    for identifier, secret in verified.items():
        assert terminal.verify(identifier, secret) == 0x9000
    assert {identifier: terminal.reading_sw(identifier) for identifier in opened} == dict.fromkeys(opened, 0x9000)
    assert {identifier: terminal.reading_sw(identifier) for identifier in closed} == dict.fromkeys(closed, 0x6982)


@pytest.mark.parametrize(
    ("aid", "identifier", "tries"),
    [(JPKI, 0x18, 3), (JPKI, 0x1B, 5), (TEXT, 0x11, 3), (TEXT, 0x14, 10), (TEXT, 0x15, 10), (FACE, 0x11, 10),
     (FACE, 0x12, 10), (FACE, 0x13, 10), (RESIDENT, 0x1C, 3), (COMMON, 0x1C, 3)],
)  # fmt: skip
def test_tries_go_down_over_resets_until_blocked(terminal, aid, identifier, tries):
    terminal.application(aid)
    assert terminal.tries(identifier) == 0x63C0 | tries
    for left in range(tries - 1, -1, -1):
        assert terminal.verify(identifier, "0000") == 0x63C0 | left
        terminal.card.reset()
        terminal.application(aid)
        assert terminal.tries(identifier) == 0x63C0 | left
    assert terminal.verify(identifier, "0000") == 0x6984
    assert terminal.verify(identifier, "1234") == 0x6984
    assert terminal.tries(identifier) == 0x63C0


def test_success_gives_all_tries_back_to_that_reference_only(terminal):
    terminal.application(JPKI)
    assert terminal.verify(0x18, "9999") == 0x63C2
    assert terminal.verify(0x1B, "WRONG1") == 0x63C4
    assert terminal.verify(0x18, "1234") == 0x9000
    assert (terminal.tries(0x18), terminal.tries(0x1B)) == (0x63C3, 0x63C4)


def test_a_wrong_try_takes_the_verified_state_away(terminal):
    terminal.application(TEXT)
    assert terminal.verify(0x11, "1234") == 0x9000
    assert terminal.verify(0x11, "9999") == 0x63C2
    assert terminal.reading_sw(0x0002) == 0x6982


def test_another_length_or_case_is_a_wrong_secret(terminal):
    terminal.application(JPKI)
    assert terminal.verify(0x18, "12345") == 0x63C2
    assert terminal.verify(0x1B, "abc123") == 0x63C4


def test_the_question_for_the_tries_is_exactly_four_octets(terminal):
    terminal.application(JPKI)
    terminal.file(0x18)
    assert terminal.sw("00 20 00 80 00") == 0x6700
    assert terminal.sw("00 20 00 80") == 0x63C3


def test_references_by_short_identifier(terminal):
    terminal.application(FACE)
    assert terminal.sw("00 20 00 92") == 0x63CA
    assert terminal.sw(b"\x00\x20\x00\x92\x0e" + REFERENCE_B.encode()) == 0x9000
    assert terminal.sw("00 20 00 92") == 0x63CA  # even though verified
    assert terminal.sw("00 20 00 84") == 0x6981  # a data file
    assert terminal.sw("00 20 00 9F") == 0x6A82


def test_the_blocked_reference_of_every_card(terminal):
    terminal.application(TEXT)
    assert terminal.tries(0x12) == 0x63C0
    assert terminal.verify(0x12, "1234") == 0x6984


def test_reading_forms(terminal):
    terminal.application(TEXT)
    assert terminal.verify(0x11, "1234") == 0x9000
    assert terminal.sw("00 B0 00 00 00") == 0x6981  # the PIN file is current
    whole, sw = terminal.send("00 B0 82 00 00 00 00")
    assert (sw, whole[:2], len(whole)) == (0x9000, b"\xff\x20", 512)
    assert terminal.send("00 B0 00 00 07") == (whole[:7], 0x9000)  # the short identifier made it current
    assert terminal.send("00 B0 01 FE 00") == (whole[510:], 0x9000)  # the rest, without a warning
    assert terminal.sw("00 B0 02 00 01") == 0x6B00
    assert terminal.sw("00 B0 00 00") == 0x6700
    assert terminal.sw("00 B0 9D 00 01") == 0x6A82
    for size, identifier in ((17, 1), (336, 3), (568, 4), (256, 5), (269, 6), (536, 7)):
        octets, sw = terminal.send(f"00 B0 {0x80 | identifier:02X} 00 00 {size:04X}")
        assert (sw, len(octets)) == (0x9000, size)
        assert terminal.read(identifier) == octets


def test_records_of_the_common_application(terminal):
    terminal.application(COMMON)
    record, sw = terminal.send("00 B2 01 0C 00")
    assert (sw, record[:2], record[2:].isdigit(), record[-8:]) == (0x9000, b"\x01\x1c", True, b"20350102")
    assert terminal.send("00 B2 01 05 00") == (record, 0x9000)
    terminal.file(0x0001)
    assert terminal.send("00 B2 01 04 00") == (record, 0x9000)
    assert terminal.sw("00 B2 02 04 00") == 0x6A83
    assert terminal.sw("00 B0 00 00 00") == 0x6981


def test_signing_needs_its_own_pin(terminal):
    terminal.application(JPKI)
    info = (DIGEST_INFO + bytes(32)).hex()
    assert terminal.sw(f"80 2A 00 97 33 {info} 00") == 0x6982
    assert terminal.verify(0x18, "1234") == 0x9000
    assert terminal.sw(f"80 2A 00 97 33 {info} 00") == 0x9000
    assert terminal.sw(f"80 2A 00 9A 33 {info} 00") == 0x6982
    assert terminal.verify(0x1B, "ABC123") == 0x9000
    assert terminal.sw(f"80 2A 00 9A 33 {info} 00") == 0x9000
    assert terminal.sw(f"80 2A 00 9A 33 {info} 00") == 0x9000  # several signatures after one PIN
    assert terminal.sw(f"80 2A 00 80 33 {info} 00") == 0x6985  # the current file is no key
    assert terminal.sw(f"80 2A 06 9A 33 {info} 00") == 0x6A86
    assert terminal.sw(f"80 2A 00 00 33 {info} 00") == 0x6A86  # no default key here
    assert terminal.sw(f"80 2A 02 9A 1F {info[:62]} 00") == 0x6985


def test_the_six_modes_of_signing(terminal):
    terminal.application(JPKI)
    assert terminal.verify(0x18, "1234") == 0x9000
    public = load_der_x509_certificate(terminal.read(0x0A)).public_key()
    modulus = public.public_numbers().n
    message, digest = b"message", hashes.Hash(hashes.SHA256())
    digest.update(message)
    digest = digest.finalize()

    def sign(mode, data):
        signature, sw = terminal.send(bytes([0x80, 0x2A, mode, 0x97, len(data)]) + data + b"\x00")
        assert sw == 0x9000
        return signature

    def opened(signature):
        return pow(int.from_bytes(signature, "big"), 65537, modulus).to_bytes(256, "big")

    assert opened(sign(0, b"anything at all")) == block(b"anything at all")
    assert opened(sign(0, bytes(245))) == block(bytes(245))
    assert terminal.sw(b"\x80\x2a\x00\x97\xf6" + bytes(246) + b"\x00") == 0x6985
    assert opened(sign(1, message)) == block(digest)
    assert opened(sign(2, digest)) == opened(sign(3, message)) == block(DIGEST_INFO + digest)
    for signature in (sign(4, digest), sign(5, message)):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        public.verify(signature, digest, pss, Prehashed(hashes.SHA256()))


def test_the_card_data_keys_sign_without_a_pin_by_all_their_names(terminal):
    for aid, short in ((FACE, "9A"), (TEXT, "93")):
        terminal.application(aid)
        info = (DIGEST_INFO + bytes(32)).hex()
        answers = {terminal.send(f"80 2A 00 {p2} 33 {info} 00") for p2 in ("00", short)}
        terminal.file(int(short, 16) & 0x1F)
        answers.add(terminal.send(f"80 2A 00 80 33 {info} 00"))
        assert len(answers) == 1
        assert answers.pop()[1] == 0x9000


def test_internal_authenticate_is_answered_in_the_common_application_only(terminal):
    for aid, sw in ((COMMON, 0x9000), (FACE, 0x6985), (TEXT, 0x6985), (JPKI, 0x6982)):
        terminal.application(aid)
        assert terminal.sw("00 88 00 99 08 01 02 03 04 05 06 07 08 00") == sw


def test_session_keys_are_not_offered(terminal):
    for aid, sw in ((COMMON, 0x66F1), (FACE, 0x66F1), (JPKI, 0x6982), (RESIDENT, 0x6982), (TEXT, 0x6982)):
        terminal.application(aid)
        assert terminal.sw("80 AE 00 00 01 00") == sw


def test_get_challenge(terminal):
    first, sw = terminal.send("00 84 00 00 00")
    assert (len(first), sw) == (256, 0x9000)
    assert terminal.send("00 84 00 00 10")[0] != first[:16]
    assert terminal.sw("00 84 00 00 00 01 01") == 0x6985


def test_data_objects_are_at_card_manager_level_only(terminal):
    assert terminal.send("00 CA 00 F0 00") == (b"99201", 0x9000)
    assert terminal.send("00 CA 00 F2 00") == (b"20350102", 0x9000)
    assert terminal.sw("00 CA 00 F8 00") == 0x6700  # long: extended Le
    assert len(terminal.send("00 CA 00 F8 00 00 00")[0]) == 563
    assert terminal.sw("00 CA 7F 21 00") == 0x6A88
    assert terminal.send("00 CA 5F 51 00") == (terminal.card.atr[1:], 0x9000)
    terminal.application(JPKI)
    assert terminal.sw("00 CA 00 F0 00") == 0x6A88
    assert terminal.send("00 CA 5F 51 00") == (terminal.card.atr[1:], 0x9000)
    terminal.application(MANAGER)
    assert terminal.sw("00 CA 00 F0 00") == 0x9000


def test_changing_a_pin_needs_the_old_one(terminal):
    terminal.application(TEXT)
    terminal.file(0x11)
    assert terminal.sw("00 24 01 80 04 35 36 37 38") == 0x6982
    assert terminal.verify(0x11, "1234") == 0x9000
    assert terminal.sw("00 24 01 80 03 35 36 37") == 0x6700
    assert terminal.sw("00 24 01 80 04 35 36 37 38") == 0x9000
    terminal.card.reset()
    terminal.application(TEXT)
    assert terminal.verify(0x11, "1234") == 0x63C2
    assert terminal.verify(0x11, "5678") == 0x9000
    terminal.application(COMMON)
    assert terminal.verify(0x1C, "1234") == 0x9000
    assert terminal.sw("00 24 01 80 04 35 36 37 38") == 0x6985
    assert terminal.sw("80 32 00 80 04 35 36 37 38") == 0x9000


def test_a_child_has_no_signature_certificate_key_or_password():
    terminal = Terminal("mynumber-child")
    terminal.application(JPKI)
    assert terminal.read(0x0008) == bytes.fromhex("008F00")
    for identifier in ("0001", "0002", "001A"):
        assert terminal.sw(f"00 A4 02 0C 02 {identifier}") == 0x6A82
    assert terminal.tries(0x1B) == 0x63C5
    assert terminal.verify(0x1B, "ABC123") == 0x63C4


def test_one_try_left_and_blocked_cards():
    terminal = Terminal("mynumber-one-try")
    terminal.application(JPKI)
    assert (terminal.tries(0x18), terminal.verify(0x18, "0000"), terminal.verify(0x18, "1234")) == (
        0x63C1, 0x63C0, 0x6984,
    )  # fmt: skip
    terminal = Terminal("mynumber-blocked")
    for aid, identifier in ((JPKI, 0x18), (JPKI, 0x1B), (TEXT, 0x11), (TEXT, 0x15), (FACE, 0x12)):
        terminal.application(aid)
        assert terminal.tries(identifier) == 0x63C0
    terminal.application(LICENCE)
    assert terminal.sw("00 20 00 86") == 0x63C0


def test_the_foreign_residents_reference_has_the_western_year():
    terminal = Terminal("mynumber-foreign")
    terminal.application(FACE)
    assert terminal.verify(0x12, "95081820290808") == 0x9000
    assert terminal.verify(0x11, "950818") == 0x9000
    assert terminal.verify(0x12, "07081820290808") == 0x63C9


def test_a_card_lifted_while_verifying_has_spent_the_try():
    terminal = Terminal(faults=Faults(removed_at=3))
    terminal.application(JPKI)
    terminal.file(0x18)
    with pytest.raises(CardGone):
        terminal.sw("00 20 00 80 04 39 39 39 39")
    with pytest.raises(CardGone):
        terminal.sw("00 20 00 80")
    terminal.card.reset()
    terminal.application(JPKI)
    assert terminal.sw("00 20 00 98") == 0x63C2


def test_switches_of_status_words_and_lengths():
    terminal = Terminal("mynumber-blocked", faults=Faults(blocked_6983=True, short_only=True))
    terminal.application(JPKI)
    assert terminal.verify(0x18, "1234") == 0x6983
    assert terminal.sw("00 B0 8A 00 00 00 00") == 0x6700
    assert terminal.sw("00 B0 8A 00 00") == 0x9000
    terminal = Terminal(faults=Faults(mismatch_6300=True))
    terminal.application(JPKI)
    assert terminal.verify(0x18, "0000") == 0x6300
    assert terminal.tries(0x18) == 0x63C2
    assert Terminal(faults=Faults(error_at=1)).send("00 84 00 00 08") == (b"", 0x6F00)


def test_a_slow_card_waits_before_each_answer():
    waits = []
    terminal = Terminal(faults=Faults(delay_s=0.2), sleep=waits.append)
    terminal.application(JPKI)
    terminal.file(0x18)
    assert waits == [0.2, 0.2]


@given(st.lists(st.binary(max_size=300), max_size=8), st.sampled_from([JPKI, FACE, TEXT, COMMON, MANAGER]))
def test_whatever_a_terminal_sends_is_answered_with_a_status_word(apdus, aid):
    terminal = _SHARED
    terminal.application(aid)
    for apdu in apdus:
        assert len(terminal.card.process(apdu)) >= 2
        assert len(terminal.card.process(b"\x00" + apdu)) >= 2
        assert len(terminal.card.process(b"\x80\x2a" + apdu)) >= 2


_SHARED = Terminal()
