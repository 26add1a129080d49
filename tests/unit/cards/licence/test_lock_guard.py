"""No try is spent that need not be: every answer a licence can give to VERIFY (drivers-licence.md §3, §14, §17.5)."""

from __future__ import annotations

import pytest

from honnin.apdu import Command, run
from honnin.cards.licence import MynumberPlan, Plan, look_at_licence, read_licence, read_mynumber_licence
from honnin.core.errors import CardError
from tests.unit.cards.licence.other_end import NOW, PLAIN, Wire, read, read_on_mynumber


def answering(sw: str, *, p2: int, secret: bool):
    """Answers VERIFY of that reference with that status: with a secret, or when asked for the tries."""

    def change(command: Command, answer: bytes) -> bytes:
        ours = command.ins == 0x20 and command.p2 == p2 and bool(command.data) is secret
        return bytes.fromhex(sw) if ours else answer

    return change


def wrong(name: str = PLAIN, *faults: str, pin1: bytes = b"0000", pin2: bytes = b"0000"):
    wire = Wire(name, *faults)
    with pytest.raises(CardError) as caught:
        run(read_licence(Plan(reader_extended=True), now=NOW), wire, lambda slot: {"pin1": pin1, "pin2": pin2}[slot.name])
    return wire, caught.value


def test_a_wrong_pin1_says_what_is_left_and_pin2_is_not_sent():
    wire, error = wrong()
    assert (error.code, error.tries_left, error.detail) == ("card.pin.wrong", 2, "pin1")
    assert wire.verifies == [b"\x810000"]
    assert run(look_at_licence(), wire).tries == {"pin1": 2, "pin2": 3}


def test_a_wrong_pin2_is_told_apart():
    wire, error = wrong(pin1=b"1234")
    assert (error.code, error.tries_left, error.detail) == ("card.pin.wrong", 2, "pin2")
    assert run(look_at_licence(), wire).tries == {"pin1": 3, "pin2": 2}


def test_a_mismatch_without_a_count_is_asked_for_afterwards():
    """6300 says nothing about what is left."""
    wire, error = wrong(PLAIN, "mismatch-6300")
    assert (error.code, error.tries_left, error.sw) == ("card.pin.wrong", 2, 0x6300)
    assert len(wire.verifies) == 1


@pytest.mark.parametrize("sw", ["6983", "6984", "63C0"])
def test_each_word_for_blocked_is_blocked(sw):
    wire = Wire(PLAIN, change=answering(sw, p2=0x81, secret=True))
    with pytest.raises(CardError) as caught:
        read(wire)
    assert (caught.value.code, caught.value.tries_left) == ("card.pin.blocked", 0)
    asked = Wire(PLAIN, change=answering(sw, p2=0x82, secret=False))
    with pytest.raises(CardError) as caught:
        read(asked)
    assert (caught.value.code, caught.value.detail) == ("card.pin.blocked", "pin2")
    assert asked.verifies == []


@pytest.mark.parametrize("sw", ["9000", "6300", "6A88", "6D00", "6F00"])
def test_a_card_that_does_not_tell_its_tries_gets_no_pin(sw):
    wire = Wire(PLAIN, change=answering(sw, p2=0x81, secret=False))
    with pytest.raises(CardError, match=r"card\.pin\.tries_unknown"):
        read(wire)
    assert wire.verifies == []


@pytest.mark.parametrize("sw", ["6A88", "6700", "6F00", "6982"])
def test_another_refusal_is_not_called_wrong(sw):
    wire = Wire(PLAIN, change=answering(sw, p2=0x81, secret=True))
    with pytest.raises(CardError) as caught:
        read(wire)
    assert (caught.value.code, caught.value.sw) == ("card.pin.refused", int(sw, 16))
    assert len(wire.verifies) == 1


@pytest.mark.parametrize("setting", ["050102", "0501", "FFFFFF", "060100", ""])
def test_an_unclear_pin_setting_sends_nothing(setting):
    """§14 rule 1: never fall back to the value that stands for no PIN."""

    def change(command: Command, answer: bytes) -> bytes:
        return bytes.fromhex(setting) + b"\x90\x00" if command.le == 3 else answer

    for form, wire in ((read, Wire(PLAIN, change=change)), (read_on_mynumber, Wire("mynumber-licence", change=change))):
        with pytest.raises(CardError, match=r"card\.pin\.setting"):
            form(wire)
        assert wire.verifies == []


def test_a_refused_pin_setting_sends_nothing():
    def change(command: Command, answer: bytes) -> bytes:
        return b"\x69\x82" if command.le == 3 else answer

    wire = Wire(PLAIN, change=change)
    with pytest.raises(CardError):
        read(wire)
    assert wire.verifies == []


def test_the_last_try_is_not_spent_for_the_other_pin():
    """PIN 2 has one try left: PIN 1 is not sent either, since the reading would end without what was asked for."""
    wire = Wire(PLAIN, change=answering("63C1", p2=0x82, secret=False))
    with pytest.raises(CardError) as caught:
        read(wire, last_try=frozenset({"pin1"}))
    assert (caught.value.code, caught.value.detail, caught.value.tries_left) == ("card.pin.last_try", "pin2", 1)
    assert wire.verifies == []


def test_agreement_to_the_last_try_stands_in_the_slot():
    slots = []

    def secrets(slot):
        slots.append(slot)
        return {"pin1": b"1234", "pin2": b"5678"}[slot.name]

    plan = Plan(reader_extended=True, last_try=frozenset({"pin1"}))
    run(read_licence(plan, now=NOW), Wire("licence-one-try"), secrets)
    assert [(slot.name, slot.last_try, slot.length, slot.alphabet) for slot in slots] == [
        ("pin1", True, range(4, 5), "digits"), ("pin2", False, range(4, 5), "digits")
    ]


def test_the_licence_on_a_my_number_card_has_its_own_pin_at_reference_86():
    wire = Wire("mynumber-licence")
    with pytest.raises(CardError) as caught:
        run(read_mynumber_licence(MynumberPlan(), now=NOW), wire, lambda _: b"0000")
    assert (caught.value.code, caught.value.tries_left, caught.value.detail) == ("card.pin.wrong", 9, "licence")
    assert wire.verifies == [b"\x860000"]


def test_a_directory_that_says_it_is_blocked_is_read_as_far_as_it_goes():
    """62 83: selected with a warning (§3)."""
    reading = read(Wire(PLAIN, "directory-blocked"))
    assert [(each.what, each.sw) for each in reading.refusals] == [("DF1", 0x6283)]
    assert len(reading.files["DF1.EF01"]) == 880
