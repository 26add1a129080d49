"""The files of a passport chip and how they are addressed (passport.md §2.1, §2.3, §3; Doc 9303-10 §3.11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from honnin.apdu import OK, Command, Response
from honnin.core.errors import CardError
from honnin.core.tlv import TlvError, encode, parse_header, parse_single
from honnin.facts import Refusal

__all__ = [
    "ATR_INFO",
    "CARD_ACCESS",
    "CARD_SECURITY",
    "COM",
    "DATA_GROUPS",
    "FILES",
    "SELECT_APPLICATION",
    "SELECT_MASTER_FILE",
    "SOD",
    "Download",
    "ElementaryFile",
    "read_by_sfi",
    "select_file",
]

MAX_FILE = 256 * 1024
MAX_PORTRAIT_FILE = 1 << 20
MAX_EVEN_OFFSET = 0x7FFF  # READ BINARY B0; beyond it B1 must be used (passport.md §2.1)
MAX_SFI_OFFSET = 0xFF
HEADER_LENGTH = 6  # enough for every tag and length of a file that is not too long

# A file may be allocated longer than it is filled: how much to ask for before its length is known.
_FIRST_ASK = 8192
_FIRST_ASK_PORTRAIT = 32768
_MISSING = frozenset({0x6A82, 0x6A83})
_DATA = frozenset({0x9000, 0x6282})
_FIRST = _DATA | _MISSING


@dataclass(frozen=True, slots=True)
class ElementaryFile:
    """Name in the Reading, file id, short id, first tag, and the longest that is read."""

    name: str
    fid: int
    sfi: int
    tag: int
    limit: int = MAX_FILE
    first_ask: int = _FIRST_ASK


# In the master file. 011C, 011D, 1C and 1D mean other files inside the application.
ATR_INFO = ElementaryFile("EF.ATR/INFO", 0x2F01, 0x01, 0)
CARD_ACCESS = ElementaryFile("EF.CardAccess", 0x011C, 0x1C, 0x31)
CARD_SECURITY = ElementaryFile("EF.CardSecurity", 0x011D, 0x1D, 0x30)
# In the eMRTD application.
COM = ElementaryFile("EF.COM", 0x011E, 0x1E, 0x60)
SOD = ElementaryFile("EF.SOD", 0x011D, 0x1D, 0x77)
_TAGS = (0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70)
DATA_GROUPS = {
    number: ElementaryFile(f"EF.DG{number}", 0x0100 + number, number, tag)
    if number != 2
    else ElementaryFile("EF.DG2", 0x0102, 2, tag, MAX_PORTRAIT_FILE, _FIRST_ASK_PORTRAIT)
    for number, tag in enumerate(_TAGS, 1)
}
# What a Plan may ask for. DG3 and DG4 (fingers, iris) are never read.
FILES = {COM.name: COM} | {each.name: each for number, each in DATA_GROUPS.items() if number not in (3, 4)}

SELECT_APPLICATION = Command(0x00, 0xA4, 0x04, 0x0C, bytes.fromhex("A0000002471001"), note="application")
SELECT_MASTER_FILE = Command(0x00, 0xA4, 0x00, 0x0C, bytes.fromhex("3F00"), note="application")


def select_file(file: ElementaryFile) -> Command:
    """SELECT EF by file id."""
    return Command(0x00, 0xA4, 0x02, 0x0C, file.fid.to_bytes(2, "big"), note=file.name)


def read_by_sfi(file: ElementaryFile, offset: int, le: int, accept: frozenset[int] = _FIRST) -> Command:
    """READ BINARY that also makes the file the current one; offset at most FF."""
    return Command(0x00, 0xB0, 0x80 | file.sfi, offset, le=le, accept=accept, note=file.name)


def _read_current(file: ElementaryFile, offset: int, le: int, accept: frozenset[int]) -> Command:
    return Command(0x00, 0xB0, offset >> 8, offset & 0xFF, le=le, accept=accept, note=file.name)


def _read_odd(file: ElementaryFile, offset: int, le: int) -> Command:
    data = encode(0x54, offset.to_bytes((offset.bit_length() + 7) // 8, "big"))
    return Command(0x00, 0xB1, 0x00, 0x00, data, le=le, accept=_DATA, note=file.name)


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a download and what its answer is for. `offset` is None for SELECT."""

    command: Command
    offset: int | None
    asked: int = 0


