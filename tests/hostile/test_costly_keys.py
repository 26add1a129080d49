"""Keys that cost time before anybody knows whose they are: EF.CardAccess is read from whatever lies on the reader."""

from __future__ import annotations

import time
from random import Random

import pytest

from honnin.core.errors import DataError
from honnin.crypto import CryptoError, dh_group_from_parameters
from honnin.trust.certificate import parse_certificate
from honnin.trust.security_infos import MAX_CHIP_KEYS, parse_security_infos
from tests import pki
from tests.pki import bit_string, integer, oid, seq, set_of

RANDOM = Random("costly")  # numbers that look like a group


def spki(bits: int, order_bits: int) -> bytes:
    """An X9.42 key that is plausible until the powers are computed."""
    q = RANDOM.getrandbits(order_bits) | 1 << order_bits - 1 | 1
    p = q * (RANDOM.getrandbits(bits - order_bits) | 1 << bits - order_bits - 1) + 1
    p += q * (p % 2 == 0)
    g, y = RANDOM.getrandbits(bits - 4), RANDOM.getrandbits(bits - 4)
    return seq(seq(oid("1.2.840.10046.2.1"), seq(integer(p), integer(g), integer(q))), bit_string(integer(y)))


def infos(count: int, bits: int, order_bits: int) -> bytes:
    entries = (seq(oid("0.4.0.127.0.7.2.2.1.1"), spki(bits, order_bits), integer(at)) for at in range(count))
    return set_of(*entries)


def test_a_list_with_many_large_keys_is_refused_at_once() -> None:
    """Sixty groups of 8190 bits stopped everything for two minutes, before any key had been typed."""
    data = infos(60, 8190, 8182)
    begun = time.process_time()
    with pytest.raises(DataError, match=r"trust\.security_infos\.limit"):
        parse_security_infos(data)
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(("bits", "order_bits"), [(8190, 8182), (8190, 1024), (4096, 4088), (4096, 1024), (2048, 2040)])
def test_the_keys_that_are_looked_at_cost_little(bits, order_bits) -> None:
    data = infos(MAX_CHIP_KEYS, bits, order_bits)
    begun = time.process_time()
    found = parse_security_infos(data)
    assert time.process_time() - begun < 3
    assert len(found.problems) == MAX_CHIP_KEYS


def test_a_certificate_with_such_a_key_costs_little_too() -> None:
    key = pki.ec_key("costly")
    der = pki.dsc(key, key, spki=spki(8190, 8182)).der
    begun = time.process_time()
    with pytest.raises(DataError):
        parse_certificate(der)
    assert time.process_time() - begun < 0.5


def test_half_of_p_is_an_order_like_none() -> None:
    """RFC 3526 groups written with their order (p-1)/2: no subgroup but the trivial ones."""
    p = int(
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
        "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
        "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
        "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
        "3995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF",
        16,
    )
    assert dh_group_from_parameters(p, 2, (p - 1) // 2).q is None
    with pytest.raises(CryptoError):
        dh_group_from_parameters(p, 2, (p - 1) // 4)
