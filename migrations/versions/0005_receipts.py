"""The chain of receipts, requests to reopen a submitted reply, and rounds in which States reopen by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # not by rewriting the tables: their triggers and their rows stay as they are
    op.add_column("submissions", sa.Column("previous", sa.String(64), nullable=True))
    op.create_index("uq_submissions_previous", "submissions", ["previous"], unique=True)
    op.add_column("rounds", sa.Column("free_reopening", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "reopen_requests",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("response_id", sa.Integer(), sa.ForeignKey("responses.id"), nullable=False),
        sa.Column("by", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.Integer(), sa.ForeignKey("people.id"), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name="decided_once"),
    )
    undecided = sa.text("granted IS NULL")
    op.create_index(
        "uq_reopen_requests_open",
        "reopen_requests",
        ["response_id"],
        unique=True,
        sqlite_where=undecided,
        postgresql_where=undecided,
    )


def downgrade() -> None:
    bind = op.get_bind()
    if bind.scalar(sa.text("SELECT count(*) FROM reopen_requests")):
        raise RuntimeError("There are requests to reopen a reply: this step back would remove them.")
    if bind.scalar(sa.text("SELECT count(*) FROM submissions WHERE previous IS NOT NULL")):
        raise RuntimeError("There are chained receipts: this step back would remove their chain.")
    op.drop_table("reopen_requests")
    op.drop_column("rounds", "free_reopening")
    op.drop_index("uq_submissions_previous", "submissions")
    op.drop_column("submissions", "previous")
