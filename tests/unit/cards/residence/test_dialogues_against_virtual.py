"""Every persona through every driver, whole and in pieces; faults on the way. The cards are written by other hands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from honnin.apdu import Answers, Batch, Dialogue, run, run_async, run_batch, run_in_process
from honnin.apdu.dialogue import T
from honnin.cards.residence import CardNumber, Plan, read_residence
from honnin.cards.residence.files import CardFile, Download
from honnin.core.clock import system_random
from honnin.core.errors import CardError, HonninError, LinkError
from honnin.core.secret import Secret
from honnin.facts import Reading
from honnin_virtual import VirtualCard, faults_from_names, issue, list_cards

NOW = datetime(2026, 11, 23, tzinfo=UTC)
NUMBERS = {each.name: each.secrets["card_number"] for each in list_cards() if each.document == "residence"}
NAMES = [name for name in NUMBERS if name != "residence-specified"]
EXTENDED = Plan(reader_extended=True)


@dataclass
class Wire:
    """A card with a record of what went over it."""

    card: VirtualCard
    commands: list[bytes] = field(default_factory=list)
    batches: int = 0

    def transceive(self, command: bytes, /) -> bytes:
        self.commands.append(command)
        return self.card.process(command)

    def watch(self, inner: Dialogue[T]) -> Dialogue[T]:
        try:
            batch = next(inner)
            while True:
                self.batches += 1
                try:
                    answers = yield batch
                except LinkError as error:
                    batch = inner.throw(error)
                else:
                    batch = inner.send(answers)
        except StopIteration as stop:
            return stop.value


def dialogue(name: str, plan: Plan = EXTENDED, number: str | None = None, progress=None) -> Dialogue[Reading]:
    key = CardNumber(Secret(number or NUMBERS[name]))
    return read_residence(key, plan, now=NOW, random=system_random, progress=progress)


def blocking(inner: Dialogue[Reading], wire: Wire) -> Reading:
    return run(wire.watch(inner), wire)


def in_process(inner: Dialogue[Reading], wire: Wire) -> Reading:
    return run_in_process(wire.watch(inner), wire.transceive)


def with_asyncio(inner: Dialogue[Reading], wire: Wire) -> Reading:
    async def send(batch: Batch) -> Answers:
        await asyncio.sleep(0)
        return run_batch(wire, batch)

    return asyncio.run(run_async(wire.watch(inner), send))


DRIVERS = [blocking, in_process, with_asyncio]
Driver = Callable[[Dialogue[Reading], Wire], Reading]


def files_of(card: VirtualCard) -> dict[str, bytes]:
    return {name.replace("/", "."): octets for name, octets in card.files.items()}


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("name", NAMES)
def test_every_card_is_read_whole_by_every_driver(name: str, driver: Driver) -> None:
    wire = Wire(issue(name))
    reading = driver(dialogue(name), wire)
    assert reading.files == files_of(wire.card)
    assert reading.exchanges == len(wire.commands)
    assert wire.batches <= 3  # design §10: at most five round trips
    assert wire.commands[-1] == bytes.fromhex("00A40000023F00")


@pytest.mark.parametrize("plan", [Plan(), Plan(reader_extended=True, block=16), Plan(reader_extended=True, block=1000)])
@pytest.mark.parametrize("name", NAMES)
def test_every_card_is_read_whole_in_pieces(name: str, plan: Plan) -> None:
    wire = Wire(issue(name))
    reading = blocking(dialogue(name, plan), wire)
    assert reading.files == files_of(wire.card)
    assert wire.batches <= 5
    if not plan.reader_extended:
        assert max(map(len, wire.commands)) <= 261


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_specified_card_is_named_and_not_touched(driver: Driver) -> None:
    wire = Wire(issue("residence-specified"))
    with pytest.raises(CardError) as caught:
        driver(dialogue("residence-specified"), wire)
    assert caught.value.code == "card.residence.specified"
    assert not any(command[1] in {0x20, 0x82, 0xAE} for command in wire.commands)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("name", ["residence-plain", "residence-first"])
def test_a_wrong_number_is_one_try_and_no_other_cipher(name: str, driver: Driver) -> None:
    wire = Wire(issue(name))
    with pytest.raises(CardError) as caught:
        driver(dialogue(name, number="ZZ99999999ZZ"), wire)
    assert (caught.value.code, caught.value.sw) == ("card.residence.wrong_number", 0x6300)
    assert [command[1] for command in wire.commands].count(0x82) == 1


@pytest.mark.parametrize("name", ["residence-plain", "residence-first"])
@pytest.mark.parametrize("fault", ["read-limit-84", "read-limit-250", "read-limit-400", "exact-length", "short-only"])
def test_cards_that_give_less_or_want_it_otherwise_are_read_whole(name: str, fault: str) -> None:
    wire = Wire(issue(name, faults=faults_from_names([fault])))
    assert blocking(dialogue(name), wire).files == files_of(wire.card)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("name", NAMES)
def test_a_chip_that_does_not_know_the_number_is_sent_nothing_more(name: str, driver: Driver) -> None:
    wire = Wire(issue(name, faults=faults_from_names(["wrong-mutual"])))
    with pytest.raises(CardError) as caught:
        driver(dialogue(name), wire)
    assert caught.value.code == "card.residence.proof"
    assert [command[1] for command in wire.commands][-2:] == [0x82, 0xA4]


def test_a_card_that_knows_only_the_long_form_says_so_to_a_short_reader() -> None:
    with pytest.raises(CardError) as caught:
        blocking(dialogue("residence-plain", Plan()), Wire(issue("residence-plain", faults=faults_from_names(["strict"]))))
    assert caught.value.code == "card.residence.needs_extended"


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("name", ["residence-plain", "residence-first"])
def test_a_card_lifted_at_any_moment_is_a_link_error(name: str, driver: Driver) -> None:
    whole = Wire(issue(name))
    blocking(dialogue(name), whole)
    for after in range(1, len(whole.commands)):
        card = issue(name)
        count = 0

        def process(command: bytes, card: VirtualCard = card, after: int = after) -> bytes:
            nonlocal count
            count += 1
            if count > after:
                raise LinkError("link.card_removed", "lifted")
            return card.process(command)

        wire = Wire(card)
        wire.transceive = process  # type: ignore[method-assign]
        with pytest.raises(LinkError, match=r"link\.card_removed"):
            driver(dialogue(name), wire)


@pytest.mark.parametrize("name", ["residence-plain", "residence-first", "residence-specified"])
def test_a_chip_that_answers_garbage_at_any_moment_is_an_error_of_ours(name: str) -> None:
    for seed in range(120):
        card = issue(name)
        count = 0

        def process(command: bytes, card: VirtualCard = card, seed: int = seed) -> bytes:
            nonlocal count
            count += 1
            answer = card.process(command)
            if count <= seed % 20:
                return answer
            kind = seed % 6
            return (
                b"\x90\x00", b"\x6f\x00", answer[:-2][: seed % 9] + b"\x90\x00", answer[:-2] + b"\x00\x90\x00",
                bytes([answer[0] ^ (1 + seed % 255)]) + answer[1:], system_random(40) + b"\x90\x00",
            )[kind]  # fmt: skip

        wire = Wire(card)
        wire.transceive = process  # type: ignore[method-assign]
        try:
            reading = blocking(dialogue(name), wire)
        except HonninError:
            continue
        assert all(len(octets) <= 16 * 1024 for octets in reading.files.values())


def test_a_chip_that_never_ends_is_given_up() -> None:
    """One octet a time, for ever: the reading ends with a refusal of the file or an error, after a bounded number."""
    download = Download(CardFile("DF1.EF01", 0x85, 7004))
    asked = 0
    while not download.settled:
        for step in download.steps(224, extended=True):
            asked += 1
            download.take(step, b"\xd0", 0x9000)
        download.end_round()
    assert asked < 60_000
    assert download.refusal is not None or len(download.data) <= 16 * 1024


def test_progress_names_each_step_in_order() -> None:
    steps: list[str] = []
    blocking(dialogue("residence-plain", progress=lambda step, n, m: steps.append(step)), Wire(issue("residence-plain")))
    assert list(dict.fromkeys(steps)) == ["connect", "access", "read", "issuer", "chip"]


def test_the_address_never_goes_over_the_air_in_the_clear() -> None:
    wire = Wire(issue("residence-moved"))
    answers: list[bytes] = []
    plain = wire.card.process

    def process(command: bytes) -> bytes:
        answer = plain(command)
        answers.append(answer)
        return answer

    run_in_process(dialogue("residence-moved"), process)
    address = files_of(wire.card)["DF2.EF01"][20:60]
    assert not any(address in each for each in answers)


def test_a_card_that_gives_the_address_only_in_plain_is_read_too() -> None:
    card = issue("residence-moved")
    df = b""

    def process(command: bytes) -> bytes:
        nonlocal df
        if command[1] == 0xA4:
            df = command[5:]
        if df.startswith(bytes.fromhex("D392F0004F03")) and command[0] == 0x08:
            return b"\x68\x82"
        return card.process(command)

    reading = run_in_process(dialogue("residence-moved"), process)
    assert reading.files == files_of(card)


def test_the_dialogue_survives_a_missing_file_and_says_which() -> None:
    card = issue("residence-first")

    def process(command: bytes) -> bytes:
        return b"\x69\x82" if command[:3] == b"\x08\xb0\x86" else card.process(command)

    reading = run_in_process(dialogue("residence-first"), process)
    assert [(each.what, each.sw, each.why) for each in reading.refusals] == [("DF1.EF02", 0x6982, "card.file.protected")]
    assert "DF1.EF02" not in reading.files
