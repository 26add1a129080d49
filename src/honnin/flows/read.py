"""Use case: read the document on a reader (design §4; ui.md §3.6).

The one place where a reader, a key and a card's dialogue come together. It fills in what only the edge knows (which
reader, whether the card is virtual, how many exchanges, how long) and decides one thing: when the reader turns out
not to carry extended-length APDUs, the reading is done once more with short ones. That is harmless because a
passport opens with printed keys, which never lock; a reading that spends tries must not be repeated like that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from honnin.apdu import run
from honnin.cards.passport import CanKey, MrzKey, Plan, read_passport
from honnin.core.clock import Clock, Random
from honnin.core.errors import LinkError
from honnin.facts import Reading
from honnin.flows.ports import CardLink, Readers

Progress = Callable[[str, int, int], None]

TIMEOUT_S = 60.0  # for the whole document; a hanging exchange ends earlier (adapters.pcsc)
STEPS = ("connect", "access", "read", "issuer", "chip")


def read_document(
    readers: Readers,
    reader_name: str,
    key: MrzKey | CanKey,
    *,
    clock: Clock,
    random: Random,
    progress: Progress | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Reading:
    """Read the passport that lies on that reader.

    `progress(step, n, of)` is called from the reader's thread with steps of STEPS, forwards only; what it raises ends
    the reading. Raises LinkError (`reader.…`, `link.…`), CardError, DataError, CallerError.
    """
    begun = clock()
    atr = next((info.atr for info in readers.list() if info.name == reader_name), b"")
    forward = _Forward(progress)

    def read(link: CardLink, *, may_extend: bool) -> Reading:
        counted = _Counted(link)
        # A reader that says nothing is tried: the chip decides, and a refusal ends in the second reading below.
        extended = may_extend and link.extended_length is not False
        plan = Plan(reader_extended=extended, atr=atr, aa_challenge=random(8))
        reading = run(read_passport(key, plan, now=clock(), random=random, progress=forward), counted)
        return replace(reading, source=reader_name, simulated=link.simulated, exchanges=counted.count)

    def left_s() -> float:
        return min(max(timeout_s - (clock() - begun) / timedelta(seconds=1), 0.0), timeout_s)

    try:
        reading = readers.run(reader_name, lambda link: read(link, may_extend=True), timeout_s=left_s())
    except LinkError as error:
        if error.code != "link.no_extended":
            raise
        reading = readers.run(reader_name, lambda link: read(link, may_extend=False), timeout_s=left_s())
    return replace(reading, duration_ms=max(int((clock() - begun) / timedelta(milliseconds=1)), 0))


class _Counted:
    """A card link that counts its exchanges."""

    def __init__(self, link: CardLink) -> None:
        self._link = link
        self.count = 0

    def transceive(self, command: bytes, /) -> bytes:
        self.count += 1
        return self._link.transceive(command)


class _Forward:
    """Progress that never goes back, also when the reading begins again."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._reached = (-1, 0)

    def __call__(self, step: str, done: int, of: int) -> None:
        place = (STEPS.index(step), done) if step in STEPS else (-1, 0)
        if self._progress is not None and place > self._reached:
            self._reached = place
            self._progress(step, done, of)
