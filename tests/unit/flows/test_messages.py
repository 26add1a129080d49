"""Every error that the program can raise has a sentence and a next step in both languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import honnin
import honnin_virtual
from honnin.core.errors import DataError, LinkError
from honnin.flows.messages import MESSAGES, message_for

CODE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
ROOTS = [Path(package.__file__).parent for package in (honnin, honnin_virtual)]


def error_classes(trees):
    """Names of all classes that come from HonninError."""
    names, grown = {"HonninError"}, True
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while grown:
        found = {node.name for node in classes if any(isinstance(base, ast.Name) and base.id in names for base in node.bases)}
        grown = not found <= names
        names |= found
    return names


def codes():
    """(code, file) of every call that makes an error: literal codes, and the fixed beginning of composed ones."""
    files = [path for root in ROOTS for path in sorted(root.rglob("*.py"))]
    trees = [ast.parse(path.read_text("utf-8")) for path in files]
    errors = error_classes(trees)
    for path, tree in zip(files, trees, strict=True):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
            if name not in errors and name != "__init__" and not name.lower().endswith(("error", "refuse", "fail", "malformed")):
                continue
            for argument in node.args[:2]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and CODE.fullmatch(argument.value):
                    yield argument.value, path.name
                elif isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
                    start = argument.values[0].value
                    if "." in start and CODE.fullmatch(start.rstrip("._") + ".x"):
                        yield start.rpartition(".")[0], path.name


def known(code):
    while code:
        if code in MESSAGES:
            return True
        code = code.rpartition(".")[0]
    return False


def test_the_search_finds_the_codes():
    found = {code for code, _ in codes()}
    assert {"reader.no_service", "link.card_removed", "tlv.truncated", "apdu.command.length"} <= found


def test_every_code_in_the_source_has_its_own_or_a_parents_message():
    assert sorted({f"{code} ({file})" for code, file in codes() if not known(code)}) == []


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_message_says_what_happened_and_what_to_do_next_in_both_languages(code):
    message = MESSAGES[code]
    for text in (message.ja, message.next_ja):
        assert re.search(r"[ぁ-ん]", text)
        assert text.endswith("。")
        assert "！" not in text
        assert "してしまい" not in text
    for text in (message.en, message.next_en):
        assert text.endswith(".")
        assert not re.search(r"[ぁ-んァ-ン一-龥!]", text)


def test_a_code_without_its_own_message_gets_its_parents():
    assert message_for(DataError("tlv.something.new", "x")) == MESSAGES["tlv"]
    assert message_for(LinkError("link.timeout", "x")) == MESSAGES["link.timeout"]


def test_an_unknown_family_still_says_what_to_do():
    message = message_for(DataError("nobody.knows", "it is odd"))
    assert message.ja
    assert message.next_ja
    assert message.next_en
