"""`honnin records audit` over real databases: everything that is changed behind the program's back is named."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from honnin.adapters.database import DatabaseRecordStore
from honnin.flows.record_audit import audit_records
from honnin.records.ledger.audit import AuditCode
from honnin.records.ledger.event import Event, Kind
from tests.store.records_kit import NOW, SIGNER, TENANT, Keys, content, make_sealer, meta, record_id


@pytest.fixture
def house(url):
    store = DatabaseRecordStore(url)
    sealer = make_sealer(store)
    for number in range(1, 6):
        sealer.seal(content(number), meta(number))
    sealer.append_events([Event(Kind.VIEWED, TENANT, record_id(2), NOW, "staff-1")])
    sealer.amend(content(9), tenant=TENANT, record_id=record_id(3), at=NOW, staff="staff-1")
    sealer.close()
    yield store
    store.close()


def audited(store, **more):
    return audit_records(store, TENANT, SIGNER.key, wrapper=Keys(), witness=SIGNER.witness, **more)


def test_an_untouched_database_agrees(house):
    assert audited(house) == ()


CHANGES = {
    "UPDATE ledger_leaves SET leaf = {zero} WHERE seq = 2": (AuditCode.ENTRY_ALTERED, 2, ""),
    "UPDATE ledger_leaves SET leaf_hash = {zero} WHERE seq = 2": (AuditCode.ENTRY_ALTERED, 2, ""),
    "UPDATE ledger_leaves SET kind = 'exported' WHERE seq = 2": (AuditCode.ENTRY_COLUMNS, 2, ""),
    "UPDATE ledger_leaves SET at_utc = 'yesterday' WHERE seq = 2": (AuditCode.ENTRY_COLUMNS, 2, ""),
    "UPDATE ledger_leaves SET record_id = 'x' WHERE seq = 2": (AuditCode.ENTRY_COLUMNS, 2, ""),
    "UPDATE ledger_leaves SET seq = 9 WHERE seq = 6": (AuditCode.ENTRY_ADDED, 9, ""),
    "DELETE FROM ledger_leaves WHERE seq = 4": (AuditCode.ENTRY_MISSING, 4, ""),
    "DELETE FROM ledger_leaves WHERE seq = 6": (AuditCode.ENTRY_MISSING, 6, ""),
    "UPDATE ledger_nodes SET hash = {zero} WHERE level = 1 AND idx = 1": (AuditCode.NODE_ALTERED, 2, ""),
    "DELETE FROM ledger_nodes WHERE level = 2": (AuditCode.NODE_MISSING, 0, ""),
    "INSERT INTO ledger_nodes (tenant, level, idx, hash) VALUES ('house', 5, 5, {zero})": (AuditCode.NODE_ADDED, None, ""),
    "UPDATE ledger_heads SET size = 6": (AuditCode.HEAD_ALTERED, None, ""),
    "UPDATE ledger_heads SET peaks = {zero}": (AuditCode.HEAD_ALTERED, None, ""),
    "UPDATE ledger_heads SET checkpoint = 'x'": (AuditCode.CHECKPOINT_UNREADABLE, None, ""),
    "UPDATE checkpoints SET note = 'x' WHERE size = 3": (AuditCode.CHECKPOINT_UNREADABLE, None, ""),
    "UPDATE records SET state = 'x' WHERE record_id = '{id}'": (AuditCode.RECORD_DAMAGED, None, "{id}"),
    "UPDATE records SET sealed_at_utc = 'x' WHERE record_id = '{id}'": (AuditCode.RECORD_DAMAGED, None, "{id}"),
    "UPDATE records SET parts = 3 WHERE record_id = '{id}'": (AuditCode.RECORD_DAMAGED, None, "{id}"),
    "UPDATE records SET state = 'deleted' WHERE record_id = '{id}'": (AuditCode.DELETED_WITHOUT_EVENT, None, "{id}"),
    "DELETE FROM records WHERE record_id = '{id}'": (AuditCode.RECORD_DAMAGED, None, "{id}"),
    "UPDATE records SET record_id = 'x' WHERE record_id = '{id}'": (AuditCode.RECORD_UNSEALED, None, "x"),
    "UPDATE record_parts SET ciphertext = {zero} WHERE record_id = '{id}'": (AuditCode.CONTENT_ALTERED, None, "{id}"),
    "DELETE FROM record_parts WHERE record_id = '{id}' AND part = 1": (AuditCode.PART_MISSING, None, "{id}"),
    "UPDATE record_parts SET part = 2 WHERE record_id = '{id}' AND part = 1": (AuditCode.RECORD_UNSEALED, None, "{id}"),
    "DELETE FROM record_keys WHERE record_id = '{id}'": (AuditCode.KEY_MISSING, None, "{id}"),
    "UPDATE record_keys SET wrapped = {zero} WHERE record_id = '{id}'": (AuditCode.CONTENT_UNREADABLE, None, "{id}"),
    "UPDATE record_keys SET record_id = 'y' WHERE record_id = '{id}'": (AuditCode.RECORD_UNSEALED, None, "y"),
}


def test_each_change_behind_the_programs_back_is_named(house):
    engine = house.database.engine
    zero = "zeroblob(32)" if engine.dialect.name == "sqlite" else f"'\\x{'00' * 32}'::bytea"
    for change, (code, sequence, of) in CHANGES.items():
        with engine.connect() as connection:
            outer = connection.execution_options(honnin_write=True).begin()
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            done = connection.exec_driver_sql(change.format(zero=zero, id=record_id(3)))
            assert done.rowcount > 0, change
            found = _audit_inside(connection, house)
            outer.rollback()
        told = {(each.code, each.sequence, each.record_id if of else "") for each in found}
        assert (code, sequence, of.format(id=record_id(3))) in told, (change, found)
    assert audited(house) == ()


def _audit_inside(connection, house):
    """The audit as it would see the changed data, without keeping the change."""
    from contextlib import contextmanager

    from honnin.adapters.database.auditing import DatabaseAuditRows
    from honnin.adapters.database.reading import Reading

    class Inside:
        @contextmanager
        def reading(self):
            yield connection

    class Store(Reading):
        @contextmanager
        def auditing(self, tenant):
            yield DatabaseAuditRows(connection, tenant)

    return audited(Store(Inside()))


def test_sealing_goes_on_during_an_audit(house):
    with house.auditing(TENANT) as rows:
        before = rows.head().size
        sealer = make_sealer(house)
        sealer.seal(content(8), meta(8))
        sealer.close()
        assert len(list(rows.leaves())) == before
        assert len(list(rows.records())) == 5
    assert audited(house) == ()


def test_a_whole_older_database_is_found_by_a_checkpoint_kept_elsewhere(house):
    sealer = make_sealer(house)
    receipt = sealer.seal(content(8), meta(8))
    sealer.close()
    assert audited(house, kept_elsewhere=[receipt.checkpoint]) == ()
    with house.database.engine.connect() as connection, connection.execution_options(honnin_write=True).begin():
        for table in ("record_keys", "record_parts", "record_tokens", "record_certificates", "records"):
            connection.execute(sa.text(f"DELETE FROM {table} WHERE record_id = :id"), {"id": record_id(8)})
        connection.execute(sa.text("DELETE FROM ledger_leaves WHERE seq = 7"))
        connection.execute(sa.text("DELETE FROM ledger_nodes WHERE (idx + 1) * CASE level WHEN 1 THEN 2 WHEN 2 THEN 4 ELSE 8 END > 7"))
        connection.execute(sa.text("DELETE FROM checkpoints WHERE size = 8"))
        note = connection.execute(sa.text("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1")).scalar()
        from honnin.records.ledger.tree import frontier_at

        def node(level, index):
            table, key = ("ledger_leaves", "leaf_hash") if level == 0 else ("ledger_nodes", "hash")
            where = f"seq = {index}" if level == 0 else f"level = {level} AND idx = {index}"
            return bytes(connection.execute(sa.text(f"SELECT {key} FROM {table} WHERE {where}")).scalar())

        peaks = b"".join(frontier_at(7, node).peaks)
        connection.execute(
            sa.text("UPDATE ledger_heads SET size = 7, peaks = :peaks, checkpoint = :note"),
            {"peaks": peaks, "note": note},
        )
    assert audited(house) == ()
    found = audited(house, kept_elsewhere=[receipt.checkpoint])
    assert [(each.code, each.sequence) for each in found] == [(AuditCode.CHECKPOINT_BEYOND, 7)]
