"""The passphrase of key files: set, changed, removed; whatever happens on the way, one passphrase opens all keys."""

from __future__ import annotations

import base64
import json
import os
import shutil
import tempfile
import threading
from datetime import date
from pathlib import Path

import pytest

from honnin.adapters import file_lock, key_file_form, key_folder
from honnin.adapters.key_file import FileKeys, put_key
from honnin.adapters.key_passphrase import change_passphrase
from honnin.core.errors import HonninError
from honnin.core.secret import Secret
from honnin.records.recovery_sheet import SheetKey, recovery_sheet
from honnin.records.wrapping import Purpose

OLD, NEW = Secret("これは古いパスフレーズです"), Secret("これは新しいパスフレーズです")
CHANGES = {"set": (None, NEW), "change": (OLD, NEW), "remove": (OLD, None), "repeat": (OLD, OLD)}
DATA_KEY = Secret(b"d" * 32)


@pytest.fixture(autouse=True)
def _quick_scrypt(monkeypatch):
    monkeypatch.setattr(key_file_form, "SCRYPT_N", 1 << 4)


@pytest.fixture(params=CHANGES)
def change(request):
    return CHANGES[request.param]


def make(folder, passphrase):
    """A house that has rotated once."""
    keys = FileKeys.make(folder, passphrase=passphrase)
    keys.new_key(Purpose.RECORDS)
    return keys


def code(call, *arguments, **named):
    with pytest.raises(HonninError) as caught:
        call(*arguments, **named)
    return caught.value.code


def opened(folder, passphrase):
    """All keys, or None when this passphrase does not open all of them."""
    try:
        return FileKeys.open(folder, passphrase=passphrase).all_keys()
    except HonninError as error:
        assert error.code == "vault.passphrase"
        return None


def files(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.name != "lock"}


def settled(folder, new):
    """Every file is under `new` and nothing else, and nothing unfinished lies about."""
    for name, octets in files(folder).items():
        assert name.endswith(".key"), name
        value = json.loads(octets)
        assert "next" not in value
        assert ("key" in value) is (new is None)


def test_afterwards_the_new_one_opens_the_same_keys_and_the_old_one_does_not(tmp_path, change):
    old, new = change
    before = make(tmp_path / "keys", old)
    wrapped = before.wrapper(Purpose.RECORDS).wrap(DATA_KEY, context=b"c")
    ids = change_passphrase(tmp_path / "keys", old, new)
    after = FileKeys.open(tmp_path / "keys", passphrase=new)
    assert after.all_keys() == before.all_keys()
    assert [(each.key_id, each.made_at_utc, each.current) for each in after.status()] == [
        (each.key_id, each.made_at_utc, each.current) for each in before.status()
    ]
    assert set(ids) == {each.key_id for each in after.status()}
    assert {each.guard for each in after.status()} == {"file" if new is None else "passphrase"}
    assert after.wrapper(Purpose.RECORDS).unwrap(wrapped, context=b"c") == DATA_KEY
    if new is not None:
        assert opened(tmp_path / "keys", None) is None
        assert opened(tmp_path / "keys", Secret("another passphrase")) is None
        assert old == new or opened(tmp_path / "keys", old) is None
    settled(tmp_path / "keys", new)


def test_the_recovery_sheet_stays_the_same(tmp_path, change):
    old, new = change

    def sheet(keys):
        made = [SheetKey(purpose, key) for purpose, key in keys.all_keys() if purpose is not Purpose.NUMBERS]
        return recovery_sheet(made, house="見本", printed_on=date(2026, 11, 25), language="ja")

    before = sheet(make(tmp_path / "keys", old))
    change_passphrase(tmp_path / "keys", old, new)
    assert sheet(FileKeys.open(tmp_path / "keys", passphrase=new)) == before


def test_no_key_lies_in_the_open_after_a_passphrase_was_set(tmp_path):
    keys = make(tmp_path / "keys", None)
    change_passphrase(tmp_path / "keys", None, NEW)
    everything = b"".join(files(tmp_path / "keys").values())
    for _, key in keys.all_keys():
        assert base64.b64encode(key.reveal()) not in everything


@pytest.mark.skipif(os.name == "nt", reason="file modes are of POSIX systems")
def test_every_file_stays_its_owners_alone(tmp_path, change):
    make(tmp_path / "keys", change[0])
    change_passphrase(tmp_path / "keys", *change)
    assert {each.stat().st_mode & 0o777 for each in (tmp_path / "keys").iterdir()} == {0o600}


