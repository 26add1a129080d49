"""A PC/SC service that does what a test tells it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from honnin.adapters.pcsc import constants as c
from honnin.adapters.pcsc.binding import PcscStatusError, ReaderState

ATR = bytes.fromhex("3b8880010000000000817100f9")


@dataclass
class FakeReader:
    """`chip` answers; `fail` maps a call ("connect", "transmit", "begin", "disconnect") to a status code."""

    present: bool = True
    mute: bool = False
    unplugged: bool = False
    chip: Callable[[bytes], bytes] = lambda command: b"\x90\x00"
    reset: Callable[[], None] = lambda: None  # what RESET_CARD does to the chip
    fail: dict[str, int] = field(default_factory=dict)
    connect_failures: list[int] = field(default_factory=list)
    control: dict[int, bytes] = field(default_factory=dict)
    log: list[object] = field(default_factory=list)
    events: int = 0

    @property
    def state(self) -> int:
        if self.unplugged:
            return c.STATE_UNKNOWN
        if not self.present:
            return c.STATE_EMPTY | self.events << 16
        return c.STATE_PRESENT | (c.STATE_MUTE if self.mute else 0) | self.events << 16


class FakeBinding:
    name = "fake"

    def __init__(self, **readers: FakeReader) -> None:
        self.readers = readers
        self.service: int | None = None  # status code of every call to the service
        self.contexts: list[int] = []
        self.handles: dict[int, str] = {}
        self.count = 0
        self.cancelled: list[int] = []
        self.changed = threading.Condition()
        self.hang: threading.Event | None = None  # list_readers waits for it
        self.pnp = True

    def _number(self) -> int:
        self.count += 1
        return self.count

    def establish(self) -> int:
        if self.service is not None:
            raise PcscStatusError("establish", self.service)
        self.contexts.append(self._number())
        return self.contexts[-1]

    def release(self, context: int) -> None:
        self.contexts.remove(context)

    def cancel(self, context: int) -> None:
        self.cancelled.append(context)

    def list_readers(self, context: int) -> tuple[str, ...]:
        if self.hang is not None:
            self.hang.wait(10)
        if self.service is not None:
            raise PcscStatusError("list_readers", self.service)
        return tuple(name for name, reader in self.readers.items() if not reader.unplugged)

    def status_change(self, context: int, timeout_ms: int, states: Sequence[ReaderState]) -> tuple[ReaderState, ...]:
        if not self.pnp and any(state.name == c.PNP_READER for state in states):
            raise PcscStatusError("status_change", c.E_UNKNOWN_READER)

        def now() -> tuple[ReaderState, ...]:
            found = []
            for state in states:
                reader = self.readers.get(state.name)
                if state.name == c.PNP_READER:
                    found.append(state)
                else:
                    bits = reader.state if reader else c.STATE_UNKNOWN
                    found.append(ReaderState(state.name, bits, ATR if bits & c.STATE_PRESENT else b""))
            return tuple(found)

        def differs() -> bool:
            return any(a.state != b.state for a, b in zip(now(), states, strict=True))

        with self.changed:
            if not self.changed.wait_for(differs, timeout_ms / 1000):
                raise PcscStatusError("status_change", c.E_TIMEOUT)
            return now()

    def change(self, name: str, **values: object) -> None:
        with self.changed:
            for key, value in values.items():
                setattr(self.readers[name], key, value)
            self.readers[name].events += 1
            self.changed.notify_all()

    def connect(self, context: int, reader: str, share: int) -> tuple[int, int]:
        if reader not in self.readers or self.readers[reader].unplugged:
            raise PcscStatusError("connect", c.E_UNKNOWN_READER)
        it = self.readers[reader]
        it.log.append(("connect", share))
        if it.connect_failures:
            raise PcscStatusError("connect", it.connect_failures.pop(0))
        if "connect" in it.fail:
            raise PcscStatusError("connect", it.fail["connect"])
        if not it.present:
            raise PcscStatusError("connect", c.E_NO_SMARTCARD)
        handle = self._number()
        self.handles[handle] = reader
        return handle, c.PROTOCOL_T1

    def begin(self, handle: int) -> None:
        self._step("begin", handle)

    def transmit(self, handle: int, protocol: int, command: bytes) -> bytes:
        reader = self.readers[self.handles[handle]]
        if not reader.present:
            raise PcscStatusError("transmit", reader.fail.get("transmit", c.W_REMOVED_CARD))
        if "transmit" in reader.fail:
            raise PcscStatusError("transmit", reader.fail["transmit"])
        return reader.chip(command)

    def control(self, handle: int, function: int, data: bytes) -> bytes:
        return self.control_code(handle, function, data)

    def control_code(self, handle: int, code: int, data: bytes) -> bytes:
        answers = self.readers[self.handles[handle]].control
        if code not in answers:
            raise PcscStatusError("control", c.E_UNSUPPORTED_FEATURE)
        return answers[code]

    def disconnect(self, handle: int, disposition: int) -> None:
        self._step("disconnect", handle, disposition)
        if disposition == 1:
            self.readers[self.handles[handle]].reset()
        del self.handles[handle]

    def _step(self, call: str, handle: int, *more: object) -> None:
        reader = self.readers[self.handles[handle]]
        reader.log.append((call, *more))
        if call in reader.fail:
            raise PcscStatusError(call, reader.fail[call])
