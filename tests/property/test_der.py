"""The offset reader against another one, and its rewriting of BER (ITU-T X.690)."""

from __future__ import annotations

import contextlib

from asn1crypto import core as asn1
from hypothesis import given, settings
from hypothesis import strategies as st

from honnin.core.errors import DataError
from honnin.core.tlv import encode
from honnin.trust import der

TREES = st.recursive(
    st.tuples(st.sampled_from([0x02, 0x04, 0x0C, 0x80, 0x13]), st.binary(max_size=200)),
    lambda inner: st.tuples(st.sampled_from([0x30, 0x31, 0xA0, 0xA3]), st.lists(inner, max_size=4)),
    max_leaves=12,
)


def definite(tree) -> bytes:
    tag, content = tree
    return encode(tag, content if isinstance(content, bytes) else b"".join(map(definite, content)))


def indefinite(tree, choose) -> bytes:
    tag, content = tree
    if isinstance(content, bytes):
        return encode(tag, content)
    body = b"".join(indefinite(each, choose) for each in content)
    return bytes([tag]) + b"\x80" + body + b"\x00\x00" if choose() else encode(tag, body)


@settings(deadline=None)
@given(TREES, st.randoms(use_true_random=False), st.binary(max_size=5))
def test_any_mixture_of_lengths_becomes_the_definite_form_and_what_follows_stays(tree, random, behind) -> None:
    data = indefinite(tree, lambda: random.random() < 0.6)
    assert der.to_definite(data + behind) == definite(tree) + behind


@settings(deadline=None)
@given(TREES)
def test_definite_objects_keep_their_octets(tree) -> None:
    data = definite(tree)
    assert der.to_definite(data) is data
    tag, start, stop = der.read(data, 0, len(data))
    assert (tag, data[start:stop]) == (tree[0], definite(tree)[len(data) - (stop - start) :])


@given(st.lists(st.integers(0, 1 << 40), min_size=1, max_size=12), st.integers(0, 2), st.integers(0, 39))
def test_object_identifiers_are_those_of_another_library(arcs, first, second) -> None:
    text = ".".join(map(str, [first, second, *arcs]))
    content = der.oid_octets(text)
    assert asn1.ObjectIdentifier(text).contents == content
    if len(content) <= der.MAX_OID_OCTETS:
        assert der.oid_text(content) == text


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    for work in (
        lambda: der.children(data, 0, len(data)),
        lambda: der.to_definite(data),
        lambda: der.to_der(data),
        lambda: der.oid_text(data),
        lambda: der.octets(data, 0x24, 0, len(data)),
    ):
        with contextlib.suppress(DataError):
            work()


def test_depth_and_number_are_limited() -> None:
    for data in (b"\x30\x80" * 5000, b"\x30\x80" + b"\x04\x00" * 300_000 + b"\x00\x00"):
        try:
            der.to_definite(data)
        except der.DerError as error:
            assert error.code == "trust.der.limit"
        else:
            raise AssertionError("the limit is not there")


def test_sets_are_sorted_and_strings_joined_in_der() -> None:
    split = encode(0x24, encode(0x04, b"ab") + encode(0x04, b"c"))
    data = b"\x31\x81" + bytes([len(split) + 3]) + split + b"\x02\x01\x05"
    assert der.to_der(data) == encode(0x31, b"\x02\x01\x05" + encode(0x04, b"abc"))
