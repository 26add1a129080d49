"""What the key of a card signs at the counter: a statement of this visit, made here and good for nothing else.

The key of the signing certificate binds its holder like a seal, so the text says what it is for and what it is not
(mynumber-card.md §4.4), names the visit, and holds a fresh nonce, so that no signature can be used twice.
"""

from __future__ import annotations

from datetime import UTC, datetime

from honnin.core.clock import Random
from honnin.core.errors import CallerError

__all__ = ["visit_statement"]

NONCE = 32


def visit_statement(visit_id: str, *, at: datetime, random: Random) -> bytes:
    """UTF-8 lines with LF. `at` is aware. Raises CallerError `statement.visit` (a name that is not plain ASCII),
    `statement.time`.
    """
    if not (0 < len(visit_id) <= 64 and visit_id.isascii() and visit_id.replace("-", "").isalnum()):
        raise CallerError("statement.visit", "a visit has a plain name")
    if at.tzinfo is None:
        raise CallerError("statement.time", "the time of a statement needs a time zone")
    lines = (
        "honnin-statement-1",
        "この署名は、次の受付での本人確認のためだけのものです。契約や申込みの意思を示すものではありません。",
        "This signature serves the identity check of the visit below and nothing else. It agrees to no contract.",
        f"visit: {visit_id}",
        f"time: {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"nonce: {random(NONCE).hex()}",
        "",
    )
    return "\n".join(lines).encode()
