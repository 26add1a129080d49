"""Time and randomness as arguments: what the outer floors pass in, and what tests replace."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

# Clock: () -> aware datetime in UTC. Random: (number of octets) -> that many random octets.
Clock = Callable[[], datetime]
Random = Callable[[int], bytes]


JAPAN = timezone(timedelta(hours=9))  # no summer time: a day of the law and of a card is a day there


def japan_day(moment: datetime) -> date:
    """The day in Japan of an aware time."""
    return moment.astimezone(JAPAN).date()


def system_clock() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


def system_random(length: int) -> bytes:
    """`length` octets from the operating system's generator."""
    return os.urandom(length)
