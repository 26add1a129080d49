"""The Readers port (flows/ports.py) over PC/SC: several readers, a worker and a watchdog for each.

A reader that hangs, is unplugged or has no card concerns the caller who asked for it and nobody else. A line to the
service (context) is opened for every piece of work, so a service that was started again is found again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from honnin.adapters.pcsc import constants as c
from honnin.adapters.pcsc.binding import Binding, PcscStatusError, ReaderState, choose_binding
from honnin.adapters.pcsc.link import PcscLink
from honnin.adapters.pcsc.status import service_error
from honnin.adapters.pcsc.worker import StuckError, Worker
from honnin.core.errors import LinkError
from honnin.flows.ports import CardLink, ReaderInfo

_log = logging.getLogger(__name__)

T = TypeVar("T")

VIRTUAL_READER = "Virtual PCD"  # the reader of vsmartcard; its cards are programs
SERVICE_TIMEOUT_S = 5.0  # for answers that the service has at hand
TURN_TIMEOUT_S = 2.0  # how long one piece of work waits for the one before it to end
EXCHANGE_TIMEOUT_S = 20.0  # one exchange; chips ask for more time on the way, the slowest signature takes about 3 s
MAX_STUCK = 4  # workers left behind, for each reader and for the service
WAIT_SLICE_MS = 1000


class PcscReaders:
    """All readers that the smart-card service knows. One object a process; safe to use from several threads."""

    def __init__(self, binding: Binding | None = None) -> None:
        self._given = binding
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._workers: dict[str, Worker] = {}  # idle or at work
        self._stuck: dict[str, list[Worker]] = {}  # left behind; "" = those that asked the service

    def list(self) -> Sequence[ReaderInfo]:
        """The readers in the service's order; empty when there is none.

        Raises LinkError: `reader.no_service`, `reader.no_library`, `reader.not_allowed`, `reader.service_failed`.
        """
        return self._ask_service(lambda context: self._infos(self._snapshot(context)), SERVICE_TIMEOUT_S)

    def run(self, name: str, work: Callable[[CardLink], T], *, timeout_s: float) -> T:
        """Run `work` with the card on that reader; the card is reset at the end. See flows/ports.py for the errors;
        also `reader.busy` (other program, or other work on this reader), `reader.card_mute`, `reader.stuck`.
        """
        turn = self._turn(name)
        if not turn.acquire(timeout=min(TURN_TIMEOUT_S, max(timeout_s, 0.0))):
            raise LinkError("reader.busy", "this reader is reading another card")
        try:
            return self._run(name, work, timeout_s)
        finally:
            turn.release()

    def wait_change(self, known: Sequence[ReaderInfo], *, timeout_s: float) -> Sequence[ReaderInfo]:
        """Block until the list differs from `known` or the time is over. Raises like `list`."""
        before = tuple(known)
        deadline = time.monotonic() + max(timeout_s, 0.0)

        def wait(context: int) -> Sequence[ReaderInfo]:
            while True:
                states = self._snapshot(context)
                infos = self._infos(states)
                left_ms = int((deadline - time.monotonic()) * 1000)
                if infos != before or left_ms <= 0:
                    return infos
                self._wait_once(context, states, min(left_ms, WAIT_SLICE_MS))

        return self._ask_service(wait, max(timeout_s, 0.0) + SERVICE_TIMEOUT_S)

    def close(self) -> None:
        """End the idle workers."""
        with self._lock:
            for worker in self._workers.values():
                worker.stop()
            self._workers.clear()

    # --- one reader -------------------------------------------------------------------------------------------

    def _run(self, name: str, work: Callable[[CardLink], T], timeout_s: float) -> T:
        stuck = self._still_stuck(name)
        if stuck >= MAX_STUCK:
            raise LinkError("reader.stuck", "this reader does not answer any more")
        worker = self._worker(name)
        link: list[PcscLink] = []
        over = threading.Event()

        def task() -> T:
            with self._context() as context:
                connected = PcscLink(self._binding(), context, name, simulated=VIRTUAL_READER in name)
                link.append(connected)
                try:
                    if over.is_set():
                        raise _timeout()
                    return work(connected)
                finally:
                    connected.close()

        try:
            return worker.call(task, timeout_s, lambda: any(each.waits_s > EXCHANGE_TIMEOUT_S for each in link))
        except StuckError:
            raise _timeout() from None
        except LinkError as error:
            if error.code == "reader.busy" and stuck:
                raise LinkError("reader.stuck", "this reader does not answer any more", error.detail) from error
            if error.code == "reader.not_found" and not self.list():
                raise LinkError("reader.none", "there is no card reader", error.detail) from error
            raise
        finally:
            if worker.stuck:
                over.set()
                for each in link:
                    each.end(_timeout())
                self._leave_behind(name, worker)

    def _turn(self, name: str) -> threading.Lock:
        with self._lock:
            return self._turns.setdefault(name, threading.Lock())

    def _worker(self, name: str) -> Worker:
        with self._lock:
            worker = self._workers.get(name)
            if worker is None or not worker.alive:
                worker = self._workers[name] = Worker(f"reader {name}")
            return worker

    def _leave_behind(self, name: str, worker: Worker) -> None:
        _log.warning("reader %r is stuck; it gets a new worker", name or "(service)")
        with self._lock:
            if self._workers.get(name) is worker:
                del self._workers[name]
            self._stuck.setdefault(name, []).append(worker)

    def _still_stuck(self, name: str) -> int:
        with self._lock:
            alive = [worker for worker in self._stuck.get(name, ()) if worker.alive]
            self._stuck[name] = alive
            return len(alive)

    # --- the service ------------------------------------------------------------------------------------------

    def _binding(self) -> Binding:
        if self._given is None:
            self._given = choose_binding()
        return self._given

    @contextmanager
    def _context(self) -> Iterator[int]:
        binding = self._binding()
        try:
            context = binding.establish()
        except PcscStatusError as error:
            raise service_error(error) from error
        try:
            yield context
        finally:
            try:
                binding.release(context)
            except PcscStatusError as error:
                _log.info("release: %s", error)

    def _ask_service(self, question: Callable[[int], T], timeout_s: float) -> T:
        """Put a question to the service without hanging when it hangs."""
        if self._still_stuck("") >= MAX_STUCK:
            raise LinkError("reader.service_failed", "the smart-card service does not answer")
        contexts: list[int] = []

        def task() -> T:
            with self._context() as context:
                contexts.append(context)
                try:
                    return question(context)
                except PcscStatusError as error:
                    raise service_error(error) from error

        worker = Worker("readers")
        try:
            return worker.call(task, timeout_s)
        except StuckError:
            self._leave_behind("", worker)
            for context in contexts:
                self._cancel(context)
            raise LinkError("reader.service_failed", "the smart-card service does not answer") from None
        finally:
            worker.stop()

    def _cancel(self, context: int) -> None:
        try:
            self._binding().cancel(context)
        except PcscStatusError as error:
            _log.info("cancel: %s", error)

    def _snapshot(self, context: int) -> tuple[ReaderState, ...]:
        names = self._binding().list_readers(context)
        if not names:
            return ()
        states = self._binding().status_change(context, 0, [ReaderState(name) for name in names])
        return tuple(state for state in states if not state.gone)

    def _wait_once(self, context: int, states: Sequence[ReaderState], slice_ms: int) -> None:
        """Until any state differs, a reader comes or goes, or the slice is over."""
        try:
            self._binding().status_change(context, slice_ms, [*states, ReaderState(c.PNP_READER)])
        except PcscStatusError as error:
            if error.code in {c.E_TIMEOUT, c.E_CANCELLED}:
                return
            if error.code != c.E_UNKNOWN_READER:
                raise
            time.sleep(min(slice_ms, 250) / 1000)  # no such pseudo reader on this system: look again soon

    def _infos(self, states: Sequence[ReaderState]) -> tuple[ReaderInfo, ...]:
        infos = []
        for state in states:
            problem = None
            if self._still_stuck(state.name):
                problem = "reader.stuck"
            elif state.present and state.state & c.STATE_MUTE:
                problem = "reader.card_mute"
            elif state.state & c.STATE_EXCLUSIVE and not self._turn(state.name).locked():
                problem = "reader.busy"
            atr = state.atr if state.present else b""
            virtual = VIRTUAL_READER in state.name
            infos.append(ReaderInfo(state.name, "pcsc", virtual, state.present, atr, problem))
        return tuple(infos)


def _timeout() -> LinkError:
    return LinkError("link.timeout", "the card did not answer in time")
