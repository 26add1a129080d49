"""The chip as a state machine: files, lengths, transport habits, and what ends a session (sheet passport.md §2, §7, §16)."""

import os
import time

import pytest

from honnin.apdu import Command
from honnin.core.tlv import encode, find, parse_single
from honnin.crypto import Cipher
from honnin_virtual import VirtualCard, issue
from honnin_virtual.passport.build import AaSpec, FaceSpec, build_passport
from honnin_virtual.passport.profile import Limits
from honnin_virtual.passport.security_infos import PaceSpec
from tests.unit.virtual.terminal import Refused, Terminal

H = bytes.fromhex
GM13 = PaceSpec("GM", "ECDH", Cipher.AES128, 13)


def opened(*, extended=True, **wishes) -> Terminal:
    """A terminal behind BAC (or PACE) in the application of a passport made to order."""
    wishes = {"access": "bac", "face": FaceSpec(size=9_000)} | wishes
    card = build_passport(extended=extended, **wishes)
    terminal = Terminal(card, extended=extended)
    if "pace" in wishes["access"]:
        terminal.pace(GM13, card.mrz)
        terminal.select_application()
    else:
        terminal.select_application()
        terminal.bac(card.mrz)
    return terminal


def test_a_virtual_passport_is_a_virtual_card():
    assert isinstance(issue("passport-copyable"), VirtualCard)


# --- secure messaging


def test_a_plain_command_ends_the_session():
    terminal = opened()
    assert terminal.card.process(H("00B0810004")) == H("6982")
    with pytest.raises(Refused, match="sm: 6982"):
        terminal.read("EF.DG1")


def test_a_wrong_mac_ends_the_session_with_6988():
    terminal = opened()
    command = H("0CB08100") + H("0D") + encode(0x97, b"\x04") + encode(0x8E, bytes(8)) + H("00")
    assert terminal.card.process(command) == H("6988")
    with pytest.raises(Refused, match="sm: 6982"):
        terminal.read("EF.DG1")


def test_a_replayed_command_is_refused():
    terminal = opened()
    sent = []
    process = terminal.card.process
    terminal.card.process = lambda apdu: sent.append(apdu) or process(apdu)
    terminal.read("EF.DG1")
    assert process(sent[0]) == H("6988")


@pytest.mark.parametrize(
    "body",
    ["", "970104", "8E08" + "00" * 8 + "970104", "99029000" + "8E08" + "00" * 8, "8701" + "00" + "8E08" + "00" * 8,
     "85" + "08" + "00" * 8 + "8E08" + "00" * 8, "87FFFF"],
)  # fmt: skip
def test_missing_or_foreign_data_objects_are_refused(body):
    terminal = opened()
    data = H(body)
    apdu = H("0CB08100") + (bytes([len(data)]) + data if data else b"") + b"\x00"
    assert terminal.card.process(apdu)[-2:] in {H("6987"), H("6988")}
    assert not terminal.card._chip.secured


def test_protected_command_without_a_session_is_refused():
    card = build_passport(access="bac")
    assert card.process(H("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800")) == H("6982")


def test_errors_are_protected_while_the_session_lives():
    terminal = opened()
    assert terminal.send(0, 0xA4, 2, 0x0C, H("0109")).sw == 0x6A82
    assert terminal.send(0, 0xB0, 0x8A, 0, le=4).sw == 0x6A82
    assert terminal.send(0, 0xE0, 0, 0, le=4).sw == 0x6D00
    assert terminal.read("EF.DG1")


def test_reset_forgets_everything():
    terminal = opened()
    terminal.card.reset()
    fresh = Terminal(terminal.card)
    assert fresh.send(0, 0xB0, 0x9C, 0, le=256).sw == 0x6A82  # the master file is current, without EF.CardAccess


# --- reading


@pytest.mark.parametrize(("access", "longest"), [("bac", 231), ("pace", 223)])
def test_a_short_answer_holds_231_octets_with_3des_and_223_with_aes(access, longest):
    terminal = opened(access=access)
    answer = terminal.send(0, 0xB0, 0x82, 0, le=256)
    assert (answer.sw, len(answer.data)) == (0x9000, longest)


