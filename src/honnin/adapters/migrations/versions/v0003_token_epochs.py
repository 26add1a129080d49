"""Search tokens by epoch, so that sealing costs the same in a large house (see database.schema.RECORD_TOKENS)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """What is there already is one epoch."""
    integer = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("record_tokens", sa.Column("epoch", integer, nullable=False, server_default=sa.text("0")))
    op.drop_index("record_tokens_by_token", "record_tokens")
    op.create_index("record_tokens_by_epoch", "record_tokens", ["tenant", "epoch", "kind", "token"])
