"""Who is at this counter (ui.md §3.0): chosen from the house's list, or typed where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.errors import CallerError
from honnin.flows.staff import MAX_NAME
from honnin.server.catalogue import text
from honnin.server.frame import FieldError, first, go, language_of, local_path, render, said, services_of
from honnin.server.security import form_of
from honnin.server.staff import forget_staff, say_staff, staff_or_none

router = APIRouter(prefix="/staff")

MAX_RADIOS = 7  # more than that is a list to choose from (ui.md §1.2)


@router.get("")
def page(request: Request, back: str = "/") -> Response:
    """The list with nobody chosen beforehand, or a field."""
    return _page(request, back, "", ())


@router.post("")
def say(request: Request, form: Annotated[Mapping[str, str], Depends(form_of)]) -> Response:
    """Somebody says who is at this counter from now on."""
    back = local_path(form.get("back", "/"))
    name = form.get("name", "")
    response = go(back)
    try:
        say_staff(request, response, name)
    except CallerError as error:
        language = language_of(request)
        house = services_of(request).house
        words = text(language, "staff.choose") if house.staff and not name.strip() else said(error, language).text
        field = "name-1" if 0 < len(house.staff) <= MAX_RADIOS else "name"
        return _page(request, back, name[: MAX_NAME * 2], (FieldError(field, words),))
    return response


@router.post("/leave")
def leave(request: Request) -> Response:
    """Nobody is at this counter now."""
    del request
    response = go("/staff")
    forget_staff(response)
    return response


def _page(request: Request, back: str, typed: str, errors: tuple[FieldError, ...]) -> Response:
    members = services_of(request).house.staff
    return render(
        request, "staff.html", status=422 if errors else 200, members=members, few=len(members) <= MAX_RADIOS,
        back=local_path(back), typed=typed, now=staff_or_none(request), errors=errors,
        at=first(errors, errors[0].field) if errors else "",
    )
