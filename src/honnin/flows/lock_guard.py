"""The lock guard: this program never locks a customer's card (design §4; mynumber-card.md §3, drivers-licence.md §5).

It sits between a dialogue and the card and watches every VERIFY, whichever document it is of:

- no secret goes to the card before the card has said how many tries are left;
- with one try left it goes only if the holder said yes to that (`last_try`); with none it does not go;
- a secret that the card called wrong is never sent to the same reference again, for as long as the guard lives: one
  visit. What is remembered is a salted hash, in memory;
- nothing is ever sent twice by itself.

Dialogues keep the same rules themselves, so that they hold behind a relay too; this is the second lock on the door. A
secret inside secure messaging cannot be seen from here: `LockGuard.refuse` and `.remember` are for those who send it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from honnin.apdu import PinSlot, SecretSource, Transceiver
from honnin.core.clock import Random
from honnin.core.errors import CallerError, CardError

__all__ = ["GuardedLink", "LockGuard", "tries_in"]

_SELECT, _VERIFY, _CHANGE = 0xA4, 0x20, 0x24
_BLOCKED = frozenset({0x6983, 0x6984})
_CURRENT_FILE = 0x80
MAX_REMEMBERED = 256


def tries_in(sw: int) -> int | None:
    """Remaining tries in a status word: 63Cx -> x, blocked -> 0, anything else None (mynumber-card.md §3.2, §3.3)."""
    if sw & 0xFFF0 == 0x63C0:
        return sw & 0x0F
    return 0 if sw in _BLOCKED else None


class LockGuard:
    """What one visit remembers: hashes of wrong secrets by application and reference. Not shared between visits."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._salt = b""
        self._wrong: set[bytes] = set()

    def refuse(self, reference: bytes, secret: bytes) -> None:
        """Raises CallerError `card.pin.same_wrong` if the card has called this secret wrong before."""
        if self._mark(reference, secret) in self._wrong:
            raise CallerError("card.pin.same_wrong", "this secret was wrong before; it is not sent again")

    def remember(self, reference: bytes, secret: bytes) -> None:
        """The card called this secret wrong."""
        if len(self._wrong) >= MAX_REMEMBERED:
            raise CallerError("card.pin.too_many", "too many wrong secrets in one visit")
        self._wrong.add(self._mark(reference, secret))

    def other_card(self) -> None:
        """The operator says that another card lies there now: what was wrong for the last one is forgotten."""
        self._wrong.clear()

    def _mark(self, reference: bytes, secret: bytes) -> bytes:
        self._salt = self._salt or self._random(32)
        return hmac.digest(self._salt, len(reference).to_bytes(2, "big") + reference + secret, "sha256")


class GuardedLink:
    """A Transceiver and a SecretSource around those of the edge, for one connection to one card."""

    def __init__(
        self, link: Transceiver, secrets: SecretSource, guard: LockGuard, *, last_try: bool = False,
        on_secret: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        """`last_try`: the holder said yes to spending a last try in this reading. `on_secret` is called before each
        secret that leaves.
        """
        self._link = link
        self._secrets = secrets
        self._guard = guard
        self._last_try = last_try
        self._on_secret = on_secret
        self._application = b""
        self._file = b""
        self._tries: dict[bytes, int] = {}
        self.secrets_sent = 0

    def secrets(self, slot: PinSlot, /) -> bytes:
        """Asks the edge for the secret; whatever it answers must fit the slot. Raises CallerError `card.pin.format`."""
        secret = self._secrets(slot)
        allowed = b"0123456789" if slot.alphabet == "digits" else b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        if len(secret) not in slot.length or any(octet not in allowed for octet in secret):
            raise CallerError("card.pin.format", "the secret does not have the right length or characters")
        return secret

    def transceive(self, command: bytes, /) -> bytes:
        """One exchange, if it may happen."""
        if len(command) < 4 or command[0] & 0x0C or command[1] not in (_SELECT, _VERIFY, _CHANGE):
            return self._link.transceive(command)
        if command[1] == _SELECT:
            answer = self._link.transceive(command)
            self._follow(command, answer)
            return answer
        if command[1] == _CHANGE:
            raise CallerError("card.pin.change", "this program never changes a secret on a card")
        return self._verify(command)

    def _follow(self, command: bytes, answer: bytes) -> None:
        if answer[-2:-1] != b"\x90" and answer[-2:-1] != b"\x61":
            return
        name = command[5 : 5 + command[4]] if len(command) > 5 else b""
        if command[2] == 0x02:
            self._file = name
        else:  # an application, or the master file
            self._application, self._file = name, b""

    def _verify(self, command: bytes) -> bytes:
        reference = self._reference(command[3])
        secret = _data(command)
        if secret:
            self._may_send(reference, secret)
        answer = self._link.transceive(command)
        left = tries_in(int.from_bytes(answer[-2:], "big"))
        if left is not None:
            self._tries[reference] = left
        elif secret:
            self._tries.pop(reference, None)  # right, or an answer that says nothing: ask again before the next
        if secret and answer[-2:] != b"\x90\x00":
            self._guard.remember(reference, secret)
        return answer

    def _may_send(self, reference: bytes, secret: bytes) -> None:
        left = self._tries.get(reference)
        if left is None:
            raise CallerError("card.pin.tries_unknown", "the card was not asked how many tries are left")
        if left <= 0:
            raise CardError("card.pin.blocked", "this secret is blocked", tries_left=0)
        if left == 1 and not self._last_try:
            raise CardError("card.pin.last_try", "only one try is left", tries_left=1)
        self._guard.refuse(reference, secret)
        if self._on_secret is not None:
            self._on_secret()
        self.secrets_sent += 1

    def _reference(self, p2: int) -> bytes:
        """Application and short file id of the secret, however it is addressed (P2 = 80: the file selected before)."""
        short = self._file[-1] & 0x1F if p2 == _CURRENT_FILE and self._file else p2 & 0x1F
        return self._application + bytes([short])


def _data(command: bytes) -> bytes:
    """The data field of a VERIFY, b"" when it only asks for the tries."""
    body = command[4:]
    if len(body) < 2:
        return b""
    if body[0]:
        return body[1 : 1 + body[0]]
    return body[3 : 3 + int.from_bytes(body[1:3], "big")] if len(body) > 3 else b""
