"""The description of the API: every error is a problem (RFC 9457), also where the framework would say otherwise."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

PROBLEM = "application/problem+json"
_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457, with a stable code and what to do next in Japanese and English.",
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "examples": ["store.not_found"]},
        "title_ja": {"type": "string"},
        "next_ja": {"type": "string"},
        "next_en": {"type": "string"},
    },
}
_ANSWER = {
    "description": "What went wrong", "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}  # fmt: skip


def describe_problems(app: FastAPI) -> None:
    """Make `app.openapi()` say that all errors are problems."""
    inner = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(inner())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI has for it


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _SCHEMA
    for path in schema["paths"].values():
        for operation in path.values():
            answers = operation["responses"]
            if "422" in answers:
                answers["422"] = _ANSWER
            answers["default"] = _ANSWER
    return schema
