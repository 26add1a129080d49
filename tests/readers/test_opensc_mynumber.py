"""OpenSC, written by others, uses the virtual My Number Card through pcscd as it uses a real one.

mynumber-card.md §12 "OpenSC specifics": name of the driver, the objects, both signatures, the tries.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

from honnin.core.clock import system_clock
from honnin_virtual import issue
from honnin_virtual.mynumber.cards import issue_mynumber
from honnin_virtual.mynumber.chip import CONTACTLESS_ATR
from honnin_virtual.mynumber.personas import PERSONAS
from honnin_virtual.vpcd import serve

MODULE = next((str(path) for path in Path("/usr/lib").glob("*/opensc-pkcs11.so")), "")
TOOLS = ("opensc-tool", "pkcs15-tool", "pkcs11-tool", "openssl")

pytestmark = [
    pytest.mark.pcscd,
    pytest.mark.skipif(
        not MODULE or not all(map(shutil.which, TOOLS)), reason="OpenSC is not installed (apt-get install opensc openssl)"
    ),
]


def run(folder, *command, expected=0):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert expected is None or done.returncode == expected, done.stdout + done.stderr
    return done.stdout


class OnReader:
    """`with OnReader(card):` lays it down and waits until OpenSC sees it."""

    def __init__(self, card):
        self.card = card
        self.stop = threading.Event()
        self.thread = threading.Thread(target=serve, args=(card,), kwargs={"stop": self.stop}, daemon=True)

    def __enter__(self):
        self.thread.start()
        deadline = time.monotonic() + 10
        while "Yes" not in run(None, "opensc-tool", "-l", expected=None):
            assert time.monotonic() < deadline, "the card was not noticed"
            time.sleep(0.2)
        return self.card

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join(10)
        assert not self.thread.is_alive()
        deadline = time.monotonic() + 10
        while "Yes" in run(None, "opensc-tool", "-l", expected=None) and time.monotonic() < deadline:
            time.sleep(0.2)
        time.sleep(0.5)  # pcscd looks every 0.4 s


@pytest.fixture
def card():
    with OnReader(issue("mynumber-plain", now=system_clock())) as card:
        yield card


def tries(folder):
    return [int(n) for n in re.findall(r"Tries left\s*: (\d+)", run(folder, "pkcs15-tool", "-D"))]


def certificate(folder, identifier, *arguments):
    """Read one from the card; returns the file names of certificate and public key."""
    text = run(folder, "pkcs15-tool", *arguments, "--read-certificate", identifier)
    (folder / f"{identifier}.pem").write_text(text[text.index("-----BEGIN") :])
    public = run(folder, "openssl", "x509", "-in", f"{identifier}.pem", "-pubkey", "-noout")
    (folder / f"{identifier}.pub").write_text(public)
    return f"{identifier}.pem", f"{identifier}.pub"


def sign(folder, slot, identifier, pin, expected=0):
    run(folder, "pkcs11-tool", "--module", MODULE, "--slot-index", slot, "--login", "--pin", pin, "--sign", "--mechanism",
        "SHA256-RSA-PKCS", "--id", identifier, "--input-file", "message", "--output-file", "signature",
        expected=expected)  # fmt: skip


def test_the_driver_of_the_card_is_jpki(card, tmp_path):
    assert run(tmp_path, "opensc-tool", "-n", "-r", "0").strip() == "jpki"
    assert run(tmp_path, "opensc-tool", "-a", "-r", "0").strip().replace(":", "") == card.atr.hex()


def test_all_objects_are_listed(card, tmp_path):
    listed = run(tmp_path, "pkcs15-tool", "-D")
    for name in (
        "PIN [User Authentication PIN]", "PIN [Digital Signature PIN]", "Private RSA Key [User Authentication Key]",
        "Private RSA Key [Digital Signature Key]", "X.509 Certificate [User Authentication Certificate]",
        "X.509 Certificate [Digital Signature Certificate]", "X.509 Certificate [User Authentication Certificate CA]",
        "X.509 Certificate [Digital Signature Certificate CA]",
    ):  # fmt: skip
        assert name in listed
    assert tries(tmp_path) == [3, 5]
    slots = run(tmp_path, "pkcs11-tool", "--module", MODULE, "-L")
    assert "JPKI (User Authentication PIN)" in slots
    assert "JPKI (Digital Signature PIN)" in slots


@pytest.mark.parametrize(
    "way",
    [
        ("0", "01", "03", "1234", ()),
        ("1", "02", "04", "ABC123", ("--auth-id", "02", "--verify-pin", "--pin", "ABC123")),
    ],
    ids=["user authentication", "digital signature"],
)
def test_both_keys_sign_and_openssl_verifies(card, tmp_path, way):
    slot, identifier, authority, pin, unlock = way
    (tmp_path / "message").write_bytes(b"to be signed\n")
    pem, public = certificate(tmp_path, identifier, *unlock)
    sign(tmp_path, slot, identifier, pin)
    checked = run(tmp_path, "openssl", "dgst", "-sha256", "-verify", public, "-signature", "signature", "message")
    assert checked.strip() == "Verified OK"
    (tmp_path / "message").write_bytes(b"something else\n")
    run(tmp_path, "openssl", "dgst", "-sha256", "-verify", public, "-signature", "signature", "message", expected=1)
    issuer, _ = certificate(tmp_path, authority)
    policy = f"1.2.392.200149.8.5.1.0.{'20' if slot == '1' else '30'}"
    run(tmp_path, "openssl", "verify", "-x509_strict", "-explicit_policy", "-policy", policy, "-CAfile", issuer, pem)


def test_the_signature_certificate_is_not_given_out_without_its_password(card, tmp_path):
    assert "BEGIN" not in run(tmp_path, "pkcs15-tool", "--read-certificate", "02", expected=None)


def test_a_wrong_pin_lowers_the_tries_and_a_right_one_restores_them(card, tmp_path):
    (tmp_path / "message").write_bytes(b"x")
    sign(tmp_path, "0", "01", "9999", expected=1)
    assert tries(tmp_path) == [2, 5]
    sign(tmp_path, "1", "02", "WRONG1", expected=1)
    assert tries(tmp_path) == [2, 4]
    sign(tmp_path, "0", "01", "1234")
    assert tries(tmp_path) == [3, 4]


def test_a_blocked_card_shows_no_tries_and_does_not_sign(tmp_path):
    with OnReader(issue("mynumber-blocked", now=system_clock())):
        assert tries(tmp_path) == [0, 0]
        (tmp_path / "message").write_bytes(b"x")
        sign(tmp_path, "0", "01", "1234", expected=1)


def test_the_contactless_card_is_the_same_card(tmp_path):
    card = issue_mynumber(PERSONAS[0], now=system_clock(), atr=CONTACTLESS_ATR)
    with OnReader(card):
        assert run(tmp_path, "opensc-tool", "-n", "-r", "0").strip() == "jpki"
        assert tries(tmp_path) == [3, 5]
