"""A whole list, before any certificate is asked about: JPKI lists have a critical part, others must not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from honnin.core.tlv import encode
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.crl import parse_crl
from honnin.trust.jpki_crl import distribution_point, same_part, verify_list
from tests.jpki import ONLY_USERS, SCOPE, authority, crl, full_name, holder, parsed, point, points, scope
from tests.pki import NOW, extension


def anchors(*certificates):
    return AnchorSet(Anchor(each, "test", "made up") for each in certificates)


JPKI = anchors(parsed(authority()))


def said(octets, trust=JPKI, at=NOW):
    return verify_list(parse_crl(octets), trust, at)


def test_a_list_of_one_part_counts_under_the_authority_whose_key_signed_it():
    result = said(crl())
    assert (result.outcome, result.authentic, result.anchor.environment) == ("ok", True, "test")


@pytest.mark.parametrize("days", [-3650, 3650])
def test_a_list_out_of_its_time_is_authentic_but_clears_nobody(days):
    result = said(crl(), at=NOW + timedelta(days=days))
    assert (result.ok, result.authentic) == (False, True)


@pytest.mark.parametrize(
    "octets",
    [
        crl(extensions=(scope(full_name(point()), encode(0x82, b"\xff")),)),  # authorities only
        crl(extensions=(scope(full_name(point()), encode(0x84, b"\xff")),)),  # indirect
        crl(extensions=(SCOPE, extension("1.2.3.4", b"\x05\x00", critical=True))),
        crl(extensions=(scope(ONLY_USERS),)),  # names no part
    ],
)
def test_a_list_that_does_not_simply_cover_holders_is_not_used(octets):
    result = said(octets)
    assert (result.outcome, result.authentic) == ("unsupported_extension", False)


def test_nobody_elses_list_may_have_a_critical_part():
    result = said(crl(), trust=AnchorSet.empty())
    assert (result.outcome, result.authentic) == ("unsupported_extension", False)


def test_a_changed_list_is_refused():
    octets = bytearray(crl())
    octets[-1] ^= 1
    assert said(bytes(octets)).authentic is False


def test_the_part_of_a_list_is_that_of_a_certificate_when_both_name_the_same_directory():
    idp = parse_crl(crl()).distribution_point
    mine = distribution_point(parsed(holder())).raw
    assert same_part(idp, mine)
    assert same_part(idp, idp)
    assert same_part(None, None)
    assert not same_part(idp, None)
    assert not same_part(None, mine)
    assert not same_part(idp, distribution_point(parsed(holder(where=points(full_name(point("Tonari-shi")))))).raw)
    assert not same_part(b"broken", mine)
