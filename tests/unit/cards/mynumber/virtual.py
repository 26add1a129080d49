"""Virtual My Number Cards (by other hands, from the same sheets) for the tests of dialogues and checks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from honnin.apdu import Answers, Batch, Command, Dialogue, PinSlot, run, run_async, run_batch, run_in_process
from honnin.apdu.dialogue import T
from honnin.cards.mynumber import NumberA, NumberB, NumberLawPurpose, Plan, ToSign, read_mynumber
from honnin.checks.mynumber import MyNumberTrust
from honnin.cli.anchors import simulator_trust
from honnin.core.secret import Secret
from honnin.facts import Reading
from honnin_virtual import Faults, faults_for, faults_from_names, issue, list_cards

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
CARDS = {each.name: each for each in list_cards() if each.document == "mynumber"}
PLAIN = "mynumber-plain"
FAULTS = tuple(each.name for each in faults_for(PLAIN))
CHALLENGE = bytes(range(32))
DOCUMENT = b"fictional agreement, nonce " + bytes(range(32))
PURPOSE = NumberLawPurpose.SOCIAL_INSURANCE
SLOTS = {"text": "text_pin", "user_authentication": "user_authentication_pin", "signing": "signature_password"}


class Wire:
    """A card on a wire that keeps what went over it, and may change an answer."""

    def __init__(
        self, name: str = PLAIN, faults: tuple[str, ...] = (), change: Callable[[int, Command, bytes], bytes] | None = None
    ) -> None:
        self.spec = CARDS[name]
        self.card = issue(name, faults=faults_from_names(faults) if faults else Faults(), now=NOW)
        self.change = change
        self.commands: list[Command] = []
        self.batches = 0
        self.wrong: dict[str, str] = {}

    def transceive(self, octets: bytes, /) -> bytes:
        command = Command.decode(octets)
        self.commands.append(command)
        answer = self.card.process(octets)
        return self.change(len(self.commands), command, answer) if self.change else answer

    def secrets(self, slot: PinSlot, /) -> bytes:
        return (self.wrong.get(slot.name) or self.spec.secrets[SLOTS[slot.name]]).encode()

    @property
    def verified(self) -> list[Command]:
        """Commands that carried a secret."""
        return [each for each in self.commands if each.ins == 0x20 and each.data]


def number_b(name: str = PLAIN) -> NumberB:
    return NumberB(Secret(CARDS[name].secrets["reference_b"]))


def number_a(name: str = PLAIN) -> NumberA:
    return NumberA(Secret(CARDS[name].secrets["reference_a"]), PURPOSE)


def ways(name: str) -> dict[str, dict[str, Any]]:
    """Every way into that card."""
    found: dict[str, dict[str, Any]] = {
        "b": {"printed": number_b(name)},
        "a": {"printed": number_a(name)},
        "pin": {"text_pin": True},
        "pin and number": {"text_pin": True, "number_purpose": PURPOSE},
        "b and pin": {"printed": number_b(name), "text_pin": True},
        "authentication": {"authenticate": ToSign(DOCUMENT)},
        "certificate": {"authentication_certificate": True},
    }
    if "signature_password" in CARDS[name].secrets:
        found["signing"] = {"sign": ToSign(DOCUMENT, "sha384")}
        found["all"] = {"printed": number_b(name), "text_pin": True, "authenticate": ToSign(DOCUMENT), "sign": ToSign(DOCUMENT)}
    return found


def plan(**values: Any) -> Plan:
    return Plan(**{"chip_challenge": CHALLENGE, "reader_extended": True, **values})


def batches(inner: Dialogue[T], wire: Wire) -> Dialogue[T]:
    batch = next(inner)
    try:
        while True:
            wire.batches += 1
            batch = inner.send((yield batch))
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        inner.close()


def dialogue(**values: Any) -> Dialogue[Reading]:
    return read_mynumber(plan(**values), now=NOW)


def blocking(wire: Wire, **values: Any) -> Reading:
    return run(batches(dialogue(**values), wire), wire, wire.secrets)


def in_process(wire: Wire, **values: Any) -> Reading:
    return run_in_process(dialogue(**values), wire.transceive, wire.secrets)


def with_asyncio(wire: Wire, **values: Any) -> Reading:
    async def send(batch: Batch) -> Answers:
        await asyncio.sleep(0)
        return run_batch(wire, batch, wire.secrets)

    return asyncio.run(run_async(dialogue(**values), send))


@cache
def trust() -> MyNumberTrust:
    house = simulator_trust("mynumber")
    return MyNumberTrust.of(house.anchors, house.card_data)
