"""Links over the real service: events, sizes, resets, lifted cards, slow chips, two slots, time of an exchange."""

from __future__ import annotations

import threading
import time

import pytest

from honnin.core.errors import LinkError
from tests.readers.conftest import READER, SECOND, wait_for
from tests.readers.vpcd_card import ATR, LiftedError, VpcdCard

pytestmark = pytest.mark.pcscd

SELECT = bytes.fromhex("00a4040c07a0000002471001")


def echo(command):
    return command[-8:] + b"\x90\x00"


def test_both_slots_are_listed_as_simulated_and_empty(readers):
    infos = readers.list()
    assert [info.name for info in infos] == [READER, SECOND]
    assert all(info.simulated and info.kind == "pcsc" and not info.card_present and info.atr == b"" for info in infos)


def test_putting_down_and_taking_off_are_events(readers):
    with VpcdCard(echo):
        info = wait_for(readers, READER, present=True)
        assert info.atr == ATR
        assert info.problem is None
    assert wait_for(readers, READER, present=False).atr == b""


def test_an_empty_reader_has_no_card(readers):
    with pytest.raises(LinkError) as caught:
        readers.run(READER, lambda link: None, timeout_s=5)
    assert caught.value.code == "reader.no_card"


def test_exchanges_arrive_unchanged_and_the_card_is_reset_at_the_end(readers):
    with VpcdCard(echo) as card:
        wait_for(readers, READER, present=True)
        assert readers.run(READER, lambda link: link.transceive(SELECT), timeout_s=5) == SELECT[-8:] + b"\x90\x00"
        assert card.commands == [SELECT]
        before = len(card.controls)
        readers.run(READER, lambda link: link.transceive(SELECT), timeout_s=5)
        assert 2 in card.controls[before:] or 0 in card.controls[before:]  # reset, or power off and on


def test_the_card_is_reset_after_an_error_too(readers):
    with VpcdCard(echo) as card:
        wait_for(readers, READER, present=True)

        def work(link):
            link.transceive(SELECT)
            card.controls.clear()
            raise KeyError("the work's own error")

        with pytest.raises(KeyError):
            readers.run(READER, work, timeout_s=5)
        assert set(card.controls) & {0, 2}


@pytest.mark.parametrize("size", [256, 257, 65533])
def test_long_answers_arrive_whole(readers, size):
    with VpcdCard(lambda command: bytes(index & 0xFF for index in range(size)) + b"\x90\x00"):
        wait_for(readers, READER, present=True)
        answer = readers.run(READER, lambda link: link.transceive(bytes.fromhex("00b00000000000")), timeout_s=5)
    assert answer == bytes(index & 0xFF for index in range(size)) + b"\x90\x00"


def test_long_commands_arrive_whole(readers):
    command = bytes.fromhex("00d6000000fff4") + bytes(index & 0xFF for index in range(0xFFF4))
    with VpcdCard(echo) as card:
        wait_for(readers, READER, present=True)
        readers.run(READER, lambda link: link.transceive(command), timeout_s=5)
    assert card.commands == [command]


@pytest.mark.parametrize("last", [1, 2, 7])
def test_a_card_lifted_at_an_exchange_is_named(readers, last):
    count = 0

    def chip(command):
        nonlocal count
        count += 1
        if count == last:
            raise LiftedError
        return b"\x90\x00"

    def work(link):
        for _ in range(20):
            link.transceive(SELECT)

    with VpcdCard(chip):
        wait_for(readers, READER, present=True)
        with pytest.raises(LinkError) as caught:
            readers.run(READER, work, timeout_s=10)
    assert caught.value.code == "link.card_removed"
    assert count == last


def test_a_slow_chip_ends_the_wait_the_other_slot_goes_on_and_the_reader_comes_back(readers):
    go = threading.Event()

    def slow(command):
        go.wait(20)
        return b"\x90\x00"

    with VpcdCard(slow), VpcdCard(echo, slot=1):
        wait_for(readers, READER, present=True)
        wait_for(readers, SECOND, present=True)
        begun = time.monotonic()
        with pytest.raises(LinkError) as caught:
            readers.run(READER, lambda link: link.transceive(SELECT), timeout_s=0.5)
        assert caught.value.code == "link.timeout"
        assert time.monotonic() - begun < 2
        assert readers.run(SECOND, lambda link: link.transceive(SELECT), timeout_s=5) == SELECT[-8:] + b"\x90\x00"
        assert [info.problem for info in readers.list()] == ["reader.stuck", None]
        with pytest.raises(LinkError) as caught:
            readers.run(READER, lambda link: link.transceive(SELECT), timeout_s=3)
        assert caught.value.code in {"reader.stuck", "link.timeout"}
        go.set()
        deadline = time.monotonic() + 5
        while readers.list()[0].problem is not None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert readers.run(READER, lambda link: link.transceive(SELECT), timeout_s=5) == b"\x90\x00"


def test_two_cards_on_two_slots_are_read_at_the_same_time(readers):
    together = threading.Barrier(2)
    answers = {}

    def work(name):
        def inside(link):
            together.wait(5)  # passes only when both works run
            return [link.transceive(SELECT) for _ in range(50)][-1]

        answers[name] = readers.run(name, inside, timeout_s=10)

    with VpcdCard(lambda command: b"\x01\x90\x00"), VpcdCard(lambda command: b"\x02\x90\x00", slot=1):
        wait_for(readers, READER, present=True)
        wait_for(readers, SECOND, present=True)
        threads = [threading.Thread(target=work, args=(name,)) for name in (READER, SECOND)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(15)
    assert answers == {READER: b"\x01\x90\x00", SECOND: b"\x02\x90\x00"}


def test_an_exchange_takes_well_under_a_millisecond(readers, record_property):
    def work(link):
        begun = time.perf_counter()
        for _ in range(200):
            link.transceive(SELECT)
        return (time.perf_counter() - begun) / 200 * 1000

    with VpcdCard(lambda command: b"\x90\x00"):
        wait_for(readers, READER, present=True)
        milliseconds = min(readers.run(READER, work, timeout_s=30) for _ in range(3))
    record_property("milliseconds_per_exchange", round(milliseconds, 3))
    print(f"{readers._given.name}: {milliseconds:.3f} ms per exchange")
    assert milliseconds < 5  # without TCP_QUICKACK on the card's side it is 44
