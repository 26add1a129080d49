"""`honnin verify` as people and programs use it: exit codes, words, files that lie."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from honnin.cli.main import main
from honnin.cli.verify import spread_anchors
from honnin.facts.codec import reading_to_zip
from honnin_virtual.pki import simulator_anchors, untrusted_anchor
from tests.unit.checks.passports import HEALTHY, flipped, read

AT = "2026-11-25T12:00:00+09:00"


def run(*arguments: str | Path, data: Path | None = None):
    environment = {"HONNIN_DATA": str(data or "/nonexistent/honnin"), "LC_ALL": "C.UTF-8"}
    return CliRunner(env=environment).invoke(main, ["verify", *map(str, arguments), "--at", AT])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "files"
    path.mkdir()
    for name, data in read(HEALTHY).files.items():
        (path / f"{name}.bin").write_bytes(data)
    return path


@pytest.fixture
def csca(tmp_path: Path) -> Path:
    path = tmp_path / "csca"
    path.mkdir()
    for number, der in enumerate(simulator_anchors()):
        (path / f"{number}.cer").write_bytes(der)
    return path


def outcomes(result) -> dict[str, str]:
    return {each["id"]: each["outcome"] for each in json.loads(result.stdout)["findings"]}


def test_a_folder_with_the_anchors_that_were_named(folder: Path, csca: Path) -> None:
    result = run(folder, "--anchors", csca, "--json")
    assert result.exit_code == 0
    value = json.loads(result.stdout)
    assert value["environment"] == "simulator"  # whoever names them: they are the simulator's
    assert value["attributes"]["family_name"] == {
        "value": "MIHON", "provenance": "signed_text", "verified": True, "source": "EF.DG1",
    }  # fmt: skip
    assert outcomes(result)["passport.aa"] == outcomes(result)["passport.ca"] == "not_done"


def test_named_anchors_are_all_that_is_trusted(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.cer"
    other.write_bytes(untrusted_anchor())
    result = run(folder, "--anchors", other, "--json")
    assert result.exit_code == 0
    assert outcomes(result)["passport.dsc.chain"] == "impossible"


def test_without_anchors_the_trust_store_counts_and_an_empty_one_is_no_failure(folder: Path, tmp_path: Path) -> None:
    result = run(folder, "--json", data=tmp_path / "data")
    assert result.exit_code == 0
    assert outcomes(result)["passport.dsc.chain"] == "impossible"


def test_a_changed_file_fails_with_exit_code_1(folder: Path, csca: Path) -> None:
    (folder / "EF.DG1.bin").write_bytes(flipped((folder / "EF.DG1.bin").read_bytes(), 30))
    result = run(folder, "--anchors", csca, "--json")
    assert result.exit_code == 1
    assert outcomes(result)["passport.sod.hashes"] == "failed"


def test_a_reading_file_keeps_its_proofs_and_is_marked_as_simulated(tmp_path: Path) -> None:
    path = tmp_path / "reading.zip"
    path.write_bytes(reading_to_zip(replace(read(HEALTHY), simulated=True)))
    result = run(path, "--json", data=tmp_path / "data")
    assert result.exit_code == 0
    assert outcomes(result)["passport.aa"] == "passed"
    value = json.loads(result.stdout)
    assert (value["simulated"], value["environment"]) == (True, "simulator")
    path.write_bytes(reading_to_zip(read(HEALTHY)))  # not known to be virtual: the simulator is no anchor for it
    assert outcomes(run(path, "--json", data=tmp_path / "data"))["passport.aa"] == "impossible"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, 2),
        (lambda path: path.mkdir(), 2),
        (lambda path: path.write_bytes(b"hello"), 2),
        (lambda path: path.write_bytes(b"PK\x03\x04broken"), 1),
    ],
)
def test_what_is_no_reading_is_refused_with_a_sentence(tmp_path: Path, make, code: int) -> None:
    path = tmp_path / "what"
    make(path)
    result = run(path)
    assert result.exit_code == code
    assert result.stdout == ""
    assert "。" in result.stderr
    assert "[" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("content", [None, b"", b"not a certificate", b"\x30\x03\x02\x01\x00"])
def test_named_trust_material_that_cannot_be_read_is_exit_code_5(
    folder: Path, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "bad.cer"
    if content is not None:
        path.write_bytes(content)
    assert run(folder, "--anchors", path, "--json").exit_code == 5
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run(folder, "--anchors", empty, "--json").exit_code == 5


def test_a_wrong_time_is_a_usage_error(folder: Path) -> None:
    result = CliRunner().invoke(main, ["verify", str(folder), "--at", "yesterday", "--json"])
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "verify.time"


def test_people_read_two_lists_in_their_language(folder: Path, csca: Path) -> None:
    japanese = run(folder, "--anchors", csca).stdout
    assert japanese.index("確認できたこと（") < japanese.index("確認できていないこと（")
    assert "模擬：確認済み" in japanese
    assert "本人確認の記録として使えません" in japanese
    assert "署名つき（文字）" in japanese
    english = run(folder, "--anchors", csca, "--lang", "en").stdout
    assert "What was confirmed (" in english
    assert "Simulated: Confirmed" in english
    (folder / "EF.DG2.bin").write_bytes(b"\x75\x00")
    broken = run(folder, "--anchors", csca)
    assert broken.exit_code == 1
    assert "✘ 模擬：問題あり" in broken.stdout


def test_only_files_of_known_names_are_looked_at(folder: Path, csca: Path) -> None:
    (folder / "EF.DG17.bin").write_bytes(b"x")
    (folder / "EF.SOD.bin.bak").write_bytes(b"x")
    (folder / "EF.DG3.bin").mkdir()
    assert run(folder, "--anchors", csca, "--json").exit_code == 0
    (folder / "EF.DG5.bin").write_bytes(bytes((1 << 20) + 1))
    assert run(folder, "--anchors", csca, "--json").exit_code == 1


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        (["P", "--anchors", "A"], ["--anchors", "A", "--", "P"]),
        (["P", "--anchors", "A", "B", "--json"], ["--json", "--anchors", "A", "--anchors", "B", "--", "P"]),
        (["--anchors", "A", "B", "P"], ["--anchors", "A", "--anchors", "B", "--", "P"]),
        (["--anchors", "A", "--at", "T", "P"], ["--at", "T", "--anchors", "A", "--", "P"]),
        (["--anchors", "A", "--anchors", "B", "--", "-P"], ["--anchors", "A", "--anchors", "B", "--", "-P"]),
        (["--anchors=A", "P"], ["--anchors=A", "--", "P"]),
        (["--help"], ["--help"]),
    ],
)
def test_anchors_takes_one_or_more_files_or_folders(given: list[str], understood: list[str]) -> None:
    assert spread_anchors(given) == understood


def test_several_anchors_after_one_option(folder: Path, csca: Path) -> None:
    files = sorted(csca.iterdir())
    result = run(folder, "--json", "--anchors", *files)
    assert outcomes(result)["passport.dsc.chain"] == "passed"
    for arguments in ((folder, "--anchors"), ("--anchors", "--json", folder), (folder, "--anchors", csca, "--anchors")):
        assert run(*arguments).exit_code == 2
