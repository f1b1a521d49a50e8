"""Counts and sets of submitted replies; what was submitted before is noted to be counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Json

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _key(name: str, kind: object) -> sa.Column[object]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)  # type: ignore[arg-type]


def _round() -> sa.Column[int]:
    return sa.Column("round_id", sa.Integer(), sa.ForeignKey("rounds.id"), primary_key=True)


def upgrade() -> None:
    name, circle = _key("name", sa.String(100)), _key("circle", sa.SmallInteger())
    op.create_table(
        "rollups", _round(), circle, name, sa.Column("counts", Json(), nullable=False), sqlite_with_rowid=False,
    )  # fmt: skip
    name, code, circle = _key("name", sa.String(100)), _key("code", sa.String(100)), _key("circle", sa.SmallInteger())
    op.create_table(
        "reply_sets", _round(), name, code, circle, _key("block", sa.Integer()),
        sa.Column("bits", sa.LargeBinary(), nullable=False), sqlite_with_rowid=False,
    )  # fmt: skip

    if op.get_bind().dialect.name == "postgresql":  # bits do not get smaller by trying
        op.execute("ALTER TABLE reply_sets ALTER bits SET STORAGE EXTERNAL")
    op.create_table(
        "uncounted", _key("submission_id", sa.Integer()), sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), sa.ForeignKey("rounds.id"), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"]),
    )  # fmt: skip
    op.create_index("ix_uncounted_round_id", "uncounted", ["round_id"])
    op.execute(
        "INSERT INTO uncounted (submission_id, response_id, round_id) SELECT s.id, s.response_id, r.round_id "
        "FROM submissions s JOIN responses r ON r.id = s.response_id"
    )


def downgrade() -> None:
    """Nothing is lost: both are made again from the submissions."""
    op.drop_table("uncounted")
    op.drop_table("reply_sets")
    op.drop_table("rollups")
