"""The demo tray (ui.md §3.16): lay a virtual card on the reader and take it off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from honnin.flows.ports import DemoTray
from honnin.server.frame import go, local_path, render, services_of
from honnin.server.security import RefusedError, form_of

router = APIRouter(prefix="/tray")
FRAGMENT = "x-honnin-fragment"


@router.post("/insert")
def insert(request: Request, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """Lay it on the reader, with or without a fault."""
    tray = _tray(request)
    fault = form.get("fault", "")
    tray.insert(form.get("card", ""), [fault] if fault else [])
    services_of(request).visits.card_moved()
    return _answer(request, form)


@router.post("/remove")
def remove(request: Request, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """Take it off."""
    _tray(request).remove()
    services_of(request).visits.card_moved()
    return _answer(request, form)


def _tray(request: Request) -> DemoTray:
    tray = services_of(request).tray
    if tray is None:
        raise RefusedError(404, "request.not_found", "no such page")
    return tray


def _answer(request: Request, form: Mapping[str, str]) -> Response:
    back = local_path(form.get("back", "/"))
    if request.headers.get(FRAGMENT) == "tray":
        return render(request, "tray.html", here=back)
    return go(back)
