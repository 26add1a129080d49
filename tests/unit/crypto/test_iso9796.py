"""ISO/IEC 9796-2 message recovery: real chips, and representatives built here that are right, bent and hostile."""

import json
import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honnin.crypto import HASH_LENGTHS, Recovered, digest, verify_iso9796_2
from tests.vectors import vector_path

H = bytes.fromhex
CHALLENGE = H("F173589974BF40C6")
TRAILERS = {"sha1": "bc", "sha224": "38cc", "sha256": "34cc", "sha384": "36cc", "sha512": "35cc"}


def _is_prime(n: int) -> bool:
    """Good enough for keys of a test: small factors, then Fermat with two bases."""
    return all(n % q for q in range(3, 2000, 2)) and pow(2, n - 1, n) == 1 and pow(3, n - 1, n) == 1


@cache
def key(bits: int) -> tuple[int, int, int]:
    """(n, e, d) with exactly ``bits`` bits, the same on every run."""
    source = random.Random(bits)
    while True:
        primes = []
        while len(primes) < 2:
            size = (bits + 1) // 2 if not primes else bits // 2
            candidate = source.getrandbits(size) | 3 << (size - 2) | 1
            if candidate % 65537 != 1 and _is_prime(candidate):
                primes.append(candidate)
        n = primes[0] * primes[1]
        if n.bit_length() == bits:
            return n, 65537, pow(65537, -1, (primes[0] - 1) * (primes[1] - 1))


def representative(length: int, hash_name: str, trailer: str, header: int = 0x6A) -> bytes:
    tail = H(trailer)
    m1 = bytes(i * 7 % 251 for i in range(length - 1 - HASH_LENGTHS[hash_name] - len(tail)))
    return bytes([header]) + m1 + digest(hash_name, m1 + CHALLENGE) + tail


