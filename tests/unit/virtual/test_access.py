"""Access control from the chip's side, by ICAO's worked examples and by what a chip must refuse."""

import hashlib
import json

import pytest

from honnin.apdu import Command, Response
from honnin.core.tlv import encode, parse_single
from honnin.crypto import CURVES_BY_ID, DH_GROUPS_BY_ID, Cipher, EcKey, decode_point, encode_point, multiply, public_key
from honnin_virtual.keys import EcPrivate, ec_key
from honnin_virtual.passport.build import AaSpec, build_passport
from honnin_virtual.passport.chip_keys import basic_access
from honnin_virtual.passport.pace import PaceRefused, PaceRun, password_key
from honnin_virtual.passport.security_infos import CaSpec, PaceSpec
from tests.unit.virtual.terminal import AID, Refused, Terminal
from tests.vectors import vector_path

H = bytes.fromhex


class Fixed:
    """A random source that gives these octets in this order."""

    def __init__(self, *values: bytes) -> None:
        self.values = list(values)

    def __call__(self, length: int) -> bytes:
        value = self.values.pop(0)
        assert len(value) == length
        return value


def example(name: str) -> dict:
    return json.loads(vector_path(f"passport/icao/{name}.json").read_text())


def test_bac_worked_example_of_appendix_d():
    d = example("bac")
    answer, channel = basic_access(
        d["mrz_information"], H(d["rnd_ic"]), H(d["e_ifd"] + d["m_ifd"]), Fixed(H(d["k_ic"]))
    )
    assert answer.hex() == d["e_ic"] + d["m_ic"]
    # the secure messaging exchanges of the same appendix
    select = channel.unwrap(Command.decode(H("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800")))
    assert (select.cla, select.ins, select.data, select.le) == (0, 0xA4, H("011E"), None)
    assert channel.wrap(Response(b"", 0x9000), odd=False).encode() == H("990290008E08FA855A5D4C50A8ED9000")
    read = channel.unwrap(Command.decode(H("0CB000000D9701048E08ED6705417E96BA5500")))
    assert (read.ins, read.data, read.le) == (0xB0, b"", 4)
    answer = channel.wrap(Response(H("60145F01"), 0x9000), odd=False).encode()
    assert answer == H("8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000")


@pytest.mark.parametrize(
    ("name", "mapping", "agreement"),
    [("pace_gm_ecdh", "GM", "ECDH"), ("pace_gm_dh", "GM", "DH"), ("pace_im_ecdh", "IM", "ECDH"),
     ("pace_im_dh", "IM", "DH"), ("pace_cam_ecdh", "CAM", "ECDH")],
)  # fmt: skip
def test_pace_worked_examples(name, mapping, agreement):
    d = example(name)
    number = d["domain_parameter_id"]
    order = CURVES_BY_ID[number].n if agreement == "ECDH" else DH_GROUPS_BY_ID[number].q
    length = (order.bit_length() + 7) // 8
    scalar = lambda text: (int(text, 16) % order).to_bytes(length, "big")  # noqa: E731 - some are printed above the order
    if "mrz_password_fields_with_check_digits" in d:
        key = password_key(Cipher.AES128, d["mrz_password_fields_with_check_digits"], is_mrz=True)
        assert key.hex() == d["K_pi"]
    randoms = [H(d["nonce_s"]), scalar(d["key_agreement"]["chip_private"])]
    cam_key = None
    if mapping != "IM":
        randoms.insert(1, scalar(d["map"]["chip_private"]))
    if mapping == "CAM":
        # PK_Map = CA_IC · PK_IC, so the chip's secret key follows from the printed numbers
        curve = CURVES_BY_ID[number]
        ca_ic = int(d["chip_authentication_mapping"]["ca_data"], 16)
        secret = int(d["map"]["chip_private"], 16) * pow(ca_ic, -1, curve.n) % curve.n
        cam_key = EcPrivate(curve, secret, public_key(curve, secret))
        assert encode_point(curve, cam_key.point).hex() == d["chip_authentication_mapping"]["pk_ic"]
    run = PaceRun(PaceSpec(mapping, agreement, Cipher.AES128, number), H(d["K_pi"]), Fixed(*randoms), cam_key)

    def step(tag: int, value: str) -> dict[int, str]:
        answer = run.general_authenticate(encode(0x7C, encode(tag, H(value)) if tag else b""))
        return {item.tag: item.value.hex() for item in parse_single(answer).children()}

    assert step(0, "") == {0x80: d["nonce_z"]}
    if mapping == "IM":
        assert step(0x81, d["nonce_t"]) == {0x82: ""}
    else:
        assert step(0x81, d["map"]["terminal_public"]) == {0x82: d["map"]["chip_public"]}
    assert step(0x83, d["key_agreement"]["terminal_public"]) == {0x84: d["key_agreement"]["chip_public"]}
    last = step(0x85, d["T_IFD"])
    assert last[0x86] == d["T_IC"]
    assert last.get(0x8A) == d.get("chip_authentication_mapping", {}).get("encrypted_ca_data")


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("mapping", ["GM", "IM"])
def test_pace_runs_in_every_finite_field_group(mapping, number):
    opens(PaceSpec(mapping, "DH", Cipher.AES128, number))


