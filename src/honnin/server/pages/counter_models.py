"""What the API of the counter takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.errors import CardError
from honnin.facts import Reading, Report
from honnin.facts.glyphs import glyph_number
from honnin.flows.glyphs import glyphs_in
from honnin.flows.messages import message_for
from honnin.flows.transactions import Transaction
from honnin.flows.visit import Card, Visit
from honnin.flows.visit_answers import undeclared
from honnin.flows.ways import PINS_OF, TRIES_OF, Way
from honnin.server.law_view import make_verdict
from honnin.server.pages.api import AttributeOut, FindingOut
from honnin.server.services import Services
from honnin.server.view import ITEMS, PICTURES

MAX_PARTS = 40
_PARTS = {"portrait", "family_name", "given_names"}
Short = Annotated[str, StringConstraints(max_length=500)]
Parts = Annotated[dict[Annotated[str, StringConstraints(max_length=40)], Short], Field(max_length=MAX_PARTS)]


class _In(BaseModel):
    """What is sent: nothing that is not named."""

    model_config = ConfigDict(extra="forbid")


class CaseIn(_In):
    """The case, chosen before the card is read. `who`: who stands at the counter; `purpose`: of a number, where the
    transaction is one of the 番号法; `flags`: as `risk_flags` of a case of law.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"transaction": "company-registration", "who": "subject"}]}
    )

    transaction: str = Field("none", max_length=64)
    who: Literal["subject", "agents_own", "agent_for_customer", "corporation", "public_body", "unincorporated"] = (
        "subject"
    )
    kind: Literal["resident", "short_stay", "outside_juki", "emigrant"] = "resident"
    amount_yen: int | None = Field(None, ge=0, le=10**15)
    cash: bool | None = None
    representative: bool | None = None
    purpose: NumberLawPurpose | None = None
    flags: list[
        Literal["suspicion_impersonation", "suspicion_false", "high_risk_country", "foreign_pep", "assets_over_2m"]
    ] = Field([], max_length=5)


class Key(_In):
    """How the document is opened. `printed`: what stands on it: `lines`, or `number`, `birth`, `expiry`, or `can`
    (passport); `birth6`, `year`, `code` (My Number Card); `card` (residence card). `secrets`: what its holder enters,
    by the names in `needs_secrets`. `last_try`: the holder is sure and says yes to spending the last try.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"way": "reference_b", "printed": {"birth6": "550217", "year": "2035", "code": "1234"}},
                {"way": "licence", "secrets": {"pin1": "1234", "pin2": "5678"}},
            ]
        },
    )

    way: Way | None = None
    printed: Parts = {}
    secrets: Parts = Field({}, json_schema_extra={"writeOnly": True})
    last_try: bool = False


class Answers(_In):
    """`answers`: `face` (yes, no, unsure), `print` (yes, no), `address` (as_card, other) and what else `questions`
    names. `unfinished`: keep it although it cannot be completed this way.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"answers": {"face": "yes", "print": "yes", "address": "as_card"}}]},
    )

    answers: Parts
    unfinished: bool = False