def sign(f: bytes, bits: int) -> bytes:
    n, _, d = key(bits)
    return pow(int.from_bytes(f, "big"), d, n).to_bytes((bits + 7) // 8, "big")


def check(signature: bytes, bits: int, challenge: bytes = CHALLENGE) -> Recovered:
    n, e, _ = key(bits)
    return verify_iso9796_2(n, e, signature, challenge)


def _public_key(dg15: bytes) -> tuple[int, int]:
    """(n, e) cut out of a DG15 file: the last two INTEGERs."""
    e = int.from_bytes(dg15[-3:], "big")
    start = dg15.index(b"\x02\x81") + 3
    return int.from_bytes(dg15[start:-5], "big"), e


def test_recorded_chip_with_sha256_and_an_odd_key_size() -> None:
    case = json.loads(vector_path("passport/sessions/active_authentication_NZ_rsa1792.json").read_text())
    n, e = _public_key(H(case["dg15"]))
    assert n.bit_length() == 1792
    signature = H(case["signature"])
    assert verify_iso9796_2(n, e, signature, H(case["rnd_ifd"])) == Recovered(True, "sha256", None)
    assert verify_iso9796_2(n, e, signature, CHALLENGE) == Recovered(False, "sha256", "digest")


def test_recorded_chip_with_sha1() -> None:
    for case in json.loads(vector_path("passport/sessions/active_authentication_rsa1024_sha1.json").read_text())[
        "cases"
    ]:
        n, e = _public_key(H(case["key"]))
        result = verify_iso9796_2(n, e, H(case["signature"]), H(case["rnd_ifd"]))
        assert result == Recovered(case["verifies"], case["hash"], None)


def test_representative_of_appendix_f() -> None:
    case = json.loads(vector_path("passport/icao/aa_rsa_sha1.json").read_text())
    assert digest("sha1", H(case["M1"]) + CHALLENGE).hex() == case["H"]
    assert check(sign(H(case["F"]), 1024), 1024) == Recovered(True, "sha1", None)


@pytest.mark.parametrize("hash_name", list(TRAILERS))
def test_every_trailer_and_the_alternative_representative(hash_name: str) -> None:
    signature = sign(representative(128, hash_name, TRAILERS[hash_name]), 1024)
    assert check(signature, 1024) == Recovered(True, hash_name, None)
    n = key(1024)[0]
    other = (n - int.from_bytes(signature, "big")).to_bytes(128, "big")
    assert check(other, 1024) == Recovered(True, hash_name, None)


def test_sha1_with_an_explicit_hash_id() -> None:
    assert check(sign(representative(128, "sha1", "33cc"), 1024), 1024) == Recovered(True, "sha1", None)


@pytest.mark.parametrize("bits", [1022, 1023, 1017])
def test_moduli_that_do_not_fill_their_octets(bits: int) -> None:
    f = representative(127, "sha1", "bc")
    assert check(sign(f, bits), bits) == Recovered(True, "sha1", None)
    if bits == 1023 and key(bits)[0] >> 1016 > 0x6A:
        assert check(sign(representative(128, "sha256", "34cc"), bits), bits) == Recovered(True, "sha256", None)


@pytest.mark.parametrize(
    ("f", "reason"),
    [
        (representative(128, "sha1", "bc", header=0x4A), "header"),
        (representative(128, "sha1", "bc", header=0x4B), "header"),
        (representative(128, "sha1", "bc", header=0x6B), "header"),
        (representative(128, "sha1", "bc", header=0x00), "header"),
        (representative(128, "sha1", "31cc"), "hash"),
        (representative(128, "sha1", "37cc"), "hash"),
        (representative(128, "sha1", "ac"), "trailer"),
        (representative(128, "sha256", "bc"), "digest"),
        (representative(128, "sha256", "38cc"), "digest"),
    ],
)
def test_bent_representatives_are_refused_with_a_reason(f: bytes, reason: str) -> None:
    result = check(sign(f, 1024), 1024)
    assert not result.valid
    assert result.reason == reason


def test_no_room_for_a_message_is_refused() -> None:
    f = b"\x6a" + digest("sha512", CHALLENGE)[: 64 - 3] + H("35cc")
    assert check(sign(f, 512), 512).reason == "short"


@pytest.mark.parametrize(
    ("n", "e", "reason"),
    [
        (0, 65537, "modulus"),
        (-(2**1024) + 1, 65537, "modulus"),
        (2**1023, 65537, "modulus"),
        (2**511 - 1, 65537, "modulus"),
        (2**8193 - 1, 65537, "modulus"),
        (2**1024 - 1, 0, "exponent"),
        (2**1024 - 1, 1, "exponent"),
        (2**1024 - 1, 4, "exponent"),
        (2**1024 - 1, -3, "exponent"),
        (2**1024 - 1, 2**33 + 1, "exponent"),
    ],
)
def test_hostile_keys_are_refused_before_any_arithmetic(n: int, e: int, reason: str) -> None:
    assert verify_iso9796_2(n, e, bytes(128), CHALLENGE) == Recovered(False, None, reason)


def test_length_and_range_of_the_signature() -> None:
    n = key(1024)[0]
    good = sign(representative(128, "sha1", "bc"), 1024)
    for signature in (b"", good[:-1], good + b"\0", b"\0" + good):
        assert check(signature, 1024).reason == "length"
    for s in (0, 1, n - 1, n, 2**1024 - 1):
        assert check(s.to_bytes(128, "big"), 1024).reason == "range"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1023))
def test_a_changed_signature_never_verifies(bit: int) -> None:
    good = int.from_bytes(sign(representative(128, "sha256", "34cc"), 1024), "big")
    assert not check((good ^ 1 << bit).to_bytes(128, "big"), 1024).valid


@settings(max_examples=60, deadline=None)
@given(st.integers(-2, 2**520), st.integers(-2, 2**34), st.binary(max_size=70), st.binary(max_size=10))
def test_hostile_bytes_never_raise(n: int, e: int, signature: bytes, challenge: bytes) -> None:
    assert not verify_iso9796_2(n, e, signature, challenge).valid
