"""Driver's licences read through the real card service: every persona of both forms, tries counted before and after."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from honnin.cards.licence import MynumberPlan, Plan
from honnin.cli.anchors import simulator_trust
from honnin.core.clock import system_clock, system_random
from honnin.core.errors import CardError
from honnin.flows.documents import check_reading
from honnin.flows.look import look_at_card
from honnin.flows.read import read_document
from honnin_virtual import issue
from tests.readers.conftest import READER, wait_for
from tests.readers.test_virtual_passport import Laid
from tests.unit.cards.licence.other_end import LICENCES, ON_MYNUMBER, secrets

pytestmark = pytest.mark.pcscd

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
LOCKED = {"licence-one-try": "card.pin.last_try", "licence-blocked": "card.pin.blocked", "licence-pin2-blocked": "card.pin.blocked"}


def read(readers, plan):
    return read_document(readers, READER, plan, clock=system_clock, random=system_random, secrets=secrets)


@pytest.mark.parametrize("name", sorted(LICENCES))
def test_every_licence_is_read_through_the_service(readers, name):
    with Laid(issue(name, now=NOW)):
        wait_for(readers, READER, present=True)
        before = look_at_card(readers, READER).tries
        if name in LOCKED:
            with pytest.raises(CardError, match=LOCKED[name]):
                read(readers, Plan())
        else:
            reading = read(readers, Plan())
            report = check_reading(reading, simulator_trust("licence"), NOW)
            assert report.finding("licence.signature").outcome.value == "passed"
        assert look_at_card(readers, READER).tries == before


@pytest.mark.parametrize("name", sorted(ON_MYNUMBER))
def test_every_licence_on_a_my_number_card_is_read_through_the_service(readers, name):
    with Laid(issue(name, now=NOW)):
        wait_for(readers, READER, present=True)
        reading = read(readers, MynumberPlan())
        report = check_reading(reading, simulator_trust("mynumber_licence"), NOW)
        assert report.finding("mynumber_licence.signature").outcome.value == "passed"


def test_the_pins_do_not_outlive_the_reading(readers):
    """Nothing but a reset ends them on this card (drivers-licence.md §4.3), and the reader resets at the end."""
    with Laid(issue("licence-plain", now=NOW)):
        wait_for(readers, READER, present=True)
        read(readers, Plan())

        def peek(link):
            link.transceive(bytes.fromhex("00A4040C10A0000002310100000000000000000000"))
            return link.transceive(bytes.fromhex("00B0810010"))

        assert readers.run(READER, peek, timeout_s=20) == bytes.fromhex("6982")
