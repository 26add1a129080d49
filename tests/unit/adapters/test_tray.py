"""The demo tray: a reader with virtual cards, alone and beside the readers of PC/SC."""

from __future__ import annotations

import threading
import time

import pytest

from honnin.adapters.all_readers import AllReaders
from honnin.adapters.pcsc import PcscReaders
from honnin.adapters.pcsc import constants as c
from honnin.adapters.tray import ID, NAME, Tray
from honnin.core.errors import CallerError, HonninError, LinkError
from tests.unit.adapters.fake_pcsc import FakeBinding, FakeReader

SELECT = bytes.fromhex("00a4040c07a0000002471001")
CHALLENGE = bytes.fromhex("0084000008")
CARD = Tray().cards()[0].name


def code_of(function, *arguments, **named):
    with pytest.raises(HonninError) as caught:
        function(*arguments, **named)
    return caught.value.code


@pytest.fixture
def tray():
    tray = Tray()
    tray.insert(CARD)
    return tray


def test_cards_come_with_what_is_printed_on_them():
    cards = Tray().cards()
    assert len(cards) > 3
    assert all(card.holder and card.description_ja and card.description_en for card in cards)
    assert all("mrz" in card.secrets for card in cards if card.document == "passport")


def test_faults_have_words_in_both_languages():
    faults = Tray().faults(CARD)
    assert {"clone-aa", "removed"} <= {fault.name for fault in faults}
    assert all(fault.ja and fault.en for fault in faults)


def test_an_empty_tray_is_a_reader_without_a_card():
    tray = Tray()
    (info,) = tray.list()
    assert (info.name, info.kind, info.simulated, info.card_present, info.atr) == (NAME, "demo", True, False, b"")
    assert code_of(tray.run, NAME, lambda link: 1, timeout_s=1) == "reader.no_card"
    assert tray.inserted() is None


def test_a_card_is_put_down_and_taken_off(tray):
    (info,) = tray.list()
    assert info.card_present
    assert info.atr[0] == 0x3B
    assert tray.inserted() == CARD
    tray.remove()
    tray.remove()
    assert not tray.list()[0].card_present


def test_the_chip_answers(tray):
    answer = tray.run(NAME, lambda link: link.transceive(SELECT), timeout_s=1)
    assert answer[-2:] == b"\x90\x00"
    assert tray.run(ID, lambda link: link.simulated and link.extended_length, timeout_s=1) is True


def test_the_chip_is_reset_between_two_readings(tray):
    def select_and_ask(link):
        link.transceive(SELECT)
        return link.transceive(CHALLENGE)[-2:]

    assert tray.run(NAME, select_and_ask, timeout_s=1) == b"\x90\x00"
    assert tray.run(NAME, lambda link: link.transceive(CHALLENGE)[-2:], timeout_s=1) != b"\x90\x00"


class OwnError(Exception):
    pass


def test_an_error_of_the_work_comes_through_and_the_tray_goes_on(tray):
    def work(link):
        raise OwnError

    with pytest.raises(OwnError):
        tray.run(NAME, work, timeout_s=1)
    assert tray.run(NAME, lambda link: 1, timeout_s=1) == 1


def test_a_link_is_closed_after_the_work(tray):
    links = []
    tray.run(NAME, links.append, timeout_s=1)
    assert code_of(links[0].transceive, SELECT) == "link.closed"


def test_a_card_taken_off_during_a_reading_ends_it(tray):
    def work(link):
        link.transceive(SELECT)
        tray.remove()
        link.transceive(SELECT)

    assert code_of(tray.run, NAME, work, timeout_s=1) == "link.card_removed"


def test_a_card_changed_during_a_reading_is_not_read_on(tray):
    def work(link):
        link.transceive(SELECT)
        tray.insert(CARD)
        link.transceive(SELECT)

    assert code_of(tray.run, NAME, work, timeout_s=1) == "link.card_removed"


def test_a_lifting_fault_takes_the_card_off_the_tray():
    tray = Tray()
    tray.insert(CARD, ["removed:2"])

    def work(link):
        link.transceive(SELECT)
        link.transceive(SELECT)

    assert code_of(tray.run, NAME, work, timeout_s=1) == "link.card_removed"
    assert tray.inserted() is None


