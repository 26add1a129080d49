"""The shelf of open visits: values under one lock, each with its time limit (ui.md §3.4–3.9).

Nothing slow is done while the lock is held: no card, no disk, no law. What is slow takes the visit to a stage of its
own first (`reading`, `saving`), works without the lock, and puts the outcome back. Those two stages have an end of
their own, so their time never runs out.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from honnin.core.clock import Clock, Random
from honnin.core.errors import CallerError
from honnin.core.ids import new_id
from honnin.flows.lock_guard import LockGuard
from honnin.flows.visit import Case, Stage, Visit

MAX_OPEN = 32
_BUSY = frozenset({Stage.READING, Stage.SAVING})


@dataclass(slots=True)
class OpenVisit:
    """One place on the shelf. `lifted`: its card was taken off while its key was asked for. `uncertain`: what may have
    been stored, or not, by an attempt whose end nobody knows.
    """

    visit: Visit
    guard: LockGuard
    lifted: bool = False
    uncertain: tuple[tuple[Visit, str], ...] = ()


class OpenVisits:
    """All open visits of this process. Whatever takes or changes a visit does so inside `with shelf.changed`."""

    def __init__(self, *, clock: Clock, random: Random, minutes: int) -> None:
        """`minutes`: how long a visit stays open without a step."""
        self.changed = threading.Condition()
        self.life = timedelta(minutes=minutes)
        self._clock = clock
        self._random = random
        self._places: dict[str, OpenVisit] = {}

    def add(self, case: Case) -> Visit:
        """A new visit. Raises CallerError `visit.too_many`; kept ones make room."""
        self.prune()
        if len(self._places) >= MAX_OPEN:
            kept = next((each for each, place in self._places.items() if place.visit.stage is Stage.SAVED), None)
            if kept is None:
                raise CallerError("visit.too_many", "too many unfinished visits")
            del self._places[kept]
        now = self._clock()
        visit = Visit(new_id(now, self._random), now, now + self.life, case=case)
        self._places[visit.id] = OpenVisit(visit, LockGuard(self._random))
        return visit

    def all(self) -> tuple[OpenVisit, ...]:
        """Every place, the oldest first."""
        return tuple(self._places.values())

    def find(self, visit_id: str) -> OpenVisit | None:
        """That place, or None."""
        return self._places.get(visit_id)

    def place(self, visit_id: str) -> OpenVisit:
        """That place. Raises CallerError `visit.not_found`."""
        place = self._places.get(visit_id)
        if place is None:
            raise CallerError("visit.not_found", "there is no such open visit")
        return place

    def get(self, visit_id: str) -> Visit:
        """That visit. Raises CallerError `visit.not_found`."""
        return self.place(visit_id).visit

    def need(self, visit_id: str, stage: Stage) -> Visit:
        """That visit at that stage. Raises CallerError `visit.not_found`, `visit.saving`, `visit.stage`."""
        visit = self.get(visit_id)
        if visit.stage is Stage.SAVING:
            raise CallerError("visit.saving", "the visit is being saved")
        if visit.stage is not stage:
            raise CallerError("visit.stage", "the visit is at another step")
        return visit

    def unkept(self, visit_id: str) -> Visit:
        """That visit, which is neither kept nor being kept. Raises as `need`."""
        visit = self.get(visit_id)
        if visit.stage is Stage.SAVED:
            raise CallerError("visit.stage", "the visit is saved already")
        return self.need(visit_id, visit.stage)

    def put(self, visit: Visit, *, extend: bool = True) -> Visit:
        """In place of what was there; its version grows, and its time begins anew if `extend`."""
        place = self.place(visit.id)
        expires: datetime = self._clock() + self.life if extend else place.visit.expires_at_utc
        place.visit = replace(visit, version=place.visit.version + 1, expires_at_utc=expires)
        self.changed.notify_all()
        return place.visit

    def drop(self, visit_id: str) -> None:
        """Forget it. Nothing happens when it is gone. Raises CallerError `visit.saving`."""
        place = self._places.get(visit_id)
        if place is None:
            return
        if place.visit.stage is Stage.SAVING:
            raise CallerError("visit.saving", "the visit is being saved")
        del self._places[visit_id]
        self.changed.notify_all()

    def prune(self) -> None:
        """Forget those whose time is over."""
        now = self._clock()
        over = [each.visit for each in self._places.values() if each.visit.expires_at_utc <= now]
        for visit in over:
            if visit.stage not in _BUSY:
                del self._places[visit.id]
        if over:
            self.changed.notify_all()
