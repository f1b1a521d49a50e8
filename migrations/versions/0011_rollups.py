"""Counts and sets of submitted replies. Rounds with submissions are counted when one is next submitted, or by `recount`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _key(name: str, kind: object) -> sa.Column[object]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)  # type: ignore[arg-type]


def _round() -> sa.Column[int]:
    return sa.Column("round_id", sa.Integer(), sa.ForeignKey("rounds.id"), primary_key=True)


def upgrade() -> None:
    name, code, circle = _key("name", sa.String(100)), _key("code", sa.String(100)), _key("circle", sa.SmallInteger())
    op.create_table(
        "rollups", _round(), circle, name, code, _key("region", sa.String(20)), _key("treaty_status", sa.String(20)),
        sa.Column("count", sa.Integer(), nullable=False), sqlite_with_rowid=False,
    )  # fmt: skip
    name, code, circle = _key("name", sa.String(100)), _key("code", sa.String(100)), _key("circle", sa.SmallInteger())
    op.create_table(
        "reply_sets", _round(), name, code, circle, _key("block", sa.Integer()),
        sa.Column("bits", sa.LargeBinary(), nullable=False), sqlite_with_rowid=False,
    )  # fmt: skip


def downgrade() -> None:
    """Nothing is lost: both are made again from the submissions."""
    op.drop_table("reply_sets")
    op.drop_table("rollups")
