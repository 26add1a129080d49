"""The commands as processes, the way a person starts them: a virtual card on one side, `honnin read` on the other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from honnin.adapters.pcsc import PcscReaders, choose_binding
from honnin.core.errors import LinkError
from honnin.facts.codec import reading_from_zip
from honnin_virtual import list_cards
from tests.readers.conftest import READER, SECOND, wait_for

pytestmark = pytest.mark.pcscd

PLAIN = next(spec for spec in list_cards() if spec.document == "passport")
HONNIN = [sys.executable, "-c", "from honnin.cli.main import main; main(prog_name='honnin')"]


@pytest.fixture(params=["ctypes", "pyscard"])
def binding(request):
    try:
        readers = PcscReaders(choose_binding(request.param))
    except LinkError as error:
        pytest.skip(f"{request.param} is not installed here ({error.detail})")
    wait_for(readers, READER, present=False)
    yield request.param, readers
    wait_for(readers, READER, present=False)
    time.sleep(0.5)  # see conftest.readers


def environment(binding, tmp_path):
    return os.environ | {"HONNIN_PCSC": binding, "HONNIN_DATA": str(tmp_path / "data")}


def honnin(binding, tmp_path, *arguments, stdin=""):
    return subprocess.run(
        [*HONNIN, *arguments], env=environment(binding, tmp_path), input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def inserted(binding, tmp_path, *arguments):
    """`honnin cards insert` until interrupted, as its help says; it must end by that."""
    process = subprocess.Popen(
        [*HONNIN, "cards", "insert", *arguments], env=environment(binding, tmp_path),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        finally:
            process.kill()
            process.stdout.close()


def test_a_virtual_passport_is_put_down_listed_read_checked_and_kept(binding, tmp_path):
    name, readers = binding
    with inserted(name, tmp_path, PLAIN.name):
        wait_for(readers, READER, present=True, seconds=20)
        listed = json.loads(honnin(name, tmp_path, "readers", "--json").stdout)["readers"]
        assert [(each["name"], each["card_present"], each["simulated"]) for each in listed] == [
            (READER, True, True), (SECOND, False, True),
        ]  # fmt: skip
        out = tmp_path / "reading.zip"
        result = honnin(name, tmp_path, "read", "passport", "--mrz", "-", "--out", str(out), "--json", stdin=PLAIN.secrets["mrz"])
        assert result.returncode == 0, result.stderr + result.stdout
        found = json.loads(result.stdout)
        assert found["reader"] == READER
        assert found["simulated"] is True
        assert found["environment"] == "simulator"
        assert all(each["outcome"] != "failed" for each in found["findings"])
        reading = reading_from_zip(out.read_bytes())
        assert reading.source == READER
        assert {"EF.SOD", "EF.DG1", "EF.DG2"} <= set(reading.files)
        verified = honnin(name, tmp_path, "verify", str(out), "--json")
        same = {each["id"]: each["outcome"] for each in json.loads(verified.stdout)["findings"]}
        assert same["passport.sod.signature"] == "passed"
        assert same["passport.sod.hashes"] == "passed"


def test_a_passport_that_is_lifted_is_exit_code_4(binding, tmp_path):
    name, readers = binding
    with inserted(name, tmp_path, PLAIN.name, "--fault", "removed:6"):
        wait_for(readers, READER, present=True, seconds=20)
        result = honnin(name, tmp_path, "read", "--mrz", PLAIN.secrets["mrz"], "--json")
        assert result.returncode == 4
        assert json.loads(result.stdout)["error"]["code"] == "link.card_removed"


def test_a_copied_passport_is_exit_code_1(binding, tmp_path):
    name, readers = binding
    with inserted(name, tmp_path, PLAIN.name, "--fault", "clone-aa"):
        wait_for(readers, READER, present=True, seconds=20)
        result = honnin(name, tmp_path, "read", "--mrz", PLAIN.secrets["mrz"], "--json")
        assert result.returncode == 1, result.stderr
        assert {each["id"]: each["outcome"] for each in json.loads(result.stdout)["findings"]}["passport.aa"] == "failed"


def test_without_the_service_the_command_says_how_to_start_it(tmp_path):
    elsewhere = os.environ | {"PCSCLITE_CSOCK_NAME": str(tmp_path / "nobody.comm")}
    for binding in ("ctypes", "pyscard"):
        result = subprocess.run(
            [*HONNIN, "readers"], env=elsewhere | {"HONNIN_PCSC": binding}, capture_output=True, text=True, timeout=30, check=False
        )
        assert result.returncode == 4
        assert "pcscd" in result.stderr
