"""Whether a record is finished stands in its row, so that the list of unfinished ones opens nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the column, empty, and the index of what is not known to be finished. What older records came to stands in
    their contents only: a job with the keys enters it (flows.completion_entry).
    """
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("records", sa.Column("completion", text, nullable=False, server_default=sa.text("''")))
    open_ones = sa.text("completion <> 'checked' AND state = 'sealed'")
    op.create_index(
        "records_unfinished", "records", ["tenant", "sealed_at_utc"],
        sqlite_where=open_ones, postgresql_where=open_ones,
    )  # fmt: skip
