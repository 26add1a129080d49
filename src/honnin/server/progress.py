"""Server-sent events of a visit: "a card lies there", "file 3 of 5", "go to that page". Nothing personal in them.

Bounded: so many streams at once, each with an end; the browser comes again by itself. A page works without them.
"""

from __future__ import annotations

import functools
import json
import threading
import time
from collections.abc import AsyncIterator, Callable

from anyio import CapacityLimiter, to_thread

from honnin.core.errors import HonninError
from honnin.flows.visit import Card, Stage, Visit
from honnin.flows.visits import Visits
from honnin.server.security import RefusedError

MAX_STREAMS = 16
STREAM_SECONDS = 60.0
WAIT_SECONDS = 0.5
HEARTBEAT_SECONDS = 10.0

Describe = Callable[[Visit, Card | None], dict[str, object]]


class Streams:
    """Counts the open streams."""

    def __init__(self, limit: int = MAX_STREAMS) -> None:
        self._limit = limit
        self._open = 0
        self._lock = threading.Lock()
        self.waiting = CapacityLimiter(limit)  # threads that wait, apart from those that answer pages
        self.stopping = threading.Event()

    @property
    def open(self) -> int:
        """How many are open."""
        return self._open

    def enter(self) -> None:
        """Raises RefusedError `request.too_many` when all are taken."""
        with self._lock:
            if self._open >= self._limit:
                raise RefusedError(429, "request.too_many", "too many streams")
            self._open += 1

    def leave(self) -> None:
        """One is free again."""
        with self._lock:
            self._open -= 1


async def events(visits: Visits, visit_id: str, streams: Streams, describe: Describe) -> AsyncIterator[bytes]:
    """The events of a visit. Call `streams.enter()` before; this leaves. Ends by itself."""
    end = time.monotonic() + STREAM_SECONDS
    beat = time.monotonic() + HEARTBEAT_SECONDS
    last = ""
    version = -1
    try:
        yield b"retry: 1000\n\n"
        while time.monotonic() < end and not streams.stopping.is_set():
            try:
                wait = functools.partial(visits.wait, visit_id, version, timeout_s=WAIT_SECONDS)
                visit = await to_thread.run_sync(wait, limiter=streams.waiting)
                card = None
                if visit.stage in {Stage.PLACE, Stage.KEY}:
                    card = await to_thread.run_sync(visits.take_card, visit_id, limiter=streams.waiting)
                    visit = visits.get(visit_id)
            except HonninError:
                yield b'event: state\ndata: {"go": "/"}\n\n'
                return
            version = visit.version
            text = json.dumps(describe(visit, card), ensure_ascii=False)
            if text != last:
                last = text
                beat = time.monotonic() + HEARTBEAT_SECONDS
                yield f"event: state\ndata: {text}\n\n".encode()
            elif time.monotonic() >= beat:
                beat = time.monotonic() + HEARTBEAT_SECONDS
                yield b": still here\n\n"
    finally:
        streams.leave()
