"""The secretariat's rounds: groups of participants, days of grace, letters in each language, reminders that are planned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Json, Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("participants", sa.Column("groups", Json(), nullable=False, server_default="[]"))
    op.add_column("rounds", sa.Column("grace_days", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("rounds", sa.Column("archived_at", Moment()))
    op.create_table(
        "round_letters", sa.Column("round_id", sa.Integer(), sa.ForeignKey("rounds.id"), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True), sa.Column("language", sa.String(8), primary_key=True),
        sa.Column("subject", sa.String(300), nullable=False), sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), sa.ForeignKey("people.id"), nullable=False), sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("kind IN ('invitation', 'reminder')", name="kind_known"),
    )  # fmt: skip
    op.create_table(
        "reminders", sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("round_id", sa.Integer(), sa.ForeignKey("rounds.id"), nullable=False),
        sa.Column("whom", sa.String(20), nullable=False), sa.Column("due_at", Moment(), nullable=False),
        sa.Column("by", sa.Integer(), sa.ForeignKey("people.id"), nullable=False), sa.Column("at", Moment(), nullable=False),
        sa.Column("sent_at", Moment()), sa.Column("letters", sa.Integer()), sa.Column("cancelled_at", Moment()),
        sa.CheckConstraint("whom IN ('silent', 'not_opened', 'not_begun', 'incomplete')", name="whom_known"),
    )  # fmt: skip
    op.create_index("ix_reminders_round_id", "reminders", ["round_id"])


def downgrade() -> None:
    op.drop_table("reminders")
    op.drop_table("round_letters")
    op.drop_column("rounds", "archived_at")
    op.drop_column("rounds", "grace_days")
    op.drop_column("participants", "groups")