def test_slowness_can_be_seen_and_does_not_outlast_the_card():
    tray = Tray(delay_s=0.03)
    tray.insert(CARD)
    begun = time.monotonic()
    tray.run(NAME, lambda link: [link.transceive(SELECT) for _ in range(3)], timeout_s=5)
    assert time.monotonic() - begun >= 0.09
    tray = Tray(delay_s=30)
    tray.insert(CARD)
    threading.Timer(0.05, tray.remove).start()
    begun = time.monotonic()
    assert code_of(tray.run, NAME, lambda link: link.transceive(SELECT), timeout_s=60) == "link.card_removed"
    assert time.monotonic() - begun < 5


def test_a_slow_chip_ends_with_the_time_given():
    tray = Tray(delay_s=0.05)
    tray.insert(CARD)
    assert code_of(tray.run, NAME, lambda link: [link.transceive(SELECT) for _ in range(99)], timeout_s=0.2) == "link.timeout"


def test_one_reading_at_a_time(tray, monkeypatch):
    monkeypatch.setattr("honnin.adapters.tray.TURN_TIMEOUT_S", 0.05)
    inside, leave = threading.Event(), threading.Event()

    def long_work(link):
        inside.set()
        leave.wait(5)

    thread = threading.Thread(target=lambda: tray.run(NAME, long_work, timeout_s=5))
    thread.start()
    assert inside.wait(2)
    assert code_of(tray.run, NAME, lambda link: 1, timeout_s=5) == "reader.busy"
    leave.set()
    thread.join(2)


@pytest.mark.parametrize(
    ("name", "faults", "code"),
    [
        ("no such card", [], "cards.unknown"),
        (CARD, ["no such fault"], "cards.fault.unknown"),
        (CARD, ["slow"] * 9, "demo.faults"),
    ],
)
def test_what_cannot_be_laid_down_is_refused_and_the_tray_stays_as_it_is(tray, name, faults, code):
    with pytest.raises(CallerError) as caught:
        tray.insert(name, faults)
    assert caught.value.code == code
    assert tray.inserted() == CARD


def test_putting_down_ends_the_wait():
    tray = Tray()
    known = tray.list()
    threading.Timer(0.05, lambda: tray.insert(CARD)).start()
    assert tray.wait_change(known, timeout_s=10)[0].card_present
    begun = time.monotonic()
    assert tray.wait_change(tray.list(), timeout_s=0.05)[0].card_present
    assert time.monotonic() - begun < 2


# --- together ----------------------------------------------------------------------------------------------------


def test_the_tray_stands_before_the_real_readers_and_each_is_reached_by_name(tray):
    both = AllReaders(PcscReaders(FakeBinding(A=FakeReader())), tray)
    assert [info.name for info in both.list()] == [NAME, "A"]
    assert both.run("A", lambda link: link.simulated, timeout_s=1) is False
    assert both.run(NAME, lambda link: link.simulated, timeout_s=1) is True
    assert both.run(ID, lambda link: link.simulated, timeout_s=1) is True


def test_without_a_tray_there_is_no_demo_reader():
    alone = AllReaders(PcscReaders(FakeBinding(A=FakeReader())))
    assert [info.name for info in alone.list()] == ["A"]
    assert code_of(alone.run, NAME, lambda link: 1, timeout_s=1) == "reader.not_found"


def test_a_missing_service_is_an_error_only_without_the_tray(tray):
    binding = FakeBinding(A=FakeReader())
    binding.service = c.E_NO_SERVICE
    with pytest.raises(LinkError):
        AllReaders(PcscReaders(binding)).list()
    assert [info.name for info in AllReaders(PcscReaders(binding), tray).list()] == [NAME]


def test_a_change_on_either_side_ends_the_wait(tray, monkeypatch):
    monkeypatch.setattr("honnin.adapters.all_readers.LOOK_S", 0.02)
    binding = FakeBinding(A=FakeReader(present=False))
    both = AllReaders(PcscReaders(binding), tray)
    known = both.list()
    threading.Timer(0.05, lambda: binding.change("A", present=True)).start()
    changed = both.wait_change(known, timeout_s=5)
    assert [info.card_present for info in changed] == [True, True]
    threading.Timer(0.05, tray.remove).start()
    assert [info.card_present for info in both.wait_change(changed, timeout_s=5)] == [False, True]
    begun = time.monotonic()
    assert len(both.wait_change(both.list(), timeout_s=0.1)) == 2
    assert time.monotonic() - begun < 2


def test_alone_the_wait_is_that_of_pcsc():
    binding = FakeBinding(A=FakeReader(present=False))
    alone = AllReaders(PcscReaders(binding))
    threading.Timer(0.05, lambda: binding.change("A", present=True)).start()
    assert alone.wait_change(alone.list(), timeout_s=5)[0].card_present
