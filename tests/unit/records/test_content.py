"""RecordContent: one form for one content, bounded, and nothing else is taken for it."""

from __future__ import annotations

import struct

import pytest

from honnin.core.errors import DataError
from honnin.records.content import (
    MAX_PARTS,
    MAX_TOTAL,
    RecordContent,
    digest,
    pack,
    salt_of,
    salted,
    unpack,
)

CONTENT = RecordContent({"report.json": b"{}", "attachment/bill/page-1.pdf": b"%PDF", "kiroku.json": b""})


def test_packing_gives_the_same_octets_whatever_the_order_of_the_parts():
    turned = RecordContent(dict(reversed(list(CONTENT.parts.items()))))
    assert pack(turned) == pack(CONTENT)
    assert unpack(pack(CONTENT)) == CONTENT


def test_packed_form_is_the_written_one():
    assert pack(RecordContent({"a": b"xy"})) == b"HNRC\x01" + b"\x00\x01" + b"\x01a" + b"\x00\x00\x00\x02xy"


@pytest.mark.parametrize(
    "name",
    ["", "/a", "a/", "a//b", "..", "a/../b", ".a", "a b", "名前", "a\n", "a\x00", "-a", "a" * 201, "a/" * 100 + "aa"],
)
def test_a_name_outside_the_alphabet_is_refused(name):
    with pytest.raises(DataError) as caught:
        RecordContent({name: b""})
    assert caught.value.code == "content.malformed"


def test_a_name_of_200_characters_is_taken():
    assert unpack(pack(RecordContent({"a" * 200: b"1"}))).parts == {"a" * 200: b"1"}


def test_too_many_parts_are_refused():
    RecordContent({f"p{n}": b"" for n in range(MAX_PARTS)})
    with pytest.raises(DataError, match=r"content\.too_large"):
        RecordContent({f"p{n}": b"" for n in range(MAX_PARTS + 1)})


def test_more_than_the_limit_in_total_is_refused():
    half = bytes(MAX_TOTAL // 2)
    with pytest.raises(DataError, match=r"content\.too_large"):
        RecordContent({"a": half, "b": half})


def test_no_part_is_no_content():
    with pytest.raises(DataError, match=r"content\.malformed"):
        RecordContent({})


def test_parts_cannot_be_changed_after_checking():
    given = {"a": b"1"}
    content = RecordContent(given)
    given["../x"] = b"2"
    assert dict(content.parts) == {"a": b"1"}
    with pytest.raises(TypeError):
        content.parts["b"] = b""  # type: ignore[index]


def _packed(*parts: tuple[bytes, bytes], count: int | None = None) -> bytes:
    body = b"".join(struct.pack(">B", len(n)) + n + struct.pack(">I", len(d)) + d for n, d in parts)
    return b"HNRC\x01" + struct.pack(">H", len(parts) if count is None else count) + body


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"HNRC\x01",
        b"HNRC\x02" + _packed((b"a", b""))[5:],
        _packed(),
        _packed((b"b", b""), (b"a", b"")),  # not in order
        _packed((b"a", b""), (b"a", b"")),  # twice
        _packed((b"a", b""), count=2),
        _packed((b"a", b"")) + b"\x00",
        _packed((b"\xff", b"")),
        _packed((b"..", b"")),
        _packed((b"salt", b"short")),
        b"HNRC\x01\x00\x01\x01a\xff\xff\xff\xffx",
        b"HNRC\x01\xff\xff",
    ],
)
def test_what_is_not_the_one_form_is_refused(octets):
    with pytest.raises(DataError) as caught:
        unpack(octets)
    assert caught.value.code in {"content.malformed", "content.too_large"}


def test_each_cut_and_each_longer_form_is_refused():
    whole = pack(CONTENT)
    for length in range(len(whole)):
        with pytest.raises(DataError):
            unpack(whole[:length])


@pytest.mark.parametrize(
    "other",
    [
        {"report.json": b"{}", "attachment/bill/page-1.pdf": b"%PDF", "kiroku.jsom": b""},
        {"report.json": b"{}", "attachment/bill/page-1.pdf": b"%PDG", "kiroku.json": b""},
        {"report.json": b"", "attachment/bill/page-1.pdf": b"%PDF", "kiroku.json": b"{}"},
        {"report.json": b"{}", "kiroku.json": b""},
    ],
)
def test_digest_knows_names_and_octets(other):
    assert len(digest(CONTENT)) == 32
    assert digest(RecordContent(other)) != digest(CONTENT)


def test_digest_is_the_written_one():
    assert digest(RecordContent({"a": b"xy"})).hex() == (
        # printf 'honnin record content v1\0\x01a\0\0\0\x02' + sha256("xy") | sha256sum
        _by_hand()
    )


def _by_hand() -> str:
    import hashlib

    inner = hashlib.sha256(b"xy").digest()
    return hashlib.sha256(b"honnin record content v1\x00\x01a\x00\x00\x00\x02" + inner).hexdigest()


def test_salt_is_inside_the_content_and_outside_the_digest():
    one, two = salted(CONTENT, lambda n: b"\x01" * n), salted(CONTENT, lambda n: b"\x02" * n)
    assert salt_of(one) == b"\x01" * 32
    assert digest(one) == digest(two) == digest(CONTENT)
    assert pack(one) != pack(two)
    with pytest.raises(DataError, match=r"content\.malformed"):
        salt_of(CONTENT)
