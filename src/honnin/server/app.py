"""The server: pages, JSON API, static files, behind the guard (ui.md §1.4; design §11)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from honnin import __version__
from honnin.core.errors import HonninError
from honnin.server import frame
from honnin.server.looks import Looks
from honnin.server.openapi import DESCRIPTION, TAGS, describe, wrong_places
from honnin.server.pages import (
    api,
    attach,
    audit,
    case,
    counter_api,
    declare,
    demo_api,
    finish,
    home,
    law_api,
    number,
    numbers_api,
    record_acts,
    records,
    records_api,
    result,
    staff,
    tray,
    visit,
)
from honnin.server.pages import help as help_pages
from honnin.server.progress import Streams
from honnin.server.security import API, Guard, RefusedError, check_request
from honnin.server.services import Services

_PRUNE_SECONDS = 15.0


def create_app(services: Services) -> FastAPI:
    """The ASGI application over these services. It opens no network connection and serves no foreign file."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(_forget(services, app.state.searches))
        yield
        app.state.streams.stopping.set()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    app = FastAPI(
        title="Honnin",
        version=__version__,
        description=DESCRIPTION,
        summary="Identity checks by the IC chip of Japanese identity documents and passports.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_tags=TAGS,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # the usual viewers come from other hosts
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.services = services
    app.state.csrf_key = services.random(32)
    app.state.streams = Streams()
    app.state.searches = records.Searches(services.clock)
    app.state.looks = Looks(services.clock)
    pages = (
        home, case, visit, result, number, declare, finish, records, record_acts, attach, audit, tray, staff,
        help_pages,
    )  # fmt: skip
    for page in pages:
        app.include_router(page.router, include_in_schema=False, dependencies=[Depends(check_request)])
    app.include_router(api.router, prefix="/api/v1")
    app.include_router(law_api.router, prefix="/api/v1")
    app.include_router(numbers_api.router, prefix="/api/v1")
    app.include_router(counter_api.router, prefix="/api/v1")
    app.include_router(demo_api.router, prefix="/api/v1")
    app.include_router(records_api.router, prefix="/api/v1")
    app.include_router(records_api.ledger_router, prefix="/api/v1")
    describe(app)
    app.mount("/static", StaticFiles(directory=frame.HERE / "static"), name="static")

    app.add_exception_handler(HonninError, _honnin_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_middleware(_guard(services))
    return app


def _guard(services: Services) -> Callable[[ASGIApp], ASGIApp]:
    def guard(app: ASGIApp) -> ASGIApp:
        return Guard(app, refuse=frame.error_page, random=services.random, hosts=services.hosts)

    return guard


async def _forget(services: Services, searches: records.Searches) -> None:
    while True:
        await asyncio.sleep(_PRUNE_SECONDS)
        await asyncio.to_thread(services.visits.prune)
        searches.prune()


async def _honnin_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HonninError):
        raise error
    if request.url.path.startswith(API):
        return frame.problem_json(error, frame.status_of(error), counter_api.missing_of(request, error))
    return frame.error_page(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    refused = RefusedError(422, "request.invalid", "a value is not allowed")
    if not (isinstance(error, RequestValidationError) and request.url.path.startswith(API)):
        return frame.error_page(request, refused)
    return frame.problem_json(refused, 422, {"errors": wrong_places(error.errors())})


async def _http_error(request: Request, error: Exception) -> Response:
    if isinstance(error.__cause__, RefusedError):  # the limit of a body was met while it was being understood
        return frame.error_page(request, error.__cause__)
    status = error.status_code if isinstance(error, HTTPException) else 500
    if request.url.path.startswith(API):
        code = {404: "api.not_found", 405: "api.method"}.get(status, "api")
        answer = frame.problem_json(RefusedError(status, code, "no such call"), status)
    elif status == 404:
        answer = frame.error_page(request, RefusedError(404, "request.not_found", "no such page"))
    else:
        answer = frame.error_page(request, RefusedError(status, "request.refused", "this request is not understood"))
    answer.headers.update((isinstance(error, HTTPException) and error.headers) or {})  # Allow, of a 405
    return answer
