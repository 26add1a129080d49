"""What can go wrong between a chip and its reader, the same for every document: slow, lifted, garbage, error, short.

Why it exists: these switches belong to the way, not to a document; a chip only says what it answers.
"""

from __future__ import annotations

from collections.abc import Callable

from honnin_virtual.card import CardGone, Sleep
from honnin_virtual.faults import Faults

__all__ = ["GET_UID", "Exchanges", "read_command"]

GET_UID = b"\xff\xca\x00\x00\x00"
"""The pseudo-command of PC/SC part 3 that a reader answers with the card's identifier (type B: the PUPI)."""


class Exchanges:
    """Counts exchanges from 1 at each reset and lets happen what the faults say."""

    def __init__(self, faults: Faults, random: Callable[[int], bytes], sleep: Sleep) -> None:
        self._faults = faults
        self._random = random
        self._sleep = sleep
        self._pupi: bytes | None = None
        self._count = 0
        self._gone = False

    def reset(self) -> None:
        """Taken off the reader and put on again."""
        self._pupi = None
        self._count = 0
        self._gone = False

    def run(self, apdu: bytes, answer: Callable[[bytes], bytes]) -> bytes:
        """One exchange. A card lifted at it has done what it was told; only the answer is lost (CardGone)."""
        if self._gone:
            raise CardGone
        self._count += 1
        faults = self._faults
        if faults.delay_s > 0:
            self._sleep(faults.delay_s)
        octets = self._uid() if apdu == GET_UID else answer(apdu)
        if faults.removed_at == self._count:
            self._gone = True
            raise CardGone
        if faults.garbage_at == self._count:
            return self._random(1 + len(octets) // 2) + self._random(1)
        if faults.error_at == self._count:
            return b"\x6f\x00"
        return octets

    def _uid(self) -> bytes:
        """The PUPI is random, new at each activation: it identifies nothing."""
        if self._pupi is None:
            self._pupi = self._random(4)
        return self._pupi + b"\x90\x00"


def read_command(data: bytes, le: int, faults: Faults, *, plain: bool) -> tuple[bytes, int]:
    """What READ BINARY gives of `data` (from the offset to the end of the file): octets and status word.

    A card or a reader with a limit returns less; one that wants the exact length says it with 6Cxx (in plain only).
    """
    count = min(le, len(data), faults.read_limit or len(data))
    if plain and faults.exact_length and count != le and count <= 256:
        return b"", 0x6C00 | count & 0xFF
    return data[:count], 0x9000
