"""Sessions that are lost, cards that are taken away, noise on the wire, answers that do not fit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from honnin.apdu import ANY, Answers, Command, Response, run_batch, run_in_process
from honnin.core.errors import CardError, HonninError, LinkError
from honnin.facts import Reading
from honnin_virtual import CardGone, Faults
from tests.unit.cards.passport.virtual import JAPANESE, Wire, blocking, dialogue, in_process, with_asyncio


def bare(sw: int, when: Callable[[int, Command], bool]) -> Callable[[int, Command, bytes], bytes]:
    """The chip ends secure messaging at the first command of that kind."""
    done: list[int] = []

    def change(number: int, command: Command, answer: bytes) -> bytes:
        if not done and when(number, command):
            done.append(number)
            return sw.to_bytes(2, "big")
        return answer

    return change


@pytest.mark.parametrize("sw", [0x6987, 0x6988, 0x6982])
@pytest.mark.parametrize("name", [JAPANESE, "passport-bac-aa-rsa"])
def test_a_session_lost_over_active_authentication_costs_only_that(name: str, sw: int) -> None:
    wire = Wire(name, change=bare(sw, lambda _, command: command.ins == 0x88))
    reading = in_process(name, wire)
    assert [(each.what, each.sw, each.why) for each in reading.refusals] == [
        ("active_authentication", sw, "card.aa.refused")
    ]
    assert {"EF.DG1", "EF.DG2", "EF.DG15"} <= set(reading.files)


@pytest.mark.parametrize("ins", [0x22, 0x86])
def test_a_session_lost_over_chip_authentication_is_opened_again_once(ins: int) -> None:
    name = "passport-pace-im"
    wire = Wire(name, change=bare(0x6988, lambda _, command: command.cla == 0x0C and command.ins == ins))
    reading = in_process(name, wire)
    assert [(each.what, each.sw) for each in reading.refusals] == [("chip_authentication", 0x6988)]
    assert {"EF.DG1", "EF.DG2"} <= set(reading.files)
    assert not reading.proofs


def test_a_session_lost_over_an_optional_file_is_opened_again_once() -> None:
    for name in ("passport-bac-aa-rsa", JAPANESE):
        wire = Wire(name, change=bare(0x6982, lambda _, command: command.cla == 0x0C and command.p1 == 0x8F))
        reading = in_process(name, wire)
        assert [(each.what, each.sw) for each in reading.refusals] == [("EF.DG15", 0x6982)]
        assert {"EF.DG1", "EF.DG2"} <= set(reading.files)


def test_a_session_lost_twice_is_the_end() -> None:
    name = "passport-bac-aa-rsa"

    def lose(number: int, command: Command, answer: bytes) -> bytes:
        return b"\x69\x88" if command.cla == 0x0C and command.p1 in (0x8F, 0x82) else answer

    wire = Wire(name, change=lose)
    with pytest.raises(CardError) as caught:
        in_process(name, wire)
    assert caught.value.code == "card.sm.aborted"
    assert len(wire.commands) < 30


def test_a_session_lost_over_the_signed_list_is_the_end() -> None:
    wire = Wire(JAPANESE, change=bare(0x6988, lambda _, command: command.cla == 0x0C and command.p1 == 0x9D))
    with pytest.raises(CardError) as caught:
        in_process(JAPANESE, wire)
    assert (caught.value.code, caught.value.sw) == ("card.sm.aborted", 0x6988)


@pytest.mark.parametrize("number", range(8, 15))
def test_a_wrong_mac_is_never_survived(number: int) -> None:
    with pytest.raises(CardError) as caught:
        in_process(JAPANESE, Wire(JAPANESE, Faults(wrong_mac_at=number)))
    assert caught.value.code == "card.sm.mac"


@pytest.mark.parametrize("driver", [blocking, with_asyncio, in_process])
@pytest.mark.parametrize("number", [1, 4, 9, 14])
def test_a_card_that_is_taken_away_is_said_so(number: int, driver: Callable[..., Reading]) -> None:
    with pytest.raises(CardGone) as caught:
        driver(JAPANESE, Wire(JAPANESE, Faults(removed_at=number)))
    assert caught.value.code == "link.card_removed"


# --- noise


class Noise:
    """From one exchange on, answers of a small random source instead of the chip's."""

    def __init__(self, name: str, start: int, seed: int, once: bool) -> None:
        self.wire, self.start, self.seed, self.once = Wire(name), start, seed, once

    def __call__(self, octets: bytes) -> bytes:
        answer = self.wire.transceive(octets)
        number = len(self.wire.commands)
        if number < self.start or (self.once and number > self.start):
            return answer
        self.seed = (self.seed * 6364136223846793005 + 1442695040888963407) % 2**64
        kind = self.seed >> 60
        noise = self.seed.to_bytes(8, "big") * (1 + (self.seed >> 40) % 40)
        if kind < 4:
            return noise[: (self.seed >> 20) % len(noise)] + b"\x90\x00"
        if kind < 8:
            return noise[:2]
        if kind < 12:
            at = (self.seed >> 8) % len(answer)
            return answer[:at] + bytes([answer[at] ^ (1 << kind % 8)]) + answer[at + 1 :]
        return (answer[: (self.seed >> 8) % len(answer)] + b"\x62\x82") if kind < 14 else b"\x90\x00"


@pytest.mark.parametrize(
    "name", [JAPANESE, "passport-bac-aa-rsa", "passport-39794", "passport-pace-cam", "passport-open"]
)
@pytest.mark.parametrize("once", [True, False])
def test_noise_at_any_exchange_ends_in_our_errors_or_in_a_reading(name: str, once: bool) -> None:
    for start in range(1, 17):
        chip = Noise(name, start, 7919 * start + len(name), once)
        try:
            reading = run_in_process(dialogue(name), chip)
        except HonninError as error:
            assert error.code.split(".")[0] in {"card", "link", "apdu"}
        else:
            genuine = chip.wire.card.files  # type: ignore[attr-defined]
            if reading.access.method != "none":  # under secure messaging only the chip's octets get through
                assert all(genuine[each] == data for each, data in reading.files.items() if each != "EF.CardAccess")
        assert len(chip.wire.commands) < 600


# --- a phone that does not keep to the rules of a batch


@pytest.mark.parametrize(
    "answers",
    [(), (Response(b"", 0x9000),), (Response(b"", 0x6A82),) * 9, (Response(b"", 0x6A82), Response(b"", 0x6A82))],
)
def test_answers_that_do_not_fit_the_batch_are_a_fault_of_the_link(answers: Answers) -> None:
    inner = dialogue("passport-bac-aa-rsa")
    batch = next(inner)
    assert len(batch) == 5
    assert batch[1].accept == ANY
    if len(answers) == 1:  # EF.CardAccess "exists": the batch may end here
        assert inner.send(answers)
        inner.close()
        return
    with pytest.raises(LinkError) as caught:
        inner.send(answers)
    assert caught.value.code == "link.protocol"


def test_closing_half_way_drops_the_keys_and_asks_nothing_more() -> None:
    wire = Wire(JAPANESE)
    inner = dialogue(JAPANESE)
    batch = next(inner)
    for _ in range(5):
        batch = inner.send(run_batch(wire, batch))
    inner.close()
    with pytest.raises(StopIteration):
        next(inner)
