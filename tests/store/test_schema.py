"""Tables made at once are those that the migrations make, on both databases; older data are brought along."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from honnin.adapters.database import DatabaseRecordStore, growing
from honnin.adapters.database.engine import open_engine
from honnin.adapters.database.migrate import SCHEMA, run_migrations, schema_in
from honnin.adapters.database.schema import METADATA, RECORDS, VISITS
from honnin.core.errors import StoreError
from honnin.flows.record_ports import RecordQuery
from tests.store.records_kit import TENANT, audit, content, make_sealer, meta, record_id


def migrate_to(url, revision="head"):
    engine = open_engine(url)
    with engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        run_migrations(connection, revision)
    engine.dispose()


def described(url):
    engine = open_engine(url)
    inspector = sa.inspect(engine)
    tables = {}
    for name in inspector.get_table_names():
        columns = [
            (each["name"], str(each["type"]), getattr(each["type"], "collation", None), each["nullable"], each["default"])
            for each in inspector.get_columns(name)
        ]
        indexes = sorted((each["name"], tuple(each["column_names"])) for each in inspector.get_indexes(name))
        tables[name] = (columns, inspector.get_pk_constraint(name)["constrained_columns"], indexes)
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            query = "SELECT attstorage FROM pg_attribute WHERE attrelid = 'record_parts'::regclass AND attname = 'ciphertext'"
            tables["storage"] = connection.exec_driver_sql(query).scalar()
            assert tables["storage"] == "e"
    engine.dispose()
    return tables


def test_tables_made_at_once_are_those_that_the_migrations_make(new_url):
    at_once, migrated = new_url(), new_url()
    DatabaseRecordStore(at_once).close()
    migrate_to(migrated)
    assert described(at_once) == described(migrated)
    store = DatabaseRecordStore(migrated)
    sealer = make_sealer(store)
    sealer.seal(content(), meta())
    sealer.close()
    assert audit(store) == {record_id(1)}
    store.close()


def test_data_of_the_first_version_are_kept(new_url):
    url = new_url()
    migrate_to(url, "0001")
    engine = open_engine(url)
    row = {column.name: "text" for column in VISITS.c} | {"simulated": 1, "reading": b"zip"}
    with engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        connection.execute(VISITS.insert(), row)
    store = DatabaseRecordStore(url)
    with engine.connect() as connection:
        assert dict(connection.execute(sa.select(VISITS)).mappings().one()) == row
        assert schema_in(connection) == SCHEMA
    engine.dispose()
    store.close()


def test_records_from_before_the_epochs_of_tokens_are_found_beside_newer_ones(new_url, monkeypatch):
    monkeypatch.setattr(growing, "EPOCH_ENTRIES", 1)
    url = new_url()
    migrate_to(url, "0002")
    engine = open_engine(url)
    kept = {"tenant": TENANT, "record_id": record_id(1), "kind": "name", "token": b"N" * 32}
    row = {column.name: 0 if column.type.python_type is int else "" for column in RECORDS.c if column.server_default is None}
    row |= {"tenant": TENANT, "record_id": record_id(1), "sealed_at_utc": "2026-01-01T00:00:00.000000+00:00"}
    row |= {"state": "sealed", "contract_ended_on": None, "retention_until": None, "deleted_at_utc": None}
    with engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        statement = "INSERT INTO record_tokens (tenant, record_id, kind, token) VALUES (:tenant, :record_id, :kind, :token)"
        connection.execute(sa.text(statement), kept)
        names = ", ".join(row)
        connection.execute(sa.text(f"INSERT INTO records ({names}) VALUES (:{names.replace(', ', ', :')})"), row)
    engine.dispose()
    store = DatabaseRecordStore(url)
    sealer = make_sealer(store)
    for number in (2, 3):
        sealer.seal(content(number), meta(number))
    sealer.close()
    found = store.records(TENANT, RecordQuery(tokens=(("name", b"N" * 32),)))
    assert [each.record_id for each in found] == [record_id(3), record_id(2), record_id(1)]
    store.close()


def test_data_of_a_newer_version_are_refused(new_url):
    url = new_url()
    DatabaseRecordStore(url).close()
    engine = open_engine(url)
    with engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(StoreError) as caught:
        DatabaseRecordStore(url)
    assert caught.value.code == "store.newer"


def test_processes_that_start_at_the_same_time_make_the_tables_once(new_url):
    url, errors = new_url(), []

    def start():
        try:
            DatabaseRecordStore(url).close()
        except StoreError as error:
            errors.append(error.detail)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert errors == []


def test_every_primary_key_begins_with_the_tenant():
    for table in METADATA.tables.values():
        if table.name != "alembic_version":
            assert next(iter(table.primary_key.columns)).name == "tenant", table.name
