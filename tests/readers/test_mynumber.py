"""My Number Cards through the real service and the virtual reader, by both bindings."""

from __future__ import annotations

import pytest

from honnin.cards.mynumber import NumberB, Plan, ToSign
from honnin.core.clock import system_clock, system_random
from honnin.core.errors import CardError
from honnin.core.secret import Secret
from honnin.flows.look import look_at_card
from honnin.flows.read import read_document
from honnin_virtual import list_cards
from tests.readers.conftest import READER, wait_for
from tests.readers.test_passports import bindings, on_vpcd

pytestmark = pytest.mark.pcscd

CARDS = [spec for spec in list_cards() if spec.document == "mynumber"]
PLAIN = CARDS[0]
USABLE = [spec for spec in CARDS if spec.name not in ("mynumber-one-try", "mynumber-blocked")]

assert bindings  # the fixture


def read(readers, spec, **plan):
    names = {"text": "text_pin", "user_authentication": "user_authentication_pin", "signing": "signature_password"}
    return read_document(
        readers, READER, Plan(**plan), clock=system_clock, random=system_random,
        secrets=lambda slot: spec.secrets[names[slot.name]].encode(),
    )  # fmt: skip


@pytest.mark.parametrize("spec", USABLE, ids=lambda spec: spec.name)
def test_every_card_is_read_through_both_bindings(bindings, spec):
    on_reader, _ = on_vpcd(spec)
    with on_reader:
        wait_for(bindings[0], READER, present=True)
        for readers in bindings:
            look = look_at_card(readers, READER)
            assert look.card.document == "mynumber"
            assert look.tries == look.full
            reading = read(readers, spec, printed=NumberB(Secret(spec.secrets["reference_b"])))
            assert {"KENMEN.EF0002", "HOJO.EF0002"} <= set(reading.files)
            assert {each.kind for each in reading.proofs} == {"mynumber.face.chip", "mynumber.text.chip"}
            assert reading.simulated


def test_pins_and_signatures_pass_through_the_service(bindings):
    on_reader, _ = on_vpcd(PLAIN)
    with on_reader:
        wait_for(bindings[0], READER, present=True)
        document = b"fictional agreement" + bytes(32)
        for readers in bindings:
            reading = read(readers, PLAIN, text_pin=True, authenticate=ToSign(document), sign=ToSign(document))
            assert {each.kind for each in reading.proofs} == {"mynumber.text.chip", "mynumber.auth", "mynumber.sign"}


def test_a_card_at_its_last_try_is_left_alone(bindings):
    spec = next(each for each in CARDS if each.name == "mynumber-one-try")
    on_reader, _ = on_vpcd(spec)
    with on_reader:
        wait_for(bindings[0], READER, present=True)
        for readers in bindings:
            with pytest.raises(CardError, match=r"card\.pin\.last_try"):
                read(readers, spec, text_pin=True)
            assert look_at_card(readers, READER).tries["text"] == 1
