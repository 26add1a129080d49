"""The open visit as a value: where it stands, what is known of it, what lies on the readers (ui.md §3.3–3.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.errors import HonninError
from honnin.facts import DocumentKind, Reading, Report
from honnin.flows.entry_asks import Asked
from honnin.flows.keys import TypedKey
from honnin.flows.look import Look
from honnin.flows.ports import ReaderInfo
from honnin.flows.transactions import NO_LAW, NUMBER_LAW, Declaration, Transaction, declarations_of
from honnin.flows.ways import Way, ways_of
from honnin.records.number_vault import ReceivedNumber

STEPS = ("connect", "access", "read", "issuer", "chip")


class Stage(StrEnum):
    """Where a visit stands."""

    PLACE = "place"
    KEY = "key"
    READING = "reading"
    RESULT = "result"
    DECLARE = "declare"
    SAVING = "saving"
    SAVED = "saved"


class CardState(StrEnum):
    """What lies on the readers."""

    NO_READER = "no_reader"
    WAITING = "waiting"
    FOUND = "found"
    SEVERAL = "several"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Card:
    """What lies on the readers, and on which one."""

    state: CardState
    reader: str = ""
    simulated: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What the visit is for, chosen by staff before the card is read. `flags`: codes of design §6 `risk_flags`;
    `actor`, `kind`: its `actor` and `customer_kind`; `amount_yen`, `cash`, `representative`: None where nobody said.
    """

    transaction: Transaction = NO_LAW
    actor: str = "subject"
    flags: frozenset[str] = frozenset()
    kind: str = "resident"
    amount_yen: int | None = None
    cash: bool | None = None
    representative: bool | None = None  # the acting person is registered as representing the company
    purpose: NumberLawPurpose | None = None  # of a number that is received; of the transaction's own and no other

    @property
    def declarations(self) -> tuple[Declaration, ...]:
        """What the customer is asked."""
        return declarations_of(self.transaction, self.kind)

    @property
    def asks_address(self) -> bool:
        """Whether the law wants to know if the address is current; 番号法16条 does not."""
        return self.transaction.law not in {"", NUMBER_LAW}

    @property
    def in_order(self) -> bool:
        """Whether a purpose stands here if and only if the law is that of numbers, and is one that it allows."""
        if self.transaction.law != NUMBER_LAW:
            return self.purpose is None
        return self.purpose in self.transaction.purposes

    @property
    def number_purpose(self) -> NumberLawPurpose | None:
        """For what the individual number on the card is read; None: it is not. An agent's card has the agent's number,
        which nobody asked for, and that of a customer who is not here is confirmed by more than this counter sees
        (令12条2項).
        """
        return self.purpose if self.actor == "subject" and self.kind != "corporation" else None


@dataclass(frozen=True, slots=True)
class NumberPaper:
    """The paper off which staff read an individual number: a kind of flows.number_papers, when, and who."""

    kind: str
    at_utc: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Step:
    """Where the read is: a step of STEPS, and for "read" file n of m (0 of 0 when unknown)."""

    name: str = ""
    done: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """An open visit as a value: what a page sees. `version` grows with each change."""

    id: str
    started_at_utc: datetime
    expires_at_utc: datetime
    stage: Stage = Stage.PLACE
    version: int = 0
    reader: str = ""
    look: Look | None = None  # what lies there, and its tries
    way: Way = Way.PASSPORT
    last_try: frozenset[str] = frozenset()  # secrets whose last try the holder agreed to spend
    typed: TypedKey = field(default_factory=TypedKey)
    step: Step = field(default_factory=Step)
    problem: HonninError | None = None
    reading: Reading | None = None
    report: Report | None = None
    shown_at_utc: datetime | None = None  # when staff's page first showed what was read
    answers: Mapping[str, str] = field(default_factory=dict)
    answered_at_utc: datetime | None = None
    shown_to: str = ""  # who first saw what was read
    answered_by: str = ""  # who compared face and print: 確認を行った者
    declarations: Mapping[str, str] = field(default_factory=dict)  # what was declared and written, as typed
    needs: frozenset[str] = frozenset()  # what the law cannot know of this document unless staff look (flows.looks)
    asked: tuple[Asked, ...] = ()  # items of the record that staff write down, beside the declarations
    record_id: str = ""
    job: int = 0  # number of the read whose outcome counts
    case: Case = field(default_factory=Case)
    number: ReceivedNumber | None = None  # in memory only, until it is stored or the visit ends
    number_paper: NumberPaper | None = None  # where the number was read off a paper, and not by the chip

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways into what lies there, for this case; the default first."""
        return ways_of(self.look, number=self.case.number_purpose is not None) if self.look is not None else ()

    @property
    def document(self) -> DocumentKind | None:
        """What lies there, as far as it was recognised."""
        return self.look.card.document if self.look is not None else None


def card_state(readers: tuple[ReaderInfo, ...]) -> Card:
    """What lies on these readers: exactly one usable card is FOUND."""
    if not readers:
        return Card(CardState.NO_READER)
    present = [each for each in readers if each.card_present]
    if len(present) > 1:
        return Card(CardState.SEVERAL)
    if not present:
        return Card(CardState.WAITING, problem=next((each.problem for each in readers if each.problem), None))
    only = present[0]
    if only.problem:
        return Card(CardState.UNUSABLE, only.name, only.simulated, only.problem)
    return Card(CardState.FOUND, only.name, only.simulated)