class Instants:
    """Keeps the folder as it is before and after everything that is done to the disk: what a kill would leave."""

    def __init__(self, folder, monkeypatch, keep):
        self._folder, self._keep, self.kept = folder, keep, []
        self._seen = set()
        for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (tempfile, "mkstemp"), (os, "fdopen")):
            monkeypatch.setattr(owner, name, self._around(getattr(owner, name)))

    def _around(self, real):
        def wrapped(*arguments, **named):
            self._look()
            done = real(*arguments, **named)
            self._look()
            return done

        return wrapped

    def _look(self):
        state = tuple(sorted(files(self._folder).items()))
        if state not in self._seen:
            self._seen.add(state)
            copy = self._keep / str(len(self.kept))
            copy.mkdir(mode=0o700)
            for name, octets in state:
                with open(os.open(copy / name, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
                    file.write(octets)
            self.kept.append(copy)


def test_killed_at_any_instant_one_passphrase_opens_all_and_the_same_command_finishes(tmp_path, monkeypatch, change):
    old, new = change
    want = make(tmp_path / "keys", old).all_keys()
    (tmp_path / "instants").mkdir()
    with monkeypatch.context() as patch:
        instants = Instants(tmp_path / "keys", patch, tmp_path / "instants")
        change_passphrase(tmp_path / "keys", old, new)
    assert len(instants.kept) > 2 * len(want)  # each file was replaced twice
    for folder in instants.kept:
        assert want in (opened(folder, old), opened(folder, new)), folder.name
        change_passphrase(folder, old, new)
        assert opened(folder, new) == want
        settled(folder, new)


def test_a_disk_that_fails_at_any_write_leaves_all_keys_readable(tmp_path, monkeypatch, change):
    old, new = change
    want = make(tmp_path / "sound", old).all_keys()
    real = os.fsync
    for at in range(3 * len(want)):
        folder = tmp_path / str(at)
        shutil.copytree(tmp_path / "sound", folder)
        sound = iter([True] * at + [False] + [True] * 100)

        def fsync(handle, sound=sound):
            if not next(sound):
                raise OSError(28, "No space left on device")
            real(handle)

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fsync)
            assert code(change_passphrase, folder, old, new) == "vault.key_write"
        assert want in (opened(folder, old), opened(folder, new))
        change_passphrase(folder, old, new)
        settled(folder, new)


def test_with_a_wrong_passphrase_nothing_is_touched(tmp_path):
    make(tmp_path / "keys", OLD)
    before = files(tmp_path / "keys")
    assert code(change_passphrase, tmp_path / "keys", Secret("something else"), NEW) == "vault.passphrase"
    assert code(change_passphrase, tmp_path / "keys", None, NEW) == "vault.passphrase"
    assert code(change_passphrase, tmp_path / "keys", None, None) == "vault.passphrase"
    assert files(tmp_path / "keys") == before


@pytest.mark.parametrize("text", ["", "elf chars..", "x" * 1025])
def test_a_new_passphrase_that_is_too_short_or_endless_is_refused(tmp_path, text):
    make(tmp_path / "keys", None)
    before = files(tmp_path / "keys")
    assert code(change_passphrase, tmp_path / "keys", None, Secret(text)) == "vault.passphrase_short"
    assert files(tmp_path / "keys") == before


def test_a_house_that_lacks_a_key_is_not_changed_in_part(tmp_path):
    make(tmp_path / "keys", None)
    (tmp_path / "keys" / "index-0001.key").unlink()
    before = files(tmp_path / "keys")
    assert code(change_passphrase, tmp_path / "keys", None, NEW) == "vault.key_missing"
    assert files(tmp_path / "keys") == before


def test_what_a_killed_writer_left_is_taken_away(tmp_path):
    make(tmp_path / "keys", None)
    (tmp_path / "keys" / ".honnin-abc").write_bytes((tmp_path / "keys" / "records-0001.key").read_bytes())
    change_passphrase(tmp_path / "keys", None, NEW)
    settled(tmp_path / "keys", NEW)


def test_a_process_that_knows_only_the_old_passphrase_cannot_add_a_key_under_it(tmp_path):
    running = make(tmp_path / "keys", OLD)
    change_passphrase(tmp_path / "keys", OLD, NEW)
    assert code(running.new_key, Purpose.RECORDS) == "vault.passphrase"
    assert running.wrapper(Purpose.RECORDS).wrap(DATA_KEY, context=b"c")  # what it has opened it goes on using
    restored = Secret(b"k" * 32)
    assert code(put_key, tmp_path / "keys", Purpose.RECORDS, restored, passphrase=OLD) == "vault.passphrase"
    assert len(opened(tmp_path / "keys", NEW)) == 5


def test_a_rotation_waits_until_the_passphrase_is_changed(tmp_path):
    keys = make(tmp_path / "keys", OLD)
    outcome = []
    with key_folder.keys_locked(tmp_path / "keys"):
        thread = threading.Thread(target=lambda: outcome.append(keys.new_key(Purpose.RECORDS)))
        thread.start()
        thread.join(0.1)
        assert not outcome
    thread.join(10)
    assert len(outcome) == 1


def test_a_lock_that_is_held_for_too_long_is_told(tmp_path, monkeypatch):
    make(tmp_path / "keys", None)
    monkeypatch.setattr(file_lock.locked.__wrapped__, "__kwdefaults__", {"wait_s": 0.0})
    with key_folder.keys_locked(tmp_path / "keys"):
        assert code(change_passphrase, tmp_path / "keys", None, NEW) == "vault.key_busy"


def test_a_second_envelope_that_is_none_makes_the_file_damaged(tmp_path):
    make(tmp_path / "keys", None)
    path = tmp_path / "keys" / "index-0001.key"
    value = json.loads(path.read_bytes())
    for broken in ({}, [], None, "x", {"key": 1}, {"sealed": "", "scrypt": {}}):
        path.write_text(json.dumps({**value, "next": broken}))
        assert code(FileKeys.open, tmp_path / "keys") == "vault.key_file", broken
