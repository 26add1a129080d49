"""`honnin read`: with virtual cards in this process, and with readers that are played."""

from __future__ import annotations

import json
import stat
import threading

import pytest
from click.testing import CliRunner

from honnin.adapters import pcsc
from honnin.adapters.pcsc import PcscReaders
from honnin.adapters.pcsc import constants as c
from honnin.cli import read as read_command
from honnin.cli.main import main
from honnin.facts.codec import reading_from_zip
from honnin_virtual import faults_from_names, issue, list_cards
from honnin_virtual.pki import untrusted_anchor
from tests.unit.adapters.fake_pcsc import FakeBinding, FakeReader

PLAIN = next(spec for spec in list_cards() if spec.document == "passport")
MRZ = PLAIN.secrets["mrz"]
LINES = MRZ.split("\n") if "\n" in MRZ else [MRZ[:44], MRZ[44:]]
NUMBER, BIRTH, EXPIRY = LINES[1][:9], LINES[1][13:19], LINES[1][21:27]


@pytest.fixture(autouse=True)
def own_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HONNIN_DATA", str(tmp_path / "data"))


def honnin(*arguments, stdin=None):
    return CliRunner().invoke(main, ["read", *arguments], input=stdin)


def outcome(result, finding):
    return next(each["outcome"] for each in json.loads(result.stdout)["findings"] if each["id"] == finding)


def test_a_healthy_virtual_passport_is_read_and_checked():
    result = honnin("--demo-card", PLAIN.name, "--mrz", MRZ, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["document"] == "passport"
    assert found["simulated"] is True
    assert found["environment"] == "simulator"
    assert found["exchanges"] > 5
    assert found["files"]["EF.SOD"] > 100
    assert outcome(result, "passport.sod.signature") == "passed"
    assert outcome(result, "passport.dsc.chain") == "passed"
    assert result.stderr == ""


def test_the_key_comes_from_fields_or_from_stdin_too():
    fields = ("--number", NUMBER, "--birth", BIRTH, "--expiry", EXPIRY)
    assert honnin("--demo-card", PLAIN.name, *fields, "--json").exit_code == 0
    assert honnin("--demo-card", PLAIN.name, "--mrz", "-", "--json", stdin="\n".join(LINES)).exit_code == 0
    assert honnin("--demo-card", PLAIN.name, "--json", stdin=f"{NUMBER}\n{BIRTH}\n{EXPIRY}\n").exit_code == 0
    if "can" in PLAIN.secrets:
        assert honnin("--demo-card", PLAIN.name, "--can", "-", "--json", stdin=PLAIN.secrets["can"]).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--mrz", MRZ, "--can", "123456"),
        ("--mrz", MRZ, "--number", NUMBER),
        ("--number", NUMBER, "--birth", BIRTH),
        ("--mrz", MRZ, "--fault", "slow"),
    ],
)
def test_ways_that_contradict_each_other_are_a_usage_error(arguments):
    assert honnin(*arguments).exit_code == 2


def test_a_failed_check_is_exit_code_1():
    result = honnin("--demo-card", PLAIN.name, "--fault", "tampered-dg1", "--mrz", MRZ, "--json")
    assert result.exit_code == 1
    assert outcome(result, "passport.sod.hashes") == "failed"


def test_named_anchors_are_all_that_is_trusted(tmp_path):
    anchor = tmp_path / "other.cer"
    anchor.write_bytes(untrusted_anchor())
    result = honnin("--demo-card", PLAIN.name, "--mrz", MRZ, "--anchors", str(anchor), "--json")
    assert outcome(result, "passport.dsc.chain") != "passed"


