"""`honnin readers`."""

from __future__ import annotations

import json
import threading

import pytest
from click.testing import CliRunner

from honnin.adapters import pcsc
from honnin.adapters.pcsc import PcscReaders
from honnin.adapters.pcsc import constants as c
from honnin.cli.main import main
from tests.unit.adapters.fake_pcsc import ATR, FakeBinding, FakeReader


@pytest.fixture
def binding(monkeypatch):
    binding = FakeBinding(**{"Reader A": FakeReader(), "Virtual PCD 00 00": FakeReader(present=False)})
    monkeypatch.setattr(pcsc, "PcscReaders", lambda: PcscReaders(binding))
    return binding


def honnin(*arguments):
    return CliRunner().invoke(main, arguments)


def test_json_is_one_object_with_every_reader(binding):
    result = honnin("readers", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "readers": [
            {"name": "Reader A", "kind": "pcsc", "simulated": False, "card_present": True, "atr": ATR.hex(), "problem": None},
            {"name": "Virtual PCD 00 00", "kind": "pcsc", "simulated": True, "card_present": False, "atr": "", "problem": None},
        ]
    }


def test_people_see_names_and_cards_in_both_languages(binding):
    binding.readers["Reader A"].mute = True
    out = honnin("readers").stdout
    assert "Reader A" in out
    assert "カードなし / no card" in out
    assert "reader.card_mute" in out
    assert "模擬 / simulated" in out


def test_no_reader_is_said_with_what_to_do(binding):
    binding.readers.clear()
    result = honnin("readers")
    assert result.exit_code == 0
    assert "USB" in result.stdout
    assert json.loads(honnin("readers", "--json").stdout) == {"readers": []}


def test_a_missing_service_is_exit_code_4_with_the_command_that_starts_it(binding):
    binding.service = c.E_NO_SERVICE
    result = honnin("readers")
    assert result.exit_code == 4
    assert "systemctl start pcscd" in result.stderr
    result = honnin("readers", "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["error"]["code"] == "reader.no_service"


def test_watch_shows_each_change(binding):
    def change():
        binding.change("Reader A", present=False)
        threading.Timer(0.1, lambda: setattr(binding, "service", c.E_NO_SERVICE)).start()

    threading.Timer(0.1, change).start()
    result = honnin("readers", "--watch")
    assert result.exit_code == 4  # the service was stopped to end the test
    assert result.stdout.count("Reader A") == 2
    assert honnin("readers", "--watch", "--json").exit_code == 2