class Declarations(_In):
    """`declarations`: by the names in `declarations` and `asked` of the state; yes or no where that is the question.
    `unfinished`: keep it although something is missing.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "declarations": {
                        "purpose": "商業登記の依頼", "occupation": "会社員", "foreign_pep": "no", "alias": "no",
                    }
                }
            ]
        },
    )

    declarations: Parts
    unfinished: bool = False


class TransactionOut(BaseModel):
    """One line of the list. `law`: hanshu, keitai, keitai_rental, bangou, or empty: nothing is judged."""

    id: str
    ja: str
    en: str
    law: str
    declarations: list[str]
    purposes: list[str]


class AskedOut(BaseModel):
    """One thing to write into the record. `form`: text, long, date or choice (then one of `choices`). `glyphs`: the
    chip's text of it has 〓; for each the name of its picture, empty where there is none. Write it without 〓.
    """

    id: str
    ja: str
    en: str
    required: bool
    form: str
    choices: list[str]
    glyphs: list[str]


class ProblemOut(BaseModel):
    """Why the last step did not succeed, in both languages, and what to do next."""

    code: str
    title: str
    title_ja: str
    next_ja: str
    next_en: str
    tries_left: int | None


class StepOut(BaseModel):
    """Where the reading is: connect, access, read (file `done` of `of`), issuer, chip."""

    name: str
    done: int
    of: int


class VisitState(BaseModel):
    """Where an open visit stands. `stage`: place → key → reading → result → (declare →) saved. `ways`: how the document
    can be opened, the default first; `tries`: tries left by secret; `missing`: declarations that are still missing.
    """

    id: str
    stage: str
    version: int
    expires_at: datetime
    transaction: str
    law: str
    card: str | None
    document: str | None
    simulated: bool | None
    ways: list[str]
    way: str | None
    needs_secrets: list[str]
    tries: dict[str, int]
    step: StepOut | None
    problem: ProblemOut | None
    declarations: list[str]
    asked: list[AskedOut]
    missing: list[str]
    record_id: str | None


class VerdictOut(BaseModel):
    """What the law says of what is known now. `state`: satisfied, open (see `left`), none (no law was chosen).
    `waiting`: with good answers of staff to the questions nothing else would be lacking.
    """

    state: str
    waiting: bool
    title_ja: str
    title_en: str
    methods_ja: list[str]
    methods_en: list[str]
    left_ja: list[str]
    left_en: list[str]
    notices_ja: list[str]
    notices_en: list[str]


class ResultOut(BaseModel):
    """What was read. `environment`: production, test, simulator. `questions`: what a person has to answer. `glyphs`: by
    the name of an attribute, for each 〓 in its value the name of the picture that stands there, empty for a character
    that is not on the card.
    """

    document: str
    environment: str | None
    findings: list[FindingOut]
    attributes: list[AttributeOut]
    glyphs: dict[str, list[str]]
    verdict: VerdictOut
    questions: list[str]


def transaction_out(made: Transaction) -> TransactionOut:
    """A line of the list."""
    return TransactionOut(
        id=made.id, ja=made.title_ja, en=made.title_en, law=made.law,
        declarations=[str(each) for each in made.declarations], purposes=[str(each) for each in made.purposes],
    )  # fmt: skip


def visit_state(visit: Visit, *, card: Card | None = None) -> VisitState:
    """The state of a visit; nothing that was typed or read is in it."""
    look = visit.look
    names = TRIES_OF.get(visit.way, ()) if look is not None else ()
    at_declare = visit.stage == "declare"
    return VisitState(
        id=visit.id, stage=str(visit.stage), version=visit.version, expires_at=visit.expires_at_utc,
        transaction=visit.case.transaction.id, law=visit.case.transaction.law,
        card=None if card is None else str(card.state), document=visit.document,
        simulated=None if visit.reading is None else visit.reading.simulated,
        ways=[str(each) for each in visit.ways], way=None if look is None else str(visit.way),
        needs_secrets=list(PINS_OF.get(visit.way, ())) if look is not None else [],
        tries={} if look is None else {name: look.tries[name] for name in names if name in look.tries},
        step=StepOut(name=visit.step.name, done=visit.step.done, of=visit.step.of) if visit.step.name else None,
        problem=_problem(visit), declarations=[str(each) for each in visit.case.declarations],
        asked=[
            AskedOut(id=each.id, ja=each.ja, en=each.en, required=each.required, form=each.form,
                     choices=[value for value, _, _ in each.choices],
                     glyphs=[piece.picture for piece in each.pieces if piece.picture or piece.missing])
            for each in visit.asked
        ],
        missing=list(undeclared(visit)) if at_declare else [], record_id=visit.record_id or None,
    )  # fmt: skip


def _problem(visit: Visit) -> ProblemOut | None:
    error = visit.problem
    if error is None:
        return None
    words = message_for(error)
    return ProblemOut(
        code=error.code, title=words.en, title_ja=words.ja, next_ja=words.next_ja, next_en=words.next_en,
        tries_left=error.tries_left if isinstance(error, CardError) else None,
    )  # fmt: skip


def attributes_out(report: Report) -> list[AttributeOut]:
    """The items that a page shows, with where they come from: nothing else that the chip holds (ui.md §3)."""
    shown = {name for name, _ in ITEMS.get(report.document, ())} | set(PICTURES) | _PARTS
    return [
        AttributeOut(name=each.name, value=each.value, provenance=each.provenance, verified=each.verified,
                     source=each.source)
        for each in report.attributes
        if each.name in shown or each.name.startswith("category_") or glyph_number(each.name)
    ]


def glyphs_out(reading: Reading, report: Report) -> dict[str, list[str]]:
    """Which 〓 is which picture, of the items that `attributes_out` gives."""
    shown = {each.name for each in attributes_out(report)}
    return {name: list(names) for name, names in glyphs_in(reading, report).items() if name in shown}


def verdict_out(visit: Visit, services: Services) -> VerdictOut:
    """The verdict in both languages. What the customer must not read (犯収法8条4項) is not in it."""
    ja, en = make_verdict(visit, services, "ja"), make_verdict(visit, services, "en")
    return VerdictOut(
        state=ja.state, waiting=ja.waiting, title_ja=ja.title, title_en=en.title,
        methods_ja=list(ja.methods), methods_en=list(en.methods),
        left_ja=list(ja.left), left_en=list(en.left), notices_ja=list(ja.notices), notices_en=list(en.notices),
    )  # fmt: skip