@pytest.mark.parametrize(
    ("mapping", "number"),  # P-224 has no integrated mapping (sheet §8.2)
    [(mapping, number) for mapping in ("GM", "IM") for number in range(8, 19) if (mapping, number) != ("IM", 10)],
)
def test_pace_runs_on_every_curve(mapping, number):
    opens(PaceSpec(mapping, "ECDH", Cipher.AES256, number))


@pytest.mark.parametrize("cipher", list(Cipher))
@pytest.mark.parametrize(("mapping", "agreement", "number"), [("GM", "ECDH", 13), ("IM", "ECDH", 12), ("GM", "DH", 0), ("IM", "DH", 0)])
def test_pace_runs_with_every_cipher(cipher, mapping, agreement, number):
    opens(PaceSpec(mapping, agreement, cipher, number))


def opens(spec: PaceSpec) -> None:
    card = small(access="pace", pace=spec)
    terminal = Terminal(card)
    terminal.pace(spec, card.mrz)
    terminal.select_application()
    assert terminal.read("EF.DG1") == card.files["EF.DG1"]


def small(**wishes):
    """A passport with a small photo."""
    from honnin_virtual.passport.build import FaceSpec

    return build_passport(face=FaceSpec(size=9_000), **wishes)


def test_bac_opens_and_everything_can_be_read():
    card = small(access="bac")
    terminal = Terminal(card)
    terminal.select_application()
    terminal.bac(card.mrz)
    for name in ("EF.COM", "EF.SOD", "EF.DG1", "EF.DG2"):
        assert terminal.read(name) == card.files[name]


def test_can_opens_where_one_is_printed_and_not_elsewhere():
    spec = PaceSpec("GM", "ECDH", Cipher.AES128, 13)
    card = small(access="pace", can="123456")
    Terminal(card).pace(spec, "123456", can=True)
    with pytest.raises(Refused, match="set at: 6A88"):
        Terminal(small(access="pace")).pace(spec, "123456", can=True)


@pytest.mark.parametrize("can", [True, False])
def test_wrong_password_ends_pace_with_6300_and_nothing_is_readable(can):
    spec = PaceSpec("GM", "ECDH", Cipher.AES128, 13)
    card = small(access="pace", can="123456")
    terminal = Terminal(card)
    other = build_passport(access="pace").mrz.replace("XX00000000", "XX00000017")
    with pytest.raises(Refused, match="ga4: 6300"):
        terminal.pace(spec, "123457" if can else other, can=can)
    terminal.select_application()
    assert terminal.send(0, 0xB0, 0x81, 0, le=256).sw == 0x6982


def test_wrong_mrz_ends_bac_with_6300_and_the_challenge_is_used_up():
    card = small(access="bac")
    terminal = Terminal(card)
    terminal.select_application()
    with pytest.raises(Refused, match="bac: 6300"):
        terminal.bac(card.mrz.replace("XX00000000", "XX00000017"))
    assert terminal.send(0, 0x82, 0, 0, bytes(40), le=40).sw == 0x6985


def test_bac_without_a_challenge_is_refused():
    terminal = Terminal(small(access="bac"))
    terminal.select_application()
    assert terminal.send(0, 0x82, 0, 0, bytes(40), le=40).sw == 0x6985


def test_pace_only_chip_answers_bac_with_6a88():
    terminal = Terminal(small(access="pace"))
    terminal.select_application()
    assert terminal.send(0, 0x84, 0, 0, le=8).sw == 0x6A88
    assert terminal.send(0, 0x82, 0, 0, bytes(40), le=40).sw == 0x6A88


@pytest.mark.parametrize("access", ["bac", "pace", "bac+pace"])
def test_protected_files_answer_6982_before_access(access):
    terminal = Terminal(small(access=access))
    terminal.select_application()
    assert terminal.send(0, 0xA4, 2, 0x0C, H("0101")).sw == 0x6982
    assert terminal.send(0, 0xB0, 0x81, 0, le=256).sw == 0x6982
    assert terminal.send(0, 0xB1, 0, 1, H("540100"), le=256).sw == 0x6982
    assert terminal.send(0, 0xB0, 0, 0, le=256).sw == 0x6982
    assert terminal.send(0, 0x88, 0, 0, bytes(8), le=256).sw == 0x6982


