"""The tables of the data file or database: one description for SQLite and PostgreSQL (design §7).

Every primary key begins with the tenant. Instants are text in ISO 8601 with microseconds and +00:00, days are text
YYYY-MM-DD: both sort as text. What is personal stands only in `record_parts` and `numbers`, encrypted; the other
tables hold what lists and jobs need to know without opening a record. Keys stand apart from what they open, so that
rotation and shredding touch nothing else.
"""

from __future__ import annotations

import sqlalchemy as sa

__all__ = [
    "CHECKPOINTS",
    "DELETION_REQUESTS",
    "LEDGER_CHECKS",
    "LEDGER_HEADS",
    "LEDGER_LEAVES",
    "LEDGER_NODES",
    "METADATA",
    "NUMBERS",
    "NUMBER_GRANTS",
    "NUMBER_KEYS",
    "RECHECK_CAUSES",
    "RECORDS",
    "RECORD_CERTIFICATES",
    "RECORD_HOLD_NOTES",
    "RECORD_KEYS",
    "RECORD_PARTS",
    "RECORD_RECHECKS",
    "RECORD_TOKENS",
    "UNFINISHED",
    "VERSION",
    "VISITS",
]

METADATA = sa.MetaData()
# Compared octet by octet on both databases, whatever language the server speaks.
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_OCTETS = sa.LargeBinary
_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, _TEXT, primary_key=True)


def _number_key(name: str) -> sa.Column[int]:
    return sa.Column(name, _INTEGER, primary_key=True, autoincrement=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, _TEXT, nullable=False)


def _text_or_null(name: str) -> sa.Column[str | None]:
    return sa.Column(name, _TEXT, nullable=True)


def _octets(name: str) -> sa.Column[bytes]:
    return sa.Column(name, _OCTETS, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, _INTEGER, nullable=False)


VISITS = sa.Table(
    "visits",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("saved_at_utc", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("simulated", sa.Integer, nullable=False),
    sa.Column("staff", sa.Text, nullable=False),
    sa.Column("answers", sa.Text, nullable=False),  # JSON
    sa.Column("report", sa.Text, nullable=False),  # JSON, facts.codec
    sa.Column("reading", sa.LargeBinary, nullable=False),  # zip, facts.codec
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False),
    sa.Column("birth_date", sa.Text, nullable=False),
    sa.Column("completion", sa.Text, nullable=False),
    sa.Index("visits_by_time", "tenant", "saved_at_utc"),
    sa.Index("visits_by_name", "tenant", "name_key"),
    sqlite_strict=True,
)

