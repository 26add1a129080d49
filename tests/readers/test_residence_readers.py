"""Residence cards through the real service and the virtual reader, by both bindings."""

from __future__ import annotations

import pytest

from honnin.cards.residence import CardNumber
from honnin.cli.anchors import simulator_trust
from honnin.core.clock import system_clock, system_random
from honnin.core.errors import CardError
from honnin.core.secret import Secret
from honnin.flows.documents import check_reading
from honnin.flows.look import look_at_card
from honnin.flows.read import read_document
from honnin_virtual import list_cards
from tests.readers.conftest import READER, wait_for
from tests.readers.test_passports import bindings, on_vpcd

pytestmark = pytest.mark.pcscd

CARDS = [spec for spec in list_cards() if spec.document == "residence"]
READABLE = [spec for spec in CARDS if spec.name != "residence-specified"]

assert bindings  # the fixture


def read(readers, number: str):
    return read_document(readers, READER, CardNumber(Secret(number)), clock=system_clock, random=system_random)


@pytest.mark.parametrize("spec", READABLE, ids=lambda spec: spec.name)
def test_every_card_is_read_through_both_bindings(bindings, spec):
    on_reader, _ = on_vpcd(spec)
    with on_reader:
        wait_for(bindings[0], READER, present=True)
        for readers in bindings:
            assert look_at_card(readers, READER).card.document == "residence"
            with pytest.raises(CardError, match=r"card\.residence\.wrong_number"):
                read(readers, "ZZ99999999ZZ")
            reading = read(readers, spec.secrets["card_number"])
            assert reading.simulated
            report = check_reading(reading, simulator_trust("residence"), reading.read_at_utc)
            assert {each.id for each in report.failed} <= {"residence.expiry", "residence.stay"}
            finding = report.finding("residence.signature")
            assert finding is not None
            assert finding.outcome.value == ("impossible" if "under16" in spec.name else "passed")


def test_a_specified_card_is_named(bindings):
    on_reader, _ = on_vpcd(next(spec for spec in CARDS if spec.name == "residence-specified"))
    with on_reader:
        wait_for(bindings[0], READER, present=True)
        for readers in bindings:
            with pytest.raises(CardError, match=r"card\.residence\.specified"):
                read(readers, "ZZ00000015ZZ")
