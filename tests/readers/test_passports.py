"""Whole virtual passports through the real service, by both bindings."""

from __future__ import annotations

import time

import pytest

from honnin.adapters.pcsc import PcscReaders, choose_binding
from honnin.cards.passport import CanKey, MrzKey
from honnin.core.clock import system_clock, system_random
from honnin.core.errors import HonninError, LinkError
from honnin.core.secret import Secret
from honnin.flows.read import read_document
from honnin_virtual import faults_from_names, issue, list_cards
from tests.readers.conftest import READER, SECOND, wait_for
from tests.readers.vpcd_card import VpcdCard

pytestmark = pytest.mark.pcscd

PASSPORTS = [spec for spec in list_cards() if spec.document == "passport"]
PLAIN = PASSPORTS[0]


@pytest.fixture
def bindings():
    found = []
    for name in ("ctypes", "pyscard"):
        try:
            found.append(PcscReaders(choose_binding(name)))
        except LinkError:
            continue
    assert found
    wait_for(found[0], READER, present=False)
    wait_for(found[0], SECOND, present=False)
    yield found
    time.sleep(0.5)  # see conftest.readers


def key_of(spec):
    return MrzKey.from_lines(spec.secrets["mrz"])


def on_vpcd(spec, *faults, slot=0):
    card = issue(spec.name, faults=faults_from_names(faults))
    return VpcdCard(card.process, slot=slot, atr=card.atr, on_reset=card.reset), card


def read(readers, spec, name=READER, **named):
    named.setdefault("key", key_of(spec))
    return read_document(readers, name, clock=system_clock, random=system_random, **named)


@pytest.mark.parametrize("spec", PASSPORTS, ids=lambda spec: spec.name)
def test_every_virtual_passport_is_read_byte_for_byte_through_both_bindings(bindings, spec):
    on_reader, card = on_vpcd(spec)
    with on_reader:
        wait_for(bindings[0], READER, present=True)
        for readers in bindings:
            reading = read(readers, spec)
            assert {"EF.SOD", "EF.DG1", "EF.DG2"} <= set(reading.files)
            for name, octets in reading.files.items():
                assert card.files[name].startswith(octets), name
            assert reading.source == READER
            assert reading.simulated
            assert reading.exchanges > 0


def test_the_access_number_opens_it_too(bindings):
    spec = next(spec for spec in PASSPORTS if "can" in spec.secrets)
    on_reader, _ = on_vpcd(spec)
    with on_reader:
        wait_for(bindings[0], READER, present=True)
        for readers in bindings:
            reading = read(readers, spec, key=CanKey(Secret(spec.secrets["can"])))
            assert (reading.access.method, reading.access.key) == ("pace", "can")


def test_a_wrong_key_is_named_and_the_right_one_still_opens(bindings):
    on_reader, _ = on_vpcd(PLAIN)
    with on_reader:
        wait_for(bindings[0], READER, present=True)
        for readers in bindings:
            with pytest.raises(HonninError) as caught:
                read(readers, PLAIN, key=MrzKey("XX0000000", "010101", "310101"))
            assert caught.value.code in {"card.pace.wrong_key", "card.bac.wrong_key"}
            assert read(readers, PLAIN).files["EF.DG1"]


@pytest.mark.parametrize("exchange", [1, 4, 9])
def test_a_passport_lifted_at_an_exchange_is_named(bindings, exchange):
    for readers in bindings:
        on_reader, _ = on_vpcd(PLAIN, f"removed:{exchange}")
        with on_reader:
            wait_for(readers, READER, present=True)
            with pytest.raises(LinkError) as caught:
                read(readers, PLAIN)
            assert caught.value.code == "link.card_removed"
        wait_for(readers, READER, present=False)
        time.sleep(0.5)


def test_a_slow_chip_ends_with_the_time_given_and_is_read_when_there_is_time(bindings):
    on_reader, _ = on_vpcd(PLAIN, "slow")
    with on_reader:
        wait_for(bindings[0], READER, present=True)
        for readers in bindings:
            with pytest.raises(LinkError) as caught:
                read(readers, PLAIN, timeout_s=0.7)
            assert caught.value.code == "link.timeout"
            deadline = time.monotonic() + 5
            while readers.list()[0].problem is not None:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            assert read(readers, PLAIN, timeout_s=30).files["EF.DG1"]


@pytest.mark.parametrize("exchange", [8, 12])
def test_an_answer_with_a_wrong_mac_is_never_used(bindings, exchange):
    on_reader, _ = on_vpcd(PLAIN, f"wrong-mac:{exchange}")
    with on_reader:
        wait_for(bindings[0], READER, present=True)
        for readers in bindings:
            with pytest.raises(HonninError) as caught:
                read(readers, PLAIN)
            assert caught.value.code.startswith("card.sm.")


def test_two_passports_on_two_slots_are_not_mixed_up(bindings):
    second = next(spec for spec in PASSPORTS if spec.secrets["mrz"] != PLAIN.secrets["mrz"])
    one, card_one = on_vpcd(PLAIN)
    two, card_two = on_vpcd(second, slot=1)
    with one, two:
        for name in (READER, SECOND):
            wait_for(bindings[0], name, present=True)
        for readers in bindings:
            assert read(readers, PLAIN).files["EF.DG1"] == card_one.files["EF.DG1"]
            assert read(readers, second, SECOND).files["EF.DG1"] == card_two.files["EF.DG1"]


def test_progress_tells_the_steps_in_order(bindings):
    on_reader, _ = on_vpcd(PLAIN)
    steps = []
    with on_reader:
        wait_for(bindings[0], READER, present=True)
        read(bindings[0], PLAIN, progress=lambda *step: steps.append(step))
    names = list(dict.fromkeys(step for step, _, _ in steps))
    assert names == ["connect", "access", "read", "issuer", "chip"]
    counts = [done for step, done, _ in steps if step == "read"]
    assert counts == sorted(counts)
