"""Dialogues: card procedures as generators that own no wire (design §4), and their drivers.

A dialogue yields a *batch*, a tuple of commands that can all be sent without looking at the answers in between, and
receives the tuple of responses; it returns its result. A batch stops at the first answer whose status word is not in
its command's `accept` set, so the tuple of responses may be shorter than the batch: its last element is then the one
that was not accepted. An empty batch is not yielded.

Drivers: `run` (blocking), `run_async` (asyncio), `run_in_process` (a virtual chip). All three hand a lost card to the
dialogue as the LinkError thrown into it, so that its `finally` clears keys, and close it whatever happens.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from dataclasses import replace
from typing import Protocol, TypeVar

from honnin.apdu.command import MAX_RESPONSE_DATA, Command, PinSlot, Response
from honnin.core.errors import CallerError, DataError, LinkError

T = TypeVar("T")

Batch = tuple[Command, ...]
Answers = tuple[Response, ...]
Dialogue = Generator[Batch, Answers, T]

MAX_GET_RESPONSE = 512
MAX_BATCHES = 4096  # a dialogue that yields more is at fault; no real one comes near (whole passport, short: below 100)


class Transceiver(Protocol):
    """The one-method port to a card: octets of a command APDU in, octets of the response APDU out.

    Raises LinkError: `link.card_removed`, `link.timeout`, `link.reader_gone`, `link.no_extended`, …
    """

    def transceive(self, command: bytes, /) -> bytes:
        """One exchange: octets of a command APDU in, octets of its response APDU out."""
        ...


class SecretSource(Protocol):
    """Fills a slot at the edge. Raises CallerError when the holder stops."""

    def __call__(self, slot: PinSlot, /) -> bytes:
        """The octets that the command carries for this slot."""
        ...


def no_secrets(slot: PinSlot) -> bytes:
    """A SecretSource for dialogues that have no slot."""
    raise CallerError("apdu.slot.unexpected", f"nobody can enter the secret {slot.name!r} here")


def send(transceiver: Transceiver, command: Command, secrets: SecretSource = no_secrets) -> Response:
    """Send one command: fill its slot, repeat after 6Cxx with the right Le, collect 61xx by GET RESPONSE.

    Sheet passport.md §2.4. 6Cxx is repeated once; GET RESPONSE stops at 65,536 octets or 512 rounds.
    """
    if command.slot is not None:
        command = replace(command, data=command.data + secrets(command.slot), slot=None)
    answer = Response.decode(transceiver.transceive(command.encode()))
    if answer.sw >> 8 == 0x6C and command.le is not None and not answer.data:
        answer = Response.decode(transceiver.transceive(replace(command, le=answer.sw & 0xFF or 256).encode()))
    data = answer.data
    for _ in range(MAX_GET_RESPONSE):
        if answer.sw >> 8 != 0x61:
            break
        more = Command(command.cla & 0x03, 0xC0, 0, 0, le=answer.sw & 0xFF or 256)
        answer = Response.decode(transceiver.transceive(more.encode()))
        data += answer.data
        if len(data) > MAX_RESPONSE_DATA:
            raise DataError("apdu.response.too_long", "a card sent more than an APDU can hold")
    return Response(data, answer.sw)


def run_batch(transceiver: Transceiver, batch: Batch, secrets: SecretSource = no_secrets) -> Answers:
    """Send a batch in order until an answer is not accepted."""
    answers: list[Response] = []
    for command in batch:
        answer = send(transceiver, command, secrets)
        answers.append(answer)
        if answer.sw not in command.accept:
            break
    return tuple(answers)


def run(dialogue: Dialogue[T], transceiver: Transceiver, secrets: SecretSource = no_secrets) -> T:
    """Blocking driver. Returns the dialogue's result; LinkError goes through the dialogue first."""
    return _drive(dialogue, lambda batch: run_batch(transceiver, batch, secrets))


def run_in_process(dialogue: Dialogue[T], chip: Callable[[bytes], bytes], secrets: SecretSource = no_secrets) -> T:
    """Driver for a chip that is a function (a virtual card) in this process."""

    class _Chip:
        def transceive(self, command: bytes, /) -> bytes:
            return chip(command)

    return run(dialogue, _Chip(), secrets)


async def run_async(dialogue: Dialogue[T], send_batch: Callable[[Batch], Awaitable[Answers]]) -> T:
    """Asyncio driver: `send_batch` carries a whole batch to wherever the card is and returns its answers."""
    try:
        batch = next(dialogue)
        for _ in range(MAX_BATCHES):
            try:
                answers = await send_batch(batch)
            except LinkError as error:
                batch = dialogue.throw(error)
            else:
                batch = dialogue.send(answers)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        dialogue.close()
    raise CallerError("apdu.dialogue.endless", "a dialogue did not come to an end")


def _drive(dialogue: Dialogue[T], send_batch: Callable[[Batch], Answers]) -> T:
    try:
        batch = next(dialogue)
        for _ in range(MAX_BATCHES):
            try:
                answers = send_batch(batch)
            except LinkError as error:
                batch = dialogue.throw(error)
            else:
                batch = dialogue.send(answers)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        dialogue.close()
    raise CallerError("apdu.dialogue.endless", "a dialogue did not come to an end")
