"""Every virtual card of every document is recognised in at most six exchanges, and no secret is touched by it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from honnin.apdu import Command, run
from honnin.cards.recognise import recognise
from honnin.facts import DocumentKind
from honnin.flows.look import look_at_card
from honnin_virtual import faults_from_names, issue, list_cards

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
CARDS = {each.name: each for each in list_cards()}
MAX_EXCHANGES = 6
# Whatever could spend a try, open something, or ask for keys: VERIFY, CHANGE, RESET RETRY COUNTER, EXTERNAL and MUTUAL
# AUTHENTICATE, GENERAL AUTHENTICATE, MSE, PSO, INTERNAL AUTHENTICATE, GET CHALLENGE.
SECRET = frozenset({0x20, 0x21, 0x24, 0x2C, 0x82, 0x86, 0x87, 0x22, 0x2A, 0x88, 0x84})


class Wire:
    extended_length = True
    simulated = True

    def __init__(self, name):
        self.card = issue(name, faults=faults_from_names([]), now=NOW)
        self.commands = []

    def transceive(self, octets, /):
        self.commands.append(Command.decode(octets))
        return self.card.process(octets)


class OneReader:
    """A Readers port with that card on its only reader."""

    def __init__(self, wire):
        self.wire = wire

    def run(self, name, work, *, timeout_s):
        del name, timeout_s
        return work(self.wire)


def test_there_are_cards_of_all_four_documents():
    assert {each.document for each in CARDS.values()} >= {"passport", "mynumber", "licence", "residence"}
    assert len(CARDS) > 30


@pytest.mark.parametrize("name", CARDS)
def test_every_card_is_recognised_in_six_exchanges_without_a_secret(name):
    wire = Wire(name)
    found = run(recognise(), wire)
    assert found.document is DocumentKind(CARDS[name].document)
    assert len(wire.commands) <= MAX_EXCHANGES
    assert [each for each in wire.commands if each.ins in SECRET] == []
    if found.document is DocumentKind.MYNUMBER:
        assert found.licence is ("licence_pin" in CARDS[name].secrets or "licence" in name)
    else:
        assert (found.licence, found.residence) == (False, name == "residence-specified")


@pytest.mark.parametrize("name", CARDS)
def test_looking_at_tries_sends_no_secret_and_spends_nothing(name):
    wire = Wire(name)
    first = look_at_card(OneReader(wire), "reader")
    verify = [each for each in wire.commands if each.ins == 0x20]
    assert all(not each.data for each in verify), "VERIFY without data asks for the count alone"
    assert [each for each in wire.commands if each.ins in SECRET - {0x20}] == []
    wire.card.reset()
    assert look_at_card(OneReader(wire), "reader") == first
