"""Ciphers, MACs and key derivation against Doc 9303-11 appendix D, NIST examples and recorded sessions."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.crypto import (
    KDF_ENC,
    KDF_MAC,
    KDF_PASSWORD,
    Cipher,
    CryptoError,
    adjust_parity,
    cmac,
    decrypt_cbc,
    derive,
    encrypt_cbc,
    encrypt_ecb,
    equal,
    mac8_padded,
    pad,
    retail_mac,
    token_mac,
    unpad,
)
from tests.vectors import vector_path

H = bytes.fromhex


# --- Doc 9303-11 appendix D

K_ENC = H("AB94FDECF2674FDFB9B391F85D7F76F2")
K_MAC = H("7962D9ECE03D1ACD4C76089DCE131543")
KS_ENC = H("979EC13B1CBFE9DCD01AB0FED307EAE5")
KS_MAC = H("F1CB1F1FB5ADF208806B89DC579DC1F8")


def test_bac_keys_of_the_worked_example() -> None:
    seed = hashlib.sha1(b"L898902C<369080619406236").digest()[:16]
    assert seed == H("239AB9CB282DAF66231DC5A4DF6BFBAE")
    assert derive(Cipher.TDES, seed, KDF_ENC) == K_ENC
    assert derive(Cipher.TDES, seed, KDF_MAC) == K_MAC


def test_parity_of_the_worked_example() -> None:
    assert adjust_parity(H("AB94FCEDF2664EDFB9B291F85D7F77F2")) == K_ENC
    assert adjust_parity(H("7862D9ECE03C1BCD4D77089DCF131442")) == K_MAC


@given(st.binary(min_size=16, max_size=24))
def test_parity_is_odd_and_touches_the_lowest_bits_only(key: bytes) -> None:
    adjusted = adjust_parity(key)
    assert all(octet.bit_count() % 2 == 1 for octet in adjusted)
    assert [octet >> 1 for octet in adjusted] == [octet >> 1 for octet in key]


def test_bac_cryptograms_of_the_worked_example() -> None:
    rnd_ic, rnd_ifd = H("4608F91988702212"), H("781723860C06C226")
    k_ifd, k_ic = H("0B795240CB7049B01C19B33E32804F0B"), H("0B4F80323EB3191CB04970CB4052790B")
    e_ifd = encrypt_cbc(Cipher.TDES, K_ENC, bytes(8), rnd_ifd + rnd_ic + k_ifd)
    assert e_ifd == H("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2")
    assert mac8_padded(Cipher.TDES, K_MAC, e_ifd) == H("5F1448EEA8AD90A7")
    e_ic = H("46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F")
    assert mac8_padded(Cipher.TDES, K_MAC, e_ic) == H("2F2D235D074D7449")
    assert decrypt_cbc(Cipher.TDES, K_ENC, bytes(8), e_ic) == rnd_ic + rnd_ifd + k_ic
    seed = bytes(a ^ b for a, b in zip(k_ifd, k_ic, strict=True))
    assert derive(Cipher.TDES, seed, KDF_ENC) == KS_ENC
    assert derive(Cipher.TDES, seed, KDF_MAC) == KS_MAC


def test_protected_select_of_the_worked_example() -> None:
    encrypted = encrypt_cbc(Cipher.TDES, KS_ENC, bytes(8), pad(H("011E"), 8))
    assert encrypted == H("6375432908C044F6")
    data = H("887022120C06C227") + pad(H("0CA4020C"), 8) + H("870901") + encrypted
    assert mac8_padded(Cipher.TDES, KS_MAC, data) == H("BF8B92D635FF24F8")
    assert retail_mac(KS_MAC, pad(data, 8)) == H("BF8B92D635FF24F8")


def test_protected_read_response_of_the_worked_example() -> None:
    data = H("887022120C06C22A") + H("8709019FF0EC34F9922651") + H("99029000")
    assert mac8_padded(Cipher.TDES, KS_MAC, data) == H("AD55CC17140B2DED")
    assert unpad(decrypt_cbc(Cipher.TDES, KS_ENC, bytes(8), H("9FF0EC34F9922651"))) == H("60145F01")


# --- recorded sessions: every MAC, both directions, before and after the change of keys


def _macs_fit(cipher: Cipher, key: bytes, counter: int, command: bytes, response: bytes) -> bool:
    size = cipher.block_length
    body = command[5 : 5 + command[4]]
    sent = counter.to_bytes(size, "big") + pad(command[:4], size) + body[:-10]
    received = (counter + 1).to_bytes(size, "big") + response[:-12]
    return mac8_padded(cipher, key, sent) == body[-8:] and mac8_padded(cipher, key, received) == response[-10:-2]


_SESSION_CIPHERS = {("3DES", 16): Cipher.TDES, ("AES", 16): Cipher.AES128, ("AES", 32): Cipher.AES256}


@pytest.mark.parametrize("state", ["AT", "FR"])
def test_macs_of_recorded_chip_authentication(state: str) -> None:
    session = json.loads(vector_path(f"passport/sessions/chip_authentication_{state}.json").read_text())
    ciphers: dict[str, Cipher] = {}
    counters: dict[str, int] = {"old": int(session["old_sm"]["ssc_before"], 16), "new": 0}
    for name in ("old", "new"):
        keys = session[f"{name}_sm"]
        ciphers[name] = _SESSION_CIPHERS[keys["alg"], len(H(keys["ks_mac"]))]
    for step in session["exchange"]:
        name = step["keys"]
        cipher, keys = ciphers[name], session[f"{name}_sm"]
        counters[name] += 1
        assert _macs_fit(cipher, H(keys["ks_mac"]), counters[name], H(step["command"]), H(step["response"]))
        if cipher is not Cipher.TDES:
            block = counters[name].to_bytes(16, "big")
            iv = encrypt_ecb(cipher, H(keys["ks_enc"]), block)
            start = H(step["command"])[5:]
            plain = decrypt_cbc(cipher, H(keys["ks_enc"]), iv, start[3 : 2 + start[1]])
            assert unpad(plain) == H(step["command_plain_data"])
        counters[name] += 1
    secret, new = H(session["shared_secret_x"]), session["new_sm"]
    assert derive(ciphers["new"], secret, KDF_ENC) == H(new["ks_enc"])
    assert derive(ciphers["new"], secret, KDF_MAC) == H(new["ks_mac"])


def test_long_protected_answer_of_a_recorded_active_authentication() -> None:
    session = json.loads(vector_path("passport/sessions/active_authentication_NZ_rsa1792.json").read_text())
    response = H(session["response"])
    keys = session["sm"]
    counter = int(keys["ssc_before"], 16) + 1
    assert _macs_fit(Cipher.TDES, H(keys["ks_mac"]), counter, H(session["command"]), response)
    plain = decrypt_cbc(Cipher.TDES, H(keys["ks_enc"]), bytes(8), response[4 : 3 + response[2]])
    assert unpad(plain) == H(session["signature"])


def test_tokens_and_keys_of_every_pace_example() -> None:
    cases: list[dict[str, Any]] = [
        json.loads(vector_path(f"passport/icao/pace_{name}.json").read_text())
        for name in ("gm_ecdh", "gm_dh", "im_ecdh", "im_dh", "cam_ecdh")
    ]
    for case in cases:
        agreement = case["key_agreement"]
        secret = H(agreement.get("shared_secret_x") or agreement["shared_secret"])
        assert derive(Cipher.AES128, secret, KDF_ENC) == H(case["KS_enc"])
        ks_mac = derive(Cipher.AES128, secret, KDF_MAC)
        assert ks_mac == H(case["KS_mac"])
        assert token_mac(Cipher.AES128, ks_mac, H(case["token_input_T_IFD"])) == H(case["T_IFD"])
        assert token_mac(Cipher.AES128, ks_mac, H(case["token_input_T_IC"])) == H(case["T_IC"])
        if "nonce_z" in case and "K_pi" in case:
            assert decrypt_cbc(Cipher.AES128, H(case["K_pi"]), bytes(16), H(case["nonce_z"])) == H(case["nonce_s"])
        if "K" in case:
            assert derive(Cipher.AES128, H(case["K"]), KDF_PASSWORD) == H(case["K_pi"])


def test_triple_des_token_of_a_recorded_pace_session() -> None:
    session = json.loads(vector_path("passport/sessions/pace_NZ_gm_ecdh_3des.json").read_text())
    chip_key = H(session["exchange"][3]["response"])[4:-2]
    terminal_key = H(session["exchange"][3]["command"])[9:-1]
    ks_mac = derive(Cipher.TDES, H(session["shared_secret_x"]), KDF_MAC)
    assert ks_mac == H(session["ks_mac"])
    prefix = H("7F494F060A") + H(session["oid_value"]) + H("8641")
    assert token_mac(Cipher.TDES, ks_mac, prefix + chip_key) == H(session["T_IFD"])
    assert token_mac(Cipher.TDES, ks_mac, prefix + terminal_key) == H(session["T_IC"])


# --- NIST SP 800-38B examples


@pytest.mark.parametrize(
    ("key", "length", "expected"),
    [
        ("2b7e151628aed2a6abf7158809cf4f3c", 0, "bb1d6929e95937287fa37d129b756746"),
        ("2b7e151628aed2a6abf7158809cf4f3c", 40, "dfa66747de9ae63030ca32611497c827"),
        ("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", 16, "9e99a7bf31e710900662f65e617c5184"),
        ("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", 16, "28a7023f452e8f82bd4bf28d8c37c35c"),
    ],
)
def test_cmac_of_the_nist_examples(key: str, length: int, expected: str) -> None:
    message = H("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411")
    assert cmac(H(key), message[:length]) == H(expected)


# --- key lengths, hashes, refusals


@pytest.mark.parametrize("cipher", list(Cipher))
def test_derived_keys_have_the_length_of_the_cipher(cipher: Cipher) -> None:
    key = derive(cipher, b"secret", KDF_ENC)
    assert len(key) == cipher.key_length
    name = "sha256" if cipher in (Cipher.AES192, Cipher.AES256) else "sha1"
    expected = hashlib.new(name, b"secret\0\0\0\1").digest()[: cipher.key_length]
    assert key == (adjust_parity(expected) if cipher is Cipher.TDES else expected)


@pytest.mark.parametrize("cipher", list(Cipher))
@given(data=st.binary(max_size=100))
def test_cbc_round_trip(cipher: Cipher, data: bytes) -> None:
    key, iv = bytes(range(cipher.key_length)), bytes(range(cipher.block_length))
    padded = pad(data, cipher.block_length)
    assert unpad(decrypt_cbc(cipher, key, iv, encrypt_cbc(cipher, key, iv, padded))) == data


@given(st.binary(max_size=80), st.sampled_from([8, 16]))
def test_padding_round_trip_and_length(data: bytes, block: int) -> None:
    padded = pad(data, block)
    assert len(padded) % block == 0
    assert 1 <= len(padded) - len(data) <= block
    assert unpad(padded) == data


@pytest.mark.parametrize("data", [b"", bytes(16), b"\x80\x01", b"ab\x81\x00"])
def test_wrong_padding_is_refused(data: bytes) -> None:
    with pytest.raises(CryptoError) as caught:
        unpad(data)
    assert caught.value.code == "crypto.padding"


def test_short_triple_des_keys_are_widened() -> None:
    block, key = b"12345678", bytes(range(1, 17))
    assert encrypt_ecb(Cipher.TDES, key, block) == encrypt_ecb(Cipher.TDES, key + key[:8], block)
    assert encrypt_ecb(Cipher.TDES, key[:8], block) == encrypt_ecb(Cipher.TDES, key[:8] * 3, block)


def test_single_des_known_answer() -> None:
    assert encrypt_ecb(Cipher.TDES, H("0123456789ABCDEF"), b"Now is t") == H("3FA40E8A984D4815")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: encrypt_cbc(Cipher.AES128, bytes(15), bytes(16), b""), "crypto.cipher.key"),
        (lambda: encrypt_cbc(Cipher.AES256, bytes(16), bytes(16), b""), "crypto.cipher.key"),
        (lambda: encrypt_cbc(Cipher.TDES, bytes(15), bytes(8), b""), "crypto.cipher.key"),
        (lambda: encrypt_cbc(Cipher.TDES, bytes(16), bytes(16), b""), "crypto.cipher.iv"),
        (lambda: encrypt_cbc(Cipher.AES128, bytes(16), bytes(16), bytes(15)), "crypto.cipher.length"),
        (lambda: decrypt_cbc(Cipher.AES128, bytes(16), bytes(16), bytes(17)), "crypto.cipher.length"),
        (lambda: encrypt_ecb(Cipher.AES128, bytes(16), bytes(32)), "crypto.cipher.length"),
        (lambda: retail_mac(bytes(16), b""), "crypto.mac.length"),
        (lambda: retail_mac(bytes(16), bytes(9)), "crypto.mac.length"),
        (lambda: retail_mac(bytes(24), bytes(8)), "crypto.mac.key"),
        (lambda: cmac(bytes(8), b""), "crypto.mac.key"),
        (lambda: mac8_padded(Cipher.AES256, bytes(16), b""), "crypto.mac.key"),
        (lambda: token_mac(Cipher.AES128, bytes(32), b""), "crypto.mac.key"),
    ],
)
def test_wrong_lengths_are_refused(call: Any, code: str) -> None:
    with pytest.raises(CryptoError) as caught:
        call()
    assert caught.value.code == code


def test_equal_compares_whole_values() -> None:
    assert equal(b"12345678", b"12345678")
    assert not equal(b"12345678", b"12345679")
    assert not equal(b"1234", b"12345678")