def test_short_file_identifier_selects_the_file():
    terminal = opened()
    assert terminal.send(0, 0xB0, 0x82, 0, le=4).data == terminal.card.files["EF.DG2"][:4]
    assert terminal.send(0, 0xB0, 0, 4, le=4).data == terminal.card.files["EF.DG2"][4:8]


def test_end_of_file_is_warned_of_and_offset_behind_it_refused():
    terminal = opened()
    whole = terminal.card.files["EF.DG1"]
    answer = terminal.send(0, 0xB0, 0x81, 90, le=100)
    assert (answer.sw, answer.data) == (0x6282, whole[90:])
    assert terminal.send(0, 0xB0, 0x81, 90, le=256).sw == 0x9000
    assert terminal.send(0, 0xB0, 0x81, len(whole), le=4).sw == 0x6B00


def test_reading_without_a_current_file_is_refused():
    assert opened().send(0, 0xB0, 0, 0, le=4).sw == 0x6986


@pytest.mark.parametrize("which", [0x0002, 0x0102])
def test_odd_read_by_short_identifier_and_by_file_identifier(which):
    terminal = opened()
    answer = terminal.send(0, 0xB1, which >> 8, which & 0xFF, H("540105"), le=22)
    assert answer.data == encode(0x53, terminal.card.files["EF.DG2"][5:25])


@pytest.mark.parametrize("extended", [True, False])
def test_files_above_32767_octets_are_read_with_the_odd_instruction(extended):
    terminal = opened(face=FaceSpec(size=40_000), extended=extended)
    whole = terminal.card.files["EF.DG2"]
    assert len(whole) > 32_767
    assert terminal.read("EF.DG2") == whole
    # the even instruction cannot reach: bit 8 of P1 means a short identifier
    assert terminal.send(0, 0xB0, 0x80, 0, le=4).sw == 0x6A82


@pytest.mark.parametrize("data", ["", "5401", "550100", "540500000000FF", "5400"])
def test_malformed_offsets_are_refused(data):
    assert opened().send(0, 0xB1, 0, 2, H(data), le=4).sw == 0x6A80


def test_fingers_are_listed_and_never_readable():
    terminal = opened(fingerprints=True)
    assert terminal.send(0, 0xA4, 2, 0x0C, H("0103")).sw == 0x6982
    assert terminal.send(0, 0xB0, 0x83, 0, le=4).sw == 0x6982


def test_same_identifier_means_another_file_in_the_master_file():
    card = build_passport(access="pace", ca=None, pace=(PaceSpec("CAM", "ECDH", Cipher.AES128, 13), GM13))
    terminal = Terminal(card)
    terminal.pace(GM13, card.mrz)
    assert terminal.read("EF.CardSecurity") != card.files["EF.SOD"]
    terminal.select_application()
    assert terminal.read("EF.SOD") == card.files["EF.SOD"]
    assert terminal.send(0, 0xB0, 0x9C, 0, le=4).sw == 0x6A82  # EF.CVCA is not there


# --- lengths and transport


@pytest.mark.parametrize("extended", [True, False])
def test_buffers_and_capabilities_are_stated_truthfully(extended):
    card = build_passport(access="bac+pace", extended=extended)
    info = card.files["EF.ATR/INFO"]
    capabilities = find(info, 0x47).value
    assert len(capabilities) == 3
    assert bool(capabilities[2] & 0x40) is extended
    assert capabilities[2] & 0x80  # chaining: PACE
    assert (find(info, 0x7F66) is not None) is extended
    assert bool(capabilities[2] & 0x20) is extended
    if extended:
        lengths = [int.from_bytes(item.value, "big") for item in parse_single(find(info, 0x7F66).raw).children()]
        assert lengths == [65_535, 65_535] or all(256 < length <= 65_535 for length in lengths)


