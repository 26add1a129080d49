"""Revocation lists: look-up, limits and what is refused (passport.md §11.4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from honnin.core.errors import DataError
from honnin.core.tlv import encode
from honnin.trust import crl as module
from honnin.trust.crl import parse_crl
from honnin.trust.crl_entries import CrlError
from tests import pki

ROOT = pki.rsa_key("csca")
SIGNATURE = ROOT.pkcs1()


def test_fields_are_those_that_another_library_reads() -> None:
    data = pki.crl(ROOT, [1, 0x80, 1 << 150])
    ours, theirs = parse_crl(data), x509.load_der_x509_crl(data)
    assert (ours.this_update, ours.next_update) == (theirs.last_update_utc, theirs.next_update_utc)
    assert (ours.number, ours.count, ours.aki) == (7, 3, ROOT.id)
    assert ours.tbs == theirs.tbs_certlist_bytes
    entry = ours.find(1)
    assert entry is not None
    assert (entry.reason, entry.revoked_at) == ("key_compromise", datetime(2026, 5, 3, tzinfo=UTC))
    without = ours.find(0x80)
    assert without is not None
    assert without.reason == "unspecified"


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(-300, 1 << 160), max_size=40), st.sets(st.integers(-300, 70000), max_size=40))
def test_exactly_the_listed_serial_numbers_are_found(listed: set[int], asked: set[int]) -> None:
    crl = parse_crl(pki.crl(ROOT, sorted(listed), signature=pki.Signature(SIGNATURE.identifier, lambda _: b"\x01")))
    for serial in listed | asked:
        entry = crl.find(serial)
        assert (entry is not None) == (serial in listed)
        assert entry is None or entry.serial == serial


def test_serial_number_not_in_shortest_form_is_found_all_the_same() -> None:
    entry = pki.seq(encode(0x02, b"\x00\x00\x00\x12\x34"), pki.time(pki.NOW))
    crl = parse_crl(pki.crl(ROOT, entries=[entry]))
    assert crl.find(0x1234) is not None


@pytest.mark.parametrize(("listed", "asked"), [(0x0100, 0x01), (0x80, -0x80), (0x01, 0x0100), (-1, 0xFF)])
def test_serial_numbers_that_look_alike_are_told_apart(listed: int, asked: int) -> None:
    crl = parse_crl(pki.crl(ROOT, [listed, 1 << 64]))
    assert crl.find(listed) is not None
    assert crl.find(asked) is None


def test_entry_with_a_broken_date_still_revokes() -> None:
    crl = parse_crl(pki.crl(ROOT, entries=[pki.seq(pki.integer(5), encode(0x17, b"never"))]))
    entry = crl.find(5)
    assert entry is not None
    assert (entry.revoked_at, entry.reason) == (None, "unspecified")


def test_list_that_breaks_in_the_middle_is_refused_whole() -> None:
    good = pki.seq(pki.integer(5), pki.time(pki.NOW))
    for broken in (pki.NULL, pki.seq(pki.NULL), pki.seq(encode(0x02, b"")), pki.seq(encode(0x02, bytes(65)))):
        with pytest.raises(DataError):
            parse_crl(pki.crl(ROOT, entries=[good, broken, good]))


def test_number_of_entries_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ENTRIES", 3)
    assert parse_crl(pki.crl(ROOT, [1, 2, 3])).count == 3
    with pytest.raises(CrlError, match=r"trust\.crl\.limit"):
        parse_crl(pki.crl(ROOT, [1, 2, 3, 4]))


def test_two_different_algorithm_fields_are_refused() -> None:
    data = pki.crl(ROOT, [1])
    outer = data.rindex(SIGNATURE.identifier)
    changed = data[:outer] + ROOT.pkcs1("sha512").identifier + data[outer + len(SIGNATURE.identifier) :]
    with pytest.raises(CrlError, match=r"trust\.crl\.algorithm"):
        parse_crl(changed)


def test_twenty_thousand_entries_are_indexed_in_few_octets_each() -> None:
    entry = [pki.seq(pki.integer((1 << 120) + each * 7919), pki.time(pki.NOW)) for each in range(20_000)]
    crl = parse_crl(pki.crl(ROOT, entries=entry))
    assert crl.count == 20_000
    assert len(crl._index) <= 22 * crl.count
    assert crl.find((1 << 120) + 19_999 * 7919) is not None
    assert crl.find((1 << 120) + 1) is None
