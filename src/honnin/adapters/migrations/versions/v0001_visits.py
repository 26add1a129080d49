"""Kept visits."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The table of kept visits. A copy, not the program's own: that one changes, this one must not."""
    op.create_table(
        "visits",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("saved_at_utc", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("simulated", sa.Integer, nullable=False),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("reading", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("birth_date", sa.Text, nullable=False),
        sa.Column("completion", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("visits_by_time", "visits", ["tenant", "saved_at_utc"])
    op.create_index("visits_by_name", "visits", ["tenant", "name_key"])
