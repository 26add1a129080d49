"""The audit of kept numbers: whatever is done to their rows behind the program's back is named, and no number is opened."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from honnin.adapters.key_file import FileKeys
from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.clock import system_random
from honnin.core.secret import Secret
from honnin.flows.number_keeping import NumberKeeping
from honnin.flows.record_audit import audit_records
from honnin.records.ledger.audit import AuditCode
from honnin.records.wrapping import Purpose
from tests.store.records_kit import NOW, SIGNER, TENANT, Keys, record_id

TAX = NumberLawPurpose.WITHHOLDING_TAX
DIGITS = ("123456789018", "987654321018")  # made up


@pytest.fixture
def wrapper(tmp_path):
    return FileKeys.make(tmp_path / "keys").wrapper(Purpose.NUMBERS)


@pytest.fixture
def numbers(store, sealer, wrapper):
    """Two people's numbers, and one that was deleted."""
    keeping = NumberKeeping(store, sealer, wrapper, clock=lambda: NOW, random=system_random, tenant=TENANT)
    first, second, third = (
        keeping.keep(Secret(digits), record_id=record_id(n), purpose=TAX, staff="staff-1")
        for n, digits in enumerate((*DIGITS, DIGITS[0]), 1)
    )
    keeping.keep_until(first, NOW.date(), staff="staff-1")
    keeping.delete(third, staff="staff-1")
    return first, second, third


def audited(store, wrapper=None):
    return [(each.code, each.record_id, each.detail) for each in audit_records(store, TENANT, SIGNER.key, wrapper=Keys(), numbers=wrapper)]


def change(store, text, **values):
    with store.database.engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        assert connection.execute(sa.text(text), values).rowcount


def test_numbers_that_nobody_touched_agree(store, numbers, wrapper):
    assert audited(store, wrapper) == []


@pytest.mark.parametrize(
    ("column", "value", "detail"),
    [
        ("record_id", record_id(2), "record"), ("purpose", "public_office", "purpose"), ("ciphertext", b"\0" * 45, "ciphertext"),
        ("stored_at_utc", "2020-01-01T00:00:00.000000+00:00", "stored_at"), ("retention_until", "2099-01-01", "until"),
        ("retention_until", None, "until"), ("retention_until", "never", "until"),
    ],
)  # fmt: skip
def test_an_altered_row_is_named_with_its_column(store, numbers, column, value, detail):
    change(store, f"UPDATE numbers SET {column} = :value WHERE number_id = :id", value=value, id=numbers[0])
    assert audited(store) == [(AuditCode.NUMBER_ALTERED, numbers[0], detail)]


def test_a_number_that_was_removed_or_lost_its_key_is_named(store, numbers):
    change(store, "DELETE FROM number_keys WHERE number_id = :id", id=numbers[1])
    assert audited(store) == [(AuditCode.NUMBER_KEY_MISSING, numbers[1], "")]
    change(store, "DELETE FROM numbers WHERE number_id = :id", id=numbers[1])
    assert audited(store) == [(AuditCode.NUMBER_MISSING, numbers[1], "")]


def test_a_number_that_was_put_in_is_named(store, numbers):
    change(
        store,
        "INSERT INTO numbers SELECT tenant, 'INSERTED', record_id, purpose, stored_at_utc, retention_until, ciphertext FROM numbers "
        "WHERE number_id = :id",
        id=numbers[0],
    )
    assert audited(store) == [(AuditCode.NUMBER_UNSEALED, "INSERTED", "")]
    change(store, "DELETE FROM numbers WHERE number_id = 'INSERTED'")
    change(store, "INSERT INTO number_keys SELECT tenant, 'ONLYAKEY', key_id, wrapped FROM number_keys WHERE number_id = :id", id=numbers[0])
    assert audited(store) == [(AuditCode.NUMBER_UNSEALED, "ONLYAKEY", "")]


def test_a_deleted_number_that_comes_back_is_named(store, numbers):
    change(
        store,
        "INSERT INTO numbers SELECT tenant, :third, record_id, purpose, stored_at_utc, retention_until, ciphertext FROM numbers "
        "WHERE number_id = :id",
        id=numbers[0], third=numbers[2],
    )  # fmt: skip
    assert audited(store) == [(AuditCode.NUMBER_NOT_DELETED, numbers[2], "")]


def test_numbers_swapped_between_two_people_are_named_and_do_not_open(store, sealer, numbers, wrapper):
    """Both rows whole, only whose they are is exchanged: each opens for nobody any more."""
    first, second, _ = numbers
    for name, other in ((first, record_id(2)), (second, record_id(1))):
        change(store, "UPDATE numbers SET record_id = :other WHERE number_id = :id", other=other, id=name)
    found = audited(store, wrapper)
    assert {(AuditCode.NUMBER_ALTERED, first, "record"), (AuditCode.NUMBER_ALTERED, second, "record")} <= set(found)
    assert {(AuditCode.NUMBER_KEY_UNREADABLE, each, "vault.key_damaged") for each in (first, second)} <= set(found)
    keeping = NumberKeeping(store, sealer, wrapper, clock=lambda: NOW, random=system_random, tenant=TENANT)
    token = keeping.grant(first, entitled="staff-2")
    with pytest.raises(Exception, match="key") as caught:
        keeping.show(first, token, purpose=TAX, staff="staff-2")
    assert caught.value.code == "vault.key_damaged"


@pytest.mark.parametrize("table", ["number_keys", "numbers"])
def test_swapped_ciphertexts_or_keys_are_named(store, numbers, wrapper, table):
    columns = ("key_id", "wrapped") if table == "number_keys" else ("ciphertext",)
    with store.database.engine.connect() as connection:
        rows = {
            each: connection.execute(sa.text(f"SELECT {', '.join(columns)} FROM {table} WHERE number_id = :id"), {"id": each}).one()
            for each in numbers[:2]
        }
    for to, of in ((numbers[0], numbers[1]), (numbers[1], numbers[0])):
        sets = ", ".join(f"{name} = :{name}" for name in columns)
        change(store, f"UPDATE {table} SET {sets} WHERE number_id = :id", id=to, **dict(zip(columns, rows[of], strict=True)))
    expected = AuditCode.NUMBER_KEY_UNREADABLE if table == "number_keys" else AuditCode.NUMBER_ALTERED
    assert {(code, name) for code, name, _ in audited(store, wrapper)} == {(expected, each) for each in numbers[:2]}


def test_an_audit_leaves_no_entry_and_opens_no_number(store, numbers, wrapper, monkeypatch):
    import honnin.records.number_vault as vault

    def never(*arguments, **named):
        raise AssertionError("a number was opened")

    monkeypatch.setattr(vault, "open_content", never)
    before = store.head(TENANT).frontier.size
    assert audited(store, wrapper) == []
    assert store.head(TENANT).frontier.size == before
