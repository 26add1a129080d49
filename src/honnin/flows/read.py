"""Use case: read the document on a reader (design §4; ui.md §3.6).

The one place where a reader, a key and a card's dialogue come together. It fills in what only the edge knows (which
reader, whether the card is virtual, how many exchanges, how long), keeps the lock guard between dialogue and card, and
decides one thing: when the reader turns out not to carry extended-length APDUs, the reading is done once more with
short ones, provided that no secret has been sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from honnin.apdu import SecretSource, run
from honnin.apdu.dialogue import no_secrets
from honnin.core.clock import Clock, Random
from honnin.core.errors import LinkError
from honnin.facts import Reading
from honnin.flows.documents import Edge, dialogue_for, last_tries
from honnin.flows.keys import DocumentKey
from honnin.flows.lock_guard import GuardedLink, LockGuard
from honnin.flows.ports import CardLink, Readers

Progress = Callable[[str, int, int], None]

TIMEOUT_S = 60.0  # for the whole document; a hanging exchange ends earlier (adapters.pcsc)
STEPS = ("connect", "access", "read", "issuer", "chip")


def read_document(
    readers: Readers,
    reader_name: str,
    key: DocumentKey,
    *,
    clock: Clock,
    random: Random,
    progress: Progress | None = None,
    secrets: SecretSource = no_secrets,
    guard: LockGuard | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Reading:
    """Read the document that lies on that reader; which one it is the type of `key` says.

    `secrets` is asked for each PIN, from the reader's thread. `guard` is the visit's: it remembers wrong secrets;
    without one each reading has its own. `progress(step, n, of)` is called from the reader's thread with steps of
    STEPS, forwards only; what it raises ends the reading.
    Raises LinkError (`reader.…`, `link.…`), CardError, DataError, CallerError (`card.pin.same_wrong`, …).
    """
    begun = clock()
    atr = next((info.atr for info in readers.list() if info.name == reader_name), b"")
    forward = _Forward(progress)
    of_visit = guard or LockGuard(random)
    sent: list[None] = []

    def read(link: CardLink, *, may_extend: bool) -> Reading:
        counted = _Counted(link)
        guarded = GuardedLink(
            counted, secrets, of_visit, last_try=last_tries(key), on_secret=lambda: sent.append(None)
        )
        # A reader that says nothing is tried: the chip decides, and a refusal ends in the second reading below.
        extended = may_extend and link.extended_length is not False
        dialogue = dialogue_for(key, Edge(extended, atr, clock(), random, forward))
        reading = run(dialogue, guarded, guarded.secrets)
        return replace(reading, source=reader_name, simulated=link.simulated, exchanges=counted.count)

    def left_s() -> float:
        return min(max(timeout_s - (clock() - begun) / timedelta(seconds=1), 0.0), timeout_s)

    try:
        reading = readers.run(reader_name, lambda link: read(link, may_extend=True), timeout_s=left_s())
    except LinkError as error:
        if error.code != "link.no_extended" or sent:
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
