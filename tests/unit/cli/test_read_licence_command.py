"""`honnin read licence` and `honnin trust import --licence`, with virtual cards in this process."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from honnin.cli.main import main
from honnin.facts.codec import reading_from_zip
from honnin_virtual import simulator_trust

PINS = "1234\n5678\n"


@pytest.fixture(autouse=True)
def own_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HONNIN_DATA", str(tmp_path / "data"))


def honnin(*arguments, stdin=PINS):
    return CliRunner().invoke(main, list(arguments), input=stdin)


def licence(name, *arguments, stdin=PINS):
    return honnin("read", "licence", "--demo-card", name, *arguments, stdin=stdin)


def outcome(result, finding):
    return next(each["outcome"] for each in json.loads(result.stdout)["findings"] if each["id"] == finding)


def test_a_licence_is_read_with_both_pins_after_the_tries_were_shown():
    result = licence("licence-plain", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["document"] == "licence"
    assert found["environment"] == "simulator"
    assert found["attributes"]["full_name"]["value"] == "見本　太郎"
    assert outcome(result, "licence.signature") == "passed"
    assert "3 of 3 tries left" in result.stderr
    assert "1234" not in result.stderr


def test_pin1_alone_is_said_to_prove_nothing():
    result = licence("licence-plain", "--pin-prompt", "pin1", "--lang", "en", stdin="1234\n")
    assert result.exit_code == 0, result.output
    assert "PIN 1 alone proves nothing" in result.stdout


def test_the_form_on_a_my_number_card_is_found_by_itself():
    result = licence("mynumber-licence", "--json", stdin="2468\n")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["document"] == "mynumber_licence"
    assert outcome(result, "mynumber_licence.identity") == "impossible"
    assert "10 of 10 tries left" in result.stderr


def test_nobody_is_asked_where_no_pin_is_set():
    result = licence("licence-no-pin", "--json", stdin="")
    assert result.exit_code == 0, result.output
    assert outcome(result, "licence.pin") == "not_done"
    assert "No PIN is set" in result.stderr


@pytest.mark.parametrize(
    ("name", "stdin", "code", "exit_code"),
    [
        ("licence-plain", "0000\n5678\n", "card.pin.wrong", 4),
        ("licence-one-try", PINS, "card.pin.last_try", 4),
        ("licence-blocked", PINS, "card.pin.blocked", 4),
        ("licence-pin2-blocked", PINS, "card.pin.blocked", 4),
        ("licence-plain", "12\n5678\n", "card.pin.format", 2),
        ("passport-japanese-style", PINS, "card.not_licence", 4),
        ("mynumber-plain", PINS, "card.no_licence", 4),
    ],
)
def test_each_trouble_has_its_code_and_its_exit(name, stdin, code, exit_code):
    result = licence(name, "--json", stdin=stdin)
    assert result.exit_code == exit_code
    assert json.loads(result.stdout)["error"]["code"] == code


def test_the_last_try_is_spent_only_with_the_holders_yes():
    assert licence("licence-one-try", "--last-try", "--json").exit_code == 0


def test_a_failed_check_is_exit_1():
    assert licence("licence-plain", "--fault", "tampered-name", "--json").exit_code == 1
    assert licence("licence-expired", "--json").exit_code == 1


def test_the_kept_file_has_no_domicile_and_verify_says_what_follows(tmp_path):
    out = tmp_path / "reading.zip"
    assert licence("licence-plain", "--out", str(out), "--json").exit_code == 0
    kept = reading_from_zip(out.read_bytes())
    assert {"DF1.EF02", "DF1.EF07"}.isdisjoint(kept.files)
    again = honnin("verify", str(out), "--json")
    assert again.exit_code == 0, again.output
    assert outcome(again, "licence.signature") == "not_done"


@pytest.mark.parametrize("arguments", [["--mrz", "x"], ["--number", "1"], ["--foreign"], ["--pin-prompt", "text"], ["--pin-prompt", "pin2"]])
def test_options_of_other_documents_are_refused(arguments):
    assert licence("licence-plain", *arguments).exit_code == 2


def test_options_of_licences_are_refused_elsewhere():
    assert honnin("read", "mynumber", "--demo-card", "mynumber-plain", "--pin-prompt", "pin1").exit_code == 2


def test_named_anchors_are_all_that_is_trusted(tmp_path):
    files = simulator_trust("licence")
    signer = tmp_path / "signer.cer"
    signer.write_bytes(files["simulator-licence-signer-good.cer"])
    named = licence("licence-plain", "--anchors", str(signer), "--json")
    assert outcome(named, "licence.signature") == "passed"
    assert json.loads(named.stdout)["environment"] == "simulator"  # whoever names it
    other = tmp_path / "other.cer"
    other.write_bytes(simulator_trust("passport")["simulator-csca-1.cer"])
    assert outcome(licence("licence-plain", "--anchors", str(other), "--json"), "licence.signature") == "impossible"


def test_a_signer_is_imported_as_what_it_is_and_never_as_a_passport_authority(tmp_path):
    signer = tmp_path / "signer.cer"
    signer.write_bytes(simulator_trust("licence")["simulator-licence-signer-good.cer"])
    assert honnin("trust", "import", str(signer), "--environment", "test", "--json").exit_code != 0
    assert json.loads(honnin("trust", "list", "--json").stdout)["anchors"] == []
    wrong = honnin("trust", "import", str(signer), "--licence", "--environment", "test", "--pin", "00" * 32, "--json")
    assert wrong.exit_code != 0
    done = honnin("trust", "import", str(signer), "--licence", "--environment", "test", "--json")
    assert done.exit_code == 0, done.output
    (entry,) = json.loads(done.stdout)["new"]
    assert entry["kind"] == "licence"
    (listed,) = json.loads(honnin("trust", "list", "--json").stdout)["anchors"]
    assert listed["kind"] == "licence"
