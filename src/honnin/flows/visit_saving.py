"""Keeping a visit: staff's answers, the customer's declarations, the law's word, the seal (ui.md §3.7–3.9).

The law is asked and the record is sealed outside the lock, while the visit stands at `saving`: a slow disk keeps one
counter waiting and no other. Whoever asks to save it meanwhile is refused (`visit.saving`). A failure puts the visit
back where it was, with the reason, so that it can be saved again; the record's number is the visit's, so that a second
attempt can never make a second record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from honnin.core.clock import Clock
from honnin.core.errors import CallerError, HonninError, StoreError
from honnin.flows.entry_asks import Asked
from honnin.flows.open_visits import OpenVisits
from honnin.flows.ports import VisitStore
from honnin.flows.staff import said_name
from honnin.flows.visit import Case, Stage, Visit
from honnin.flows.visit_answers import completable, known_answers, stays_unfinished, unanswered, undeclared
from honnin.flows.visit_number import may_be_kept
from honnin.records.visit_record import Judged, make_saved_visit

# What the law says of a visit that is to be kept: (visit, staff, now). None when no law was asked. Raises HonninError.
JudgeService = Callable[[Visit, str, datetime], Judged | None]
# What staff write into the record of that visit, beside the declarations: (visit, staff, now). Raises HonninError.
AskService = Callable[[Visit, str, datetime], tuple[Asked, ...]]


class Saving:
    """Keeps the visits of a shelf in a store."""

    def __init__(
        self, shelf: OpenVisits, store: VisitStore, *, judge: JudgeService | None, asks: AskService | None, clock: Clock
    ) -> None:  # fmt: skip
        """`judge`, `asks`: None when no law is asked."""
        self._asks = asks
        self._shelf = shelf
        self._store = store
        self._judge = judge
        self._clock = clock

    def answer(self, visit_id: str, answers: Mapping[str, str], *, staff: str, unfinished: bool) -> str:
        """Take staff's answers; keep the visit (its record's id) or go on to the declarations (""). See Visits.save."""
        with self._shelf.changed:
            visit = self._shelf.get(visit_id)
            if visit.stage is Stage.SAVED:
                return visit.record_id
            visit = self._shelf.need(visit_id, Stage.RESULT)
            given, answered_by = known_answers(answers), named(staff)
            refusal = _refusal(visit, given, unfinished=unfinished)
            visit = replace(
                visit, answers=given, answered_at_utc=self._clock(), answered_by=answered_by, problem=refusal
            )
            if refusal is not None:
                self._shelf.put(visit)
                raise refusal
            asked = self._asks(visit, staff, self._clock()) if self._asks is not None else ()
            more = bool(visit.case.declarations) or any(each.required for each in asked)
            if more and not (unfinished and stays_unfinished(visit, given)):
                self._shelf.put(replace(visit, stage=Stage.DECLARE, asked=asked))
                return ""
            self._shelf.put(replace(visit, stage=Stage.SAVING))
        return self._keep(visit, answered_by, unfinished=unfinished)

    def declare(self, visit_id: str, declarations: Mapping[str, str], *, staff: str, unfinished: bool) -> str:
        """Take the customer's declarations and what staff wrote, and keep the visit. See Visits.declare."""
        with self._shelf.changed:
            visit = self._shelf.get(visit_id)
            if visit.stage is Stage.SAVED:
                return visit.record_id
            staff = named(staff)
            visit = replace(
                self._shelf.need(visit_id, Stage.DECLARE), declarations=dict(declarations), problem=None
            )
            if undeclared(visit) and not unfinished:
                refusal = CallerError("visit.declarations", "a declaration is missing")
                self._shelf.put(replace(visit, problem=refusal))
                raise refusal
            self._shelf.put(replace(visit, stage=Stage.SAVING))
        return self._keep(visit, staff, unfinished=unfinished)

    def _keep(self, visit: Visit, staff: str, *, unfinished: bool = False) -> str:
        """`visit`: as it stands before; it goes back there when it cannot be kept."""
        try:
            now = self._clock()
            self._seal(visit, staff, now, unfinished=unfinished)
        except BaseException as error:
            problem = error if isinstance(error, HonninError) else CallerError("visit.internal", "it was not saved")
            with self._shelf.changed:
                self._shelf.put(replace(visit, problem=problem))
            raise
        with self._shelf.changed:
            # Nothing of the person stays in memory once it is in the store.
            self._shelf.place(visit.id).uncertain = ()
            self._shelf.put(
                Visit(visit.id, visit.started_at_utc, now, Stage.SAVED, record_id=visit.id, job=visit.job + 1,
                      case=Case(visit.case.transaction))
            )  # fmt: skip
        return visit.id

    def _seal(self, visit: Visit, staff: str, now: datetime, *, unfinished: bool) -> None:
        if visit.reading is None or visit.report is None:
            raise CallerError("visit.stage", "there is nothing to save")
        saved = make_saved_visit(
            visit_id=visit.id, saved_at_utc=now, reading=visit.reading, report=visit.report, staff=staff,
            answers=visit.answers, judged=self._judge(visit, staff, now) if self._judge is not None else None,
        )
        attempt = (_content(visit, unfinished=unfinished), staff)
        try:
            if visit.number is not None and may_be_kept(saved.judged, unfinished=unfinished):
                self._store.save(saved, visit.number)
            else:
                self._store.save(saved)
        except StoreError as error:
            with self._shelf.changed:
                place = self._shelf.place(visit.id)
                if error.code == "store.exists" and set(map(attempt.__eq__, place.uncertain)) == {True}:
                    return  # an earlier attempt, of whose end nobody heard, has stored just this
                if error.code == "store.unknown":
                    place.uncertain = (*place.uncertain, attempt)
            raise


def named(staff: str) -> str:
    """The name of who does it: nothing is confirmed by nobody. Raises CallerError `staff.unnamed`, `staff.name`."""
    if not staff.strip():
        raise CallerError("staff.unnamed", "a visit is confirmed by a named person")
    return said_name(staff)


def _content(visit: Visit, *, unfinished: bool) -> Visit:
    """What of a visit goes into its record: two attempts with the same content make the same record."""
    return Visit(
        visit.id, visit.started_at_utc, visit.started_at_utc, reading=visit.reading, report=visit.report,
        answers=visit.answers, declarations=visit.declarations, case=visit.case, shown_at_utc=visit.shown_at_utc,
        shown_to=visit.shown_to, answered_by=visit.answered_by, number=None if unfinished else visit.number,
        number_paper=visit.number_paper,
    )  # fmt: skip


def _refusal(visit: Visit, given: Mapping[str, str], *, unfinished: bool) -> CallerError | None:
    if visit.reading is None or visit.report is None:
        raise CallerError("visit.stage", "there is nothing to save")
    if unanswered(visit, given):
        return CallerError("visit.answers", "a question is not answered")
    if not completable(visit, given) and not unfinished:
        return CallerError("visit.incomplete", "it cannot be completed this way")
    if visit.case.purpose is not None and visit.number is None and not unfinished:
        return CallerError("visit.number_missing", "the individual number was not read and confirmed")
    return None
