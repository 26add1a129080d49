"""The small JSON API: health, readers, kept visits. Described by /api/v1/openapi.json."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from starlette.requests import Request

from honnin import __version__
from honnin.facts import Report
from honnin.flows.ports import SavedVisit
from honnin.records.visit_record import completion
from honnin.server.frame import services_of
from honnin.server.staff import api_staff_of

router = APIRouter()

VisitId = Annotated[str, Path(pattern="^[0-9A-HJKMNP-TV-Z]{26}$", description="Record number")]


class Health(BaseModel):
    """The server answers."""

    status: str
    version: str
    demo: bool


class Reader(BaseModel):
    """One reader and whether a card lies on it."""

    name: str
    kind: str
    simulated: bool
    card_present: bool
    problem: str | None


class FindingOut(BaseModel):
    """One finding. `outcome`: passed, failed, impossible, not_done."""

    id: str
    outcome: str
    proves: str | None
    to_whom: str | None
    reason: str
    reason_ja: str
    reason_en: str
    clause: str
    detail: dict[str, str]


class AttributeOut(BaseModel):
    """One item with where it comes from. Images are given by the name of their file."""

    name: str
    value: str
    provenance: str
    verified: bool
    source: str


class VisitLine(BaseModel):
    """One kept visit in the list. `simulated`: it is no record of an identity check."""

    id: str
    saved_at: datetime
    document: str
    simulated: bool
    completion: str


class VisitOut(VisitLine):
    """One kept visit with its findings."""

    read_at: datetime
    staff: str
    answers: dict[str, str]
    environment: str | None
    rules: str
    findings: list[FindingOut]
    attributes: list[AttributeOut]


@router.get("/health", tags=["system"])
def health(request: Request) -> Health:
    """Whether the server answers."""
    return Health(status="ok", version=__version__, demo=services_of(request).demo)


@router.get("/readers", tags=["system"])
def readers(request: Request) -> list[Reader]:
    """The readers of this machine."""
    return [
        Reader(name=each.name, kind=each.kind, simulated=each.simulated, card_present=each.card_present,
               problem=each.problem)
        for each in services_of(request).readers.list()
    ]


@router.get("/visits", tags=["records"])
def visits(request: Request, limit: Annotated[int, Query(ge=1, le=100)] = 100) -> list[VisitLine]:
    """The kept visits, the latest first."""
    return [_line(each) for each in services_of(request).store.list(limit=limit)]


@router.get("/visits/{visit_id}", tags=["records"])
def visit(request: Request, visit_id: VisitId) -> VisitOut:
    """One kept visit: findings and items as they were on the day. Who looks is named as in /records; it is entered."""
    services, staff = services_of(request), api_staff_of(request)
    saved = services.store.get(visit_id)
    services.store.note_view(visit_id, staff=staff)
    line = _line(saved)
    return VisitOut(
        id=line.id,
        saved_at=line.saved_at,
        document=line.document,
        simulated=line.simulated,
        completion=line.completion,
        read_at=saved.reading.read_at_utc,
        staff=saved.staff,
        answers=saved.answers,
        environment=saved.report.environment,
        rules=saved.report.rules,
        findings=findings_out(saved.report),
        attributes=[
            AttributeOut(name=each.name, value=each.value, provenance=each.provenance, verified=each.verified,
                         source=each.source)
            for each in saved.report.attributes
        ],
    )


def _line(saved: SavedVisit) -> VisitLine:
    return VisitLine(
        id=saved.id,
        saved_at=saved.saved_at_utc,
        document=saved.document,
        simulated=saved.simulated,
        completion=str(completion(saved.report, saved.answers)),
    )


def findings_out(report: Report) -> list[FindingOut]:
    """The findings of a Report, in its order."""
    return [
        FindingOut(id=each.id, outcome=each.outcome, proves=each.proves, to_whom=each.to_whom, reason=each.reason,
                   reason_ja=each.reason_ja, reason_en=each.reason_en, clause=each.clause, detail=dict(each.detail))
        for each in report.findings
    ]
