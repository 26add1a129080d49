from __future__ import annotations

import asyncio

import pytest

from honnin.apdu import (
    ANY,
    Answers,
    Batch,
    Command,
    Dialogue,
    PinSlot,
    Response,
    run,
    run_async,
    run_batch,
    run_in_process,
)
from honnin.core.errors import CallerError, DataError, LinkError

READ = Command(0, 0xB0, 0, 0, le=256)


class Chip:
    """Answers from a list; records what it was asked."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def transceive(self, command: bytes) -> bytes:
        self.asked.append(command.hex())
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return bytes.fromhex(answer)


def test_a_batch_stops_at_the_first_answer_that_is_not_accepted() -> None:
    chip = Chip("aa9000", "6a82", "bb9000")
    answers = run_batch(chip, (READ, READ, READ))
    assert [answer.sw for answer in answers] == [0x9000, 0x6A82]
    assert len(chip.asked) == 2


def test_an_accepted_status_word_lets_the_batch_go_on() -> None:
    chip = Chip("6a82", "bb9000")
    first = Command(0, 0xB0, 0, 0, le=256, accept=ANY)
    assert run_batch(chip, (first, READ))[1].data == b"\xbb"


def test_6c_is_repeated_once_with_the_right_length() -> None:
    chip = Chip("6c02", "aabb9000")
    assert run_batch(chip, (READ,))[0] == Response(b"\xaa\xbb", 0x9000)
    assert chip.asked == ["00b0000000", "00b0000002"]
    chip = Chip("6c02", "6c03")
    assert run_batch(chip, (READ,))[0].sw == 0x6C03


def test_61_is_collected_by_get_response() -> None:
    chip = Chip("aa6101", "bb6101", "cc9000")
    assert run_batch(chip, (READ,))[0] == Response(b"\xaa\xbb\xcc", 0x9000)
    assert chip.asked[1:] == ["00c0000001", "00c0000001"]


def test_a_card_that_always_has_more_is_stopped() -> None:
    chip = Chip(*["00" * 256 + "6100"] * 600)
    with pytest.raises(DataError) as caught:
        run_batch(chip, (READ,))
    assert caught.value.code == "apdu.response.too_long"


def test_a_slot_is_filled_at_the_edge_only() -> None:
    chip = Chip("9000")
    verify = Command(0, 0x20, 0, 0x80, slot=PinSlot("pin1", range(4, 5)))
    run_batch(chip, (verify,), lambda slot: b"1234")
    assert chip.asked == ["002000800431323334"]
    with pytest.raises(CallerError):
        run_batch(Chip("9000"), (verify,))


def _two_steps(log: list[str]) -> Dialogue[int]:
    try:
        (first,) = yield (READ,)
        (second,) = yield (READ,)
    except LinkError:
        log.append("lost")
        raise
    finally:
        log.append("cleaned")
    return len(first.data) + len(second.data)


def test_all_drivers_give_the_same_result_and_pass_a_lost_card_on() -> None:
    def answers(ok: bool) -> list[str | Exception]:
        return ["aa9000", "bbcc9000" if ok else LinkError("link.card_removed", "gone")]

    async def by_loop(chip: Chip, log: list[str]) -> int:
        async def send(batch: Batch) -> Answers:
            await asyncio.sleep(0)
            return run_batch(chip, batch)

        return await run_async(_two_steps(log), send)

    drivers = [
        lambda chip, log: run(_two_steps(log), chip),
        lambda chip, log: run_in_process(_two_steps(log), chip.transceive),
        lambda chip, log: asyncio.run(by_loop(chip, log)),
    ]
    for drive in drivers:
        log: list[str] = []
        assert drive(Chip(*answers(True)), log) == 3
        assert log == ["cleaned"]
        log = []
        with pytest.raises(LinkError):
            drive(Chip(*answers(False)), log)
        assert log == ["lost", "cleaned"]


def test_a_dialogue_without_end_is_ended() -> None:
    def endless() -> Dialogue[None]:
        while True:
            yield (READ,)

    with pytest.raises(CallerError) as caught:
        run_in_process(endless(), lambda command: b"\x90\x00")
    assert caught.value.code == "apdu.dialogue.endless"
