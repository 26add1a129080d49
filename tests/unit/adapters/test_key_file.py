"""Keys as files: made once, never written over, private, and every wrong state has a name."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from honnin.adapters import key_file, key_file_form
from honnin.adapters.key_file import FileKeys, put_key
from honnin.core.errors import CallerError, DataError, HonninError, StoreError
from honnin.core.secret import Secret
from honnin.records.wrapping import Purpose, rewrap

DATA_KEY = Secret(b"d" * 32)
posix = pytest.mark.skipif(os.name == "nt", reason="file modes are of POSIX systems")


@pytest.fixture(autouse=True)
def _quick_scrypt(monkeypatch):
    monkeypatch.setattr(key_file_form, "SCRYPT_N", 1 << 4)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


def _code(call, *arguments, **named):
    with pytest.raises(HonninError) as caught:
        call(*arguments, **named)
    return caught.value.code


def test_first_start_makes_one_key_for_each_purpose_and_the_second_start_finds_them(folder):
    first = FileKeys.make(folder, clock=lambda: datetime(2026, 4, 1, tzinfo=UTC))
    assert [each.purpose for each in first.status()] == ["index", "ledger", "numbers", "records"]
    assert {each.made_at_utc for each in first.status()} == {"2026-04-01T00:00:00+00:00"}
    assert FileKeys.open(folder).status() == first.status()
    assert FileKeys.make(folder).status() == first.status()


@posix
def test_keys_can_be_read_by_their_owner_only(folder):
    FileKeys.make(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {each.stat().st_mode & 0o777 for each in folder.iterdir()} == {0o600}
    assert not [each for each in folder.iterdir() if not each.name.endswith(".key")]


def test_purposes_have_different_keys_and_cannot_be_used_for_each_other(folder):
    keys = FileKeys.make(folder)
    assert len({key.reveal() for _, key in keys.all_keys()}) == 4
    records, numbers = keys.wrapper(Purpose.RECORDS), keys.wrapper(Purpose.NUMBERS)
    wrapped = records.wrap(DATA_KEY, context=b"c")
    assert records.unwrap(wrapped, context=b"c") == DATA_KEY
    assert _code(numbers.unwrap, wrapped, context=b"c") == "vault.key_missing"
    assert _code(records.unwrap, wrapped, context=b"d") == "vault.key_damaged"
    for purpose in (Purpose.INDEX, Purpose.LEDGER):
        assert _code(keys.wrapper, purpose) == "vault.purpose"
        assert _code(keys.new_key, purpose) == "vault.purpose"
    for purpose in (Purpose.RECORDS, Purpose.NUMBERS):
        assert _code(keys.secret, purpose) == "vault.purpose"


def test_a_lost_key_is_not_covered_by_a_new_one_when_there_are_records(folder):
    assert _code(FileKeys.open, folder) == "vault.key_missing"
    assert _code(FileKeys.open_or_make, folder, has_records=True) == "vault.key_missing"
    assert not folder.exists()
    FileKeys.open_or_make(folder, has_records=False)
    (folder / "records-0001.key").unlink()
    assert _code(FileKeys.open_or_make, folder, has_records=True) == "vault.key_missing"
    assert not (folder / "records-0001.key").exists()


def test_rotation_rewraps_data_keys_and_old_ones_open_until_the_old_key_is_retired(folder):
    now = datetime(2026, 4, 1, tzinfo=UTC)
    keys = FileKeys.make(folder, clock=lambda: now)
    wrapper = keys.wrapper(Purpose.RECORDS)
    old = wrapper.wrap(DATA_KEY, context=b"c")
    numbers_before = keys.wrapper(Purpose.NUMBERS).current_key_id
    new_id = keys.new_key(Purpose.RECORDS)
    assert wrapper.current_key_id == new_id != old.key_id
    assert keys.wrapper(Purpose.NUMBERS).current_key_id == numbers_before
    new = rewrap(wrapper, old, context=b"c")
    assert new.key_id == new_id
    assert rewrap(wrapper, new, context=b"c") is new
    assert wrapper.unwrap(old, context=b"c") == wrapper.unwrap(new, context=b"c") == DATA_KEY
    now += timedelta(minutes=9)
    assert _code(keys.retire, old.key_id) == "vault.key_recent"
    now += timedelta(minutes=1)
    keys.retire(old.key_id)
    assert _code(wrapper.unwrap, old, context=b"c") == "vault.key_missing"
    assert FileKeys.open(folder).wrapper(Purpose.RECORDS).unwrap(new, context=b"c") == DATA_KEY
    assert _code(keys.retire, new_id) == "vault.key_current"
    assert _code(keys.retire, "records-0000000000000000") == "vault.key_missing"


def test_another_process_finds_the_key_of_a_rotation_without_a_new_start(folder):
    here, there = FileKeys.make(folder), FileKeys.open(folder)
    there.new_key(Purpose.RECORDS)
    wrapped = there.wrapper(Purpose.RECORDS).wrap(DATA_KEY, context=b"c")
    assert here.wrapper(Purpose.RECORDS).unwrap(wrapped, context=b"c") == DATA_KEY


def test_a_running_process_wraps_with_the_new_key_of_a_rotation_at_once(folder):
    here, there = FileKeys.make(folder), FileKeys.open(folder)
    new_id = there.new_key(Purpose.RECORDS)
    assert here.wrapper(Purpose.RECORDS).current_key_id == new_id
    assert here.wrapper(Purpose.RECORDS).wrap(DATA_KEY, context=b"c").key_id == new_id


def test_nothing_is_wrapped_with_a_key_that_is_not_in_the_folder_any_more(folder):
    keys = FileKeys.make(folder)
    (folder / "records-0001.key").unlink()
    assert _code(keys.wrapper(Purpose.RECORDS).wrap, DATA_KEY, context=b"c") == "vault.key_missing"


def test_of_two_first_starts_at_once_both_end_with_the_same_keys(folder, monkeypatch):
    real = key_file.names_in
    monkeypatch.setattr(key_file, "names_in", lambda f: {})  # both saw an empty folder
    for _ in range(2):
        with pytest.raises(StoreError):  # opening sees it empty too
            FileKeys.make(folder)
    monkeypatch.setattr(key_file, "names_in", real)
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    assert len(before) == 4
    FileKeys.make(folder)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


@posix
@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o644])
def test_a_key_that_others_may_read_is_refused(folder, mode):
    FileKeys.make(folder)
    (folder / "records-0001.key").chmod(mode)
    assert _code(FileKeys.open, folder) == "vault.key_permissions"


@posix
def test_a_link_is_no_key(folder, tmp_path):
    FileKeys.make(folder)
    (folder / "records-0001.key").rename(tmp_path / "elsewhere")
    (folder / "records-0001.key").symlink_to(tmp_path / "elsewhere")
    assert _code(FileKeys.open, folder) == "vault.key_file"


def test_every_changed_octet_of_a_key_file_is_found_or_changes_nothing(folder):
    keys = FileKeys.make(folder)
    path = folder / "records-0001.key"
    whole = path.read_bytes()
    want = keys.all_keys()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            assert FileKeys.open(folder).all_keys() == want
        except StoreError as error:
            assert error.code == "vault.key_file"
    path.write_bytes(whole)
    assert FileKeys.open(folder).all_keys() == want


@pytest.mark.parametrize("octets", [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 4000, b"x" * 5000])
def test_what_is_no_key_file_has_a_clear_error(folder, octets):
    FileKeys.make(folder)
    (folder / "index-0001.key").write_bytes(octets)
    assert _code(FileKeys.open, folder) == "vault.key_file"


def test_a_key_of_another_purpose_put_under_this_name_is_refused(folder):
    FileKeys.make(folder)
    value = json.loads((folder / "numbers-0001.key").read_bytes())
    (folder / "records-0001.key").write_text(json.dumps(value))
    assert _code(FileKeys.open, folder) == "vault.key_file"
    (folder / "records-0001.key").write_text(json.dumps({**value, "purpose": "records"}))
    assert _code(FileKeys.open, folder) == "vault.key_file"


def test_under_a_passphrase_the_file_has_no_key_and_a_wrong_passphrase_is_told(folder):
    keys = FileKeys.make(folder, passphrase=Secret("正しい馬"))
    assert {each.guard for each in keys.status()} == {"passphrase"}
    assert all("key" not in json.loads(each.read_bytes()) for each in folder.iterdir())
    assert FileKeys.open(folder, passphrase=Secret("正しい馬")).all_keys() == keys.all_keys()
    assert _code(FileKeys.open, folder) == "vault.passphrase"
    assert _code(FileKeys.open, folder, passphrase=Secret("wrong")) == "vault.passphrase"
    keys.new_key(Purpose.RECORDS)
    assert "sealed" in json.loads((folder / "records-0002.key").read_bytes())


@pytest.mark.parametrize("n", [1 << 30, 3, 0, -2, 1])
def test_a_key_file_cannot_ask_for_endless_work(folder, n):
    FileKeys.make(folder, passphrase=Secret("p"))
    value = json.loads((folder / "index-0001.key").read_bytes())
    value["scrypt"]["n"] = n
    (folder / "index-0001.key").write_text(json.dumps(value))
    assert _code(FileKeys.open, folder, passphrase=Secret("p")) == "vault.key_file"


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    assert _code(FileKeys.make, tmp_path / "file" / "keys") == "vault.key_write"


def test_a_data_key_of_another_length_is_refused(folder):
    with pytest.raises(CallerError, match=r"vault\.argument"):
        FileKeys.make(folder).wrapper(Purpose.RECORDS).wrap(Secret(b"short"), context=b"c")


def test_keys_can_be_put_back_into_an_empty_folder_and_open_old_work(folder, tmp_path):
    keys = FileKeys.make(folder)
    old = keys.wrapper(Purpose.RECORDS).wrap(DATA_KEY, context=b"c")
    keys.new_key(Purpose.RECORDS)
    for purpose, key in keys.all_keys():
        put_key(tmp_path / "new", purpose, key)
        put_key(tmp_path / "new", purpose, key)  # twice does nothing
    again = FileKeys.open(tmp_path / "new")
    assert again.all_keys() == keys.all_keys()
    assert again.wrapper(Purpose.RECORDS).unwrap(old, context=b"c") == DATA_KEY
    assert _code(put_key, tmp_path / "new", Purpose.INDEX, Secret(bytes(32))) == "vault.key_exists"


def test_no_error_of_a_key_shows_a_secret(folder):
    keys = FileKeys.make(folder)
    wrapped = keys.wrapper(Purpose.RECORDS).wrap(DATA_KEY, context=b"c")
    with pytest.raises(DataError) as caught:
        keys.wrapper(Purpose.RECORDS).unwrap(wrapped, context=b"other")
    shown = f"{caught.value}{caught.value.detail}{keys.status()}"
    assert not any(key.reveal().hex() in shown for _, key in keys.all_keys())
