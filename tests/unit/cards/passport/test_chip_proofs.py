"""Chip and Active Authentication against recorded sessions with real chips (passport.md §9)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from honnin.apdu import Command, Dialogue, run_in_process
from honnin.apdu.secure_messaging import Channel, exchange
from honnin.cards.passport import active_authentication
from honnin.cards.passport.capabilities import Capabilities
from honnin.cards.passport.chip_authentication import choose_chip_authentication, in_parts, prepare
from honnin.cards.passport.files import DATA_GROUPS, select_file
from honnin.cards.passport.session import ChipAuthenticationError, Session
from honnin.core.tlv import encode, parse_single
from honnin.crypto import (
    DH_GROUPS_BY_ID,
    KDF_ENC,
    KDF_MAC,
    Cipher,
    EcKey,
    RsaKey,
    curve_by_name,
    decode_point,
    derive,
    ecdh,
    public_key,
    verify_iso9796_2,
)
from honnin.trust.keys import DhKey, parse_public_key
from honnin.trust.security_infos import ChipAuthenticationInfo, ChipKey, SecurityInfos, parse_security_infos
from tests.unit.apdu.other_end import Card
from tests.unit.cards.passport.replay import Randoms, Replay
from tests.vectors import vector_path

HARMLESS = (select_file(DATA_GROUPS[14]),)


def load(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(vector_path(f"passport/sessions/{name}.json").read_text())
    return data


def recorded_channel(sm: dict[str, Any], counter: str) -> Channel:
    enc = bytes.fromhex(sm["ks_enc"])
    cipher = Cipher.TDES if sm["alg"] == "3DES" else {16: Cipher.AES128, 24: Cipher.AES192, 32: Cipher.AES256}[len(enc)]
    return Channel(cipher, enc, bytes.fromhex(sm["ks_mac"]), int(counter, 16))


@pytest.mark.parametrize(("state", "inferred"), [("AT", False), ("FR", True)])
def test_recorded_chip_authentication_octet_for_octet(state: str, inferred: bool) -> None:
    # FR: EF.DG14 has a key and no ChipAuthenticationInfo; AES-256 before, triple DES after.
    recorded = load(f"chip_authentication_{state}")
    choice = choose_chip_authentication(parse_security_infos(bytes.fromhex(recorded["dg14"])))
    assert choice is not None
    assert choice.inferred is inferred
    session = Session(Capabilities(), extended=False)
    session.channel = recorded_channel(recorded["old_sm"], recorded["old_sm"]["ssc_before"])
    session.pending = prepare(choice, Randoms(recorded["terminal_ephemeral_private"]))
    chip = Replay((each["command"], each["response"]) for each in recorded["exchange"])

    answers = run_in_process(session.send(HARMLESS), chip)

    assert chip.finished
    assert [each.sw for each in answers] == [0x9000]
    assert session.channel is not None
    assert session.channel._keys() == (
        bytes.fromhex(recorded["new_sm"]["ks_enc"]),
        bytes.fromhex(recorded["new_sm"]["ks_mac"]),
    )
    (proof,) = session.proofs
    assert proof.kind == "passport.ca"
    assert proof.octets["terminal_private"].hex() == recorded["terminal_ephemeral_private"]
    assert proof.octets["terminal_public"].hex() == recorded["terminal_ephemeral_public"]
    assert proof.octets["command"].hex() == recorded["exchange"][-1]["command"]
    assert proof.octets["response"].hex() == recorded["exchange"][-1]["response"]
    assert proof.octets["ssc"] == bytes(session.channel.cipher.block_length)


def test_recorded_active_authentication_under_secure_messaging() -> None:
    recorded = load("active_authentication_NZ_rsa1792")
    channel = recorded_channel(recorded["sm"], recorded["sm"]["ssc_before"])
    challenge = bytes.fromhex(recorded["rnd_ifd"])
    chip = Replay([(recorded["command"], recorded["response"])])
    (answer,) = run_in_process(exchange(channel, (active_authentication.command(challenge, extended=False),)), chip)
    proof = active_authentication.evidence(challenge, answer)
    assert proof.octets["response"].hex() == recorded["signature"]
    key = parse_public_key(parse_single(bytes.fromhex(recorded["dg15"])).value)
    assert isinstance(key, RsaKey)
    assert verify_iso9796_2(key.n, key.e, proof.octets["response"], proof.octets["challenge"]).valid


# --- chips that know other ways

CURVE = curve_by_name("secp256r1")
STATIC = 0x1234567890ABCDEF1234567890ABCDEF
TERMINAL = (7).to_bytes(32, "big").hex()
BSI = "0.4.0.127.0.7.2.2"


class Chip:
    """Chip Authentication from the chip's side. `known` are its instructions; `private` the key it really has."""

    def __init__(self, cipher: Cipher, known: set[int], private: int = STATIC) -> None:
        self.sm = Card(Cipher.AES128)
        self.cipher, self.known, self.private = cipher, known, private
        self.seen: list[tuple[int, int, bytes]] = []

    def __call__(self, octets: bytes) -> bytes:
        command = Command.decode(octets)
        data, _ = self.sm.open(command)
        self.seen.append((command.ins, command.p2, data))
        public = None
        if command.ins == 0x22 and command.p2 not in self.known:
            return self.sm.answer(sw=0x6A80).encode()
        if command.ins == 0x22 and command.p2 == 0xA6:
            public = parse_single(data[:67]).value
        if command.ins == 0x86:
            public = parse_single(parse_single(data).value).value
        answer = self.sm.answer(b"\x7c\x00" if command.ins == 0x86 else b"").encode()
        if public is not None:
            shared = ecdh(CURVE, self.private, decode_point(CURVE, public))
            self.sm = Card(self.cipher, 0, derive(self.cipher, shared, KDF_ENC), derive(self.cipher, shared, KDF_MAC))
        return answer