def test_the_reading_is_kept_for_its_owner_only(tmp_path):
    out = tmp_path / "reading.zip"
    result = honnin("--demo-card", PLAIN.name, "--mrz", MRZ, "--out", str(out), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["out"] == str(out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    reading = reading_from_zip(out.read_bytes())
    assert {name: len(octets) for name, octets in reading.files.items()} == json.loads(result.stdout)["files"]
    assert [each.name for each in tmp_path.iterdir() if each.name != "data"] == ["reading.zip"]


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    result = honnin("--demo-card", PLAIN.name, "--mrz", MRZ, "--out", str(tmp_path / "no" / "x.zip"), "--json")
    assert result.exit_code != 0
    assert json.loads(result.stdout)["error"]["code"] == "store.file"


def test_people_see_what_was_confirmed_and_what_was_not_and_that_it_is_simulated():
    words = {
        "ja": ("確認できたこと", "確認できていないこと", "模擬：", "本人確認の記録として使えません"),
        "en": ("What was confirmed", "What was not confirmed", "Simulated: ", "cannot be used as a record"),
    }
    for language, texts in words.items():
        result = honnin("--demo-card", PLAIN.name, "--mrz", MRZ, "--lang", language)
        assert result.exit_code == 0
        assert [text for text in texts if text not in result.stdout] == []


def test_a_signed_item_whose_signature_leads_nowhere_is_not_called_signed():
    result = honnin("--demo-card", PLAIN.name, "--fault", "foreign-csca", "--mrz", MRZ, "--lang", "ja")
    signed = [line for line in result.stdout.splitlines() if "署名つき（文字）" in line]
    assert signed
    assert all("署名は未確認" in line for line in signed)


@pytest.mark.parametrize("fault", ["removed:3", "wrong-mac:12"])
def test_trouble_with_the_card_is_exit_code_4_in_both_languages(fault):
    result = honnin("--demo-card", PLAIN.name, "--fault", fault, "--mrz", MRZ)
    assert result.exit_code == 4
    assert "カード" in result.stderr
    assert "Place" in result.stderr


def test_a_wrong_number_is_named_and_never_repeated():
    result = honnin("--demo-card", PLAIN.name, "--number", "QQ9876543", "--birth", BIRTH, "--expiry", EXPIRY)
    assert result.exit_code == 4
    assert "番号がカードと合いません" in result.stderr
    assert "QQ9876543" not in result.output


def test_a_misread_zone_is_refused_before_anything_goes_to_the_card():
    wrong = LINES[0] + "\n" + LINES[1][:9] + str((int(LINES[1][9]) + 1) % 10) + LINES[1][10:]
    result = honnin("--demo-card", PLAIN.name, "--mrz", wrong, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"].startswith("mrz.check_digit")


def test_an_unknown_card_is_a_usage_error():
    result = honnin("--demo-card", "nobody", "--mrz", MRZ, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "cards.unknown"


# --- readers -----------------------------------------------------------------------------------------------------


@pytest.fixture
def binding(monkeypatch):
    card = issue(PLAIN.name, faults=faults_from_names([]))
    binding = FakeBinding(A=FakeReader(chip=card.process, reset=card.reset), B=FakeReader(present=False))
    monkeypatch.setattr(pcsc, "PcscReaders", lambda: PcscReaders(binding))
    return binding


def test_the_one_card_is_found_on_its_reader_and_a_real_reader_brings_no_simulator_anchors(binding):
    result = honnin("--mrz", MRZ, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["reader"] == "A"
    assert found["simulated"] is False
    assert found["environment"] is None
    assert outcome(result, "passport.dsc.chain") == "impossible"


def test_a_card_put_down_while_we_wait_is_read(binding):
    binding.change("A", present=False)
    threading.Timer(0.2, lambda: binding.change("A", present=True)).start()
    result = honnin("--mrz", MRZ, "--wait", "10")
    assert result.exit_code == 0
    assert "カードを読み取り機に置いてください" in result.stderr


@pytest.mark.parametrize(
    ("change", "arguments", "code", "exit_code"),
    [
        ({"A": False, "B": False}, (), "reader.no_card", 4),
        ({"A": True, "B": True}, (), "reader.several", 2),
        ({}, ("--reader", "C"), "reader.not_found", 4),
        ({}, ("--reader", "B"), "reader.no_card", 4),
    ],
)
def test_a_reader_that_cannot_be_chosen_is_named(binding, change, arguments, code, exit_code):
    for name, present in change.items():
        binding.change(name, present=present)
    result = honnin("--mrz", MRZ, "--wait", "0", "--json", *arguments)
    assert json.loads(result.stdout)["error"]["code"] == code
    assert result.exit_code == exit_code


def test_with_several_cards_the_reader_is_chosen_by_name(binding):
    binding.change("B", present=True)
    assert honnin("--mrz", MRZ, "--reader", "A", "--json").exit_code == 0


def test_no_reader_and_no_service_are_exit_code_4(binding):
    binding.readers.clear()
    assert json.loads(honnin("--mrz", MRZ, "--json").stdout)["error"]["code"] == "reader.none"
    binding.service = c.E_NO_SERVICE
    result = honnin("--mrz", MRZ, "--json")
    assert json.loads(result.stdout)["error"]["code"] == "reader.no_service"
    assert result.exit_code == 4


def test_steps_have_words_for_everything_the_dialogue_tells():
    from honnin.flows.read import STEPS

    assert set(STEPS) <= set(read_command._STEPS)
