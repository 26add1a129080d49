"""The files of both generations and how they are read (residence-card.md §1.4 to §1.6, §2, §3.5, §5.4, §6.1).

"EF01" and so on are names; short file identifiers are other numbers. Names in the Reading are "MF.EF02", "DF1.EF01".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from honnin.apdu import ANY, Command
from honnin.cards.residence.plan import WHOLE
from honnin.core.tlv import TlvError
from honnin.core.two_octet_tlv import parse_header
from honnin.facts import Refusal

__all__ = [
    "CARD_TYPE", "GENERATIONS", "MAX_FILE", "SELECT_AP", "SELECT_MF", "SPECIFIED", "VERSION", "CardFile", "Download",
    "Folder", "Step", "folders_of", "read_free", "select_folder",
]  # fmt: skip

MAX_FILE = 16 * 1024  # the longest published file has 7,004 octets
MAX_OFFSET = 0x7FFF
MAX_ROUNDS = 120  # a card that gives 64 octets at a time still comes to an end
MAX_STEPS = 256
MAX_OBJECTS = 32
_END = 0x6B00
_MISSING = 0x6A82
_PROTECTED = 0x6982
_DATA = frozenset({0x9000, 0x6282})


@dataclass(frozen=True, slots=True)
class CardFile:
    """Name in the Reading, short file identifier with bit 8 (P1 of READ BINARY), octets of a full file."""

    name: str
    p1: int
    capacity: int
    secured: bool = True  # read in secure messaging


@dataclass(frozen=True, slots=True)
class Folder:
    """A DF: its AID and its files."""

    name: str
    aid: bytes
    files: tuple[CardFile, ...]


def _aid(number: int) -> bytes:
    return bytes.fromhex("D392F0004F") + bytes([number]) + bytes(10)


SELECT_MF = Command(0x00, 0xA4, 0x00, 0x00, bytes.fromhex("3F00"), accept=ANY, note="recognise")
SELECT_AP = Command(0x00, 0xA4, 0x04, 0x0C, _aid(1), note="recognise")  # 在留AP: specified cards only [single]
VERSION = CardFile("MF.EF01", 0x8B, 6)
CARD_TYPE = CardFile("MF.EF02", 0x8A, 4)

# Value of C1 -> generation (§0). Specified cards are known by name only (§7).
GENERATIONS = {"1": 1, "2": 1, "05": 2, "06": 2}
SPECIFIED = frozenset({"07", "08"})

# DF3 holds nothing about the holder but the signature over his data: plain, as the official example reads it (§5.1).
# DF2 may be read either way after authentication; the address goes in secure messaging, for the air is public.
_DF3_1 = Folder("DF3", _aid(4), (CardFile("DF3.EF01", 0x82, 1464, secured=False),))
_DF3_2 = Folder("DF3", _aid(4), (CardFile("DF3.EF01", 0x82, 704, secured=False),))
_ADDRESS = CardFile("DF2.EF01", 0x81, 342)
_FIRST = (Folder("DF1", _aid(2), (CardFile("DF1.EF01", 0x85, 7004), CardFile("DF1.EF02", 0x86, 3004))),)
_FILES: dict[str, tuple[Folder, ...]] = {
    "1": (
        *_FIRST,
        Folder("DF2", _aid(3), (
            _ADDRESS, CardFile("DF2.EF02", 0x82, 122), CardFile("DF2.EF03", 0x83, 122), CardFile("DF2.EF04", 0x84, 3),
        )),
        _DF3_1,
    ),
    "2": (*_FIRST, Folder("DF2", _aid(3), (_ADDRESS,)), _DF3_1),
    "05": (
        Folder("DF1", _aid(2), (
            CardFile("DF1.EF01", 0x81, 14), CardFile("DF1.EF02", 0x83, 73), CardFile("DF1.EF03", 0x84, 5508),
            CardFile("DF1.EF04", 0x86, 2505),
        )),
        Folder("DF2", _aid(3), (
            CardFile("DF2.EF01", 0x81, 22), CardFile("DF2.EF02", 0x82, 3), CardFile("DF2.EF03", 0x83, 207),
        )),
        _DF3_2,
    ),
    "06": (
        Folder("DF1", _aid(2), (
            CardFile("DF1.EF01", 0x81, 14), CardFile("DF1.EF02", 0x83, 46), CardFile("DF1.EF03", 0x84, 5508),
            CardFile("DF1.EF04", 0x86, 2505),
        )),
        Folder("DF2", _aid(3), (CardFile("DF2.EF01", 0x83, 207),)),
        _DF3_2,
    ),
}  # fmt: skip


def folders_of(card_type: str) -> tuple[Folder, ...]:
    """The folders of a card of that type, one of GENERATIONS."""
    return _FILES[card_type]


def select_folder(folder: Folder) -> Command:
    """SELECT by the 16 octets of its name, no answer data (§1.4)."""
    return Command(0x00, 0xA4, 0x04, 0x0C, folder.aid, note=folder.name)


def read_free(file: CardFile, *, extended: bool, accept: frozenset[int] = ANY) -> Command:
    """READ BINARY of a whole small file that needs nothing. Never with a fixed length (§1.5)."""
    le = WHOLE if extended else 256
    return Command(0x00, 0xB0, file.p1, 0x00, le=le, accept=accept, extended=extended, note=file.name)


@dataclass(frozen=True, slots=True)
class Step:
    """One read: a plain command and how it goes out. `asked` 65536: to the end of the file."""

    command: Command
    offset: int
    asked: int


@dataclass(slots=True)
class Download:
    """One file on its way. Offsets count plain octets; every piece is padded by itself (§5.4).

    Files are always as long as their capacity says, but a card that gives less at a time, and a file that is shorter
    or longer than this release knows, come to an end too: by the card's word that there is nothing behind.
    """

    file: CardFile
    data: bytes = b""
    ended: bool = False
    refusal: Refusal | None = None
    secured: bool = True
    rounds: int = 0
    largest: int = 0  # what the card gives at most, once it gave less than asked

    @property
    def settled(self) -> bool:
        """Nothing more to ask for."""
        return self.refusal is not None or self.ended or len(self.data) >= self._wanted()

    def steps(self, piece: int, *, extended: bool) -> Iterator[Step]:
        """The reads that are known now, in order. The first one makes the file the current one."""
        self.rounds += 1
        if self.largest:
            piece = min(piece, self.largest)
        start, end = len(self.data), self._wanted()
        if start > 0xFF:
            # Beyond 255 only the current file has an offset: one octet by short identifier makes it that.
            yield Step(self._command(self.file.p1, 0, 1, extended=extended), 0, 1)
        first = True
        for _ in range(MAX_STEPS):
            asked = WHOLE if piece == WHOLE else max(min(piece, end - start), 1)
            by_identifier = first and start <= 0xFF
            p1, p2 = (self.file.p1, start) if by_identifier else divmod(start, 0x100)
            yield Step(self._command(p1, p2, asked, extended=extended), start, asked)
            first = False
            start += asked
            if start >= end or start > MAX_OFFSET:
                return

    def _command(self, p1: int, p2: int, asked: int, *, extended: bool) -> Command:
        return Command(0x00, 0xB0, p1, p2, le=asked, accept=ANY, extended=extended, note=self.file.name)

    def _wanted(self) -> int:
        """Octets to come: the capacity, or as far as the objects that began say."""
        return min(max(self.file.capacity, _objects_end(self.data)), MAX_FILE)

    def take(self, step: Step, data: bytes, sw: int) -> None:
        """Use the answer to one of `steps`, already in plain. Never raises."""
        if self.settled:
            return
        if sw not in _DATA:
            self._refused(step, sw)
            return
        if step.offset != len(self.data):
            return  # a piece before it came short; or the octet that selected the file
        if len(self.data) + len(data) > MAX_FILE:
            self.refusal = Refusal(self.file.name, sw, "card.file.too_long")
            return
        if not data:
            self.ended = True
            self._finish(sw)
            return
        self.data += data
        if len(data) < step.asked and not self.settled:
            self.largest = len(data)

    def end_round(self) -> None:
        """After the answers of a round: give up on a file that does not come to an end."""
        if not self.settled and self.rounds >= MAX_ROUNDS:
            self.refusal = Refusal(self.file.name, None, "card.file.truncated")

    def _refused(self, step: Step, sw: int) -> None:
        if sw == _END:
            if step.offset == len(self.data):
                self.ended = True
                self._finish(sw)
            return
        if self.data and step.offset != len(self.data):
            return
        if self.secured and self.file.secured and not self.file.name.startswith("DF1") and sw != _MISSING:
            self.secured = False  # perhaps this card wants it plain: allowed after authentication (§3.4)
            return
        why = "missing" if sw == _MISSING else "protected" if sw == _PROTECTED else "refused"
        self.refusal = Refusal(self.file.name, sw, f"card.file.{why}")

    def _finish(self, sw: int) -> None:
        if not self.data:
            self.refusal = Refusal(self.file.name, sw, "card.file.empty")


def _objects_end(data: bytes) -> int:
    """Where the last data object that began in `data` ends; 0 when nothing began."""
    offset = 0
    for _ in range(MAX_OBJECTS):
        if offset >= len(data) or data[offset] == 0x00:
            break
        try:
            _, header, length = parse_header(data, offset)
        except TlvError:
            break
        offset += header + length
    return offset
