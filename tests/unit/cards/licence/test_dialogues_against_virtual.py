"""The dialogues against virtual licences that were written from the same sheet by somebody else.

Every persona of both forms, every driver, and readers that cut what the card says.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from honnin.apdu import Answers, Batch, Dialogue, run, run_async, run_batch, run_in_process
from honnin.cards.licence import (
    MynumberPlan,
    Plan,
    look_at_licence,
    look_at_mynumber_licence,
    read_licence,
    read_mynumber_licence,
)
from honnin.core.errors import CallerError, CardError, LinkError
from honnin.facts import DocumentKind, Reading
from honnin_virtual import issue
from tests.unit.cards.licence.other_end import (
    LICENCES,
    NOW,
    ON_MYNUMBER,
    PLAIN,
    Wire,
    read,
    read_on_mynumber,
    secrets,
)

LOCKED = {"licence-one-try": "card.pin.last_try", "licence-blocked": "card.pin.blocked", "licence-pin2-blocked": "card.pin.blocked"}
SIZES = {
    "MF.EF01": 17, "MF.EF02": 3, "DF1.EF01": 880, "DF1.EF02": 82, "DF1.EF03": 264, "DF1.EF04": 640, "DF1.EF05": 663,
    "DF1.EF07": 578, "DF2.EF01": 2005,
}  # fmt: skip


def in_process(inner: Dialogue[Reading], wire: Wire) -> Reading:
    return run_in_process(inner, wire.transceive, secrets)


def blocking(inner: Dialogue[Reading], wire: Wire) -> Reading:
    return run(inner, wire, secrets)


def asynchronous(inner: Dialogue[Reading], wire: Wire) -> Reading:
    async def send(batch: Batch) -> Answers:
        await asyncio.sleep(0)
        return run_batch(wire, batch, secrets)

    return asyncio.run(run_async(inner, send))


DRIVERS = [blocking, asynchronous, in_process]


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("extended", [True, False])
@pytest.mark.parametrize("name", [each for each in LICENCES if each not in LOCKED])
def test_every_licence_is_read_whole_through_every_driver(name: str, extended: bool, driver: Any) -> None:
    reading = driver(read_licence(Plan(reader_extended=extended), now=NOW), Wire(name))
    assert {file: len(octets) for file, octets in reading.files.items()} == SIZES
    assert reading.document is DocumentKind.LICENCE
    assert reading.refusals == ()
    assert reading.access.method == ("none" if name == "licence-no-pin" else "pin")


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("extended", [True, False])
@pytest.mark.parametrize("name", ON_MYNUMBER)
def test_every_licence_on_a_my_number_card_is_read_through_every_driver(name: str, extended: bool, driver: Any) -> None:
    reading = driver(read_mynumber_licence(MynumberPlan(reader_extended=extended), now=NOW), Wire(name))
    assert set(reading.files) == {"DLC.WEF01", "DLC.WEF02", "DLC.WEF03"}
    assert reading.document is DocumentKind.MYNUMBER_LICENCE
    assert reading.refusals == ()
    assert reading.memory_only == frozenset()


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("name", LOCKED)
def test_a_locked_pin_or_one_before_that_is_not_touched(name: str, driver: Any) -> None:
    wire = Wire(name)
    with pytest.raises(CardError, match=LOCKED[name]) as caught:
        driver(read_licence(Plan(reader_extended=True), now=NOW), wire)
    assert caught.value.detail == ("pin2" if "pin2" in name else "pin1")
    assert wire.verifies == []


@pytest.mark.parametrize("limit", ["read-limit-84", "read-limit-250", "read-limit-400", "exact-length", "short-only"])
@pytest.mark.parametrize("extended", [True, False])
def test_a_reader_that_cuts_answers_costs_time_and_no_octet(limit: str, extended: bool) -> None:
    """drivers-licence.md §18 rows 1 and 2."""
    cut, whole = Wire(PLAIN, limit), Wire(PLAIN)
    assert read(cut, reader_extended=extended).files == read(whole).files
    assert cut.verifies == whole.verifies == [b"\x811234", b"\x825678"]  # each PIN once, however long it takes


def test_what_holds_the_domicile_lives_in_memory_only() -> None:
    reading = read(Wire(PLAIN))
    assert reading.memory_only == {"DF1.EF02", "DF1.EF07"}
    kept = reading.kept()
    assert set(reading.files) - set(kept.files) == {"DF1.EF02", "DF1.EF07"}
    assert kept.dropped == ("DF1.EF02", "DF1.EF07")


def test_changes_of_the_domicile_are_never_read() -> None:
    wire = Wire("licence-changed")
    read(wire)
    assert not any(octets[:5] == bytes.fromhex("00A4020C02") and octets[5:7] == b"\x00\x06" for octets in wire.sent)
    assert not any(octets[1] == 0xB0 and octets[2] == 0x86 for octets in wire.sent)


def test_pin1_alone_reads_the_text_and_nothing_that_needs_pin2() -> None:
    wire = Wire("licence-pin2-blocked")
    reading = read(wire, pin2=False)
    assert set(reading.files) == {"MF.EF01", "MF.EF02", "DF1.EF01", "DF1.EF03", "DF1.EF04", "DF1.EF05"}
    assert wire.verifies == [b"\x811234"]
    assert reading.access.facts["opened"] == "pin1"


def test_without_pins_only_what_is_free_is_read() -> None:
    wire = Wire("licence-blocked")
    reading = read(wire, pin1=False, pin2=False)
    assert set(reading.files) == {"MF.EF01", "MF.EF02"}
    assert reading.access.facts["tries.pin1"] == "0"
    assert wire.verifies == []


def test_a_card_without_pins_gets_the_fixed_value_and_is_never_called_verified() -> None:
    wire = Wire("licence-no-pin")
    reading = read(wire)
    assert wire.verifies == [b"\x81****", b"\x82****"]
    assert reading.access.method == "none"
    assert reading.access.facts["pins"] == "not_set"


def test_the_holder_can_agree_to_spend_the_last_try() -> None:
    wire = Wire("licence-one-try")
    reading = read(wire, last_try=frozenset({"pin1"}))
    assert len(reading.files) == len(SIZES)


def test_progress_goes_through_its_steps_once_and_forwards() -> None:
    steps: list[tuple[str, int, int]] = []
    run(read_licence(Plan(reader_extended=True), now=NOW, progress=lambda *step: steps.append(step)), Wire(PLAIN), secrets)
    assert [name for name, _, _ in dict.fromkeys(steps)][:2] == ["connect", "access"]
    assert list(dict.fromkeys(name for name, _, _ in steps)) == ["connect", "access", "read", "issuer", "chip"]
    reads = [(n, m) for name, n, m in steps if name == "read"]
    assert reads == sorted(reads)
    assert reads[-1] == (7, 7)


def test_a_whole_licence_takes_at_most_four_round_trips() -> None:
    batches = []

    def counted() -> Dialogue[Reading]:
        inner = read_licence(Plan(reader_extended=True), now=NOW)
        batch = next(inner)
        while True:
            batches.append(len(batch))
            try:
                batch = inner.send((yield batch))
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]

    reading = run(counted(), Wire(PLAIN), secrets)
    assert len(batches) <= 4
    assert sum(batches) == reading.exchanges


# --- looking -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "tries", "pins_set"),
    [
        (PLAIN, {"pin1": 3, "pin2": 3}, True),
        ("licence-one-try", {"pin1": 1, "pin2": 3}, True),
        ("licence-blocked", {"pin1": 0, "pin2": 3}, True),
        ("licence-pin2-blocked", {"pin1": 3, "pin2": 0}, True),
        ("licence-no-pin", {"pin1": 3, "pin2": 3}, False),
    ],
)
def test_a_look_tells_the_tries_and_spends_none(name: str, tries: dict[str, int], pins_set: bool) -> None:
    wire = Wire(name)
    look = run(look_at_licence(), wire)
    assert look.tries == tries
    assert look.pins_set is pins_set
    assert wire.verifies == []


def test_a_blocked_pin_may_answer_6984_or_6983_when_asked() -> None:
    for fault in ("blocked-query-6984", "blocked-6983"):
        assert run(look_at_licence(), Wire("licence-blocked", fault)).tries["pin1"] == 0


def test_a_look_at_the_licence_of_a_my_number_card_tells_ten_tries() -> None:
    look = run(look_at_mynumber_licence(), Wire("mynumber-licence"))
    assert (look.tries, look.pins_set) == ({"licence": 10}, True)
    assert not run(look_at_mynumber_licence(), Wire("mynumber-licence-no-pin")).pins_set


@pytest.mark.parametrize("name", ["mynumber-plain", "passport-japanese-style"])
def test_another_card_is_not_a_licence(name: str) -> None:
    with pytest.raises(CardError, match=r"card\.not_licence"):
        read(Wire(name))
    with pytest.raises(CardError, match=r"card\.no_licence"):
        read_on_mynumber(Wire(name))


def test_a_licence_is_not_a_my_number_card() -> None:
    with pytest.raises(CardError, match=r"card\.no_licence"):
        read_on_mynumber(Wire(PLAIN))


# --- cards that leave --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", range(1, 21, 3))
def test_a_card_that_is_lifted_ends_the_reading_and_is_left_alone(after: int) -> None:
    card = issue(PLAIN, now=NOW)
    count = 0

    class Lifted:
        def transceive(self, octets: bytes, /) -> bytes:
            nonlocal count
            count += 1
            if count > after:
                raise LinkError("link.card_removed", "gone")
            return card.process(octets)

    with pytest.raises(LinkError, match=r"link\.card_removed"):
        run(read_licence(Plan(reader_extended=True), now=NOW), Lifted(), secrets)
    assert count == after + 1


def test_the_licence_application_is_left_at_the_end_and_after_an_error() -> None:
    leave = bytes.fromhex("00A4040C07A0000001510000")
    wire = Wire("mynumber-licence")
    read_on_mynumber(wire)
    assert wire.sent[-1] == leave
    assert wire.card.process(bytes.fromhex("00B09B0010"))[-2:] != b"\x90\x00"
    refused = Wire("mynumber-licence")
    with pytest.raises(CardError, match=r"card\.pin\.wrong"):
        run(read_mynumber_licence(MynumberPlan(), now=NOW), refused, lambda _: b"0000")
    assert refused.sent[-1] == leave


def test_a_plan_that_opens_nothing_is_refused() -> None:
    with pytest.raises(CallerError, match=r"licence\.plan\.pin2_alone"):
        Plan(pin1=False)
    with pytest.raises(CallerError, match=r"licence\.plan\.last_try"):
        Plan(last_try=frozenset({"text"}))
    with pytest.raises(CallerError, match=r"licence\.plan\.last_try"):
        MynumberPlan(last_try=frozenset({"signing"}))
