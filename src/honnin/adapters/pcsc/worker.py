"""A thread that works for one reader, and a watchdog over it.

A driver can hang in the middle of an exchange, and no call of PC/SC ends another thread's exchange. So the caller
never waits in the driver himself: he waits for his worker, and when the time is over he leaves the worker behind.
The worker ends by itself as soon as the driver lets go of it; until then it is counted as stuck.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_LOOK_S = 0.25


class StuckError(Exception):
    """The time is over and the worker has been left behind. Never leaves this package."""


class _Job:
    __slots__ = ("done", "error", "task", "value")

    def __init__(self, task: Callable[[], Any]) -> None:
        self.task = task
        self.done = threading.Event()
        self.value: Any = None
        self.error: BaseException | None = None


class Worker:
    """One daemon thread that does one task after the other. Not for several callers at the same time."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._left_behind = False
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    @property
    def stuck(self) -> bool:
        """Whether it was left behind and has not come back yet."""
        return self._left_behind and self.alive

    def call(self, task: Callable[[], T], timeout_s: float, hangs: Callable[[], bool] = lambda: False) -> T:
        """The task's result or its exception. Raises StuckError after `timeout_s`, or as soon as `hangs` says that
        waiting is in vain (asked every quarter of a second); then this worker is of no use.
        """
        job = _Job(task)
        self._jobs.put(job)
        end = time.monotonic() + max(timeout_s, 0.0)
        try:
            while not job.done.wait(min(max(end - time.monotonic(), 0.0), _LOOK_S)):
                if time.monotonic() >= end or hangs():
                    break
        finally:  # also when the caller is interrupted while he waits
            with self._lock:
                if not job.done.is_set():
                    self._left_behind = True
        if self._left_behind:
            raise StuckError
        if job.error is not None:
            raise job.error
        result: T = job.value
        return result

    def stop(self) -> None:
        """End the thread after its present task."""
        self._jobs.put(None)

    def _loop(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job.value = job.task()
            except BaseException as error:  # noqa: BLE001  # handed to the caller, whatever it is
                job.error = error
            with self._lock:
                job.done.set()
                if self._left_behind:
                    return
            del job
