"""One-time grants to see an individual number, for all servers of a house; numbers by record (database.schema)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table. A copy, not the program's own: that one changes, this one must not."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "number_grants",
        sa.Column("tenant", text, primary_key=True),
        sa.Column("number_id", text, primary_key=True),
        sa.Column("entitled", text, nullable=False),
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("expires_at_utc", text, nullable=False),
        sa.Column("used_at_utc", text, nullable=True),
        sqlite_strict=True,
    )
    op.create_index("number_grants_by_expiry", "number_grants", ["tenant", "expires_at_utc"])
    op.create_index("numbers_by_record", "numbers", ["tenant", "record_id"])
