"""Days as they are typed on the command line."""

from __future__ import annotations

from datetime import date

from honnin.core.errors import CallerError


def typed_day(text: str, code: str) -> date:
    """The day that was typed as YYYY-MM-DD. Raises CallerError with that code: what is said depends on the command."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CallerError(code, "a day like 2026-11-25 is needed") from None
