"""Individual numbers over a database: every access stands in the ledger first, and deletion is final."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from honnin.adapters.key_file import FileKeys
from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.clock import system_random
from honnin.core.errors import HonninError, StoreError
from honnin.core.secret import Secret
from honnin.flows.number_keeping import NumberKeeping
from honnin.records.ledger.event import decode_event
from honnin.records.wrapping import Purpose
from tests.store.records_kit import NOW, TENANT, record_id

NUMBER = Secret("123456789018")  # made up
TAX, PAYMENT = NumberLawPurpose.WITHHOLDING_TAX, NumberLawPurpose.PAYMENT_REPORT
RECIPIENT = X25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def now():
    return [NOW]


@pytest.fixture
def keeping(store, sealer, tmp_path, now):
    wrapper = FileKeys.make(tmp_path / "keys").wrapper(Purpose.NUMBERS)
    return NumberKeeping(store, sealer, wrapper, clock=lambda: now[0], random=system_random, tenant=TENANT)


def keep(keeping, **changes):
    return keeping.keep(NUMBER, **{"record_id": record_id(1), "purpose": TAX, "staff": "staff-1", **changes})


def code(call, *arguments, **named):
    with pytest.raises(HonninError) as caught:
        call(*arguments, **named)
    assert NUMBER.reveal() not in f"{caught.value}{caught.value.detail}"
    return caught.value.code


def kinds(store, number_id):
    return [decode_event(leaf.octets).kind.value for leaf in store.events_of(TENANT, number_id)]


def test_a_number_is_shown_once_and_each_step_stands_in_the_ledger(store, keeping):
    number = keep(keeping)
    token = keeping.grant(number, entitled="staff-2")
    assert keeping.show(number, token, purpose=TAX, staff="staff-2") == NUMBER
    assert code(keeping.show, number, token, purpose=TAX, staff="staff-2") == "number.grant_used"
    assert kinds(store, number) == ["number_stored", "number_granted", "number_viewed"]


def test_without_grant_in_time_for_this_person_and_purpose_nothing_is_shown(store, keeping, now):
    number = keep(keeping)
    assert code(keeping.show, number, Secret("x"), purpose=TAX, staff="staff-2") == "number.grant"
    token = keeping.grant(number, entitled="staff-2")
    assert code(keeping.show, number, token, purpose=TAX, staff="staff-3") == "number.grant"
    assert code(keeping.show, number, token, purpose=PAYMENT, staff="staff-2") == "number.purpose"
    late = keeping.grant(number, entitled="staff-2")
    now[0] += timedelta(minutes=5)
    assert code(keeping.show, number, late, purpose=TAX, staff="staff-2") == "number.grant_expired"
    earlier = keeping.grant(number, entitled="staff-2")
    keeping.grant(number, entitled="staff-2")
    assert code(keeping.show, number, earlier, purpose=TAX, staff="staff-2") == "number.grant"
    assert "number_viewed" not in kinds(store, number)
    assert code(keeping.grant, "none", entitled="staff-2") == "store.not_found"


@pytest.mark.parametrize("way", ["show", "deliver"])
def test_what_the_ledger_cannot_take_is_not_given_to_anybody(keeping, sealer, monkeypatch, way):
    number = keep(keeping)
    token = keeping.grant(number, entitled="staff-2")

    def broken(*arguments):
        raise StoreError("store.write", "full")

    monkeypatch.setattr(sealer, "append_events", broken)
    if way == "show":
        assert code(keeping.show, number, token, purpose=TAX, staff="staff-2") == "store.write"
    else:
        assert code(keeping.deliver, number, RECIPIENT, purpose=TAX, system="payroll") == "store.write"


def test_a_delivery_is_encrypted_and_noted(store, keeping):
    number = keep(keeping)
    text = keeping.deliver(number, RECIPIENT, purpose=TAX, system="payroll")
    assert text.count(".") == 4
    assert NUMBER.reveal() not in text
    assert kinds(store, number) == ["number_stored", "number_delivered"]
    assert code(keeping.deliver, number, b"", purpose=TAX, system="payroll") == "number.recipient"
    assert code(keeping.deliver, number, RECIPIENT, purpose=PAYMENT, system="payroll") == "number.purpose"
    assert kinds(store, number) == ["number_stored", "number_delivered"]


def test_deletion_is_final_and_leaves_its_event(store, keeping):
    number = keep(keeping)
    token = keeping.grant(number, entitled="staff-2")
    keeping.delete(number, staff="staff-1")
    assert code(keeping.show, number, token, purpose=TAX, staff="staff-2") in {"store.not_found", "store.deleted"}
    assert code(keeping.delete, number, staff="staff-1") in {"store.not_found", "store.deleted"}
    assert kinds(store, number) == ["number_stored", "number_granted", "number_deleted"]


def test_numbers_whose_day_has_passed_are_deleted_and_no_others(keeping):
    keep(keeping, retention_until=date(2027, 1, 10))
    keep(keeping, retention_until=date(2027, 1, 11))
    keep(keeping)
    assert keeping.delete_due(date(2027, 1, 10), staff="job") == 0
    assert keeping.delete_due(date(2027, 1, 11), staff="job") == 1
    assert keeping.delete_due(date(2027, 1, 11), staff="job") == 0
    assert keeping.delete_due(date(2099, 1, 1), staff="job") == 1
