"""What a start loads: a command that needs no database loads none, and nobody waits for what is used later."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys
from honnin.cli.main import main
code = 0
try:
    main(json.loads(sys.argv[1]), standalone_mode=False)
except SystemExit as error:
    code = error.code
print("LOADED", json.dumps(sorted(sys.modules)))
"""


def loaded(program, *arguments):
    run = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True, timeout=120)
    return json.loads(run.stdout.partition("LOADED ")[2])


def after_command(*words):
    return loaded(PROGRAM, json.dumps(words))


@pytest.fixture
def case(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text("law: hanshu\non: 2026-11-23\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("words", [["law", "ask"], ["verify"], ["law", "ways"]])
def test_a_command_that_needs_no_database_loads_none(case, words):
    names = after_command(*words, case)
    assert "honnin.core.errors" in names
    assert not {"sqlalchemy", "fastapi", "uvicorn", "dbos", "alembic"} & set(names)


def test_the_server_starts_without_what_only_a_reading_or_an_older_database_needs():
    names = loaded(
        "import json, sys, honnin.cli.serving, honnin.server.app\nprint('LOADED', json.dumps(sorted(sys.modules)))"
    )
    assert {"sqlalchemy", "fastapi", "honnin.checks.words.passport"} <= set(names)
    assert not {"alembic", "dbos", "PIL", "typst", "smartcard", "psycopg", "sqlalchemy.dialects.postgresql"} & set(names)
    assert not [name for name in names if name.startswith("honnin.checks.") and name.count(".") > 2 and ".words" not in name]
