"""個人番号 apart: own keys, one purpose, every access an event, shown once or delivered encrypted, nowhere in the clear."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from honnin.adapters.key_file import FileKeys
from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.errors import HonninError
from honnin.core.secret import Secret
from honnin.records.ledger.event import encode_event
from honnin.records.number_delivery import deliver_number
from honnin.records.number_vault import (
    NumberEntry,
    deletion_event,
    due_for_deletion,
    grant_view,
    open_number,
    seal_number,
    spend_grant,
)
from honnin.records.wrapping import Purpose, WrappedKey

DIGITS = "123456789018"  # made up; the check digit fits
NUMBER = Secret(DIGITS)
NOW = datetime(2026, 5, 1, 3, tzinfo=UTC)
TAX, PAYMENT = NumberLawPurpose.WITHHOLDING_TAX, NumberLawPurpose.PAYMENT_REPORT
ENTRY = NumberEntry("house", "num-1", "rec-1", TAX, NOW, date(2033, 1, 10))


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return FileKeys.make(tmp_path_factory.mktemp("keys") / "k")


@pytest.fixture
def wrapper(keys):
    return keys.wrapper(Purpose.NUMBERS)


@pytest.fixture
def sealed(wrapper):
    return seal_number(NUMBER, ENTRY, actor="staff-1", wrapper=wrapper, random=os.urandom)


def _code(call, *arguments, **named):
    with pytest.raises(HonninError) as caught:
        call(*arguments, **named)
    assert DIGITS not in f"{caught.value}{caught.value.detail}"
    return caught.value.code


def _open(sealed, wrapper, entry=ENTRY, purpose=TAX, **named):
    return open_number(
        sealed.ciphertext, named.pop("key", sealed.key), entry, purpose=purpose, actor="staff-2", at=NOW, wrapper=wrapper,
        **named,
    )  # fmt: skip


def test_a_number_comes_back_for_its_purpose_and_each_access_is_an_event(sealed, wrapper):
    opened = _open(sealed, wrapper)
    assert opened.number == NUMBER
    assert (opened.event.kind, opened.event.actor, opened.event.record_id) == ("number_viewed", "staff-2", "num-1")
    assert _open(sealed, wrapper, delivered=True).event.kind == "number_delivered"
    assert sealed.event.kind == "number_stored"
    assert sealed.event.detail == {
        "purpose": "withholding_tax", "record": "rec-1", "until": "2033-01-10",
        "ciphertext_sha256": hashlib.sha256(sealed.ciphertext).hexdigest(),
    }


def test_no_other_purpose_opens_it_even_if_the_row_was_changed(sealed, wrapper):
    assert _code(_open, sealed, wrapper, purpose=PAYMENT) == "number.purpose"
    changed = NumberEntry("house", "num-1", "rec-1", PAYMENT, NOW)
    assert _code(_open, sealed, wrapper, entry=changed, purpose=PAYMENT) == "vault.key_damaged"
    moves = (("house", "num-2", "rec-1"), ("other", "num-1", "rec-1"), ("house", "num-1", "rec-2"))
    for moved in (NumberEntry(*each, TAX, NOW) for each in moves):
        assert _code(_open, sealed, wrapper, entry=moved) == "vault.key_damaged"


def test_keys_of_records_neither_seal_nor_open_a_number(keys, sealed):
    records = keys.wrapper(Purpose.RECORDS)
    assert _code(seal_number, NUMBER, ENTRY, actor="", wrapper=records, random=os.urandom) == "vault.purpose"
    assert _code(_open, sealed, records) == "vault.key_missing"
    renamed = WrappedKey(records.current_key_id, sealed.key.octets)
    assert _code(_open, sealed, records, key=renamed) == "vault.purpose"


@pytest.mark.parametrize("digits", ["123456789012", "12345678901", "1234567890188", "", "１２３４５６７８９０１８", "12345678901x"])
def test_what_is_no_individual_number_is_not_kept(wrapper, digits):
    call = {"actor": "", "wrapper": wrapper, "random": os.urandom}
    assert _code(seal_number, Secret(digits), ENTRY, **call) == "number.check_digit"


def test_the_digits_are_in_no_octet_text_or_event(sealed, wrapper):
    opened = _open(sealed, wrapper)
    deleted = deletion_event(ENTRY, actor="staff-2", at=NOW, reason="done")
    shown = [repr(sealed), repr(opened), str(opened.number), repr(ENTRY)]
    octets = [sealed.ciphertext, sealed.key.octets, *map(encode_event, (sealed.event, opened.event, deleted))]
    assert not any(DIGITS in each for each in shown)
    assert not any(DIGITS.encode() in each for each in octets)
    again = seal_number(NUMBER, ENTRY, actor="staff-1", wrapper=wrapper, random=os.urandom)
    assert again.ciphertext != sealed.ciphertext  # equal numbers cannot be told


def test_every_flipped_bit_of_a_sealed_number_is_found(sealed, wrapper):
    for bit in range(len(sealed.ciphertext) * 8):
        changed = bytearray(sealed.ciphertext)
        changed[bit // 8] ^= 1 << bit % 8
        call = {"purpose": TAX, "actor": "", "at": NOW, "wrapper": wrapper}
        assert _code(open_number, bytes(changed), sealed.key, ENTRY, **call) == "vault.damaged"


def test_deletion_is_an_event_with_its_reason_and_overdue_numbers_are_listed():
    event = deletion_event(ENTRY, actor="job", at=NOW, reason="expired")
    assert event.kind == "number_deleted"
    assert event.detail["reason"] == "expired"
    later = NumberEntry("house", "num-2", "", TAX, NOW, date(2030, 1, 1))
    open_end = NumberEntry("house", "num-3", "", TAX, NOW)
    assert due_for_deletion([ENTRY, open_end, later], date(2033, 1, 10)) == (later,)
    assert due_for_deletion([ENTRY, open_end, later], date(2033, 1, 11)) == (later, ENTRY)


# --- shown once ---


def test_a_token_shows_the_number_once_to_its_person_in_time():
    token, grant = grant_view(ENTRY, entitled="staff-2", now=NOW, random=os.urandom)
    assert len(token.reveal()) == 43
    assert token.reveal() not in repr(grant)
    used = spend_grant(grant, token, ENTRY, actor="staff-2", now=NOW + timedelta(minutes=1))
    assert used.used_at_utc == NOW + timedelta(minutes=1)
    assert _code(spend_grant, used, token, ENTRY, actor="staff-2", now=NOW) == "number.grant_used"


def test_another_person_number_token_or_hour_gets_nothing():
    token, grant = grant_view(ENTRY, entitled="staff-2", now=NOW, random=os.urandom)
    other_token, _ = grant_view(ENTRY, entitled="staff-2", now=NOW, random=os.urandom)
    other = NumberEntry("house", "num-2", "rec-1", TAX, NOW)
    assert _code(spend_grant, grant, token, ENTRY, actor="staff-3", now=NOW) == "number.grant"
    assert _code(spend_grant, grant, token, other, actor="staff-2", now=NOW) == "number.grant"
    assert _code(spend_grant, grant, other_token, ENTRY, actor="staff-2", now=NOW) == "number.grant"
    assert _code(spend_grant, grant, token, ENTRY, actor="staff-2", now=NOW + timedelta(minutes=5)) == "number.grant_expired"
    for entitled, life in (("", timedelta(minutes=1)), ("a", timedelta(0)), ("a", timedelta(hours=2))):
        assert _code(grant_view, ENTRY, entitled=entitled, now=NOW, random=os.urandom, life=life) == "number.grant"


# --- delivered encrypted ---


def _pem(private):
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _octets(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _read(private, jwe):
    """A recipient, written from RFC 7516 §5.2 and RFC 7518 §4.6.2."""
    protected, encrypted_key, iv, ciphertext, tag = jwe.split(".")
    header = json.loads(_octets(protected))
    if header["alg"] == "RSA-OAEP-256":
        key = private.decrypt(_octets(encrypted_key), padding.OAEP(padding.MGF1(SHA256()), SHA256(), None))
    else:
        shared = private.exchange(X25519PublicKey.from_public_bytes(_octets(header["epk"]["x"])))
        info = b"\x00\x00\x00\x07A256GCM" + bytes(8) + b"\x00\x00\x01\x00"
        key = ConcatKDFHash(algorithm=SHA256(), length=32, otherinfo=info).derive(shared)
    return json.loads(AESGCM(key).decrypt(_octets(iv), _octets(ciphertext) + _octets(tag), protected.encode()))


@pytest.mark.parametrize("make", [lambda: rsa.generate_private_key(65537, 2048), X25519PrivateKey.generate])
def test_the_caller_alone_reads_what_is_delivered(sealed, wrapper, make):
    private = make()
    opened = _open(sealed, wrapper, delivered=True)
    jwe = deliver_number(opened, ENTRY, _pem(private), at=NOW, random=os.urandom)
    assert _read(private, jwe) == {
        "individual_number": DIGITS,
        "number_id": "num-1",
        "purpose": "withholding_tax",
        "tenant": "house",
        "delivered_at": int(NOW.timestamp()),
    }
    assert not any(DIGITS.encode() in _octets(part) for part in jwe.split("."))
    assert deliver_number(opened, ENTRY, _pem(private), at=NOW, random=os.urandom) != jwe


def test_a_weak_or_foreign_key_gets_nothing(sealed, wrapper):
    opened = _open(sealed, wrapper, delivered=True)
    small_order = X25519PublicKey.from_public_bytes(bytes(32))
    for pem in (
        b"",
        b"x" * 9000,
        _pem(rsa.generate_private_key(65537, 1024)),
        _pem(ec.generate_private_key(ec.SECP256R1())),
        small_order.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ):
        assert _code(deliver_number, opened, ENTRY, pem, at=NOW, random=os.urandom) == "number.recipient"
