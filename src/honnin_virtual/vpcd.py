"""A virtual card on a virtual PC/SC reader: the client side of vpcd's TCP protocol (vsmartcard).

Why it exists: other people's programs (pcscd, OpenSC, a browser's reader bridge) should meet the virtual cards as if
they lay on a reader. vpcd is the reader; a card connects to it and answers.

Frames, both ways: two octets of length (big-endian), then that many octets. From the reader one octet is a control
code, anything longer a command APDU:

    0 power off   1 power on   2 reset   (no answer)        4 asks for the answer to reset

vpcd writes length and data apart, so Linux's delayed acknowledgement costs 44 ms an APDU unless TCP_QUICKACK is armed
again before every receive.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

from honnin.core.errors import HonninError, LinkError
from honnin_virtual.card import CardGone, VirtualCard

__all__ = ["DEFAULT_PORT", "Wire", "serve"]

DEFAULT_PORT = 35_963
MAX_FRAME = 0xFFFF
_POLL_SECONDS = 0.5
_CONNECT_SECONDS = 5.0
_AWAY_SECONDS = 1.5  # how long a lifted card stays away: pcscd looks about once a second
_OFF, _ON, _RESET, _ATR = 0, 1, 2, 4
_INTERNAL_ERROR = b"\x6f\x00"


class _ReaderGoneError(LinkError):
    """The reader closed the connection (pcscd stopped). Never leaves this module."""

    def __init__(self) -> None:
        super().__init__("vpcd.closed", "the virtual reader closed the connection")


class Wire:
    """Frames on a connected socket. `stopping` is asked before each frame and each half second without one.

    Both, because pcscd asks for the answer to reset every 0.4 s for as long as nobody uses the card.
    """

    def __init__(self, connection: socket.socket, stopping: Callable[[], bool] = lambda: False) -> None:
        self._connection = connection
        self._stopping = stopping

    def receive(self) -> bytes | None:
        """The next frame, 0..65,535 octets; None when asked to stop. Raises LinkError `vpcd.closed`."""
        head = None if self._stopping() else self._exactly(2)
        return None if head is None else self._exactly(int.from_bytes(head, "big"))

    def send(self, frame: bytes) -> None:
        """One frame. Raises LinkError `vpcd.closed` when the reader is gone, or when it has more than 65,535 octets."""
        if len(frame) > MAX_FRAME:
            raise _ReaderGoneError
        try:
            self._connection.sendall(len(frame).to_bytes(2, "big") + frame)
        except OSError as error:
            raise _ReaderGoneError from error

    def _exactly(self, count: int) -> bytes | None:
        data = bytearray()
        while len(data) < count:
            self._acknowledge_at_once()
            try:
                part = self._connection.recv(count - len(data))
            except TimeoutError:
                if self._stopping():
                    return None
                continue
            except OSError as error:
                raise _ReaderGoneError from error
            if not part:
                raise _ReaderGoneError
            data += part
        return bytes(data)

    def _acknowledge_at_once(self) -> None:
        option = getattr(socket, "TCP_QUICKACK", None)  # Linux only
        if option is not None and self._connection.family in {socket.AF_INET, socket.AF_INET6}:
            self._connection.setsockopt(socket.IPPROTO_TCP, option, 1)


def answer_frames(card: VirtualCard, wire: Wire) -> None:
    """Be the card on this connection until asked to stop. Raises CardGone and LinkError `vpcd.closed`."""
    card.reset()
    while (frame := wire.receive()) is not None:
        if len(frame) > 1:
            wire.send(_process(card, frame))
        elif frame == bytes([_ATR]):
            wire.send(card.atr)
        elif frame in {bytes([_OFF]), bytes([_ON]), bytes([_RESET])}:
            card.reset()
        # No other control code is known: nothing is answered, as the reader expects nothing.


def _process(card: VirtualCard, frame: bytes) -> bytes:
    answer = card.process(frame)
    return answer if len(answer) <= MAX_FRAME else _INTERNAL_ERROR


def serve(
    card: VirtualCard,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    *,
    stop: threading.Event | None = None,
    on_event: Callable[[str], None] = lambda _: None,
) -> None:
    """Be that card until `stop` is set (or KeyboardInterrupt goes through).

    Connects again when the reader's daemon restarts and when a fault lifted the card. `on_event` is told "connected",
    "reader_gone" and "card_removed". Raises LinkError `vpcd.unreachable` when nothing listens at the first attempt.
    """
    stop = stop or threading.Event()
    connection: socket.socket | None = _connect(host, port)
    while not stop.is_set():
        if connection is None:
            stop.wait(_POLL_SECONDS)
            try:
                connection = _connect(host, port)
            except LinkError:
                continue
        on_event("connected")
        try:
            with connection:
                answer_frames(card, Wire(connection, stop.is_set))
        except CardGone:
            on_event("card_removed")
            stop.wait(_AWAY_SECONDS)
        except HonninError:
            on_event("reader_gone")
        connection = None


def _connect(host: str, port: int) -> socket.socket:
    try:
        connection = socket.create_connection((host, port), timeout=_CONNECT_SECONDS)
        connection.settimeout(_POLL_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (OSError, OverflowError, UnicodeError) as error:
        raise LinkError(
            "vpcd.unreachable", f"no virtual reader listens at {host}:{port}", detail=type(error).__name__
        ) from error
    return connection
