"""Scans of papers for a record: attached, listed, seen again (law.md §3.1; ui.md §3.13).

What is given out again has a type that no browser runs: a picture is decoded and drawn as PNG, a PDF is a download of
plain octets under a name of ours. Each look and each download is entered in the ledger first.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from honnin.core.clock import japan_day
from honnin.core.errors import CallerError, DataError, HonninError, StoreError
from honnin.flows.completing import Completing, Standing
from honnin.flows.entry_asks import day_of
from honnin.flows.papers import PAPERS, brought_paper
from honnin.records.kakunin import AttachmentRef, Kakunin
from honnin.records.kakunin_fields import attachment_name
from honnin.records.later import Attached
from honnin.server.catalogue import Language, text
from honnin.server.frame import FieldError, first, go, language_of, render, said, services_of
from honnin.server.kept_law import kakunin_of
from honnin.server.looks import enter_look, enter_look_unless_recent
from honnin.server.pages.finish import completing_of, person_of
from honnin.server.security import MAX_FILES, RefusedError, Upload, upload_of
from honnin.server.staff import staff_of

router = APIRouter(prefix="/records/{record_id}")

NUMBER_LAW = "bangou"
_FIELDS = ("code", "file", "on", "clean")
_PICTURES = {"image/jpeg": "jpg", "image/png": "png"}

Number = Annotated[int, Path(ge=1, le=400)]


@router.get("/attach")
def page(request: Request, record_id: str) -> Response:
    """The form. The look is entered in the ledger first."""
    standing = _standing(request, record_id)
    enter_look(request, record_id, staff=staff_of(request))
    return _page(request, standing, Upload({}, ()), ())


@router.post("/attach")
def attach(request: Request, record_id: str, sent: Annotated[Upload, Depends(upload_of)]) -> Response:
    """Attach the scans to the record; or say what is missing, with everything but the files still there."""
    completing, staff = completing_of(request), staff_of(request)
    services = services_of(request)
    standing = _standing(request, record_id)
    enter_look_unless_recent(request, record_id, staff=staff)  # what is wrong is told on the page that shows it
    errors = _wrong(sent, language_of(request))
    if errors or services.paper is None:
        return _page(request, standing, sent, errors)
    code, parts = sent.texts["code"], sent.texts.get("parts", "")
    try:
        brought = [brought_paper(code, each, services.paper) for each in sent.files]
        on = _day(sent) or japan_day(services.clock())
        act = Attached(on, tuple((each.code, each.media_type) for each in brought))
        expected = int(parts) if parts.isascii() and parts.isdigit() and len(parts) < 4 else None
        completing.add(record_id, act, by=person_of(request, staff), expected=expected, brought=brought)
    except (CallerError, DataError) as error:
        return _page(request, standing, sent, (), problem=error)
    except StoreError as error:
        if error.code != "store.conflict":
            raise
        return _page(request, _standing(request, record_id), sent, (), problem=error)
    return go(f"/records/{record_id}?done=attach#attachments-h2")


@router.get("/attachment/{number}")
def picture(request: Request, record_id: str, number: Number) -> Response:
    """A scan that is a picture, as PNG."""
    services = services_of(request)
    reference, octets = _attachment(request, record_id, number)
    if reference.media_type not in _PICTURES or services.paper_picture is None:
        raise RefusedError(404, "request.not_found", "this attachment is no picture")
    return Response(services.paper_picture(octets), media_type="image/png")


@router.get("/attachment/{number}/file")
def file(request: Request, record_id: str, number: Number) -> Response:
    """A scan as it is kept, as a download."""
    reference, octets = _attachment(request, record_id, number)
    name = f"{record_id}-{number}.{reference.part.rpartition('.')[2]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(octets, media_type="application/octet-stream", headers=headers)


def attachment_rows(record: Kakunin | None, parts: dict[str, bytes], language: Language) -> list[dict[str, object]]:
    """What a record has as 添付資料: number, kind, size; whether it is a scan, and one that can be looked at."""
    if record is None:
        return []
    at = 0 if language == "ja" else 1
    return [
        {
            "number": n, "title": attachment_name(each.code)[at], "name": each.part.rpartition("/")[2],
            "size": len(parts.get(each.part, b"")), "sha256": each.sha256, "scan": each.provenance == "brought",
            "picture": each.provenance == "brought" and each.media_type in _PICTURES,
        }
        for n, each in enumerate(record.attachments, 1)
    ]  # fmt: skip


def may_attach(record: Kakunin | None) -> bool:
    """Whether papers can be attached to that record: not without a law, and never under 番号法."""
    return record is not None and record.law != NUMBER_LAW


def _attachment(request: Request, record_id: str, number: int) -> tuple[AttachmentRef, bytes]:
    """A scan of that record, after the look stands in the ledger. Raises RefusedError 404."""
    services, staff = services_of(request), staff_of(request)
    saved = services.store.get(record_id)
    record = kakunin_of(saved)
    found = None if record is None or number > len(record.attachments) else record.attachments[number - 1]
    octets = b"" if found is None or saved.judged is None else saved.judged.parts.get(found.part, b"")
    if found is None or found.provenance != "brought" or not octets:
        raise RefusedError(404, "request.not_found", "there is no such attachment")
    enter_look(request, record_id, staff=staff)
    return found, octets


def _standing(request: Request, record_id: str) -> Standing:
    completing: Completing = completing_of(request)
    standing = completing.standing(record_id)
    if not may_attach(standing.record):
        raise CallerError("attachment.number_law", "nothing is attached to a record of 番号法")
    return standing


def _day(sent: Upload) -> date | None:
    return day_of(unicodedata.normalize("NFKC", sent.texts.get("on", "")))


def _wrong(sent: Upload, language: Language) -> tuple[FieldError, ...]:
    wrong: list[str] = []
    wrong += [] if sent.texts.get("code", "") in PAPERS else ["code"]
    wrong += [] if sent.files else ["file"]
    wrong += ["on"] if sent.texts.get("on", "").strip() and _day(sent) is None else []
    wrong += [] if sent.texts.get("clean") == "1" else ["clean"]
    return tuple(FieldError(each, text(language, f"attach.{each}.missing")) for each in wrong)


def _page(
    request: Request, standing: Standing, sent: Upload, errors: tuple[FieldError, ...], *,
    problem: HonninError | None = None,
) -> Response:  # fmt: skip
    language = language_of(request)
    at = 0 if language == "ja" else 1
    wanted = {each.code.removesuffix("_policy") for each in standing.left if each.about == "item"}
    kinds = sorted(PAPERS, key=lambda code: (code not in wanted, PAPERS.index(code)))
    return render(
        request, "attach.html", status=422 if errors or problem is not None else 200, record=standing.record,
        kinds=[(code, attachment_name(code)[at], code in wanted) for code in kinds], given=dict(sent.texts),
        errors=errors, problem=None if problem is None else said(problem, language), parts_seen=standing.parts,
        at={each: first(errors, each) for each in _FIELDS}, most=MAX_FILES,
    )
