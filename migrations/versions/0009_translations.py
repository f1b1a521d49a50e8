"""Unofficial translations, beside the answers as they were given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Moment, make_append_only

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "translations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("response_id", sa.Integer(), sa.ForeignKey("responses.id"), nullable=False),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", Moment(), nullable=False),
    )
    op.create_index("ix_translations_response_id", "translations", ["response_id"])
    make_append_only("translations")


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM translations")):
        raise RuntimeError("There are translations: this step back would lose them.")
    op.drop_table("translations")
