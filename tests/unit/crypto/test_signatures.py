"""Signatures on bare keys: against the library's own signer and the ``openssl`` command line."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from honnin.crypto import (
    CURVES_BY_ID,
    CryptoError,
    Curve,
    EcKey,
    Point,
    RsaKey,
    curve_by_name,
    decode_point,
    digest,
    multiply,
    public_key,
    verify_ecdsa,
    verify_ecdsa_der,
    verify_rsa_pkcs1v15,
    verify_rsa_pss,
)
from honnin.crypto.curves import multiply_pure
from honnin.crypto.signature import _load_ec, _verify_ecdsa_pure

MESSAGE = "本人確認".encode()
HASHES = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
ALL_CURVES = [*CURVES_BY_ID.values(), curve_by_name("brainpoolP160r1")]
OPENSSL = shutil.which("openssl")
need_openssl = pytest.mark.skipif(OPENSSL is None, reason="the openssl command is not on this machine")


@cache
def rsa_private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def rsa_key() -> RsaKey:
    numbers = rsa_private().public_key().public_numbers()
    return RsaKey(numbers.n, numbers.e)


def ecdsa_sign(curve: Curve, private: int, hash_name: str, k: int) -> tuple[int, int]:
    """Textbook signature; the nonce is given, so for tests only."""
    z = int.from_bytes(digest(hash_name, MESSAGE), "big") >> max(
        0, 8 * len(digest(hash_name, b"")) - curve.n.bit_length()
    )
    r = multiply(curve, k, curve.generator).x % curve.n
    return r, pow(k, -1, curve.n) * (z + r * private) % curve.n


# --- RSA


@pytest.mark.parametrize("name", list(HASHES))
def test_pkcs1v15(name: str) -> None:
    signature = rsa_private().sign(MESSAGE, padding.PKCS1v15(), HASHES[name])
    assert verify_rsa_pkcs1v15(rsa_key(), name, MESSAGE, signature)
    assert not verify_rsa_pkcs1v15(rsa_key(), name, MESSAGE + b"x", signature)
    assert not verify_rsa_pkcs1v15(rsa_key(), "sha512" if name != "sha512" else "sha1", MESSAGE, signature)
    assert not verify_rsa_pss(rsa_key(), name, name, 20, MESSAGE, signature)
    assert not verify_rsa_pkcs1v15(rsa_key(), name, MESSAGE, signature[:-1])
    assert not verify_rsa_pkcs1v15(rsa_key(), name, MESSAGE, b"\0" + signature)
    assert not verify_rsa_pkcs1v15(rsa_key(), name, MESSAGE, b"")


@pytest.mark.parametrize(
    ("name", "mgf", "salt"),
    [
        ("sha256", "sha256", 32),
        ("sha256", "sha1", 20),
        ("sha512", "sha512", 0),
        ("sha1", "sha1", 222),
        ("sha384", "sha256", 17),
    ],
)
def test_pss_with_any_salt_and_mgf_hash(name: str, mgf: str, salt: int) -> None:
    signature = rsa_private().sign(MESSAGE, padding.PSS(padding.MGF1(HASHES[mgf]), salt), HASHES[name])
    assert verify_rsa_pss(rsa_key(), name, mgf, salt, MESSAGE, signature)
    for wrong in (salt + 1, salt - 1, 10_000, -1):
        assert not verify_rsa_pss(rsa_key(), name, mgf, wrong, MESSAGE, signature)
    assert not verify_rsa_pss(rsa_key(), name, "sha224", salt, MESSAGE, signature)
    assert not verify_rsa_pss(rsa_key(), name, mgf, salt, MESSAGE + b"x", signature)


def test_unusable_rsa_keys_verify_nothing() -> None:
    n = rsa_key().n
    signature = rsa_private().sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    for key in (
        RsaKey(0, 3),
        RsaKey(-n, 65537),
        RsaKey(n + 1, 65537),
        RsaKey(n, 1),
        RsaKey(n, 2),
        RsaKey(n, 2**40 + 1),
        RsaKey(15, 3),
        RsaKey(2**9000 + 1, 3),
    ):
        assert not verify_rsa_pkcs1v15(key, "sha256", MESSAGE, signature)
        assert not verify_rsa_pss(key, "sha256", "sha256", 32, MESSAGE, signature)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2047))
def test_a_changed_rsa_signature_never_verifies(bit: int) -> None:
    good = int.from_bytes(_good_pkcs1(), "big")
    assert not verify_rsa_pkcs1v15(rsa_key(), "sha256", MESSAGE, (good ^ 1 << bit).to_bytes(256, "big"))


@cache
def _good_pkcs1() -> bytes:
    return rsa_private().sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())


@need_openssl
def test_pss_by_the_openssl_command(tmp_path: Path) -> None:
    pem = rsa_private().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "key.pem").write_bytes(pem)
    signature = _openssl(
        tmp_path, "dgst", "-sha256", "-sign", "key.pem", "-sigopt", "rsa_padding_mode:pss",
        "-sigopt", "rsa_pss_saltlen:20", "-sigopt", "rsa_mgf1_md:sha1", data=MESSAGE,
    )  # fmt: skip
    assert verify_rsa_pss(rsa_key(), "sha256", "sha1", 20, MESSAGE, signature)


# --- ECDSA


@pytest.mark.parametrize("curve", ALL_CURVES, ids=lambda curve: curve.name)
def test_ecdsa_on_every_curve(curve: Curve) -> None:
    private = 0xC0FFEE << 100
    key = EcKey(curve, public_key(curve, private))
    for name in HASHES if curve.n.bit_length() > 250 else ("sha1", "sha512"):
        r, s = ecdsa_sign(curve, private, name, 0xDECAF << 90 | 1)
        assert verify_ecdsa(key, name, MESSAGE, r, s)
        assert verify_ecdsa(key, name, MESSAGE, r, curve.n - s)
    assert _verify_ecdsa_pure(key, digest(name, MESSAGE), r, s)
    assert not verify_ecdsa(key, name, MESSAGE + b"x", r, s)
    assert not verify_ecdsa(EcKey(curve, curve.generator), name, MESSAGE, r, s)
    for wrong_r, wrong_s in ((0, s), (r, 0), (r + curve.n, s), (r, s + curve.n), (-r, s), (s, r), (curve.n, s), (1, 1)):
        assert not verify_ecdsa(key, name, MESSAGE, wrong_r, wrong_s)


@need_openssl
@pytest.mark.parametrize(
    "name",
    ["prime192v1", "brainpoolP160r1", "brainpoolP192r1", "brainpoolP224r1", "brainpoolP320r1", "brainpoolP384r1"],
)
def test_signatures_made_by_the_openssl_command(name: str, tmp_path: Path) -> None:
    curve = curve_by_name({"prime192v1": "secp192r1"}.get(name, name))
    _openssl(tmp_path, "ecparam", "-name", name, "-genkey", "-noout", "-out", "key.pem")
    spki = _openssl(tmp_path, "pkey", "-in", "key.pem", "-pubout", "-outform", "DER")
    key = EcKey(curve, decode_point(curve, spki[-1 - 2 * curve.field_length :]))
    signature = _openssl(tmp_path, "dgst", "-sha384", "-sign", "key.pem", data=MESSAGE)
    assert verify_ecdsa_der(key, "sha384", MESSAGE, signature)
    assert verify_ecdsa(key, "sha384", MESSAGE, *decode_dss_signature(signature))
    assert not verify_ecdsa_der(key, "sha256", MESSAGE, signature)
    for bad in (b"", signature[:-1], signature + b"\0", b"\x31" + signature[1:], b"\x30\x80" + signature[2:] + b"\0\0"):
        assert not verify_ecdsa_der(key, "sha384", MESSAGE, bad)


@pytest.mark.parametrize("name", ["secp256r1", "brainpoolP320r1"])
def test_points_off_the_curve_verify_nothing(name: str) -> None:
    curve = curve_by_name(name)
    for point in (Point(1, 1), Point(0, 0), Point(curve.gx, curve.gy + curve.p), Point(-1, 5)):
        assert not verify_ecdsa(EcKey(curve, point), "sha256", MESSAGE, 5, 5)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["secp256r1", "brainpoolP192r1"]), st.integers(0, 190), st.booleans())
def test_a_changed_ecdsa_signature_never_verifies(name: str, bit: int, first: bool) -> None:
    curve = curve_by_name(name)
    r, s = ecdsa_sign(curve, 12345, "sha256", 67890)
    r, s = (r ^ 1 << bit, s) if first else (r, s ^ 1 << bit)
    assert not verify_ecdsa(EcKey(curve, multiply_pure(curve, 12345, curve.generator)), "sha256", MESSAGE, r, s)


def test_unknown_hashes_are_an_error_not_a_verdict() -> None:
    key = EcKey(curve_by_name("secp256r1"), curve_by_name("secp256r1").generator)
    for call in (
        lambda: digest("md5", b""),
        lambda: verify_rsa_pkcs1v15(rsa_key(), "md5", b"", b""),
        lambda: verify_rsa_pss(rsa_key(), "sha256", "SHA256", 32, b"", b""),
        lambda: verify_ecdsa(key, "sha3_256", b"", 1, 1),
        lambda: verify_ecdsa_der(key, "", b"", b""),
    ):
        with pytest.raises(CryptoError, check=lambda error: error.code == "crypto.hash.unknown"):
            call()


def test_loaded_keys_are_kept_but_not_without_limit() -> None:
    assert _load_ec.cache_parameters()["maxsize"] == 512
    curve = curve_by_name("brainpoolP384r1")
    key = EcKey(curve, curve.generator)
    assert _load_ec(key) is _load_ec(EcKey(curve, curve.generator))


def _openssl(folder: Path, *arguments: str, data: bytes = b"") -> bytes:
    assert OPENSSL is not None
    return subprocess.run(
        [OPENSSL, *arguments], input=data, cwd=folder, check=True, capture_output=True, timeout=30
    ).stdout
