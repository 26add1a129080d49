"""What is known of the certificates beside records; re-checks of records and their causes (database.schema)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make columns and tables. A copy, not the program's own: that one changes, this one must not."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    certificates = "record_certificates"
    op.add_column(certificates, sa.Column("kind", text, nullable=False, server_default=sa.text("'sign'")))
    op.add_column(certificates, sa.Column("state", text, nullable=False, server_default=sa.text("'undetermined'")))
    op.add_column(certificates, sa.Column("not_after_utc", text, nullable=True))
    op.add_column(certificates, sa.Column("point", sa.LargeBinary, nullable=True))
    op.create_index("record_certificates_by_issuer", certificates, ["tenant", "issuer"])
    op.create_table(
        "record_rechecks",
        sa.Column("tenant", text, primary_key=True),
        sa.Column("record_id", text, primary_key=True),
        sa.Column("cause", text, primary_key=True),
        sa.Column("at_utc", text, nullable=False),
        sa.Column("outcome", text, nullable=False),
        sa.Column("detail", text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("record_rechecks_by_outcome", "record_rechecks", ["tenant", "outcome", "at_utc"])
    op.create_table(
        "recheck_causes",
        sa.Column("tenant", text, primary_key=True),
        sa.Column("cause", text, primary_key=True),
        sa.Column("noticed_at_utc", text, nullable=False),
        sa.Column("finished_at_utc", text, nullable=True),
        sqlite_strict=True,
    )
