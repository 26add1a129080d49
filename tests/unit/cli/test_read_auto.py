"""`honnin read auto`: whatever lies there is recognised, and only what this card needs is asked for."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from honnin.cli.main import main
from honnin.cli.read_options import DOCUMENTS, ReadOptions, misfit
from honnin_virtual import list_cards

CARDS = {each.name: each for each in list_cards()}
PLAIN = {document: next(each for each in CARDS.values() if each.document == document) for document in DOCUMENTS}
ON_MYNUMBER = CARDS["mynumber-licence"]


@pytest.fixture(autouse=True)
def own_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HONNIN_DATA", str(tmp_path / "data"))


def honnin(card, *arguments, stdin="", document=("auto",)):
    return CliRunner().invoke(main, ["read", *document, "--demo-card", card.name, *arguments], input=stdin)


def printed(document):
    """What its holder would type, as asked."""
    secrets = PLAIN[document].secrets
    if document == "passport":
        line = secrets["mrz"].replace("\n", "")[44:]
        return f"{line[:9]}\n{line[13:19]}\n{line[21:27]}\n"
    if document == "mynumber":
        return secrets["reference_b"] + "\n"
    if document == "licence":
        return f"{secrets['pin1']}\n{secrets['pin2']}\n"
    return secrets["card_number"] + "\n"


def given(document):
    """The same as options."""
    secrets = PLAIN[document].secrets
    return {
        "passport": ("--mrz", secrets.get("mrz", "")),
        "mynumber": ("--number", secrets.get("reference_b", "")),
        "licence": ("--pin-prompt", "pin1", "--pin-prompt", "pin2"),
        "residence": ("--number", secrets.get("card_number", "")),
    }[document]


@pytest.mark.parametrize("argument", [("auto",), ()])
@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_document_is_recognised_and_read_with_what_is_typed(document, argument):
    result = honnin(PLAIN[document], "--json", stdin=printed(document), document=argument)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["document"] == document


@pytest.mark.parametrize("document", DOCUMENTS)
def test_auto_says_the_same_as_the_document_by_name(document):
    stdin = printed(document) if document == "licence" else ""
    by_name = honnin(PLAIN[document], *given(document), "--json", stdin=stdin, document=(document,))
    by_itself = honnin(PLAIN[document], *given(document), "--json", stdin=stdin)
    assert by_itself.exit_code == by_name.exit_code == 0, by_itself.output
    ours, theirs = json.loads(by_itself.stdout), json.loads(by_name.stdout)
    assert ours.keys() == theirs.keys()
    assert [(each["id"], each["outcome"]) for each in ours["findings"]] == [(each["id"], each["outcome"]) for each in theirs["findings"]]
    assert ours["attributes"].keys() == theirs["attributes"].keys()


def test_the_tries_are_shown_before_anything_is_asked():
    licence = honnin(PLAIN["licence"], "--json", stdin=printed("licence"))
    assert "3 of 3 tries left" in licence.stderr
    card = honnin(PLAIN["mynumber"], "--json", stdin=printed("mynumber"))
    assert "10 of 10 tries left" in card.stderr
    assert "My Number Card" in card.stderr


def test_the_licence_on_a_my_number_card_is_told_and_read_when_asked_for():
    number = ON_MYNUMBER.secrets["reference_b"] + "\n"
    card = honnin(ON_MYNUMBER, "--json", stdin=number)
    assert card.exit_code == 0, card.output
    assert json.loads(card.stdout)["document"] == "mynumber"
    assert "honnin read licence" in card.stderr
    licence = honnin(ON_MYNUMBER, "--pin-prompt", "pin1", "--json", stdin="2468\n")
    assert json.loads(licence.stdout)["document"] == "mynumber_licence"
    assert licence.exit_code == 0, licence.output


@pytest.mark.parametrize(
    ("document", "arguments"),
    [
        ("passport", ("--pin-prompt", "pin1")),
        ("mynumber", ("--mrz", "x")),
        ("mynumber", ("--pin-prompt", "pin1")),
        ("licence", ("--number", "ZZ00000001ZZ")),
        ("licence", ("--can", "123456")),
        ("residence", ("--pin-prompt", "text")),
        ("residence", ("--number", "XX1000001", "--birth", "900401", "--expiry", "350324")),
    ],
)
def test_options_of_another_document_are_refused_with_what_would_fit(document, arguments):
    result = honnin(PLAIN[document], *arguments, "--json", stdin="0000\n")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["code"] == f"read.misfit.{document}"
    assert "--" in error["next_en"]
    plain = honnin(PLAIN[document], *arguments, stdin="0000\n")
    assert plain.exit_code == 2
    assert error["message_ja"] in plain.stderr


@pytest.mark.parametrize("arguments", [("--mrz", "x", "--can", "1"), ("--mrz", "x", "--pin-prompt", "text"), ("--birth", "900401")])
def test_options_that_no_document_takes_are_a_usage_error_before_any_reader(arguments):
    assert CliRunner().invoke(main, ["read", *arguments]).exit_code == 2


@pytest.mark.parametrize("name", ["mynumber-blocked", "mynumber-one-try"])
def test_nothing_is_asked_that_the_card_would_refuse(name):
    result = honnin(CARDS[name], "--pin-prompt", "text", "--json", stdin="")
    code = "card.pin.blocked" if name == "mynumber-blocked" else "card.pin.last_try"
    assert result.exit_code == 4
    assert json.loads(result.stdout)["error"]["code"] == code
    assert "tries left" in result.stderr


def test_a_licence_without_pins_is_read_without_asking():
    result = honnin(CARDS["licence-no-pin"], "--json")
    assert result.exit_code == 0, result.output
    assert "No PIN is set" in result.stderr


def test_every_option_fits_some_document():
    assert [each for each in DOCUMENTS if misfit(each, ReadOptions()) is None] == list(DOCUMENTS)
    assert not ReadOptions(last_try=True).given
    assert misfit("passport", ReadOptions(pins=("text",)))


def test_people_see_the_same_text_as_with_the_document_by_name():
    result = honnin(PLAIN["residence"], "--lang", "en", stdin=printed("residence"))
    assert result.exit_code == 0, result.output
    assert "What was confirmed" in result.stdout
    assert "Simulated: " in result.stdout
