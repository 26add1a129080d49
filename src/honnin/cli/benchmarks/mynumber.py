"""Reading a My Number Card: exchanges for the items by 照合番号B with the chip's proof, and for one JPKI signature.

The design page sets no target for these two; the numbers here are what the dialogue needs today, so that a change that
costs exchanges is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from honnin.apdu import PinSlot, run
from honnin.cards.mynumber import NumberB, Plan, ToSign, read_mynumber
from honnin.cli.benchmarks.figure import Figure
from honnin.cli.benchmarks.passport import Counter
from honnin.core.secret import Secret

_NOW = datetime(2026, 11, 25, tzinfo=UTC)


def measure() -> Iterator[Figure]:
    """With extended length, all files and proofs of that way."""
    from honnin_virtual import issue, list_cards  # noqa: PLC0415  # only when it is run

    spec = next(each for each in list_cards() if each.document == "mynumber")

    def secrets(slot: PinSlot, /) -> bytes:
        del slot
        return spec.secrets["signature_password"].encode()

    def count(**values: Any) -> int:
        counter = Counter(issue(spec.name, now=_NOW))
        plan = Plan(reader_extended=True, chip_challenge=bytes(32), **values)
        run(read_mynumber(plan, now=_NOW), counter, secrets)
        return len(counter.exchanges)

    yield Figure(
        "mynumber.exchanges.items", count(printed=NumberB(Secret(spec.secrets["reference_b"]))), "exchanges", 21, "max"
    )
    yield Figure("mynumber.exchanges.jpki_sign", count(sign=ToSign(bytes(32))), "exchanges", 12, "max")
