"""Virtual passports at the end of a wire that counts, written from the same sheet by somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from honnin.apdu import Answers, Batch, Command, Dialogue, run, run_async, run_batch, run_in_process
from honnin.cards.passport import CanKey, MrzKey, Plan, read_passport
from honnin.core.clock import system_random
from honnin.facts import Reading
from honnin_virtual import Faults, issue, list_cards

NOW = datetime(2026, 11, 25, tzinfo=UTC)
CARDS = {each.name: each for each in list_cards() if each.document == "passport"}
HEALTHY = Faults()
CHALLENGE = bytes.fromhex("0102030405060708")
JAPANESE = "passport-japanese-style"

# name: access, mapping, proofs
EXPECTED = {
    "passport-japanese-style": ("pace", "GM", {"passport.aa"}),
    "passport-bac-aa-rsa": ("bac", None, {"passport.aa"}),
    "passport-pace-ca-aes256": ("pace", "GM", {"passport.ca"}),
    "passport-pace-cam": ("pace", "CAM", {"passport.pace_cam"}),
    "passport-pace-3des-ca-3des": ("pace", "GM", {"passport.ca"}),
    "passport-pace-im": ("pace", "IM", {"passport.ca"}),
    "passport-dh": ("pace", "GM", {"passport.ca"}),
    "passport-open": ("none", None, set()),
    "passport-short-only": ("pace", "GM", {"passport.aa"}),
    "passport-big-photo": ("pace", "GM", {"passport.aa"}),
    "passport-long-names": ("pace", "GM", {"passport.aa"}),
    "passport-39794": ("pace", "GM", {"passport.ca"}),
    "passport-copyable": ("bac", None, set()),
    "passport-old-sha1": ("bac", None, {"passport.aa"}),
    "passport-brainpool": ("pace", "GM", {"passport.aa"}),
    "passport-few-bytes": ("pace", "GM", {"passport.aa"}),
    "passport-get-response": ("bac", None, {"passport.aa"}),
    "passport-alex": ("pace", "GM", {"passport.aa"}),
}


class Wire:
    """A virtual card on a wire that counts, and may change an answer: `change(number, command, answer)`."""

    def __init__(
        self, name: str, faults: Faults = HEALTHY, change: Callable[[int, Command, bytes], bytes] | None = None
    ):
        self.card = issue(name, faults=faults, now=NOW)
        self.change = change
        self.commands: list[Command] = []
        self.batches = 0

    def transceive(self, octets: bytes, /) -> bytes:
        command = Command.decode(octets)
        self.commands.append(command)
        answer = self.card.process(octets)
        return self.change(len(self.commands), command, answer) if self.change else answer


def mrz(name: str) -> MrzKey:
    return MrzKey.from_lines(CARDS[name].secrets["mrz"])


def plan(**values: Any) -> Plan:
    return Plan(**{"reader_extended": True, "aa_challenge": CHALLENGE, **values})


def dialogue(name: str, key: MrzKey | CanKey | None = None, progress: Any = None, **values: Any) -> Dialogue[Reading]:
    return read_passport(key or mrz(name), plan(**values), now=NOW, random=system_random, progress=progress)


def counted(inner: Dialogue[Reading], wire: Wire) -> Reading:
    """The blocking driver, counting batches: round trips over a relay."""

    def batch_by_batch() -> Dialogue[Reading]:
        batch = next(inner)
        try:
            while True:
                wire.batches += 1
                batch = inner.send((yield batch))
        except StopIteration as stop:
            result: Reading = stop.value
            return result
        finally:
            inner.close()

    return run(batch_by_batch(), wire)


def blocking(name: str, wire: Wire, **values: Any) -> Reading:
    return run(dialogue(name, **values), wire)


def in_process(name: str, wire: Wire, **values: Any) -> Reading:
    return run_in_process(dialogue(name, **values), wire.transceive)


def with_asyncio(name: str, wire: Wire, **values: Any) -> Reading:
    async def send(batch: Batch) -> Answers:
        await asyncio.sleep(0)
        return run_batch(wire, batch)

    return asyncio.run(run_async(dialogue(name, **values), send))


def assert_healthy(name: str, reading: Reading, wire: Wire) -> None:
    access, mapping, proofs = EXPECTED[name]
    assert reading.access.method == access
    assert reading.access.facts.get("mapping") == mapping
    assert {each.kind for each in reading.proofs} == proofs
    assert not reading.refusals
    never = {"EF.DIR", "EF.ATR/INFO", "EF.COM", "EF.DG3", "EF.DG4"}
    assert reading.files == {k: v for k, v in wire.card.files.items() if k not in never}  # type: ignore[attr-defined]
    assert reading.expected == {"mrz_information": mrz(name).information.reveal()}
    assert reading.read_at_utc == NOW