@pytest.mark.parametrize("access", ["none", "bac", "bac+pace"])
def test_answer_to_reset_is_that_of_a_contactless_chip_with_the_same_capabilities(access):
    card = build_passport(access=access)
    atr = card.atr
    assert atr[0] == 0x3B
    assert atr[1] >> 4 == 8
    assert atr[2:4] == H("8001")
    historical = atr[4:-1]
    assert len(historical) == atr[1] & 0x0F
    check = 0
    for octet in atr[1:]:
        check ^= octet
    assert check == 0
    assert historical[:2] == H("8073")
    assert historical[2:5] == find(card.files["EF.ATR/INFO"], 0x47).value


def test_short_only_chip_answers_6700_to_extended_length():
    terminal = opened(extended=False)
    assert terminal.card.process(H("00B0820000" + "0400")) == H("6700")
    assert not terminal.card._chip.secured


def test_rsa_2048_answer_does_not_fit_a_short_response():
    terminal = opened(extended=False, aa=AaSpec("rsa", 2048))
    assert terminal.send(0, 0x88, 0, 0, bytes(8), le=256).sw == 0x6700
    assert len(opened(aa=AaSpec("rsa", 2048)).send(0, 0x88, 0, 0, bytes(8), le=65_536).data) == 256


def test_response_is_never_longer_than_the_stated_buffer():
    terminal = opened(limits=Limits(max_response=2_000))
    process = terminal.card.process
    sizes = []
    terminal.card.process = lambda apdu: sizes.append(len(answer := process(apdu))) or answer
    terminal.extended = True
    assert terminal.read("EF.DG2") == terminal.card.files["EF.DG2"]
    assert 1_900 < max(sizes) <= 2_002


def test_command_longer_than_the_stated_buffer_is_refused():
    card = build_passport(access="bac", limits=Limits(max_command=300))
    assert card.process(Command(0, 0xA4, 4, 0x0C, bytes(400)).encode()) == H("6700")


def test_a_chip_may_return_fewer_octets_than_asked():
    terminal = opened(limits=Limits(read_at_most=50))
    assert len(terminal.send(0, 0xB0, 0x82, 0, le=200).data) == 50
    assert terminal.read("EF.DG2") == terminal.card.files["EF.DG2"]


def test_get_response_style_delivers_the_same_files():
    card = build_passport(access="bac", aa=AaSpec("rsa", 2048), limits=Limits(extended=False, get_response=True))
    terminal = Terminal(card, extended=False)
    terminal.select_application()
    terminal.bac(card.mrz)
    assert terminal.read("EF.DG1") == card.files["EF.DG1"]
    assert len(terminal.send(0, 0x88, 0, 0, bytes(8), le=256).data) == 256


def test_get_response_style_answers_61_and_6c():
    card = build_passport(access="none", limits=Limits(extended=False, get_response=True))
    card.process(H("00A4040C07A0000002471001"))
    wrong = card.process(H("00B0810000"))
    assert wrong == H("6C5D")
    assert card.process(H("00B081005D")) == card.files["EF.DG1"] + H("9000")
    assert card.process(H("00B10001") + H("03540100") + H("00")) == H("615F")
    assert card.process(H("00C0000010"))[-2:] == H("614F")
    assert card.process(H("00C000004F"))[-2:] == H("9000")
    assert card.process(H("00C0000000")) == H("6985")


@pytest.mark.parametrize("apdu", ["", "00", "00A404", "00A4040C", "00A4040C08A0000002471001", "FFFFFFFFFF", "00B000000000"])
def test_malformed_commands_get_an_answer(apdu):
    answer = build_passport(access="bac").process(H(apdu))
    assert len(answer) == 2
    assert answer != H("9000")


def test_random_octets_never_raise():
    card = build_passport(access="bac+pace", face=FaceSpec(size=9_000))
    for n in range(2_000):
        apdu = bytes([0x0C if n % 3 else 0]) + os.urandom(n % 60)
        assert len(card.process(apdu)) >= 2


def test_reading_a_whole_passport_takes_the_chip_little_time():
    terminal = opened(face=FaceSpec(size=18_000))
    started = time.perf_counter()
    for name in ("EF.COM", "EF.SOD", "EF.DG1", "EF.DG2"):
        terminal.read(name, step=200)
    assert time.perf_counter() - started < 0.5  # both sides, a hundred exchanges; some 15 ms on an ordinary machine
