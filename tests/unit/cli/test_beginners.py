"""What somebody meets who has never used the commands: slips, empty folders, files that cannot be written."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from honnin.cli.main import main
from honnin.cli.record_room import record_room
from tests.store.test_sealed_visits import visit
from tests.unit.cli.test_serve import free_port


def run(*arguments, env=None):
    return CliRunner().invoke(main, arguments, env=env, prog_name="honnin")


@pytest.fixture
def house(tmp_path):
    with record_room(tmp_path) as room:
        room.visits.save(visit(1))
    return tmp_path


def commands(group=main, path=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize(
    "arguments", [("lwa",), ("law", "ask"), ("law", "ask", "--jso"), ("serve", "--port", "99999"), ("--no-such",)]
)
def test_a_slip_is_told_in_both_languages_with_its_code(arguments):
    found = run(*arguments)
    assert found.exit_code == 2
    assert "コマンドの書き方がちがいます。" in found.stderr
    assert "The command is not written as it should be." in found.stderr
    assert found.stderr.rstrip().endswith("[usage]")
    assert found.stderr.startswith("Usage: honnin")
    assert found.stdout == ""


@pytest.mark.parametrize("arguments", [("records", "show"), ("keys", "retire"), ("readers", "--watch")])
def test_a_slip_is_json_where_json_was_asked_for(arguments):
    found = run(*arguments, "--json")
    assert found.exit_code == 2
    error = json.loads(found.stdout)["error"]
    assert error["code"] == "usage"
    assert error["detail"]
    assert "Usage:" not in error["detail"]


def test_a_group_alone_shows_its_help_and_not_an_error():
    found = run("records")
    assert found.exit_code == 2
    assert "Commands:" in found.output
    assert "[usage]" not in found.output


def test_every_help_has_japanese_and_no_list_is_cut_off():
    seen = 0
    for path, command in commands():
        text = run(*path, "--help").output
        assert any("\u3041" <= each <= "\u30ff" for each in text), path
        if isinstance(command, click.Group):
            assert "..." not in text.partition("Commands:")[2], path
        seen += 1
    assert seen > 40


@pytest.mark.parametrize("command", [("status",), ("recovery-sheet",), ("rotate", "--by", "A"), ("passphrase",)])
def test_a_folder_in_which_nothing_was_ever_kept_has_lost_no_key(tmp_path, command):
    found = run("keys", *command, "--data", str(tmp_path))
    assert found.exit_code == 2
    assert "[vault.no_house]" in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_records_without_their_keys_are_told_as_a_loss(house):
    (house / "keys").rename(house / "elsewhere")
    found = run("keys", "status", "--data", str(house))
    assert found.exit_code == 1
    assert "[vault.key_missing]" in found.stderr


def test_keys_and_backup_of_the_demo_are_named_like_its_records(house, tmp_path_factory):
    above = tmp_path_factory.mktemp("above")
    house.rename(above / "demo")
    assert run("keys", "status", "--demo", "--data", str(above)).exit_code == 0
    assert run("backup", str(above / "backup"), "--demo", "--data", str(above)).exit_code == 0
    assert (above / "backup").stat().st_size > 1000


def test_an_empty_list_says_so_beside_the_output(house):
    found = run("records", "list", "--name", "NOBODY", "--data", str(house))
    assert found.exit_code == 0
    assert found.stdout == ""
    assert "該当するものはありません" in found.stderr


@pytest.mark.parametrize("command", ["export"])
def test_a_file_that_cannot_be_written_is_an_error_with_a_code(house, command):
    found = run("records", command, visit(1).id, str(house / "no" / "x.zip"), "--by", "A", "--data", str(house))
    assert found.exit_code == 1
    assert "[store.file]" in found.stderr


@pytest.mark.parametrize(
    ("text", "place"),
    [("namae: x", "namae"), ("staff: 見本", "staff"), ("name: [", "line 2"), ("confirmed: [{code: L1}]", "confirmed")],
)
def test_a_wrong_house_file_is_told_with_the_place_in_it(tmp_path, text, place):
    (tmp_path / "house.yaml").write_text(text, "utf-8")
    found = run("serve", "--port", str(free_port()), "--data", str(tmp_path))
    assert "[house.content]" in found.stderr
    assert place in found.stderr
