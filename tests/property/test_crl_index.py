"""The index of a revocation list answers what the list itself answers, whatever the entries look like."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honnin.core.tlv import encode
from honnin.trust import crl_index_build
from honnin.trust.crl import parse_crl
from tests import pki
from tests.crl_memory import indexed

ROOT = pki.rsa_key("csca")
UNSIGNED = pki.Signature(ROOT.pkcs1().identifier, lambda _: b"\x01")

serials = st.one_of(
    st.integers(-(1 << 20), 1 << 20),
    st.integers(0, 1 << 159),
    st.sampled_from([0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, (1 << 63) - 1, 1 << 63, (1 << 160) - 1, -1, -0x80, -0x81]),
)
times = st.one_of(
    st.datetimes(datetime(1950, 1, 1), datetime(2049, 12, 31)).map(lambda at: encode(0x17, at.strftime("%y%m%d%H%M%SZ").encode())),
    st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(
        lambda at: encode(0x18, f"{at.year:04}{at:%m%d%H%M%S}Z".encode())
    ),
    st.sampled_from([b"\x17\x0b2605031200Z", b"\x17\x0d260230120000Z", b"\x17\x0d26050312000xZ", b"\x18\x0f20261303000000Z", b"\x17\x05never", b""]),
)
reason = st.integers(0, 12).map(lambda code: pki.extension("2.5.29.21", bytes([0x0A, 1, code])))
extensions = st.one_of(
    st.just(b""),
    reason.map(pki.seq),
    st.tuples(reason, st.just(pki.extension("2.5.29.24", encode(0x18, b"20260101000000Z")))).map(lambda two: pki.seq(*two)),
    st.sampled_from([pki.seq(pki.NULL), pki.NULL, pki.seq(pki.extension("2.5.29.21", b"\x0a\x01\x06", critical=True))]),
)


def padded(serial: int, superfluous: int) -> bytes:
    content = pki.integer(serial)[2:]
    return encode(0x02, (b"\xff" if serial < 0 else b"\x00") * superfluous + content)


entries = st.builds(
    lambda serial, superfluous, at, extra: (serial, pki.seq(padded(serial, superfluous), at, extra)),
    serials,
    st.sampled_from([0, 0, 0, 0, 1, 2]),
    times,
    extensions,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(entries, max_size=60), st.lists(serials, max_size=20), st.sampled_from([300, 70_000]))
def test_index_and_list_agree_on_every_serial_number(listed, asked, piece) -> None:
    data = pki.crl(ROOT, entries=[each for _, each in listed], signature=UNSIGNED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crl_index_build, "_MAX_BEGINNING", 512)
        patch.setattr(crl_index_build, "PIECE", piece)
        patch.setattr(crl_index_build, "SLICE_ROWS", 8)
        patch.setattr(crl_index_build, "_SAMPLE", 4)
        index = indexed(data)
    crl = parse_crl(data)
    wanted = {serial for serial, _ in listed} | set(asked)
    for serial in wanted:
        assert index.find(serial) == crl.find(serial)
    assert index.find_many(wanted) == crl.find_many(wanted)
    assert sorted(each.serial for each in index.rows()) == sorted({serial for serial, _ in listed})
    assert (index.issuer, index.this_update, index.next_update, index.number, index.aki) == (
        crl.issuer, crl.this_update, crl.next_update, crl.number, crl.aki,
    )  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1 << 32), st.integers(1, 3000), st.sampled_from([2, 4, 8, 20]), st.booleans())
def test_lists_of_many_blocks_and_runs_agree(seed: int, count: int, size: int, odd: bool) -> None:
    import random

    chance = random.Random(seed)
    at = pki.time(datetime(2026, 5, 3, tzinfo=UTC))
    numbers = [chance.getrandbits(8 * size - 1) for _ in range(count)]
    rows = [
        pki.seq(pki.integer(each), at if not odd or chance.random() < 0.99 else encode(0x18, b"20260503000000Z")) for each in numbers
    ]
    data = pki.crl(ROOT, entries=rows, signature=UNSIGNED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crl_index_build, "_MAX_BEGINNING", 512)
        patch.setattr(crl_index_build, "PIECE", 4096)
        patch.setattr(crl_index_build, "SLICE_ROWS", 200)
        patch.setattr(crl_index_build, "_SAMPLE", 16)
        index = indexed(data)
    assert index.count == len(set(numbers))
    assert {each.serial for each in index.rows()} == set(numbers)
    assert all(index.find(each) is not None for each in numbers)
    others = [chance.getrandbits(8 * size - 1) for _ in range(200)]
    assert all((index.find(each) is not None) == (each in set(numbers)) for each in others)
