"""A licence with answers of our choosing, and the trust of the simulator: for tests of the reader's side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from honnin.apdu import Command, PinSlot, run
from honnin.cards.licence import MynumberPlan, Plan, read_licence, read_mynumber_licence
from honnin.facts import Reading
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.kinds import LICENCE
from honnin_virtual import faults_from_names, issue, list_cards, simulator_trust

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
LICENCES = {each.name: each for each in list_cards() if each.document == "licence"}
ON_MYNUMBER = {each.name: each for each in list_cards() if each.name.startswith("mynumber-licence")}
PLAIN = "licence-plain"
SECRETS = {"pin1": b"1234", "pin2": b"5678", "licence": b"2468"}


def secrets(slot: PinSlot, /) -> bytes:
    """What the holder of every virtual licence knows."""
    return SECRETS[slot.name]


def anchors(document: str = "licence") -> AnchorSet:
    """The simulator's signers of licences."""
    files = simulator_trust(document)
    return AnchorSet(
        Anchor(parse_certificate(octets), "simulator", name, LICENCE) for name, octets in files.items() if "licence" in name
    )


class Wire:
    """A virtual card on a wire that keeps what went over it, and may change an answer: `change(command, answer)`."""

    def __init__(
        self, name: str, *faults: str, change: Callable[[Command, bytes], bytes] | None = None
    ) -> None:
        self.card = issue(name, faults=faults_from_names(faults), now=NOW)
        self.change = change
        self.sent: list[bytes] = []

    def transceive(self, octets: bytes, /) -> bytes:
        self.sent.append(octets)
        answer = self.card.process(octets)
        return self.change(Command.decode(octets), answer) if self.change else answer

    @property
    def verifies(self) -> list[bytes]:
        """The VERIFY commands that carried a secret, with P2 and data."""
        return [octets[3:4] + octets[5:] for octets in self.sent if octets[1] == 0x20 and len(octets) > 4]


def read(wire: Wire, **plan: Any) -> Reading:
    return run(read_licence(Plan(**{"reader_extended": True, **plan}), now=NOW), wire, secrets)


def read_on_mynumber(wire: Wire, **plan: Any) -> Reading:
    return run(read_mynumber_licence(MynumberPlan(**{"reader_extended": True, **plan}), now=NOW), wire, secrets)
