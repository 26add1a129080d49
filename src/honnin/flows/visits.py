"""The visit at the counter: placed → key → reading → result → saved or discarded (ui.md §3.4–3.9).

Open visits live in memory only, with a time limit, so that nothing of a person who left stays behind. The key that
was typed is forgotten when the document was read. The read runs on a thread of its own; pages look at the visit
and wait for its changes.

One subject a room: `open_visits` the shelf and its lock, `visit_placing` the card on the reader, `visit_reading` the
read, `visit_saving` answers and seal. Here they are put together, with the steps that only change a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from honnin.core.clock import Clock, Random
from honnin.core.errors import CallerError, HonninError
from honnin.core.secret import Secret
from honnin.flows.entry_asks import next_owner
from honnin.flows.keys import DocumentKey, TypedKey
from honnin.flows.look import Look
from honnin.flows.number_papers import TypedNumber, number_of_paper
from honnin.flows.open_visits import MAX_OPEN, OpenVisits
from honnin.flows.ports import CheckService, Readers, ReadService, VisitStore
from honnin.flows.visit import Card, Case, Stage, Visit
from honnin.flows.visit_answers import known_answers
from honnin.flows.visit_number import check_case, unread
from honnin.flows.visit_placing import Placing
from honnin.flows.visit_reading import VisitReads
from honnin.flows.visit_saving import AskService, JudgeService, Saving, named
from honnin.flows.ways import Way, at_one_try
from honnin.records.number_vault import ReceivedNumber

__all__ = ["MAX_OPEN", "VISIT_MINUTES", "AskService", "JudgeService", "Visits"]

VISIT_MINUTES = 15


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
        asks: AskService | None = None,
        minutes: int = VISIT_MINUTES,
    ) -> None:
        """`judge`: what the law says of a visit that is to be kept, `asks`: what its record needs from staff; without
        them no law is asked.
        """
        self._clock = clock
        self._random = random
        self._shelf = OpenVisits(clock=clock, random=random, minutes=minutes)
        self._placing = Placing(self._shelf, readers, look)
        self._reads = VisitReads(
            self._shelf, read=read, check=check, look_again=self._placing.look_again, clock=clock, random=random
        )
        self._saving = Saving(self._shelf, store, judge=judge, asks=asks, clock=clock)

    @property
    def life_s(self) -> int:
        """How long a visit stays open without a step, in seconds."""
        return int(self._shelf.life.total_seconds())

    # -- looking ------------------------------------------------------------------------------------------------

    def open_visits(self) -> tuple[Visit, ...]:
        """The unfinished ones, oldest first."""
        with self._shelf.changed:
            self._shelf.prune()
            return tuple(each.visit for each in self._shelf.all() if each.visit.stage is not Stage.SAVED)

    def get(self, visit_id: str) -> Visit:
        """That visit. Raises `visit.not_found` also when it was discarded or its time was over."""
        with self._shelf.changed:
            self._shelf.prune()
            return self._shelf.get(visit_id)

    def wait(self, visit_id: str, version: int, *, timeout_s: float) -> Visit:
        """That visit as soon as its version is another one, or after the time."""

        def is_another() -> bool:
            place = self._shelf.find(visit_id)
            return place is None or place.visit.version != version

        with self._shelf.changed:
            self._shelf.changed.wait_for(is_another, timeout_s)
            return self._shelf.get(visit_id)

    def card(self) -> Card:
        """What lies on the readers now."""
        return self._placing.card()

    # -- steps --------------------------------------------------------------------------------------------------

    def start(self, case: Case | None = None) -> Visit:
        """A new visit for that case. Raises `visit.too_many`, `visit.purpose`."""
        case = case or Case()
        check_case(case)
        with self._shelf.changed:
            return self._shelf.add(case)

    def take_card(self, visit_id: str) -> Card:
        """Look at the readers; one card that is recognised as a document moves the visit on to its key.

        Returns what was seen: UNUSABLE also for a card that is none of the documents. Recognising spends no try.
        """
        return self._placing.take(visit_id)

    def card_moved(self) -> None:
        """A card was laid down or taken off in a way that looking at the readers may miss."""
        self._placing.moved()

    def choose_way(self, visit_id: str, way: Way) -> None:
        """Another way into the same card. Raises `visit.way` when the card does not have it."""
        with self._shelf.changed:
            visit = self._shelf.need(visit_id, Stage.KEY)
            if way not in visit.ways:
                raise CallerError("visit.way", "this card does not have that way")
            if way is not visit.way:
                self._shelf.put(replace(visit, way=way, problem=None, last_try=frozenset()))

    def choose_case(self, visit_id: str, case: Case) -> None:
        """Another case for a visit that is not saved yet. What was read stays, but where an individual number is read
        or no longer to be read: then the card is read anew for the new purpose, and nothing of the old reading is left.

        Raises `visit.purpose`.
        """
        check_case(case)
        with self._shelf.changed:
            visit = self._shelf.unkept(visit_id)
            if case.number_purpose is not visit.case.number_purpose:
                visit = unread(visit)
            # Another case asks other questions: the answers about the document stay, those for the record begin anew.
            stage = Stage.RESULT if visit.stage is Stage.DECLARE else visit.stage
            self._shelf.put(replace(visit, case=case, problem=None, stage=stage, asked=()))

    def agree_last_try(self, visit_id: str) -> None:
        """The holder is sure and says yes to spending a last try, in the next reading only."""
        with self._shelf.changed:
            visit = self._shelf.need(visit_id, Stage.KEY)
            if visit.look is not None:
                last_try = frozenset(at_one_try(visit.look, visit.way))
                self._shelf.put(replace(visit, problem=None, last_try=last_try))

    def refuse_key(self, visit_id: str, typed: TypedKey, problem: HonninError) -> None:
        """Keep what was typed wrongly, so that it can be corrected."""
        with self._shelf.changed:
            visit = self._shelf.need(visit_id, Stage.KEY)
            self._shelf.put(replace(visit, typed=typed, problem=problem))

    def begin_reading(
        self, visit_id: str, key: DocumentKey, typed: TypedKey, pins: Mapping[str, Secret[str]] | None = None
    ) -> None:
        """Read on a thread of its own. What was typed is kept until the document was read, then dropped; `pins`, by the
        name of their slot, live as long as that thread. A last try that was agreed to counts for this reading alone.
        """
        self._reads.begin(visit_id, self._placing.card(), key, typed=typed, pins=pins or {})

    def cancel(self, visit_id: str) -> None:
        """Stop the read: back to the key. Nothing to do when it has ended meanwhile."""
        self._reads.cancel(visit_id)

    def again(self, visit_id: str) -> None:
        """Back to placing the document; what was read is forgotten."""
        with self._shelf.changed:
            self._shelf.put(unread(self._shelf.unkept(visit_id)))

    def keep(self, visit_id: str) -> Visit:
        """Extend the visit's time from now. As often as wanted."""
        with self._shelf.changed:
            self._shelf.prune()
            return self._shelf.put(self._shelf.get(visit_id))

    def shown(self, visit_id: str, *, staff: str, needs: frozenset[str] = frozenset()) -> Visit:
        """Note that the page of that member of staff shows what was read (CHIP_DISPLAY rests on it); the first time
        counts. `needs`: what the page asks because the chip does not tell it (flows.looks).
        """
        with self._shelf.changed:
            visit = self._shelf.need(visit_id, Stage.RESULT)
            if visit.shown_at_utc is None:
                visit = self._shelf.put(replace(visit, shown_at_utc=self._clock(), shown_to=named(staff)))
            if visit.needs != needs:
                return self._shelf.put(replace(visit, needs=needs))
            return visit

    def note_answers(self, visit_id: str, answers: Mapping[str, str]) -> None:
        """Keep what was chosen so far; nobody has confirmed it."""
        with self._shelf.changed:
            visit = self._shelf.need(visit_id, Stage.RESULT)
            self._shelf.put(replace(visit, answers=known_answers(answers)))

    def number(self, visit_id: str) -> ReceivedNumber:
        """The individual number that was read and confirmed in that visit; whoever shows it notes that first. Raises
        `number.none`.
        """
        with self._shelf.changed:
            visit = self._shelf.get(visit_id)
        if visit.number is None or visit.stage not in {Stage.RESULT, Stage.DECLARE}:
            raise CallerError("number.none", "there is no individual number in this visit")
        return visit.number

    def write_number(self, visit_id: str, typed: TypedNumber, *, staff: str) -> None:
        """Take a number that staff read off a paper; an earlier one of this visit is forgotten. Raises CallerError
        `number.paper_visit`, `number.paper`, `number.same`, `number.typed`, `staff.unnamed`.
        """
        by = named(staff)
        with self._shelf.changed:
            visit = self._shelf.need(visit_id, Stage.RESULT)
            number, paper = number_of_paper(visit, typed, at=self._clock(), by=by, random=self._random)
            self._shelf.put(replace(visit, number=number, number_paper=paper, problem=None))

    def forget_number(self, visit_id: str) -> None:
        """Forget a number that was read off a paper."""
        with self._shelf.changed:
            visit = self._shelf.need(visit_id, Stage.RESULT)
            if visit.number_paper is not None:
                self._shelf.put(replace(visit, number=None, number_paper=None, problem=None))

    def save(self, visit_id: str, answers: Mapping[str, str], *, staff: str, unfinished: bool = False) -> str:
        """Take staff's answers and keep the visit; returns the record's id, or "" when the customer's declarations
        are asked for first. A visit that is kept already only tells its record's id.

        Raises `visit.answers` when an answer is missing, `visit.incomplete` when it cannot count as finished and was
        not asked to be kept as `unfinished`, `visit.number_missing` likewise for a number that is not there,
        `visit.saving` while it is being kept. `staff`: who compared; without
        a name `staff.unnamed`. Raises StoreError and those of the law when it could not be kept: it stands where it
        stood. Every problem but `visit.saving` and of the name is also in the visit.
        """
        return self._saving.answer(visit_id, answers, staff=staff, unfinished=unfinished)

    def declare(
        self, visit_id: str, declarations: Mapping[str, str], *, staff: str, unfinished: bool = False
    ) -> str:  # fmt: skip
        """Take what the customer declared and staff wrote, and keep the visit. Raises `visit.declarations` when
        something is missing and it was not asked to be kept as `unfinished`; what was typed stays in the visit.
        `staff`: who makes the record. Otherwise as `save`.
        """
        return self._saving.declare(visit_id, declarations, staff=staff, unfinished=unfinished)

    def more_owners(self, visit_id: str, declarations: Mapping[str, str]) -> None:
        """A row for one 実質的支配者 more; what was typed so far stays in the visit. No row comes where none is asked
        about, or there are as many as a record takes.
        """
        with self._shelf.changed:
            visit = self._shelf.need(visit_id, Stage.DECLARE)
            self._shelf.put(
                replace(visit, declarations=dict(declarations), asked=next_owner(visit.asked), problem=None)
            )

    def back_to_result(self, visit_id: str) -> None:
        """From the declarations back to staff's questions."""
        with self._shelf.changed:
            self._shelf.put(replace(self._shelf.need(visit_id, Stage.DECLARE), stage=Stage.RESULT, problem=None))

    def discard(self, visit_id: str) -> None:
        """Forget the visit. Nothing happens when it is gone. Raises `visit.saving` while it is being kept."""
        with self._shelf.changed:
            self._shelf.drop(visit_id)

    def prune(self) -> None:
        """Forget the visits whose time is over. Called now and then, so that data go even when nobody looks."""
        with self._shelf.changed:
            self._shelf.prune()
