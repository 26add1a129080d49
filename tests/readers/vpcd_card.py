"""A card of the test's own on the virtual reader: any function from command octets to answer octets.

Frames of vpcd (stack.md §6): length in two octets, then data; one octet from the reader is control
(0 off, 1 on, 2 reset, 4 asks for the ATR), anything longer a command APDU.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from honnin.core.errors import LinkError

ATR = bytes.fromhex("3b80800101")
PORTS = (35963, 35964)


class LiftedError(LinkError):
    """Raised by a chip function: the card is lifted now."""

    def __init__(self) -> None:
        super().__init__("link.card_removed", "lifted")


class VpcdCard:
    """`with VpcdCard(chip, slot=0):` lays the card down and takes it off at the end."""

    def __init__(
        self,
        chip: Callable[[bytes], bytes],
        *,
        slot: int = 0,
        atr: bytes = ATR,
        quick: bool = True,
        on_reset: Callable[[], None] = lambda: None,
    ) -> None:
        self.chip = chip
        self.on_reset = on_reset
        self.atr = atr
        self.quick = quick
        self.controls: list[int] = []
        self.commands: list[bytes] = []
        self.error: BaseException | None = None
        self._socket = socket.create_connection(("127.0.0.1", PORTS[slot]), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(None)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.lift()
        self._thread.join(15)
        if self.error is not None and value is None:
            raise self.error

    def lift(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _take(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            if self.quick and hasattr(socket, "TCP_QUICKACK"):
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            piece = self._socket.recv(count - len(data))
            if not piece:
                raise ConnectionError
            data += piece
        return data

    def _serve(self) -> None:
        try:
            while True:
                frame = self._take(int.from_bytes(self._take(2), "big"))
                if len(frame) == 1:
                    self.controls.append(frame[0])
                    if frame[0] != 4:
                        self.on_reset()
                        continue
                    answer = self.atr
                else:
                    self.commands.append(frame)
                    answer = self.chip(frame)
                self._socket.sendall(len(answer).to_bytes(2, "big") + answer)
        except LinkError:  # a chip that is lifted
            self.lift()
        except OSError:
            pass
        except BaseException as error:  # noqa: BLE001
            self.error = error
            self.lift()
