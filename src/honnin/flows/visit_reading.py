"""The read of a visit, on a thread of its own, with its progress and its end (ui.md §3.6).

The outcome counts only for the read that was begun last: a visit that was stopped, discarded or begun again takes
nothing from an earlier thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from honnin.apdu import PinSlot, SecretSource
from honnin.core.clock import Clock, Random
from honnin.core.errors import CallerError, HonninError
from honnin.core.secret import Secret
from honnin.facts import Reading, Report
from honnin.flows.keys import DocumentKey, TypedKey
from honnin.flows.lock_guard import LockGuard
from honnin.flows.look import Look
from honnin.flows.open_visits import OpenVisits
from honnin.flows.ports import CheckService, ReadService
from honnin.flows.visit import STEPS, Card, CardState, Stage, Step
from honnin.flows.visit_number import check_key, received_number
from honnin.flows.ways import ways_of
from honnin.records.number_vault import ReceivedNumber

_log = logging.getLogger(__name__)

LookAgain = Callable[[str, HonninError], Look | None]


class VisitReads:
    """Begins and ends the reads of all open visits."""

    def __init__(
        self, shelf: OpenVisits, *, read: ReadService, check: CheckService, look_again: LookAgain, clock: Clock,
        random: Random,
    ) -> None:  # fmt: skip
        self._shelf = shelf
        self._read = read
        self._check = check
        self._look_again = look_again
        self._clock = clock
        self._random = random

    def begin(
        self, visit_id: str, card: Card, key: DocumentKey, *, typed: TypedKey, pins: Mapping[str, Secret[str]]
    ) -> None:
        """Start the thread. `pins`, by the name of their slot, live as long as it does. Raises `visit.stage`,
        `visit.purpose` …
        """
        with self._shelf.changed:
            visit = self._shelf.need(visit_id, Stage.KEY)
            check_key(visit, key)
            visit = self._shelf.put(
                replace(
                    visit, stage=Stage.READING, reader=card.reader if card.state is CardState.FOUND else visit.reader,
                    typed=typed, problem=None, step=Step(), job=visit.job + 1, last_try=frozenset(),
                )
            )
            guard = self._shelf.place(visit_id).guard
        threading.Thread(
            target=self._run, args=(visit.id, visit.job, visit.reader, key),
            kwargs={"secrets": _source(pins), "guard": guard}, name="honnin-read", daemon=True,
        ).start()

    def cancel(self, visit_id: str) -> None:
        """Stop the read: back to the key. Nothing to do when it has ended meanwhile."""
        with self._shelf.changed:
            visit = self._shelf.get(visit_id)
            if visit.stage is Stage.READING:
                stopped = CallerError("visit.cancelled", "the read was stopped")
                self._shelf.put(replace(visit, stage=Stage.KEY, job=visit.job + 1, problem=stopped, step=Step()))

    def _run(
        self, visit_id: str, job: int, reader: str, key: DocumentKey, *, secrets: SecretSource, guard: LockGuard
    ) -> None:
        def progress(name: str, done: int, of: int) -> None:
            with self._shelf.changed:
                place = self._shelf.find(visit_id)
                if place is None or place.visit.job != job:
                    raise CallerError("visit.cancelled", "the read was stopped")
                if name in STEPS:
                    step = Step(name, max(done, 0), max(of, 0))
                    self._shelf.put(replace(place.visit, step=step), extend=False)

        try:
            reading = self._read(reader, key, progress, secrets, guard)
            progress("issuer", 0, 0)
            report = self._check(reading)
            number = received_number(reading, report, at=self._clock(), random=self._random)
        except HonninError as error:
            _log.info("read failed: %s", error.code)
            self._failed(visit_id, job, error, self._look_again(reader, error))
        except Exception as error:  # noqa: BLE001  # whatever happens, the page must hear of an end
            _log.error("read failed by %s", type(error).__name__)  # no data of a card in the log
            self._failed(visit_id, job, CallerError("visit.internal", "the read failed"), None)
        else:
            # What holds the number, or lets it be computed, has served the checks: from here on it is a Secret, apart.
            self._succeeded(visit_id, job, reading.kept(), report, number)

    def _failed(self, visit_id: str, job: int, problem: HonninError, look: Look | None) -> None:
        with self._shelf.changed:
            place = self._shelf.find(visit_id)
            if place is None or place.visit.job != job:
                return
            visit = place.visit
            look = look if look is not None and ways_of(look) else visit.look
            ways = replace(visit, look=look).ways or (visit.way,)
            way = visit.way if visit.way in ways else ways[0]  # another card lies there now
            self._shelf.put(replace(visit, stage=Stage.KEY, problem=problem, step=Step(), look=look, way=way))

    def _succeeded(
        self, visit_id: str, job: int, reading: Reading, report: Report, number: ReceivedNumber | None
    ) -> None:
        with self._shelf.changed:
            place = self._shelf.find(visit_id)
            if place is not None and place.visit.job == job:
                self._shelf.put(
                    replace(
                        place.visit, stage=Stage.RESULT, typed=TypedKey(), reading=reading, report=report,
                        number=number, problem=None,
                    )
                )


def _source(pins: Mapping[str, Secret[str]]) -> SecretSource:
    """Answers each slot with what the holder entered for it."""

    def source(slot: PinSlot, /) -> bytes:
        if slot.name not in pins:
            raise CallerError("card.pin.format", "nothing was entered for this secret")
        return pins[slot.name].reveal().encode("ascii")

    return source