def infos(cipher: Cipher, key_id: int | None = None) -> SecurityInfos:
    arc = list(Cipher).index(cipher) + 1
    key = ChipKey(f"{BSI}.1.2", EcKey(CURVE, public_key(CURVE, STATIC)), key_id, b"")
    return SecurityInfos(
        chip_authentication=(ChipAuthenticationInfo(f"{BSI}.3.2.{arc}", "ECDH", cipher, 1, key_id, b""),),
        chip_keys=(key,),
    )


def session_with(cipher: Cipher, key_id: int | None = None) -> Session:
    session = Session(Capabilities(), extended=False)
    session.channel = Channel(Cipher.AES128, bytes(range(16)), bytes(range(1, 17)))
    choice = choose_chip_authentication(infos(cipher, key_id))
    assert choice is not None
    session.pending = prepare(choice, Randoms(TERMINAL))
    return session


def download_nothing(session: Session) -> Dialogue[None]:
    yield from session.download([], before=HARMLESS)


def test_a_triple_des_chip_that_knows_only_set_at_is_asked_that_way_in_the_same_session() -> None:
    session = session_with(Cipher.TDES)
    chip = Chip(Cipher.TDES, known={0xA4})
    run_in_process(download_nothing(session), chip)
    assert [(ins, p2) for ins, p2, _ in chip.seen] == [(0x22, 0xA6), (0x22, 0xA4), (0x86, 0x00), (0xA4, 0x0C)]
    assert [each.kind for each in session.proofs] == ["passport.ca"]
    assert not session.refusals


def test_a_chip_that_refuses_both_ways_goes_on_with_the_old_keys() -> None:
    session = session_with(Cipher.TDES)
    chip = Chip(Cipher.TDES, known=set())
    run_in_process(download_nothing(session), chip)
    assert [(each.what, each.sw, each.why) for each in session.refusals] == [
        ("chip_authentication", 0x6A80, "card.ca.refused")
    ]
    assert not session.proofs
    assert session.channel is not None
    assert session.channel.cipher is Cipher.AES128
    assert chip.seen[-1][0] == 0xA4


