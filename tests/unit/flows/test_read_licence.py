"""Licences through the use cases: look, read, check, photo; and an operator who makes every mistake there is."""

from __future__ import annotations

import logging
from random import Random

import pytest

from honnin.adapters.images import decode_to_png
from honnin.adapters.tray import Tray
from honnin.cards.licence import MynumberPlan, Plan
from honnin.cli.anchors import simulator_trust
from honnin.core.clock import system_random
from honnin.core.errors import CallerError, CardError, HonninError
from honnin.facts import DocumentKind
from honnin.facts.codec import reading_to_zip, report_to_dict
from honnin.flows.documents import check_reading
from honnin.flows.lock_guard import LockGuard
from honnin.flows.look import look_at_card
from honnin.flows.messages import MESSAGES, message_for
from honnin.flows.portrait import image_octets, portrait_service
from honnin.flows.read import read_document
from tests.unit.cards.licence.other_end import LICENCES, NOW, ON_MYNUMBER, PLAIN, SECRETS, secrets


def lay(name: str, *faults: str) -> Tray:
    tray = Tray(clock=lambda: NOW)
    tray.insert(name, faults)
    return tray


def read(tray: Tray, plan: Plan | MynumberPlan, *, entered=secrets, guard: LockGuard | None = None):
    return read_document(
        tray, tray.name, plan, clock=lambda: NOW, random=system_random, secrets=entered, guard=guard
    )


@pytest.mark.parametrize("name", sorted(LICENCES))
def test_a_licence_is_recognised_by_itself_with_its_tries(name):
    look = look_at_card(lay(name), "demo")
    assert look.card.document is DocumentKind.LICENCE
    assert set(look.tries) == {"pin1", "pin2"}
    assert look.full == {"pin1": 3, "pin2": 3}
    assert look.not_set == (frozenset({"pin1", "pin2"}) if name == "licence-no-pin" else frozenset())


@pytest.mark.parametrize("name", sorted(ON_MYNUMBER))
def test_a_licence_on_a_my_number_card_is_seen_beside_the_card_itself(name):
    look = look_at_card(lay(name), "demo")
    assert look.card.document is DocumentKind.MYNUMBER
    assert look.card.licence
    assert (look.tries["licence"], look.full["licence"]) == (10, 10)
    assert look.not_set == (frozenset({"licence"}) if name.endswith("no-pin") else frozenset())


def test_a_licence_is_read_checked_and_its_photo_handed_over():
    reading = read(lay(PLAIN), Plan())
    assert reading.simulated
    report = check_reading(reading, simulator_trust("licence"), NOW)
    assert report.failed == ()
    assert portrait_service(lambda octets: octets[:12])(reading, report)[4:8] == b"jP  "


def test_the_other_form_too():
    reading = read(lay("mynumber-licence"), MynumberPlan())
    report = check_reading(reading, simulator_trust("mynumber_licence"), NOW)
    assert report.finding("mynumber_licence.signature").outcome.value == "passed"
    attribute = next(each for each in report.attributes if each.name == "portrait")
    assert image_octets(reading, attribute)


def test_a_licence_without_pins_is_read_through_the_guard_too():
    reading = read(lay("licence-no-pin"), Plan(), entered=lambda _: pytest.fail("nobody is asked"))
    assert len(reading.files) == 9


def test_a_reader_without_long_messages_costs_no_second_pin():
    reading = read(lay(PLAIN, "short-only"), Plan())
    assert len(reading.files) == 9


def test_the_same_wrong_pin_is_not_sent_twice_in_a_visit():
    tray, guard = lay(PLAIN), LockGuard(system_random)
    for expected in ("card.pin.wrong", "card.pin.same_wrong", "card.pin.same_wrong"):
        with pytest.raises(HonninError) as caught:
            read(tray, Plan(), entered=lambda _: b"0000", guard=guard)
        assert caught.value.code == expected
    assert look_at_card(tray, "demo").tries == {"pin1": 2, "pin2": 3}
    assert len(read(tray, Plan(), guard=guard).files) == 9  # the right one goes