def test_card_access_is_free_and_card_security_is_not():
    spec = PaceSpec("CAM", "ECDH", Cipher.AES128, 13)
    card = small(access="pace", pace=(spec, PaceSpec("GM", "ECDH", Cipher.AES128, 13)), ca=CaSpec("ECDH", Cipher.AES128))
    terminal = Terminal(card)
    assert terminal.read("EF.CardAccess") == card.files["EF.CardAccess"]
    assert terminal.send(0, 0xB0, 0x9D, 0, le=256).sw == 0x6982
    terminal.pace(spec, card.mrz)
    assert terminal.read("EF.CardSecurity") == card.files["EF.CardSecurity"]


def test_cam_data_proves_the_key_of_card_security():
    spec = PaceSpec("CAM", "ECDH", Cipher.AES256, 13)
    card = small(name="cam-test", access="pace", pace=spec)
    terminal = Terminal(card)
    got = terminal.pace(spec, card.mrz)
    from honnin.crypto import decrypt_cbc, encrypt_ecb, unpad

    iv = encrypt_ecb(Cipher.AES256, terminal.enc, b"\xff" * 16)
    ca_ic = int.from_bytes(unpad(decrypt_cbc(Cipher.AES256, terminal.enc, iv, got["a_ic"])), "big")
    curve = CURVES_BY_ID[13]
    pk_ic = ec_key("cam/cam-test", curve.name).point
    assert multiply(curve, ca_ic, pk_ic) == decode_point(curve, got["mapping_public"])
    assert encode_point(curve, pk_ic) in card.files["EF.CardSecurity"]


def test_parameter_id_is_asked_for_when_two_sets_share_an_oid():
    first, second = PaceSpec("GM", "ECDH", Cipher.AES128, 12), PaceSpec("GM", "ECDH", Cipher.AES128, 13)
    card = small(access="pace", pace=(first, second))
    with pytest.raises(Refused, match="set at: 6A88"):
        Terminal(card).pace(first, card.mrz, with_id=False)
    Terminal(card).pace(second, card.mrz)
    one = small(access="pace", pace=first)
    Terminal(one).pace(first, one.mrz, with_id=False)


def test_an_algorithm_that_is_not_offered_is_refused():
    card = small(access="pace")
    with pytest.raises(Refused, match="set at: 6A80"):
        Terminal(card).pace(PaceSpec("GM", "ECDH", Cipher.AES256, 13), card.mrz)


def test_pace_after_the_application_was_selected_is_refused():
    card = small(access="pace")
    terminal = Terminal(card)
    terminal.select_application()
    with pytest.raises(Refused, match="set at: 6985"):
        terminal.pace(PaceSpec("GM", "ECDH", Cipher.AES128, 13), card.mrz)


def test_steps_of_pace_need_the_chaining_bit_and_the_last_must_not_have_it():
    terminal = Terminal(small(access="pace"))
    set_at = encode(0x80, H("04007F00070202040202")) + H("830101")
    assert terminal.send(0, 0x22, 0xC1, 0xA4, set_at).sw == 0x9000
    assert terminal.send(0x00, 0x86, 0, 0, H("7C00"), le=256).sw == 0x6883
    assert terminal.send(0x10, 0x86, 0, 0, H("7C00"), le=256).sw == 0x6985  # the run is over


def test_a_point_off_the_curve_ends_the_run():
    run = PaceRun(PaceSpec("GM", "ECDH", Cipher.AES128, 13), bytes(16), lambda n: bytes([1]) * n)
    run.general_authenticate(H("7C00"))
    with pytest.raises(PaceRefused) as refused:
        run.general_authenticate(encode(0x7C, encode(0x81, b"\x04" + bytes(63) + b"\x01")))
    assert refused.value.sw == 0x6A80


def test_the_chips_own_key_sent_back_is_refused():
    curve = CURVES_BY_ID[13]
    run = PaceRun(PaceSpec("GM", "ECDH", Cipher.AES128, 13), bytes(16), Fixed(bytes(16), *([b"\x07" * 32] * 2)))
    run.general_authenticate(H("7C00"))
    run.general_authenticate(encode(0x7C, encode(0x81, encode_point(curve, curve.generator))))
    # the nonce is zero, so the generator is H = 7…·G and the chip's key 7…·H
    seven = int.from_bytes(b"\x07" * 32, "big")
    own = multiply(curve, seven, multiply(curve, seven, curve.generator))
    with pytest.raises(PaceRefused):
        run.general_authenticate(encode(0x7C, encode(0x83, encode_point(curve, own))))


def test_dh_integer_with_a_leading_zero_is_refused():
    run = PaceRun(PaceSpec("GM", "DH", Cipher.AES128, 0), bytes(16), lambda n: bytes([1]) * n)
    run.general_authenticate(H("7C00"))
    with pytest.raises(PaceRefused):
        run.general_authenticate(encode(0x7C, encode(0x81, b"\x00\x05")))