@pytest.mark.parametrize(("key_id", "octets"), [(None, ""), (13, "84010d"), (195, "8401c3"), (300, "8402012c")])
def test_the_key_id_goes_out_in_as_few_octets_as_possible(key_id: int | None, octets: str) -> None:
    chip = Chip(Cipher.AES256, known={0xA4})
    run_in_process(download_nothing(session_with(Cipher.AES256, key_id)), chip)
    assert chip.seen[0][2].hex() == "800a04007f00070202030204" + octets


def test_a_chip_without_the_private_key_is_not_proved_by_its_9000() -> None:
    session = session_with(Cipher.AES128)
    with pytest.raises(ChipAuthenticationError) as caught:
        run_in_process(session.send(HARMLESS), Liar(Chip(Cipher.AES128, {0xA4}, private=STATIC + 1)))
    assert caught.value.code == "card.ca.not_proved"
    assert caught.value.lost
    assert not session.proofs


class Liar:
    """Answers under its own keys whatever the command was."""

    def __init__(self, chip: Chip) -> None:
        self.chip, self.count = chip, 0

    def __call__(self, octets: bytes) -> bytes:
        self.count += 1
        if self.count < 3:
            return self.chip(octets)
        self.chip.sm.counter()
        return self.chip.sm.answer().encode()


def test_pairs_go_by_key_id_and_aes_comes_first() -> None:
    point = EcKey(CURVE, public_key(CURVE, STATIC))
    other = EcKey(CURVE, public_key(CURVE, 5))
    dh = DhKey(DH_GROUPS_BY_ID[1], 3)

    def info(arc: str, cipher: Cipher, key_id: int | None, version: int = 1) -> ChipAuthenticationInfo:
        return ChipAuthenticationInfo(f"{BSI}.3.{arc}", "ECDH" if arc[0] == "2" else "DH", cipher, version, key_id, b"")

    keys = (ChipKey("", other, 2, b"a"), ChipKey("", point, 1, b"b"), ChipKey("", dh, None, b"c"))
    chosen = choose_chip_authentication(
        SecurityInfos(chip_authentication=(info("2.1", Cipher.TDES, 2), info("2.2", Cipher.AES128, 1)), chip_keys=keys)
    )
    assert chosen is not None
    assert (chosen.key.raw, chosen.cipher) == (b"b", Cipher.AES128)
    chosen = choose_chip_authentication(
        SecurityInfos(chip_authentication=(info("1.4", Cipher.AES256, 9),), chip_keys=keys)
    )
    assert chosen is not None
    assert chosen.key.raw == b"c"
    for nothing in (
        SecurityInfos(),
        SecurityInfos(chip_authentication=(info("2.2", Cipher.AES128, 3),), chip_keys=keys),
        SecurityInfos(chip_authentication=(info("2.2", Cipher.AES128, 1, version=2),), chip_keys=keys),
        SecurityInfos(chip_authentication=(info("2.2", Cipher.AES128, None),), chip_keys=keys[:2]),
    ):
        assert choose_chip_authentication(nothing) is None


def test_a_long_public_key_travels_in_extended_length() -> None:
    key = ChipKey("", DhKey(DH_GROUPS_BY_ID[2], pow(DH_GROUPS_BY_ID[2].g, 5, DH_GROUPS_BY_ID[2].p)), None, b"")
    choice = choose_chip_authentication(SecurityInfos(chip_keys=(key,)))
    assert choice is not None
    agreement = prepare(choice, lambda length: b"\x05" * length)
    (kat,) = agreement.batch
    assert kat.p2 == 0xA6
    assert kat.needs_extended
    assert encode(0x91, agreement.public) == kat.data
    first, last = in_parts(agreement).batch
    assert (first.cla, last.cla, first.data + last.data) == (0x10, 0x00, kat.data)
    assert [(each.cla, each.ins) for each in in_parts(agreement).fallback] == [(0, 0x22), (0x10, 0x86), (0, 0x86)]
    channel = Channel(Cipher.AES128, bytes(16), bytes(16))
    assert not any(each.needs_extended for each in channel.protect((first, last)))
