"""Databases for the suite: each test that takes `url` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa

from honnin.adapters.database import DatabaseRecordStore, sqlite_url
from honnin.cli.benchmarks.postgres import NoPostgresError, throwaway_cluster
from tests.store.records_kit import make_sealer

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cluster():
    try:
        manager = throwaway_cluster()
        address = manager.__enter__()
    except NoPostgresError as error:
        pytest.skip(f"no PostgreSQL: {error}")
    yield address
    manager.__exit__(None, None, None)


@pytest.fixture
def new_postgres(cluster):
    """Makes an empty database and returns its address."""

    def make():
        name = f"honnin{next(_numbers)}"
        engine = sa.create_engine(cluster.format(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return cluster.format(database=name)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request, tmp_path):
    """Makes an empty database of either kind and returns its address."""
    if request.param == "postgresql":
        return request.getfixturevalue("new_postgres")
    return lambda: sqlite_url(tmp_path / f"records{next(_numbers)}.sqlite3")


@pytest.fixture
def url(new_url):
    return new_url()


@pytest.fixture
def store(url):
    store = DatabaseRecordStore(url)
    yield store
    store.close()


@pytest.fixture
def sealer(store):
    sealer = make_sealer(store)
    yield sealer
    sealer.close()
