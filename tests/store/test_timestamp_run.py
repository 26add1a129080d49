"""Stamps on checkpoints: one covers all before it, none is asked for twice, and an audit finds one that is wrong."""

from __future__ import annotations

import hashlib

import pytest

from honnin.core.errors import LinkError
from honnin.flows.ledger_ports import SetTimestamp
from honnin.flows.timestamp_run import entries_since_stamp, stamp_newest, stamps_of
from honnin.trust.anchors import Anchor
from honnin.trust.certificate import parse_certificate
from honnin.trust.timestamp import make_request, token_in
from honnin_virtual.timestamp import TimestampAuthority
from tests.store.records_kit import NOW, TENANT, content, meta

AUTHORITY = TimestampAuthority()
ANCHORS = [Anchor(parse_certificate(AUTHORITY.root), "simulator", "test", "timestamp")]


class Stamper:
    """The simulated authority, without a network."""

    def __init__(self, fails=False):
        self.asked = 0
        self._fails = fails

    def stamp(self, digest, /):
        self.asked += 1
        if self._fails:
            raise LinkError("timestamp.unreachable", "the time-stamping service did not answer")
        return token_in(AUTHORITY.respond(make_request(digest, bytes(8 * [7])), NOW))


def test_an_empty_ledger_is_not_stamped(store, sealer):
    stamper = Stamper()
    assert (stamp_newest(store, sealer, stamper, tenant=TENANT), stamper.asked) == (0, 0)


def test_one_stamp_covers_the_whole_ledger_and_is_asked_for_once(store, sealer):
    stamper = Stamper()
    for number in (1, 2, 3):
        sealer.seal(content(number), meta(number))
    assert entries_since_stamp(store, TENANT) == 3
    assert [stamp_newest(store, sealer, stamper, tenant=TENANT) for _ in range(2)] == [3, 3]
    assert (stamper.asked, entries_since_stamp(store, TENANT)) == (1, 0)
    sealer.seal(content(4), meta(4))
    assert entries_since_stamp(store, TENANT) == 1
    (found,) = stamps_of(store, TENANT, ANCHORS)
    assert (found.size, found.outcome, found.environment, found.wrong) == (3, "ok", "simulator", False)
    assert found.at.date() == NOW.date()


def test_without_its_anchor_a_stamp_is_unproven_and_not_wrong(store, sealer):
    sealer.seal(content(1), meta(1))
    stamp_newest(store, sealer, Stamper(), tenant=TENANT)
    (found,) = stamps_of(store, TENANT, [])
    assert (found.outcome, found.wrong) == ("no_anchor", False)


def test_a_stamp_over_something_else_is_found(store, sealer):
    sealer.seal(content(1), meta(1))
    other = token_in(AUTHORITY.respond(make_request(hashlib.sha256(b"other").digest(), bytes(8 * [7])), NOW))
    sealer.change(TENANT, [SetTimestamp(1, other)])
    assert [each.wrong for each in stamps_of(store, TENANT, ANCHORS)] == [True]


def test_a_service_that_does_not_answer_changes_nothing_and_stops_no_record(store, sealer):
    sealer.seal(content(1), meta(1))
    with pytest.raises(LinkError):
        stamp_newest(store, sealer, Stamper(fails=True), tenant=TENANT)
    sealer.seal(content(2), meta(2))
    assert stamps_of(store, TENANT, ANCHORS) == []
    assert stamp_newest(store, sealer, Stamper(), tenant=TENANT) == 2
