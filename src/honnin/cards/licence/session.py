"""What both forms of the licence have in common: batches with takers, PINs, and files read to their end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from honnin.apdu import ANY, OK, Command, Dialogue, PinSlot, Response
from honnin.cards.licence.download import Download
from honnin.cards.licence.files import DPIN, LENGTH, NOT_SET, PINS, SET, Directory
from honnin.cards.licence.tries import left_of, refused_pin
from honnin.core.errors import CardError
from honnin.facts import Refusal

__all__ = ["BLOCKED_DF", "SELECTED", "Progress", "Session", "ask_tries", "pins_set", "select_df", "silent"]

Progress = Callable[[str, int, int], None]  # step name, n, of m
Taker = Callable[[Response], None]
BLOCKED_DF = 0x6283  # selected, but with the warning that the DF is blocked (§3)
SELECTED = OK | {BLOCKED_DF}
MAX_ROUNDS = 40


def silent(step: str, n: int, m: int) -> None:
    """No progress wanted."""
    del step, n, m


def select_df(directory: Directory, accept: frozenset[int] = SELECTED) -> Command:
    """SELECT by the whole AID; without one, the master file in its form of four octets."""
    if not directory.aid:
        return Command(0x00, 0xA4, 0x00, 0x00, accept=accept, note=directory.name)
    return Command(0x00, 0xA4, 0x04, 0x0C, directory.aid, accept=accept, note=directory.name)


def pins_set(setting: bytes) -> bool:
    """What MF/EF02 or WEF01 says. Raises CardError `card.pin.setting` if it does not say so clearly: the value that
    stands for "no PIN" would burn a try where there is one (§14 rule 1).
    """
    if setting in SET:
        return True
    if setting in NOT_SET:
        return False
    raise CardError("card.pin.setting", "the card does not say whether PINs are set")


def ask_tries(name: str) -> Command:
    """VERIFY without data, exactly four octets (§18 row 4). Spends nothing."""
    return Command(0x00, 0x20, 0x00, PINS[name].p2, accept=ANY, note="tries")


def _verify(name: str, *, not_set: bool, last_try: bool) -> Command:
    if not_set:
        return Command(0x00, 0x20, 0x00, PINS[name].p2, DPIN, note="verify")
    return Command(0x00, 0x20, 0x00, PINS[name].p2, slot=PinSlot(name, LENGTH, "digits", last_try), note="verify")


@dataclass(slots=True)
class Session:
    """One card: what was asked of it, and what it said."""

    progress: Progress
    extended: bool
    exchanges: int = 0
    tries: dict[str, int] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    def keep_tries(self, name: str) -> Taker:
        """Takes the answer to `ask_tries`."""

        def keep(answer: Response) -> None:
            left = left_of(answer.sw)
            if left is not None:
                self.tries[name] = left

        return keep

    def note_directory(self, directory: Directory) -> Taker:
        """Takes the answer to `select_df` and keeps the warning that the directory is blocked."""

        def note(answer: Response) -> None:
            if answer.sw == BLOCKED_DF and all(each.what != directory.name for each in self.refusals):
                self.refusals.append(Refusal(directory.name, answer.sw, "card.directory.blocked"))

        return note

    def send(self, steps: Sequence[tuple[Command, Taker | None]]) -> Dialogue[tuple[Command, Response] | None]:
        """Send one batch. Returns the command that was not accepted with its answer, or None."""
        answers = yield tuple(command for command, _ in steps)
        self.exchanges += len(answers)
        for (command, taker), answer in zip(steps, answers, strict=False):
            if taker is not None:
                taker(answer)
            if answer.sw not in command.accept:
                return command, answer
        return None

    def open_and_read(
        self, before: Directory, names: Sequence[str], parts: Sequence[tuple[Directory, Sequence[Download]]], *,
        not_set: bool, last_try: frozenset[str],
    ) -> Dialogue[None]:  # fmt: skip
        """VERIFY each PIN of `names` with `before` selected, then read every file, all in one batch if it comes so.

        The PINs go once; what is still missing is read in further batches, since their status stays (§4.3).
        Raises CardError `card.pin.…`, `card.file.refused`.
        """
        total = sum(len(downloads) for _, downloads in parts)
        steps: list[tuple[Command, Taker | None]] = [(select_df(before), None)]
        verifying: dict[int, str] = {}
        for name in names:
            verifying[len(steps)] = name
            steps.append((_verify(name, not_set=not_set, last_try=name in last_try), None))
        for number in range(MAX_ROUNDS):
            for directory, downloads in parts:
                # An application of a My Number Card is not selected again: that would end its PIN's status.
                steps += self._reads(directory, downloads, select=directory is not before, first=number == 0)
            done = sum(each.settled for _, downloads in parts for each in downloads)
            self.progress("read", done, total)
            refused = yield from self.send(steps)
            if refused is not None:
                yield from self._refused(steps, refused, verifying)
            for _, downloads in parts:
                for each in downloads:
                    each.end_round()
            steps, verifying = [], {}
            if all(each.settled for _, downloads in parts for each in downloads):
                break
        self.progress("read", total, total)

    def _reads(
        self, directory: Directory, downloads: Sequence[Download], *, select: bool, first: bool
    ) -> list[tuple[Command, Taker | None]]:  # fmt: skip
        reads: list[tuple[Command, Taker | None]] = []
        for download in downloads:
            reads += [(command, _taker(download, offset)) for command, offset in download.plan(extended=self.extended)]
        if not reads or not select:
            return reads
        return [(select_df(directory), self.note_directory(directory) if first else None), *reads]

    def _refused(
        self, steps: Sequence[tuple[Command, Taker | None]], refused: tuple[Command, Response],
        verifying: dict[int, str],
    ) -> Dialogue[None]:  # fmt: skip
        command, answer = refused
        name = next((name for at, name in verifying.items() if steps[at][0] is command), None)
        if name is not None:
            left = None
            if left_of(answer.sw) is None:  # 6300 and others do not say
                after: dict[str, int] = {}
                yield from self.send([(ask_tries(name), lambda each: _keep(after, name, each))])
                left = after.get(name)
            raise refused_pin(name, answer.sw, left)
        if command.ins == 0xB0:
            return  # the end of a file of unknown length: its download knows
        raise CardError("card.file.refused", "the card refused a step", command.note, sw=answer.sw)


def _keep(after: dict[str, int], name: str, answer: Response) -> None:
    left = left_of(answer.sw)
    if left is not None:
        after[name] = left


def _taker(download: Download, offset: int | None) -> Taker:
    return lambda answer: download.take(offset, answer)
