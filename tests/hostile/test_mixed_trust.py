"""Anchors of different countries and environments side by side: none may vouch for what is another's (design §5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from honnin.facts import Environment
from honnin.flows.trust_import import carry_out, plan_import
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.cms import CARD_SECURITY, parse_signed_data
from honnin.trust.crl import parse_crl
from honnin.trust.path import validate_dsc
from honnin_virtual.pki import simulator_anchors
from tests import pki
from tests.pki import NOW, Signed
from tests.unit.checks.passports import CAM, check, read, said, trust

PRODUCTION, TEST = pki.ec_key("production"), pki.ec_key("test")
SIGNER = pki.ec_key("signer")
DSC = parse_certificate(pki.dsc(SIGNER, PRODUCTION).der)


def anchor(issued: pki.Issued, environment: str) -> Anchor:
    return Anchor(parse_certificate(issued.der), environment, "tests")  # type: ignore[arg-type]


def resigned_by(country: str, environment: str):
    """A reading with PACE-CAM whose EF.CardSecurity another state signed, and the anchors with that state's."""
    whole = read(CAM)
    authority, signer = pki.ec_key("other authority"), pki.ec_key("other signer")
    name = pki.name(("C", country), ("CN", "CSCA"))
    other = pki.csca(authority, subject=name, issuer=name)
    content = parse_signed_data(whole.files["EF.CardSecurity"]).content
    assert content is not None
    certificate = pki.dsc(signer, authority, issuer=name, subject=pki.name(("C", country), ("CN", "DS")))
    signed = Signed(certificate, content, CARD_SECURITY, wrapped=False)
    reading = replace(whole, files=dict(whole.files) | {"EF.CardSecurity": signed.der})
    return reading, trust()[0] | AnchorSet([anchor(other, environment)])


@pytest.mark.parametrize(("country", "environment"), [("XB", "simulator"), ("XB", "production"), ("UT", "test")])
def test_another_country_or_environment_does_not_vouch_for_the_chip(country, environment) -> None:
    reading, anchors = resigned_by(country, environment)
    report = check(reading, anchors=anchors)
    assert said(report, "dsc.chain") == ("passed", "ok")
    assert said(report, "pace_cam") == ("impossible", "card_security")


def test_the_same_country_and_environment_does() -> None:
    reading, anchors = resigned_by("UT", "simulator")
    assert said(check(reading, anchors=anchors), "pace_cam") == ("passed", "ok")


@pytest.mark.parametrize("serials", [(), (0x1234,)])
def test_a_revocation_list_of_the_test_environment_says_nothing_of_a_production_certificate(serials) -> None:
    anchors = AnchorSet([anchor(pki.csca(PRODUCTION), "production"), anchor(pki.csca(TEST), "test")])
    path = validate_dsc(DSC, anchors, [parse_crl(pki.crl(TEST, serials))], NOW)
    assert (path.chain, path.revocation.state) == ("ok", "undetermined")
    path = validate_dsc(DSC, anchors, [parse_crl(pki.crl(PRODUCTION, serials))], NOW)
    assert path.revocation.state == ("revoked" if serials else "unrevoked")


def test_a_key_that_is_there_in_two_environments_counts_as_the_least_trusted() -> None:
    """The simulator's private keys are public: a second certificate for such a key must not lift it."""
    first = anchor(pki.csca(PRODUCTION), "production")
    second = anchor(pki.csca(PRODUCTION, serial=99), "simulator")
    for order in ([first, second], [second, first]):
        found = validate_dsc(DSC, AnchorSet(order), [], NOW).anchor
        assert found is not None
        assert Environment(found.environment) is Environment.SIMULATOR


@pytest.mark.parametrize("foreign", ["issuer", "key"])
def test_another_countrys_revocation_list_says_nothing(foreign) -> None:
    other_name = pki.name(("C", "XB"), ("CN", "CSCA of XB"))
    anchors = AnchorSet(
        [anchor(pki.csca(PRODUCTION), "production"), anchor(pki.csca(TEST, subject=other_name, issuer=other_name), "production")]
    )
    issuer = other_name if foreign == "issuer" else pki.CSCA_NAME
    crl = parse_crl(pki.crl(TEST, (0x1234,), issuer=issuer))
    assert validate_dsc(DSC, anchors, [crl], NOW).revocation.state == "undetermined"


class Memory:
    """A keeper without a folder."""

    def __init__(self) -> None:
        self.kept = []

    def entries(self):
        return self.kept

    def crls(self):
        return []

    def add(self, entries) -> None:
        self.kept += entries


@pytest.mark.parametrize("again", [1, 2])
def test_the_simulators_certificates_cannot_be_imported_as_production(again) -> None:
    """Otherwise a virtual passport on a real reader would be a real state's."""
    keeper = Memory()
    for _ in range(again):
        for der in simulator_anchors():
            plan = plan_import(der, keeper, environment="production", origin="tests", now=NOW)  # type: ignore[arg-type]
            carry_out(plan, keeper)  # type: ignore[arg-type]
    assert {each.anchor.environment for each in keeper.kept} == {"simulator"}
    assert len(keeper.kept) == len(simulator_anchors())


def test_the_simulators_certificates_are_never_production_in_a_set() -> None:
    """A store that was written before, or by hand, says what it likes."""
    anchors = AnchorSet(Anchor(parse_certificate(each), "production", "tests") for each in simulator_anchors())
    assert {each.environment for each in anchors} == {"simulator"}
    report = check(replace(read(CAM), simulated=False), anchors=anchors)
    assert report.environment is Environment.SIMULATOR
