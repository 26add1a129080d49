"""Each switch does what its name says, and nothing else is broken."""

import hashlib

import pytest

from honnin.core.errors import CallerError, HonninError
from honnin.core.tlv import find
from honnin.crypto import Cipher, EcKey, verify_ecdsa
from honnin_virtual import FAULTS, CardGone, Faults, faults_for, faults_from_names, issue, list_cards
from honnin_virtual.keys import ec_key
from honnin_virtual.passport.security_infos import PaceSpec, pace_info
from honnin_virtual.pki import document_signer
from tests.unit.virtual.terminal import Refused, Terminal
from tests.unit.virtual.test_files import listed_hashes

GM13 = PaceSpec("GM", "ECDH", Cipher.AES128, 13)
NAME = "passport-japanese-style"


def opened(faults: Faults, name: str = NAME, **wishes) -> Terminal:
    card = issue(name, faults=faults, **wishes)
    terminal = Terminal(card)
    if "EF.CardAccess" in card.files:
        terminal.pace(GM13, card.mrz)
        terminal.select_application()
    else:
        terminal.select_application()
        terminal.bac(card.mrz)
    return terminal


def broken_groups(card) -> set[int]:
    hashes = listed_hashes(card.files["EF.SOD"])
    return {n for n, value in hashes.items() if f"EF.DG{n}" in card.files and hashlib.new({32: "sha256", 48: "sha384"}[len(value)], card.files[f"EF.DG{n}"]).digest() != value}  # fmt: skip


def test_healthy_cards_have_no_broken_group():
    assert broken_groups(issue(NAME)) == set()


@pytest.mark.parametrize(("faults", "group"), [(Faults(tampered_dg1=True), 1), (Faults(tampered_dg2=True), 2), (Faults(huge_length=True), 2)])
def test_tampering_breaks_one_hash(faults, group):
    assert broken_groups(issue(NAME, faults=faults)) == {group}


def signature_fits(terminal: Terminal) -> bool:
    answer = terminal.ok("aa", terminal.send(0, 0x88, 0, 0, bytes(8), le=256))
    key = ec_key(f"aa/{NAME}", "secp256r1")
    r, s = int.from_bytes(answer[:32], "big"), int.from_bytes(answer[32:], "big")
    return verify_ecdsa(EcKey(key.curve, key.point), "sha256", bytes(8), r, s)


def test_clone_signs_with_another_key_than_the_one_it_shows():
    assert signature_fits(opened(Faults()))
    clone = opened(Faults(clone_aa=True))
    assert not signature_fits(clone)
    assert clone.card.files == issue(NAME).files


def test_silent_clone_knows_no_active_authentication():
    assert opened(Faults(clone_aa_silent=True)).send(0, 0x88, 0, 0, bytes(8), le=256).sw == 0x6D00


def test_hidden_groups_are_listed_and_cannot_be_read():
    terminal = opened(Faults(dg15_hidden=True))
    assert 15 in listed_hashes(terminal.card.files["EF.SOD"])
    with pytest.raises(Refused, match="6A82"):
        terminal.read("EF.DG15")


def test_unlisted_dg15_is_on_the_chip_only():
    terminal = opened(Faults(dg15_unlisted=True), "passport-copyable")
    assert terminal.read("EF.DG15") == terminal.card.files["EF.DG15"]
    assert 15 not in listed_hashes(terminal.card.files["EF.SOD"])


@pytest.mark.parametrize(
    ("faults", "state"),
    [(Faults(dsc_expired=True), "expired"), (Faults(dsc_revoked=True), "revoked"), (Faults(foreign_csca=True), "foreign"),
     (Faults(forged_csca=True), "forged")],
)  # fmt: skip
def test_the_security_object_carries_the_signer_of_that_state(faults, state):
    assert document_signer("p384", state).certificate in issue(NAME, faults=faults).files["EF.SOD"]


@pytest.mark.parametrize(
    ("sw", "step"), [(0x6300, "ga4"), (0x6982, "ga1"), (0x6985, "ga1"), (0x6A80, "set at"), (0x6A88, "set at")]
)
def test_pace_is_refused_with_that_status_word_and_bac_still_works(sw, step):
    card = issue(NAME, faults=Faults(pace_refused=sw))
    terminal = Terminal(card)
    with pytest.raises(Refused) as refused:
        terminal.pace(GM13, card.mrz)
    assert (refused.value.sw, refused.value.step) == (sw, step)
    terminal.select_application()
    terminal.bac(card.mrz)
    assert terminal.read("EF.DG1") == card.files["EF.DG1"]


def test_hidden_card_access_leaves_bac_and_a_dg14_that_lists_pace():
    terminal = opened(Faults(card_access_hidden=True))
    assert "EF.CardAccess" not in terminal.card.files
    assert pace_info(GM13) in terminal.read("EF.DG14")


