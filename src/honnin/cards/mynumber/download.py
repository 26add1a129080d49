"""A file on its way from the card, in as few batches as possible (mynumber-card.md §1.3, §6.1)."""

from __future__ import annotations

from dataclasses import dataclass

from honnin.apdu import ANY, Command, Response
from honnin.cards.mynumber import commands
from honnin.cards.mynumber.applications import CardFile
from honnin.core.tlv import TlvError, parse_header
from honnin.facts import Refusal

__all__ = ["Download"]

BLOCK = 256
WHOLE = 65536  # extended Le 0000: the whole EF in one answer
MAX_ROUNDS = 8
_MISSING = 0x6A82
_PROTECTED = 0x6982
_PAST_THE_END = 0x6B00


@dataclass(slots=True)
class Download:
    """What has come of one file, how long it is, or why it will not come.

    `plan` gives commands that are known now; `take` uses their answers in the same order. A file that the card does
    not give by short identifier or in one piece is tried once more the slow way (SELECT, short reads).
    """

    file: CardFile
    data: bytes = b""
    total: int | None = None
    refusal: Refusal | None = None
    cautious: bool = False
    rounds: int = 0
    lost: bool = False  # a command of this round was refused: what follows it may be of another file

    @property
    def complete(self) -> bool:
        """All octets are there."""
        return self.total is not None and len(self.data) >= self.total

    @property
    def settled(self) -> bool:
        """Nothing more to ask for."""
        return self.complete or self.refusal is not None

    def plan(self, *, extended: bool) -> list[tuple[Command, int | None]]:
        """(command, offset it reads from or None for SELECT), not empty unless settled."""
        if self.settled:
            return []
        self.rounds += 1
        self.lost = False
        file = self.file
        start = len(self.data)
        end = self.total if self.total is not None else max(file.usual, start + BLOCK)
        select: list[tuple[Command, int | None]] = [(commands.select_ef(file.fid, ANY), None)]
        if extended and not self.cautious:
            if start == 0:
                return [(commands.read_short(file, WHOLE if file.tag else file.usual, extended=True), 0)]
            return [*select, (commands.read_current(file, start, end - start, extended=True), start)]
        steps: list[tuple[Command, int | None]] = []
        if self.cautious or start:
            steps = select
        for offset in range(start, end, BLOCK):
            size = min(BLOCK, end - offset)
            if offset == 0 and not self.cautious:
                steps.append((commands.read_short(file, size), 0))
            else:
                steps.append((commands.read_current(file, offset, size), offset))
        return steps

    def take(self, offset: int | None, answer: Response) -> None:
        """Use one answer. Never raises; what is wrong with the file becomes its refusal."""
        if self.settled or self.lost:
            return
        if not answer.ok:
            self.lost = True
            self._refused(offset, answer.sw)
            return
        if offset is None or offset != len(self.data):
            return  # SELECT; or an earlier piece came short and this one is asked for again
        self.data += answer.data
        if self.total is None:
            self._measure()
        if self.total is not None:
            self.data = self.data[: self.total]

    def end_round(self) -> None:
        """After the answers of a round: give up on a file that does not come to an end."""
        if not self.settled and self.rounds >= MAX_ROUNDS:
            self.refusal = Refusal(self.file.name, None, "card.file.truncated")

    def _measure(self) -> None:
        if self.file.tag == 0:
            self.total = self.file.usual
            return
        try:
            tag, header, length = parse_header(self.data)
        except TlvError:
            if len(self.data) >= 6:
                self.refusal = Refusal(self.file.name, 0x9000, "card.file.malformed")
            return
        if tag != self.file.tag:
            self.refusal = Refusal(self.file.name, 0x9000, "card.file.malformed")
        elif header + length > self.file.limit:
            self.refusal = Refusal(self.file.name, 0x9000, "card.file.too_long")
        else:
            self.total = header + length

    def _refused(self, offset: int | None, sw: int) -> None:
        if sw == _PAST_THE_END and offset:
            # Asked for more than there is: harmless when the length was a guess, the end of the file when it was not.
            if self.total is not None and offset == len(self.data):
                self.refusal = Refusal(self.file.name, sw, "card.file.truncated")
            return
        final = sw in (_MISSING, _PROTECTED)
        if not self.cautious and not final:
            self.cautious = True
            self.data, self.total = b"", None
            return
        why = "missing" if sw == _MISSING else "protected" if sw == _PROTECTED else "refused"
        self.refusal = Refusal(self.file.name, sw, f"card.file.{why}")
