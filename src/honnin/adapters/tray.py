"""The demo tray: one reader with virtual cards, in this process (ui.md §3.16).

It behaves like a reader in everything that the program can see: a card is put down and taken off, also in the middle
of a reading; one reading at a time; the chip is reset at the end. Cards are issued when they are laid down.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from honnin.core.clock import Clock, system_clock
from honnin.core.errors import CallerError, LinkError
from honnin.flows.ports import CardLink, DemoCard, DemoFault, ReaderInfo
from honnin_virtual import CardSpec, VirtualCard, faults_for, faults_from_names, issue, list_cards

T = TypeVar("T")

NAME = "デモ用の読み取り機"
ID = "demo"  # the same reader, for those who type
DEMO_DELAY_S = 0.015  # about what a chip takes for one exchange, so that progress can be seen
TURN_TIMEOUT_S = 2.0
MAX_FAULTS = 8


class Tray:
    """A Readers port and the tray beside the page (DemoTray of flows/ports.py). Safe to use from several threads."""

    name = NAME

    def __init__(self, *, delay_s: float = 0.0, clock: Clock = system_clock) -> None:
        self._delay_s = delay_s
        self._clock = clock
        self._changed = threading.Condition()
        self._turn = threading.Lock()
        self._card: VirtualCard | None = None

    # --- the tray ---------------------------------------------------------------------------------------------

    def cards(self) -> Sequence[DemoCard]:
        """What can be laid on the reader, with what is printed on it."""
        return tuple(_demo_card(spec) for spec in list_cards())

    def faults(self, name: str) -> Sequence[DemoFault]:
        """The switches "make it fail" that fit that card. Raises CallerError `cards.unknown`."""
        return _faults(name)

    def inserted(self) -> str | None:
        """The name of the card on the reader now."""
        card = self._card
        return None if card is None else card.name

    def insert(self, name: str, faults: Collection[str] = ()) -> None:
        """Lay that card on the reader; what lay there is taken off.

        Raises CallerError `cards.unknown`, `cards.fault.unknown`, `cards.fault.unfit`, `demo.faults`.
        """
        if len(faults) > MAX_FAULTS:
            raise CallerError("demo.faults", "too many faults at once")
        card = issue(name, faults=faults_from_names(faults), now=self._clock(), sleep=self._chip_sleep)
        self._put(card)

    def remove(self) -> None:
        """Take the card off; a reading that is going on ends with `link.card_removed`."""
        self._put(None)

    def _chip_sleep(self, seconds: float) -> None:
        """A slow chip thinks no longer than it lies there."""
        card = self._card
        if card is not None:
            self.pause(card, seconds)

    def _put(self, card: VirtualCard | None) -> None:
        with self._changed:
            self._card = card
            self._changed.notify_all()

    # --- the reader -------------------------------------------------------------------------------------------

    def list(self) -> Sequence[ReaderInfo]:
        """The one reader and what lies on it."""
        card = self._card
        return (ReaderInfo(NAME, "demo", simulated=True, card_present=card is not None, atr=card.atr if card else b""),)

    def run(self, name: str, work: Callable[[CardLink], T], *, timeout_s: float) -> T:
        """Run `work` with the card on the tray, on the caller's own thread: a virtual chip answers or ends."""
        if name not in {NAME, ID}:
            raise LinkError("reader.not_found", "there is no such reader")
        if not self._turn.acquire(timeout=min(TURN_TIMEOUT_S, max(timeout_s, 0.0))):
            raise LinkError("reader.busy", "this reader is reading another card")
        try:
            card = self._card
            if card is None:
                raise LinkError("reader.no_card", "there is no card on the reader")
            card.reset()
            link = _TrayLink(self, card, time.monotonic() + timeout_s, self._delay_s)
            try:
                return work(link)
            finally:
                link.close()
                card.reset()
        finally:
            self._turn.release()

    def wait_change(self, known: Sequence[ReaderInfo], *, timeout_s: float) -> Sequence[ReaderInfo]:
        """Block until the list differs from `known` or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: tuple(self.list()) != tuple(known), max(timeout_s, 0.0))
            return self.list()

    def lies_there(self, card: VirtualCard) -> bool:
        """Whether that very card still lies on the reader."""
        return self._card is card

    def pause(self, card: VirtualCard, seconds: float) -> None:
        """Wait so long, or until that card is taken off."""
        with self._changed:
            self._changed.wait_for(lambda: self._card is not card, max(seconds, 0.0))

    def lift(self, card: VirtualCard) -> None:
        """A fault switch lifted this card."""
        if self._card is card:
            self._put(None)


class _TrayLink:
    """A CardLink to a virtual chip."""

    def __init__(self, tray: Tray, card: VirtualCard, end: float, delay_s: float) -> None:
        self._tray = tray
        self._card = card
        self._end = end
        self._delay_s = delay_s
        self._ended: LinkError | None = None

    @property
    def extended_length(self) -> bool | None:
        """The tray carries everything."""
        return True

    @property
    def simulated(self) -> bool:
        """Always."""
        return True

    def transceive(self, command: bytes, /) -> bytes:
        """One exchange."""
        if self._ended is None and time.monotonic() >= self._end:
            self._ended = LinkError("link.timeout", "the card did not answer in time")
        if self._ended is None and self._delay_s:
            self._tray.pause(self._card, min(self._delay_s, self._end - time.monotonic()))
        if self._ended is None and not self._tray.lies_there(self._card):
            self._ended = _removed()
        if self._ended is not None:
            raise self._ended
        try:
            answer = self._card.process(command)
        except LinkError as error:
            self._ended = error
            self._tray.lift(self._card)
            raise
        if not self._tray.lies_there(self._card):  # taken off while the chip was thinking
            self._ended = _removed()
            raise self._ended
        return answer

    def close(self) -> None:
        """No further exchange."""
        self._ended = LinkError("link.closed", "the connection to the card has ended")


def _removed() -> LinkError:
    return LinkError("link.card_removed", "the card was removed")


def _demo_card(spec: CardSpec) -> DemoCard:
    return DemoCard(spec.name, spec.document, spec.holder, dict(spec.secrets), spec.about_ja, spec.about_en)


@functools.lru_cache(maxsize=64)
def _faults(name: str) -> tuple[DemoFault, ...]:
    return tuple(DemoFault(spec.name, spec.ja, spec.en) for spec in faults_for(name))
