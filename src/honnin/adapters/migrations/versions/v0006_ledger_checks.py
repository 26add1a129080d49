"""The outcome of the last audit of a ledger and its stop; why legal holds were placed and released."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables. A copy, not the program's own: that one changes, this one must not."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    integer = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "ledger_checks",
        sa.Column("tenant", text, primary_key=True),
        sa.Column("checked_at_utc", text, nullable=False),
        sa.Column("entries", integer, nullable=False),
        sa.Column("findings", text, nullable=False),
        sa.Column("accepted", text, nullable=False),
        sa.Column("stopped_at_utc", text, nullable=True),
        sqlite_strict=True,
    )
    op.create_table(
        "record_hold_notes",
        sa.Column("tenant", text, primary_key=True),
        sa.Column("record_id", text, primary_key=True),
        sa.Column("note_id", text, primary_key=True),
        sa.Column("at_utc", text, nullable=False),
        sa.Column("act", text, nullable=False),
        sa.Column("staff", text, nullable=False),
        sa.Column("reason", text, nullable=False),
        sqlite_strict=True,
    )
