"""Lists of revoked JPKI certificates: a missing serial is good only on the right, signed, current list (§3.3)."""

from __future__ import annotations

import time as clock
from datetime import timedelta

import pytest

from honnin.core.errors import DataError
from honnin.core.tlv import encode
from honnin.trust import der
from honnin.trust.crl import parse_crl
from honnin.trust.jpki_crl import CRL_PROBLEMS, MAX_JPKI_CRL, distribution_point, read_jpki_crl, verify_jpki_crl
from honnin.trust.jpki_revocation import judge_revocation
from tests.jpki import (
    DAY,
    HOUR,
    MINUTE,
    ONLY_USERS,
    OTHER_CA,
    SCOPE,
    SERIAL,
    authority,
    authority_name,
    crl,
    entry,
    full_name,
    holder,
    parsed,
    point,
    points,
    scope,
)
from tests.pki import NOW, aki, bit_string, extension, integer, key_usage, octet_string, oid, rsa_key, seq

TRUE = b"\xff"
CRITICAL = (SCOPE, extension("1.2.3.4", b"\x05\x00", critical=True))


def said(octets, *, certificate=None, ca=None, at=NOW, **more):
    return verify_jpki_crl(octets, certificate or parsed(holder()), ca or parsed(authority()), at, **more)


def flagged(tag, value=TRUE):
    return crl(extensions=(scope(full_name(point()), encode(tag, value)),))


def without_aki():
    """A list that does not name its signer's key."""
    whole = crl()
    return resigned(whole, aki(rsa_key("jpki-sign").id), extension("1.2.3.5", b"\x05\x00"))


def resigned(octets, old, new):
    """The list with one extension exchanged, and signed again."""
    key = rsa_key("jpki-sign").pkcs1()
    found = parse_crl(octets)
    extensions = [
        seq(oid(each.oid), *([b"\x01\x01\xff"] if each.critical else []), octet_string(each.value))
        for each in found.extensions
    ]
    block = encode(0xA0, seq(*extensions))
    assert old in extensions
    assert found.tbs.endswith(block)
    start, _ = der.expect_all(found.tbs, der.SEQUENCE, MAX_JPKI_CRL)
    others = encode(0xA0, seq(*(new if each == old else each for each in extensions)))
    tbs = seq(found.tbs[start : -len(block)], others)
    return seq(tbs, key.identifier, bit_string(key.sign(tbs)))


NUMBER = extension("2.5.29.20", integer(7))
NOT_FOR_LISTS = authority(usage=key_usage(5))

# One list for each rule: (the list, more arguments).
BROKEN = {
    "crl_too_large": lambda: (bytes(MAX_JPKI_CRL + 1), {}),
    "crl_malformed": lambda: (b"\x30\x03\x02\x01", {}),
    "crl_authority": lambda: (crl(), {"ca": parsed(authority(OTHER_CA))}),
    "crl_issuer": lambda: (crl(issuer=authority_name("JPKI for user authentication")), {}),
    "crl_delta": lambda: (crl(extensions=(SCOPE, extension("2.5.29.27", integer(6), critical=True))), {}),
    "crl_unknown_extension": lambda: (crl(extensions=CRITICAL), {}),
    "crl_aki_missing": lambda: (without_aki(), {}),
    "crl_other_generation": lambda: (crl(ca=OTHER_CA), {}),
    "crl_signer_usage": lambda: (crl(), {"ca": parsed(NOT_FOR_LISTS)}),
    "crl_algorithm": lambda: (crl(signature=rsa_key("jpki-sign").pkcs1("sha1")), {}),
    "crl_bad_signature": lambda: (crl(signature=rsa_key("look-alike").pkcs1()), {}),
    "crl_point_missing": lambda: (crl(extensions=()), {}),
    "crl_point_not_critical": lambda: (crl(extensions=(scope(full_name(point()), critical=False),)), {}),
    "crl_point_malformed": lambda: (crl(extensions=(scope(ONLY_USERS),)), {}),
    "crl_indirect": lambda: (flagged(0x84), {}),
    "crl_some_reasons": lambda: (flagged(0x83, b"\x06\x40"), {}),
    "crl_not_for_holders": lambda: (flagged(0x82), {}),
    "crl_certificate_point": lambda: (crl(), {"certificate": parsed(holder(where=points(full_name(point(), point()))))}),
    "crl_other_point": lambda: (crl(extensions=(scope(full_name(point("Misaki-shi")), ONLY_USERS),)), {}),
    "crl_entry_extension": lambda: (crl(entries=[entry(5, extension("1.2.3.4", b"\x05\x00", critical=True))]), {}),
    "crl_number_missing": lambda: (resigned(crl(), NUMBER, b""), {}),
    "crl_number_lower": lambda: (crl(number=6), {"last_number": 7}),
    "crl_from_the_future": lambda: (crl(this_update=NOW + 6 * MINUTE), {}),
    "crl_no_next_update": lambda: (crl(next_update=None), {}),
    "crl_stale": lambda: (crl(next_update=NOW), {}),
    "crl_too_old": lambda: (crl(this_update=NOW - 37 * HOUR), {}),
}  # fmt: skip


