"""Ways into a My Number Card beside the printed numbers: signing password and licence part, to the virtual card."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from honnin.adapters.tray import NAME, Tray
from honnin.apdu import PinSlot
from honnin.cards import licence, mynumber
from honnin.checks.mynumber import MyNumberTrust, check_mynumber
from honnin.core.clock import system_clock, system_random
from honnin.core.errors import CardError
from honnin.facts import DocumentKind, Outcome
from honnin.flows.keys import TypedKey, TypedKeyError
from honnin.flows.look import look_at_card
from honnin.flows.read import read_document
from honnin.flows.statement import visit_statement
from honnin.flows.ways import Way, make_key, parse_pins, ways_of

STATEMENT = b"honnin-statement-1\nfor a test\n"


@pytest.fixture
def tray():
    return Tray()


def read(tray, card, way, **form):
    tray.insert(card)
    pins = parse_pins(way, form)
    key = make_key(way, TypedKey(), statement=STATEMENT)
    return read_document(
        tray, NAME, key, clock=system_clock, random=system_random,
        secrets=lambda slot: pins[slot.name].reveal().encode(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("card", "more"),
    [
        ("mynumber-plain", ()),
        ("mynumber-licence", (Way.MYNUMBER_LICENCE,)),
        ("mynumber-licence-no-pin", (Way.MYNUMBER_LICENCE_NO_PIN,)),
    ],
)
def test_the_licence_part_is_offered_where_the_card_has_one(tray, card, more):
    tray.insert(card)
    assert ways_of(look_at_card(tray, NAME)) == (Way.REFERENCE_B, Way.TEXT_PIN, Way.SIGNATURE, *more)


def test_the_card_signs_the_statement_and_its_certificate_tells_who(tray):
    reading = read(tray, "mynumber-plain", Way.SIGNATURE, signing="ａｂｃ 123")  # put right: full width, small, a space
    assert reading.proof("mynumber.sign").octets["document"] == STATEMENT
    assert set(reading.files) == {"JPKI.EF0001", "JPKI.EF0006", "JPKI.EF0008"}
    report = check_mynumber(reading, MyNumberTrust(), datetime(2026, 11, 23, tzinfo=UTC))
    assert {each.name for each in report.attributes} == {"full_name", "address", "birth_date", "sex"}
    signed = report.finding("mynumber.sign.signature")  # right, but no authority is trusted here
    assert (signed.outcome, signed.reason) == (Outcome.IMPOSSIBLE, "origin_unknown")
    assert report.finding("mynumber.sign.revocation").reason == "no_answer"


def test_a_child_without_the_certificate_is_asked_for_no_password(tray):
    asked: list[PinSlot] = []
    tray.insert("mynumber-child")
    with pytest.raises(CardError, match=r"card\.certificate\.absent"):
        read_document(
            tray, NAME, make_key(Way.SIGNATURE, TypedKey(), statement=STATEMENT), clock=system_clock,
            random=system_random, secrets=lambda slot: asked.append(slot) or b"",
        )  # fmt: skip
    assert asked == []


def test_the_licence_is_read_by_its_own_pin_or_by_none(tray):
    reading = read(tray, "mynumber-licence", Way.MYNUMBER_LICENCE, licence="2468")
    assert reading.document is DocumentKind.MYNUMBER_LICENCE
    assert "DLC.WEF02" in reading.files
    assert "DLC.WEF02" in read(tray, "mynumber-licence-no-pin", Way.MYNUMBER_LICENCE_NO_PIN).files


def test_each_way_makes_its_plan_with_the_agreed_last_try():
    agreed = frozenset({"signing"})
    key = make_key(Way.SIGNATURE, TypedKey(), last_try=agreed, statement=STATEMENT)
    assert isinstance(key, mynumber.Plan)
    assert (key.secrets, key.last_try, key.sign.document) == (("signing",), agreed, STATEMENT)
    assert make_key(Way.MYNUMBER_LICENCE, TypedKey(), last_try=frozenset({"licence"})) == licence.MynumberPlan(
        last_try=frozenset({"licence"})
    )


@pytest.mark.parametrize("password", ["ABC12", "A" * 17, "ABC-漢字12", "ABC_123"])
def test_a_password_of_another_form_is_not_sent(password):
    with pytest.raises(TypedKeyError, match=r"key\.pin\.password") as caught:
        parse_pins(Way.SIGNATURE, {"signing": password})
    assert password not in str(caught.value)


def test_twelve_digits_are_no_password():
    with pytest.raises(TypedKeyError, match=r"key\.twelve_digits"):
        parse_pins(Way.SIGNATURE, {"signing": "123456789018"})
    assert parse_pins(Way.SIGNATURE, {"signing": "123456789012a"})["signing"].reveal() == "123456789012A"


def test_a_statement_of_a_visit_is_long_enough_for_the_card():
    made = visit_statement("01J", at=datetime(2026, 1, 1, tzinfo=UTC), random=bytes)
    assert make_key(Way.SIGNATURE, TypedKey(), statement=made).sign.document == made
