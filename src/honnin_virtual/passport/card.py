"""A virtual passport on the reader: the chip, its files by name, its answer to reset, what goes wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from honnin_virtual.card import CardGone, Sleep
from honnin_virtual.faults import Faults
from honnin_virtual.passport.chip import PassportChip

__all__ = ["VirtualPassport"]

_GARBAGE_LENGTH = 24


class VirtualPassport:
    """Implements `honnin_virtual.card.VirtualCard`."""

    def __init__(
        self,
        name: str,
        chip: PassportChip,
        *,
        files: Mapping[str, bytes],
        atr: bytes,
        mrz: str,
        can: str,
        faults: Faults,
        random: Callable[[int], bytes],
        sleep: Sleep,
    ) -> None:
        self.name = name
        self.document = "passport"
        self.files = files
        self.atr = atr
        self.mrz = mrz  # two lines of 44 characters
        self.can = can  # six digits, or "" when none is printed
        self.faults = faults
        self._chip = chip
        self._random = random
        self._sleep = sleep
        self._exchange = 0

    def reset(self) -> None:
        """Taken off the reader and put on again: no state survives, exchanges are counted from 1."""
        self._chip.reset()
        self._exchange = 0

    def process(self, apdu: bytes, /) -> bytes:
        """One exchange. Raises CardGone from the exchange `faults.removed_at` on, until `reset`."""
        faults = self.faults
        self._exchange += 1
        if faults.delay_s:
            self._sleep(faults.delay_s)
        if faults.removed_at is not None and self._exchange >= faults.removed_at:
            self._chip.reset()
            raise CardGone
        answer = self._chip.answer(apdu)
        if self._exchange == faults.garbage_at:
            return self._random(_GARBAGE_LENGTH) + b"\x90\x00"
        if self._exchange == faults.wrong_mac_at and len(answer) >= 12:
            # The MAC is the last data object: eight octets before the status word.
            return answer[:-3] + bytes([answer[-3] ^ 0x01]) + answer[-2:]
        return answer
