"""Rotation over a real database: every key moves, no content does, what cannot move is named and harms nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from honnin.adapters.key_file import FileKeys
from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.clock import system_random
from honnin.core.errors import CallerError, DataError
from honnin.core.secret import Secret
from honnin.flows.number_ports import AddNumber
from honnin.flows.record_ports import ReplaceKey, ShredRecord
from honnin.flows.rotation import key_in_use, rewrap_all
from honnin.flows.sealing import Sealer, open_part
from honnin.records.ledger.event import Event, Kind, decode_event
from honnin.records.number_vault import NumberEntry, open_number, seal_number
from honnin.records.wrapping import Purpose, WrappedKey
from tests.store.records_kit import NOW, SIGNER, TENANT, content, meta, record_id


@pytest.fixture
def keys(tmp_path):
    now = [datetime(2026, 11, 25, tzinfo=UTC)]
    keys = FileKeys.make(tmp_path / "keys", clock=lambda: now[0])
    keys.later = lambda: now.__setitem__(0, now[0] + timedelta(hours=1))
    return keys


@pytest.fixture
def sealer(store, keys):
    sealer = Sealer(store, keys.wrapper(Purpose.RECORDS), SIGNER, clock=lambda: NOW, random=system_random)
    yield sealer
    sealer.close()


def _rotate(store, sealer, keys, purpose=Purpose.RECORDS):
    return rewrap_all(store, sealer, keys.wrapper(purpose), purpose=purpose, actor="staff-1", at=NOW)


def _opens(store, keys, number, part=0):
    found = open_part(store, keys.wrapper(Purpose.RECORDS), tenant=TENANT, record_id=record_id(number), part=part)
    return found.parts["kiroku.json"]


def test_after_rotation_everything_opens_without_the_old_key_and_no_content_was_touched(store, sealer, keys):
    for number in (1, 2, 3):
        sealer.seal(content(number), meta(number))
    sealer.seal(content(4), meta(4, tenant="other"))
    sealer.amend(content(9), tenant=TENANT, record_id=record_id(1), at=NOW, staff="staff-1")
    before = [store.part(TENANT, record_id(number)).ciphertext for number in (1, 2, 3)]
    old_id = keys.wrapper(Purpose.RECORDS).current_key_id
    new_id = keys.new_key(Purpose.RECORDS)
    assert key_in_use(store, keys.wrapper(Purpose.RECORDS), purpose=Purpose.RECORDS)
    done = _rotate(store, sealer, keys)
    assert (done.key_id, done.rewrapped, done.left) == (new_id, 5, ())
    assert not key_in_use(store, keys.wrapper(Purpose.RECORDS), purpose=Purpose.RECORDS)
    keys.later()
    keys.retire(old_id)
    assert _opens(store, keys, 1) == content(1).parts["kiroku.json"]
    assert _opens(store, keys, 1, part=1) == content(9).parts["kiroku.json"]
    assert [store.part(TENANT, record_id(number)).ciphertext for number in (1, 2, 3)] == before
    for tenant, count in ((TENANT, "4"), ("other", "1")):
        (event,) = [decode_event(leaf.octets) for leaf in store.leaves(tenant) if leaf.kind == "key_rotated"]
        assert event.detail == {"purpose": "records", "key_id": new_id, "count": count}
    assert _rotate(store, sealer, keys).rewrapped == 0


def test_a_damaged_key_is_named_and_left_and_all_others_move(store, sealer, keys):
    for number in (1, 2, 3):
        sealer.seal(content(number), meta(number))
    whole = store.part(TENANT, record_id(2)).key
    broken = WrappedKey(whole.key_id, whole.octets[:-1] + bytes([whole.octets[-1] ^ 1]))
    sealer.change(TENANT, [ReplaceKey(record_id(2), 0, whole, broken)])
    keys.new_key(Purpose.RECORDS)
    done = _rotate(store, sealer, keys)
    assert done.rewrapped == 2
    assert [(each.at.record_id, each.code) for each in done.left] == [(record_id(2), "vault.key_damaged")]
    assert store.part(TENANT, record_id(2)).key == broken
    assert key_in_use(store, keys.wrapper(Purpose.RECORDS), purpose=Purpose.RECORDS)
    for number in (1, 3):
        assert _opens(store, keys, number) == content(number).parts["kiroku.json"]
    with pytest.raises(DataError, match=r"vault\.key_damaged"):
        _opens(store, keys, 2)


def test_a_record_that_is_deleted_meanwhile_does_not_stop_the_others(store, sealer, keys, monkeypatch):
    for number in (1, 2):
        sealer.seal(content(number), meta(number))
    keys.new_key(Purpose.RECORDS)
    append, shredded = sealer.append_events, []

    def late(events, changes=()):
        if not shredded:
            shredded.append(True)
            event = Event(Kind.DELETED, TENANT, record_id(1), NOW, "staff-2")
            append([event], [ShredRecord(record_id(1), NOW)])
        return append(events, changes)

    monkeypatch.setattr(sealer, "append_events", late)
    done = _rotate(store, sealer, keys)
    assert (done.rewrapped, done.left) == (1, ())
    assert _opens(store, keys, 2) == content(2).parts["kiroku.json"]


def test_keys_of_numbers_rotate_on_their_own(store, sealer, keys):
    wrapper = keys.wrapper(Purpose.NUMBERS)
    entry = NumberEntry(TENANT, "num-1", record_id(1), NumberLawPurpose.WITHHOLDING_TAX, NOW)
    sealed = seal_number(Secret("123456789018"), entry, actor="staff-1", wrapper=wrapper, random=system_random)
    added = AddNumber("num-1", record_id(1), entry.purpose.value, NOW, sealed.ciphertext, sealed.key)
    sealer.append_events([sealed.event], [added])
    sealer.seal(content(1), meta(1))
    record_key = store.part(TENANT, record_id(1)).key
    new_id = keys.new_key(Purpose.NUMBERS)
    done = _rotate(store, sealer, keys, Purpose.NUMBERS)
    assert (done.key_id, done.rewrapped, done.left) == (new_id, 1, ())
    assert store.part(TENANT, record_id(1)).key == record_key
    keys.later()
    keys.retire(sealed.key.key_id)
    row = store.number(TENANT, "num-1")
    opened = open_number(
        row.ciphertext, row.key, entry, purpose=entry.purpose, actor="staff-2", at=NOW, wrapper=wrapper
    )
    assert opened.number == Secret("123456789018")
    with pytest.raises(CallerError, match=r"vault\.purpose"):
        rewrap_all(store, sealer, wrapper, purpose=Purpose.INDEX, actor="", at=NOW)


def test_an_individual_number_is_in_no_octet_of_the_database(store, sealer, keys, tmp_path):
    digits = "123456789018"
    entry = NumberEntry(TENANT, "num-1", record_id(1), NumberLawPurpose.WITHHOLDING_TAX, NOW)
    wrapper = keys.wrapper(Purpose.NUMBERS)
    sealed = seal_number(Secret(digits), entry, actor="staff-1", wrapper=wrapper, random=system_random)
    added = AddNumber("num-1", record_id(1), entry.purpose.value, NOW, sealed.ciphertext, sealed.key)
    sealer.append_events([sealed.event], [added])
    for leaf in store.leaves(TENANT):
        assert digits.encode() not in leaf.octets
    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert not [each.name for each in files if digits.encode() in each.read_bytes()]
    row = store.number(TENANT, "num-1")
    assert digits not in repr(row)
    call = {"purpose": entry.purpose, "actor": "staff-2", "at": NOW, "wrapper": wrapper}
    assert open_number(row.ciphertext, row.key, entry, **call).number.reveal() == digits
