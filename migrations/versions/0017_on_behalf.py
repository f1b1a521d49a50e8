"""Entries on a State's behalf, and the secretariat's answers to what officials ask."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Moment

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entries", sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("response_id", sa.Integer(), sa.ForeignKey("responses.id"), nullable=False),
        sa.Column("source", sa.String(300), nullable=False), sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("by", sa.Integer(), sa.ForeignKey("people.id"), nullable=False), sa.Column("at", Moment(), nullable=False),
        sa.Column("sent_at", Moment()), sa.Column("ended_at", Moment()),
        sa.CheckConstraint("sent_at IS NULL OR ended_at IS NULL OR ended_at >= sent_at", name="sent_then_ended"),
    )  # fmt: skip
    op.create_index("ix_entries_response_id", "entries", ["response_id"])
    op.execute("ALTER TABLE proposals ADD COLUMN entry_id INTEGER REFERENCES entries (id)")
    op.add_column("comments", sa.Column("from_secretariat", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("comments", "from_secretariat")
    with op.batch_alter_table("proposals") as table:
        table.drop_column("entry_id")
    op.drop_table("entries")
