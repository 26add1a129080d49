"""The shipped keys of all virtual cards: one store, one key a name, no prime twice."""

from __future__ import annotations

from importlib.resources import files

import pytest

from honnin.core.errors import CallerError
from honnin_virtual.key_store import EXPONENT, names, primes
from honnin_virtual.keys import rsa_key
from honnin_virtual.mynumber.keys import shipped_key


def test_no_name_stands_twice_and_the_file_says_what_it_is():
    lines = (files("honnin_virtual") / "public_test_keys.txt").read_text("ascii").splitlines()
    keys = [line.split(" ") for line in lines if not line.startswith("#")]
    assert [name for name, _, _ in keys] == list(names())
    assert "PUBLIC TEST KEYS" in lines[0]


def test_no_prime_stands_behind_two_keys():
    everything = [prime for name in names() for prime in primes(name)]
    assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("name", names())
def test_every_key_works(name):
    key = rsa_key(name)
    assert key.e == EXPONENT
    assert pow(key.power(2026), EXPONENT, key.n) == 2026
    assert shipped_key(name).public_key().public_numbers().n == key.n


@pytest.mark.parametrize("of", [primes, rsa_key, shipped_key])
def test_a_key_that_there_is_not_is_an_error_with_a_code(of):
    with pytest.raises(CallerError, match=r"cards\.key\.unknown"):
        of("no such key")
