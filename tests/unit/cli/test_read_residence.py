"""`honnin read residence`: number typed or asked for, pictures, and what is no residence card."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from honnin.cli.main import main


@pytest.fixture(autouse=True)
def own_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HONNIN_DATA", str(tmp_path / "data"))


def honnin(*arguments, stdin=None):
    return CliRunner().invoke(main, list(arguments), input=stdin)


def test_a_card_is_read_checked_and_kept(tmp_path):
    out, images = tmp_path / "reading.zip", tmp_path / "images"
    result = honnin("read", "residence", "--demo-card", "residence-first", "--number", "ZZ00000002ZZ", "--json",
                    "--out", str(out), "--images", str(images))  # fmt: skip
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["document"], found["environment"], found["simulated"]) == ("residence", "simulator", True)
    assert {each["id"]: each["outcome"] for each in found["findings"]}["residence.copy"] == "impossible"
    assert sorted(each.name for each in images.iterdir()) == ["front_image.png", "portrait.png"]
    again = honnin("verify", str(out), "--json")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["findings"] == found["findings"]


@pytest.mark.parametrize("number", [["--number", "-"], []])
def test_the_number_can_be_asked_for(number):
    result = honnin("read", "residence", "--demo-card", "residence-plain", *number, "--json", stdin="zz 0000 0001 zz\n")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("card", "number", "code"),
    [
        ("residence-plain", "ZZ00000002ZZ", "card.residence.wrong_number"),
        ("residence-specified", "ZZ00000015ZZ", "card.residence.specified"),
        ("passport-japanese-style", "ZZ00000001ZZ", "card.not_residence"),
    ],
)
def test_trouble_with_the_card_is_exit_4_with_a_stable_code(card, number, code):
    result = honnin("read", "residence", "--demo-card", card, "--number", number, "--json")
    assert result.exit_code == 4
    assert code in result.output
    assert number not in result.output


def test_a_failed_finding_is_exit_1():
    result = honnin("read", "residence", "--demo-card", "residence-plain", "--number", "ZZ00000001ZZ",
                    "--fault", "tampered-birth", "--lang", "en")  # fmt: skip
    assert result.exit_code == 1
    assert "may have been changed" in result.output


@pytest.mark.parametrize("extra", [["--mrz", "x"], ["--can", "123456"], ["--birth", "900101"], ["--pin-prompt", "text"], ["--last-try"]])
def test_keys_of_other_documents_are_a_usage_error(extra):
    assert honnin("read", "residence", "--demo-card", "residence-plain", "--number", "ZZ00000001ZZ", *extra).exit_code == 2
