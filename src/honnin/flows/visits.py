"""The visit at the counter: placed → key → reading → result → saved or discarded (ui.md §3.4–3.9).

Open visits live in memory only, with a time limit, so that nothing of a person who left stays behind. The key that
was typed is forgotten when the document was read. The read runs on a thread of its own; pages look at the visit
and wait for its changes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from honnin.apdu import PinSlot, SecretSource
from honnin.core.clock import Clock, Random
from honnin.core.errors import CallerError, CardError, HonninError, LinkError
from honnin.core.ids import new_id
from honnin.core.secret import Secret
from honnin.facts import Reading, Report
from honnin.flows.keys import DocumentKey, TypedKey
from honnin.flows.lock_guard import LockGuard
from honnin.flows.look import Look
from honnin.flows.ports import CheckService, Readers, ReadService, VisitStore
from honnin.flows.visit import STEPS, Card, CardState, Case, Stage, Step, Visit, card_state
from honnin.flows.visit_answers import known_answers, unanswered, undeclared
from honnin.flows.visit_number import check_case, check_key, may_be_kept, received_number, unread
from honnin.flows.ways import Way, at_one_try, ways_of
from honnin.records.number_vault import ReceivedNumber
from honnin.records.visit_record import Completion, Judged, completion, make_saved_visit

VISIT_MINUTES = 15
MAX_OPEN = 32

_log = logging.getLogger(__name__)

# What the law says of a visit that is to be kept: (visit, staff, now). None when no law was asked. Raises HonninError.
JudgeService = Callable[[Visit, str, datetime], Judged | None]


class Visits:
    """All open visits of this process. Every method may be called from any thread. Raises CallerError `visit.…`."""

    def __init__(
        self,
        *,
        readers: Readers,
        store: VisitStore,
        read: ReadService,
        look: Callable[[str], Look],
        check: CheckService,
        clock: Clock,
        random: Random,
        judge: JudgeService | None = None,
        minutes: int = VISIT_MINUTES,
    ) -> None:
        """`judge`: what the law says of a visit that is to be kept; without it no law is asked."""
        self._readers = readers
        self._store = store
        self._read = read
        self._look = look
        self._check = check
        self._judge = judge
        self._clock = clock
        self._random = random
        self._life = timedelta(minutes=minutes)
        self._changed = threading.Condition()
        self._visits: dict[str, Visit] = {}
        self._guards: dict[str, LockGuard] = {}
        self._lifted: set[str] = set()  # visits at their key whose card was taken off meanwhile
        self._useless: Card | None = None  # looked at already, and no card for this; until it is taken off

    @property
    def life_s(self) -> int:
        """How long a visit stays open without a step, in seconds."""
        return int(self._life.total_seconds())

    # -- looking ------------------------------------------------------------------------------------------------

    def open_visits(self) -> tuple[Visit, ...]:
        """The unfinished ones, oldest first."""
        with self._changed:
            self._prune()
            return tuple(each for each in self._visits.values() if each.stage is not Stage.SAVED)

    def get(self, visit_id: str) -> Visit:
        """That visit. Raises `visit.not_found` also when it was discarded or its time was over."""
        with self._changed:
            self._prune()
            return self._get(visit_id)

    def wait(self, visit_id: str, version: int, *, timeout_s: float) -> Visit:
        """That visit as soon as its version is another one, or after the time."""
        with self._changed:
            self._changed.wait_for(
                lambda: visit_id not in self._visits or self._visits[visit_id].version != version, timeout_s
            )
            return self._get(visit_id)

    def card(self) -> Card:
        """What lies on the readers now."""
        try:
            return card_state(tuple(self._readers.list()))
        except LinkError as error:
            return Card(CardState.NO_READER, problem=error.code)

    # -- steps --------------------------------------------------------------------------------------------------

    def start(self, case: Case | None = None) -> Visit:
        """A new visit for that case. Raises `visit.too_many`, `visit.purpose`."""
        case = case or Case()
        check_case(case)
        with self._changed:
            self._prune()
            if len(self._visits) >= MAX_OPEN:
                saved = next((each.id for each in self._visits.values() if each.stage is Stage.SAVED), None)
                if saved is None:
                    raise CallerError("visit.too_many", "too many unfinished visits")
                del self._visits[saved]
                self._guards.pop(saved, None)
            now = self._clock()
            visit = Visit(new_id(now, self._random), now, now + self._life, case=case)
            self._visits[visit.id] = visit
            self._guards[visit.id] = LockGuard(self._random)
            return visit

    def take_card(self, visit_id: str) -> Card:
        """Look at the readers; one card that is recognised as a document moves the visit on to its key.

        Returns what was seen: UNUSABLE also for a card that is none of the documents. Recognising spends no try.
        """
        card = self.card()
        visit = self.get(visit_id)
        if card.state is not CardState.FOUND:
            self._useless = None
            if visit.stage is Stage.KEY:
                self._lifted.add(visit_id)
            return card
        if visit.stage is Stage.KEY and (visit_id in self._lifted or card.reader != visit.reader):
            self._look_at_another(visit_id, card.reader)
        if visit.stage is not Stage.PLACE:
            return card
        if self._useless is not None and self._useless.reader == card.reader:
            return self._useless
        try:
            look = self._look(card.reader)
        except HonninError as error:
            _log.info("look failed: %s", error.code)
            return Card(CardState.WAITING, problem=error.code)
        if not ways_of(look):
            self._useless = replace(card, state=CardState.UNUSABLE)
            return self._useless
        with self._changed:
            visit = self._get(visit_id)
            ways = _ways(visit, look)
            if visit.stage is Stage.PLACE:
                self._put(
                    replace(
                        visit, stage=Stage.KEY, reader=card.reader, problem=None, look=look, last_try=frozenset(),
                        way=visit.way if visit.way in ways else ways[0],
                    )
                )
        return card

    def card_moved(self) -> None:
        """A card was laid down or taken off in a way that looking at the readers may miss."""
        with self._changed:
            self._useless = None
            self._lifted.update(each.id for each in self._visits.values() if each.stage is Stage.KEY)

    def _look_at_another(self, visit_id: str, reader: str) -> None:
        """Something was laid down at the key page: perhaps another card, which needs another key."""
        self._lifted.discard(visit_id)
        try:
            look = self._look(reader)
        except HonninError as error:
            _log.info("look failed: %s", error.code)
            return
        with self._changed:
            visit = self._get(visit_id)
            ways = _ways(visit, look)
            if visit.stage is not Stage.KEY or not ways or (look == visit.look and reader == visit.reader):
                return
            way = visit.way if visit.way in ways else ways[0]
            self._put(replace(visit, look=look, reader=reader, way=way, last_try=frozenset(), problem=None))

    def choose_way(self, visit_id: str, way: Way) -> None:
        """Another way into the same card. Raises `visit.way` when the card does not have it."""
        with self._changed:
            visit = self._need(visit_id, Stage.KEY)
            if way not in visit.ways:
                raise CallerError("visit.way", "this card does not have that way")
            if way is not visit.way:
                self._put(replace(visit, way=way, problem=None, last_try=frozenset()))

    def choose_case(self, visit_id: str, case: Case) -> None:
        """Another case for a visit that is not saved yet. What was read stays, but where an individual number is read
        or no longer to be read: then the card is read anew for the new purpose, and nothing of the old reading is left.

        Raises `visit.purpose`.
        """
        check_case(case)
        with self._changed:
            visit = self._get(visit_id)
            if visit.stage is Stage.SAVED:
                raise CallerError("visit.stage", "the visit is saved already")
            if case.purpose is not visit.case.purpose:
                visit = unread(visit)
            self._put(replace(visit, case=case, problem=None), extend=True)

    def agree_last_try(self, visit_id: str) -> None:
        """The holder is sure and says yes to spending a last try, in the next reading only."""
        with self._changed:
            visit = self._need(visit_id, Stage.KEY)
            if visit.look is not None:
                self._put(replace(visit, problem=None, last_try=frozenset(at_one_try(visit.look, visit.way))))

    def refuse_key(self, visit_id: str, typed: TypedKey, problem: HonninError) -> None:
        """Keep what was typed wrongly, so that it can be corrected."""
        with self._changed:
            visit = self._need(visit_id, Stage.KEY)
            self._put(replace(visit, typed=typed, problem=problem))

    def begin_reading(
        self, visit_id: str, key: DocumentKey, typed: TypedKey, pins: Mapping[str, Secret[str]] | None = None
    ) -> None:
        """Read on a thread of its own. What was typed is kept until the document was read, then dropped; `pins`, by the
        name of their slot, live as long as that thread. A last try that was agreed to counts for this reading alone.
        """
        card = self.card()
        with self._changed:
            visit = self._need(visit_id, Stage.KEY)
            check_key(visit, key)
            reader = card.reader if card.state is CardState.FOUND else visit.reader
            visit = replace(
                visit, stage=Stage.READING, reader=reader, typed=typed, problem=None, step=Step(), job=visit.job + 1,
                last_try=frozenset(),
            )
            self._put(visit)
            guard = self._guards[visit_id]
        threading.Thread(
            target=self._run, args=(visit.id, visit.job, visit.reader, key),
            kwargs={"secrets": _source(pins or {}), "guard": guard}, name="honnin-read", daemon=True,
        ).start()

    def cancel(self, visit_id: str) -> None:
        """Stop the read: back to the key. Nothing to do when it has ended meanwhile."""
        with self._changed:
            visit = self._get(visit_id)
            if visit.stage is Stage.READING:
                stopped = CallerError("visit.cancelled", "the read was stopped")
                self._put(replace(visit, stage=Stage.KEY, job=visit.job + 1, problem=stopped, step=Step()))

    def again(self, visit_id: str) -> None:
        """Back to placing the document; what was read is forgotten."""
        with self._changed:
            visit = self._get(visit_id)
            if visit.stage is Stage.SAVED:
                raise CallerError("visit.stage", "the visit is saved already")
            self._put(unread(visit))

    def keep(self, visit_id: str) -> Visit:
        """Extend the visit's time from now. As often as wanted."""
        with self._changed:
            self._prune()
            visit = self._get(visit_id)
            self._put(visit)
            return self._visits[visit_id]

    def shown(self, visit_id: str) -> Visit:
        """Note that staff's page shows what was read (CHIP_DISPLAY rests on it); the first time counts."""
        with self._changed:
            visit = self._need(visit_id, Stage.RESULT)
            if visit.shown_at_utc is None:
                self._put(replace(visit, shown_at_utc=self._clock()))
            return self._visits[visit_id]

    def number(self, visit_id: str) -> ReceivedNumber:
        """The individual number that was read and confirmed in that visit; whoever shows it notes that first. Raises
        `number.none`.
        """
        visit = self.get(visit_id)
        if visit.number is None or visit.stage not in {Stage.RESULT, Stage.DECLARE}:
            raise CallerError("number.none", "there is no individual number in this visit")
        return visit.number

    def save(self, visit_id: str, answers: Mapping[str, str], *, staff: str, unfinished: bool = False) -> str:
        """Take staff's answers and keep the visit; returns the record's id, or "" when the customer's declarations
        are asked for first.

        Raises `visit.answers` when an answer is missing, `visit.incomplete` when it cannot count as finished and was
        not asked to be kept as `unfinished`, `visit.number_missing` likewise for a number that is not there; the
        problem then also stands in the visit. Raises StoreError.
        """
        with self._changed:
            visit = self._get(visit_id)
            if visit.stage is Stage.SAVED:
                return visit.record_id
            visit = self._need(visit_id, Stage.RESULT)
            given = known_answers(answers)
            refusal = None
            if visit.reading is None or visit.report is None:
                raise CallerError("visit.stage", "there is nothing to save")
            if unanswered(visit, given):
                refusal = CallerError("visit.answers", "a question is not answered")
            elif completion(visit.report, given) is not Completion.CHECKED and not unfinished:
                refusal = CallerError("visit.incomplete", "it cannot be completed this way")
            elif visit.case.purpose is not None and visit.number is None and not unfinished:
                refusal = CallerError("visit.number_missing", "the individual number was not read and confirmed")
            visit = replace(visit, answers=given, answered_at_utc=self._clock(), problem=refusal)
            if refusal is not None:
                self._put(visit)
                raise refusal
            if visit.case.transaction.declarations and not unfinished:
                self._put(replace(visit, stage=Stage.DECLARE))
                return ""
            return self._keep(visit, staff, unfinished=unfinished)

    def declare(self, visit_id: str, declarations: Mapping[str, str], *, staff: str) -> str:
        """Take what the customer declared and keep the visit. Raises `visit.declarations` when one is missing; what was
        typed stays in the visit. Raises StoreError.
        """
        with self._changed:
            visit = self._get(visit_id)
            if visit.stage is Stage.SAVED:
                return visit.record_id
            visit = replace(self._need(visit_id, Stage.DECLARE), declarations=dict(declarations), problem=None)
            if undeclared(visit):
                refusal = CallerError("visit.declarations", "a declaration is missing")
                self._put(replace(visit, problem=refusal))
                raise refusal
            return self._keep(visit, staff)

    def back_to_result(self, visit_id: str) -> None:
        """From the declarations back to staff's questions."""
        with self._changed:
            self._put(replace(self._need(visit_id, Stage.DECLARE), stage=Stage.RESULT, problem=None))

    def _keep(self, visit: Visit, staff: str, *, unfinished: bool = False) -> str:
        if visit.reading is None or visit.report is None:
            raise CallerError("visit.stage", "there is nothing to save")
        now = self._clock()
        saved = make_saved_visit(
            visit_id=visit.id, saved_at_utc=now, reading=visit.reading, report=visit.report, staff=staff,
            answers=visit.answers, judged=self._judge(visit, staff, now) if self._judge is not None else None,
        )
        if visit.number is not None and may_be_kept(saved.judged, unfinished=unfinished):
            self._store.save(saved, visit.number)
        else:
            self._store.save(saved)
        # Nothing of the person stays in memory once it is in the store.
        self._put(Visit(visit.id, visit.started_at_utc, now, Stage.SAVED, visit.version, record_id=saved.id,
                        job=visit.job + 1, case=Case(visit.case.transaction)))
        return saved.id

    def discard(self, visit_id: str) -> None:
        """Forget the visit. Nothing happens when it is gone."""
        with self._changed:
            self._visits.pop(visit_id, None)
            self._guards.pop(visit_id, None)
            self._lifted.discard(visit_id)
            self._changed.notify_all()

    def prune(self) -> None:
        """Forget the visits whose time is over. Called now and then, so that data go even when nobody looks."""
        with self._changed:
            self._prune()

    # -- the read -----------------------------------------------------------------------------------------------

    def _run(
        self, visit_id: str, job: int, reader: str, key: DocumentKey, *, secrets: SecretSource, guard: LockGuard
    ) -> None:
        def progress(name: str, done: int, of: int) -> None:
            with self._changed:
                visit = self._visits.get(visit_id)
                if visit is None or visit.job != job:
                    raise CallerError("visit.cancelled", "the read was stopped")
                if name in STEPS:
                    self._put(replace(visit, step=Step(name, max(done, 0), max(of, 0))), extend=False)

        try:
            reading = self._read(reader, key, progress, secrets, guard)
            progress("issuer", 0, 0)
            report = self._check(reading)
            number = received_number(reading, report, at=self._clock(), random=self._random)
        except HonninError as error:
            _log.info("read failed: %s", error.code)
            self._end(visit_id, job, problem=error, look=self._look_again(reader, error))
        except Exception as error:  # noqa: BLE001  # whatever happens, the page must hear of an end
            _log.error("read failed by %s", type(error).__name__)  # no data of a card in the log
            self._end(visit_id, job, problem=CallerError("visit.internal", "the read failed"))
        else:
            # What holds the number, or lets it be computed, has served the checks: from here on it is a Secret, apart.
            self._end(visit_id, job, reading=reading.kept(), report=report, number=number)

    def _look_again(self, reader: str, error: HonninError) -> Look | None:
        """After a refusal the card is asked how many tries are left now; a page must not show an old number."""
        if not isinstance(error, CardError):
            return None
        try:
            return self._look(reader)
        except HonninError as second:
            _log.info("look failed: %s", second.code)
            return None

    def _end(
        self,
        visit_id: str,
        job: int,
        *,
        reading: Reading | None = None,
        report: Report | None = None,
        number: ReceivedNumber | None = None,
        problem: HonninError | None = None,
        look: Look | None = None,
    ) -> None:
        with self._changed:
            visit = self._visits.get(visit_id)
            if visit is None or visit.job != job:
                return
            if problem is not None:
                look = look if look is not None and ways_of(look) else visit.look
                ways = _ways(visit, look) if look is not None else (visit.way,)
                way = visit.way if visit.way in ways else ways[0]  # another card lies there now
                self._put(replace(visit, stage=Stage.KEY, problem=problem, step=Step(), look=look, way=way))
            else:
                self._put(
                    replace(
                        visit, stage=Stage.RESULT, typed=TypedKey(), reading=reading, report=report, number=number,
                        problem=None,
                    )
                )

    # -- inside the lock ----------------------------------------------------------------------------------------

    def _get(self, visit_id: str) -> Visit:
        visit = self._visits.get(visit_id)
        if visit is None:
            raise CallerError("visit.not_found", "there is no such open visit")
        return visit

    def _need(self, visit_id: str, stage: Stage) -> Visit:
        visit = self._get(visit_id)
        if visit.stage is not stage:
            raise CallerError("visit.stage", "the visit is at another step")
        return visit

    def _put(self, visit: Visit, *, extend: bool = True) -> None:
        expires = self._clock() + self._life if extend else visit.expires_at_utc
        self._visits[visit.id] = replace(visit, version=visit.version + 1, expires_at_utc=expires)
        self._changed.notify_all()

    def _prune(self) -> None:
        now = self._clock()
        for visit in [each for each in self._visits.values() if each.expires_at_utc <= now]:
            if visit.stage is not Stage.READING:  # a read has an end of its own
                del self._visits[visit.id]
                self._guards.pop(visit.id, None)


def _ways(visit: Visit, look: Look) -> tuple[Way, ...]:
    return replace(visit, look=look).ways


def _source(pins: Mapping[str, Secret[str]]) -> SecretSource:
    """Answers each slot with what the holder entered for it."""

    def source(slot: PinSlot, /) -> bytes:
        if slot.name not in pins:
            raise CallerError("card.pin.format", "nothing was entered for this secret")
        return pins[slot.name].reveal().encode("ascii")

    return source
