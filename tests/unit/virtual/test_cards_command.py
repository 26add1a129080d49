"""`honnin cards`: the fixed JSON of design §9, issued folders, and plain errors."""

import json
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from honnin.cli.cards import SIMULATOR_EN, SIMULATOR_JA, command
from honnin_virtual import FAULTS, issue, list_cards, simulator_trust
from honnin_virtual.pki import simulator_anchors


def run(*arguments: str):
    return CliRunner().invoke(command, arguments)


def test_list_json_is_as_the_design_fixes_it():
    result = run("list", "--json")
    assert result.exit_code == 0
    cards = json.loads(result.stdout)["cards"]
    assert [card["name"] for card in cards] == [card.name for card in list_cards()]
    assert len(cards) >= 8
    for card in cards:
        assert set(card) == {"name", "document", "holder", "secrets"}
        if card["document"] == "residence":
            assert re.fullmatch("[A-Z]{2}[0-9]{8}[A-Z]{2}", card["secrets"]["card_number"])
            continue
        if card["document"] == "licence":
            assert {"pin1", "pin2"} >= set(card["secrets"])
            continue
        if card["document"] == "mynumber":
            assert {"user_authentication_pin", "text_pin", "reference_b"} <= set(card["secrets"])
            assert all(secret.isalnum() for secret in card["secrets"].values())
            continue
        assert card["document"] == "passport"
        lines = card["secrets"]["mrz"].split("\n")
        assert [len(line) for line in lines] == [44, 44]
        assert set(card["secrets"]) <= {"mrz", "can"}
        assert len(card["secrets"].get("can", "000000")) == 6


def test_list_for_people_says_simulator_first():
    lines = run("list").stdout.splitlines()
    assert lines[:2] == [SIMULATOR_JA, SIMULATOR_EN]
    assert "passport-japanese-style" in lines


def test_faults_are_listed():
    assert [fault["name"] for fault in json.loads(run("list", "--faults", "--json").stdout)["faults"]] == [
        spec.name for spec in FAULTS
    ]
    assert "removed:EXCHANGE" in run("list", "--faults").stdout


def test_issue_writes_the_files_the_anchors_and_a_notice(tmp_path):
    out = tmp_path / "card"
    result = run("issue", "passport-pace-cam", "--out", str(out), "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["environment"] == "simulator"
    assert sorted(told["files"]) == sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    for name, octets in issue("passport-pace-cam").files.items():
        assert (out / f"{name.replace('/', '.')}.bin").read_bytes() == octets
    anchors = sorted((out / "simulator-anchors").glob("*.cer"))
    assert [path.read_bytes() for path in anchors] == list(simulator_anchors())
    assert SIMULATOR_EN in (out / "SIMULATOR.txt").read_text("utf-8")


def test_issue_writes_the_anchors_of_that_document(tmp_path):
    result = run("issue", "mynumber-plain", "--out", str(tmp_path))
    assert result.exit_code == 0
    assert (tmp_path / "JPKI.000A.bin").read_bytes() == issue("mynumber-plain").files["JPKI/000A"]
    anchors = {path.name: path.read_bytes() for path in (tmp_path / "simulator-anchors").iterdir()}
    assert anchors == simulator_trust("mynumber")
    assert not any("csca" in name for name in anchors)


def test_issue_with_a_fault(tmp_path):
    assert run("issue", "passport-copyable", "--out", str(tmp_path), "--fault", "tampered-dg1").exit_code == 0
    assert b"TAMPERED" in (tmp_path / "EF.DG1.bin").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "status"),
    [(("issue", "nobody"), "cards.unknown", 2), (("issue", "passport-copyable", "--fault", "x"), "cards.fault.unknown", 2),
     (("issue", "passport-copyable", "--fault", "clone-aa"), "cards.fault.unfit", 2)],
)  # fmt: skip
def test_errors_have_codes_and_exit_status(arguments, code, status, tmp_path):
    result = run(*arguments, "--out", str(tmp_path), "--json")
    assert result.exit_code == status
    assert json.loads(result.stdout)["error"]["code"] == code


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    result = run("issue", "passport-copyable", "--out", str(tmp_path / "file" / "x"), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "store.file"


@pytest.mark.parametrize("address", ["", ":35963", "host:", "host:x", "host:0", "host:65536", "host:９９"])
def test_insert_refuses_odd_addresses(address):
    result = run("insert", "passport-copyable", "--vpcd", address)
    assert result.exit_code == 2
    assert "[cards.address]" in result.stderr


def test_insert_says_when_no_reader_listens(monkeypatch):
    import socket

    def refuse(*_, **__):
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    result = run("insert", "passport-copyable", "--vpcd", "[::1]:1")
    assert result.exit_code == 4
    assert "[vpcd.unreachable]" in result.stderr
    assert SIMULATOR_JA in result.stderr


def test_listing_loads_neither_cryptography_nor_pillow():
    code = (
        "import sys, honnin_virtual; honnin_virtual.list_cards();"
        "print([name for name in ('cryptography', 'PIL', 'asn1crypto') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "[]"
