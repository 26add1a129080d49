"""A file on its way from the card (drivers-licence.md §3, §18 rows 1 and 2).

Long answers are cut by readers and telephones, not by the card, and with 9000: 84, 250 and 400 octets were seen. So
what is not there yet is asked for again from where the last answer ended, in pieces of what came through.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from honnin.apdu import ANY, OK, Command, Response
from honnin.cards.licence.files import LicenceFile
from honnin.facts import Refusal

__all__ = ["Download"]

BLOCK = 0xE0  # octets that came through everywhere (§18 row 1)
MAX_ROUNDS = 10
MIN_BLOCK = 48  # a card that gives less makes no progress and is given up
_PAST_THE_END = 0x6B00
_END_REACHED = 0x6282
_WHY = {0x6A82: "missing", 0x6982: "protected"}


@dataclass(slots=True)
class Download:
    """What has come of one file, or why it will not come. `plan` gives commands, `take` uses their answers in order."""

    file: LicenceFile
    data: bytes = b""
    ended: bool = False  # the card said that there is no more
    refusal: Refusal | None = None
    cautious: bool = False  # SELECT and short reads only
    rounds: int = 0
    block: int = 0  # 0: as much as is wanted
    _lost: bool = field(default=False, repr=False)

    @property
    def complete(self) -> bool:
        """All octets are there: the whole size, or as many as the card has."""
        return bool(self.data) and (self.ended or len(self.data) >= self.file.size)

    @property
    def settled(self) -> bool:
        """Nothing more to ask for."""
        return self.complete or self.refusal is not None

    def plan(self, *, extended: bool) -> list[tuple[Command, int | None]]:
        """(command, offset it reads from, or None for SELECT), empty when settled."""
        if self.settled:
            return []
        self.rounds += 1
        self._lost = False
        wide = extended and not self.cautious
        block = self.block or (self.file.size if wide else BLOCK)
        if not wide:
            block = min(block, BLOCK)
        start, size = len(self.data), self.file.size
        steps: list[tuple[Command, int | None]] = []
        if start == 0 and wide and self.file.sfi is not None:
            steps.append((self._read_short_id(min(block, size)), 0))
            start = block
        else:
            steps.append((self._select(), None))
        for offset in range(start, size, block):
            steps.append((self._read(offset, min(block, size - offset), extended=wide), offset))  # noqa: PERF401
        return steps

    def take(self, offset: int | None, answer: Response) -> None:
        """Use one answer. Never raises; what is wrong with the file becomes its refusal."""
        if self.settled or self._lost:
            return
        if not answer.ok and not (answer.sw == _END_REACHED and answer.data):
            self._lost = True
            self._refused(offset, answer.sw)
            return
        if offset is None or offset != len(self.data):
            return  # SELECT; or an earlier piece came short and this one is asked for again
        if not answer.data:
            self._end(answer.sw)
            return
        self.data = (self.data + answer.data)[: self.file.size]
        if len(self.data) < self.file.size:
            # Short, or a block as asked for: either way this much comes through.
            self.block = max(len(answer.data), MIN_BLOCK)
            self.ended = answer.sw == _END_REACHED

    def end_round(self) -> None:
        """After the answers of a round: give up on a file that does not come to an end."""
        if not self.settled and self.rounds >= MAX_ROUNDS:
            self.refusal = Refusal(self.file.name, None, "card.file.truncated")

    def _end(self, sw: int) -> None:
        self.ended = True
        if not self.data:
            self.refusal = Refusal(self.file.name, sw, "card.file.empty")

    def _refused(self, offset: int | None, sw: int) -> None:
        if sw == _PAST_THE_END and offset is not None and self.data:
            if offset == len(self.data):
                self.ended = True
            return
        if sw not in _WHY and not self.cautious:
            self.cautious, self.data, self.block = True, b"", 0
            return
        self.refusal = Refusal(self.file.name, sw, f"card.file.{_WHY.get(sw, 'refused')}")

    def _select(self) -> Command:
        return Command(
            0x00, 0xA4, 0x02, 0x0C, self.file.fid.to_bytes(2, "big"), accept=ANY, note=self.file.name
        )  # fmt: skip

    def _read_short_id(self, le: int) -> Command:
        sfi = 0x80 | (self.file.sfi or 0)
        return Command(0x00, 0xB0, sfi, 0x00, le=le, accept=ANY, extended=le > 256, note=self.file.name)

    def _read(self, offset: int, le: int, *, extended: bool) -> Command:
        # Where the end is not known, the batch ends with the file; the rest of it follows in the next one.
        accept = OK if self.file.variable and offset else ANY
        return Command(
            0x00, 0xB0, offset >> 8, offset & 0xFF, le=le, accept=accept, extended=extended and le > 256,
            note=self.file.name,
        )  # fmt: skip
