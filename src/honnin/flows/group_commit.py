"""One writer thread for a process: everything that waits goes into one transaction, and nobody is told before it is
committed (design §7).

While one transaction is on its way to the disk the next units gather, so that the cost of making sure is shared. A unit
that cannot be stored (its number is taken, its record is on hold) does not take the others with it: a group that fails
is written again one by one. Every wait has an end.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from dataclasses import dataclass, field

from honnin.core.errors import HonninError, StoreError
from honnin.flows.ledger_ports import Grow
from honnin.flows.record_ports import AddPart, AddRecord
from honnin.flows.store_ports import RecordWriter, Unit, Written

MAX_WAITING = 256  # units in the queue; who comes then waits, at most ENTER_S
MAX_GROUP = 64
MAX_GROUP_OCTETS = 16 << 20
ENTER_S = 10.0
ANSWER_S = 60.0
CLOSE_S = 60.0
# Errors of a whole group. Not known whether it was stored: a second attempt could store it twice. Somebody else has the
# database: each one by itself would wait as long again, and nobody else would be served.
_TOGETHER = frozenset({"store.unknown", "store.locked"})


@dataclass(slots=True)
class _Item:
    unit: Unit
    answer: Future[Written] = field(default_factory=Future)

    @property
    def octets(self) -> int:
        return sum(len(each.ciphertext) for each in self.unit.changes if isinstance(each, (AddRecord, AddPart)))


class GroupCommit:
    """Writes units for any number of threads. `grow`: how a ledger grows (RecordWriter.write)."""

    def __init__(self, writer: RecordWriter, grow: Grow, *, waiting: int = MAX_WAITING, group: int = MAX_GROUP) -> None:
        self._writer = writer
        self._grow = grow
        self._group = group
        self._most_waiting = waiting
        self._waiting: deque[_Item] = deque()
        self._changed = threading.Condition()
        self._open = True
        self._thread = threading.Thread(target=self._run, name="honnin-writer", daemon=True)
        self._thread.start()

    def write(self, unit: Unit) -> Written:
        """Durable when this returns.

        Raises StoreError: those of RecordWriter.write; `seal.busy`, `seal.closed` (nothing was stored),
        `store.unknown` (the database did not answer in time).
        """
        item = _Item(unit)
        with self._changed:
            room = self._changed.wait_for(lambda: len(self._waiting) < self._most_waiting or not self._open, ENTER_S)
            if not self._open:
                raise StoreError("seal.closed", "the program is ending")
            if not room:
                raise _busy()
            self._waiting.append(item)
            self._changed.notify_all()
        try:
            return item.answer.result(ANSWER_S)
        except WaitedTooLong:
            if item.answer.cancel():  # it has not begun: nothing of it will be stored
                raise _busy() from None
        try:
            return item.answer.result(ANSWER_S)
        except WaitedTooLong:
            raise StoreError("store.unknown", "it is not known whether it was stored", "no answer") from None

    def close(self) -> None:
        """Takes nothing more, stores what waits, ends the thread. Raises StoreError `seal.close` if it does not end."""
        with self._changed:
            self._open = False
            self._changed.notify_all()
        self._thread.join(CLOSE_S)
        if self._thread.is_alive():
            raise StoreError("seal.close", "the writer of records did not end in time")

    def _run(self) -> None:
        while group := self._next_group():
            self._write(group)

    def _next_group(self) -> list[_Item]:
        """What waits, up to the limits; empty only at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or not self._open)
            group: list[_Item] = []
            octets = 0
            while self._waiting and len(group) < self._group:
                octets += self._waiting[0].octets
                if group and octets > MAX_GROUP_OCTETS:
                    break
                group.append(self._waiting.popleft())
            self._changed.notify_all()
        return group

    def _write(self, group: list[_Item]) -> None:
        group = [item for item in group if item.answer.set_running_or_notify_cancel()]
        if not group:
            return
        try:
            written = self._attempt([item.unit for item in group])
        except HonninError as error:
            if len(group) == 1 or error.code in _TOGETHER:
                for item in group:
                    item.answer.set_exception(_copy(error))
                return
            for item in group:
                self._write_one(item)
            return
        for item, each in zip(group, written, strict=True):
            item.answer.set_result(each)

    def _write_one(self, item: _Item) -> None:
        try:
            (written,) = self._attempt([item.unit])
        except HonninError as error:
            item.answer.set_exception(error)
        else:
            item.answer.set_result(written)

    def _attempt(self, units: Sequence[Unit]) -> Sequence[Written]:
        try:
            return self._writer.write(units, self._grow)
        except HonninError:
            raise
        except Exception as error:  # whatever it is, those who wait must hear of it
            raise StoreError("store.write", "it was not stored", type(error).__name__) from error


def _busy() -> StoreError:
    return StoreError("seal.busy", "too much is waiting to be stored")


def _copy(error: HonninError) -> HonninError:
    """One for each thread: a traceback belongs to one."""
    return StoreError(error.code, error.message, error.detail) if isinstance(error, StoreError) else error
