"""The demo tray over the JSON API: virtual cards for developers, where no reader is. Not there but with `--demo`."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from honnin.flows.ports import DemoTray
from honnin.server.frame import TRAY_DOCUMENTS, printed_on, services_of
from honnin.server.security import RefusedError

router = APIRouter(prefix="/demo", tags=["demo"])


class CardOut(BaseModel):
    """A virtual card. `secrets`: what is printed on it or its holder knows; `faults`: what can be made wrong."""

    name: str
    document: str
    holder: str
    secrets: dict[str, str]
    faults: list[str]


class Lay(BaseModel):
    """The card to lay on the demo reader, and what is wrong with it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"card": "mynumber-hanako"}]})

    card: str = Field(max_length=80)
    fault: str = Field("", max_length=80)


class OnReader(BaseModel):
    """What lies on the demo reader."""

    card: str | None
    simulated: Literal[True] = True


@router.get("/cards")
def cards(request: Request) -> list[CardOut]:
    """The virtual cards. The first of each document is the plain, healthy one."""
    tray = _tray(request)
    return [
        CardOut(name=each.name, document=each.document, holder=each.holder, secrets=dict(printed_on(each, number=True)),
                faults=[fault.name for fault in tray.faults(each.name)])
        for each in tray.cards()
        if each.document in TRAY_DOCUMENTS
    ]  # fmt: skip


@router.put("/reader")
def lay(request: Request, sent: Lay) -> OnReader:
    """Lay a card on the demo reader; what lay there is taken off."""
    tray = _tray(request)
    tray.insert(sent.card, [sent.fault] if sent.fault else [])
    services_of(request).visits.card_moved()
    return OnReader(card=tray.inserted())


@router.delete("/reader", status_code=204)
def take(request: Request) -> Response:
    """Take the card off."""
    _tray(request).remove()
    services_of(request).visits.card_moved()
    return Response(status_code=204)


def _tray(request: Request) -> DemoTray:
    tray = services_of(request).tray
    if tray is None:
        raise RefusedError(404, "api.not_found", "there is no demo")
    return tray
