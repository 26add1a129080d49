"""Home (ui.md §3.2): start the next visit with one key."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.errors import LinkError
from honnin.flows.transactions import transaction_of
from honnin.server.frame import go, render, services_of

router = APIRouter()


@router.get("/")
def home(request: Request) -> Response:
    """Readers, the start button, unfinished visits without a name."""
    services = services_of(request)
    try:
        readers = list(services.readers.list())
    except LinkError:
        readers = []
    name = str(getattr(request.app.state, "last_transaction", ""))
    last = transaction_of(services.house.transactions, name) if name else None
    return render(
        request, "home.html", readers=readers, open_visits=services.visits.open_visits(), transaction=last,
    )


@router.post("/visits/{visit_id}/discard")
def discard(request: Request, visit_id: str) -> Response:
    """Forget an open visit."""
    services_of(request).visits.discard(visit_id)
    return go("/")