# Of a kept record that is not known to be finished. Written out, so that both databases see that their index is of it.
UNFINISHED = sa.text("completion <> 'checked' AND state = 'sealed'")
# As text of both databases: an index that is described with a condition loads PostgreSQL's dialect at each start.
RECORDS_UNFINISHED = f"CREATE INDEX records_unfinished ON records (tenant, sealed_at_utc) WHERE {UNFINISHED.text}"
# One row a sealed record: what a list shows and what retention needs. Nothing here tells who the person is.
RECORDS = sa.Table(
    "records",
    METADATA,
    _key("tenant"),
    _key("record_id"),
    _text("sealed_at_utc"),
    _text("law"),
    _text("methods"),  # ids, separated by one space
    _text("document"),
    _number("simulated"),
    _text("staff"),
    _text("state"),  # flows.record_ports.RecordState
    _number("parts"),  # 1 + amendments
    _number("retention_years"),
    _text_or_null("contract_ended_on"),
    _text_or_null("retention_until"),
    _number("holds"),
    _text("hold_reason"),
    _text_or_null("deleted_at_utc"),
    # records.visit_record.Completion; "" in rows of before migration 0007 until a job has entered it.
    sa.Column("completion", _TEXT, nullable=False, server_default=sa.text("''")),
    sa.Index("records_by_time", "tenant", "sealed_at_utc"),
    sa.Index("records_by_retention", "tenant", "retention_until"),
    sqlite_strict=True,
)
# Part 0 is the record as sealed, each amendment is a part of its own.
RECORD_PARTS = sa.Table(
    "record_parts",
    METADATA,
    _key("tenant"),
    _key("record_id"),
    _number_key("part"),
    _octets("ciphertext"),
    sqlite_strict=True,
)
RECORD_KEYS = sa.Table(
    "record_keys",
    METADATA,
    _key("tenant"),
    _key("record_id"),
    _number_key("part"),
    _text("key_id"),
    _octets("wrapped"),
    sa.Index("record_keys_by_key", "key_id", "tenant", "record_id", "part"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
# The blind index: keyed tokens of name and birth date, several a record. Tokens are random, so one index over all of
# them would be written to at a random place for each: the larger the house, the more pages a seal changes. `epoch`
# (growing.EPOCH_ENTRIES) keeps what is written now together in an index that stays small; a search asks every epoch.
RECORD_TOKENS = sa.Table(
    "record_tokens",
    METADATA,
    _key("tenant"),
    _key("record_id"),
    _key("kind"),
    sa.Column("token", _OCTETS, primary_key=True),
    sa.Column("epoch", _INTEGER, nullable=False, server_default=sa.text("0")),
    sa.Index("record_tokens_by_epoch", "tenant", "epoch", "kind", "token"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
# Certificates that a record rests on, for re-checks against new revocation lists without opening the record.
RECORD_CERTIFICATES = sa.Table(
    "record_certificates",
    METADATA,
    _key("tenant"),
    _key("record_id"),
    sa.Column("issuer", _OCTETS, primary_key=True),  # what the revocation list is found by
    sa.Column("serial", _OCTETS, primary_key=True),  # big endian, no leading zeros
    # flows.recheck_ports.HeldCertificate; rows of before migration 0005 are of signatures, not asked about since.
    sa.Column("kind", _TEXT, nullable=False, server_default=sa.text("'sign'")),
    sa.Column("state", _TEXT, nullable=False, server_default=sa.text("'undetermined'")),
    _text_or_null("not_after_utc"),
    sa.Column("point", _OCTETS, nullable=True),
    sa.Index("record_certificates_by_issuer", "tenant", "issuer"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
# What became of a record that was verified again, once a cause; and the causes that concern all records.
RECORD_RECHECKS = sa.Table(
    "record_rechecks",
    METADATA,
    _key("tenant"),
    _key("record_id"),
    _key("cause"),
    _text("at_utc"),
    _text("outcome"),  # flows.recheck_ports.RecheckOutcome
    _text("detail"),  # JSON, nothing personal
    sa.Index("record_rechecks_by_outcome", "tenant", "outcome", "at_utc"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
RECHECK_CAUSES = sa.Table(
    "recheck_causes",
    METADATA,
    _key("tenant"),
    _key("cause"),
    _text("noticed_at_utc"),
    _text_or_null("finished_at_utc"),
    sqlite_strict=True,
)

LEDGER_LEAVES = sa.Table(
    "ledger_leaves",
    METADATA,
    _key("tenant"),
    _number_key("seq"),
    _octets("leaf"),  # the event as hashed (records.ledger.event)
    _octets("leaf_hash"),
    _text("record_id"),
    _text("kind"),
    _text("at_utc"),
    sa.Index("ledger_leaves_by_record", "tenant", "record_id", "seq"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
LEDGER_NODES = sa.Table(
    "ledger_nodes",
    METADATA,
    _key("tenant"),
    _number_key("level"),
    _number_key("idx"),
    _octets("hash"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
LEDGER_HEADS = sa.Table(
    "ledger_heads",
    METADATA,
    _key("tenant"),
    _number("size"),
    _octets("peaks"),  # hashes of 32 octets, the greatest subtree first
    _text("checkpoint"),
    sqlite_strict=True,
)
CHECKPOINTS = sa.Table(
    "checkpoints",
    METADATA,
    _key("tenant"),
    _number_key("size"),
    _text("at_utc"),
    _text("note"),  # signed note
    sa.Column("timestamp", _OCTETS, nullable=True),  # RFC 3161 token, DER
    sqlite_strict=True,
)

# The outcome of the last audit; with a stop, nothing new is stored (adapters.database.check_rows).
LEDGER_CHECKS = sa.Table(
    "ledger_checks",
    METADATA,
    _key("tenant"),
    _text("checked_at_utc"),
    _number("entries"),
    _text("findings"),  # JSON
    _text("accepted"),  # JSON
    _text_or_null("stopped_at_utc"),
    sqlite_strict=True,
)
# Why legal holds were placed and released: free words, so they go with the record.
RECORD_HOLD_NOTES = sa.Table(
    "record_hold_notes",
    METADATA,
    _key("tenant"),
    _key("record_id"),
    _key("note_id"),
    _text("at_utc"),
    _text("act"),  # flows.ledger_check_ports.HoldAct
    _text("staff"),
    _text("reason"),
    sqlite_strict=True,
)

# 番号法 (My Number Act): a vault of its own with keys of its own; nothing here is in any other table.
NUMBERS = sa.Table(
    "numbers",
    METADATA,
    _key("tenant"),
    _key("number_id"),
    _text("record_id"),
    _text("purpose"),
    _text("stored_at_utc"),
    _text_or_null("retention_until"),
    _octets("ciphertext"),
    sa.Index("numbers_by_record", "tenant", "record_id"),
    sqlite_strict=True,
)
NUMBER_KEYS = sa.Table(
    "number_keys",
    METADATA,
    _key("tenant"),
    _key("number_id"),
    _text("key_id"),
    _octets("wrapped"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
# Who may see a number once: a digest of the token and never the token. One grant a number.
NUMBER_GRANTS = sa.Table(
    "number_grants",
    METADATA,
    _key("tenant"),
    _key("number_id"),
    _text("entitled"),  # pseudonym, as in the ledger
    _octets("token_digest"),
    _text("expires_at_utc"),
    _text_or_null("used_at_utc"),
    sa.Index("number_grants_by_expiry", "tenant", "expires_at_utc"),
    sqlite_strict=True,
)

DELETION_REQUESTS = sa.Table(
    "deletion_requests",
    METADATA,
    _key("tenant"),
    _key("request_id"),
    _text("record_id"),
    _text("requested_at_utc"),
    _text("requested_by"),
    _text("reason"),
    _text("state"),  # flows.deletion_ports.RequestState
    _text_or_null("decided_at_utc"),
    _text_or_null("decided_by"),
    sa.Index("deletion_requests_by_state", "tenant", "state", "requested_at_utc"),
    sqlite_strict=True,
)

# Alembic's own table, so that later migrations find where a database made at once stands.
VERSION = sa.Table(
    "alembic_version",
    METADATA,
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
sa.event.listen(RECORDS, "after_create", sa.DDL(RECORDS_UNFINISHED))  # type: ignore[no-untyped-call]
# Encrypted octets do not shrink: PostgreSQL need not try.
_STORAGE = sa.DDL(  # type: ignore[no-untyped-call]
    "ALTER TABLE record_parts ALTER COLUMN ciphertext SET STORAGE EXTERNAL"
).execute_if(dialect="postgresql")
sa.event.listen(RECORD_PARTS, "after_create", _STORAGE)
