"""The name of a finding in two languages, whichever document it is of."""

from __future__ import annotations

from collections.abc import Callable

from honnin.checks.words import licence, mynumber, passport, residence

__all__ = ["title"]

_TITLES: dict[str, Callable[[str], tuple[str, str]]] = {
    "passport": passport.title,
    "mynumber": mynumber.title,
    "licence": licence.title,
    "mynumber_licence": licence.title,
    "residence": residence.title,
}


def title(finding_id: str) -> tuple[str, str]:
    """(Japanese, English); the id itself when nobody knows it."""
    of = _TITLES.get(finding_id.partition(".")[0])
    return (finding_id, finding_id) if of is None else of(finding_id)
