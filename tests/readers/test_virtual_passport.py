"""The virtual passports on the virtual reader of the real service, as `honnin cards insert` puts them there."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from honnin.crypto import Cipher
from honnin_virtual import Faults, issue
from honnin_virtual.passport.security_infos import PaceSpec
from honnin_virtual.vpcd import serve
from tests.readers.conftest import READER, wait_for
from tests.unit.virtual.terminal import Terminal

pytestmark = pytest.mark.pcscd

GM13 = PaceSpec("GM", "ECDH", Cipher.AES128, 13)


class Laid:
    """`with Laid(card):` a thread is that card until the end."""

    def __init__(self, card) -> None:
        self.stop = threading.Event()
        self.events: list[str] = []
        self.thread = threading.Thread(
            target=serve, args=(card,), kwargs={"stop": self.stop, "on_event": self.events.append}, daemon=True
        )

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop.set()
        self.thread.join(10)
        assert not self.thread.is_alive()


def test_a_whole_passport_is_read_through_the_service(readers):
    card = issue("passport-japanese-style")

    def work(link):
        terminal = Terminal(SimpleNamespace(process=link.transceive))
        terminal.pace(GM13, card.mrz)
        terminal.select_application()
        return {name: terminal.read(name) for name in ("EF.COM", "EF.SOD", "EF.DG1", "EF.DG2", "EF.DG14", "EF.DG15")}

    with Laid(card):
        assert wait_for(readers, READER, present=True).atr == card.atr
        files = readers.run(READER, work, timeout_s=20)
    assert files == {name: card.files[name] for name in files}


def test_an_exchange_does_not_wait_for_the_delayed_acknowledgement(readers):
    def work(link):
        started = time.perf_counter()
        for _ in range(50):
            link.transceive(bytes.fromhex("00B09C0004"))
        return (time.perf_counter() - started) / 50

    with Laid(issue("passport-japanese-style")):
        wait_for(readers, READER, present=True)
        assert readers.run(READER, work, timeout_s=20) < 0.02  # 0.044 without TCP_QUICKACK, below 0.001 with it


def test_a_lifted_card_goes_and_comes_back(readers):
    card = issue("passport-japanese-style", faults=Faults(removed_at=2))
    with Laid(card) as laid:
        wait_for(readers, READER, present=True)
        with pytest.raises(Exception, match="link"):
            readers.run(READER, lambda link: [link.transceive(bytes.fromhex("00B09C0004")) for _ in range(3)], timeout_s=5)
        deadline = time.monotonic() + 10
        while laid.events.count("connected") < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert laid.events[:3] == ["connected", "card_removed", "connected"]
        wait_for(readers, READER, present=True)


def test_cards_insert_is_that_card_until_interrupted(readers):
    code = "from honnin.cli.main import main; main()"
    process = subprocess.Popen([sys.executable, "-c", code, "cards", "insert", "passport-copyable"], stderr=subprocess.PIPE)
    try:
        assert wait_for(readers, READER, present=True, seconds=15).atr == issue("passport-copyable").atr
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=15)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "simulator" in said.decode()
    wait_for(readers, READER, present=False)
