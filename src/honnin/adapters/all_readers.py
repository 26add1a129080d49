"""All readers of this machine as one: those of PC/SC, and the demo tray where it was asked for.

With the tray beside it, missing PC/SC is no error: the demo works on a machine without any reader.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from honnin.adapters.pcsc import PcscReaders
from honnin.adapters.tray import ID, NAME, Tray
from honnin.core.errors import LinkError
from honnin.flows.ports import CardLink, ReaderInfo, Readers

_log = logging.getLogger(__name__)

T = TypeVar("T")

LOOK_S = 0.25  # how often the other side is looked at while one is waited for


class AllReaders:
    """A Readers port (flows/ports.py) over PC/SC and, when given, a tray."""

    def __init__(self, pcsc: Readers | None = None, tray: Tray | None = None) -> None:
        self._pcsc: Readers = pcsc or PcscReaders()
        self._tray = tray
        self._told = ""

    def list(self) -> Sequence[ReaderInfo]:
        """The tray first, then the readers of PC/SC. Raises LinkError (PC/SC) only without a tray."""
        return (*self._demo(), *self._real())

    def run(self, name: str, work: Callable[[CardLink], T], *, timeout_s: float) -> T:
        """See flows/ports.py."""
        if self._tray is not None and name in {NAME, ID}:
            return self._tray.run(name, work, timeout_s=timeout_s)
        return self._pcsc.run(name, work, timeout_s=timeout_s)

    def wait_change(self, known: Sequence[ReaderInfo], *, timeout_s: float) -> Sequence[ReaderInfo]:
        """Block until the list differs from `known` or the time is over."""
        if self._tray is None:
            return self._pcsc.wait_change(known, timeout_s=timeout_s)
        end = time.monotonic() + max(timeout_s, 0.0)
        while True:
            now = self.list()
            left = end - time.monotonic()
            if tuple(now) != tuple(known) or left <= 0:
                return now
            self._tray.wait_change(self._demo(), timeout_s=min(left, LOOK_S))

    def _demo(self) -> tuple[ReaderInfo, ...]:
        return tuple(self._tray.list()) if self._tray is not None else ()

    def _real(self) -> tuple[ReaderInfo, ...]:
        try:
            return tuple(self._pcsc.list())
        except LinkError as error:
            if self._tray is None:
                raise
            if error.code != self._told:
                self._told = error.code
                _log.info("no real reader: %s", error.code)
            return ()
