"""`honnin trust` from the outside: JSON, exit codes, what people see."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from honnin.cli.data_folder import data_folder
from honnin.cli.main import main
from honnin.trust.certificate import parse_certificate
from tests import pki
from tests.pki import NOW

ROOT = pki.rsa_key("csca")
CSCA = pki.csca(ROOT).der
SHA256 = parse_certificate(CSCA).fingerprint


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HONNIN_DATA", str(tmp_path / "data"))

    def runner(*arguments: str, **files: bytes) -> Result:
        paths = []
        for name, content in files.items():
            path = tmp_path / name.replace("_", ".")
            path.write_bytes(content)
            paths.append(str(path))
        return CliRunner().invoke(main, ["trust", *arguments, *paths])

    return runner


def test_import_and_list_in_json(run) -> None:
    done = run("import", "--environment", "simulator", "--origin", "検証用", "--json", root_cer=CSCA)
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert (answer["imported"], [each["sha256"] for each in answer["new"]]) == (True, [SHA256])
    listed = json.loads(run("list", "--json").stdout)
    assert listed["crls"] == []
    (anchor,) = listed["anchors"]
    assert (anchor["environment"], anchor["origin"], anchor["basis"], anchor["serial"]) == ("simulator", "検証用", "operator", "1")
    assert anchor["key"] == "RSA-2048"


def test_dry_run_changes_nothing(run) -> None:
    assert not json.loads(run("import", "--dry-run", "--json", root_cer=CSCA).stdout)["imported"]
    assert json.loads(run("list", "--json").stdout)["anchors"] == []


@pytest.mark.parametrize(
    ("arguments", "content", "exit_code", "code"),
    [
        (("import",), pki.dsc(pki.rsa_key("dsc"), ROOT).der, 5, "trust.import.refused"),
        (("import", "--pin", "00" * 32), CSCA, 5, "trust.import.pin_unmatched"),
        (("import", "--pin", "12"), CSCA, 2, "trust.import.pin_format"),
        (("import",), b"hello", 1, "trust.der.truncated"),
        (("import",), b"", 2, "trust.file.unreadable"),
        (("crl",), pki.crl(ROOT), 5, "trust.crl.not_verified"),
    ],
)
def test_refusals_have_code_sentences_and_exit_code(run, arguments, content: bytes, exit_code: int, code: str) -> None:
    done = run(*arguments, "--json", file_cer=content)
    assert done.exit_code == exit_code
    error = json.loads(done.stdout)["error"]
    assert error["code"] == code
    assert all(error[key] for key in ("message_ja", "message_en", "next_ja", "next_en"))


def test_file_that_is_not_there_is_a_usage_error(run) -> None:
    done = run("import", "nowhere.cer", "--json")
    assert (done.exit_code, json.loads(done.stdout)["error"]["code"]) == (2, "trust.file.unreadable")


def test_revocation_list_is_kept_when_an_anchor_signed_it(run) -> None:
    assert run("import", root_cer=CSCA).exit_code == 0
    done = run("crl", "--json", list_crl=pki.crl(ROOT, [1, 2], this_update=NOW.replace(day=1)))
    assert (done.exit_code, json.loads(done.stdout)["crl"]["entries"]) == (0, 2)
    assert len(json.loads(run("list", "--json").stdout)["crls"]) == 1


def test_people_see_fingerprint_and_origin(run) -> None:
    assert SHA256 in run("import", root_cer=CSCA).stdout
    shown = run("list").stdout
    assert SHA256 in shown
    assert "root.cer" in shown
    assert "production" in shown


def test_part_of_a_file_refused_is_exit_code_one(run) -> None:
    import base64

    both = b"".join(
        b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(each) + b"-----END CERTIFICATE-----\n"
        for each in (CSCA, pki.dsc(pki.rsa_key("dsc"), ROOT).der)
    )
    done = run("import", "--json", both_pem=both)
    answer = json.loads(done.stdout)
    assert (done.exit_code, len(answer["new"]), [each["reason"] for each in answer["refused"]]) == (1, 1, ["not_csca"])


def test_data_folder_is_the_option_then_the_environment_then_the_usual_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONNIN_DATA", str(tmp_path / "env"))
    assert data_folder(str(tmp_path / "option")) == tmp_path / "option"
    assert data_folder(None) == tmp_path / "env"
    monkeypatch.delenv("HONNIN_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert data_folder(None).name.lower() == "honnin"


@pytest.mark.skipif(sys.platform != "linux", reason="only there may a file name be no text")
def test_a_file_name_that_is_no_text_is_an_origin_like_others(run, tmp_path: Path) -> None:
    """A name in Shift JIS from somebody's other machine."""
    (tmp_path / "\udc8e.cer").write_bytes(CSCA)
    done = run("import", "--json", str(tmp_path / "\udc8e.cer"))
    assert done.exit_code == 0, done.output
    (anchor,) = json.loads(run("list", "--json").stdout)["anchors"]
    assert anchor["origin"] == "?.cer"
