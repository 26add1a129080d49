"""The use case "read a document": what the edge fills in, and the one reading that is repeated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from honnin.apdu import Command
from honnin.cards import passport as passport_dialogues
from honnin.cards.passport import CanKey
from honnin.core.errors import LinkError
from honnin.core.secret import Secret
from honnin.facts import Access, DocumentKind, Reading
from honnin.flows.ports import ReaderInfo
from honnin.flows.read import read_document

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ATR = bytes.fromhex("3b8880010000000073c8400000")
KEY = CanKey(Secret("123456"))
ASK = Command(0, 0xB0, 0, 0, le=256)


class Link:
    simulated = True

    def __init__(self, extended_length, refuse_extended):
        self.extended_length = extended_length
        self.refuse_extended = refuse_extended

    def transceive(self, command):
        if self.refuse_extended and len(command) == 7:
            raise LinkError("link.no_extended", "too long")
        return b"\x90\x00"


class FakeReaders:
    def __init__(self, extended_length=None, refuse_extended=False, error=None):
        self.link = Link(extended_length, refuse_extended)
        self.error = error
        self.runs = []

    def list(self):
        return (ReaderInfo("other", "pcsc", False, True, b"\x3b\x00"), ReaderInfo("R", "pcsc", False, True, ATR))

    def run(self, name, work, *, timeout_s):
        self.runs.append((name, timeout_s))
        if self.error:
            raise self.error
        return work(self.link)


class Clock:
    """Goes on by a tenth of a second with every look."""

    def __init__(self):
        self.looks = 0

    def __call__(self):
        self.looks += 1
        return NOW + timedelta(seconds=0.1 * (self.looks - 1))


@pytest.fixture
def plans(monkeypatch):
    seen = []

    def read_passport(key, plan, *, now, random, progress):
        seen.append(plan)
        progress("connect", 1, 1)
        progress("access", 1, 1)
        for number in (1, 2, 3):
            progress("read", number, 3)
            yield (Command(0, 0xB0, 0, 0, le=256, extended=plan.reader_extended and number == 3),) * 2
        progress("issuer", 1, 1)
        progress("chip", 1, 1)
        return Reading(DocumentKind.PASSPORT, now, Access("pace", "can"), {})

    monkeypatch.setattr(passport_dialogues, "read_passport", read_passport)
    return seen


def counting_random():
    count = 0

    def random(length):
        nonlocal count
        count += 1
        return bytes([count]) * length

    return random


def read(readers, **named):
    return read_document(readers, "R", KEY, clock=Clock(), random=counting_random(), **named)


def test_the_edge_fills_in_what_only_it_knows(plans):
    reading = read(FakeReaders())
    assert (reading.source, reading.simulated, reading.exchanges) == ("R", True, 6)
    assert reading.duration_ms > 0
    assert reading.access == Access("pace", "can")


@pytest.mark.parametrize(("says", "planned"), [(None, True), (True, True), (False, False)])
def test_the_plan_comes_from_reader_and_atr(plans, says, planned):
    read(FakeReaders(extended_length=says))
    (plan,) = plans
    assert plan.reader_extended is planned
    assert plan.atr == ATR
    assert plan.aa_challenge == b"\x01" * 8


def test_a_reader_without_extended_length_is_read_once_more_with_short_apdus(plans):
    readers = FakeReaders(refuse_extended=True)
    reading = read(readers)
    assert [plan.reader_extended for plan in plans] == [True, False]
    assert plans[0].aa_challenge != plans[1].aa_challenge
    assert len(readers.runs) == 2
    assert reading.exchanges == 6  # of the reading that counts


def test_the_second_reading_has_only_the_time_that_is_left(plans):
    readers = FakeReaders(refuse_extended=True)
    read(readers, timeout_s=10.0)
    assert 0 < readers.runs[1][1] < readers.runs[0][1] <= 10.0


def test_a_reader_that_refuses_short_apdus_too_is_not_tried_a_third_time(plans):
    readers = FakeReaders(error=LinkError("link.no_extended", "too long"))
    with pytest.raises(LinkError):
        read(readers)
    assert len(readers.runs) == 2


@pytest.mark.parametrize("code", ["link.card_removed", "link.timeout", "link.broken", "reader.no_card"])
def test_no_other_error_is_tried_again(plans, code):
    readers = FakeReaders(error=LinkError(code, "x"))
    with pytest.raises(LinkError) as caught:
        read(readers)
    assert caught.value.code == code
    assert len(readers.runs) == 1


def test_progress_never_goes_back_when_the_reading_begins_again(plans):
    steps = []
    read(FakeReaders(refuse_extended=True), progress=lambda *step: steps.append(step))
    assert steps == [
        ("connect", 1, 1), ("access", 1, 1), ("read", 1, 3), ("read", 2, 3), ("read", 3, 3), ("issuer", 1, 1), ("chip", 1, 1),
    ]  # fmt: skip


class StoppedError(Exception):
    pass


def test_what_progress_raises_ends_the_reading(plans):
    def progress(step, done, of):
        if done == 2:
            raise StoppedError

    readers = FakeReaders()
    with pytest.raises(StoppedError):
        read(readers, progress=progress)
    assert len(readers.runs) == 1