def test_altered_card_access_offers_what_dg14_does_not_list_and_works():
    card = issue(NAME, faults=Faults(card_access_altered=True))
    weak = PaceSpec("GM", "ECDH", Cipher.TDES, 12)
    assert card.files["EF.CardAccess"] == bytes([0x31, len(pace_info(weak))]) + pace_info(weak)
    assert pace_info(weak) not in card.files["EF.DG14"]
    terminal = Terminal(card)
    terminal.pace(weak, card.mrz)
    terminal.select_application()
    assert terminal.read("EF.DG1") == card.files["EF.DG1"]


def test_wrong_mac_at_that_exchange_only():
    terminal = opened(Faults(wrong_mac_at=9))
    while terminal.exchanges < 8:
        terminal.send(0, 0xB0, 0x81, 0, le=4)
    with pytest.raises(Refused, match="mac"):
        terminal.send(0, 0xB0, 0x81, 0, le=4)


def test_garbage_at_that_exchange():
    terminal = opened(Faults(garbage_at=8))
    terminal.send(0, 0xB0, 0x81, 0, le=4)
    answer = terminal.card.process(bytes.fromhex("00B0810004"))
    assert len(answer) == 26
    assert answer[-2:] == b"\x90\x00"


def test_removed_card_is_gone_until_it_is_put_back():
    card = issue(NAME, faults=Faults(removed_at=3))
    card.process(bytes.fromhex("00B09C0000"))
    card.process(bytes.fromhex("00B09C0000"))
    for _ in range(2):
        with pytest.raises(CardGone) as gone:
            card.process(bytes.fromhex("00B09C0000"))
        assert gone.value.code == "link.card_removed"
    card.reset()
    assert card.process(bytes.fromhex("00B09C0000"))[-2:] == b"\x90\x00"


def test_announced_four_gigabytes_never_end():
    terminal = opened(Faults(huge_length=True))
    assert terminal.send(0, 0xB0, 0x82, 0, le=6).data == bytes.fromhex("7584FFFFFFFF")
    offset = bytes.fromhex("5404FFFFFF00")
    assert terminal.send(0, 0xB1, 0, 2, offset, le=102).data == bytes.fromhex("5364") + bytes(100)


def test_slow_chip_sleeps_before_every_answer():
    slept = []
    card = issue(NAME, faults=Faults(delay_s=0.25), sleep=slept.append)
    for _ in range(3):
        card.process(bytes.fromhex("00B09C0000"))
    assert slept == [0.25] * 3


def test_clone_without_the_ca_key_shows_the_same_files():
    name = "passport-pace-ca-aes256"
    assert issue(name, faults=Faults(clone_ca=True)).files == issue(name).files


def test_names_are_stable_and_carry_both_languages():
    names = [spec.name for spec in FAULTS]
    assert len(set(names)) == len(names)
    for spec in FAULTS:
        assert spec.ja
        assert spec.en
        assert spec.faults != Faults()
        assert faults_from_names([spec.name]) == spec.faults
    for sw in ("6300", "6a80", "6a88", "6982", "6985"):
        assert f"pace-refused-{sw}" in names


def test_several_names_join_and_counted_ones_take_a_number():
    assert faults_from_names(["clone-aa", "removed:7"]) == Faults(clone_aa=True, removed_at=7)
    assert faults_from_names([]) == Faults()


@pytest.mark.parametrize("name", ["nothing", "clone-aa:3", "removed:", "removed:x", "removed:９", "removed:99999999", ""])
def test_unknown_names_are_refused(name):
    with pytest.raises(CallerError) as refused:
        faults_from_names([name])
    assert refused.value.code == "cards.fault.unknown"


@pytest.mark.parametrize("spec", list_cards(), ids=lambda spec: spec.name)
def test_faults_that_would_do_nothing_on_a_card_are_refused(spec):
    fitting = {fault.name for fault in faults_for(spec.name)}
    own = {"passport": {"tampered-dg1", "dsc-revoked"}, "mynumber": {"tampered-face", "certificate-revoked"}}
    own |= {"residence": {"slow"}, "licence": {"tampered-name", "foreign-authority"}}
    assert {"removed", *own[spec.document]} <= fitting
    for fault in FAULTS:
        if fault.name not in fitting:
            with pytest.raises(CallerError) as refused:
                issue(spec.name, faults=fault.faults)
            assert refused.value.code == "cards.fault.unfit"


@pytest.mark.parametrize("fault", faults_for(NAME), ids=lambda fault: fault.name)
def test_every_fault_that_fits_can_be_issued_and_changes_something(fault):
    card, healthy = issue(NAME, faults=fault.faults), issue(NAME)
    in_chip = {"clone-aa", "clone-aa-silent"}
    assert fault.name in in_chip or fault.name.startswith(("pace-", "wrong", "garbage", "removed", "slow")) or card.files != healthy.files


def test_unknown_card_is_refused():
    with pytest.raises(HonninError) as refused:
        issue("passport-of-nobody")
    assert refused.value.code == "cards.unknown"


def test_first_card_is_plain_and_healthy():
    first = list_cards()[0]
    assert first.name == NAME
    assert find(issue(NAME).files["EF.COM"], 0x60, 0x5C).value == bytes.fromhex("61756E6F")
