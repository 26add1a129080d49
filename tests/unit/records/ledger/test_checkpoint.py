"""Signed notes and checkpoints: the published example, and everything that must be refused."""

import base64

import pytest

from honnin.core.errors import DataError, HonninError, TrustError
from honnin.core.secret import Secret
from honnin.records.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from honnin.records.ledger.note import NoteKey, NoteSigner, open_note, parse_vkey, sign_note

# The example in the documentation of Go's golang.org/x/mod/sumdb/note.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SKEY = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

SIGNER = NoteSigner("honnin.example/shop-1", Secret(bytes(range(32))))
OTHER = NoteSigner("witness.example", Secret(bytes(32)))
POINT = Checkpoint("honnin.example/shop-1", 42, bytes(range(32)))


def test_the_published_note_is_opened_and_made_again():
    key = parse_vkey(VKEY)
    assert key.vkey == VKEY
    assert open_note(TEXT + "\n" + SIGNATURE, key) == TEXT
    signer = NoteSigner("PeterNeumann", Secret(base64.b64decode(SKEY)[1:]))
    assert signer.key == key
    assert sign_note(TEXT, signer) == TEXT + "\n" + SIGNATURE


def test_a_checkpoint_is_three_lines_and_comes_back():
    note = sign_checkpoint(POINT, SIGNER)
    assert note.startswith("honnin.example/shop-1\n42\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n— honnin.example")
    assert open_checkpoint(note, SIGNER.key, origin="honnin.example/shop-1") == POINT


def test_other_signers_are_passed_over():
    note = sign_checkpoint(POINT, OTHER, SIGNER)
    assert open_checkpoint(note, SIGNER.key) == POINT
    assert open_checkpoint(note, OTHER.key) == POINT
    stranger = "— stranger.example " + base64.b64encode(b"\0\1\2\3" + bytes(70)).decode() + "\n"
    assert open_checkpoint(note + stranger, SIGNER.key) == POINT


def test_the_key_must_have_signed_it():
    with pytest.raises(TrustError, match=r"ledger\.unsigned"):
        open_checkpoint(sign_checkpoint(POINT, OTHER), SIGNER.key)
    same_name = NoteSigner(SIGNER.key.name, Secret(bytes(32)))
    with pytest.raises(TrustError, match=r"ledger\.unsigned"):
        open_checkpoint(sign_checkpoint(POINT, same_name), SIGNER.key)


def test_a_signature_that_stands_there_twice_is_refused():
    note = sign_checkpoint(POINT, SIGNER)
    with pytest.raises(DataError, match=r"ledger\.signature"):
        open_checkpoint(note + SIGNER.sign(POINT.text), SIGNER.key)


def test_another_ledger_is_refused():
    with pytest.raises(DataError, match=r"ledger\.checkpoint"):
        open_checkpoint(sign_checkpoint(POINT, SIGNER), SIGNER.key, origin="honnin.example/shop-2")


def test_every_altered_bit_of_a_checkpoint_is_refused():
    octets = sign_checkpoint(POINT, SIGNER).encode()
    for place in range(len(octets)):
        for bit in range(8):
            altered = octets[:place] + bytes([octets[place] ^ 1 << bit]) + octets[place + 1 :]
            with pytest.raises(HonninError):
                open_checkpoint(altered.decode("utf-8", "surrogateescape"), SIGNER.key)


@pytest.mark.parametrize(
    "text",
    [
        "o\n1\nAA==\n",
        "o\n01\n" + "A" * 43 + "=\n",
        "o\n-1\n" + "A" * 43 + "=\n",
        "o\n1\n" + "A" * 43 + "=\nmore\n",
        "o\n1\n" + "A" * 42 + "B=\n",
        "o\n9999999999999999999\n" + "A" * 43 + "=\n",
        "o\n99999999999999999999\n" + "A" * 43 + "=\n",
        "two words\n1\n" + "A" * 43 + "=\n",
        "\n1\n" + "A" * 43 + "=\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(DataError, match=r"ledger\.checkpoint"):
        open_checkpoint(sign_note(text, SIGNER), SIGNER.key)


@pytest.mark.parametrize(
    "note",
    [
        "", "\n\n", "x\n", "x\n\n", "x\n\n— a b\n", "x\n\n- a AAAAAAAA\n", "x\n\n— a AAAAAAAA", "x\r\n\n— a AAAAAAAA\n",
        "x\n\n— a AAAAAAAB==\n", "x\n\n" + "— a AAAAAAAA\n" * 17, "x" * 20000, "\ud800\n\n— a AAAAAAAA\n",
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(note):
    with pytest.raises(DataError, match=r"ledger\.note"):
        open_note(note, SIGNER.key)


@pytest.mark.parametrize(
    "text",
    ["", "x", VKEY + "A", VKEY.replace("c74f20a3", "c74f20a4"), VKEY.replace("c74f20a3", "C74F20A3"), "a b+0+AQ==",
     "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VKEY.replace("+ARpc", "+ASpc"), "x" * 600],
)  # fmt: skip
def test_what_is_no_public_key_is_refused(text):
    with pytest.raises(DataError, match=r"ledger\.key"):
        parse_vkey(text)


def test_keys_of_another_form_are_refused():
    with pytest.raises(DataError, match=r"ledger\.key"):
        NoteKey("two words", bytes(32))
    with pytest.raises(DataError, match=r"ledger\.key"):
        NoteSigner("name", Secret(bytes(31)))


def test_a_signer_does_not_show_its_key():
    assert bytes(range(32)).hex() not in repr(SIGNER)
    assert base64.b64encode(bytes(range(32))).decode() not in repr(SIGNER)
