"""One session with the chip: its channel, what it can carry, and downloads in as few batches as possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from honnin.apdu import Answers, Batch, Command, Dialogue, Response
from honnin.apdu.dialogue import T
from honnin.apdu.secure_messaging import Channel, SecureMessagingError
from honnin.cards.passport.capabilities import Capabilities
from honnin.cards.passport.chip_authentication import Agreement, evidence
from honnin.cards.passport.files import Download, ElementaryFile, Step
from honnin.core.errors import CardError, HonninError, LinkError
from honnin.facts import Proof, Refusal

__all__ = ["Session", "Tail", "bounded"]

MAX_EXCHANGES = 6000  # 1 MiB in short APDUs takes 4,700
MAX_BATCH = 256
MAX_ROUNDS = 2000
_NO_CHAINING = frozenset({0x6883, 0x6884})

Reopen = Callable[[], Dialogue[Channel]]


@dataclass(slots=True)
class Tail:
    """A last command whose refusal must not cost the files before it. `answer` is None until it was answered."""

    what: str
    command: Command
    answer: Response | None = None
    refusal: Refusal | None = None

    @property
    def settled(self) -> bool:
        """Answered or lost."""
        return self.answer is not None or self.refusal is not None


class ChipAuthenticationError(CardError):
    """The chip refused the new keys or does not have them. `lost`: the session is gone with it."""

    def __init__(self, code: str, message: str, *, sw: int | None, lost: bool) -> None:
        super().__init__(code, message, sw=sw)
        self.lost = lost


@dataclass(slots=True)
class Session:
    """State of one dialogue. `channel` None: a chip without access control."""

    capabilities: Capabilities
    extended: bool
    channel: Channel | None = None
    current: ElementaryFile | None = None
    proofs: list[Proof] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    reopen: Reopen | None = None  # a fresh access, once
    pending: Agreement | None = None  # Chip Authentication that goes out before the next command
    _largest: int | None = None  # what the chip gives when it gives less than asked

    def close(self) -> None:
        """Drop all keys."""
        if self.channel is not None:
            self.channel.close()
        if self.pending is not None:
            self.pending.channel.close()

    @property
    def block(self) -> int:
        """Octets to ask for in one read."""
        cipher = self.pending.choice.cipher if self.pending else None if self.channel is None else self.channel.cipher
        length = self.capabilities.read_length(cipher, extended=self.extended)
        return length if self._largest is None else min(length, self._largest)

    def send(self, batch: Batch) -> Dialogue[Answers]:
        """One batch through the channel; a pending Chip Authentication goes before it.

        Raises SecureMessagingError, ChipAuthenticationError.
        """
        if self.pending is not None:
            return (yield from self._switch(self.pending, batch))
        if self.channel is None:
            return (yield batch)
        return self.channel.unprotect(batch, (yield self.channel.protect(batch)))

    def _switch(self, agreement: Agreement, batch: Batch) -> Dialogue[Answers]:
        """Old channel for the agreement, new channel for the rest; proved when the first of the rest is right."""
        self.pending = None
        old, new = self.channel, agreement.channel
        before = agreement.batch if old is None else old.protect(agreement.batch)
        after = new.protect(batch)
        answers = yield before + after
        count = len(before)
        try:
            head = answers[:count] if old is None else old.unprotect(agreement.batch, answers[:count])
        except SecureMessagingError as error:
            new.close()
            raise ChipAuthenticationError(error.code, error.message, sw=error.sw, lost=True) from error
        if len(head) < count or not head[-1].ok:
            if agreement.fallback:
                self.pending = replace(agreement, batch=agreement.fallback, fallback=())
            else:
                new.close()
            code = "card.ca.needs_extended" if head[-1].sw in _NO_CHAINING else "card.ca.refused"
            raise ChipAuthenticationError(code, "the chip refused Chip Authentication", sw=head[-1].sw, lost=False)
        rest = answers[count:]
        try:
            opened = new.unprotect(batch, rest)
        except SecureMessagingError as error:
            if not error.answered:
                raise ChipAuthenticationError(
                    "card.ca.not_proved", "the chip does not have the key it shows", sw=error.sw, lost=True
                ) from error
            self._proved(agreement, after[0], rest[0])
            raise
        self._proved(agreement, after[0], rest[0])
        return opened

    def _proved(self, agreement: Agreement, command: Command, response: Response) -> None:
        if self.channel is not None:
            self.channel.close()
        self.channel = agreement.channel
        self.proofs.append(evidence(agreement, command, response))

    def download(
        self,
        downloads: Sequence[Download],
        *,
        before: Batch = (),
        tail: Tail | None = None,
        done: Callable[[int], None] | None = None,
    ) -> Dialogue[None]:
        """Bring all files, each complete or refused. `before` must be accepted first (SELECT), `tail` comes last.

        Raises CardError. A refusal of Chip Authentication, of a file or of the tail is recorded; when it costs the
        session and access can be opened again, that is done once and reading goes on.
        """
        for _ in range(MAX_ROUNDS):
            open_ones = [each for each in downloads if not each.settled]
            want_tail = tail is not None and not tail.settled
            if not open_ones and not want_tail and not before and self.pending is None:
                return
            plan = self._plan(before, open_ones, tail if want_tail else None)
            batch = tuple(command for command, _, _ in plan)
            lost: CardError | None = None
            try:
                answers = yield from self.send(batch)
            except SecureMessagingError as error:
                answers, lost = error.answered, error
            except ChipAuthenticationError as error:
                yield from self._after_failed_agreement(error)
                continue
            for (command, download, step), answer in zip(plan, answers, strict=False):
                self._take(command, download, step, answer, tail)
            before = before[min(len(answers), len(before)) :]
            if done is not None:
                done(sum(each.complete for each in downloads))
            if lost is not None:
                yield from self._after_loss(lost, plan[min(len(answers), len(plan) - 1)], tail)
        raise CardError("card.chip.stalled", "the chip does not come to an end")

    def _plan(
        self, before: Batch, downloads: list[Download], tail: Tail | None
    ) -> list[tuple[Command, Download | None, Step | None]]:
        plan: list[tuple[Command, Download | None, Step | None]] = [(command, None, None) for command in before]
        current = None if before else self.current
        # The selected file goes on first; a file whose rest must follow in the next batch is best left selected.
        ordered = sorted(downloads, key=lambda each: (each.file is not current, each.file.first_ask))
        block = self.block
        for download in ordered:
            room = MAX_BATCH - len(plan)
            if room < 3:
                break
            steps = download.steps(block, current=download.file is current, room=room)
            plan += [(step.command, download, step) for step in steps]
            current = download.file
        if tail is not None and (self.extended or all(each.total is not None for each in downloads)):
            plan.append((tail.command, None, None))
        return plan

    def _take(
        self, command: Command, download: Download | None, step: Step | None, answer: Response, tail: Tail | None
    ) -> None:
        if download is None or step is None:
            if tail is not None and command is tail.command:
                tail.answer = answer
                if not answer.ok:
                    # A long signature does not fit a short answer; whether the key is that long, the checks see.
                    too_long = answer.sw == 0x6700 and not self.extended
                    tail.refusal = Refusal(
                        tail.what, answer.sw, "card.aa.needs_extended" if too_long else "card.aa.refused"
                    )
            elif answer.sw not in command.accept:
                raise CardError("card.access.refused", "the chip refused a step", command.note, sw=answer.sw)
            else:
                self.current = None
            return
        known = download.total is not None
        if download.take(step, answer):
            self.current = download.file
        got = len(answer.data)
        if command.ins == 0xB0 and not download.settled and 0 < got < step.asked and (known or answer.sw == 0x9000):
            self._largest = max(got, 1)

    def _after_failed_agreement(self, error: ChipAuthenticationError) -> Dialogue[None]:
        if self.pending is None:  # no other command sequence to try
            self.refusals.append(Refusal("chip_authentication", error.sw, error.code))
        if error.lost:
            yield from self._open_again(error)

    def _after_loss(
        self, error: CardError, at: tuple[Command, Download | None, Step | None], tail: Tail | None
    ) -> Dialogue[None]:
        """Secure messaging ended at a command. Only a plain refusal of something that may be missing is survived."""
        command, download, _ = at
        if error.code != "card.sm.aborted":
            raise error
        if tail is not None and command is tail.command:
            tail.refusal = Refusal(tail.what, error.sw, "card.aa.refused")
        elif download is not None and not download.must:
            download.lose(error.sw)
        else:
            raise error
        yield from self._open_again(error)

    def _open_again(self, error: CardError) -> Dialogue[None]:
        reopen, self.reopen = self.reopen, None
        if reopen is None:
            raise error
        self.close()
        self.current = None
        try:
            self.channel = yield from reopen()
        except CardError as refused:
            raise error from refused


def bounded(inner: Dialogue[T], count: Callable[[int], None]) -> Dialogue[T]:
    """Guard around a whole dialogue: answers have the shape the batch allows, and there is an end to them.

    Tells `count` how many exchanges each batch took. Raises LinkError `link.protocol`, CardError `card.chip.stalled`.
    """
    total = 0
    try:
        batch = next(inner)
        while True:
            if total + len(batch) > MAX_EXCHANGES:
                raise CardError("card.chip.stalled", "the chip does not come to an end")
            try:
                answers = yield batch
            except HonninError as error:
                batch = inner.throw(error)
                continue
            _check_shape(batch, answers)
            total += len(answers)
            count(len(answers))
            batch = inner.send(answers)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        inner.close()


def _check_shape(batch: Batch, answers: Answers) -> None:
    accepted = [answer.sw in command.accept for command, answer in zip(batch, answers, strict=False)]
    if not 1 <= len(answers) <= len(batch) or not all(accepted[:-1]) or (len(answers) < len(batch) and accepted[-1]):
        raise LinkError("link.protocol", "the answers do not fit the commands")
