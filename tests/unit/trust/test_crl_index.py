"""The index of a revocation list is believed for the reasons the list is believed for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from honnin.trust import crl_index_build
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import crl_facts, parse_crl, verify_crl
from honnin.trust.path import check_revocation
from tests import pki
from tests.crl_memory import indexed

RSA, EC, BRAINPOOL = pki.rsa_key("csca"), pki.ec_key("new csca"), pki.ec_key("bp", pki.ec.BrainpoolP256R1)


def anchors(key: pki.Key) -> AnchorSet:
    return AnchorSet([Anchor(parse_certificate(pki.csca(key).der), "production", "here")])


@pytest.mark.parametrize(
    ("key", "signature"),
    [(RSA, RSA.pkcs1("sha512")), (RSA, RSA.pkcs1("sha1")), (RSA, RSA.pss("sha384", 48)), (EC, EC.ecdsa("sha256")), (BRAINPOOL, BRAINPOOL.ecdsa("sha512"))],
)
def test_signature_is_checked_from_the_digest(key: pki.Key, signature: pki.Signature) -> None:
    index = indexed(pki.crl(key, [5], signature=signature))
    assert verify_crl(index, anchors(key), pki.NOW).outcome == "ok"
    assert verify_crl(index, anchors(pki.rsa_key("stranger")), pki.NOW).outcome == "no_anchor"


def test_wrong_signature_and_unknown_algorithm_are_told_apart() -> None:
    wrong = pki.Signature(RSA.pkcs1().identifier, lambda data: RSA.pkcs1().sign(data + b"x"))
    assert verify_crl(indexed(pki.crl(RSA, [5], signature=wrong)), anchors(RSA), pki.NOW).outcome == "bad_signature"
    unknown = pki.Signature(pki.seq(pki.oid("1.2.3.4")), lambda _: b"\x01")
    index = indexed(pki.crl(RSA, [5], signature=unknown))
    assert verify_crl(index, anchors(RSA), pki.NOW).outcome == "unsupported_algorithm"


def test_currency_and_facts_are_those_of_the_list() -> None:
    data = pki.crl(RSA, [5, 6])
    index = indexed(data)
    late = datetime(2027, 2, 1, tzinfo=UTC)
    for at in (pki.NOW, late, datetime(2026, 10, 1, tzinfo=UTC)):
        assert verify_crl(index, anchors(RSA), at) == verify_crl(parse_crl(data), anchors(RSA), at)
    assert crl_facts(index) == crl_facts(parse_crl(data))
    assert index.source_length == len(data)


def test_path_validation_asks_an_index_as_it_asks_a_list() -> None:
    index = indexed(pki.crl(RSA, [0x1234]))
    revoked = parse_certificate(pki.dsc(pki.rsa_key("dsc"), RSA, serial=0x1234).der)
    other = parse_certificate(pki.dsc(pki.rsa_key("dsc"), RSA, serial=0x1235).der)
    answer = check_revocation(revoked, anchors(RSA), [index], pki.NOW)
    assert (answer.state, answer.reason, answer.facts["revoked_at"]) == ("revoked", "key_compromise", "2026-05-03T00:00:00+00:00")
    assert check_revocation(other, anchors(RSA), [index], pki.NOW).state == "unrevoked"
    assert check_revocation(other, anchors(RSA), [index], pki.NOW + timedelta(days=400)).reason == "stale"


@pytest.mark.parametrize("entries", [[], None])
def test_list_without_entries_lists_nobody(entries) -> None:
    index = indexed(pki.crl(RSA, [], entries=entries))
    assert (index.count, index.find(5), index.find_many([1, 2])) == (0, None, {})
    assert verify_crl(index, anchors(RSA), pki.NOW).ok


def test_distribution_point_is_kept() -> None:
    point = pki.extension("2.5.29.28", pki.seq(pki.encode(0x81, b"\xff")), critical=True)
    index = indexed(pki.crl(RSA, [5], extensions=[point]))
    assert index.distribution_point == pki.seq(pki.encode(0x81, b"\xff"))
    assert verify_crl(index, anchors(RSA), pki.NOW).outcome == "unsupported_extension"


def test_usual_entries_are_not_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        pytest.fail("an entry of a usual form took the slow way")

    monkeypatch.setattr(crl_index_build, "_other", never)
    numbers = [*range(1, 100), *range(1 << 63, (1 << 63) + 100), *range(1 << 150, (1 << 150) + 100)]
    assert indexed(pki.crl(RSA, numbers)).count == 299


def test_list_with_a_critical_entry_extension_revokes_and_clears_nobody() -> None:
    odd = pki.seq(pki.integer(7), pki.time(pki.NOW), pki.seq(pki.extension("1.2.3", b"\x05\x00", critical=True)))
    data = pki.crl(RSA, entries=[pki.seq(pki.integer(5), pki.time(pki.NOW)), odd])
    for crl in (indexed(data), parse_crl(data)):
        assert crl.has_critical_entry()
        absent, listed = (parse_certificate(pki.dsc(pki.rsa_key("dsc"), RSA, serial=each).der) for each in (9, 5))
        assert check_revocation(absent, anchors(RSA), [crl], pki.NOW).state == "undetermined"
        assert check_revocation(listed, anchors(RSA), [crl], pki.NOW).state == "revoked"
    assert not indexed(pki.crl(RSA, [5])).has_critical_entry()
