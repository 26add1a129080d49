"""BAC and PACE against the worked examples of Doc 9303-11 and a recorded chip, octet for octet."""

from __future__ import annotations

import json
from typing import Any

import pytest

from honnin.apdu import Command, Dialogue, Response, run_in_process
from honnin.apdu.secure_messaging import Channel, exchange
from honnin.cards.passport.bac import GET_CHALLENGE, open_bac
from honnin.cards.passport.keys import CanKey, MrzKey
from honnin.cards.passport.pace import PaceResult, choose_pace, open_pace
from honnin.core.errors import CardError
from honnin.core.secret import Secret
from honnin.core.tlv import encode
from honnin.crypto import CURVES_BY_ID, DH_GROUPS_BY_ID, Cipher, decode_point, multiply
from honnin.trust.security_infos import PaceInfo, parse_security_infos
from tests.unit.cards.passport.replay import Randoms, Replay, command
from tests.vectors import vector_path


def load(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(vector_path(f"passport/{name}.json").read_text())
    return data


def pairs(example: dict[str, Any]) -> list[tuple[str, str]]:
    flat = [each["hex"] for each in example["apdus"]]
    return list(zip(flat[::2], flat[1::2], strict=True))


def info(example: dict[str, Any]) -> PaceInfo:
    (found,) = parse_security_infos(encode(0x31, bytes.fromhex(example["pace_info"]))).pace
    return found


def keys(channel: Channel) -> tuple[str, str]:
    enc, mac = channel._keys()
    return enc.hex(), mac.hex()


def exclusive_or_free(dialogue: Dialogue[Any], chip: Replay) -> Any:
    result = run_in_process(dialogue, chip)
    assert chip.finished
    return result


MRZ_D = MrzKey("L898902C<", "690806", "940623")


def test_bac_and_secure_messaging_of_appendix_d() -> None:
    example = load("icao/bac")
    chip = Replay((each["c"], each["r"]) for each in example["apdus"])

    def dialogue() -> Dialogue[bytes]:
        (challenge,) = yield (GET_CHALLENGE,)
        channel = yield from open_bac(MRZ_D, Randoms(example["rnd_ifd"], example["k_ifd"]), challenge)
        assert keys(channel) == (example["KS_enc"], example["KS_mac"])
        assert f"{channel.counter:016x}" == example["ssc_initial"]
        plain = [each for each in example["apdus"] if "plain" in each]
        answers = yield from exchange(channel, tuple(command(each["plain"]) for each in plain))
        assert f"{channel.counter:016x}" == plain[-1]["ssc_r"]
        return b"".join(each.data for each in answers)

    assert exclusive_or_free(dialogue(), chip).hex() == example["ef_com"]


def bac_with(answer: str) -> CardError:
    example = load("icao/bac")
    dialogue = open_bac(
        MRZ_D, Randoms(example["rnd_ifd"], example["k_ifd"]), Response(bytes.fromhex(example["rnd_ic"]), 0x9000)
    )
    next(dialogue)
    with pytest.raises(CardError) as caught:
        dialogue.send((Response.decode(bytes.fromhex(answer)),))
    return caught.value


@pytest.mark.parametrize("sw", ["6300", "63c2", "6982", "6988"])
def test_bac_with_a_wrong_key_says_so(sw: str) -> None:
    error = bac_with(sw)
    assert error.code == "card.bac.wrong_key"
    assert error.sw == int(sw, 16)


def test_bac_refused_for_another_reason_is_not_called_a_wrong_key() -> None:
    assert bac_with("6985").code == "card.access.refused"


def test_bac_checks_the_chips_mac_and_both_nonces() -> None:
    good = load("icao/bac")["apdus"][1]["r"]
    assert bac_with("00" + good[2:]).code == "card.bac.proof"
    assert bac_with(good[:-6] + "ff9000").code == "card.bac.proof"
    assert bac_with(good[2:]).code == "card.bac.proof"
    # A right answer to another challenge.
    example = load("icao/bac")
    dialogue = open_bac(MRZ_D, Randoms("00" * 8, example["k_ifd"]), Response(bytes.fromhex(example["rnd_ic"]), 0x9000))
    next(dialogue)
    with pytest.raises(CardError) as caught:
        dialogue.send((Response.decode(bytes.fromhex(good)),))
    assert caught.value.code == "card.bac.proof"


def test_bac_without_a_challenge_is_refused() -> None:
    with pytest.raises(CardError) as caught:
        next(open_bac(MRZ_D, Randoms(), Response(b"", 0x6A88)))
    assert (caught.value.code, caught.value.sw) == ("card.access.refused", 0x6A88)


def pace(example: dict[str, Any], k_pi: bytes, randoms: Randoms, chip: Replay, **more: Any) -> PaceResult:
    result, _ = exclusive_or_free(open_pace(info(example), k_pi, 1, randoms, **more), chip)
    assert isinstance(result, PaceResult)
    return result


MRZ_G = MrzKey("T22000129", "640812", "101031")


def test_the_password_key_of_appendix_g() -> None:
    assert MRZ_G.information.reveal() == "T22000129364081251010318"
    assert MRZ_G.password(Cipher.AES128).hex() == load("icao/pace_gm_ecdh")["K_pi"]


@pytest.mark.parametrize("name", ["pace_gm_ecdh", "pace_gm_dh"])
def test_pace_generic_mapping_of_appendix_g(name: str) -> None:
    # G.2: the table prints a leading 00 before the terminal's key, the APDU has none; its last answer carries DO 87.
    example = load(f"icao/{name}")
    exchanges = (
        pairs(example)
        if name == "pace_gm_ecdh"
        else [(c, r if r.endswith("9000") else r + "9000") for c, r in pairs(example)]
    )
    randoms = Randoms(example["map"]["terminal_private"], example["key_agreement"]["terminal_private"])
    result = pace(example, MRZ_G.password(Cipher.AES128), randoms, Replay(exchanges), send_parameter=False)
    assert keys(result.channel) == (example["KS_enc"], example["KS_mac"])
    assert result.channel.counter == 0
    assert result.ca_ic is None


def ga(tag: str, value: str) -> str:
    return encode(0x7C, encode(int(tag, 16), bytes.fromhex(value))).hex()


def steps_of_im(example: dict[str, Any], public: str) -> list[tuple[str, str]]:
    """Appendix H prints values, no APDUs: put together by passport.md §8.3."""
    agreement = example["key_agreement"]

    def chained(cla: str, data: str) -> str:
        return f"{cla}860000{len(data) // 2:02x}{data}00"

    return [
        ("0022c1a40f800a" + example["oid_value"] + "830101", "9000"),
        ("10860000027c0000", ga("80", example["nonce_z"]) + "9000"),
        (chained("10", ga("81", example["nonce_t"])), "7c0282009000"),
        (chained("10", ga("83", public)), ga("84", agreement["chip_public"]) + "9000"),
        (chained("00", ga("85", example["T_IFD"])), ga("86", example["T_IC"]) + "9000"),
    ]


def test_pace_integrated_mapping_ecdh_of_appendix_h1() -> None:
    # H.1 says "MRZ of the example before" and prints another K_pi: the printed one is right.
    example = load("icao/pace_im_ecdh")
    example["pace_info"] = "3012060a" + example["oid_value"] + "02010202010d"
    agreement = example["key_agreement"]
    chip = Replay(steps_of_im(example, agreement["terminal_public"]))
    randoms = Randoms(example["nonce_t"], agreement["terminal_private"])
    result = pace(example, bytes.fromhex(example["K_pi"]), randoms, chip, send_parameter=False)
    assert keys(result.channel) == (example["KS_enc"], example["KS_mac"])


def test_pace_integrated_mapping_dh_of_appendix_h2() -> None:
    # The printed private key is longer than the group order; its remainder gives the same public key.
    example = load("icao/pace_im_dh")
    example["pace_info"] = "3012060a" + example["oid_value"] + "020102020100"
    agreement = example["key_agreement"]
    order = DH_GROUPS_BY_ID[0].q
    assert order is not None
    private = int(agreement["terminal_private"], 16) % order
    chip = Replay(steps_of_im(example, agreement["terminal_public"]))
    randoms = Randoms(example["nonce_t"], private.to_bytes(20, "big").hex())
    result = pace(example, bytes.fromhex(example["K_pi"]), randoms, chip, send_parameter=False)
    assert keys(result.channel) == (example["KS_enc"], example["KS_mac"])


def test_pace_chip_authentication_mapping_of_appendix_i() -> None:
    example = load("icao/pace_cam_ecdh")
    key = MrzKey("C11T002JM", "960812", "231031")
    assert key.information.reveal() == example["mrz_password_fields_with_check_digits"]
    randoms = Randoms(example["map"]["terminal_private"], example["key_agreement"]["terminal_private"])
    result = pace(example, key.password(Cipher.AES128), randoms, Replay(pairs(example)), send_parameter=False)
    assert keys(result.channel) == (example["KS_enc"], example["KS_mac"])
    mapping = example["chip_authentication_mapping"]
    assert result.ca_ic is not None
    assert result.ca_ic.hex() == mapping["ca_data"]
    assert result.mapping_public is not None
    assert result.mapping_public.hex() == example["map"]["chip_public"]
    # What the checks do with it: PK_Map,IC = CA_IC · PK_IC.
    curve = CURVES_BY_ID[13]
    static = decode_point(curve, bytes.fromhex(mapping["pk_ic"]))
    assert multiply(curve, int(mapping["ca_data"], 16), static) == decode_point(curve, result.mapping_public)


def test_recorded_pace_with_triple_des_sends_the_parameter_id() -> None:
    session = load("sessions/pace_NZ_gm_ecdh_3des")
    (offered,) = parse_security_infos(bytes.fromhex(session["card_access"])).pace
    assert choose_pace([offered]) == offered
    # The holder's zone is not published: the recording is entered at the nonce, so any password key that decrypts
    # to the recorded s will do. With z and s swapped through the cipher that is the recorded pair itself.
    chip = Replay((each["command"], each["response"]) for each in session["exchange"])
    randoms = Randoms(session["terminal_map_private"], session["terminal_ka_private"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("honnin.cards.passport.pace.decrypt_cbc", lambda *_: bytes.fromhex(session["nonce_s"]))
        result, _ = exclusive_or_free(open_pace(offered, bytes(16), 1, randoms), chip)
    assert keys(result.channel) == (session["ks_enc"], session["ks_mac"])


def broken(step: int, answer: str) -> CardError:
    """G.1 with another answer at one step."""
    example = load("icao/pace_gm_ecdh")
    exchanges = pairs(example)
    exchanges[step] = (exchanges[step][0], answer)
    randoms = Randoms(example["map"]["terminal_private"], example["key_agreement"]["terminal_private"])
    with pytest.raises(CardError) as caught:
        run_in_process(
            open_pace(info(example), MRZ_G.password(Cipher.AES128), 1, randoms, send_parameter=False), Replay(exchanges)
        )
    return caught.value


@pytest.mark.parametrize(("sw", "tries"), [("6300", None), ("63c2", 2), ("6982", None), ("6988", None)])
def test_a_wrong_key_shows_in_the_last_step_of_pace(sw: str, tries: int | None) -> None:
    error = broken(4, sw)
    assert (error.code, error.sw, error.tries_left) == ("card.pace.wrong_key", int(sw, 16), tries)


@pytest.mark.parametrize(
    ("step", "sw", "code"),
    [
        (0, "6a80", "card.access.refused"),
        (1, "6a88", "card.access.refused"),
        (2, "6a80", "card.access.refused"),
        (3, "6983", "card.access.blocked"),
        (4, "6983", "card.access.blocked"),
    ],
)
def test_pace_refused_names_the_status_word(step: int, sw: str, code: str) -> None:
    error = broken(step, sw)
    assert (error.code, error.sw) == (code, int(sw, 16))


def test_pace_checks_the_chips_token() -> None:
    assert broken(4, "7c0a8608000000000000000090" + "00").code == "card.pace.proof"


def test_pace_refuses_public_keys_that_are_not_on_the_curve_or_its_own() -> None:
    example = load("icao/pace_gm_ecdh")
    mirrored = ga("84", example["key_agreement"]["terminal_public"]) + "9000"
    assert broken(3, mirrored).code == "card.pace.key"
    mirrored = ga("82", example["map"]["terminal_public"]) + "9000"
    assert broken(2, mirrored).code == "card.pace.key"
    off = ga("84", example["key_agreement"]["chip_public"][:-2] + "00") + "9000"
    assert broken(3, off).code == "card.pace.key"
    assert broken(3, ga("84", "00") + "9000").code == "card.pace.key"


@pytest.mark.parametrize(
    "answer",
    ["9000", "7c009000", "7c0380019000", "7c0480027a7a9000", "30128010" + "00" * 16 + "9000", "7c8180" + "9000"],
)
def test_malformed_answers_in_pace_are_errors_of_the_card(answer: str) -> None:
    assert broken(1, answer).code == "card.pace.malformed"


def test_the_card_access_number_goes_in_as_its_digits() -> None:
    key = CanKey(Secret(" １２3 456"))
    assert key.number.reveal() == "123456"
    assert len(key.password(Cipher.AES256)) == 32


def offered(oid: str, parameter: int | None = 13, version: int = 2) -> PaceInfo:
    mapping, agreement = {1: ("GM", "DH"), 2: ("GM", "ECDH"), 3: ("IM", "DH"), 4: ("IM", "ECDH"), 6: ("CAM", "ECDH")}[
        int(oid[0])
    ]
    cipher = [Cipher.TDES, Cipher.AES128, Cipher.AES192, Cipher.AES256][int(oid[2]) - 1]
    return PaceInfo(f"0.4.0.127.0.7.2.2.4.{oid}", mapping, agreement, cipher, version, parameter, b"")


def test_the_order_of_choice_is_cam_then_the_longest_key() -> None:
    every = [offered(oid) for oid in ("2.1", "2.2", "4.3", "2.4", "6.2")]
    ranking = []
    while (best := choose_pace(every)) is not None:
        ranking.append(best.oid[-3:])
        every.remove(best)
    assert ranking == ["6.2", "2.4", "4.3", "2.2", "2.1"]


@pytest.mark.parametrize(
    "one",
    [
        offered("2.2", None),
        offered("2.2", 13, version=1),
        offered("2.2", 19),
        offered("2.2", 0),
        offered("1.2", 13),
        offered("4.2", 10),
        offered("2.2", 3),
    ],
)
def test_what_cannot_be_used_is_not_chosen(one: PaceInfo) -> None:
    assert choose_pace([one]) is None


def test_weak_parameters_come_last_among_equals() -> None:
    chosen = choose_pace([offered("2.2", 8), offered("4.2", 12), offered("2.1", 12)])
    assert chosen is not None
    assert chosen.parameter_id == 12
    assert chosen.mapping == "IM"


def test_every_parameter_set_cipher_and_mapping_runs_to_the_first_batch() -> None:
    for oid in (
        "1.1",
        "1.2",
        "1.3",
        "1.4",
        "2.1",
        "2.2",
        "2.3",
        "2.4",
        "3.1",
        "3.3",
        "4.1",
        "4.4",
        "6.2",
        "6.3",
        "6.4",
    ):
        for parameter in DH_GROUPS_BY_ID if oid[0] in "13" else CURVES_BY_ID:
            one = offered(oid, parameter)
            if choose_pace([one]) is None:
                assert (oid[0], parameter) == ("4", 10)
                continue
            batch = next(open_pace(one, bytes(one.cipher.key_length), 2, lambda n: b"\x21" * n))
            assert [each.cla for each in batch] == [0x00, 0x10, 0x10]
            assert all(isinstance(each, Command) for each in batch)
