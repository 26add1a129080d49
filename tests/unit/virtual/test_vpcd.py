"""Frames of the virtual reader (stack of vsmartcard), by a reader that exists only here."""

import socket
import threading

import pytest

from honnin.core.errors import LinkError
from honnin_virtual import Faults, issue
from honnin_virtual import vpcd as module
from honnin_virtual.card import CardGone
from honnin_virtual.vpcd import Wire, answer_frames, serve

SELECT_FILE = bytes.fromhex("00B09C0000")


class FakeSocket:
    """Gives `incoming` in pieces of `piece` octets, "timeout" where a piece is None; keeps what is sent."""

    family = socket.AF_INET

    def __init__(self, incoming: bytes, piece: int = 3, timeouts: int = 0) -> None:
        self.incoming, self.piece, self.timeouts = incoming, piece, timeouts
        self.sent = b""
        self.armed = 0
        self.receives = 0

    def setsockopt(self, level, option, value):
        assert (level, option, value) == (socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        self.armed += 1

    def recv(self, count):
        self.receives += 1
        if self.timeouts:
            self.timeouts -= 1
            raise TimeoutError
        part, self.incoming = self.incoming[: min(count, self.piece)], self.incoming[min(count, self.piece) :]
        return part

    def sendall(self, data):
        self.sent += data


class Chip:
    atr = bytes.fromhex("3B8001")
    name, document, files = "chip", "passport", {}

    def __init__(self, answer=b"\x90\x00"):
        self.answer, self.resets, self.seen = answer, 0, []

    def process(self, apdu, /):
        self.seen.append(apdu)
        return self.answer

    def reset(self):
        self.resets += 1


def frame(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def played(card, incoming: bytes, **how) -> FakeSocket:
    reader = FakeSocket(incoming, **how)
    with pytest.raises(LinkError) as ended:
        answer_frames(card, Wire(reader))
    assert ended.value.code == "vpcd.closed"
    return reader


def test_controls_are_not_answered_except_the_atr():
    card = Chip()
    reader = played(card, frame(b"\x00") + frame(b"\x01") + frame(b"\x02") + frame(b"\x04") + frame(b"\x09") + frame(b""))
    assert reader.sent == frame(card.atr)
    assert card.resets == 4  # at the start, off, on, reset
    assert card.seen == []


@pytest.mark.parametrize("piece", [1, 2, 7, 70_000])
def test_long_frames_both_ways_in_any_pieces(piece):
    card = Chip(answer=bytes(65_535))
    apdu = bytes(65_535)
    reader = played(card, frame(apdu), piece=piece) if piece > 2 else played(card, frame(apdu[:900]), piece=piece)
    assert card.seen[0] == apdu[: len(card.seen[0])]
    assert reader.sent == b"\xff\xff" + bytes(65_535)


def test_an_answer_that_does_not_fit_a_frame_becomes_an_error():
    assert played(Chip(answer=bytes(65_536)), frame(SELECT_FILE)).sent == frame(b"\x6f\x00")


@pytest.mark.skipif(not hasattr(socket, "TCP_QUICKACK"), reason="TCP_QUICKACK is Linux's")
def test_quick_acknowledgement_is_armed_before_every_receive():
    reader = played(Chip(), frame(SELECT_FILE) * 3)
    assert reader.armed == reader.receives


def test_a_frame_cut_short_ends_the_connection():
    card = Chip()
    played(card, b"\x00\x05\x00\xb0")
    assert card.seen == []


def test_waiting_ends_when_asked_to_stop():
    asked = iter([False, False, False, True])
    reader = FakeSocket(b"", timeouts=10)
    answer_frames(Chip(), Wire(reader, lambda: next(asked)))
    assert reader.timeouts == 7


def test_a_busy_reader_does_not_keep_the_card_from_stopping():
    asked = iter([False, True])
    reader = FakeSocket(frame(b"\x04") * 5)
    answer_frames(Chip(), Wire(reader, lambda: next(asked)))
    assert reader.sent == frame(Chip.atr)


def test_lifted_card_ends_the_connection():
    with pytest.raises(CardGone):
        answer_frames(issue("passport-copyable", faults=Faults(removed_at=1)), Wire(FakeSocket(frame(SELECT_FILE))))


def test_nothing_listens_is_said_with_a_code(monkeypatch):
    def refuse(*_, **__):
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(LinkError) as failed:
        serve(Chip(), "127.0.0.1", 1)
    assert failed.value.code == "vpcd.unreachable"


def test_a_host_name_that_cannot_be_is_unreachable():
    with pytest.raises(LinkError) as failed:
        serve(Chip(), "a" * 300, 1)
    assert failed.value.code == "vpcd.unreachable"


def test_the_card_comes_back_when_the_daemon_restarts_and_after_it_was_lifted(monkeypatch):
    """First connection closes, the daemon is away once, the second lifts the card, the third is stopped."""
    stop, events, attempts = threading.Event(), [], []

    class Reader(FakeSocket):
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def settimeout(self, _):
            pass

        def setsockopt(self, *_):
            pass

    class Moody(Chip):
        def process(self, apdu, /):
            if len(attempts) == 3:
                raise CardGone
            return super().process(apdu)

    def connect(*_, **__):
        attempts.append(1)
        if len(attempts) == 2:
            raise ConnectionRefusedError
        if len(attempts) == 4:
            stop.set()
        return Reader(frame(SELECT_FILE), timeouts=1 if len(attempts) == 4 else 0)

    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr(module, "_POLL_SECONDS", 0.0)
    monkeypatch.setattr(module, "_AWAY_SECONDS", 0.0)
    card = Moody()
    serve(card, stop=stop, on_event=events.append)
    assert events == ["connected", "reader_gone", "connected", "card_removed", "connected"]
    assert card.seen == [SELECT_FILE]
