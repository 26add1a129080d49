"""`honnin keys`: status, rotation while records are there, the sheet and its way back into an empty house."""

from __future__ import annotations

import json
import os
import shutil
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from honnin.adapters.key_file import FileKeys
from honnin.cli.house_keys import _typed_passphrase
from honnin.cli.main import main
from honnin.cli.record_room import record_room
from honnin.core.errors import CallerError
from honnin.records.recovery_sheet import SheetKey, key_lines
from honnin.records.wrapping import Purpose
from tests.store.test_sealed_visits import visit


@pytest.fixture
def house(tmp_path):
    (tmp_path / "house").mkdir()
    with record_room(tmp_path / "house") as room:
        room.visits.save(visit(1))
        room.visits.save(visit(2))
    return tmp_path / "house"


def run(house, *arguments, code=0, typed=None, env=None):
    result = CliRunner().invoke(main, ["keys", *arguments, "--data", str(house)], input=typed, env=env)
    assert result.exit_code == code, result.output
    return result.stdout


def run_json(house, *arguments, **named):
    return json.loads(run(house, *arguments, "--json", **named))


def current(house, purpose="records"):
    known = run_json(house, "status")["keys"]
    return next(each["key_id"] for each in known if each["purpose"] == purpose and each["current"])


def opens(house):
    with record_room(house) as room:
        return [room.visits.get(visit(number).id).id for number in (1, 2)] == [visit(1).id, visit(2).id]


def test_status_shows_all_keys_and_no_secret(house):
    text = run(house, "status")
    assert all(f"{purpose} " in text for purpose in Purpose)
    secrets = [key.reveal() for _, key in FileKeys.open(house / "keys").all_keys()]
    assert not any(secret.hex() in text for secret in secrets)
    assert len(run_json(house, "status")["keys"]) == 4


def test_a_passphrase_is_set_changed_and_removed_and_the_records_open_with_it(house, tmp_path, monkeypatch):
    monkeypatch.setattr("honnin.adapters.key_file_form.SCRYPT_N", 16)
    first, second = "最初のパスフレーズですよ", "次のパスフレーズですよ。"
    sheet = run(house, "recovery-sheet", "--language", "ja")
    done = run_json(house, "passphrase", typed=first + "\n")
    assert done == {"keys": [each["key_id"] for each in run_json(house, "status", env=under(first))["keys"]], "guard": "passphrase"}
    assert run_json(house, "status", code=1)["error"]["code"] == "vault.passphrase"
    file = tmp_path / "new.txt"
    file.write_text(second + "\nnot this line\n", encoding="utf-8")
    assert run_json(house, "passphrase", "--new-file", str(file), code=1)["error"]["code"] == "vault.key_permissions"
    file.chmod(0o600)
    run(house, "passphrase", "--new-file", str(file), env=under(first))
    assert run_json(house, "passphrase", "--remove", env=under(first), code=1)["error"]["code"] == "vault.passphrase"
    with monkeypatch.context() as patch:
        patch.setenv("HONNIN_KEY_PASSPHRASE", second)
        assert opens(house)
        assert run(house, "recovery-sheet", "--language", "ja") == sheet
        assert run_json(house, "passphrase", "--remove")["guard"] == "file"
    assert opens(house)


@pytest.mark.parametrize(("again", "code"), [("ひとつめのことばです。", None), ("ふたつめのことばです。", "vault.passphrase_differs")])
def test_at_a_terminal_a_new_passphrase_is_typed_twice_and_not_shown(monkeypatch, again, code):
    asked, answers = [], iter(["ひとつめのことばです。", again])

    def prompt(text, **how):
        asked.append(how)
        return next(answers)

    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("click.prompt", prompt)
    if code is None:
        assert _typed_passphrase().reveal() == again
    else:
        with pytest.raises(CallerError, match=code.replace(".", r"\.")):
            _typed_passphrase()
    assert [each["hide_input"] for each in asked] == [True, True]


def under(passphrase):
    return {"HONNIN_KEY_PASSPHRASE": passphrase}


def test_a_passphrase_is_refused_when_it_is_short_or_of_a_token(house, monkeypatch):
    assert run_json(house, "passphrase", typed="short\n", code=2)["error"]["code"] == "vault.passphrase_short"
    assert run_json(house, "passphrase", typed="", code=2)["error"]["code"] == "vault.passphrase_short"
    run(house, "passphrase", "--remove", "--new-file", "x", code=2)
    token = {"HONNIN_HSM_LIBRARY": "/nonexistent.so"}
    assert run_json(house, "passphrase", "--remove", env=token, code=2)["error"]["code"] == "vault.no_passphrase"
    assert opens(house)


