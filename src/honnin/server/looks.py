"""That somebody saw a record is entered in the ledger before anything of it is shown (design §11).

A page and the pictures in it are one look: pictures are fetched a moment after their page, and a form that comes back
with what is wrong shows what its page showed. So a look that was entered just now covers those; anything asked for by
itself is a look of its own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from starlette.requests import Request

from honnin.core.clock import Clock
from honnin.server.frame import services_of

LOOK_LIFE = timedelta(minutes=10)
MAX_LOOKS = 1000


class Looks:
    """The looks of this process that were entered a moment ago: record and name. Safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, record_id: str, staff: str) -> None:
        """Such a look stands in the ledger."""
        with self._lock:
            self._kept[record_id, staff] = self._clock()
            self._kept.move_to_end((record_id, staff))
            while len(self._kept) > MAX_LOOKS:
                self._kept.popitem(last=False)

    def recent(self, record_id: str, staff: str) -> bool:
        """Whether that person's look at that record was entered a moment ago. Never by a clock that went back."""
        with self._lock:
            at = self._kept.get((record_id, staff))
        return at is not None and timedelta(0) <= self._clock() - at < LOOK_LIFE


def enter_look(request: Request, record_id: str, *, staff: str) -> None:
    """Enter a look at a record. Raises StoreError: then nothing of it is to be shown."""
    services_of(request).store.note_view(record_id, staff=staff)
    _looks(request).keep(record_id, staff)


def enter_look_unless_recent(request: Request, record_id: str, *, staff: str) -> None:
    """For what belongs to a page: entered, unless the page's look was just now. Raises StoreError as `enter_look`."""
    if not _looks(request).recent(record_id, staff):
        enter_look(request, record_id, staff=staff)


def _looks(request: Request) -> Looks:
    looks: Looks = request.app.state.looks
    return looks
