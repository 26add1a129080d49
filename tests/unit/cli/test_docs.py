"""What README and docs tell people to type exists, and the house file that they show is understood."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from honnin.adapters.house_file import parse_house
from honnin.cli.main import main

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", ROOT / "README.ja.md", *sorted((ROOT / "docs").rglob("*.md"))]
LABELS = ("commitment ", "record content ")  # prefixes of hashes in docs/formats, no commands
# `honnin …` in a line of code, in back-quotes or in Japanese quotation marks.
TOLD = re.compile(r"^ {4}(?:\.venv/bin/)?honnin (.+?)(?:  .*)?$|`(?:\.venv/bin/)?honnin ([a-z][^`]*)`", re.MULTILINE)


def told():
    for page in PAGES:
        for found in TOLD.finditer(page.read_text("utf-8")):
            for each in re.split(r", honnin ", found.group(1) or found.group(2)):
                if not each.startswith(LABELS):
                    yield page.name, each


@pytest.mark.parametrize(("page", "line"), sorted(set(told())))
def test_every_command_that_the_docs_tell_exists_with_its_options(page, line):
    words = line.replace("…", " ").split()
    command: click.Command = main
    context = click.Context(main)
    while isinstance(command, click.Group) and words and words[0].isascii() and not words[0].startswith("-"):
        names = [words.pop(0)]
        while words[:1] == ["|"] and len(words) > 1:  # `list | show`
            names.append(words[1])
            del words[:2]
        found = [command.get_command(context, each) for each in names]
        assert None not in found, f"{page}: {line}"
        if len(found) > 1:
            return
        command = found[0]
        if words[:1] == ["/"]:
            return
    known = {each for param in command.params for each in (*param.opts, *param.secondary_opts)} | {"--json", "--help"}
    if isinstance(command, click.Group):
        return
    for word in words:
        if word.startswith("--"):
            assert word.partition("=")[0].strip("[],.;`") in known, f"{page}: {line}"


def test_the_docs_tell_enough_commands_for_this_test_to_mean_something():
    assert len(set(told())) > 40


@pytest.mark.parametrize("page", ["docs/operator/house.md", "README.md"])
def test_the_house_file_that_is_shown_is_understood(page):
    text = (ROOT / page).read_text("utf-8")
    found = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    shown = found.group(1) if found else re.search(r"\n((?:    .*\n)*    name: .*\n(?:    .*\n)+)", text).group(1)
    shown = "\n".join(each.removeprefix("    ") for each in shown.splitlines())
    house = parse_house(shown.encode())
    assert house.name
    assert house.staff
    assert house.timestamps is not None
    assert house.confirmed


def test_every_entry_that_house_yaml_may_have_is_explained():
    from honnin.adapters import house_file

    text = (ROOT / "docs" / "operator" / "house.md").read_text("utf-8")
    assert [each for each in sorted(house_file._KEYS) if f"`{each}`" not in text] == []
    for entry in sorted(house_file._TIMESTAMPS | house_file._STAFF | house_file._TRANSACTION | house_file._RECIPIENT):
        assert re.search(rf"\b{entry}\b", text), entry
