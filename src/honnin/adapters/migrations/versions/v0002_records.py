"""Sealed records, their keys and search tokens, the ledger, the numbers of 番号法, requests for deletion."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_TYPES: dict[str, sa.types.TypeEngine[Any]] = {"text": _TEXT, "octets": sa.LargeBinary(), "number": _INTEGER}
# Table: columns as "name type", "name type key" or "name type null"; whether SQLite gives it a rowid.
_TABLES = {
    "records": (
        (
            "tenant text key, record_id text key, sealed_at_utc text, law text, methods text, document text, "
            "simulated number, staff text, state text, parts number, retention_years number, "
            "contract_ended_on text null, retention_until text null, holds number, hold_reason text, "
            "deleted_at_utc text null"
        ),
        True,
    ),
    "record_parts": ("tenant text key, record_id text key, part number key, ciphertext octets", True),
    "record_keys": ("tenant text key, record_id text key, part number key, key_id text, wrapped octets", False),
    "record_tokens": ("tenant text key, record_id text key, kind text key, token octets key", False),
    "record_certificates": ("tenant text key, record_id text key, issuer octets key, serial octets key", False),
    "ledger_leaves": (
        "tenant text key, seq number key, leaf octets, leaf_hash octets, record_id text, kind text, at_utc text",
        False,
    ),
    "ledger_nodes": ("tenant text key, level number key, idx number key, hash octets", False),
    "ledger_heads": ("tenant text key, size number, peaks octets, checkpoint text", True),
    "checkpoints": ("tenant text key, size number key, at_utc text, note text, timestamp octets null", True),
    "numbers": (
        (
            "tenant text key, number_id text key, record_id text, purpose text, stored_at_utc text, "
            "retention_until text null, ciphertext octets"
        ),
        True,
    ),
    "number_keys": ("tenant text key, number_id text key, key_id text, wrapped octets", False),
    "deletion_requests": (
        (
            "tenant text key, request_id text key, record_id text, requested_at_utc text, requested_by text, "
            "reason text, state text, decided_at_utc text null, decided_by text null"
        ),
        True,
    ),
}
_INDEXES = {
    "records_by_time": ("records", "tenant", "sealed_at_utc"),
    "records_by_retention": ("records", "tenant", "retention_until"),
    "record_keys_by_key": ("record_keys", "key_id", "tenant", "record_id", "part"),
    "record_tokens_by_token": ("record_tokens", "tenant", "kind", "token"),
    "ledger_leaves_by_record": ("ledger_leaves", "tenant", "record_id", "seq"),
    "deletion_requests_by_state": ("deletion_requests", "tenant", "state", "requested_at_utc"),
}


def upgrade() -> None:
    """Make the tables. A copy, not the program's own: that one changes, this one must not."""
    for name, (columns, with_rowid) in _TABLES.items():
        options = {"sqlite_strict": True} | ({} if with_rowid else {"sqlite_with_rowid": False})
        op.create_table(name, *(_column(*each.split()) for each in columns.split(", ")), **options)
    for name, (table, *columns_of) in _INDEXES.items():
        op.create_index(name, table, columns_of)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE record_parts ALTER COLUMN ciphertext SET STORAGE EXTERNAL")


def _column(name: str, kind: str, role: str = "") -> sa.Column[Any]:
    return sa.Column(name, _TYPES[kind], primary_key=role == "key", autoincrement=False, nullable=role == "null")