def test_status_of_a_house_without_keys_makes_none(tmp_path):
    assert run_json(tmp_path, "status", code=2)["error"]["code"] == "vault.no_house"
    assert run_json(tmp_path, "rotate", "--by", "A", code=2)["error"]["code"] == "vault.no_house"
    assert list(tmp_path.iterdir()) == []


def test_rotation_moves_every_record_and_an_older_key_cannot_go_at_once(house):
    old = current(house)
    done = run_json(house, "rotate", "--by", "職員A")
    assert (done["rewrapped"], done["left"]) == (2, [])
    assert current(house) == done["key_id"] != old
    assert run_json(house, "rotate", "--resume", "--by", "職員A")["rewrapped"] == 0
    assert current(house) == done["key_id"]
    assert run_json(house, "retire", old, code=2)["error"]["code"] == "vault.key_recent"
    assert run_json(house, "retire", done["key_id"], code=2)["error"]["code"] == "vault.key_current"
    assert run_json(house, "retire", "x", code=1)["error"]["code"] == "vault.key_missing"
    assert opens(house)


def test_a_key_that_records_use_cannot_be_retired(house):
    old = current(house)
    FileKeys.open(house / "keys").new_key(Purpose.RECORDS)
    assert run_json(house, "retire", old, code=1)["error"]["code"] == "vault.key_in_use"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_house_whose_keys_are_lost_comes_back_from_its_two_sheets(house, language):
    run(house, "rotate", "--by", "職員A")
    lines = []
    for numbers in ([], ["--numbers"]):
        sheet = run(house, "recovery-sheet", "--language", language, "--house", "見本商店", *numbers)
        assert ("番号法" in sheet) == bool(numbers)
        lines += [line.split()[-1] for line in sheet.splitlines() if line.startswith("    ")]
    before = FileKeys.open(house / "keys").all_keys()
    shutil.rmtree(house / "keys")
    assert run_json(house, "status", code=1)["error"]["code"] == "vault.key_missing"
    restored = run_json(house, "restore", typed="\n".join(lines).lower() + "\n")
    assert len(restored["restored"]) == 5
    assert FileKeys.open(house / "keys").all_keys() == before
    assert opens(house)


def test_a_slip_in_a_piped_sheet_names_the_line_and_puts_nothing(tmp_path):
    lines = list(key_lines(SheetKey(Purpose.INDEX, FileKeys.make(tmp_path / "k").secret(Purpose.INDEX))))
    lines[2] = ("0" if lines[2][0] != "0" else "1") + lines[2][1:]
    error = run_json(tmp_path / "new", "restore", typed="\n".join(lines), code=1)["error"]
    assert error["code"] == "vault.sheet_line"
    assert "3行め" in error["message_ja"]
    assert not (tmp_path / "new").exists()
    assert run_json(tmp_path / "new", "restore", typed="\n", code=1)["error"]["code"] == "vault.sheet"


def test_the_sheet_goes_into_a_new_private_file_only(house, tmp_path):
    out = tmp_path / "sheet.txt"
    assert run(house, "recovery-sheet", "--out", str(out)) == ""
    if os.name != "nt":
        assert out.stat().st_mode & 0o777 == 0o600
    before = out.read_bytes()
    assert b"honnin keys restore" in before
    run(house, "recovery-sheet", "--out", str(out), code=1)
    assert out.read_bytes() == before


def test_keys_under_a_passphrase_need_it_at_every_start(tmp_path, monkeypatch):
    monkeypatch.setattr("honnin.adapters.key_file_form.SCRYPT_N", 16)
    monkeypatch.setenv("HONNIN_KEY_PASSPHRASE", "見本の合言葉")
    with record_room(tmp_path) as room:
        room.visits.save(visit(1))
    assert {each["guard"] for each in run_json(tmp_path, "status")["keys"]} == {"passphrase"}
    monkeypatch.delenv("HONNIN_KEY_PASSPHRASE")
    assert run_json(tmp_path, "status", code=1)["error"]["code"] == "vault.passphrase"
    file = tmp_path / "passphrase"
    file.write_text("見本の合言葉\n", encoding="utf-8")
    file.chmod(0o600)
    assert run_json(tmp_path, "status", env={"HONNIN_KEY_PASSPHRASE_FILE": str(file)})["keys"]
    assert run_json(tmp_path, "status", env={"HONNIN_KEY_PASSPHRASE": ""}, code=2)["error"]["code"] == "vault.setting"


def test_a_token_needs_its_name_and_has_no_sheet(house):
    env = {"HONNIN_HSM_LIBRARY": "/none.so"}
    assert run_json(house, "status", env=env, code=2)["error"]["code"] == "vault.setting"
    run(house, "recovery-sheet", env=env, code=2)