@dataclass(slots=True)
class Download:
    """One file on its way: what has come, how long it is, or why it will not come.

    The first read asks for as much as fits, so that a small file comes in one exchange; then the length is known from
    its first tag and the rest is planned ahead. What the chip leaves out is asked for again from where it stopped.
    """

    file: ElementaryFile
    data: bytes = b""
    total: int | None = None
    refusal: Refusal | None = None
    cautious: bool = False  # select, read the header, then exact lengths: for chips that dislike the quick way
    must: bool = False  # try the cautious way whatever the chip says

    @property
    def complete(self) -> bool:
        """All octets are there."""
        return self.total is not None and len(self.data) >= self.total

    @property
    def settled(self) -> bool:
        """Nothing more to do: complete or refused."""
        return self.complete or self.refusal is not None

    def steps(self, block: int, *, current: bool, room: int) -> Iterator[Step]:
        """The commands that are known now, at most `room`. `block` octets fit an answer (65536: no limit known);
        `current` says whether the file is the selected one.
        """
        if self.total is None:
            yield from self._first_steps(block)
            return
        start = len(self.data)
        if not current and start <= MAX_SFI_OFFSET and not self.cautious:
            asked = min(block, self.total - start)
            yield Step(read_by_sfi(self.file, start, asked, _DATA), start, asked)
            start += asked
            room -= 1
        elif not current:
            yield Step(select_file(self.file), None)
            room -= 1
        while start < self.total and room > 0:
            rest = self.total - start
            if start <= MAX_EVEN_OFFSET:
                asked = min(block, rest, MAX_EVEN_OFFSET + 1 - start)
                yield Step(_read_current(self.file, start, asked, _DATA), start, asked)
            else:
                # Some chips count the header of DO 53 into Le, some do not: leave room for both.
                asked = max(min(block - 8, rest), 1)
                yield Step(_read_odd(self.file, start, asked + len(encode(0x53, bytes(asked))) - asked), start, asked)
            start += asked
            room -= 1

    def _first_steps(self, block: int) -> Iterator[Step]:
        if self.cautious:
            yield Step(select_file(self.file), None)
            yield Step(_read_current(self.file, 0, HEADER_LENGTH, _DATA), 0, HEADER_LENGTH)
        else:
            asked = block if block > 65535 else min(block, self.file.first_ask)
            yield Step(read_by_sfi(self.file, 0, asked), 0, asked)

    def take(self, step: Step, answer: Response) -> bool:
        """Use an answer to one of `steps`. Returns whether the file is selected now.

        Raises CardError `card.file.too_long`. Everything else that is wrong ends the file with a refusal.
        """
        if answer.sw not in (OK if step.offset is None else _DATA):
            self._refuse(answer.sw)
            return False
        if step.offset is None:
            return True
        piece = answer.data
        if step.command.ins & 1:
            try:
                wrapped = parse_single(piece)
            except TlvError:
                wrapped = None
            if wrapped is None or wrapped.tag != 0x53:
                self._malformed("card.file.malformed", answer.sw)
                return True
            piece = wrapped.value
        if step.offset > len(self.data):
            return True  # an earlier piece came short: this one is asked for again
        fresh = piece[len(self.data) - step.offset :]
        self.data += fresh
        if self.total is None:
            self._measure(answer.sw)
        if self.total is not None and not self.complete and not piece:
            # 6282 with data is no proof of the end: chips also say it when they give less than was asked.
            self._malformed("card.file.truncated", answer.sw)
        if self.total is not None:
            self.data = self.data[: self.total]
        return True

    def _measure(self, sw: int) -> None:
        try:
            tag, header, length = parse_header(self.data)
        except TlvError:
            self._malformed("card.file.malformed", sw)
            return
        if tag != self.file.tag:
            self._malformed("card.file.malformed", sw)
            return
        if header + length > self.file.limit:
            raise CardError("card.file.too_long", "a file says that it is longer than it may be", self.file.name)
        self.total = header + length

    def _malformed(self, code: str, sw: int) -> None:
        self.refusal = Refusal(self.file.name, sw, code)

    def _refuse(self, sw: int) -> None:
        quiet = sw in _MISSING or sw == 0x6982
        if not self.cautious and (self.must or not quiet):
            self.cautious = True  # perhaps the short file id or the length was the reason
            return
        code = "missing" if sw in _MISSING else "protected" if sw == 0x6982 else "refused"
        self.refusal = Refusal(self.file.name, sw, f"card.file.{code}")

    def lose(self, sw: int | None) -> None:
        """The chip ended secure messaging over this file."""
        self.refusal = Refusal(self.file.name, sw, "card.file.refused")
