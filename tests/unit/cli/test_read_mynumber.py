"""`honnin read mynumber` with virtual cards; and that no secret is written anywhere."""

from __future__ import annotations

import json
import logging

import pytest
from click.testing import CliRunner

from honnin.cli.main import main
from honnin.facts.codec import reading_from_zip
from honnin_virtual import list_cards

CARDS = {each.name: each for each in list_cards() if each.document == "mynumber"}
PLAIN = CARDS["mynumber-plain"]
NUMBER_B, PIN, PASSWORD, NUMBER_A = (PLAIN.secrets[name] for name in ("reference_b", "text_pin", "signature_password", "reference_a"))


@pytest.fixture(autouse=True)
def own_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HONNIN_DATA", str(tmp_path / "data"))


def honnin(*arguments, card=PLAIN.name, stdin=None, document="mynumber"):
    return CliRunner().invoke(main, ["read", document, "--demo-card", card, *arguments], input=stdin)


def found(result):
    return {each["id"]: each["outcome"] for each in json.loads(result.stdout)["findings"]}


def test_the_number_on_the_front_opens_the_card():
    result = honnin("--number", NUMBER_B, "--json")
    assert result.exit_code == 0, result.output
    value = json.loads(result.stdout)
    assert value["document"] == "mynumber"
    assert value["environment"] == "simulator"
    assert value["attributes"]["full_name"]["value"] == "見本　太郎"
    outcomes = found(result)
    assert outcomes["mynumber.face.signature"] == outcomes["mynumber.text.chip"] == "passed"
    assert outcomes["mynumber.currently_valid"] == "not_done"
    assert "mynumber.number" not in outcomes


def test_the_number_comes_from_its_parts_too():
    parts = ("--birth", "1990-01-02", "--expiry", "2035", "--code")
    assert honnin(*parts, "1234", "--json").exit_code == 0
    assert honnin(*parts, "-", "--json", stdin="１２３４\n").exit_code == 0


def test_the_form_of_foreign_residents():
    foreign = CARDS["mynumber-foreign"]
    code = foreign.secrets["reference_b"][-4:]
    arguments = ("--birth", "1995-08-18", "--expiry", "2029", "--code", code, "--json")
    assert honnin(*arguments, "--foreign", card=foreign.name).exit_code == 0
    wrong = honnin(*arguments, card=foreign.name)
    assert wrong.exit_code == 4
    assert "card.number.wrong" in wrong.output


def test_without_options_the_number_is_asked_for():
    assert honnin("--json", stdin=NUMBER_B + "\n").exit_code == 0


def test_pins_are_asked_for_after_the_tries_were_shown():
    result = honnin("--pin-prompt", "text", "--pin-prompt", "signing", "--json", stdin=f"{PIN}\n{PASSWORD.lower()}\n")
    assert result.exit_code == 0, result.output
    outcomes = found(result)
    assert outcomes["mynumber.pin"] == outcomes["mynumber.sign.signature"] == "passed"
    assert "残り 3 回" in result.stderr
    assert "5 of 5 tries left" in result.stderr


def test_a_wrong_pin_says_so_and_what_to_do():
    result = honnin("--pin-prompt", "text", stdin="0000\n")
    assert result.exit_code == 4
    assert "暗証番号がちがいます" in result.stderr


def test_a_card_at_its_last_try_is_left_alone_until_the_holder_agrees():
    card = CARDS["mynumber-one-try"]
    stdin = card.secrets["text_pin"] + "\n"
    result = honnin("--pin-prompt", "text", "--json", card=card.name, stdin=stdin)
    assert result.exit_code == 4
    assert "card.pin.last_try" in result.output
    assert honnin("--pin-prompt", "text", "--last-try", "--json", card=card.name, stdin=stdin).exit_code == 0


def test_the_individual_number_needs_a_purpose():
    result = honnin("--purpose", "social_insurance", "--json", stdin=NUMBER_A + "\n")
    assert result.exit_code == 0, result.output
    assert found(result)["mynumber.number"] == "passed"
    assert NUMBER_A not in result.output
    assert honnin("--purpose", "curiosity", "--json").exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [("--mrz", "x"), ("--can", "123456"), ("--number", NUMBER_B, "--code", "1234"), ("--birth", "1990-01-02"),
     ("--birth", "900102", "--expiry", "2035", "--code", "1234"), ("--birth", "1990-01-02", "--expiry", "35", "--code", "1234"),
     ("--pin-prompt", "licence")],
)  # fmt: skip
def test_what_does_not_fit_is_a_usage_error(arguments):
    assert honnin(*arguments).exit_code == 2


