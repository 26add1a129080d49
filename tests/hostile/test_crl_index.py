"""Lists and index files that lie: whatever happens, a listed certificate is never said to be absent."""

from __future__ import annotations

import io
import random

import pytest

from honnin.core.errors import DataError, HonninError
from honnin.core.tlv import encode
from honnin.trust import crl_index_build
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import verify_crl
from honnin.trust.crl_entries import CrlError
from honnin.trust.crl_index import open_index
from honnin.trust.path import check_revocation
from tests import pki
from tests.crl_memory import Memory, index_octets, indexed, opened

ROOT = pki.rsa_key("csca")
ANCHOR = Anchor(parse_certificate(pki.csca(ROOT).der), "production", "here")
ANCHORS = AnchorSet([ANCHOR])
LISTED = [3, 0x1234, 0x80, 1 << 70, *range(1 << 40, (1 << 40) + 400)]
CRL = pki.crl(ROOT, LISTED)
INDEX = index_octets(CRL)


def build(data: bytes) -> None:
    crl_index_build.build_index(io.BytesIO(data).read, Memory(), lambda _: None)


def test_cut_off_anywhere_a_list_is_refused() -> None:
    for length in [*range(400), *range(400, len(CRL), 97), len(CRL) - 1]:
        with pytest.raises(DataError):
            build(CRL[:length])


def test_octets_behind_the_list_are_refused() -> None:
    with pytest.raises(DataError, match="trailing"):
        build(CRL + b"\0")


def test_no_changed_bit_of_a_list_passes_as_signed() -> None:
    chance = random.Random(7)
    for at in [*range(120), *(chance.randrange(len(CRL)) for _ in range(150))]:
        changed = bytearray(CRL)
        changed[at] ^= 1 << chance.randrange(8)
        try:
            index = indexed(bytes(changed))
        except DataError:
            continue
        assert not verify_crl(index, ANCHORS, pki.NOW).authentic, at


@pytest.mark.parametrize(
    "entry",
    [
        pki.NULL,
        pki.seq(),
        pki.seq(pki.NULL),
        pki.seq(encode(0x02, b"")),
        pki.seq(encode(0x02, bytes(65)), pki.time(pki.NOW)),
        b"\x30\x80\x02\x01\x05\x00\x00",
        b"\x30\x19\x02\x20" + bytes(23),
        b"\x30\x7f\x02\x01\x05",
        b"\x30\x84\xff\xff\xff\xff",
        encode(0x30, encode(0x02, b"\x05") + bytes(70_000)),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_list_with_a_broken_entry_is_refused_whole(entry: bytes, place: int) -> None:
    good = pki.seq(pki.integer(5), pki.time(pki.NOW))
    entries = [good, good]
    entries.insert(place, entry)
    with pytest.raises(DataError):
        build(pki.crl(ROOT, entries=entries))


def test_deeply_nested_extensions_of_an_entry_do_no_harm_and_it_stays_revoked() -> None:
    nested = b""
    for _ in range(3000):
        nested = pki.seq(nested)
    index = indexed(pki.crl(ROOT, entries=[pki.seq(pki.integer(5), pki.time(pki.NOW), nested)]))
    assert index.find(5) is not None


def test_number_of_entries_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crl_index_build, "MAX_ENTRIES", 3)
    build(pki.crl(ROOT, [1, 2, 3]))
    with pytest.raises(CrlError, match=r"trust\.crl\.limit"):
        build(pki.crl(ROOT, [1, 2, 3, 4]))


def test_length_of_a_list_is_limited_before_anything_is_read() -> None:
    asked: list[int] = []

    def source(length: int) -> bytes:
        asked.append(length)
        return (b"\x30\x84\xff\xff\xff\xff" + bytes(length))[:length]

    with pytest.raises(CrlError, match=r"trust\.crl\.limit"):
        crl_index_build.build_index(source, Memory(), lambda _: None)
    assert sum(asked) < 100


def test_entries_in_two_places_are_refused() -> None:
    one = pki.seq(pki.seq(pki.integer(5), pki.time(pki.NOW)))
    signature = ROOT.pkcs1()
    fields = [pki.integer(1), signature.identifier, pki.CSCA_NAME, pki.time(pki.NOW), pki.time(pki.NOW)]
    tbs = pki.seq(*fields, one, one)
    with pytest.raises(DataError):
        build(pki.seq(tbs, signature.identifier, pki.bit_string(signature.sign(tbs))))


def test_same_serial_number_a_thousand_times_is_one_entry_and_the_earliest_counts() -> None:
    late = pki.seq(pki.integer(5), encode(0x17, b"270101000000Z"))
    early = pki.seq(pki.integer(5), encode(0x17, b"250101000000Z"))
    index = indexed(pki.crl(ROOT, entries=[*[late] * 700, early, *[late] * 300]))
    entry = index.find(5)
    assert index.count == 1
    assert entry is not None
    assert entry.revoked_at is not None
    assert entry.revoked_at.year == 2025


def test_no_changed_octet_of_an_index_hides_a_listed_certificate() -> None:
    chance = random.Random(11)
    length = len(INDEX)
    for at in [*range(16), *(chance.randrange(length) for _ in range(400)), *range(length - 60, length)]:
        changed = bytearray(INDEX)
        changed[at] ^= 1 << chance.randrange(8)
        try:
            index = opened(bytes(changed))
        except DataError:
            continue
        for serial in LISTED:
            try:
                assert index.find(serial) is not None, at
            except CrlError as error:
                assert error.code == "trust.crl.index_damaged"


@pytest.mark.parametrize("cut", [1, 16, 56, 57, 500, 5000])
def test_shortened_index_is_not_opened(cut: int) -> None:
    with pytest.raises(CrlError, match="index_damaged"):
        opened(INDEX[:-cut])
    with pytest.raises(CrlError, match="index_damaged"):
        opened(INDEX[cut:])
    with pytest.raises(CrlError, match="index_damaged"):
        opened(INDEX[:100] + INDEX[100 + cut :])


def test_index_under_another_name_is_not_opened() -> None:
    with pytest.raises(CrlError, match="index_damaged"):
        open_index(lambda offset, length: INDEX[offset : offset + length], len(INDEX), "00" * 32)


def test_unreadable_index_clears_nobody_even_beside_a_good_list() -> None:
    certificate = parse_certificate(pki.dsc(pki.rsa_key("dsc"), ROOT, serial=(1 << 40) + 200).der)
    broken = bytearray(INDEX)
    broken[len(INDEX) // 3] ^= 1

    def failing(offset: int, length: int) -> bytes:
        return bytes(broken[offset : offset + length])

    index = open_index(failing, len(INDEX))
    with pytest.raises(HonninError):
        index.find_many(LISTED)
    other = indexed(pki.crl(ROOT, [1]))
    damaged = [serial for serial in LISTED if _fails(index, serial)]
    assert damaged
    certificate = parse_certificate(pki.dsc(pki.rsa_key("dsc"), ROOT, serial=damaged[0]).der)
    for lists in ([index, other], [other, index]):
        answer = check_revocation(certificate, ANCHORS, lists, pki.NOW)
        assert (answer.state, answer.reason) == ("undetermined", "unreadable")
    sound = opened(INDEX)
    assert check_revocation(certificate, ANCHORS, [other, sound], pki.NOW).state == "revoked"
    assert check_revocation(certificate, ANCHORS, [other], pki.NOW).state == "unrevoked"


def _fails(index, serial: int) -> bool:
    try:
        return index.find(serial) is None
    except CrlError:
        return True
