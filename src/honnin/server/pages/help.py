"""Help, "cannot read?" and the display settings of this person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.errors import CallerError
from honnin.facts import Outcome, Provenance
from honnin.facts.words import PROVENANCES, SIGNATURE_NOT_CHECKED
from honnin.flows.visit import Stage
from honnin.flows.ways import Way, blocked
from honnin.server.catalogue import text
from honnin.server.frame import (
    DISPLAY_COOKIE,
    SIZES,
    Display,
    go,
    language_of,
    remember,
    render,
    services_of,
)
from honnin.server.security import form_of
from honnin.server.view import Chip, outcome_chip

router = APIRouter()


@router.get("/help")
def help_page(request: Request) -> Response:
    """How it goes, what the words mean, keys."""
    language = language_of(request)
    outcomes = [
        (outcome_chip(each, "", language, virtual=False), text(language, f"help.{each}")) for each in Outcome
    ]
    outcomes.append(
        (outcome_chip(Outcome.FAILED, "expired", language, virtual=False), text(language, "help.expired"))
    )
    at = 0 if language == "ja" else 1
    provenances = [
        (Chip(words[at], hue, icon), text(language, f"help.{name}"))
        for name, words, hue, icon in (
            ("signed_text", PROVENANCES[Provenance.SIGNED_TEXT], "blue", "diamond"),
            ("signed_image", PROVENANCES[Provenance.SIGNED_IMAGE], "blue", "diamond"),
            ("unsigned_chip", PROVENANCES[Provenance.UNSIGNED_CHIP], "gray", "diamond-empty"),
            ("unchecked", SIGNATURE_NOT_CHECKED, "gray", "diamond-empty"),
        )
    ]
    return render(request, "help.html", outcomes=outcomes, provenances=provenances)


@router.get("/unreadable")
def unreadable(request: Request, visit: str = "") -> Response:
    """What to try, in order; never a dead end."""
    found = None
    if visit:
        try:
            found = services_of(request).visits.get(visit)
        except CallerError:
            found = None
    ways: list[Way] = []
    if found is not None and found.stage is Stage.KEY and found.look is not None:
        look = found.look
        ways = [each for each in found.ways if each is not found.way and not blocked(look, each)]
    return render(request, "unreadable.html", visit=found, ways=ways)


@router.get("/display")
def display_page(request: Request, saved: str = "") -> Response:
    """Text size, contrast, automatic moves, shortcuts."""
    return render(request, "display.html", saved=saved == "1")


@router.post("/display")
def save_display(request: Request, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """Keep it in a cookie."""
    size = form.get("size", "100")
    display = Display(
        size if size in SIZES else "100", form.get("contrast") == "1", form.get("auto") != "0", form.get("keys") != "0"
    )
    del request
    response = go("/display?saved=1")
    remember(response, DISPLAY_COOKIE, display.cookie())
    return response
