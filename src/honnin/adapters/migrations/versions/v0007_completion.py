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
    op.execute(
        "CREATE INDEX records_unfinished ON records (tenant, sealed_at_utc) "
        "WHERE completion <> 'checked' AND state = 'sealed'"
    )
