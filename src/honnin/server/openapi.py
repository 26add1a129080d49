"""The description of the API: every error is a problem (RFC 9457), also where the framework would say otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI

from honnin.core.errors import HonninError
from honnin.flows.messages import message_for

PROBLEM = "application/problem+json"
MAX_PLACES = 10
DESCRIPTION = """\
Checks at this counter, kept records, the law as data. Everything that was not confirmed is said.

**Who does it** is named in the header `Honnin-Staff` (name or number of a member of staff, percent-encoded UTF-8);
every look at a person's data is entered in the ledger by that name. Until there is a sign-in the name is said, not
proved, and the server listens to this machine only.

**Errors** are problems (RFC 9457) with a stable `code`, a sentence in Japanese and English, and what to do next.

**Times** are ISO 8601 in UTC, **days** are those of Japan. A result of the simulator says so everywhere (`simulated`,
`environment`): it is no record of an identity check.

A walk through the whole API with curl: docs/integrate/README.md.
"""
TAGS: list[dict[str, str]] = [
    {"name": "counter", "description": "A check at the counter, step by step."},
    {"name": "records", "description": "Kept records: nothing in them is ever written over."},
    {"name": "ledger", "description": "Whether everything that is kept can still be proved."},
    {"name": "law", "description": "The law as dated data. No legal advice; nothing is kept."},
    {"name": "numbers", "description": "Individual numbers (番号法), kept apart, without digits here."},
    {"name": "system", "description": "Health and readers."},
    {"name": "demo", "description": "Virtual cards, with `honnin serve --demo` only."},
]
_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457, with a stable code and what to do next in Japanese and English.",
    "type": "object",
    "required": ["type", "title", "status", "code", "title_ja", "next_ja", "next_en"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "examples": ["store.not_found"]},
        "title_ja": {"type": "string"},
        "next_ja": {"type": "string"},
        "next_en": {"type": "string"},
        "detail": {"type": "string", "description": "Of a case of law: what is wrong where, and what is allowed"},
        "field": {"type": "string", "description": "Of a printed number or a secret: which one"},
        "missing": {"type": "array", "items": {"type": "string"}, "description": "Answers that are missing"},
        "errors": {
            "type": "array",
            "description": "Of 422: each place in what was sent, and what is wrong there",
            "items": {
                "type": "object",
                "required": ["where", "why"],
                "properties": {"where": {"type": "string"}, "why": {"type": "string"}},
            },
        },
    },
}
# By status: when it comes, and a code of it.
_STATUSES = {
    400: ("What was sent cannot be done.", "visit.transaction"),
    403: ("Nobody is named, or another site asked.", "staff.unnamed"),
    404: ("There is nothing of that number.", "store.not_found"),
    409: ("It does not fit to how things stand now.", "visit.stage"),
    410: ("The record was deleted.", "store.deleted"),
    422: ("A value is not allowed; `errors` says where.", "request.invalid"),
    503: ("The store cannot be used now.", "store"),
}


def describe(app: FastAPI) -> None:
    """Make `app.openapi()` say that all errors are problems, and which ones come where."""
    inner = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(inner())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI has for it


def wrong_places(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Where what was sent is wrong, and why; never the value, which may be somebody's."""
    found = []
    for _, each in zip(range(MAX_PLACES), errors, strict=False):
        where = ".".join(str(part)[:40] for part in each.get("loc", ())[:8])
        found.append({"where": where, "why": str(each.get("type", ""))[:60]})
    return found


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _SCHEMA
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            answers.pop("422", None)
            for status in _statuses_of(path, method, operation):
                answers[str(status)] = _answer(status)
            answers["default"] = {"description": "Anything else that went wrong", "content": _content()}
    return schema


def _statuses_of(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    """Which problems a call can have, by what it takes."""
    names = {each["name"].lower() for each in operation.get("parameters", ())}
    changes = method != "get"
    found = {503}
    if names or "requestBody" in operation:
        found.add(422)
    if "honnin-staff" in names or changes:
        found |= {400, 403}
    if "{" in path or "/demo/" in path:
        found.add(404)
    if "{" in path and changes:
        found.add(409)
    if "{record_id}" in path:
        found.add(410)
    return sorted(found)


def _answer(status: int) -> dict[str, Any]:
    words, code = _STATUSES[status]
    return {"description": words, "content": _content(status, code)}


def _content(status: int = 0, code: str = "") -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    if code:
        message = message_for(HonninError(code, ""))
        content["example"] = {
            "type": "about:blank", "title": message.en, "status": status, "code": code, "title_ja": message.ja,
            "next_ja": message.next_ja, "next_en": message.next_en,
        }  # fmt: skip
        if status == 422:
            content["example"]["errors"] = [{"where": "body.record_id", "why": "missing"}]
    return {PROBLEM: content}
