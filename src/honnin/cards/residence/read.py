"""Reading a residence card: one dialogue for both generations (residence-card.md §1.5, §3, §5; design §4, §5).

1. Look: master file, version and type, which need nothing, and a challenge in the same batch. The type decides the
   cipher; the other one is never tried, since its refusal looks like a wrong number (§10.5).
2. MUTUAL AUTHENTICATE with the printed number, at once after the challenge.
3. VERIFY and every file of the three folders, in one batch where the reader carries extended length.
4. Back to the master file, also after an error. The status that VERIFY left ends when the edge resets the card. (A
   VERIFY with a wrong number on purpose would end it too, but no wrong secret is ever sent to a customer's card.)

There are no tries to ask for: the number is a key and the chip counts nothing (§0).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from honnin.apdu import OK, Answers, Batch, Command, Dialogue, Response
from honnin.cards.residence.files import (
    CARD_TYPE,
    GENERATIONS,
    SELECT_AP,
    SELECT_MF,
    SPECIFIED,
    VERSION,
    CardFile,
    Download,
    Folder,
    Step,
    folders_of,
    read_free,
    select_folder,
)
from honnin.cards.residence.keys import CardNumber
from honnin.cards.residence.plan import Plan
from honnin.cards.residence.session import GET_CHALLENGE, Handshake, Session
from honnin.core.clock import Random
from honnin.core.errors import CardError, DataError, LinkError
from honnin.core.tlv import TlvError, parse_one
from honnin.crypto import Cipher
from honnin.facts import Access, DocumentKind, Reading, Refusal

__all__ = ["Progress", "read_residence"]

Progress = Callable[[str, int, int], None]  # step name, n, of m
MAX_EXCHANGES = 3000
MAX_ROUNDS = 400
_CIPHERS = {1: Cipher.TDES, 2: Cipher.AES128}
_WRONG_LENGTH = 0x6700
_ALL = 4  # answers when a residence card lies there


def read_residence(
    number: CardNumber, plan: Plan, *, now: datetime, random: Random, progress: Progress | None = None
) -> Dialogue[Reading]:
    """Read a card that has just been reset. `now` is aware; `random(n)` gives n octets.

    Progress steps, in order: "connect", "access", "read" (n of m files), "issuer", "chip".
    Files, as long as the card has them: "MF.EF01", "MF.EF02", "DF1.EF01" …, with their padding. Reading.expected has
    "card_number", what was typed. There are no proofs: these chips have no key of their own (§0).
    Raises CardError: `card.not_residence`, `card.residence.specified` (特定在留カード, not supported yet),
    `card.residence.unknown_type`, `card.residence.needs_extended`, `card.residence.wrong_number`,
    `card.residence.proof`, `card.access.refused`, `card.file.refused`, `card.sm.…`, `card.chip.stalled`; LinkError;
    CallerError.
    """
    reader = _Reader(number, plan, now, random, progress or _silent)
    try:
        return (yield from reader.run())
    except (CardError, DataError):
        yield (SELECT_MF,)
        raise
    finally:
        reader.close()


def _silent(step: str, n: int, m: int) -> None:
    del step, n, m


@dataclass(slots=True)
class _Reader:
    number: CardNumber
    plan: Plan
    now: datetime
    random: Random
    progress: Progress
    extended: bool = False
    exchanges: int = 0
    session: Session | None = None
    free: dict[str, bytes] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    def close(self) -> None:
        if self.session is not None:
            self.session.close()

    def run(self) -> Dialogue[Reading]:
        self.progress("connect", 1, 1)
        self.extended = bool(self.plan.reader_extended)
        card_type, challenge = yield from self._look()
        generation = GENERATIONS[card_type]
        self.progress("access", 1, 1)
        handshake = Handshake(_CIPHERS[generation], self.number, challenge, self.random)
        (answer,) = yield from self._send((handshake.command,))
        self.session = handshake.finish(answer)
        downloads = yield from self._read(self.session, folders_of(card_type))
        self.progress("issuer", 1, 1)
        self.progress("chip", 1, 1)
        return self._reading(card_type, generation, downloads)

    def _send(self, batch: Batch) -> Dialogue[Answers]:
        if self.exchanges + len(batch) > MAX_EXCHANGES:
            raise CardError("card.chip.stalled", "the chip does not come to an end")
        answers = yield batch
        self.exchanges += len(answers)
        if not 1 <= len(answers) <= len(batch):
            raise LinkError("link.protocol", "the answers do not fit the commands")
        return answers

    # --- 1. Look ----------------------------------------------------------------------------------------------------

    def _look(self) -> Dialogue[tuple[str, Response]]:
        """(type, answer to GET CHALLENGE), or the error that says what else lies there."""
        answers = yield from self._ask_type()
        if self.extended and len(answers) < _ALL and answers[-1].sw == _WRONG_LENGTH:
            self.extended = False  # whoever is on the way does not carry the long form
            answers = yield from self._ask_type()
        card_type = self._keep_free(answers[1:3])
        if card_type is None:
            yield from self._look_for_application()
            if answers[-1].sw == _WRONG_LENGTH:
                raise CardError("card.residence.needs_extended", "the card wants extended length", sw=answers[-1].sw)
            raise CardError("card.not_residence", "this is not a residence card", sw=answers[-1].sw)
        if card_type in SPECIFIED:
            raise _specified()
        if card_type not in GENERATIONS:
            raise CardError("card.residence.unknown_type", "this kind of residence card is not known")
        if len(answers) < _ALL:
            raise CardError("card.access.refused", "the chip gave no challenge", sw=answers[-1].sw)
        return card_type, answers[3]

    def _ask_type(self) -> Dialogue[Answers]:
        return (yield from self._send((
            SELECT_MF,
            read_free(VERSION, extended=self.extended),
            read_free(CARD_TYPE, extended=self.extended, accept=OK),
            GET_CHALLENGE,
        )))  # fmt: skip

    def _keep_free(self, answers: Answers) -> str | None:
        """Keep version and type; returns the type, None when there is none."""
        found: dict[CardFile, bytes] = {}
        for file, answer in zip((VERSION, CARD_TYPE), answers, strict=False):
            if answer.ok and answer.data:
                found[file] = answer.data[:64]
        value = _value(found.get(CARD_TYPE, b""), 0xC1)
        if value is None or not 1 <= len(value) <= 2 or not (value.isascii() and value.isalnum()):
            return None
        self.free |= {file.name: octets for file, octets in found.items()}
        return value.decode("ascii")

    def _look_for_application(self) -> Dialogue[None]:
        """A specified card has its residence data in an application of its own (§1.5, §7)."""
        answers = yield from self._send((SELECT_AP, read_free(CARD_TYPE, extended=self.extended)))
        if answers[0].ok:
            raise _specified()

    # --- 3. Everything ----------------------------------------------------------------------------------------------

    def _read(self, session: Session, folders: tuple[Folder, ...]) -> Dialogue[list[Download]]:
        by_folder = [(folder, [Download(file, secured=file.secured) for file in folder.files]) for folder in folders]
        downloads = [each for _, inside in by_folder for each in inside]
        before: tuple[Command, ...] = (session.verify(self.number),)
        for _ in range(MAX_ROUNDS):
            items: list[_Item] = [(command, None, None) for command in before]
            for folder, inside in by_folder:
                steps = [item for each in inside if not each.settled for item in self._steps(each)]
                if steps:
                    items += [(select_folder(folder), None, None), *steps]
            items.append((SELECT_MF, None, None))
            answers = yield from self._send(tuple(command for command, _, _ in items))
            self._take(session, items, answers)
            before = ()
            for download in downloads:
                download.end_round()
            self.progress("read", sum(each.settled for each in downloads), len(downloads))
            if all(each.settled for each in downloads):
                return downloads
        raise CardError("card.chip.stalled", "the chip does not come to an end")

    def _steps(self, download: Download) -> list[_Item]:
        steps = download.steps(self.plan.piece(extended=self.extended), extended=self.extended)
        return [
            (Session.protect_read(step.command) if download.secured else step.command, download, step)
            for step in steps
        ]  # fmt: skip

    def _take(self, session: Session, items: list[_Item], answers: Answers) -> None:
        for (command, download, step), answer in zip(items, answers, strict=False):
            if download is not None and step is not None:
                secured = command.cla == 0x08
                opened = session.open(answer) if secured else answer
                download.take(step, opened.data, opened.sw)
            elif answer.sw not in command.accept:
                if command.ins == 0x20:
                    raise CardError("card.residence.wrong_number", "the chip refused the number", sw=answer.sw)
                raise CardError("card.file.refused", "the chip refused a folder", command.note, sw=answer.sw)

    def _reading(self, card_type: str, generation: int, downloads: list[Download]) -> Reading:
        facts = {"generation": str(generation), "card_type": card_type, "cipher": _CIPHERS[generation].value}
        return Reading(
            document=DocumentKind.RESIDENCE,
            read_at_utc=self.now,
            access=Access("printed_key", "card_number", facts),
            files=self.free | {each.file.name: each.data for each in downloads if each.data and each.refusal is None},
            refusals=tuple(each.refusal for each in downloads if each.refusal is not None),
            expected={"card_number": self.number.number.reveal()},
            exchanges=self.exchanges,
        )


_Item = tuple[Command, Download | None, Step | None]


def _specified() -> CardError:
    return CardError("card.residence.specified", "a specified residence card cannot be read by this release yet")


def _value(data: bytes, tag: int) -> bytes | None:
    """The value of the first object, if it has that tag."""
    try:
        item, _ = parse_one(data)
    except TlvError:
        return None
    return item.value if item.tag == tag else None
