"""Reading a licence with both PINs, extended length: `licence.exchanges`, and round trips over a relay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from honnin.apdu import Dialogue, PinSlot, run
from honnin.cards.licence import Plan, read_licence
from honnin.cli.benchmarks.figure import Figure
from honnin.cli.benchmarks.passport import Counter
from honnin.facts import Reading

_NOW = datetime(2026, 11, 25, tzinfo=UTC)


def measure() -> Iterator[Figure]:
    """All files that the signature covers, and the changes; looking and leaving included. The design page sets a
    target for the round trips; that for the exchanges is what the dialogue needs today, so that a change is seen.
    """
    from honnin_virtual import issue, list_cards  # noqa: PLC0415  # only when it is run

    spec = next(each for each in list_cards() if each.document == "licence")
    counter = Counter(issue(spec.name, now=_NOW))
    batches: list[int] = []

    def secrets(slot: PinSlot, /) -> bytes:
        return spec.secrets[slot.name].encode()

    run(_counted(read_licence(Plan(reader_extended=True), now=_NOW), batches), counter, secrets)
    yield Figure("licence.exchanges", len(counter.exchanges), "exchanges", 21, "max")
    yield Figure("licence.roundtrips", len(batches), "batches", 4, "max")


def _counted(inner: Dialogue[Reading], batches: list[int]) -> Dialogue[Reading]:
    batch = next(inner)
    while True:
        batches.append(len(batch))
        try:
            batch = inner.send((yield batch))
        except StopIteration as stop:
            reading: Reading = stop.value
            return reading
