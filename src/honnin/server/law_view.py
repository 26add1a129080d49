"""The law as a page shows it: ways open before the card, the verdict after it (ui.md §3.3, §3.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from honnin.core.clock import japan_day
from honnin.core.errors import HonninError
from honnin.flows.remaining import lacking
from honnin.flows.transactions import NUMBER_LAW
from honnin.flows.visit import Case, Visit
from honnin.flows.visit_answers import unanswered
from honnin.law.decision import Closed, Decision
from honnin.law.evidence import EvidenceFacts
from honnin.law.ways import Way
from honnin.records.kakunin_fields import HUSHED_NOTICES
from honnin.server.catalogue import Language, text
from honnin.server.provisions import provision
from honnin.server.services import Services
from honnin.server.words import iso_date

FLAGS = ("suspicion_impersonation", "suspicion_false", "high_risk_country", "foreign_pep", "assets_over_2m")
# Who is here: the words of the page, and the actor and kind of customer that they mean. None: `kind` is asked.
WHO: Mapping[str, tuple[str, str | None]] = {
    "subject": ("subject", None),
    "agents_own": ("agents_own", "resident"),
    "agent_for_customer": ("agent_for_customer", "resident"),
    "corporation": ("agents_own", "corporation"),
    "public_body": ("agents_own", "public_body"),
    "unincorporated": ("agents_own", "unincorporated"),
}
TWO = frozenset({"agents_own", "agent_for_customer", "corporation"})  # the law asks about two people
KINDS = ("resident", "short_stay", "outside_juki", "emigrant")
# What this counter can read, in the order of ui.md §3.3: our name of the document, the codes of law.yaml.
DOCUMENTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("mynumber", ("MYNA", "TOKUTEI_RESIDENCE", "MYNA_NOPHOTO")),
    ("licence", ("LICENCE",)),
    ("residence", ("RESIDENCE", "SPR", "RESIDENCE_NOPHOTO", "SPR_NOPHOTO")),
    ("passport", ("PASSPORT",)),
)
_SHOWN = 3  # things that are missing, of the method that is nearest


@dataclass(frozen=True, slots=True)
class WayLine:
    """One way with a document of this counter."""

    document: str
    title: str
    help: str
    method: str


@dataclass(frozen=True, slots=True)
class WaysView:
    """What is open today. `closed`: title and reason of methods that are not."""

    date: str
    open: tuple[WayLine, ...] = ()
    closed: tuple[tuple[str, str], ...] = ()
    say: str = ""
    other: tuple[str, ...] = ()  # ways to verify the other person, where the law asks about two
    two: bool = False
    must: str = ""  # whether this transaction must be verified at all, and why
    why: tuple[str, ...] = ()  # what to do where nothing is open, and
    other_why: tuple[str, ...] = ()  # where nothing is open for the other person


@dataclass(frozen=True, slots=True)
class VerdictView:
    """The law's answer beside the result. `state`: satisfied, open, none. `questions`: how many of staff's questions
    have no answer yet; `waiting`: with good answers to them nothing else would be lacking.
    """

    state: str
    title: str
    help: str = ""
    methods: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    notices: tuple[str, ...] = field(default=())
    questions: int = 0
    waiting: bool = False
    staff: tuple[str, ...] = ()  # what the customer must not read (犯収法8条4項): closed, and never by itself open


def make_ways(case: Case, services: Services, language: Language) -> WaysView:
    """The ways of that case with the documents that this counter reads."""
    day = japan_day(services.clock())
    shown = iso_date(day.isoformat(), "en") if language == "en" else f"{day.year}年{day.month}月{day.day}日"
    decision = services.law.decision(case)
    if decision is None:
        return WaysView(shown)
    every = services.law.ways(case)
    ways = [each for each in every if each.cost == "now"]
    law = case.transaction.law
    other = services.law.other_ways(case)
    second = None if other else services.law.other_decision(case)
    must = decision.must_verify
    lines = [line for name, kinds in DOCUMENTS if (line := _way_line(name, kinds, ways, language, law)) is not None]
    wanted = ("mynumber",) if law == NUMBER_LAW else ("mynumber", "licence", "residence")
    documents = [each.title for each in lines if each.document in wanted]
    say = text(language, "case.say.text", documents=text(language, "case.or").join(documents[:2])) if documents else ""
    closed = tuple((_title(each, language), each.why if language == "ja" else each.why_en) for each in decision.closed)
    return WaysView(
        shown, tuple(lines), closed, say,
        other=tuple(dict.fromkeys(each.title.ja if language == "ja" else each.title.en for each in other)),
        two=who_of(case) in TWO,
        must="" if must is None else must.why if language == "ja" else must.why_en,
        why=() if every else _asked(decision, language), other_why=() if second is None else _asked(second, language),
    )  # fmt: skip


def _asked(decision: Decision, language: Language) -> tuple[str, ...]:
    return decision.ask_next if language == "ja" else decision.ask_next_en


def who_of(case: Case) -> str:
    """The word of WHO for that case."""
    for who, (actor, kind) in WHO.items():
        if actor == case.actor and kind in {None, case.kind}:
            return who
    return "subject"


def asks_amount(case: Case, services: Services) -> bool:
    """Whether it depends on an amount or on cash if this transaction must be verified (令7条)."""
    wanted = case.transaction
    return any(
        (row.over_yen is not None or row.cash is not None) and wanted.transaction in row.transactions
        for row in services.law.rules.triggers
        if row.law == wanted.law
    )


def _way_line(
    name: str, kinds: tuple[str, ...], ways: list[Way], language: Language, law: str
) -> WayLine | None:
    way = next((each for each in ways if each.document in kinds), None)
    if way is None:
        return None
    title = text(language, f"document.{name}")
    help_key = f"case.way.{name}"
    if law == NUMBER_LAW:
        help_key = "case.way.mynumber.number" if name == "mynumber" else "case.way.other.number"
    help_text = text(language, help_key)
    return WayLine(name, title, help_text, provision(way.article, way.letter, language))


def make_verdict(visit: Visit, services: Services, language: Language) -> VerdictView:
    """The verdict on what is known now. What cannot be judged is told as such, never as satisfied."""
    day = japan_day(services.clock())
    on = text(language, "verdict.on", date=day.isoformat())
    try:
        answer = services.law.verdict(visit, visit.answered_by or visit.shown_to)
    except HonninError as error:
        code = text(language, "error.code", code=error.code)
        return VerdictView("open", text(language, "verdict.not_yet") + on, help=code)
    if answer is None:
        return VerdictView("none", text(language, "verdict.no_law"), help=text(language, "verdict.no_law.help"))
    decision, facts = answer
    help_text = text(language, "verdict.simulated") if facts.simulated else ""
    shown = [each for each in decision.notices if each.code not in HUSHED_NOTICES]
    hushed = [each for each in decision.notices if each.code in HUSHED_NOTICES]
    told = [each for each in facts.notices if each.code != "address_unknown" or visit.case.asks_address]
    pairs = [(each.ja, each.en) for each in told] + [(each.ja, each.en) for each in shown]
    notices = tuple(dict.fromkeys(pair[0 if language == "ja" else 1] for pair in pairs))
    staff = tuple(each.ja if language == "ja" else each.en for each in hushed)
    if decision.verified and visit.case.purpose is not None and unanswered(visit, visit.answers):
        # 番号法16条1号 asks for the card's presentation alone: never satisfied before a person has looked.
        title = text(language, "verdict.not_yet") + on
        asked = _questions(visit)
        return VerdictView(
            "open", title, help_text, notices=notices, staff=staff, questions=asked, waiting=True
        )
    if decision.verified:
        methods = tuple(
            f"{provision(each.article, each.letter, language)}　{each.title if language == 'ja' else each.title_en}"
            for each in decision.satisfied
        )
        if who_of(visit.case) in TWO:  # the other person is verified on the next page, or later
            title = text(language, "verdict.not_yet") + on
            other = "acting" if visit.case.actor == "agent_for_customer" else "customer"
            two = (text(language, f"verdict.other.{other}"),)
            return VerdictView("open", title, help_text, methods, left=two, notices=notices, staff=staff)
        title = text(language, "verdict.satisfied") + on
        return VerdictView("satisfied", title, help_text, methods, notices=notices, staff=staff)
    title = text(language, "verdict.not_yet") + on
    asked = _questions(visit)
    best = _with_good_answers(visit, services, day) if asked else None
    decision, facts = best or (decision, facts)
    left = () if decision.verified else _left(decision, facts, language)
    return VerdictView(
        "open", title, help_text, left=left, notices=notices, staff=staff, questions=asked, waiting=decision.verified
    )


def _questions(visit: Visit) -> int:
    """Staff's questions without an answer; the fields of one question count once."""
    return len({each.partition("_")[0] for each in unanswered(visit, visit.answers)})


def _with_good_answers(visit: Visit, services: Services, day: date) -> tuple[Decision, EvidenceFacts] | None:
    """What the law would say if every question without an answer got the best one. Only to tell apart what staff still
    answer on this page from what is lacking: nothing of it is shown as satisfied, and nothing of it is kept.
    """
    best = {
        "face": "yes", "print": "yes", "address": "as_card", "photo": "yes",
        "expiry_seen": (day + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    open_ones = unanswered(visit, visit.answers)
    answers = {**visit.answers, **{name: value for name, value in best.items() if name in open_ones}}
    try:
        return services.law.verdict(replace(visit, answers=answers), visit.answered_by or visit.shown_to)
    except HonninError:
        return None


def _left(decision: Decision, facts: EvidenceFacts, language: Language) -> tuple[str, ...]:
    """What is missing of the nearest method with the document that was read; else what to ask next."""
    found = lacking(decision, {each.kind for each in facts.documents})
    return tuple(ja if language == "ja" else en for ja, en in found[:_SHOWN])


def _title(closed: Closed, language: Language) -> str:
    return (closed.title if language == "ja" else closed.title_en) or closed.id
