"""The schema of a database: made at once when it is empty, migrated when it is older, refused when it is newer.

Alembic is imported only for an older database: it takes longer to load than the rest of the store. That the tables
made at once are those that the migrations make is tested.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from honnin.adapters.database.schema import METADATA, VERSION
from honnin.core.errors import StoreError

SCHEMA = "0007"  # the newest migration
_LOCK = 0x686F6E6E696E  # PostgreSQL's advisory lock of those who migrate


def migrate(engine: sa.Engine) -> None:
    """Bring the database to SCHEMA. Raises StoreError `store.newer`, SQLAlchemyError."""
    with engine.connect() as connection:
        found = schema_in(connection)
    if found == SCHEMA:
        return
    if found is not None and found > SCHEMA:
        raise StoreError("store.newer", "the data were written by a newer version of this program")
    with engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        found = schema_in(connection)  # another process may have been quicker
        if found is None and not sa.inspect(connection).get_table_names():
            create_at_once(connection)
        elif found != SCHEMA:
            run_migrations(connection)


def create_at_once(connection: sa.Connection) -> None:
    """All tables of SCHEMA in an empty database."""
    METADATA.create_all(connection)
    connection.execute(VERSION.insert(), {"version_num": SCHEMA})


def run_migrations(connection: sa.Connection, revision: str = "head") -> None:
    """All migrations that this database has not seen, in the transaction of that connection."""
    from alembic import command  # noqa: PLC0415  # most starts need not spend the time
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def schema_in(connection: sa.Connection) -> str | None:
    """The newest migration that this database has seen; None when it has seen none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.select(VERSION.c.version_num)).scalar()
