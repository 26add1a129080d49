"""Re-check: what a newer list says otherwise than was known, and what its silence does not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honnin.core.errors import DataError, TrustError
from honnin.flows.recheck import recheck_all, recheck_with
from honnin.records import recheck as module
from honnin.records.recheck import StoredCertificate, recheck
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import CrlResult, parse_crl
from honnin.trust.crl_index import open_index
from tests import pki
from tests.crl_memory import index_octets, indexed

ROOT = pki.rsa_key("csca")
OK, STALE = CrlResult("ok", None, authentic=True), CrlResult("stale", None, authentic=True)
REVOKED_AT = datetime(2026, 5, 3, tzinfo=UTC)
UPDATE = datetime(2026, 11, 1, tzinfo=UTC)
LIST = pki.crl(ROOT, [5, 6])


def stored(serial: int, before: str = "unrevoked", **more: object) -> StoredCertificate:
    return StoredCertificate(f"r{serial}", ROOT.id, serial, "sign", before, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("crl", [parse_crl(LIST), indexed(LIST)])
def test_what_became_revoked_is_said_with_date_and_reason(crl) -> None:
    (one, two) = recheck([stored(4), stored(6), stored(5, "undetermined"), stored(7)], crl, OK, at=pki.NOW)
    assert (one.record_id, one.before, one.now, one.revoked_at, one.reason) == ("r6", "unrevoked", "revoked", REVOKED_AT, "unspecified")
    assert (two.record_id, two.before, two.now, two.reason) == ("r5", "undetermined", "revoked", "key_compromise")
    assert (one.at, one.list_update, one.kind, one.serial) == (pki.NOW, UPDATE, "sign", 6)


@pytest.mark.parametrize(
    ("certificate", "result", "now"),
    [
        (stored(5, "revoked"), OK, None),
        (stored(9), OK, None),
        (stored(9, "undetermined"), OK, "unrevoked"),
        (stored(9, "revoked"), OK, "no_longer_listed"),
        (stored(9, "undetermined"), STALE, None),
        (stored(9, "revoked"), STALE, None),
        (stored(5), STALE, "revoked"),
        (stored(9, "undetermined", not_after=UPDATE - timedelta(days=1)), OK, None),
        (stored(9, "undetermined", not_after=UPDATE + timedelta(days=1)), OK, "unrevoked"),
        (stored(9, "undetermined", distribution_point=b"x"), OK, None),
        (stored(5, distribution_point=b"x"), OK, "revoked"),
        (replace(stored(5), issuer_key_id=b"other"), OK, None),
    ],
)
def test_presence_revokes_and_only_a_current_list_that_covers_it_clears(certificate, result, now) -> None:
    changes = recheck([certificate], indexed(LIST), result, at=pki.NOW)
    assert [each.now for each in changes] == ([] if now is None else [now])


def test_one_of_several_lists_says_nothing_about_certificates_of_another_part() -> None:
    point = pki.seq(pki.encode(0x81, b"\xff"))
    crl = indexed(pki.crl(ROOT, [5], extensions=[pki.extension("2.5.29.28", point, critical=True)]))
    assert recheck([stored(9, "undetermined")], crl, OK, at=pki.NOW) == []
    (change,) = recheck([stored(9, "undetermined", distribution_point=point)], crl, OK, at=pki.NOW)
    assert change.now == "unrevoked"


def test_list_that_is_not_authentic_changes_nothing() -> None:
    with pytest.raises(TrustError, match=r"recheck\.not_verified"):
        recheck([stored(5)], indexed(LIST), CrlResult("no_anchor", None, authentic=False), at=pki.NOW)


def test_damaged_index_is_an_error_and_not_nothing_revoked() -> None:
    content = bytearray(index_octets(LIST))
    content[17] ^= 1
    crl = open_index(lambda offset, length: bytes(content[offset : offset + length]), len(content))
    with pytest.raises(DataError, match="index_damaged"):
        recheck([stored(5)], crl, OK, at=pki.NOW)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(-70000, 70000), max_size=300), st.lists(st.integers(-70000, 70000), max_size=200), st.integers(1, 50))
def test_every_batch_finds_what_single_look_ups_find(listed, kept, batch) -> None:
    crl = indexed(pki.crl(ROOT, sorted(listed), signature=pki.Signature(ROOT.pkcs1().identifier, lambda _: b"\x01")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BATCH", batch)
        changes = recheck([stored(each) for each in kept], crl, OK, at=pki.NOW)
    assert [each.serial for each in changes] == [each for each in kept if each in listed]


class House:
    """Trust and certificates of a house in memory."""

    def __init__(self, *lists: bytes) -> None:
        self.lists = tuple(indexed(each) for each in lists)
        self.noted: list[list[str]] = []

    def anchors(self) -> AnchorSet:
        return AnchorSet([Anchor(parse_certificate(pki.csca(ROOT).der), "production", "here")])

    def crls(self):
        return self.lists

    def certificates(self, issuer_key_id: bytes, /):
        return [each for each in (stored(5), stored(6), stored(9)) if each.issuer_key_id == issuer_key_id]

    def note(self, results, /) -> None:
        self.noted.append([each.record_id for each in results])


def test_each_list_notes_its_changes_and_a_foreign_one_is_passed_over() -> None:
    house = House(LIST, pki.crl(pki.rsa_key("stranger"), [5]), pki.crl(ROOT, [1]))
    outcomes = recheck_all(house, house, at=pki.NOW)
    assert [(each.state, each.changed) for each in outcomes] == [("ok", 2), ("no_anchor", 0), ("ok", 0)]
    assert house.noted == [["r5", "r6"]]


def test_one_list_is_compared_when_it_was_imported() -> None:
    house = House()
    assert [each.record_id for each in recheck_with(house, indexed(LIST), house, at=pki.NOW)] == ["r5", "r6"]
    assert house.noted == [["r5", "r6"]]
    with pytest.raises(TrustError, match=r"recheck\.not_verified"):
        recheck_with(house, indexed(pki.crl(ROOT, [5], signature=pki.rsa_key("other").default())), house, at=pki.NOW)