def test_no_access_control_means_plain_reading():
    card = small(access="none")
    terminal = Terminal(card)
    terminal.select_application()
    assert terminal.read("EF.DG2") == card.files["EF.DG2"]
    assert terminal.send(0, 0x84, 0, 0, le=8).sw == 0x6D00


@pytest.mark.parametrize(
    "spec",
    [CaSpec("ECDH", Cipher.TDES), CaSpec("ECDH", Cipher.TDES, 12, 5), CaSpec("ECDH", Cipher.TDES, by_set_at=True),
     CaSpec("ECDH", Cipher.AES128, 13), CaSpec("ECDH", Cipher.AES192, 15, 195), CaSpec("ECDH", Cipher.AES256, 16),
     CaSpec("DH", Cipher.TDES, 2), CaSpec("DH", Cipher.AES128, 2, 1, "x942")],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("access", ["bac", "pace"])
def test_chip_authentication_gives_new_keys(access, spec):
    from honnin_virtual.passport.build import _ca_key

    card = small(name="ca-test", access=access, ca=spec)
    terminal = Terminal(card)
    enter(terminal, card)
    terminal.ca(spec, _ca_key(spec, "ca-test"))
    assert terminal.cipher is spec.cipher
    assert terminal.read("EF.DG14") == card.files["EF.DG14"]


def enter(terminal: Terminal, card) -> None:
    if "EF.CardAccess" in card.files:
        terminal.pace(PaceSpec("GM", "ECDH", Cipher.AES128, 13), card.mrz)
        terminal.select_application()
    else:
        terminal.select_application()
        terminal.bac(card.mrz)


def test_a_clone_agrees_and_then_cannot_answer():
    from honnin_virtual import Faults
    from honnin_virtual.passport.build import _ca_key

    spec = CaSpec("ECDH", Cipher.AES128)
    card = small(name="ca-test", access="bac", ca=spec, faults=Faults(clone_ca=True))
    terminal = Terminal(card)
    enter(terminal, card)
    terminal.ca(spec, _ca_key(spec, "ca-test"))  # 9000 proves nothing
    with pytest.raises(Refused, match="sm: 6988"):
        terminal.read("EF.DG14")


@pytest.mark.parametrize("hash_name", ["sha1", "sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("variant", ["plain", "smaller"])
@pytest.mark.parametrize("bits", [1022, 1024, 2048])
def test_rsa_active_authentication_is_recovered_by_plain_arithmetic(bits, variant, hash_name):
    from honnin_virtual.keys import rsa_key

    card = small(access="bac", aa=AaSpec("rsa", bits, hash_name, variant))
    terminal = Terminal(card)
    enter(terminal, card)
    challenge = H("0102030405060708")
    answer = terminal.send(0, 0x88, 0, 0, challenge, le=65536)
    assert answer.sw == 0x9000
    assert len(answer.data) == (bits + 7) // 8
    key = rsa_key(f"aa-{bits}")
    f = pow(int.from_bytes(answer.data, "big"), key.e, key.n)
    if f % 16 != 12:
        assert variant == "smaller"
        f = key.n - f
    block = f.to_bytes(len(answer.data), "big").lstrip(b"\x00")
    trailer = {"sha1": 1}.get(hash_name, 2)
    size = hashlib.new(hash_name).digest_size
    m1, d = block[1 : -size - trailer], block[-size - trailer : -trailer]
    assert block[0] == 0x6A
    assert hashlib.new(hash_name, m1 + challenge).digest() == d


@pytest.mark.parametrize(("curve", "hash_name"), [("secp256r1", "sha256"), ("brainpoolP384r1", "sha384"), ("secp521r1", "sha512"), ("brainpoolP224r1", "sha224")])
def test_ecdsa_active_authentication_is_plain_r_and_s(curve, hash_name):
    from honnin.crypto import verify_ecdsa

    card = small(name="aa-test", access="bac", aa=AaSpec("ecdsa", curve, hash_name))
    terminal = Terminal(card)
    enter(terminal, card)
    answer = terminal.send(0, 0x88, 0, 0, bytes(8), le=256).data
    key = ec_key("aa/aa-test", curve)
    half = key.curve.order_length
    assert len(answer) == 2 * half
    public = EcKey(key.curve, key.point)
    assert verify_ecdsa(public, hash_name, bytes(8), int.from_bytes(answer[:half], "big"), int.from_bytes(answer[half:], "big"))


def test_select_application_with_another_aid_is_not_found():
    terminal = Terminal(small(access="bac"))
    assert terminal.send(0, 0xA4, 4, 0x0C, AID[:-1] + b"\x02").sw == 0x6A82