@pytest.mark.parametrize("entered", [b"123", b"12345", b"12a4", b"****", "１２３４".encode()])
def test_what_is_no_pin_never_reaches_the_card(entered):
    tray = lay(PLAIN)
    with pytest.raises(CallerError, match=r"card\.pin\.format"):
        read(tray, Plan(), entered=lambda _: entered)
    assert look_at_card(tray, "demo").tries == {"pin1": 3, "pin2": 3}


def test_a_thousand_mistakes_block_no_card():
    """Any persona, plan, PIN and fault, in visits of several tries; only the holder's own yes may spend a last try."""
    chance = Random(20261125)
    names = [*LICENCES, *ON_MYNUMBER]
    faults = ["mismatch-6300", "blocked-6983", "read-limit-84", "directory-blocked", "short-only"]
    blocked = {"licence-blocked": "pin1", "licence-pin2-blocked": "pin2"}
    mistakes = 0
    while mistakes < 1000:
        name = chance.choice(names)
        licence = name in LICENCES
        fault = [chance.choice(faults)] if licence and chance.random() < 0.3 else []
        tray, guard = lay(name, *fault), LockGuard(system_random)
        for _ in range(chance.randrange(1, 12)):
            mistakes += 1
            typed = chance.choice([b"0000", b"1234", b"5678", b"2468", b"1111", b"99999", b"", bytes([chance.randrange(256)] * 4)])
            plan = Plan(pin2=chance.random() < 0.7) if licence else MynumberPlan()
            try:
                read(tray, plan, entered=lambda _, typed=typed: typed, guard=guard)
            except (CardError, CallerError):
                continue
        tries = look_at_card(tray, "demo").tries
        for secret in ("pin1", "pin2") if licence else ("licence",):
            if blocked.get(name) != secret:
                assert tries[secret] >= 1, (name, fault, secret)


def test_a_planted_pin_and_domicile_are_nowhere_but_on_the_wire(caplog):
    caplog.set_level(logging.DEBUG)
    pin1, pin2 = SECRETS["pin1"], SECRETS["pin2"]
    tray = lay("licence-foreign")
    reading = read(tray, Plan())
    domicile = reading.files["DF1.EF02"]
    octets = domicile[2 : 2 + domicile[1]]
    text = bytes(each | 0x80 for each in octets).decode("euc_jp")
    report = check_reading(reading, simulator_trust("licence"), NOW)
    written = str(report_to_dict(report)) + caplog.text + str(reading.access) + str(reading.refusals)
    assert text not in written
    kept = reading_to_zip(reading)
    assert octets not in kept
    for pin in (pin1, pin2):
        assert f"'{pin.decode()}'" not in written
    with pytest.raises(CardError) as caught:
        read(lay(PLAIN), Plan(), entered=lambda _: b"7391")
    assert "7391" not in str(caught.value) + caught.value.detail + caplog.text


@pytest.mark.parametrize("name", ["pin1", "pin2", "licence"])
def test_a_locked_licence_pin_sends_people_to_the_police_and_not_to_the_municipality(name):
    text = message_for(CardError("card.pin.blocked", "x", name, tries_left=0))
    assert text == MESSAGES[f"card.pin.blocked.{name}"]
    assert "警察署" in text.next_ja
    assert message_for(CardError("card.pin.blocked", "x", "signing")) == MESSAGES["card.pin.blocked"]


@pytest.mark.parametrize("name", ["external_character_1", "external_character_2", "external_character_3", "portrait"])
def test_glyphs_and_photo_come_out_as_png(name):
    reading = read(lay("licence-gaiji"), Plan())
    report = check_reading(reading, simulator_trust("licence"), NOW)
    attribute = next(each for each in report.attributes if each.name == name)
    png = decode_to_png(image_octets(reading, attribute))
    size = (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big"))
    assert size == (50, 50) if name != "portrait" else size[0] > 50
