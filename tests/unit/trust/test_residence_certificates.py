"""Card certificate ← pinned authority (residence-card.md §8.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from honnin.core.errors import DataError
from honnin.trust import residence
from honnin.trust.anchors import AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.kinds import PASSPORT, RESIDENCE, kind_of
from honnin.trust.residence import PINS, Pin, open_card_certificate, validate_card_certificate
from tests import pki
from tests.unit.checks import residence_cards as made
from tests.unit.checks.residence_cards import NOW, anchors, authority, card_certificate


def path(issued: pki.Issued, trusted: AnchorSet, generation: int = 1, at=NOW):
    return validate_card_certificate(parse_certificate(issued.der), trusted, generation, at)


def test_padding_of_nuls_is_cut_and_anything_else_refused() -> None:
    der = card_certificate(1).der
    for padded in (der, der + b"\0", der.ljust(1200, b"\0")):
        assert open_card_certificate(padded).certificate.raw == der
    for wrong in (der + b"\x01", der.ljust(1199, b"\0") + b"\x30", der[:-1], b"", bytes(1200), b"\x30\x82\xff\xff"):
        with pytest.raises(DataError):
            open_card_certificate(wrong)


def test_a_certificate_in_ber_is_read_and_its_signed_octets_stay() -> None:
    der = card_certificate(1).der
    header = 4
    ber = b"\x30\x80" + der[header:] + b"\x00\x00"
    opened = open_card_certificate(ber.ljust(1200, b"\0"))
    assert opened.flags == {"ber"}
    assert opened.certificate.tbs == parse_certificate(der).tbs
    trusted = anchors()
    assert validate_card_certificate(opened.certificate, trusted, 1, NOW).chain == "ok"
    with pytest.raises(DataError):
        open_card_certificate(ber + b"\x01")


def test_null_parameters_of_ecdsa_are_tolerated() -> None:
    issued = card_certificate(2, signature=made.CA2.ecdsa(null=True))
    assert path(issued, anchors(), 2).chain == "ok"


def test_all_authorities_share_a_name_and_the_right_one_is_found() -> None:
    old = pki.rsa_key("older zairyu ca")
    trusted = anchors(authority(1, old, serial=7), authority(1))
    assert path(card_certificate(1), trusted).chain == "ok"
    by_old = card_certificate(1, issuer_key=old)
    assert path(by_old, trusted).chain == "ok"
    without_aki = card_certificate(1, issuer_key=old, extensions=())
    found = path(without_aki, trusted)
    assert (found.chain, found.warnings) == ("ok", ("aki_missing",))


def test_an_authority_of_one_generation_is_none_for_the_other() -> None:
    assert path(card_certificate(1), anchors(authority(2))).chain == "no_anchor"
    assert path(card_certificate(1), anchors(), generation=2).chain == "no_anchor"


@pytest.mark.parametrize(
    ("changes", "chain"),
    [
        ({"issuer_key": pki.rsa_key("stranger")}, "no_anchor"),
        ({"issuer_key": pki.rsa_key("stranger"), "extensions": (pki.aki(made.CA1.id),)}, "bad_signature"),
        ({"extensions": (pki.basic_constraints(ca=True),)}, "is_ca"),
        ({"issuer": made.CA2_NAME}, "name_mismatch"),
        ({"key": pki.ec_key("small")}, "wrong_key"),
        ({"key": pki.rsa_key("short", 1024)}, "wrong_key"),
        ({"extensions": (pki.extension("1.2.3.4", b"\x05\x00", critical=True),)}, "unknown_critical_extension"),
    ],
)
def test_each_broken_rule_has_its_reason(changes, chain: str) -> None:
    assert path(card_certificate(1, **changes), anchors()).chain == chain


def test_other_curves_are_not_the_cards() -> None:
    assert path(card_certificate(2, key=pki.ec_key("p256", ec.SECP256R1)), anchors(), 2).chain == "wrong_key"


def test_a_usage_without_signing_is_said() -> None:
    issued = card_certificate(1, extensions=(pki.key_usage(2),))
    found = path(issued, anchors())
    assert found.chain == "ok"
    assert "no_signing_usage" in found.warnings


def test_the_periods_of_both_are_told_apart() -> None:
    issued = card_certificate(1, not_after=NOW - timedelta(seconds=1))
    assert path(issued, anchors()).validity == "expired"
    assert path(card_certificate(1, not_before=NOW + timedelta(days=1)), anchors()).validity == "not_yet_valid"
    ended = anchors(authority(1, not_after=NOW - timedelta(days=1)))
    found = path(card_certificate(1), ended)
    assert (found.chain, found.validity) == ("ok", "ok")
    assert "anchor_expired" in found.warnings


def test_an_authority_that_may_not_sign_is_none() -> None:
    trusted = anchors(authority(1, extensions=(pki.basic_constraints(ca=False), pki.key_usage(0), pki.ski(made.CA1.id))))
    assert path(card_certificate(1), trusted).chain == "anchor_not_ca"


def test_a_production_authority_counts_by_its_fingerprint_alone(monkeypatch) -> None:
    issued = authority(1)
    trusted = anchors(issued, environment="production")
    assert path(card_certificate(1), trusted).chain == "not_pinned"
    fingerprint = parse_certificate(issued.der).fingerprint
    monkeypatch.setattr(residence, "PINS", {fingerprint: Pin(1, "01", "production")})
    assert path(card_certificate(1), trusted).chain == "ok"
    monkeypatch.setattr(residence, "PINS", {fingerprint: Pin(2, "01", "production")})
    assert path(card_certificate(1), trusted).chain == "no_anchor"


def test_the_agencys_test_authority_stays_a_test_whatever_the_store_says(monkeypatch) -> None:
    issued = authority(1)
    fingerprint = parse_certificate(issued.der).fingerprint
    monkeypatch.setattr(residence, "PINS", {fingerprint: Pin(1, "01", "test")})
    found = path(card_certificate(1), anchors(issued, environment="production"))
    assert found.anchor is not None
    assert found.anchor.environment == "test"


def test_the_published_pins_are_those_of_the_sheet() -> None:
    assert len(PINS) == 6
    assert all(len(each) == 64 and int(each, 16) for each in PINS)
    assert [pin.environment for pin in PINS.values()].count("test") == 1
    assert {pin.generation for pin in PINS.values()} == {1, 2}


def test_an_authority_for_residence_cards_is_none_for_passports() -> None:
    certificate = parse_certificate(authority(1).der)
    assert kind_of(certificate) == RESIDENCE
    assert len(anchors().of_kind(PASSPORT)) == 0
    assert len(anchors().of_kind(RESIDENCE)) == 2
