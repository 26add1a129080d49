"""Keys in a token: SoftHSM stands in for the HSM. Each error of a token has its own name."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from honnin.adapters import key_pkcs11
from honnin.adapters.key_pkcs11 import TokenKeys, read_pin
from honnin.core.clock import system_clock
from honnin.core.errors import DataError, HonninError
from honnin.core.secret import Secret
from honnin.records.wrapping import Purpose, WrappedKey, rewrap

LIBRARIES = [
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
    Path("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
]
LIBRARY = next((each for each in LIBRARIES if each.exists()), None)
DATA_KEY = Secret(b"d" * 32)
PIN = Secret("24680")

needs_token = pytest.mark.skipif(
    LIBRARY is None or shutil.which("softhsm2-util") is None, reason="SoftHSM 2 is not installed on this machine"
)


@pytest.fixture(scope="module")
def softhsm(tmp_path_factory):
    """The library reads its configuration once in a process: one folder of tokens for the whole module."""
    pytest.importorskip("pkcs11", reason="python-pkcs11 (extra hsm) is not installed")
    home = tmp_path_factory.mktemp("softhsm")
    (home / "tokens").mkdir()
    (home / "conf").write_text(f"directories.tokendir = {home / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(home / "conf")

    def token(label):
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "13579", "--pin", PIN.reveal()]
        subprocess.run(command, check=True, capture_output=True)
        import pkcs11

        pkcs11.lib(str(LIBRARY)).reinitialize()
        return label

    yield token
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture
def opened(softhsm, tmp_path, request):
    label = softhsm(f"t{abs(hash(request.node.name)) % 10**9}")

    def again(*, make=False, pin=PIN, token=label, clock=system_clock):
        return TokenKeys.open(LIBRARY, token=token, pin=pin, folder=tmp_path / "keys", make=make, clock=clock)

    return again


def _code(call, *arguments, **named):
    with pytest.raises(HonninError) as caught:
        call(*arguments, **named)
    return caught.value.code


@needs_token
def test_data_keys_go_through_the_token_and_its_keys_never_leave_it(opened):
    import pkcs11

    keys = opened(make=True)
    wrapper = keys.wrapper(Purpose.RECORDS)
    wrapped = wrapper.wrap(DATA_KEY, context=b"place")
    assert wrapped.key_id == wrapper.current_key_id
    assert wrapper.unwrap(wrapped, context=b"place") == DATA_KEY
    assert wrapper.wrap(DATA_KEY, context=b"place").octets != wrapped.octets
    for each in keys._objects():
        assert each[pkcs11.Attribute.SENSITIVE]
        assert not each[pkcs11.Attribute.EXTRACTABLE]
        with pytest.raises(pkcs11.PKCS11Error):
            each[pkcs11.Attribute.VALUE]
    keys.close()
    later = opened()
    assert later.wrapper(Purpose.RECORDS).unwrap(wrapped, context=b"place") == DATA_KEY
    later.close()


@needs_token
def test_every_flipped_octet_another_place_and_another_purpose_are_found(opened):
    keys = opened(make=True)
    wrapper = keys.wrapper(Purpose.RECORDS)
    wrapped = wrapper.wrap(DATA_KEY, context=b"place")
    for at in range(len(wrapped.octets)):
        changed = bytearray(wrapped.octets)
        changed[at] ^= 0x80
        with pytest.raises(DataError, match=r"vault\.key_damaged"):
            wrapper.unwrap(WrappedKey(wrapped.key_id, bytes(changed)), context=b"place")
    assert _code(wrapper.unwrap, wrapped, context=b"other") == "vault.key_damaged"
    assert _code(wrapper.unwrap, WrappedKey(wrapped.key_id, b""), context=b"place") == "vault.key_damaged"
    assert _code(keys.wrapper(Purpose.NUMBERS).unwrap, wrapped, context=b"place") == "vault.key_missing"
    unknown = WrappedKey("records-0000000000000000", wrapped.octets)
    assert _code(wrapper.unwrap, unknown, context=b"place") == "vault.key_missing"
    assert _code(wrapper.unwrap, WrappedKey("../x", wrapped.octets), context=b"place") == "vault.key_missing"
    assert wrapper.unwrap(wrapped, context=b"place") == DATA_KEY  # and the session still works
    keys.close()


@needs_token
def test_rotation_in_the_token(opened):
    now = datetime(2026, 4, 1, tzinfo=UTC)
    keys = opened(make=True, clock=lambda: now)
    wrapper = keys.wrapper(Purpose.NUMBERS)
    old = wrapper.wrap(DATA_KEY, context=b"c")
    new_id = keys.new_key(Purpose.NUMBERS)
    assert wrapper.current_key_id == new_id != old.key_id
    new = rewrap(wrapper, old, context=b"c")
    assert new.key_id == new_id
    assert _code(keys.retire, new_id) == "vault.key_current"
    assert _code(keys.retire, old.key_id) == "vault.key_recent"
    now += timedelta(minutes=10)
    numbers = [each for each in keys.status() if each.purpose is Purpose.NUMBERS]
    assert [(each.key_id, each.current, each.guard) for each in numbers] == [
        (old.key_id, False, "token"), (new_id, True, "token"),
    ]  # fmt: skip
    assert numbers[1].made_at_utc == "2026-04-01T00:00:00+00:00"
    keys.retire(old.key_id)
    assert _code(wrapper.unwrap, old, context=b"c") == "vault.key_missing"
    assert wrapper.unwrap(new, context=b"c") == DATA_KEY
    assert _code(keys.retire, old.key_id) == _code(keys.retire, "x") == "vault.key_missing"
    keys.close()


@needs_token
def test_secrets_of_index_and_ledger_lie_wrapped_and_stay_the_same(opened, tmp_path):
    keys = opened(make=True)
    index, ledger = keys.secret(Purpose.INDEX), keys.secret(Purpose.LEDGER)
    assert index != ledger
    files = sorted((tmp_path / "keys").iterdir())
    assert [each.name for each in files] == ["index.wrapped", "ledger.wrapped"]
    for each in files:
        assert index.reveal() not in each.read_bytes()
        if os.name != "nt":
            assert stat.S_IMODE(each.stat().st_mode) == 0o600
    keys.close()
    again = opened(make=True)
    assert again.secret(Purpose.INDEX) == index
    files[0].write_bytes(files[1].read_bytes())
    assert _code(again.secret, Purpose.INDEX) == "vault.key_file"
    files[0].unlink()
    assert _code(again.secret, Purpose.INDEX) == "vault.key_missing"
    assert _code(again.secret, Purpose.RECORDS) == _code(again.wrapper, Purpose.INDEX) == "vault.purpose"
    assert _code(again.new_key, Purpose.LEDGER) == "vault.purpose"
    again.close()


@needs_token
def test_a_token_without_our_keys_is_not_filled_when_there_are_records(opened):
    assert _code(opened) == "vault.key_missing"


@needs_token
def test_a_wrong_pin_an_absent_token_and_a_missing_library_are_told_apart(opened, tmp_path):
    opened(make=True).close()
    assert _code(opened, pin=Secret("99999")) == "vault.token.pin"
    assert _code(opened, token="nobody") == "vault.token.away"
    missing = tmp_path / "none.so"
    assert (
        _code(TokenKeys.open, missing, token="t", pin=PIN, folder=tmp_path, make=False) == "vault.token.library"
    )


@needs_token
def test_after_the_session_was_lost_the_next_call_logs_in_again(opened):
    keys = opened(make=True)
    wrapper = keys.wrapper(Purpose.RECORDS)
    wrapped = wrapper.wrap(DATA_KEY, context=b"c")
    keys._session.close()
    assert wrapper.unwrap(wrapped, context=b"c") == DATA_KEY
    keys.close()


def test_without_the_extra_the_error_names_it(monkeypatch, tmp_path):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(key_pkcs11.importlib, "import_module", missing)
    call = {"token": "t", "pin": PIN, "folder": tmp_path, "make": False}
    assert _code(TokenKeys.open, tmp_path / "x.so", **call) == "vault.token.module"


def test_pin_comes_from_a_private_file_or_the_environment_and_is_a_secret(tmp_path):
    file = tmp_path / "pin"
    file.write_text("24680\nnot this\n")
    file.chmod(0o600)
    assert read_pin({}, file) == read_pin({"HONNIN_HSM_PIN_FILE": str(file)}) == PIN
    assert read_pin({"HONNIN_HSM_PIN": "24680"}) == PIN
    assert "24680" not in repr(read_pin({}, file))
    assert _code(read_pin, {}) == _code(read_pin, {"HONNIN_HSM_PIN": "x" * 256}) == "vault.token.pin_missing"
    if os.name != "nt":
        file.chmod(0o644)
        assert _code(read_pin, {}, file) == "vault.key_permissions"
