"""A sealed record under attack: every bit, every cut, every swap is found, and shredding is final."""

from __future__ import annotations

import os

import pytest

from honnin.core.errors import CallerError, DataError, StoreError
from honnin.core.secret import Secret
from honnin.records.content import RecordContent, pack
from honnin.records.vault import open_content, record_context, seal_content
from honnin.records.wrapping import Purpose, WrappedKey, key_id, unwrap_with, wrap_with

PACKED = pack(RecordContent({"kiroku.json": b'{"name":"MIHON"}'}))
PLACE = {"tenant": "house", "record_id": "01J-1"}
SEALED = seal_content(PACKED, **PLACE, random=os.urandom)
KEY = Secret(os.urandom(32))
CONTEXT = record_context("house", "01J-1")
WRAPPED = wrap_with(KEY, SEALED.data_key, purpose=Purpose.RECORDS, context=CONTEXT, random=os.urandom)


def _damaged(ciphertext, key=SEALED.data_key, **place):
    with pytest.raises(DataError) as caught:
        open_content(ciphertext, key, **{**PLACE, **place})
    assert caught.value.code == "vault.damaged"


def _flips(octets):
    for bit in range(len(octets) * 8):
        changed = bytearray(octets)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def test_unchanged_it_opens():
    assert open_content(SEALED.ciphertext, SEALED.data_key, **PLACE) == PACKED
    assert unwrap_with(KEY, WRAPPED, context=CONTEXT) == SEALED.data_key


def test_every_flipped_bit_of_a_sealed_content_is_found():
    for changed in _flips(SEALED.ciphertext):
        _damaged(changed)


def test_every_cut_and_every_addition_is_found():
    for length in range(len(SEALED.ciphertext)):
        _damaged(SEALED.ciphertext[:length])
    _damaged(SEALED.ciphertext + b"\x00")
    _damaged(b"")


def test_moved_to_another_record_or_tenant_it_does_not_open():
    _damaged(SEALED.ciphertext, record_id="01J-2")
    _damaged(SEALED.ciphertext, tenant="other")
    _damaged(SEALED.ciphertext, tenant="house0", record_id="1J-1")


def test_pairs_of_tenant_and_record_are_never_the_same_octets():
    assert record_context("ab", "c") != record_context("a", "bc")
    with pytest.raises(CallerError):
        record_context("", "a")
    with pytest.raises(CallerError):
        record_context("a", "b" * 201)


def test_content_of_another_record_under_this_key_does_not_open_here():
    other = seal_content(PACKED, tenant="house", record_id="01J-2", random=os.urandom)
    _damaged(other.ciphertext)
    _damaged(SEALED.ciphertext, key=other.data_key)
    _damaged(SEALED.ciphertext, key=Secret(b"short"))


def test_the_same_content_sealed_twice_shares_nothing():
    again = seal_content(PACKED, **PLACE, random=os.urandom)
    assert again.data_key != SEALED.data_key
    assert again.ciphertext[5:17] != SEALED.ciphertext[5:17]
    assert b"MIHON" not in again.ciphertext


def test_every_flipped_bit_and_cut_of_a_wrapped_key_is_found():
    cuts = [WRAPPED.octets[:length] for length in range(len(WRAPPED.octets))]
    for changed in [*_flips(WRAPPED.octets), *cuts, WRAPPED.octets + b"\x00"]:
        with pytest.raises(DataError) as caught:
            unwrap_with(KEY, WrappedKey(WRAPPED.key_id, changed), context=CONTEXT)
        assert caught.value.code == "vault.key_damaged"


def test_a_wrapped_key_moved_to_another_record_or_key_does_not_unwrap():
    for key, wrapped, context in [
        (KEY, WRAPPED, record_context("house", "01J-2")),
        (Secret(bytes(32)), WRAPPED, CONTEXT),
        (KEY, WrappedKey(key_id(Purpose.NUMBERS, KEY), WRAPPED.octets), CONTEXT),
    ]:
        with pytest.raises(DataError, match=r"vault\.key_damaged"):
            unwrap_with(key, wrapped, context=context)


def test_without_its_wrapped_key_a_content_is_gone_and_the_others_stay(tmp_path):
    from honnin.adapters.key_file import FileKeys

    wrapper = FileKeys.make(tmp_path / "keys").wrapper(Purpose.RECORDS)
    table = {}
    for record_id in ("one", "two"):
        sealed = seal_content(PACKED, tenant="house", record_id=record_id, random=os.urandom)
        wrapped = wrapper.wrap(sealed.data_key, context=record_context("house", record_id))
        table[record_id] = (sealed.ciphertext, wrapped)
    shredded, _ = table["one"]
    _, others_key = table["two"]
    # All that is left is the ciphertext, the house's keys and the other record's wrapped key: none of them opens it.
    with pytest.raises(DataError):
        wrapper.unwrap(others_key, context=record_context("house", "one"))
    for key in (wrapper.unwrap(others_key, context=record_context("house", "two")), KEY):
        with pytest.raises(DataError, match=r"vault\.damaged"):
            open_content(shredded, key, tenant="house", record_id="one")
    kept = wrapper.unwrap(others_key, context=record_context("house", "two"))
    assert open_content(table["two"][0], kept, tenant="house", record_id="two") == PACKED


def test_weak_randomness_is_refused():
    with pytest.raises(CallerError, match=r"vault\.argument"):
        seal_content(PACKED, **PLACE, random=lambda n: b"")


def test_a_key_that_is_not_there_is_told_from_a_damaged_one(tmp_path):
    from honnin.adapters.key_file import FileKeys

    with pytest.raises(StoreError, match=r"vault\.key_missing"):
        FileKeys.make(tmp_path / "keys").wrapper(Purpose.RECORDS).unwrap(WRAPPED, context=CONTEXT)
