"""Reading a residence card: round trips of the dialogue (its batches) and exchanges, both generations."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime

from honnin.apdu import Answers, Batch, run
from honnin.cards.residence import CardNumber, Plan, read_residence
from honnin.cli.benchmarks.figure import Figure
from honnin.cli.benchmarks.passport import Counter
from honnin.core.clock import system_random
from honnin.core.secret import Secret
from honnin.facts import Reading

_NOW = datetime(2026, 11, 25, tzinfo=UTC)
_CARDS = {"first": "residence-first", "second": "residence-plain"}


def measure() -> Iterator[Figure]:
    """All files. The target of round trips is that of the relay (design §10); exchanges are what is needed today."""
    from honnin_virtual import issue, list_cards  # noqa: PLC0415  # only when it is run

    numbers = {spec.name: spec.secrets["card_number"] for spec in list_cards() if spec.document == "residence"}

    def count(name: str, *, extended: bool) -> tuple[int, int]:
        counter = Counter(issue(name, now=_NOW))
        batches: list[Batch] = []
        number, plan = CardNumber(Secret(numbers[name])), Plan(reader_extended=extended)
        run(_counted(read_residence(number, plan, now=_NOW, random=system_random), batches), counter)
        return len(batches), len(counter.exchanges)

    results = {(label, form): count(name, extended=form == "extended")
               for label, name in _CARDS.items() for form in ("extended", "short")}  # fmt: skip
    trips = max(trips for trips, _ in results.values())
    yield Figure("residence.roundtrips", trips, "round trips", 5, "max")
    for (label, form), (_, exchanges) in results.items():
        target = {"extended": 18, "short": 70}[form]
        yield Figure(f"residence.exchanges.{label}.{form}", exchanges, "exchanges", target, "max")


def _counted(inner: Generator[Batch, Answers, Reading], batches: list[Batch]) -> Generator[Batch, Answers, Reading]:
    try:
        batch = next(inner)
        while True:
            batches.append(batch)
            batch = inner.send((yield batch))
    except StopIteration as stop:
        reading: Reading = stop.value
        return reading
    finally:
        inner.close()
