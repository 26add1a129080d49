"""Reading a passport: `passport.exchanges.extended`, `.short`, `passport.air_seconds` (design §10).

Everything is counted against a virtual passport in this process; air time is modelled, since only a reader has it:
type B at 424 kbit/s, 10 etu an octet, frames of 256 octets, 0.5 ms guard time each way, 4 ms for the chip and 2 ms
for the host an APDU.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from honnin.apdu import Command, run
from honnin.cards.passport import MrzKey, Plan, read_passport
from honnin.cli.benchmarks.figure import Figure
from honnin.core.clock import system_random

_NOW = datetime(2026, 11, 25, tzinfo=UTC)
_OCTET_SECONDS = 10 / 423_750
_FRAME = 256
_FRAME_OVERHEAD = 3  # PCB and CRC
_GUARD_SECONDS = 0.0005
_APDU_SECONDS = 0.006
_CHIP_AUTHENTICATION = (False, False, True, True)  # of bench_passports, in its order
_READING_INS = frozenset({0xA4, 0xB0, 0xB1})


@dataclass
class Counter:
    """A way to a chip that remembers lengths: one (INS, octets out, octets in) an exchange."""

    chip: object
    exchanges: list[tuple[int, int, int]] = field(default_factory=list)

    def transceive(self, command: bytes, /) -> bytes:
        """Pass on and count."""
        answer: bytes = self.chip.process(command)  # type: ignore[attr-defined]  # a virtual card
        self.exchanges.append((Command.decode(command).ins, len(command), len(answer)))
        return answer


def measure() -> Iterator[Figure]:
    """The worst of BAC and PACE, each with AA or CA, extended and short; air time for a 20 kB set.

    The short figure has a floor above its target: 18,000 octets of DG2 alone are 78 answers of 231 octets (3DES) or
    81 of 223 (AES), EF.SOD and the small files 11 more, BAC and AA 5, PACE and CA 10 (docs/design/0008-figures.md).
    """
    from honnin_virtual.bench_personas import bench_passports  # noqa: PLC0415  # draws faces: only when it is run

    counts: dict[bool, list[int]] = {True: [], False: []}
    air: list[float] = []
    for extended in (True, False):
        for (card, mrz), has_chip_authentication in zip(
            bench_passports(extended=extended), _CHIP_AUTHENTICATION, strict=True
        ):
            counter = Counter(card)
            # AA or CA: a chip with both is asked for the one that the card is here for.
            challenge = None if has_chip_authentication else system_random(8)
            plan = Plan(reader_extended=True, atr=card.atr, aa_challenge=challenge)
            run(read_passport(MrzKey.from_lines(mrz), plan, now=_NOW, random=system_random), counter)
            counts[extended].append(len(counter.exchanges))
            if extended:
                air.append(sum(air_seconds(out, back) for ins, out, back in counter.exchanges if ins in _READING_INS))
    yield Figure("passport.exchanges.extended", max(counts[True]), "exchanges", 15, "max")
    yield Figure("passport.exchanges.short", max(counts[False]), "exchanges", 90, "max")
    yield Figure("passport.air_seconds", max(air), "s", 0.70, "max")


def air_seconds(sent: int, received: int) -> float:
    """Modelled time of one exchange: each frame, the acknowledgement between chained frames, chip and host."""
    total = _APDU_SECONDS
    for octets in (sent, received):
        frames = -(-octets // (_FRAME - _FRAME_OVERHEAD))
        total += (octets + frames * _FRAME_OVERHEAD) * _OCTET_SECONDS + frames * _GUARD_SECONDS
        total += (frames - 1) * (_FRAME_OVERHEAD * _OCTET_SECONDS + _GUARD_SECONDS)
    return total
