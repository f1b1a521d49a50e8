"""Trouble with the mail server stands in a row of its own, and a letter knows its language."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from frozen import Moment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_server_trouble",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    op.add_column("outbox", sa.Column("language", sa.String(8), nullable=False, server_default="en"))


def downgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("language")
    op.drop_table("mail_server_trouble")
