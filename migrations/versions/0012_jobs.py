"""Files that are made later by a worker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Json, Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _number(name: str, default: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=default)


def upgrade() -> None:
    op.create_table(
        "jobs", sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("by", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("facts", Json(), nullable=False), sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("beat_at", Moment()), _number("attempts", "0"), _number("done", "0"), _number("steps", "1"),
        sa.Column("finished_at", Moment()), sa.Column("file_name", sa.String(200)), sa.Column("content", sa.LargeBinary()),
        sa.CheckConstraint("done <= steps", name="done_of_steps"),
        sa.CheckConstraint("content IS NULL OR finished_at IS NOT NULL", name="content_once_finished"),
    )  # fmt: skip
    op.create_index("ix_jobs_by", "jobs", ["by"])


def downgrade() -> None:
    """What is lost can be asked for again."""
    op.drop_table("jobs")