@pytest.mark.parametrize("option", ["--code=1234", "--foreign", "--last-try", "--pin-prompt=text", "--purpose=public_office"])
def test_a_passport_takes_none_of_these(option):
    passport = next(each for each in list_cards() if each.document == "passport")
    assert honnin("--mrz", passport.secrets["mrz"], option, card=passport.name, document="passport").exit_code == 2


def test_a_fault_of_the_card_is_exit_one():
    result = honnin("--number", NUMBER_B, "--fault", "tampered-face", "--json")
    assert result.exit_code == 1
    assert found(result)["mynumber.face.signature"] == "failed"


def test_a_passport_on_the_reader_is_not_a_my_number_card():
    passport = next(each for each in list_cards() if each.document == "passport")
    result = honnin("--number", NUMBER_B, card=passport.name)
    assert result.exit_code == 4
    assert "マイナンバーカードではありません" in result.stderr


def test_named_trust_is_all_that_is_trusted(tmp_path):
    out = tmp_path / "card"
    assert CliRunner().invoke(main, ["cards", "issue", PLAIN.name, "--out", str(out)]).exit_code == 0
    anchors = out / "simulator-anchors"
    result = honnin("--number", NUMBER_B, "--anchors", str(anchors), "--json")
    assert found(result)["mynumber.face.issuer"] == "passed"
    assert json.loads(result.stdout)["environment"] == "simulator"
    keys = honnin("--number", NUMBER_B, "--anchors", str(anchors / "simulator-card-data.json"), "--json")
    assert found(keys)["mynumber.text.issuer"] == "passed"
    one = honnin("--number", NUMBER_B, "--anchors", str(anchors / "simulator-jpki-sign-g3.cer"), "--json")
    assert found(one)["mynumber.face.issuer"] == "impossible"


def test_a_kept_reading_is_checked_again_without_what_gives_the_number_away(tmp_path):
    out = tmp_path / "reading.zip"
    assert honnin("--number", NUMBER_B, "--out", str(out), "--json").exit_code == 0
    reading = reading_from_zip(out.read_bytes())
    assert reading.dropped == ("HOJO.EF0003",)
    result = CliRunner().invoke(main, ["verify", str(out), "--json"])
    assert result.exit_code == 0, result.output
    assert found(result)["mynumber.text.signature"] == "impossible"
    assert found(result)["mynumber.face.chip"] == "passed"


SECRETS = (NUMBER_B, PASSWORD, NUMBER_A)


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("--number", "-"), NUMBER_B),
        (("--number", "-"), NUMBER_B[:-1] + "9"),
        (("--pin-prompt", "text", "--pin-prompt", "authentication", "--pin-prompt", "signing"), f"{PIN}\n{PIN}\n{PASSWORD}"),
        (("--pin-prompt", "signing"), PASSWORD[:-1] + "9"),
        (("--purpose", "social_insurance"), NUMBER_A),
        (("--purpose", "social_insurance", "--pin-prompt", "text"), PIN),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_written_anywhere(arguments, stdin, form, tmp_path, caplog):
    """Not on the screen, not in a log at its most talkative, not in a kept reading, not in the data folder."""
    caplog.set_level(logging.DEBUG)
    out = tmp_path / "reading.zip"
    result = honnin(*arguments, "--out", str(out), *(["--json"] if form == "json" else []), stdin=stdin + "\n")
    assert result.exit_code in (0, 4)
    written = result.output + result.stderr + caplog.text
    kept = [each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()]
    if out.exists():
        reading = reading_from_zip(out.read_bytes())
        kept += [*reading.files.values(), repr(reading).encode()]
    for secret in (*SECRETS, stdin.split("\n")[-1] if len(stdin) > 4 else NUMBER_B):
        assert secret not in written
        assert all(secret.encode() not in each for each in kept)
