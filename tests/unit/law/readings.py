"""Every virtual card through the real use cases: laid on the tray, read, checked. For tests of what the law makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from honnin.adapters.tray import Tray
from honnin.apdu import PinSlot
from honnin.cards.licence import MynumberPlan
from honnin.cards.licence import Plan as LicencePlan
from honnin.cards.mynumber import NumberA, NumberB, NumberLawPurpose, Plan, ToSign
from honnin.cards.passport import MrzKey
from honnin.cards.residence import CardNumber
from honnin.cli.anchors import simulator_trust
from honnin.core.clock import system_random
from honnin.core.secret import Secret
from honnin.facts import Environment, Reading, Report
from honnin.flows.documents import HouseTrust, check_reading
from honnin.flows.read import read_document
from honnin.law.acts import Acts, AddressAnswer, AddressAnswered, Answer, Answered, Done, SeenDate
from honnin_virtual import list_cards

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
ON = date(2026, 11, 25)
CARDS = {each.name: each for each in list_cards()}
BLOCKED = {"licence-blocked", "licence-pin2-blocked", "licence-one-try", "mynumber-blocked", "mynumber-one-try", "residence-specified"}
READABLE = sorted(CARDS.keys() - BLOCKED)
_SLOTS = {
    "text": "text_pin", "user_authentication": "user_authentication_pin", "signing": "signature_password",
    "pin1": "pin1", "pin2": "pin2", "licence": "licence_pin",
}  # fmt: skip


def key_of(name: str, way: str = ""):
    """Best way into that card, or "pin", "sign", "number_law", "licence" of a My Number Card."""
    spec = CARDS[name]
    if spec.document == "passport":
        return MrzKey.from_lines(spec.secrets["mrz"])
    if spec.document == "residence":
        return CardNumber(Secret(spec.secrets["card_number"]))
    if spec.document == "licence":
        return LicencePlan(pin1=True, pin2=way != "pin1") if spec.secrets else LicencePlan()
    challenge = bytes(range(32))
    if way == "licence":
        return MynumberPlan()
    if way == "number_law":
        purpose = NumberLawPurpose.SOCIAL_INSURANCE
        return Plan(chip_challenge=challenge, printed=NumberA(Secret(spec.secrets["reference_a"]), purpose), text_pin=True, number_purpose=purpose)
    more = {"sign": ToSign(b"fictional contract, nonce " + bytes(32))} if way == "sign" else {}
    printed = None if way == "pin" else NumberB(Secret(spec.secrets["reference_b"]))
    return Plan(chip_challenge=challenge, printed=printed, text_pin=way != "b", **more)


@cache
def reading(name: str, way: str = "", faults: tuple[str, ...] = ()) -> Reading:
    tray = Tray(clock=lambda: NOW)
    tray.insert(name, faults)

    def secrets(slot: PinSlot, /) -> bytes:
        return CARDS[name].secrets[_SLOTS[slot.name]].encode()

    return read_document(tray, tray.name, key_of(name, way), clock=lambda: NOW, random=system_random, secrets=secrets)


@cache
def report(name: str, way: str = "", faults: tuple[str, ...] = (), trusted: bool = True) -> Report:
    read = reading(name, way, faults)
    document = "mynumber" if name.startswith("mynumber") else read.document.value
    return check_reading(read, simulator_trust(document) if trusted else HouseTrust(), NOW)


def as_production(made: Report) -> Report:
    """The same Report, as if its anchor were a real one."""
    def named(detail):
        return {**detail, "anchor_environment": "production"} if "anchor_environment" in detail else detail

    findings = tuple(replace(each, detail=named(each.detail)) for each in made.findings)
    return replace(made, environment=Environment.PRODUCTION if made.environment else None, findings=findings)


def all_good(**changes) -> Acts:
    """A visit at the counter where everything was done."""
    by = "staff-01"
    values: Mapping[str, object] = {
        "presented": Done(NOW, by),
        "chip_displayed": Done(NOW, by),
        "face_match": Answered(Answer.YES, NOW, by),
        "print_match": Answered(Answer.YES, NOW, by),
        "address": AddressAnswered(AddressAnswer.CURRENT, NOW, by),
        "expiry_seen": SeenDate(date(2027, 1, 1), NOW, by),
        **changes,
    }
    return Acts(**values)