def test_there_is_a_list_for_every_rule():
    assert BROKEN.keys() == CRL_PROBLEMS.keys()


@pytest.mark.parametrize("problem", BROKEN)
def test_each_broken_rule_of_a_list_has_its_own_code(problem):
    octets, more = BROKEN[problem]()
    result = said(octets, **more)
    assert (result.answer, result.problem) == (None, problem)


def test_a_certificate_missing_on_its_own_current_list_is_good():
    result = said(crl(SERIAL - 1, SERIAL + 1), last_number=7)
    assert result.problem == "ok"
    assert result.answer.state == "good"
    assert judge_revocation(parsed(holder()), result.answer, NOW).state == "good"
    assert result.facts["crl_number"] == "7"


REASONS = {
    0: "unspecified", 1: "key_compromise", 2: "ca_compromise", 3: "affiliation_changed", 4: "superseded",
    5: "cessation_of_operation", 6: "certificate_hold",
}  # fmt: skip


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_of_the_sheet_is_told_and_a_hold_is_final(code):
    listed = entry(SERIAL, extension("2.5.29.21", encode(0x0A, bytes([code]))))
    result = said(crl(entries=[listed]))
    assert (result.answer.state, result.answer.reason) == ("revoked", REASONS[code])
    assert result.answer.revoked_at == NOW - DAY
    assert judge_revocation(parsed(holder()), result.answer, NOW + timedelta(days=900)).state == "revoked"


def test_a_listed_certificate_is_revoked_however_old_the_list_is():
    old = crl(SERIAL, this_update=NOW - 90 * DAY, next_update=NOW - 89 * DAY, number=1)
    assert said(old, last_number=9).answer.state == "revoked"


def test_another_generation_may_sign_only_where_the_house_says_so():
    newer = parsed(authority(OTHER_CA))
    assert said(crl(ca=OTHER_CA), other_generations=[newer]).answer.state == "good"
    foreign = parsed(authority(OTHER_CA, subject=authority_name("JPKI for user authentication")))
    assert said(crl(ca=OTHER_CA), other_generations=[foreign]).problem == "crl_other_generation"


def test_a_scope_without_flags_covers_holders_too():
    assert said(crl(extensions=(scope(full_name(point())),))).answer.state == "good"


def test_the_same_number_again_is_not_an_older_list():
    assert said(crl(number=7), last_number=7).problem == "ok"


@pytest.mark.parametrize(
    "where",
    [b"", points(full_name(point()), full_name(point())), points(full_name(point()) + encode(0x81, b"\x06\x40")),
     points(encode(0xA0, encode(0xA0, encode(0x86, b"http://list.invalid"))))],
)  # fmt: skip
def test_other_forms_of_distribution_points_are_refused(where):
    certificate = parsed(holder(where=where or extension("1.2.3.4", b"\x05\x00")))
    with pytest.raises(DataError):
        distribution_point(certificate)
    assert said(crl(), certificate=certificate).problem == "crl_certificate_point"


def test_a_list_of_fifty_thousand_is_read_once_and_asked_quickly():
    octets = crl(entries=[entry(0x01000000 + 2 * n, extension("2.5.29.21", b"\x0a\x01\x03")) for n in range(50_000)])
    begun = clock.perf_counter()
    read = read_jpki_crl(octets)
    assert read.count == 50_000
    assert clock.perf_counter() - begun < 5
    begun = clock.perf_counter()
    for serial, state in ((0x01000000 + 99_998, "revoked"), (0x01000000 + 99_999, "good"), (0x01000000, "revoked")):
        result = said(read, certificate=parsed(holder(serial=serial)))
        assert result.answer.state == state
    assert clock.perf_counter() - begun < 5


def test_a_list_over_the_limit_is_not_read():
    with pytest.raises(DataError, match=r"trust\.der\.limit"):
        read_jpki_crl(bytes(MAX_JPKI_CRL + 1))
